//! `qris gateway acquirer`: upstreams that are called.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};
use qris_gateway::admin::{AcquirerChange, AcquirerObject};
use qris_snap::sign::Secret;

use super::args::{Common, Who};
use super::words::pair;
use super::{at_work, done, print_json, print_table};
use crate::input::read_bytes;
use crate::output::Outcome;
use crate::words::count;

/// The largest secret file, in bytes.
const SECRET_LIMIT: u64 = 64 * 1024;

#[derive(Debug, Subcommand)]
pub(super) enum AcquirerCommand {
    /// Say how an upstream is called
    Set(Box<SetAcquirer>),
    /// Show how an upstream is called, and the merchants whose codes it makes
    Show(ShowAcquirer),
    /// List the upstreams that are called
    List(Common),
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  qris gateway acquirer set QG0123456789 --url https://api.acquirer.example \\
      --our-client-id C1 --header X-PARTNER-ID=P1 --header CHANNEL-ID=95221 \\
      --secret-file secret
  qris gateway merchant route M1 --acquirer QG0123456789
Requests are signed with the gateway's key (`qris gateway key show`) or with the
secret that the acquirer gave, as the policy of the partner says; its dialect,
mount and policy are those of the partner.")]
pub(super) struct SetAcquirer {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    who: Who,
    /// Scheme, host and port of the acquirer, without a path: paths are those of the partner (`partner show`).
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// X-CLIENT-KEY it gave us.
    #[arg(long, value_name = "ID")]
    our_client_id: Option<String>,
    /// A header that is the same on every request, such as X-PARTNER-ID; an empty value takes it out; repeatable.
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    header: Vec<(String, String)>,
    /// A file with the client secret it gave us, one newline at its end is dropped: it signs what we ask and verifies what
    /// the acquirer tells us, where the policy has HMAC, in the place of the one that we gave.
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// Authorisation code it issued to us, where its document wants a customer token.
    // Codes of others may begin with a hyphen.
    #[arg(long, value_name = "CODE", allow_hyphen_values = true)]
    auth_code: Option<String>,
    /// Seconds after which a code nothing is heard of is asked about, from 1. [default: 60]
    #[arg(long, value_name = "SECONDS")]
    silent_after: Option<u32>,
    /// Seconds for a call with all its tries, from 1. [default and most: three quarters of limits.request_seconds]
    #[arg(long, value_name = "SECONDS")]
    deadline: Option<u32>,
    /// The gateway runs with --sandbox: the acquirer may be on this machine, and over http.
    #[arg(long)]
    sandbox: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ShowAcquirer {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    who: Who,
}

#[derive(Debug, ClapArgs)]
pub(super) struct RouteMerchant {
    #[command(flatten)]
    common: Common,
    /// merchantId of the merchant.
    #[arg(value_name = "MERCHANT_ID")]
    merchant: String,
    /// Client id of the acquirer.
    #[arg(long, value_name = "CLIENT_ID")]
    acquirer: String,
    /// What the acquirer calls the merchant; as we do when absent.
    #[arg(long, value_name = "ID")]
    merchant_there: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct UnrouteMerchant {
    #[command(flatten)]
    common: Common,
    /// merchantId of the merchant.
    #[arg(value_name = "MERCHANT_ID")]
    merchant: String,
}

pub(super) fn run(command: AcquirerCommand) -> Outcome {
    match command {
        AcquirerCommand::Set(args) => set(*args),
        AcquirerCommand::Show(args) => {
            let (common, id) = (args.common, args.who.id());
            let found = at_work(common.place(false), async |opened| opened.office().acquirer(&id).await)?;
            print(common.json, &found)
        }
        AcquirerCommand::List(common) => list(common),
    }
}

fn set(args: SetAcquirer) -> Outcome {
    let (common, id) = (args.common, args.who.id());
    let secret = match &args.secret_file {
        Some(path) => {
            let bytes = read_bytes(path.as_os_str(), SECRET_LIMIT)?;
            Some(Secret::from_file_bytes(&bytes).expose().to_vec())
        }
        None => None,
    };
    let change = AcquirerChange {
        url: args.url,
        our_client_id: args.our_client_id,
        headers: args.header,
        secret,
        silent_after: args.silent_after,
        deadline: args.deadline,
    };
    let made = at_work(common.place(args.sandbox), async |opened| {
        let office = opened.office();
        let made = office.set_acquirer(&id, change).await?;
        if let Some(code) = &args.auth_code {
            office.keep_customer_grant(&id, code).await?;
        }
        Ok(made)
    })?;
    print(common.json, &made)
}

fn list(common: Common) -> Outcome {
    let found = at_work(common.place(false), async |opened| opened.office().acquirers().await)?;
    if common.json {
        return print_json(&found);
    }
    let rows: Vec<_> = found
        .into_iter()
        .map(|it| [it.client_id, it.url, it.our_client_id, it.merchants.len().to_string()])
        .collect();
    print_table(&["CLIENT ID", "URL", "OUR CLIENT ID", "MERCHANTS"], &rows)
}

fn print(json: bool, found: &AcquirerObject) -> Outcome {
    if json {
        return print_json(found);
    }
    let headers: Vec<String> = found
        .headers
        .iter()
        .map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default()))
        .collect();
    let deadline = found.deadline.map_or_else(|| "none of its own".to_owned(), |it| count(it, "second"));
    let merchants: Vec<String> = found
        .merchants
        .iter()
        .map(|it| match &it.merchant_there {
            Some(there) if *there != it.merchant_id => format!("{} (there {there})", it.merchant_id),
            _ => it.merchant_id.clone(),
        })
        .collect();
    let merchants = if merchants.is_empty() { "none".to_owned() } else { merchants.join(", ") };
    let rows = [
        ["client id", &found.client_id],
        ["url", &found.url],
        ["our client id", &found.our_client_id],
        ["headers", &headers.join(", ")],
        ["silent after", &count(found.silent_after, "second")],
        ["deadline", &deadline],
        ["merchants", &merchants],
        ["created", &found.created_at],
    ];
    print_table(&[], &rows.map(|row| row.map(str::to_owned)))
}

pub(super) fn route(args: RouteMerchant) -> Outcome {
    let RouteMerchant { common, merchant, acquirer, merchant_there } = args;
    at_work(common.place(false), async |opened| {
        opened.office().route_merchant(&merchant, &acquirer, merchant_there.as_deref()).await
    })?;
    done(common.json, "routed", "merchant_id", &merchant)
}

pub(super) fn unroute(args: UnrouteMerchant) -> Outcome {
    let UnrouteMerchant { common, merchant } = args;
    at_work(common.place(false), async |opened| opened.office().unroute_merchant(&merchant).await)?;
    done(common.json, "unrouted", "merchant_id", &merchant)
}
