//! What is tidied up now and then: expiry written down, tokens and external ids forgotten.

use qris_snap::datetime::{DAY, wib_day};

use super::settle;
use crate::app::Shared;
use crate::db::DbError;
use crate::model::{external_id, partner, token, transaction};

/// Transactions in one unit of work: bounds how long others wait.
const BATCH: u32 = 200;

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Transactions that were marked as expired.
    pub expired: u64,
    /// Tokens that were forgotten.
    pub tokens: u64,
    /// External ids that were forgotten.
    pub external_ids: u64,
}

/// One round. Nothing depends on when it runs: expiry is judged by the clock at every request.
///
/// # Errors
/// The storage's; what was done before stays done.
pub async fn sweep(app: &Shared) -> Result<Swept, DbError> {
    let now_ms = app.clock.now_ms();
    let now = now_ms.div_euclid(1000);
    let mut swept = Swept::default();
    loop {
        let unit = app.store.write(move |tx| {
            let due = transaction::run_out(tx, now, BATCH)?;
            let mut expired = 0;
            for reference_no in &due {
                expired += u64::from(settle::expire(tx, reference_no, now_ms)?);
            }
            Ok::<_, DbError>((due.len(), expired))
        });
        let (found, expired) = unit.await?;
        swept.expired += expired;
        if expired > 0 {
            app.outbox.notify_one();
        }
        if found < BATCH as usize {
            break;
        }
    }
    // A day longer than they live, so that an old token is told "expired" and not "unknown".
    swept.tokens = app.store.write(move |tx| token::forget(tx, now - DAY)).await?;
    let partners = app.store.read(partner::all).await?;
    for partner in partners {
        // Without a window a request never grows stale, and its id is kept for ever.
        let Some(window) = partner.policy.timestamp.window_seconds else { continue };
        // Two days, and whatever more the window lets a timestamp lag.
        let before = wib_day(now) - 2 - i64::from(window) / DAY;
        let unit = move |tx: &mut dyn crate::db::Tx| external_id::forget(tx, &partner.client_id, before);
        swept.external_ids += app.store.write(unit).await?;
    }
    Ok(swept)
}
