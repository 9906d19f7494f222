//! The floors of the gateway, as its README draws them: a module may name those below it, and nothing else.

use std::fs;
use std::path::{Path, PathBuf};

/// From the ground up. Modules of one floor do not name each other.
const FLOORS: [&[&str]; 19] = [
    &["traces"],
    &["clock", "counts", "crypto", "db", "limiter", "lines", "logs"],
    &["password"],
    &["config"],
    &["app", "error", "model"],
    &["keys"],
    &["payment"],
    &["notify"],
    &["acquirer"],
    &["snap"],
    &["openapi"],
    &["http"],
    &["sandbox"],
    &["pages"],
    &["retention"],
    &["sweeper"],
    &["admin"],
    &["report"],
    &["server"],
];

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

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

/// The modules that code names as `crate::…`, unit tests and comments left out.
fn named(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap();
    let lines = code.lines().map(|line| line.split("//").next().unwrap());
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    lines.flat_map(|line| line.split("crate::").skip(1).map(word).collect::<Vec<String>>()).collect()
}

#[test]
fn every_module_names_lower_floors_only() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&src, &mut paths);
    let mut arrows = 0;
    for path in paths {
        let file = path.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
        let module = file.split(['/', '.']).next().unwrap();
        if module == "lib" {
            continue;
        }
        let own = floor(module).unwrap_or_else(|| panic!("{file} stands on no floor of the list"));
        for other in named(&fs::read_to_string(&path).unwrap()) {
            let below = floor(&other).is_some_and(|other| other < own);
            assert!(below || other == module, "{file} names crate::{other}, which is not below it");
            arrows += usize::from(other != module);
        }
    }
    assert!(arrows > 100, "only {arrows} arrows were read: the test reads no imports any more");
}

/// The payment knows no protocol, no transport and no SQL.
#[test]
fn the_payment_speaks_its_own_words() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/payment");
    let mut paths = Vec::new();
    sources(&folder, &mut paths);
    assert!(!paths.is_empty());
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        for word in ["qris_snap", "axum", "hyper", "reqwest", "SELECT ", "INSERT ", "UPDATE txn", "DELETE "] {
            assert!(!text.contains(word), "{} holds {word:?}", path.display());
        }
    }
}

/// `ON CONFLICT DO NOTHING` without a target swallows the violation of any constraint, also one nobody thought of.
#[test]
fn every_conflict_names_its_target() {
    let mut paths = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut paths);
    let mut targets = 0;
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        for rest in text.split("ON CONFLICT").skip(1) {
            assert!(
                rest.starts_with(" ("),
                "{}: ON CONFLICT{}",
                path.display(),
                rest.get(..20).unwrap_or(rest)
            );
            targets += 1;
        }
    }
    assert!(targets > 5, "only {targets} were read");
}
