//! `serde` for the values, and serialization of what is wrong (feature `serde`).
//!
//! Values are texts as they stand in a payload; an amount is an object with its currency, a tip one with its kind. The
//! JSON of a whole payload is the command's (`qris decode --json`), which is written on top of this.

use core::fmt;
use core::marker::PhantomData;
use core::str::FromStr;

use ::serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use ::serde::ser::{Serialize, SerializeMap, Serializer};

use crate::check::Finding;
use crate::error::{DecodeError, ErrorKind};
use crate::id::{Id, Path};
use crate::kind::Kind;
use crate::rules::Code;
use crate::schema::Severity;
use crate::unit::LengthUnit;
use crate::value::{
    Amount, Country, Criteria, Currency, Initiation, Mcc, Mpan, Nmid, Percentage, Purpose, Tip,
};

/// A value that is a text, by `Display` and `FromStr`.
struct Text<T>(PhantomData<T>);

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

fn text<'de, T: FromStr<Err: fmt::Display>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_str(Text(PhantomData))
}

// The same two impls for each type whose text is its value: nothing but the name differs.
macro_rules! as_text {
    ($($value:ty)*) => {$(
        impl Serialize for $value {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $value {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$value, D::Error> {
                text(deserializer)
            }
        }
    )*};
}

as_text!(Id Path Mpan Nmid Mcc Currency Country Criteria Initiation Percentage Purpose);
as_text!(Kind Code Severity LengthUnit);

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

/// From an object as it is serialized. The text or the minor units are enough; without a currency it is of rupiah. What
/// is given must agree.
impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        deserializer.deserialize_map(AmountVisitor)
    }
}

struct AmountVisitor;

impl<'de> Visitor<'de> for AmountVisitor {
    type Value = Amount;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount with text, minor, exponent and currency")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Amount, A::Error> {
        let mut fields = AmountFields::default();
        while let Some(name) = map.next_key::<Name>()? {
            match name {
                Name::Text => once(&mut fields.text, "text", map.next_value()?)?,
                Name::Minor => once(&mut fields.minor, "minor", map.next_value()?)?,
                Name::Exponent => once(&mut fields.exponent, "exponent", map.next_value()?)?,
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
        let mut map = serializer.serialize_map(None)?;
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
        deserializer.deserialize_map(TipVisitor)
    }
}

struct TipVisitor;

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

impl<'de> Visitor<'de> for TipVisitor {
    type Value = Tip;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a tip with its kind, and fixed or percent")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tip, A::Error> {
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

/// `code`, `severity`, `path`, `offset` in bytes, `message` and `cites`.
///
/// ```
/// use qris_core::{Payload, Profile, check};
/// let text = String::from("00020152045812530336054051,0005802ID5906WARUNG6001B26080004ID.A63044926");
/// let payload = Payload::parse(&text)?;
/// let finding = check::first_error(&payload, &Profile::EMVCO).unwrap();
/// let json = serde_json::to_value(finding).unwrap();
/// assert_eq!((&json["code"], &json["path"]), (&"bad-amount".into(), &"54".into()));
/// # Ok::<(), qris_core::DecodeError>(())
/// ```
impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(6))?;
        map.serialize_entry("code", &self.code())?;
        map.serialize_entry("severity", &self.severity())?;
        map.serialize_entry("path", &self.path())?;
        map.serialize_entry("offset", &self.span().start)?;
        map.serialize_entry("message", &Shown(self.message()))?;
        map.serialize_entry("cites", self.cites())?;
        map.end()
    }
}

/// `code`, `offset` in bytes, `character`, `path`, `message`, and the facts of the kind by their names.
impl Serialize for DecodeError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", self.kind().code())?;
        map.serialize_entry("offset", &self.offset())?;
        map.serialize_entry("character", &self.character())?;
        map.serialize_entry("path", &self.path())?;
        map.serialize_entry("message", &Shown(self.kind()))?;
        match self.kind() {
            ErrorKind::TooLong { bytes, limit } => {
                map.serialize_entry("bytes", &bytes)?;
                map.serialize_entry("limit", &limit)?;
            }
            ErrorKind::Truncated { available } => map.serialize_entry("available", &available)?,
            ErrorKind::DuplicateId { first_offset } => map.serialize_entry("first_offset", &first_offset)?,
            ErrorKind::InvalidLength { cuts: Some(unit) } => map.serialize_entry("unit", &unit)?,
            ErrorKind::Overrun { declared, available, unit } => {
                map.serialize_entry("declared", &declared)?;
                map.serialize_entry("available", &available)?;
                map.serialize_entry("unit", &unit)?;
            }
            ErrorKind::CrcNotLast { extra } => map.serialize_entry("extra", &extra)?,
            ErrorKind::CrcMismatch { stated, computed } => {
                map.serialize_entry("stated", &Hex(stated))?;
                map.serialize_entry("computed", &Hex(computed))?;
            }
            _ => {}
        }
        map.end()
    }
}

/// Something that is shown, as a text.
struct Shown<T>(T);

impl<T: fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A CRC as four hex digits.
struct Hex(u16);

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:04X}", self.0))
    }
}

/// An amount of rupiah as its text alone, for `#[serde(with = "qris_core::amount_text")]`.
///
/// ```
/// use qris_core::Amount;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Order {
///     total: Amount,
///     #[serde(with = "qris_core::amount_text")]
///     paid: Amount,
/// }
///
/// let order = Order { total: "1000.50".parse()?, paid: "1000.".parse()? };
/// let json = serde_json::to_string(&order).unwrap();
/// assert_eq!(
///     json,
///     r#"{"total":{"text":"1000.50","minor":100050,"exponent":2,"currency":"360"},"paid":"1000."}"#
/// );
/// let again: Order = serde_json::from_str(&json).unwrap();
/// assert_eq!((again.total, again.paid), (order.total, order.paid));
/// # Ok::<(), qris_core::ValueError>(())
/// ```
pub mod amount_text {
    use ::serde::{Deserializer, Serialize, Serializer, ser};

    use crate::value::{Amount, Currency};

    /// The text; an amount of another currency is refused, as the text would be read as rupiah again.
    ///
    /// # Errors
    /// For an amount that is not of rupiah, and what the serializer says.
    pub fn serialize<S: Serializer>(amount: &Amount, serializer: S) -> Result<S::Ok, S::Error> {
        if amount.currency() != Currency::IDR {
            return Err(ser::Error::custom("as a text alone only rupiah are written"));
        }
        amount.as_str().serialize(serializer)
    }

    /// The text of an amount of rupiah.
    ///
    /// # Errors
    /// When it is none, and what the deserializer says.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        super::text(deserializer)
    }
}
