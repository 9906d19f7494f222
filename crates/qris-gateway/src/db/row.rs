//! Rows by name: a record's fields are read from the columns of their names, a tuple's from the columns in their order, a value
//! of its own from the only column.
//!
//! Hand-written because serde_rusqlite and postgres-from-row read one back end each, by rules of their own (of flags, of
//! narrow numbers, of columns nobody asked for), and serde_postgres is for a client of 2020.

use serde::Deserializer;
use serde::de::value::SeqDeserializer;
use serde::de::{DeserializeSeed, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use super::{DbError, Value};

type Name = &'static str;
type Names = &'static [&'static str];

/// A row, while it is read. Names and cells are the back end's own: nothing is copied before it is wanted.
pub trait Row {
    /// How many columns it has.
    fn width(&self) -> usize;

    /// The name of a column.
    fn name(&self, column: usize) -> &str;

    /// What a column holds.
    ///
    /// # Errors
    /// [`DbError::Broken`] when it is of a type that nothing here is stored as.
    fn cell(&self, column: usize) -> Result<Value<'_>, DbError>;
}

/// Errors name the column and never say what it holds, which may be a secret.
impl serde::de::Error for DbError {
    fn custom<T: std::fmt::Display>(why: T) -> Self {
        DbError::Broken(why.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Unit | Unexpected::Option => "NULL",
            Unexpected::Signed(_) | Unexpected::Unsigned(_) => "a number",
            Unexpected::Str(_) => "text",
            Unexpected::Bytes(_) | Unexpected::Seq => "bytes",
            _ => "something else",
        };
        DbError::Broken(format!("holds {found}, not {wanted}"))
    }

    fn invalid_value(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::invalid_type(found, wanted)
    }
}

/// One column of a row.
#[derive(Clone, Copy)]
struct Cell<'r>(&'r dyn Row, usize);

impl<'r> Cell<'r> {
    fn read<'de, T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, DbError> {
        self.named(seed.deserialize(self))
    }

    fn named<T>(self, read: Result<T, DbError>) -> Result<T, DbError> {
        read.map_err(|error| match error {
            DbError::Broken(why) => DbError::Broken(format!("column {}: {why}", self.0.name(self.1))),
            gone @ (DbError::Gone(_) | DbError::Missing(_)) => gone,
        })
    }

    fn value(self) -> Result<Value<'r>, DbError> {
        self.0.cell(self.1)
    }
}

fn wrong<T>(value: &Value<'_>, wanted: &dyn Expected) -> Result<T, DbError> {
    let found = match value {
        Value::Null => Unexpected::Unit,
        Value::Int(number) => Unexpected::Signed(*number),
        Value::Text(text) => Unexpected::Str(text),
        Value::Blob(bytes) => Unexpected::Bytes(bytes),
    };
    Err(serde::de::Error::invalid_type(found, wanted))
}

impl<'de> Deserializer<'de> for Cell<'_> {
    type Error = DbError;

    /// For whom any type will do, bytes are text: bodies of messages.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DbError> {
        match self.value()? {
            Value::Null => visitor.visit_unit(),
            Value::Int(number) => visitor.visit_i64(number),
            Value::Text(text) => visitor.visit_str(&text),
            Value::Blob(bytes) => visitor.visit_str(&String::from_utf8_lossy(bytes)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DbError> {
        if self.value()? == Value::Null { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DbError> {
        match self.value()? {
            Value::Int(flag @ 0..=1) => visitor.visit_bool(flag == 1),
            other => wrong(&other, &"0 or 1"),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DbError> {
        match self.value()? {
            Value::Text(text) => visitor.visit_str(&text),
            other => wrong(&other, &visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DbError> {
        self.deserialize_string(visitor)
    }

    /// Bytes.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DbError> {
        match self.value()? {
            Value::Blob(bytes) => visitor.visit_seq(SeqDeserializer::new(bytes.iter().copied())),
            other => wrong(&other, &"bytes"),
        }
    }

    /// One of some words.
    fn deserialize_enum<V: Visitor<'de>>(self, _: Name, _: Names, visitor: V) -> Result<V::Value, DbError> {
        match self.value()? {
            Value::Text(word) => visitor.visit_enum((&*word).into_deserializer()),
            other => wrong(&other, &"a word"),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: Name, visitor: V) -> Result<V::Value, DbError> {
        visitor.visit_newtype_struct(self)
    }

    /// A column that is none of the record's fields.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, DbError> {
        Err(DbError::Broken("nobody asked for it".to_owned()))
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct map struct
        identifier
    }
}

/// The columns from one on.
struct Columns<'r>(Cell<'r>);

impl<'r> Columns<'r> {
    fn next(&mut self) -> Option<Cell<'r>> {
        let cell = self.0;
        self.0.1 += 1;
        (cell.1 < cell.0.width()).then_some(cell)
    }
}

impl<'de> SeqAccess<'de> for Columns<'_> {
    type Error = DbError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, DbError> {
        self.next().map(|cell| cell.read(seed)).transpose()
    }
}

impl<'de> MapAccess<'de> for Columns<'_> {
    type Error = DbError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DbError> {
        let Cell(row, column) = self.0;
        if column == row.width() {
            return Ok(None);
        }
        seed.deserialize(row.name(column).into_deserializer()).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, DbError> {
        let cell = self.0;
        self.0.1 += 1;
        cell.read(seed)
    }
}

/// A row as a whole.
pub(super) struct Reader<'r>(pub(super) &'r dyn Row);

impl<'r> Reader<'r> {
    /// A row that has so many columns.
    fn columns(self, wanted: usize) -> Result<Cell<'r>, DbError> {
        let found = self.0.width();
        if found > wanted {
            return Err(DbError::Broken(format!("column {}: nobody asked for it", self.0.name(wanted))));
        }
        if found < wanted {
            return Err(DbError::Broken(format!("a row ends before column {}", found + 1)));
        }
        Ok(Cell(self.0, 0))
    }
}

macro_rules! only_column {
    ($($method:ident($($name:ident: $type:ty),*)),*) => {$(
        fn $method<V: Visitor<'de>>(self, $($name: $type,)* visitor: V) -> Result<V::Value, DbError> {
            let cell = self.columns(1)?;
            cell.named(cell.$method($($name,)* visitor))
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = DbError;

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DbError> {
        visitor.visit_map(Columns(Cell(self.0, 0)))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: Name,
        fields: Names,
        visitor: V,
    ) -> Result<V::Value, DbError> {
        // serde would read a field that may be NULL from no column at all.
        let columns = 0..self.0.width();
        if columns.len() < fields.len() {
            let missing = |field: &&&str| !columns.clone().any(|column| self.0.name(column) == **field);
            let missing = fields.iter().find(missing).unwrap_or(&"?");
            return Err(DbError::Broken(format!("column {missing} is missing")));
        }
        self.deserialize_map(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, DbError> {
        visitor.visit_seq(Columns(self.columns(len)?))
    }

    only_column!(
        deserialize_any(), deserialize_bool(), deserialize_string(), deserialize_str(), deserialize_option(),
        deserialize_seq(), deserialize_newtype_struct(name: Name),
        deserialize_enum(name: Name, words: Names)
    );

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple_struct identifier
        ignored_any
    }
}
