//! `qris gateway backup` and `restore`.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use qris_gateway::admin::{back_up, check_copy};

use super::args::Common;
use super::{config, print_json, print_table};
use crate::cmd::serve::runtime;
use crate::output::{Outcome, Verdict, say};

#[derive(Debug, ClapArgs)]
#[command(after_help = "The copy is one state of the data, in one file that only its owner can read, or
there is none. It holds no master key: keep that file too, and elsewhere.")]
pub(super) struct Backup {
    #[command(flatten)]
    common: Common,
    /// Where the copy goes.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replace a file of that name.
    #[arg(long)]
    force: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "To restore: stop the gateways, check the copy, put it in the place of the
database, remove the files beside that (-wal, -shm), start. The copy is read,
never changed.
Exit status: 0 it can be restored, 1 it cannot, 2 a file cannot be read.")]
pub(super) struct Restore {
    #[command(flatten)]
    common: Common,
    /// The copy.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Say what the copy is worth: whole, of a known schema, its secrets open, what it holds.
    #[arg(long, required = true)]
    check: bool,
    /// The master key file of the copy; what the settings or else the copy names when absent.
    #[arg(long, value_name = "FILE")]
    master_key_file: Option<PathBuf>,
}

pub(super) fn backup(args: Backup) -> Outcome {
    let config = config(args.common.place(false))?;
    runtime()?.block_on(back_up(&config, &args.file, args.force))?;
    if args.common.json {
        return print_json(&serde_json::json!({ "file": args.file }));
    }
    say("backed up", &format!("{} to {}", config.database.public(), args.file.display()));
    Ok(Verdict::Good)
}

pub(super) fn restore(args: Restore) -> Outcome {
    let config = config(args.common.place(false))?;
    let key = args.master_key_file.or(config.master_key_file);
    let found = runtime()?.block_on(check_copy(&args.file, key))?;
    if args.common.json {
        return print_json(&found);
    }
    let line = |name: &str, value: String| [name.to_owned(), value];
    let mut rows = vec![
        line("integrity", "ok".to_owned()),
        line("schema", format!("{}, a start makes it {}", found.schema, found.becomes)),
        line("secrets opened", found.secrets.to_string()),
        line("master key file", found.master_key_file.unwrap_or_else(|| "none needed".to_owned())),
    ];
    rows.extend(found.tables.iter().map(|count| line(count.table, count.rows.to_string())));
    print_table(&[], &rows)
}
