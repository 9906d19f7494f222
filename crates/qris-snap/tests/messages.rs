//! The table and the message types hold each other; the cases a validator returns.

mod support;

use proptest::prelude::*;
use qris_snap::dialect::{ALL, BRICK, Change, Dialect, FINNET, FINPAY, Form, STANDARD};
use qris_snap::json::{Object, Value, js_stable, parse};
use qris_snap::message::{
    Answer, CancelRequest, ErrorAnswer, GenerateRequest, GenerateResponse, Kind, Member, Message,
    NotifyRequest, Presence, QueryRequest, RefundRequest, Response, Shape, Spec, TokenRequest, TokenResponse,
    read_answer,
};
use qris_snap::{Money, Refusal, Service};
use support::each_message;

/// A value that fits a shape.
fn fitting(shape: Shape) -> Value {
    match shape {
        Shape::Text(max) => "X".repeat(max.min(100)).into(),
        Shape::Digits(min, _) => "7".repeat(min).into(),
        Shape::TextOrInteger(_) => "2004700".into(),
        Shape::Word(words) => words[0].into(),
        Shape::DateTime | Shape::LenientDateTime => "2026-11-21T13:44:30+07:00".into(),
        Shape::Seconds(min) => min.to_string().into(),
        Shape::Money => Object::from_iter([("value", "10000.00"), ("currency", "IDR")]).into(),
        Shape::Open => Object::from_iter([("any", "thing")]).into(),
        Shape::Object(members) => filled(members).into(),
        Shape::Texts(_) => vec![Value::from("OTT")].into(),
        Shape::Objects(members) => vec![filled(members).into()].into(),
        other => panic!("{other:?}"),
    }
}

fn filled(members: &[Member]) -> Object {
    members.iter().map(|member| (member.name, fitting(member.shape))).collect()
}

/// A full message in a dialect's own names and forms, and one member nobody knows.
fn full(kind: Kind, dialect: &Dialect) -> Object {
    let mut object = Object::new();
    for member in Spec::of(kind).members {
        let change =
            dialect.changes.iter().find(|change| change.kind == kind && change.member == member.name);
        let mut value = fitting(change.and_then(|change| change.shape).unwrap_or(member.shape));
        value = match change.map(|change| change.form) {
            Some(Form::Integer(_)) => Value::Number(2_004_700.into()),
            Some(Form::Words(pairs)) => pairs[0].1.into(),
            _ => value,
        };
        if member.name == "latestTransactionStatus" && matches!(value, Value::Number(_)) {
            value = Value::Number(7.into());
        }
        if member.name == "serviceCode" && matches!(value, Value::Number(_)) {
            value = Value::Number(51.into());
        }
        object.insert(change.map_or(member.name, |change| change.wire), value);
    }
    object.insert("unknownMember", parse(br#"{"kept":[1.10,12345678901234567890123,null]}"#).unwrap());
    object
}

fn round_trip<M: Message + std::fmt::Debug>(dialect: &Dialect) {
    let wire = full(M::KIND, dialect);
    let bytes = wire.to_bytes();
    let message =
        M::read(dialect, &bytes).unwrap_or_else(|refusal| panic!("{dialect} {:?} {refusal:?}", M::KIND));
    // Every row of the table is a field of the type: only the unknown member is left over.
    let debug = format!("{message:?}");
    assert!(debug.contains(r#"other: {"unknownMember": {"kept": [number, number, null]}}"#), "{debug}");
    let written = message.write(dialect).unwrap();
    assert_eq!(String::from_utf8(written).unwrap(), String::from_utf8(bytes).unwrap(), "{dialect}");
}

#[test]
fn every_message_of_every_dialect_comes_back_byte_for_byte() {
    for dialect in ALL {
        each_message!(round_trip, dialect);
    }
}

/// Each row in turn is removed, emptied, nulled, mistyped and made too long.
fn each_row_broken<M: Message>(dialect: &Dialect) {
    let whole = full(M::KIND, dialect);
    for member in Spec::of(M::KIND).members {
        let change = dialect.changes.iter().find(|c| c.kind == M::KIND && c.member == member.name);
        let wire = change.map_or(member.name, |change| change.wire);
        let read = |value: Option<Value>| {
            let mut object = whole.clone();
            match value {
                Some(value) => object.insert(wire, value),
                None => drop(object.remove(wire)),
            }
            M::read(dialect, &object.to_bytes()).map(drop)
        };
        let absent = [read(None), read(Some(Value::Null)), read(Some("".into()))];
        assert_eq!(absent[0], absent[1], "{dialect} {wire}: null is absent");
        assert_eq!(absent[0], absent[2], "{dialect} {wire}: empty is absent");
        if let Err(refusal) = &absent[0] {
            assert_eq!((refusal.code().case, refusal.http_status()), (2, 400), "{dialect} {refusal:?}");
            assert_eq!(refusal.place(), Some(wire), "{dialect} {refusal:?}");
        }
        let refusal = read(Some(Value::Bool(true))).unwrap_err();
        assert_eq!((refusal.code().case, refusal.place()), (1, Some(wire)), "{dialect} {refusal:?}");
        if let Shape::Text(max @ 1..1000) = change.and_then(|change| change.shape).unwrap_or(member.shape) {
            // The limit counts characters, not bytes.
            if !matches!(change.map(|c| c.form), Some(Form::Integer(_) | Form::Words(_))) {
                assert_eq!(read(Some("é".repeat(max).into())), Ok(()), "{dialect} {wire}");
            }
            let refusal = read(Some("X".repeat(max + 1).into())).unwrap_err();
            assert_eq!((refusal.code().case, refusal.place()), (1, Some(wire)), "{dialect} {refusal:?}");
        }
    }
}

#[test]
fn every_row_is_checked_in_every_dialect() {
    for dialect in ALL {
        each_message!(each_row_broken, dialect);
    }
}

fn case<M: Message>(dialect: &Dialect, body: &str) -> String {
    match M::read(dialect, body.as_bytes()) {
        Ok(_) => "ok".to_owned(),
        Err(refusal) => format!("{} {}", refusal.code(), refusal.place().unwrap_or("-")),
    }
}

#[test]
fn bodies_that_are_no_json_objects() {
    for body in ["", "[]", "null", "{", "{\"a\":1}x", "\u{feff}{}", "{\"a\":\"\\ud800\"}"] {
        assert_eq!(case::<GenerateRequest>(&STANDARD, body), "4004700 -", "{body}");
    }
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100), "]".repeat(100));
    assert_eq!(case::<GenerateRequest>(&STANDARD, &deep), "4004700 -");
    let refusal = GenerateRequest::read(&STANDARD, b"{\"a\":\"\xff\"}").unwrap_err();
    assert_eq!(refusal.code().to_string(), "4004700");
    let long = vec![b' '; 300 * 1024];
    assert_eq!(GenerateRequest::read(&STANDARD, &long).unwrap_err().code().to_string(), "4004700");
}

#[test]
fn duplicate_members_are_refused_with_their_path() {
    let body = r#"{"amount":{"value":"1.00","value":"2.00","currency":"IDR"}}"#;
    assert_eq!(case::<GenerateRequest>(&STANDARD, body), "4004701 amount.value");
    let body = r#"{"additionalInfo":{"x":{"y":1,"y":1}}}"#;
    assert_eq!(case::<GenerateRequest>(&STANDARD, body), "4004701 additionalInfo.x.y");
}

#[test]
fn money_is_checked_inside() {
    let amount = |json: &str| case::<GenerateRequest>(&STANDARD, &format!(r#"{{"amount":{json}}}"#));
    assert_eq!(amount(r#"{"value":"10000.00","currency":"IDR"}"#), "ok");
    assert_eq!(amount(r#"{"value":"10000.00"}"#), "4004702 amount.currency");
    assert_eq!(amount(r#"{"value":"","currency":"IDR"}"#), "4004702 amount.value");
    assert_eq!(amount(r#"{"value":"10000","currency":"IDR"}"#), "4004701 amount.value");
    assert_eq!(amount(r#"{"value":10000.00,"currency":"IDR"}"#), "4004701 amount.value");
    assert_eq!(amount(r#"{"value":"10000.00","currency":"idr"}"#), "4004701 amount.currency");
    assert_eq!(amount(r#""10000.00""#), "4004701 amount");
    let message =
        GenerateRequest::read(&STANDARD, br#"{"amount":{"value":"12345678.90","currency":"IDR"}}"#).unwrap();
    assert_eq!(message.amount, Money::idr(1_234_567_890));
}

#[test]
fn dates_have_an_offset_but_for_one_providers_answer() {
    use qris_snap::message::{DecodeRequest, QueryResponse};
    let scanned = |time: &str| {
        case::<DecodeRequest>(&STANDARD, &format!(r#"{{"qrContent":"0002","scanTime":"{time}"}}"#))
    };
    assert_eq!(scanned("2020-12-17T10:55:00+07:00"), "ok");
    assert_eq!(scanned("2020-12-17T03:55:00Z"), "ok");
    assert_eq!(scanned("2020-12-17T10:55:00"), "4004801 scanTime");
    assert_eq!(scanned("2020-12-17T10:55:00.000+07:00"), "4004801 scanTime", "more than 25 characters");
    let body = support::bytes("samples/standard/51-response-no-offset.json");
    let message = QueryResponse::read(&STANDARD, &body).unwrap();
    assert_eq!(message.paid_time.map(|time| time.unix()), Some(1_608_177_300));
}

#[test]
fn arrays_are_checked_inside() {
    use qris_snap::message::{ApplyOttRequest, ApplyOttResponse, DecodeResponse};
    assert_eq!(
        case::<ApplyOttRequest>(&STANDARD, r#"{"userResources":["OTT",""]}"#),
        "4004901 userResources.1"
    );
    let head = r#""responseCode":"2004900","responseMessage":"Successful""#;
    let body = format!(r#"{{{head},"userResources":[{{"resourceType":"OTT"}}]}}"#);
    assert_eq!(case::<ApplyOttResponse>(&STANDARD, &body), "4004902 userResources.0.value");
    let body = format!(r#"{{{head},"merchantInfos":[{{"merchantPAN":93600,"acquirerName":"A"}}]}}"#);
    assert_eq!(case::<DecodeResponse>(&STANDARD, &body), "4004801 merchantInfos.0.merchantPAN");
}

#[test]
fn a_qr_comes_as_text_or_picture_or_address() {
    let head = r#""responseCode":"2004700","responseMessage":"Successful""#;
    assert_eq!(case::<GenerateResponse>(&STANDARD, &format!("{{{head}}}")), "4004702 qrContent");
    assert_eq!(
        case::<GenerateResponse>(&STANDARD, &format!(r#"{{{head},"qrUrl":"https://a.example"}}"#)),
        "ok"
    );
}

#[test]
fn finpay_requires_nothing_but_an_original() {
    assert_eq!(case::<GenerateRequest>(&FINPAY, "{}"), "ok");
    assert_eq!(case::<NotifyRequest>(&FINPAY, "{}"), "ok");
    let token = TokenRequest::read(&FINPAY, b"{}").unwrap();
    assert_eq!(token.grant_type.as_deref(), Some("client_credentials"));
    assert_eq!(case::<TokenRequest>(&FINPAY, r#"{"grantType":"password"}"#), "4007301 grantType");
    assert_eq!(case::<TokenRequest>(&STANDARD, "{}"), "4007302 grantType");
    assert_eq!(case::<QueryRequest>(&FINPAY, r#"{"merchantId":"M"}"#), "4005102 originalReferenceNo");
    assert_eq!(case::<QueryRequest>(&FINPAY, r#"{"partnerReferenceNo":"INV1"}"#), "ok");
    assert_eq!(
        case::<RefundRequest>(&FINPAY, r#"{"partnerReferenceNo":"REF1"}"#),
        "4007802 originalReferenceNo"
    );
    let refund =
        RefundRequest::read(&FINPAY, br#"{"partnerReferenceNo":"REF1","originalReferenceNo":"R1"}"#).unwrap();
    assert_eq!(refund.partner_refund_no.as_deref(), Some("REF1"), "its own number");
    assert_eq!(refund.refund_amount, None, "the remainder");
}

#[test]
fn finpay_siblings_names_are_read_too_unless_they_disagree() {
    let query =
        QueryRequest::read(&FINPAY, br#"{"originalPartnerReferenceNo":"INV1","serviceCode":"47"}"#).unwrap();
    assert_eq!(query.original_partner_reference_no.as_deref(), Some("INV1"));
    let both = r#"{"partnerReferenceNo":"A","originalPartnerReferenceNo":"B"}"#;
    assert_eq!(case::<QueryRequest>(&FINPAY, both), "4005101 originalPartnerReferenceNo");
}

#[test]
fn finpay_statuses_are_words() {
    use qris_snap::message::QueryResponse;
    let words = [
        ("00", "PAID"),
        ("03", "PENDING"),
        ("05", "CANCELLED"),
        ("08", "EXPIRED"),
        ("06", "FAILED"),
        ("04", "REFUNDED"),
    ];
    for (code, word) in words {
        let message = QueryResponse {
            latest_transaction_status: Some(code.to_owned()),
            ..QueryResponse::success(&FINPAY)
        };
        let bytes = message.write(&FINPAY).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(text.contains(&format!(r#""transactionStatus":"{word}""#)), "{text}");
        assert!(text.contains(r#""responseCode":"2004700""#), "{text}");
        let read = QueryResponse::read(&FINPAY, &bytes).unwrap();
        assert_eq!(read.latest_transaction_status.as_deref(), Some(code));
    }
}

#[test]
fn brick_is_integers_seconds_and_rupiah() {
    let body =
        r#"{"partnerReferenceNo":"202411150000001897","amount":{"value":"10000.00"},"validityPeriod":"600"}"#;
    let message = GenerateRequest::read(&BRICK, body.as_bytes()).unwrap();
    assert_eq!(message.amount, Money::idr(1_000_000));
    assert_eq!(
        case::<GenerateRequest>(&BRICK, &body.replace("20241115", "2024111500000000")),
        "4004701 partnerReferenceNo"
    );
    assert_eq!(
        case::<GenerateRequest>(&BRICK, &body.replace("\"600\"", "\"599\"")),
        "4004701 validityPeriod"
    );
    assert_eq!(
        case::<GenerateRequest>(&BRICK, &body.replace("\"600\"", "\"ten\"")),
        "4004701 validityPeriod"
    );
    assert_eq!(case::<GenerateRequest>(&BRICK, &body.replace("\"600\"", "null")), "ok");
    assert_eq!(case::<GenerateRequest>(&BRICK, r#"{"partnerReferenceNo":"1"}"#), "4004702 amount");
    let token = TokenResponse {
        access_token: Some("t".into()),
        token_type: Some("Bearer".into()),
        expires_in: Some("900".into()),
        ..TokenResponse::success(&BRICK)
    };
    let text = String::from_utf8(token.write(&BRICK).unwrap()).unwrap();
    assert!(text.starts_with(r#"{"responseCode":2007300,"#) && text.contains(r#""expiresIn":900"#), "{text}");
    let text = String::from_utf8(token.write(&STANDARD).unwrap()).unwrap();
    assert!(text.contains(r#""expiresIn":"900""#), "{text}");
}

#[test]
fn expires_in_and_the_code_are_read_as_text_or_integer_everywhere() {
    for (code, seconds) in [("\"2007300\"", "\"900\""), ("2007300", "900")] {
        let body = format!(
            r#"{{"responseCode":{code},"responseMessage":"OK","accessToken":"t","tokenType":"Bearer","expiresIn":{seconds}}}"#
        );
        for dialect in ALL {
            let token = TokenResponse::read(dialect, body.as_bytes()).unwrap();
            assert_eq!((token.response_code.as_str(), token.expires_in.as_deref()), ("2007300", Some("900")));
        }
    }
}

#[test]
fn grant_type_has_two_spellings() {
    for dialect in ALL {
        for name in ["grantType", "grant_type"] {
            assert_eq!(case::<TokenRequest>(dialect, &format!(r#"{{"{name}":"client_credentials"}}"#)), "ok");
        }
    }
    // A client that sends an empty text where an object belongs.
    assert_eq!(
        case::<TokenRequest>(&STANDARD, r#"{"grantType":"client_credentials","additionalInfo":""}"#),
        "ok"
    );
}

#[test]
fn a_customer_token_needs_what_its_grant_says() {
    use qris_snap::message::CustomerTokenRequest as Request;
    assert_eq!(case::<Request>(&STANDARD, r#"{"grantType":"AUTHORIZATION_CODE"}"#), "4007402 authCode");
    assert_eq!(
        case::<Request>(&STANDARD, r#"{"grantType":"refresh_token","authCode":"a"}"#),
        "4007402 refreshToken"
    );
    assert_eq!(case::<Request>(&STANDARD, r#"{"grantType":"refresh_token","refreshToken":"a"}"#), "ok");
}

#[test]
fn finnet_demands_the_fee_and_does_not_count() {
    let body = String::from_utf8(support::bytes("samples/finnet/52-request.json")).unwrap();
    assert_eq!(case::<NotifyRequest>(&FINNET, &body), "ok");
    assert_eq!(
        case::<NotifyRequest>(&FINNET, &body.replace("\"feeAmount\"", "\"fee\"")),
        "4005202 feeAmount"
    );
    assert_eq!(case::<NotifyRequest>(&STANDARD, &body.replace("\"feeAmount\"", "\"fee\"")), "ok");
    let more = body.replace("\"terminalId\"", "\"eighth\": 8, \"terminalId\"");
    assert_eq!(case::<NotifyRequest>(&FINNET, &more), "ok");
    let quoted = body.replace("\"9360091400000000019\"", "9360091400000000019");
    assert_eq!(case::<NotifyRequest>(&FINNET, &quoted), "4005201 additionalInfo.merchantPAN");
}

#[test]
fn answers_are_told_apart() {
    let success = br#"{"responseCode":"2004700","responseMessage":"Successful","qrContent":"0002"}"#;
    let answer = read_answer::<GenerateResponse>(&STANDARD, 200, success).unwrap();
    assert!(matches!(answer, Answer::Success(message) if message.qr_content.as_deref() == Some("0002")));
    let answer = read_answer::<GenerateResponse>(&STANDARD, 500, success).unwrap();
    assert!(matches!(answer, Answer::Refused(_)), "a status outside 2xx is never success");
    let refused = br#"{"responseCode":4014701,"referenceNo":"R1"}"#;
    match read_answer::<GenerateResponse>(&BRICK, 401, refused).unwrap() {
        Answer::Refused(answer) => {
            assert_eq!(
                (answer.response_code.as_str(), answer.other.text("referenceNo")),
                ("4014701", Some("R1"))
            );
            assert_eq!(
                answer.write(Service::Generate, &BRICK),
                br#"{"responseCode":4014701,"responseMessage":"","referenceNo":"R1"}"#
            );
        }
        other => panic!("{other:?}"),
    }
    assert!(read_answer::<GenerateResponse>(&STANDARD, 200, b"<html>").is_err());
    assert!(read_answer::<GenerateResponse>(&STANDARD, 200, br#"{"responseCode":"2004700"}"#).is_err());
}

#[test]
fn a_refusal_is_written_in_the_words_of_the_dialect() {
    let refusal = CancelRequest::read(&STANDARD, b"{}").unwrap_err();
    let answer = ErrorAnswer::of(&refusal, &STANDARD).write(Service::Cancel, &STANDARD);
    assert_eq!(
        String::from_utf8(answer).unwrap(),
        r#"{"responseCode":"4007702","responseMessage":"Invalid Mandatory Field merchantId"}"#
    );
}

#[test]
fn the_real_expiry_is_in_the_answer() {
    let request = GenerateRequest { validity_period: Some("600".into()), ..GenerateRequest::default() };
    let expiry = request.expiry(&BRICK, support::NOW).unwrap();
    let mut response =
        GenerateResponse { qr_content: Some("0002".into()), ..GenerateResponse::success(&BRICK) };
    response.set_expiry(&expiry);
    let text = String::from_utf8(response.write(&BRICK).unwrap()).unwrap();
    assert!(text.ends_with(r#""additionalInfo":{"expiryTime":"2026-11-21T13:54:30+07:00"}}"#), "{text}");
    assert_eq!(response.expiry_time().map(|time| time.unix()), Some(support::NOW + 600));
}

#[test]
fn secrets_do_not_show_in_debug() {
    let token = TokenResponse { access_token: Some("very-secret".into()), ..TokenResponse::default() };
    assert!(!format!("{token:?}").contains("very-secret"));
    let request = GenerateRequest::read(&STANDARD, br#"{"additionalInfo":{"pin":"very-secret"}}"#).unwrap();
    assert!(!format!("{request:?}").contains("very-secret"));
}

/// A provider that does not exist, in nothing but data.
const FIFTH: Dialect = Dialect {
    name: "Fifth",
    base_path: "/api/v2/",
    changes: &[
        Change::of(Kind::request(Service::Cancel), "reason").named("why").presence(Presence::Optional),
        Change::of(Kind::request(Service::Cancel), "merchantId")
            .shape(Shape::Digits(4, 4))
            .form(Form::Integer(4)),
        Change::of(Kind::request(Service::Cancel), "originalReferenceNo").also(&["origRef"]).default("NONE"),
    ],
    one_of: &[(Kind::request(Service::Cancel), &["amount", "reason"])],
    messages: &[(400, 2, "{field} fehlt")],
    default_currency: Some("EUR"),
    ..STANDARD
};

#[test]
fn a_fifth_dialect_is_data() {
    let refusal = CancelRequest::read(&FIFTH, br#"{"why":"x"}"#).unwrap_err();
    assert_eq!(
        (refusal.code().to_string(), FIFTH.message(&refusal)),
        ("4007702".into(), "merchantId fehlt".into())
    );
    assert_eq!(case::<CancelRequest>(&FIFTH, r#"{"merchantId":12}"#), "4007702 amount");
    let message =
        CancelRequest::read(&FIFTH, br#"{"merchantId":12,"origRef":"R1","amount":{"value":"1.00"}}"#)
            .unwrap();
    assert_eq!(message.merchant_id.as_deref(), Some("0012"));
    assert_eq!(
        String::from_utf8(message.write(&FIFTH).unwrap()).unwrap(),
        r#"{"originalReferenceNo":"R1","merchantId":12,"amount":{"value":"1.00","currency":"EUR"}}"#
    );
    let message = CancelRequest::read(&FIFTH, br#"{"merchantId":"0012","why":"w"}"#).unwrap();
    assert_eq!(message.original_reference_no.as_deref(), Some("NONE"));
    assert_eq!(FIFTH.path(Service::Cancel), "/api/v2/qr/qr-mpm-cancel");
    each_message!(untouched, &FIFTH);
}

fn untouched<M: Message>(dialect: &Dialect) {
    if M::KIND != Kind::request(Service::Cancel) {
        let bytes = full(M::KIND, dialect).to_bytes();
        assert_eq!(M::read(dialect, &bytes).unwrap().write(dialect).unwrap(), bytes);
    }
}

fn arbitrary_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        "[0-9.:T+A-Z-]{0,30}".prop_map(serde_json::Value::from),
        ".{0,8}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(serde_json::Value::from),
            proptest::collection::btree_map("(value|currency|[a-z]{1,3})", inner, 0..3)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

/// A full message with some of its members replaced.
fn mutated(kind: Kind, dialect: &Dialect, changes: &[(prop::sample::Index, serde_json::Value)]) -> Vec<u8> {
    let mut object = full(kind, dialect);
    let names: Vec<String> = object.iter().map(|(name, _)| name.to_owned()).collect();
    for (index, value) in changes {
        object.insert(index.get(&names).clone(), parse(value.to_string().as_bytes()).unwrap());
    }
    object.to_bytes()
}

fn accepted_is_stable<M: Message>(dialect: &Dialect, changes: &[(prop::sample::Index, serde_json::Value)]) {
    let body = mutated(M::KIND, dialect, changes);
    match M::read(dialect, &body) {
        Ok(message) => {
            let once = message.write(dialect).expect("what was accepted can be written");
            let twice = M::read(dialect, &once).expect("and read").write(dialect).unwrap();
            assert_eq!(once, twice);
        }
        Err(refusal) => assert!(is_format_or_mandatory(&refusal), "{refusal:?}"),
    }
}

fn is_format_or_mandatory(refusal: &Refusal) -> bool {
    refusal.http_status() == 400 && matches!(refusal.code().case, 1 | 2) && refusal.place().is_some()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_members_are_accepted_or_refused_with_a_place(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), arbitrary_json()), 1..4),
        dialect in 0..4_usize,
    ) {
        each_message!(accepted_is_stable, ALL[dialect], &changes);
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let read = NotifyRequest::read(&FINPAY, &body);
        prop_assert!(read.is_ok() || read.is_err_and(|refusal| refusal.http_status() == 400));
    }

    #[test]
    fn a_stable_notification_has_no_number_that_moves(value in arbitrary_json()) {
        let info = Object::from_iter([("x", parse(value.to_string().as_bytes()).unwrap())]);
        let message = NotifyRequest { additional_info: Some(info), ..NotifyRequest::default() };
        if let Ok(body) = message.stable_body(&FINPAY) {
            let Value::Object(object) = parse(&body).unwrap() else { panic!() };
            prop_assert!(js_stable(&object).is_ok());
            // No float and no name that is an index: serde_json keeps what JavaScript keeps.
            let again = serde_json::from_slice::<serde_json::Value>(&body).unwrap();
            prop_assert_eq!(serde_json::to_vec(&again).unwrap(), body);
        }
    }
}
