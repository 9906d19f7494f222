//! One finding.

use core::fmt;
use core::ops::Range;

use qris_core::Severity;

use crate::rules::Code;
use crate::schema::{Content, Row};
use crate::tag::Path;

/// Something the check found in a code: what, how serious, where, and the source that says so. Neither `Display` nor `Debug`
/// has anything of a value.
///
/// ```
/// use qris_cpm::{CpmPayload, Profile, check};
/// // A code of EMVCo, judged as one of QRIS.
/// let code = CpmPayload::parse("hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=")?;
/// let finding = check::first_error(&code, Profile::Qris).unwrap();
/// assert_eq!((finding.code().name(), finding.path().to_string().as_str()), ("wrong-value", "61/4F"));
/// assert_eq!(
///     format!("{finding:#}"),
///     "error[wrong-value] 61/4F ADF Name (AID) is not A0000006022020 (EMVCo CPM, table of data objects; \
///      QRIS CPM, data objects)"
/// );
/// # Ok::<(), qris_cpm::DecodeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Finding {
    code: Code,
    severity: Severity,
    path: Path,
    start: u16,
    end: u16,
    length: u16,
    row: Option<&'static Row>,
}

impl Finding {
    pub(crate) fn new(
        code: Code,
        severity: Severity,
        path: Path,
        span: Range<usize>,
        length: usize,
        row: Option<&'static Row>,
    ) -> Finding {
        // A code has at most 384 bytes.
        let short = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
        Finding {
            code,
            severity,
            path,
            start: short(span.start),
            end: short(span.end),
            length: short(length),
            row,
        }
    }

    /// The same in a code one makes oneself: an error if nobody has to make such a thing.
    pub(crate) const fn when_made(self) -> Finding {
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

    /// The object; for a missing one, where it should be.
    pub const fn path(&self) -> Path {
        self.path
    }

    /// The bytes it is about, counted from the beginning of the code: the object, or for a missing one the template it should
    /// be in.
    pub fn span(&self) -> Range<usize> {
        usize::from(self.start)..usize::from(self.end)
    }

    /// The row of the table for the object, if there is one.
    pub const fn row(&self) -> Option<&'static Row> {
        self.row
    }

    /// The source of the rule.
    pub const fn cites(&self) -> &'static str {
        match (self.code.rule().grades, self.row) {
            (None, Some(row)) => row.cites,
            _ => self.code.rule().cites,
        }
    }

    /// What is wrong, with the name of the object but without its path and source.
    pub const fn message(&self) -> Message<'_> {
        Message(self)
    }
}

impl PartialEq for Finding {
    /// By what was found and where; of the row only its name is compared.
    fn eq(&self, other: &Finding) -> bool {
        let facts =
            |f: &Finding| (f.code, f.severity, f.path, f.start, f.end, f.length, f.row.map(|row| row.name));
        facts(self) == facts(other)
    }
}

impl Eq for Finding {}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finding")
            .field("code", &self.code)
            .field("severity", &self.severity)
            .field("path", &self.path)
            .field("span", &self.span())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            write!(f, "{}[{}] ", self.severity, self.code)?;
        }
        if self.path != Path::ROOT {
            write!(f, "{} ", self.path)?;
        }
        write!(f, "{} ({})", self.message(), self.cites())
    }
}

impl core::error::Error for Finding {}

/// What is wrong, as a sentence. Made by [`Finding::message`].
#[derive(Clone, Copy, Debug)]
pub struct Message<'f>(&'f Finding);

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding { code, row, length, .. } = *self.0;
        let says = code.rule().says;
        let Some(row) = row else { return f.write_str(says) };
        let (name, bytes) = (row.name, if length == 1 { "byte" } else { "bytes" });
        match (code, row.qris_value) {
            (Code::Missing, _) => write!(f, "{name} is missing"),
            (Code::TooShort | Code::TooLong, _) if row.min == row.max => {
                write!(f, "{name} has {length} {bytes}; it must have {}", row.min)
            }
            (Code::TooShort | Code::TooLong, _) => {
                write!(f, "{name} has {length} {bytes}; {} to {} are allowed", row.min, row.max)
            }
            (Code::WrongCharacters, _) => {
                let must = match row.content {
                    Content::Digits(_) => "digits, two in a byte",
                    Content::Alphanumeric => "letters and digits",
                    _ => "printable ASCII",
                };
                write!(f, "{name} must be {must}")
            }
            (Code::WrongValue, Some((_, value))) => write!(f, "{name} is not {value}"),
            _ => write!(f, "{name}: {says}"),
        }
    }
}
