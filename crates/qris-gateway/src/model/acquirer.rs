//! Acquirers: upstreams that we call, the merchants whose codes they make, and what they were asked to do.

use serde::Deserialize;
use strum::IntoStaticStr;

use super::{Minor, fields};
use crate::db::{DbError, Tx};

/// How an upstream is reached.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Acquirer {
    /// The partner of role upstream that it is.
    pub client_id: String,
    /// Scheme, host and port.
    pub base_url: String,
    /// X-CLIENT-KEY it gave us.
    pub our_client_id: String,
    /// Headers that are the same on every request, as a JSON object of texts.
    pub headers: String,
    /// Seconds after which a code nothing was heard of is asked about.
    pub silent_after: i64,
    /// Seconds for a call with all its tries; none, or longer than that: three quarters of a request's time.
    pub deadline: Option<i64>,
    /// Unix seconds.
    pub created_at: i64,
}

/// Which acquirer makes a merchant's codes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Route {
    /// Ours.
    pub merchant_id: String,
    /// Client id of the acquirer.
    pub acquirer: String,
    /// What the acquirer calls the merchant; none: it is not named.
    pub their_merchant_id: Option<String>,
    /// Unix seconds.
    pub created_at: i64,
}

/// What an acquirer was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum ForwardKind {
    /// A code (47). Its id is the transaction's reference number, which is `partnerReferenceNo` there.
    Code,
    /// A refund (78). Its id is the refund's number, which is `partnerRefundNo` there.
    Refund,
}

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum ForwardState {
    /// Written down; whether it was done is not known yet.
    Asked,
    /// The code is there, and what becomes of it is awaited.
    Open,
    /// Nothing more is awaited.
    Closed,
}

/// Something an acquirer was asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Forward {
    /// Reference number of the transaction for a code, number of the refund for a refund.
    pub id: String,
    /// What.
    pub kind: ForwardKind,
    /// Where it stands.
    pub state: ForwardState,
    /// The transaction.
    pub reference_no: String,
    /// Client id of the acquirer.
    pub acquirer: String,
    /// The partner whose merchant it is.
    pub client_id: String,
    /// The partner's number, which is free again when nothing comes of it.
    pub number: Option<String>,
    /// X-EXTERNAL-ID of the partner's request: a repetition of it waits for what comes of this.
    pub external_id: Option<String>,
    /// What is paid or given back; none where the payer enters it.
    pub amount: Option<Minor>,
    /// Of a refund.
    pub reason: Option<String>,
    /// The acquirer's reference of the transaction, once it is known.
    pub their_reference_no: Option<String>,
    /// What it calls the merchant.
    pub their_merchant_id: Option<String>,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds at which it is asked about.
    pub due_at: i64,
    /// How often it was.
    pub tries: i64,
}

/// How an upstream is reached; none: it is not called.
///
/// # Errors
/// The storage's; so with every function here.
pub fn by_id(tx: &mut dyn Tx, client_id: &str) -> Result<Option<Acquirer>, DbError> {
    let sql =
        "SELECT client_id, base_url, our_client_id, headers, silent_after, deadline, created_at FROM acquirer
               WHERE client_id = $1";
    tx.find(sql, &[&client_id])
}

/// Writes how an upstream is reached, in the place of what there was.
///
/// # Errors
/// As [`by_id`].
pub fn set(tx: &mut dyn Tx, acquirer: &Acquirer) -> Result<(), DbError> {
    let sql = "INSERT INTO acquirer (client_id, base_url, our_client_id, headers, silent_after, deadline, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (client_id) DO UPDATE SET base_url = $2,
               our_client_id = $3, headers = $4, silent_after = $5, deadline = $6";
    let values =
        fields!(acquirer: client_id, base_url, our_client_id, headers, silent_after, deadline, created_at);
    tx.execute(sql, values).map(drop)
}

/// All upstreams that are called, oldest first.
///
/// # Errors
/// As [`by_id`].
pub fn all(tx: &mut dyn Tx) -> Result<Vec<Acquirer>, DbError> {
    let sql =
        "SELECT client_id, base_url, our_client_id, headers, silent_after, deadline, created_at FROM acquirer
               ORDER BY created_at, client_id";
    tx.rows(sql, &[])
}

/// The merchants whose codes an acquirer makes, oldest route first.
///
/// # Errors
/// As [`by_id`].
pub fn routes(tx: &mut dyn Tx, acquirer: &str) -> Result<Vec<Route>, DbError> {
    let sql = "SELECT merchant_id, acquirer, their_merchant_id, created_at FROM route WHERE acquirer = $1
               ORDER BY created_at, merchant_id";
    tx.rows(sql, &[&acquirer])
}

/// The route of a merchant.
///
/// # Errors
/// As [`by_id`].
pub fn route(tx: &mut dyn Tx, merchant_id: &str) -> Result<Option<Route>, DbError> {
    let sql = "SELECT merchant_id, acquirer, their_merchant_id, created_at FROM route WHERE merchant_id = $1";
    tx.find(sql, &[&merchant_id])
}

/// Writes a merchant's route, in the place of what there was.
///
/// # Errors
/// As [`by_id`].
pub fn set_route(tx: &mut dyn Tx, route: &Route) -> Result<(), DbError> {
    let sql =
        "INSERT INTO route (merchant_id, acquirer, their_merchant_id, created_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (merchant_id) DO UPDATE SET acquirer = $2, their_merchant_id = $3";
    tx.execute(sql, fields!(route: merchant_id, acquirer, their_merchant_id, created_at)).map(drop)
}

/// Takes a merchant's route away; `false` when it has none. What is under way stays with its acquirer.
///
/// # Errors
/// As [`by_id`].
pub fn remove_route(tx: &mut dyn Tx, merchant_id: &str) -> Result<bool, DbError> {
    Ok(tx.execute("DELETE FROM route WHERE merchant_id = $1", &[&merchant_id])? == 1)
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, kind, state, reference_no, acquirer, client_id, number, external_id, amount, reason,
             their_reference_no, their_merchant_id, created_at, due_at, tries FROM forward ",
            $rest
        )
    };
}

/// Writes down what is about to be asked for.
///
/// # Errors
/// As [`by_id`].
pub fn ask(tx: &mut dyn Tx, forward: &Forward) -> Result<(), DbError> {
    let sql =
        "INSERT INTO forward (id, kind, state, reference_no, acquirer, client_id, number, external_id, amount, reason,
               their_reference_no, their_merchant_id, created_at, due_at, tries)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    let values = fields!(
        forward: id, kind, state, reference_no, acquirer, client_id, number, external_id, amount, reason,
        their_reference_no, their_merchant_id, created_at, due_at, tries
    );
    tx.execute(sql, values).map(drop)
}

/// What was asked for under an id.
///
/// # Errors
/// As [`by_id`].
pub fn forward(tx: &mut dyn Tx, id: &str) -> Result<Option<Forward>, DbError> {
    tx.find(select!("WHERE id = $1"), &[&id])
}

/// Whether a partner's request with this X-EXTERNAL-ID is under way at an acquirer.
///
/// # Errors
/// As [`by_id`].
pub fn is_under_way(tx: &mut dyn Tx, client_id: &str, external_id: &str) -> Result<bool, DbError> {
    let sql = "SELECT 1 FROM forward WHERE client_id = $1 AND external_id = $2 AND state = 'asked' LIMIT 1";
    let found: Option<i64> = tx.find(sql, &[&client_id, &external_id])?;
    Ok(found.is_some())
}

/// The code of a transaction, when an acquirer made it.
///
/// # Errors
/// As [`by_id`].
pub fn code_of(tx: &mut dyn Tx, reference_no: &str) -> Result<Option<Forward>, DbError> {
    tx.find(select!("WHERE id = $1 AND kind = 'code'"), &[&reference_no])
}

/// What refunds of a transaction are not decided yet, in sum.
///
/// # Errors
/// As [`by_id`].
pub fn refunds_asked(tx: &mut dyn Tx, reference_no: &str) -> Result<Minor, DbError> {
    let sql = "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM forward
               WHERE reference_no = $1 AND kind = 'refund' AND state = 'asked'";
    tx.one(sql, &[&reference_no])
}

/// Number of rows in state `asked` that were written before a time: what was asked for later may be on its way.
///
/// # Errors
/// As [`by_id`].
pub fn undecided(tx: &mut dyn Tx, before: i64) -> Result<i64, DbError> {
    tx.one("SELECT COUNT(*) FROM forward WHERE state = 'asked' AND created_at < $1", &[&before])
}

/// The code is there: asked → open; `false` when it was given up meanwhile.
///
/// # Errors
/// As [`by_id`].
pub fn opened(tx: &mut dyn Tx, id: &str, theirs: Option<&str>, due_at: i64) -> Result<bool, DbError> {
    let sql = "UPDATE forward SET state = 'open', their_reference_no = $2, due_at = $3, tries = 0
               WHERE id = $1 AND state = 'asked'";
    Ok(tx.execute(sql, &[&id, &theirs, &due_at])? == 1)
}

/// Nothing more is awaited; `false` when that was so already.
///
/// # Errors
/// As [`by_id`].
pub fn closed(tx: &mut dyn Tx, id: &str) -> Result<bool, DbError> {
    Ok(tx.execute("UPDATE forward SET state = 'closed' WHERE id = $1 AND state <> 'closed'", &[&id])? == 1)
}

/// What is due at an acquirer, longest first.
///
/// # Errors
/// As [`by_id`].
pub fn due(tx: &mut dyn Tx, acquirer: &str, now: i64, limit: u32) -> Result<Vec<Forward>, DbError> {
    let sql =
        select!("WHERE acquirer = $1 AND state <> 'closed' AND due_at <= $2 ORDER BY due_at, id LIMIT $3");
    tx.rows(sql, &[&acquirer, &now, &limit])
}

/// Whether an upstream is called at all.
///
/// # Errors
/// As [`by_id`].
pub fn any(tx: &mut dyn Tx) -> Result<bool, DbError> {
    let found: Option<i64> = tx.find("SELECT 1 FROM acquirer LIMIT 1", &[])?;
    Ok(found.is_some())
}

/// Acquirers at which something is due: client ids.
///
/// # Errors
/// As [`by_id`].
pub fn with_due(tx: &mut dyn Tx, now: i64) -> Result<Vec<String>, DbError> {
    let sql = "SELECT client_id FROM acquirer a WHERE EXISTS
               (SELECT 1 FROM forward f WHERE f.acquirer = a.client_id AND f.state <> 'closed' AND f.due_at <= $1)";
    tx.rows(sql, &[&now])
}

/// What stands for the name of a payment that was learnt of by asking.
const ASKED: &str = "asked";

/// Marks that a payment which a query told of gets an exception; `false` when a message told of it before.
///
/// # Errors
/// As [`by_id`].
pub fn excepted_by_asking(tx: &mut dyn Tx, id: &str) -> Result<bool, DbError> {
    let sql = "UPDATE forward SET told_key = $2 WHERE id = $1 AND told_key IS NULL";
    Ok(tx.execute(sql, &[&id, &ASKED])? == 1)
}

/// An exception is to be made of a payment that a message told of, by its name; `false` when that was done, be it by asking:
/// then the first message is about that payment.
///
/// # Errors
/// As [`by_id`].
pub fn excepted_by_message(tx: &mut dyn Tx, id: &str, key: &str) -> Result<bool, DbError> {
    let first = "UPDATE forward SET told_key = $2 WHERE id = $1 AND told_key IS NULL";
    let same = "UPDATE forward SET told_key = $2 WHERE id = $1 AND told_key IN ($2, $3)";
    Ok(tx.execute(first, &[&id, &key])? == 1 || tx.execute(same, &[&id, &key, &ASKED])? == 0)
}

/// Claims the row for this process by moving `due_at`; `false` when another process claimed it.
///
/// # Errors
/// As [`by_id`].
pub fn claim(tx: &mut dyn Tx, forward: &Forward, due_at: i64) -> Result<bool, DbError> {
    let sql = "UPDATE forward SET due_at = $3, tries = tries + 1
               WHERE id = $1 AND due_at = $2 AND state <> 'closed'";
    Ok(tx.execute(sql, &[&forward.id, &forward.due_at, &due_at])? == 1)
}

/// Lets it be looked at sooner.
///
/// # Errors
/// As [`by_id`].
pub fn hurry(tx: &mut dyn Tx, id: &str, due_at: i64) -> Result<(), DbError> {
    let sql = "UPDATE forward SET due_at = $2 WHERE id = $1 AND state <> 'closed' AND due_at > $2";
    tx.execute(sql, &[&id, &due_at]).map(drop)
}
