//! Reading: structure, CRC, rules, getters.

use std::cell::RefCell;
use std::hint::black_box;
use std::ops::ControlFlow;

use qris_core::{DecodeError, Payload, Profile, Qris, Sealed, check};
use qris_testkit::naive::{self, LengthUnit, NaiveError, NaivePayload};

use super::{Variant, each};
use crate::{Case, floor, peers};

/// The works of this module.
pub const VARIANTS: &[Variant] = &[
    each("scan", "ours", |case| scan(case.text)),
    each("scan", "floor", |case| by_hand(case.text, floor::scan)),
    each("scan", "naive", |case| naive(case.text, naive::decode_structure)),
    each("decode", "ours", |case| decode(case.text)),
    each("decode", "floor", |case| by_hand(case.text, floor::decode)),
    each("decode", "naive", |case| naive(case.text, naive::decode)),
    each("decode", "promptparse", peers::promptparse_decode),
    #[cfg(feature = "qris-gen")]
    each("decode", "qris-gen", peers::qris_gen_decode),
    #[cfg(feature = "clmul")]
    each("decode-clmul", "ours", |case| decode_clmul(case.text)),
    each("decode-rules", "ours", |case| decode_rules(case.text)),
    each("check", "ours", findings),
    each("getters", "ours", getters),
];

/// Structure alone.
pub fn scan(text: &str) -> usize {
    let parsed = Payload::parse(text);
    black_box(&parsed).as_ref().map_or(0, |payload| payload.as_str().len())
}

/// Structure and CRC, by the table.
pub fn decode(text: &str) -> usize {
    let sealed = sealed(text);
    black_box(&sealed).as_ref().map_or(0, |sealed| sealed.as_str().len())
}

/// Structure and CRC, by the processor's own instructions where it has them.
#[cfg(feature = "clmul")]
pub fn decode_clmul(text: &str) -> usize {
    let sealed = Sealed::parse(text);
    black_box(&sealed).as_ref().map_or(0, |sealed| sealed.as_str().len())
}

/// Structure, CRC and every rule: `Qris::decode` as it is without the feature `clmul`.
pub fn decode_rules(text: &str) -> usize {
    #[cfg(feature = "clmul")]
    let qris = Qris::decode_by_table(text);
    #[cfg(not(feature = "clmul"))]
    let qris = Qris::decode(text);
    black_box(&qris).as_ref().map_or(0, |qris| qris.as_str().len())
}

/// Structure and CRC, then every finding there is and not only the first error: what a file's lines get.
pub fn every_finding(text: &str) -> usize {
    let mut number = 0;
    if let Ok(sealed) = black_box(sealed(text)) {
        let _ = check::visit(&sealed, &Profile::WILD, |finding| {
            black_box(finding);
            number += 1;
            ControlFlow::Continue(())
        });
    }
    number
}

/// `Sealed::parse` as it is without the feature `clmul`.
#[inline]
pub(super) fn sealed(text: &str) -> Result<Sealed<'_>, DecodeError> {
    #[cfg(feature = "clmul")]
    return Sealed::parse_by_table(text);
    #[cfg(not(feature = "clmul"))]
    Sealed::parse(text)
}

/// Structure, and every finding by the strict profile, whatever the CRC.
pub fn all_findings(text: &str) -> usize {
    Payload::parse(text).map_or(0, |payload| {
        let mut found = 1;
        let _ = check::visit(&payload, &Profile::QRIS, |_| {
            found += 1;
            ControlFlow::Continue(())
        });
        found
    })
}

/// Every finding of a decoded payload, by the strict profile.
fn findings(case: &Case) -> usize {
    1 + check::findings(&case.qris, &Profile::QRIS).count()
}

/// Five fields of a decoded payload: three kept ones, two out of templates.
fn getters(case: &Case) -> usize {
    let qris = &case.qris;
    let fields =
        (qris.merchant_name(), qris.merchant_city(), qris.amount(), qris.nmid(), qris.terminal_label());
    black_box(&fields);
    fields.0.len()
}

fn by_hand(text: &str, read: fn(&[u8], &mut floor::Tape) -> bool) -> usize {
    thread_local!(static TAPE: RefCell<floor::Tape> = RefCell::new(floor::Tape::new()));
    TAPE.with_borrow_mut(|tape| usize::from(read(text.as_bytes(), black_box(tape))))
}

/// The second decoder of the tests: a vector of characters, a tree of strings, the CRC bit by bit.
fn naive(text: &str, read: fn(&[u8], LengthUnit) -> Result<NaivePayload, NaiveError>) -> usize {
    let payload = read(text.as_bytes(), LengthUnit::Characters);
    black_box(&payload).as_ref().map_or(0, |payload| payload.objects.len())
}
