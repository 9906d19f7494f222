//! Prefix codes and bits, as both zlib and lossless WebP write them.

/// The most symbols a code has: literals, the end mark and 29 lengths of deflate.
const MOST: usize = 286;

/// The tables of lengths and distances grow by powers of two, in `per` buckets each: code, extra bits, their value.
pub(crate) fn bucket(value: u32, per: u32) -> (u32, u32, u32) {
    let bits = (value / per).checked_ilog2().unwrap_or(0);
    let whole = value >> bits;
    (per * bits + whole, bits, value - (whole << bits))
}

/// A prefix code for `N` symbols, ready to be written (lowest bit first).
pub(crate) struct Huffman<const N: usize> {
    pub(crate) lengths: [u8; N],
    pub(crate) codes: [u16; N],
}

impl<const N: usize> Huffman<N> {
    /// Code lengths of at most `limit` for symbols that occur so often. At least one symbol has to occur.
    pub(crate) fn new(counts: &[u32; N], limit: usize) -> Self {
        let mut symbols = [(0_u32, 0_u16); N];
        let mut used = 0;
        for (symbol, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            symbols[used] = (count, symbol as u16);
            used += 1;
        }
        let symbols = &mut symbols[..used];
        symbols.sort_unstable();

        let mut lengths = [0; N];
        // Rarest symbols first, so lengths are dealt out from the longest.
        let mut depths = depths(symbols.iter().map(|symbol| symbol.0), limit);
        let mut length = limit;
        for &(_, symbol) in symbols.iter() {
            while depths[length] == 0 {
                length -= 1;
            }
            depths[length] -= 1;
            lengths[usize::from(symbol)] = length as u8;
        }
        Huffman { lengths, codes: canonical(&lengths) }
    }
}

/// How many codes of each length a code for these counts has; `counts` ascend, the result has no length over `limit`.
fn depths(counts: impl Iterator<Item = u32>, limit: usize) -> [u32; 16] {
    // Two queues, leaves and joined nodes, both ascending: the smallest two are always at the fronts.
    let mut weights: [u32; 2 * MOST] = [0; 2 * MOST];
    let mut parents: [u16; 2 * MOST] = [0; 2 * MOST];
    let mut leaves = 0;
    for count in counts {
        weights[leaves] = count;
        leaves += 1;
    }
    let mut found = [0; 16];
    if leaves < 2 {
        found[1] = leaves as u32;
        return found;
    }
    let (mut leaf, mut node, mut end) = (0, leaves, leaves);
    while end < 2 * leaves - 1 {
        for _ in 0..2 {
            let take_leaf = leaf < leaves && (node == end || weights[leaf] <= weights[node]);
            let taken = if take_leaf { &mut leaf } else { &mut node };
            weights[end] += weights[*taken];
            parents[*taken] = end as u16;
            *taken += 1;
        }
        end += 1;
    }
    // From the root down; the weights are no longer needed and hold the depths.
    let root = end - 1;
    weights[root] = 0;
    for i in (0..root).rev() {
        weights[i] = weights[usize::from(parents[i])] + 1;
    }
    for &depth in &weights[..leaves] {
        found[(depth as usize).min(limit)] += 1;
    }
    // Cutting off at the limit took more of the code space than there is. Give it back: lengthen one shorter code,
    // which makes room for it and for one of the longest beside it.
    let space = |found: &[u32; 16]| (1..=limit).map(|n| found[n] << (limit - n)).sum::<u32>();
    let mut over = space(&found).saturating_sub(1 << limit);
    while over > 0 {
        let Some(n) = (1..limit).rev().find(|&n| found[n] > 0) else { break };
        found[n] -= 1;
        found[n + 1] += 2;
        found[limit] -= 1;
        over -= 1;
    }
    found
}

/// The codes that belong to the lengths (RFC 1951, 3.2.2), with the bits in the order they are written.
fn canonical<const N: usize>(lengths: &[u8; N]) -> [u16; N] {
    let mut next = [0_u16; 17];
    for &length in lengths {
        next[usize::from(length) + 1] += 1;
    }
    next[1] = 0;
    for n in 1..17 {
        next[n] = (next[n] + next[n - 1]) << 1;
    }
    let mut codes = [0; N];
    for (code, &length) in codes.iter_mut().zip(lengths).filter(|(_, length)| **length > 0) {
        let length = usize::from(length);
        *code = next[length].reverse_bits() >> (16 - length);
        next[length] += 1;
    }
    codes
}

/// Bits into bytes, lowest first.
pub(crate) struct BitWriter {
    pub(crate) bytes: Vec<u8>,
    /// Up to 31 bits that follow them.
    held: u64,
    count: u32,
}

impl BitWriter {
    /// Bits that follow the bytes.
    pub(crate) fn after(bytes: Vec<u8>) -> Self {
        BitWriter { bytes, held: 0, count: 0 }
    }

    /// The `count` low bits of `value`, at most 32.
    #[inline(always)]
    pub(crate) fn bits(&mut self, value: u32, count: u32) {
        self.held |= u64::from(value) << self.count;
        self.count += count;
        if self.count >= 32 {
            self.bytes.extend_from_slice(&(self.held as u32).to_le_bytes());
            self.held >>= 32;
            self.count -= 32;
        }
    }

    #[inline(always)]
    pub(crate) fn code<const N: usize>(&mut self, huffman: &Huffman<N>, symbol: usize) {
        self.bits(u32::from(huffman.codes[symbol]), u32::from(huffman.lengths[symbol]));
    }

    /// The bytes, the last one filled up with zeros.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let left = self.count.div_ceil(8) as usize;
        self.bytes.extend_from_slice(&self.held.to_le_bytes()[..left]);
        self.bytes
    }
}

/// Code lengths as symbols with extra bits: 0–15 a length, 17 and 18 three or more zeros. Repeats of other lengths are
/// rare in so small an alphabet and are written out.
pub(crate) fn run_lengths(lengths: &[u8], mut each: impl FnMut(usize, u32, u32)) {
    for same in lengths.chunk_by(|a, b| a == b) {
        let mut count = same.len() as u32;
        if same[0] == 0 {
            while count >= 3 {
                let zeros = count.min(138);
                if zeros > 10 {
                    each(18, zeros - 11, 7)
                } else {
                    each(17, zeros - 3, 3)
                }
                count -= zeros;
            }
        }
        (0..count).for_each(|_| each(usize::from(same[0]), 0, 0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_lengths_keep_the_limit_and_fill_the_code() {
        // Fibonacci counts make the deepest tree there is.
        let mut counts = [0; 30];
        (counts[0], counts[1]) = (1, 1);
        for i in 2..30 {
            counts[i] = counts[i - 1] + counts[i - 2];
        }
        for limit in [5, 7, 15] {
            let code = Huffman::<30>::new(&counts, limit);
            let space: f64 = code.lengths.iter().map(|&n| 0.5_f64.powi(i32::from(n))).sum();
            assert!(
                code.lengths.iter().all(|&n| n > 0 && usize::from(n) <= limit),
                "{limit}: {:?}",
                code.lengths
            );
            assert!((space - 1.0).abs() < 1e-9, "{limit}: {:?}", code.lengths);
            assert!(code.lengths.is_sorted_by(|rare, frequent| rare >= frequent));
        }
    }
}
