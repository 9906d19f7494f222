//! Ways to read a text whose values may have fewer characters than their lengths say.

use alloc::vec;
use alloc::vec::Vec;

use crate::id::Id;

/// Most places at which objects are looked for, over all readings.
const MOST_STEPS: usize = 20_000;
/// Most of them inside one template, so that one full of digits leaves some for the others.
const MOST_STEPS_INSIDE: usize = 500;
/// Most readings of one text.
const MOST_READINGS: usize = 8;

/// A value that has fewer characters than its length says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) missing: usize,
    /// Whether it is a text of words; otherwise blanks stand at its end only.
    pub(super) words: bool,
}

/// Every way to read the text, as far as the work goes: the values that are short in each, at least one.
pub(super) fn readings(chars: &[char]) -> Vec<Vec<Gap>> {
    let mut readings = Vec::new();
    let mut reader = Reader { chars, steps: MOST_STEPS };
    reader.root(0, &mut vec![], &mut vec![], &mut readings);
    readings
}

struct Reader<'c> {
    chars: &'c [char],
    /// How many are left.
    steps: usize,
}

impl Reader<'_> {
    /// Every way to read root objects from here to the CRC at the very end.
    fn root(&mut self, at: usize, seen: &mut Vec<u8>, gaps: &mut Vec<Gap>, readings: &mut Vec<Vec<Gap>>) {
        let Some((id, length)) = self.header(at) else { return };
        let start = at.saturating_add(4);
        if id == Id::CRC.number() {
            let ends = length == 4 && start.saturating_add(4) == self.chars.len();
            if ends && !gaps.is_empty() && readings.len() < MOST_READINGS && !readings.contains(gaps) {
                readings.push(gaps.clone());
            }
            return;
        }
        if seen.contains(&id) {
            return;
        }
        seen.push(id);
        for missing in 0..=self.most_missing(id, start, length) {
            let end = start.saturating_add(length.saturating_sub(missing));
            if self.header(end).is_none() || readings.len() >= MOST_READINGS {
                continue;
            }
            let before = gaps.len();
            if missing == 0 {
                self.root(end, seen, gaps, readings);
                continue;
            }
            for inside in self.values(id, Gap { start, end, missing, words: !is_account(id) }) {
                gaps.extend(inside);
                self.root(end, seen, gaps, readings);
                gaps.truncate(before);
            }
        }
        seen.pop();
    }

    /// How many blanks a root object may have lost: none when nothing in it has any, or when it is an account that reads as it is.
    fn most_missing(&mut self, id: u8, start: usize, length: usize) -> usize {
        if is_account(id) {
            let whole = Gap { start, end: start.saturating_add(length), missing: 0, words: false };
            return if self.inside(whole).is_empty() { length } else { 0 };
        }
        // Names, places, references, and what is not assigned.
        if matches!(id, 59..=62 | 64..=99) { length } else { 0 }
    }

    /// Where the blanks of a root object may be missing: in its objects when it is a template, else in itself.
    fn values(&mut self, id: u8, gap: Gap) -> Vec<Vec<Gap>> {
        let account = is_account(id);
        if account || matches!(id, 62 | 64) || id >= 80 {
            let found = self.inside(gap);
            if account || !found.is_empty() {
                return found;
            }
        }
        vec![vec![gap]]
    }

    fn inside(&mut self, gap: Gap) -> Vec<Vec<Gap>> {
        let mut found = Vec::new();
        let steps = MOST_STEPS_INSIDE.min(self.steps);
        let mut inside = Reader { chars: self.chars, steps };
        inside.template(gap, &mut vec![], &mut vec![], &mut found);
        self.steps = self.steps.saturating_sub(steps.saturating_sub(inside.steps));
        found
    }

    fn template(&mut self, left: Gap, seen: &mut Vec<u8>, gaps: &mut Vec<Gap>, found: &mut Vec<Vec<Gap>>) {
        if left.start == left.end {
            if left.missing == 0 && found.len() < MOST_READINGS {
                found.push(gaps.clone());
            }
            return;
        }
        let Some((id, length)) = self.header(left.start) else { return };
        let start = left.start.saturating_add(4);
        if seen.contains(&id) {
            return;
        }
        seen.push(id);
        for missing in 0..=left.missing.min(length) {
            let end = start.saturating_add(length.saturating_sub(missing));
            if end > left.end {
                continue;
            }
            let before = gaps.len();
            if missing > 0 {
                gaps.push(Gap { start, end, missing, ..left });
            }
            let missing = left.missing.saturating_sub(missing);
            self.template(Gap { start: end, missing, ..left }, seen, gaps, found);
            gaps.truncate(before);
        }
        seen.pop();
    }

    /// ID and length at a place; none when there are none, or when enough places were looked at.
    fn header(&mut self, at: usize) -> Option<(u8, usize)> {
        self.steps = self.steps.checked_sub(1)?;
        let [a, b, c, d] = self.chars.get(at..at.checked_add(4)?)? else { return None };
        let digit = |c: &char| c.to_digit(10).and_then(|digit| u8::try_from(digit).ok());
        let two = |high: &char, low: &char| digit(high)?.checked_mul(10)?.checked_add(digit(low)?);
        Some((two(a, b)?, usize::from(two(c, d)?)))
    }
}

fn is_account(id: u8) -> bool {
    matches!(id, 2..=51)
}
