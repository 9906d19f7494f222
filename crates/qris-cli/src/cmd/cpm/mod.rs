//! `qris cpm`: codes that payers show. They pay, so nothing of them is printed that pays unless it is asked for.

mod check;
mod decode;
mod encode;
pub(crate) mod explained;
mod json;
mod read;
#[cfg(feature = "render")]
mod render;
mod shown;

use clap::{Subcommand, ValueEnum};
use qris_cpm::Profile;

use crate::output::Outcome;

/// Read, check, make and draw codes that payers show (CPM)
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Decode(decode::Args),
    #[command(visible_aliases = ["validate", "verify"])]
    Check(check::Args),
    Encode(Box<encode::Args>),
    #[cfg(feature = "render")]
    Render(render::Args),
}

pub(crate) fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::Decode(args) => decode::run(args),
        Command::Check(args) => check::run(args),
        Command::Encode(args) => encode::run(args),
        #[cfg(feature = "render")]
        Command::Render(args) => render::run(args),
    }
}

/// What codes are judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ProfileName {
    /// EMVCo's tables: any scheme.
    Emvco,
    /// EMVCo's tables as QRIS narrows them.
    Qris,
}

impl ProfileName {
    fn profile(self) -> Profile {
        match self {
            ProfileName::Emvco => Profile::Emvco,
            ProfileName::Qris => Profile::Qris,
        }
    }
}

/// What a code that conforms is like.
fn conforms(profile: Profile) -> &'static str {
    match profile {
        Profile::Qris => "as QRIS says",
        _ => "as EMVCo says",
    }
}
