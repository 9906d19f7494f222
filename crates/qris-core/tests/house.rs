//! The arrows between the modules of the core, as ARCHITECTURE.md draws them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Which modules a module may name.
const ARROWS: [(&str, &[&str]); 20] = [
    ("unicode", &[]),
    ("value_error", &[]),
    ("unit", &["value_error"]),
    ("id", &["value_error"]),
    ("value", &["value_error"]),
    ("error", &["id", "unit", "value"]),
    ("sink", &["error"]),
    ("wire", &["error", "id", "unit"]),
    ("grammar", &["id", "unit", "wire"]),
    ("schema", &["id", "value", "value_error", "wire"]),
    ("kind", &["id", "schema", "value", "value_error", "wire"]),
    ("rules", &["schema", "value_error"]),
    ("check", &["id", "kind", "rules", "schema", "unicode", "unit", "value", "wire"]),
    ("qris", &["check", "error", "id", "kind", "schema", "value", "wire"]),
    ("builder", &["check", "error", "id", "qris", "schema", "sink", "unit", "value", "wire"]),
    ("edit", &["builder", "check", "error", "id", "qris", "rules", "schema", "sink", "value", "wire"]),
    ("display", &["check", "id", "schema", "unicode", "value", "wire"]),
    ("diagnose", &["display", "error", "id", "unicode", "unit", "wire"]),
    ("serde", &["check", "error", "id", "kind", "rules", "schema", "unit", "value"]),
    ("arbitrary", &["builder", "id", "schema", "unit", "value", "wire"]),
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

/// Every source file: its module (`lib` for the crate itself), its path under `src`, and its code without comments.
fn files() -> Vec<(String, String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&src, &mut paths);
    paths
        .into_iter()
        .map(|path| {
            let file = path.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
            let module = file.split(['/', '.']).next().unwrap().to_owned();
            let text = fs::read_to_string(&path).unwrap();
            // Unit tests may look anywhere.
            let code = text.split("#[cfg(test)]").next().unwrap();
            let lines = code.lines().map(|line| line.split("//").next().unwrap());
            (module, file, lines.collect::<Vec<_>>().join("\n"))
        })
        .collect()
}

/// What follows each `start` in the code: names of modules, or of items.
fn named(code: &str, start: &str) -> BTreeSet<String> {
    let word =
        |text: &str| -> String { text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    code.match_indices(start).map(|(place, found)| word(&code[place + found.len()..])).collect()
}

#[test]
fn arrows_point_down() {
    let arrows: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    let mut modules = BTreeSet::new();
    for (module, file, code) in files() {
        if module == "lib" {
            continue;
        }
        let allowed =
            arrows.get(module.as_str()).unwrap_or_else(|| panic!("{file} is in no module of the list"));
        for other in named(&code, "crate::") {
            // Limits stand at the crate's own level.
            let fits = other == module || other == "MAX_BYTES" || allowed.contains(&other.as_str());
            assert!(fits, "{file} names crate::{other}; {module} may name {allowed:?}");
        }
        modules.insert(module);
    }
    let all: BTreeSet<String> = ARROWS.iter().map(|(module, _)| (*module).to_owned()).collect();
    assert_eq!(modules, all, "a module in the list that is not there");
    // The list itself points down: each module names those before it.
    for (place, (module, allowed)) in ARROWS.iter().enumerate() {
        let before = &ARROWS[..place];
        assert!(
            allowed.iter().all(|other| before.iter().any(|(name, _)| name == other)),
            "{module}: {allowed:?}"
        );
    }
}

/// `super::` must stay inside the module: a file at the top of one has nothing above it but the crate.
#[test]
fn super_stays_inside_a_module() {
    for (module, file, code) in files() {
        if file.contains('/') {
            assert!(!code.contains("super::super::"), "{file}");
        } else if module != "lib" {
            assert!(!code.contains("super::"), "{file} reaches the crate through super::");
        }
    }
}

/// The files of `wire` name each other without a circle.
#[test]
fn the_files_of_wire_form_no_circle() {
    let mut left: BTreeMap<String, BTreeSet<String>> = files()
        .into_iter()
        .filter_map(|(_, file, code)| {
            let name = file.strip_prefix("wire/")?.strip_suffix(".rs")?.to_owned();
            (name != "mod").then(|| (name, named(&code, "super::")))
        })
        .collect();
    assert!(left.len() > 10, "{left:?}");
    while !left.is_empty() {
        let names: BTreeSet<String> = left.keys().cloned().collect();
        let before = left.len();
        left.retain(|_, others| !others.is_disjoint(&names));
        assert!(left.len() < before, "each of these names another of them: {left:?}");
    }
}

#[test]
fn nom_is_in_the_grammar() {
    for (_, file, code) in files() {
        let nom = code.contains("nom::") || code.contains("use nom");
        let grammar = ["wire/read.rs", "grammar.rs"].contains(&file.as_str());
        assert_eq!(nom, grammar, "{file}: only the grammar names nom");
    }
}
