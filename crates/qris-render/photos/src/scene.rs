//! Codes in front of a camera: where each is, how it is printed, and what lies around it.

use qris_render::{Level, Options, Symbol};
use qris_testkit::rng::SplitMix64;

use crate::canvas::{BLACK, Light, WHITE, mixed};
use crate::chance::Chance;

/// Names that nobody has.
const NAMES: [&str; 8] = [
    "WARUNG CONTOH",
    "Kedai Kopi Melati",
    "TOKO SUMBER REJEKI",
    "Bakso Pak Uji",
    "APOTEK SEHAT CONTOH",
    "Laundry Bersih",
    "RM SEDERHANA UJI",
    "Bengkel Maju Jaya 2",
];
const CITIES: [&str; 5] = ["JAKARTA PUSAT", "Bandung", "SURABAYA", "KOTA DEPOK", "Denpasar"];

/// A payload of invented values, as long as those in circulation.
pub(crate) fn payload(random: &mut SplitMix64) -> String {
    let mut digits = |count: usize| -> String {
        (0..count).map(|_| random.one(&['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])).collect()
    };
    let (number, merchant, nmid) = (digits(10), digits(12), digits(13));
    let mpan = format!("93600914{number}");
    let mid = format!("TES{merchant}");
    let nmid = format!("ID{nmid}");
    let label = format!("INV{}", digits(8));
    let mut objects = vec![("00", "01".to_owned())];
    let dynamic = random.percent(50.0);
    objects.push(("01", if dynamic { "12" } else { "11" }.to_owned()));
    let inside = |parts: &[(&str, &str)]| -> String {
        parts.iter().map(|(id, value)| format!("{id}{:02}{value}", value.len())).collect()
    };
    objects.push(("26", inside(&[("00", "ID.CO.EXAMPLE.WWW"), ("01", &mpan), ("02", &mid), ("03", "UMI")])));
    objects.push(("51", inside(&[("00", "ID.CO.QRIS.WWW"), ("02", &nmid), ("03", "UMI")])));
    objects.push(("52", "5812".to_owned()));
    objects.push(("53", "360".to_owned()));
    if dynamic {
        objects.push(("54", format!("{}", 500 * (1 + random.next_u64() % 400))));
    }
    objects.push(("58", "ID".to_owned()));
    objects.push(("59", random.one(&NAMES).to_owned()));
    objects.push(("60", random.one(&CITIES).to_owned()));
    objects.push(("61", "10110".to_owned()));
    objects.push(("62", inside(&[("05", label.as_str()), ("07", "A01")][usize::from(!dynamic)..])));
    let covered: String =
        objects.iter().map(|(id, value)| format!("{id}{:02}{value}", value.len())).collect::<String>()
            + "6304";
    format!("{covered}{:04X}", qris_core::checksum(covered.as_bytes()))
}

/// How the modules look.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Modules {
    Square,
    /// Dots, finder patterns as rounded rings.
    Round,
    /// Squares that do not touch.
    Gaps,
}

/// A code and where it is.
#[derive(Clone)]
pub(crate) struct Code {
    pub(crate) payload: String,
    symbol: Symbol,
    /// From pixels to modules, with a divisor: a plane seen from anywhere.
    view: [f32; 9],
    /// Left, top, right and bottom of where it is seen, in pixels.
    edges: [f32; 4],
    pub(crate) modules: Modules,
    pub(crate) dark: Light,
    pub(crate) light: Light,
    /// Light modules around it.
    pub(crate) quiet: f32,
    /// The radius of the cup it is stuck on, in modules.
    pub(crate) cup: Option<f32>,
    /// What covers it: left, top, right, bottom in modules, and its light.
    pub(crate) covers: Vec<([f32; 4], Light)>,
}

impl Code {
    /// A code of a random payload.
    pub(crate) fn new(level: Level, random: &mut SplitMix64) -> Code {
        let payload = payload(random);
        let sealed = qris_core::Sealed::parse(&payload).expect("its CRC is right");
        let symbol = Symbol::new(&sealed, Options { level, ..Options::default() }).expect("it is short");
        Code {
            payload,
            symbol,
            view: [0.0; 9],
            edges: [0.0; 4],
            modules: Modules::Square,
            dark: BLACK,
            light: WHITE,
            quiet: 4.0,
            cup: None,
            covers: Vec::new(),
        }
    }

    /// Modules on a side.
    pub(crate) fn side(&self) -> f32 {
        self.symbol.side() as f32
    }

    /// With its quiet zone.
    pub(crate) fn whole(&self) -> f32 {
        self.side() + 2.0 * self.quiet
    }

    /// Puts it flat in front of the camera: its middle there, so many pixels a module, turned so far.
    pub(crate) fn flat(mut self, middle: [f32; 2], module: f32, turn: f32) -> Code {
        let half = self.side() / 2.0;
        let (sin, cos) = turn.sin_cos();
        let corner = |x: f32, y: f32| {
            let (x, y) = (x * half * module, y * half * module);
            [middle[0] + x * cos - y * sin, middle[1] + x * sin + y * cos]
        };
        self.pin([corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)]);
        self
    }

    /// Puts the corners of the symbol there: top left, top right, bottom right, bottom left.
    pub(crate) fn pin(&mut self, corners: [[f32; 2]; 4]) {
        let side = self.side();
        let to_pixels = square_to(corners);
        let scaled =
            [0, 1, 2, 3, 4, 5, 6, 7, 8].map(|i| if i % 3 == 2 { to_pixels[i] } else { to_pixels[i] / side });
        self.view = inverse(scaled);
        // The quiet zone is outside of the corners, and a cup turns away.
        let reach = self.quiet * 1.5 + 1.0;
        let at = |x: f32, y: f32| project(&scaled, x, y);
        let outer = [
            at(-reach, -reach),
            at(side + reach, -reach),
            at(side + reach, side + reach),
            at(-reach, side + reach),
        ];
        let all = |i: usize, pick: fn(f32, f32) -> f32| {
            outer.iter().map(|corner| corner[i]).reduce(pick).unwrap_or_default()
        };
        self.edges = [all(0, f32::min), all(1, f32::min), all(0, f32::max), all(1, f32::max)];
    }

    /// What is seen of it at a place of the picture, if anything.
    pub(crate) fn at(&self, x: f32, y: f32) -> Option<Light> {
        let [left, top, right, bottom] = self.edges;
        if x < left || x > right || y < top || y > bottom {
            return None;
        }
        let [mut u, mut v] = project(&self.view, x, y);
        let side = self.side();
        if let Some(radius) = self.cup {
            let across = u - side / 2.0;
            if across.abs() >= radius {
                return None;
            }
            let angle = (across / radius).asin();
            u = side / 2.0 + angle * radius;
            // Seen from a little above: what is nearer is lower.
            v -= radius * 0.25 * (angle.cos() - 1.0);
        }
        let within = |at: f32| at >= -self.quiet && at < side + self.quiet;
        if !within(u) || !within(v) {
            return None;
        }
        let cover = self
            .covers
            .iter()
            .find(|([left, top, right, bottom], _)| u >= *left && u < *right && v >= *top && v < *bottom);
        if let Some((_, light)) = cover {
            return Some(*light);
        }
        Some(if self.is_dark(u, v) { self.dark } else { self.light })
    }

    fn is_dark(&self, u: f32, v: f32) -> bool {
        let side = self.side();
        if u < 0.0 || v < 0.0 || u >= side || v >= side {
            return false;
        }
        let dark = self.symbol.is_dark(u as u32, v as u32);
        let (x, y) = (u.fract() - 0.5, v.fract() - 0.5);
        match self.modules {
            Modules::Square => dark,
            Modules::Gaps => dark && x.abs().max(y.abs()) < 0.42,
            Modules::Round => match self.in_finder(u, v) {
                Some((x, y)) => {
                    // A ring and a stone with round corners.
                    let rounded = |half: f32, corner: f32| {
                        let (x, y) = ((x.abs() - half + corner).max(0.0), (y.abs() - half + corner).max(0.0));
                        x.hypot(y) < corner
                    };
                    (rounded(3.5, 1.6) && !rounded(2.5, 1.0)) || rounded(1.5, 0.8)
                }
                None => dark && x.hypot(y) < 0.46,
            },
        }
    }

    /// Where in a finder pattern a place is, from its middle.
    fn in_finder(&self, u: f32, v: f32) -> Option<(f32, f32)> {
        let side = self.side();
        let near = |at: f32| {
            if at < 7.0 {
                Some(at - 3.5)
            } else if at >= side - 7.0 {
                Some(at - side + 3.5)
            } else {
                None
            }
        };
        let (x, y) = (near(u)?, near(v)?);
        (u < 7.0 || v < 7.0).then_some((x, y))
    }
}

/// What is seen at a place: the codes before what is behind them.
pub(crate) fn seen(codes: &[Code], x: f32, y: f32, behind: impl Fn(f32, f32) -> Light) -> Light {
    codes.iter().find_map(|code| code.at(x, y)).unwrap_or_else(|| behind(x, y))
}

fn project(matrix: &[f32; 9], x: f32, y: f32) -> [f32; 2] {
    let [a, b, c, d, e, f, g, h, i] = *matrix;
    let below = g * x + h * y + i;
    [(a * x + b * y + c) / below, (d * x + e * y + f) / below]
}

/// From the unit square to four corners (Heckbert 1989, 2.2.2).
fn square_to(corners: [[f32; 2]; 4]) -> [f32; 9] {
    let [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = corners;
    let (sx, sy) = (x0 - x1 + x2 - x3, y0 - y1 + y2 - y3);
    let (dx1, dx2, dy1, dy2) = (x1 - x2, x3 - x2, y1 - y2, y3 - y2);
    let below = dx1 * dy2 - dx2 * dy1;
    let (g, h) = ((sx * dy2 - dx2 * sy) / below, (dx1 * sy - sx * dy1) / below);
    [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1.0]
}

fn inverse(m: [f32; 9]) -> [f32; 9] {
    let [a, b, c, d, e, f, g, h, i] = m;
    let all = [
        e * i - f * h,
        c * h - b * i,
        b * f - c * e,
        f * g - d * i,
        a * i - c * g,
        c * d - a * f,
        d * h - e * g,
        b * g - a * h,
        a * e - b * d,
    ];
    let whole = a * all[0] + b * all[3] + c * all[6];
    all.map(|part| part / whole)
}

/// Grain of paper, wood or stone: the same at each place, smooth over so many pixels.
pub(crate) fn grain(x: f32, y: f32, pixels: f32, seed: u64) -> f32 {
    let at = |x: i64, y: i64| {
        let mut bits = (x as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
            ^ (y as u64).wrapping_mul(0xC2B2_AE3D_27D4_EB4F)
            ^ seed;
        bits = (bits ^ bits >> 31).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        (bits >> 40) as f32 / (1u64 << 24) as f32 - 0.5
    };
    let (x, y) = (x / pixels, y / pixels);
    let (left, top) = (x.floor(), y.floor());
    let smooth = |share: f32| share * share * (3.0 - 2.0 * share);
    let (sx, sy) = (smooth(x - left), smooth(y - top));
    let (left, top) = (left as i64, top as i64);
    let row = |y| at(left, y) + (at(left + 1, y) - at(left, y)) * sx;
    row(top) + (row(top + 1) - row(top)) * sy
}

/// A counter of wood or stone.
pub(crate) fn counter(tone: f32, seed: u64) -> impl Fn(f32, f32) -> Light {
    move |x, y| {
        let value = tone + 50.0 * grain(x, y * 0.2, 40.0, seed) + 20.0 * grain(x, y, 5.0, seed ^ 7);
        mixed(BLACK, [255.0, 235.0, 205.0], (value / 255.0).clamp(0.0, 1.0))
    }
}
