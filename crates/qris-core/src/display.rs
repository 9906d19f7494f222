//! Payloads for people: the tree, the masked line for logs, and the filter for text from outside.

use core::fmt::{self, Write};

use crate::id::Path;
use crate::schema::{Content, ObjectSpec, Profile, template_in};
use crate::value::Mpan;
use crate::wire::{DataObject, Payload};

/// Text from outside, made safe to print on one line: control characters, invisible characters, those that change the
/// direction of text, and all blanks and line separators but the space are escaped (`\u{202e}`). Which they are is by
/// Unicode's properties, see the source of the table for its version.
///
/// ```
/// use qris_core::display::Safe;
/// assert_eq!(Safe("WARUNG\r\nTOTAL 0").to_string(), "WARUNG\\r\\nTOTAL 0");
/// ```
#[derive(Clone, Copy)]
pub struct Safe<'a>(pub &'a str);

impl fmt::Debug for Safe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Safe({self})")
    }
}

impl fmt::Display for Safe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| {
            if is_unsafe(c) { write!(f, "{}", c.escape_default()) } else { f.write_char(c) }
        })
    }
}

/// Whether a character must not reach a terminal, a log or a page as it is.
fn is_unsafe(c: char) -> bool {
    c.is_control() || c.is_whitespace() && c != ' ' || crate::unicode::is_invisible(c)
}

/// The objects of a payload as an indented tree with the names of a profile's table. Made by [`tree`].
///
/// ```
/// use qris_core::{Payload, Profile, display};
/// let payload = Payload::parse("000201520400005303360540410005802ID5901A6001B26080004ID.A63041858")?;
/// let tree = display::tree(&payload, &Profile::QRIS).to_string();
/// assert!(tree.starts_with("00 02 Payload Format Indicator: 01\n52 04 Merchant Category Code: 0000\n"));
/// assert!(tree.contains("26 08 Merchant Account Information\n   00 04 Globally Unique Identifier: ID.A\n"));
/// # Ok::<(), qris_core::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Tree<'p, 'a> {
    payload: &'p Payload<'a>,
    profile: Profile,
}

/// The tree of a payload, with the names of a profile's table.
pub fn tree<'p, 'a>(payload: &'p Payload<'a>, profile: &Profile) -> Tree<'p, 'a> {
    Tree { payload, profile: *profile }
}

/// One line of a [`Tree`], for callers that print it in their own way.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct TreeLine<'a> {
    /// The object.
    pub object: DataObject<'a>,
    /// Its name; `None` when the table has no row.
    pub name: Option<&'static str>,
    /// What the value stands for, when the table says.
    pub meaning: Option<&'static str>,
    /// Whether its objects follow, so that the value itself need not be printed.
    pub is_template: bool,
}

impl<'p, 'a> Tree<'p, 'a> {
    /// The lines from top to bottom.
    pub fn lines(&self) -> impl Iterator<Item = TreeLine<'a>> + use<'p, 'a> {
        self.payload.walk_in(&self.profile).map(|(object, row)| TreeLine {
            object,
            name: row.map(|row| row.name),
            meaning: row.and_then(|row| meaning(row, object.value())),
            is_template: template_in(&object, row)
                .is_some_and(|template| template.objects().next().is_some()),
        })
    }
}

/// What a value stands for, when the row lists its choices.
pub fn meaning(row: &ObjectSpec, value: &str) -> Option<&'static str> {
    let choices = match row.content {
        Content::OneOf(choices) => choices,
        Content::Criteria => crate::value::Criteria::KNOWN,
        _ => return None,
    };
    choices.iter().find(|(choice, _)| *choice == value).map(|(_, meaning)| *meaning)
}

impl fmt::Display for Tree<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl fmt::Display for TreeLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TreeLine { object, name, meaning, is_template } = self;
        for _ in 1..object.path().depth() {
            f.write_str("   ")?;
        }
        write!(f, "{} {:02} {}", object.id(), object.length(), name.unwrap_or("(not in the table)"))?;
        if *is_template {
            return Ok(());
        }
        write!(f, ": {}", Safe(object.value()))?;
        match meaning {
            Some(meaning) => write!(f, " ({meaning})"),
            None => Ok(()),
        }
    }
}

/// A payload on one line for logs: PANs, merchant IDs, NMIDs, names, personal labels, and an identifier that names an
/// account rather than a scheme are masked, and everything is filtered.
///
/// ```
/// use qris_core::{Payload, display::Masked};
/// let payload = Payload::parse("000201520400005303360540410005802ID5906WARUNG6001B26080004ID.A6304FDD2")?;
/// assert_eq!(
///     Masked(&payload).to_string(),
///     "00=01 52=0000 53=360 54=1000 58=ID 59=W… 60=B 26{00=ID.A} 63=FDD2"
/// );
/// # Ok::<(), qris_core::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Masked<'p, 'a>(pub &'p Payload<'a>);

impl fmt::Display for Masked<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut depth = 1usize;
        let mut first = true;
        let has_repository = self.0.national_repository().is_some();
        for object in self.0.walk() {
            for _ in object.path().depth()..depth {
                f.write_char('}')?;
            }
            let opened = object.path().depth() > depth;
            if !first && !opened {
                f.write_char(' ')?;
            }
            (first, depth) = (false, object.path().depth());
            write!(f, "{}", object.id())?;
            if object.template().is_some_and(|template| template.objects().next().is_some()) {
                f.write_char('{')?;
                continue;
            }
            f.write_char('=')?;
            match shown(object.path(), object.value(), has_repository) {
                Some(head) => write!(f, "{}…", Safe(head))?,
                None => write!(f, "{}", Safe(object.value()))?,
            }
        }
        for _ in 1..depth {
            f.write_char('}')?;
        }
        Ok(())
    }
}

/// Whether the value of a 00 says whose format a template has, and not whose account it is: an AID, a UUID or a domain
/// name (EMVCo MPM 4.7.11.2), or QRIS's literal `00`. Digits alone are taken for an account, although an AID may have
/// no letter: LankaQR and the Argentine CVU have accounts of 28 and 22 digits there.
///
/// ```
/// use qris_core::display::names_a_scheme;
/// assert!(["ID.CO.QRIS.WWW", "A000000677010111", "00"].into_iter().all(names_a_scheme));
/// assert!(!["0000003100010000000001", "name@bank"].into_iter().any(names_a_scheme));
/// ```
pub fn names_a_scheme(value: &str) -> bool {
    value == "00" || (crate::check::is_guid(value) && value.bytes().any(|byte| byte.is_ascii_alphabetic()))
}

/// How much of a value a log may show; `None` for all of it. `has_repository`: whether 51 is QRIS's.
fn shown(path: Path, value: &str, has_repository: bool) -> Option<&str> {
    let keep = |characters: usize| match value.char_indices().nth(characters) {
        Some((end, _)) => value.get(..end),
        None => Some(""),
    };
    let mut ids = path.ids().map(crate::id::Id::number);
    match (ids.next(), ids.next(), ids.next()) {
        // Card-style accounts: the issuer's six digits.
        (Some(2..=25), None, _) => keep(6),
        // Some schemes write an account there: digits alone, or an address.
        (Some(26..=51 | 80..=99), Some(0), _) if !names_a_scheme(value) => keep(0),
        // The NNS of a PAN stays: it names the acquirer, not the merchant.
        (Some(26..=50), Some(1), _) if value.parse::<Mpan>().is_ok() => keep(8),
        // Other schemes write telephone numbers and e-mail addresses there.
        (Some(26..=50), Some(1..=99), _) => keep(0),
        (Some(51), Some(1..=2), _) if has_repository => keep(3),
        // The merchant criteria and the version of the printed code.
        (Some(51), Some(3 | 4), _) if has_repository => None,
        (Some(51), Some(1..=99), _) => keep(0),
        (Some(59), None, _) | (Some(64), Some(1), _) => keep(1),
        (Some(64), Some(3..=99), _) => keep(0),
        // Mobile number, loyalty number, customer label, tax ID, and what no table names.
        (Some(62), Some(0 | 2 | 4 | 6 | 10 | 12..=99), _) => keep(0),
        // A template that does not frame may hold anything.
        (Some(26..=51 | 62 | 64..=99), None, _) => keep(0),
        (Some(80..=99), Some(1..=99), _) => keep(0),
        _ => None,
    }
}
