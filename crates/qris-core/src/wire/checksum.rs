//! The CRC of a payload: by table, or with special instructions where the processor has them.

#[cfg(all(feature = "clmul", target_arch = "x86_64"))]
use super::clmul;
use super::crc;

/// The CRC of a payload's bytes up to and including the `6304` of its CRC object
/// (EMVCo MPM 4.7.3.1): polynomial 1021, initial value FFFF, nothing reflected, no final xor.
///
/// ```
/// assert_eq!(qris_core::checksum(b"123456789"), 0x29B1);
/// ```
pub fn checksum(bytes: &[u8]) -> u16 {
    crc::by_table(bytes)
}

/// As [`checksum`], but with the instructions of feature `clmul` where that is on and the processor has them.
#[inline]
pub(super) fn fastest(bytes: &[u8]) -> u16 {
    #[cfg(all(feature = "clmul", target_arch = "x86_64"))]
    if let Some(crc) = clmul::checksum(bytes) {
        return crc;
    }
    crc::by_table(bytes)
}
