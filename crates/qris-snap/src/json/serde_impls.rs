//! The bridge to `serde`.
//!
//! A number travels from this tree into a message as *bytes*, a kind of value JSON itself never produces: that
//! way its text survives even `#[serde(flatten)]`, which would otherwise make a float of it.

use core::fmt;

use serde::de::value::{Error, MapDeserializer, SeqDeserializer};
use serde::de::{
    Deserialize, DeserializeOwned, Deserializer, Error as _, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::parse::occurs_twice;
use super::{Number, Object, Value};

/// Fills a message from the tree.
pub(crate) fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    T::deserialize(value)
}

impl<'de> Deserializer<'de> for Value {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(number) => visitor.visit_byte_buf(number.0.into_bytes()),
            Value::String(mut text) => visitor.visit_string(core::mem::take(&mut *text)),
            Value::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter())),
            Value::Object(object) => visitor.visit_map(MapDeserializer::new(object.0.into_iter())),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Value::Null => visitor.visit_none(),
            value => visitor.visit_some(value),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl IntoDeserializer<'_> for Value {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;

        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Object, A::Error> {
                read_members(members)
            }
        }
        deserializer.deserialize_map(ObjectVisitor)
    }
}

fn read_members<'de, A: MapAccess<'de>>(mut access: A) -> Result<Object, A::Error> {
    let mut members = Vec::new();
    while let Some(member) = access.next_entry::<String, Value>()? {
        members.push(member);
    }
    match occurs_twice(&members) {
        Some(_) => Err(A::Error::custom("the same member occurs twice")),
        None => Ok(Object::from_members(members)),
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(Number(value.to_string())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(Number(value.to_string())))
    }

    // Only from callers who hold a float already. JSON text is handed over as bytes with its digits, below, and amounts
    // in messages are text.
    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        let number = serde_json::Number::from_f64(value).ok_or_else(|| E::custom("not a finite number"))?;
        Ok(Value::Number(Number(number.to_string())))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(Zeroizing::new(text)))
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Value, E> {
        let number = core::str::from_utf8(bytes).ok().and_then(Number::new);
        number.map(Value::Number).ok_or_else(|| E::custom("bytes are no JSON value"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<Value, A::Error> {
        read_members(access).map(Value::Object)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Number(number) => number.serialize(serializer),
            Value::String(text) => serializer.serialize_str(text),
            Value::Array(items) => serializer.collect_seq(items),
            Value::Object(object) => object.serialize(serializer),
        }
    }
}

impl Serialize for Number {
    /// As written, with `serde_json`. Other formats see the wrapper `serde_json` uses for raw JSON.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.clone()).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, value) in self.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::json::parse;

    #[derive(Deserialize, serde::Serialize)]
    struct Message {
        known: Option<String>,
        #[serde(flatten)]
        other: Object,
    }

    #[test]
    fn unknown_numbers_survive_a_flattened_struct() {
        let body = br#"{"known":"k","x":{"y":[1.10,12345678901234567890123,-0,1E5,null,true]}}"#;
        let message: Message = from_value(parse(body).unwrap()).unwrap();
        assert_eq!(message.known.as_deref(), Some("k"));
        assert_eq!(serde_json::to_vec(&message).unwrap(), body);
    }

    #[test]
    fn plain_serde_json_works_too() {
        let message: Message = serde_json::from_str(r#"{"known":null,"x":1,"y":2.5}"#).unwrap();
        assert_eq!(message.other.to_bytes(), br#"{"x":1,"y":2.5}"#);
        assert!(serde_json::from_str::<Value>(r#"{"x":1,"x":2}"#).is_err());
    }

    #[test]
    fn debug_shows_the_shape_only() {
        let value = parse(br#"{"token":"abc","n":12,"l":["s"]}"#).unwrap();
        assert_eq!(format!("{value:?}"), r#"{"token": string(3), "n": number, "l": [string(1)]}"#);
    }
}
