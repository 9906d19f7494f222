//! Writes `testdata/mpm/valid/<name>.tree` for every vector that decodes, `testdata/mpm/findings.txt`, and the core's
//! table of characters nobody sees.
//!
//! `cargo run -p qris-testkit --example golden`

use std::{fs, io};

use qris_testkit::{oracle, unicode, vectors};

fn main() -> io::Result<()> {
    let files = vectors::valid()?;
    for file in &files {
        let path = vectors::testdata().join("mpm/valid").join(format!("{}.tree", file.name));
        fs::write(path, oracle::golden(&file.bytes).map_err(io::Error::other)?)?;
    }
    let mut sentences = String::new();
    for case in vectors::findings()? {
        let found = oracle::sentences(&case.payload, &case.letter()).map_err(io::Error::other)?;
        sentences.push_str(&format!("{}\n{found}", case.file));
    }
    fs::write(vectors::testdata().join("mpm/findings.txt"), sentences)?;
    fs::write(vectors::testdata().join("../crates/qris-core/src/unicode.rs"), unicode::source())?;
    println!("{} trees and the findings written", files.len());
    Ok(())
}
