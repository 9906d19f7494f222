//! `qris gateway key` and `master-key`.

use clap::{Args as ClapArgs, Subcommand};
use qris_gateway::admin::{GatewayKeyObject, rotate_master_key};

use super::args::Common;
use super::{at_work, config, print_json, print_table};
use crate::cmd::serve::runtime;
use crate::output::{Outcome, Verdict, print_line, say};

#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// Show the public keys that notifications are verified with, and their times
    Show(Common),
    /// Make a new key that signs notifications
    Rotate(RotateOwnKey),
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Receivers need the new public key before it signs: give it to them and let it
sign later.
  qris gateway key rotate --signs-in 604800
A gateway that runs follows within a minute.")]
pub(super) struct RotateOwnKey {
    #[command(flatten)]
    common: Common,
    /// Seconds until the new key signs in place of the old one.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    signs_in: u32,
    /// Seconds after that for which the old public key is still shown, for receivers that are late.
    #[arg(long, value_name = "SECONDS", default_value_t = 86_400)]
    grace: u32,
}

#[derive(Debug, Subcommand)]
pub(super) enum MasterKeyCommand {
    /// Make a new master key and seal every secret under it
    Rotate(RotateMasterKey),
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "NAME.new holds the new key until everything is sealed under it, NAME.old the one
before from then on: keep that with the backups of its time. Gateways serve
meanwhile. Cut off, it goes on when it is called again. Gateways on other
machines: --prepare, bring NAME.new beside each one's master key file, then call
it without; at the end bring the new NAME there too, and delete NAME.new there.")]
pub(super) struct RotateMasterKey {
    #[command(flatten)]
    common: Common,
    /// Make NAME.new and stop.
    #[arg(long)]
    prepare: bool,
}

pub(super) fn show(common: Common) -> Outcome {
    let keys = at_work(common.place(false), async |opened| opened.office().gateway_keys().await)?;
    print_keys(common.json, &keys)
}

pub(super) fn rotate(args: RotateOwnKey) -> Outcome {
    let RotateOwnKey { common, signs_in, grace } = args;
    let rotate = async |opened: &qris_gateway::admin::Opened| {
        opened.office().rotate_gateway_key(signs_in, grace).await
    };
    print_keys(common.json, &at_work(common.place(false), rotate)?)
}

fn print_keys(json: bool, keys: &[GatewayKeyObject]) -> Outcome {
    if json {
        return print_json(&keys);
    }
    let rows: Vec<_> = keys
        .iter()
        .map(|key| {
            let until = key.valid_until.clone().unwrap_or_else(|| "-".to_owned());
            let signs = if key.signs { "yes" } else { "no" };
            [key.created_at.clone(), signs.to_owned(), key.signs_from.clone(), until]
        })
        .collect();
    print_table(&["CREATED", "SIGNS", "FROM", "VALID UNTIL"], &rows)?;
    for key in keys {
        for line in key.public_key.lines() {
            print_line(line)?;
        }
    }
    Ok(Verdict::Good)
}

pub(super) fn rotate_master(args: RotateMasterKey) -> Outcome {
    let config = config(args.common.place(false))?;
    let done = runtime()?.block_on(rotate_master_key(&config, args.prepare))?;
    if args.common.json {
        return print_json(&done);
    }
    let file = done.file.display();
    if done.done {
        say(
            "rotated",
            &format!("{file}, {} secrets sealed anew; the key before is {file}.old", done.resealed),
        );
    } else {
        say("prepared", &file.to_string());
    }
    Ok(Verdict::Good)
}
