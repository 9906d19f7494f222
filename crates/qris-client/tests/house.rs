//! The floors of the client, as its README draws them: a module may name those below it, and nothing else.

use std::fs;
use std::path::Path;

/// From the ground up. Modules of one floor do not name each other.
const FLOORS: [&[&str]; 9] = [
    &["clock", "error"],
    &["options"],
    &["http", "tokens"],
    &["shared"],
    &["customer"],
    &["send"],
    &["judge"],
    &["settle"],
    &["client"],
];

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

#[test]
fn every_module_names_lower_floors_only() {
    let mut arrows = 0;
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap() {
        let path = entry.unwrap().path();
        let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if module == "lib" {
            continue;
        }
        let own = floor(&module).unwrap_or_else(|| panic!("{module} stands on no floor of the list"));
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        let lines = code.lines().map(|line| line.split("//").next().unwrap());
        for rest in lines.flat_map(|line| line.split("crate::").skip(1)) {
            let other: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let below = floor(&other).is_some_and(|other| other < own);
            assert!(below, "{module} names crate::{other}, which is not below it");
            arrows += 1;
        }
    }
    assert!(arrows > 20, "only {arrows} arrows were read: the test reads no imports any more");
}

/// SNAP is all it is made of: the gateway uses the client, not the other way round.
#[test]
fn of_ours_only_snap_is_named() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let (_, dependencies) = manifest.split_once("[dependencies]").unwrap();
    let ours: Vec<&str> = dependencies.lines().filter(|line| line.starts_with("qris-")).collect();
    assert_eq!(ours, ["qris-snap.workspace = true"]);
}
