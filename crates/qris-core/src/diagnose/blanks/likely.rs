//! Places for the blanks that values lost, likeliest first.
//!
//! Every place and every word has a cost, in bits as it were: one more is half as likely. The cheapest way to fill all values of a
//! reading is a path through the places, and paths come out cheapest first, as in A*: what is left of each costs exactly what was
//! found out before.

use alloc::collections::BinaryHeap;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use super::read::Gap;

/// Most blanks that are put elsewhere than at the end of one value; a value that was padded may lose more of them there.
const MOST_INSIDE: usize = 8;
/// Blanks at the end of a value.
const AT_THE_END: i32 = 7;
/// Blanks at the beginning of a value.
const AT_THE_BEGINNING: i32 = 9;
/// A blank beside one that is there.
const BESIDE: i32 = 7;
/// A second blank at the same place.
const SECOND: i32 = 5;

/// Words that are common in names of merchants, in those of cities, and in references.
const COMMON: &str = "ABADI ADM AGUNG AIR APOTEK AYAM BAKSO BANDUNG BARAT BARU BATAM BEKASI BENGKEL BERKAH BOGOR BU CAFE CELL CONTOH \
    CV DEPOK GORENG HOTEL IBU INDAH JAKARTA JAYA KAB KABUPATEN KAFE KANTIN KASIR KEDAI KIOS KITA KOPI KOTA LAUNDRY \
    MAJU MAKAN MAKASSAR MAKMUR MALANG MANDIRI MART MASJID MEDAN MIE MINI NASI PADANG PAK PALEMBANG PASAR PT PUSAT \
    REJEKI RESTO RM RUMAH SALON SARI SATE SEJAHTERA SELATAN SEMARANG SHOP STORE SUMBER SURABAYA TANGERANG TENGAH \
    TIMUR TOKO UD UTARA WARUNG YAYASAN";
/// Characters of the longest of them.
const LONGEST_COMMON: usize = 9;

/// What a blank between two characters costs.
fn between(left: char, right: char) -> i32 {
    if left == ' ' {
        return BESIDE;
    }
    let of_text = |c: char| c.is_alphabetic();
    match (left, right) {
        _ if of_text(left) && of_text(right) => match (left.is_lowercase(), right.is_lowercase()) {
            (true, false) => 0,
            (false, true) => 9,
            (true, true) => 5,
            (false, false) => 4,
        },
        _ if left.is_numeric() && right.is_numeric() => 9,
        _ if of_text(left) && right.is_numeric() => 1,
        _ if left.is_numeric() && of_text(right) => 2,
        ('.' | ',' | ')', _) => 1,
        ('&' | '-' | '/', _) | (_, '&' | '-' | '/' | '(' | '#') => 2,
        _ => 10,
    }
}

/// What words cost: common ones nothing but a reward for their length; short ones, long ones and those without a vowel most.
fn words(chars: &[char]) -> i32 {
    let cost = |word: &[char]| {
        let length = i32::try_from(word.len()).unwrap_or(i32::MAX);
        if is_common(word) {
            return length.saturating_mul(-2);
        }
        let letters = word.iter().all(char::is_ascii_alphabetic);
        let vowel = |c: &char| matches!(c.to_ascii_uppercase(), 'A' | 'E' | 'I' | 'O' | 'U' | 'Y');
        let short = match word {
            [] => 0,
            [one] if one.is_alphabetic() => 7,
            [_] => 2,
            [_, _] => 3,
            [_, _, _] => 1,
            _ => length.saturating_sub(9).max(0).saturating_mul(2),
        };
        short.saturating_add(if letters && word.len() > 1 && !word.iter().any(vowel) { 6 } else { 0 })
    };
    chars.split(|c| *c == ' ').map(cost).fold(0, i32::saturating_add)
}

fn is_common(word: &[char]) -> bool {
    let stop = word.iter().rposition(|c| !matches!(c, '.' | ','));
    let word = stop.and_then(|stop| word.get(..=stop)).unwrap_or_default();
    (2..=LONGEST_COMMON).contains(&word.len())
        && COMMON.split(' ').any(|common| {
            let mut chars = word.iter();
            common.chars().all(|c| chars.next().is_some_and(|other| c.eq_ignore_ascii_case(other)))
                && chars.next().is_none()
        })
}

/// What it costs to fill a value from each of its places on.
struct Costs<'c> {
    chars: &'c [char],
    gap: Gap,
    /// Most blanks that are put elsewhere than at the end.
    inside: usize,
    /// Of the word from one place to another, a row a place.
    words: Vec<i32>,
    /// From a word that begins at a place when so many blanks are put already, a row a place.
    rest: Vec<i32>,
}

impl<'c> Costs<'c> {
    fn of(chars: &'c [char], gap: Gap, work: &mut usize) -> Option<Costs<'c>> {
        let chars = chars.get(gap.start..gap.end)?;
        let size = chars.len().max(1);
        *work = work.checked_sub(size.checked_mul(size)?)?;
        let inside = if gap.words { gap.missing.min(MOST_INSIDE) } else { 0 };
        let width = inside.checked_add(1)?;
        let mut costs = Costs {
            chars,
            gap,
            inside,
            words: vec![0; size.checked_mul(size)?],
            rest: vec![0; size.checked_mul(width)?],
        };
        for at in (0..size).rev() {
            for end in at..chars.len() {
                let place = at.checked_mul(size)?.checked_add(end)?;
                *costs.words.get_mut(place)? = words(chars.get(at..=end)?);
            }
            for put in 0..=inside {
                let onwards = costs.onwards(at, put).map(|(.., cost)| cost).min();
                let place = at.checked_mul(width)?.checked_add(put)?;
                *costs.rest.get_mut(place)? = onwards.unwrap_or(0).min(costs.ending(at, put));
            }
        }
        Some(costs)
    }

    /// The word from a place to before another.
    fn word(&self, at: usize, end: usize) -> i32 {
        let size = self.chars.len();
        let place = at.saturating_mul(size).saturating_add(end.saturating_sub(1));
        if end > at { self.words.get(place).copied().unwrap_or(0) } else { 0 }
    }

    fn rest(&self, at: usize, put: usize) -> i32 {
        let place = at.saturating_mul(self.inside.saturating_add(1)).saturating_add(put);
        self.rest.get(place).copied().unwrap_or(0)
    }

    /// The last word begins here, and all blanks that are left stand behind it.
    fn ending(&self, at: usize, put: usize) -> i32 {
        let end = if self.gap.missing > put { AT_THE_END } else { 0 };
        self.word(at, self.chars.len()).saturating_add(end)
    }

    /// The places of the next blanks after a word that begins here: place, how many of them, cost without and with what comes after.
    fn onwards(&self, at: usize, put: usize) -> impl Iterator<Item = (usize, usize, i32, i32)> {
        let ends = at.saturating_add(1)..self.chars.len();
        ends.flat_map(move |end| {
            let left = self.chars.get(end.saturating_sub(1)).copied().unwrap_or(' ');
            let right = self.chars.get(end).copied().unwrap_or(' ');
            let step = self.word(at, end).saturating_add(between(left, right));
            // Beside a blank that is there stands the same text, whichever side the new one is put on.
            let most = if right == ' ' { 0 } else { self.inside.saturating_sub(put).min(2) };
            (1..=most).map(move |count| {
                let step = if count == 2 { step.saturating_add(SECOND) } else { step };
                let rest = self.rest(end, put.saturating_add(count));
                (end, count, step, step.saturating_add(rest))
            })
        })
    }

    /// How many blanks may stand before the value: none, one, or all. With their cost.
    fn beginnings(&self) -> impl Iterator<Item = (usize, i32)> {
        let all = self.gap.missing;
        let counts = [1, all].into_iter().take(if all == 1 { 1 } else { 2 });
        let some = counts.filter(|count| *count <= self.inside).map(|count| (count, AT_THE_BEGINNING));
        core::iter::once((0, 0)).chain(some)
    }

    fn best(&self) -> i32 {
        let whole = self.beginnings().map(|(count, cost)| cost.saturating_add(self.rest(0, count)));
        whole.min().unwrap_or(0)
    }
}

/// The values that one way to read the text has to fill.
struct Reading<'c> {
    values: Vec<Costs<'c>>,
    /// What all values from one on cost at least; the last is nothing.
    from: Vec<i32>,
}

impl<'c> Reading<'c> {
    fn of(chars: &'c [char], gaps: &[Gap], work: &mut usize) -> Option<Reading<'c>> {
        let values: Option<Vec<Costs<'c>>> = gaps.iter().map(|gap| Costs::of(chars, *gap, work)).collect();
        let values = values?;
        let mut from = vec![0];
        for costs in values.iter().rev() {
            let after: i32 = from.last().copied().unwrap_or(0);
            from.push(after.saturating_add(costs.best()));
        }
        from.reverse();
        Some(Reading { values, from })
    }

    fn from(&self, value: u16) -> i32 {
        self.from.get(usize::from(value)).copied().unwrap_or(0)
    }
}

/// A part of a path: some values are filled, and one of them to a place.
#[derive(Clone, Copy)]
struct Node {
    cost: i32,
    reading: u16,
    value: u16,
    /// Where in the value the next word begins, and how many blanks it has already.
    at: u16,
    put: u16,
    /// The blanks of the last step: how many, before which character of the text, and the step before it.
    blanks: u16,
    place: u16,
    before: Option<u32>,
}

/// Ways to fill the values of all readings.
pub(super) struct Search<'c> {
    readings: Vec<Reading<'c>>,
    nodes: Vec<Node>,
    /// What the whole path costs, and its node; of equal ones the one that came last is first, as it went furthest.
    open: BinaryHeap<(Reverse<i32>, u32)>,
}

impl<'c> Search<'c> {
    pub(super) fn new(chars: &'c [char], readings: &[Vec<Gap>], work: &mut usize) -> Search<'c> {
        let readings = readings.iter().filter_map(|gaps| Reading::of(chars, gaps, work)).collect();
        let mut search = Search { readings, nodes: Vec::new(), open: BinaryHeap::new() };
        for reading in 0..search.readings.len() {
            let reading = short(reading);
            let begin = Node { cost: 0, reading, value: 0, at: 0, put: 0, blanks: 0, place: 0, before: None };
            search.enter(begin, work);
        }
        search
    }

    /// The next likely way: its cost, the places in the text, and how many blanks stand before each. None when there is none any more,
    /// or when no work is left to find it.
    pub(super) fn next_likely(&mut self, work: &mut usize) -> Option<(i32, Vec<(usize, usize)>)> {
        loop {
            let (_, index) = self.open.pop()?;
            let node = *self.nodes.get(usize::try_from(index).ok()?)?;
            let reading = self.readings.get(usize::from(node.reading))?;
            let Some(costs) = reading.values.get(usize::from(node.value)) else {
                return Some((node.cost, self.path(node)));
            };
            let (at, put) = (usize::from(node.at), usize::from(node.put));
            let after = node.cost.saturating_add(reading.from(node.value.saturating_add(1)));
            let next = |(end, count, step, whole): (usize, usize, i32, i32)| {
                let next = Node {
                    cost: node.cost.saturating_add(step),
                    at: short(end),
                    put: short(put.saturating_add(count)),
                    blanks: short(count),
                    place: short(costs.gap.start.saturating_add(end)),
                    before: Some(index),
                    ..node
                };
                (next, after.saturating_add(whole))
            };
            let onwards: Vec<(Node, i32)> = costs.onwards(at, put).map(next).collect();
            let ended = Node {
                cost: node.cost.saturating_add(costs.ending(at, put)),
                value: node.value.saturating_add(1),
                at: 0,
                blanks: short(costs.gap.missing.saturating_sub(put)),
                place: short(costs.gap.end),
                before: Some(index),
                ..node
            };
            for (next, whole) in onwards {
                self.push(next, whole, work);
            }
            self.enter(ended, work);
        }
    }

    /// Goes on to the value that a node names, or to the end when all are filled.
    fn enter(&mut self, node: Node, work: &mut usize) {
        let Some(reading) = self.readings.get(usize::from(node.reading)) else { return };
        let Some(costs) = reading.values.get(usize::from(node.value)) else {
            return self.push(node, node.cost, work);
        };
        let after = reading.from(node.value.saturating_add(1));
        let begun: Vec<(usize, i32, i32)> = costs
            .beginnings()
            .map(|(count, cost)| (count, cost, cost.saturating_add(costs.rest(0, count))))
            .collect();
        let place = short(costs.gap.start);
        let Some(before) = self.keep(node, work) else { return };
        for (count, cost, whole) in begun {
            let blanks = short(count);
            let cost = node.cost.saturating_add(cost);
            let next = Node { cost, put: blanks, blanks, place, before: Some(before), ..node };
            self.push(next, node.cost.saturating_add(whole).saturating_add(after), work);
        }
    }

    fn push(&mut self, node: Node, whole: i32, work: &mut usize) {
        if let Some(index) = self.keep(node, work) {
            self.open.push((Reverse(whole), index));
        }
    }

    fn keep(&mut self, node: Node, work: &mut usize) -> Option<u32> {
        *work = work.checked_sub(1)?;
        let index = u32::try_from(self.nodes.len()).ok()?;
        self.nodes.push(node);
        Some(index)
    }

    /// The blanks that led to a node.
    fn path(&self, last: Node) -> Vec<(usize, usize)> {
        let before = |node: &Node| self.nodes.get(usize::try_from(node.before?).ok()?).copied();
        let nodes = core::iter::successors(Some(last), before).filter(|node| node.blanks > 0);
        let mut blanks: Vec<(usize, usize)> =
            nodes.map(|node| (usize::from(node.place), usize::from(node.blanks))).collect();
        blanks.reverse();
        blanks
    }
}

fn short(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}
