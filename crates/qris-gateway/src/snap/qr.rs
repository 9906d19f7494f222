//! The QR code of a transaction: payload and picture.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use qris_core::check::findings;
use qris_core::{AccountValues, Amount, Builder, Currency, Id, Initiation, Path, Profile, Sealed, Tip};
use qris_render::{Options, Png, Size, Symbol};
use qris_snap::codes::Situation;

use super::Stop;
use super::work::Call;
use crate::model::Merchant;

/// Longest payload: `qrContent` has at most 512 characters.
const MAX_PAYLOAD: usize = 512;
/// The data object of the terminal label.
const TERMINAL: &str = "62/07";

/// Pixels a module: sharp on a screen, half the bytes of the renderer's own default.
const IMAGE_SCALE: u32 = 4;

/// What a payload says beside its merchant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// The transaction amount (54); none: the payer enters it.
    pub(super) amount: Option<Amount>,
    /// The fixed fee (55 and 56).
    pub(super) fee: Option<Amount>,
    /// The reference label (62-05), at most 25 characters.
    pub(super) label: &'a str,
    /// The terminal label (62-07).
    pub(super) terminal: Option<&'a str>,
}

/// An amount in sen as 54 and 56 carry it; `None` when they cannot.
pub(super) fn amount(minor: u64) -> Option<Amount> {
    Amount::from_minor(minor, Currency::IDR).ok()
}

/// The payload of a dynamic QR code.
///
/// # Errors
/// 400xx01 for a terminal id that cannot stand in a payload; 500xx00 when the merchant's data cannot.
pub(super) fn payload(call: &Call, merchant: &Merchant, wanted: &Wanted<'_>) -> Result<String, Stop> {
    let broken = |what: &str| {
        let log = format!("merchant {}: {what}", merchant.merchant_id);
        Stop::Refused(call.refuse(Situation::Internal, log))
    };
    let criteria = merchant.criteria.parse().map_err(|_| broken("criteria"))?;
    let mpan = merchant.mpan.parse().map_err(|_| broken("MPAN"))?;
    let account = AccountValues::new(&merchant.guid, mpan, &merchant.acquirer_merchant_id, criteria);
    let mut builder = Builder::rupiah();
    builder
        .account(Id::MERCHANT_ACCOUNT, &account)
        .national(merchant.nmid.parse().map_err(|_| broken("NMID"))?, criteria)
        .mcc(merchant.mcc.parse().map_err(|_| broken("MCC"))?)
        .merchant_name(&merchant.name)
        .merchant_city(&merchant.city)
        .postal_code(&merchant.postal_code)
        .reference_label(wanted.label)
        .initiation(Initiation::Dynamic);
    if let Some(amount) = wanted.amount {
        builder.amount(amount);
    }
    if let Some(fee) = wanted.fee {
        builder.tip(Tip::Fixed(fee));
    }
    if let Some(terminal) = wanted.terminal {
        builder.terminal_label(terminal);
    }
    let mut buffer = [0; MAX_PAYLOAD];
    let text = builder.write_to(&mut buffer).map_err(|error| broken(&error.to_string()))?;
    let sealed = Sealed::parse(text).map_err(|error| broken(&error.to_string()))?;
    let terminal: Option<Path> = TERMINAL.parse().ok();
    for finding in findings(&sealed, &Profile::QRIS) {
        if Some(finding.path()) == terminal {
            let refusal = call.refuse(Situation::InvalidFormat, finding.to_string()).at("terminalId");
            return Err(refusal.into());
        }
        if finding.severity() == qris_core::Severity::Error {
            return Err(broken(&finding.to_string()));
        }
    }
    Ok(text.to_owned())
}

/// The payload as a picture: PNG, Base64.
///
/// # Errors
/// 500xx00; a payload that was just built has a picture.
pub(super) fn image(call: &Call, payload: &str) -> Result<String, Stop> {
    let broken = |log: String| Stop::Refused(call.refuse(Situation::Internal, log));
    let sealed = Sealed::parse(payload).map_err(|error| broken(error.to_string()))?;
    let symbol = Symbol::new(&sealed, Options::default()).map_err(|error| broken(error.to_string()))?;
    let png = Png { size: Size::Scale(IMAGE_SCALE), ..Png::default() };
    let png = symbol.png(&png).map_err(|error| broken(error.to_string()))?;
    Ok(STANDARD.encode(png))
}
