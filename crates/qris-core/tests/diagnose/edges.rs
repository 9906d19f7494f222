//! Where one thing ends and the next begins: limits, what is printed, what is around a payload.

use qris_core::diagnose::{Cause, MAX_BYTES, before, diagnose};
use qris_core::{LengthUnit, Payload};

use super::{is, object, payload, sealed};

#[test]
fn as_much_is_looked_into_as_is_said() {
    assert_eq!(MAX_BYTES, 65_536);
    let text = payload("WARUNG CONTOH", "JAKARTA PUSAT", "A01");
    let around =
        |bytes: usize| format!("{}{text}", "see below ".repeat(7_000).split_at(bytes - text.len()).0);
    is(&around(MAX_BYTES), &text, &[Cause::TextAround]);
    assert_eq!(diagnose(around(MAX_BYTES + 1).as_bytes()), None);
}

#[test]
fn blanks_are_put_back_in_what_is_as_long_as_a_payload() {
    let filled = |count: usize| {
        let more: String = (70..70 + count).map(|id| object(&id.to_string(), &"X".repeat(99))).collect();
        sealed(&format!("{}{}{more}", object("00", "01"), object("59", "WARUNG CONTOH")))
    };
    let (short, long) = (filled(3), filled(20));
    is(&short.replace(' ', ""), &short, &[Cause::BlanksStripped]);
    assert!(long.len() > 2_000);
    assert_eq!(diagnose(long.replace(' ', "").as_bytes()), None);
    // And in nothing that does not begin as one.
    assert_eq!(diagnose(short.replace(' ', "").replacen("000201", "990201", 1).as_bytes()), None);
}

#[test]
fn a_diagnosis_is_said_in_one_sentence_and_keeps_the_text_to_itself() {
    let text = payload("WARUNG CONTOH", "JAKARTA PUSAT", "A01");
    let one = diagnose(text.replace(' ', "").as_bytes()).unwrap();
    assert_eq!(one.to_string(), "the text is whole when the blanks that its lengths count are put back");
    assert_eq!(format!("{one:?}"), "Diagnosis { causes: [BlanksStripped], .. }");
    let json = format!("{{\"qrContent\":\"{}\"}}", text.replace(' ', ""));
    let two = diagnose(json.as_bytes()).unwrap();
    assert_eq!(two.causes(), [Cause::InJson, Cause::BlanksStripped]);
    let [json, blanks] = [Cause::InJson, Cause::BlanksStripped].map(Cause::undoing);
    assert_eq!(two.to_string(), format!("the text is whole when {json}, and then {blanks}"));
}

#[test]
fn a_link_is_told_from_other_text_by_its_beginning() {
    let text = payload("KEDAI", "BOGOR", "A01");
    for link in ["https://pay.example/", "\n\u{FEFF} https://pay.example/", "www.pay.example/", "a+b-c.d://"]
    {
        is(&format!("{link}{text}"), &text, &[Cause::InUrl]);
    }
    for words in ["see my code://", "://", "at www.", "kode: //"] {
        is(&format!("{words}{text}"), &text, &[Cause::TextAround]);
    }
}

#[test]
fn the_object_before_a_fault_is_the_last_whole_one() {
    let text = "0002015913WARUNGCONTOH6013JAKARTA PUSAT6304ABCD";
    let error = Payload::parse(text).unwrap_err();
    let found = before(text, LengthUnit::Characters, &error).unwrap();
    assert_eq!(found.to_string(), "59 declares 13 characters and holds \"WARUNGCONTOH6\"");
    let others: Vec<String> = found.others().iter().map(ToString::to_string).collect();
    assert_eq!((found.object().offset(), others), (6, vec!["00".to_owned()]));
    // At the first object there is none, and a wrong CRC is no fault of the structure.
    let first = Payload::parse("00X2").unwrap_err();
    assert!(before("00X2", LengthUnit::Characters, &first).is_none());
    let text = "0002015903ABC6304ABCD";
    let crc = Payload::parse(text).unwrap().verify_crc().unwrap_err();
    assert!(before(text, LengthUnit::Characters, &crc).is_none());
}
