//! A card as pixels.

use ab_glyph::{OutlineCurve, Point, point};
use ab_glyph_rasterizer::Rasterizer;
use image::imageops::{self, FilterType};
use image::{Rgb as Pixel, RgbImage};

use super::layout::{self, Item};
use super::{Mark, STICKER_HEIGHT, STICKER_WIDTH, Sticker};
use crate::picture::over;
use crate::png::true_color;
use crate::{Rgb, Symbol};

/// A PNG file with so many pixels an inch.
pub(super) fn png(card: &Sticker, dpi: u32) -> Vec<u8> {
    // An inch is 254 tenths of a millimetre.
    let pixels = |tenths: u32| (tenths * dpi + 127) / 254;
    let mut canvas = Canvas {
        picture: RgbImage::from_pixel(pixels(STICKER_WIDTH), pixels(STICKER_HEIGHT), Pixel([255; 3])),
        scale: dpi as f32 / 254.0,
    };
    for item in layout::items(card) {
        match item {
            Item::Shape { corners, color } => canvas.shape(&corners, color),
            Item::Text { text, font, size, x, y, color } => {
                canvas.outline(&font.outline(&text), size / font.units(), x, y, color);
            }
            Item::Symbol { x, y, side } => canvas.symbol(&card.symbol, pixels(x), pixels(y), pixels(side)),
            Item::Picture { mark, x, y, width, height } => canvas.mark(mark, x, y, width, height),
        }
    }
    let width = canvas.picture.width();
    let per_metre = (dpi * 10_000 + 127) / 254;
    true_color(width, Some(per_metre), png::ColorType::Rgb, canvas.picture.as_raw())
}

struct Canvas {
    picture: RgbImage,
    /// Pixels a tenth of a millimetre.
    scale: f32,
}

impl Canvas {
    fn shape(&mut self, corners: &[(f32, f32)], color: Rgb) {
        let lines = corners.iter().zip(corners.iter().cycle().skip(1));
        let at = |&(x, y): &(f32, f32)| point(x, -y);
        let curves: Vec<_> = lines.map(|(a, b)| OutlineCurve::Line(at(a), at(b))).collect();
        self.outline(&curves, 1.0, 0.0, 0.0, color);
    }

    /// Fills an outline with y upwards, scaled and moved to `x`, `y` on the card, with soft edges.
    fn outline(&mut self, curves: &[OutlineCurve], size: f32, x: f32, y: f32, color: Rgb) {
        let on_picture = |p: Point| point((x + p.x * size) * self.scale, (y - p.y * size) * self.scale);
        let points = curves.iter().flat_map(|curve| match *curve {
            OutlineCurve::Line(a, b) => vec![a, b],
            OutlineCurve::Quad(a, b, c) => vec![a, b, c],
            OutlineCurve::Cubic(a, b, c, d) => vec![a, b, c, d],
        });
        let points: Vec<Point> = points.map(on_picture).collect();
        let edge = |part: fn(&Point) -> f32, pick: fn(f32, f32) -> f32| points.iter().map(part).reduce(pick);
        let (Some(left), Some(right)) = (edge(|p| p.x, f32::min), edge(|p| p.x, f32::max)) else { return };
        let (Some(top), Some(bottom)) = (edge(|p| p.y, f32::min), edge(|p| p.y, f32::max)) else { return };
        // The layout keeps everything on the card; what a font might put beside it is cut off.
        let (left, top) = (left.floor().max(0.0), top.floor().max(0.0));
        let width = (right.ceil() - left).clamp(1.0, self.picture.width() as f32) as usize;
        let height = (bottom.ceil() - top).clamp(1.0, self.picture.height() as f32) as usize;

        let mut rasterizer = Rasterizer::new(width + 1, height + 1);
        let at = |p: Point| {
            let p = on_picture(p);
            ab_glyph_rasterizer::point(
                (p.x - left).clamp(0.0, width as f32),
                (p.y - top).clamp(0.0, height as f32),
            )
        };
        for curve in curves {
            match *curve {
                OutlineCurve::Line(a, b) => rasterizer.draw_line(at(a), at(b)),
                OutlineCurve::Quad(a, b, c) => rasterizer.draw_quad(at(a), at(b), at(c)),
                OutlineCurve::Cubic(a, b, c, d) => rasterizer.draw_cubic(at(a), at(b), at(c), at(d)),
            }
        }
        let picture = &mut self.picture;
        rasterizer.for_each_pixel_2d(|x, y, coverage| {
            let alpha = (coverage.abs().min(1.0) * 255.0 + 0.5) as u8;
            if alpha > 0
                && let Some(pixel) = picture.get_pixel_mut_checked(left as u32 + x, top as u32 + y)
            {
                blend(pixel, [color.red, color.green, color.blue], alpha);
            }
        });
    }

    /// The symbol with whole pixels a module, in the middle of its place.
    fn symbol(&mut self, symbol: &Symbol, x: u32, y: u32, side: u32) {
        let scale = (side / symbol.side()).max(1);
        let margin = side.saturating_sub(scale * symbol.side()) / 2;
        for row in 0..scale * symbol.side() {
            for column in 0..scale * symbol.side() {
                if symbol.is_dark(column / scale, row / scale)
                    && let Some(pixel) =
                        self.picture.get_pixel_mut_checked(x + margin + column, y + margin + row)
                {
                    *pixel = Pixel([0; 3]);
                }
            }
        }
    }

    fn mark(&mut self, mark: &Mark, x: f32, y: f32, width: f32, height: f32) {
        let (x, y, width, height) = layout::contain(mark.picture.dimensions(), x, y, width, height);
        let pixels = |length: f32| ((length * self.scale + 0.5) as u32).max(1);
        let small = imageops::resize(&mark.picture, pixels(width), pixels(height), FilterType::CatmullRom);
        let (left, top) = ((x * self.scale) as u32, (y * self.scale) as u32);
        for (x, y, from) in small.enumerate_pixels() {
            if let Some(pixel) = self.picture.get_pixel_mut_checked(left + x, top + y) {
                let [red, green, blue, alpha] = from.0;
                blend(pixel, [red, green, blue], alpha);
            }
        }
    }
}

fn blend(pixel: &mut Pixel<u8>, color: [u8; 3], alpha: u8) {
    for (ground, part) in pixel.0.iter_mut().zip(color) {
        *ground = over(part, alpha, *ground);
    }
}
