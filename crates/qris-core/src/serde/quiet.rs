//! Reading without repeating what was read: the errors of serde quote the value, which may be a PAN.

use core::fmt;
use core::marker::PhantomData;
use core::str::FromStr;

use ::serde::de::{Deserializer, Error, MapAccess, Unexpected, Visitor};

/// What a value is read from: each method for one form, the others are refused.
pub(super) trait Form<'de>: Sized {
    type Value;
    /// What is expected, in a few words.
    const EXPECTED: &'static str;

    fn text<E: Error>(self, _: &str) -> Result<Self::Value, E> {
        Err(refused::<Self, E>("a text"))
    }

    fn whole<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Err(refused::<Self, E>("a number"))
    }

    fn object<A: MapAccess<'de>>(self, _: A) -> Result<Self::Value, A::Error> {
        Err(refused::<Self, A::Error>("an object"))
    }
}

fn refused<'de, F: Form<'de>, E: Error>(found: &'static str) -> E {
    E::invalid_type(Unexpected::Other(found), &F::EXPECTED)
}

/// Which form a format that does not describe itself has to look for.
pub(super) enum Hint {
    Text,
    Whole,
    Object,
}

/// Reads a form.
///
/// # Errors
/// What the deserializer says, and what the form refuses.
pub(super) fn read<'de, F: Form<'de>, D: Deserializer<'de>>(
    form: F,
    hint: Hint,
    deserializer: D,
) -> Result<F::Value, D::Error> {
    match hint {
        // Asked for a text, a format would refuse a number by itself, and quote it.
        _ if deserializer.is_human_readable() => deserializer.deserialize_any(Quiet(form)),
        Hint::Text => deserializer.deserialize_str(Quiet(form)),
        Hint::Whole => deserializer.deserialize_u64(Quiet(form)),
        Hint::Object => deserializer.deserialize_map(Quiet(form)),
    }
}

struct Quiet<F>(F);

impl<'de, F: Form<'de>> Visitor<'de> for Quiet<F> {
    type Value = F::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(F::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<F::Value, E> {
        self.0.text(text)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<F::Value, E> {
        self.0.whole(number)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<F::Value, E> {
        match u64::try_from(number) {
            Ok(number) => self.0.whole(number),
            Err(_) => Err(refused::<F, E>("a number below zero")),
        }
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<F::Value, E> {
        Err(refused::<F, E>("a number"))
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<F::Value, E> {
        Err(refused::<F, E>("a number"))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<F::Value, E> {
        Err(refused::<F, E>("a number"))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<F::Value, A::Error> {
        self.0.object(map)
    }
}

/// A value that is a text, by `FromStr`.
pub(super) struct Text<T>(PhantomData<T>);

impl<T: FromStr<Err: fmt::Display>> Form<'_> for Text<T> {
    type Value = T;
    const EXPECTED: &'static str = "a text";

    fn text<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// Reads a value from its text.
///
/// # Errors
/// What the deserializer says, and what parsing the text says.
pub(super) fn text<'de, T: FromStr<Err: fmt::Display>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    read(Text(PhantomData), Hint::Text, deserializer)
}
