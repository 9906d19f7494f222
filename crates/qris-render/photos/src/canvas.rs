//! A picture in light, not in bytes: what a lens and a sensor do to it.
//!
//! Hand-written, as these are a few sums over pixels and the crates for them bring fifty packages.

use image::RgbImage;
use qris_testkit::rng::SplitMix64;

use crate::chance::Chance;

/// Red, green and blue, 0 for dark and 255 for light; more is overexposed.
pub(crate) type Light = [f32; 3];

pub(crate) const WHITE: Light = [255.0; 3];
pub(crate) const BLACK: Light = [0.0; 3];

pub(crate) const fn grey(value: f32) -> Light {
    [value; 3]
}

/// From one to the other.
pub(crate) fn mixed(one: Light, other: Light, share: f32) -> Light {
    [0, 1, 2].map(|i| one[i] + (other[i] - one[i]) * share)
}

#[derive(Clone)]
pub(crate) struct Canvas {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Vec<Light>,
}

impl Canvas {
    /// What is seen at each place, as the mean of so many times so many places in each pixel.
    pub(crate) fn seen(width: usize, height: usize, finer: usize, at: impl Fn(f32, f32) -> Light) -> Canvas {
        let mut pixels = Vec::with_capacity(width * height);
        let (step, share) = (1.0 / finer as f32, 1.0 / (finer * finer) as f32);
        for y in 0..height {
            for x in 0..width {
                let mut sum = BLACK;
                for n in 0..finer * finer {
                    let inside = |n: usize| (n as f32 + 0.5) * step;
                    let light = at(x as f32 + inside(n % finer), y as f32 + inside(n / finer));
                    sum = [0, 1, 2].map(|i| sum[i] + light[i]);
                }
                pixels.push(sum.map(|part| part * share));
            }
        }
        Canvas { width, height, pixels }
    }

    /// Changes each pixel by its place.
    pub(crate) fn each(&mut self, mut change: impl FnMut(f32, f32, Light) -> Light) {
        for (n, pixel) in self.pixels.iter_mut().enumerate() {
            *pixel = change((n % self.width) as f32, (n / self.width) as f32, *pixel);
        }
    }

    /// Each pixel as a sum of others: how far away, and with which weight.
    fn gathered(&self, from: &[(i32, i32, f32)]) -> Canvas {
        let (width, height) = (self.width as i32, self.height as i32);
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for y in 0..height {
            for x in 0..width {
                let mut sum = BLACK;
                for (dx, dy, weight) in from {
                    let (x, y) = ((x + dx).clamp(0, width - 1), (y + dy).clamp(0, height - 1));
                    let other = self.pixels[(y * width + x) as usize];
                    sum = [0, 1, 2].map(|i| sum[i] + other[i] * weight);
                }
                pixels.push(sum);
            }
        }
        Canvas { pixels, ..*self }
    }

    /// Out of focus: a Gaussian of this standard deviation in pixels.
    pub(crate) fn blurred(&self, sigma: f32) -> Canvas {
        let reach = (3.0 * sigma).ceil() as i32;
        let weights: Vec<f32> =
            (-reach..=reach).map(|at| (-0.5 * (at as f32 / sigma).powi(2)).exp()).collect();
        let sum: f32 = weights.iter().sum();
        let row: Vec<_> = (-reach..=reach).zip(&weights).map(|(at, weight)| (at, 0, weight / sum)).collect();
        let column: Vec<_> = row.iter().map(|(at, _, weight)| (0, *at, *weight)).collect();
        self.gathered(&row).gathered(&column)
    }

    /// Moved while it was exposed: so many pixels, in this direction.
    pub(crate) fn moved(&self, length: f32, angle: f32) -> Canvas {
        let steps = (length * 2.0).ceil().max(1.0) as i32;
        let places = (0..=steps).map(|step| {
            let along = (step as f32 / steps as f32 - 0.5) * length;
            (
                (along * angle.cos()).round() as i32,
                (along * angle.sin()).round() as i32,
                1.0 / (steps + 1) as f32,
            )
        });
        self.gathered(&places.collect::<Vec<_>>())
    }

    /// Noise of a sensor, of this standard deviation: most of it alike in all three colours.
    pub(crate) fn noisy(&mut self, sigma: f32, random: &mut SplitMix64) {
        self.each(|_, _, light| {
            let all = random.normal() * sigma;
            light.map(|part| part + all + random.normal() * sigma * 0.3)
        });
    }

    /// Dark and light come closer: 0 becomes the one, 255 the other.
    pub(crate) fn between(&mut self, dark: f32, light: f32) {
        self.each(|_, _, pixel| pixel.map(|part| dark + part * (light - dark) / 255.0));
    }

    /// As bytes.
    pub(crate) fn picture(&self) -> RgbImage {
        RgbImage::from_fn(self.width as u32, self.height as u32, |x, y| {
            let light = self.pixels[y as usize * self.width + x as usize];
            image::Rgb(light.map(|part| part.round().clamp(0.0, 255.0) as u8))
        })
    }
}
