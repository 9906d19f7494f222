//! The transaction and the merchant a message is about.

use qris_snap::codes::Situation;

use super::Stop;
use super::work::Call;
use crate::db::Tx;
use crate::model::{Merchant, Original, Part, Transaction, merchant, transaction};

/// The merchant of a message: the named one, or the partner's only one.
///
/// # Errors
/// 404xx08 when it is unknown, disabled, another partner's, or not named by a partner with several.
pub(super) fn merchant(tx: &mut dyn Tx, call: &Call, merchant_id: Option<&str>) -> Result<Merchant, Stop> {
    let unknown = |log: String| Stop::Refused(call.refuse(Situation::UnknownMerchant, log).at("merchantId"));
    let usable = |found: &Merchant| {
        found.client_id == call.partner.client_id && found.disabled_at.is_none_or(|since| since > call.now())
    };
    if let Some(id) = merchant_id {
        let found = merchant::by_id(tx, id)?.filter(usable);
        return found.ok_or_else(|| unknown(format!("this partner has no merchant {id}")));
    }
    let mut found: Vec<Merchant> = merchant::of_partner(tx, &call.partner.client_id)?;
    found.retain(usable);
    match (found.pop(), found.len()) {
        (Some(only), 0) => Ok(only),
        (_, more) => Err(unknown(format!("merchantId is absent and the partner has {}", more + 1))),
    }
}

/// Sub-merchant and terminal of a message, where the merchant has registered any.
///
/// # Errors
/// 404xx08 and 404xx17.
pub(super) fn check_parts(
    tx: &mut dyn Tx,
    call: &Call,
    merchant_id: &str,
    sub_merchant_id: Option<&str>,
    terminal_id: Option<&str>,
) -> Result<(), Stop> {
    for (id, part, situation, place) in [
        (sub_merchant_id, Part::SubMerchant, Situation::UnknownMerchant, "subMerchantId"),
        (terminal_id, Part::Terminal, Situation::UnknownTerminal, "terminalId"),
    ] {
        let Some(id) = id else { continue };
        let known = merchant::parts(tx, merchant_id, part)?;
        if !known.is_empty() && !known.iter().any(|known| known == id) {
            return Err(call
                .refuse(situation, format!("{id} is not registered with merchant {merchant_id}"))
                .at(place)
                .into());
        }
    }
    Ok(())
}

/// The partner's transaction a message names. A named merchant must be the transaction's.
///
/// # Errors
/// 404xx08 for a merchant that is not the partner's, 400xx02 when nothing names the transaction, 404xx01 when it does
/// not exist, is another partner's or another merchant's.
pub(super) fn transaction(
    tx: &mut dyn Tx,
    call: &Call,
    original: Original<'_>,
    merchant_id: Option<&str>,
) -> Result<Transaction, Stop> {
    if let Some(id) = merchant_id {
        merchant(tx, call, Some(id))?;
    }
    if [original.reference_no, original.partner_reference_no, original.external_id] == [None; 3] {
        let log = "no reference of the original";
        return Err(call.refuse(Situation::MissingMandatory, log).at("originalReferenceNo").into());
    }
    let found = transaction::original(tx, &call.partner.client_id, original)?;
    let log = match (&found, merchant_id) {
        (Some(found), Some(id)) if id != found.merchant_id => {
            format!("the transaction is of merchant {}, not of {id}", found.merchant_id)
        }
        (Some(_), _) => String::new(),
        (None, _) => format!("this partner has no transaction of {}", named(original)),
    };
    let found = found.filter(|_| log.is_empty());
    found.ok_or_else(|| call.refuse(Situation::TransactionNotFound, log).into())
}

/// The reference that was looked for: the first that is given.
fn named(original: Original<'_>) -> String {
    let names = [
        ("originalReferenceNo", original.reference_no),
        ("originalPartnerReferenceNo", original.partner_reference_no),
        ("originalExternalId", original.external_id),
    ];
    let mut given = names.into_iter().filter_map(|(name, value)| Some(format!("{name} {}", value?)));
    given.next().unwrap_or_default()
}
