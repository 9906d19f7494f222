//! The command line of `qris gateway`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::acquirer::{AcquirerCommand, RouteMerchant, UnrouteMerchant};
use super::backup::{Backup, Restore};
use super::demo::DemoCommand;
use super::exception::ExceptionCommand;
use super::key::{KeyCommand, MasterKeyCommand};
use super::migrate::Migrate;
use super::notification::{ListNotifications, RetryNotifications};
use super::partner::{SetPartner, ShowPartner};
use super::profile::ProfileCommand;
use super::words::{DialectName, ExternalIdName, RoleName, SignName, pair};

/// Manage a gateway: partners, merchants, notifications, reports
#[derive(Debug, ClapArgs)]
#[command(after_help = "It works while `qris serve` runs on the same database. The database: --database,
else QRIS_DATABASE_URL, else the file of --config or QRIS_CONFIG, else
sqlite://qris.db. Secrets are sealed under the master key that `qris serve` uses
on it. Only `qris serve` and `migrate` make a database.
Exit status: 0 done, 1 refused (an id that is taken or unknown), 2 usage, files
or the database.")]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Who may call the gateway
    #[command(subcommand)]
    Partner(PartnerCommand),
    /// What providers' documents say of their partners
    #[command(subcommand, visible_alias = "profiles")]
    Profile(ProfileCommand),
    /// Who is paid
    #[command(subcommand)]
    Merchant(MerchantCommand),
    /// Upstreams that are called: they make merchants' codes
    #[command(subcommand)]
    Acquirer(AcquirerCommand),
    /// What partners are told
    #[command(subcommand, visible_alias = "notification")]
    Notifications(NotificationCommand),
    /// Money that came late, twice or wrong, and what was done about it
    #[command(subcommand, visible_alias = "exceptions")]
    Exception(ExceptionCommand),
    /// Beside a sandbox: pay without money, consent for a customer
    #[command(subcommand)]
    Demo(DemoCommand),
    /// What became of a day's QR codes
    Report(ReportArgs),
    /// The gateway's own key, which signs notifications
    #[command(subcommand)]
    Key(KeyCommand),
    /// The key that every stored secret is sealed under
    #[command(subcommand)]
    MasterKey(MasterKeyCommand),
    /// Copy an SQLite database while gateways serve it
    Backup(Backup),
    /// Check a copy before it is restored
    Restore(Restore),
    /// Bring the database's schema up to date, or to another one, or say what that would be
    Migrate(Migrate),
    /// Read a password from standard input and print its hash, for `operator_password_hash` of the configuration
    PasswordHash,
}

/// What every command has.
#[derive(Debug, ClapArgs)]
pub(super) struct Common {
    /// sqlite://PATH or postgres://…
    #[arg(long, value_name = "URL")]
    pub(super) database: Option<String>,
    /// TOML file with the settings of `qris serve`.
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
}

/// Where the gateway's data are, and of which kind it is.
pub(super) struct Place {
    pub(super) database: Option<String>,
    pub(super) config: Option<PathBuf>,
    pub(super) sandbox: bool,
}

impl Common {
    pub(super) fn place(&self, sandbox: bool) -> Place {
        Place { database: self.database.clone(), config: self.config.clone(), sandbox }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum PartnerCommand {
    /// Add a partner
    #[command(
        override_usage = "qris gateway partner add [OPTIONS] --public-key <FILE>\n       qris gateway partner add [OPTIONS] --generate-key <DIR>\n       qris gateway partner add [OPTIONS] --check"
    )]
    Add(Box<AddPartner>),
    /// List partners
    List(Common),
    /// Show a partner's settings
    Show(ShowPartner),
    /// Change a partner's settings
    #[command(override_usage = "qris gateway partner set [OPTIONS] <CLIENT_ID> <WHAT TO CHANGE>...")]
    Set(Box<SetPartner>),
    /// Issue an authorisation code for a customer of a partner: service 74 exchanges it for a customer token
    #[command(override_usage = "qris gateway partner authorize [OPTIONS] --customer <TEXT> <CLIENT_ID>")]
    Authorize(AuthorizeCustomer),
    /// Refuse a partner from now on
    Disable(DisablePartner),
    /// Give a partner a new key, a new secret, or both
    RotateKey(RotateKey),
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  qris gateway partner add --name Toko --dialect standard --generate-key keys \\
      --json
  qris gateway partner add --policy midtrans --generate-key keys
  qris gateway partner add --policy ours.toml \\
      --policy timestamp.windowSeconds=60 --generate-key keys
  qris gateway partner add --policy ours.toml --check
What is on the command line wins over the profile. `profile list` has the
profiles' names, `partner show` those of the settings. The client secret and the
private key are shown this once.")]
pub(super) struct AddPartner {
    #[command(flatten)]
    pub(super) common: Common,
    /// For people; the profile's when absent.
    #[arg(long, value_name = "TEXT", required_unless_present = "policy")]
    pub(super) name: Option<String>,
    /// Names, types and paths of its messages; the profile's when absent.
    #[arg(long, required_unless_present = "policy")]
    pub(super) dialect: Option<DialectName>,
    /// What it may do: merchants generate, issuers pay, upstreams tell of payments. [default: the profile's, or merchant]
    #[arg(long)]
    pub(super) role: Option<RoleName>,
    /// X-CLIENT-KEY; random when absent.
    #[arg(long, value_name = "ID")]
    pub(super) client_id: Option<String>,
    /// X-PARTNER-ID; the client id when absent.
    #[arg(long, value_name = "ID")]
    pub(super) partner_id: Option<String>,
    /// CHANNEL-ID; random when absent.
    #[arg(long, value_name = "ID")]
    pub(super) channel_id: Option<String>,
    #[command(flatten)]
    pub(super) key: KeyArgs,
    /// Where its notifications go.
    #[arg(long, value_name = "URL")]
    pub(super) notify_url: Option<String>,
    /// How they are signed: with our key, with its secret and a token of its own, or not.
    /// [default: the profile's; else hmac for finpay and finnet, whose documents want a token, rsa for the others]
    #[arg(long)]
    pub(super) notify_sign: Option<SignName>,
    /// Where a token for them is fetched, with hmac; the standard path at the host of --notify-url when absent.
    #[arg(long, value_name = "URL")]
    pub(super) notify_token_url: Option<String>,
    /// A header they carry beside the usual ones; repeatable.
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(super) notify_header: Vec<(String, String)>,
    /// Authorisation code that its receiver issued to us, for the customer token of notifications in the dialect finnet.
    // Codes of others may begin with a hyphen.
    #[arg(long, value_name = "CODE", allow_hyphen_values = true)]
    pub(super) notify_auth_code: Option<String>,
    /// A repeated X-EXTERNAL-ID: not looked at, 409xx00, or the stored answer again.
    /// [default: conflict; brick: off; role upstream: replay]
    #[arg(long)]
    pub(super) external_id: Option<ExternalIdName>,
    /// Path before all of its paths, such as /api. [default: the profile's, or none]
    #[arg(long, value_name = "PATH")]
    pub(super) mount: Option<String>,
    /// A profile (a TOML file, or a name of `profile list`), and settings over it; repeatable.
    #[arg(long, value_name = "FILE|NAME=VALUE")]
    pub(super) policy: Vec<String>,
    /// The gateway runs with --sandbox: notifications may go to this machine too, and over http.
    #[arg(long)]
    pub(super) sandbox: bool,
    /// With role merchant: add its first merchant too, of invented values, for trying and not for money.
    #[arg(long)]
    pub(super) demo: bool,
}

#[derive(Debug, ClapArgs)]
#[group(required = true, multiple = true)]
pub(super) struct KeyArgs {
    /// The partner's public key, SPKI PEM.
    #[arg(long, value_name = "FILE", conflicts_with = "generate_key")]
    pub(super) public_key: Option<PathBuf>,
    /// Make a key pair in this directory, which is made when missing.
    #[arg(long, value_name = "DIR")]
    pub(super) generate_key: Option<PathBuf>,
    /// Only say whether the profile and the settings can be followed; no database is opened, no key is needed.
    #[arg(long, requires = "policy")]
    pub(super) check: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:
  qris gateway partner authorize QG0123456789 --customer budi
The code is good once, within ten minutes.")]
pub(super) struct AuthorizeCustomer {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    pub(super) who: Who,
    /// The customer, as the partner calls it.
    #[arg(long, value_name = "TEXT")]
    pub(super) customer: String,
}

#[derive(Debug, ClapArgs)]
pub(super) struct DisablePartner {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    pub(super) who: Who,
}

/// A partner, as an argument or an option.
#[derive(Debug, ClapArgs)]
#[group(required = true, multiple = false)]
pub(super) struct Who {
    /// Client id of the partner.
    #[arg(value_name = "CLIENT_ID")]
    pub(super) client: Option<String>,
    /// The same, as an option.
    #[arg(long, value_name = "ID")]
    pub(super) client_id: Option<String>,
}

impl Who {
    pub(super) fn id(self) -> String {
        self.client.or(self.client_id).unwrap_or_default()
    }
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "The old key and secret are taken beside the new ones for the grace time.")]
pub(super) struct RotateKey {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    pub(super) who: Who,
    /// The partner's new public key, SPKI PEM.
    #[arg(long, value_name = "FILE", conflicts_with = "generate_key")]
    pub(super) public_key: Option<PathBuf>,
    /// Make a new key pair in this directory.
    #[arg(long, value_name = "DIR")]
    pub(super) generate_key: Option<PathBuf>,
    /// Make a new client secret.
    #[arg(long)]
    pub(super) secret: bool,
    /// Seconds for which the old ones are taken too.
    #[arg(long, value_name = "SECONDS", default_value_t = 86_400)]
    pub(super) grace: u32,
}

#[derive(Debug, Subcommand)]
pub(super) enum MerchantCommand {
    /// Add a merchant to a partner
    Add(Box<AddMerchant>),
    /// List merchants
    List(ListMerchants),
    /// Refuse a merchant from now on
    Disable(DisableMerchant),
    /// Let an upstream settle a merchant's transactions: only those that are bound may
    Bind(BindMerchant),
    /// Let an upstream settle a merchant's transactions no more
    #[command(
        override_usage = "qris gateway merchant unbind [OPTIONS] \\\n           --upstream <CLIENT_ID> <MERCHANT_ID>"
    )]
    Unbind(BindMerchant),
    /// Let an acquirer make a merchant's codes, and settle them
    #[command(
        override_usage = "qris gateway merchant route [OPTIONS] \\\n           --acquirer <CLIENT_ID> <MERCHANT_ID>"
    )]
    Route(RouteMerchant),
    /// Make a merchant's codes here again; what is under way stays with its acquirer
    Unroute(UnrouteMerchant),
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  qris gateway merchant add --owner QG0123456789 --demo
  qris gateway merchant add --owner QG0123456789 --guid ID.CO.BANK.WWW \\
      --mpan 936000140000000001 --acquirer-merchant-id M000000001 \\
      --nmid ID1026000000012 --criteria UMI --mcc 5814 --name 'WARUNG CONTOH' \\
      --city 'JAKARTA PUSAT' --postal-code 10110")]
pub(super) struct AddMerchant {
    #[command(flatten)]
    pub(super) common: Common,
    /// Client id of the partner it belongs to.
    #[arg(long, value_name = "CLIENT_ID")]
    pub(super) owner: String,
    /// Invent what is not given, for trying and not for money.
    #[arg(long)]
    pub(super) demo: bool,
    /// merchantId of messages; random when absent.
    #[arg(long, value_name = "ID")]
    pub(super) merchant_id: Option<String>,
    /// The acquirer's reverse domain name, 26-00.
    #[arg(long, value_name = "DOMAIN")]
    pub(super) guid: Option<String>,
    /// Merchant PAN, 26-01.
    #[arg(long, value_name = "DIGITS")]
    pub(super) mpan: Option<String>,
    /// The acquirer's number of the merchant, 26-02, at most 15 characters.
    #[arg(long, value_name = "ID")]
    pub(super) acquirer_merchant_id: Option<String>,
    /// National merchant ID, 51-02.
    #[arg(long, value_name = "NMID")]
    pub(super) nmid: Option<String>,
    /// Merchant category code, 52.
    #[arg(long, value_name = "DIGITS")]
    pub(super) mcc: Option<String>,
    /// Merchant name, 59.
    #[arg(long, value_name = "TEXT")]
    pub(super) name: Option<String>,
    /// Merchant city, 60.
    #[arg(long, value_name = "TEXT")]
    pub(super) city: Option<String>,
    /// Postal code, 61.
    #[arg(long, value_name = "TEXT")]
    pub(super) postal_code: Option<String>,
    /// Merchant criteria, 26-03 and 51-03.
    #[arg(long, value_name = "LETTERS")]
    pub(super) criteria: Option<String>,
    /// A subMerchantId it accepts; repeatable; every one when absent.
    #[arg(long, value_name = "ID")]
    pub(super) sub_merchant: Vec<String>,
    /// A terminalId it accepts; repeatable; every one when absent.
    #[arg(long, value_name = "ID")]
    pub(super) terminal: Vec<String>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ListMerchants {
    #[command(flatten)]
    pub(super) common: Common,
    /// Only those of this partner.
    #[arg(long, value_name = "CLIENT_ID")]
    pub(super) owner: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct BindMerchant {
    #[command(flatten)]
    pub(super) common: Common,
    /// merchantId.
    #[arg(value_name = "MERCHANT_ID")]
    pub(super) merchant: String,
    /// Client id of the upstream.
    #[arg(long, value_name = "CLIENT_ID")]
    pub(super) upstream: String,
}

#[derive(Debug, ClapArgs)]
pub(super) struct DisableMerchant {
    #[command(flatten)]
    pub(super) common: Common,
    /// merchantId.
    #[arg(value_name = "MERCHANT_ID", required_unless_present = "id")]
    pub(super) merchant: Option<String>,
    /// The same, as an option.
    #[arg(long = "merchant-id", value_name = "ID", conflicts_with = "merchant")]
    pub(super) id: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum NotificationCommand {
    /// List notifications
    List(ListNotifications),
    /// Send dead notifications again
    Retry(RetryNotifications),
}

#[derive(Debug, ClapArgs)]
pub(super) struct ReportArgs {
    /// sqlite://PATH or postgres://…
    #[arg(long, value_name = "URL")]
    pub(super) database: Option<String>,
    /// TOML file with the settings of `qris serve`.
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// The day in western Indonesian time: 2026-11-21.
    #[arg(long, value_name = "DATE")]
    pub(super) date: String,
    /// Client id or partner id; every partner when absent.
    #[arg(long, value_name = "ID")]
    pub(super) partner: Option<String>,
    /// How it is written.
    #[arg(long, default_value = "csv")]
    pub(super) format: ReportFormat,
    /// List every payment and refund: in CSV in place of the sums, in JSON beside them.
    #[arg(long)]
    pub(super) entries: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ReportFormat {
    Csv,
    Json,
}
