//! What the fuzz targets start from, and everything they ever found, through the same oracles without a fuzzer.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, panic};

use qris_testkit::{dictionary, oracle, vectors};

/// The files of a folder by name; none when it is not there.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else { return BTreeMap::new() };
    let file = |entry: fs::DirEntry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        (name, fs::read(entry.path()).unwrap_or_else(|error| panic!("{:?}: {error}", entry.path())))
    };
    entries.map(|entry| file(entry.unwrap())).collect()
}

fn replayed(name: &str) {
    let (_, oracle) = oracle::ALL.iter().find(|(known, _)| *known == name).unwrap();
    let fuzz = vectors::fuzz();
    let seeds = files(&fuzz.join("seeds").join(name));
    assert!(!seeds.is_empty(), "fuzz/seeds/{name} is empty");
    let found = files(&fuzz.join("found").join(name));
    for (file, bytes) in seeds.iter().chain(&found) {
        let held = panic::catch_unwind(|| oracle(bytes));
        assert!(held.is_ok(), "{name} does not hold for {file}");
    }
}

/// A test for each target, so that they run side by side and each has its name.
macro_rules! replay {
    ($($name:ident)*) => {
        const REPLAYED: &[&str] = &[$(stringify!($name)),*];
        $(
            #[test]
            fn $name() {
                replayed(stringify!($name));
            }
        )*
    };
}

replay! {
    decode_any decode_vs_naive round_trip edit violation value_parsers length_units damaged cpm render_read_back
    json_in minify_vs_model headers messages diagnose
}

/// Apart, as the tests that everybody runs do without the reader of pictures.
#[cfg(feature = "scan")]
mod pictures {
    use super::replayed;

    replay! { picture_file grey_picture }

    pub(super) const NAMES: &[&str] = REPLAYED;
}

/// The oracles, the targets, and the folders of seeds and of what was found are the same names.
#[test]
#[cfg(feature = "scan")]
fn every_oracle_has_a_target_and_seeds() {
    let oracles: Vec<&str> = oracle::ALL.iter().map(|(name, _)| *name).collect();
    assert_eq!(oracles, [REPLAYED, pictures::NAMES].concat());
    let manifest = fs::read_to_string(vectors::fuzz().join("Cargo.toml")).unwrap();
    let bins = manifest.split("[[bin]]").skip(1);
    let targets: Vec<&str> = bins.map(|bin| bin.split('"').nth(1).unwrap_or_default()).collect();
    assert_eq!(targets, oracles);
    for target in targets {
        let text =
            fs::read_to_string(vectors::fuzz().join("fuzz_targets").join(format!("{target}.rs"))).unwrap();
        assert!(text.contains(&format!("oracle::{target}(data)")), "{target}");
    }
    for folder in ["seeds", "found"] {
        let entries = fs::read_dir(vectors::fuzz().join(folder)).unwrap();
        for entry in entries.map(|entry| entry.unwrap()).filter(|entry| entry.path().is_dir()) {
            let name = entry.file_name().to_string_lossy().into_owned();
            assert!(oracles.contains(&name.as_str()), "fuzz/{folder}/{name} is of no target");
        }
    }
}

/// Seeds are there to be read quickly and kept in the repository.
#[test]
fn seeds_are_small() {
    let sizes: Vec<usize> = oracle::ALL
        .iter()
        .flat_map(|(name, _)| files(&vectors::fuzz().join("seeds").join(name)))
        .map(|(_, bytes)| bytes.len())
        .collect();
    let whole: usize = sizes.iter().sum();
    assert!(whole < 1_000_000, "{whole} bytes");
    assert!(sizes.len() < 4_000, "{} files", sizes.len());
}

#[test]
fn dictionaries_are_those_of_the_tables() {
    let texts: Vec<String> =
        vectors::valid().unwrap().into_iter().filter_map(|file| String::from_utf8(file.bytes).ok()).collect();
    for (name, expected) in dictionary::dictionaries(&texts) {
        let stored = fs::read_to_string(vectors::fuzz().join("dictionaries").join(name)).unwrap();
        assert!(
            stored == expected,
            "fuzz/dictionaries/{name} is stale: cargo run -p qris-testkit --all-features --example dictionary"
        );
    }
}
