//! `qris encode`: a payload from values, or from the JSON that `decode` writes.

use std::borrow::Cow;
use std::ffi::OsString;

use qris_core::schema::QRIS_SCHEME;
use qris_core::{Id, Path, Payload};

use super::payee::Payee;
use crate::fit::fit;
use crate::input::read_text;
use crate::json::{
    self, AccountSummary, AdditionalSummary, AmountSummary, NationalSummary, Summary, TipSummary,
};
use crate::making::Judging;
use crate::output::{Failure, Outcome, Verdict, print_line, say};

/// The largest JSON that is read.
const JSON_LIMIT: u64 = 4 * 1024 * 1024;

/// Make a payload from values or from JSON
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  qris encode --guid ID.CO.EXAMPLE.WWW --mpan 936009140000000001 \\
      --merchant-id TESTMID00000001 --criteria UMI --nmid ID1026000000012 \\
      --mcc 5812 --merchant-name 'WARUNG CONTOH' \\
      --merchant-city 'JAKARTA PUSAT' --postal-code 10110 --terminal A01 \\
      --amount 15000
  qris decode --format json payload.qr | qris encode --json -
  qris encode --scheme promptpay --mobile 0812345678 --amount 420.50
The CRC is always computed. Defaults: 53 = 360, 58 = ID, 01 = 12 with an amount
and 11 without. Amounts are digits and at most one point: 15000, 15000.50; 15.00
is fifteen. An error in what is made exits 1 and writes nothing: correct it, or
let it pass with --allow CODE.")]
pub(crate) struct Args {
    /// A record as `decode --format json` writes it, or - for standard input. What is as in its `payload` was left
    /// alone; everything else is made here, and judged so.
    #[arg(long, value_name = "FILE|-", exclusive = false)]
    json: Option<OsString>,
    /// Merchant name, 59.
    #[arg(long, value_name = "TEXT")]
    merchant_name: Option<String>,
    /// Merchant city, 60.
    #[arg(long, value_name = "TEXT")]
    merchant_city: Option<String>,
    /// Postal code, 61.
    #[arg(long, value_name = "TEXT")]
    postal_code: Option<String>,
    /// Merchant category code, 52.
    #[arg(long, value_name = "DIGITS")]
    mcc: Option<String>,
    /// Country, 58.
    #[arg(long, value_name = "LETTERS")]
    country: Option<String>,
    /// Currency, 53.
    #[arg(long, value_name = "DIGITS")]
    currency: Option<String>,
    /// The acquirer's reverse domain name, 26-00.
    #[arg(long, value_name = "DOMAIN")]
    guid: Option<String>,
    /// Merchant PAN, 26-01.
    #[arg(long, value_name = "DIGITS")]
    mpan: Option<String>,
    /// The acquirer's number of the merchant, 26-02.
    #[arg(long, value_name = "TEXT")]
    merchant_id: Option<String>,
    /// Merchant criteria, 26-03 and 51-03.
    #[arg(long, value_name = "LETTERS")]
    criteria: Option<String>,
    /// National merchant ID, 51-02.
    #[arg(long, value_name = "NMID")]
    nmid: Option<String>,
    /// Amount, 54.
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    amount: Option<String>,
    #[command(flatten)]
    tip: super::edit::TipArgs,
    /// Bill number, 62-01.
    #[arg(long, value_name = "TEXT")]
    bill_number: Option<String>,
    /// Reference label, 62-05.
    #[arg(long, value_name = "TEXT")]
    reference: Option<String>,
    /// Terminal label, 62-07.
    #[arg(long, value_name = "TEXT")]
    terminal: Option<String>,
    /// Any other object, such as 62/03=Cabang. May be given several times.
    #[arg(long, value_name = "PATH=VALUE", value_parser = super::edit::assignment)]
    set: Vec<(Path, String)>,
    #[command(flatten)]
    payee: Payee,
    /// Write name and city in ASCII, and cut at a word what is too long (25 and 15 characters). Says what was done.
    #[arg(long)]
    fit_name: bool,
    #[command(flatten)]
    judging: Judging,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let mut summary = args.summary()?;
    let instead = |path, text: &str| if args.fit_name { fit(path, text) } else { Ok(None) };
    let restored = match &args.json {
        Some(_) if summary != Summary::default() || !args.set.is_empty() => {
            return Err(Failure::Usage(
                "--json takes everything from the JSON; edit the result with `qris edit`".into(),
            ));
        }
        Some(path) if path.as_encoded_bytes().trim_ascii_start().starts_with(b"{") => {
            return Err(Failure::Usage(
                "--json wants the name of a file, or - and the JSON on standard input".into(),
            ));
        }
        Some(path) => json::restored(&read_text(path, JSON_LIMIT)?, instead)?,
        None if args.payee.scheme().is_some()
            && (!summary.accounts.is_empty() || summary.national.is_some()) =>
        {
            return Err(Failure::Usage(
                "--guid, --mpan, --merchant-id, --criteria and --nmid make an account of QRIS; with --scheme give --payee \
                 KEY=VALUE"
                    .into(),
            ));
        }
        None if summary == Summary::default() && args.set.is_empty() && args.payee.scheme().is_none() => {
            return Err(Failure::Usage("nothing to encode: give values or --json (see --help)".into()));
        }
        None => {
            let initiation = if summary.amount.is_some() { "dynamic" } else { "static" };
            summary.initiation = Some(initiation.into());
            json::replace(&mut summary, instead)?;
            let mut besides = args.payee.objects()?;
            // What is said on the command line is not what is always the same.
            let said = [(Id::CURRENCY, &args.currency), (Id::COUNTRY, &args.country)];
            besides.retain(|(path, _)| {
                !said.iter().any(|(id, text)| text.is_some() && *path == Path::root(*id))
            });
            let set = args.set.iter().map(|(path, text)| {
                instead(*path, text).map(|other| (*path, other.unwrap_or_else(|| text.clone())))
            });
            besides.extend(set.collect::<Result<Vec<_>, Failure>>()?);
            json::from_summary(&summary, &besides)?
        }
    };
    for warning in &restored.warnings {
        say("warning", warning);
    }
    let payload = Payload::parse_with(&restored.payload, restored.unit)
        .map_err(|error| Failure::Refused(format!("the values make no payload: {error}")))?;
    let profile = match (&args.json, args.payee.scheme()) {
        // What was decoded goes back into a code of its scheme.
        (Some(_), _) => args.judging.profile(&payload),
        (None, scheme) => args.judging.profile_of_made(scheme.unwrap_or(&QRIS_SCHEME)),
    };
    args.judging.pass(&restored.review(&profile), &payload)?;
    print_line(&restored.payload)?;
    Ok(Verdict::Good)
}

impl Args {
    /// The values of the command line as a summary.
    fn summary(&self) -> Result<Summary<'_>, Failure> {
        let text = |value: &'_ Option<String>| value.clone().map(Cow::Owned);
        let account = AccountSummary {
            id: "26".into(),
            guid: text(&self.guid),
            mpan: text(&self.mpan),
            merchant_id: text(&self.merchant_id),
            criteria: text(&self.criteria),
            ..AccountSummary::default()
        };
        let has_account = account.guid.is_some() || account.mpan.is_some() || account.merchant_id.is_some();
        let additional = AdditionalSummary {
            bill_number: text(&self.bill_number),
            reference_label: text(&self.reference),
            terminal_label: text(&self.terminal),
            ..AdditionalSummary::default()
        };
        Ok(Summary {
            merchant_name: text(&self.merchant_name),
            merchant_city: text(&self.merchant_city),
            postal_code: text(&self.postal_code),
            country: text(&self.country),
            currency: text(&self.currency),
            mcc: text(&self.mcc),
            amount: self
                .amount
                .clone()
                .map(|amount| AmountSummary { text: Some(amount.into()), ..AmountSummary::default() }),
            tip: self.tip.kind().map(|(kind, fixed, percent)| TipSummary {
                kind: kind.into(),
                fixed: fixed.map(Cow::Owned),
                percent: percent.map(Cow::Owned),
            }),
            accounts: if has_account { vec![account] } else { Vec::new() },
            national: self.nmid.clone().map(|nmid| NationalSummary {
                nmid: Some(nmid.into()),
                criteria: text(&self.criteria),
                ..NationalSummary::default()
            }),
            additional: (additional != AdditionalSummary::default()).then_some(additional),
            ..Summary::default()
        })
    }
}
