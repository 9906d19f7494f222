//! Writes the dictionaries of the fuzz targets, `fuzz/dictionaries/`, out of the tables.
//!
//! `cargo run -p qris-testkit --all-features --example dictionary`

use std::{fs, io};

use qris_testkit::{dictionary, vectors};

fn main() -> io::Result<()> {
    let texts: Vec<String> =
        vectors::valid()?.into_iter().filter_map(|file| String::from_utf8(file.bytes).ok()).collect();
    for (name, text) in dictionary::dictionaries(&texts) {
        fs::write(vectors::fuzz().join("dictionaries").join(name), &text)?;
        println!("{name}: {} words", text.lines().count() - 1);
    }
    Ok(())
}
