//! `qris gateway`: partners, merchants, notifications and reports of a gateway, also while it runs.

mod args;

use std::io::{self, BufRead, Read};
use std::path::PathBuf;

use qris_gateway::admin::{
    KeySource, MerchantObject, NewMerchant, NewPartner, NotificationObject, Opened, PartnerObject,
    PartnerRow, Rotation, migrate,
};
use qris_gateway::config::{Config, Flags, load};
use qris_gateway::error::OperatorError;
use qris_gateway::model::{NotifySign, Role};
use qris_gateway::password;
use qris_gateway::report::{Format, report};
use qris_snap::dialect::Dialect;
use qris_snap::policy::Uniqueness;
use serde::Serialize;

use args::{
    AddMerchant, AddPartner, Command, Common, DialectName, DisableMerchant, DisablePartner, ExternalIdName,
    ListMerchants, ListNotifications, MerchantCommand, NotificationCommand, PartnerCommand, ReportArgs,
    ReportFormat, RetryNotifications, RoleName, RotateKey, SignName,
};

pub(crate) use args::Args;

use super::serve::{runtime, variable};
use crate::output::{Failure, Outcome, Verdict, print_line, raw_results, results, say};

fn config(database: Option<String>, file: Option<PathBuf>) -> Result<Config, Failure> {
    let settings = database.map(|database| ("database".to_owned(), database)).into_iter().collect();
    let flags = Flags { config: file, settings };
    Ok(load(&flags, &variable).map_err(OperatorError::from)?)
}

/// Opens the database and does one thing there.
fn at_work<T>(
    database: Option<String>,
    file: Option<PathBuf>,
    work: impl AsyncFnOnce(&Opened) -> Result<T, OperatorError>,
) -> Result<T, Failure> {
    let config = config(database, file)?;
    let done = runtime()?.block_on(async { work(&Opened::open(&config).await?).await });
    Ok(done?)
}

pub(crate) fn run(args: Args) -> Outcome {
    match args.command {
        Command::Partner(command) => match command {
            PartnerCommand::Add(args) => add_partner(*args),
            PartnerCommand::List(common) => list_partners(common),
            PartnerCommand::Disable(args) => disable_partner(args),
            PartnerCommand::RotateKey(args) => rotate_key(args),
        },
        Command::Merchant(command) => match command {
            MerchantCommand::Add(args) => add_merchant(*args),
            MerchantCommand::List(args) => list_merchants(args),
            MerchantCommand::Disable(args) => disable_merchant(args),
        },
        Command::Notifications(NotificationCommand::List(args)) => list_notifications(args),
        Command::Notifications(NotificationCommand::Retry(args)) => retry_notifications(args),
        Command::Report(args) => print_report(args),
        Command::Migrate(Common { database, config: file, .. }) => {
            let config = config(database, file)?;
            runtime()?.block_on(migrate(&config)).map_err(OperatorError::from)?;
            say("migrated", &config.database.public());
            Ok(Verdict::Good)
        }
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

fn add_partner(args: AddPartner) -> Outcome {
    let AddPartner { common, key, .. } = args;
    let dialect = match args.dialect {
        DialectName::Standard => "standard",
        DialectName::Finpay => "finpay",
        DialectName::Brick => "brick",
        DialectName::Finnet => "finnet",
    };
    let dialect = Dialect::named(dialect).ok_or_else(|| Failure::Usage(format!("no dialect {dialect}")))?;
    let key = key_source(key.public_key, key.generate_key);
    let new = NewPartner {
        name: args.name,
        dialect,
        role: match args.role {
            RoleName::Merchant => Role::Merchant,
            RoleName::Issuer => Role::Issuer,
            RoleName::Upstream => Role::Upstream,
        },
        client_id: args.client_id,
        partner_id: args.partner_id,
        channel_id: args.channel_id,
        key: key.ok_or_else(|| Failure::Usage("--public-key or --generate-key is wanted".into()))?,
        notify_url: args.notify_url,
        notify_sign: Some(match args.notify_sign {
            SignName::Rsa => NotifySign::Rsa,
            SignName::Hmac => NotifySign::Hmac,
            SignName::None => NotifySign::None,
        }),
        notify_token_url: args.notify_token_url,
        notify_headers: args.notify_header,
        external_id: args.external_id.map(|rule| match rule {
            ExternalIdName::Off => Uniqueness::Off,
            ExternalIdName::Conflict => Uniqueness::Conflict,
            ExternalIdName::Replay => Uniqueness::ReplayStored,
        }),
        mount: args.mount,
    };
    let made =
        at_work(common.database, common.config, async |opened| opened.office().add_partner(new).await)?;
    if common.json {
        return print_json(&made);
    }
    let PartnerObject { client_id, partner_id, channel_id, client_secret, .. } = &made;
    let private = made.private_key_file.as_deref().unwrap_or("(its own)");
    let merchant = made.merchant_id.as_deref().unwrap_or("(none)");
    let rows = [
        ["client id", client_id],
        ["partner id", partner_id],
        ["channel id", channel_id],
        ["client secret", client_secret],
        ["dialect", &made.dialect],
        ["role", made.role],
        ["private key", private],
        ["gateway's public key", &made.gateway_public_key_file],
        ["merchant id", merchant],
        ["token path", &made.token_path],
        ["generate path", &made.paths.generate],
        ["query path", &made.paths.query],
        ["cancel path", &made.paths.cancel],
        ["refund path", &made.paths.refund],
        ["decode path", &made.paths.decode],
        ["payment path", &made.paths.payment],
        ["notify path", &made.paths.notify],
    ];
    print_table(&[], &rows.map(|row| row.map(str::to_owned)))
}

fn key_source(public: Option<PathBuf>, generate: Option<PathBuf>) -> Option<KeySource> {
    public.map(KeySource::PublicKey).or_else(|| generate.map(KeySource::Generate))
}

fn list_partners(common: Common) -> Outcome {
    let found = at_work(common.database, common.config, async |opened| opened.office().partners().await)?;
    if common.json {
        return print_json(&found);
    }
    let state =
        |since: &Option<String>| since.as_ref().map_or("active".to_owned(), |at| format!("disabled {at}"));
    let rows = found.iter().map(|row: &PartnerRow| {
        let PartnerRow { client_id, partner_id, name, dialect, .. } = row;
        let texts = [client_id, partner_id, name, dialect].map(Clone::clone);
        let [client, partner, name, dialect] = texts;
        [client, partner, name, dialect, row.role.to_owned(), row.mount.clone(), state(&row.disabled_at)]
    });
    let rows: Vec<_> = rows.collect();
    print_table(&["CLIENT ID", "PARTNER ID", "NAME", "DIALECT", "ROLE", "MOUNT", "STATE"], &rows)
}

fn disable_partner(args: DisablePartner) -> Outcome {
    let (common, id) = (args.common, args.who.id());
    at_work(common.database, common.config, async |opened| opened.office().disable_partner(&id).await)?;
    done(common.json, "disabled", "client_id", &id)
}

fn rotate_key(args: RotateKey) -> Outcome {
    let (common, id) = (args.common, args.who.id());
    let key = key_source(args.public_key, args.generate_key);
    let rotation = Rotation { key, secret: args.secret, grace: args.grace };
    let made =
        at_work(common.database, common.config, async |opened| opened.office().rotate(&id, rotation).await)?;
    if common.json {
        return print_json(&made);
    }
    let rows = [
        ["client id", &made.client_id],
        ["client secret", made.client_secret.as_deref().unwrap_or("(as before)")],
        ["private key", made.private_key_file.as_deref().unwrap_or("(its own)")],
        ["old ones until", &made.old_valid_until],
    ];
    print_table(&[], &rows.map(|row| row.map(str::to_owned)))
}

fn add_merchant(args: AddMerchant) -> Outcome {
    let common = args.common;
    let new = NewMerchant {
        owner: args.owner,
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
    let made =
        at_work(common.database, common.config, async |opened| opened.office().add_merchant(new).await)?;
    if common.json { print_json(&made) } else { print_merchants(&[made]) }
}

fn list_merchants(args: ListMerchants) -> Outcome {
    let common = args.common;
    let found =
        at_work(common.database, common.config, async |opened| opened.office().merchants(args.owner).await)?;
    if common.json { print_json(&found) } else { print_merchants(&found) }
}

fn print_merchants(merchants: &[MerchantObject]) -> Outcome {
    let state =
        |since: &Option<String>| since.as_ref().map_or("active".to_owned(), |at| format!("disabled {at}"));
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

fn disable_merchant(args: DisableMerchant) -> Outcome {
    let (common, id) = (args.common, args.merchant.or(args.id).unwrap_or_default());
    at_work(common.database, common.config, async |opened| opened.office().disable_merchant(&id).await)?;
    done(common.json, "disabled", "merchant_id", &id)
}

fn list_notifications(args: ListNotifications) -> Outcome {
    let common = args.common;
    let found = at_work(common.database, common.config, async |opened| {
        opened.office().notifications(args.state.as_deref(), args.limit).await
    })?;
    if common.json {
        return print_json(&found);
    }
    let rows: Vec<_> = found
        .iter()
        .map(|it| {
            let NotificationObject { id, client_id, reference_no, kind, state, .. } = it;
            let [id, client, reference] = [id, client_id, reference_no].map(Clone::clone);
            let answer = it.answer_status.map_or("-".to_owned(), |status| status.to_string());
            [id, client, reference, kind.to_string(), state.to_string(), it.attempts.to_string(), answer]
        })
        .collect();
    print_table(&["ID", "CLIENT ID", "REFERENCE", "KIND", "STATE", "TRIES", "ANSWER"], &rows)
}

fn retry_notifications(args: RetryNotifications) -> Outcome {
    let common = args.common;
    let count = at_work(common.database, common.config, async |opened| {
        opened.office().retry_notifications(args.ids).await
    })?;
    if common.json {
        return print_json(&serde_json::json!({ "retried": count }));
    }
    say("retried", &count.to_string());
    Ok(Verdict::Good)
}

fn print_report(args: ReportArgs) -> Outcome {
    use std::io::Write;
    let format = match args.format {
        ReportFormat::Csv => Format::Csv,
        ReportFormat::Json => Format::Json,
    };
    let mut out = raw_results();
    at_work(args.database, args.config, async |opened| {
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
