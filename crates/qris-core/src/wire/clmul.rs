//! The CRC, computed with the carry-less multiplication of x86-64 processors (feature `clmul`).
//!
//! The crate `crc16-ibm3740-fast` uses the instructions, so there is no unsafe code here. Its source was reviewed
//! before it became a dependency: it folds 64 and then 16 bytes at a time, loads only from slices whose length it has
//! checked, and first asks the processor whether it has the instructions.
//!
//! Two kinds of input are never passed to it. It looks up anything shorter than 128 bytes byte by byte. And for a
//! length that is not a multiple of 16 it copies bytes through a pointer taken from a shared reference; Rust does not
//! allow writing through such a pointer, even if it works today. So it gets whole blocks of 16 bytes, at least eight of
//! them, and the odd bytes after them are looked up in our table.

use super::crc;

/// The CRC; `None` when there are fewer than 128 bytes or the processor does not have the instructions.
#[inline]
pub(super) fn checksum(bytes: &[u8]) -> Option<u16> {
    if bytes.len() < 128 || !is_there() {
        return None;
    }
    let (blocks, odd) = bytes.split_at_checked(bytes.len() & !15)?;
    Some(crc::append_odd(crc16_ibm3740_fast::hash(blocks) as u16, odd.len(), bytes.last_chunk()?))
}

/// Whether the processor has the instructions. It is asked once, and the answer is kept.
fn is_there() -> bool {
    core_detect::is_x86_feature_detected!("pclmulqdq") && core_detect::is_x86_feature_detected!("sse4.1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_table_bit_for_bit() {
        let mut state = 7u64;
        let mut bytes = [0u8; 1200];
        for _ in 0..20 {
            for byte in &mut bytes {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                *byte = (state >> 56) as u8;
            }
            for end in 0..bytes.len() {
                let hardware = checksum(&bytes[..end]);
                assert_eq!(hardware.is_some(), end >= 128 && is_there(), "{end}");
                assert!(hardware.is_none_or(|crc| crc == crc::by_table(&bytes[..end])), "{end}");
            }
        }
    }
}
