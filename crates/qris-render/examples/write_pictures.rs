//! Writes pictures of every vector and of generated payloads into a folder, for decoders outside this workspace:
//! `cargo run --example write_pictures -- FOLDER [COUNT]`. Beside each `name.png` stands `name.txt`, the exact text.

#[path = "../tests/common/payloads.rs"]
mod payloads;
#[path = "../tests/common/testdata.rs"]
mod testdata;

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use qris_core::{LengthUnit, Payload};
use qris_render::{Compression, Level, Options, Png, Segmentation, Size, Symbol};

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
    Ok(())
}
