//! Parallel iterators over the lines of a file in memory (feature `rayon`).

use memchr::{memchr, memchr_iter};
use qris_core::Profile;
use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use crate::line::{Line, Lines};
use crate::verdict::{JudgedBy, Verdict};

/// The smallest part that is worth a task of its own, in bytes.
const PART_BYTES: usize = 64 * 1024;

/// The lines of a text in memory, in parallel. Collecting keeps the order.
///
/// To know their numbers, the line ends are counted first, in parallel too; that costs a few hundredths of
/// what decoding does.
///
/// ```
/// use qris_bulk::par_lines;
/// use rayon::iter::ParallelIterator;
/// let longest = par_lines(b"one\nthree\n").max_by_key(|line| line.len).map(|line| line.number);
/// assert_eq!(longest, Some(2));
/// ```
pub fn par_lines(bytes: &[u8]) -> impl ParallelIterator<Item = Line<'_>> {
    let mut parts = parts(bytes);
    let line_ends: Vec<u64> =
        parts.par_iter().map(|part| memchr_iter(b'\n', part.bytes).count() as u64).collect();
    let mut number = 1u64;
    for (part, line_ends) in parts.iter_mut().zip(line_ends) {
        part.number = number;
        number = number.saturating_add(line_ends);
    }
    parts.into_par_iter().flat_map_iter(|part| Lines::starting_at(part.bytes, part.number, part.offset))
}

/// The verdicts on all lines that are not blank, in parallel, judged by [`Profile::WILD`]. Collecting keeps
/// the order.
///
/// ```
/// use qris_bulk::{Tally, Totals, par_verdicts};
/// use rayon::iter::ParallelIterator;
/// let file = b"000201520400005303360540410005802ID5901A6001B26080004ID.A63041858\nhello\n";
/// let totals = par_verdicts(file)
///     .fold(Totals::default, |mut totals, verdict| {
///         totals.add(Some(&verdict));
///         totals
///     })
///     .reduce(Totals::default, |mut one, other| {
///         one.merge(other);
///         one
///     });
/// assert_eq!((totals.good(), totals.bad()), (1, 1));
/// ```
pub fn par_verdicts(bytes: &[u8]) -> impl ParallelIterator<Item = Verdict> {
    par_verdicts_with(bytes, Profile::WILD)
}

/// The same, judged by another profile, or each by that of its scheme.
pub fn par_verdicts_with(bytes: &[u8], by: impl Into<JudgedBy>) -> impl ParallelIterator<Item = Verdict> {
    let by = by.into();
    par_lines(bytes).filter_map(move |line| Verdict::of(&line, by))
}

/// Some whole lines of a text.
struct Part<'a> {
    bytes: &'a [u8],
    number: u64,
    offset: u64,
}

/// Cuts a text behind the first line end after each [`PART_BYTES`]; the numbers are still to be found.
fn parts(mut rest: &[u8]) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut offset = 0u64;
    while !rest.is_empty() {
        let line_end = rest.get(PART_BYTES..).and_then(|tail| memchr(b'\n', tail));
        let end = line_end.map_or(rest.len(), |at| PART_BYTES.saturating_add(at).saturating_add(1));
        let Some((bytes, tail)) = rest.split_at_checked(end) else { break };
        parts.push(Part { bytes, number: 1, offset });
        offset = offset.saturating_add(bytes.len() as u64);
        rest = tail;
    }
    parts
}
