//! Which pixels are dark.

use image::GrayImage;
use rxing::common::BitMatrix;

use super::PictureError;

/// Pixels on a side of the blocks whose light is measured.
const BLOCK: usize = 8;
/// A block whose pixels differ by less is all light or all dark.
const FLAT: u32 = 24;

/// A picture of two values: 1 for dark.
pub(super) struct Dark {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<u8>,
}

impl Dark {
    /// What is darker than the blocks around it are on average. What is flat takes its threshold from its neighbours, so that
    /// noise on paper does not become a pattern.
    pub(super) fn by_blocks(picture: &GrayImage) -> Dark {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let pixels = picture.as_raw();
        let (columns, rows) = (width.div_ceil(BLOCK), height.div_ceil(BLOCK));
        let mut means: Vec<u32> = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                // The last ones overlap those before them.
                let left = (column * BLOCK).min(width.saturating_sub(BLOCK));
                let top = (row * BLOCK).min(height.saturating_sub(BLOCK));
                let (right, bottom) = ((left + BLOCK).min(width), (top + BLOCK).min(height));
                let (mut sum, mut least, mut most) = (0, u8::MAX, 0);
                for y in top..bottom {
                    for &pixel in &pixels[y * width + left..y * width + right] {
                        sum += u32::from(pixel);
                        least = least.min(pixel);
                        most = most.max(pixel);
                    }
                }
                let count = ((right - left) * (bottom - top)) as u32;
                let mean = if u32::from(most - least) > FLAT {
                    sum / count
                } else {
                    let near = |row: usize, column: usize| means[row * columns + column];
                    let around = match (row, column) {
                        (0, _) | (_, 0) => 0,
                        _ => {
                            (near(row - 1, column) + 2 * near(row, column - 1) + near(row - 1, column - 1))
                                / 4
                        }
                    };
                    if u32::from(least) < around { around } else { u32::from(least) / 2 }
                };
                means.push(mean);
            }
        }
        let mut dark = vec![0; pixels.len()];
        for row in 0..rows {
            for column in 0..columns {
                let (left, right) = around(column, columns);
                let (top, bottom) = around(row, rows);
                let mut sum = 0;
                for row in top..bottom {
                    sum += means[row * columns + left..row * columns + right].iter().sum::<u32>();
                }
                let limit = sum / ((right - left) * (bottom - top)) as u32;
                let from = column * BLOCK..((column + 1) * BLOCK).min(width);
                for y in row * BLOCK..((row + 1) * BLOCK).min(height) {
                    let here = y * width + from.start..y * width + from.end;
                    for (dark, &pixel) in dark[here.clone()].iter_mut().zip(&pixels[here]) {
                        *dark = u8::from(u32::from(pixel) <= limit);
                    }
                }
            }
        }
        Dark { width, height, pixels: dark }
    }

    /// What is not lighter than the mean of the square around it.
    pub(super) fn by_neighbours(picture: &GrayImage, radius: usize) -> Dark {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let pixels = picture.as_raw();
        // Sums of all that is above and to the left. They wrap, and their differences are right all the same.
        let line = width + 1;
        let mut sums = vec![0_u32; line * (height + 1)];
        for y in 0..height {
            let mut row = 0_u32;
            for x in 0..width {
                row += u32::from(pixels[y * width + x]);
                sums[(y + 1) * line + x + 1] = sums[y * line + x + 1].wrapping_add(row);
            }
        }
        let mut dark = Vec::with_capacity(pixels.len());
        for y in 0..height {
            let (top, bottom) = (y.saturating_sub(radius) * line, (y + radius + 1).min(height) * line);
            let high = (bottom - top) / line;
            for x in 0..width {
                let (left, right) = (x.saturating_sub(radius), (x + radius + 1).min(width));
                let below = sums[bottom + right].wrapping_sub(sums[bottom + left]);
                let sum = below.wrapping_sub(sums[top + right].wrapping_sub(sums[top + left]));
                let count = (high * (right - left)) as u32;
                dark.push(u8::from(u32::from(pixels[y * width + x]) * count <= sum));
            }
        }
        Dark { width, height, pixels: dark }
    }

    /// As the reader wants it.
    pub(super) fn matrix(&self) -> Result<BitMatrix, PictureError> {
        let made = BitMatrix::new(self.width as u32, self.height as u32);
        let mut matrix = made.map_err(|_| PictureError::TooMuchWork)?;
        for (y, row) in self.pixels.chunks_exact(self.width.max(1)).enumerate() {
            for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark != 0) {
                matrix.set(x as u32, y as u32);
            }
        }
        Ok(matrix)
    }
}

/// The five blocks around one, fewer where there are no more.
fn around(at: usize, count: usize) -> (usize, usize) {
    let first = at.saturating_sub(2).min(count.saturating_sub(5));
    (first, (first + 5).min(count))
}
