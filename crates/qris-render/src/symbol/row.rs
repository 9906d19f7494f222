//! One row of modules as machine words: bit `x % 64` of word `x / 64` is the module in column `x`; 1 is dark.
//!
//! Columns past the symbol's edge are 0 everywhere, which the mask scoring relies on: outside counts as light.

/// A row of up to `64 * W` modules.
pub(super) type Row<const W: usize> = [u64; W];

/// Columns `from..to` set.
pub(super) fn span<const W: usize>(from: usize, to: usize) -> Row<W> {
    let (from, to) = (below::<W>(from), below::<W>(to));
    std::array::from_fn(|i| to[i] & !from[i])
}

/// Columns `0..to` set.
fn below<const W: usize>(to: usize) -> Row<W> {
    std::array::from_fn(|i| match to.saturating_sub(64 * i) {
        n @ 0..64 => (1 << n) - 1,
        _ => u64::MAX,
    })
}

/// The module `N` columns to the right, seen from each column. `N` is 1 to 63.
#[inline(always)]
pub(super) fn right<const N: u32, const W: usize>(row: Row<W>) -> Row<W> {
    std::array::from_fn(|i| row[i] >> N | row.get(i + 1).map_or(0, |next| next << (64 - N)))
}

/// The module `N` columns to the left, seen from each column. `N` is 1 to 63.
#[inline(always)]
pub(super) fn left<const N: u32, const W: usize>(row: Row<W>) -> Row<W> {
    std::array::from_fn(|i| row[i] << N | if i == 0 { 0 } else { row[i - 1] >> (64 - N) })
}

/// A bitwise function of two rows.
#[inline(always)]
pub(super) fn zip<const W: usize>(a: Row<W>, b: Row<W>, f: impl Fn(u64, u64) -> u64) -> Row<W> {
    std::array::from_fn(|i| f(a[i], b[i]))
}

/// How many columns are set.
#[inline(always)]
pub(super) fn count<const W: usize>(row: Row<W>) -> u32 {
    row.iter().map(|word| word.count_ones()).sum()
}
