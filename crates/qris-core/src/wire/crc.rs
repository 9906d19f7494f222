//! CRC-16/IBM-3740 over the tables of the `crc` crate.

use crc::{CRC_16_IBM_3740, Crc, Table};

// In a `static`: built inside a function, the tables would be rebuilt on every call.
static CRC: Crc<u16, Table<16>> = Crc::<u16, Table<16>>::new(&CRC_16_IBM_3740);

const INITIAL: u16 = 0xFFFF;

// The crate's own `update` takes any slice, so its bounds checks stay in the program. Here whole arrays of 16 bytes are
// looked up in its tables, which leaves no panic path. The odd bytes go first, in a block of their own: a tail read
// byte by byte would cost as much as eight blocks.
pub(super) fn by_table(bytes: &[u8]) -> u16 {
    let Some(first) = bytes.first_chunk::<16>() else { return bytewise(bytes) };
    let odd = bytes.len() % 16;
    // The odd bytes are right-aligned after zeros, which do not change a CRC of zero. So the initial value is mixed
    // into the first two bytes of the text instead; the part of it that falls after the odd bytes waits in the CRC.
    let mixed = u128::from_be_bytes(*first) ^ u128::from(INITIAL) << 112;
    let head = (mixed >> 8).wrapping_shr(120u32.wrapping_sub(8u32.wrapping_mul(odd as u32))).to_be_bytes();
    let waiting = match odd {
        0 => INITIAL,
        1 => INITIAL << 8,
        _ => 0,
    };
    let mut crc = block(0, &head) ^ waiting;
    let mut rest = bytes.get(odd..).unwrap_or_default();
    while let Some((chunk, tail)) = rest.split_first_chunk::<16>() {
        crc = block(crc, chunk);
        rest = tail;
    }
    crc
}

/// The CRC of a text: `crc` is that of all but its last `odd` bytes, at most 15, and `last` are its last 16 bytes.
#[cfg(all(feature = "clmul", target_arch = "x86_64"))]
#[inline]
pub(super) fn append_odd(crc: u16, odd: usize, last: &[u8; 16]) -> u16 {
    // As in `by_table`, but with the odd bytes last: the bytes before them are cleared, and the CRC is mixed into the
    // first two odd bytes.
    let bits = 8u32.wrapping_mul(odd as u32);
    let odd_only = u128::from_be_bytes(*last) & !u128::MAX.wrapping_shl(bits);
    let mixed =
        odd_only ^ (u128::from(crc) << 112).checked_shr(128u32.wrapping_sub(bits)).unwrap_or_default();
    let waiting = match odd {
        0 => crc,
        1 => crc << 8,
        _ => 0,
    };
    block(0, &mixed.to_be_bytes()) ^ waiting
}

/// Sixteen bytes at once: each byte is looked up in the table for its distance from the end of the block.
#[inline(always)]
fn block(crc: u16, bytes: &[u8; 16]) -> u16 {
    let [high, low] = crc.to_be_bytes();
    let mut mixed = *bytes;
    mixed[0] ^= high;
    mixed[1] ^= low;
    // Tables and bytes run in opposite directions; `zip` keeps both free of bounds checks. The two bytes that need the
    // CRC of the block before come last.
    CRC.table().iter().zip(mixed.iter().rev()).fold(0, |sum, (table, &byte)| sum ^ at(table, byte))
}

fn bytewise(bytes: &[u8]) -> u16 {
    let [table, ..] = CRC.table();
    bytes.iter().fold(INITIAL, |crc, byte| {
        let [high, low] = crc.to_be_bytes();
        u16::from_be_bytes([low, 0]) ^ at(table, byte ^ high)
    })
}

#[inline(always)]
#[allow(clippy::indexing_slicing)] // A byte is an index below 256: the compiler drops the check.
fn at(table: &[u16; 256], byte: u8) -> u16 {
    table[byte as usize]
}

/// The value of four hex digits of either case.
#[inline]
pub(super) fn from_hex(digits: &[u8; 4]) -> Option<u16> {
    // All four at once and without branches: a branch predictor cannot learn which digits are letters.
    let text = u32::from_be_bytes(*digits);
    // `letters` has a one in each byte with bit 6 set (40 in hex). Those bytes are made upper case and lose their 40;
    // the others lose their 30.
    let letters = (text >> 6) & 0x0101_0101;
    let low = (text & !(letters << 5)) ^ 0x3030_3030 ^ letters.wrapping_mul(0x70);
    // Now a letter is 1–6 and a digit is 0–9; anything else is no hex digit. Letters get nine more, so that exactly
    // they are above nine.
    let nibbles = low.wrapping_add(letters.wrapping_mul(9));
    let above_nine = (nibbles.wrapping_add(0x0606_0606) >> 4) & 0x0101_0101;
    if (low | nibbles) & 0xF0F0_F0F0 != 0 || above_nine != letters {
        return None;
    }
    let pairs = nibbles | nibbles >> 4;
    let [_, high, _, low] = pairs.to_be_bytes();
    Some(u16::from_be_bytes([high, low]))
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
            assert_eq!(by_table(&bytes[..end]), CRC.checksum(&bytes[..end]), "{end}");
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
        for byte in 0..=255 {
            let good = char::from(byte).to_digit(16).map(|digit| digit as u16);
            assert_eq!(from_hex(&[byte, b'0', b'0', b'0']), good.map(|digit| digit << 12), "{byte}");
            assert_eq!(from_hex(&[b'F', byte, b'a', b'9']), good.map(|digit| digit << 8 | 0xF0A9), "{byte}");
            assert_eq!(from_hex(&[b'1', b'2', b'3', byte]), good.map(|digit| digit | 0x1230), "{byte}");
        }
        for bad in [b"00G0", b"0 00", b"+000", b"000:", b"@000", b"`000", b"g000", b"\xC2\xB2\xC2\xB2"] {
            assert_eq!(from_hex(bad), None, "{bad:?}");
        }
    }
}
