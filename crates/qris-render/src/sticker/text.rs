//! Lines of text as glyphs: which font has them, in which direction they run, where they break.

use std::ops::Range;
use std::sync::Arc;

use harfrust::font::glyph::outline::PathElement;
use unicode_bidi::BidiInfo;
use unicode_segmentation::UnicodeSegmentation;

use super::fonts::{Face, Fonts, Weight, is_shown, script};

/// Units of an em in [`Line::outline`]: a line of 10 mm is exact to 5 micrometres.
pub(super) const UNITS: f32 = 2000.0;

/// What a line of Latin letters takes above its baseline and below it, with some air.
const LATIN: (f32, f32) = (0.96, 0.28);

/// A line of text, set from left to right at size 1.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) glyphs: Vec<Glyph>,
    pub(super) width: f32,
    /// What it takes in height above its baseline and below it.
    pub(super) above: f32,
    pub(super) below: f32,
    /// Whether each glyph says what it stands for by itself, or a reader of PDF has to turn the order of writing anyway.
    pub(super) plain: bool,
}

/// A glyph at its place; lengths are em, y upwards.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    pub(super) face: Arc<Face>,
    pub(super) id: u16,
    pub(super) x: f32,
    pub(super) y: f32,
    /// The characters it stands for; empty for the second and later glyph of the same ones.
    pub(super) of: Range<usize>,
    /// How far the pen moved.
    advance: f32,
}

/// The characters of a text of which no font has a picture, as often as they are there.
pub(super) fn missing<'a>(text: &'a str, weight: Weight, fonts: &'a Fonts) -> impl Iterator<Item = char> {
    let drawn = move |part: &str| part.chars().all(is_shown) && face_of(part, weight, fonts).is_some();
    let clusters = text.graphemes(true).filter(move |cluster| !drawn(cluster));
    clusters.flat_map(str::chars).filter(move |c| !drawn(c.encode_utf8(&mut [0; 4])))
}

fn face_of<'a>(cluster: &str, weight: Weight, fonts: &'a Fonts) -> Option<&'a Arc<Face>> {
    fonts.faces(weight).find(|face| face.draws(cluster))
}

impl Line {
    /// Sets a text; characters without a picture are left out.
    pub(super) fn set(text: &str, weight: Weight, fonts: &Fonts) -> Line {
        let (above, below) = LATIN;
        let (text_of_line, glyphs) = (text.to_owned(), Vec::new());
        let mut line = Line { text: text_of_line, glyphs, width: 0.0, above, below, plain: true };
        let bidi = BidiInfo::new(text, None);
        for paragraph in &bidi.paragraphs {
            let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
            for run in runs {
                let right_to_left = levels.get(run.start).is_some_and(|level| level.is_rtl());
                let mut pieces = pieces(text, run, weight, fonts);
                if right_to_left {
                    pieces.reverse();
                }
                for (range, face) in pieces {
                    line.add(&range, face, right_to_left);
                }
            }
        }
        line
    }

    fn add(&mut self, range: &Range<usize>, face: &Arc<Face>, right_to_left: bool) {
        let (above, below) = face.height();
        (self.above, self.below) = (self.above.max(above), self.below.max(below));
        let text = self.text.get(range.clone()).unwrap_or_default();
        let shaped = face.shape(text, range.start, right_to_left);
        // Where the characters of each glyph end: where those of the next one begin.
        let mut starts: Vec<usize> = shaped.iter().map(|glyph| glyph.at).collect();
        starts.sort_unstable();
        starts.dedup();
        let mut before = None;
        for glyph in shaped {
            let end = starts.iter().copied().find(|&start| start > glyph.at).unwrap_or(range.end);
            let of = if before == Some(glyph.at) { end..end } else { glyph.at..end };
            before = Some(glyph.at);
            self.plain &= right_to_left || !of.is_empty();
            let (x, y) = (self.width + glyph.x, glyph.y);
            self.glyphs.push(Glyph { face: face.clone(), id: glyph.id, x, y, of, advance: glyph.advance });
            self.width += glyph.advance;
        }
    }

    /// The outline in [`UNITS`] an em, with the baseline at 0 and y upwards.
    pub(super) fn outline(&self) -> Vec<PathElement> {
        let mut path = Vec::new();
        for glyph in &self.glyphs {
            let scale = UNITS / glyph.face.units();
            let at = |x: f32, y: f32| (glyph.x * UNITS + x * scale, glyph.y * UNITS + y * scale);
            path.extend(glyph.face.outline(glyph.id).into_iter().map(|element| moved(element, at)));
        }
        path
    }
}

/// A path element with other coordinates.
pub(super) fn moved(element: PathElement, at: impl Fn(f32, f32) -> (f32, f32)) -> PathElement {
    match element {
        PathElement::MoveTo { x, y } => {
            let (x, y) = at(x, y);
            PathElement::MoveTo { x, y }
        }
        PathElement::LineTo { x, y } => {
            let (x, y) = at(x, y);
            PathElement::LineTo { x, y }
        }
        PathElement::QuadTo { cx0, cy0, x, y } => {
            let ((cx0, cy0), (x, y)) = (at(cx0, cy0), at(x, y));
            PathElement::QuadTo { cx0, cy0, x, y }
        }
        PathElement::CurveTo { cx0, cy0, cx1, cy1, x, y } => {
            let ((cx0, cy0), (cx1, cy1), (x, y)) = (at(cx0, cy0), at(cx1, cy1), at(x, y));
            PathElement::CurveTo { cx0, cy0, cx1, cy1, x, y }
        }
        PathElement::Close => PathElement::Close,
    }
}

/// A run of text cut where the font or the script changes, in the order it is written.
fn pieces<'a>(
    text: &str,
    run: Range<usize>,
    weight: Weight,
    fonts: &'a Fonts,
) -> Vec<(Range<usize>, &'a Arc<Face>)> {
    let mut pieces: Vec<(Range<usize>, &'a Arc<Face>)> = Vec::new();
    let mut current = None;
    let mut add = |start: usize, part: &str, face: &'a Arc<Face>| {
        let range = start..start + part.len();
        let script = part.chars().find_map(script);
        match pieces.last_mut() {
            Some((last, of))
                if Arc::ptr_eq(of, face)
                    && last.end == range.start
                    && (script.is_none() || current.is_none() || script == current) =>
            {
                last.end = range.end;
                current = current.or(script);
            }
            _ => {
                pieces.push((range, face));
                current = script;
            }
        }
    };
    for (at, cluster) in text.get(run.clone()).unwrap_or_default().grapheme_indices(true) {
        if let Some(face) = face_of(cluster, weight, fonts) {
            add(run.start + at, cluster, face);
            continue;
        }
        // A letter and a mark that no font has together.
        for (within, part) in cluster.char_indices() {
            if let Some(face) = face_of(part.encode_utf8(&mut [0; 4]), weight, fonts) {
                add(run.start + at + within, part.encode_utf8(&mut [0; 4]), face);
            }
        }
    }
    pieces
}

/// A text set in lines of one size.
#[derive(Debug, Clone)]
pub(super) struct Fitted {
    pub(super) lines: Vec<Line>,
    pub(super) size: f32,
}

/// Sets a text on one line of at most `width`, at a size not above `largest`.
pub(super) fn fit_one(text: &str, weight: Weight, fonts: &Fonts, width: f32, largest: f32) -> Fitted {
    let line = Line::set(text, weight, fonts);
    let size = largest.min(width / line.width.max(f32::MIN_POSITIVE));
    Fitted { lines: vec![line], size }
}

/// Sets a text in as few lines of at most `width` as it takes at a size not above `largest`: first the size is lowered
/// to `smallest`, then the text is broken between words into up to `lines` lines, then the size is lowered further and
/// words are broken, until it fits.
pub(super) fn fit(
    text: &str,
    weight: Weight,
    fonts: &Fonts,
    width: f32,
    largest: f32,
    smallest: f32,
    lines: usize,
) -> Fitted {
    let single = fit_one(text, weight, fonts, width, largest);
    if single.size >= smallest || lines == 1 {
        return single;
    }
    let Some(line) = single.lines.first() else { return single };
    let widths = widths(line);
    let mut size = largest;
    loop {
        let fits = |range: &Range<usize>| width_of(&widths, range) * size <= width;
        let broken = wrap(text, fits, size <= smallest);
        if broken.len() <= lines && broken.iter().all(fits) {
            let set = |range| Line::set(text.get(range).unwrap_or_default(), weight, fonts);
            let lines: Vec<Line> = broken.into_iter().map(set).collect();
            // Letters that were joined may be wider where their word was broken.
            let widest = lines.iter().map(|line| line.width).fold(f32::MIN_POSITIVE, f32::max);
            return Fitted { lines, size: size.min(width / widest) };
        }
        size *= 0.96;
    }
}

/// The width of a line up to each byte of its text.
fn widths(line: &Line) -> Vec<f32> {
    let mut widths = vec![0.0; line.text.len() + 1];
    for glyph in &line.glyphs {
        // Further glyphs of the same characters begin where these end, and count for what is before.
        let at = if glyph.of.is_empty() { glyph.of.end } else { glyph.of.start + 1 };
        if let Some(width) = widths.get_mut(at) {
            *width += glyph.advance;
        }
    }
    let mut sum = 0.0;
    for width in &mut widths {
        sum += *width;
        *width = sum;
    }
    widths
}

fn width_of(widths: &[f32], range: &Range<usize>) -> f32 {
    let at = |byte: usize| widths.get(byte).copied().unwrap_or(0.0);
    at(range.end) - at(range.start)
}

/// Breaks between words, and inside those that are wider than a line when `anywhere` says so.
fn wrap(text: &str, fits: impl Fn(&Range<usize>) -> bool, anywhere: bool) -> Vec<Range<usize>> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    for word in text.split_whitespace() {
        let start = word.as_ptr().addr() - text.as_ptr().addr();
        let mut rest = start..start + word.len();
        if let Some(line) = lines.last_mut()
            && fits(&(line.start..rest.end))
        {
            line.end = rest.end;
            continue;
        }
        while anywhere && !fits(&rest) {
            // The word alone is too wide. One letter at least goes onto a line.
            let letters = text.get(rest.clone()).unwrap_or_default().grapheme_indices(true).skip(1);
            let ends = letters.map(|(at, _)| rest.start + at);
            let Some(end) = ends.take_while(|&end| fits(&(rest.start..end))).last() else { break };
            lines.push(rest.start..end);
            rest.start = end;
        }
        lines.push(rest);
    }
    lines
}

#[cfg(test)]
mod tests;
