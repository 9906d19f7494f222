//! `serde` for the values, and serialization of what is wrong (feature `serde`).
//!
//! Values are texts as they stand in a payload; an amount is an object with its currency, a tip one with its kind. The
//! JSON of a whole payload is the command's (`qris decode --format json`), which is written on top of this.

pub mod amount_text;
mod money;
mod quiet;

use core::fmt;
use core::str::FromStr;

use ::serde::de::{Deserialize, Deserializer};
use ::serde::ser::{Serialize, SerializeMap, Serializer};

use quiet::text;

use crate::check::Finding;
use crate::error::{DecodeError, ErrorKind};
use crate::id::{Id, Path};
use crate::kind::Kind;
use crate::rules::Code;
use crate::schema::Severity;
use crate::unit::LengthUnit;
use crate::value::{
    Country, Criteria, Currency, Initiation, Mcc, Mpan, Nmid, Percentage, Purpose, ValueError,
};

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

as_text!(Id Mpan Nmid Mcc Currency Country Criteria Initiation Percentage Purpose Kind Code Severity LengthUnit);

/// A text as [`Path`] shows itself; the whole payload, which findings and errors can be about, is the empty text.
impl Serialize for Path {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Path, D::Error> {
        text::<AnyPath, D>(deserializer).map(|AnyPath(path)| path)
    }
}

/// A path, or nothing for the whole payload.
struct AnyPath(Path);

impl FromStr for AnyPath {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<AnyPath, ValueError> {
        if text.is_empty() { Ok(AnyPath(Path::PAYLOAD)) } else { text.parse().map(AnyPath) }
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
        let facts = match self.kind() {
            ErrorKind::Overrun { .. } => 3,
            ErrorKind::TooLong { .. } | ErrorKind::CrcMismatch { .. } => 2,
            ErrorKind::Truncated { .. }
            | ErrorKind::DuplicateId { .. }
            | ErrorKind::InvalidLength { cuts: Some(_) }
            | ErrorKind::CrcNotLast { .. } => 1,
            _ => 0,
        };
        let mut map = serializer.serialize_map(Some(5 + facts))?;
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
