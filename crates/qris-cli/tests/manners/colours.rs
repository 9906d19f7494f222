//! Colours follow the terminal, and what its user says of them.
#![cfg(target_os = "linux")]

use std::process::{Command, Stdio};

use crate::support::{FINPAY, STATIC};

/// What a terminal is shown.
fn on_a_terminal(line: &str, settings: &[(&str, &str)]) -> String {
    let program = env!("CARGO_BIN_EXE_qris").replace('\'', "'\\''");
    let mut command = Command::new("script");
    command.args(["--quiet", "--command", &format!("{program} {line}"), "/dev/null"]).stdin(Stdio::null());
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI"] {
        command.env_remove(name);
    }
    command.env("TERM", "xterm").envs(settings.iter().copied());
    let ran = command.output().expect("script(1), of util-linux, gives a terminal");
    String::from_utf8_lossy(&ran.stdout).into_owned()
}

/// Whether there is a sequence that sets colours or weights; those that move the cursor are of progress bars.
fn has_colours(text: &str) -> bool {
    text.split("\u{1b}[")
        .skip(1)
        .any(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').starts_with('m'))
}

#[test]
fn no_command_is_coloured_where_colours_are_not_wanted() {
    let mut lines = vec![
        format!("decode '{FINPAY}'"),
        format!("decode '{}'", FINPAY.replace("Sogi", "Soga")),
        format!("check '{FINPAY}'"),
        "decode 0002".to_owned(),
        "decode --help".to_owned(),
        "generate".to_owned(),
        "check 000201 0102".to_owned(),
    ];
    if cfg!(feature = "render") {
        lines.push(format!("render '{STATIC}'"));
    }
    for line in &lines {
        let coloured = on_a_terminal(line, &[]);
        assert!(has_colours(&coloured), "{line}: {coloured}");
        for setting in [("NO_COLOR", "1"), ("CLICOLOR", "0"), ("TERM", "dumb")] {
            let plain = on_a_terminal(line, &[setting]);
            assert!(!plain.is_empty() && !has_colours(&plain), "{setting:?} {line}: {plain}");
        }
    }
    // What never is coloured stays so.
    for line in ["explain crc-mismatch", "schema", "bulk /dev/null", "edit 0002 --diff"] {
        assert!(!has_colours(&on_a_terminal(line, &[("NO_COLOR", "1")])), "{line}");
    }
}
