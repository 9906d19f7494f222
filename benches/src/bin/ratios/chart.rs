//! A page of SVG to draw on. Colours follow the reader's light or dark scheme; fonts are whatever there is.

/// What is drawn so far.
pub(crate) struct Chart {
    width: f64,
    height: f64,
    body: String,
}

const STYLE: &str = "\
text{font-family:system-ui,sans-serif;font-size:13px;fill:#1f2328}
.title{font-size:16px;font-weight:600}
.dim{fill:#59636e}
.start{text-anchor:start}.middle{text-anchor:middle}.end{text-anchor:end}
.page{fill:#fff}
.grid{stroke:#d1d9e0;stroke-width:1}
.a{fill:#0550ae}.b{fill:#bc4c00}
.dot{fill:#59636e}
.ring{fill:#fff;stroke:#1f2328;stroke-width:2}
.line{fill:none;stroke-width:2}.line.a{fill:none;stroke:#0550ae}.line.b{fill:none;stroke:#bc4c00}
.dashed{stroke-dasharray:5 4}
.strong{font-weight:600}
@media (prefers-color-scheme:dark){
text{fill:#f0f6fc}
.dim{fill:#9198a1}
.page{fill:#0d1117}
.grid{stroke:#3d444d}
.a{fill:#79c0ff}.b{fill:#ffa657}
.dot{fill:#9198a1}
.ring{fill:#0d1117;stroke:#f0f6fc}
.line.a{stroke:#79c0ff}.line.b{stroke:#ffa657}
}";

impl Chart {
    pub(crate) fn new(width: f64, height: f64) -> Chart {
        Chart { width, height, body: String::new() }
    }

    pub(crate) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let ((x1, y1), (x2, y2)) = (from, to);
        self.body += &format!(
            "<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>\n"
        );
    }

    pub(crate) fn polyline(&mut self, class: &str, points: &[(f64, f64)]) {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        self.body += &format!("<polyline class=\"{class}\" points=\"{}\"/>\n", points.join(" "));
    }

    pub(crate) fn circle(&mut self, class: &str, at: (f64, f64), radius: f64) {
        let (x, y) = at;
        self.body += &format!("<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\"/>\n");
    }

    /// `class` has `start`, `middle` or `end` in it: where the text stands, seen from `at`.
    pub(crate) fn text(&mut self, class: &str, at: (f64, f64), text: &str) {
        let (x, y) = at;
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        self.body += &format!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{text}</text>\n");
    }

    /// The whole document; `title` is what a screen reader says.
    pub(crate) fn finish(self, title: &str) -> String {
        let Chart { width, height, body } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
             <title>{title}</title>\n<style>\n{STYLE}\n</style>\n\
             <rect class=\"page\" width=\"{width}\" height=\"{height}\"/>\n{body}</svg>\n"
        )
    }
}

/// Roughly how wide a text is.
pub(crate) fn text_width(text: &str) -> f64 {
    7.2 * text.chars().count() as f64
}

/// A time with its unit, to two or three figures.
pub(crate) fn time(ns: f64) -> String {
    let (value, unit) = match ns {
        ..1e3 => (ns, "ns"),
        ..1e6 => (ns / 1e3, "µs"),
        _ => (ns / 1e6, "ms"),
    };
    if value < 10.0 { format!("{value:.1} {unit}") } else { format!("{value:.0} {unit}") }
}
