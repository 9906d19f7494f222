//! The README in Indonesian has the commands and the code of the English one.

use std::fs;

use crate::support::repository;

/// The fenced blocks of a document: language and lines, without comments, which are translated.
fn blocks(name: &str) -> Vec<(String, Vec<String>)> {
    let text = fs::read_to_string(repository(name)).unwrap();
    let mut blocks: Vec<(String, Vec<String>)> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match line.strip_prefix("```") {
            Some(language) if !inside => {
                blocks.push((language.to_owned(), Vec::new()));
                inside = true;
            }
            Some(_) => inside = false,
            None if inside => blocks.last_mut().unwrap().1.push(line.to_owned()),
            None => {}
        }
    }
    assert!(!inside, "{name} ends within a block");
    for (language, lines) in &mut blocks {
        let verbs = language == "text"
            && lines.iter().all(|line| line.starts_with("qris ") || line.starts_with("    "));
        for line in lines {
            *line = command(line, verbs);
        }
    }
    blocks
}

/// A line without its comment; of a list of verbs the verb alone, or the whole line of options below one.
fn command(line: &str, verbs: bool) -> String {
    let ends: &[&str] = match (verbs, line.starts_with("qris ")) {
        (true, true) => return line.split_whitespace().take(2).collect::<Vec<_>>().join(" "),
        (true, false) => &[": "],
        _ => &["  #", " // "],
    };
    let end = ends.iter().filter_map(|end| line.find(end)).min().unwrap_or(line.len());
    line[..end].trim_end().to_owned()
}

#[test]
fn the_readme_in_indonesian_has_the_same_commands() {
    let (english, indonesian) = (blocks("README.md"), blocks("README.id.md"));
    assert!(english.len() >= 10, "{} blocks", english.len());
    for (index, (one, other)) in english.iter().zip(&indonesian).enumerate() {
        assert_eq!(one, other, "block {} of README.id.md is not that of README.md", index + 1);
    }
    assert_eq!(english.len(), indonesian.len(), "README.id.md has other blocks than README.md");
}

/// What is compared is what somebody types.
#[test]
fn comments_are_not_compared() {
    assert_eq!(
        command("qris gateway demo pay INV-1       # or the button", false),
        "qris gateway demo pay INV-1"
    );
    assert_eq!(command("let x = 1;    // why", false), "let x = 1;");
    assert_eq!(command("qris check      what is wrong", true), "qris check");
    assert_eq!(command("     --bulk a.csv --column b=c: a payload", true), "     --bulk a.csv --column b=c");
    assert_eq!(command("# qris-core = { git = \"x\" }", false), "# qris-core = { git = \"x\" }");
}
