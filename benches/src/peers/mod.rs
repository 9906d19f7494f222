//! Published crates that do the same jobs, called as their documents say.

pub mod draw;

use promptparse::TlvTag;

use crate::Case;
use crate::cases::{Fee, Values};

/// `promptparse`: strict (CRC compared), templates looked into.
pub fn promptparse_decode(case: &Case) -> usize {
    promptparse::parse(case.text, true, true).map_or(0, |qr| qr.get_tags().len())
}

/// `promptparse`: tags encoded, CRC put behind.
pub fn promptparse_build(case: &Case) -> usize {
    promptparse_text(&case.tags).len()
}

/// `promptparse`: the tags made, too.
pub fn promptparse_fill_and_build(case: &Case) -> usize {
    promptparse_text(&promptparse_tags(case.values)).len()
}

pub(crate) fn promptparse_text(tags: &[TlvTag]) -> String {
    promptparse::with_crc_tag(&promptparse::encode(tags), "63", true)
}

pub(crate) fn promptparse_tags(values: &Values) -> Vec<TlvTag> {
    use promptparse::{encode, tag};
    let mut tags = vec![tag("00", "01"), tag("01", if values.amount.is_some() { "12" } else { "11" })];
    for (id, account) in ["26", "27", "28"].into_iter().zip(&values.accounts) {
        let inside = [
            tag("00", &account.guid),
            tag("01", &account.pan),
            tag("02", &account.merchant_id),
            tag("03", &account.criteria),
        ];
        tags.push(tag(id, &encode(&inside)));
    }
    if let Some((nmid, criteria)) = &values.national {
        tags.push(tag("51", &encode(&[tag("00", "ID.CO.QRIS.WWW"), tag("02", nmid), tag("03", criteria)])));
    }
    tags.push(tag("52", &values.mcc));
    tags.push(tag("53", "360"));
    tags.extend(values.amount.as_ref().map(|amount| tag("54", amount)));
    match &values.fee {
        None => {}
        Some(Fee::Prompt) => tags.push(tag("55", "01")),
        Some(Fee::Fixed(fee)) => tags.extend([tag("55", "02"), tag("56", fee)]),
        Some(Fee::Percentage(share)) => tags.extend([tag("55", "03"), tag("57", share)]),
    }
    tags.extend([tag("58", "ID"), tag("59", &values.name), tag("60", &values.city)]);
    tags.extend(values.postal_code.as_ref().map(|code| tag("61", code)));
    let labels = [("01", &values.bill), ("05", &values.reference), ("07", &values.terminal)];
    let inside: Vec<_> =
        labels.into_iter().filter_map(|(id, label)| label.as_ref().map(|label| tag(id, label))).collect();
    if !inside.is_empty() {
        tags.push(tag("62", &encode(&inside)));
    }
    tags
}

/// `qris-gen`: root objects only; it has no check of the CRC.
#[cfg(feature = "qris-gen")]
pub fn qris_gen_decode(case: &Case) -> usize {
    usize::from(qris_gen::Qris::from_static(case.text).is_ok())
}

/// `qris-gen`: static to dynamic, the source's CRC not looked at.
#[cfg(feature = "qris-gen")]
pub fn qris_gen_edit(case: &Case) -> usize {
    qris_gen_text(case).map_or(0, |text| text.len())
}

#[cfg(feature = "qris-gen")]
pub(crate) fn qris_gen_text(case: &Case) -> Option<String> {
    let whole = case.new_amount.minor() / 100;
    let qris = qris_gen::Qris::from_static(case.source).ok()?.set_dynamic().amount(whole).ok()?;
    Some(qris.build())
}
