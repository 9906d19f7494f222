//! Where one thing ends and the next begins: limits, what is printed, what is around a payload.

use qris_core::diagnose::{Cause, Explanation, Foreign, MAX_BYTES, before, diagnose, explain};
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
    // Accounts that read as they are lost nothing.
    let account = object("00", "ID.CO.EXAMPLE.WWW") + &object("01", &"9".repeat(74));
    let filled = |count: usize| {
        let accounts: String = (26..26 + count).map(|id| object(&id.to_string(), &account)).collect();
        sealed(&[object("00", "01"), accounts, object("59", "WARUNG CONTOH")].concat())
    };
    let (short, long) = (filled(18), filled(20));
    assert!(short.len() <= 2_000 && long.len() > 2_000);
    is(&short.replace(' ', ""), &short, &[Cause::BlanksStripped]);
    assert_eq!(diagnose(long.replace(' ', "").as_bytes()), None);
    // And in nothing that does not begin as one.
    let text = payload("WARUNG CONTOH", "BOGOR", "A01");
    assert_eq!(diagnose(text.replace(' ', "").replacen("000201", "990201", 1).as_bytes()), None);
    // What may stand for a blank is taken for one first, and then nothing is missing.
    for other in ["+", "%", "\u{1}", "\t", "\u{A0}"] {
        let text = payload(&format!("TEH{other}KOPI SUSU"), "BOGOR", "A01");
        assert_eq!(diagnose(text.replace(' ', "").as_bytes()), None, "{other:?}");
    }
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

#[test]
fn blanks_at_the_beginning_of_a_text_are_put_back() {
    for (name, city, reference) in
        [(" KEDAI", "BOGOR", "A01"), ("KEDAI", " BOGOR", "A01"), (" KEDAI", " BOGOR", " A01")]
    {
        let text = payload(name, city, reference);
        is(&text.replace(' ', ""), &text, &[Cause::BlanksTrimmed]);
    }
    let text = payload(" KEDAI KOPI", "BOGOR", "A01");
    is(&text.replace(' ', ""), &text, &[Cause::BlanksStripped]);
}

#[test]
fn blanks_of_several_texts_in_a_template_are_put_back() {
    let labels = [object("01", "INV 7"), object("05", "MEJA 3 LUAR"), object("07", "KASIR 2")].concat();
    let text = sealed(&[object("00", "01"), object("59", "KEDAI KOPI"), object("62", &labels)].concat());
    is(&text.replace(' ', ""), &text, &[Cause::BlanksStripped]);
}

#[test]
fn a_number_has_at_most_forty_characters() {
    let card = |length: usize| format!("4111{}111111111111", " ".repeat(length - 16));
    assert_eq!(explain(card(40).as_bytes()), Some(Explanation::Foreign(Foreign::CardNumber)));
    assert_eq!(explain(card(41).as_bytes()), None);
}

/// Names of one CRC that lost their blank look alike; one is as likely as the other.
#[test]
fn of_two_texts_that_fit_none_is_chosen() {
    for (one, other) in [("BOPAD ANUKURIDA", "BOPADANUKUR IDA"), ("PIPOL EHOLACOCE", "PIPOLEHOLAC OCE")] {
        let [one, other] = [one, other].map(|name| payload(name, "BOGOR", "A01"));
        let stripped = one.replace(' ', "");
        assert!(one[one.len() - 4..] == other[other.len() - 4..] && stripped == other.replace(' ', ""));
        assert_eq!(diagnose(stripped.as_bytes()), None);
    }
    // A neighbour of them that has a CRC of its own is.
    let text = payload("BOPADA NUKURIDA", "BOGOR", "A01");
    is(&text.replace(' ', ""), &text, &[Cause::BlanksStripped]);
}

#[test]
fn every_escape_of_json_is_undone() {
    let escapes =
        [("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"), ("\u{8}", "\\b"), ("\u{C}", "\\f"), ("\\", "\\\\")];
    for (plain, escaped) in escapes {
        let text = payload(&format!("KEDAI{plain}KOPI"), "BOGOR", "A01");
        is(&text.replace(plain, escaped), &text, &[Cause::JsonEscapes]);
    }
    let text = payload("KEDAI\nKOPI", "BOGOR", "A01");
    for none in ["\\x", "\\u00", "\\ud83d", "\\ud83d\\n"] {
        assert_eq!(diagnose(text.replace('\n', none).as_bytes()), None, "{none}");
    }
}

/// All four signs that the two alphabets do not share.
#[test]
fn both_alphabets_of_base64_are_read() {
    // Three bytes each of whose sextets is 62 or 63: `>>>`, `???`, and what mixes them.
    let text = payload("KOPI?>~ TEH??>", "BOGOR>?>", "A01");
    let digit = |six: u32, signs: [char; 2]| match six {
        0..26 => char::from(b'A' + six as u8),
        26..52 => char::from(b'a' + six as u8 - 26),
        52..62 => char::from(b'0' + six as u8 - 52),
        62 => signs[0],
        _ => signs[1],
    };
    let base64 = |signs: [char; 2]| -> String {
        let bits =
            |chunk: &[u8]| (0..3).fold(0u32, |bits, n| bits << 8 | u32::from(*chunk.get(n).unwrap_or(&0)));
        let four = |chunk: &[u8]| {
            let (bits, kept) = (bits(chunk), chunk.len() + 1);
            (0..4)
                .map(move |n| (n, bits >> (18 - 6 * n) & 63))
                .filter(move |(n, _)| *n < kept)
                .map(move |(_, six)| digit(six, signs))
        };
        text.as_bytes().chunks(3).flat_map(four).collect()
    };
    let (plain, of_links) = (base64(['+', '/']), base64(['-', '_']));
    assert!(plain.contains('+') && plain.contains('/') && of_links.contains('-') && of_links.contains('_'));
    for encoded in [plain, of_links] {
        is(&encoded, &text, &[Cause::Base64]);
        is(&format!("{encoded}=="), &text, &[Cause::Base64]);
    }
}

#[test]
fn short_words_are_capitals_or_not() {
    for name in ["Rm Padang", "RM Padang", "Pt Cv Toko", "PT Cv Toko", "Pt CV Toko"] {
        let text = payload(name, "Bogor", "A01");
        let found = diagnose(text.to_lowercase().as_bytes()).map(|found| found.undone().to_owned());
        assert_eq!(found, Some(text));
    }
}

#[test]
fn what_is_no_payload_is_said_in_words() {
    let said = |text: &str| explain(text.as_bytes()).map(|found| found.to_string());
    let uuid = "123e4567-e89b-12d3-a456-426655440000";
    assert_eq!(said(uuid).unwrap(), "this is a key such as those of Brazil's Pix, not a payload");
    for other in [&uuid[1..], &uuid.replace('e', "g"), &format!("{uuid}-1"), "12345678-1234-1234-1234"] {
        assert_eq!(said(other), None, "{other}");
    }
    assert_eq!(said("WIFI:S:a;;").unwrap(), "this is access to a Wi-Fi network");
    let codes: Vec<&str> = Foreign::ALL.iter().map(|foreign| foreign.is()).collect();
    assert!(codes.iter().all(|said| said.starts_with("a ") || said.starts_with("an ") || said.contains(' ')));
}

#[test]
fn several_payloads_are_not_printed_for_programmers() {
    let both = ["KEDAI", "TOKO"].map(|name| payload(name, "BOGOR", "A01")).concat();
    let Some(Explanation::Several(several)) = explain(both.as_bytes()) else { panic!("{both}") };
    assert_eq!(format!("{several:?}"), "Several { payloads: 2, differ: [Path(59)] }");
}
