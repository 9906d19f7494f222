//! The arrows between the rooms of the core, as ARCHITECTURE.md draws them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Which rooms a room may name.
const ARROWS: [(&str, &[&str]); 15] = [
    ("id", &[]),
    // An error tells the unit its facts count in; `wire/unit.rs` itself knows nobody.
    ("error", &["id", "value", "wire::LengthUnit"]),
    ("wire", &["id", "error"]),
    ("value", &[]),
    ("unicode", &[]),
    ("sink", &["error"]),
    ("schema", &["id", "value", "wire"]),
    ("kind", &["id", "value", "wire"]),
    ("rules", &["schema"]),
    ("check", &["id", "value", "wire", "schema", "kind", "rules", "unicode"]),
    ("qris", &["id", "error", "value", "wire", "schema", "kind", "check"]),
    ("builder", &["id", "error", "value", "wire", "schema", "check", "qris", "sink"]),
    ("edit", &["id", "error", "value", "wire", "schema", "qris", "builder", "sink"]),
    ("display", &["id", "value", "wire", "schema", "check", "unicode"]),
    ("arbitrary", &["id", "value", "wire", "schema", "builder"]),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// Every source file: its room (`lib` for the crate itself), its path under `src`, and its code without comments.
fn files() -> Vec<(String, String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&src, &mut paths);
    paths
        .into_iter()
        .map(|path| {
            let inside = path.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
            let room = inside.split(['/', '.']).next().unwrap().to_owned();
            let text = fs::read_to_string(&path).unwrap();
            // Unit tests may look anywhere.
            let code = text.split("#[cfg(test)]").next().unwrap();
            let lines = code.lines().map(|line| line.split("//").next().unwrap());
            (room, inside, lines.collect::<Vec<_>>().join("\n"))
        })
        .collect()
}

/// What follows each `crate::`: the room, or the room and the item where only one item is allowed.
fn named(code: &str) -> BTreeSet<String> {
    let word =
        |text: &str| -> String { text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    code.match_indices("crate::")
        .map(|(place, found)| {
            let rest = &code[place + found.len()..];
            let room = word(rest);
            let item = rest[room.len()..].strip_prefix("::").map(word).unwrap_or_default();
            if room == "wire" && item == "LengthUnit" { "wire::LengthUnit".to_owned() } else { room }
        })
        .collect()
}

#[test]
fn arrows_point_down() {
    let arrows: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    let mut rooms = BTreeSet::new();
    for (room, file, code) in files() {
        if room == "lib" {
            continue;
        }
        let allowed = arrows.get(room.as_str()).unwrap_or_else(|| panic!("{file} is a room nobody knows"));
        for other in named(&code) {
            let to_itself =
                other == room || other == "wire::LengthUnit" && (room == "wire" || allowed.contains(&"wire"));
            // Limits and macros stand at the crate's own level.
            let fits = to_itself || other == "MAX_BYTES" || allowed.contains(&other.as_str());
            assert!(fits, "{file} names crate::{other}; {room} may name {allowed:?}");
        }
        rooms.insert(room);
    }
    let all: BTreeSet<String> = ARROWS.iter().map(|(room, _)| (*room).to_owned()).collect();
    assert_eq!(rooms, all, "a room in the list that is not there");
}

/// `super::` must stay inside the room: a file at the top of a room has nothing above it but the crate.
#[test]
fn nobody_climbs_out_of_a_room() {
    for (room, file, code) in files() {
        if file.contains('/') {
            assert!(!code.contains("super::super::"), "{file}");
        } else if room != "lib" {
            assert!(!code.contains("super::"), "{file} reaches the crate through super::");
        }
    }
}

#[test]
fn rooms_that_know_nobody() {
    for (_, file, code) in files() {
        if file == "wire/unit.rs" {
            assert!(
                !code.contains("crate::") && !code.contains("super::"),
                "{file} is what lets error name it"
            );
        }
        let nom = code.contains("nom::") || code.contains("use nom");
        assert_eq!(nom, file == "wire/read.rs", "{file}: the grammar is the one file with nom");
    }
}
