//! `qris completions`: for shells.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::output::{Outcome, Verdict, raw_results};

/// Print completions for a shell
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell.
    shell: Shell,
}

pub(crate) fn run(args: &Args) -> Outcome {
    use std::io::Write;
    // Into memory first: the generator does not report a closed pipe.
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut crate::Cli::command(), "qris", &mut text);
    let mut out = raw_results();
    out.write_all(&text)?;
    out.flush()?;
    Ok(Verdict::Good)
}
