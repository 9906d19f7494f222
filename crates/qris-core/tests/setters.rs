//! A setter means the same wherever it stands in the chain: a later call replaces an earlier one, and nothing is lost.

use qris_core::wire::Writer;
use qris_core::{Builder, Id, Initiation, Path, Payload, Tip, WriteError};

fn written(builder: &Builder<'_>) -> Result<String, WriteError> {
    let mut buffer = [0; 512];
    builder.write_to(&mut buffer).map(str::to_owned)
}

fn values(builder: &Builder<'_>, ids: &[u8]) -> Vec<Option<String>> {
    let text = written(builder).unwrap();
    let payload = Payload::parse(&text).unwrap();
    ids.iter().map(|id| payload.value_of(Id::new(*id).unwrap()).map(str::to_owned)).collect()
}

#[test]
fn the_last_tip_counts() {
    let tips = [
        (Tip::Prompt, ["01", "", ""]),
        (Tip::Fixed("500".parse().unwrap()), ["02", "500", ""]),
        (Tip::Percentage("0.7".parse().unwrap()), ["03", "", "0.7"]),
    ];
    for (first, _) in tips {
        for (last, expected) in tips {
            let mut builder = Builder::rupiah();
            builder.tip(first).tip(last);
            let found: Vec<String> =
                values(&builder, &[55, 56, 57]).into_iter().map(Option::unwrap_or_default).collect();
            assert_eq!(found, expected, "{first:?}, then {last:?}");
        }
    }
}

#[test]
fn an_amount_makes_the_code_dynamic_unless_the_caller_decided() {
    let amount = "1000".parse().unwrap();
    let initiation = |build: &dyn Fn(&mut Builder<'_>)| {
        let mut builder = Builder::rupiah();
        build(&mut builder);
        values(&builder, &[1]).remove(0).unwrap()
    };
    assert_eq!(initiation(&|_| {}), "11");
    assert_eq!(initiation(&|builder| _ = builder.amount(amount)), "12");
    assert_eq!(initiation(&|builder| _ = builder.amount(amount).initiation(Initiation::Static)), "11");
    assert_eq!(initiation(&|builder| _ = builder.initiation(Initiation::Static).amount(amount)), "11");
    assert_eq!(initiation(&|builder| _ = builder.initiation(Initiation::Dynamic)), "12");
}

#[test]
fn a_template_is_set_as_a_text_or_object_by_object() {
    const TEMPLATE: Path = Path::of(&[62, 50]);
    const INSIDE: Path = Path::of(&[62, 50, 0]);
    let refused = |builder: &Builder<'_>| matches!(written(builder), Err(WriteError::NotSettable { path, .. }) if path == INSIDE);
    let mut text_first = Builder::new();
    text_first.set(TEMPLATE, "text").set(INSIDE, "COM.X");
    assert!(refused(&text_first), "{:?}", written(&text_first));
    let mut text_last = Builder::new();
    text_last.set(INSIDE, "COM.X").set(TEMPLATE, "text");
    assert!(refused(&text_last), "{:?}", written(&text_last));
    let mut beside = Builder::new();
    beside
        .set(INSIDE, "COM.X")
        .set(Path::of(&[62, 51]), "text")
        .set(TEMPLATE.child(Id::INITIATION).unwrap(), "x");
    let text = written(&beside).unwrap();
    assert!(text.starts_with("000201622650140005COM.X0101x5104text6304"), "{text}");
}

#[test]
fn the_third_level_is_the_last() {
    let third = Path::of(&[62, 50, 1]);
    assert_eq!(third.child(Id::AMOUNT), None);
    assert_eq!(Path::of(&[62, 50]).child(Id::INITIATION), Some(third));
}

#[test]
fn a_writer_keeps_its_books() {
    let mut buffer = [0; 64];
    let mut writer = Writer::new(&mut buffer);
    assert_eq!(writer.close(), Err(WriteError::NothingOpen));
    let root = Path::root(Id::CRC);
    for refused in [writer.object(Id::CRC, "0000"), writer.open(Id::CRC)] {
        assert!(matches!(refused, Err(WriteError::NotSettable { path, .. }) if path == root), "{refused:?}");
    }
    writer.object(Id::PAYLOAD_FORMAT_INDICATOR, "01").unwrap();
    writer.open(Id::ADDITIONAL_DATA).unwrap();
    writer.object(Id::CRC, "63 means nothing here").unwrap();
    writer.close().unwrap();
    assert_eq!(writer.close(), Err(WriteError::NothingOpen));
    assert!(writer.seal().is_ok());
}

#[test]
fn what_cannot_be_set_is_named() {
    let mut builder = Builder::new();
    builder.set(Path::PAYLOAD, "x");
    assert_eq!(
        written(&builder).unwrap_err().to_string(),
        "the payload cannot be set: it is the whole payload"
    );
    let yen = qris_core::Currency::new(392).unwrap();
    let error = |text| qris_core::Amount::parse(text, yen).unwrap_err().to_string();
    assert_eq!(error("1.5"), "1 decimal, but the currency has 0");
    assert_eq!(error("1.55"), "2 decimals, but the currency has 0");
}

/// Nothing a log prints by `{:?}` holds a PAN, a name or an NMID.
#[test]
fn debug_shows_nothing_of_the_text() {
    let text = String::from(
        "00020101021126690017ID.CO.EXAMPLE.WWW01189360091400000000010215TESTMID000000010303UMI\
         51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI5204581253033605802ID5913WARUNG CONTOH\
         6013JAKARTA PUSAT61051011062070703A0163046D40",
    );
    let qris = qris_core::Qris::decode(&text).unwrap();
    let owned = qris_core::SealedBuf::parse(text.as_str()).unwrap();
    let objects: Vec<_> = qris.walk().collect();
    let mut edit = qris_core::Edit::new();
    edit.terminal_label("936009140000000001");
    let mut builder = Builder::rupiah();
    builder.merchant_name("936009140000000001").set(Path::of(&[26, 1]), qris.account().mpan().unwrap());
    let other = text.replace("0703A01", "0703A02");
    let other = Payload::parse(&other).unwrap();
    let changes: Vec<_> = qris_core::edit::changes(&qris, &other).collect();
    assert_eq!(changes.len(), 1);
    let poor = text.replace("61051011", "61051a11");
    for shown in [
        format!("{:?}", **qris),
        format!("{:?}", *qris),
        format!("{qris:?}"),
        format!("{owned:?}"),
        format!("{objects:?}"),
        format!("{:?}", qris.accounts().collect::<Vec<_>>()),
        format!("{:?}", qris.additional_data()),
        format!("{edit:?} {builder:?} {changes:?}"),
        format!("{:?}", qris_core::Qris::decode(&poor)),
        format!("{:?}", qris.walk()),
        format!("{:?}", qris_core::check::findings(&qris, &qris_core::Profile::QRIS)),
        format!("{:?}", qris_core::display::tree(&qris, &qris_core::Profile::QRIS)),
    ] {
        for secret in ["0000000001", "WARUNG", "ID1026", "TESTMID", "A01", "A02"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}

/// KHQR, LankaQR and the Argentine CVU have an account where others have an identifier.
#[test]
fn logs_hold_no_account_of_any_scheme() {
    let object = |id: u8, value: &str| format!("{id:02}{:02}{value}", value.chars().count());
    let masked = |objects: String| {
        let body = format!("000201{objects}6304");
        let text = format!("{body}{:04X}", qris_core::checksum(body.as_bytes()));
        qris_core::display::Masked(&Payload::parse(&text).unwrap()).to_string()
    };
    for account in ["jonh_smith@devb", "0000003100010000000001", "0028000000000000000000000001", "1234567890"]
    {
        for id in [26, 29, 30, 50, 51, 80, 99] {
            let shown = masked(object(id, &object(0, account)));
            assert!(shown.contains(&format!("{id}{{00=…}}")), "{shown}");
        }
    }
    for scheme in ["ID.CO.QRIS.WWW", "A0000006150001", "0123456789abcdef0123456789abcdef", "00"] {
        for id in [26, 51, 80] {
            let shown = masked(object(id, &object(0, scheme)));
            assert!(shown.contains(&format!("{id}{{00={scheme}}}")), "{shown}");
        }
    }
    for id in (0..=0).chain(12..=49) {
        let shown = masked(object(62, &object(id, "0812345678")));
        assert!(shown.contains(&format!("62{{{id:02}=…}}")), "{shown}");
    }
}

#[test]
fn nothing_is_sealed_after_a_template_that_was_too_long() {
    let (mut buffer, long) = ([0; 512], "y".repeat(60));
    let mut writer = qris_core::wire::Writer::new(&mut buffer);
    writer.object(qris_core::Id::of(0), "01").unwrap();
    writer.open(qris_core::Id::of(62)).unwrap();
    writer.object(qris_core::Id::of(1), &long).unwrap();
    writer.object(qris_core::Id::of(2), &long).unwrap();
    let too_long = writer.close().unwrap_err();
    let shown = format!("{writer:?}");
    assert!(shown.contains("len: 138") && !shown.contains("121"), "{shown}");
    assert_eq!(writer.seal(), Err(too_long));
}

#[test]
fn width_is_kept_by_everything_that_is_one_word() {
    use qris_core::{Currency, Id, Kind, LengthUnit, Purpose, Tip};
    let percentage = Tip::Percentage("0.7".parse().unwrap());
    let shown = [
        format!("{:>6}", Id::AMOUNT),
        format!("{:>6}", Path::of(&[62, 7])),
        format!("{:>6}", Currency::IDR),
        format!("{:>6}", LengthUnit::Bytes),
        format!("{percentage:>6}"),
        format!("{:>6}", Purpose::Bill),
        format!("{:>9}", Kind::Payment),
    ];
    assert_eq!(shown, ["    54", " 62/07", "   360", " bytes", "  0.7%", "  BILL", "  payment"]);
    assert_eq!(Path::PAYLOAD.to_string(), "");
}
