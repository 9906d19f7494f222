//! The grammar: a data object is two digits of ID, two digits of length, and the value.
//!
//! An object is a [`nom::Parser`], so that the parser that reads payloads here can be part of a caller's own grammar
//! (feature `nom`, [`crate::grammar`]). The parser is one function and not a chain of nom's combinators, as those are
//! not inlined across crates without LTO and cost two to four times as much in a consumer's default build. The objects
//! of a payload are read by plain loops, which keep track of the offsets.

use core::fmt;
use core::marker::PhantomData;

use nom::error::{ErrorKind as NomKind, ParseError};
use nom::{Err, Mode, OutputMode, PResult, Parser};

#[cfg(feature = "nom")]
use crate::id::Id;
use crate::id::IdSet;
use crate::unit::LengthUnit;

/// One object as the grammar sees it: its value is not looked into.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(not(feature = "nom"), allow(unreachable_pub))] // Only that feature shows it to others.
pub struct RawObject<V> {
    pub(super) id: u8,
    /// The length as written.
    pub(super) declared: u8,
    pub(super) value: V,
}

#[cfg(feature = "nom")]
impl<V: Copy> RawObject<V> {
    /// Its length as written, 0–99, in the unit it was read with.
    pub const fn length(&self) -> u8 {
        self.declared
    }

    /// Its ID.
    pub const fn id(&self) -> Id {
        Id::known(self.id)
    }

    /// Its value, exactly as written. The text is untrusted input: filter it before printing.
    pub const fn value(&self) -> V {
        self.value
    }

    /// The same object with its value in another form.
    pub(crate) fn with_value<W>(self, value: W) -> RawObject<W> {
        RawObject { id: self.id, declared: self.declared, value }
    }
}

impl<V> fmt::Debug for RawObject<V> {
    /// Shows ID and length, but not the value, which may be a PAN.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawObject")
            .field("id", &self.id)
            .field("length", &self.declared)
            .finish_non_exhaustive()
    }
}

/// An object with its value as bytes.
pub(super) type Element<'a> = RawObject<&'a [u8]>;

/// Why there is no object here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Fewer than four bytes.
    Short,
    /// One of the four is not a digit.
    NotDigits,
    /// The value goes past the end, or its length ends inside a character.
    Value,
}

impl Fault {
    /// The error kind that nom has for it.
    const fn kind(self) -> NomKind {
        match self {
            Fault::Short => NomKind::Eof,
            Fault::NotDigits => NomKind::Digit,
            Fault::Value => NomKind::LengthValue,
        }
    }
}

impl<I> ParseError<I> for Fault {
    #[inline(always)]
    fn from_error_kind(_: I, kind: NomKind) -> Fault {
        match kind {
            NomKind::Eof => Fault::Short,
            NomKind::Digit => Fault::NotDigits,
            _ => Fault::Value,
        }
    }

    fn append(_: I, _: NomKind, other: Fault) -> Fault {
        other
    }
}

/// How a declared length becomes a number of bytes.
pub(crate) trait Measure: Copy {
    /// The byte length of the first `declared` units of `rest`; `None` when there are fewer, or when
    /// the last one is not the end of a character.
    fn bytes(self, rest: &[u8], declared: usize) -> Option<usize>;
}

/// ASCII text: every unit is a byte. Bounds are checked where the value is split off.
#[derive(Clone, Copy)]
pub(super) struct Ascii;

impl Measure for Ascii {
    #[inline(always)]
    fn bytes(self, _: &[u8], declared: usize) -> Option<usize> {
        Some(declared)
    }
}

/// The length counts Unicode scalar values.
#[derive(Clone, Copy)]
pub(super) struct Characters;

impl Measure for Characters {
    #[inline]
    fn bytes(self, rest: &[u8], declared: usize) -> Option<usize> {
        // Most values of a non-ASCII payload are still ASCII. For a short value, walking is as fast as this test.
        if let Some((head, tail)) = rest.split_at_checked(declared) {
            if declared > 7 && head.is_ascii() && tail.first().is_none_or(|b| is_first(*b)) {
                return Some(declared);
            }
        }
        units(rest, declared, |_| 1)
    }
}

/// The length counts UTF-8 bytes.
#[derive(Clone, Copy)]
pub(super) struct Bytes;

impl Measure for Bytes {
    #[inline]
    fn bytes(self, rest: &[u8], declared: usize) -> Option<usize> {
        let (_, tail) = rest.split_at_checked(declared)?;
        tail.first().is_none_or(|b| is_first(*b)).then_some(declared)
    }
}

/// The length counts UTF-16 code units: two for a character above U+FFFF, whose UTF-8 begins with F0–F4.
#[derive(Clone, Copy)]
pub(super) struct Utf16;

impl Measure for Utf16 {
    #[inline]
    fn bytes(self, rest: &[u8], declared: usize) -> Option<usize> {
        units(rest, declared, |first| if first >= 0xF0 { 2 } else { 1 })
    }
}

/// A measure that is known only at run time: bytes when the text is ASCII, otherwise the unit.
#[derive(Clone, Copy)]
pub(crate) struct InText {
    pub(super) ascii: bool,
    pub(super) unit: LengthUnit,
}

impl Measure for InText {
    #[inline(always)]
    fn bytes(self, rest: &[u8], declared: usize) -> Option<usize> {
        if self.ascii { Some(declared) } else { in_units(self.unit, rest, declared) }
    }
}

// A separate function, so that the ASCII path stays small enough to be inlined.
#[inline(never)]
fn in_units(unit: LengthUnit, rest: &[u8], declared: usize) -> Option<usize> {
    match unit {
        LengthUnit::Characters => Characters.bytes(rest, declared),
        LengthUnit::Bytes => Bytes.bytes(rest, declared),
        LengthUnit::Utf16 => Utf16.bytes(rest, declared),
    }
}

/// Walks whole characters until exactly `declared` units are counted; returns their length in bytes. It goes byte by
/// byte: jumping by the length that a character's first byte states takes twice as long, as each jump waits for the one
/// before.
fn units(rest: &[u8], declared: usize, weight: impl Fn(u8) -> usize) -> Option<usize> {
    let mut counted = 0usize;
    let mut length = 0usize;
    for &byte in rest {
        if is_first(byte) {
            if counted >= declared {
                break;
            }
            counted = counted.wrapping_add(weight(byte));
        }
        length = length.wrapping_add(1);
    }
    (counted == declared).then_some(length)
}

/// Whether a byte of UTF-8 text begins a character.
#[inline(always)]
pub(super) fn is_first(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

/// The parser of one object. `E` is the error type of the grammar it is part of.
pub(crate) struct ObjectParser<M, E>(M, PhantomData<fn() -> E>);

impl<E> ObjectParser<InText, E> {
    /// A parser for texts that are not known to be ASCII.
    #[cfg(feature = "nom")]
    pub(crate) const fn new(unit: LengthUnit) -> ObjectParser<InText, E> {
        ObjectParser(InText { ascii: false, unit }, PhantomData)
    }
}

impl<'a, M: Measure, E: ParseError<&'a [u8]>> Parser<&'a [u8]> for ObjectParser<M, E> {
    type Output = Element<'a>;
    type Error = E;

    #[inline(always)]
    fn process<OM: OutputMode>(&mut self, input: &'a [u8]) -> PResult<OM, &'a [u8], Element<'a>, E> {
        let fault =
            |fault: Fault| Err(Err::Error(OM::Error::bind(|| E::from_error_kind(input, fault.kind()))));
        let Some((head, rest)) = input.split_first_chunk::<4>() else { return fault(Fault::Short) };
        let Some((id, declared)) = header(head) else { return fault(Fault::NotDigits) };
        match self.0.bytes(rest, declared as usize).and_then(|length| rest.split_at_checked(length)) {
            Some((value, rest)) => Ok((rest, OM::Output::bind(|| Element { id, declared, value }))),
            None => fault(Fault::Value),
        }
    }
}

/// The text after the next object, and that object.
#[inline(always)]
pub(super) fn object<M: Measure>(measure: M, input: &[u8]) -> Result<(&[u8], Element<'_>), Fault> {
    match ObjectParser(measure, PhantomData::<fn() -> Fault>).parse_complete(input) {
        Ok(parsed) => Ok(parsed),
        Err(Err::Error(fault) | Err::Failure(fault)) => Err(fault),
        Err(Err::Incomplete(_)) => Err(Fault::Short),
    }
}

/// The next object alone. ASCII text has its own branch, where no length is measured.
#[inline(always)]
pub(super) fn element(InText { ascii, unit }: InText, input: &[u8]) -> Option<Element<'_>> {
    let read = if ascii { object(Ascii, input) } else { object(InText { ascii, unit }, input) };
    read.ok().map(|(_, element)| element)
}

/// The objects of a text one after the other, up to the first that cannot be read.
pub(super) struct Elements<'a, M> {
    measure: M,
    /// The bytes not read yet.
    rest: &'a [u8],
}

impl<'a, M: Measure> Elements<'a, M> {
    #[inline(always)]
    pub(super) fn of(measure: M, text: &'a [u8]) -> Elements<'a, M> {
        Elements { measure, rest: text }
    }

    /// The number of bytes not read yet.
    #[inline(always)]
    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }
}

impl<'a, M: Measure> Iterator for Elements<'a, M> {
    type Item = Element<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<Element<'a>> {
        let (rest, element) = object(self.measure, self.rest).ok()?;
        self.rest = rest;
        Some(element)
    }
}

/// The first object with this ID, and where it begins.
#[inline(always)]
pub(super) fn find<M: Measure>(measure: M, text: &[u8], id: u8) -> Option<(usize, Element<'_>)> {
    let mut elements = Elements::of(measure, text);
    loop {
        let before = elements.left();
        let element = elements.next()?;
        if element.id == id {
            return Some((text.len().wrapping_sub(before), element));
        }
    }
}

/// Skips the objects before the first with one of these IDs. Returns the text after them and their number.
#[inline(always)]
pub(super) fn pass<M: Measure>(measure: M, text: &[u8], until: IdSet) -> (&[u8], usize) {
    let mut elements = Elements::of(measure, text);
    let mut passed = 0usize;
    loop {
        let rest = elements.rest;
        match elements.next() {
            Some(element) if !until.contains(element.id) => passed = passed.wrapping_add(1),
            _ => return (rest, passed),
        }
    }
}

/// ID and length from four ASCII digits, all four at once.
#[inline(always)]
pub(super) fn header(head: &[u8; 4]) -> Option<(u8, u8)> {
    // Each byte is XORed with '0', so that a digit becomes 0–9. For any other byte bit 7 is set: in the result itself,
    // or after 76 (hex) is added.
    let digits = u32::from_le_bytes(*head) ^ 0x3030_3030;
    if (digits.wrapping_add(0x7676_7676) | digits) & 0x8080_8080 != 0 {
        return None;
    }
    // Byte 0 becomes 10·d0 + d1 and byte 2 becomes 10·d2 + d3; both stay below 100, nothing carries over.
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    Some((pairs as u8, (pairs >> 16) as u8))
}

/// Whether the value of a template is whole objects to its very end.
#[inline(always)]
pub(super) fn frames<M: Measure>(measure: M, value: &[u8]) -> bool {
    let mut elements = Elements::of(measure, value);
    while elements.next().is_some() {}
    elements.left() == 0
}

/// Whether a text is whole objects to its very end, with lengths in this unit.
pub(crate) fn text_frames(value: &str, unit: LengthUnit) -> bool {
    let bytes = value.as_bytes();
    if value.is_ascii() { frames(Ascii, bytes) } else { frames(InText { ascii: false, unit }, bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_four_ascii_digits() {
        for a in 0..=255u8 {
            for b in [b'0', b'5', b'9', b'/', b':', b'+', b'-', b' ', 0, 0x80, 0xB2, 0xFF] {
                for head in [[a, b, b'1', b'2'], [b'1', b'2', a, b]] {
                    let digit = |c: u8| c.is_ascii_digit().then(|| c - b'0');
                    let plain = || {
                        let [p, q, r, s] = head;
                        Some((digit(p)? * 10 + digit(q)?, digit(r)? * 10 + digit(s)?))
                    };
                    assert_eq!(header(&head), plain(), "{head:?}");
                }
            }
        }
    }

    #[test]
    fn units_never_cut_a_character() {
        let text = "aé最😀".as_bytes();
        let lengths = |unit| {
            let measured = InText { ascii: false, unit };
            [0, 1, 2, 3, 4, 5, 6, 10].map(|n| measured.bytes(text, n))
        };
        let some = |n| Some(n);
        assert_eq!(
            lengths(LengthUnit::Characters),
            [some(0), some(1), some(3), some(6), some(10), None, None, None]
        );
        assert_eq!(
            lengths(LengthUnit::Bytes),
            [some(0), some(1), None, some(3), None, None, some(6), some(10)]
        );
        assert_eq!(
            lengths(LengthUnit::Utf16),
            [some(0), some(1), some(3), some(6), None, some(10), None, None]
        );
    }
}
