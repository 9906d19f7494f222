//! Blanks that are missing inside values: the lengths still count them.
//!
//! The lengths tell how many each value lost, but not where they stood, and a CRC has 16 bits only: of 65,536 wrong texts one fits
//! by accident. So the likeliest places are tried first, only as long as such an accident stays less likely than one in a hundred, and
//! the first text that fits is named unless one fits that is nearly as likely.

mod likely;
mod read;

use alloc::string::String;
use alloc::vec::Vec;

use super::Cause;
use crate::wire::{Payload, checksum};

/// The longest text that is looked into: EMVCo MPM 4.1 has payloads of at most 512 characters.
const LONGEST: usize = 2_000;
/// Texts that are held against the CRC in one diagnosis: one in a hundred of 65,536.
const TEXTS: usize = 655;
/// Steps in which the likeliest texts are looked for in one diagnosis. Payloads with three names take some ten thousand.
const WORK: usize = 60_000;
/// How much likelier, in bits, the first text that fits has to be than another one that fits: a thousand times.
const MARGIN: i32 = 10;

/// What may still be spent on one diagnosis.
pub(super) struct Budget {
    texts: usize,
    work: usize,
}

impl Budget {
    pub(super) const fn new() -> Budget {
        Budget { texts: TEXTS, work: WORK }
    }
}

/// The text with the blanks its lengths count.
pub(super) fn repaired(text: &str, budget: &mut Budget) -> Option<(Cause, String)> {
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
    let readings = read::readings(&chars);
    let mut search = likely::Search::new(&chars, &readings, &mut budget.work);
    let mut right: Option<(i32, String)> = None;
    while budget.texts > 0 {
        let Some((cost, blanks)) = search.next_likely(&mut budget.work) else { break };
        if right.as_ref().is_some_and(|(likelier, _)| cost > likelier.saturating_add(MARGIN)) {
            break;
        }
        budget.texts = budget.texts.saturating_sub(1);
        let undone = with_blanks(&chars, &blanks);
        if !has_right_crc(&undone) {
            continue;
        }
        match &right {
            Some((_, other)) if *other != undone => return None,
            Some(_) => {}
            None => right = Some((cost, undone)),
        }
    }
    let (_, undone) = right?;
    Some((cause(text, &undone), undone))
}

fn has_right_crc(text: &str) -> bool {
    let parts = text.len().checked_sub(4).and_then(|end| text.split_at_checked(end));
    parts.is_some_and(|(covered, stated)| {
        u16::from_str_radix(stated, 16).is_ok_and(|stated| checksum(covered.as_bytes()) == stated)
    })
}

/// The text with so many blanks before the character at each place; the places in their order.
fn with_blanks(chars: &[char], blanks: &[(usize, usize)]) -> String {
    let mut text = String::new();
    let mut at = 0;
    for (place, count) in blanks {
        text.extend(chars.get(at..*place).unwrap_or_default());
        text.extend(core::iter::repeat_n(' ', *count));
        at = *place;
    }
    text.extend(chars.get(at..).unwrap_or_default());
    text
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
