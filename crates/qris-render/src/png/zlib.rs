//! The compressed body of a PNG: a symbol written straight as one zlib stream with one block of dynamic Huffman codes.
//!
//! A general compressor has to find out that the pixel rows of a module are equal and that a row is made of a few long
//! runs. Here both are known, so the pixels are never made: a band (all pixel rows of one row of modules) costs the same
//! at every scale. It is one pixel row, written as far as it differs from the row above, and copies of that row.
//! All copies come from one row up and all repetitions from one byte back, so two distances are enough.
//!
//! One file on purpose: it is a zlib writer for this one kind of picture and nothing else uses its parts.

use crate::symbol::Symbol;

use super::super::frame::Frame;

/// Deflate copies 3 to 258 bytes at once.
const SHORTEST: u32 = 3;
const LONGEST: u32 = 258;
/// Literals, the end mark, and 29 lengths.
const CODES: usize = 286;
const END: usize = 256;
/// Equal bytes that are cheaper as a repetition than as literals.
const WORTH_REPEATING: u32 = 5;
/// Equal bytes at the ends of a row that are worth a copy of their own.
const WORTH_COPYING: u32 = 6;

/// The zlib stream of the symbol's picture: rows of one filter byte (none) and one bit a pixel, 1 for light.
pub(super) fn body(symbol: &Symbol, frame: Frame) -> Vec<u8> {
    let mut picture = Picture::new(frame, symbol.side());
    picture.band(frame.margin, std::iter::empty());
    for y in 0..symbol.side() {
        let edges = symbol.edges(y).map(|x| frame.margin + x * frame.scale);
        picture.band(frame.scale, edges);
    }
    picture.band(frame.side - frame.margin - symbol.side() * frame.scale, std::iter::empty());
    picture.finish()
}

/// A part of the stream, before it has codes.
#[derive(Clone, Copy)]
enum Step {
    /// `count` times the same byte, as literals.
    Literal { byte: u8, count: u32 },
    /// `length` bytes equal to the one before.
    Repeat { length: u32 },
    /// `length` bytes from one pixel row above.
    Copy { length: u32 },
}

/// `count` equal bytes of a pixel row.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Run {
    byte: u8,
    count: u32,
}

struct Picture {
    /// Bytes in a row, with the filter byte.
    stride: u32,
    /// The pixel row above, without its filter byte; empty at the top.
    above: Vec<Run>,
    row: Vec<Run>,
    steps: Vec<Step>,
    /// Bytes to copy from the row above that have no step yet.
    copy: u32,
    adler: Adler,
}

impl Picture {
    fn new(frame: Frame, modules: u32) -> Self {
        let runs = 2 * modules as usize + 2;
        Picture {
            stride: frame.side.div_ceil(8) + 1,
            above: Vec::with_capacity(runs),
            row: Vec::with_capacity(runs),
            // Enough for most symbols; a vector grows when it is not.
            steps: Vec::with_capacity(20 * modules as usize),
            copy: 0,
            adler: Adler { a: 1, b: 0 },
        }
    }

    /// `height` equal pixel rows. They begin light; at each edge the colour changes.
    fn band(&mut self, height: u32, edges: impl Iterator<Item = u32>) {
        if height == 0 {
            return;
        }
        self.pixels(edges);
        self.adler.rows(&self.row, self.stride, height);

        let bytes = self.stride - 1;
        let from_left = common(self.row.iter(), self.above.iter());
        let from_right = common(self.row.iter().rev(), self.above.iter().rev()).min(bytes - from_left);

        // The filter byte is the same in every row.
        let mut written = 0;
        if !self.above.is_empty() && (self.copy > 0 || from_left >= WORTH_COPYING) {
            self.copy += 1 + from_left;
            written = from_left;
        } else {
            self.steps.push(Step::Literal { byte: 0, count: 1 });
        }
        let rest = (height - 1) * self.stride;
        let until = if rest > 0 || from_right >= WORTH_COPYING { bytes - from_right } else { bytes };
        if until > written {
            self.flush_copy();
            self.write(written, until);
        }
        self.copy += bytes - until.max(written) + rest;
        std::mem::swap(&mut self.row, &mut self.above);
    }

    /// Packs a pixel row into runs of equal bytes. The bits after the last pixel continue the light of the border.
    fn pixels(&mut self, edges: impl Iterator<Item = u32>) {
        self.row.clear();
        let mut pen = Pen { at: 0, byte: 0xFF, color: 0xFF };
        edges.for_each(|edge| pen.draw_to(edge, &mut self.row));
        pen.draw_to(8 * (self.stride - 1), &mut self.row);
    }

    fn flush_copy(&mut self) {
        if self.copy > 0 {
            self.steps.push(Step::Copy { length: self.copy });
            self.copy = 0;
        }
    }

    /// Bytes `from..to` of the current row.
    fn write(&mut self, from: u32, to: u32) {
        let mut start = 0;
        for run in &self.row {
            let end = start + run.count;
            let count = end.min(to).saturating_sub(start.max(from));
            start = end;
            match count {
                0 => {}
                1..WORTH_REPEATING => self.steps.push(Step::Literal { byte: run.byte, count }),
                _ => {
                    self.steps.push(Step::Literal { byte: run.byte, count: 1 });
                    self.steps.push(Step::Repeat { length: count - 1 });
                }
            }
        }
    }

    fn finish(mut self) -> Vec<u8> {
        self.flush_copy();
        let copy = distance(self.stride);

        let mut counts = [0_u32; CODES];
        counts[END] = 1;
        for &step in &self.steps {
            match step {
                Step::Literal { byte, count } => counts[usize::from(byte)] += count,
                Step::Repeat { length } | Step::Copy { length } => {
                    pieces(length, |piece| counts[length_code(piece).0] += 1);
                }
            }
        }
        let codes = Huffman::<CODES>::new(&counts, 15);

        let mut out = BitWriter::new(room(&counts, &codes, copy.extra_bits));
        // Deflate with a window of 32 KiB, no dictionary; the last two bits make the header a multiple of 31.
        out.bits(0x78, 8);
        out.bits(0x01, 8);
        out.block_header(&codes, copy.code);
        for &step in &self.steps {
            match step {
                Step::Literal { byte, count } => out.literals(&codes, byte, count),
                Step::Repeat { length } => pieces(length, |piece| {
                    out.length(&codes, piece);
                    out.bits(0, 1);
                }),
                Step::Copy { length } => pieces(length, |piece| {
                    out.length(&codes, piece);
                    // The second of the two distance codes.
                    out.bits(1, 1);
                    out.bits(copy.extra, copy.extra_bits);
                }),
            }
        }
        out.code(&codes, END);
        out.finish(self.adler)
    }
}

/// Bytes that are enough for the stream: header, code lengths and checksum, then every symbol with its extra bits.
fn room(counts: &[u32; CODES], codes: &Huffman<CODES>, distance_bits: u32) -> usize {
    let body: usize =
        counts.iter().zip(codes.lengths).map(|(&count, length)| count as usize * usize::from(length)).sum();
    let lengths: usize =
        counts[END + 1..].iter().map(|&count| count as usize * (5 + 1 + distance_bits as usize)).sum();
    (body + lengths) / 8 + 400
}

/// Draws a pixel row from left to right, in turn light and dark.
struct Pen {
    at: u32,
    /// The byte that holds pixel `at`, drawn up to there.
    byte: u8,
    color: u8,
}

impl Pen {
    #[inline(always)]
    fn draw_to(&mut self, edge: u32, row: &mut Vec<Run>) {
        let bytes = edge / 8 - self.at / 8;
        if self.at.is_multiple_of(8) {
            push(row, self.color, bytes);
            self.byte = self.color;
        } else {
            self.byte = with_low_bits(self.byte, 8 - self.at % 8, self.color);
            if bytes > 0 {
                push(row, self.byte, 1);
                push(row, self.color, bytes - 1);
                self.byte = self.color;
            }
        }
        (self.at, self.color) = (edge, !self.color);
    }
}

/// Replaces the `count` low bits of `byte`, 1 to 8, by those of `color`.
fn with_low_bits(byte: u8, count: u32, color: u8) -> u8 {
    let low = (0xFF_u32 >> (8 - count)) as u8;
    byte & !low | color & low
}

fn push(row: &mut Vec<Run>, byte: u8, count: u32) {
    match row.last_mut() {
        _ if count == 0 => {}
        Some(last) if last.byte == byte => last.count += count,
        _ => row.push(Run { byte, count }),
    }
}

/// How many bytes two rows have in common at the end they are walked from.
fn common<'a>(one: impl Iterator<Item = &'a Run>, other: impl Iterator<Item = &'a Run>) -> u32 {
    let mut bytes = 0;
    for (a, b) in one.zip(other) {
        if a.byte == b.byte {
            bytes += a.count.min(b.count);
        }
        if a != b {
            break;
        }
    }
    bytes
}

/// Splits a length into pieces that deflate has codes for.
fn pieces(mut length: u32, mut each: impl FnMut(u32)) {
    while length > LONGEST {
        // Nothing shorter than the shortest may be left over.
        let piece = LONGEST.min(length - SHORTEST);
        each(piece);
        length -= piece;
    }
    each(length);
}

/// The code of a length, the number of its extra bits, and the extra bits (RFC 1951, 3.2.5).
#[inline]
fn length_code(length: u32) -> (usize, u32, u32) {
    match length {
        LONGEST => (285, 0, 0),
        _ => {
            let (code, extra_bits, extra) = bucket(length - SHORTEST, 4);
            (257 + code as usize, extra_bits, extra)
        }
    }
}

struct Distance {
    code: u32,
    extra_bits: u32,
    extra: u32,
}

fn distance(distance: u32) -> Distance {
    let (code, extra_bits, extra) = bucket(distance - 1, 2);
    Distance { code, extra_bits, extra }
}

/// Both tables of the standard grow by powers of two, in `per` buckets each: code, extra bits, their value.
fn bucket(value: u32, per: u32) -> (u32, u32, u32) {
    let bits = (value / per).checked_ilog2().unwrap_or(0);
    let whole = value >> bits;
    (per * bits + whole, bits, value - (whole << bits))
}

/// A prefix code for `N` symbols, ready to be written (lowest bit first).
struct Huffman<const N: usize> {
    lengths: [u8; N],
    codes: [u16; N],
}

impl<const N: usize> Huffman<N> {
    /// Code lengths of at most `limit` for symbols that occur so often. At least one symbol has to occur.
    fn new(counts: &[u32; N], limit: usize) -> Self {
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
    let mut weights: [u32; 2 * CODES] = [0; 2 * CODES];
    let mut parents: [u16; 2 * CODES] = [0; 2 * CODES];
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
struct BitWriter {
    bytes: Vec<u8>,
    /// Up to 31 bits that follow them.
    held: u64,
    count: u32,
}

impl BitWriter {
    /// Room for `size` bytes.
    fn new(size: usize) -> Self {
        BitWriter { bytes: Vec::with_capacity(size), held: 0, count: 0 }
    }

    /// The `count` low bits of `value`, at most 32.
    #[inline(always)]
    fn bits(&mut self, value: u32, count: u32) {
        self.held |= u64::from(value) << self.count;
        self.count += count;
        if self.count >= 32 {
            self.bytes.extend_from_slice(&(self.held as u32).to_le_bytes());
            self.held >>= 32;
            self.count -= 32;
        }
    }

    #[inline(always)]
    fn code<const N: usize>(&mut self, huffman: &Huffman<N>, symbol: usize) {
        self.bits(u32::from(huffman.codes[symbol]), u32::from(huffman.lengths[symbol]));
    }

    /// Up to four times the same literal; at once when their codes are as short as they mostly are, since a loop of
    /// a few unforeseeable turns costs more than the bits.
    #[inline]
    fn literals(&mut self, codes: &Huffman<CODES>, byte: u8, count: u32) {
        let (code, length) =
            (u32::from(codes.codes[usize::from(byte)]), u32::from(codes.lengths[usize::from(byte)]));
        if length <= 8 {
            let four = code | code << length | code << (2 * length) | code << (3 * length);
            let bits = count * length;
            self.bits(four & (u32::MAX >> (32 - bits)), bits);
        } else {
            (0..count).for_each(|_| self.bits(code, length));
        }
    }

    #[inline]
    fn length(&mut self, codes: &Huffman<CODES>, length: u32) {
        let (code, extra_bits, extra) = length_code(length);
        self.code(codes, code);
        self.bits(extra, extra_bits);
    }

    /// The header of the only block: the code lengths, themselves run-length and Huffman coded (RFC 1951, 3.2.7).
    /// Distances: code 0 (one byte back) and `row` (one row up), one bit each.
    fn block_header(&mut self, codes: &Huffman<CODES>, row: u32) {
        /// The order in which the lengths of the lengths' codes stand.
        const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
        let last = codes.lengths.iter().rposition(|&length| length > 0).unwrap_or(END);
        let mut lengths = [0; CODES + 30];
        lengths[..=last].copy_from_slice(&codes.lengths[..=last]);
        lengths[last + 1] = 1;
        lengths[last + 1 + row as usize] = 1;
        let lengths = &lengths[..last + 2 + row as usize];

        let mut counts = [0; 19];
        run_lengths(lengths, |symbol, _, _| counts[symbol] += 1);
        let code_lengths = Huffman::<19>::new(&counts, 7);
        let sent = ORDER
            .iter()
            .rposition(|&symbol| code_lengths.lengths[symbol] > 0)
            .map_or(4, |at| (at + 1).max(4));

        self.bits(0b101, 3); // last block, dynamic codes
        self.bits(last as u32 - 256, 5);
        self.bits(row, 5);
        self.bits(sent as u32 - 4, 4);
        for &symbol in &ORDER[..sent] {
            self.bits(u32::from(code_lengths.lengths[symbol]), 3);
        }
        run_lengths(lengths, |symbol, extra, extra_bits| {
            self.code(&code_lengths, symbol);
            self.bits(extra, extra_bits);
        });
    }

    fn finish(mut self, adler: Adler) -> Vec<u8> {
        let left = self.count.div_ceil(8) as usize;
        self.bytes.extend_from_slice(&self.held.to_le_bytes()[..left]);
        self.bytes.extend_from_slice(&((adler.b << 16 | adler.a) as u32).to_be_bytes());
        self.bytes
    }
}

/// Code lengths as symbols with extra bits: 0–15 a length, 17 and 18 three or more zeros. Repeats of other lengths are
/// rare in so small an alphabet and are written out.
fn run_lengths(lengths: &[u8], mut each: impl FnMut(usize, u32, u32)) {
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

/// The checksum over the uncompressed rows, in closed form.
struct Adler {
    a: u64,
    b: u64,
}

impl Adler {
    /// `height` times a filter byte of 0 and the runs, `stride` bytes together. Bounded by [`MAX_SIDE`](crate::MAX_SIDE),
    /// no term comes near 2^64.
    fn rows(&mut self, runs: &[Run], stride: u32, height: u32) {
        const MODULUS: u64 = 65_521;
        // Sum of the bytes, and the sum in which each byte counts once for itself and for every byte after it.
        let (mut sum, mut twice, mut left) = (0, 0, stride - 1);
        for run in runs {
            // Weights `left`, `left - 1`, … for the bytes of a run, taken twice.
            let part = u32::from(run.byte) * run.count;
            sum += u64::from(part);
            twice += u64::from(part) * u64::from(2 * left - run.count + 1);
            left -= run.count;
        }
        let (stride, height) = (u64::from(stride), u64::from(height));
        self.b += height * (stride * self.a + twice / 2) + stride * sum * (height * (height - 1) / 2);
        self.a += height * sum;
        self.a %= MODULUS;
        self.b %= MODULUS;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_distances_have_the_standards_codes() {
        for (length, expected) in [
            (3, (257, 0, 0)),
            (10, (264, 0, 0)),
            (11, (265, 1, 0)),
            (18, (268, 1, 1)),
            (257, (284, 5, 30)),
            (258, (285, 0, 0)),
        ] {
            assert_eq!(length_code(length), expected, "length {length}");
        }
        for (bytes, expected) in
            [(1, (0, 0, 0)), (4, (3, 0, 0)), (5, (4, 1, 0)), (70, (12, 5, 5)), (2049, (22, 10, 0))]
        {
            let found = distance(bytes);
            assert_eq!((found.code, found.extra_bits, found.extra), expected, "distance {bytes}");
        }
    }

    #[test]
    fn pieces_are_never_too_short() {
        for length in SHORTEST..3000 {
            let mut sum = 0;
            pieces(length, |piece| {
                assert!((SHORTEST..=LONGEST).contains(&piece), "{length} in {piece}");
                sum += piece;
            });
            assert_eq!(sum, length);
        }
    }

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
