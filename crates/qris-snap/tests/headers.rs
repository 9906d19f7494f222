//! Headers: what is refused, with which code, and what is written.

use crate::support;
use proptest::prelude::*;
use qris_snap::codes::Situation;
use qris_snap::dialect::{BRICK, FINNET, FINPAY, STANDARD};
use qris_snap::headers::{Claim, HeaderName, HeaderSet, Headers, TokenFault, answer_headers};
use qris_snap::policy::{Charset, Policy, TokenRule};
use qris_snap::sign::{StringToSign, Token};
use qris_snap::{BodyHash, DateTime, Service};

type Pairs = Vec<(String, Vec<u8>)>;

/// Every header there is, in a form every dialect takes.
fn all() -> Pairs {
    let pairs = [
        ("Content-Type", "application/json"),
        ("Accept", "application/json"),
        ("Authorization", "Bearer access"),
        ("Authorization-Customer", "Bearer customer"),
        ("X-TIMESTAMP", "2026-11-21T13:44:30+07:00"),
        ("X-CLIENT-KEY", "client"),
        ("X-SIGNATURE", "c2lnbmF0dXJl"),
        ("ORIGIN", "merchant.example"),
        ("X-PARTNER-ID", "P1"),
        ("X-EXTERNAL-ID", "41807553358950093184162180797837"),
        ("CHANNEL-ID", "95221"),
        ("X-IP-ADDRESS", "172.24.281.24"),
        ("X-DEVICE-ID", "09864ADCASA"),
        ("X-LATITUDE", "-6.108841"),
        ("X-LONGITUDE", "106.7782137"),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec())).to_vec()
}

fn read(pairs: &Pairs, service: Service, policy: &Policy) -> Result<Headers, String> {
    let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
    Headers::read(pairs, service, policy)
        .map_err(|refusal| format!("{} {}", refusal.code(), refusal.place().unwrap_or("-")))
}

fn without(name: &str) -> Pairs {
    all().into_iter().filter(|(other, _)| !other.eq_ignore_ascii_case(name)).collect()
}

fn with(name: &str, value: &str) -> Pairs {
    let mut pairs = without(name);
    pairs.push((name.to_owned(), value.as_bytes().to_vec()));
    pairs
}

#[test]
fn all_headers_satisfy_everybody() {
    for dialect in [&STANDARD, &FINPAY, &BRICK, &FINNET] {
        for service in Service::all() {
            let headers = read(&all(), service, &dialect.policy).unwrap();
            assert_eq!(headers.token(), Some(Token::new("access")));
            assert_eq!(headers.customer_token(), Some(Token::new("customer")));
        }
    }
}

#[test]
fn each_dialect_misses_its_own_headers() {
    // Header missing → code in: standard, Finpay, Brick (47) and Finnet (52).
    let table = [
        ("Content-Type", ["02", "02", "02", "02"]),
        ("Accept", ["ok", "02", "ok", "ok"]),
        ("Authorization", ["03", "03", "03", "03"]),
        ("Authorization-Customer", ["ok", "ok", "ok", "04"]),
        ("X-TIMESTAMP", ["02", "02", "02", "02"]),
        ("X-CLIENT-KEY", ["ok", "ok", "02", "ok"]),
        ("X-SIGNATURE", ["02", "02", "02", "02"]),
        ("ORIGIN", ["ok", "02", "ok", "02"]),
        ("X-PARTNER-ID", ["02", "02", "02", "02"]),
        ("X-EXTERNAL-ID", ["02", "02", "02", "02"]),
        ("CHANNEL-ID", ["02", "02", "02", "02"]),
        ("X-IP-ADDRESS", ["ok", "ok", "ok", "02"]),
        ("X-DEVICE-ID", ["ok", "ok", "ok", "02"]),
        ("X-LATITUDE", ["ok", "ok", "ok", "02"]),
        ("X-LONGITUDE", ["ok", "ok", "ok", "02"]),
    ];
    let dialects = [
        (&STANDARD, Service::Generate),
        (&FINPAY, Service::Generate),
        (&BRICK, Service::Generate),
        (&FINNET, Service::Notify),
    ];
    for (name, wanted) in table {
        for ((dialect, service), wanted) in dialects.iter().zip(wanted) {
            let expected = match wanted {
                "ok" => "ok".to_owned(),
                "03" | "04" => format!("401{}{wanted} {name}", service.code()),
                case => format!("400{}{case} {name}", service.code()),
            };
            for pairs in [without(name), with(name, ""), with(name, "  ")] {
                let got = read(&pairs, *service, &dialect.policy).map_or_else(|e| e, |_| "ok".to_owned());
                assert_eq!(got, expected, "{dialect} without {name}");
            }
        }
    }
}

#[test]
fn a_token_request_needs_four_headers_and_no_token() {
    for name in ["Content-Type", "X-TIMESTAMP", "X-CLIENT-KEY", "X-SIGNATURE"] {
        let refusal = read(&without(name), Service::TokenB2b, &Policy::default()).unwrap_err();
        assert_eq!(refusal, format!("4007302 {name}"));
    }
    assert!(read(&without("Authorization"), Service::TokenB2b, &Policy::default()).is_ok());
}

#[test]
fn authorization_must_be_a_bearer() {
    for value in ["access", "Basic YWJj", "Bearer", "Bearer a b", "BearerX a"] {
        let refusal = read(&with("Authorization", value), Service::Query, &Policy::default()).unwrap_err();
        assert_eq!(refusal, "4015103 Authorization", "{value}");
        let refusal =
            read(&with("Authorization-Customer", value), Service::Query, &Policy::default()).unwrap_err();
        assert_eq!(refusal, "4015104 Authorization-Customer", "{value}");
    }
    let headers = read(&with("Authorization", "bearer  access"), Service::Query, &Policy::default()).unwrap();
    assert_eq!(headers.token(), Some(Token::new("access")));
    let policy = Policy { token: TokenRule::None, ..Policy::default() };
    assert!(read(&without("Authorization"), Service::Query, &policy).is_ok());
}

#[test]
fn faults_of_a_token_look_the_same_to_the_caller() {
    use TokenFault::*;
    for fault in [Unknown, Expired, Revoked, OtherPartner, Used] {
        let refusal = fault.refusal(Service::Generate);
        assert_eq!(refusal.to_string(), "4014701 Invalid Token (B2B)");
        assert!(refusal.log().contains(&format!("{fault:?}")));
        let known = !matches!(fault, Unknown | OtherPartner);
        let situation = if known { Situation::TokenExpired } else { Situation::TokenUnknown };
        assert_eq!(refusal.situation(), situation, "the log knows more");
        assert_eq!(fault.customer_refusal(Service::Generate).to_string(), "4014702 Invalid Customer Token");
    }
}

#[test]
fn a_second_security_header_is_refused() {
    for (name, _) in all() {
        let mut pairs = all();
        pairs.push((name.to_lowercase(), b"Bearer other".to_vec()));
        let security =
            !["Content-Type", "Accept", "ORIGIN", "X-IP-ADDRESS", "X-DEVICE-ID", "X-LATITUDE", "X-LONGITUDE"]
                .contains(&name.as_str());
        let got = read(&pairs, Service::Query, &Policy::default()).map_or_else(|e| e, |_| "ok".to_owned());
        assert_eq!(got, if security { format!("4005101 {name}") } else { "ok".to_owned() }, "{name}");
    }
}

#[test]
fn lengths_and_characters_follow_the_policy() {
    let refused =
        |name: &str, value: &str, policy: &Policy| read(&with(name, value), Service::Query, policy).err();
    let default = Policy::default();
    assert_eq!(refused("X-PARTNER-ID", &"P".repeat(36), &default), None);
    assert_eq!(refused("X-PARTNER-ID", &"P".repeat(37), &default), Some("4005101 X-PARTNER-ID".into()));
    assert_eq!(refused("X-DEVICE-ID", &"D".repeat(401), &default), Some("4005101 X-DEVICE-ID".into()));
    assert_eq!(refused("X-EXTERNAL-ID", &"1".repeat(37), &default), Some("4005101 X-EXTERNAL-ID".into()));
    assert_eq!(
        refused("X-EXTERNAL-ID", &"1".repeat(33), &FINPAY.policy),
        Some("4005101 X-EXTERNAL-ID".into())
    );
    assert_eq!(refused("X-EXTERNAL-ID", "0f8f-uuid", &default), None);
    assert_eq!(refused("X-EXTERNAL-ID", "with blank", &default), Some("4005101 X-EXTERNAL-ID".into()));
    assert_eq!(refused("X-EXTERNAL-ID", "0f8f", &FINPAY.policy), Some("4005101 X-EXTERNAL-ID".into()));
    let mut alphanumeric = Policy::default();
    alphanumeric.external_id.charset = Charset::Alphanumeric;
    assert_eq!(refused("X-EXTERNAL-ID", "0f8f", &alphanumeric), None);
    assert_eq!(refused("X-EXTERNAL-ID", "0f-8f", &alphanumeric), Some("4005101 X-EXTERNAL-ID".into()));
    assert_eq!(refused("CHANNEL-ID", "PARTNER-SERVER", &default), None);
    assert_eq!(refused("CHANNEL-ID", "952211", &FINPAY.policy), Some("4005101 CHANNEL-ID".into()));
    assert_eq!(refused("X-SIGNATURE", "a\u{e9}", &default), Some("4005101 X-SIGNATURE".into()));
    assert_eq!(refused("Content-Type", "text/plain", &default), Some("4005101 Content-Type".into()));
    assert_eq!(refused("Content-Type", "Application/JSON; charset=utf-8", &default), None);
}

#[test]
fn a_value_has_8_kibibytes_at_most() {
    let long = |length| read(&with("Accept", &"x".repeat(length)), Service::Query, &Policy::default());
    assert_eq!(long(8192).map(|headers| headers.get(HeaderName::Accept).map(str::len)), Ok(Some(8192)));
    assert_eq!(long(8193), Err("4005101 Accept".to_owned()));
    assert_eq!(long(20_000), Err("4005101 Accept".to_owned()));
}

#[test]
fn tokens_are_written_as_bearers() {
    let mut headers = Headers::new();
    headers.set_token(&Token::new("access")).set_customer_token(&Token::new("customer"));
    let pairs: Vec<_> = headers.pairs().collect();
    assert_eq!(pairs, [("Authorization", "Bearer access"), ("Authorization-Customer", "Bearer customer")]);
}

/// The SHA-256 of nothing, as FIPS 180-4 examples give it.
#[test]
fn a_hash_of_a_body_is_bytes_and_hexadecimal() {
    let hash = BodyHash::raw(b"");
    let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!((hash.to_string(), format!("{hash:?}")), (hex.to_owned(), format!("BodyHash({hex})")));
    assert_eq!(hash.as_bytes()[..4], [0xe3, 0xb0, 0xc4, 0x42]);
    assert_eq!(hash.as_bytes()[31], 0x55);
    assert_eq!(BodyHash::minified(b" \n"), hash);
}

#[test]
fn the_claim_is_read_before_anything_is_checked() {
    let pairs = [
        ("x-partner-id", &b" P1 "[..]),
        ("X-Client-Key", b""),
        ("X-CLIENT-KEY", b"C1"),
        ("X-PARTNER-ID", b"P2"),
    ];
    let claim = Claim::read(pairs);
    assert_eq!((claim.partner_id.as_deref(), claim.client_key.as_deref()), (Some("P1"), Some("C1")));
}

#[test]
fn every_answer_carries_type_and_time_and_token_answers_the_client() {
    let now = DateTime::wib(support::NOW).unwrap();
    let names = |service: Option<Service>| -> Vec<&str> {
        answer_headers(service, &now, Some("C1")).into_iter().map(|(name, _)| name).collect()
    };
    assert_eq!(names(Some(Service::Generate)), ["Content-Type", "X-TIMESTAMP"]);
    assert_eq!(names(None), ["Content-Type", "X-TIMESTAMP"]);
    assert_eq!(names(Some(Service::TokenB2b)), ["Content-Type", "X-TIMESTAMP", "X-CLIENT-KEY"]);
    assert_eq!(names(Some(Service::TokenB2b2c)), ["Content-Type", "X-TIMESTAMP", "X-CLIENT-KEY"]);
}

#[test]
fn headers_of_ours_are_checked_by_the_same_rules() {
    let mut headers = Headers::new();
    for (name, value) in all() {
        let name = HeaderName::from_wire(&name).unwrap();
        let value = String::from_utf8(value).unwrap();
        assert!(
            headers.check(Service::Notify, &FINNET.policy).is_err()
                || name == HeaderName::Longitude
                || headers.get(name).is_none()
        );
        headers.set(name, value);
    }
    assert_eq!(headers.check(Service::Notify, &FINNET.policy), Ok(()));
    let sent = headers.pairs().filter(|(name, _)| !["Accept", "X-CLIENT-KEY"].contains(name)).count();
    assert_eq!(sent, 13);
}

#[test]
fn debug_names_headers_and_hides_values() {
    assert_eq!(format!("{:?}", StringToSign::from_bytes(b"secret")), "StringToSign(6 bytes, hidden)");
    let names = HeaderSet::of(&[HeaderName::Accept, HeaderName::Longitude]);
    assert_eq!(format!("{names:?}"), "{Accept, Longitude}");
    let headers = read(&all(), Service::Query, &Policy::default()).unwrap();
    let debug = format!("{headers:?}");
    assert!(
        debug.contains("Authorization-Customer")
            && !debug.contains("access")
            && !debug.contains("customer\""),
        "{debug}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_headers_are_read_or_refused(
        pairs in proptest::collection::vec(
            (
                prop_oneof![
                    (0..15_usize).prop_map(|index| HeaderName::all().nth(index).unwrap().as_str().to_lowercase()),
                    "[A-Za-z-]{0,12}",
                ],
                prop_oneof![
                    proptest::collection::vec(any::<u8>(), 0..40),
                    "Bearer [a-z]{0,5}".prop_map(String::into_bytes),
                    "[!-~]{0,40}".prop_map(String::into_bytes),
                ],
            ),
            0..20,
        ),
        service in 0..10_usize,
    ) {
        let service = Service::all().nth(service).unwrap();
        for dialect in [&STANDARD, &FINPAY, &BRICK, &FINNET] {
            let refs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
            match Headers::read(refs, service, &dialect.policy) {
                Ok(headers) => {
                    let again = headers.pairs().map(|(name, value)| (name, value.as_bytes()));
                    prop_assert_eq!(&Headers::read(again, service, &dialect.policy).unwrap(), &headers);
                }
                Err(refusal) => {
                    prop_assert!(matches!(refusal.http_status(), 400 | 401), "{:?}", refusal);
                    prop_assert!(refusal.place().is_some());
                }
            }
        }
    }
}
