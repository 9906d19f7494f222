//! Writes `testdata/mpm/valid/<name>.tree` for every vector that decodes.
//!
//! `cargo run -p qris-testkit --example golden`

use std::{fs, io};

use qris_testkit::{oracle, vectors};

fn main() -> io::Result<()> {
    let files = vectors::valid()?;
    for file in &files {
        let path = vectors::testdata().join("mpm/valid").join(format!("{}.tree", file.name));
        fs::write(path, oracle::golden(&file.bytes).map_err(io::Error::other)?)?;
    }
    println!("{} trees written", files.len());
    Ok(())
}
