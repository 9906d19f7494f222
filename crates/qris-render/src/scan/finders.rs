//! How many finder patterns a picture seems to have.
//!
//! The reader tries combinations of three of them and copies the picture for each, so a picture made of nothing but
//! finder patterns would keep it busy for hours. They are counted first, in one pass, by the reader's own criterion:
//! a row that crosses dark-light-dark-light-dark as about 1:1:3:1:1, where the outer parts are one connected region
//! and the middle is another one of 11 to 69 % of its size.

/// A run of dark pixels in a row.
#[derive(Clone, Copy)]
struct Run {
    start: usize,
    end: usize,
    region: usize,
}

/// Distinct rings that may be finder patterns.
pub(super) fn count(width: usize, height: usize, is_dark: impl Fn(usize, usize) -> bool) -> usize {
    let mut regions = Regions::default();
    let mut crossings = Vec::new();
    let (mut above, mut row): (Vec<Run>, Vec<Run>) = (Vec::new(), Vec::new());
    for y in 0..height {
        row.clear();
        let mut x = 0;
        let mut touching = 0;
        while x < width {
            if !is_dark(x, y) {
                x += 1;
                continue;
            }
            let start = x;
            while x < width && is_dark(x, y) {
                x += 1;
            }
            let region = regions.add(x - start);
            // Runs above that end before this one cannot touch a later one either.
            while above.get(touching).is_some_and(|run| run.end <= start) {
                touching += 1;
            }
            above[touching..]
                .iter()
                .take_while(|run| run.start < x)
                .for_each(|run| regions.join(run.region, region));
            row.push(Run { start, end: x, region });
        }
        crossings.extend(
            row.windows(3).filter(|runs| is_crossing(runs)).map(|runs| [0, 1, 2].map(|i| runs[i].region)),
        );
        std::mem::swap(&mut above, &mut row);
    }
    let mut rings = Vec::new();
    for parts in crossings {
        let [left, stone, right] = parts.map(|region| regions.root(region));
        let share = regions.sizes[stone] * 100 / regions.sizes[left];
        if left == right && left != stone && (11..70).contains(&share) {
            rings.push(left);
        }
    }
    rings.sort_unstable();
    rings.dedup();
    rings.len()
}

fn is_crossing(runs: &[Run]) -> bool {
    let &[left, stone, right] = runs else { return false };
    let parts = [
        left.end - left.start,
        stone.start - left.end,
        stone.end - stone.start,
        right.start - stone.end,
        right.end - right.start,
    ];
    let unit = (parts[0] + parts[1] + parts[3] + parts[4]) / 4;
    let slack = unit * 3 / 4;
    parts.iter().zip([1, 1, 3, 1, 1]).all(|(&part, units)| part.abs_diff(units * unit) <= slack)
}

/// Connected regions of dark pixels, as a forest.
#[derive(Default)]
struct Regions {
    parents: Vec<usize>,
    /// Pixels of a root's region.
    sizes: Vec<usize>,
}

impl Regions {
    fn add(&mut self, pixels: usize) -> usize {
        self.parents.push(self.parents.len());
        self.sizes.push(pixels);
        self.parents.len() - 1
    }

    fn root(&mut self, mut region: usize) -> usize {
        while self.parents[region] != region {
            self.parents[region] = self.parents[self.parents[region]];
            region = self.parents[region];
        }
        region
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        if one != other {
            let (large, small) =
                if self.sizes[one] < self.sizes[other] { (other, one) } else { (one, other) };
            self.parents[small] = large;
            self.sizes[large] += self.sizes[small];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finders_are_counted_once_each() {
        let finder = |x: usize, y: usize| {
            let ring = x.abs_diff(3).max(y.abs_diff(3));
            ring != 2 && ring <= 3
        };
        assert_eq!(count(7, 7, finder), 1);
        assert_eq!(count(0, 0, finder), 0);
        assert_eq!(count(200, 100, |x, y| finder(x / 2 % 10, y / 2 % 10)), 50);
        assert_eq!(count(200, 100, |x, y| (x / 3 + y / 3) % 2 == 0), 0);
    }
}
