//! One scene for each kind.

use qris_render::Level;
use qris_testkit::rng::SplitMix64;

use crate::Kind;
use crate::canvas::{BLACK, Canvas, Light, WHITE, grey, mixed};
use crate::chance::Chance;
use crate::file::Format;
use crate::scene::{Code, Modules, counter, grain, seen};
use crate::screen;

/// A scene as it was taken, and how it is kept.
pub(crate) struct Shot {
    pub(crate) canvas: Canvas,
    pub(crate) format: Format,
    pub(crate) payloads: Vec<String>,
}

pub(crate) fn shot(kind: Kind, n: usize, random: &mut SplitMix64) -> Shot {
    match kind {
        Kind::Clean => clean(random),
        Kind::Perspective => perspective(random),
        Kind::Rotation => rotation(random),
        Kind::Blur => blur(random),
        Kind::Motion => motion(random),
        Kind::Noise => noise(random),
        Kind::LowContrast => low_contrast(random),
        Kind::UnevenLight => uneven_light(random),
        Kind::Glare => glare(random),
        Kind::Jpeg => jpeg(random),
        Kind::Small => small(random, 2.0, 3.0),
        Kind::Tiny => small(random, 1.3, 2.1),
        Kind::Inverted => inverted(random),
        Kind::Occluded => occluded(random),
        Kind::Curved => curved(random),
        Kind::Moire => screen::moire(random),
        Kind::Several => several(random),
        Kind::LargeWithSmall => large_with_small(random),
        Kind::TwelveMegapixels => twelve_megapixels(random),
        Kind::Realistic => realistic(random),
        Kind::Wallet => screen::wallet(random),
        Kind::Chat => screen::chat(random),
        Kind::RoundModules => round_modules(random),
        Kind::Thermal => thermal(random),
        Kind::Coloured => coloured(random),
        Kind::Formats => formats(n, random),
    }
}

pub(crate) fn level(random: &mut SplitMix64) -> Level {
    random.one(&[Level::L, Level::M, Level::M, Level::Q, Level::H])
}

fn photo_quality(random: &mut SplitMix64) -> Format {
    Format::Jpeg(random.within(80.0..95.0) as u8)
}

/// One code in the middle of a picture, with some of what is around it.
fn alone(code: &Code, module: f32, around: f32, random: &mut SplitMix64) -> (usize, usize, [f32; 2]) {
    let side = code.whole() * module;
    let (width, height) = (side * random.within(1.05..around), side * random.within(1.05..around));
    let spare = |room: f32, random: &mut SplitMix64| room / 2.0 + (room - side) * random.within(-0.4..0.4);
    (width as usize, height as usize, [spare(width, random), spare(height, random)])
}

fn taken(codes: &[Code], width: usize, height: usize, behind: impl Fn(f32, f32) -> Light) -> Canvas {
    Canvas::seen(width, height, 3, |x, y| seen(codes, x, y, &behind))
}

fn kept(canvas: Canvas, format: Format, codes: &[Code]) -> Shot {
    Shot { canvas, format, payloads: codes.iter().map(|code| code.payload.clone()).collect() }
}

/// A code on paper in front of the camera, turned a little.
fn on_paper(module: f32, level: Level, around: f32, random: &mut SplitMix64) -> (Canvas, Vec<Code>) {
    let code = Code::new(level, random);
    let (width, height, middle) = alone(&code, module, around, random);
    let turn = random.within(-0.12..0.12);
    let code = [code.flat(middle, module, turn)];
    let (tone, seed) = (random.within(90.0..170.0), random.next_u64());
    let canvas = taken(&code, width, height, counter(tone, seed));
    (canvas, code.into())
}

fn clean(random: &mut SplitMix64) -> Shot {
    let code = Code::new(level(random), random);
    let module = random.within(4.0..10.99).floor();
    let side = (code.whole() * module) as usize;
    let code = [code.flat([side as f32 / 2.0; 2], module, 0.0)];
    let canvas = Canvas::seen(side, side, 1, |x, y| seen(&code, x, y, |_, _| WHITE));
    kept(canvas, Format::Png, &code)
}

fn perspective(random: &mut SplitMix64) -> Shot {
    let mut code = Code::new(level(random), random);
    let module = random.within(5.0..9.0);
    let side = code.side() * module;
    let room = side * 1.5;
    let near = random.within(0.12..0.3);
    let first = (random.next_u64() % 4) as usize;
    let corners = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
    let pinned = [0, 1, 2, 3].map(|i: usize| {
        // One side is further away, so shorter; and no hand is steady.
        let far = if i == first || i == (first + 1) % 4 { near } else { 0.0 };
        corners[i]
            .map(|at: f32| room / 2.0 + (at - 0.5) * side * (1.0 - far) + side * random.within(-0.04..0.04))
    });
    code.pin(pinned);
    let code = [code];
    let (tone, seed) = (random.within(90.0..170.0), random.next_u64());
    let canvas = taken(&code, room as usize, room as usize, counter(tone, seed)).blurred(0.7);
    kept(canvas, photo_quality(random), &code)
}

fn rotation(random: &mut SplitMix64) -> Shot {
    let code = Code::new(level(random), random);
    let module = random.within(4.0..8.0);
    let room = code.whole() * module * 1.45;
    let code = [code.flat([room / 2.0; 2], module, random.within(0.0..std::f32::consts::TAU))];
    let (tone, seed) = (random.within(90.0..170.0), random.next_u64());
    let canvas = taken(&code, room as usize, room as usize, counter(tone, seed));
    kept(canvas, photo_quality(random), &code)
}

fn blur(random: &mut SplitMix64) -> Shot {
    let module = random.within(4.0..9.0);
    let level = level(random);
    let (canvas, code) = on_paper(module, level, 1.5, random);
    let mut canvas = canvas.blurred(module * random.within(0.4..0.8));
    canvas.noisy(2.0, random);
    kept(canvas, photo_quality(random), &code)
}

fn motion(random: &mut SplitMix64) -> Shot {
    let module = random.within(5.0..9.0);
    let level = level(random);
    let (canvas, code) = on_paper(module, level, 1.5, random);
    let (length, angle) = (module * random.within(0.5..1.3), random.within(0.0..std::f32::consts::PI));
    let mut canvas = canvas.moved(length, angle);
    canvas.noisy(2.0, random);
    kept(canvas, photo_quality(random), &code)
}

fn noise(random: &mut SplitMix64) -> Shot {
    let module = random.within(4.0..8.0);
    let level = level(random);
    let (mut canvas, code) = on_paper(module, level, 1.4, random);
    canvas = canvas.blurred(0.6);
    canvas.between(30.0, 200.0);
    canvas.noisy(random.within(15.0..40.0), random);
    kept(canvas, photo_quality(random), &code)
}

fn low_contrast(random: &mut SplitMix64) -> Shot {
    let module = random.within(4.0..8.0);
    let level = level(random);
    let (mut canvas, code) = on_paper(module, level, 1.4, random);
    canvas = canvas.blurred(0.6);
    let (dark, more) = (random.within(40.0..150.0), random.within(18.0..50.0));
    canvas.between(dark, dark + more);
    canvas.noisy(random.within(1.0..3.0), random);
    kept(canvas, photo_quality(random), &code)
}

/// Light from one side, and the edge of a shadow.
fn lit(canvas: &mut Canvas, least: f32, random: &mut SplitMix64) {
    let (width, height) = (canvas.width as f32, canvas.height as f32);
    let (sin, cos) = random.within(0.0..std::f32::consts::TAU).sin_cos();
    let (edge, shade) = (random.within(-0.3..0.3), random.within(0.35..0.7));
    let soft = random.within(0.01..0.08);
    canvas.each(|x, y, light| {
        let along = (x / width - 0.5) * cos + (y / height - 0.5) * sin;
        let across = (y / height - 0.5) * cos - (x / width - 0.5) * sin;
        let lamp = least + (1.0 - least) * (along + 0.7) / 1.4;
        let shadow = shade + (1.0 - shade) * ((across - edge) / soft).clamp(0.0, 1.0);
        light.map(|part| part * lamp.clamp(0.0, 1.0) * shadow)
    });
}

fn uneven_light(random: &mut SplitMix64) -> Shot {
    let module = random.within(4.0..8.0);
    let level = level(random);
    let (mut canvas, code) = on_paper(module, level, 1.5, random);
    canvas = canvas.blurred(0.7);
    let least = random.within(0.08..0.3);
    lit(&mut canvas, least, random);
    canvas.noisy(2.0, random);
    kept(canvas, photo_quality(random), &code)
}

fn glare(random: &mut SplitMix64) -> Shot {
    let module = random.within(5.0..9.0);
    let level = random.one(&[Level::M, Level::Q, Level::H]);
    let (mut canvas, code) = on_paper(module, level, 1.4, random);
    canvas.between(25.0, 215.0);
    let at = [canvas.width as f32, canvas.height as f32].map(|room| room * random.within(0.35..0.65));
    let (wide, high) = (module * random.within(3.0..6.5), module * random.within(3.0..6.5));
    let strength = random.within(200.0..500.0);
    canvas.each(|x, y, light| {
        let away = ((x - at[0]) / wide).powi(2) + ((y - at[1]) / high).powi(2);
        light.map(|part| part + strength * (-away).exp())
    });
    canvas = canvas.blurred(0.8);
    canvas.noisy(2.0, random);
    kept(canvas, photo_quality(random), &code)
}

fn jpeg(random: &mut SplitMix64) -> Shot {
    let module = random.within(3.0..5.0);
    let level = level(random);
    let (canvas, code) = on_paper(module, level, 1.4, random);
    kept(canvas, Format::Jpeg(random.within(34.0..60.0) as u8), &code)
}

fn small(random: &mut SplitMix64, least: f32, most: f32) -> Shot {
    let code = Code::new(random.one(&[Level::L, Level::M, Level::Q]), random);
    let module = random.within(least..most);
    let (width, height, middle) = alone(&code, module, 1.6, random);
    let code = [code.flat(middle, module, 0.0)];
    let ground = random.within(150.0..255.0);
    let canvas = Canvas::seen(width, height, 6, |x, y| seen(&code, x, y, |_, _| grey(ground)));
    let format =
        if random.percent(50.0) { Format::Png } else { Format::Jpeg(random.within(85.0..95.0) as u8) };
    kept(canvas, format, &code)
}

fn inverted(random: &mut SplitMix64) -> Shot {
    let mut code = Code::new(level(random), random);
    let ink = random.within(0.0..60.0);
    (code.dark, code.light) = (grey(random.within(190.0..255.0)), grey(ink));
    let module = random.within(3.0..8.0);
    let (width, height, middle) = alone(&code, module, 1.5, random);
    let turn = if random.percent(50.0) { 0.0 } else { random.within(-0.2..0.2) };
    let code = [code.flat(middle, module, turn)];
    let canvas = taken(&code, width, height, |_, _| grey(ink));
    kept(canvas, photo_quality(random), &code)
}

fn occluded(random: &mut SplitMix64) -> Shot {
    let level = random.one(&[Level::M, Level::Q, Level::H]);
    let mut code = Code::new(level, random);
    let side = code.side();
    // The share that a level restores, halved, and halved again as a byte is lost by one module of its eight.
    let share = match level {
        Level::H => 0.07,
        Level::Q => 0.055,
        _ => 0.035,
    };
    let area = side * side * share;
    let wide = random.within(0.6..1.6) * area.sqrt();
    let high = area / wide;
    // Anywhere but on the finder patterns and the lines between them.
    let at = [random.within(9.0..side - wide - 2.0), random.within(9.0..side - high - 9.0)];
    let tone = random.one(&[grey(255.0), [190.0, 140.0, 110.0], grey(20.0)]);
    code.covers.push(([at[0], at[1], at[0] + wide, at[1] + high], tone));
    let module = random.within(4.0..8.0);
    let (width, height, middle) = alone(&code, module, 1.4, random);
    let code = [code.flat(middle, module, random.within(-0.15..0.15))];
    let (tone, seed) = (random.within(90.0..170.0), random.next_u64());
    let canvas = taken(&code, width, height, counter(tone, seed)).blurred(0.6);
    kept(canvas, photo_quality(random), &code)
}

fn curved(random: &mut SplitMix64) -> Shot {
    let mut code = Code::new(random.one(&[Level::M, Level::Q, Level::H]), random);
    code.cup = Some(code.side() * random.within(0.45..1.1));
    let module = random.within(5.0..9.0);
    let (width, height, middle) = alone(&code, module, 1.4, random);
    let code = [code.flat(middle, module, random.within(-0.1..0.1))];
    let mut canvas =
        taken(&code, width, height, |x, y| grey(205.0 + 20.0 * grain(x, y, 30.0, 3))).blurred(0.6);
    let middle = width as f32 / 2.0;
    canvas.each(|x, _, light| light.map(|part| part * (1.0 - 0.35 * ((x - middle) / middle).powi(2))));
    kept(canvas, photo_quality(random), &code)
}

fn several(random: &mut SplitMix64) -> Shot {
    let count = 2 + (random.next_u64() % 5) as usize;
    let columns = if count > 4 { 3 } else { 2 };
    let module = random.within(3.5..6.0);
    let codes: Vec<Code> = (0..count).map(|_| Code::new(level(random), random)).collect();
    let cell = codes.iter().map(Code::whole).fold(0.0, f32::max) * module * 1.15;
    let placed: Vec<Code> = codes
        .into_iter()
        .enumerate()
        .map(|(i, code)| {
            let middle = [i % columns, i / columns]
                .map(|at| (at as f32 + 0.5) * cell + random.within(-0.04..0.04) * cell);
            code.flat(middle, module * random.within(0.85..1.0), random.within(-0.08..0.08))
        })
        .collect();
    let (width, height) = (cell * columns as f32, cell * count.div_ceil(columns) as f32);
    let (tone, seed) = (random.within(90.0..170.0), random.next_u64());
    let canvas = taken(&placed, width as usize, height as usize, counter(tone, seed)).blurred(0.6);
    kept(canvas, photo_quality(random), &placed)
}

fn large_with_small(random: &mut SplitMix64) -> Shot {
    let (large, small) = (random.within(11.0..18.0), random.within(2.5..4.0));
    let (first, second) = (Code::new(level(random), random), Code::new(Level::M, random));
    let high = first.whole() * large;
    let beside = second.whole() * small;
    let width = high + beside * 1.3;
    let first = first.flat([high / 2.0, high / 2.0], large, random.within(-0.04..0.04));
    let second = second.flat(
        [high + beside * 0.65, random.within(beside * 0.6..high - beside * 0.6)],
        small,
        random.within(-0.04..0.04),
    );
    let codes = [first, second];
    let canvas = taken(&codes, width as usize, high as usize, |_, _| grey(235.0));
    kept(canvas, photo_quality(random), &codes)
}

fn twelve_megapixels(random: &mut SplitMix64) -> Shot {
    let code = Code::new(level(random), random);
    let module = random.within(6.0..16.0);
    let half = code.whole() * module * 0.75;
    let middle = [random.within(half..4000.0 - half), random.within(half..3000.0 - half)];
    let code = [code.flat(middle, module, random.within(0.0..std::f32::consts::TAU))];
    let (tone, seed) = (random.within(90.0..170.0), random.next_u64());
    let behind = counter(tone, seed);
    let mut canvas = Canvas::seen(4000, 3000, 2, |x, y| seen(&code, x, y, &behind)).blurred(1.5);
    canvas.noisy(4.0, random);
    kept(canvas, photo_quality(random), &code)
}

fn realistic(random: &mut SplitMix64) -> Shot {
    let mut code = Code::new(level(random), random);
    let module = random.within(4.0..8.0);
    let side = code.side() * module;
    let room = side * random.within(1.5..2.2);
    let (sin, cos) = random.within(-0.5f32..0.5).sin_cos();
    let corners = [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5f32]].map(|[x, y]| {
        let (x, y) = (x + random.within(-0.05..0.05), y + random.within(-0.05..0.05));
        [room / 2.0 + side * (x * cos - y * sin), room / 2.0 + side * (x * sin + y * cos)]
    });
    code.pin(corners);
    let code = [code];
    let (tone, seed) = (random.within(60.0..190.0), random.next_u64());
    let mut canvas = taken(&code, room as usize, room as usize, counter(tone, seed));
    canvas = canvas.blurred(module * random.within(0.15..0.35));
    if random.percent(40.0) {
        canvas = canvas.moved(module * random.within(0.1..0.4), random.within(0.0..3.1));
    }
    lit(&mut canvas, 0.4, random);
    canvas.between(15.0, random.within(180.0..240.0));
    canvas.noisy(random.within(3.0..12.0), random);
    kept(canvas, Format::Jpeg(random.within(60.0..85.0) as u8), &code)
}

fn round_modules(random: &mut SplitMix64) -> Shot {
    let mut code = Code::new(random.one(&[Level::M, Level::Q, Level::H]), random);
    code.modules = if random.percent(75.0) { Modules::Round } else { Modules::Gaps };
    code.dark = random.one(&[BLACK, [20.0, 40.0, 120.0], [120.0, 20.0, 40.0]]);
    let module = random.within(4.0..11.0);
    let (width, height, middle) = alone(&code, module, 1.3, random);
    let code = [code.flat(middle, module, 0.0)];
    let canvas = taken(&code, width, height, |_, _| WHITE);
    kept(canvas, photo_quality(random), &code)
}

fn thermal(random: &mut SplitMix64) -> Shot {
    let code = Code::new(random.one(&[Level::L, Level::M]), random);
    // Dots of the printer a module, and pixels of the photo a dot.
    let (dots, pixels) = (random.one(&[2.0f32, 3.0, 3.0, 4.0]), random.within(1.4..2.2));
    let module = dots * pixels;
    let (width, height, middle) = alone(&code, module, 1.3, random);
    let code = [code.flat(middle, module, random.within(-0.05..0.05))];
    let seed = random.next_u64();
    let mut canvas = taken(&code, width, height, |_, _| WHITE);
    let worn: Vec<f32> = (0..2).map(|_| (random.within(0.2..0.8) * width as f32 / pixels).floor()).collect();
    let faint = random.within(0.25..0.6);
    canvas.each(|x, y, light| {
        let (column, row) = ((x / pixels).floor(), (y / pixels).floor());
        // A worn dot prints nothing, in its whole column; heat varies from row to row and from dot to dot.
        let heat =
            0.85 + faint * grain(0.0, row, 6.0, seed) + 0.25 * grain(column * 7.0, row * 7.0, 5.0, seed ^ 5);
        let ink = if worn.contains(&column) { 0.0 } else { heat.clamp(0.0, 1.0) };
        mixed(
            [235.0, 230.0, 222.0],
            mixed([235.0, 230.0, 222.0], [45.0, 45.0, 55.0], ink),
            1.0 - light[0] / 255.0,
        )
    });
    canvas = canvas.blurred(random.within(0.7..1.2));
    canvas.noisy(4.0, random);
    kept(canvas, photo_quality(random), &code)
}

fn coloured(random: &mut SplitMix64) -> Shot {
    let mut code = Code::new(random.one(&[Level::M, Level::Q]), random);
    // Alike in grey: 0.299 R + 0.587 G + 0.114 B.
    (code.dark, code.light) = random.one(&[
        ([200.0, 30.0, 40.0], [40.0, 115.0, 60.0]),
        ([30.0, 90.0, 200.0], [150.0, 60.0, 50.0]),
        ([0.0, 120.0, 90.0], [255.0, 20.0, 10.0]),
        ([235.0, 120.0, 30.0], [60.0, 190.0, 160.0]),
    ]);
    let module = random.within(4.0..8.0);
    let (width, height, middle) = alone(&code, module, 1.3, random);
    let ground = code.light;
    let code = [code.flat(middle, module, random.within(-0.1..0.1))];
    let canvas = taken(&code, width, height, |_, _| ground);
    kept(canvas, Format::Jpeg(92), &code)
}

fn formats(n: usize, random: &mut SplitMix64) -> Shot {
    let code = Code::new(Level::M, random);
    let module = random.within(4.0..7.99).floor();
    let side = (code.whole() * module) as usize;
    let code = [code.flat([side as f32 / 2.0; 2], module, 0.0)];
    let canvas = Canvas::seen(side, side + 40, 1, |x, y| seen(&code, x, y, |_, _| WHITE));
    kept(canvas, Format::OTHERS[n % Format::OTHERS.len()], &code)
}
