//! A few photos of each kind, and how many of them have to be read: a smaller run of what `docs/scan.md` has, for the gate.

use std::process::ExitCode;
use std::time::Instant;

use qris_photos::{Count, Kind, photo};
use qris_render::{ScanLimits, scan};

const SEED: u64 = 1;

/// Photos of a kind; those of twelve million pixels take long to make.
const fn photos(kind: Kind) -> usize {
    if matches!(kind, Kind::TwelveMegapixels) { 1 } else { 4 }
}

/// Codes of a kind that may be missed. Out of focus and on a cup are those that nobody reads all of.
const fn missed(kind: Kind) -> usize {
    match kind {
        Kind::Blur => 2,
        Kind::Curved => 2,
        _ => 0,
    }
}

fn main() -> ExitCode {
    let mut failed = false;
    println!("kind\tcodes\tread\twrong\tms");
    for kind in Kind::ALL {
        let mut count = Count::default();
        for n in 0..photos(kind) {
            let photo = photo(kind, SEED, n);
            let start = Instant::now();
            let found = scan(&photo.file, ScanLimits::default()).unwrap_or_default();
            let texts: Vec<&[u8]> = found.iter().map(|found| found.bytes()).collect();
            count.add(&photo.payloads, &texts, start.elapsed());
        }
        let low = count.read + missed(kind) < count.codes || count.wrong > 0;
        failed |= low;
        let Count { codes, read, wrong, .. } = count;
        let verdict = if low { "\tBELOW ITS FLOOR" } else { "" };
        println!("{}\t{codes}\t{read}\t{wrong}\t{:.0}{verdict}", kind.name(), count.mean());
    }
    ExitCode::from(u8::from(failed))
}
