//! 47: a dynamic QR code.

use qris_core::Amount;
use qris_snap::codes::Situation;
use qris_snap::json::{Object, Value};
use qris_snap::message::{GenerateRequest, GenerateResponse, Message, Response};
use qris_snap::policy::PictureRule;
use qris_snap::{Currency, Money, Refusal};
use strum::VariantNames;

use super::routed::{self, Made};
use super::simulated::is_code;
use super::work::Call;
use super::{Stop, original, qr};
use crate::acquirer::Wanted;
use crate::crypto::random_id;
use crate::db::Tx;
use crate::model::{Merchant, Minor, Route, Simulate, Tip, Transaction, acquirer, reference, transaction};

/// Longest `qrUrl`.
const MAX_URL: usize = 256;

/// Everything that needs no unit of work of its own: the merchant as read, the payload, the picture.
#[derive(Debug)]
pub(super) struct Prepared {
    new: Transaction,
    answer: Vec<u8>,
    /// An acquirer's code.
    made: Option<Made>,
}

/// Judges a request, and makes what it asks for: nothing is stored yet.
///
/// # Errors
/// The refusal, or the storage's.
pub(super) async fn prepare(call: &Call, request: GenerateRequest) -> Result<Prepared, Stop> {
    let fee =
        request.fee_amount.clone().map_or_else(|| capital_fee(call, &request.other), |fee| Ok(Some(fee)))?;
    let amount = object_54(call, request.amount.as_ref(), "amount")?;
    // A fee of nothing is no fee.
    let fee = object_54(call, fee.as_ref().filter(|fee| fee.minor() > 0), "feeAmount")?;
    // An amount that cannot be counted is no amount that the payer enters.
    let sen = |amount: Option<Amount>| {
        let counted = amount.map(|it| i64::try_from(it.minor()).map(Minor::new)).transpose();
        counted.map_err(|_| call.refuse(Situation::InvalidAmount, "more than can be counted").at("amount"))
    };
    let (asked, asked_fee) = (sen(amount)?, sen(fee)?);
    check_limit(call, [asked, asked_fee])?;
    let expiry = request.expiry(call.partner.dialect, call.now())?;
    let simulate = simulate(call, request.additional_info.as_ref())?;
    let (merchant, route) = merchant(call, &request).await?;

    let reference_no = call.new_reference()?;
    let made = match route {
        Some(route) => {
            let wanted = Wanted { reference_no: &reference_no, amount: asked, fee: asked_fee };
            let made = routed::code(call, &request, &merchant, route, wanted, expiry.clone());
            Some(Box::pin(made).await?)
        }
        None => None,
    };
    let (qr_content, expiry) = match &made {
        Some(made) => (made.qr_content.clone(), made.expiry.clone()),
        None => {
            let terminal = request.terminal_id.as_deref();
            let wanted = qr::Wanted { amount, fee, label: &reference_no, terminal };
            (qr::payload(call, &merchant, &wanted)?, expiry)
        }
    };
    let page_id = random_id().map_err(|error| call.internal(error))?;
    let url = format!("{}/pay/{page_id}", call.app.public_url);
    let mut answer = GenerateResponse {
        reference_no: Some(reference_no.clone()),
        partner_reference_no: request.partner_reference_no.clone(),
        qr_image: match call.partner.policy.picture {
            PictureRule::InAnswer => Some(qr::image(call, &qr_content)?),
            _ => None,
        },
        qr_content: Some(qr_content.clone()),
        qr_url: Some(url).filter(|url| url.len() <= MAX_URL),
        merchant_name: Some(merchant.name),
        store_id: request.store_id.clone(),
        terminal_id: request.terminal_id.clone(),
        ..GenerateResponse::success(call.partner.dialect)
    };
    answer.set_expiry(&expiry);
    let new = Transaction {
        reference_no,
        page_id,
        client_id: call.partner.client_id.clone(),
        partner_reference_no: request.partner_reference_no,
        external_id: call.external_id.clone(),
        merchant_id: merchant.merchant_id,
        sub_merchant_id: request.sub_merchant_id,
        store_id: request.store_id,
        terminal_id: request.terminal_id,
        amount: asked,
        tip: asked_fee.map_or(Tip::None, Tip::Fixed),
        qr_content,
        created_at: call.now(),
        expires_at: made.as_ref().map_or(expiry.at.unix(), Made::expires_at),
        simulate,
        ..Transaction::default()
    };
    Ok(Prepared { new, answer: answer.write(call.partner.dialect)?, made })
}

/// Stores the transaction, unless its number was used.
///
/// # Errors
/// 4094701, or the storage's.
pub(super) fn apply(tx: &mut dyn Tx, call: &Call, prepared: Prepared) -> Result<Vec<u8>, Stop> {
    let Prepared { new, answer, made } = prepared;
    if let Some(made) = &made {
        // Its number was taken before the acquirer was asked.
        made.kept(tx, call)?;
    } else if let Some(number) = &new.partner_reference_no
        && !reference::take(tx, &call.partner.client_id, call.service, number, &new.reference_no)?
    {
        let log = format!("partnerReferenceNo {number} was used already");
        return Err(call.refuse(Situation::DuplicateReference, log).into());
    }
    transaction::add(tx, &new)?;
    Ok(answer)
}

/// The merchant, which knows sub-merchant and terminal, and the acquirer that makes its codes.
async fn merchant(call: &Call, request: &GenerateRequest) -> Result<(Merchant, Option<Route>), Stop> {
    let (shared, asking) = (call.clone(), request.clone());
    let read = move |tx: &mut dyn Tx| {
        let merchant = original::merchant(tx, &shared, asking.merchant_id.as_deref())?;
        let (sub_merchant, terminal) = (asking.sub_merchant_id.as_deref(), asking.terminal_id.as_deref());
        original::check_parts(tx, &shared, &merchant.merchant_id, sub_merchant, terminal)?;
        let route = acquirer::route(tx, &merchant.merchant_id)?;
        Ok((merchant, route))
    };
    call.app.store.until(call.deadline).read(read).await
}

/// `FeeAmount`, as one provider spells it, of any partner.
fn capital_fee(call: &Call, other: &Object) -> Result<Option<Money>, Refusal> {
    let Some(value) = other.get("FeeAmount") else { return Ok(None) };
    let read = |value: &Value| {
        let money = value.as_object()?;
        let currency = match money.get("currency") {
            Some(currency) => Currency::new(currency.as_str()?)?,
            None => Currency::new(call.partner.dialect.default_currency?)?,
        };
        Money::new(Money::parse_value(money.text("value")?)?, currency).ok()
    };
    let wrong = || call.refuse(Situation::InvalidFormat, "no value and currency").at("FeeAmount");
    read(value).map(Some).ok_or_else(wrong)
}

/// An amount that is to stand in 54 or 56.
fn object_54(call: &Call, money: Option<&Money>, place: &str) -> Result<Option<Amount>, Refusal> {
    let Some(money) = money else { return Ok(None) };
    let wrong = |log: String| call.refuse(Situation::InvalidAmount, log).at(place);
    if money.currency() != Currency::IDR {
        return Err(wrong(format!("{money}: rupiah are wanted")));
    }
    let fits = || wrong(format!("{money} does not fit a QR code: 0.01 to 13 characters"));
    qr::amount(money.minor()).map(Some).ok_or_else(fits)
}

/// 403xx02 when amount and tip together are above the configured limit, or cannot be counted.
pub(super) fn check_limit(call: &Call, parts: [Option<Minor>; 2]) -> Result<(), Refusal> {
    let Some(limit) = call.app.config.amount_limit else { return Ok(()) };
    let [amount, tip] = parts.map(Option::unwrap_or_default);
    if amount.plus(tip).is_some_and(|total| total <= Minor::new(limit)) {
        return Ok(());
    }
    let log = format!("{} and {} sen, at most {limit}", amount.get(), tip.get());
    Err(call.refuse(Situation::AmountLimit, log).at("amount"))
}

/// `additionalInfo.simulate`, which means something in the sandbox only.
fn simulate(call: &Call, info: Option<&Object>) -> Result<Option<Simulate>, Refusal> {
    let Some(value) = info.filter(|_| call.app.config.sandbox).and_then(|info| info.get("simulate")) else {
        return Ok(None);
    };
    if value.as_str().is_some_and(is_code) {
        return Ok(None);
    }
    match value.as_str().and_then(|word| word.parse().ok()) {
        Some(simulate) => Ok(Some(simulate)),
        None => {
            let log = format!("one of {} is wanted", Simulate::VARIANTS.join(", "));
            Err(call.refuse(Situation::InvalidFormat, log).at("additionalInfo.simulate"))
        }
    }
}
