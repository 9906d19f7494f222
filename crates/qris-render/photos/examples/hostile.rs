//! How long pictures keep the reader that were made to keep it long, and those with nothing in them. Prints a row each:
//! picture, milliseconds of a core, answer.

use image::{DynamicImage, GrayImage, Luma};
use qris_photos::noise;
use qris_render::scan_image;

/// Finder patterns: pixels on a side, pixels a module, modules from one to the next.
const WALLS: [(u32, u32, u32); 9] = [
    (2000, 1, 8),
    (2000, 2, 8),
    (2000, 3, 10),
    (4000, 4, 9),
    (1400, 10, 10),
    (1500, 4, 14),
    (1590, 8, 12),
    (4000, 20, 12),
    (8000, 60, 9),
];
/// Squares of chance: pixels on a side, pixels a square, dark ones in a hundred.
const NOISES: [(u32, u32, usize); 10] = [
    (700, 1, 50),
    (1590, 1, 50),
    (1590, 2, 50),
    (1590, 3, 40),
    (1590, 5, 50),
    (2000, 1, 50),
    (2000, 3, 55),
    (4000, 4, 50),
    (4000, 17, 50),
    (7900, 2, 50),
];

fn main() {
    for (side, scale, apart) in WALLS {
        let finder = |x: u32, y: u32| {
            let ring = (x % apart).abs_diff(3).max((y % apart).abs_diff(3));
            ring != 2 && ring <= 3
        };
        let picture = drawn(side, |x, y| if finder(x / scale, y / scale) { 0 } else { 255 });
        told(&format!("{side}² of finder patterns of {scale} px a module, {apart} modules apart"), picture);
    }
    for (dark, light) in [(1, 1), (3, 1), (7, 5), (40, 30)] {
        let picture = drawn(4000, |x, _| if x % (dark + light) < dark { 0 } else { 255 });
        told(&format!("4000² of stripes of {dark} and {light} px"), picture);
        // Along a row as a finder pattern, and moved from time to time.
        let row = [0, 255, 0, 0, 0, 255, 0, 255];
        let picture = drawn(4000, |x, y| row[((x / dark + y / 97) % 8) as usize]);
        told(&format!("4000² of rows like a finder pattern's, {dark} px a module"), picture);
    }
    for (side, square, percent) in NOISES {
        told(
            &format!("{side}² of noise, squares of {square} px, {percent} % dark"),
            noise(side, square, percent),
        );
    }
    for side in [1414, 2000, 4000, 8000] {
        told(&format!("{side}², white"), drawn(side, |_, _| 250));
        told(&format!("{side}², from dark to light"), drawn(side, |x, y| ((x + y) * 255 / (2 * side)) as u8));
        let leaves = drawn(side, |x, y| {
            let (x, y) = (x as f32, y as f32);
            let wave =
                (x * 0.071 + (y * 0.013).sin() * 9.0).sin() + (y * 0.093 + (x * 0.017).cos() * 7.0).cos();
            (128.0 + 55.0 * wave) as u8
        });
        let colours = DynamicImage::from(leaves.clone()).to_rgb8();
        told(&format!("{side}² of leaves, grey"), leaves);
        told(&format!("{side}² of leaves, in colours"), colours);
    }
}

fn drawn(side: u32, light: impl Fn(u32, u32) -> u8) -> GrayImage {
    GrayImage::from_fn(side, side, |x, y| Luma([light(x, y)]))
}

fn told(name: &str, picture: impl Into<DynamicImage>) {
    let picture = picture.into();
    let start = spent();
    let answer = match scan_image(&picture) {
        Ok(found) => format!("{} codes", found.len()),
        Err(error) => error.to_string(),
    };
    println!("{name}\t{:.0}\t{answer}", (spent() - start) as f64 / 1e6);
}

/// Nanoseconds that this thread has had of a core, as Linux counts them: other work on the machine does not count.
fn spent() -> u64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    told.split(' ').next().and_then(|first| first.parse().ok()).expect("nanoseconds first")
}
