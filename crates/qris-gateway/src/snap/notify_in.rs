//! 52, coming in: an upstream tells us that somebody paid.
//!
//! Money that arrives late, twice or wrong is never lost and never guessed away: it becomes an exception for a person
//! to look at, and the message is answered as received. A message that comes again changes nothing.

use qris_core::value::luhn_digit;
use qris_snap::codes::Situation;
use qris_snap::json::Value;
use qris_snap::message::{Message, NotifyRequest, NotifyResponse, Response, host_to_host};
use qris_snap::{BodyHash, Money, Status};

use super::Stop;
use super::work::Call;
use crate::db::{DbError, Tx};
use crate::model::{
    AccountNo, Exception, Forward, ForwardState, Minor, Part, State, Transaction, acquirer, audit, merchant,
    refund, transaction,
};
use crate::payment::{Declined, Offer, apart, settled};

pub(super) fn run(tx: &mut dyn Tx, call: &Call, request: NotifyRequest) -> Result<Vec<u8>, Stop> {
    if call.partner.policy.host_to_host {
        host_to_host::<NotifyRequest>(call.partner.dialect, &call.body)?;
    }
    let found = find(tx, &request)?;
    let received = Received::of(call, &request, found.as_ref());
    if let Some(found) = &found {
        bound(tx, call, &received, found)?;
        same_merchant(tx, call, &received, &request, found)?;
    }
    match Status::from_code(&received.status) {
        Some(Status::Success) => paid(tx, call, &received, &request, found.as_ref())?,
        Some(Status::Failed | Status::Rejected) => failed(tx, call, &received, &request, found.as_ref())?,
        // Under way: nothing has happened yet.
        Some(Status::Initiated | Status::Paying | Status::Pending) => {}
        Some(Status::Canceled) if found.is_none() && forward_of(tx, call, &request)?.is_some() => {
            // A code whose answer was lost: we had it cancelled, nobody was given it.
        }
        Some(status) if known_already(tx, call, status, &request, found.as_ref())? => {}
        _ => {
            let detail = format!("the status {} is for a person to judge", received.status);
            except(tx, call, &received, found.as_ref(), "status", detail)?;
        }
    }
    Ok(NotifyResponse::success(call.partner.dialect).write(call.partner.dialect)?)
}

/// An upstream settles the merchants that are bound to it. What it tells of another one's is refused; when it says that
/// money moved, a person must look at it.
///
/// # Errors
/// Another merchant's: 4045208.
fn bound(tx: &mut dyn Tx, call: &Call, received: &Received, found: &Transaction) -> Result<(), Stop> {
    let upstreams = merchant::parts(tx, &found.merchant_id, Part::Upstream)?;
    if upstreams.contains(&call.partner.client_id) {
        return Ok(());
    }
    if Status::from_code(&received.status) == Some(Status::Success) {
        let detail = format!("{} is not bound to merchant {}", call.partner.client_id, found.merchant_id);
        except(tx, call, received, Some(found), "not-bound", detail)?;
    }
    let log = "the merchant is not bound to this upstream";
    Err(call.refuse(Situation::UnknownMerchant, log).at("merchantId").into())
}

/// The code that the message is about, when this acquirer was asked for it.
fn forward_of(tx: &mut dyn Tx, call: &Call, request: &NotifyRequest) -> Result<Option<Forward>, DbError> {
    for number in numbers(request) {
        let found = acquirer::code_of(tx, number)?;
        if let Some(found) = found.filter(|found| found.acquirer == call.partner.client_id) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Whether an acquirer tells of what was done through it: it is cancelled here too, or money is given back here too.
fn known_already(
    tx: &mut dyn Tx,
    call: &Call,
    status: Status,
    request: &NotifyRequest,
    found: Option<&Transaction>,
) -> Result<bool, Stop> {
    let Some(found) = found else { return Ok(false) };
    let theirs = acquirer::code_of(tx, &found.reference_no)?;
    if theirs.is_none_or(|forward| forward.acquirer != call.partner.client_id) {
        return Ok(false);
    }
    Ok(match (status, found.state) {
        (Status::Canceled, State::Cancelled) => true,
        (Status::Canceled, State::Initiated) => {
            settled(call.payments(tx).cancel(found, "cancelled at the acquirer"))?.is_ok()
        }
        (Status::Refunded, State::Paid | State::Refunded) => was_asked_for(tx, request, found)?,
        _ => false,
    })
}

/// Whether an acquirer was asked to give back what it says it gave back: by our number of the refund and by how much it was,
/// in all and this time, as far as the message says so. One that says nothing of the refund tells of what is booked or under way.
fn was_asked_for(tx: &mut dyn Tx, request: &NotifyRequest, found: &Transaction) -> Result<bool, DbError> {
    let info = request.additional_info.as_ref();
    let text = |name| info.and_then(|info| info.text(name)).filter(|text| !text.is_empty());
    let money = |name| {
        let money = info?.get(name)?.as_object()?;
        let is_rupiah = money.text("currency").is_none_or(|currency| currency == "IDR");
        let minor = Money::parse_value(money.text("value")?).filter(|_| is_rupiah)?;
        Minor::of(&Money::idr(minor).ok()?)
    };
    let under_way = acquirer::refunds_asked(tx, &found.reference_no)?;
    let in_all = found.refunded.plus(under_way).unwrap_or(found.refunded);
    if in_all == Minor::ZERO || money("totalRefunded").is_some_and(|total| total > in_all) {
        return Ok(false);
    }
    let Some(number) = text("partnerRefundNo") else { return Ok(true) };
    let booked = refund::of_transaction(tx, &found.reference_no)?;
    let booked = booked.into_iter().find(|refund| refund.refund_no == number).map(|refund| refund.amount);
    let amount = match booked {
        Some(amount) => Some(amount),
        None => acquirer::forward(tx, number)?
            .filter(|it| it.reference_no == found.reference_no && it.state == ForwardState::Asked)
            .and_then(|it| it.amount),
    };
    Ok(amount.is_some_and(|amount| money("refundAmount").is_none_or(|told| told == amount)))
}

/// Whoever was paid is the merchant of the transaction, where the message says who it was: its PAN (`merchantPAN`, in one
/// provider's words `mpan`) and its number with us. Another one's is refused; when it says that money moved, a person must
/// look at it.
///
/// # Errors
/// Another merchant's: 4045208.
fn same_merchant(
    tx: &mut dyn Tx,
    call: &Call,
    received: &Received,
    request: &NotifyRequest,
    found: &Transaction,
) -> Result<(), Stop> {
    let Some(info) = &request.additional_info else { return Ok(()) };
    let pans = ["merchantPAN", "merchantPan", "mpan"];
    let mut told =
        pans.into_iter().filter_map(|name| Some((name, info.get(name).and_then(number)?))).peekable();
    let ours = if told.peek().is_some() { merchant::by_id(tx, &found.merchant_id)? } else { None };
    let other = |told: &str| !ours.as_ref().is_some_and(|ours| same_pan(&ours.mpan, told));
    let place = match told.find(|(_, told)| other(told)).map(|(name, _)| name) {
        Some(place) => place,
        None => match info.text("merchantId") {
            // The upstream's number of the merchant is none of ours.
            Some(id) if id != found.merchant_id && merchant::by_id(tx, id)?.is_some() => "merchantId",
            _ => return Ok(()),
        },
    };
    if Status::from_code(&received.status) == Some(Status::Success) {
        let detail = format!("{place} is not that of merchant {}", found.merchant_id);
        except(tx, call, received, Some(found), "other-merchant", detail)?;
    }
    let log = "it names another merchant than the transaction's";
    Err(call.refuse(Situation::UnknownMerchant, log).at(&format!("additionalInfo.{place}")).into())
}

/// Whether the body has a member for the status, blank or not.
fn names_status(body: &[u8]) -> bool {
    let body = qris_snap::json::parse(body).ok();
    let names = ["latestTransactionStatus", "transactionStatus"];
    body.as_ref()
        .and_then(Value::as_object)
        .is_some_and(|body| names.iter().any(|name| body.get(name).is_some()))
}

/// A number, quoted or not; none of what has no digit.
fn number(value: &Value) -> Option<&str> {
    let text = match value {
        Value::Number(number) => number.as_str(),
        other => other.as_str()?,
    };
    text.bytes().any(|byte| byte.is_ascii_digit()).then_some(text)
}

/// A PAN is told with its check digit or without; of one that is masked the digits are compared that it begins and ends with.
fn same_pan(ours: &str, told: &str) -> bool {
    let masked = |c: char| !c.is_ascii_digit();
    if told.contains(masked) {
        let (begin, end) =
            (told.split(masked).next().unwrap_or(""), told.rsplit(masked).next().unwrap_or(""));
        let whole = luhn_digit(ours).map(|check| format!("{ours}{}", char::from(check)));
        return ours.starts_with(begin) && (ours.ends_with(end) || whole.is_some_and(|it| it.ends_with(end)));
    }
    let (short, long) = if ours.len() <= told.len() { (ours, told) } else { (told, ours) };
    match long.strip_prefix(short) {
        Some("") => true,
        Some(check) => {
            short.len() >= 16 && luhn_digit(short).is_some_and(|digit| check.as_bytes() == [digit])
        }
        None => false,
    }
}

/// What the message says, in our terms.
struct Received {
    status: String,
    amount: Option<Minor>,
    tip: Option<Minor>,
    /// Whether the amounts are rupiah that we can count.
    countable: bool,
    /// Retrieval reference number.
    rrn: Option<String>,
    /// The payer's account: `customerPAN`, in one provider's words `cpan`.
    account: Option<AccountNo>,
    /// What tells this payment from another one of the same QR code.
    key: String,
}

impl Received {
    fn of(call: &Call, request: &NotifyRequest, found: Option<&Transaction>) -> Received {
        // Where the standard's member is mandatory it is there; were it not, or is it blank, a person judges it.
        let untold = call.partner.dialect.untold_status.filter(|_| !names_status(&call.body));
        let untold = untold.map_or("", |status| status.code());
        let money = [&request.amount, &request.fee_amount];
        let countable = money.into_iter().flatten().all(|money| Minor::of(money).is_some());
        let rrn = request.additional_info.as_ref().and_then(|info| info.text("rrn"));
        let status = request.latest_transaction_status.clone().unwrap_or_else(|| untold.to_owned());
        let mut key = key(call, request, found, rrn);
        // A payment may be given back in parts.
        if let (Some(Status::Refunded), Some(info)) = (Status::from_code(&status), &request.additional_info) {
            for value in ["refundNo", "partnerRefundNo", "totalRefunded"].map(|name| info.get(name)) {
                key.push_str(&String::from_utf8_lossy(&value.map(Value::to_bytes).unwrap_or_default()));
            }
        }
        Received {
            status,
            amount: request.amount.as_ref().and_then(Minor::of),
            tip: request.fee_amount.as_ref().and_then(Minor::of),
            countable,
            account: request.additional_info.as_ref().and_then(|info| {
                ["customerPAN", "cpan"].iter().find_map(|name| AccountNo::new(number(info.get(name)?)?))
            }),
            rrn: rrn.map(str::to_owned),
            key,
        }
    }
}

/// What may be our number of the transaction: the upstream's partner reference; failing that, its own reference.
fn numbers(request: &NotifyRequest) -> impl Iterator<Item = &String> {
    [&request.original_partner_reference_no, &request.original_reference_no].into_iter().flatten()
}

/// The transaction.
pub(super) fn find(tx: &mut dyn Tx, request: &NotifyRequest) -> Result<Option<Transaction>, DbError> {
    for number in numbers(request) {
        if let Some(found) = transaction::by_reference(tx, number)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn paid(
    tx: &mut dyn Tx,
    call: &Call,
    received: &Received,
    request: &NotifyRequest,
    found: Option<&Transaction>,
) -> Result<(), Stop> {
    // A payment that was learnt of by asking the acquirer is no other one when it is told.
    let excepted = |tx: &mut dyn Tx| match forward_of(tx, call, request)? {
        Some(forward) => acquirer::excepted_by_message(tx, &forward.id, &received.key).map(|new| !new),
        None => Ok(false),
    };
    let Some(found) = found else {
        if excepted(tx)? {
            return Ok(());
        }
        return except(tx, call, received, None, "unknown", "no such transaction".to_owned());
    };
    if told_before(tx, call, received, found)? {
        return Ok(());
    }
    if !received.countable {
        let detail = "the amount is not rupiah that can be counted".to_owned();
        return except(tx, call, received, Some(found), "wrong-amount", detail);
    }
    let (amount, tip) = apart(found, received.amount, received.tip);
    let offer = Offer {
        amount,
        tip,
        payer: call.partner.client_id.clone(),
        rrn: Some(received.rrn.clone().unwrap_or_else(|| twelve_digits(&received.key))),
        key: Some(received.key.clone()),
        account: received.account.clone(),
    };
    let Err(declined) = settled(call.payments(tx).pay(found, &offer))? else {
        return Ok(());
    };
    // Somebody else's unit may have paid it meanwhile, with this very message.
    let now = transaction::by_reference(tx, &found.reference_no)?;
    if let Some(now) = &now
        && told_before(tx, call, received, now)?
    {
        return Ok(());
    }
    if excepted(tx)? {
        return Ok(());
    }
    let kind = match declined {
        Declined::AlreadyPaid => "twice",
        Declined::Cancelled | Declined::Expired | Declined::Failed => "late",
        _ => "wrong-amount",
    };
    except(tx, call, received, Some(found), kind, declined.to_string())
}

fn failed(
    tx: &mut dyn Tx,
    call: &Call,
    received: &Received,
    request: &NotifyRequest,
    found: Option<&Transaction>,
) -> Result<(), Stop> {
    // No money moved: a failure of what is not there, or over already, needs nobody's attention, unless it was paid.
    let Some(found) = found else { return Ok(()) };
    match found.state_at(call.now()) {
        State::Initiated => {
            let reason = request.transaction_status_desc.as_deref().unwrap_or("failed");
            // The loser of a race has nothing to do here either.
            let _ = settled(call.payments(tx).fail(found, reason))?;
            Ok(())
        }
        State::Paid | State::Refunded => {
            let detail = "told as failed after it was paid".to_owned();
            except(tx, call, received, Some(found), "status", detail)
        }
        _ => Ok(()),
    }
}

/// Whether this very payment is the one the transaction was paid with. One that was learnt of by asking has no name yet: the
/// first message about it gives it its own.
fn told_before(
    tx: &mut dyn Tx,
    call: &Call,
    received: &Received,
    found: &Transaction,
) -> Result<bool, DbError> {
    if found.payer.as_deref() != Some(call.partner.client_id.as_str()) {
        return Ok(false);
    }
    if found.payment_key.is_some() {
        return Ok(found.payment_key.as_deref() == Some(received.key.as_str()));
    }
    let (amount, tip) = apart(found, received.amount, received.tip);
    let same = amount.is_none_or(|amount| amount == found.paid_amount)
        && tip.is_none_or(|tip| tip == found.paid_tip);
    Ok(same && transaction::name_payment(tx, &found.reference_no, &received.key)?)
}

fn except(
    tx: &mut dyn Tx,
    call: &Call,
    received: &Received,
    found: Option<&Transaction>,
    kind: &str,
    detail: String,
) -> Result<(), Stop> {
    let total = received.amount.and_then(|amount| amount.plus(received.tip.unwrap_or_default()));
    let subject = found.map_or("", |found| found.reference_no.as_str());
    let name = format!("{}|{subject}|{kind}|{}", call.partner.client_id, received.key);
    let exception = Exception {
        // The same message once more is the same exception.
        id: BodyHash::raw(name.as_bytes()).to_string().chars().take(32).collect(),
        client_id: found.map_or(&call.partner.client_id, |found| &found.client_id).clone(),
        told_by: Some(call.partner.client_id.clone()),
        reference_no: found.map(|found| found.reference_no.clone()),
        kind: kind.to_owned(),
        amount: total,
        detail,
        body: call.body.clone(),
        created_at: call.now(),
    };
    audit::add_exception(tx, &exception)?;
    Ok(())
}

/// What tells a payment from another one: the upstream's own number of it and what was paid, which every message must
/// have, and its retrieval reference number where there is one. Times are not part of it: a repeated message has new ones.
/// A message without any number of the payment is known by its bytes.
fn key(call: &Call, request: &NotifyRequest, found: Option<&Transaction>, rrn: Option<&str>) -> String {
    // Some name our number here too: it is none of the payment's.
    let ours = found.map(|found| found.reference_no.as_str());
    let number = request.original_reference_no.as_deref().filter(|number| Some(*number) != ours);
    if number.is_none() && rrn.is_none() {
        return BodyHash::minified(&call.body).to_string();
    }
    let money = |money: &Option<Money>| money.as_ref().map(Money::to_string).unwrap_or_default();
    let [number, rrn] = [number, rrn].map(Option::unwrap_or_default);
    let parts = [number, rrn, &money(&request.amount), &money(&request.fee_amount)];
    BodyHash::raw(parts.join("\n").as_bytes()).to_string()
}

/// Twelve digits out of a key, in the form of a retrieval reference number.
fn twelve_digits(key: &str) -> String {
    let number = key.get(..32).and_then(|hex| u128::from_str_radix(hex, 16).ok()).unwrap_or_default();
    format!("{:012}", number % 1_000_000_000_000)
}
