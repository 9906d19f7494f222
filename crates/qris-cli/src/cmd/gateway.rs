//! `qris gateway`: partners, merchants, notifications and reports of a gateway, also while it runs.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use qris_gateway::admin::{
    KeySource, MerchantObject, NewMerchant, NewPartner, NotificationObject, Opened, PartnerObject,
    PartnerRow, Rotation, migrate,
};
use qris_gateway::config::{Config, Flags, load};
use qris_gateway::error::OperatorError;
use qris_gateway::model::{NotifySign, Role};
use qris_gateway::report::report;
use qris_snap::dialect::Dialect;
use qris_snap::policy::Uniqueness;
use serde::Serialize;

use super::serve::{runtime, variable};
use crate::output::{Failure, Outcome, Verdict, raw_results, results, say};

/// Manage a gateway: partners, merchants, notifications, reports
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "It works while `qris serve` runs on the same database. The database: --database, else
QRIS_DATABASE_URL, else the file of --config or QRIS_CONFIG, else sqlite://qris.db. Secrets are sealed under the
master key that `qris serve` uses on it.
Exit status: 0 done, 1 refused (an id that is taken or unknown), 2 usage, files or the database."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Who may call the gateway
    #[command(subcommand)]
    Partner(PartnerCommand),
    /// Who is paid
    #[command(subcommand)]
    Merchant(MerchantCommand),
    /// What partners are told
    #[command(subcommand)]
    Notifications(NotificationCommand),
    /// What became of a day's QR codes
    Report(ReportArgs),
    /// Bring the database's schema up to date, and end
    Migrate(Common),
}

/// What every command has.
#[derive(Debug, ClapArgs)]
struct Common {
    /// sqlite://PATH or postgres://…
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// TOML file with the settings of `qris serve`.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum PartnerCommand {
    /// Add a partner; with role merchant also its first merchant, of demo values
    Add(Box<AddPartner>),
    /// List partners
    List(Common),
    /// Refuse a partner from now on
    Disable(DisablePartner),
    /// Give a partner a new key, a new secret, or both
    RotateKey(RotateKey),
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:
  qris gateway partner add --name Toko --dialect standard --generate-key keys --json
The client secret and the private key are shown this once.")]
struct AddPartner {
    #[command(flatten)]
    common: Common,
    /// For people.
    #[arg(long, value_name = "TEXT")]
    name: String,
    /// Names, types and paths of its messages.
    #[arg(long)]
    dialect: DialectName,
    /// What it may do: merchants generate, issuers pay, upstreams tell of payments.
    #[arg(long, default_value = "merchant")]
    role: RoleName,
    /// X-CLIENT-KEY; random when absent.
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// X-PARTNER-ID; the client id when absent.
    #[arg(long, value_name = "ID")]
    partner_id: Option<String>,
    /// CHANNEL-ID; random when absent.
    #[arg(long, value_name = "ID")]
    channel_id: Option<String>,
    #[command(flatten)]
    key: KeyArgs,
    /// Where its notifications go.
    #[arg(long, value_name = "URL")]
    notify_url: Option<String>,
    /// How they are signed: with our key, with its secret and a token of its own, or not.
    #[arg(long, default_value = "rsa")]
    notify_sign: SignName,
    /// Where a token for them is fetched, with hmac; the standard path at the host of --notify-url when absent.
    #[arg(long, value_name = "URL")]
    notify_token_url: Option<String>,
    /// A header they carry beside the usual ones; repeatable.
    #[arg(long, value_name = "NAME=VALUE", value_parser = header)]
    notify_header: Vec<(String, String)>,
    /// A repeated X-EXTERNAL-ID: not looked at, 409xx00, or the stored answer again. [default: conflict; brick: off]
    #[arg(long)]
    external_id: Option<ExternalIdName>,
    /// Path before all of its paths, such as /api.
    #[arg(long, value_name = "PATH", default_value = "")]
    mount: String,
}

#[derive(Debug, ClapArgs)]
#[group(required = true, multiple = false)]
struct KeyArgs {
    /// The partner's public key, SPKI PEM.
    #[arg(long, value_name = "FILE")]
    public_key: Option<PathBuf>,
    /// Make a key pair in this directory, which is made when missing.
    #[arg(long, value_name = "DIR")]
    generate_key: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
struct DisablePartner {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    who: Who,
}

/// A partner, as an argument or an option.
#[derive(Debug, ClapArgs)]
#[group(required = true, multiple = false)]
struct Who {
    /// Client id of the partner.
    #[arg(value_name = "CLIENT_ID")]
    client: Option<String>,
    /// The same, as an option.
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
}

impl Who {
    fn id(self) -> String {
        self.client.or(self.client_id).unwrap_or_default()
    }
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "The old key and secret are taken beside the new ones for the grace time.")]
struct RotateKey {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    who: Who,
    /// The partner's new public key, SPKI PEM.
    #[arg(long, value_name = "FILE", conflicts_with = "generate_key")]
    public_key: Option<PathBuf>,
    /// Make a new key pair in this directory.
    #[arg(long, value_name = "DIR")]
    generate_key: Option<PathBuf>,
    /// Make a new client secret.
    #[arg(long)]
    secret: bool,
    /// Seconds for which the old ones are taken too.
    #[arg(long, value_name = "SECONDS", default_value_t = 86_400)]
    grace: u32,
}

#[derive(Debug, Subcommand)]
enum MerchantCommand {
    /// Add a merchant to a partner; values that are not given are demo values
    Add(Box<AddMerchant>),
    /// List merchants
    List(ListMerchants),
    /// Refuse a merchant from now on
    Disable(DisableMerchant),
}

#[derive(Debug, ClapArgs)]
struct AddMerchant {
    #[command(flatten)]
    common: Common,
    /// Client id of the partner it belongs to.
    #[arg(long, value_name = "CLIENT_ID")]
    owner: String,
    /// merchantId of messages; random when absent.
    #[arg(long, value_name = "ID")]
    merchant_id: Option<String>,
    /// The acquirer's reverse domain name, 26-00.
    #[arg(long, value_name = "DOMAIN")]
    guid: Option<String>,
    /// Merchant PAN, 26-01.
    #[arg(long, value_name = "DIGITS")]
    mpan: Option<String>,
    /// The acquirer's number of the merchant, 26-02, at most 15 characters.
    #[arg(long, value_name = "ID")]
    acquirer_merchant_id: Option<String>,
    /// National merchant ID, 51-02.
    #[arg(long, value_name = "NMID")]
    nmid: Option<String>,
    /// Merchant category code, 52.
    #[arg(long, value_name = "DIGITS")]
    mcc: Option<String>,
    /// Merchant name, 59.
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Merchant city, 60.
    #[arg(long, value_name = "TEXT")]
    city: Option<String>,
    /// Postal code, 61.
    #[arg(long, value_name = "TEXT")]
    postal_code: Option<String>,
    /// Merchant criteria, 26-03 and 51-03.
    #[arg(long, value_name = "LETTERS")]
    criteria: Option<String>,
    /// A subMerchantId it accepts; repeatable; every one when absent.
    #[arg(long, value_name = "ID")]
    sub_merchant: Vec<String>,
    /// A terminalId it accepts; repeatable; every one when absent.
    #[arg(long, value_name = "ID")]
    terminal: Vec<String>,
}

#[derive(Debug, ClapArgs)]
struct ListMerchants {
    #[command(flatten)]
    common: Common,
    /// Only those of this partner.
    #[arg(long, value_name = "CLIENT_ID")]
    owner: Option<String>,
}

#[derive(Debug, ClapArgs)]
struct DisableMerchant {
    #[command(flatten)]
    common: Common,
    /// merchantId.
    #[arg(value_name = "MERCHANT_ID", required_unless_present = "id")]
    merchant: Option<String>,
    /// The same, as an option.
    #[arg(long = "merchant-id", value_name = "ID", conflicts_with = "merchant")]
    id: Option<String>,
}

#[derive(Debug, Subcommand)]
enum NotificationCommand {
    /// List notifications
    List(ListNotifications),
    /// Send dead notifications again
    Retry(RetryNotifications),
}

#[derive(Debug, ClapArgs)]
struct ListNotifications {
    #[command(flatten)]
    common: Common,
    /// Only those of this state: dead, pending, delivered.
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// At most so many of each state.
    #[arg(long, value_name = "NUMBER", default_value_t = 1000)]
    limit: u32,
}

#[derive(Debug, ClapArgs)]
struct RetryNotifications {
    #[command(flatten)]
    common: Common,
    /// Ids of dead ones.
    #[arg(value_name = "ID", required_unless_present = "all")]
    ids: Vec<String>,
    /// All dead ones.
    #[arg(long, conflicts_with = "ids")]
    all: bool,
}

#[derive(Debug, ClapArgs)]
struct ReportArgs {
    /// sqlite://PATH or postgres://…
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// TOML file with the settings of `qris serve`.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The day in western Indonesian time: 2026-11-21.
    #[arg(long, value_name = "DATE")]
    date: String,
    /// Client id or partner id; every partner when absent.
    #[arg(long, value_name = "ID")]
    partner: Option<String>,
    /// How it is written.
    #[arg(long, default_value = "csv")]
    format: ReportFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ReportFormat {
    Csv,
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DialectName {
    Standard,
    Finpay,
    Brick,
    Finnet,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleName {
    Merchant,
    Issuer,
    Upstream,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SignName {
    Rsa,
    Hmac,
    None,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ExternalIdName {
    Off,
    Conflict,
    Replay,
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("NAME=VALUE is wanted")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

fn config(database: Option<String>, file: Option<PathBuf>) -> Result<Config, Failure> {
    let flags = Flags { database, config: file, ..Flags::default() };
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
    }
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
            let [id, client, reference, kind, state] =
                [id, client_id, reference_no, kind, state].map(Clone::clone);
            let answer = it.answer_status.map_or("-".to_owned(), |status| status.to_string());
            [id, client, reference, kind, state, it.attempts.to_string(), answer]
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
    let made = at_work(args.database, args.config, async |opened| {
        let now = opened.office().now;
        report(&opened.store, &args.date, args.partner, now).await
    })?;
    let mut out = raw_results();
    match args.format {
        ReportFormat::Csv => out.write_all(made.csv().as_bytes())?,
        ReportFormat::Json => writeln!(out, "{}", made.json()?)?,
    }
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
