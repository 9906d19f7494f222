//! What the core pulls in by default: three crates, none with its default features.

use std::collections::BTreeSet;

use serde_json::Value;

fn metadata() -> Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let output = std::process::Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn three_crates_without_default_features() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let core = packages.iter().find(|package| package["name"] == "qris-core").unwrap();
    let run_time: Vec<&Value> =
        core["dependencies"].as_array().unwrap().iter().filter(|d| d["kind"].is_null()).collect();
    let mut default: Vec<&str> = run_time
        .iter()
        .filter(|dependency| dependency["optional"] == false)
        .map(|dependency| dependency["name"].as_str().unwrap())
        .collect();
    default.sort_unstable();
    assert_eq!(default, ["crc", "nom", "thiserror"]);
    for dependency in run_time.iter().filter(|dependency| dependency["optional"] == false) {
        assert_eq!(dependency["uses_default_features"], false, "{}", dependency["name"]);
        assert_eq!(dependency["features"].as_array().unwrap().len(), 0, "{}", dependency["name"]);
    }
    assert_eq!(core["features"]["default"].as_array().unwrap().len(), 0, "no feature is on by default");
    let build: Vec<&Value> =
        core["dependencies"].as_array().unwrap().iter().filter(|d| d["kind"] == "build").collect();
    assert!(build.is_empty(), "no build script needs anything");
}

/// The README counts them: five packages in the program, five that make `thiserror`'s code at build time.
#[test]
fn ten_packages_in_all() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let output = std::process::Command::new(cargo)
        .args([
            "tree",
            "--offline",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
            "--manifest-path",
        ])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let names: BTreeSet<&str> =
        lines.lines().filter_map(|line| line.split(' ').next()).filter(|name| *name != "qris-core").collect();
    let program = ["crc", "crc-catalog", "memchr", "nom", "thiserror"];
    let build = ["proc-macro2", "quote", "syn", "thiserror-impl", "unicode-ident"];
    assert_eq!(names, BTreeSet::from_iter(program.into_iter().chain(build)));
    let readme = include_str!("../../../README.md").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        readme.contains("three run-time dependencies (`nom`, `crc`, `thiserror`), five packages"),
        "README.md"
    );
}
