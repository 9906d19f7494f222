//! The finder patterns a picture seems to have, and what it would cost to search them for symbols.
//!
//! The reader tries combinations of three of them, copies the picture for each, and looks for the fourth corner in an
//! area that a pattern's shape suggests. A picture of nothing but finder patterns would keep it busy for hours, and so
//! would noise, whose patterns suggest any area. They are looked for first, in one pass, by the reader's own criterion:
//! a row that crosses dark-light-dark-light-dark as about 1:1:3:1:1, where the outer parts are one connected region
//! and the middle is another one of 11 to 69 % of its size.

use std::ops::Range;

/// What seems to be a finder pattern.
#[derive(Debug, Clone, Copy)]
pub(super) struct Finder {
    ring: Region,
    stone: Region,
}

/// What is found in a picture.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) finders: Vec<Finder>,
    /// Where rows cross what the reader would take for a finder pattern and cannot be one: the left parts.
    pub(super) doubtful: Vec<Range<usize>>,
}

/// A connected region of dark pixels.
#[derive(Debug, Clone, Copy)]
struct Region {
    pixels: usize,
    /// Left, top, and what is right of and below it.
    edges: [usize; 4],
}

impl Region {
    fn sides(&self) -> [usize; 2] {
        let [left, top, right, bottom] = self.edges;
        [right - left, bottom - top]
    }

    /// Twice the centre.
    fn centre(&self) -> [usize; 2] {
        let [left, top, right, bottom] = self.edges;
        [left + right, top + bottom]
    }
}

impl Finder {
    /// Whether it has the shape of one that is photographed, turned by any angle: a ring with a stone of about three
    /// sevenths of its size in the middle, neither very flat nor nearly empty. Noise hardly ever does.
    fn is_plausible(&self) -> bool {
        let (ring, stone) = (self.ring.sides(), self.stone.sides());
        let flat = ring[0] > 2 * ring[1] || ring[1] > 2 * ring[0];
        let shares = (0..2).all(|i| (30..=58).contains(&(stone[i] * 100 / ring[i])));
        // 9 to 24 modules, and both grow or shrink in a blurred picture.
        let masses = (25..=60).contains(&(self.stone.pixels * 100 / self.ring.pixels));
        let (of_ring, of_stone) = (self.ring.centre(), self.stone.centre());
        let middle = (0..2).all(|i| of_ring[i].abs_diff(of_stone[i]) * 3 <= ring[i]);
        let full =
            |region: &Region, least| region.pixels * 100 >= region.sides().iter().product::<usize>() * least;
        !flat && shares && masses && middle && full(&self.ring, 18) && full(&self.stone, 40)
    }

    /// Pixels of a module, about.
    fn module(&self) -> usize {
        self.ring.sides().iter().product::<usize>() / 49 + 1
    }
}

/// What it costs to prepare so many pixels and to look for finder patterns in them, in pixels that are copied.
pub(super) fn reading(pixels: usize) -> u64 {
    pixels as u64 * READING
}

/// What it costs to look again.
pub(super) fn looking(pixels: usize) -> u64 {
    reading(pixels) / 4
}

/// What it costs, about, to try the combinations of these, in pixels that are copied.
pub(super) fn combining(finders: &[Finder], pixels: usize) -> u64 {
    // The reader looks so far around for the fourth corner.
    let around = |corner: &Finder| corner.module() as u64 * 100 * STEP;
    finders.iter().map(|corner| pairs(finders, corner) * (pixels as u64 + around(corner))).sum()
}

/// What goes over every pixel once, in pixels that are copied.
const READING: u64 = 200;
/// A step in the search for a fourth corner, in pixels that are copied.
const STEP: u64 = 20;

/// Pairs of others that make a right angle with a corner, more or less, at like distances.
fn pairs(finders: &[Finder], corner: &Finder) -> u64 {
    let from = corner.ring.centre().map(|part| part as i64);
    let away = finders.iter().map(|other| {
        let to = other.ring.centre();
        [to[0] as i64 - from[0], to[1] as i64 - from[1]]
    });
    let away: Vec<[i64; 2]> = away.filter(|to| *to != [0, 0]).collect();
    let mut pairs = 0;
    for (n, a) in away.iter().enumerate() {
        for b in &away[..n] {
            let (dot, cross) = (a[0] * b[0] + a[1] * b[1], a[0] * b[1] - a[1] * b[0]);
            let (long, short) = {
                let (a, b) = (a[0] * a[0] + a[1] * a[1], b[0] * b[0] + b[1] * b[1]);
                (a.max(b), a.min(b))
            };
            // 45 to 135 degrees; one at most twice as far away as the other.
            pairs += u64::from(dot.abs() <= cross.abs() && long <= 4 * short);
        }
    }
    pairs
}

/// A run of dark pixels in a row.
#[derive(Clone, Copy)]
struct Run {
    start: usize,
    end: usize,
    region: usize,
}

/// Distinct finder patterns, as they seem, of a picture's dark pixels.
pub(super) fn find(width: usize, dark: &[bool]) -> Found {
    let mut regions = Regions::default();
    let mut crossings = Vec::new();
    let (mut above, mut row): (Vec<Run>, Vec<Run>) = (Vec::new(), Vec::new());
    for (y, pixels) in dark.chunks(width.max(1)).enumerate() {
        row.clear();
        let mut x = 0;
        let mut touching = 0;
        while x < width {
            let length =
                |from: usize, dark: bool| pixels[from..].iter().take_while(|pixel| **pixel == dark).count();
            x += length(x, false);
            let start = x;
            x += length(x, true);
            if start == x {
                break;
            }
            let region = regions.add([start, y, x, y + 1]);
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
        crossings.extend(row.windows(3).filter(|runs| is_crossing(runs)).map(|runs| {
            let left = y * width + runs[0].start..y * width + runs[0].end;
            (left, [0, 1, 2].map(|i| runs[i].region))
        }));
        std::mem::swap(&mut above, &mut row);
    }
    let (mut found, mut doubtful) = (Vec::new(), Vec::new());
    for (crossing, parts) in crossings {
        let [left, stone, right] = parts.map(|region| regions.root(region));
        let finder = Finder { ring: regions.all[left], stone: regions.all[stone] };
        let share = finder.stone.pixels * 100 / finder.ring.pixels;
        if left != right || left == stone || !(11..70).contains(&share) {
            continue;
        }
        if finder.is_plausible() {
            found.push((left, finder));
        } else {
            doubtful.push(crossing);
        }
    }
    found.sort_unstable_by_key(|(region, _)| *region);
    found.dedup_by_key(|(region, _)| *region);
    Found { finders: found.into_iter().map(|(_, finder)| finder).collect(), doubtful }
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
    /// True of roots.
    all: Vec<Region>,
}

impl Regions {
    /// A region of one run.
    fn add(&mut self, edges: [usize; 4]) -> usize {
        self.parents.push(self.parents.len());
        self.all.push(Region { pixels: edges[2] - edges[0], edges });
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
                if self.all[one].pixels < self.all[other].pixels { (other, one) } else { (one, other) };
            let part = self.all[small];
            self.parents[small] = large;
            let whole = &mut self.all[large];
            whole.pixels += part.pixels;
            for i in 0..2 {
                whole.edges[i] = whole.edges[i].min(part.edges[i]);
                whole.edges[i + 2] = whole.edges[i + 2].max(part.edges[i + 2]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(width: usize, height: usize, is_dark: impl Fn(usize, usize) -> bool) -> usize {
        let dark: Vec<bool> = (0..width * height).map(|at| is_dark(at % width, at / width)).collect();
        let found = find(width, &dark);
        assert!(found.doubtful.is_empty(), "{found:?}");
        found.finders.len()
    }

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
