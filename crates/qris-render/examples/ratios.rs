//! How much faster than `fast_qr`, `qrcode` and `image` alone: everything in one binary, in turn, the least time of many rounds.
//! Run with the default release profile, on a quiet machine: `cargo run --release --example ratios`.

use std::error::Error;
use std::hint::black_box;
use std::io::Cursor;
use std::time::Instant;

use fast_qr::{ECL, Mode, QRBuilder};
use image::{ImageFormat, Luma};
use qrcode::bits::Bits;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode, Version};
use qris_core::Sealed;
use qris_render::{Compression, Level, Options, Png, Size, Svg, Symbol, Webp};

/// The sample of the Finpay document: 227 characters.
const TEXT: &str = "00020101021226620013ID.FINPAY.WWW01189360077732007160010212FM20071600010303UKE51410014\
    ID.CO.QRIS.WWW0212ID12345678910303UKE520458145303360540410005502025602505802ID5909Test Sogi6015JAKARTA SELATAN\
    61051271062100706finnet630490FF";

/// Least time of one call in nanoseconds, of ours and theirs, measured in turn.
fn compare(mut ours: impl FnMut(), mut theirs: impl FnMut()) -> (u128, u128) {
    const ROUNDS: usize = 60;
    const CALLS: u128 = 20;
    let (mut best, mut best_theirs) = (u128::MAX, u128::MAX);
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        (0..CALLS).for_each(|_| ours());
        best = best.min(begin.elapsed().as_nanos() / CALLS);
        let begin = Instant::now();
        theirs();
        best_theirs = best_theirs.min(begin.elapsed().as_nanos());
    }
    (best, best_theirs)
}

/// Prints a line; whether the goal is met.
fn report(what: &str, (ours, theirs): (u128, u128), goal: u128) -> bool {
    let tenths = theirs * 10 / ours.max(1);
    println!("{what:<44} {ours:>9} ns {theirs:>9} ns  {:>4}.{} x  goal {goal} x", tenths / 10, tenths % 10);
    tenths >= 10 * goal
}

fn same_bits(level: EcLevel, version: i16) -> Bits {
    let mut bits = Bits::new(Version::Normal(version));
    let fits = bits.push_byte_data(black_box(TEXT).as_bytes()).and_then(|()| bits.push_terminator(level));
    assert!(fits.is_ok());
    bits
}

fn main() -> Result<(), Box<dyn Error>> {
    let payload = Sealed::parse(TEXT)?;
    let symbol = |level| Symbol::new(black_box(&payload), Options { level, ..Options::default() });
    let mut met = true;

    for (level, theirs, version) in [(Level::M, EcLevel::M, 11), (Level::H, EcLevel::H, 16)] {
        let times = compare(
            || drop(black_box(symbol(level))),
            || drop(black_box(QrCode::with_bits(same_bits(theirs, version), theirs))),
        );
        met &= report(&format!("symbol, level {level}, against qrcode"), times, 85);
    }
    for (level, theirs) in [(Level::M, ECL::M), (Level::H, ECL::H)] {
        let times = compare(
            || drop(black_box(symbol(level))),
            || drop(black_box(QRBuilder::new(black_box(TEXT)).ecl(theirs).mode(Mode::Byte).build())),
        );
        met &= report(&format!("symbol, level {level}, against fast_qr"), times, 16);
    }

    let png = Png::default();
    let file = || symbol(Level::M).map(|symbol| symbol.png(&png));
    let times = compare(
        || drop(black_box(file())),
        || {
            let picture = QrCode::new(black_box(TEXT)).map(|code| code.render::<Luma<u8>>().build());
            let mut file = Cursor::new(Vec::new());
            let written = picture.map(|picture| picture.write_to(&mut file, ImageFormat::Png));
            drop(black_box((written, file)));
        },
    );
    met &= report("payload to PNG, 8 px, against image's defaults", times, 45);

    let title = Svg::default();
    let times = compare(
        || drop(black_box(symbol(Level::M).map(|symbol| symbol.svg(&title)))),
        || drop(black_box(QrCode::new(black_box(TEXT)).map(|code| code.render::<svg::Color<'_>>().build()))),
    );
    met &= report("payload to SVG, against qrcode's renderer", times, 50);

    let symbol = symbol(Level::M)?;
    println!("SVG: {} bytes", symbol.svg(&title)?.len());
    for scale in [4, 8, 10, 12, 16, 20] {
        let file = |compression| symbol.png(&Png { size: Size::Scale(scale), compression, ..Png::default() });
        let (fast, small) = (file(Compression::Fast)?.len(), file(Compression::Small)?.len());
        let (small_time, fast_time) = compare(
            || drop(black_box(file(Compression::Small))),
            || drop(black_box(file(Compression::Fast))),
        );
        println!(
            "PNG, {scale:>2} px: fast {fast} bytes, {fast_time} ns; small {small} bytes, {small_time} ns, {} x",
            small_time / fast_time.max(1)
        );
        met &= small_time <= 20 * fast_time;
        let size = Size::Scale(scale);
        let (webp_time, _) =
            compare(|| drop(black_box(symbol.webp(&Webp { size, ..Webp::default() }))), || ());
        println!(
            "WebP, {scale:>2} px: {} bytes, {webp_time} ns",
            symbol.webp(&Webp { size, ..Webp::default() })?.len()
        );
    }
    if !met {
        return Err("a goal was missed; a busy machine does that too".into());
    }
    Ok(())
}
