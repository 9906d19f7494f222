//! A closer look at a symbol that could not be read: the light of its modules, with the blur taken out.
//!
//! A lens that is out of focus spreads the light of each module over its neighbours. Where three finder patterns tell where
//! the modules are, that is a system of linear equations, and its solution with the least noise (Wiener, Tikhonov) is one
//! matrix for rows and columns alike. Readers threshold pixels first and lose what is needed for this.

#![allow(clippy::float_arithmetic, reason = "light in pictures; no money here")]

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use image::GrayImage;
use rxing::common::BitMatrix;

use super::PictureError;
use super::symbols::{Corners, MODULE, Read, Three, decoded};
use super::work::Work;

/// Standard deviations of a blur, in modules.
const BLURS: [f32; 6] = [0.45, 0.55, 0.65, 0.75, 0.85, 0.95];
/// How much noise there is beside the light, squared: clear pictures and others.
const NOISES: [f32; 2] = [0.02, 0.004];
/// Modules of a timing pattern, of a hundred, that have to be on the right side of their neighbours.
const TIMED: usize = 60;
/// Modules to both sides that a blur reaches.
const REACH: usize = 4;

/// Undoes blurs; what was computed for one symbol serves the next of its size.
#[derive(Default)]
pub(super) struct Fine {
    undo: HashMap<(usize, usize), Vec<f32>>,
}

impl Fine {
    /// The symbol between three finder patterns.
    pub(super) fn read(
        &mut self,
        picture: &GrayImage,
        three: &Three,
        work: &mut Work,
    ) -> Result<Option<Read>, PictureError> {
        for (side, corners) in places(three) {
            if let Some(read) = self.at(picture, side, corners, work)? {
                return Ok(Some(read));
            }
        }
        Ok(None)
    }

    fn at(
        &mut self,
        picture: &GrayImage,
        side: usize,
        corners: Corners,
        work: &mut Work,
    ) -> Result<Option<Read>, PictureError> {
        work.spend(side * side, 40 + MODULE)?;
        let light = light(picture, side, corners);
        let read = |light: &[f32]| decoded(&darker(light, side)?, corners);
        if let Some(found) = read(&light) {
            return Ok(Some(found));
        }
        if !is_timed(&light, side) {
            return Ok(None);
        }
        // The paper around is light, and counts as nothing.
        let mut sorted = light.clone();
        sorted.sort_by(f32::total_cmp);
        let paper = sorted.get(sorted.len() * 95 / 100).copied().unwrap_or_default();
        let seen: Vec<f32> = light.iter().map(|light| light - paper).collect();
        for kind in 0..BLURS.len() * NOISES.len() {
            work.spend(side * side * side, 1)?;
            let undo = match self.undo.entry((side, kind)) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    work.spend(side * side * side, 2)?;
                    new.insert(undoing(side, BLURS[kind / NOISES.len()], NOISES[kind % NOISES.len()]))
                }
            };
            work.spend(side * side, MODULE)?;
            if let Some(found) = read(&product(&product(undo, &seen, side), undo, side)) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

/// Where the symbol may be: as the reader saw it, and as finder patterns seen from straight above tell, for the sizes that
/// their distance allows.
fn places(three: &Three) -> Vec<(usize, Corners)> {
    let mut places: Vec<(usize, Corners)> =
        three.seen.iter().map(|(side, corners)| (*side as usize, *corners)).collect();
    let away = |to: [f32; 2]| [to[0] - three.top_left[0], to[1] - three.top_left[1]];
    let (right, down) = (away(three.top_right), away(three.bottom_left));
    let modules = (right[0].hypot(right[1]) + down[0].hypot(down[1])) / 2.0 / (three.width / 7.0) + 7.0;
    let version = (modules - 17.0) / 4.0;
    let near = version.round();
    let other = if version > near { near + 1.0 } else { near - 1.0 };
    for version in [near, other, 2.0 * near - other] {
        if !(1.0..=40.0).contains(&version) {
            continue;
        }
        let side = 17 + 4 * version as usize;
        // Between the middles of finder patterns lie seven modules less than there are.
        let between = side as f32 - 7.0;
        let at = |x: f32, y: f32| {
            let (x, y) = ((x - 3.5) / between, (y - 3.5) / between);
            [0, 1].map(|i| three.top_left[i] + x * right[i] + y * down[i])
        };
        let end = side as f32;
        places.push((side, [at(0.0, 0.0), at(end, 0.0), at(end, end), at(0.0, end)]));
    }
    places
}

/// The light of each module: the mean of nine places in it.
fn light(picture: &GrayImage, side: usize, corners: Corners) -> Vec<f32> {
    let plane = plane(corners);
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let pixel = |x: f32, y: f32| {
        // Out of the picture it goes on as it ends.
        let (x, y) = (x.max(0.0) as usize, y.max(0.0) as usize);
        f32::from(picture.as_raw()[y.min(height - 1) * width + x.min(width - 1)])
    };
    let place = |u: f32, v: f32| {
        let [a, b, c, d, e, f, g, h] = plane;
        let below = g * u + h * v + 1.0;
        let (x, y) = ((a * u + b * v + c) / below - 0.5, (d * u + e * v + f) / below - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (right, down) = (x - left, y - top);
        let row = |y: f32| pixel(left, y) * (1.0 - right) + pixel(left + 1.0, y) * right;
        row(top) * (1.0 - down) + row(top + 1.0) * down
    };
    let inside = |at: usize, n: usize| (at as f32 + 0.25 + 0.25 * n as f32) / side as f32;
    let module = |at: usize| {
        let nine = (0..9).map(|n| place(inside(at % side, n % 3), inside(at / side, n / 3)));
        nine.sum::<f32>() / 9.0
    };
    (0..side * side).map(module).collect()
}

/// From the unit square to four corners (Heckbert 1989, 2.2.2).
fn plane([[x0, y0], [x1, y1], [x2, y2], [x3, y3]]: Corners) -> [f32; 8] {
    let (sum_x, sum_y) = (x0 - x1 + x2 - x3, y0 - y1 + y2 - y3);
    let (dx1, dx2, dy1, dy2) = (x1 - x2, x3 - x2, y1 - y2, y3 - y2);
    let below = dx1 * dy2 - dx2 * dy1;
    let (g, h) = ((sum_x * dy2 - dx2 * sum_y) / below, (dx1 * sum_y - sum_x * dy1) / below);
    [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h]
}

/// Whether what should be the two timing patterns (ISO/IEC 18004, 6.3.5) goes up and down with the modules, more than chance
/// has it: where the grid lies wrong, no blur is worth undoing.
fn is_timed(light: &[f32], side: usize) -> bool {
    let (mut right, mut all) = (0, 0);
    for at in 9..side - 9 {
        for (here, before, after) in [
            (6 * side + at, 6 * side + at - 1, 6 * side + at + 1),
            (at * side + 6, (at - 1) * side + 6, (at + 1) * side + 6),
        ] {
            let darker = 2.0 * light[here] < light[before] + light[after];
            right += usize::from(darker == (at % 2 == 0));
            all += 1;
        }
    }
    100 * right >= TIMED * all
}

/// Modules darker than the middle between the darkest and the lightest of those around.
fn darker(light: &[f32], side: usize) -> Option<BitMatrix> {
    let mut modules = BitMatrix::with_single_dimension(side as u32).ok()?;
    let around = |at: usize| at.saturating_sub(REACH)..(at + REACH + 1).min(side);
    // Twice the middle of each row's part, so that a row can be summed.
    let middles: Vec<f32> = (0..side * side)
        .map(|at| {
            let row = &light[at / side * side..][..side];
            let part = &row[around(at % side)];
            part.iter().copied().fold(f32::MAX, f32::min) + part.iter().copied().fold(f32::MIN, f32::max)
        })
        .collect();
    for y in 0..side {
        for x in 0..side {
            let column = around(y);
            let count = 2.0 * column.len() as f32;
            let middle = column.map(|y| middles[y * side + x]).sum::<f32>() / count;
            if light[y * side + x] < middle {
                modules.set(x as u32, y as u32);
            }
        }
    }
    Some(modules)
}

/// Of a blur along a line of so many modules, K: (KᵀK + noise)⁻¹ Kᵀ, which is symmetric like K.
fn undoing(side: usize, blur: f32, noise: f32) -> Vec<f32> {
    // The share of a Gaussian below a place, to four digits.
    let below = |x: f32| 0.5 * (1.0 + (x * 0.797_885 * (1.0 + 0.044_715 * x * x)).tanh());
    let share = |away: usize| below((away as f32 + 0.5) / blur) - below((away as f32 - 0.5) / blur);
    let shares: Vec<f32> = (0..=REACH).map(share).collect();
    let spread =
        |one: usize, other: usize| f64::from(shares.get(one.abs_diff(other)).copied().unwrap_or_default());
    let mut left = vec![0.0; side * side];
    let mut right = vec![0.0; side * side];
    for y in 0..side {
        for x in 0..side {
            let between = y.max(x).saturating_sub(REACH)..(y.min(x) + REACH + 1).min(side);
            let sum: f64 = between.map(|z| spread(z, y) * spread(z, x)).sum();
            left[y * side + x] = sum + if x == y { f64::from(noise) } else { 0.0 };
            right[y * side + x] = spread(x, y);
        }
    }
    // Gauss and Jordan. The diagonal is positive, as KᵀK is positive definite with the noise.
    for pivot in 0..side {
        let by = left[pivot * side + pivot];
        for matrix in [&mut left, &mut right] {
            matrix[pivot * side..][..side].iter_mut().for_each(|value| *value /= by);
        }
        for y in (0..side).filter(|y| *y != pivot) {
            let by = left[y * side + pivot];
            if by != 0.0 {
                for matrix in [&mut left, &mut right] {
                    for x in 0..side {
                        matrix[y * side + x] -= by * matrix[pivot * side + x];
                    }
                }
            }
        }
    }
    right.into_iter().map(|value| value as f32).collect()
}

/// The product of two square matrices.
fn product(one: &[f32], other: &[f32], side: usize) -> Vec<f32> {
    let mut product = vec![0.0; side * side];
    for (sums, row) in product.chunks_exact_mut(side).zip(one.chunks_exact(side)) {
        for (&by, other) in row.iter().zip(other.chunks_exact(side)) {
            sums.iter_mut().zip(other).for_each(|(sum, value)| *sum += by * value);
        }
    }
    product
}
