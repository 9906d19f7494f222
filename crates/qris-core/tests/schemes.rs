//! QRIS's names and rules are for accounts of QRIS; those of other schemes have EMVCo's (EMVCo MPM 4.7.11).

use qris_core::schema::QRIS_SCHEME;
use qris_core::{Builder, Path, Payload, Profile, Qris, Sealed, accounts, check, display};
use qris_testkit::vectors;

/// A payload of a country with this in account 26, and more objects.
fn payload(country: &str, more: &[(&[u8], &str)]) -> String {
    let mut builder = Builder::new();
    builder.mcc("5812".parse().unwrap()).merchant_name("A").merchant_city("B").postal_code("1");
    builder.set(Path::of(&[53]), if country == "ID" { "360" } else { "702" }).set(Path::of(&[58]), country);
    for (path, value) in more {
        builder.set(Path::of(path), *value);
    }
    builder.write_to(&mut [0; 512]).unwrap().to_owned()
}

fn names(text: &str, profile: &Profile) -> Vec<&'static str> {
    let payload = Payload::parse(text).unwrap();
    let lines = display::tree(&payload, profile).lines().filter(|line| line.object.path().depth() > 1);
    lines.filter_map(|line| line.name).collect()
}

const NEUTRAL: &str = "Payment network specific";

#[test]
fn an_account_has_the_names_of_its_scheme() {
    let inside: &[(&[u8], &str)] = &[(&[26, 1], "2"), (&[26, 2], "12345678"), (&[26, 3], "0")];
    let with = |country, guid| {
        let mut all = inside.to_vec();
        all.push((&[26, 0], guid));
        payload(country, &all)
    };
    for foreign in [with("SG", "SG.PAYNOW"), with("ID", "sg.paynow"), with("TH", "IDX.PAY"), with("TH", "I")]
    {
        assert_eq!(names(&foreign, &Profile::QRIS)[1..], [NEUTRAL; 3], "{foreign}");
        assert_eq!(names(&foreign, &Profile::WILD)[1..], [NEUTRAL; 3], "{foreign}");
        let parsed = Payload::parse(&foreign).unwrap();
        let account = accounts(&parsed).next().unwrap();
        assert!(!account.is_qris());
        assert_eq!((account.mpan(), account.merchant_id(), account.criteria()), (None, None, None));
        let found =
            check::findings(&parsed, &Profile::QRIS).filter(|f| f.path().first() == Path::of(&[26]).first());
        assert!(found.filter(|finding| finding.path() != Path::of(&[26, 0])).count() == 0, "{foreign}");
    }
    let qris = ["Merchant PAN", "Merchant ID", "Merchant Criteria"];
    for domestic in [with("ID", "COM.X"), with("SG", "ID.CO.EXAMPLE"), with("SG", "id.co.example")] {
        assert_eq!(names(&domestic, &Profile::QRIS)[1..], qris, "{domestic}");
        assert_eq!(names(&domestic, &Profile::EMVCO)[1..], [NEUTRAL; 3]);
    }
    let by_pan: &[(&[u8], &str)] = &[(&[26, 0], "COM.EXAMPLE"), (&[26, 1], "936009140000000001")];
    assert_eq!(names(&payload("SG", by_pan), &Profile::QRIS)[1..], ["Merchant PAN"]);
    let no_pan: &[(&[u8], &str)] = &[(&[26, 0], "COM.EXAMPLE"), (&[26, 1], "9360")];
    assert_eq!(names(&payload("SG", no_pan), &Profile::QRIS)[1..], [NEUTRAL]);
}

#[test]
fn the_national_repository_and_transfers_are_of_qris_too() {
    let sgqr: &[(&[u8], &str)] = &[(&[51, 0], "SG.SGQR"), (&[51, 1], "18010754C3D3"), (&[40, 0], "SG.COM.X")];
    let text = payload("SG", sgqr);
    let parsed = Payload::parse(&text).unwrap();
    let name = |path: &[u8]| Profile::QRIS.row_in(&parsed, Path::of(path)).map(|row| row.name);
    assert_eq!((name(&[51]), name(&[51, 1])), (Some("Merchant Account Information"), Some(NEUTRAL)));
    assert_eq!(name(&[40]), Some("Merchant Account Information"));
    assert_eq!(Profile::QRIS.row(Path::of(&[51])).map(|row| row.name), Some("National Merchant Repository"));
    let codes: Vec<_> =
        check::findings(&parsed, &Profile::QRIS).map(|finding| finding.code().name()).collect();
    assert!(!codes.contains(&"transfer-purpose"), "{codes:?}");
    assert!(!QRIS_SCHEME.has(&parsed, &parsed.get(Path::of(&[51]).first().unwrap()).unwrap()));
}

#[test]
fn the_domestic_account_is_found_behind_a_card_network() {
    let text = "0002010102110416512345678901234526560017ID.CO.EXAMPLE.WWW01189360091400000000010202M10303UMI51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI5204581253033605802ID5901A6001B610116304BBBA";
    let qris = Qris::decode_with(text, &Profile::QRIS).unwrap();
    assert_eq!(qris.account().nns(), None, "the first account is Mastercard's");
    assert_eq!(qris.domestic().and_then(|account| account.nns()), Some("93600914"));
    assert_eq!(qris.account_by_guid("id.co.qris.www").map(|account| account.id().number()), Some(51));
    assert!(qris.account_by_guid("ID.CO.QRIS").is_none());
    // Without such a PAN it is the national repository.
    let repository =
        payload("ID", &[(&[26, 0], "COM.X"), (&[51, 0], "ID.CO.QRIS.WWW"), (&[51, 2], "ID1026000000012")]);
    let qris = Qris::decode(&repository).unwrap();
    assert_eq!(qris.domestic().map(|account| account.id().number()), Some(51));
    // The PAN in 40 is the customer's, and QRIS says nothing about what is in 46 to 50.
    let pan = "936009140000000001";
    let others: &[(&[u8], &str)] =
        &[(&[26, 0], "COM.X"), (&[40, 0], "ID.A"), (&[40, 1], pan), (&[46, 0], "ID.B"), (&[46, 1], pan)];
    let text = payload("ID", others);
    let parsed = Payload::parse(&text).unwrap();
    let reserved = accounts(&parsed).find(|account| account.id().number() == 46).unwrap();
    assert_eq!((reserved.mpan(), reserved.guid()), (None, Some("ID.B")));
    assert!(Qris::decode(&text).unwrap().domestic().is_none());
    // Keys of a merchant account are for merchant accounts; 40 and 51 have tables of their own.
    let tables =
        accounts(&parsed).map(|account| (account.id().number(), account.merchant_account().is_some()));
    assert_eq!(tables.collect::<Vec<_>>(), [(26, true), (40, false), (46, false)]);
    let foreign = payload("SG", &[(&[26, 0], "SG.PAYNOW"), (&[51, 0], "SG.SGQR")]);
    assert!(Qris::decode_with(&foreign, &Profile::EMVCO).unwrap().domestic().is_none());
}

#[test]
fn vectors_of_other_schemes_have_no_names_of_qris() {
    for file in vectors::valid().unwrap() {
        let Ok(text) = std::str::from_utf8(&file.bytes) else { continue };
        let Ok(sealed) = Sealed::parse(text) else { continue };
        let foreign = ["duitnow", "paynow", "promptpay", "khqr", "pix", "vietqr", "fps", "lankaqr", "bharat"];
        if foreign.iter().any(|scheme| file.name.starts_with(scheme)) {
            let tree = display::tree(&sealed, &Profile::QRIS).to_string();
            for name in ["Merchant PAN", "Merchant ID", "Merchant Criteria", "BIC", "National Merchant"] {
                assert!(!tree.contains(&format!(" {name}:")), "{}: {tree}", file.name);
            }
        }
    }
}

#[test]
fn a_transfer_is_of_qris() {
    let transfer: &[(&[u8], &str)] = &[(&[40, 0], "SG.A"), (&[62, 8], "DMCT")];
    let kind = |country| qris_core::Kind::of(&Payload::parse(&payload(country, transfer)).unwrap()).name();
    assert_eq!((kind("ID"), kind("SG")), ("transfer", "payment"));
}

#[test]
fn what_a_log_shows_of_a_foreign_account() {
    let inside: &[(&[u8], &str)] = &[
        (&[51, 0], "SG.SGQR"),
        (&[51, 1], "+6581234567"),
        (&[51, 3], "UMI"),
        (&[51, 7], "john@bank"),
        (&[64, 0], "en"),
        (&[64, 1], "NAME"),
        (&[64, 5], "+6581234567"),
    ];
    let shown = |country| display::Masked(&Payload::parse(&payload(country, inside)).unwrap()).to_string();
    let foreign = shown("SG");
    assert!(foreign.contains("51{00=SG.SGQR 01=… 03=… 07=…}"), "{foreign}");
    assert!(foreign.contains("64{00=en 01=N… 05=…}"), "{foreign}");
    // Wherever it stands: the identifier says whose it is.
    assert!(shown("ID").contains("51{00=SG.SGQR 01=… 03=… 07=…}"), "{}", shown("ID"));
}
