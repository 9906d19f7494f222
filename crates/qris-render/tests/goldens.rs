//! What is rendered stays as it is. `QRIS_BLESS=1 cargo test -p qris-render --all-features --test goldens` writes the
//! files anew; look at them before you commit them.

#[path = "common/testdata.rs"]
mod testdata;

use qris_core::Sealed;
use qris_render::{
    Colors, Compression, Level, Options, Png, QuietZone, Rgb, Segmentation, Size, Sticker, Svg, Symbol,
    Terminal, TerminalStyle,
};

/// The payload of the README's pictures: an invented merchant.
const EXAMPLE: &str = "00020101021126690017ID.CO.EXAMPLE.WWW011893600001000000001702150000000000000010303UMI\
    51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI5204581453033605802ID5913Warung Melati6007JAKARTA\
    61051034062070703A01630448CE";

fn golden(name: &str, made: &[u8]) {
    let path = testdata::testdata("render").join(name);
    if std::env::var_os("QRIS_BLESS").is_some() {
        std::fs::write(&path, made).unwrap();
    }
    let kept = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(kept == made, "{name} is not what it was; see the head of this test");
}

fn example() -> Sealed<'static> {
    Sealed::parse(EXAMPLE).unwrap()
}

#[test]
fn symbols_of_the_vectors() {
    for name in ["finpay-document", "emvco-annex-shuffled-utf8"] {
        let text =
            std::fs::read_to_string(testdata::testdata("mpm/valid").join(format!("{name}.qr"))).unwrap();
        let payload = Sealed::parse(&text).unwrap();
        for level in [Level::M, Level::H] {
            let symbol = Symbol::new(&payload, Options { level, ..Options::default() }).unwrap();
            let file = symbol.png(&Png { size: Size::Scale(4), ..Png::default() }).unwrap();
            golden(&format!("{name}-{level:?}.png"), &file);
        }
    }
}

#[test]
fn forms_of_the_example() {
    let symbol = Symbol::new(&example(), Options::default()).unwrap();
    golden("example.png", &symbol.png(&Png::default()).unwrap());
    golden("example.svg", symbol.svg(&Svg { title: "Warung Melati", ..Svg::default() }).unwrap().as_bytes());
    let plain = Terminal { style: TerminalStyle::PlainOnLight, ..Terminal::default() };
    golden("example.txt", symbol.terminal(&plain).as_bytes());

    let colors = Colors::new(Rgb::new(0x10, 0x2A, 0x6B), Rgb::new(0xFF, 0xF8, 0xE8)).unwrap();
    let size = Size::Millimetres { side: 50, dpi: 300 };
    let quiet_zone = QuietZone::of(6).unwrap();
    golden(
        "printed.png",
        &symbol.png(&Png { size, quiet_zone, colors, compression: Compression::Fast }).unwrap(),
    );

    let options = Options { segmentation: Segmentation::Compact, ..Options::default() };
    let compact = Symbol::new(&example(), options).unwrap();
    golden("compact.png", &compact.png(&Png::default()).unwrap());
}

#[test]
fn the_card() {
    let mut card = Sticker::new(&example(), Options::default()).unwrap();
    card.lines.version = Some("1.0-2026.11.21".to_owned());
    golden("card.svg", card.svg().unwrap().as_bytes());
    golden("card.png", &card.png(150).unwrap());
    card.lines.merchant_name = "Toko Serba Ada Bumi Serpong Damai Cabang Utama".to_owned();
    golden("card-long-name.png", &card.png(100).unwrap());
}
