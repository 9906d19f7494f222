//! What goes into a statement and comes out of it.

use std::borrow::Cow;

/// A parameter or a cell of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// NULL.
    Null,
    /// BIGINT: times in seconds, money in minor units, numbers, flags.
    Int(i64),
    /// TEXT.
    Text(Cow<'a, str>),
    /// BLOB, BYTEA.
    Blob(&'a [u8]),
}

/// What a statement can be given.
pub trait Param {
    /// As it is bound.
    fn value(&self) -> Value<'_>;
}

/// The one rule for text: U+0000, which PostgreSQL cannot hold, is stored and looked for as U+FFFD, on both back ends.
impl Param for str {
    fn value(&self) -> Value<'_> {
        Value::Text(if self.contains('\0') { self.replace('\0', "\u{fffd}").into() } else { self.into() })
    }
}

impl Param for String {
    fn value(&self) -> Value<'_> {
        self.as_str().value()
    }
}

impl Param for [u8] {
    fn value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl Param for Vec<u8> {
    fn value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl<T: Param> Param for Option<T> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, Param::value)
    }
}

impl<T: Param + ?Sized> Param for &T {
    fn value(&self) -> Value<'_> {
        (**self).value()
    }
}

impl Param for Value<'_> {
    fn value(&self) -> Value<'_> {
        self.clone()
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl Param for $number {
            fn value(&self) -> Value<'_> {
                Value::Int(i64::from(*self))
            }
        }
    )*};
}

numbers!(i64 u32 u16 u8 bool);
