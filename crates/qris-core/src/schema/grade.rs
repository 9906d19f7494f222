//! How serious a finding is, in each of the readings.

use crate::value_error::{ValueError, What};

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Note,
    /// Breaks a rule that payloads in circulation break.
    Warning,
    /// Breaks a rule that must hold: the payload does not conform.
    Error,
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

impl core::str::FromStr for Severity {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Severity, ValueError> {
        let all = [Severity::Note, Severity::Warning, Severity::Error];
        all.into_iter().find(|severity| severity.name() == text).ok_or(ValueError::malformed(What::Severity))
    }
}

impl core::fmt::Display for Severity {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.name())
    }
}

/// Which of the three severities of a row or rule applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reading {
    /// The EMVCo text.
    Emvco,
    /// The text of the payload's scheme, such as QRIS.
    Letter,
    /// The scheme as acquirers really print it.
    Wild,
}

/// The severity of one aspect in each reading; `None` where it is no finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Grades {
    emvco: Option<Severity>,
    letter: Option<Severity>,
    wild: Option<Severity>,
}

impl Grades {
    /// Three letters, one a reading (EMVCo, the scheme's letter, wild): `E`rror, `W`arning, `N`ote, `-` none.
    ///
    /// # Panics
    /// At compile time, on any other letter.
    pub const fn of(letters: &[u8; 3]) -> Grades {
        match Grades::read(letters) {
            Some(grades) => grades,
            None => panic!("a grade is E, W, N or -"),
        }
    }

    /// The same, `None` on any other letter.
    pub(super) const fn read(letters: &[u8; 3]) -> Option<Grades> {
        const fn one(letter: u8) -> Option<Option<Severity>> {
            match letter {
                b'E' => Some(Some(Severity::Error)),
                b'W' => Some(Some(Severity::Warning)),
                b'N' => Some(Some(Severity::Note)),
                b'-' => Some(None),
                _ => None,
            }
        }
        let [emvco, letter, wild] = *letters;
        match (one(emvco), one(letter), one(wild)) {
            (Some(emvco), Some(letter), Some(wild)) => Some(Grades { emvco, letter, wild }),
            _ => None,
        }
    }

    /// The severity in a reading.
    #[inline]
    pub const fn get(self, reading: Reading) -> Option<Severity> {
        match reading {
            Reading::Emvco => self.emvco,
            Reading::Letter => self.letter,
            Reading::Wild => self.wild,
        }
    }
}
