//! A file of payloads, one a line, in memory: split, and every line judged.

use std::cell::RefCell;

use qris_bulk::{Lines, Totals};
use qris_core::Profile;

use super::{Variant, file};
use crate::floor;

/// The works of this module.
pub const VARIANTS: &[Variant] = &[file("bulk", "ours", ours), file("bulk", "floor", by_hand)];

/// Structure, CRC and every rule of each line, counted.
fn ours(file: &[u8]) -> usize {
    let mut totals = Totals::default();
    Lines::new(file).for_each(|line| totals.count(&line, Profile::WILD));
    totals.conformant() as usize
}

/// `memchr` and the hand-written decoder: structure and CRC, no rules, no line numbers, nothing trimmed.
fn by_hand(file: &[u8]) -> usize {
    thread_local!(static TAPE: RefCell<floor::Tape> = RefCell::new(floor::Tape::new()));
    TAPE.with_borrow_mut(|tape| {
        let (mut good, mut start) = (0, 0);
        for end in memchr::memchr_iter(b'\n', file) {
            good += usize::from(floor::decode(&file[start..end], tape));
            start = end + 1;
        }
        good
    })
}
