//! What an acquirer says of a code is written down here.

use qris_snap::datetime::DAY;
use qris_snap::message::{QueryRequest, QueryResponse};
use qris_snap::{BodyHash, Service, Status};

use super::{Fault, call, reach};
use crate::app::Shared;
use crate::db::{DbError, Tx};
use crate::model::{
    AccountNo, Exception, Forward, ForwardState, Minor, State, Transaction, acquirer, audit, transaction,
};
use crate::notify;
use crate::payment::{Declined, Offer, Payments, apart, settled};

/// The question about a code.
pub(crate) fn query_of(forward: &Forward) -> QueryRequest {
    QueryRequest {
        original_reference_no: forward.their_reference_no.clone(),
        original_partner_reference_no: Some(forward.reference_no.clone()),
        service_code: Some(Service::Generate.code().to_string()),
        merchant_id: forward.their_merchant_id.clone(),
        ..QueryRequest::default()
    }
}

/// Asks the acquirer of a transaction where it stands, and writes that down. Nothing happens when no acquirer made its
/// code, or nothing is awaited.
///
/// # Errors
/// Why it could not be asked: then nothing has changed.
pub(crate) async fn refresh(app: &Shared, reference_no: &str) -> Result<(), Fault> {
    let number = reference_no.to_owned();
    let read = move |tx: &mut dyn Tx| acquirer::code_of(tx, &number);
    let Some(forward) = app.store.read(read).await?.filter(|it| it.state == ForwardState::Open) else {
        return Ok(());
    };
    let reached = reach(app, &forward.acquirer).await?;
    let asked = call(app, &reached, reached.client.query(&query_of(&forward))).await;
    reached.kept(app).await;
    let answer = asked?;
    let now_ms = app.clock.now_ms();
    app.store.write(move |tx| told(tx, now_ms, &forward, &answer)).await?;
    app.outbox.notify_one();
    Ok(())
}

/// What a query's answer means for the transaction.
///
/// # Errors
/// The storage's.
pub(super) fn told(
    tx: &mut dyn Tx,
    now_ms: i64,
    forward: &Forward,
    answer: &QueryResponse,
) -> Result<(), DbError> {
    let Some(found) = transaction::by_reference(tx, &forward.reference_no)? else { return Ok(()) };
    let status = answer.latest_transaction_status.as_deref().and_then(Status::from_code);
    let mut payments = Payments::new(tx, now_ms, notify::announce);
    match status {
        Some(Status::Success) => drop(paid(tx, now_ms, forward, &found, answer)?),
        Some(Status::Refunded) => {
            let booked = paid(tx, now_ms, forward, &found, answer)?;
            if booked
                && found.refunded == Minor::ZERO
                && acquirer::refunds_asked(tx, &found.reference_no)? == Minor::ZERO
            {
                let detail = "the acquirer says that it gave back what nobody here asked it to";
                except(tx, now_ms, forward, "status", found.amount, detail)?;
            }
        }
        Some(status) if over(status) && matches!(found.state, State::Paid | State::Refunded) => {
            let detail = format!("paid here, and the acquirer says {}", status.code());
            except(tx, now_ms, forward, "status", Some(found.paid_amount), &detail)?;
        }
        Some(Status::Canceled) => {
            let _ = settled(payments.cancel(&found, "cancelled at the acquirer"))?;
        }
        Some(Status::Failed | Status::Rejected | Status::Expired) => {
            // What has run out there runs out here too.
            let open = found.state_at(now_ms.div_euclid(1000)) == State::Initiated;
            if open && found.expires_at > expired_by(now_ms) {
                let _ = settled(payments.fail(&found, "failed at the acquirer"))?;
            }
        }
        _ if !is_over(&found, now_ms) => return Ok(()),
        _ => {}
    }
    acquirer::closed(tx, &forward.id).map(drop)
}

/// Nothing is paid, and nothing will be.
fn over(status: Status) -> bool {
    matches!(status, Status::Canceled | Status::Failed | Status::Rejected | Status::Expired)
}

/// Nobody has paid it within a day after it ran out: it is asked about no more. What is told later all the same is for a
/// person.
fn is_over(found: &Transaction, now_ms: i64) -> bool {
    found.expires_at.saturating_add(DAY) < now_ms.div_euclid(1000)
}

/// The acquirer does not know a code that ran out more than a day ago.
///
/// # Errors
/// The storage's.
pub(super) fn forgotten(tx: &mut dyn Tx, now_ms: i64, forward: &Forward) -> Result<(), DbError> {
    match transaction::by_reference(tx, &forward.reference_no)? {
        Some(found) if !is_over(&found, now_ms) => Ok(()),
        _ => acquirer::closed(tx, &forward.id).map(drop),
    }
}

/// A code that runs out before this has run out at the acquirer.
fn expired_by(now_ms: i64) -> i64 {
    now_ms.div_euclid(1000).saturating_add(super::GRACE)
}

/// Books the payment; whether it is booked, now or before. Else there is an exception.
fn paid(
    tx: &mut dyn Tx,
    now_ms: i64,
    forward: &Forward,
    found: &Transaction,
    answer: &QueryResponse,
) -> Result<bool, DbError> {
    let minor = |money: &Option<qris_snap::Money>| money.as_ref().and_then(Minor::of);
    // An amount that is told and cannot be counted is not one that was left out.
    if [&answer.amount, &answer.fee_amount].into_iter().flatten().any(|money| Minor::of(money).is_none()) {
        if acquirer::excepted_by_asking(tx, &forward.id)? {
            let detail =
                "the acquirer says that it is paid, with an amount that is not rupiah that can be counted";
            except(tx, now_ms, forward, "wrong-amount", found.amount, detail)?;
        }
        return Ok(false);
    }
    let (amount, tip) = apart(found, minor(&answer.amount), minor(&answer.fee_amount));
    let info = answer.additional_info.as_ref();
    let account = info.and_then(|info| AccountNo::new(info.text("customerPAN")?));
    let offer = Offer {
        amount,
        tip,
        payer: forward.acquirer.clone(),
        rrn: info.and_then(|info| info.text("rrn")).map(str::to_owned),
        // Its notification, which has one, may still come.
        key: None,
        account,
    };
    let mut payments = Payments::new(tx, now_ms, notify::announce);
    let Err(declined) = settled(payments.pay(found, &offer))? else { return Ok(true) };
    let now = transaction::by_reference(tx, &found.reference_no)?;
    let same = |now: &Transaction| {
        now.payer.as_ref() == Some(&forward.acquirer)
            && amount.is_none_or(|amount| amount == now.paid_amount)
            && tip.is_none_or(|tip| tip == now.paid_tip)
    };
    let by_it = now.as_ref().is_some_and(same);
    let kind = match declined {
        // It told us meanwhile.
        Declined::AlreadyPaid if by_it => return Ok(true),
        Declined::AlreadyPaid => "twice",
        Declined::Cancelled | Declined::Expired | Declined::Failed => "late",
        _ => "wrong-amount",
    };
    if acquirer::excepted_by_asking(tx, &forward.id)? {
        let total = amount.and_then(|amount| amount.plus(tip.unwrap_or_default())).or(found.amount);
        let detail = format!("the acquirer says that it is paid: {declined}");
        except(tx, now_ms, forward, kind, total, &detail)?;
    }
    Ok(false)
}

/// Money that a person must look at, once.
///
/// # Errors
/// The storage's.
pub(super) fn except(
    tx: &mut dyn Tx,
    now_ms: i64,
    forward: &Forward,
    kind: &str,
    amount: Option<Minor>,
    detail: &str,
) -> Result<(), DbError> {
    let name = format!("{}|{}|{kind}|asked", forward.acquirer, forward.reference_no);
    let exception = Exception {
        id: BodyHash::raw(name.as_bytes()).to_string().chars().take(32).collect(),
        client_id: forward.client_id.clone(),
        told_by: Some(forward.acquirer.clone()),
        reference_no: Some(forward.reference_no.clone()),
        kind: kind.to_owned(),
        amount,
        detail: detail.to_owned(),
        body: Vec::new(),
        created_at: now_ms.div_euclid(1000),
    };
    audit::add_exception(tx, &exception).map(drop)
}
