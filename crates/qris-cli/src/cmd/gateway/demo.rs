//! `qris gateway demo`: what needs a payer or a customer elsewhere, beside a sandbox.

use clap::{Args as ClapArgs, Subcommand};
use qris_gateway::admin::SimulatedObject;

use super::args::Common;
use super::partner::print_authorized;
use super::{at_work, print_json, print_table};
use crate::output::Outcome;

#[derive(Debug, Subcommand)]
pub(super) enum DemoCommand {
    /// Pay a QR code without money, and wait until its partner was told
    Pay(Pay),
    /// Issue an authorisation code, as a customer's consent would: service 74 exchanges it
    Authorize(Authorize),
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  qris gateway demo pay INV-1
  qris gateway demo pay 4711000000001 --amount 25000
It is refused on data whose gateway is no sandbox.
Exit status: 0 paid, 1 refused, 2 usage or the database.")]
pub(super) struct Pay {
    #[command(flatten)]
    common: Common,
    /// partnerReferenceNo, referenceNo (62-05 of the code is the same) or the whole qrContent.
    #[arg(value_name = "REF")]
    reference: String,
    /// Rupiah, for a code whose payer enters the amount.
    #[arg(long, value_name = "RUPIAH")]
    amount: Option<String>,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:
  qris snap call notify --to http://127.0.0.1:8080 --partner finnet.json \\
      --body paid.json --auth-code \"$(qris gateway demo authorize --code)\"
The code is good once, within ten minutes. Where money is real it is `qris
gateway partner authorize`.")]
pub(super) struct Authorize {
    #[command(flatten)]
    common: Common,
    /// Client id of the partner; the only one that has customers when absent.
    #[arg(value_name = "CLIENT_ID")]
    client: Option<String>,
    /// The customer, as the partner calls it.
    #[arg(long, value_name = "TEXT", default_value = "demo")]
    customer: String,
    /// Print the code and nothing else.
    #[arg(long, conflicts_with = "json")]
    code: bool,
}

pub(super) fn run(command: DemoCommand) -> Outcome {
    match command {
        DemoCommand::Pay(args) => pay(args),
        DemoCommand::Authorize(args) => authorize(args),
    }
}

fn pay(args: Pay) -> Outcome {
    let Pay { common, reference, amount } = args;
    let paid = at_work(common.place(true), async |opened| {
        opened.office().simulate_payment(&reference, amount.as_deref()).await
    })?;
    if common.json {
        return print_json(&paid);
    }
    let SimulatedObject { reference_no, partner_reference_no, client_id, paid, tip, rrn, notification } =
        paid;
    let told = match notification {
        Some("delivered") => "delivered",
        Some("pending") => {
            "not yet taken: see `qris gateway notification list`, and whether the gateway runs"
        }
        Some(state) => state,
        None => "none: its partner is not told",
    };
    let rows = [
        ["paid", &paid],
        ["tip", &tip],
        ["reference no", &reference_no],
        ["partner reference no", partner_reference_no.as_deref().unwrap_or("-")],
        ["partner", &client_id],
        ["rrn", rrn.as_deref().unwrap_or("-")],
        ["notification", told],
    ];
    print_table(&[], &rows.map(|row| row.map(str::to_owned)))
}

fn authorize(args: Authorize) -> Outcome {
    let Authorize { common, client, customer, code } = args;
    let made = at_work(common.place(true), async |opened| {
        opened.office().simulate_consent(client, &customer).await
    })?;
    print_authorized(&made, common.json, code)
}
