//! 48: what a scanned payload says, for an issuer that will pay it (50).

use qris_core::diagnose::explain;
use qris_core::{Profile, Qris, Tip};
use qris_snap::codes::Situation;
use qris_snap::json::Object;
use qris_snap::message::{DecodeRequest, DecodeResponse, MerchantInfo, Message, Response};
use qris_tables::acquirer;

use super::work::Call;
use super::{Stop, pay};
use crate::db::Tx;
use crate::model::{Inquiry, Minor, acquirer as acquirers, inquiry, reference, transaction};

/// Most characters of `merchantCategory`, `merchantName` and `merchantLocation`.
const CATEGORY: usize = 32;
const TEXT: usize = 25;
/// Most accounts that are listed: a payload has no more.
const ACCOUNTS: usize = 50;

/// What a payload says, and where to remember that it was asked.
#[derive(Debug)]
pub(super) struct Prepared {
    inquiry: Inquiry,
    answer: DecodeResponse,
}

/// Reads and judges the payload: nothing is stored yet.
///
/// # Errors
/// The refusal.
pub(super) fn prepare(call: &Call, request: DecodeRequest) -> Result<Prepared, Stop> {
    let text = request.qr_content.unwrap_or_default();
    // As acquirers really print them: an issuer is shown more than codes of ours.
    let qris = Qris::decode_with(&text, &Profile::WILD).map_err(|error| {
        let mut log = error.to_string();
        // Who tries in the sandbox is told what happened to it.
        if call.app.sandbox_key.is_some()
            && let Some(known) = explain(text.as_bytes())
        {
            log = format!("{log}; {known}");
        }
        call.refuse(Situation::InvalidFormat, log).at("qrContent")
    })?;
    // An amount that cannot be counted is no amount that the payer enters.
    let minor = |amount: qris_core::Amount| {
        let sen = i64::try_from(amount.minor());
        sen.map(Minor::new).map_err(|_| call.refuse(Situation::InvalidAmount, "more than can be counted"))
    };
    let amount = qris.amount().map(minor).transpose()?;
    let offered = pay::minor(call, request.amount.as_ref(), "amount")?;
    if amount.is_some() && offered.is_some() && amount != offered {
        let log = "not the amount of the QR code";
        return Err(call.refuse(Situation::InvalidAmount, log).at("amount").into());
    }
    let tip = qris.tip();
    let fee = match tip {
        Some(Tip::Fixed(fee)) => Some(minor(fee)?.money()?),
        _ => None,
    };
    let mcc = qris.mcc();
    let category = qris_tables::mcc_name(mcc.as_str()).unwrap_or(mcc.as_str());
    let reference_no = call.new_reference()?;
    let answer = DecodeResponse {
        reference_no: Some(reference_no.clone()),
        partner_reference_no: request.partner_reference_no.clone(),
        merchant_name: Some(short(qris.merchant_name(), TEXT)),
        merchant_category: Some(short(category, CATEGORY)),
        merchant_location: Some(short(qris.merchant_city(), TEXT)),
        merchant_infos: Some(accounts(&qris)).filter(|infos| !infos.is_empty()),
        transaction_amount: amount.map(Minor::money).transpose()?,
        fee_amount: fee,
        additional_info: tip.map(|tip| tip_info(&tip)),
        ..DecodeResponse::success(call.partner.dialect)
    };
    let inquiry = Inquiry {
        paid_at: None,
        reference_no,
        client_id: call.partner.client_id.clone(),
        partner_reference_no: request.partner_reference_no,
        qr_content: text,
        transaction: None,
        created_at: call.now(),
    };
    Ok(Prepared { inquiry, answer })
}

/// Remembers what was asked, when it can still be paid.
///
/// # Errors
/// The refusal, or the storage's.
pub(super) fn apply(tx: &mut dyn Tx, call: &Call, prepared: Prepared) -> Result<Vec<u8>, Stop> {
    let Prepared { mut inquiry, answer } = prepared;
    let number = inquiry.partner_reference_no.as_deref();
    if let Some(number) = number
        && !reference::take(tx, &inquiry.client_id, call.service, number, &inquiry.reference_no)?
    {
        let log = format!("partnerReferenceNo {number} was used already");
        return Err(call.refuse(Situation::DuplicateReference, log).into());
    }
    let ours = transaction::by_qr_content(tx, &inquiry.qr_content)?;
    // What cannot be paid any more is told before the payer confirms.
    if let Some(ours) = &ours
        && let Err(error) = call.payments(tx).check_open(ours)
    {
        if let Some(number) = number {
            reference::release(tx, &inquiry.client_id, call.service, number)?;
        }
        return Err(call.declined(error));
    }
    // An acquirer's code is paid at the acquirer.
    let ours = ours.map(|ours| ours.reference_no);
    inquiry.transaction = match ours {
        Some(number) if acquirers::code_of(tx, &number)?.is_none() => Some(number),
        _ => None,
    };
    inquiry::add(tx, &inquiry)?;
    Ok(answer.write(call.partner.dialect)?)
}

fn accounts(qris: &Qris<'_>) -> Vec<MerchantInfo> {
    let infos = qris.accounts().filter_map(|account| {
        let mpan = account.mpan()?;
        let known = acquirer(mpan.nns()).map(|acquirer| acquirer.name);
        let name = known.or(account.guid()).unwrap_or("-");
        Some(MerchantInfo {
            merchant_pan: mpan.as_str().to_owned(),
            acquirer_name: short(name, 50),
            other: Object::new(),
        })
    });
    infos.take(ACCOUNTS).collect()
}

/// How a tip is to be added, which the standard's answer has no member for.
fn tip_info(tip: &Tip) -> Object {
    let mut info = Object::new();
    info.insert("tipIndicator", tip.indicator());
    if let Tip::Percentage(percentage) = tip {
        info.insert("tipPercentage", percentage.as_str());
    }
    info
}

fn short(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
