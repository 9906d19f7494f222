//! How long the oldest event waits that is not delivered.

use crate::db::{DbError, Tx};

const OLDEST: &str =
    "SELECT created_at FROM notification WHERE state = 'pending' ORDER BY created_at LIMIT 1";

/// For how many seconds the oldest event waits that is not delivered; 0: none does.
///
/// # Errors
/// The storage's.
pub fn oldest_seconds(tx: &mut dyn Tx) -> Result<i64, DbError> {
    let Some(oldest) = tx.find::<i64>(OLDEST, &[])? else { return Ok(0) };
    // The gateway's clock, which wrote it, may be ahead of the database's.
    Ok(tx.now_ms()?.div_euclid(1000).saturating_sub(oldest).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::local::{Commit, Local};
    use crate::model::outbox::{Event, EventKind, emit};

    fn oldest(local: &mut Local) -> i64 {
        local.unit(Commit::Heard, oldest_seconds).unwrap()
    }

    #[test]
    fn the_oldest_event_is_found_by_an_index_and_ages_by_the_database_s_clock() {
        let mut local = Local::open().unwrap();
        local.begin(|sql| sql).unwrap();
        assert_eq!(oldest(&mut local), 0);
        for (id, at_ms) in [("b", 20_000), ("a", 10_000), ("c", 30_000)] {
            let event = Event {
                id: id.to_owned(),
                client_id: "client".to_owned(),
                reference_no: id.to_owned(),
                kind: EventKind::Paid,
                subject: String::new(),
                body: Vec::new(),
                at_ms,
                request_id: None,
            };
            assert!(local.unit(Commit::Heard, |tx| emit(tx, &event)).unwrap());
        }
        assert_eq!(oldest(&mut local), 0, "the database's clock is behind");
        local.now_ms = 70_999;
        assert_eq!(oldest(&mut local), 60);
        let sql = "UPDATE notification SET state = 'delivered' WHERE id = 'a'";
        local.unit(Commit::Heard, |tx| tx.execute(sql, &[])).unwrap();
        assert_eq!(oldest(&mut local), 50);
        let sql: &'static str = Box::leak(format!("EXPLAIN QUERY PLAN {OLDEST}").into_boxed_str());
        let steps: Vec<(i64, i64, i64, String)> = local.unit(Commit::Heard, |tx| tx.rows(sql, &[])).unwrap();
        assert!(steps.iter().all(|(.., step)| step.contains("notification_oldest")), "{steps:?}");
    }
}
