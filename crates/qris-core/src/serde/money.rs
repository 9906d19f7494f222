//! Amounts and tips as objects.

use core::str::FromStr;

use ::serde::de::{self, Deserialize, Deserializer, MapAccess};
use ::serde::ser::{Serialize, SerializeMap, Serializer};

use super::quiet::{Form, Hint, read, text};
use crate::value::{Amount, Currency, Percentage, Tip};

/// A field of a type that borrows nothing.
type Field<T> = Option<T>;

/// What an amount is read from; each field once.
#[derive(Default)]
struct AmountFields {
    text: Field<ShortAmount>,
    minor: Field<u64>,
    exponent: Field<u8>,
    currency: Field<Currency>,
}

/// A text that may be an amount once the currency is known.
struct ShortAmount([u8; Amount::MAX_CHARACTERS], usize);

impl FromStr for ShortAmount {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<ShortAmount, &'static str> {
        let mut bytes = [0; Amount::MAX_CHARACTERS];
        let place = bytes.get_mut(..text.len()).ok_or("an amount has at most 13 characters")?;
        place.copy_from_slice(text.as_bytes());
        Ok(ShortAmount(bytes, text.len()))
    }
}

impl<'de> Deserialize<'de> for ShortAmount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ShortAmount, D::Error> {
        text(deserializer)
    }
}

/// `{"text":"1000.50","minor":100050,"exponent":2,"currency":"360"}`.
impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("text", self.as_str())?;
        map.serialize_entry("minor", &self.minor())?;
        map.serialize_entry("exponent", &self.exponent())?;
        map.serialize_entry("currency", &self.currency())?;
        map.end()
    }
}

/// From an object as it is serialized. The text or the minor units are enough; without a currency it is of rupiah. All
/// fields that are there must agree.
impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        read(AmountForm, Hint::Object, deserializer)
    }
}

struct AmountForm;

impl<'de> Form<'de> for AmountForm {
    type Value = Amount;
    const EXPECTED: &'static str = "an amount with text, minor, exponent and currency";

    fn object<A: MapAccess<'de>>(self, mut map: A) -> Result<Amount, A::Error> {
        let mut fields = AmountFields::default();
        while let Some(name) = map.next_key::<Name>()? {
            match name {
                Name::Text => once(&mut fields.text, "text", map.next_value()?)?,
                Name::Minor => once(&mut fields.minor, "minor", map.next_value::<Whole>()?.0)?,
                Name::Exponent => {
                    let Whole(exponent) = map.next_value()?;
                    let exponent = u8::try_from(exponent)
                        .map_err(|_| de::Error::custom("exponent is not that of the currency"))?;
                    once(&mut fields.exponent, "exponent", exponent)?;
                }
                Name::Currency => once(&mut fields.currency, "currency", map.next_value()?)?,
                _ => return Err(de::Error::custom("an amount has text, minor, exponent and currency")),
            }
        }
        let AmountFields { text, minor, exponent, currency } = fields;
        let currency = currency.unwrap_or(Currency::IDR);
        let amount = match (&text, minor) {
            (Some(ShortAmount(bytes, length)), _) => {
                let written = bytes.get(..*length).and_then(|bytes| core::str::from_utf8(bytes).ok());
                Amount::parse(written.unwrap_or_default(), currency)
            }
            (None, Some(minor)) => Amount::from_minor(minor, currency),
            (None, None) => return Err(de::Error::missing_field("text")),
        };
        let amount = amount.map_err(de::Error::custom)?;
        if minor.is_some_and(|minor| minor != amount.minor()) {
            return Err(de::Error::custom("minor is not the amount that text says"));
        }
        if exponent.is_some_and(|exponent| exponent != amount.exponent()) {
            return Err(de::Error::custom("exponent is not that of the currency"));
        }
        Ok(amount)
    }
}

/// A whole number.
struct Whole(u64);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Whole, D::Error> {
        read(WholeForm, Hint::Whole, deserializer)
    }
}

struct WholeForm;

impl Form<'_> for WholeForm {
    type Value = Whole;
    const EXPECTED: &'static str = "a whole number";

    fn whole<E: de::Error>(self, number: u64) -> Result<Whole, E> {
        Ok(Whole(number))
    }
}

/// The names of fields.
#[derive(Clone, Copy)]
enum Name {
    Text,
    Minor,
    Exponent,
    Currency,
    Kind,
    Fixed,
    Percent,
}

impl FromStr for Name {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Name, &'static str> {
        Ok(match text {
            "text" => Name::Text,
            "minor" => Name::Minor,
            "exponent" => Name::Exponent,
            "currency" => Name::Currency,
            "kind" => Name::Kind,
            "fixed" => Name::Fixed,
            "percent" => Name::Percent,
            _ => return Err("unknown field"),
        })
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Name, D::Error> {
        text(deserializer)
    }
}

/// Puts a field that was not there yet.
fn once<T, E: de::Error>(field: &mut Option<T>, name: &'static str, value: T) -> Result<(), E> {
    match field.replace(value) {
        None => Ok(()),
        Some(_) => Err(E::duplicate_field(name)),
    }
}

/// `{"kind":"prompt"}`, `{"kind":"fixed","fixed":{…}}` with an amount, or `{"kind":"percentage","percent":"0.7"}`.
impl Serialize for Tip {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let length = if *self == Tip::Prompt { 1 } else { 2 };
        let mut map = serializer.serialize_map(Some(length))?;
        map.serialize_entry("kind", self.name())?;
        match self {
            Tip::Prompt => {}
            Tip::Fixed(fee) => map.serialize_entry("fixed", fee)?,
            Tip::Percentage(share) => map.serialize_entry("percent", share)?,
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Tip {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Tip, D::Error> {
        read(TipForm, Hint::Object, deserializer)
    }
}

struct TipForm;

/// `prompt`, `fixed` or `percentage`.
enum TipKind {
    Prompt,
    Fixed,
    Percentage,
}

impl FromStr for TipKind {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<TipKind, &'static str> {
        match text {
            "prompt" => Ok(TipKind::Prompt),
            "fixed" => Ok(TipKind::Fixed),
            "percentage" => Ok(TipKind::Percentage),
            _ => Err("the kind of a tip is prompt, fixed or percentage"),
        }
    }
}

impl<'de> Deserialize<'de> for TipKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<TipKind, D::Error> {
        text(deserializer)
    }
}

impl<'de> Form<'de> for TipForm {
    type Value = Tip;
    const EXPECTED: &'static str = "a tip with its kind, and fixed or percent";

    fn object<A: MapAccess<'de>>(self, mut map: A) -> Result<Tip, A::Error> {
        let (mut kind, mut fixed, mut percent) = (None, None, None);
        while let Some(name) = map.next_key::<Name>()? {
            match name {
                Name::Kind => once(&mut kind, "kind", map.next_value::<TipKind>()?)?,
                Name::Fixed => once(&mut fixed, "fixed", map.next_value::<Amount>()?)?,
                Name::Percent => once(&mut percent, "percent", map.next_value::<Percentage>()?)?,
                _ => return Err(de::Error::custom("a tip has kind, and fixed or percent")),
            }
        }
        match (kind.ok_or_else(|| de::Error::missing_field("kind"))?, fixed, percent) {
            (TipKind::Prompt, None, None) => Ok(Tip::Prompt),
            (TipKind::Fixed, Some(fee), None) => Ok(Tip::Fixed(fee)),
            (TipKind::Percentage, None, Some(share)) => Ok(Tip::Percentage(share)),
            _ => Err(de::Error::custom(
                "a fixed tip has fixed, a percentage has percent, a prompt has neither",
            )),
        }
    }
}
