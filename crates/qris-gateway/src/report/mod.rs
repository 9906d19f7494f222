//! The report of a settlement day (WIB): the payments and refunds of that day, and the money a person must look at.
//!
//! An event counts on the day it happened, whenever its QR code was made. The report of a closed day never changes.

mod write;

use std::collections::BTreeMap;

use qris_snap::DateTime;
use qris_snap::datetime::wib_day;
use time::Date;
use time::macros::format_description;

use crate::db::{DbError, Store, Tx};
use crate::error::OperatorError;
use crate::model::{EntryKind, Minor, ledger, partner};
use crate::sweeper;

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Lines of comma-separated values.
    Csv,
    /// One JSON object.
    Json,
}

/// Sums of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// Payments, refunds, or both.
    pub count: u64,
    /// Paid, tips not counted.
    pub gross: Minor,
    /// Tips.
    pub tip: Minor,
    /// Given back.
    pub refunds: Minor,
    /// Exceptions.
    pub exceptions: u64,
    /// The money they speak of.
    pub exceptions_amount: Minor,
    /// What was given back of exceptions, outside the gateway.
    pub exceptions_refunded: Minor,
}

impl Sums {
    /// Gross and tips less refunds; none when it does not fit.
    pub fn net(&self) -> Option<Minor> {
        self.gross.plus(self.tip)?.minus(self.refunds)
    }

    fn plus(self, other: &Sums) -> Option<Sums> {
        Some(Sums {
            count: self.count.checked_add(other.count)?,
            gross: self.gross.plus(other.gross)?,
            tip: self.tip.plus(other.tip)?,
            refunds: self.refunds.plus(other.refunds)?,
            exceptions: self.exceptions.checked_add(other.exceptions)?,
            exceptions_amount: self.exceptions_amount.plus(other.exceptions_amount)?,
            exceptions_refunded: self.exceptions_refunded.plus(other.exceptions_refunded)?,
        })
    }
}

/// What a line of a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineKind {
    /// Payments.
    Payment,
    /// Refunds.
    Refund,
    /// Money that came late, twice or wrong.
    Exception,
}

impl LineKind {
    /// As written.
    pub fn as_str(self) -> &'static str {
        match self {
            LineKind::Payment => EntryKind::Payment.as_str(),
            LineKind::Refund => EntryKind::Refund.as_str(),
            LineKind::Exception => "exception",
        }
    }
}

/// The report of a day: its sums. What they are sums of is read again, page by page, when it is written.
#[derive(Debug, Clone)]
pub struct Report {
    /// The day, such as `2026-11-21`.
    pub date: String,
    /// Whether the day is over and its report final.
    pub closed: bool,
    /// Client id; none: every partner.
    pub partner: Option<String>,
    /// By client id and kind; what did not happen has no line.
    pub lines: BTreeMap<(String, LineKind), Sums>,
    /// The sums of all lines.
    pub totals: Sums,
    day: i64,
}

/// Books what an older program left, and makes the report of a settlement day (`2026-11-21`), of one partner (client id or partner id) or all.
///
/// # Errors
/// [`OperatorError::Usage`] for a date there is not, [`OperatorError::Refused`] for a partner there is not.
pub async fn report(store: &Store, date: &str, wanted: Option<String>) -> Result<Report, OperatorError> {
    let wrong = || OperatorError::Usage(format!("{date:?} is no date: such as 2026-11-21 is wanted"));
    Date::parse(date, format_description!("[year]-[month]-[day]")).map_err(|_| wrong())?;
    let day = wib_day(DateTime::parse(&format!("{date}T00:00:00+07:00")).ok_or_else(wrong)?.unix());
    let date = date.to_owned();
    sweeper::catch_up(store).await?;
    store.read(move |tx| read(tx, date, day, wanted)).await
}

fn read(tx: &mut dyn Tx, date: String, day: i64, wanted: Option<String>) -> Result<Report, OperatorError> {
    let partner = wanted.map(|id| client_id_of(tx, id)).transpose()?;
    let mut lines = BTreeMap::new();
    for it in ledger::sums(tx, day, partner.as_deref())? {
        let (count, amount) = (it.count, it.amount);
        let kind = match it.kind {
            EntryKind::Payment => LineKind::Payment,
            EntryKind::Refund => LineKind::Refund,
            EntryKind::Exception | EntryKind::ExceptionRefund => LineKind::Exception,
        };
        let line: &mut Sums = lines.entry((it.client_id, kind)).or_default();
        match it.kind {
            EntryKind::Payment => (line.count, line.gross, line.tip) = (count, amount, it.tip),
            EntryKind::Refund => (line.count, line.refunds) = (count, amount),
            EntryKind::Exception => (line.exceptions, line.exceptions_amount) = (count, amount),
            EntryKind::ExceptionRefund => line.exceptions_refunded = amount,
        }
    }
    let totals = lines.values().try_fold(Sums::default(), Sums::plus);
    let totals = totals.filter(|totals| totals.net().is_some());
    let totals = totals.ok_or_else(|| DbError::Broken(format!("the sums of {date} cannot be counted")))?;
    let closed = ledger::closed_through(tx)?.is_some_and(|closed| closed >= day);
    Ok(Report { date, closed, partner, lines, totals, day })
}

fn client_id_of(tx: &mut dyn Tx, id: String) -> Result<String, OperatorError> {
    if partner::by_client_id(tx, &id)?.is_some() {
        return Ok(id);
    }
    let found = partner::by_partner_id(tx, &id)?;
    found.map(|partner| partner.client_id).ok_or_else(|| OperatorError::Refused(format!("no partner {id:?}")))
}
