//! Grey pictures made larger, smaller, smoother and sharper.
//!
//! Hand-written, as those of the `image` crate cost ten times as much: they weigh every pixel anew, with floats.

use image::GrayImage;

/// Twice as large: each new pixel is three parts of the nearest old one and one of the next.
pub(super) fn doubled(picture: &GrayImage) -> GrayImage {
    let (width, height) = sides(picture);
    let wide = stretched(picture.as_raw(), width);
    // Columns are rows of the picture turned over.
    let turned = transposed(&stretched(&transposed(&wide, width * 2), height), height * 2);
    made(width * 2, height * 2, turned)
}

fn stretched(pixels: &[u8], width: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(pixels.len() * 2);
    for row in pixels.chunks_exact(width.max(1)) {
        for (x, &pixel) in row.iter().enumerate() {
            let near = |x: usize| u16::from(*row.get(x).unwrap_or(&pixel));
            let mixed = |other: u16| ((3 * u16::from(pixel) + other + 2) / 4) as u8;
            out.extend([mixed(near(x.wrapping_sub(1))), mixed(near(x + 1))]);
        }
    }
    out
}

/// Half as large: the mean of four.
pub(super) fn halved(picture: &GrayImage) -> GrayImage {
    let (width, height) = sides(picture);
    let (half, pixels) = (width / 2, picture.as_raw());
    let mut out = Vec::with_capacity(half * (height / 2));
    for rows in pixels.chunks_exact(2 * width.max(1)) {
        let (above, below) = rows.split_at(width);
        out.extend(above.chunks_exact(2).zip(below.chunks_exact(2)).map(|(above, below)| {
            let sum: u16 = above.iter().chain(below).map(|&pixel| u16::from(pixel)).sum();
            ((sum + 2) / 4) as u8
        }));
    }
    made(half, height / 2, out)
}

/// Each pixel as the mean of the square around it, twice, which is nearly a Gaussian.
pub(super) fn smooth(picture: &GrayImage, radius: usize) -> GrayImage {
    let (width, height) = sides(picture);
    let rows = boxed(&boxed(picture.as_raw(), width, radius), width, radius);
    let columns = transposed(&rows, width);
    let columns = boxed(&boxed(&columns, height, radius), height, radius);
    made(width, height, transposed(&columns, height))
}

/// The mean of so many pixels to both sides; beyond its ends a row goes on as it ends.
fn boxed(pixels: &[u8], width: usize, radius: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(pixels.len());
    let count = 2 * radius as u32 + 1;
    for row in pixels.chunks_exact(width.max(1)) {
        let at = |x: usize| u32::from(row[x.saturating_sub(radius).min(width - 1)]);
        let mut sum: u32 = (0..count as usize).map(at).sum();
        for x in 0..width {
            out.push(((sum + count / 2) / count) as u8);
            sum += at(x + 2 * radius + 1);
            sum -= at(x);
        }
    }
    out
}

/// What differs from what is around it differs three times more.
pub(super) fn sharp(picture: &GrayImage, radius: usize) -> GrayImage {
    let (width, height) = sides(picture);
    let around = smooth(picture, radius);
    let pixels = picture.as_raw().iter().zip(around.as_raw());
    let sharper = |(&pixel, &around): (&u8, &u8)| {
        let (pixel, around) = (i32::from(pixel), i32::from(around));
        (pixel + 3 * (pixel - around)).clamp(0, 255) as u8
    };
    made(width, height, pixels.map(sharper).collect())
}

/// Rows become columns. In squares, as each row of the one is far apart in the other.
fn transposed(pixels: &[u8], width: usize) -> Vec<u8> {
    const SQUARE: usize = 32;
    let height = pixels.len() / width.max(1);
    let mut out = vec![0; pixels.len()];
    for top in (0..height).step_by(SQUARE) {
        for left in (0..width).step_by(SQUARE) {
            for y in top..(top + SQUARE).min(height) {
                for x in left..(left + SQUARE).min(width) {
                    out[x * height + y] = pixels[y * width + x];
                }
            }
        }
    }
    out
}

fn sides(picture: &GrayImage) -> (usize, usize) {
    (picture.width() as usize, picture.height() as usize)
}

/// The pixels are as many as the sides say, so the other case does not occur.
fn made(width: usize, height: usize, pixels: Vec<u8>) -> GrayImage {
    GrayImage::from_raw(width as u32, height as u32, pixels).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use image::Luma;

    use super::*;

    #[test]
    fn sides_and_flat_pictures_stay() {
        for (width, height) in [(1, 1), (2, 3), (7, 5), (64, 33), (40, 1)] {
            let flat = GrayImage::from_pixel(width, height, Luma([77]));
            assert_eq!(doubled(&flat), GrayImage::from_pixel(2 * width, 2 * height, Luma([77])));
            assert_eq!(halved(&flat), GrayImage::from_pixel(width / 2, height / 2, Luma([77])));
            for radius in [0, 1, 2, 9] {
                assert_eq!(smooth(&flat, radius), flat);
                assert_eq!(sharp(&flat, radius), flat);
            }
        }
    }

    /// A ramp is one again, whatever is done to it, but for its ends.
    #[test]
    fn ramps_stay_ramps() {
        let ramp = GrayImage::from_fn(60, 9, |x, _| Luma([4 * x as u8]));
        let twice = doubled(&ramp);
        assert!((2..118).all(|x| twice.get_pixel(x, 8).0[0].abs_diff((2 * x - 1) as u8) <= 1), "{twice:?}");
        let half = halved(&ramp);
        assert!((0..30).all(|x| half.get_pixel(x, 3).0[0] == (8 * x + 2) as u8));
        let smooth = smooth(&ramp, 2);
        assert!((8..52).all(|x| smooth.get_pixel(x, 4) == ramp.get_pixel(x, 4)));
        let turned = transposed(&transposed(ramp.as_raw(), 60), 9);
        assert_eq!(&turned, ramp.as_raw());
    }

    #[test]
    fn an_edge_is_sharper_than_before() {
        let soft = smooth(&GrayImage::from_fn(40, 40, |x, _| Luma([if x < 20 { 60 } else { 160 }])), 2);
        let sharp = sharp(&soft, 3);
        let step = |picture: &GrayImage| picture.get_pixel(21, 20).0[0] - picture.get_pixel(18, 20).0[0];
        assert!(step(&sharp) > step(&soft) + 40, "{} {}", step(&sharp), step(&soft));
    }
}
