//! What time does to stored things: transactions run out, tokens and external ids are forgotten.
//!
//! Nothing waits for the sweeper: whether a transaction has run out is judged by the clock at each request. It writes
//! down what is so already, and tells the partner.

use std::time::Duration;

use qris_snap::datetime::wib_day;
use tokio::sync::watch;

use crate::app::Shared;
use crate::clock::Clock;
use crate::config::Retention;
use crate::db::{DbError, Store, Tx};
use crate::keys;
use crate::model::{external_id, ledger, partner, seen, token, transaction};
use crate::notify;
use crate::payment::Payments;
use crate::retention;

/// Between two looks for transactions that have run out.
const EXPIRE: Duration = Duration::from_secs(1);
/// Looks between two tries to close the days that have ended, and to see which key signs.
const EACH_MINUTE: u32 = 60;
/// Looks between two clean-ups.
const CLEAN_EVERY: u32 = 600;
/// Most transactions of one look.
const BATCH: u32 = 200;
/// Most rows that are forgotten in one unit of work.
const ROWS: u32 = 1000;
/// How long a token that ended is kept, seconds: a caller is told that it expired, not that it never was.
const TOKEN_KEPT: i64 = 3600;

/// Sweeps until `stop` says so.
pub async fn run(app: Shared, mut stop: watch::Receiver<bool>) {
    let mut looks: u32 = 0;
    loop {
        match expire(&app).await {
            // There may be more.
            Ok(swept) if swept >= BATCH as usize => continue,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "the sweeper could not look for transactions that have run out")
            }
        }
        if looks.is_multiple_of(EACH_MINUTE) {
            if let Err(error) = keys::refresh(&app).await {
                tracing::error!(%error, "the key that is to sign now could not be read; the one before signs on");
            }
            // By the system's clock: a sandbox whose clock was moved closes no day that has not ended.
            let now = Clock::system_ms().div_euclid(1000);
            match app.store.write(move |tx| ledger::close_days(tx, now)).await {
                Ok(Some(day)) => tracing::info!(day, "the settlement day is closed"),
                Ok(None) => {}
                Err(error) => {
                    let error: DbError = error;
                    tracing::warn!(%error, "the settlement day could not be closed");
                }
            }
        }
        if looks.is_multiple_of(CLEAN_EVERY)
            && let Err(error) = clean(&app.store, &app.config.retention, app.clock.now()).await
        {
            tracing::warn!(%error, "old tokens and external ids could not be forgotten");
        }
        if looks.is_multiple_of(CLEAN_EVERY) {
            match retention::clean(&app.store, &app.config.retention, app.clock.now()).await {
                Ok(0) => {}
                Ok(deleted) => tracing::info!(deleted, "what was over long enough is exported and deleted"),
                Err(error) => tracing::warn!(%error, "what is over could not be exported and deleted"),
            }
        }
        looks = looks.wrapping_add(1);
        tokio::select! {
            () = tokio::time::sleep(EXPIRE) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Marks what has run out and writes the events; how many were looked at.
///
/// # Errors
/// The storage's.
pub async fn expire(app: &Shared) -> Result<usize, DbError> {
    let now_ms = app.clock.now_ms();
    let now = now_ms.div_euclid(1000);
    let due = app.store.read(move |tx| transaction::run_out(tx, now, BATCH)).await?;
    // All at once: the storage groups them into few commits, and one that fails does not hold up the others.
    let mut units = tokio::task::JoinSet::new();
    let looked_at = due.len();
    for reference_no in due {
        let store = app.store.clone();
        units.spawn(async move {
            let number = reference_no.clone();
            let unit = move |tx: &mut dyn Tx| Payments::new(tx, now_ms, notify::announce).expire(&number);
            let done = store.write(unit).await;
            done.inspect_err(
                |error| tracing::warn!(%error, reference_no, "a transaction could not be expired"),
            )
        });
    }
    let mut failed = None;
    let mut told = false;
    while let Some(ended) = units.join_next().await {
        match ended {
            Ok(Ok(expired)) => told |= expired,
            Ok(Err(error)) => failed = Some(error),
            Err(error) => failed = Some(DbError::Broken(error.to_string())),
        }
    }
    if told {
        app.outbox.notify_one();
    }
    failed.map_or(Ok(looked_at), Err)
}

/// Forgets what is of no use any more, so many rows a unit of work: others write in between.
///
/// # Errors
/// The storage's.
pub async fn clean(store: &Store, config: &Retention, now: i64) -> Result<(), DbError> {
    batches(store, move |tx| token::forget(tx, now.saturating_sub(TOKEN_KEPT), ROWS)).await?;
    batches(store, move |tx| seen::forget(tx, now, ROWS)).await?;
    let before = wib_day(now).saturating_sub(config.external_ids_days.into());
    for partner in store.read(partner::all).await? {
        // Without a window a timestamp of any day is taken, so every day's ids must be known for ever.
        if partner.policy.timestamp.window_seconds.is_some() {
            let client_id = partner.client_id;
            batches(store, move |tx| external_id::forget(tx, &client_id, before, ROWS)).await?;
        }
    }
    Ok(())
}

/// Runs a step until there is less to do than one unit's worth.
async fn batches(
    store: &Store,
    step: impl Fn(&mut dyn Tx) -> Result<u64, DbError> + Clone + Send + 'static,
) -> Result<(), DbError> {
    while store.write(step.clone()).await? >= u64::from(ROWS) {}
    Ok(())
}
