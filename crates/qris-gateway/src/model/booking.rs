//! What older programs did on the same database, and is not in the ledger yet.

use super::{Minor, audit, ledger, note};
use crate::db::{DbError, Tx};

/// Books what is not booked yet, at most so many payments, refunds, exceptions and what was given back of those each; how
/// many there were. An older program writes such rows. Each is booked on the day of its event, or on the first that is open.
///
/// # Errors
/// The storage's.
pub fn catch_up(tx: &mut dyn Tx, limit: u32) -> Result<u64, DbError> {
    let steps = [
        (
            "UPDATE txn SET booked = 1 WHERE booked = 0 AND reference_no IN (SELECT reference_no FROM txn
             WHERE paid_at IS NOT NULL AND booked = 0 ORDER BY paid_at LIMIT $1) RETURNING reference_no",
            "INSERT INTO entry (id, day, kind, client_id, merchant_id, reference_no, amount, tip, payer, rrn, created_at)
             SELECT reference_no, CASE WHEN (paid_at + 25200) / 86400 < CAST($2 AS BIGINT) THEN CAST($2 AS BIGINT)
             ELSE (paid_at + 25200) / 86400 END, 'payment', client_id, merchant_id, reference_no, paid_amount, paid_tip,
             payer, rrn, paid_at FROM txn WHERE reference_no = $1 ON CONFLICT (id) DO NOTHING",
        ),
        (
            "UPDATE refund SET booked = 1 WHERE booked = 0 AND refund_no IN (SELECT refund_no FROM refund
             WHERE booked = 0 ORDER BY created_at LIMIT $1) RETURNING refund_no",
            "INSERT INTO entry (id, day, kind, client_id, merchant_id, reference_no, amount, tip, payer, rrn, created_at)
             SELECT r.refund_no, CASE WHEN (r.created_at + 25200) / 86400 < CAST($2 AS BIGINT) THEN CAST($2 AS BIGINT)
             ELSE (r.created_at + 25200) / 86400 END, 'refund', t.client_id, t.merchant_id, t.reference_no, r.amount, 0,
             NULL, t.rrn, r.created_at FROM refund r JOIN txn t ON t.reference_no = r.reference_no
             WHERE r.refund_no = $1 ON CONFLICT (id) DO NOTHING",
        ),
    ];
    let open = ledger::open_day(tx, 0)?;
    let mut found = 0;
    for (take, book) in steps {
        for id in tx.rows::<String>(take, &[&limit])? {
            tx.execute(book, &[&id, &open])?;
            found += 1;
        }
    }
    Ok(found + exceptions(tx, limit)? + given_back(tx, limit)?)
}

/// Exceptions. One of before the ledger has no day, and who told of it in the place of whom it concerns.
fn exceptions(tx: &mut dyn Tx, limit: u32) -> Result<u64, DbError> {
    let sql = "SELECT id FROM exception WHERE booked = 0 ORDER BY created_at LIMIT $1";
    let ids: Vec<String> = tx.rows(sql, &[&limit])?;
    for id in &ids {
        let sql =
            "UPDATE exception SET told_by = client_id, client_id = COALESCE((SELECT t.client_id FROM txn t
                   WHERE t.reference_no = exception.reference_no), client_id) WHERE id = $1 AND day = 0";
        tx.execute(sql, &[id])?;
        if let Some(exception) = audit::exception(tx, id)?
            && !ledger::has(tx, id)?
        {
            ledger::add(tx, &audit::entry(&exception))?;
        }
        let sql = "UPDATE exception SET booked = 1, day = (SELECT e.day FROM entry e WHERE e.id = exception.id) WHERE id = $1";
        tx.execute(sql, &[id])?;
    }
    Ok(ids.len() as u64)
}

/// What was given back of exceptions.
fn given_back(tx: &mut dyn Tx, limit: u32) -> Result<u64, DbError> {
    let sql = "SELECT exception_id, seq, amount, created_at FROM exception_note
               WHERE action = 'refunded' AND booked = 0 ORDER BY created_at LIMIT $1";
    let found: Vec<(String, i64, Minor, i64)> = tx.rows(sql, &[&limit])?;
    for (id, seq, amount, created_at) in &found {
        if let Some(exception) = audit::exception(tx, id)? {
            let entry = note::entry(&exception, *seq, *amount, *created_at);
            if !ledger::has(tx, &entry.id)? {
                ledger::add(tx, &entry)?;
            }
        }
        let sql = "UPDATE exception_note SET booked = 1 WHERE exception_id = $1 AND seq = $2";
        tx.execute(sql, &[id, seq])?;
    }
    Ok(found.len() as u64)
}
