//! 48: what a scanned payload says, for an issuer that will pay it (50).

use qris_core::{Profile, Qris, Tip};
use qris_snap::codes::Situation;
use qris_snap::json::Object;
use qris_snap::message::{DecodeRequest, DecodeResponse, MerchantInfo, Message, Response};
use qris_tables::acquirer;

use super::status::rupiah;
use super::work::Call;
use super::{Stop, settle};
use crate::db::Tx;
use crate::model::{Inquiry, inquiry, reference, transaction};

/// Most characters of `merchantCategory`, `merchantName` and `merchantLocation`.
const CATEGORY: usize = 32;
const TEXT: usize = 25;
/// Most accounts that are listed: a payload has no more.
const ACCOUNTS: usize = 50;

pub(super) fn run(tx: &mut dyn Tx, call: &Call, request: DecodeRequest) -> Result<Vec<u8>, Stop> {
    let text = request.qr_content.unwrap_or_default();
    // As acquirers really print them: an issuer is shown more than codes of ours.
    let qris = Qris::decode_with(&text, &Profile::WILD)
        .map_err(|error| call.refuse(Situation::InvalidFormat, error.to_string()).at("qrContent"))?;
    let minor = |amount: qris_core::Amount| i64::try_from(amount.minor()).ok();
    let amount = qris.amount().and_then(minor);
    let offered = request.amount.as_ref().and_then(|money| i64::try_from(money.minor()).ok());
    if amount.is_some() && offered.is_some() && amount != offered {
        let log = "not the amount of the QR code";
        return Err(call.refuse(Situation::InvalidAmount, log).at("amount").into());
    }
    let reference_no = call.new_reference()?;
    let client_id = &call.partner.client_id;
    let number = request.partner_reference_no.as_deref();
    if let Some(number) = number
        && !reference::take(tx, client_id, call.service, number, &reference_no)?
    {
        return Err(call.refuse(Situation::DuplicateReference, "partnerReferenceNo was used").into());
    }
    let ours = transaction::by_qr_content(tx, &text)?;
    if let Some(ours) = &ours {
        // What cannot be paid any more is told before the payer confirms.
        if let Some(refusal) = settle::closed(tx, ours, call.service, call.now_ms)? {
            if let Some(number) = number {
                reference::release(tx, client_id, call.service, number)?;
            }
            return Err(refusal.into());
        }
    }
    let inquiry = Inquiry {
        reference_no,
        client_id: client_id.clone(),
        partner_reference_no: request.partner_reference_no.clone(),
        qr_content: text.clone(),
        transaction: ours.map(|ours| ours.reference_no),
        created_at: call.now(),
    };
    inquiry::add(tx, &inquiry)?;

    let tip = qris.tip();
    let fee = match tip {
        Some(Tip::Fixed(fee)) => minor(fee).and_then(rupiah),
        _ => None,
    };
    let mcc = qris.mcc();
    let category = qris_tables::mcc_name(mcc.as_str()).unwrap_or(mcc.as_str());
    let answer = DecodeResponse {
        reference_no: Some(inquiry.reference_no),
        partner_reference_no: request.partner_reference_no,
        merchant_name: Some(short(qris.merchant_name(), TEXT)),
        merchant_category: Some(short(category, CATEGORY)),
        merchant_location: Some(short(qris.merchant_city(), TEXT)),
        merchant_infos: Some(accounts(&qris)).filter(|infos| !infos.is_empty()),
        transaction_amount: amount.and_then(rupiah),
        fee_amount: fee,
        additional_info: tip.map(|tip| tip_info(&tip)),
        ..DecodeResponse::success(call.partner.dialect)
    };
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
