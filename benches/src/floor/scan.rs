//! Structure by hand: one loop, a tape of the root objects, templates looked into on the way.

use super::checksum;

/// The root objects found: offset of the value, its length and the ID, in 32 bits each. It is used again
/// for the next payload, so nothing is cleared.
#[derive(Debug)]
pub struct Tape {
    entries: [u32; 100],
    used: usize,
}

impl Tape {
    /// An empty tape.
    pub fn new() -> Tape {
        Tape { entries: [0; 100], used: 0 }
    }

    /// ID, start and end of each value.
    pub fn entries(&self) -> impl Iterator<Item = (u8, usize, usize)> + '_ {
        self.entries[..self.used].iter().map(|entry| {
            let start = (entry >> 16) as usize;
            (*entry as u8 & 0x7F, start, start + (entry >> 7 & 0x1FF) as usize)
        })
    }
}

impl Default for Tape {
    fn default() -> Self {
        Tape::new()
    }
}

/// Two digits of ID and two of length, all four at once.
#[inline(always)]
pub(super) fn header(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let head = text.get(at..)?.first_chunk::<4>()?;
    let digits = u32::from_le_bytes(*head) ^ 0x3030_3030;
    if (digits.wrapping_add(0x7676_7676) | digits) & 0x8080_8080 != 0 {
        return None;
    }
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    Some((pairs as u8, usize::from((pairs >> 16) as u8)))
}

#[inline(always)]
fn frames(text: &[u8], start: usize, end: usize) -> bool {
    let mut at = start;
    while at < end {
        match header(text, at) {
            Some((_, length)) => at += 4 + length,
            None => return false,
        }
    }
    at == end
}

/// Whether the text has the structure of a payload: objects to the very end, 00 first, 63 last with four
/// characters, no ID twice, templates that frame.
#[inline]
pub fn scan(text: &[u8], tape: &mut Tape) -> bool {
    let (mut at, mut used, mut low, mut high) = (0, 0, 0u64, 0u64);
    while at < text.len() {
        let Some((id, length)) = header(text, at) else { return false };
        let (start, end) = (at + 4, at + 4 + length);
        if end > text.len() {
            return false;
        }
        let bit = 1u64 << (id & 63);
        let seen = if id < 64 { &mut low } else { &mut high };
        if *seen & bit != 0 {
            return false;
        }
        *seen |= bit;
        if used < tape.entries.len() {
            tape.entries[used] = (start as u32) << 16 | (length as u32) << 7 | u32::from(id);
        }
        used += 1;
        if matches!(id, 26..=51 | 62 | 64 | 80..=99) && !frames(text, start, end) {
            return false;
        }
        at = end;
    }
    tape.used = used;
    text.starts_with(b"0002") && text.len() > 8 && text[..text.len() - 4].ends_with(b"6304") && low >> 63 == 1
}

/// The same, and the CRC is right.
#[inline]
pub fn decode(text: &[u8], tape: &mut Tape) -> bool {
    scan(text, tape) && crc_holds(text)
}

#[inline]
pub(super) fn crc_holds(text: &[u8]) -> bool {
    let Some((covered, stated)) = text.split_last_chunk::<4>() else { return false };
    let (mut value, mut good) = (0u16, true);
    for &digit in stated {
        let (number, letter) = (digit.wrapping_sub(b'0'), (digit | 0x20).wrapping_sub(b'a'));
        good &= (number < 10) | (letter < 6);
        value = value << 4 | u16::from(if number < 10 { number } else { letter.wrapping_add(10) } & 0x0F);
    }
    good && checksum(covered) == value
}
