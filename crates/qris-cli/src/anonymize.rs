//! Payloads that can be shown around: the same shape, nobody's data.

use qris_core::display::names_a_scheme;
use qris_core::value::{luhn_digit, luhn_holds};
use qris_core::wire::Writer;
use qris_core::{Criteria, DataObject, Id, MAX_BYTES, Mpan, Nmid, Sealed, Template, WriteError};

/// Words that names are made of; none is a merchant's.
const WORDS: [&str; 12] = [
    "WARUNG", "CONTOH", "TOKO", "CONTOH", "KEDAI", "SAMPEL", "DEPOT", "CONTOH", "GERAI", "SAMPEL", "RUMAH",
    "CONTOH",
];

/// The payload with fictitious names, PANs, NMID, merchant IDs and labels, and everything else as it was:
/// the same objects in the same order with the same lengths. Check digits that were right are right again.
/// The same seed gives the same result. Cities, postal codes, amounts and identifiers of acquirers stay.
///
/// # Errors
/// None for a payload that could be read; the type says so for want of a proof.
pub fn anonymize(payload: &Sealed<'_>, seed: u64) -> Result<String, WriteError> {
    let mut random = Random(seed);
    let mut buffer = vec![0; MAX_BYTES + 8];
    let mut writer = Writer::with_unit(&mut buffer, payload.unit());
    for object in payload.objects().filter(|object| object.id() != Id::CRC) {
        put(&mut writer, &object, &mut random)?;
    }
    let stated = payload.value_of(Id::CRC).unwrap_or_default();
    // Lower-case letters stay lower-case, although the digits are others.
    let sealed = writer.seal()?;
    if stated.bytes().any(|b| b.is_ascii_lowercase()) {
        let (body, crc) = sealed.split_at(sealed.len() - 4);
        return Ok(format!("{body}{}", crc.to_ascii_lowercase()));
    }
    Ok(sealed.to_owned())
}

fn put(writer: &mut Writer<'_>, object: &DataObject<'_>, random: &mut Random) -> Result<(), WriteError> {
    match object.template() {
        None => writer.object(object.id(), &replaced(object, random)),
        Some(template) => put_template(writer, object.id(), &template, random),
    }
}

fn put_template(
    writer: &mut Writer<'_>,
    id: Id,
    template: &Template<'_>,
    random: &mut Random,
) -> Result<(), WriteError> {
    writer.open(id)?;
    template.objects().try_for_each(|object| put(writer, &object, random))?;
    writer.close()
}

/// What stands in place of a value.
fn replaced(object: &DataObject<'_>, random: &mut Random) -> String {
    let value = object.value();
    let mut ids = object.path().ids().map(Id::number);
    match (ids.next().unwrap_or_default(), ids.next(), ids.next()) {
        (59, None, _) | (64, Some(1), _) => name(value, random),
        (26..=50, Some(1), _) => pan(value, random),
        (51, Some(2), _) => nmid(value, random),
        // Identifiers say whose format it is, not who the merchant is.
        (26..=51 | 80..=99, Some(0), _) | (62, Some(50..=99), Some(0)) if names_a_scheme(value) => {
            value.to_owned()
        }
        (26..=51, Some(3), _) if value.parse::<Criteria>().is_ok_and(|c| c.meaning().is_some()) => {
            value.to_owned()
        }
        (51, Some(4), _) | (62, Some(7..=9 | 11), _) => value.to_owned(),
        (2..=51 | 62 | 65..=99, _, _) => shape(value, random),
        _ => value.to_owned(),
    }
}

/// The acquirer's eight digits stay; a right check digit is right again.
fn pan(value: &str, random: &mut Random) -> String {
    match (value.parse::<Mpan>(), value.split_at_checked(8)) {
        (Ok(pan), Some((nns, rest))) => {
            let drawn = format!("{nns}{}", shape(rest, random));
            if pan.luhn_holds() == Some(true) { with_check_digit(&drawn) } else { drawn }
        }
        _ => shape(value, random),
    }
}

/// Country, type and year stay; a right check digit is right again.
fn nmid(value: &str, random: &mut Random) -> String {
    match (value.parse::<Nmid>(), value.split_at_checked(6)) {
        (Ok(nmid), Some((head, rest))) => {
            let drawn = format!("{head}{}", shape(rest, random));
            if nmid.luhn_holds() { format!("ID{}", with_check_digit(&drawn[2..])) } else { drawn }
        }
        _ => shape(value, random),
    }
}

fn with_check_digit(digits: &str) -> String {
    let body = &digits[..digits.len() - 1];
    let whole = format!("{body}{}", luhn_digit(body).map_or('0', char::from));
    debug_assert!(luhn_holds(&whole), "a drawn number passes Luhn");
    whole
}

/// A name of the same length out of words, in the same case.
fn name(value: &str, random: &mut Random) -> String {
    if !value.is_ascii() {
        return shape(value, random);
    }
    let start = random.below(WORDS.len() as u64 / 2) as usize * 2;
    let words = WORDS.iter().cycle().skip(start);
    let mut text = String::new();
    for word in words {
        if text.len() >= value.len() {
            break;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    text.truncate(value.len());
    if text.ends_with(' ') {
        text.pop();
        text.push('A');
    }
    if value.bytes().any(|b| b.is_ascii_lowercase()) { title_case(&text) } else { text }
}

fn title_case(text: &str) -> String {
    let mut first = true;
    let cased = text.chars().map(|c| {
        let shown = if first { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
        first = c == ' ';
        shown
    });
    cased.collect()
}

/// The same shape: digits become digits, letters letters of the same case and the same number of bytes;
/// everything else stays. The wildcard `***` stays.
fn shape(value: &str, random: &mut Random) -> String {
    let drawn = value.chars().map(|c| match c {
        '0'..='9' => char::from(b'0' + random.below(10) as u8),
        'A'..='Z' => char::from(b'A' + random.below(26) as u8),
        'a'..='z' => char::from(b'a' + random.below(26) as u8),
        c if c.is_ascii() => c,
        c => match c.len_utf8() {
            2 => 'é',
            3 => '例',
            _ => '😀',
        },
    });
    drawn.collect()
}

/// SplitMix64: a few lines that give the same numbers on every machine and in every version, which a
/// library's generator does not promise.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qris_core::Qris;

    const FINPAY: &str = "00020101021226620013ID.FINPAY.WWW01189360077732007160010212FM20071600010303UKE51410014\
        ID.CO.QRIS.WWW0212ID12345678910303UKE520458145303360540410005502025602505802ID5909Test Sogi6015JAKARTA \
        SELATAN61051271062100706finnet630490FF";

    /// KHQR and the Argentine CVU have an account in 00.
    #[test]
    fn accounts_in_place_of_identifiers_are_replaced() {
        for (id, account) in [(29, "name_of@bank"), (51, "0000003100010000000001")] {
            let body = format!("000201{id}{:02}00{:02}{account}6304", account.len() + 4, account.len());
            let text = format!("{body}{:04X}", qris_core::checksum(body.as_bytes()));
            let other = anonymize(&Sealed::parse(&text).unwrap(), 7).unwrap();
            assert!(other.len() == text.len() && !other.contains(account), "{other}");
        }
    }

    #[test]
    fn same_shape_other_people() {
        let source = Sealed::parse(FINPAY).unwrap();
        let text = anonymize(&source, 7).unwrap();
        assert_eq!(text, anonymize(&source, 7).unwrap(), "deterministic by seed");
        assert_ne!(text, anonymize(&source, 8).unwrap());
        let other = Qris::decode(&text).unwrap();
        let shape = |s: &Sealed<'_>| s.walk().map(|o| (o.path(), o.length())).collect::<Vec<_>>();
        assert_eq!(shape(&source), shape(&other));
        assert_ne!(other.merchant_name(), "Test Sogi");
        assert_eq!(other.account().nns(), Some("93600777"));
        assert_ne!(other.account().mpan(), Qris::decode(FINPAY).unwrap().account().mpan());
        assert_eq!(other.amount(), Some("1000".parse().unwrap()));
        for kept in ["ID.FINPAY.WWW", "JAKARTA SELATAN", "12710", "finnet"] {
            assert!(text.contains(kept), "{kept}");
        }
        for gone in ["Sogi", "93600777320071600", "FM2007160001", "1234567891"] {
            assert!(!text.contains(gone), "{gone}");
        }
    }

    #[test]
    fn right_check_digits_stay_right() {
        let mut random = Random(1);
        for _ in 0..200 {
            assert!(luhn_holds(&pan("9360091400000000019", &mut random)));
            assert!(nmid("ID1026000000012", &mut random).parse::<Nmid>().unwrap().luhn_holds());
        }
    }
}
