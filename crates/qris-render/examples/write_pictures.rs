//! Writes pictures of every vector and of generated payloads into a folder, for decoders outside this workspace:
//! `cargo run --example write_pictures --features sticker -- FOLDER [COUNT]`. Beside each `name.png` stands `name.txt`, the exact
//! text. Cards of every kind of paper are there as pictures and as `name.pdf`, and `name.name` has the merchant's name.

#[path = "../tests/common/payloads.rs"]
mod payloads;
#[path = "../tests/common/testdata.rs"]
mod testdata;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use qris_core::{LengthUnit, Payload, Sealed};
use qris_render::{
    Compression, Ink, Level, Options, Paper, Png, Print, Segmentation, Sheet, Size, Sticker, StickerPdf,
    Symbol,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("usage: write_pictures FOLDER [COUNT]")?);
    let count = arguments.next().map_or(Ok(1000), |count| count.parse())?;
    fs::create_dir_all(&folder)?;

    let vectors = payloads::vectors();
    let generated = payloads::generated(count)
        .into_iter()
        .enumerate()
        .map(|(i, text)| (format!("generated-{i:04}"), text));
    for (i, (name, text)) in vectors.into_iter().chain(generated).enumerate() {
        // Some vectors count their lengths in bytes.
        let units = [LengthUnit::Characters, LengthUnit::Bytes, LengthUnit::Utf16];
        let payload =
            units.into_iter().find_map(|unit| Payload::parse_with(&text, unit).ok()?.verify_crc().ok());
        let payload = payload.ok_or_else(|| format!("{name} is no payload"))?;

        let level = Level::ALL[i % 4];
        let segmentation = if i % 8 == 7 { Segmentation::Compact } else { Segmentation::Byte };
        let compression = if i % 16 == 3 { Compression::Small } else { Compression::Fast };
        let symbol = Symbol::new(&payload, Options { level, segmentation })?;
        let scale = [3, 4, 5, 8, 12][i % 5];
        let file = symbol.png(&Png { size: Size::Scale(scale), compression, ..Png::default() })?;
        fs::write(folder.join(format!("{name}.png")), file)?;
        fs::write(folder.join(format!("{name}.txt")), text)?;
    }
    cards(&folder)
}

/// A static code of an invented merchant.
const EXAMPLE: &str = "00020101021126690017ID.CO.EXAMPLE.WWW011893600001000000001702150000000000000010303UMI\
    51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI5204581453033605802ID5913Warung Melati6007JAKARTA\
    61051034062070703A01630448CE";

/// Fonts of the tests, and names in their scripts.
const FONTS: [&[u8]; 2] =
    [include_bytes!("../tests/fonts/arabic.ttf"), include_bytes!("../tests/fonts/thai.ttf")];
const NAMES: [(&str, &str); 4] = [
    ("short", "Warung Melati"),
    ("long", "Toko Serba Ada Bumi Serpong Damai Cabang Utama"),
    ("arabic", "مطعم البركة"),
    ("thai", "ร้านน้ำชา"),
];

fn cards(folder: &Path) -> Result<(), Box<dyn Error>> {
    let papers = [
        ("card", Paper::Card),
        ("tent", Paper::Tent),
        ("receipt58", Paper::Receipt58),
        ("receipt80", Paper::Receipt80),
    ];
    let put = |name: &str, kind: &str, bytes: &[u8]| fs::write(folder.join(format!("{name}.{kind}")), bytes);
    for (i, (of, merchant)) in NAMES.into_iter().enumerate() {
        let level = Level::ALL[i % 4];
        let mut card = Sticker::new(&Sealed::parse(EXAMPLE)?, Options { level, ..Options::default() })?;
        card.lines.merchant_name = merchant.to_owned();
        card.lines.version = Some("1.0-2026.11.21".to_owned());
        FONTS.iter().try_for_each(|font| card.fonts.add(font.to_vec()))?;
        let pdf = |name: &str, card: &Sticker, print: Print, cards: usize| -> Result<(), Box<dyn Error>> {
            let mut file = StickerPdf::new(Vec::new(), print)?;
            (0..cards).try_for_each(|_| file.add(card))?;
            put(name, "pdf", &file.finish()?)?;
            put(name, "txt", EXAMPLE.as_bytes())?;
            Ok(put(name, "name", merchant.as_bytes())?)
        };
        for (kind, paper) in papers {
            card.paper = paper;
            for bleed in [false, true] {
                let name = format!("pdf-{of}-{kind}{}", if bleed { "-bleed" } else { "" });
                let ink = if i % 2 == 0 { Ink::Cmyk } else { Ink::Rgb };
                pdf(&name, &card, Print { ink, bleed, sheet: None }, 1)?;
            }
        }
        card.paper = Paper::Card;
        for (kind, sheet) in [("four", Sheet::Four), ("nine", Sheet::Nine)] {
            pdf(
                &format!("pdf-{of}-{kind}"),
                &card,
                Print { sheet: Some(sheet), ..Print::default() },
                sheet.cards(),
            )?;
        }
        for dpi in [100, 150, 203, 300, 600] {
            let name = format!("card-{of}-{dpi}");
            put(&name, "png", &card.png(dpi)?)?;
            put(&name, "txt", EXAMPLE.as_bytes())?;
        }
    }
    Ok(())
}
