//! The CRC by the carry-less multiplication of x86-64 processors (feature `clmul`).
//!
//! The instructions are behind `crc16-ibm3740-fast`, so there is no unsafe code here. It was read before it was
//! let in: it folds 64 and then 16 bytes at a time, loads only from slices it has measured, and asks the
//! processor first. Two things are kept away from it. What is shorter than 128 bytes it looks up byte by byte;
//! and a length that is no multiple of 16 it copies through a pointer taken from a shared reference, which Rust
//! does not allow to write through, even if it works today. So it gets whole blocks, at least eight, and the odd
//! bytes behind them are looked up in our table.

use super::crc;

/// The CRC, when the processor has the instructions and there is enough to do.
#[inline]
pub(super) fn checksum(bytes: &[u8]) -> Option<u16> {
    if bytes.len() < 128 || !is_there() {
        return None;
    }
    let (blocks, odd) = bytes.split_at_checked(bytes.len() & !15)?;
    Some(crc::append_odd(crc16_ibm3740_fast::hash(blocks) as u16, odd.len(), bytes.last_chunk()?))
}

/// Asked once and remembered.
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
