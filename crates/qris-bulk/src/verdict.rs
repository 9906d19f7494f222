//! What is said of each line.

use core::iter::FusedIterator;
use core::ops::ControlFlow;

use qris_core::{DecodeError, ErrorKind, Finding, Kind, Payload, Profile, Scheme, Sealed, Severity, check};

use crate::line::{Line, Lines};

/// What payloads are judged by: one profile, or each by that of its scheme ([`Profile::of`]).
///
/// ```
/// use qris_bulk::{JudgedBy, Outcome, judge};
/// use qris_core::Profile;
/// let pix = "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR\
///            5913Fulano de Tal6008BRASILIA62070503***63041D3D";
/// let conforms = |by: JudgedBy| matches!(judge(pix.as_bytes(), by), Outcome::Good(good) if good.conformant());
/// assert!(conforms(JudgedBy::Scheme) && !conforms(Profile::WILD.into()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JudgedBy {
    /// All by this one.
    Profile(Profile),
    /// Each by the profile of its scheme.
    Scheme,
}

impl From<Profile> for JudgedBy {
    fn from(profile: Profile) -> JudgedBy {
        JudgedBy::Profile(profile)
    }
}

impl From<&Profile> for JudgedBy {
    fn from(profile: &Profile) -> JudgedBy {
        JudgedBy::Profile(*profile)
    }
}

impl JudgedBy {
    /// The profile for a payload.
    #[inline]
    pub fn profile(&self, payload: &Payload<'_>) -> Profile {
        match self {
            JudgedBy::Profile(profile) => *profile,
            JudgedBy::Scheme => Profile::of(payload),
        }
    }
}

/// What became of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// Physical line number, from 1.
    pub line: u64,
    /// Where the line begins, in bytes from the start of the input.
    pub offset: u64,
    /// What it is.
    pub outcome: Outcome,
}

impl Verdict {
    /// Judges the text of a line, white space trimmed; `None` for a blank line.
    #[inline]
    pub fn of(line: &Line<'_>, by: impl Into<JudgedBy>) -> Option<Verdict> {
        let outcome = match line.text() {
            Some([]) => return None,
            Some(text) => judge(text, by),
            None => Outcome::TooLong { bytes: line.len },
        };
        Some(Verdict { line: line.number, offset: line.offset, outcome })
    }
}

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// A payload with a right CRC.
    Good(Good),
    /// No payload. Offsets count from the start of the trimmed text.
    Bad(DecodeError),
    /// No payload: the line is longer than [`crate::MAX_LINE`] and was not kept.
    TooLong {
        /// Its length, white space included.
        bytes: u64,
    },
}

impl Outcome {
    /// What is wrong, in the core's words; `None` when nothing is. This is where both ways of being too long
    /// become [`ErrorKind::TooLong`].
    pub fn error_kind(&self) -> Option<ErrorKind> {
        match *self {
            Outcome::Good(_) => None,
            Outcome::Bad(error) => Some(error.kind()),
            Outcome::TooLong { bytes } => Some(too_long(bytes)),
        }
    }
}

/// A payload with a right CRC, in figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Good {
    /// The scheme whose payload it is; `None` when it is of none we know.
    pub scheme: Option<&'static Scheme>,
    /// What it asks for.
    pub kind: Kind,
    /// Findings of severity error.
    pub errors: u32,
    /// Findings of severity warning.
    pub warnings: u32,
    /// The first finding of severity error: the broken rule to name when only one can be named.
    pub first_error: Option<Finding>,
}

impl Good {
    /// Counts the findings of a payload.
    pub fn of(payload: &Payload<'_>, by: impl Into<JudgedBy>) -> Good {
        let profile = &by.into().profile(payload);
        let (scheme, kind) = (Scheme::of(payload), Kind::of(payload));
        let mut good = Good { scheme, kind, errors: 0, warnings: 0, first_error: None };
        let _ = check::visit(payload, profile, |finding| {
            match finding.severity() {
                Severity::Error => {
                    good.errors = good.errors.saturating_add(1);
                    good.first_error.get_or_insert(finding);
                }
                Severity::Warning => good.warnings = good.warnings.saturating_add(1),
                _ => {}
            }
            ControlFlow::Continue(())
        });
        good
    }

    /// Whether there is no finding of severity error.
    pub const fn conformant(&self) -> bool {
        self.errors == 0
    }
}

/// Decodes and checks one text, exactly as it is: white space around it is a fault here.
///
/// ```
/// use qris_bulk::{Outcome, judge};
/// use qris_core::Profile;
/// let text = b"000201520400005303360540410005802ID5901A6001B26080004ID.A63041858";
/// assert!(matches!(judge(text, &Profile::WILD), Outcome::Good(good) if good.conformant()));
/// assert_eq!(judge(b"0002", &Profile::WILD).error_kind().map(|kind| kind.code()), Some("overrun"));
/// ```
#[inline]
pub fn judge(text: &[u8], by: impl Into<JudgedBy>) -> Outcome {
    match sealed(text) {
        Ok(sealed) => Outcome::Good(Good::of(&sealed, by)),
        Err(error) => Outcome::Bad(error),
    }
}

/// Structure and CRC of a text.
#[inline]
pub(crate) fn sealed(text: &[u8]) -> Result<Sealed<'_>, DecodeError> {
    match simdutf8::basic::from_utf8(text) {
        Ok(text) => Sealed::parse(text),
        // Which byte it is, the core finds out.
        Err(_) => Payload::from_bytes(text).and_then(Payload::verify_crc),
    }
}

/// What is wrong with a line that was not kept.
pub(crate) fn too_long(bytes: u64) -> ErrorKind {
    DecodeError::too_long(usize::try_from(bytes).unwrap_or(usize::MAX)).kind()
}

/// The verdicts on all lines that are not blank, judged by [`Profile::WILD`]: QRIS as acquirers really print it.
///
/// ```
/// use qris_bulk::{Totals, verdicts};
/// let file = b"000201520400005303360540410005802ID5901A6001B26080004ID.A63041858\r\n\n  hello \n";
/// let lines: Vec<u64> = verdicts(file).map(|verdict| verdict.line).collect();
/// assert_eq!(lines, [1, 3]);
/// let totals: Totals = verdicts(file).collect();
/// assert_eq!((totals.good(), totals.bad()), (1, 1));
/// ```
pub const fn verdicts(bytes: &[u8]) -> Verdicts<'_> {
    Verdicts { lines: Lines::new(bytes), by: JudgedBy::Profile(Profile::WILD) }
}

/// The same, judged by another profile, or each by that of its scheme.
pub fn verdicts_with(bytes: &[u8], by: impl Into<JudgedBy>) -> Verdicts<'_> {
    Verdicts { lines: Lines::new(bytes), by: by.into() }
}

/// The iterator of [`verdicts`]. It allocates nothing.
#[derive(Clone, Debug)]
pub struct Verdicts<'a> {
    lines: Lines<'a>,
    by: JudgedBy,
}

impl Iterator for Verdicts<'_> {
    type Item = Verdict;

    #[inline]
    fn next(&mut self) -> Option<Verdict> {
        let by = self.by;
        self.lines.by_ref().find_map(|line| Verdict::of(&line, by))
    }
}

impl FusedIterator for Verdicts<'_> {}
