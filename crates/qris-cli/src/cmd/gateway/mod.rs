//! `qris gateway`: partners, merchants, notifications and reports of a gateway, also while it runs.

mod acquirer;
mod args;
mod backup;
mod demo;
mod exception;
mod key;
mod migrate;
mod notification;
mod partner;
mod profile;
mod words;

use std::io::{self, BufRead, Read};

use qris_gateway::admin::{MerchantObject, NewMerchant, Opened};
use qris_gateway::config::{Config, Flags, load};
use qris_gateway::error::OperatorError;
use qris_gateway::password;
use qris_gateway::report::{Format, report};
use serde::Serialize;

use args::{
    AddMerchant, BindMerchant, Command, DisableMerchant, ListMerchants, MerchantCommand, NotificationCommand,
    PartnerCommand, Place, ReportArgs, ReportFormat,
};

use key::{KeyCommand, MasterKeyCommand};

pub(crate) use args::Args;
#[cfg(feature = "call")]
pub(crate) use profile::Agreed;

use super::serve::{runtime, variable};
use crate::output::{Failure, Outcome, Verdict, print_line, raw_results, results, say};

fn config(place: Place) -> Result<Config, Failure> {
    let Place { database, config, sandbox } = place;
    let mut settings: Vec<_> = database.map(|text| ("database".to_owned(), text)).into_iter().collect();
    settings.extend(sandbox.then(|| ("sandbox".to_owned(), "true".to_owned())));
    let flags = Flags { config, settings };
    Ok(load(&flags, &variable).map_err(OperatorError::from)?)
}

/// Opens the database and does one thing there.
fn at_work<T>(
    place: Place,
    work: impl AsyncFnOnce(&Opened) -> Result<T, OperatorError>,
) -> Result<T, Failure> {
    let config = config(place)?;
    let runtime = runtime()?;
    let done = runtime.block_on(async { work(&Opened::open(&config).await?).await });
    // A name that is still looked up must not hold up the end.
    runtime.shutdown_background();
    Ok(done?)
}

pub(crate) fn run(args: Args) -> Outcome {
    match args.command {
        Command::Partner(command) => match command {
            PartnerCommand::Add(args) => partner::add(*args),
            PartnerCommand::List(common) => partner::list(common),
            PartnerCommand::Show(args) => partner::show(args),
            PartnerCommand::Set(args) => partner::set(*args),
            PartnerCommand::Authorize(args) => partner::authorize(args),
            PartnerCommand::Disable(args) => partner::disable(args),
            PartnerCommand::RotateKey(args) => partner::rotate_key(args),
        },
        Command::Profile(command) => profile::run(command),
        Command::Merchant(command) => match command {
            MerchantCommand::Add(args) => add_merchant(*args),
            MerchantCommand::List(args) => list_merchants(args),
            MerchantCommand::Disable(args) => disable_merchant(args),
            MerchantCommand::Bind(args) => bind_merchant(args, true),
            MerchantCommand::Unbind(args) => bind_merchant(args, false),
            MerchantCommand::Route(args) => acquirer::route(args),
            MerchantCommand::Unroute(args) => acquirer::unroute(args),
        },
        Command::Acquirer(command) => acquirer::run(command),
        Command::Notifications(NotificationCommand::List(args)) => notification::list(args),
        Command::Notifications(NotificationCommand::Retry(args)) => notification::retry(args),
        Command::Exception(command) => exception::run(command),
        Command::Demo(command) => demo::run(command),
        Command::Report(args) => print_report(args),
        Command::Key(KeyCommand::Show(common)) => key::show(common),
        Command::Key(KeyCommand::Rotate(args)) => key::rotate(args),
        Command::MasterKey(MasterKeyCommand::Rotate(args)) => key::rotate_master(args),
        Command::Backup(args) => backup::backup(args),
        Command::Restore(args) => backup::restore(args),
        Command::Migrate(args) => migrate::run(args),
        Command::PasswordHash => password_hash(),
    }
}

/// One line of standard input; longer passwords than anybody types are refused, not cut.
fn password_hash() -> Outcome {
    const LONGEST: u64 = 1024;
    let mut password = String::new();
    let read = io::stdin().lock().take(LONGEST + 2).read_line(&mut password);
    read.map_err(|error| Failure::Io("standard input".to_owned(), error))?;
    let password = password.trim_end_matches(['\r', '\n']);
    if password.is_empty() || password.len() as u64 > LONGEST {
        return Err(Failure::Usage(format!(
            "a password of 1 to {LONGEST} bytes on standard input is wanted"
        )));
    }
    let hash = password::hash(password).map_err(|error| Failure::Refused(error.to_string()))?;
    print_line(&hash)?;
    Ok(Verdict::Good)
}

fn add_merchant(args: AddMerchant) -> Outcome {
    let common = args.common;
    let new = NewMerchant {
        owner: args.owner,
        demo: args.demo,
        merchant_id: args.merchant_id,
        guid: args.guid,
        mpan: args.mpan,
        acquirer_merchant_id: args.acquirer_merchant_id,
        nmid: args.nmid,
        criteria: args.criteria,
        mcc: args.mcc,
        name: args.name,
        city: args.city,
        postal_code: args.postal_code,
        sub_merchants: args.sub_merchant,
        terminals: args.terminal,
    };
    let made = at_work(common.place(false), async |opened| opened.office().add_merchant(new).await)?;
    if common.json { print_json(&made) } else { print_merchants(&[made]) }
}

fn list_merchants(args: ListMerchants) -> Outcome {
    let common = args.common;
    let found = at_work(common.place(false), async |opened| opened.office().merchants(args.owner).await)?;
    if common.json { print_json(&found) } else { print_merchants(&found) }
}

fn print_merchants(merchants: &[MerchantObject]) -> Outcome {
    let rows: Vec<_> = merchants
        .iter()
        .map(|it| {
            let MerchantObject { merchant_id, owner, name, city, nmid, mpan, mcc, .. } = it;
            let [id, owner, name, city, nmid, mpan, mcc] =
                [merchant_id, owner, name, city, nmid, mpan, mcc].map(Clone::clone);
            [id, owner, name, city, nmid, mpan, mcc, state(&it.disabled_at)]
        })
        .collect();
    print_table(&["MERCHANT ID", "OWNER", "NAME", "CITY", "NMID", "MPAN", "MCC", "STATE"], &rows)
}

/// Characters of an id in a table; a command takes them for the id.
const SHOWN_ID: usize = 8;

/// Seconds as a person says them: `45s`, `12m`, `5h`, `3d`.
fn age(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds}s"),
        120..7_200 => format!("{}m", seconds / 60),
        7_200..172_800 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// Active, or since when not.
fn state(disabled_at: &Option<String>) -> String {
    disabled_at.as_ref().map_or("active".to_owned(), |at| format!("disabled {at}"))
}

fn bind_merchant(args: BindMerchant, bound: bool) -> Outcome {
    let BindMerchant { common, merchant, upstream } = args;
    let (json, id) = (common.json, merchant.clone());
    at_work(common.place(false), async |opened| {
        opened.office().bind_merchant(merchant, upstream, bound).await
    })?;
    done(json, if bound { "bound" } else { "unbound" }, "merchant_id", &id)
}

fn disable_merchant(args: DisableMerchant) -> Outcome {
    let (common, id) = (args.common, args.merchant.or(args.id).unwrap_or_default());
    at_work(common.place(false), async |opened| opened.office().disable_merchant(&id).await)?;
    done(common.json, "disabled", "merchant_id", &id)
}

fn print_report(args: ReportArgs) -> Outcome {
    use std::io::Write;
    let format = match args.format {
        ReportFormat::Csv => Format::Csv,
        ReportFormat::Json => Format::Json,
    };
    let mut out = raw_results();
    let place = Place { database: args.database, config: args.config, sandbox: false };
    at_work(place, async |opened| {
        let made = report(&opened.store, &args.date, args.partner).await?;
        made.write(&opened.store, format, args.entries, &mut out).await
    })?;
    out.flush()?;
    Ok(Verdict::Good)
}

/// Says that something was done to one thing.
fn done(json: bool, word: &str, name: &str, id: &str) -> Outcome {
    if json {
        return print_json(&serde_json::json!({ name: id, word: true }));
    }
    say(word, id);
    Ok(Verdict::Good)
}

fn print_json(value: &impl Serialize) -> Outcome {
    use std::io::Write;
    let mut out = raw_results();
    serde_json::to_writer(&mut out, value)?;
    writeln!(out)?;
    out.flush()?;
    Ok(Verdict::Good)
}

/// Columns as wide as their widest cell, two blanks between.
fn print_table<const N: usize>(head: &[&str], rows: &[[String; N]]) -> Outcome {
    use std::io::Write;
    let head: Vec<String> = head.iter().map(|text| (*text).to_owned()).collect();
    let all = || {
        std::iter::once(head.as_slice())
            .filter(|head| !head.is_empty())
            .chain(rows.iter().map(|row| &row[..]))
    };
    let width =
        |column: usize| all().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..N).map(|column| width(column).unwrap_or(0)).collect();
    let mut out = results();
    for row in all() {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        let line = cells.join("  ");
        writeln!(out, "{}", qris_core::display::Safe(line.trim_end()))?;
    }
    out.flush()?;
    Ok(Verdict::Good)
}
