//! Random codes and texts, against the naive reader.

use proptest::prelude::*;
use qris_cpm::{Builder, CpmPayload, MAX_CHARACTERS, Profile, QrisCpm, Tag, check};
use qris_testkit::cpm::{generate, judge, naive};
use qris_testkit::oracle;
use qris_testkit::rng::SplitMix64;

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
        oracle::cpm(&bytes);
    }

    #[test]
    fn any_text_of_base64(text in "[A-Za-z0-9+/]{0,40}={0,3}", tail in "[ -~]{0,3}") {
        oracle::cpm_text(&text);
        oracle::cpm_text(&format!("hQVDUFYwMW{text}{tail}"));
    }

    #[test]
    fn what_is_built_is_read(
        account in 0u64..100_000_000_000_000,
        name in "[ -~]{2,26}",
        language in "[a-z]{2}|[a-z]{4}",
        url in "[!-~]{1,60}",
        version in any::<[u8; 2]>(),
        requestor in "[0-9]{11}",
        reference in "[A-Z0-9]{29}",
        last_four in "[0-9]{4}",
        data in proptest::collection::vec(any::<u8>(), 8..=64),
        private in proptest::collection::vec(any::<u8>(), 0..20),
        with in any::<[bool; 8]>(),
    ) {
        let body = format!("9360{account:014}");
        let pan = format!("{body}{}", char::from(qris_core::value::luhn_digit(&body).unwrap()));
        let track = format!("{pan}D4912{last_four}");
        let mut builder = Builder::qris();
        builder.issuer_data(&data).set_transparent(Tag::new(0xC4).unwrap(), &private);
        if with[0] { builder.track_2(&track); }
        if with[1] || !with[0] { builder.pan(&pan); }
        if with[2] { builder.holder_name(&name); }
        if with[3] { builder.language(&language); }
        if with[4] { builder.issuer_url(&url).version(version); }
        if with[5] { builder.token_requestor(&requestor).last_four(&last_four); }
        if with[6] { builder.account_reference(&reference); }
        if with[7] { builder.common().set_transparent(Tag::new(0x9F26).unwrap(), b"12345678"); }
        let built = builder.build(Profile::Qris).unwrap();
        let mut buffer = [0; MAX_CHARACTERS];
        let code = QrisCpm::decode(built.to_text(&mut buffer)).unwrap();
        prop_assert_eq!(&*code, &built);
        let application = code.application();
        prop_assert_eq!(code.pan().as_str(), pan.as_str());
        prop_assert_eq!(code.issuer_data(), data.as_slice());
        prop_assert_eq!(application.transparent(Tag::new(0xC4).unwrap()).map(|o| o.value()), Some(private.as_slice()));
        prop_assert_eq!(application.holder_name(), with[2].then_some(name.as_str()));
        prop_assert_eq!(application.language(), with[3].then_some(language.as_str()));
        prop_assert_eq!(application.issuer_url(), with[4].then_some(url.as_str()));
        prop_assert_eq!(application.version(), with[4].then_some(version));
        let digits = (application.token_requestor(), application.last_four());
        prop_assert_eq!(digits.0.as_ref().map(|d| d.as_str()), with[5].then_some(requestor.as_str()));
        prop_assert_eq!(digits.1.as_ref().map(|d| d.as_str()), with[5].then_some(last_four.as_str()));
        prop_assert_eq!(application.account_reference(), with[6].then_some(reference.as_str()));
        prop_assert!(code.walk().all(|object| object.has_shortest_length()));
        oracle::cpm_bytes(code.as_bytes());
    }
}

/// The generator makes what the oracle needs: codes that conform, that break rules, and that cannot be read.
#[test]
fn generated_codes_are_of_every_kind() {
    let (mut conforming, mut readable, mut refused) = (0, 0, 0);
    for seed in 0..20_000u64 {
        let bytes = generate::code_from(&seed.to_le_bytes());
        match naive::read_bytes(&bytes) {
            Ok(nodes) if judge::conforms(&nodes, true) => conforming += 1,
            Ok(_) => readable += 1,
            Err(_) => refused += 1,
        }
        oracle::cpm_bytes(&bytes);
        let good = generate::write(&generate::good(&mut SplitMix64::new(seed)));
        assert!(CpmPayload::from_bytes(&good).is_ok_and(|code| check::conforms(&code, Profile::Qris)));
    }
    assert!(conforming > 2000 && readable > 2000 && refused > 1000, "{conforming} {readable} {refused}");
}
