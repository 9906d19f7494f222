//! Data objects and payloads as parsers of nom, for grammars in which they are a part: a file of payloads, a payload in
//! a line of a log (feature `nom`).
//!
//! ```
//! use nom::bytes::complete::{tag, take_until};
//! use nom::sequence::preceded;
//! use nom::{IResult, Parser};
//! use qris_core::{Id, LengthUnit, Payload, grammar};
//!
//! /// The payload of a line such as `10:00:01 paid qr=000201… ok`.
//! fn paid(line: &str) -> IResult<&str, Payload<'_>> {
//!     preceded((take_until("qr="), tag("qr=")), grammar::payload(LengthUnit::Characters)).parse(line)
//! }
//!
//! let line = String::from("10:00:01 paid qr=000201520400005303360540410005802ID5901A6001B26080004ID.A63041858 ok");
//! let (rest, payload) = paid(&line).unwrap();
//! assert_eq!((rest, payload.value_of(Id::AMOUNT)), (" ok", Some("1000")));
//! ```

use core::marker::PhantomData;

use nom::error::{ErrorKind, ParseError};
use nom::{Err, Mode, OutputMode, PResult, Parser};

use crate::id::Id;
use crate::unit::LengthUnit;
use crate::wire::{ObjectParser, Payload};

pub use crate::wire::RawObject;

/// A parser of one data object: two digits of ID, two of length, and a value of so many units. It is the parser that
/// payloads themselves are read with.
///
/// Errors are made with `Eof` when fewer than four bytes are left, `Digit` when ID or length are not digits, and
/// `LengthValue` when the value goes past the end or its length ends inside a character. It does not stream: what is cut
/// off is an error.
///
/// ```
/// use nom::Parser;
/// use nom::error::Error;
/// use qris_core::{Id, LengthUnit, grammar};
/// let text = String::from("5303360540410005");
/// let objects = |input| (grammar::object(LengthUnit::Characters), grammar::object(LengthUnit::Characters)).parse(input);
/// let (rest, (currency, amount)) = objects(&*text).map_err(|error: nom::Err<Error<&str>>| error.to_string()).unwrap();
/// assert_eq!((currency.id(), currency.value()), (Id::CURRENCY, "360"));
/// assert_eq!((amount.id(), amount.value(), rest), (Id::AMOUNT, "1000", "5"));
/// ```
pub fn object<'a, E: ParseError<&'a str>>(
    unit: LengthUnit,
) -> impl Parser<&'a str, Output = RawObject<&'a str>, Error = E> {
    Objects { unit, error: PhantomData }
}

/// A parser of one payload: the objects up to 63, as [`Payload::parse_with`] reads them. What follows is left to the
/// grammar around it. The CRC is not compared.
///
/// Errors are those of [`object`], and `Verify` when the objects are no payload.
pub fn payload<'a, E: ParseError<&'a str>>(
    unit: LengthUnit,
) -> impl Parser<&'a str, Output = Payload<'a>, Error = E> {
    Payloads { unit, error: PhantomData }
}

struct Objects<E> {
    unit: LengthUnit,
    error: PhantomData<fn() -> E>,
}

impl<'a, E: ParseError<&'a str>> Parser<&'a str> for Objects<E> {
    type Output = RawObject<&'a str>;
    type Error = E;

    fn process<OM: OutputMode>(&mut self, input: &'a str) -> PResult<OM, &'a str, RawObject<&'a str>, E> {
        let read =
            ObjectParser::<_, nom::error::Error<&[u8]>>::new(self.unit).parse_complete(input.as_bytes());
        let kind = match read {
            Ok((rest, object)) => {
                let (before, rest) =
                    input.split_at_checked(input.len().saturating_sub(rest.len())).unwrap_or_default();
                let value = before.get(4..).unwrap_or_default();
                return Ok((rest, OM::Output::bind(|| object.with_value(value))));
            }
            Err(Err::Error(error) | Err::Failure(error)) => error.code,
            Err(Err::Incomplete(_)) => ErrorKind::Eof,
        };
        Err(Err::Error(OM::Error::bind(|| E::from_error_kind(input, kind))))
    }
}

struct Payloads<E> {
    unit: LengthUnit,
    error: PhantomData<fn() -> E>,
}

impl<'a, E: ParseError<&'a str>> Parser<&'a str> for Payloads<E> {
    type Output = Payload<'a>;
    type Error = E;

    fn process<OM: OutputMode>(&mut self, input: &'a str) -> PResult<OM, &'a str, Payload<'a>, E> {
        let mut rest = input;
        // A payload has each ID once, so it ends within a hundred objects.
        for _ in 0..=99 {
            let (tail, object) =
                object::<E>(self.unit).process::<nom::OutputM<nom::Emit, OM::Error, OM::Incomplete>>(rest)?;
            rest = tail;
            if object.id() == Id::CRC {
                break;
            }
        }
        let (text, rest) = input.split_at_checked(input.len().saturating_sub(rest.len())).unwrap_or_default();
        match Payload::parse_with(text, self.unit) {
            Ok(payload) => Ok((rest, OM::Output::bind(|| payload))),
            Err(_) => Err(Err::Error(OM::Error::bind(|| E::from_error_kind(input, ErrorKind::Verify)))),
        }
    }
}
