//! A page as pixels.

use ab_glyph_rasterizer::{Point, Rasterizer, point};
use harfrust::font::glyph::outline::PathElement;
use image::imageops::{self, FilterType};
use image::{Rgb as Pixel, RgbImage};

use super::layout::{self, Item};
use super::pages::{Page, Place};
use super::text::{UNITS, moved};
use super::{Mark, Sticker, StickerError};
use crate::picture::over;
use crate::png::true_color;
use crate::{Rgb, Symbol};

/// Pixels of a module below which readers lose the symbol.
const LEAST_PIXELS: f32 = 2.0;

/// A PNG file with so many pixels an inch.
///
/// # Errors
/// When a module would have less than two pixels.
pub(super) fn png(page: &Page<'_>, dpi: u32) -> Result<Vec<u8>, StickerError> {
    // An inch is 254 tenths of a millimetre.
    let scale = dpi as f32 / 254.0;
    for place in &page.places {
        let module = place.side.module * place.scale;
        if module * scale < LEAST_PIXELS {
            let least = (LEAST_PIXELS * 254.0 / module).ceil() as u32;
            return Err(StickerError::Coarse { dpi, least });
        }
    }
    let pixels = |tenths: f32| (tenths * scale).round() as u32;
    let mut picture = RgbImage::from_pixel(pixels(page.width), pixels(page.height), Pixel([255; 3]));
    match page.places.as_slice() {
        [one] => draw(one, &mut Canvas { picture: &mut picture, scale }),
        several => {
            for place in several {
                let (width, height) = (place.side.width * place.scale, place.side.height * place.scale);
                let mut side = RgbImage::from_pixel(pixels(width), pixels(height), Pixel([255; 3]));
                draw(place, &mut Canvas { picture: &mut side, scale: scale * place.scale });
                if place.turned {
                    imageops::rotate180_in_place(&mut side);
                }
                imageops::replace(&mut picture, &side, pixels(place.x).into(), pixels(place.y).into());
            }
        }
    }
    let mut canvas = Canvas { picture: &mut picture, scale };
    for &((left, top), (right, bottom)) in &page.marks {
        let corners = [(left, top), (right + 2.0, top), (right + 2.0, bottom + 2.0), (left, bottom + 2.0)];
        canvas.shape(&corners, Rgb::BLACK);
    }
    let per_metre = (dpi * 10_000 + 127) / 254;
    Ok(true_color(picture.width(), Some(per_metre), png::ColorType::Rgb, picture.as_raw()))
}

fn draw(place: &Place<'_>, canvas: &mut Canvas<'_>) {
    for item in &place.side.items {
        match item {
            Item::Shape { corners, color } => canvas.shape(corners, *color),
            Item::Text { line, size, x, y } => {
                let scale = size / UNITS;
                canvas.fill(line.outline(), |px, py| (x + px * scale, y - py * scale), Rgb::BLACK);
            }
            Item::Symbol { x, y, module } => canvas.symbol(place.card, *x, *y, *module),
            Item::Picture { mark, x, y, width, height } => canvas.mark(mark, *x, *y, *width, *height),
        }
    }
}

struct Canvas<'p> {
    picture: &'p mut RgbImage,
    /// Pixels a tenth of a millimetre.
    scale: f32,
}

impl Canvas<'_> {
    fn shape(&mut self, corners: &[(f32, f32)], color: Rgb) {
        let mut path: Vec<PathElement> = corners.iter().map(|&(x, y)| PathElement::LineTo { x, y }).collect();
        if let Some(&(x, y)) = corners.first() {
            path.insert(0, PathElement::MoveTo { x, y });
        }
        path.push(PathElement::Close);
        self.fill(path, |x, y| (x, y), color);
    }

    /// Fills an outline with soft edges; `at` says where its points are on the page.
    fn fill(&mut self, path: Vec<PathElement>, at: impl Fn(f32, f32) -> (f32, f32), color: Rgb) {
        let scale = self.scale;
        let path: Vec<PathElement> = path
            .into_iter()
            .map(|element| {
                moved(element, |x, y| {
                    let (x, y) = at(x, y);
                    (x * scale, y * scale)
                })
            })
            .collect();
        let points: Vec<Point> = path.iter().flat_map(points).collect();
        let edge = |part: fn(&Point) -> f32, pick: fn(f32, f32) -> f32| points.iter().map(part).reduce(pick);
        let (Some(left), Some(right)) = (edge(|p| p.x, f32::min), edge(|p| p.x, f32::max)) else { return };
        let (Some(top), Some(bottom)) = (edge(|p| p.y, f32::min), edge(|p| p.y, f32::max)) else { return };
        // The layout keeps everything on the page; what a font might put beside it is cut off.
        let (left, top) = (left.floor().max(0.0), top.floor().max(0.0));
        let width = (right.ceil() - left).clamp(1.0, self.picture.width() as f32) as usize;
        let height = (bottom.ceil() - top).clamp(1.0, self.picture.height() as f32) as usize;

        let mut rasterizer = Rasterizer::new(width + 1, height + 1);
        let on =
            |x: f32, y: f32| point((x - left).clamp(0.0, width as f32), (y - top).clamp(0.0, height as f32));
        let (mut start, mut pen) = (on(left, top), on(left, top));
        for element in path {
            match element {
                PathElement::MoveTo { x, y } => {
                    pen = on(x, y);
                    start = pen;
                }
                PathElement::LineTo { x, y } => {
                    rasterizer.draw_line(pen, on(x, y));
                    pen = on(x, y);
                }
                PathElement::QuadTo { cx0, cy0, x, y } => {
                    rasterizer.draw_quad(pen, on(cx0, cy0), on(x, y));
                    pen = on(x, y);
                }
                PathElement::CurveTo { cx0, cy0, cx1, cy1, x, y } => {
                    rasterizer.draw_cubic(pen, on(cx0, cy0), on(cx1, cy1), on(x, y));
                    pen = on(x, y);
                }
                PathElement::Close => {
                    rasterizer.draw_line(pen, start);
                    pen = start;
                }
            }
        }
        rasterizer.for_each_pixel_2d(|x, y, coverage| {
            let alpha = (coverage.abs().min(1.0) * 255.0 + 0.5) as u8;
            if alpha > 0
                && let Some(pixel) = self.picture.get_pixel_mut_checked(left as u32 + x, top as u32 + y)
            {
                blend(pixel, [color.red, color.green, color.blue], alpha);
            }
        });
    }

    /// The symbol as large as it is on paper: each line between modules on the pixel nearest to it, so that no edge is
    /// soft and the whole is no smaller at one resolution than at another.
    fn symbol(&mut self, card: &Sticker, x: f32, y: f32, module: f32) {
        let symbol: &Symbol = &card.symbol;
        let line = |from: f32, i: u32| ((from + module * i as f32) * self.scale).round() as u32;
        for row in 0..symbol.side() {
            let mut edges = symbol.edges(row);
            while let (Some(start), Some(end)) = (edges.next(), edges.next()) {
                for py in line(y, row)..line(y, row + 1) {
                    for px in line(x, start)..line(x, end) {
                        if let Some(pixel) = self.picture.get_pixel_mut_checked(px, py) {
                            *pixel = Pixel([0; 3]);
                        }
                    }
                }
            }
        }
    }

    fn mark(&mut self, mark: &Mark, x: f32, y: f32, width: f32, height: f32) {
        let (x, y, width, height) = layout::contain(mark.picture.dimensions(), x, y, width, height);
        let pixels = |length: f32| ((length * self.scale + 0.5) as u32).max(1);
        let small = imageops::resize(&*mark.picture, pixels(width), pixels(height), FilterType::CatmullRom);
        let (left, top) = ((x * self.scale) as u32, (y * self.scale) as u32);
        for (x, y, from) in small.enumerate_pixels() {
            if let Some(pixel) = self.picture.get_pixel_mut_checked(left + x, top + y) {
                let [red, green, blue, alpha] = from.0;
                blend(pixel, [red, green, blue], alpha);
            }
        }
    }
}

/// The points of a path element, those beside the line as well.
fn points(element: &PathElement) -> Vec<Point> {
    match *element {
        PathElement::MoveTo { x, y } | PathElement::LineTo { x, y } => vec![point(x, y)],
        PathElement::QuadTo { cx0, cy0, x, y } => vec![point(cx0, cy0), point(x, y)],
        PathElement::CurveTo { cx0, cy0, cx1, cy1, x, y } => {
            vec![point(cx0, cy0), point(cx1, cy1), point(x, y)]
        }
        PathElement::Close => Vec::new(),
    }
}

fn blend(pixel: &mut Pixel<u8>, color: [u8; 3], alpha: u8) {
    for (ground, part) in pixel.0.iter_mut().zip(color) {
        *ground = over(part, alpha, *ground);
    }
}
