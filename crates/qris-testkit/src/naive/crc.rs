/// CRC-16 with polynomial 1021, start value FFFF, nothing reflected and nothing added at the end, bit by bit.
///
/// EMVCo 4.7.3; catalogued as CRC-16/IBM-3740.
///
/// ```
/// assert_eq!(qris_testkit::naive::crc16(b"123456789"), 0x29B1);
/// ```
#[must_use]
pub fn crc16(bytes: &[u8]) -> u16 {
    let mut register = 0xFFFF_u16;
    for &byte in bytes {
        for bit in (0..8).rev() {
            let data_bit = (byte >> bit) & 1 == 1;
            let top_bit = register & 0x8000 != 0;
            register <<= 1;
            if data_bit != top_bit {
                register ^= 0x1021;
            }
        }
    }
    register
}

#[cfg(test)]
mod tests {
    use super::crc16;

    #[test]
    fn published_values_hold() {
        assert_eq!(crc16(b""), 0xFFFF);
        assert_eq!(crc16(b"A"), 0xB915);
        assert_eq!(crc16(b"123456789"), 0x29B1);
        assert_eq!(crc16(b"0002010411626304"), 0x6304);
    }
}
