//! What is over, and how long ago: rows that may be exported and then deleted. The ledger stays.

use serde_json::{Map, Value};

use crate::db::{DbError, Tx};

/// Rows of a table that belong to one that is deleted.
#[derive(Debug)]
struct Child {
    table: &'static str,
    /// The rows of a key, $1.
    select: &'static str,
}

/// A kind of thing that is kept for some time after it is over. Every statement finds its rows by an index: a table of
/// millions is cleaned up without reading it.
#[derive(Debug)]
pub struct Kept {
    /// Its table, and the name of its export.
    pub table: &'static str,
    /// What was over before $1 (Unix seconds), the oldest first, at most $2. The first column is the key.
    select: &'static str,
    /// One row when the thing of the key $1 was still over before $2.
    over: &'static str,
    children: &'static [Child],
    /// Delete what belongs to the key $1, itself last.
    delete: &'static [&'static str],
}

/// Delivered notifications.
pub const NOTIFICATIONS: Kept = Kept {
    table: "notification",
    select: "SELECT id, client_id, reference_no, seq, kind, subject, body, attempts, created_at, ended_at FROM notification
             WHERE state = 'delivered' AND ended_at < $1 ORDER BY ended_at, id LIMIT $2",
    over: "SELECT 1 FROM notification WHERE id = $1 AND state = 'delivered' AND ended_at < $2",
    children: &[],
    delete: &["DELETE FROM notification WHERE id = $1"],
};

/// What issuers asked about.
pub const INQUIRIES: Kept = Kept {
    table: "inquiry",
    select: "SELECT reference_no, client_id, partner_reference_no, qr_content, txn, created_at, paid_at FROM inquiry
             WHERE created_at < $1 ORDER BY created_at, reference_no LIMIT $2",
    over: "SELECT 1 FROM inquiry WHERE reference_no = $1 AND created_at < $2",
    children: &[],
    // The numbers of the issuer's 48 and of its 50.
    delete: &[
        "DELETE FROM reference WHERE (client_id, service, number) IN
         (SELECT client_id, 48, partner_reference_no FROM inquiry WHERE reference_no = $1)",
        "DELETE FROM reference WHERE (client_id, service, number) IN
         (SELECT client_id, 50, partner_reference_no FROM inquiry WHERE reference_no = $1)",
        "DELETE FROM inquiry WHERE reference_no = $1",
    ],
};

/// Exceptions that somebody has closed, with their history.
pub const EXCEPTIONS: Kept = Kept {
    table: "exception",
    select: "SELECT id, client_id, told_by, reference_no, kind, amount, detail, body, created_at, day FROM exception e
             WHERE EXISTS (SELECT 1 FROM exception_note n WHERE n.exception_id = e.id AND n.action = 'closed'
             AND n.created_at < $1) ORDER BY created_at, id LIMIT $2",
    over: "SELECT 1 FROM exception_note n WHERE n.exception_id = $1 AND n.action = 'closed' AND n.created_at < $2 LIMIT 1",
    children: &[Child {
        table: "exception_note",
        select: "SELECT exception_id, seq, created_at, who, action, reason, amount, reference_no FROM exception_note
                 WHERE exception_id = $1 ORDER BY seq",
    }],
    delete: &["DELETE FROM exception_note WHERE exception_id = $1", "DELETE FROM exception WHERE id = $1"],
};

/// Transactions in a final state whose every event is told, with their refunds and notifications.
pub const TRANSACTIONS: Kept = Kept {
    table: "txn",
    select: "SELECT reference_no, client_id, partner_reference_no, external_id, merchant_id, sub_merchant_id, store_id,
             terminal_id, amount, qr_content, state, created_at, expires_at, closed_at, reason, paid_amount, paid_tip,
             paid_at, payer, rrn, refunded FROM txn t
             WHERE created_at < $1 AND state <> 'initiated' AND COALESCE(paid_at, closed_at, 0) < $1
             AND NOT EXISTS (SELECT 1 FROM refund r WHERE r.reference_no = t.reference_no AND r.created_at >= $1)
             AND NOT EXISTS (SELECT 1 FROM notification n WHERE n.reference_no = t.reference_no AND n.state <> 'delivered')
             AND NOT EXISTS (SELECT 1 FROM forward f WHERE f.reference_no = t.reference_no AND f.state = 'asked')
             ORDER BY created_at, reference_no LIMIT $2",
    over: "SELECT 1 FROM txn t WHERE reference_no = $1 AND state <> 'initiated' AND COALESCE(paid_at, closed_at, 0) < $2
           AND NOT EXISTS (SELECT 1 FROM refund r WHERE r.reference_no = t.reference_no AND r.created_at >= $2)
           AND NOT EXISTS (SELECT 1 FROM notification n WHERE n.reference_no = t.reference_no AND n.state <> 'delivered')
           AND NOT EXISTS (SELECT 1 FROM forward f WHERE f.reference_no = t.reference_no AND f.state = 'asked')",
    children: &[
        Child {
            table: "refund",
            select: "SELECT refund_no, reference_no, client_id, partner_refund_no, amount, reason, created_at FROM refund
                     WHERE reference_no = $1 ORDER BY created_at, refund_no",
        },
        Child {
            table: "notification",
            select: "SELECT id, client_id, reference_no, seq, kind, subject, body, attempts, created_at, ended_at
                     FROM notification WHERE reference_no = $1 ORDER BY seq",
        },
    ],
    delete: &[
        "DELETE FROM notification WHERE reference_no = $1",
        "DELETE FROM reference WHERE (client_id, service, number) IN
         (SELECT client_id, 78, partner_refund_no FROM refund WHERE reference_no = $1)",
        "DELETE FROM refund WHERE reference_no = $1",
        "DELETE FROM reference WHERE (client_id, service, number) IN
         (SELECT client_id, 47, partner_reference_no FROM txn WHERE reference_no = $1)",
        "DELETE FROM forward WHERE reference_no = $1",
        "DELETE FROM txn WHERE reference_no = $1",
    ],
};

/// Some that are over: their keys, and a line of JSON for each row that goes with them.
#[derive(Debug, Default)]
pub struct Batch {
    /// Keys.
    pub keys: Vec<String>,
    /// Rows, as JSON objects with the member `table`, each ended by a line feed.
    pub lines: String,
}

/// Reads what was over before a time (Unix seconds), at most so many.
///
/// # Errors
/// The storage's; so with every function here.
pub fn read(tx: &mut dyn Tx, kept: &Kept, before: i64, limit: u32) -> Result<Batch, DbError> {
    let mut batch = Batch::default();
    for row in tx.rows(kept.select, &[&before, &limit])? {
        let key = line(kept.table, row, &mut batch.lines)?;
        for child in kept.children {
            for row in tx.rows(child.select, &[&key])? {
                line(child.table, row, &mut batch.lines)?;
            }
        }
        batch.keys.push(key);
    }
    Ok(batch)
}

/// Deletes those of the keys that are still over; how many.
///
/// # Errors
/// As [`read`].
pub fn delete(tx: &mut dyn Tx, kept: &Kept, keys: &[String], before: i64) -> Result<u64, DbError> {
    let mut deleted = 0;
    for key in keys {
        if tx.find::<i64>(kept.over, &[key, &before])?.is_some() {
            for sql in kept.delete {
                tx.execute(sql, &[key])?;
            }
            deleted += 1;
        }
    }
    Ok(deleted)
}

/// Appends a row as JSON; its first column.
fn line(table: &str, row: Map<String, Value>, out: &mut String) -> Result<String, DbError> {
    let key = row.values().next().and_then(Value::as_str).map(str::to_owned);
    let mut object = Map::from_iter([("table".to_owned(), table.into())]);
    object.extend(row);
    out.push_str(&Value::Object(object).to_string());
    out.push('\n');
    key.ok_or_else(|| DbError::Broken(format!("a row of {table} without a key")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Param;
    use crate::db::local::{Commit, Local};

    /// A scan of a table for each row that is deleted would hold up everybody who writes.
    #[test]
    fn what_is_deleted_is_found_by_an_index() {
        let mut local = Local::open().unwrap();
        local.begin(|sql| sql).unwrap();
        for kept in [&NOTIFICATIONS, &INQUIRIES, &EXCEPTIONS, &TRANSACTIONS] {
            let by_key = kept.delete.iter().chain([&kept.over]).copied();
            for sql in by_key.chain(kept.children.iter().map(|child| child.select)) {
                let plan: &'static str = Box::leak(format!("EXPLAIN QUERY PLAN {sql}").into_boxed_str());
                let values: &[&dyn Param] = &[&None::<i64>, &None::<i64>];
                let values = &values[..1 + usize::from(sql.contains("$2"))];
                let steps: Vec<(i64, i64, i64, String)> =
                    local.unit(Commit::Heard, |tx| tx.rows(plan, values)).unwrap();
                assert!(!steps.iter().any(|(.., step)| step.starts_with("SCAN")), "{sql}: {steps:?}");
            }
        }
    }
}
