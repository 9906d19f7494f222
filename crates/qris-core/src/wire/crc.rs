//! CRC-16/IBM-3740 over the tables of the `crc` crate.

use crc::{CRC_16_IBM_3740, Crc, Table};

// In a `static`: built inside a function, the tables would be made anew on every call.
static CRC: Crc<u16, Table<16>> = Crc::<u16, Table<16>>::new(&CRC_16_IBM_3740);

const INITIAL: u16 = 0xFFFF;

/// The CRC of a payload's bytes up to and including the `6304` of its CRC object
/// (EMVCo MPM 4.7.3.1): polynomial 1021, initial value FFFF, nothing reflected, no final xor.
///
/// ```
/// assert_eq!(qris_core::checksum(b"123456789"), 0x29B1);
/// ```
// The crate's own `update` takes any slice, so its bounds checks stay in the program. Whole arrays of
// 16, 8, 4, 2 and 1 bytes looked up in its tables leave no panic path, and no byte-by-byte tail of 15.
pub fn checksum(bytes: &[u8]) -> u16 {
    let mut crc = INITIAL;
    let mut rest = bytes;
    while let Some((block, tail)) = rest.split_first_chunk::<16>() {
        crc = lanes(crc, block);
        rest = tail;
    }
    if let Some((block, tail)) = rest.split_first_chunk::<8>() {
        crc = lanes(crc, block);
        rest = tail;
    }
    if let Some((block, tail)) = rest.split_first_chunk::<4>() {
        crc = lanes(crc, block);
        rest = tail;
    }
    if let Some((block, tail)) = rest.split_first_chunk::<2>() {
        crc = lanes(crc, block);
        rest = tail;
    }
    if let [last] = rest {
        let [high, low] = crc.to_be_bytes();
        let [table, ..] = CRC.table();
        crc = u16::from_be_bytes([low, 0]) ^ at(table, last ^ high);
    }
    crc
}

/// `N` bytes at once, 2 ≤ N ≤ 16: each byte has the table of its distance to the end of the block.
#[inline(always)]
fn lanes<const N: usize>(crc: u16, block: &[u8; N]) -> u16 {
    let [high, low] = crc.to_be_bytes();
    let mut mixed = *block;
    if let [first, second, ..] = &mut mixed[..] {
        *first ^= high;
        *second ^= low;
    }
    // Tables and bytes run in opposite directions; `zip` keeps both free of bounds checks.
    CRC.table().iter().zip(mixed.iter().rev()).fold(0, |sum, (table, &byte)| sum ^ at(table, byte))
}

#[inline(always)]
#[allow(clippy::indexing_slicing)] // A byte is an index below 256: the compiler drops the check.
fn at(table: &[u16; 256], byte: u8) -> u16 {
    table[byte as usize]
}

/// The value of four hex digits of either case.
#[inline]
pub(super) fn from_hex(digits: &[u8; 4]) -> Option<u16> {
    let mut value = 0u16;
    for &digit in digits {
        let nibble = match digit {
            b'0'..=b'9' => digit & 0x0F,
            b'A'..=b'F' | b'a'..=b'f' => (digit & 0x0F).wrapping_add(9),
            _ => return None,
        };
        value = value << 4 | u16::from(nibble);
    }
    Some(value)
}

/// Four hex digits, upper case, zeros written out (EMVCo MPM 4.7.3.2).
#[inline]
pub(super) fn to_hex(value: u16) -> [u8; 4] {
    let nibble = |shift: u16| {
        let n = (value >> shift) as u8 & 0x0F;
        n.wrapping_add(if n < 10 { b'0' } else { b'A'.wrapping_sub(10) })
    };
    [nibble(12), nibble(8), nibble(4), nibble(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_crate_at_every_length() {
        let mut bytes = [0u8; 300];
        for (n, b) in bytes.iter_mut().enumerate() {
            *b = (n * 7 + n / 3) as u8;
        }
        for end in 0..bytes.len() {
            assert_eq!(checksum(&bytes[..end]), CRC.checksum(&bytes[..end]), "{end}");
        }
    }

    #[test]
    fn hex_is_total_and_padded() {
        for value in 0..=u16::MAX {
            let digits = to_hex(value);
            assert_eq!(from_hex(&digits), Some(value));
            assert_eq!(from_hex(&digits.map(|d| d.to_ascii_lowercase())), Some(value));
        }
        assert_eq!(&to_hex(0x007B), b"007B");
        for bad in [b"00G0", b"0 00", b"+000", b"000:", b"@000", b"`000", b"g000", b"\xC2\xB2\xC2\xB2"] {
            assert_eq!(from_hex(bad), None, "{bad:?}");
        }
    }
}
