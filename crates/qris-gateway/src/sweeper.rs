//! What time does to stored things: transactions run out, days are closed, what is of no use any more is forgotten.
//!
//! Nothing waits for the sweeper: whether a transaction has run out is judged by the clock at each request. It writes
//! down what is so already, and tells the partner.

use std::time::Duration;

use qris_snap::datetime::wib_day;
use tokio::sync::watch;

use crate::app::Shared;
use crate::config::Retention;
use crate::db::{DbError, Store, Tx};
use crate::keys;
use crate::model::{booking, external_id, ledger, partner, seen, token, transaction};
use crate::notify;
use crate::payment::Payments;
use crate::retention;

/// Between two looks for transactions that have run out.
const EXPIRE: Duration = Duration::from_secs(1);
/// Between two tries to close the days that have ended, and to see which key signs.
const MINUTE: Duration = Duration::from_secs(60);
/// Between two clean-ups.
const CLEAN: Duration = Duration::from_secs(600);
/// Most transactions of one look.
const BATCH: u32 = 200;
/// Most rows that are forgotten in one unit of work.
const ROWS: u32 = 1000;
/// How long a token that ended is kept, seconds: a caller is told that it expired, not that it never was.
const TOKEN_KEPT: i64 = 3600;

/// Sweeps until `stop` says so. Each kind of work has its own pace: a long clean-up delays no event and no closing.
pub async fn run(app: Shared, stop: watch::Receiver<bool>) {
    tokio::join!(
        each(EXPIRE, stop.clone(), || expire_all(&app)),
        each(MINUTE, stop.clone(), || look_around(&app)),
        each(CLEAN, stop, || tidy(&app)),
    );
}

/// Works, pauses, and works again. What is cut off by `stop` is done by the next start: each step is a unit of its own.
async fn each<F: Future<Output = ()>>(
    pause: Duration,
    mut stop: watch::Receiver<bool>,
    work: impl Fn() -> F,
) {
    let stopped = stop.wait_for(|stop| *stop);
    tokio::pin!(stopped);
    loop {
        tokio::select! {
            () = async { work().await; tokio::time::sleep(pause).await } => {}
            _ = &mut stopped => return,
        }
    }
}

async fn expire_all(app: &Shared) {
    loop {
        match expire(app).await {
            // There may be more.
            Ok(swept) if swept >= BATCH as usize => {}
            Ok(_) => return,
            Err(error) => {
                tracing::warn!(%error, "the sweeper could not look for transactions that have run out");
                return;
            }
        }
    }
}

/// What is done each minute: sees which key signs, and closes the settlement days that have ended.
pub async fn look_around(app: &Shared) {
    if let Err(error) = keys::refresh(app).await {
        tracing::error!(%error, "the key that is to sign now could not be read; the one before signs on");
    }
    match catch_up(&app.store).await {
        Ok(0) => {}
        Ok(booked) => tracing::info!(booked, "what an older program left is booked"),
        Err(error) => {
            tracing::warn!(%error, "what an older program left could not be booked; no settlement day is closed");
            return;
        }
    }
    // By the database's clock, which all gateways share: neither a sandbox's clock nor a machine's that is wrong closes a
    // day that has not ended.
    let unit = |tx: &mut dyn Tx| {
        // Nothing of the day may be left, but what came since.
        if booking::catch_up(tx, ROWS)? >= u64::from(ROWS) {
            return Ok(None);
        }
        let now = tx.now_ms()?.div_euclid(1000);
        ledger::close_days(tx, now)
    };
    match app.store.write(unit).await {
        Ok(Some(day)) => tracing::info!(day, "the settlement day is closed"),
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "the settlement day could not be closed"),
    }
}

/// Books what is not booked yet, however much, so many rows a unit of work: what was there before the ledger, and what an
/// older program did on the same database. How many.
///
/// # Errors
/// The storage's.
pub async fn catch_up(store: &Store) -> Result<u64, DbError> {
    let mut booked = 0u64;
    loop {
        let more = store.write(|tx| booking::catch_up(tx, ROWS)).await?;
        booked = booked.saturating_add(more);
        if more < u64::from(ROWS) {
            return Ok(booked);
        }
    }
}

async fn tidy(app: &Shared) {
    let (config, now) = (&app.config.retention, app.clock.now());
    // What is deleted is in the ledger.
    if let Err(error) = catch_up(&app.store).await {
        tracing::warn!(%error, "what an older program left could not be booked; nothing is deleted");
        return;
    }
    if let Err(error) = clean(&app.store, config, now).await {
        tracing::warn!(%error, "old tokens and external ids could not be forgotten");
    }
    match retention::clean(&app.store, config, now).await {
        Ok(0) => {}
        Ok(deleted) => tracing::info!(deleted, "what was over long enough is exported and deleted"),
        Err(error) => tracing::warn!(%error, "what is over could not be exported and deleted"),
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
            let before =
                before.saturating_sub(i64::from(partner.policy.external_id.days).saturating_sub(1).max(0));
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
