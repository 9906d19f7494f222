//! Every damage that people met, done to whole payloads: the cause is named, and the undone text is the payload.

mod around;
mod crcs;
mod edges;
mod foreign;

use qris_core::diagnose::{Cause, Diagnosis, Explanation, Foreign, diagnose, explain};
use qris_core::{Sealed, checksum};
use qris_testkit::vectors;

/// Objects with their CRC.
fn sealed(objects: &str) -> String {
    let covered = format!("{objects}6304");
    let text = format!("{covered}{:04X}", checksum(covered.as_bytes()));
    Sealed::parse(&text).unwrap();
    text
}

fn object(id: &str, value: &str) -> String {
    format!("{id}{:02}{value}", value.chars().count())
}

fn payload(name: &str, city: &str, reference: &str) -> String {
    let account = ["0011ID.DANA.WWW", "0118936009150000000001", "02090000000010303UMI"].concat();
    sealed(
        &[
            object("00", "01"),
            object("01", "11"),
            object("26", &account),
            object("52", "5812"),
            object("53", "360"),
            object("58", "ID"),
            object("59", name),
            object("60", city),
            object("61", "10110"),
            object("62", &object("07", reference)),
        ]
        .concat(),
    )
}

fn whole() -> Vec<String> {
    vec![
        payload("WARUNG CONTOH", "JAKARTA PUSAT", "A01"),
        payload("TOKO SUMBER REJEKI", "KOTA BANDUNG", "KASIR 2"),
        payload("Kopi Tuku", "Jakarta Selatan", "T1"),
        payload("RM PADANG", "BOGOR", "A 1"),
    ]
}

/// With a CRC that is not the one of the standard.
fn with_crc(text: &str, crc: u16) -> String {
    format!("{}{crc:04X}", &text[..text.len() - 4])
}

#[track_caller]
fn is(damaged: &str, whole: &str, causes: &[Cause]) {
    assert_ne!(damaged, whole);
    let found = diagnose(damaged.as_bytes());
    let found = found.unwrap_or_else(|| panic!("{causes:?}: nothing is found in {damaged:?}"));
    assert_eq!((found.causes(), found.undone()), (causes, whole), "{damaged:?}");
}

#[test]
fn every_file_has_its_cause() {
    let mut causes = std::collections::BTreeSet::new();
    let mut kinds = std::collections::BTreeSet::new();
    for case in vectors::damaged().unwrap() {
        let found = diagnose(&case.text);
        match explain(&case.text) {
            Some(Explanation::Foreign(foreign)) => {
                assert_eq!(Some(foreign.code()), case.foreign.as_deref(), "{}", case.file);
                kinds.insert(foreign.code());
            }
            Some(Explanation::Several(several)) => {
                assert_eq!((several.payloads(), found), (case.payloads.as_slice(), None), "{}", case.file);
            }
            _ => {
                let found = found.unwrap_or_else(|| panic!("nothing is found in {}", case.file));
                let codes: Vec<&str> = found.causes().iter().map(|cause| cause.code()).collect();
                assert_eq!(codes, case.causes, "{}", case.file);
                assert_eq!(Some(found.undone()), case.whole.as_deref(), "{}", case.file);
                causes.extend(found.causes().iter().map(|cause| cause.code()));
            }
        }
    }
    assert_eq!(causes.len(), Cause::ALL.len(), "each cause has a file: {causes:?}");
    assert_eq!(kinds.len(), Foreign::ALL.len(), "each kind has a file: {kinds:?}");
}

#[test]
fn a_whole_text_has_no_diagnosis() {
    for text in whole() {
        assert_eq!(diagnose(text.as_bytes()), None);
    }
}

#[test]
fn blanks_that_were_lost_are_put_back() {
    for text in whole() {
        is(&text.replace(' ', ""), &text, &[Cause::BlanksStripped]);
    }
    let text = payload("WARUNG  CONTOH", "JAKARTA  PUSAT", "A01");
    is(&text.replace("  ", " "), &text, &[Cause::BlanksCollapsed]);
    let text = payload("WARUNG CONTOH ", "JAKARTA PUSAT", "A01");
    is(&text.replace("CONTOH ", "CONTOH"), &text, &[Cause::BlanksTrimmed]);
    let text = payload("WARUNG CONTOH", "JAKARTA", "A01 ");
    is(&text.replace("A01 ", "A01"), &text, &[Cause::BlanksTrimmed]);
}

#[test]
fn lengths_of_other_units_are_read() {
    for (name, unit, cause) in [
        ("KOPI KAFÉ ÀÉ", 0, Cause::LengthsInBytes),
        ("WARUNG 东京", 0, Cause::LengthsInBytes),
        ("KOPI 😀 KITA", 1, Cause::LengthsInUtf16),
    ] {
        let right = payload(name, "JAKARTA", "A01");
        let length = if unit == 0 { name.len() } else { name.encode_utf16().count() };
        let wrong = right.replace(&object("59", name), &format!("59{length:02}{name}"));
        let covered = &wrong[..wrong.len() - 4];
        let wrong = format!("{covered}{:04X}", checksum(covered.as_bytes()));
        is(&wrong, &right, &[cause]);
    }
}

#[test]
fn what_came_in_on_the_way_is_left_out() {
    for text in whole() {
        let at = text.find("59").unwrap();
        let put = |what: &str| format!("{}{what}{}", &text[..at], &text[at..]);
        is(&format!("\u{FEFF}{text}"), &text, &[Cause::ByteOrderMark]);
        for invisible in ["\u{200B}", "\u{200E}", "\u{2060}", "\u{AD}"] {
            is(&put(invisible), &text, &[Cause::InvisibleCharacters]);
            is(&format!("{text}{invisible}"), &text, &[Cause::InvisibleCharacters]);
        }
        for end in ["\n", "\r\n", "\r"] {
            is(&put(end), &text, &[Cause::LineBreaks]);
            is(&format!("{text}{end}"), &text, &[Cause::LineBreaks]);
            is(&text.replace(' ', end), &text, &[Cause::LineBreaksForBlanks]);
        }
        is(&text.replace(' ', "\u{A0}"), &text, &[Cause::NoBreakBlanks]);
        is(&format!("  {text} "), &text, &[Cause::BlanksAround]);
        for (open, close) in
            [("\"", "\""), ("'", "'"), ("“", "”"), ("[", "]"), ("(", ")"), ("<", ">"), ("[\"", "\"]")]
        {
            is(&format!("{open}{text}{close}"), &text, &[Cause::Quoted]);
        }
        is(&text.replace(' ', "%20"), &text, &[Cause::PercentEncoding]);
        is(&text.replace(' ', "+"), &text, &[Cause::PlusForBlank]);
    }
}

#[test]
fn escapes_are_undone() {
    let text = payload("KOPI & \"TEH\" É", "JAKARTA/PUSAT", "A<1>");
    is(
        &text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;"),
        &text,
        &[Cause::HtmlEntities],
    );
    is(&text.replace('É', "&#201;"), &text, &[Cause::HtmlEntities]);
    is(&text.replace('É', "&#xC9;"), &text, &[Cause::HtmlEntities]);
    is(&text.replace('"', "\\\"").replace('/', "\\/").replace('É', "\\u00C9"), &text, &[Cause::JsonEscapes]);
    let text = payload("KOPI 😀", "JAKARTA", "A01");
    is(&text.replace('😀', "\\ud83d\\ude00"), &text, &[Cause::JsonEscapes]);
    is(&text.replace('😀', "%F0%9F%98%80").replace(' ', "%20"), &text, &[Cause::PercentEncoding]);
    is(&text.replace('😀', "%F0%9F%98%80").replace(' ', "+"), &text, &[Cause::FormEncoding]);
}

#[test]
fn letters_of_the_other_case_are_put_back() {
    let text = payload("WARUNG CONTOH", "JAKARTA PUSAT", "A01");
    is(&text.to_lowercase(), &text, &[Cause::LetterCase]);
    let text = payload("Kopi Tuku", "Jakarta Selatan", "A01");
    is(&text.to_lowercase(), &text, &[Cause::LetterCase]);
    is(&text.to_uppercase(), &text, &[Cause::LetterCase]);
    let swapped: String = text
        .chars()
        .map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
        .collect();
    is(&swapped, &text, &[Cause::LetterCase]);
}

#[test]
fn utf16_files_are_read() {
    let text = payload("KOPI 😀 KITA", "JAKARTA", "A01");
    for mark in ["\u{FEFF}", ""] {
        for swap in [false, true] {
            let marked = format!("{mark}{text}");
            let bytes: Vec<u8> = marked
                .encode_utf16()
                .flat_map(|unit| if swap { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect();
            let found = diagnose(&bytes).unwrap();
            assert_eq!((found.causes(), found.undone()), (&[Cause::Utf16][..], text.as_str()));
        }
    }
    let lines: Vec<u8> = format!("\u{FEFF}{text}\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(diagnose(&lines).unwrap().causes(), [Cause::Utf16, Cause::LineBreaks]);
}

#[test]
fn two_causes_are_named_and_three_are_not() {
    let text = payload("WARUNG CONTOH", "JAKARTA PUSAT", "A01");
    let quoted = format!("\"{}\"", text.replace(' ', "\u{A0}"));
    assert_eq!(diagnose(quoted.as_bytes()).unwrap().undone(), text);
    assert_eq!(diagnose(quoted.as_bytes()).unwrap().causes().len(), 2);
    let three = format!("\u{FEFF}\"{}\"", text.replace(' ', "\u{A0}").replace("6304", "63\u{200B}04"));
    let three = three.replace("WARUNG", "WARUNG\\u0041");
    assert_eq!(diagnose(three.as_bytes()), None);
}

#[test]
fn what_was_altered_is_not_explained() {
    let text = payload("WARUNG CONTOH", "JAKARTA PUSAT", "A01");
    let mut named = Vec::new();
    let mut tried = 0;
    for (at, old) in text.char_indices() {
        for new in '0'..='9' {
            if old.is_ascii_digit() && new != old {
                let altered = format!("{}{new}{}", &text[..at], &text[at + 1..]);
                tried += 1;
                named.extend(
                    diagnose(altered.as_bytes()).map(|found: Diagnosis| (altered, found.causes().to_vec())),
                );
            }
        }
    }
    // A CRC has 16 bits: some fit by chance.
    assert!(tried > 900 && named.len() <= 2, "{} of {tried}: {named:?}", named.len());
}

#[test]
fn codes_are_names_and_differ() {
    let codes: std::collections::BTreeSet<_> = Cause::ALL.iter().map(|cause| cause.code()).collect();
    assert_eq!(codes.len(), Cause::ALL.len());
    let codes: std::collections::BTreeSet<_> = Foreign::ALL.iter().map(|foreign| foreign.code()).collect();
    assert_eq!(codes.len(), Foreign::ALL.len());
    for cause in Cause::ALL {
        let plain = |text: &str| !text.is_empty() && text.is_ascii();
        assert!(plain(cause.code()) && plain(cause.undoing()) && cause.advice().ends_with('.'), "{cause}");
    }
}

#[test]
fn words_of_a_name_are_capitals_each_for_itself() {
    for name in ["RM Padang Jaya", "Warung BCA Kita", "PT Maju CV", "Kopi di Bandung", "d'Cost"] {
        let text = payload(name, "Jakarta", "Kasir 1");
        for damaged in [text.to_lowercase(), text.to_uppercase()] {
            let found = diagnose(damaged.as_bytes());
            let right = !name.contains("di ") && !name.starts_with('d');
            assert_eq!(found.is_some_and(|found| found.undone() == text), right, "{damaged}");
        }
    }
}

#[test]
fn fields_of_a_fixed_width_are_filled_up_again() {
    for (name, reference) in [("KOPI", "A01"), ("WARUNG CONTOH", "KASIR 2"), ("LAPAK UBANG", "9")] {
        let text = payload(&format!("{name:<25}"), "BOGOR", &format!("{reference:<20}"));
        let trimmed =
            text.replace(&format!("{name:<25}"), name).replace(&format!("{reference:<20}"), reference);
        is(&trimmed, &text, &[Cause::BlanksTrimmed]);
        let stripped = trimmed.replace(' ', "");
        let cause = if stripped == trimmed { Cause::BlanksTrimmed } else { Cause::BlanksStripped };
        is(&stripped, &text, &[cause]);
    }
}

#[test]
fn written_as_bytes_of_another_kind() {
    let text = payload("KOPI/TEH", "JAKARTA", "A01");
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    for damaged in [hex.clone(), hex.to_uppercase(), format!("0x{hex}"), format!(" {hex}\n")] {
        is(&damaged, &text, &[Cause::HexDigits]);
    }
    is(&format!("{{\"qr\":\"{hex}\"}}"), &text, &[Cause::InJson, Cause::HexDigits]);
    is(&format!("https://pay.example/{hex}"), &text, &[Cause::InUrl, Cause::HexDigits]);
    assert_eq!(diagnose(&hex.as_bytes()[1..]), None);
    assert_eq!(diagnose(&hex.as_bytes()[..hex.len() - 1]), None);
    let spaced =
        |between: &str| text.bytes().map(|byte| format!("{byte:02X}")).collect::<Vec<String>>().join(between);
    for between in [" ", ":", "-", "\n"] {
        is(&spaced(between), &text, &[Cause::HexDigits]);
    }
}

/// What was altered and then stripped is not given blanks that happen to fit.
#[test]
fn blanks_are_not_found_by_chance() {
    let text = payload("NASI GORENG PAK DE", "KAB. SLEMAN", "A01");
    is(&text.replace(' ', ""), &text, &[Cause::BlanksStripped]);
    let mut named = Vec::new();
    for pan in 0..100 {
        let altered = text.replace("0118936009150000000001", &format!("01189360091500000{pan:05}"));
        assert_eq!(altered.len(), text.len());
        if altered != text {
            named.extend(diagnose(altered.replace(' ', "").as_bytes()).map(Diagnosis::into_undone));
        }
    }
    assert!(named.len() <= 2, "{} of 99: {named:?}", named.len());
}
