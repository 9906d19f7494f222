//! Transactions: a QR code we gave out, and what became of it.
//!
//! initiated → paid | cancelled | expired | failed; paid → refunded. Each step is one conditional UPDATE: of two that
//! try at once one changes a row, the other reads why it did not.

use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantNames};

use super::{AccountNo, Filter, Minor, fields};
use crate::db::{DbError, Tx};

/// Where a transaction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Waits to be paid.
    #[default]
    Initiated,
    /// Paid, nothing refunded.
    Paid,
    /// Cancelled by the merchant before it was paid.
    Cancelled,
    /// Not paid in time.
    Expired,
    /// The payment failed.
    Failed,
    /// Paid, and part or all of it refunded.
    Refunded,
}

/// 55 to 57: what the payer may or must add.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "String")]
pub enum Tip {
    /// Nothing.
    #[default]
    None,
    /// 55 = 01: whatever the payer likes.
    Prompt,
    /// 55 = 02, 56: this much.
    Fixed(Minor),
    /// 55 = 03, 57: this many hundredths of a percent.
    Percent(i64),
}

impl Tip {
    fn columns(self) -> (&'static str, i64) {
        match self {
            Tip::None => ("none", 0),
            Tip::Prompt => ("prompt", 0),
            Tip::Fixed(minor) => ("fixed", minor.get()),
            Tip::Percent(hundredths) => ("percent", hundredths),
        }
    }
}

/// Its two columns, as the SELECT puts them together.
impl TryFrom<String> for Tip {
    type Error = String;

    fn try_from(text: String) -> Result<Tip, String> {
        let read = text.split_once(' ').and_then(|(kind, value)| Some((kind, value.parse().ok()?)));
        match read {
            Some(("none", _)) => Ok(Tip::None),
            Some(("prompt", _)) => Ok(Tip::Prompt),
            Some(("fixed", sen)) => Ok(Tip::Fixed(Minor::new(sen))),
            Some(("percent", hundredths)) => Ok(Tip::Percent(hundredths)),
            _ => Err(format!("{text:?} is no tip")),
        }
    }
}

/// What the sandbox was asked to do when a QR code is paid: `additionalInfo.simulate` of a generate request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, IntoStaticStr, EnumString, VariantNames)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Simulate {
    /// The payer's side hears nothing: paying is answered 5045000, and the money moves all the same. Query says 00 and
    /// the notification comes. For those who take a timeout for a refusal.
    Timeout,
    /// The payer has too little: paying is answered 4035014, the transaction fails (06) and that is notified.
    InsufficientFunds,
    /// The money arrives when the QR code has expired: paying is answered 4035000, the transaction expires at once and
    /// that is notified; the money is a `late` exception in the report.
    LatePayment,
    /// Paying succeeds, and its notification is sent twice, the second after the first was answered. For those who
    /// count an event twice.
    DuplicateNotify,
}

/// A transaction. The default one waits to be paid, and has no names yet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Transaction {
    /// Ours.
    pub reference_no: String,
    /// 128 random bits, hexadecimal: the address of its payment page.
    pub page_id: String,
    /// The partner.
    pub client_id: String,
    /// The partner's.
    pub partner_reference_no: Option<String>,
    /// X-EXTERNAL-ID of the request.
    pub external_id: Option<String>,
    /// The merchant.
    pub merchant_id: String,
    /// As asked for.
    pub sub_merchant_id: Option<String>,
    /// As asked for.
    pub store_id: Option<String>,
    /// The terminal label (62-07).
    pub terminal_id: Option<String>,
    /// The transaction amount (54); none when the payer enters it.
    pub amount: Option<Minor>,
    /// The tip (55 to 57).
    pub tip: Tip,
    /// The payload.
    pub qr_content: String,
    /// As stored: a transaction that ran out may still say initiated, see [`Transaction::state_at`].
    pub state: State,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds from which it cannot be paid.
    pub expires_at: i64,
    /// Unix seconds at which it was cancelled, expired or failed.
    pub closed_at: Option<i64>,
    /// Why it was cancelled or failed.
    pub reason: Option<String>,
    /// What was paid, tip not counted.
    pub paid_amount: Minor,
    /// The tip that was paid.
    pub paid_tip: Minor,
    /// Unix seconds.
    pub paid_at: Option<i64>,
    /// Who paid: client id of the issuer or upstream, `sandbox`.
    pub payer: Option<String>,
    /// Retrieval reference number of the payment.
    pub rrn: Option<String>,
    /// What tells the payment from another one of this QR code, as the payer's side names it.
    pub payment_key: Option<String>,
    /// The payer's account, when whoever told of the payment named it.
    pub customer_pan: Option<AccountNo>,
    /// What was given back so far.
    pub refunded: Minor,
    /// What the sandbox was asked to do with it.
    pub simulate: Option<Simulate>,
}

impl Transaction {
    /// The state at a time: expiry is judged by the clock, before any sweeper comes by.
    pub fn state_at(&self, now: i64) -> State {
        if self.state == State::Initiated && self.expires_at <= now { State::Expired } else { self.state }
    }

    /// What can still be refunded; none when the stored amounts cannot be counted together.
    pub fn refundable(&self) -> Option<Minor> {
        self.paid_amount.plus(self.paid_tip)?.minus(self.refunded)
    }
}

/// How a transaction was paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paid {
    /// Tip not counted.
    pub amount: Minor,
    /// The tip.
    pub tip: Minor,
    /// Unix seconds.
    pub at: i64,
    /// Client id of the issuer or upstream, `sandbox`.
    pub payer: String,
    /// Retrieval reference number.
    pub rrn: String,
    /// What tells it from another payment, as the payer's side names it.
    pub key: Option<String>,
    /// The payer's account.
    pub account: Option<AccountNo>,
}

/// How a message names the transaction it is about; tried in this order, the first that is given decides.
#[derive(Debug, Clone, Copy, Default)]
pub struct Original<'a> {
    /// `originalReferenceNo`, ours.
    pub reference_no: Option<&'a str>,
    /// `originalPartnerReferenceNo`.
    pub partner_reference_no: Option<&'a str>,
    /// `originalExternalId`.
    pub external_id: Option<&'a str>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT reference_no, page_id, client_id, partner_reference_no, external_id, merchant_id, sub_merchant_id,
             store_id, terminal_id, amount, tip_kind || ' ' || tip_value AS tip, qr_content, state, created_at,
             expires_at, closed_at, reason, paid_amount, paid_tip, paid_at, payer, rrn, payment_key, customer_pan, refunded,
             simulate
             FROM txn ",
            $rest
        )
    };
}

/// Stores a new transaction.
///
/// # Errors
/// The storage's; so with every function here.
pub fn add(tx: &mut dyn Tx, new: &Transaction) -> Result<(), DbError> {
    let (tip_kind, tip_value) = new.tip.columns();
    let sql = "INSERT INTO txn (reference_no, page_id, client_id, partner_reference_no, external_id, merchant_id,
               sub_merchant_id, store_id, terminal_id, amount, qr_content, state, created_at, expires_at, simulate,
               tip_kind, tip_value, paid_amount, paid_tip, refunded)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0, 0, 0)";
    let values = fields!(
        new: reference_no, page_id, client_id, partner_reference_no, external_id, merchant_id, sub_merchant_id, store_id,
        terminal_id, amount, qr_content, state, created_at, expires_at, simulate; tip_kind, tip_value
    );
    tx.execute(sql, values).map(drop)
}

/// By our reference number.
///
/// # Errors
/// As [`add`].
pub fn by_reference(tx: &mut dyn Tx, reference_no: &str) -> Result<Option<Transaction>, DbError> {
    tx.find(select!("WHERE reference_no = $1"), &[&reference_no])
}

/// By the id of its payment page.
///
/// # Errors
/// As [`add`].
pub fn by_page(tx: &mut dyn Tx, page_id: &str) -> Result<Option<Transaction>, DbError> {
    tx.find(select!("WHERE page_id = $1"), &[&page_id])
}

/// By its payload.
///
/// # Errors
/// As [`add`].
pub fn by_qr_content(tx: &mut dyn Tx, qr_content: &str) -> Result<Option<Transaction>, DbError> {
    tx.find(select!("WHERE qr_content = $1"), &[&qr_content])
}

/// Every partner's that has this number of its own, newest first; at most a hundred.
///
/// # Errors
/// As [`add`].
pub fn by_partner_reference(tx: &mut dyn Tx, number: &str) -> Result<Vec<Transaction>, DbError> {
    tx.rows(select!("WHERE partner_reference_no = $1 ORDER BY created_at DESC LIMIT 100"), &[&number])
}

/// The transaction of a partner that a message is about. Another partner's is not found.
///
/// # Errors
/// As [`add`].
pub fn original(
    tx: &mut dyn Tx,
    client_id: &str,
    original: Original<'_>,
) -> Result<Option<Transaction>, DbError> {
    if let Some(number) = original.reference_no {
        tx.find(select!("WHERE reference_no = $2 AND client_id = $1"), &[&client_id, &number])
    } else if let Some(number) = original.partner_reference_no {
        tx.find(select!("WHERE client_id = $1 AND partner_reference_no = $2"), &[&client_id, &number])
    } else if let Some(number) = original.external_id {
        let sql = select!("WHERE client_id = $1 AND external_id = $2 ORDER BY created_at DESC LIMIT 1");
        tx.find(sql, &[&client_id, &number])
    } else {
        Ok(None)
    }
}

/// The newest transactions that are meant: a page of the operator's list. `after` is the last one of the page before, its
/// time and reference number; transactions of the same second are not skipped. The state is the stored one: a code that
/// ran out a moment ago may still be `initiated`.
///
/// # Errors
/// As [`add`].
pub fn newest(tx: &mut dyn Tx, filter: &Filter<State>, limit: u32) -> Result<Vec<Transaction>, DbError> {
    let sql = select!(
        "WHERE ($1 = '' OR client_id = $1) AND ($2 = '' OR state = $2) AND created_at >= $3 AND created_at < $4
         AND created_at <= $5 AND (created_at < $5 OR reference_no < $6)
         ORDER BY created_at DESC, reference_no DESC LIMIT $7"
    );
    let state = filter.state.map_or("", State::as_str);
    let (since, until) = (filter.since.unwrap_or(i64::MIN), filter.until.unwrap_or(i64::MAX));
    let (time, number) = filter.after.as_ref().map_or((i64::MAX, ""), |(time, id)| (*time, id));
    let client_id = filter.client_id.as_deref().unwrap_or("");
    tx.rows(sql, &[&client_id, &state, &since, &until, &time, &number, &limit])
}

/// initiated → paid, when it has not run out; `false` when another step came first. The ledger has its entry in the same unit.
///
/// # Errors
/// As [`add`].
pub fn pay(tx: &mut dyn Tx, reference_no: &str, paid: &Paid) -> Result<bool, DbError> {
    let sql =
        "UPDATE txn SET state = 'paid', paid_amount = $2, paid_tip = $3, paid_at = $4, payer = $5, rrn = $6,
               payment_key = $7, customer_pan = $8, booked = 1
               WHERE reference_no = $1 AND state = 'initiated' AND expires_at > $4";
    let Paid { amount, tip, at, payer, rrn, key, account } = paid;
    Ok(tx.execute(sql, &[&reference_no, amount, tip, at, payer, rrn, key, account])? == 1)
}

/// Names the payment of a transaction that was paid without a name of it; `false` when it has one.
///
/// # Errors
/// As [`add`].
pub fn name_payment(tx: &mut dyn Tx, reference_no: &str, key: &str) -> Result<bool, DbError> {
    let sql = "UPDATE txn SET payment_key = $2 WHERE reference_no = $1 AND payment_key IS NULL AND paid_at IS NOT NULL";
    Ok(tx.execute(sql, &[&reference_no, &key])? == 1)
}

/// initiated → cancelled, when it has not run out; `false` when another step came first.
///
/// # Errors
/// As [`add`].
pub fn cancel(tx: &mut dyn Tx, reference_no: &str, reason: &str, now: i64) -> Result<bool, DbError> {
    let sql = "UPDATE txn SET state = 'cancelled', closed_at = $3, reason = $2
               WHERE reference_no = $1 AND state = 'initiated' AND expires_at > $3";
    Ok(tx.execute(sql, &[&reference_no, &reason, &now])? == 1)
}

/// initiated → failed, when it has not run out; `false` when another step came first.
///
/// # Errors
/// As [`add`].
pub fn fail(tx: &mut dyn Tx, reference_no: &str, reason: &str, now: i64) -> Result<bool, DbError> {
    let sql = "UPDATE txn SET state = 'failed', closed_at = $3, reason = $2
               WHERE reference_no = $1 AND state = 'initiated' AND expires_at > $3";
    Ok(tx.execute(sql, &[&reference_no, &reason, &now])? == 1)
}

/// initiated → expired for one that has run out; `false` when it has not, or another step came first.
///
/// # Errors
/// As [`add`].
pub fn expire(tx: &mut dyn Tx, reference_no: &str, now: i64) -> Result<bool, DbError> {
    let sql = "UPDATE txn SET state = 'expired', closed_at = $2
               WHERE reference_no = $1 AND state = 'initiated' AND expires_at <= $2";
    Ok(tx.execute(sql, &[&reference_no, &now])? == 1)
}

/// Transactions that have run out and do not say so yet.
///
/// # Errors
/// As [`add`].
pub fn run_out(tx: &mut dyn Tx, now: i64, limit: u32) -> Result<Vec<String>, DbError> {
    let sql = "SELECT reference_no FROM txn WHERE state = 'initiated' AND expires_at <= $1
               ORDER BY expires_at LIMIT $2";
    tx.rows(sql, &[&now, &limit])
}

/// paid | refunded → refunded by an amount, while the sum stays within what was paid; `false` otherwise.
///
/// # Errors
/// As [`add`].
pub fn refund(tx: &mut dyn Tx, reference_no: &str, amount: Minor) -> Result<bool, DbError> {
    let sql = "UPDATE txn SET state = 'refunded', refunded = refunded + $2
               WHERE reference_no = $1 AND state IN ('paid', 'refunded') AND CAST($2 AS BIGINT) > 0
               AND CAST($2 AS BIGINT) <= paid_amount + paid_tip - refunded";
    Ok(tx.execute(sql, &[&reference_no, &amount])? == 1)
}
