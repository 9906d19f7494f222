//! A value as it will be written.

#[cfg(feature = "alloc")]
use alloc::string::String;
use core::fmt;

use crate::value::{
    Amount, Country, Criteria, Currency, Initiation, Mcc, Mpan, Nmid, Percentage, Purpose, ShortText,
};
use crate::wire::is_ascii;

/// A value to be written: text of the caller, or a short one held in place, so that amounts and numbers
/// need no allocation. Made with `into` from texts and from the types of [`crate::value`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Value<'a> {
    pub(crate) content: Content<'a>,
    /// What it is an amount of; [`Currency::NONE`] if it is none.
    pub(super) currency: Currency,
}

/// What is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content<'a> {
    Text(&'a str),
    Short(ShortText<19>),
}

impl Content<'_> {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Content::Text(text) => text,
            Content::Short(text) => text.as_str(),
        }
    }

    /// The length of a value that has the same in every unit, if an object can have it.
    #[inline(always)]
    pub(super) fn ascii_length(&self) -> Option<u8> {
        match self {
            Content::Text(text) if text.len() > 99 || !is_ascii(text.as_bytes()) => None,
            Content::Text(text) => Some(text.len() as u8),
            Content::Short(text) => Some(text.len() as u8),
        }
    }
}

impl<'a> Value<'a> {
    /// The text.
    pub fn as_str(&self) -> &str {
        self.content.as_str()
    }

    const fn of(content: Content<'a>) -> Value<'a> {
        Value { content, currency: Currency::NONE }
    }

    fn short<const N: usize>(text: &ShortText<N>) -> Value<'a> {
        Value::of(Content::Short(text.widened()))
    }
}

impl fmt::Debug for Content<'_> {
    /// Its length alone: a value may be a PAN or a telephone number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Value({} bytes)", self.as_str().len())
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.content.fmt(f)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::of(Content::Text(text))
    }
}

#[cfg(feature = "alloc")]
impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Value::of(Content::Text(text))
    }
}

impl From<Amount> for Value<'_> {
    fn from(amount: Amount) -> Self {
        Value { currency: amount.currency(), ..Value::short(amount.text()) }
    }
}

impl From<Percentage> for Value<'_> {
    fn from(percentage: Percentage) -> Self {
        Value::short(percentage.text())
    }
}

impl From<Purpose> for Value<'_> {
    fn from(purpose: Purpose) -> Self {
        Value::of(Content::Text(purpose.as_str()))
    }
}

impl From<Mpan> for Value<'_> {
    fn from(mpan: Mpan) -> Self {
        Value::short(mpan.text())
    }
}

impl From<Nmid> for Value<'_> {
    fn from(nmid: Nmid) -> Self {
        Value::short(nmid.text())
    }
}

impl From<Criteria> for Value<'_> {
    fn from(criteria: Criteria) -> Self {
        Value::short(criteria.text())
    }
}

impl From<Mcc> for Value<'_> {
    fn from(mcc: Mcc) -> Self {
        Value::short(mcc.text())
    }
}

impl From<Country> for Value<'_> {
    fn from(country: Country) -> Self {
        Value::short(country.text())
    }
}

impl From<Currency> for Value<'_> {
    fn from(currency: Currency) -> Self {
        let mut text = ShortText::default();
        currency.digits().into_iter().for_each(|digit| text.push(digit));
        Value::of(Content::Short(text))
    }
}

impl From<Initiation> for Value<'_> {
    fn from(initiation: Initiation) -> Self {
        Value::of(Content::Text(initiation.as_str()))
    }
}
