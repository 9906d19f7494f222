//! The arrows between the files, as the head of each says: nothing names what stands after it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// From what knows least to what knows most. `payload`, `application` and the masked line of `display` show each other, as
/// views of one thing.
const ORDER: [&[&str]; 10] = [
    &["tag"],
    &["error"],
    &["tlv", "base64", "payload", "application", "display", "digits", "schema"],
    &["rules"],
    &["finding"],
    &["check"],
    &["qris"],
    &["builder"],
    &["arbitrary"],
    &["lib"],
];

#[test]
fn arrows_point_down() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(&src).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let level = ORDER.iter().position(|level| level.contains(&&*name));
        let level = level.unwrap_or_else(|| panic!("{name} is in no level"));
        let text = fs::read_to_string(&path).unwrap();
        let code: Vec<&str> = text
            .split("#[cfg(test)]\nmod")
            .next()
            .unwrap()
            .lines()
            .map(|line| line.split("//").next().unwrap())
            .collect();
        let code = code.join("\n");
        for (place, _) in code.match_indices("crate::") {
            let other: String =
                code[place + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let known = ORDER.iter().position(|level| level.contains(&&*other));
            assert!(known.is_none_or(|known| known <= level), "{name} names crate::{other}");
        }
        files.insert(name);
    }
    assert_eq!(files.len(), ORDER.iter().map(|level| level.len()).sum::<usize>());
}
