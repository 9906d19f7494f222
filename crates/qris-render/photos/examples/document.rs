//! Prints `docs/scan.md` from the rows of readers and of passes: `document SEED PHOTOS READERS PASSES HOSTILE`, all but the first two files.

use std::collections::BTreeMap;
use std::fs;

use qris_photos::Kind;

const HEAD: &str = "# Reading pictures: what is read, what it costs, beside other readers

Printed by `crates/qris-render/photos/measure`; do not edit. The photos are made from seeds, never committed: see
[the generator](../crates/qris-render/photos/README.md). Passes were chosen with seeds 2, 3 and 4; this is another seed.
";

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [seed, count, readers, passes, hostile] = args.as_slice() else {
        panic!("SEED COUNT READERS PASSES HOSTILE")
    };
    let rows = |path: &String| {
        let text = fs::read_to_string(path).expect("a file of rows");
        text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect::<Vec<Vec<String>>>()
    };
    println!("{HEAD}\nSeed {seed}, {count} photos of each kind.\n");

    let mut names: Vec<String> = Vec::new();
    let mut cells: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for row in rows(readers) {
        let [reader, kind, numbers @ ..] = row.as_slice() else { panic!("a row of a reader: {row:?}") };
        if !names.contains(reader) {
            names.push(reader.clone());
        }
        cells.insert((kind.clone(), reader.clone()), numbers.to_vec());
    }
    println!(
        "## Readers\n\nCodes that were read, of all; texts that stand in no code of the picture; milliseconds a picture on average.\n"
    );
    println!("| kind | codes | {} |", names.join(" | "));
    println!("|---|--:|{}", "---|".repeat(names.len()));
    for kind in Kind::ALL.iter().map(|kind| kind.name()).chain(["all"]) {
        let of = |reader: &String| cells.get(&(kind.to_owned(), reader.clone()));
        let codes = of(&names[0]).map_or("–", |numbers| numbers[1].as_str());
        let shown = names.iter().map(|reader| match of(reader).map(Vec::as_slice) {
            Some([_, _, read, wrong, mean, most]) if kind == "all" => {
                format!("{read} read, {wrong} wrong, {mean} ms, 95 % within {most} ms")
            }
            Some([_, _, read, wrong, mean, _]) => format!("{read}, {wrong} wrong, {mean} ms"),
            _ => "–".to_owned(),
        });
        println!("| {kind} | {codes} | {} |", shown.collect::<Vec<_>>().join(" | "));
    }

    println!(
        "\n## Passes\n\nHow often a pass was made, symbols it was the first to find, symbols that are lost without it, and what it costs \
         a time, in steps of work of about a nanosecond (`ScanLimits::work`).\n\n| pass | made | first | lost | million steps |\n|---|--:|--:|--:|--:|"
    );
    for row in rows(passes) {
        let [pass, made, first, lost, thousands] = row.as_slice() else { panic!("a row of a pass: {row:?}") };
        let thousands: u64 = thousands.parse().expect("a number");
        println!("| {pass} | {made} | {first} | {lost} | {}.{} |", thousands / 1000, thousands % 1000 / 100);
    }

    println!(
        "\n## Pictures made to keep a reader long\n\nEvery search ends with its work: 2,000 million steps by default, below two seconds of one core.\n\n\
         | picture | ms of a core | answer |\n|---|--:|---|"
    );
    for row in rows(hostile) {
        println!("| {} |", row.join(" | "));
    }
}
