//! `qris man`: manual pages. clap_mangen writes them, but for what stands behind the options: it would fill example
//! commands like prose.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use crate::output::{Failure, NewFile, Outcome, Verdict, cannot_write, raw_results, say};

/// Print the manual page of a command, or write all of them
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  qris man | man -l -
  qris man gateway partner | man -l -
  qris man --out man1             one file a command: man1/qris-decode.1, …")]
pub(crate) struct Args {
    /// The command; without it, the page of `qris` itself.
    command: Vec<String>,
    /// Write a page for every command into this folder, which is made when it is not there.
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    out: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Outcome {
    // Every command has `help`; it needs no page.
    let mut root = crate::Cli::command().disable_help_subcommand(true);
    root.build();
    if let Some(folder) = &args.out {
        std::fs::create_dir_all(folder).map_err(|error| cannot_write(folder, error))?;
        let mut open = vec![&root];
        while let Some(command) = open.pop() {
            let path = folder.join(format!("{}.1", name(command)));
            let mut file = NewFile::create(&path)?;
            page(command, file.writer()).map_err(|error| cannot_write(&path, error))?;
            file.keep(true)?;
            open.extend(command.get_subcommands());
        }
        return Ok(Verdict::Good);
    }
    let command = args.command.iter().try_fold(&root, |command, word| command.find_subcommand(word));
    let Some(command) = command else {
        return Err(Failure::Usage(format!(
            "there is no command `qris {}`: `qris help` lists them",
            args.command.join(" ")
        )));
    };
    if io::stdout().is_terminal() {
        say("hint", "this is for `man`: pipe it into `man -l -`");
    }
    let mut out = raw_results();
    page(command, &mut out)?;
    out.flush()?;
    Ok(Verdict::Good)
}

/// `qris-gateway-partner`.
fn name(command: &Command) -> &str {
    command.get_display_name().unwrap_or(command.get_name())
}

fn page(command: &Command, out: &mut dyn Write) -> io::Result<()> {
    let version = concat!("qris ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.clone()).title(name(command).to_uppercase()).source(version).manual("QRIS");
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;
    if command.has_subcommands() {
        man.render_subcommands_section(out)?;
    }
    let after = command.get_after_long_help().or(command.get_after_help());
    let after = after.map(ToString::to_string).unwrap_or_default();
    notes(&after).to_writer(out)
}

/// What stands behind the options: prose, and examples line for line.
fn notes(after: &str) -> Roff {
    let mut roff = Roff::new();
    let is_example = |line: &&str| line.starts_with(' ');
    let is_heading = |line: &str| line.starts_with("Example");
    let prose: Vec<&str> = after.lines().filter(|line| !is_example(line) && !is_heading(line)).collect();
    if prose.iter().any(|line| !line.is_empty()) {
        roff.control("SH", ["NOTES"]);
        for line in prose {
            if line.is_empty() {
                roff.control("PP", []);
            } else {
                roff.text([roman(line)]);
            }
        }
    }
    if after.lines().any(is_heading) {
        roff.control("SH", ["EXAMPLES"]);
        roff.control("nf", []);
        for line in after.lines().filter(is_example) {
            roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
        }
        roff.control("fi", []);
    }
    roff
}
