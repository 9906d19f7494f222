//! 47: a dynamic QR code.

use qris_core::Amount;
use qris_snap::codes::Situation;
use qris_snap::json::{Object, Value};
use qris_snap::message::{GenerateRequest, GenerateResponse, Message, Response};
use qris_snap::{Currency, Money, Refusal};

use super::work::Call;
use super::{Stop, original, qr};
use crate::crypto::random_id;
use crate::db::Tx;
use crate::model::{State, Tip, Transaction, reference, transaction};
use crate::sandbox::Simulate;

/// Longest `qrUrl`.
const MAX_URL: usize = 256;

pub(super) fn run(tx: &mut dyn Tx, call: &Call, request: GenerateRequest) -> Result<Vec<u8>, Stop> {
    let fee =
        request.fee_amount.clone().map_or_else(|| capital_fee(call, &request.other), |fee| Ok(Some(fee)))?;
    let amount = object_54(call, request.amount.as_ref(), "amount")?;
    // A fee of nothing is no fee.
    let fee = object_54(call, fee.as_ref().filter(|fee| fee.minor() > 0), "feeAmount")?;
    check_limit(call, amount.map_or(0, |it| it.minor()).saturating_add(fee.map_or(0, |it| it.minor())))?;
    let expiry = request.expiry(call.partner.dialect, call.now())?;
    let simulate = simulate(call, request.additional_info.as_ref())?;
    let merchant = original::merchant(tx, call, request.merchant_id.as_deref())?;
    let (sub_merchant, terminal) = (request.sub_merchant_id.as_deref(), request.terminal_id.as_deref());
    original::check_parts(tx, call, &merchant.merchant_id, sub_merchant, terminal)?;

    let reference_no = call.new_reference()?;
    let wanted = qr::Wanted { amount, fee, label: &reference_no, terminal };
    let qr_content = qr::payload(call, &merchant, &wanted)?;
    if let Some(number) = &request.partner_reference_no
        && !reference::take(tx, &call.partner.client_id, call.service, number, &reference_no)?
    {
        return Err(call.refuse(Situation::DuplicateReference, "partnerReferenceNo was used").into());
    }
    let new = Transaction {
        reference_no,
        page_id: random_id().map_err(|error| call.internal(error))?,
        client_id: call.partner.client_id.clone(),
        partner_reference_no: request.partner_reference_no,
        external_id: call.external_id.clone(),
        merchant_id: merchant.merchant_id,
        sub_merchant_id: request.sub_merchant_id,
        store_id: request.store_id,
        terminal_id: request.terminal_id,
        amount: amount.and_then(|amount| i64::try_from(amount.minor()).ok()),
        tip: fee.and_then(|fee| i64::try_from(fee.minor()).ok()).map_or(Tip::None, Tip::Fixed),
        qr_content,
        state: State::Initiated,
        created_at: call.now(),
        expires_at: expiry.at.unix(),
        closed_at: None,
        reason: None,
        paid_amount: 0,
        paid_tip: 0,
        paid_at: None,
        payer: None,
        rrn: None,
        refunded: 0,
        simulate,
    };
    transaction::add(tx, &new)?;

    let url = format!("{}/pay/{}", call.app.public_url, new.page_id);
    let mut answer = GenerateResponse {
        reference_no: Some(new.reference_no),
        partner_reference_no: new.partner_reference_no,
        qr_image: Some(qr::image(call, &new.qr_content)?),
        qr_content: Some(new.qr_content),
        qr_url: Some(url).filter(|url| url.len() <= MAX_URL),
        merchant_name: Some(merchant.name),
        store_id: new.store_id,
        terminal_id: new.terminal_id,
        ..GenerateResponse::success(call.partner.dialect)
    };
    answer.set_expiry(&expiry);
    Ok(answer.write(call.partner.dialect)?)
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
        Money::new(Money::parse_value(money.text("value")?)?, currency)
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

/// 403xx02 above the configured limit, which is in sen.
pub(super) fn check_limit(call: &Call, minor: u64) -> Result<(), Refusal> {
    let over = |limit: &i64| u64::try_from(*limit).is_ok_and(|limit| minor > limit);
    match call.app.config.amount_limit.filter(over) {
        Some(limit) => {
            Err(call.refuse(Situation::AmountLimit, format!("{minor} sen, at most {limit}")).at("amount"))
        }
        None => Ok(()),
    }
}

/// `additionalInfo.simulate`, which means something in the sandbox only.
fn simulate(call: &Call, info: Option<&Object>) -> Result<Option<String>, Refusal> {
    let Some(value) = info.filter(|_| call.app.config.sandbox).and_then(|info| info.get("simulate")) else {
        return Ok(None);
    };
    match value.as_str() {
        Some(word) if Simulate::parse(word).is_some() => Ok(Some(word.to_owned())),
        _ => {
            let log = format!("one of {} is wanted", Simulate::ALL.map(Simulate::as_str).join(", "));
            Err(call.refuse(Situation::InvalidFormat, log).at("additionalInfo.simulate"))
        }
    }
}
