//! Slice-by-16 with the odd bytes first, so that nothing is left for a byte-by-byte tail.

static TABLES: [[u16; 256]; 16] = tables();

const fn tables() -> [[u16; 256]; 16] {
    let mut tables = [[0u16; 256]; 16];
    let mut n = 0;
    while n < 256 {
        let mut crc = (n as u16) << 8;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 };
            bit += 1;
        }
        tables[0][n] = crc;
        n += 1;
    }
    let mut distance = 1;
    while distance < 16 {
        n = 0;
        while n < 256 {
            let crc = tables[distance - 1][n];
            tables[distance][n] = crc << 8 ^ tables[0][(crc >> 8) as usize];
            n += 1;
        }
        distance += 1;
    }
    tables
}

/// CRC-16/IBM-3740.
#[inline]
pub fn checksum(bytes: &[u8]) -> u16 {
    let (mut crc, blocks) = match bytes.first_chunk::<16>() {
        Some(first) => {
            // The odd bytes right-aligned in a block of zeros, which change nothing; the initial FFFF is
            // mixed into the first two bytes, and what of it falls behind the odd ones stays in the CRC.
            let odd = bytes.len() % 16;
            let mixed = u128::from_be_bytes(*first) ^ 0xFFFF << 112;
            let head = (mixed >> (8 * (15 - odd)) >> 8).to_be_bytes();
            (block(0, &head) ^ [0xFFFF, 0xFF00].get(odd).unwrap_or(&0), &bytes[odd..])
        }
        None => {
            let bytewise = |crc: u16, byte: &u8| crc << 8 ^ TABLES[0][usize::from((crc >> 8) as u8 ^ byte)];
            return bytes.iter().fold(0xFFFF, bytewise);
        }
    };
    for chunk in blocks.as_chunks::<16>().0 {
        crc = block(crc, chunk);
    }
    crc
}

#[inline(always)]
fn block(crc: u16, block: &[u8; 16]) -> u16 {
    // The two lookups that wait for the CRC of the block before come last.
    let rest = (2..16).fold(0, |sum, place| sum ^ TABLES[15 - place][usize::from(block[place])]);
    let [high, low] = crc.to_be_bytes();
    rest ^ TABLES[15][usize::from(block[0] ^ high)] ^ TABLES[14][usize::from(block[1] ^ low)]
}
