//! Every code of `testdata/cpm`.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use qris_cpm::rules::RULES;
use qris_cpm::{CpmPayload, ErrorKind, MAX_CHARACTERS, Profile, QrisCpm, check};
use qris_testkit::oracle;
use qris_testkit::vectors::{CpmError, CpmVector, cpm};

fn findings(code: &CpmPayload, profile: Profile) -> Vec<String> {
    let mut lines = Vec::new();
    let _ = check::visit(code, profile, |finding| {
        lines.push(format!("{} {} {}", finding.severity(), finding.code(), finding.path()));
        ControlFlow::Continue(())
    });
    lines
}

#[test]
fn every_vector_is_read_and_judged_as_it_says() {
    let vectors = cpm().unwrap();
    assert!(vectors.len() > 100);
    for CpmVector { name, payload, characters, bytes, error, qris, emvco, .. } in vectors {
        assert_eq!(payload.chars().count(), characters, "{name}");
        match CpmPayload::parse(&payload) {
            Ok(code) => {
                assert_eq!((Some(code.as_bytes().len()), None), (bytes, error), "{name}");
                assert_eq!(findings(&code, Profile::Qris), qris, "{name}");
                assert_eq!(findings(&code, Profile::Emvco), emvco, "{name}");
                let conforms = !qris.iter().any(|line| line.starts_with("error"));
                assert_eq!(QrisCpm::decode(&payload).is_ok(), conforms, "{name}");
                assert_eq!(check::conforms(&code, Profile::Qris), conforms, "{name}");
                let text = code.to_text(&mut [0; MAX_CHARACTERS]).to_owned();
                assert_eq!(text.trim_end_matches('='), payload.trim_end_matches('='), "{name}");
            }
            Err(found) => {
                let (code, path) = (found.kind().code().to_owned(), found.path().to_string());
                assert_eq!(Some(CpmError { code, offset: found.offset(), path }), error, "{name}");
            }
        }
    }
}

#[test]
fn the_two_readers_agree_on_every_vector() {
    for vector in cpm().unwrap() {
        oracle::cpm_text(&vector.payload);
        // And on every code that is one byte away.
        let Ok(code) = CpmPayload::parse(&vector.payload) else { continue };
        for place in 0..code.as_bytes().len() {
            for with in [0x00, 0x01, 0x1F, 0x61, 0x64, 0x7F, 0x80, 0x81, 0x82, 0x83, 0xFF] {
                let mut bytes = code.as_bytes().to_vec();
                bytes[place] = with;
                oracle::cpm_bytes(&bytes);
            }
            oracle::cpm_bytes(&code.as_bytes()[..place]);
        }
    }
}

#[test]
fn every_rule_and_every_error_has_a_vector() {
    let vectors = cpm().unwrap();
    let of = |line: &String| line.split(' ').nth(1).unwrap().to_owned();
    let codes: BTreeSet<String> =
        vectors.iter().flat_map(|v| v.qris.iter().chain(&v.emvco)).map(of).collect();
    for rule in RULES {
        assert!(codes.contains(rule.name), "no vector breaks {}", rule.name);
    }
    let errors: BTreeSet<&str> =
        vectors.iter().filter_map(|v| v.error.as_ref()).map(|e| e.code.as_str()).collect();
    for kind in ErrorKind::ALL {
        // Bytes have no vectors of their own.
        let is_there = errors.contains(kind.code()) || kind.code() == "too-many-bytes";
        assert!(is_there, "no vector is refused for {}", kind.code());
        assert!(kind.explanation().ends_with('.') && !kind.to_string().ends_with('.'));
        let ours = matches!(kind.code(), "empty-text" | "text-too-long" | "too-many-bytes");
        assert_eq!(kind.cites().is_none(), ours, "{}", kind.code());
    }
    let error = CpmPayload::from_bytes(&[0x85; 385]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyBytes { bytes: 385 });
}

#[test]
fn getters_of_a_published_code() {
    let all = cpm().unwrap();
    let payload = |name: &str| all.iter().find(|vector| vector.name == name).unwrap().payload.clone();
    let code = QrisCpm::decode(&payload("qriscpm-holder-name")).unwrap();
    let application = code.application();
    assert_eq!((application.label(), application.language()), (Some("QRISCPM"), Some("iden")));
    assert_eq!((application.holder_name(), code.pan().as_str()), (Some("Grace"), "9360091531624094763"));
    assert_eq!(code.issuer_data(), b"281012029560385043466010");
    let long = QrisCpm::decode(&payload("long-form-82")).unwrap();
    assert!(long.application().issuer_url().unwrap().starts_with("https://example.id/"));
    assert_eq!(long.application().account_reference().map(str::len), Some(29));
    for (name, last_four, requestor) in [
        ("9f25-ascii-63-before", Some("0019"), None),
        ("binary-9f74", Some("0019"), None),
        ("last-four-as-letters", Some("4763"), None),
        ("last-four-of-3", None, None),
        ("requestor-packed", None, Some("12345678901")),
        ("requestor-as-text", None, Some("12345678901")),
        ("requestor-of-2", None, None),
    ] {
        let code = QrisCpm::decode(&payload(name)).unwrap();
        let application = code.application();
        let found = (application.last_four(), application.token_requestor());
        assert_eq!(found.0.as_ref().map(|digits| digits.as_str()), last_four, "{name}");
        assert_eq!(found.1.as_ref().map(|digits| digits.as_str()), requestor, "{name}");
    }
    let common = QrisCpm::decode(&payload("pan-in-common")).unwrap();
    assert_eq!(common.pan().as_str(), "9360091400000000019");
    let two = CpmPayload::parse(&payload("emvco-cpm-two-applications")).unwrap();
    let offered: Vec<_> = two.applications().map(|a| (a.label(), a.holder_name(), a.version())).collect();
    assert_eq!(
        offered,
        [(Some("Product1"), Some("CARDHOLDER/EMV"), None), (Some("Product2"), Some("CARDHOLDER/EMV"), None)]
    );
}

#[test]
fn rejections_say_what_the_code_lacks() {
    let all = cpm().unwrap();
    let payload = |name: &str| all.iter().find(|vector| vector.name == name).unwrap().payload.clone();
    let said = |name: &str| QrisCpm::decode(&payload(name)).unwrap_err().to_string();
    assert_eq!(said("missing-9f74"), "61/63/9F74 Issuer QRIS Data is missing (QRIS CPM, data objects)");
    assert_eq!(
        said("cut"),
        "61 at byte 7: the length says 43 bytes, but only 42 follow in what is around it"
    );
    let code = CpmPayload::parse(&payload("data-of-7")).unwrap();
    let finding = check::first_error(&code, Profile::Qris).unwrap();
    assert_eq!(finding.row().map(|row| row.key), Some("issuer_qris_data"));
    assert_eq!(code.as_bytes()[finding.span()][..3], [0x9F, 0x74, 7]);
    assert_eq!(QrisCpm::from_payload(code), Err(finding));
    let good = QrisCpm::decode(&payload("minimal")).unwrap();
    assert_eq!(CpmPayload::parse(&payload("minimal")), Ok(good.into_payload()));
}

#[cfg(feature = "alloc")]
#[test]
fn lists_and_texts_without_a_buffer() {
    for vector in cpm().unwrap().into_iter().filter(|vector| vector.error.is_none()) {
        let code = CpmPayload::parse(&vector.payload).unwrap();
        assert_eq!(check::findings(&code, Profile::Qris).len(), vector.qris.len(), "{}", vector.name);
        assert_eq!(code.to_owned_text(), code.to_text(&mut [0; MAX_CHARACTERS]));
    }
}
