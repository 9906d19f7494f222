//! Reads photos and prints a row for each kind: reader, kind, pictures, codes, read, wrong, mean and 95th percentile in
//! milliseconds, with tabs between them. `read FOLDER…`; what was missed goes to standard error.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use qris_photos::{Count, folder};
use qris_render::{ScanLimits, scan};

fn main() {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for path in std::env::args().skip(1) {
        for photo in folder::read(Path::new(&path)).expect("a folder that `photos` wrote") {
            let start = Instant::now();
            let found = scan(&photo.file, ScanLimits::default());
            let time = start.elapsed();
            let error = found.as_ref().err().map(ToString::to_string).unwrap_or_default();
            let found = found.unwrap_or_default();
            let texts: Vec<&[u8]> = found.iter().map(|found| found.bytes()).collect();
            if !counts.entry(photo.kind).or_default().add(&photo.payloads, &texts, time) {
                eprintln!("missed {}: {} of {} {error}", photo.name, texts.len(), photo.payloads.len());
            }
        }
    }
    let mut all = Count::default();
    for (kind, count) in &counts {
        println!("{}", count.row("qris", kind));
        all.merge(count);
    }
    println!("{}", all.row("qris", "all"));
}
