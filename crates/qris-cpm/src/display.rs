//! Codes for people: the tree, and the line for logs. Masked unless secrets are asked for by name.

use core::fmt::{self, Write};

use qris_core::display::Safe;

use crate::digits::{Digits, Pan};
use crate::payload::CpmPayload;
use crate::schema::{self, Content, Row};
use crate::tlv::{Object, Objects};

/// What of a code is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Shown {
    /// What tells about the payer, or pays, is masked, and so is what no table knows.
    #[default]
    Masked,
    /// Everything. Whoever sees it may pay with it.
    Secrets,
}

/// The objects of a code as an indented tree. Made by [`tree`]; its `Display` ends every line with a line break.
///
/// ```
/// use qris_cpm::{CpmPayload, display};
/// let code = CpmPayload::parse("hQVDUFYwMWFFTwegAAAGAiAgUAdRUklTQ1BNWgqTYAkUAAAAAAGfXy0EaWRlbmMen3QbY2hlcXVlOjAwMDAwMDAwMDAwMDAwMDAwMDAx")?;
/// let shown = display::tree(&code).to_string();
/// let lines: Vec<&str> = shown.lines().collect();
/// assert_eq!(lines[1], "61 69 Application Template");
/// assert_eq!(lines[4], "   5A 10 Application PAN: 93600914…19");
/// assert_eq!(lines[7], "      9F74 27 Issuer QRIS Data: (masked)");
/// let all = display::tree(&code).with_secrets().to_string();
/// assert!(all.ends_with("9F74 27 Issuer QRIS Data: cheque:00000000000000000001\n"));
/// # Ok::<(), qris_cpm::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Tree<'p> {
    code: &'p CpmPayload,
    shown: Shown,
}

/// The tree of a code, masked.
pub const fn tree(code: &CpmPayload) -> Tree<'_> {
    Tree { code, shown: Shown::Masked }
}

impl<'p> Tree<'p> {
    /// The same with every value as it is.
    pub const fn with_secrets(self) -> Tree<'p> {
        Tree { shown: Shown::Secrets, ..self }
    }

    /// The lines from top to bottom.
    pub fn lines(&self) -> impl Iterator<Item = TreeLine<'p>> + use<'p> {
        let shown = self.shown;
        self.code.walk().map(move |object| {
            let row = schema::row(object.path());
            let is_template = object.objects().is_some();
            TreeLine { object, row, is_template, shown }
        })
    }
}

impl fmt::Display for Tree<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// One line of a [`Tree`], for callers that print it in their own way.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct TreeLine<'p> {
    /// The object.
    pub object: Object<'p>,
    /// Its row; `None` when no table has it.
    pub row: Option<&'static Row>,
    /// Whether its objects follow.
    pub is_template: bool,
    /// What is written of its value.
    pub shown: Shown,
}

impl<'p> TreeLine<'p> {
    /// The value as people read it; `None` of a template.
    pub fn value(&self) -> Option<Value<'p>> {
        (!self.is_template).then(|| value(&self.object, self.shown))
    }
}

impl fmt::Display for TreeLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for _ in 1..self.object.path().depth() {
            f.write_str("   ")?;
        }
        let name = self.row.map_or("(not in the table)", |row| row.name);
        write!(f, "{} {:02} {name}", self.object.tag(), self.object.length())?;
        match self.value() {
            Some(value) => write!(f, ": {value}"),
            None => Ok(()),
        }
    }
}

/// A value as people read it. Made by [`value`].
#[derive(Clone, Copy, Debug)]
pub struct Value<'p> {
    object: Object<'p>,
    row: Option<&'static Row>,
    shown: Shown,
}

/// The value of an object: text where it is text, digits where they are packed, and else hex digits; a PAN as its issuer and
/// its last two digits, and `(masked)` for other secrets, unless [`Shown::Secrets`] asks for them.
pub fn value<'p>(object: &Object<'p>, shown: Shown) -> Value<'p> {
    Value { object: *object, row: schema::row(object.path()), shown }
}

impl Value<'_> {
    /// Whether something of it is not shown.
    pub fn is_masked(&self) -> bool {
        self.shown == Shown::Masked && self.row.is_none_or(|row| row.is_secret)
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.object.value();
        if self.is_masked() {
            return match Pan::of(&self.object).filter(|_| self.row.is_some()) {
                Some(pan) => write!(f, "{pan}"),
                None => f.write_str("(masked)"),
            };
        }
        let is_text = bytes.iter().all(|byte| matches!(byte, 0x20..=0x7E));
        let digits = match self.row.map(|row| row.content) {
            Some(Content::Text | Content::Alphanumeric | Content::Data) if is_text => return text(f, bytes),
            Some(Content::Digits(count)) if bytes.len() == count && is_text => return text(f, bytes),
            Some(Content::Digits(count)) => Digits::numeric(bytes, count),
            Some(Content::Pan) => Digits::packed(bytes),
            _ => None,
        };
        match digits {
            Some(digits) => f.write_str(digits.as_str()),
            None => bytes.iter().try_for_each(|byte| write!(f, "{byte:02X}")),
        }
    }
}

fn text(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    write!(f, "{}", Safe(core::str::from_utf8(bytes).unwrap_or_default()))
}

/// A code on one line for logs, masked.
///
/// ```
/// use qris_cpm::{CpmPayload, display::Masked};
/// let code = CpmPayload::parse("hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=")?;
/// assert_eq!(Masked(&code).to_string(), "85=CPV01 61{4F=A0000000555555 57=123456…58}");
/// # Ok::<(), qris_cpm::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Masked<'p>(pub &'p CpmPayload);

impl fmt::Display for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        level(f, self.0.objects())
    }
}

/// Calls itself as deep as objects go.
fn level(f: &mut fmt::Formatter<'_>, objects: Objects<'_>) -> fmt::Result {
    objects.enumerate().try_for_each(|(place, object)| {
        f.write_str(if place == 0 { "" } else { " " })?;
        write!(f, "{}", object.tag())?;
        match object.objects() {
            Some(inside) => {
                f.write_char('{')?;
                level(f, inside)?;
                f.write_char('}')
            }
            None => write!(f, "={}", value(&object, Shown::Masked)),
        }
    })
}
