//! What holds in every crate of the workspace: doc comments that say something, and documents with every feature.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("target") && !path.ends_with("node_modules") {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// What is wrong with a line of a doc comment; `first` of its comment or not.
fn fault(text: &str, first: bool) -> Option<&'static str> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    let is_item =
        digits > 0 && rest.starts_with(['.', ')']) && rest[1..].chars().next().is_none_or(|c| c == ' ');
    if is_item {
        return Some("rustdoc makes a numbered list of this");
    }
    let words = text.split(|c: char| !c.is_alphabetic());
    let says = words.filter(|word| word.chars().count() > 2 && *word != "and").count() > 0;
    (first && !text.is_empty() && !says).then_some("a number does not say what it stands for")
}

/// `/// 60.` is an empty list in the documents, and `/// 60` helps nobody who does not know the table by heart:
/// `/// The merchant city (60).`
#[test]
fn doc_comments_have_words() {
    assert_eq!(fault("60.", true), Some("rustdoc makes a numbered list of this"));
    assert_eq!(fault("4045208.", false), Some("rustdoc makes a numbered list of this"));
    assert_eq!(fault("26–39 and 41–45.", true), Some("a number does not say what it stands for"));
    assert_eq!(fault("`2026-11-21`.", true), Some("a number does not say what it stands for"));
    assert_eq!(fault("The merchant city (60).", true), None);
    assert_eq!(fault("99.99 per cent", true), None);
    let mut files = Vec::new();
    for folder in ["crates", "benches", "differential", "fuzz"] {
        sources(&root().join(folder), &mut files);
    }
    let mut faults = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let mut before = false;
        for (number, line) in text.lines().enumerate() {
            let line = line.trim_start();
            let comment = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
            let comment = comment.filter(|text| text.is_empty() || text.starts_with(' '));
            if let Some(fault) = comment.and_then(|text| fault(text.trim(), !before)) {
                let file = path.strip_prefix(root()).unwrap().display();
                faults.push(format!("{file}:{}: {line}: {fault}", number + 1));
            }
            before = comment.is_some();
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Documents made by others have every feature as well, and say which item needs which.
#[test]
fn documents_show_every_feature() {
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let folder = entry.unwrap().path();
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        if manifest.contains("publish = false") {
            continue;
        }
        let name = folder.file_name().unwrap().to_str().unwrap();
        let place = manifest.split("[package.metadata.docs.rs]\n").nth(1);
        let place = place.unwrap_or_else(|| panic!("{name}: Cargo.toml has no [package.metadata.docs.rs]"));
        let lines: Vec<&str> = place.lines().take_while(|line| !line.is_empty()).collect();
        assert!(lines.contains(&"all-features = true"), "{name}: {lines:?}");
        if manifest.contains("\n[features]\n") {
            assert!(lines.contains(&"rustdoc-args = [\"--cfg\", \"docsrs\"]"), "{name}: {lines:?}");
            let library = fs::read_to_string(folder.join("src/lib.rs")).unwrap();
            assert!(library.contains("#![cfg_attr(docsrs, feature(doc_cfg))]"), "{name}: src/lib.rs");
        }
    }
}

/// Where the files of `tests/` are modules of one program, a file nobody named there would not be run.
#[test]
fn every_test_file_is_run() {
    let mut merged = 0;
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let folder = entry.unwrap().path();
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        let Ok(all) = fs::read_to_string(folder.join("tests/all.rs")) else { continue };
        assert!(
            manifest.contains("\nautotests = false\n"),
            "{folder:?}: all.rs and files that run by themselves"
        );
        merged += 1;
        for entry in fs::read_dir(folder.join("tests")).unwrap() {
            let path = entry.unwrap().path();
            let is_test = path.extension().is_some_and(|end| end == "rs") || path.join("main.rs").exists();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let has_target = manifest.contains(&format!("[[test]]\nname = \"{name}\"\n"));
            let is_module = all.contains(&format!("\nmod {name};\n"));
            assert!(
                !is_test || has_target != is_module,
                "{}: write `mod {name};` into all.rs beside it, or a [[test]] of its own into Cargo.toml",
                path.display()
            );
        }
    }
    assert!(merged > 3, "{merged}");
}
