//! What `qris-core` says in English, in Indonesian: names of data objects, meanings of values, errors, rules, causes of damage.
//!
//! The words are those of Bank Indonesia and ASPI. Codes such as `crc-mismatch` are the same in every language. A text may have
//! places for facts, in braces: `{declared}`. A test holds the table against every table of `qris-core`.

pub use crate::generated::indonesian::{AS_OF, TEXTS};

/// A text, and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Text {
    /// What it translates: a kind, a slash, and the English name or code, as in `rule/missing`.
    pub key: &'static str,
    /// The Indonesian text.
    pub text: &'static str,
    /// What to do, in a sentence or two; errors, rules and causes have one.
    pub advice: Option<&'static str>,
}

/// What a text translates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Of {
    /// The name of a data object, by its English name.
    Name,
    /// The meaning of a value, by the English one.
    Meaning,
    /// A kind of payload, by its name.
    Kind,
    /// Why a text is no payload, by the error's code.
    Error,
    /// What a payload breaks, by the finding's code.
    Rule,
    /// What happened to a text, by the cause's code: the end of the sentence that begins "teks ini utuh bila".
    Cause,
    /// What a text is instead of a payload, by its code: the end of the sentence that begins "ini".
    Foreign,
    /// Where a rule stands, by the English citation; citations without an English word have no row.
    Source,
}

impl Of {
    /// Every one.
    pub const ALL: &'static [Of] =
        &[Of::Name, Of::Meaning, Of::Kind, Of::Error, Of::Rule, Of::Cause, Of::Foreign, Of::Source];

    /// As the keys begin.
    pub const fn name(self) -> &'static str {
        match self {
            Of::Name => "name",
            Of::Meaning => "meaning",
            Of::Kind => "kind",
            Of::Error => "error",
            Of::Rule => "rule",
            Of::Cause => "cause",
            Of::Foreign => "foreign",
            Of::Source => "source",
        }
    }
}

/// The Indonesian text of an English name or code; `None` when there is none.
///
/// ```
/// use qris_tables::indonesian::{Of, text};
/// assert_eq!(text(Of::Name, "Transaction Amount").unwrap().text, "Nominal transaksi");
/// assert!(text(Of::Rule, "missing").unwrap().advice.is_some());
/// assert_eq!(text(Of::Name, "missing"), None);
/// ```
pub fn text(of: Of, key: &str) -> Option<&'static Text> {
    let wanted = || of.name().bytes().chain([b'/']).chain(key.bytes());
    let place = TEXTS.binary_search_by(|row| row.key.bytes().cmp(wanted())).ok()?;
    TEXTS.get(place)
}
