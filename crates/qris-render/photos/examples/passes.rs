//! What each pass finds, what it costs, and what is lost without it: `passes FOLDER…`. Prints a row each: pass, times made,
//! symbols it was the first to find, symbols that are lost without it, thousand steps of work a time.

use std::path::Path;

use qris_photos::folder::{self, Stored};
use qris_render::{Pass, ScanLimits, Trace, scan_traced};

fn main() {
    let photos: Vec<Stored> = std::env::args()
        .skip(1)
        .flat_map(|path| folder::read(Path::new(&path)).expect("a folder that `photos` wrote"))
        .collect();
    let read = |without: &[Pass], each: &mut dyn FnMut(&Trace)| {
        let right = |photo: &Stored| {
            let mut trace = Trace { without: without.to_vec(), ..Trace::default() };
            let found = scan_traced(&photo.file, ScanLimits::default(), &mut trace).unwrap_or_default();
            each(&trace);
            photo
                .payloads
                .iter()
                .filter(|payload| found.iter().any(|one| one.bytes() == payload.as_bytes()))
                .count()
        };
        photos.iter().map(right).sum::<usize>()
    };
    let mut rows = Pass::ALL.map(|pass| (pass, 0_u64, 0, 0_u64));
    let all = read(&[], &mut |trace| {
        let mut known = 0;
        for &(pass, work, after) in &trace.passes {
            let row = rows.iter_mut().find(|row| row.0 == pass).expect("all are there");
            (row.1, row.2, row.3) = (row.1 + 1, row.2 + after - known, row.3 + work);
            known = after;
        }
    });
    for (pass, made, first, work) in rows {
        let lost = all - read(&[pass], &mut |_| ());
        println!("{pass:?}\t{made}\t{first}\t{lost}\t{}", work / made.max(1) / 1000);
    }
}
