//! What pays, and who pays, is in no log.

use std::ops::ControlFlow;

use qris_cpm::display::{Masked, Shown, tree, value};
use qris_cpm::{Builder, CpmPayload, MAX_CHARACTERS, Profile, QrisCpm, Tag, check};

const PAN: &str = "9360091484739265017";
const DATA: &[u8] = b"SECRET-9F74-DATA";
const NAME: &str = "SITI RAHAYU";
const REFERENCE: &str = "V001REFERENCE0123456789ABCDEF";
const TRACK: &str = "9360091484739265017D4912201";

fn builder<'a>() -> Builder<'a> {
    let mut builder = Builder::qris();
    builder.pan(PAN).track_2(TRACK).holder_name(NAME).language("iden").issuer_data(DATA);
    builder.account_reference(REFERENCE).token_requestor("73625148901").last_four("5017");
    builder.set(Tag::new(0xC4).unwrap(), b"PRIVATE-OBJECT");
    builder.set_transparent(Tag::new(0x9F26).unwrap(), b"CRYPTOGR");
    builder
}

fn code() -> CpmPayload {
    builder().build(Profile::Emvco).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Every secret as text, as digits and as hex digits, and the code itself.
fn secrets() -> Vec<String> {
    let mut secrets: Vec<String> = vec![
        PAN[8..17].into(),
        "4912".into(),
        "73625148901".into(),
        code().to_text(&mut [0; MAX_CHARACTERS])[20..60].into(),
    ];
    for text in ["SECRET", "SITI", "RAHAYU", "REFERENCE", "PRIVATE", "CRYPTOGR"] {
        secrets.extend([text.to_owned(), hex(text.as_bytes())]);
    }
    secrets
}

fn has_none(what: &str, text: &str) {
    for secret in secrets() {
        assert!(!text.contains(&secret), "{what} has {secret}: {text}");
        let decimal: Vec<String> = secret.bytes().map(|byte| byte.to_string()).collect();
        assert!(!text.contains(&decimal.join(", ")), "{what} has the bytes of {secret}: {text}");
    }
}

#[test]
fn nothing_that_is_printed_has_a_secret() {
    let code = code();
    has_none("Debug", &format!("{code:?}{code:#?}"));
    has_none("the line for logs", &Masked(&code).to_string());
    has_none("the tree", &tree(&code).to_string());
    has_none("Debug of the tree", &format!("{:?}", tree(&code)));
    has_none("lines", &format!("{:?}", tree(&code).lines().collect::<Vec<_>>()));
    has_none("objects", &format!("{:?} {:?}", code.objects(), code.walk().collect::<Vec<_>>()));
    let object = code.find("61/63".parse().unwrap()).unwrap();
    let shown = format!("{object:?}");
    assert!(shown.starts_with("Object { path: Path(61/63), span: ") && shown.contains("length: "), "{shown}");
    assert!(format!("{:?}", code.objects()).starts_with("[Object { path: Path(85), "));
    has_none("the walk", &format!("{:?}", code.walk()));
    has_none("values", &format!("{:?}", code.walk().map(|o| value(&o, Shown::Secrets)).collect::<Vec<_>>()));
    has_none("applications", &format!("{:?}", code.applications().collect::<Vec<_>>()));
    let shown = format!("{:?}", builder());
    has_none("the builder", &shown);
    assert!(shown.starts_with("Builder[Tag(4F), Tag(50), Tag(5A), "), "{shown}");
    let view = QrisCpm::decode(code.to_text(&mut [0; MAX_CHARACTERS])).unwrap();
    has_none("the view", &format!("{view:?} {:?} {}", view.pan(), view.pan()));
    let application = view.application();
    has_none("digits", &format!("{:?} {:?}", application.token_requestor(), application.last_four()));
    assert_eq!(application.token_requestor().unwrap().as_ref(), "73625148901");
}

#[test]
fn no_error_and_no_finding_has_a_secret() {
    let whole = code();
    for place in 0..whole.as_bytes().len() {
        for change in [0x01, 0x80, 0x3F] {
            let mut bytes = whole.as_bytes().to_vec();
            bytes[place] ^= change;
            match CpmPayload::from_bytes(&bytes) {
                Err(error) => has_none("an error", &format!("{error} {error:?}")),
                Ok(code) => {
                    for profile in Profile::ALL {
                        let _ = check::visit(&code, *profile, |finding| {
                            has_none("a finding", &format!("{finding} {finding:?} {finding:#}"));
                            ControlFlow::Continue(())
                        });
                    }
                }
            }
        }
    }
    let mut wrong = builder();
    wrong.pan("93600914847392650x7");
    let error = wrong.build(Profile::Qris).unwrap_err();
    has_none("an error of the builder", &format!("{error} {error:?}"));
    assert_eq!(error.to_string(), "5A takes digits: a PAN has 8 to 19");
}

#[test]
fn secrets_are_shown_to_whoever_asks() {
    let all = tree(&code()).with_secrets().to_string();
    for secret in [PAN, NAME, REFERENCE, "SECRET-9F74-DATA", "73625148901", "5017", TRACK] {
        assert!(all.contains(secret), "{secret}: {all}");
    }
    // What no table knows is bytes.
    assert!(all.contains(&hex(b"PRIVATE-OBJECT")));
    let masked = tree(&code()).to_string();
    assert!(masked.contains("5A 10 Application PAN: 93600914…17\n"), "{masked}");
    assert!(masked.contains("57 14 Track 2 Equivalent Data: 93600914…17\n"), "{masked}");
    assert!(masked.contains("5F2D 04 Language Preference: iden\n"), "{masked}");
    assert!(masked.contains("C4 14 (not in the table): (masked)\n"), "{masked}");
}

/// Text from outside does not act on a terminal.
#[test]
fn control_characters_are_escaped() {
    let mut builder = Builder::qris();
    builder.pan(PAN).issuer_data(DATA).issuer_url("x\u{1b}[31m\n");
    let code = builder.build_unchecked().unwrap();
    let all = tree(&code).with_secrets().to_string();
    assert!(all.contains("Issuer URL: 781B5B33316D0A\n"), "{all}");
}
