//! What was not decided is asked about, and so is every code nothing is heard of.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use qris_client::Told;
use qris_snap::message::CancelRequest;
use qris_snap::{Service, Status};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::settle::{except, forgotten, query_of};
use super::{Fault, booked, call, dropped, reach, refresh, send_refund};
use crate::app::Shared;
use crate::db::{DbError, Tx};
use crate::model::{Forward, ForwardKind, ForwardState, Minor, acquirer, transaction};

/// Between two looks.
const LOOK: Duration = Duration::from_secs(1);
/// Most rows of one look at an acquirer.
const BATCH: u32 = 100;
/// Questions to an acquirer at once.
const AT_ONCE: usize = 8;
/// Seconds between two questions about the same thing: the first wait doubles up to the longest.
const FIRST: i64 = 5;
const LONGEST: i64 = 3600;
/// Questions after which a person has to look: more than two weeks.
const MOST: i64 = 400;

/// Looks until `stop` says so. What is cut off is done by the next start.
pub async fn run(app: Shared, mut stop: watch::Receiver<bool>) {
    let stopped = stop.wait_for(|stop| *stop);
    tokio::pin!(stopped);
    // One look at each acquirer at once: a slow one holds up none but itself.
    let (mut looks, mut busy) = (JoinSet::new(), HashSet::new());
    loop {
        while let Some(ended) = looks.try_join_next() {
            if let Ok(acquirer) = ended {
                busy.remove::<String>(&acquirer);
            }
        }
        // What panicked is no longer looked at by anybody.
        if looks.is_empty() {
            busy.clear();
        }
        tokio::select! {
            () = async {
                match with_due(&app).await {
                    Ok(found) => for acquirer in found {
                        if busy.insert(acquirer.clone()) {
                            let app = Arc::clone(&app);
                            looks.spawn(async move {
                                tell(look_at(&app, &acquirer).await);
                                acquirer
                            });
                        }
                    },
                    Err(error) => tell(Err(error)),
                }
                tokio::time::sleep(LOOK).await;
            } => {}
            _ = &mut stopped => return,
        }
    }
}

fn tell(looked: Result<usize, DbError>) {
    if let Err(error) = looked {
        tracing::warn!(%error, "what acquirers have not decided could not be looked for");
    }
}

async fn with_due(app: &Shared) -> Result<Vec<String>, DbError> {
    let now = app.clock.now();
    let read = move |tx: &mut dyn Tx| Ok::<_, DbError>((acquirer::any(tx)?, acquirer::with_due(tx, now)?));
    let (any, due) = app.store.read(read).await?;
    app.lines.there_are(any);
    Ok(due)
}

/// One look at every acquirer: how many rows were due.
///
/// # Errors
/// The storage's.
pub async fn look(app: &Shared) -> Result<usize, DbError> {
    let mut found = 0;
    for acquirer in with_due(app).await? {
        found += look_at(app, &acquirer).await?;
    }
    Ok(found)
}

async fn look_at(app: &Shared, acquirer_id: &str) -> Result<usize, DbError> {
    let (now, id) = (app.clock.now(), acquirer_id.to_owned());
    let due: Vec<Forward> = app.store.read(move |tx| acquirer::due(tx, &id, now, BATCH)).await?;
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    let found = due.len();
    for forward in due {
        let (app, slots) = (Arc::clone(app), Arc::clone(&slots));
        tasks.spawn(async move {
            let _slot = slots.acquire().await;
            if let Err(error) = one(&app, &forward).await {
                tracing::warn!(%error, id = forward.id, "it stays undecided at its acquirer");
            }
        });
    }
    while tasks.join_next().await.is_some() {}
    Ok(found)
}

async fn one(app: &Shared, forward: &Forward) -> Result<(), Fault> {
    let (now, seen) = (app.clock.now(), forward.clone());
    let claimed = move |tx: &mut dyn Tx| {
        let found = transaction::by_reference(tx, &seen.reference_no)?;
        let next = next(&seen, now, found.map(|found| found.expires_at));
        acquirer::claim(tx, &seen, next)
    };
    if !app.store.write(claimed).await? {
        return Ok(());
    }
    if forward.tries >= MOST {
        tracing::error!(
            id = forward.id,
            acquirer = forward.acquirer,
            "no acquirer has decided it: a person must ask"
        );
        let (row, now_ms) = (forward.clone(), app.clock.now_ms());
        let unit = move |tx: &mut dyn Tx| {
            acquirer::closed(tx, &row.id)?;
            except(tx, now_ms, &row, "undecided", row.amount, "its acquirer never said what became of it")
        };
        return Ok(app.store.write(unit).await?);
    }
    match (forward.kind, forward.state) {
        (ForwardKind::Code, ForwardState::Open) => match refresh(app, &forward.reference_no).await {
            Err(Fault::Refused(refused)) if refused.is_not_found() => {
                let (row, now_ms) = (forward.clone(), app.clock.now_ms());
                Ok(app.store.write(move |tx| forgotten(tx, now_ms, &row)).await?)
            }
            told => told,
        },
        (ForwardKind::Code, _) => stray(app, forward).await,
        (ForwardKind::Refund, _) => refund(app, forward).await,
    }
}

/// When it is looked at next. A code that can be paid is asked about less and less often, and once more just before it can
/// be paid no longer.
fn next(forward: &Forward, now: i64, expires_at: Option<i64>) -> i64 {
    let doubled = FIRST.saturating_mul(
        1i64.checked_shl(u32::try_from(forward.tries).unwrap_or(31).min(31)).unwrap_or(i64::MAX),
    );
    let next = now.saturating_add(doubled.clamp(FIRST, LONGEST));
    match expires_at.map(|at| at.saturating_sub(super::GRACE / 2)) {
        Some(last) if forward.state == ForwardState::Open && last > now => next.min(last),
        _ => next,
    }
}

/// A code whose answer was lost: nobody was given it. It is cancelled, if it is there at all, and its number is free.
async fn stray(app: &Shared, forward: &Forward) -> Result<(), Fault> {
    let reached = reach(app, &forward.acquirer).await?;
    let client = &reached.client;
    let asked = call(app, &reached, client.query(&query_of(forward))).await;
    reached.kept(app).await;
    let status = match asked {
        Ok(answer) => {
            answer.latest_transaction_status.as_deref().and_then(Status::from_code).map(|it| (it, answer))
        }
        Err(Fault::Refused(refused)) if refused.is_not_found() => None,
        Err(fault) => return Err(fault),
    };
    let mut paid = None;
    match status {
        Some((Status::Success | Status::Refunded, answer)) => {
            paid = Some(answer.amount.as_ref().and_then(Minor::of).or(forward.amount));
        }
        Some((Status::Initiated | Status::Paying | Status::Pending, _)) => {
            let cancel = CancelRequest {
                original_reference_no: forward.their_reference_no.clone(),
                original_partner_reference_no: Some(forward.reference_no.clone()),
                merchant_id: forward.their_merchant_id.clone(),
                reason: Some("nobody was given the code".to_owned()),
                ..CancelRequest::default()
            };
            let told = call(app, &reached, client.cancel(&cancel)).await;
            reached.kept(app).await;
            match told {
                Ok(Told::InProgress(_)) => return Ok(()),
                // One that cannot cancel lets it run out: nobody has the code.
                Ok(_) | Err(Fault::Refused(_) | Fault::Failed(_)) => {}
                Err(fault) => return Err(fault),
            }
        }
        _ => {}
    }
    let (row, now_ms) = (forward.clone(), app.clock.now_ms());
    let unit = move |tx: &mut dyn Tx| {
        if let Some(amount) = paid
            && acquirer::excepted_by_asking(tx, &row.id)?
        {
            let detail = "a code that nobody was given is paid at its acquirer";
            except(tx, now_ms, &row, "unknown", amount, detail)?;
        }
        dropped(tx, Service::Generate, &row)
    };
    Ok(app.store.write(unit).await?)
}

async fn refund(app: &Shared, forward: &Forward) -> Result<(), Fault> {
    let (row, now_ms) = (forward.clone(), app.clock.now_ms());
    match send_refund(app, forward, true).await {
        Ok(false) => return Ok(()),
        Ok(true) => {
            app.store.write(move |tx| booked(tx, now_ms, &row).map(drop)).await?;
            app.outbox.notify_one();
        }
        Err(fault @ (Fault::Refused(_) | Fault::Failed(_))) => {
            tracing::warn!(id = forward.id, %fault, "a refund that was under way comes to nothing");
            app.store.write(move |tx| dropped(tx, Service::Refund, &row)).await?;
        }
        Err(fault) => return Err(fault),
    }
    Ok(())
}
