//! Why a text or a number is not a value.

use core::fmt;

/// Why a text or a number is not a value: which value was wanted, and what is wrong. It contains nothing of the text but
/// the one character that is no part of an amount.
///
/// ```
/// use qris_core::value::{What, Why};
/// use qris_core::{Amount, Mcc, ValueError};
/// fn amount(text: &str) -> Result<Amount, ValueError> {
///     text.parse()
/// }
/// let error = amount(&String::from("12,5")).unwrap_err();
/// assert_eq!((error.what, error.why), (What::Amount, Why::Comma));
/// assert_eq!(error.to_string(), "a comma is not allowed: decimals follow a point, thousands are not grouped");
/// assert_eq!("58".parse::<Mcc>().unwrap_err().what, What::Mcc);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ValueError {
    /// The value that was wanted.
    pub what: What,
    /// What is wrong.
    pub why: Why,
}

/// A value that is read from a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum What {
    /// [`crate::Amount`]
    Amount,
    /// [`crate::Code`]
    Code,
    /// [`crate::Country`]
    Country,
    /// [`crate::Criteria`]
    Criteria,
    /// [`crate::Currency`]
    Currency,
    /// [`crate::Id`]
    Id,
    /// [`crate::Initiation`]
    Initiation,
    /// [`crate::Kind`]
    Kind,
    /// [`crate::LengthUnit`]
    LengthUnit,
    /// [`crate::Mcc`]
    Mcc,
    /// [`crate::Mpan`]
    Mpan,
    /// [`crate::Nmid`]
    Nmid,
    /// [`crate::Path`]
    Path,
    /// [`crate::Percentage`]
    Percentage,
    /// [`crate::Purpose`]
    Purpose,
    /// [`crate::Severity`]
    Severity,
}

/// What is wrong with a text or a number that is not a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Why {
    /// It does not have the form of the value.
    Malformed,
    /// There is no text (amounts).
    Empty,
    /// An amount of more than 13 characters, the point included.
    TooLong {
        /// Characters there are.
        length: usize,
    },
    /// A comma in an amount; the decimal mark is the point, and thousands are not grouped.
    Comma,
    /// A blank in an amount.
    Blank,
    /// A plus or minus sign in an amount.
    Sign,
    /// An amount in exponent form such as `1e3`.
    ExponentForm,
    /// An amount that is no number at all: `NaN`, `Infinity`, a currency symbol, other letters.
    NotANumber {
        /// The first character that is neither a digit nor a point.
        found: char,
    },
    /// A second point in an amount.
    TwoPoints,
    /// An amount without a digit before the point.
    NoWholeDigits,
    /// More decimals than there can be: not all of them zeros, or exactly three, which is how thousands are written.
    TooManyDecimals {
        /// Decimals there are.
        found: u8,
        /// Decimals of the currency; two for a percentage.
        allowed: u8,
    },
    /// An amount of zero: 54 and 56 are never zero (leave 54 out to let the payer enter the amount).
    Zero,
    /// A character of a PAN that is no ASCII digit.
    NotDigits,
    /// A PAN of fewer than 15 or more than 19 digits.
    Length {
        /// Digits there are.
        length: usize,
    },
    /// A percentage of zero, or of 100 and more.
    OutOfRange,
}

impl ValueError {
    pub(crate) const fn new(what: What, why: Why) -> ValueError {
        ValueError { what, why }
    }

    pub(crate) const fn malformed(what: What) -> ValueError {
        ValueError { what, why: Why::Malformed }
    }
}

impl What {
    /// The form it has.
    const fn form(self) -> &'static str {
        match self {
            What::Amount => "an amount is digits with at most one point",
            What::Code => "a code is one of those `qris explain` lists, such as bad-amount",
            What::Country => "a country is two upper-case letters of ISO 3166-1, such as ID",
            What::Criteria => {
                "merchant criteria are three letters such as UMI, UKE, UME, UBE, URE, PSO or BLU"
            }
            What::Currency => "a currency is the three digits of ISO 4217, such as 360",
            What::Id => "an ID is exactly two digits, such as 54",
            What::Initiation => "the point of initiation method is 11 (static) or 12 (dynamic)",
            What::Kind => "a kind is payment, transfer, cash-deposit or cash-withdrawal",
            What::LengthUnit => "a length unit is characters, bytes or utf16",
            What::Mcc => "a merchant category code is four digits of ISO 18245, such as 5812",
            What::Mpan => "a merchant PAN is 15 to 19 digits",
            What::Nmid => "an NMID is ID and 13 digits, such as ID1026000000012",
            What::Path => {
                "a path is one to three two-digit IDs with a slash between them, such as 54 or 62/07"
            }
            What::Percentage => {
                "a percentage is digits with at most one point, five characters at most, no % sign"
            }
            What::Purpose => "a purpose is one of BOOK, DMCT, XBCT, CDPT, CWDL, POSP, BILL",
            What::Severity => "a severity is error, warning or note",
        }
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.why {
            Why::Malformed => f.write_str(self.what.form()),
            Why::Empty => f.write_str("the amount is empty"),
            Why::TooLong { length } => {
                write!(f, "an amount has at most 13 characters, the point included; this has {length}")
            }
            Why::Comma => {
                f.write_str("a comma is not allowed: decimals follow a point, thousands are not grouped")
            }
            Why::Blank => f.write_str("a blank is not allowed, neither inside nor around an amount"),
            Why::Sign => f.write_str("a sign is not allowed"),
            Why::ExponentForm => f.write_str("exponent form is not allowed: write the digits out"),
            Why::NotANumber { found } => {
                write!(
                    f,
                    "an amount is digits with at most one point; '{}' is neither",
                    found.escape_default()
                )
            }
            Why::TwoPoints => {
                f.write_str("two points: thousands are not grouped, and there is one decimal mark")
            }
            Why::NoWholeDigits => f.write_str("a digit must stand before the point"),
            Why::TooManyDecimals { .. } if self.what == What::Percentage => {
                f.write_str("a percentage has at most two decimals")
            }
            Why::TooManyDecimals { found, allowed } => {
                let word = if found == 1 { "decimal" } else { "decimals" };
                write!(f, "{found} {word}, but the currency has {allowed}")
            }
            Why::Zero => f.write_str("an amount is never zero; leave it out to let the payer enter it"),
            Why::NotDigits => f.write_str("a merchant PAN has digits only"),
            Why::Length { length } => write!(f, "a merchant PAN has 15 to 19 digits, this has {length}"),
            Why::OutOfRange => f.write_str("a percentage lies between 00.01 and 99.99"),
        }
    }
}

impl core::error::Error for ValueError {}
