//! What to say of a command line that cannot be followed. clap says what is wrong with it and names what is spelt alike;
//! what people mean by other words, and what a shell does to a payload without quotes, is said here.

mod quoted;
mod table;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};
use qris_core::display::Safe;

use table::{FEATURED, OPTIONS, VERBS, meanings};

/// Other commands that have an option: so many are named.
const MOST_COMMANDS: usize = 4;

/// Says why a command line cannot be followed; or prints help or the version, which come the same way.
pub(crate) fn refused(mut error: clap::Error, args: &[OsString]) -> ExitCode {
    let mut root = crate::Cli::command();
    root.build();
    let args = quoted::texts(args);
    if is_of_payers(&args) && shows_what_was_given(&error) {
        say_without_values(&error);
        return ExitCode::from(2);
    }
    if matches!(error.kind(), ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand)
        && let Some(split) = quoted::split_payload(&args)
    {
        say_split(&split);
        return ExitCode::from(2);
    }
    let (known, tips) =
        match (error.kind(), error.get(ContextKind::InvalidSubcommand), error.get(ContextKind::InvalidArg)) {
            (ErrorKind::InvalidSubcommand, Some(ContextValue::String(word)), _) => {
                (ContextKind::SuggestedSubcommand, verb(&root, &args, word))
            }
            (ErrorKind::UnknownArgument, _, Some(ContextValue::String(word))) => (
                ContextKind::SuggestedArg,
                argument(&root, &args, word, error.get(ContextKind::SuggestedArg).is_some()),
            ),
            (ErrorKind::ArgumentConflict, ..) if conflict(&error, &["--bulk", "--output"]) => (
                ContextKind::Suggested,
                vec!["the payloads go to standard output: > FILE; --out-dir DIR draws them".to_owned()],
            ),
            _ => (ContextKind::Suggested, Vec::new()),
        };
    // clap names the likeliest last.
    if let Some(ContextValue::Strings(alike)) = error.get(ContextKind::SuggestedSubcommand) {
        let likeliest_first = alike.iter().rev().cloned().collect();
        error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(likeliest_first));
    }
    if !tips.is_empty() {
        error.remove(known);
        let tips = tips.iter().map(|tip| StyledStr::from(Safe(tip).to_string())).collect();
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
    }
    let code = error.exit_code();
    // Nobody listening is no reason to fail.
    let _ = error.print();
    ExitCode::from(u8::try_from(code).unwrap_or(2))
}

/// Whether the command line has to do with codes that payers show: what is in them is said to nobody.
fn is_of_payers(args: &[String]) -> bool {
    let together: String =
        args.iter().skip(1).flat_map(|arg| arg.chars()).filter(|c| !c.is_whitespace()).collect();
    args.get(1).is_some_and(|command| command == "cpm")
        || ["hQVDUFYwM", "8505435056"].iter().any(|begin| together.contains(begin))
}

/// Whether clap would repeat a value or a word that it does not know.
fn shows_what_was_given(error: &clap::Error) -> bool {
    use ErrorKind::{
        InvalidSubcommand, InvalidValue, NoEquals, TooManyValues, UnknownArgument, ValueValidation,
        WrongNumberOfValues,
    };
    matches!(
        error.kind(),
        InvalidSubcommand
            | InvalidValue
            | NoEquals
            | TooManyValues
            | UnknownArgument
            | ValueValidation
            | WrongNumberOfValues
    )
}

/// Says what is wrong with a command line, and no value of it.
fn say_without_values(error: &clap::Error) {
    use std::io::Write;
    let (red, mut out) = (AnsiColor::Red.on_default().bold(), anstream::stderr());
    let option = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => {
            argument.split([' ', '=']).next().filter(|name| name.starts_with("--"))
        }
        _ => None,
    };
    let why = std::error::Error::source(error).map(|source| format!(": {source}")).unwrap_or_default();
    let message = match (error.kind(), option) {
        (ErrorKind::UnknownArgument, Some(option)) => format!("there is no option {option} here"),
        (ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand, None) => {
            "there is an argument too many. A code is one argument: put it into quotes, or into a file"
                .to_owned()
        }
        (_, Some(option)) => format!("the value of {option} is not right{why}"),
        (_, None) => format!("a value is not right{why}"),
    };
    let _ = writeln!(
        out,
        "{red}error:{red:#} {}\n\nWhat was given is not shown: it may be secret. For more information, try '--help'.",
        Safe(&message)
    );
}

fn say_split(split: &quoted::Split) {
    use std::io::Write;
    let (red, green) = (AnsiColor::Red.on_default().bold(), AnsiColor::Green.on_default());
    let (plain, mut out) = (Style::new(), anstream::stderr());
    let _ = writeln!(
        out,
        "{red}error:{red:#} the payload came in several arguments: the shell split it at its blanks\n\n  \
         {green}tip:{green:#} put it into quotes{}",
        match &split.line {
            Some(line) => format!(":\n\n{plain}{line}{plain:#}"),
            None => String::new(),
        }
    );
}

/// Whether these two options were given together.
fn conflict(error: &clap::Error, options: &[&str; 2]) -> bool {
    let is = |kind, option: &str| match error.get(kind) {
        Some(ContextValue::String(argument)) => argument.split(' ').next() == Some(option),
        Some(ContextValue::Strings(arguments)) => {
            arguments.iter().any(|argument| argument.split(' ').next() == Some(option))
        }
        _ => false,
    };
    let kinds = (ContextKind::InvalidArg, ContextKind::PriorArg);
    let [one, other] = options;
    (is(kinds.0, one) && is(kinds.1, other)) || (is(kinds.0, other) && is(kinds.1, one))
}

/// A command and what it does: `qris encode: make a payload from values or from JSON`.
fn does(root: &Command, meaning: &str) -> Option<String> {
    let words = meaning.split(' ').take_while(|word| !word.starts_with('-'));
    let command = words.clone().try_fold(root, |command, word| command.find_subcommand(word))?;
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    if words.count() == 0 {
        return Some(format!("`qris {meaning}`"));
    }
    let mut about = about.chars();
    let lower = about.next().map(|first| first.to_lowercase().to_string()).unwrap_or_default();
    Some(format!("`qris {meaning}`: {lower}{}", about.as_str()))
}

/// What a word may mean that no command is called.
fn verb(root: &Command, args: &[String], word: &str) -> Vec<String> {
    let mut tips: Vec<String> = Vec::new();
    let at_root = args.get(1).is_some_and(|first| first == word);
    for path in paths(root).iter().filter(|path| path.last().is_some_and(|last| last == word)) {
        tips.extend(does(root, &path.join(" ")));
    }
    if at_root {
        tips.extend(meanings(VERBS, word).iter().filter_map(|meaning| does(root, meaning)));
        if let Some((_, feature)) = FEATURED.iter().find(|(command, _)| *command == word) {
            tips.push(format!(
                "this `qris` was built without it: `cargo build -p qris-cli --features {feature}`"
            ));
        }
        if Path::new(word).is_file() {
            tips.push(format!(
                "that is a file: `qris decode {word}`, or `qris bulk {word}` for a payload a line"
            ));
        } else if word.starts_with("0002") {
            tips.push("that is a payload: `qris decode` it, `qris check` it, …".to_owned());
        }
    }
    tips.dedup();
    tips
}

/// The names that lead to every command, but for `help`.
fn paths(root: &Command) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    let mut open = vec![(Vec::new(), root)];
    while let Some((path, command)) = open.pop() {
        for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
            let path: Vec<String> = path.iter().cloned().chain([inner.get_name().to_owned()]).collect();
            all.push(path.clone());
            open.push((path, inner));
        }
    }
    all.sort_by_key(Vec::len);
    all
}

/// What an option, or a word too many, may mean. `alike`: clap knows an option that is spelt alike.
fn argument(root: &Command, args: &[String], word: &str, alike: bool) -> Vec<String> {
    let command = at(root, args);
    let Some(name) = option_name(word) else {
        return quoted::torn(args, word).into_iter().collect();
    };
    if ["color", "colour", "no-color", "no-colour"].contains(&name) && !has(command, "dark") {
        return vec![
            "colours follow the terminal; NO_COLOR=1 in the environment switches them off".to_owned(),
        ];
    }
    let meant = meanings(OPTIONS, name).iter();
    let here: Vec<&str> = meant
        .copied()
        .filter(|meaning| has(command, meaning.split(' ').next().unwrap_or_default()))
        .collect();
    if !here.is_empty() {
        return vec![format!("there is --{}", here.join(", --"))];
    }
    if alike {
        return Vec::new();
    }
    let others = paths(root).into_iter().filter(|path| {
        let other = path.iter().try_fold(root, |command, word| command.find_subcommand(word));
        other.is_some_and(|other| has(other, name))
    });
    let others: Vec<String> =
        others.take(MOST_COMMANDS).map(|path| format!("`qris {}`", path.join(" "))).collect();
    if others.is_empty() {
        Vec::new()
    } else {
        vec![format!("--{name} is an option of {}", others.join(", "))]
    }
}

/// `--json=x` is called `json`; a word is no option.
fn option_name(word: &str) -> Option<&str> {
    let name = word.strip_prefix("--").or_else(|| word.strip_prefix('-'))?;
    let name = name.split('=').next()?;
    (!name.is_empty()).then_some(name)
}

fn has(command: &Command, option: &str) -> bool {
    command.get_arguments().any(|argument| argument.get_long() == Some(option))
}

/// The command that the arguments lead to.
fn at<'c>(root: &'c Command, args: &[String]) -> &'c Command {
    let mut command = root;
    for arg in args.iter().skip(1).filter(|arg| !arg.starts_with('-')) {
        match command.find_subcommand(arg) {
            Some(inner) => command = inner,
            None => break,
        }
    }
    command
}

#[cfg(all(test, feature = "scan", feature = "serve", feature = "snap"))]
mod tests {
    use super::*;

    fn root() -> Command {
        let mut root = crate::Cli::command();
        root.build();
        root
    }

    #[test]
    fn every_word_leads_to_a_command_or_an_option_there_is() {
        let root = root();
        for (word, meanings) in VERBS {
            assert!(root.find_subcommand(word).is_none(), "{word} is a command itself");
            for meaning in *meanings {
                let line: Vec<String> =
                    std::iter::once("qris").chain(meaning.split(' ')).map(str::to_owned).collect();
                let option = line.iter().find_map(|word| word.strip_prefix("--"));
                assert!(does(&root, meaning).is_some(), "{word}: {meaning}");
                assert!(option.is_none_or(|option| has(at(&root, &line), option)), "{word}: {meaning}");
            }
        }
        let all = paths(&root);
        let commands: Vec<&Command> = all
            .iter()
            .filter_map(|path| path.iter().try_fold(&root, |command, word| command.find_subcommand(word)))
            .collect();
        for (word, meanings) in OPTIONS {
            for meaning in *meanings {
                let option = meaning.split(' ').next().unwrap();
                assert!(commands.iter().any(|command| has(command, option)), "{word}: --{option}");
            }
        }
        assert!(FEATURED.iter().all(|(command, _)| root.find_subcommand(command).is_some()));
    }

    #[test]
    fn words_are_sorted_and_stand_once() {
        for table in [VERBS, OPTIONS] {
            assert!(table.windows(2).all(|rows| rows[0].0 < rows[1].0), "{table:?}");
        }
    }
}
