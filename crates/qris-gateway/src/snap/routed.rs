//! What is an acquirer's to do: it is asked before the unit of work, and what was asked for is written down before that.

use qris_client::Told;
use qris_snap::DateTime;
use qris_snap::codes::Situation;
use qris_snap::dialect::{Validity, ValidityForm};
use qris_snap::message::{
    CancelRequest, Expiry, GenerateRequest, NotifyRequest, QueryRequest, RefundRequest,
};

use super::work::Call;
use super::{Stop, cancel, declined, notify_in, original, query, refund};
use crate::acquirer::{Fault, GRACE, Wanted, call as ask, code_fits, dropped, reach, refresh, send_refund};
use crate::db::Tx;
use crate::model::{
    Forward, ForwardKind, ForwardState, Merchant, Minor, Original, Route, State, Transaction, acquirer,
    external_id, partner, reference, transaction,
};
use crate::payment::refundable;

/// Seconds after which what was asked for is asked about: whoever asked has given up by then.
const UNDECIDED: i64 = 60;
/// Seconds after which that is done when the answer was lost.
const SOON: i64 = 2;

/// A code that an acquirer made.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) qr_content: String,
    /// When it runs out there.
    pub(super) expiry: Expiry,
    pub(super) forward: Forward,
}

impl Made {
    /// Unix seconds from which it cannot be paid here: a little later than there.
    pub(super) fn expires_at(&self) -> i64 {
        self.expiry.at.unix().saturating_add(GRACE)
    }

    /// The code is the transaction's from now on.
    ///
    /// # Errors
    /// 5044700 when it was given up meanwhile, or the storage's.
    pub(super) fn kept(&self, tx: &mut dyn Tx, call: &Call) -> Result<(), Stop> {
        let Forward { id, their_reference_no, due_at, .. } = &self.forward;
        if acquirer::opened(tx, id, their_reference_no.as_deref(), *due_at)? {
            return Ok(());
        }
        Err(call.refuse(Situation::Timeout, "the acquirer's answer came when it was given up").into())
    }
}

/// Has an acquirer make a code, and checks it: CRC and structure, amount, fee and merchant.
///
/// # Errors
/// The acquirer's refusal, 5004702 when it cannot be asked or its code is another one, 5044700 when nobody knows.
pub(super) async fn code(
    call: &Call,
    request: &GenerateRequest,
    merchant: &Merchant,
    route: Route,
    wanted: Wanted<'_>,
    expiry: Expiry,
) -> Result<Made, Stop> {
    let forward = Forward {
        id: wanted.reference_no.to_owned(),
        kind: ForwardKind::Code,
        state: ForwardState::Asked,
        reference_no: wanted.reference_no.to_owned(),
        acquirer: route.acquirer,
        client_id: call.partner.client_id.clone(),
        number: request.partner_reference_no.clone(),
        external_id: call.external_id.clone(),
        amount: wanted.amount,
        reason: None,
        their_reference_no: None,
        their_merchant_id: route.their_merchant_id,
        created_at: call.now(),
        due_at: call.now().saturating_add(UNDECIDED),
        tries: 0,
    };
    // An amount that no message can carry must not become a code whose payer enters it.
    let (amount, fee_amount) =
        (wanted.amount.map(Minor::money).transpose()?, wanted.fee.map(Minor::money).transpose()?);
    // There is one, before this process has looked.
    call.app.lines.there_are(true);
    let reached = reach(&call.app, &forward.acquirer).await.map_err(|fault| lost(call, &fault))?;
    let row = forward.clone();
    intend(call, move |tx, call| {
        if let Some(number) = &row.number
            && !reference::take(tx, &row.client_id, call.service, number, &row.reference_no)?
        {
            let log = format!("partnerReferenceNo {number} was used already");
            return Err(call.refuse(Situation::DuplicateReference, log).into());
        }
        Ok(acquirer::ask(tx, &row)?)
    })
    .await?;
    let (validity_period, until) = validity(&reached.partner.dialect.validity, &expiry, call.now());
    let asked = GenerateRequest {
        partner_reference_no: Some(forward.reference_no.clone()),
        amount,
        fee_amount,
        merchant_id: forward.their_merchant_id.clone(),
        store_id: request.store_id.clone(),
        terminal_id: request.terminal_id.clone(),
        validity_period: Some(validity_period),
        ..GenerateRequest::default()
    };
    let told = ask(&call.app, &reached, reached.client.generate(&asked)).await;
    reached.kept(&call.app).await;
    let told = match told {
        Ok(told) => told,
        Err(fault) => return Err(given_up(call, forward, fault).await),
    };
    let content = told.qr_content().map(str::to_owned);
    let unusable = match content.as_deref().map(|content| code_fits(content, merchant, &wanted)) {
        Some(Ok(())) => None,
        Some(Err(why)) => Some(why),
        None => Some("its answer has no qrContent".to_owned()),
    };
    if let Some(why) = unusable {
        tracing::error!(acquirer = forward.acquirer, id = forward.id, why, "a code is not given out");
        // It is there: it is cancelled when it is asked about.
        hurry(call, &forward.id).await;
        let log = format!("the acquirer's code is not given out: {why}");
        return Err(call.refuse(Situation::ExternalGone, log).into());
    }
    let theirs = match &told {
        Told::Answered(answer) => answer.expiry_time(),
        Told::Found(found) => {
            found.additional_info.as_ref().and_then(|info| DateTime::parse(info.text("expiryTime")?))
        }
        _ => None,
    };
    // It can be paid for as long as it lives there, be that shorter or longer than what was asked for here.
    let at = theirs.filter(|theirs| theirs.unix() > call.now()).unwrap_or(until);
    let expiry = Expiry { shortened: expiry.shortened || at.unix() < expiry.at.unix(), at };
    // With a last question before it runs out, as later.
    let last = expiry.at.unix().saturating_add(GRACE / 2);
    let due_at = call.now().saturating_add(reached.acquirer.silent_after).min(last);
    let their_reference_no = told.reference_no().map(str::to_owned);
    let forward = Forward { their_reference_no, due_at, ..forward };
    Ok(Made { qr_content: content.unwrap_or_default(), expiry, forward })
}

/// How long a code is to live, in the acquirer's form, and until when that is.
fn validity(theirs: &Validity, expiry: &Expiry, now: i64) -> (String, DateTime) {
    match theirs.form {
        ValidityForm::Seconds => {
            let seconds = u64::try_from(expiry.at.unix().saturating_sub(now)).unwrap_or_default();
            let seconds = seconds.clamp(theirs.min, theirs.max);
            let until =
                i64::try_from(seconds).ok().and_then(|seconds| DateTime::wib(now.saturating_add(seconds)));
            (seconds.to_string(), until.unwrap_or_else(|| expiry.at.clone()))
        }
        _ => (expiry.at.as_str().to_owned(), expiry.at.clone()),
    }
}

/// Writes down what is about to be asked for, unless this very request was answered before.
async fn intend<T: Send + 'static>(
    call: &Call,
    write: impl FnOnce(&mut dyn Tx, &Call) -> Result<T, Stop> + Send + 'static,
) -> Result<T, Stop> {
    let shared = call.clone();
    let unit = move |tx: &mut dyn Tx| {
        // What two requests of a partner hold follows each other here.
        partner::lock(tx, &shared.partner.client_id)?;
        let conflict = |log| Err(shared.refuse(Situation::DuplicateExternalId, log).into());
        if let Some(key) = &shared.key
            && external_id::known(tx, key)?.is_some()
        {
            return conflict("X-EXTERNAL-ID was used already");
        }
        // No answer is kept for it: when this is over, a repetition is answered as it ended.
        if let Some(id) = &shared.external_id
            && shared.key.is_some()
            && acquirer::is_under_way(tx, &shared.partner.client_id, id)?
        {
            return conflict("the request with this X-EXTERNAL-ID is under way at the acquirer");
        }
        write(tx, &shared)
    };
    call.app.store.until(call.deadline).write(unit).await
}

/// What the caller is told, where nothing was written down yet.
fn lost(call: &Call, fault: &Fault) -> Stop {
    tracing::warn!(%fault, service = call.service.path(), "an acquirer");
    declined::fault(call.service, fault)
}

/// The acquirer did not do it: its intent is closed, or asked about soon when nobody knows.
async fn given_up(call: &Call, forward: Forward, fault: Fault) -> Stop {
    let stop = lost(call, &fault);
    if matches!(fault, Fault::Unknown(_) | Fault::Db(_)) {
        hurry(call, &forward.id).await;
        return stop;
    }
    let service = call.service;
    let closed: Result<(), crate::db::DbError> =
        call.app.store.write(move |tx| dropped(tx, service, &forward)).await;
    if let Err(error) = closed {
        tracing::warn!(%error, "an intent stays open until it is asked about");
    }
    stop
}

async fn hurry(call: &Call, id: &str) {
    let (id, at) = (id.to_owned(), call.now().saturating_add(SOON));
    let done: Result<(), crate::db::DbError> =
        call.app.store.write(move |tx| acquirer::hurry(tx, &id, at)).await;
    if let Err(error) = done {
        tracing::warn!(%error, "an acquirer is asked later than it should be");
    }
}

/// A transaction whose code an acquirer made, as a message names it; none: it is ours alone, or the message is at fault,
/// which the unit of work finds out.
///
/// # Errors
/// The storage's.
async fn found(
    call: &Call,
    named: Original<'_>,
    merchant_id: Option<&str>,
) -> Result<Option<(Transaction, Forward)>, Stop> {
    if !call.app.lines.may_be() {
        return Ok(None);
    }
    let names = [named.reference_no, named.partner_reference_no, named.external_id];
    let [reference_no, partner_reference_no, external_id] = names.map(|name| name.map(str::to_owned));
    let (shared, merchant_id) = (call.clone(), merchant_id.map(str::to_owned));
    let read = move |tx: &mut dyn Tx| {
        let named = Original {
            reference_no: reference_no.as_deref(),
            partner_reference_no: partner_reference_no.as_deref(),
            external_id: external_id.as_deref(),
        };
        let found = original::transaction(tx, &shared, named, merchant_id.as_deref())?;
        let forward = acquirer::code_of(tx, &found.reference_no)?;
        Ok::<_, Stop>(forward.map(|forward| (found, forward)))
    };
    match call.app.store.until(call.deadline).read(read).await {
        Err(Stop::Refused(_)) => Ok(None),
        found => found,
    }
}

macro_rules! named {
    ($request:ident) => {
        Original {
            reference_no: $request.original_reference_no.as_deref(),
            partner_reference_no: $request.original_partner_reference_no.as_deref(),
            external_id: $request.original_external_id.as_deref(),
        }
    };
}

/// 51: the acquirer says where the transaction stands. When it cannot be asked, what is known here is told.
///
/// # Errors
/// As the request has them; the storage's.
pub(super) async fn before_query(
    call: &Call,
    request: Result<QueryRequest, Stop>,
) -> Result<query::Step, Stop> {
    let request = request?;
    let routed = found(call, named!(request), request.merchant_id.as_deref()).await?;
    let Some((found, _)) = routed else { return Ok(query::Step { request, lives_on: 0 }) };
    if found.state == State::Initiated
        && let Err(fault) = refresh(&call.app, &found.reference_no).await
    {
        tracing::warn!(%fault, reference_no = found.reference_no, "an acquirer could not be asked");
    }
    Ok(query::Step { request, lives_on: GRACE })
}

/// 77: the acquirer cancels first. What it says of the transaction is what is told.
///
/// # Errors
/// The acquirer's refusal, 5007702 when it cannot be asked, 5047700 when nobody knows.
pub(super) async fn before_cancel(
    call: &Call,
    request: Result<CancelRequest, Stop>,
) -> Result<cancel::Step, Stop> {
    let request = request?;
    let routed = found(call, named!(request), request.merchant_id.as_deref()).await?;
    let Some((found, forward)) = routed
        .filter(|(found, forward)| found.state == State::Initiated && forward.state == ForwardState::Open)
    else {
        return Ok(cancel::Step { request, done: false });
    };
    // The acquirer is not asked for what would be refused here.
    let asked = request.clone();
    let judged = move |tx: &mut dyn Tx, call: &Call| {
        let found = original::transaction(tx, call, named!(asked), asked.merchant_id.as_deref())?;
        cancel::same_amount(call, &asked, &found)
    };
    intend(call, judged).await?;
    let reached = reach(&call.app, &forward.acquirer).await.map_err(|fault| lost(call, &fault))?;
    // Whatever is lost from here on, it is asked about.
    hurry(call, &forward.id).await;
    let asked = CancelRequest {
        original_reference_no: forward.their_reference_no.clone(),
        original_partner_reference_no: Some(forward.reference_no.clone()),
        merchant_id: forward.their_merchant_id.clone(),
        reason: request.reason.clone(),
        ..CancelRequest::default()
    };
    let told = ask(&call.app, &reached, reached.client.cancel(&asked)).await;
    reached.kept(&call.app).await;
    let fault = match told {
        Ok(Told::InProgress(_)) => Fault::Unknown("it is in progress".to_owned()),
        Ok(_) => return Ok(cancel::Step { request, done: true }),
        Err(fault) => fault,
    };
    // It may be paid by now: then that is what is told.
    let known = refresh(&call.app, &found.reference_no).await.is_ok();
    match self::found(call, named!(request), request.merchant_id.as_deref()).await? {
        Some((now, _)) if known && now.state != State::Initiated => {
            Ok(cancel::Step { request, done: now.state == State::Cancelled })
        }
        _ => Err(lost(call, &fault)),
    }
}

/// 78: what the acquirer gives back is booked here.
///
/// # Errors
/// The acquirer's refusal, 5007802 when it cannot be asked, 5047800 when nobody knows: then it is booked once it is known.
pub(super) async fn refund(call: &Call, request: Result<RefundRequest, Stop>) -> Result<refund::Step, Stop> {
    let request = request?;
    let routed = found(call, named!(request), request.merchant_id.as_deref()).await?;
    let Some((first, code)) = routed else {
        return Ok(refund::Step::Ours(request));
    };
    if first.state == State::Initiated
        && let Err(fault) = refresh(&call.app, &first.reference_no).await
    {
        tracing::warn!(%fault, reference_no = first.reference_no, "an acquirer could not be asked");
    }
    let asked = request.clone();
    let forward = intend(call, move |tx, call| {
        let found = original::transaction(tx, call, named!(asked), asked.merchant_id.as_deref())?;
        let held = acquirer::refunds_asked(tx, &found.reference_no)?;
        let refund = refund::judged(tx, call, &asked, &found, held)?;
        refundable(&found, call.now(), refund.amount, held)
            .map_err(|reason| declined::refusal(call.service, &reason))?;
        let forward = Forward {
            id: refund.refund_no,
            kind: ForwardKind::Refund,
            state: ForwardState::Asked,
            number: refund.partner_refund_no,
            external_id: call.external_id.clone(),
            amount: Some(refund.amount),
            reason: refund.reason,
            created_at: call.now(),
            due_at: call.now().saturating_add(UNDECIDED),
            tries: 0,
            ..code
        };
        acquirer::ask(tx, &forward)?;
        Ok(forward)
    })
    .await?;
    match send_refund(&call.app, &forward, false).await {
        Ok(true) => Ok(refund::Step::Done(forward)),
        Ok(false) => {
            hurry(call, &forward.id).await;
            Err(call.refuse(Situation::Timeout, "the refund is in progress at the acquirer").into())
        }
        Err(fault) => Err(given_up(call, forward, fault).await),
    }
}

/// 52 of a payment whose amount nobody has named: the acquirer is asked how much it was.
///
/// # Errors
/// 5005202 when it cannot be asked: the upstream tells again.
pub(super) async fn before_notify(
    call: &Call,
    request: Result<NotifyRequest, Stop>,
) -> Result<NotifyRequest, Stop> {
    let request = request?;
    if request.amount.is_some() || call.partner.dialect.untold_status.is_none() {
        return Ok(request);
    }
    let asked = request.clone();
    let read = move |tx: &mut dyn Tx| {
        let Some(found) = notify_in::find(tx, &asked)? else { return Ok(None) };
        let forward = acquirer::code_of(tx, &found.reference_no)?;
        Ok::<_, Stop>(forward.map(|forward| (found, forward)))
    };
    let found = call.app.store.until(call.deadline).read(read).await?;
    let Some((found, forward)) = found else { return Ok(request) };
    let theirs = forward.acquirer == call.partner.client_id && forward.state == ForwardState::Open;
    if found.amount.is_none() && found.state == State::Initiated && theirs {
        let told = refresh(&call.app, &found.reference_no).await;
        told.map_err(|fault| {
            let log = format!("the amount that was paid cannot be asked for: {fault}");
            Stop::Refused(call.refuse(Situation::ExternalGone, log))
        })?;
        let read = move |tx: &mut dyn Tx| transaction::by_reference(tx, &found.reference_no);
        let now: Option<Transaction> = call.app.store.until(call.deadline).read(read).await?;
        if now.is_some_and(|now| now.state == State::Initiated) {
            let log = "the acquirer does not say yet how much was paid";
            return Err(call.refuse(Situation::ExternalGone, log).into());
        }
    }
    Ok(request)
}
