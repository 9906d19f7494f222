//! The parallel iterators against the plain ones.

use crate::support;
use proptest::prelude::*;
use qris_bulk::{Lines, par_lines, par_verdicts, verdicts};
use rayon::iter::ParallelIterator;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_same_lines_in_the_same_order(
        lines in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..30), 0..40_000usize), 0..20),
        ended: bool,
    ) {
        let mut text: Vec<u8> = Vec::new();
        for (line, padding) in lines {
            text.extend_from_slice(&line);
            text.resize(text.len() + padding, b' ');
            text.push(b'\n');
        }
        if !ended {
            text.pop();
        }
        prop_assert_eq!(par_lines(&text).collect::<Vec<_>>(), Lines::new(&text).collect::<Vec<_>>());
        prop_assert_eq!(par_verdicts(&text).collect::<Vec<_>>(), verdicts(&text).collect::<Vec<_>>());
    }
}

#[test]
fn many_parts() {
    let file = support::file(3000);
    assert!(par_verdicts(&file).collect::<Vec<_>>().into_iter().eq(verdicts(&file)));
    assert_eq!(par_verdicts(&file).count(), 3000);
}
