//! Refunds at an acquirer: written down, asked for, and booked when they are done.

use qris_client::Told;
use qris_snap::Service;
use qris_snap::message::{RefundRequest, RefundResponse};

use super::{Fault, call, reach};
use crate::app::Shared;
use crate::db::{DbError, Tx};
use crate::model::{Forward, Minor, Refund, Transaction, acquirer, reference, transaction};
use crate::notify;
use crate::payment::{Payments, settled};

/// Asks the acquirer to give money back; `again` when it may have been asked before. `false`: it is in progress.
///
/// # Errors
/// Why it was not done, or why nobody knows.
pub(crate) async fn send(app: &Shared, forward: &Forward, again: bool) -> Result<bool, Fault> {
    let reached = reach(app, &forward.acquirer).await?;
    let request = RefundRequest {
        merchant_id: forward.their_merchant_id.clone(),
        original_reference_no: forward.their_reference_no.clone(),
        original_partner_reference_no: Some(forward.reference_no.clone()),
        partner_refund_no: Some(forward.id.clone()),
        refund_amount: forward.amount.map(Minor::money).transpose()?,
        reason: forward.reason.clone(),
        ..RefundRequest::default()
    };
    let client = &reached.client;
    let told = if again {
        call(app, &reached, client.resume_refund(&request)).await
    } else {
        call(app, &reached, client.refund(&request)).await
    };
    reached.kept(app).await;
    match told? {
        Told::InProgress(_) => Ok(false),
        // It is done, and not what was asked for: what was held stays held until it is known how much it was.
        Told::Answered(answer) if other_amount(&request, &answer) => {
            Err(Fault::Unknown("it answers with another amount than was asked for".to_owned()))
        }
        _ => Ok(true),
    }
}

fn other_amount(asked: &RefundRequest, told: &RefundResponse) -> bool {
    asked.refund_amount.as_ref().zip(told.refund_amount.as_ref()).is_some_and(|(asked, told)| asked != told)
}

/// Books a refund that the acquirer has done: the transaction and the refund, or none when that was done before.
///
/// # Errors
/// The storage's.
pub(crate) fn booked(
    tx: &mut dyn Tx,
    now_ms: i64,
    forward: &Forward,
) -> Result<Option<(Transaction, Refund)>, DbError> {
    if !acquirer::closed(tx, &forward.id)? {
        return Ok(None);
    }
    let Some(found) = transaction::by_reference(tx, &forward.reference_no)? else { return Ok(None) };
    let refund = Refund {
        refund_no: forward.id.clone(),
        reference_no: forward.reference_no.clone(),
        client_id: forward.client_id.clone(),
        partner_refund_no: forward.number.clone(),
        amount: forward.amount.unwrap_or_default(),
        reason: forward.reason.clone(),
        created_at: now_ms.div_euclid(1000),
    };
    let refunded = settled(Payments::new(tx, now_ms, notify::announce).refund(&found, &refund))?;
    match refunded {
        Ok(refunded) => Ok(Some((refunded, refund))),
        // What was free was held for it: this is for a person.
        Err(declined) => {
            let detail = format!("the acquirer has given it back, and here {declined}");
            super::settle::except(tx, now_ms, forward, "refund", forward.amount, &detail)?;
            Ok(None)
        }
    }
}

/// Nothing comes of it: its number is free again.
///
/// # Errors
/// The storage's.
pub(crate) fn dropped(tx: &mut dyn Tx, service: Service, forward: &Forward) -> Result<(), DbError> {
    if acquirer::closed(tx, &forward.id)?
        && let Some(number) = &forward.number
    {
        reference::release(tx, &forward.client_id, service, number)?;
    }
    Ok(())
}
