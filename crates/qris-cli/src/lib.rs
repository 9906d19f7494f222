#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod amount;
pub mod anonymize;
mod beginning;
mod caret;
mod cmd;
mod diagnosis;
mod fit;
mod headline;
mod input;
pub mod json;
mod making;
mod names;
mod output;
mod picture;
mod usage;
mod words;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Decode, check, encode, edit and draw QRIS / EMVCo MPM payloads.
///
/// Results go to standard output, talk to standard error. Exit status: 0 good, 1 the payload is bad or
/// refused, 2 usage or I/O.
#[derive(Debug, Parser)]
#[command(name = "qris", version, propagate_version = true, term_width = 80)]
#[command(after_help = "Examples:
  qris decode payload.qr                     the tree of a payload
  qris decode --format json payload.qr       the same for programs
  qris check payload.qr                      what is wrong, with clauses
  qris edit payload.qr --amount 15000        static to dynamic
  qris render payload.qr -o code.png         the QR symbol
  qris explain crc-mismatch                  what a code means
A payload may also come in quotes, on standard input, or as a picture.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Decode(cmd::decode::Args),
    #[command(visible_aliases = ["validate", "verify"])]
    Check(cmd::check::Args),
    Encode(Box<cmd::encode::Args>),
    Edit(Box<cmd::edit::Args>),
    Anonymize(cmd::anonymize::Args),
    #[cfg(feature = "render")]
    Render(Box<cmd::render::Args>),
    #[cfg(feature = "sticker")]
    Sticker(Box<cmd::sticker::Args>),
    #[cfg(feature = "scan")]
    Scan(cmd::scan::Args),
    Cpm(cmd::cpm::Args),
    Bulk(cmd::bulk::Args),
    Schema(cmd::schema::Args),
    Explain(cmd::explain::Args),
    #[cfg(feature = "snap")]
    Snap(cmd::snap::Args),
    #[cfg(feature = "serve")]
    Serve(cmd::serve::Args),
    #[cfg(feature = "serve")]
    Gateway(Box<cmd::gateway::Args>),
    Completions(cmd::completions::Args),
    Man(cmd::man::Args),
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return usage::refused(error, &args),
    };
    let result = match cli.command {
        Command::Decode(args) => cmd::decode::run(&args),
        Command::Check(args) => cmd::check::run(&args),
        Command::Encode(args) => cmd::encode::run(&args),
        Command::Edit(args) => cmd::edit::run(&args),
        Command::Anonymize(args) => cmd::anonymize::run(&args),
        #[cfg(feature = "render")]
        Command::Render(args) => cmd::render::run(&args),
        #[cfg(feature = "sticker")]
        Command::Sticker(args) => cmd::sticker::run(&args),
        #[cfg(feature = "scan")]
        Command::Scan(args) => cmd::scan::run(&args),
        Command::Cpm(args) => cmd::cpm::run(&args),
        Command::Bulk(args) => cmd::bulk::run(&args),
        Command::Schema(args) => cmd::schema::run(&args),
        Command::Explain(args) => cmd::explain::run(&args),
        #[cfg(feature = "snap")]
        Command::Snap(args) => cmd::snap::run(&args),
        #[cfg(feature = "serve")]
        Command::Serve(args) => cmd::serve::run(&args),
        #[cfg(feature = "serve")]
        Command::Gateway(args) => cmd::gateway::run(*args),
        Command::Completions(args) => cmd::completions::run(&args),
        Command::Man(args) => cmd::man::run(&args),
    };
    output::exit_code(result)
}
