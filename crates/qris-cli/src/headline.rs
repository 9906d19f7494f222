//! What people want to know of a payload before its tree: whom it pays, through whom, how much, and what kind it is.

use std::io::{self, Write};

use anstyle::Style;
use qris_core::display::{Safe, names_a_scheme};
use qris_core::schema::{QRIS_SCHEME, template_in};
use qris_core::{Amount, Currency, DataObject, Id, Initiation, Kind, Payload, Profile, Scheme, Tip, keys};

use crate::json::{AccountSummary, Summary};
use crate::words::money;

/// The widest line.
const COLUMNS: usize = 80;
/// What the label takes of it.
const LABEL: usize = 10;
/// Values of a foreign account that are shown.
const MOST_TOLD: usize = 2;
/// Acquirers that are named; a payload may have more accounts than anybody reads.
const MOST_ACQUIRERS: usize = 3;

/// Four lines of at most 80 columns. The payload's CRC is right; it need not conform.
pub(crate) fn write(out: &mut impl Write, payload: &Payload<'_>) -> io::Result<()> {
    let summary = Summary::of(payload);
    if let Some(scheme) = Scheme::of(payload).filter(|scheme| **scheme != QRIS_SCHEME) {
        line(out, "scheme", scheme.name)?;
        line(out, "payee", &payee(payload, &summary))?;
        line(out, "amount", &amount(payload))?;
        return line(out, "kind", initiation(payload));
    }
    let kind = Kind::of(payload);
    let whom = if kind == Kind::Payment { "merchant" } else { "name" };
    line(out, whom, &merchant(&summary))?;
    line(out, "acquirer", &acquirer(&summary))?;
    line(out, "amount", &amount(payload))?;
    line(out, "kind", &format!("{kind}, {}", initiation(payload)))
}

fn line(out: &mut impl Write, label: &str, text: &str) -> io::Result<()> {
    let bold = Style::new().bold();
    writeln!(out, "{label:<8}  {bold}{}{bold:#}", clipped(text, COLUMNS - LABEL))
}

/// The text made safe to print, and what is beyond so many characters left out.
fn clipped(text: &str, room: usize) -> String {
    let text = Safe(text).to_string();
    match text.char_indices().nth(room) {
        Some(_) => format!("{}…", text.chars().take(room.saturating_sub(1)).collect::<String>()),
        None => text,
    }
}

/// Who is paid in a payload of another scheme: the name when there is one, and what its account says of him.
fn payee(payload: &Payload<'_>, summary: &Summary<'_>) -> String {
    let profile = Profile::of(payload);
    let is_account = |object: &DataObject<'_>| object.path().first().is_some_and(Id::is_account_template);
    let told = payload.walk_in(&profile).filter_map(|(object, row)| {
        let row = row.filter(|row| row.key != "guid" && is_account(&object) && object.path().depth() > 1)?;
        template_in(&object, Some(row)).is_none().then(|| format!("{} {}", row.name, object.value()))
    });
    let told: Vec<String> = told.take(MOST_TOLD).collect();
    let name = summary.merchant_name.is_some().then(|| merchant(summary));
    let all: Vec<String> = name.into_iter().chain(told).collect();
    if all.is_empty() { "not named".to_owned() } else { all.join("; ") }
}

/// Name and place.
fn merchant(summary: &Summary<'_>) -> String {
    let name = summary.merchant_name.as_deref().unwrap_or("no name");
    let place = [&summary.merchant_city, &summary.postal_code].into_iter().flatten();
    let place = place.map(AsRef::as_ref).collect::<Vec<&str>>().join(" ");
    if place.is_empty() { name.to_owned() } else { format!("{name}, {place}") }
}

/// Who keeps the account, and the merchant's national number.
fn acquirer(summary: &Summary<'_>) -> String {
    let mut keepers: Vec<String> = Vec::new();
    let transfer = summary.transfer.as_ref().map(|transfer| {
        keeper(transfer.acquirer.as_deref(), transfer.nns.as_deref(), transfer.guid.as_deref())
    });
    let of_account = |account: &AccountSummary<'_>| {
        keeper(account.acquirer.as_deref(), account.nns.as_deref(), account.guid.as_deref())
    };
    let accounts = transfer.into_iter().chain(summary.accounts.iter().map(of_account)).flatten();
    for keeper in accounts {
        if !keepers.contains(&keeper) {
            keepers.push(keeper);
        }
    }
    for network in summary.networks.iter().filter_map(|network| network.network.as_deref()) {
        if keepers.iter().all(|known| known != network) {
            keepers.push(network.to_owned());
        }
    }
    let more = keepers.len().saturating_sub(MOST_ACQUIRERS);
    keepers.truncate(MOST_ACQUIRERS);
    if more > 0 {
        keepers.push(format!("{more} more"));
    }
    let keepers = if keepers.is_empty() { "not named".to_owned() } else { keepers.join(", ") };
    let nmid = match summary.nmid.as_deref() {
        Some(nmid) => format!("; NMID {}", clipped(nmid, 20)),
        None => "; no NMID".to_owned(),
    };
    format!("{}{nmid}", clipped(&keepers, COLUMNS - LABEL - nmid.chars().count()))
}

/// The name, else the number of who keeps an account, else the scheme it is of.
fn keeper(name: Option<&str>, nns: Option<&str>, guid: Option<&str>) -> Option<String> {
    name.map(str::to_owned)
        .or_else(|| nns.map(|nns| format!("NNS {nns} (not in the list)")))
        .or_else(|| guid.filter(|guid| names_a_scheme(guid)).map(str::to_owned))
}

/// What the payer owes: the amount, the fee, and both together.
fn amount(payload: &Payload<'_>) -> String {
    let currency = payload.read(keys::CURRENCY).unwrap_or(Currency::IDR);
    let tip = tip(payload, currency);
    let amount = match payload.value_of(Id::AMOUNT).map(|text| Amount::parse(text, currency)) {
        None => return with_open_amount(&tip),
        Some(Err(error)) => return format!("54 cannot be read: {error}"),
        Some(Ok(amount)) => amount,
    };
    let fee = match &tip {
        Fee::None => return money(&amount),
        Fee::Unreadable => return format!("{}, and a fee that cannot be read (55 to 57)", money(&amount)),
        Fee::Tip(Tip::Prompt) => return format!("{}, and a tip that the payer chooses", money(&amount)),
        Fee::Tip(tip) => tip,
    };
    let share = named(fee);
    match fee.total(&amount) {
        Ok(Some(total)) => format!("{} + fee {share} = {}", money(&amount), money(&total)),
        Ok(None) => money(&amount),
        Err(error) => format!("{} + fee {share}: {error}", money(&amount)),
    }
}

fn with_open_amount(fee: &Fee) -> String {
    let entered = "the payer enters it";
    match fee {
        Fee::None => entered.to_owned(),
        Fee::Unreadable => format!("{entered}; there is a fee that cannot be read (55 to 57)"),
        Fee::Tip(Tip::Prompt) => format!("{entered}, and a tip"),
        Fee::Tip(tip) => format!("{entered}; a fee of {} is added", named(tip)),
    }
}

/// A fee as people say it.
fn named(tip: &Tip) -> String {
    match tip {
        Tip::Fixed(fee) => money(fee),
        other => other.to_string(),
    }
}

/// What 55 to 57 say.
enum Fee {
    None,
    Tip(Tip),
    Unreadable,
}

fn tip(payload: &Payload<'_>, currency: Currency) -> Fee {
    let tip = match payload.value_of(Id::TIP_INDICATOR) {
        None => return Fee::None,
        Some("01") => Some(Tip::Prompt),
        Some("02") => payload
            .value_of(Id::FEE_FIXED)
            .and_then(|text| Amount::parse(text, currency).ok())
            .map(Tip::Fixed),
        Some("03") => payload.read(keys::FEE_PERCENTAGE).map(Tip::Percentage),
        Some(_) => None,
    };
    tip.map_or(Fee::Unreadable, Fee::Tip)
}

fn initiation(payload: &Payload<'_>) -> &'static str {
    match payload.read(keys::INITIATION) {
        Some(Initiation::Dynamic) => "dynamic: a code for one transaction",
        Some(Initiation::Static) => "static: a code for many transactions",
        _ => "does not say whether static or dynamic",
    }
}
