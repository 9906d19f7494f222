//! Minify: the bytes of a body that are hashed, and their SHA-256.
//!
//! SNAP hashes `minify(body)`: the body without the insignificant whitespace of JSON, everything else as
//! received. This is done *lexically*. Parsing and printing again would change escapes (`\/`), numbers (`1.0`)
//! and member order, and every such change is a signature that does not verify. So nothing here knows JSON
//! beyond "inside a string" and "outside one", and any bytes at all are accepted.
//!
//! The kept runs of the body go straight into the hash; nothing is copied.

use core::fmt;

use aws_lc_rs::digest::{Context, Digest, SHA256, digest};
use wide::u8x16;

/// Bytes looked at together: one bit each of a `u64`.
const BLOCK: usize = 64;

/// The SHA-256 of a body, printed as lower-case hexadecimal, which is the form that is signed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BodyHash([u8; 32]);

impl BodyHash {
    /// The hash of the minified body. An empty body hashes the empty string.
    ///
    /// ```
    /// use qris_snap::BodyHash;
    /// let pretty = b"{ \"a\" : \"b  c\" }";
    /// assert_eq!(BodyHash::minified(pretty), BodyHash::raw(b"{\"a\":\"b  c\"}"));
    /// assert!(BodyHash::minified(b"").to_string().starts_with("e3b0c442"));
    /// ```
    pub fn minified(body: &[u8]) -> Self {
        let mut hasher = Context::new(&SHA256);
        minify_to(body, |run| hasher.update(run));
        BodyHash(bytes_of(&hasher.finish()))
    }

    /// The hash of the bytes as received, for partners that do not minify (see [`crate::Money`]).
    pub fn raw(body: &[u8]) -> Self {
        BodyHash(bytes_of(&digest(&SHA256, body)))
    }

    /// The 32 bytes of the hash.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The bytes of a digest, which are 32 for SHA-256.
fn bytes_of(hash: &Digest) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(hash.as_ref());
    bytes
}

impl fmt::Display for BodyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Part of every signature: sixty-four characters at once, not thirty-two calls of the formatter.
        let mut hex = [0; 64];
        for (pair, byte) in hex.chunks_exact_mut(2).zip(self.0) {
            let digit = |nibble: u8| nibble + if nibble < 10 { b'0' } else { b'a' - 10 };
            pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
        }
        f.write_str(core::str::from_utf8(&hex).unwrap_or_default())
    }
}

impl fmt::Debug for BodyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BodyHash({self})")
    }
}

/// The minified body as new bytes. Prefer [`BodyHash::minified`] when only the hash is wanted.
///
/// ```
/// assert_eq!(qris_snap::minify(b"[ 1.0 , \"a b\\/\" ]\r\n"), b"[1.0,\"a b\\/\"]");
/// ```
pub fn minify(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    minify_to(body, |run| out.extend_from_slice(run));
    out
}

/// Hands every kept run of `body` to `sink`, in order. A body that is already compact is one run.
///
/// Whitespace is space, tab, line feed and carriage return; a string runs from a quote to the next quote that no
/// backslash escapes. Linear time, constant memory.
pub fn minify_to<'a>(body: &'a [u8], mut sink: impl FnMut(&'a [u8])) {
    let mut state = StringState::default();
    let mut kept_from = 0;
    let mut base = 0;
    let blocks = body.chunks_exact(BLOCK);
    let rest = blocks.remainder();
    for block in blocks {
        if let Ok(block) = block.try_into() {
            let drop = state.whitespace_outside_strings(block);
            if drop != 0 {
                kept_from = keep(body, kept_from, base, drop, &mut sink);
            }
        }
        base += BLOCK;
    }
    let mut last = [0; BLOCK];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    // What lies behind the end is no whitespace.
    let drop = state.whitespace_outside_strings(&last) & !(u64::MAX << rest.len());
    kept_from = keep(body, kept_from, base, drop, &mut sink);
    if let Some(run) = body.get(kept_from..).filter(|run| !run.is_empty()) {
        sink(run);
    }
}

/// Hands on what is kept before each run of dropped bytes of a block; the answer is where the next run begins.
fn keep<'a>(
    body: &'a [u8],
    mut from: usize,
    base: usize,
    mut drop: u64,
    sink: &mut impl FnMut(&'a [u8]),
) -> usize {
    while drop != 0 {
        let start = drop.trailing_zeros();
        let length = (!(drop >> start)).trailing_zeros();
        if let Some(run) = body.get(from..base + start as usize).filter(|run| !run.is_empty()) {
            sink(run);
        }
        from = base + (start + length) as usize;
        drop &= u64::MAX.checked_shl(start + length).unwrap_or(0);
    }
    from
}

/// Whether the next byte lies inside a string, and whether a backslash right before it escapes it.
#[derive(Default)]
struct StringState {
    /// All ones inside a string, else zero: ready to be laid over a block's parities.
    inside: u64,
    escaped: bool,
}

impl StringState {
    /// One bit for each byte of `block` that is whitespace outside a string; moves the state past the block.
    #[inline(always)]
    fn whitespace_outside_strings(&mut self, block: &[u8; BLOCK]) -> u64 {
        let lanes: [u8x16; 4] = bytemuck::must_cast(*block);
        let [a, b, c, d] = lanes;
        let backslashes = (backslash(a) | backslash(b)) | (backslash(c) | backslash(d));
        let quotes = mask(&lanes, quote);
        let inside = if backslashes.move_mask() == 0 && !self.escaped {
            let inside = running_parity(quotes) ^ self.inside;
            self.inside = all_or_none(inside >> (BLOCK - 1));
            inside
        } else {
            self.inside_with_escapes(quotes, mask(&lanes, backslash))
        };
        // Blanks in strings are common: the exact test is for blocks that have something low outside.
        if mask(&lanes, low) & !inside == 0 { 0 } else { mask(&lanes, whitespace) & !inside }
    }

    /// As the parity of the quotes, for a block with backslashes in it: quote by quote. Outside a string a
    /// backslash means nothing.
    fn inside_with_escapes(&mut self, quotes: u64, backslashes: u64) -> u64 {
        let mut toggles = 0;
        let mut inside = self.inside != 0;
        let mut specials = quotes | backslashes;
        if core::mem::take(&mut self.escaped) {
            specials &= !1;
        }
        while specials != 0 {
            let at = specials.trailing_zeros();
            let bit = 1_u64 << at;
            specials &= !bit;
            if quotes & bit != 0 {
                toggles |= bit;
                inside = !inside;
            } else if inside {
                // The byte after the backslash is no special, whatever it is.
                specials &= !(bit << 1);
                self.escaped = at as usize == BLOCK - 1;
            }
        }
        let mask = running_parity(toggles) ^ self.inside;
        self.inside = all_or_none(u64::from(inside));
        mask
    }
}

/// All ones for 1, zero for 0.
#[inline]
fn all_or_none(bit: u64) -> u64 {
    bit.wrapping_neg()
}

/// Bit `n` of the answer: is the number of set bits at or below `n` odd?
fn running_parity(mut mask: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        mask ^= mask << shift;
    }
    mask
}

#[inline]
fn quote(lane: u8x16) -> u8x16 {
    lane.cmp_eq(u8x16::splat(b'"'))
}

#[inline]
fn backslash(lane: u8x16) -> u8x16 {
    lane.cmp_eq(u8x16::splat(b'\\'))
}

/// At most a space: every whitespace byte is, and little else in JSON.
#[inline]
fn low(lane: u8x16) -> u8x16 {
    lane.min(u8x16::splat(b' ')).cmp_eq(lane)
}

fn whitespace(lane: u8x16) -> u8x16 {
    lane.cmp_eq(u8x16::splat(b' '))
        | lane.cmp_eq(u8x16::splat(b'\n'))
        | lane.cmp_eq(u8x16::splat(b'\r'))
        | lane.cmp_eq(u8x16::splat(b'\t'))
}

/// One bit a byte of the block: the top bit of what `test` makes of it.
#[inline]
fn mask(lanes: &[u8x16; 4], test: impl Fn(u8x16) -> u8x16) -> u64 {
    let bits = |lane: u8x16| u64::from(test(lane).move_mask() as u16);
    let [a, b, c, d] = *lanes;
    bits(a) | bits(b) << 16 | bits(c) << 32 | bits(d) << 48
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The model: one byte at a time, two flags.
    fn model(body: &[u8]) -> Vec<u8> {
        let (mut inside, mut escaped) = (false, false);
        let mut out = Vec::new();
        for &byte in body {
            if inside {
                inside = escaped || byte != b'"';
                escaped = !escaped && byte == b'\\';
            } else if b" \t\r\n".contains(&byte) {
                continue;
            } else {
                inside = byte == b'"';
            }
            out.push(byte);
        }
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn equals_the_model_on_any_bytes(
            body in proptest::collection::vec(
                prop_oneof![
                    4 => Just(b'"'), 4 => Just(b'\\'), 4 => Just(b' '), 1 => Just(b'\n'), 1 => Just(b'\t'),
                    1 => Just(b'\r'), 4 => Just(b'a'), 1 => any::<u8>(),
                ],
                0..400,
            )
        ) {
            prop_assert_eq!(minify(&body), model(&body));
            prop_assert_eq!(BodyHash::minified(&body), BodyHash::raw(&model(&body)));
        }

        #[test]
        fn minifying_twice_changes_nothing(body in proptest::collection::vec(any::<u8>(), 0..300)) {
            let once = minify(&body);
            prop_assert_eq!(minify(&once), once);
        }
    }

    #[test]
    fn a_compact_body_is_one_run() {
        let body = br#"{"reason":"two  spaces","note":"\u00e9 \"q\" \\","n":1.0,"long":"                                    x"}"#;
        let mut runs = Vec::new();
        minify_to(body, |run| runs.push(run));
        assert_eq!(runs, [&body[..]]);
    }

    #[test]
    fn a_block_of_whitespace_disappears() {
        let body = [b' '; 3 * BLOCK];
        assert_eq!(minify(&body), b"");
        assert_eq!(BodyHash::minified(&body), BodyHash::minified(b""));
    }

    #[test]
    fn an_escape_across_a_block_border_holds() {
        for pad in 50..80 {
            let body = format!(r#"{{"{}\" ":1, "b c":2 }}"#, "x".repeat(pad));
            assert_eq!(minify(body.as_bytes()), model(body.as_bytes()), "pad {pad}");
        }
    }
}
