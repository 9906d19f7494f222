//! Transactions: a QR code we gave out, and what became of it.
//!
//! initiated → paid | cancelled | expired | failed; paid → refunded. Each step is one conditional UPDATE: of two that
//! try at once one changes a row, the other reads why it did not.

use super::{Minor, unknown_word};
use crate::db::{DbError, Row, Tx, Value};

/// Where a transaction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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

impl State {
    /// Every state.
    pub const ALL: [State; 6] =
        [State::Initiated, State::Paid, State::Cancelled, State::Expired, State::Failed, State::Refunded];

    /// As stored and as on the operator's page.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Initiated => "initiated",
            State::Paid => "paid",
            State::Cancelled => "cancelled",
            State::Expired => "expired",
            State::Failed => "failed",
            State::Refunded => "refunded",
        }
    }

    fn parse(word: &str) -> Result<State, DbError> {
        let found = State::ALL.into_iter().find(|state| state.as_str() == word);
        found.map_or_else(|| unknown_word("state", word), Ok)
    }
}

/// 55 to 57: what the payer may or must add.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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

    fn parse(word: &str, value: i64) -> Result<Tip, DbError> {
        match word {
            "none" => Ok(Tip::None),
            "prompt" => Ok(Tip::Prompt),
            "fixed" => Ok(Tip::Fixed(Minor::new(value))),
            "percent" => Ok(Tip::Percent(value)),
            _ => unknown_word("kind of tip", word),
        }
    }
}

/// What the sandbox was asked to do when a QR code is paid: `additionalInfo.simulate` of a generate request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

impl Simulate {
    /// Every one.
    pub const ALL: [Simulate; 4] =
        [Simulate::Timeout, Simulate::InsufficientFunds, Simulate::LatePayment, Simulate::DuplicateNotify];

    /// As written in the message and as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Simulate::Timeout => "timeout",
            Simulate::InsufficientFunds => "insufficient-funds",
            Simulate::LatePayment => "late-payment",
            Simulate::DuplicateNotify => "duplicate-notify",
        }
    }

    /// Reads [`as_str`](Self::as_str).
    pub fn parse(word: &str) -> Option<Simulate> {
        Simulate::ALL.into_iter().find(|simulate| simulate.as_str() == word)
    }
}

/// A transaction. The default one waits to be paid, and has no names yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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
    /// 62-07.
    pub terminal_id: Option<String>,
    /// 54; none when the payer enters it.
    pub amount: Option<Minor>,
    /// 55 to 57.
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

/// Stores a new transaction.
///
/// # Errors
/// The storage's; so with every function here.
pub fn add(tx: &mut dyn Tx, new: &Transaction) -> Result<(), DbError> {
    let (tip_kind, tip_value) = new.tip.columns();
    let sql = "INSERT INTO txn (reference_no, page_id, client_id, partner_reference_no, external_id, merchant_id,
               sub_merchant_id, store_id, terminal_id, amount, tip_kind, tip_value, qr_content, state, created_at,
               expires_at, paid_amount, paid_tip, refunded, simulate)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, 0, 0, 0, ?17)";
    let values: [Value; 17] = [
        (&new.reference_no).into(),
        (&new.page_id).into(),
        (&new.client_id).into(),
        new.partner_reference_no.clone().into(),
        new.external_id.clone().into(),
        (&new.merchant_id).into(),
        new.sub_merchant_id.clone().into(),
        new.store_id.clone().into(),
        new.terminal_id.clone().into(),
        new.amount.into(),
        tip_kind.into(),
        tip_value.into(),
        (&new.qr_content).into(),
        new.state.as_str().into(),
        new.created_at.into(),
        new.expires_at.into(),
        new.simulate.map(Simulate::as_str).into(),
    ];
    tx.execute(sql, &values).map(drop)
}

/// By our reference number.
///
/// # Errors
/// As [`add`].
pub fn by_reference(tx: &mut dyn Tx, reference_no: &str) -> Result<Option<Transaction>, DbError> {
    let sql = "SELECT reference_no, page_id, client_id, partner_reference_no, external_id, merchant_id, sub_merchant_id,
               store_id, terminal_id, amount, tip_kind, tip_value, qr_content, state, created_at, expires_at, closed_at,
               reason, paid_amount, paid_tip, paid_at, payer, rrn, payment_key, refunded, simulate
               FROM txn WHERE reference_no = ?1";
    tx.find(sql, &[reference_no.into()])?.map(read).transpose()
}

/// By the id of its payment page.
///
/// # Errors
/// As [`add`].
pub fn by_page(tx: &mut dyn Tx, page_id: &str) -> Result<Option<Transaction>, DbError> {
    by_column(tx, "SELECT reference_no FROM txn WHERE page_id = ?1", &[page_id.into()])
}

/// By its payload.
///
/// # Errors
/// As [`add`].
pub fn by_qr_content(tx: &mut dyn Tx, qr_content: &str) -> Result<Option<Transaction>, DbError> {
    by_column(tx, "SELECT reference_no FROM txn WHERE qr_content = ?1", &[qr_content.into()])
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
    let found = if let Some(number) = original.reference_no {
        by_reference(tx, number)?
    } else if let Some(number) = original.partner_reference_no {
        let sql = "SELECT reference_no FROM txn WHERE client_id = ?1 AND partner_reference_no = ?2";
        by_column(tx, sql, &[client_id.into(), number.into()])?
    } else if let Some(number) = original.external_id {
        let sql = "SELECT reference_no FROM txn WHERE client_id = ?1 AND external_id = ?2
                   ORDER BY created_at DESC LIMIT 1";
        by_column(tx, sql, &[client_id.into(), number.into()])?
    } else {
        None
    };
    Ok(found.filter(|transaction| transaction.client_id == client_id))
}

fn by_column(tx: &mut dyn Tx, sql: &'static str, values: &[Value]) -> Result<Option<Transaction>, DbError> {
    match tx.find(sql, values)? {
        Some(mut row) => by_reference(tx, &row.text()?),
        None => Ok(None),
    }
}

/// The newest transactions, of one partner or of all: a page of the operator's list. `after` is the last one of the page
/// before, its time and reference number; transactions of the same second are not skipped.
///
/// # Errors
/// As [`add`].
pub fn newest(
    tx: &mut dyn Tx,
    client_id: Option<&str>,
    after: Option<(i64, &str)>,
    limit: u32,
) -> Result<Vec<Transaction>, DbError> {
    let sql = "SELECT reference_no FROM txn WHERE (?1 = '' OR client_id = ?1)
               AND created_at <= ?2 AND (created_at < ?2 OR reference_no < ?3)
               ORDER BY created_at DESC, reference_no DESC LIMIT ?4";
    let (time, number) = after.unwrap_or((i64::MAX, ""));
    let rows = tx.query(sql, &[client_id.unwrap_or("").into(), time.into(), number.into(), limit.into()])?;
    many(tx, rows)
}

fn many(tx: &mut dyn Tx, rows: Vec<Row>) -> Result<Vec<Transaction>, DbError> {
    let mut found = Vec::with_capacity(rows.len());
    for mut row in rows {
        found.extend(by_reference(tx, &row.text()?)?);
    }
    Ok(found)
}

fn read(mut row: Row) -> Result<Transaction, DbError> {
    Ok(Transaction {
        reference_no: row.text()?,
        page_id: row.text()?,
        client_id: row.text()?,
        partner_reference_no: row.maybe_text()?,
        external_id: row.maybe_text()?,
        merchant_id: row.text()?,
        sub_merchant_id: row.maybe_text()?,
        store_id: row.maybe_text()?,
        terminal_id: row.maybe_text()?,
        amount: row.maybe_int()?.map(Minor::new),
        tip: {
            let word = row.text()?;
            Tip::parse(&word, row.int()?)?
        },
        qr_content: row.text()?,
        state: State::parse(&row.text()?)?,
        created_at: row.int()?,
        expires_at: row.int()?,
        closed_at: row.maybe_int()?,
        reason: row.maybe_text()?,
        paid_amount: Minor::new(row.int()?),
        paid_tip: Minor::new(row.int()?),
        paid_at: row.maybe_int()?,
        payer: row.maybe_text()?,
        rrn: row.maybe_text()?,
        payment_key: row.maybe_text()?,
        refunded: Minor::new(row.int()?),
        simulate: match row.maybe_text()? {
            Some(word) => {
                Some(Simulate::parse(&word).map_or_else(|| unknown_word("simulated outcome", &word), Ok)?)
            }
            None => None,
        },
    })
}

/// initiated → paid, when it has not run out; `false` when another step came first. The ledger has its entry in the same unit.
///
/// # Errors
/// As [`add`].
pub fn pay(tx: &mut dyn Tx, reference_no: &str, paid: &Paid) -> Result<bool, DbError> {
    let sql =
        "UPDATE txn SET state = 'paid', paid_amount = ?2, paid_tip = ?3, paid_at = ?4, payer = ?5, rrn = ?6,
               payment_key = ?7, booked = 1
               WHERE reference_no = ?1 AND state = 'initiated' AND expires_at > ?4";
    let values = [
        reference_no.into(),
        paid.amount.into(),
        paid.tip.into(),
        paid.at.into(),
        (&paid.payer).into(),
        (&paid.rrn).into(),
        paid.key.clone().into(),
    ];
    Ok(tx.execute(sql, &values)? == 1)
}

/// initiated → cancelled, when it has not run out; `false` when another step came first.
///
/// # Errors
/// As [`add`].
pub fn cancel(tx: &mut dyn Tx, reference_no: &str, reason: &str, now: i64) -> Result<bool, DbError> {
    let sql = "UPDATE txn SET state = 'cancelled', closed_at = ?3, reason = ?2
               WHERE reference_no = ?1 AND state = 'initiated' AND expires_at > ?3";
    Ok(tx.execute(sql, &[reference_no.into(), reason.into(), now.into()])? == 1)
}

/// initiated → failed, when it has not run out; `false` when another step came first.
///
/// # Errors
/// As [`add`].
pub fn fail(tx: &mut dyn Tx, reference_no: &str, reason: &str, now: i64) -> Result<bool, DbError> {
    let sql = "UPDATE txn SET state = 'failed', closed_at = ?3, reason = ?2
               WHERE reference_no = ?1 AND state = 'initiated' AND expires_at > ?3";
    Ok(tx.execute(sql, &[reference_no.into(), reason.into(), now.into()])? == 1)
}

/// initiated → expired for one that has run out; `false` when it has not, or another step came first.
///
/// # Errors
/// As [`add`].
pub fn expire(tx: &mut dyn Tx, reference_no: &str, now: i64) -> Result<bool, DbError> {
    let sql = "UPDATE txn SET state = 'expired', closed_at = ?2
               WHERE reference_no = ?1 AND state = 'initiated' AND expires_at <= ?2";
    Ok(tx.execute(sql, &[reference_no.into(), now.into()])? == 1)
}

/// Transactions that have run out and do not say so yet.
///
/// # Errors
/// As [`add`].
pub fn run_out(tx: &mut dyn Tx, now: i64, limit: u32) -> Result<Vec<String>, DbError> {
    let sql = "SELECT reference_no FROM txn WHERE state = 'initiated' AND expires_at <= ?1
               ORDER BY expires_at LIMIT ?2";
    tx.query(sql, &[now.into(), limit.into()])?.into_iter().map(|mut row| row.text()).collect()
}

/// paid | refunded → refunded by an amount, while the sum stays within what was paid; `false` otherwise.
///
/// # Errors
/// As [`add`].
pub fn refund(tx: &mut dyn Tx, reference_no: &str, amount: Minor) -> Result<bool, DbError> {
    let sql = "UPDATE txn SET state = 'refunded', refunded = refunded + ?2
               WHERE reference_no = ?1 AND state IN ('paid', 'refunded') AND CAST(?2 AS BIGINT) > 0
               AND CAST(?2 AS BIGINT) <= paid_amount + paid_tip - refunded";
    Ok(tx.execute(sql, &[reference_no.into(), amount.into()])? == 1)
}
