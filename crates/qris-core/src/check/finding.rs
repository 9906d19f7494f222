//! One finding, and the small buffer that findings are collected in.

use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::ControlFlow;

use crate::id::Path;
use crate::rules::Code;
use crate::schema::{Content, Format, ObjectSpec, OneOf, Presence, Scheme, Severity};
use crate::unit::LengthUnit;
use crate::value::ValueError;
use crate::wire::Span;

/// Something the check found in a payload: a stable code, how serious it is, which object, its position, and the clause
/// that says so.
///
/// `Display` writes the object, what is wrong and the clause; with `{:#}` the severity and the code come first. Neither
/// contains anything from the payload, except the one character that an amount must not contain, escaped.
///
/// ```
/// use qris_core::{Payload, Profile, check};
/// let text = String::from("00020152045812530336054051,0005802ID5906WARUNG6001B26080004ID.A63044926");
/// let payload = Payload::parse(&text)?;
/// let finding = check::first_error(&payload, &Profile::EMVCO).unwrap();
/// assert_eq!((finding.code().name(), finding.path().to_string().as_str()), ("bad-amount", "54"));
/// assert_eq!(
///     format!("{finding:#}"),
///     "error[bad-amount] 54 Transaction Amount: a comma is not allowed: decimals follow a point, \
///      thousands are not grouped (EMVCo 4.7.4.1; QRIS 4.7.8.1)"
/// );
/// # Ok::<(), qris_core::DecodeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Finding {
    code: Code,
    severity: Severity,
    path: Path,
    start: u16,
    end: u16,
    row: Option<&'static ObjectSpec>,
    detail: Detail,
}

/// The facts a message needs apart from code and row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Detail {
    None,
    Length(usize),
    Value(ValueError),
    /// No merchant account at all.
    NoAccount,
    /// Whose payload it should be, and whose it is, as places in [`Scheme::all`]: two references would make errors larger.
    Scheme {
        expected: u8,
        found: u8,
    },
    /// The objects of which exactly one must be there.
    OneOf(&'static OneOf),
}

/// In place of a scheme: no account is one of a scheme, as there are only those of card networks.
pub(super) const CARDS_ALONE: u8 = u8::MAX - 1;

impl Finding {
    #[inline]
    pub(super) fn new(
        code: Code,
        severity: Severity,
        path: Path,
        span: Span,
        row: Option<&'static ObjectSpec>,
        detail: Detail,
    ) -> Finding {
        // A payload has at most 40,000 bytes.
        Finding { code, severity, path, start: span.start as u16, end: span.end as u16, row, detail }
    }

    /// The same in a payload one makes oneself: an error if nobody has to make such a thing.
    pub(super) const fn when_made(self) -> Finding {
        match self.code.rule().is_never_made {
            true => Finding { severity: Severity::Error, ..self },
            false => self,
        }
    }

    /// What was found.
    pub const fn code(&self) -> Code {
        self.code
    }

    /// How serious it is under the profile.
    pub const fn severity(&self) -> Severity {
        self.severity
    }

    /// The object; for a missing one, where it should be. [`Path::PAYLOAD`] for the whole payload.
    pub const fn path(&self) -> Path {
        self.path
    }

    /// The part of the payload it is about, in bytes: the object, or for a missing one the template it should be in.
    pub const fn span(&self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }

    /// The row of the table for the object, if there is one.
    pub const fn row(&self) -> Option<&'static ObjectSpec> {
        self.row
    }

    /// The source of the rule: document, and clause or table.
    pub fn cites(&self) -> &'static str {
        match (self.detail, self.code.rule().grades, self.row) {
            (Detail::NoAccount, ..) => "EMVCo 4.7.9",
            (Detail::OneOf(one_of), ..) => one_of.cites,
            (_, None, Some(row)) => row.cites,
            _ => self.code.rule().cites,
        }
    }
}

impl PartialEq for Finding {
    fn eq(&self, other: &Finding) -> bool {
        self.facts() == other.facts()
    }
}

impl Eq for Finding {}

impl Hash for Finding {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.facts().hash(state);
    }
}

impl Finding {
    /// Everything that equality compares. A row is compared by its name and clause, as its address may differ between
    /// crates.
    fn facts(&self) -> impl Eq + Hash + fmt::Debug + use<> {
        let row = self.row.map(|row| (row.name, row.cites));
        (self.code, self.severity, self.path, self.start, self.end, row, self.detail)
    }

    /// What is wrong, with the name of the object but without its path and clause, for callers that show those
    /// separately.
    pub const fn message(&self) -> Message<'_> {
        Message(self)
    }
}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finding")
            .field("code", &self.code)
            .field("severity", &self.severity)
            .field("path", &self.path)
            .field("span", &self.span())
            .field("detail", &self.detail)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            write!(f, "{}[{}] ", self.severity, self.code)?;
        }
        if self.path.depth() > 0 {
            write!(f, "{} ", self.path)?;
        }
        write!(f, "{} ({})", self.message(), self.cites())
    }
}

impl core::error::Error for Finding {}

/// What is wrong, as a sentence. Made by [`Finding::message`].
#[derive(Clone, Copy, Debug)]
pub struct Message<'f>(&'f Finding);

/// The word after a number.
const fn characters(number: usize) -> &'static str {
    LengthUnit::Characters.counted(number)
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding { code, row, detail, .. } = *self.0;
        let says = code.rule().says;
        if let Detail::Scheme { expected, found } = detail {
            let name = |place: u8| Scheme::all().get(usize::from(place)).map(|scheme| scheme.name);
            write!(f, "there is no account of {}; ", name(expected).unwrap_or_default())?;
            return match name(found).filter(|_| found != expected) {
                Some(name) => write!(f, "this is a code of {name}"),
                None if found == CARDS_ALONE => f.write_str("it has accounts of card networks (02–25) alone"),
                None => f.write_str("its accounts are of no scheme we know"),
            };
        }
        if let Detail::OneOf(one_of) = detail {
            write!(f, "{}: exactly one of ", row.map_or("the payload", |row| row.name))?;
            for (n, id) in one_of.ids().enumerate() {
                write!(f, "{}{id}", if n == 0 { "" } else { ", " })?;
            }
            return f.write_str(" must be there");
        }
        let Some(row) = row else { return f.write_str(says) };
        let name = row.name;
        match (code, detail, row.presence) {
            (_, Detail::NoAccount, _) => f.write_str("there is no merchant account: none of 02–51"),
            (Code::Missing, _, Presence::When(path, value)) => {
                write!(f, "{name} is missing; it must be there when {path} is {value}")
            }
            (Code::Missing, ..) => write!(f, "{name} is missing"),
            (Code::TooShort | Code::TooLong, Detail::Length(length), _) if row.min == row.max => {
                write!(f, "{name} has {length} {}; it must have {}", characters(length), row.min)
            }
            (Code::TooShort | Code::TooLong, Detail::Length(length), _) => {
                let (word, min, max) = (characters(length), row.min, row.max);
                write!(f, "{name} has {length} {word}; {min} to {max} are allowed")
            }
            (Code::WrongCharacters, ..) => match row.format {
                Format::Numeric => write!(f, "{name} must be digits only"),
                _ => write!(f, "{name} must be printable ASCII"),
            },
            (Code::WrongValue, ..) => {
                write!(f, "{name} is not ")?;
                expected(f, &row.content)
            }
            (_, Detail::Value(error), _) => write!(f, "{name}: {error}"),
            _ => write!(f, "{name}: {says}"),
        }
    }
}

/// What a value should have been.
fn expected(f: &mut fmt::Formatter<'_>, content: &Content) -> fmt::Result {
    match content {
        Content::Fixed(text) => f.write_str(text),
        Content::OneOf(choices) => {
            for (n, (value, meaning)) in choices.iter().enumerate() {
                write!(f, "{}{value} ({meaning})", if n == 0 { "" } else { " or " })?;
            }
            Ok(())
        }
        Content::Country => f.write_str("two upper-case letters of ISO 3166-1"),
        Content::Language => f.write_str("two letters of ISO 639-1"),
        Content::Criteria => f.write_str("one of UMI, UKE, UME, UBE, URE, PSO, BLU"),
        Content::ConsumerData => f.write_str("some of A, M and E, each once"),
        Content::Channel => f.write_str("three digits for media, location and presence"),
        _ => f.write_str("one of the values allowed"),
    }
}

/// Findings that are collected before they are passed on. The most at once are about what a payload lacks: mandatory
/// and conditional root objects and an account, fewer than twelve.
#[derive(Clone, Copy, Debug)]
pub(super) struct Batch<const SIZE: usize = 12> {
    found: [Option<Finding>; SIZE],
    used: usize,
}

impl<const SIZE: usize> Batch<SIZE> {
    #[inline]
    pub(super) const fn new() -> Batch<SIZE> {
        Batch { found: [None; SIZE], used: 0 }
    }

    pub(super) fn put(&mut self, finding: Finding) {
        debug_assert!(!self.is_full(), "a batch holds all findings of one object");
        if let Some(place) = self.found.get_mut(self.used) {
            *place = Some(finding);
            self.used = self.used.saturating_add(1);
        }
    }

    pub(super) fn get(&self, place: usize) -> Option<Finding> {
        self.found.get(..self.used)?.get(place).copied().flatten()
    }

    pub(super) const fn is_full(&self) -> bool {
        self.used >= SIZE
    }

    pub(super) const fn clear(&mut self) {
        self.used = 0;
    }

    /// Calls `found` for each finding, until it breaks.
    #[inline]
    pub(super) fn emit<F>(&self, found: &mut F) -> ControlFlow<()>
    where
        F: FnMut(Finding) -> ControlFlow<()>,
    {
        if self.used == 0 {
            return ControlFlow::Continue(());
        }
        self.found.iter().take(self.used).flatten().try_for_each(|finding| found(*finding))
    }
}
