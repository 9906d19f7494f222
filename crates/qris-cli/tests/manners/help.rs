//! Every command's help and manual page.

use std::collections::BTreeSet;

use crate::support::qris;

/// Every command by its words, and its long help; the first is `qris` itself.
pub(crate) fn every_help() -> Vec<(Vec<String>, String)> {
    let mut all: Vec<(Vec<String>, String)> = Vec::new();
    let mut open: Vec<Vec<String>> = vec![Vec::new()];
    while let Some(path) = open.pop() {
        let mut args: Vec<&str> = path.iter().map(String::as_str).collect();
        args.push("--help");
        let ran = qris(&args);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{args:?}");
        let help = ran.text();
        let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
        for line in commands.take_while(|line| !line.is_empty()) {
            // Names stand two columns in; what is further in goes on with the line before.
            let name = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' '));
            let name = name.and_then(|rest| rest.split(' ').next());
            let name = name.filter(|name| *name != "help");
            open.extend(name.map(|name| path.iter().cloned().chain([name.to_owned()]).collect()));
        }
        all.push((path, help));
    }
    all
}

/// The example commands of a help, continued lines put together.
pub(crate) fn examples(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| !line.starts_with("Example")).skip(1);
    let mut all: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in lines.take_while(|line| line.starts_with("  ")) {
        let text = line.trim();
        match all.last_mut().filter(|_| goes_on) {
            Some(last) => *last = format!("{} {text}", last.trim_end_matches('\\').trim_end()),
            None => all.push(text.to_owned()),
        }
        goes_on = text.ends_with('\\');
    }
    all
}

#[test]
fn help_fits_80_columns_and_examples_are_never_broken() {
    let mut seen = 0;
    for (path, help) in every_help() {
        for line in help.lines() {
            assert!(line.chars().count() <= 80, "{path:?}: {line}");
        }
        // What is continued says so; everything else begins with a command.
        for example in examples(&help) {
            let command = ["qris ", "cat ", "ls "].iter().any(|begin| example.starts_with(begin));
            assert!(command, "{path:?}: {example}");
            seen += 1;
        }
        // The width of the terminal is no reason to break a command.
        let mut args: Vec<&str> = path.iter().map(String::as_str).collect();
        args.push("--help");
        assert_eq!(narrow(&args), help, "{path:?}");
    }
    assert!(
        seen >= if cfg!(all(feature = "call", feature = "serve", feature = "scan")) { 50 } else { 20 },
        "{seen}"
    );
}

/// Standard output where people have 40 columns.
fn narrow(args: &[&str]) -> String {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_qris"));
    let output = command.args(args).env("COLUMNS", "40").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_command_has_a_manual_page_with_its_examples_as_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("man1");
    assert_eq!(qris(&["man", "--out", into.to_str().unwrap()]).code, 0);
    let helps = every_help();
    let names: BTreeSet<String> = helps
        .iter()
        .map(|(path, _)| ["qris".to_owned()].iter().chain(path).cloned().collect::<Vec<_>>().join("-"))
        .collect();
    let files: BTreeSet<String> = std::fs::read_dir(&into)
        .unwrap()
        .map(|file| file.unwrap().file_name().to_str().unwrap().trim_end_matches(".1").to_owned())
        .collect();
    assert_eq!(files, names);
    for (path, help) in &helps {
        let mut args = vec!["man"];
        args.extend(path.iter().map(String::as_str));
        let page = qris(&args).text();
        let name = [&["qris".to_owned()], path.as_slice()].concat().join("-");
        assert_eq!(std::fs::read_to_string(into.join(format!("{name}.1"))).unwrap(), page, "{name}");
        assert!(page.contains(&format!(".TH {} 1", name.to_uppercase())), "{page}");
        // Hyphens, backslashes and the like are written as roff wants them.
        let plain = |text: &str| text.replace('\\', "").replace("*(Aq", "'");
        for line in help.lines().skip_while(|line| !line.starts_with("Example")).skip(1) {
            let Some(example) = line.strip_prefix("  ") else { break };
            assert!(plain(&page).contains(&plain(example)), "{name}: {example}\n{page}");
        }
    }
    let none = qris(&["man", "gateway", "nothing"]);
    assert!(
        none.code == 2 && none.stderr.contains("there is no command `qris gateway nothing`"),
        "{}",
        none.stderr
    );
}
