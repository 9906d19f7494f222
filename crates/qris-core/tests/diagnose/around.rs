//! Payloads in what stands around them, and several in one text.

use qris_core::diagnose::{Cause, Explanation, diagnose, explain};

use super::{is, payload};

#[test]
fn a_payload_is_found_in_what_is_around_it() {
    let text = payload("WARUNG CONTOH", "JAKARTA PUSAT", "A01");
    let other = payload("TOKO LAIN", "BOGOR", "B02");
    is(&format!("{text}{text}"), &text, &[Cause::SeveralPayloads]);
    is(&format!("{text}\n{text}\n"), &text, &[Cause::SeveralPayloads]);
    for both in [format!("{text}{other}"), format!("{text}\n{other}\n"), format!("{text} {text} {other}")] {
        assert_eq!(diagnose(both.as_bytes()), None);
        let Some(Explanation::Several(several)) = explain(both.as_bytes()) else { panic!("{both}") };
        assert_eq!(several.payloads(), [text.as_str(), other.as_str()]);
        assert_eq!(several.to_string(), "there are 2 different payloads in it; they differ in 59, 60, 62/07");
        assert!(!format!("{several:?}").contains("93600915"));
    }
    assert_eq!(explain(text.as_bytes()), None);
    is(&format!("Bayar di sini: {text} terima kasih"), &text, &[Cause::TextAround]);
    is(&format!("QRIS:{text}"), &text, &[Cause::TextAround]);
    is(&format!("{{\"qrContent\":\"{text}\"}}"), &text, &[Cause::InJson]);
    let answer = format!(
        "{{\"responseCode\":\"2004700\",\"responseMessage\":\"Successful\",\"referenceNo\":\"20261128000201\",\
         \"qrContent\":\"{text}\",\"additionalInfo\":{{\"expiryTime\":\"2026-11-28T10:00:00+07:00\"}}}}"
    );
    is(&answer, &text, &[Cause::InJson]);
    is(&format!("https://pay.example/qr?data={text}"), &text, &[Cause::InUrl]);
    let encoded = text.replace(' ', "%20");
    is(
        &format!("https://pay.example/qr?data={encoded}&size=300"),
        &text,
        &[Cause::PercentEncoding, Cause::InUrl],
    );
    let slashes = payload("KOPI/TEH", "JAKARTA", "A01");
    let json = format!("{{\"qrContent\":\"{}\"}}", slashes.replace('/', "\\/"));
    is(&json, &slashes, &[Cause::JsonEscapes, Cause::InJson]);
    // Found where it stands, and blanks put back in it.
    let json = format!("{{\"qrContent\":\"{}\"}}", text.replace(' ', ""));
    is(&json, &text, &[Cause::InJson, Cause::BlanksStripped]);
}

/// What is beside a payload that was damaged is not taken for it.
#[test]
fn a_damaged_payload_beside_a_whole_one_is_not_passed_over() {
    let text = payload("WARUNG CONTOH", "JAKARTA PUSAT", "A01");
    let other = payload("TOKO LAIN", "BOGOR", "B02");
    let stripped = text.replace(' ', "");
    for both in [format!("{stripped}\n{other}"), format!("{other}\n{stripped}"), format!("{stripped}{other}")]
    {
        assert_eq!(explain(both.as_bytes()), None, "{both}");
    }
}

#[test]
fn of_several_payloads_none_is_taken_for_an_altered_one() {
    let text = payload("WARUNG CONTOH", "JAKARTA PUSAT", "A01");
    let other = payload("TOKO LAIN", "BOGOR", "B02");
    let altered = text.replace("A01", "A02");
    for damaged in [
        format!("{altered}{other}"),
        format!("{other}{altered}"),
        format!("{{\"a\":\"{altered}\",\"b\":\"{other}\"}}"),
        format!("one {altered} two {other}"),
    ] {
        assert_eq!(diagnose(damaged.as_bytes()), None, "{damaged}");
    }
}
