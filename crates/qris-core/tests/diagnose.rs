//! Every damage that people met, done to whole payloads: the cause is named, and the undone text is the payload.

use qris_core::diagnose::{Cause, Diagnosis, Foreign, diagnose, recognise};
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
    for case in vectors::damaged().unwrap() {
        let found = diagnose(&case.text);
        match &case.foreign {
            Some(foreign) => {
                let text = std::str::from_utf8(&case.text).unwrap();
                assert_eq!(recognise(text).map(Foreign::code), Some(foreign.as_str()), "{}", case.file);
                assert_eq!(found, None, "{}", case.file);
            }
            None => {
                let found = found.unwrap_or_else(|| panic!("nothing is found in {}", case.file));
                let codes: Vec<&str> = found.causes().iter().map(|cause| cause.code()).collect();
                assert_eq!(codes, case.causes, "{}", case.file);
                assert_eq!(Some(found.undone()), case.whole.as_deref(), "{}", case.file);
                causes.extend(found.causes().iter().map(|cause| cause.code()));
            }
        }
    }
    assert_eq!(causes.len(), Cause::ALL.len(), "each cause has a file: {causes:?}");
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
fn zeros_of_the_crc_are_written_out() {
    let mut found = [0; 4];
    for number in 0..200_000 {
        let text = payload("WARUNG CONTOH", "JAKARTA PUSAT", &format!("{number:06}"));
        let digits = text[text.len() - 4..].trim_start_matches('0').to_owned();
        if digits.len() == 4 || digits.is_empty() || found[digits.len()] > 3 {
            continue;
        }
        found[digits.len()] += 1;
        let body = &text[..text.len() - 4];
        is(&format!("{body}{digits}"), &text, &[Cause::CrcZerosDropped]);
        let header = format!("{}630{}{digits}", &text[..text.len() - 8], digits.len());
        is(&header, &text, &[Cause::CrcZerosDropped]);
    }
    assert_eq!(found[1..], [4, 4, 4], "each number of digits was met");
}

/// Bit by bit, from the parameters of the catalogue of CRCs; written anew, so that it does not copy what it judges.
fn crc(bytes: &[u8], poly: u16, init: u16, reflected: bool, xor: u16) -> u16 {
    let mut crc = init;
    for byte in bytes {
        let byte = if reflected { byte.reverse_bits() } else { *byte };
        for bit in (0..8).rev() {
            let top = crc >> 15 ^ u16::from(byte >> bit & 1);
            crc = crc << 1 ^ if top == 1 { poly } else { 0 };
        }
    }
    (if reflected { crc.reverse_bits() } else { crc }) ^ xor
}

#[test]
fn crcs_of_others_are_named() {
    type Crc = fn(&[u8]) -> u16;
    let kinds: [(Cause, Crc); 6] = [
        (Cause::CrcArc, |bytes| crc(bytes, 0x8005, 0, true, 0)),
        (Cause::CrcXmodem, |bytes| crc(bytes, 0x1021, 0, false, 0)),
        (Cause::CrcKermit, |bytes| crc(bytes, 0x1021, 0, true, 0)),
        (Cause::CrcModbus, |bytes| crc(bytes, 0x8005, 0xFFFF, true, 0)),
        (Cause::CrcX25, |bytes| crc(bytes, 0x1021, 0xFFFF, true, 0xFFFF)),
        (Cause::CrcAugmented, |bytes| crc(bytes, 0x1021, 0x1D0F, false, 0)),
    ];
    assert_eq!(crc(b"123456789", 0x1021, 0xFFFF, false, 0), 0x29B1);
    assert_eq!(crc(b"123456789", 0x8005, 0, true, 0), 0xBB3D);
    for text in whole() {
        let covered = &text.as_bytes()[..text.len() - 4];
        let bare = &covered[..covered.len() - 4];
        for (cause, of) in kinds {
            // Of one the other order of bytes is common.
            let swapped = (cause == Cause::CrcKermit).then(|| of(covered).swap_bytes());
            for wrong in [of(covered), of(bare)].into_iter().chain(swapped) {
                is(&with_crc(&text, wrong), &text, &[cause]);
                is(
                    &with_crc(&text, wrong).replace(&format!("{wrong:04X}"), &format!("{wrong:04x}")),
                    &text,
                    &[cause],
                );
            }
        }
        is(&with_crc(&text, checksum(bare)), &text, &[Cause::CrcWithoutHeader]);
        is(&with_crc(&text, checksum(covered).swap_bytes()), &text, &[Cause::CrcBytesSwapped]);
        for end in ["\n", "\r\n"] {
            let broken = [covered, end.as_bytes()].concat();
            is(&with_crc(&text, checksum(&broken)), &text, &[Cause::CrcOverLineBreak]);
        }
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
    is(
        &text.replace('😀', "%F0%9F%98%80").replace(' ', "+"),
        &text,
        &[Cause::PercentEncoding, Cause::PlusForBlank],
    );
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
fn a_payload_is_found_in_what_is_around_it() {
    let text = payload("WARUNG CONTOH", "JAKARTA PUSAT", "A01");
    let other = payload("TOKO LAIN", "BOGOR", "B02");
    is(&format!("{text}{other}"), &text, &[Cause::SeveralPayloads]);
    is(&format!("{text}{text}"), &text, &[Cause::SeveralPayloads]);
    is(&format!("{text}\n{other}\n"), &text, &[Cause::SeveralPayloads]);
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
fn what_is_no_payload_is_named() {
    for (text, foreign) in [
        ("https://example.com/menu", Foreign::Link),
        ("HTTP://EXAMPLE.COM", Foreign::Link),
        ("www.example.com", Foreign::Link),
        ("WIFI:T:WPA;S:Kedai;P:kopi;;", Foreign::WiFi),
        ("BEGIN:VCARD\nVERSION:3.0\nEND:VCARD", Foreign::Contact),
        ("MECARD:N:Budi;;", Foreign::Contact),
        ("upi://pay?pa=a@b&pn=A", Foreign::Upi),
        ("123e4567-e12b-12d1-a456-426655440000", Foreign::PixKey),
        ("+5511987654321", Foreign::PixKey),
        ("hQVDUFYwMWETTwegAAAAVVVVUAhNYWRQYXkxMw==", Foreign::ConsumerPresented),
        ("data:image/png;base64,iVBORw0KGgo=", Foreign::Picture),
        ("tel:+62811", Foreign::Action),
        ("\u{FEFF} otpauth://totp/x?secret=A", Foreign::Secret),
        ("bitcoin:1A", Foreign::Crypto),
    ] {
        assert_eq!(recognise(text), Some(foreign), "{text}");
        assert_eq!(diagnose(text.as_bytes()), None, "{text}");
    }
    for text in ["", "0", "000201", "hello", "123e4567-e12b", "httpx"] {
        assert_eq!(recognise(text), None, "{text}");
    }
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

#[test]
fn two_faults_of_one_program_are_named_together() {
    let text = payload("WARUNG CONTOH", "JAKARTA PUSAT", "A01");
    let mut tried = 0;
    for number in 0..4_000 {
        let text = text
            .replace("A01", &format!("B{:02}", number % 100))
            .replace("10110", &format!("{:05}", 10_110 + number));
        let covered = &text.as_bytes()[..text.len() - 4];
        let whole = with_crc(&text, checksum(covered));
        let xmodem = format!("{:X}", crc(covered, 0x1021, 0, false, 0));
        if xmodem.len() == 3 {
            let damaged = format!("{}{xmodem}", &whole[..whole.len() - 4]);
            is(&damaged, &whole, &[Cause::CrcZerosDropped, Cause::CrcXmodem]);
            tried += 1;
        }
        if whole[whole.len() - 4..].starts_with('0') && tried < 20 {
            let digits = whole[whole.len() - 4..].trim_start_matches('0');
            let stripped = format!("{}{digits}", &whole[..whole.len() - 4]).replace(' ', "");
            if digits.len() == 3 {
                is(&stripped, &whole, &[Cause::CrcZerosDropped, Cause::BlanksStripped]);
            }
        }
        if tried > 30 {
            break;
        }
    }
    assert!(tried > 30);
}
