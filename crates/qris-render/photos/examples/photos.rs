//! Writes the photos of a seed into a folder: `photos SEED FOLDER [COUNT] [KIND…]`, with `payloads.tsv`.

use std::fmt::Write as _;
use std::path::PathBuf;

use qris_photos::{Kind, photo};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [seed, folder, more @ ..] = args.as_slice() else { panic!("SEED FOLDER [COUNT] [KIND…]") };
    let (seed, folder): (u64, PathBuf) = (seed.parse().unwrap(), folder.into());
    let count = more.first().map_or(14, |count| count.parse().unwrap());
    let kinds = more.get(1..).unwrap_or_default();
    std::fs::create_dir_all(&folder).unwrap();
    let mut list = String::new();
    for kind in
        Kind::ALL.into_iter().filter(|kind| kinds.is_empty() || kinds.iter().any(|name| name == kind.name()))
    {
        for n in 0..count {
            let photo = photo(kind, seed, n);
            std::fs::write(folder.join(&photo.name), &photo.file).unwrap();
            for payload in &photo.payloads {
                writeln!(list, "{}\t{}\t{payload}", kind.name(), photo.name).unwrap();
            }
        }
    }
    std::fs::write(folder.join("payloads.tsv"), list).unwrap();
}
