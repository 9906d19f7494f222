//! Tests that look at all bytes of a text or a value, eight at a time.

/// Whether all bytes are ASCII.
#[inline]
pub(crate) fn is_ascii(bytes: &[u8]) -> bool {
    !any_byte(bytes, |word| word)
}

/// Whether all bytes of an ASCII text are printable and none is `|`.
#[inline]
pub(crate) fn is_plain(ascii: &str) -> bool {
    // Numbers are hex. All bytes are below 80, so no sum carries into the next byte. Adding 60 leaves only control
    // characters below 80. Adding 1 brings only DEL to 80. XOR with `|` makes only `|` zero, so adding 7F leaves only
    // that below 80.
    !any_byte(ascii.as_bytes(), |word| {
        !word.wrapping_add(eight(0x60))
            | word.wrapping_add(eight(1))
            | !(word ^ eight(b'|')).wrapping_add(eight(0x7F))
    })
}

const fn eight(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Whether `odd` sets the high bit of a byte for any eight bytes. The rest after the last whole block or word is not
/// read byte by byte, which would be most of the work. Instead the last block or word of the text is read, which may
/// overlap the one before.
#[inline(always)]
fn any_byte(bytes: &[u8], odd: impl Fn(u64) -> u64) -> bool {
    let word = |bytes: &[u8; 8]| odd(u64::from_ne_bytes(*bytes));
    let mut rest = bytes;
    let mut seen = if let Some(last) = bytes.last_chunk::<64>() {
        // All eight words together, without an early return for the branch predictor to guess.
        let block = |block: &[u8; 64]| {
            let word = |bytes: &[u8]| odd(u64::from_ne_bytes(bytes.try_into().unwrap_or_default()));
            block.chunks_exact(8).fold(0, |seen, bytes| seen | word(bytes))
        };
        let mut seen = block(last);
        while let Some((first, tail)) = rest.split_first_chunk() {
            seen |= block(first);
            rest = tail;
        }
        return seen & eight(0x80) != 0;
    } else if let Some(last) = bytes.last_chunk() {
        word(last)
    } else {
        odd(short_word(bytes))
    };
    while let Some((first, tail)) = rest.split_first_chunk() {
        seen |= word(first);
        rest = tail;
    }
    seen & eight(0x80) != 0
}

/// Fewer than eight bytes as a word. Some bytes are repeated to fill it, which adds no new fault; without any, it is
/// filled with `0`, which passes every test.
#[inline(always)]
fn short_word(bytes: &[u8]) -> u64 {
    let word = |head: [u8; 4], tail: [u8; 4]| {
        u64::from(u32::from_ne_bytes(head)) << 32 | u64::from(u32::from_ne_bytes(tail))
    };
    match (bytes.first_chunk(), bytes.last_chunk(), bytes) {
        (Some(head), Some(tail), _) => word(*head, *tail),
        (_, _, [a]) => word([*a; 4], [*a; 4]),
        (_, _, [a, b]) => word([*a; 4], [*b; 4]),
        (_, _, [a, b, c, ..]) => word([*a; 4], [*b, *b, *c, *c]),
        _ => eight(b'0'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_seen_at_every_place_of_every_length() {
        let mut bytes = [b'7'; 200];
        for end in 0..=bytes.len() {
            for place in 0..=end {
                for byte in [0, 0x1F, b' ', b'/', b'0', b'9', b':', b'{', b'|', b'}', b'~', 0x7F, 0x80, 0xFF]
                {
                    let there = place < end;
                    if there {
                        bytes[place] = byte;
                    }
                    let all = |holds: bool| holds || !there;
                    let text = &bytes[..end];
                    assert_eq!(is_ascii(text), all(byte < 0x80), "{byte} at {place} of {end}");
                    if let Ok(text) = core::str::from_utf8(text) {
                        let plain = (0x20..0x7F).contains(&byte) && byte != b'|';
                        assert_eq!(is_plain(text), all(plain), "{byte} at {place} of {end}");
                    }
                    if there {
                        bytes[place] = b'7';
                    }
                }
            }
        }
    }

    #[test]
    fn neighbours_do_not_matter() {
        let plain = |c: u8| (0x20..0x7F).contains(&c) && c != b'|';
        for (a, b) in (0..128u8).flat_map(|a| (0..128u8).map(move |b| (a, b))) {
            let pair = [a, b];
            let text = core::str::from_utf8(&pair).unwrap();
            assert_eq!(is_plain(text), plain(a) && plain(b), "{a} {b}");
        }
    }
}
