//! Samples of a picture in a PDF, as grey pixels.

use image::GrayImage;

/// How many samples a pixel has, and what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Space {
    /// One: how light.
    Gray,
    /// Red, green, blue.
    Rgb,
    /// Cyan, magenta, yellow, black.
    Cmyk,
    /// One: a place in this table of how light.
    Palette(Vec<u8>),
}

impl Space {
    fn samples(&self) -> usize {
        match self {
            Space::Gray | Space::Palette(_) => 1,
            Space::Rgb => 3,
            Space::Cmyk => 4,
        }
    }

    /// How light a pixel of 8-bit samples is.
    fn luma(&self, pixel: &[u8]) -> u8 {
        let rgb = |red: u32, green: u32, blue: u32| ((red * 299 + green * 587 + blue * 114) / 1000) as u8;
        match (self, pixel) {
            (Space::Rgb, &[red, green, blue]) => rgb(red.into(), green.into(), blue.into()),
            (Space::Cmyk, &[cyan, magenta, yellow, black]) => {
                let part = |ink: u8| u32::from(255 - ink) * u32::from(255 - black) / 255;
                rgb(part(cyan), part(magenta), part(yellow))
            }
            (Space::Palette(table), &[index]) => table.get(usize::from(index)).copied().unwrap_or(0),
            (_, pixel) => pixel.first().copied().unwrap_or(0),
        }
    }

    /// The table of a palette.
    pub(super) fn luma_of_all(&self, table: &[u8]) -> Vec<u8> {
        table.chunks_exact(self.samples()).take(256).map(|pixel| self.luma(pixel)).collect()
    }
}

/// A picture as its dictionary says it is.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Bits of a sample.
    pub(super) bits: usize,
    pub(super) space: Space,
}

impl Layout {
    fn row(&self) -> Option<usize> {
        let bits = (self.width as usize).checked_mul(self.space.samples())?.checked_mul(self.bits)?;
        Some(bits.div_ceil(8))
    }

    /// Bytes of all rows, each with one more where it says how it was predicted; none for what is no picture.
    pub(super) fn bytes(&self, predicted: bool) -> Option<usize> {
        let known = [1, 2, 4, 8].contains(&self.bits) && self.width > 0 && self.height > 0;
        let row = self.row().filter(|_| known)? + usize::from(predicted);
        row.checked_mul(self.height as usize)
    }

    /// The pixels. Rows that are missing stay white.
    pub(super) fn gray(&self, mut bytes: Vec<u8>, predicted: bool) -> Option<GrayImage> {
        let row = self.row()?;
        if predicted {
            bytes = unpredicted(&bytes, row, (self.space.samples() * self.bits).div_ceil(8))?;
        }
        let mut gray = GrayImage::from_pixel(self.width, self.height, image::Luma([255]));
        let samples = self.space.samples();
        let rows = gray.chunks_exact_mut(self.width as usize).zip(bytes.chunks_exact(row.max(1)));
        for (pixels, row) in rows {
            let mut pixel = [0; 4];
            for (x, shown) in pixels.iter_mut().enumerate() {
                for (i, value) in pixel.iter_mut().enumerate().take(samples) {
                    *value = self.sample(row, x * samples + i);
                }
                *shown = self.space.luma(pixel.get(..samples)?);
            }
        }
        Some(gray)
    }

    /// A sample in 8 bits; of a palette the number itself.
    fn sample(&self, row: &[u8], index: usize) -> u8 {
        let bit = index * self.bits;
        let byte = row.get(bit / 8).copied().unwrap_or(0);
        let all = ((1_u16 << self.bits) - 1) as u8;
        let value = byte >> (8 - self.bits - bit % 8) & all;
        if matches!(self.space, Space::Palette(_)) { value } else { value * (255 / all) }
    }
}

/// Undoes the prediction of PNG (its specification, 9.2), which PDF took over.
fn unpredicted(bytes: &[u8], row: usize, pixel: usize) -> Option<Vec<u8>> {
    let mut rows: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut above = vec![0; row];
    for line in bytes.chunks_exact(row + 1) {
        let (filter, line) = line.split_first()?;
        let mut line = line.to_vec();
        for i in 0..row {
            let left = i.checked_sub(pixel).map_or(0, |left| line[left]);
            let corner = i.checked_sub(pixel).map_or(0, |left| above[left]);
            let predicted = match filter {
                0 => 0,
                1 => left,
                2 => above[i],
                3 => ((u16::from(left) + u16::from(above[i])) / 2) as u8,
                4 => paeth(left, above[i], corner),
                _ => return None,
            };
            line[i] = line[i].wrapping_add(predicted);
        }
        rows.extend_from_slice(&line);
        above = line;
    }
    Some(rows)
}

fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let estimate = i16::from(left) + i16::from(above) - i16::from(corner);
    let far = |value: u8| (estimate - i16::from(value)).abs();
    if far(left) <= far(above) && far(left) <= far(corner) {
        left
    } else if far(above) <= far(corner) {
        above
    } else {
        corner
    }
}

/// Four bytes in five letters (ISO 32000-1, 7.4.3).
pub(super) fn ascii85(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 5 * 4);
    let mut group: Vec<u8> = Vec::with_capacity(5);
    let mut flush = |group: &mut Vec<u8>| {
        let given = group.len();
        if given > 1 {
            group.resize(5, 84);
            let value =
                group.iter().fold(0_u32, |value, digit| value.wrapping_mul(85).wrapping_add((*digit).into()));
            bytes.extend(value.to_be_bytes().iter().take(given - 1));
        }
        group.clear();
    };
    for &byte in text {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => {
                group.resize(5, 0);
                flush(&mut group);
            }
            b'!'..=b'u' => {
                group.push(byte - b'!');
                if group.len() == 5 {
                    flush(&mut group);
                }
            }
            _ => {}
        }
    }
    flush(&mut group);
    bytes
}
