//! What is no payload at all is named by what it is.

use qris_core::diagnose::{Explanation, Foreign, diagnose, explain, recognise};

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
    for (text, foreign) in [
        ("gojek://gopay/pay", Foreign::AppLink),
        ("intent+x.y-z://a", Foreign::AppLink),
        ("toko@contoh.example", Foreign::PixKey),
        ("85054350563031611A", Foreign::ConsumerPresented),
        ("/9j/4AAQSkZJRg", Foreign::Picture),
        ("R0lGODlhAQABAAAAACw", Foreign::Picture),
        ("BCD\r\n002\r\n1\r\nSCT", Foreign::CreditTransfer),
        ("SPC\n0200\n1", Foreign::CreditTransfer),
        ("{\"a\":1}", Foreign::Document),
        ("[{\"a\":1}]", Foreign::Document),
        ("<html><body>", Foreign::Document),
    ] {
        assert_eq!(recognise(text), Some(foreign), "{text}");
        assert_eq!(diagnose(text.as_bytes()), None, "{text}");
    }
    assert_eq!(explain(b"\x85\x05CPV01a"), Some(Explanation::Foreign(Foreign::ConsumerPresented)));
    for secret in [Foreign::CardNumber, Foreign::Secret, Foreign::WiFi, Foreign::ConsumerPresented] {
        assert!(secret.is_secret());
    }
    assert!(!Foreign::Link.is_secret());
    let inside = "00060000010103014022001234567890123456789";
    let slip = |crc: &str| recognise(&format!("0041{inside}5102TH9104{crc}"));
    assert_eq!(slip("A0F3"), Some(Foreign::ThaiSlip));
    for no_crc in ["", "A0F", "A0F31", "G0F3"] {
        assert_ne!(slip(no_crc), Some(Foreign::ThaiSlip), "{no_crc}");
    }
    for blanks in ["85 05 43 50 56 30 31 61", " hQVD UFYw MWET", "85\n05\n4350563031"] {
        assert_eq!(recognise(blanks), Some(Foreign::ConsumerPresented), "{blanks}");
    }
    assert_ne!(recognise("85 05 43 50 56 30 32"), Some(Foreign::ConsumerPresented));
    for text in [
        "",
        "0",
        "000201",
        "hello",
        "123e4567-e12b",
        "httpx",
        "://x",
        "1a://x",
        "a b://x",
        "a@b",
        "@b.c",
        "a@b..c",
        "a b@c.d",
        "{}",
        "[]",
        "[1]",
        "{\"qr\":\"000201",
        "{\"qr\":\"000201\"}",
    ] {
        assert_eq!(recognise(text), None, "{text}");
    }
}

#[test]
fn numbers_are_told_by_their_check_digits() {
    for (text, foreign) in [
        ("4111111111111111", Some(Foreign::CardNumber)),
        ("4111-1111-1111-1111", Some(Foreign::CardNumber)),
        ("378282246310005", Some(Foreign::CardNumber)),
        ("30569309025904", Some(Foreign::CardNumber)),
        ("4222222222222", Some(Foreign::CardNumber)),
        ("5019717010103742", Some(Foreign::CardNumber)),
        ("4111111111111112", None),
        ("4006381333931", Some(Foreign::ProductNumber)),
        ("4006381333933", None),
        ("96385074", Some(Foreign::ProductNumber)),
        ("036000291452", Some(Foreign::ProductNumber)),
        ("10614141000415", Some(Foreign::ProductNumber)),
        ("9638 5074", None),
        ("12345678909", Some(Foreign::PixKey)),
        ("12345678908", None),
        ("12345678919", None),
        ("11111111111", None),
        ("11.222.333/0001-81", Some(Foreign::PixKey)),
        ("11222333000183", None),
        ("11222333000191", None),
        ("+551198765432", Some(Foreign::PixKey)),
        ("+55119876543210", None),
        ("+55119876543a", None),
        ("0000000000000000", None),
        ("00000000", None),
        ("00020101021126570011ID.DA", None),
        ("0002010102110", None),
        ("081234567890", None),
    ] {
        assert_eq!(recognise(text), foreign, "{text}");
    }
}
