//! Codes on screens.

use qris_render::Level;
use qris_testkit::rng::SplitMix64;

use crate::canvas::{Canvas, WHITE, grey, mixed};
use crate::chance::Chance;
use crate::file::Format;
use crate::kinds::{Shot, level};
use crate::scene::{Code, seen};

/// The screen's own grid of red, green and blue beats with the camera's.
pub(crate) fn moire(random: &mut SplitMix64) -> Shot {
    let code = Code::new(level(random), random);
    let module = random.within(5.0..9.0);
    let room = code.whole() * module * 1.25;
    let turn = random.within(-0.15..0.15f32);
    let code = [code.flat([room / 2.0; 2], module, turn)];
    let mut canvas =
        Canvas::seen(room as usize, room as usize, 3, |x, y| seen(&code, x, y, |_, _| grey(240.0)));
    let (pitch, depth) = (random.within(1.7..3.2), random.within(0.35..0.75));
    let (sin, cos) = (turn + random.within(-0.03..0.03)).sin_cos();
    canvas.each(|x, y, light| {
        let (along, down) = ((x * cos + y * sin) / pitch, (y * cos - x * sin) / pitch);
        let bar = |phase: f32| 1.0 - depth * (0.5 + 0.5 * ((along + phase) * std::f32::consts::TAU).cos());
        let row = 1.0 - depth * 0.5 * (0.5 + 0.5 * (down * std::f32::consts::TAU).cos());
        [light[0] * bar(0.0) * row, light[1] * bar(1.0 / 3.0) * row, light[2] * bar(2.0 / 3.0) * row]
            .map(|part| part + 12.0)
    });
    let canvas = if random.percent(60.0) { canvas.blurred(random.within(0.3..0.6)) } else { canvas };
    Shot {
        canvas,
        format: Format::Jpeg(random.within(75.0..92.0) as u8),
        payloads: vec![code[0].payload.clone()],
    }
}

/// A wallet's page with a code, a logo in its middle, and buttons.
pub(crate) fn wallet(random: &mut SplitMix64) -> Shot {
    let mut code = Code::new(Level::H, random);
    let width = random.one(&[720.0f32, 1080.0, 1170.0]);
    let height = width * random.one(&[1.78f32, 2.16]);
    let module = (width * random.within(0.55..0.8) / code.whole()).max(2.0);
    let side = code.side();
    let logo = side * random.within(0.12..0.2) / 2.0;
    let tint =
        random.one(&[[20.0, 90.0, 200.0], [0.0, 160.0, 110.0], [110.0, 30.0, 150.0], [220.0, 60.0, 40.0f32]]);
    let middle = side / 2.0;
    code.covers
        .push(([middle - logo * 0.8, middle - logo * 0.8, middle + logo * 0.8, middle + logo * 0.8], tint));
    code.covers.push(([middle - logo, middle - logo, middle + logo, middle + logo], WHITE));
    if random.percent(40.0) {
        code.dark = mixed(tint, [0.0; 3], 0.6);
    }
    let night = random.percent(30.0);
    let at = [width / 2.0, height * random.within(0.4..0.5)];
    let half = code.whole() * module / 2.0;
    let code = [code.flat(at, module, 0.0)];
    let ground = if night { grey(24.0) } else { grey(244.0) };
    let canvas = Canvas::seen(width as usize, height as usize, 2, |x, y| {
        seen(&code, x, y, |x, y| {
            let card = (x - at[0]).abs() < half + 40.0 && (y - at[1]).abs() < half + 90.0;
            // Lines of text: bars of words.
            let line = |top: f32, high: f32, seed: f32| {
                y > top
                    && y < top + high
                    && (x * 0.05 + seed).sin() > -0.6
                    && (x - width / 2.0).abs() < width * 0.3
            };
            if y < height * 0.09
                || (y > height * 0.86 && y < height * 0.93 && (x - width / 2.0).abs() < width * 0.42)
            {
                tint
            } else if card {
                if line(at[1] - half - 70.0, 22.0, 1.0) { grey(40.0) } else { WHITE }
            } else if line(height * 0.75, 24.0, 3.0)
                || line(height * 0.79, 16.0, 5.0)
                || line(height * 0.12, 30.0, 2.0)
            {
                grey(if night { 200.0 } else { 70.0 })
            } else {
                ground
            }
        })
    });
    Shot {
        canvas,
        format: Format::Jpeg(random.within(70.0..95.0) as u8),
        payloads: vec![code[0].payload.clone()],
    }
}

/// A bubble of a chat with a picture in it, made small by the program that sent it.
pub(crate) fn chat(random: &mut SplitMix64) -> Shot {
    let code = Code::new(level(random), random);
    let module = random.within(2.2..4.2);
    let (width, height) = (720.0f32, 1280.0f32);
    let half = code.whole() * module / 2.0;
    let at = [width * 0.42, random.within(half + 120.0..height - half - 120.0)];
    let code = [code.flat(at, module, 0.0)];
    let seed = random.within(0.0..9.0);
    let canvas = Canvas::seen(width as usize, height as usize, 4, |x, y| {
        seen(&code, x, y, |x, y| {
            if (x - at[0]).abs() < half + 14.0 && (y - at[1]).abs() < half + 34.0 {
                return [222.0, 246.0, 204.0];
            }
            let bubble = (y / 110.0 + seed).fract() < 0.6
                && x > 30.0
                && x < 300.0 + 200.0 * (y / 110.0 + seed).floor().sin().abs();
            let text = bubble
                && (y / 22.0).fract() > 0.45
                && (y / 22.0).fract() < 0.85
                && (x * 0.11).sin() > -0.5
                && x > 45.0;
            if text {
                grey(60.0)
            } else if bubble {
                WHITE
            } else {
                [229.0, 221.0, 213.0]
            }
        })
    });
    Shot {
        canvas,
        format: Format::Jpeg(random.within(50.0..75.0) as u8),
        payloads: vec![code[0].payload.clone()],
    }
}
