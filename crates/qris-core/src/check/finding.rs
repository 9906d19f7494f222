//! One finding, and the small buffer that findings are gathered in.

use core::fmt;
use core::ops::ControlFlow;

use crate::id::Path;
use crate::rules::Code;
use crate::schema::{Content, Format, ObjectSpec, Presence, Severity};
use crate::value::{AmountError, PercentageError};
use crate::wire::{LengthUnit, Span};

/// Something worth saying about a payload: a stable code, how serious it is, which object, where, and the
/// clause that says so. Its `Display` is a sentence that contains nothing from the payload.
#[derive(Clone, Copy, Debug)]
pub struct Finding {
    code: Code,
    severity: Severity,
    path: Path,
    start: u16,
    end: u16,
    row: Option<&'static ObjectSpec>,
    detail: Detail,
}

/// The facts a sentence needs beyond code and row.
#[derive(Clone, Copy, Debug)]
pub(super) enum Detail {
    None,
    Length(usize),
    Amount(AmountError),
    Percentage(PercentageError),
    /// No merchant account at all.
    NoAccount,
}

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

    /// What is found.
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

    /// What is to blame, in bytes of the payload: the object, or for a missing one the template it should
    /// be in.
    pub const fn span(&self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }

    /// The row of the table the object has, if any.
    pub const fn row(&self) -> Option<&'static ObjectSpec> {
        self.row
    }

    /// Document and clause or table.
    pub fn cites(&self) -> &'static str {
        match (self.detail, self.code.rule().grades, self.row) {
            (Detail::NoAccount, ..) => "EMVCo 4.7.9",
            (_, None, Some(row)) => row.cites,
            _ => self.code.rule().cites,
        }
    }
}

/// The word after a number.
const fn characters(number: usize) -> &'static str {
    LengthUnit::Characters.counted(number)
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = self.code.rule();
        let Some(row) = self.row else { return f.write_str(rule.says) };
        let name = row.name;
        match (self.code, self.detail, row.presence) {
            (_, Detail::NoAccount, _) => f.write_str("there is no merchant account: none of 02–51"),
            (Code::Missing, _, Presence::When(id, value)) => {
                write!(f, "{name} is missing; it must be there when {id} is {value}")
            }
            (Code::Missing, ..) => write!(f, "{name} is missing"),
            (Code::TooShort | Code::TooLong, Detail::Length(length), _) if row.min == row.max => {
                write!(f, "{name} has {length} {}; it must have {}", characters(length), row.min)
            }
            (Code::TooShort | Code::TooLong, Detail::Length(length), _) => {
                write!(
                    f,
                    "{name} has {length} {}; {} to {} are allowed",
                    characters(length),
                    row.min,
                    row.max
                )
            }
            (Code::WrongCharacters, ..) => match row.format {
                Format::Numeric => write!(f, "{name} must be digits only"),
                _ => write!(f, "{name} must be printable ASCII"),
            },
            (Code::WrongValue, ..) => {
                write!(f, "{name} is not ")?;
                expected(f, &row.content)
            }
            (Code::BadAmount, Detail::Amount(error), _) => write!(f, "{name}: {error}"),
            (Code::BadPercentage, Detail::Percentage(error), _) => write!(f, "{name}: {error}"),
            (Code::Empty | Code::Repeated | Code::NotATemplate | Code::Reserved, ..) => {
                write!(f, "{name}: {}", rule.says)
            }
            _ => f.write_str(rule.says),
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

/// Findings that are gathered before they are given. The most at once are about what a payload lacks: mandatory and
/// conditional root objects and an account, fewer than twelve.
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

    /// Hands everything over.
    #[inline]
    pub(super) fn give<F>(&self, found: &mut F) -> ControlFlow<()>
    where
        F: FnMut(Finding) -> ControlFlow<()>,
    {
        if self.used == 0 {
            return ControlFlow::Continue(());
        }
        self.found.iter().take(self.used).flatten().try_for_each(|finding| found(*finding))
    }
}
