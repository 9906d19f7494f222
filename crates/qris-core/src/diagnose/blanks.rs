//! Blanks that are missing inside values: the lengths still count them.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::Cause;
use crate::id::Id;
use crate::wire::{Payload, checksum};

/// The longest text that is looked into: EMVCo MPM 4.1 has payloads of at most 512 characters.
const LONGEST: usize = 2_000;
/// Most places at which objects are looked for, over all readings.
const MOST_STEPS: usize = 20_000;
/// Most places inside one template.
const MOST_STEPS_INSIDE: usize = 500;
/// Most readings of one text.
const MOST_READINGS: usize = 8;
/// Most texts that are held against the CRC. Of as many wrong ones, one in sixteen texts would fit by chance.
const MOST_TEXTS: usize = 4_096;
/// The same where no blank is left in those values: that alone says what happened.
const MOST_TEXTS_WITHOUT_BLANKS: usize = 32_768;
/// So few are held against the CRC that a hit by chance is less likely than one in a hundred.
const FEW: usize = 512;
/// Bytes that may be written to find blanks in all texts of one diagnosis.
pub(super) const BUDGET: usize = 16 * 1024 * 1024;
/// Most blanks that may be missing in one value.
const MOST_BLANKS: usize = 8;

/// The text with the blanks its lengths count, put in the one way that has the right CRC. Of several, the one with most words that
/// names of merchants and cities have; none when that does not tell.
pub(super) fn repaired(text: &str, budget: &mut usize) -> Option<(Cause, String)> {
    // What frames as it is lost nothing of its lengths.
    let others = |c: char| c == '+' || c == '%' || c.is_control() || (c.is_whitespace() && c != ' ');
    if text.len() > LONGEST
        || !text.starts_with("00")
        || text.contains(others)
        || Payload::parse(text).is_ok()
    {
        return None;
    }
    let chars: Vec<char> = text.chars().collect();
    let mut reader = Reader { chars: &chars, steps: MOST_STEPS };
    let mut readings = Vec::new();
    reader.root(0, &mut vec![], &mut vec![], &mut readings);
    // Between words first; then at the ends of values and beside other blanks.
    [Places::BetweenWords, Places::Beside].iter().find_map(|places| {
        let mut right: Vec<Filled> = Vec::new();
        let full = |gap: &Gap| !chars.get(gap.start..gap.end).unwrap_or_default().contains(&' ');
        let stripped = readings.iter().flatten().all(full);
        let most = if stripped { MOST_TEXTS_WITHOUT_BLANKS } else { MOST_TEXTS };
        let mut left = most.min(budget.checked_div(text.len())?);
        let before_all = left;
        for gaps in &readings {
            let before = left;
            let filled = fill(&chars, gaps, *places, &mut left, &mut right);
            *budget = budget.saturating_sub(before.saturating_sub(left).saturating_mul(text.len()));
            filled?;
        }
        right.sort_unstable_by(|one, other| one.text.cmp(&other.text));
        right.dedup_by(|one, other| one.text == other.text);
        let one = likeliest(&right, before_all.saturating_sub(left) > FEW)?;
        Some((cause(text, one), one.clone()))
    })
}

fn likeliest(texts: &[Filled], among_many: bool) -> Option<&String> {
    // Where many were tried, some fit by chance: then every value has to read as names do.
    let mut likely: Vec<&Filled> = texts.iter().filter(|filled| !among_many || filled.reads()).collect();
    if let [_, _, ..] = likely.as_slice() {
        likely.retain(|filled| filled.reads());
        let best = likely.iter().map(|filled| filled.words()).max()?;
        likely.retain(|filled| filled.words() == best);
    }
    match likely.as_slice() {
        [one] => Some(&one.text),
        _ => None,
    }
}

/// A text with its blanks, and the values that have them.
struct Filled {
    text: String,
    values: Vec<String>,
}

impl Filled {
    /// Whether every value has a common word, no single letter, and no blank before a mark.
    fn reads(&self) -> bool {
        self.values.iter().all(|value| {
            let is_word = |word: &str| {
                let begins = word.chars().next();
                begins.is_some_and(|c| c.is_alphanumeric() || matches!(c, '&' | '(' | '#' | '-'))
                    && (word.chars().count() > 1 || begins.is_some_and(|c| !c.is_alphabetic()))
            };
            value.split(' ').all(is_word) && value.split(' ').any(is_common)
        })
    }

    /// How many common words there are.
    fn words(&self) -> usize {
        self.values.iter().map(|value| value.split(' ').filter(|word| is_common(word)).count()).sum()
    }
}

fn is_common(word: &str) -> bool {
    let word = word.trim_end_matches(['.', ',']);
    COMMON.split(' ').any(|common| common.eq_ignore_ascii_case(word))
}

/// Words that are common in names of merchants, in those of cities, and in references.
const COMMON: &str = "ABADI ADM AGUNG AIR APOTEK AYAM BAKSO BANDUNG BARAT BARU BATAM BEKASI BENGKEL BERKAH BOGOR BU CAFE CELL CONTOH \
    CV DEPOK GORENG HOTEL IBU INDAH JAKARTA JAYA KAB KABUPATEN KAFE KANTIN KASIR KEDAI KIOS KITA KOPI KOTA LAUNDRY \
    MAJU MAKAN MAKASSAR MAKMUR MALANG MANDIRI MART MASJID MEDAN MIE MINI NASI PADANG PAK PALEMBANG PASAR PT PUSAT \
    REJEKI RESTO RM RUMAH SALON SARI SATE SEJAHTERA SELATAN SEMARANG SHOP STORE SUMBER SURABAYA TANGERANG TENGAH \
    TIMUR TOKO UD UTARA WARUNG YAYASAN";

/// A value that has fewer characters than its length says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Gap {
    start: usize,
    end: usize,
    missing: usize,
}

struct Reader<'c> {
    chars: &'c [char],
    /// How many are left.
    steps: usize,
}

impl Reader<'_> {
    /// Every way to read root objects from here to the CRC at the very end, when values may be short of blanks.
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
        let most = if has_blanks(id) { length.min(MOST_BLANKS) } else { 0 };
        for missing in 0..=most {
            let end = start.saturating_add(length.saturating_sub(missing));
            if self.header(end).is_none() || readings.len() >= MOST_READINGS {
                continue;
            }
            let before = gaps.len();
            if missing == 0 {
                self.root(end, seen, gaps, readings);
                continue;
            }
            for inside in self.values(id, Gap { start, end, missing }) {
                gaps.extend(inside);
                self.root(end, seen, gaps, readings);
                gaps.truncate(before);
            }
        }
        seen.pop();
    }

    /// Where the blanks of a root object may be missing: in its objects when it is a template, else in itself.
    fn values(&self, id: u8, gap: Gap) -> Vec<Vec<Gap>> {
        if matches!(id, 62 | 64) || id >= 80 {
            let mut found = Vec::new();
            // With steps of its own, so that a template full of digits leaves some for the others.
            let mut inside = Reader { chars: self.chars, steps: MOST_STEPS_INSIDE };
            inside.template(gap, &mut vec![], &mut vec![], &mut found);
            if !found.is_empty() {
                return found;
            }
        }
        vec![vec![gap]]
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
                gaps.push(Gap { start, end, missing });
            }
            let missing = left.missing.saturating_sub(missing);
            self.template(Gap { start: end, end: left.end, missing }, seen, gaps, found);
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

/// Whether blanks stand in the value of a root object: names, places, references, and what is not assigned.
fn has_blanks(id: u8) -> bool {
    matches!(id, 59..=62 | 64..=99)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Places {
    /// One blank each, with something else on both sides.
    BetweenWords,
    /// At an end of a value, or beside another blank.
    Beside,
}

/// Puts blanks into the gaps in every way, and keeps the texts whose CRC is right; none when there are too many ways.
fn fill(
    chars: &[char],
    gaps: &[Gap],
    places: Places,
    left: &mut usize,
    right: &mut Vec<Filled>,
) -> Option<()> {
    let mut choices: Vec<(Gap, Vec<String>)> = Vec::new();
    let mut ways = 1usize;
    for gap in gaps {
        let value = chars.get(gap.start..gap.end)?;
        let mut texts = Vec::new();
        insert(value, gap.missing, places, &mut String::new(), &mut texts, *left)?;
        texts.sort_unstable();
        texts.dedup();
        ways = ways.checked_mul(texts.len())?;
        choices.push((*gap, texts));
    }
    *left = left.checked_sub(ways)?;
    for way in 0..ways {
        let (mut text, mut at, mut number, mut values) = (String::new(), 0, way, Vec::new());
        for (gap, texts) in &choices {
            text.extend(chars.get(at..gap.start)?);
            let count = texts.len().max(1);
            let value = texts.get(number.checked_rem(count)?)?;
            text.push_str(value);
            values.push(value);
            number = number.checked_div(count)?;
            at = gap.end;
        }
        text.extend(chars.get(at..)?);
        let (covered, stated) = text.split_at_checked(text.len().checked_sub(4)?)?;
        if u16::from_str_radix(stated, 16).is_ok_and(|stated| checksum(covered.as_bytes()) == stated) {
            let values = values.into_iter().cloned().collect();
            right.push(Filled { text, values });
        }
    }
    Some(())
}

/// Every way to put so many blanks into a value, before its next character or later; none when there are too many.
fn insert(
    value: &[char],
    missing: usize,
    places: Places,
    begun: &mut String,
    texts: &mut Vec<String>,
    most: usize,
) -> Option<()> {
    if missing == 0 {
        texts.push(begun.chars().chain(value.iter().copied()).collect());
        return (texts.len() <= most).then_some(());
    }
    let before = begun.len();
    for (index, next) in value.iter().enumerate() {
        let beside = begun.chars().last().is_none_or(|c| c == ' ') || *next == ' ';
        if beside == (places == Places::Beside) {
            begun.push(' ');
            // Two in a row only where that is looked for: the next blank comes at least one character later otherwise.
            let rest = value.get(index..)?;
            insert(rest, missing.checked_sub(1)?, places, begun, texts, most)?;
            begun.pop();
        }
        begun.push(*next);
    }
    if places == Places::Beside {
        let ended = begun.chars().chain(core::iter::repeat_n(' ', missing)).collect();
        texts.push(ended);
    }
    begun.truncate(before);
    (texts.len() <= most).then_some(())
}

/// How the blanks were lost, by what is left of them.
fn cause(text: &str, undone: &str) -> Cause {
    // Where a blank was put back: beside another one, at an end of a value, or elsewhere.
    let (mut given, mut collapsed, mut count) = (text.chars().peekable(), 0usize, 0usize);
    let mut last = None;
    for c in undone.chars() {
        if given.peek() == Some(&c) {
            given.next();
        } else {
            count = count.saturating_add(1);
            if last == Some(' ') {
                collapsed = collapsed.saturating_add(1);
            }
        }
        last = Some(c);
    }
    if count > 0 && collapsed == count {
        return Cause::BlanksCollapsed;
    }
    let Ok(payload) = Payload::parse(undone) else { return Cause::BlanksStripped };
    let ends = payload.walk().filter(|object| object.template().is_none());
    let at_ends: usize = ends
        .map(|object| object.value().len().saturating_sub(object.value().trim_matches(' ').len()))
        .fold(0, usize::saturating_add);
    if at_ends == count { Cause::BlanksTrimmed } else { Cause::BlanksStripped }
}
