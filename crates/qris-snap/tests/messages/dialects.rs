//! What one provider does differently; a fifth is data.

use super::*;

#[test]
fn finpay_requires_nothing_but_an_original() {
    assert_eq!(case::<GenerateRequest>(&FINPAY, "{}"), "ok");
    assert_eq!(case::<NotifyRequest>(&FINPAY, "{}"), "4005202 originalReferenceNo");
    for name in ["originalReferenceNo", "originalPartnerReferenceNo"] {
        let read = NotifyRequest::read(&FINPAY, format!(r#"{{"{name}":"R1"}}"#).as_bytes()).unwrap();
        assert_eq!(read.latest_transaction_status, None, "nothing is made up");
    }
    let date = r#"{"transactionDate":"2024-04-17T12:03:38+07:00"}"#;
    assert_eq!(case::<NotifyRequest>(&FINPAY, date), "4005202 originalReferenceNo");
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
    assert_eq!(message.amount, Some(Money::idr(1_000_000).unwrap()));
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
}

/// Row by row of the document's table of the body, and of its `additionalInfo`.
#[test]
fn finnet_refuses_what_its_document_refuses() {
    let body = String::from_utf8(support::bytes("samples/finnet/52-request.json")).unwrap();
    let changed = |from: &str, to: &str| {
        assert!(body.contains(from), "{from}");
        case::<NotifyRequest>(&FINNET, &body.replace(from, to))
    };
    let number = "9360091400000000019";
    let quoted = format!("\"{number}\"");
    let message = NotifyRequest::read(&FINNET, body.replace(&quoted, number).as_bytes()).unwrap();
    let info = message.additional_info.unwrap();
    assert_eq!(info.text("merchantPAN"), Some(number), "an integer is kept exactly");
    assert_eq!(changed("9360091400000000027", "93600914000000000270"), "4005201 additionalInfo.customerPAN");
    assert_eq!(changed(&quoted, "936009140000000001.9"), "4005201 additionalInfo.merchantPAN");
    assert_eq!(changed(&quoted, "\"93600914000000000A\""), "4005201 additionalInfo.merchantPAN");
    assert_eq!(changed("WARUNG CONTOH", "WARUNG CONTOH JAYA X"), "4005201 additionalInfo.merchantName");
    assert_eq!(changed("WARUNG CONTOH", "WARUNG CONTOH JAYA "), "ok", "19 characters");
    assert_eq!(changed("\"WARUNG CONTOH\"", "1234567890"), "ok", "typed Numeric");
    assert_eq!(
        changed("\"JAKARTA\"", &format!("\"{}\"", "J".repeat(26))),
        "4005201 additionalInfo.merchantLocation"
    );
    assert_eq!(changed("\"A01\"", &format!("\"{}\"", "1".repeat(17))), "4005201 additionalInfo.terminalId");
    for name in ["merchantName", "acquirerName", "merchantPAN", "customerPAN", "transactionDate"] {
        let place = format!("4005202 additionalInfo.{name}");
        assert_eq!(changed(&format!("\"{name}\""), "\"other\""), place, "marked M");
    }
    assert_eq!(changed("\"terminalId\"", "\"other\""), "ok", "marked O");
    assert_eq!(changed("\"merchantLocation\"", "\"other\""), "ok", "marked C");
    assert_eq!(changed("\"additionalInfo\"", "\"other\""), "ok", "its parent is O");
    for (from, place) in [("12345678.00", "amount"), ("0.00", "feeAmount")] {
        let money = format!("\"{from}\",\n    \"currency\": \"IDR\"");
        let place = format!("4005201 {place}.currency");
        assert_eq!(changed(&money, &money.replace("IDR", "USD")), place);
    }
    for status in ["00", "01", "02", "03", "04", "05", "06", "07"] {
        assert_eq!(
            changed(
                "\"latestTransactionStatus\": \"00\"",
                &format!("\"latestTransactionStatus\": \"{status}\"")
            ),
            "ok"
        );
    }
    for status in ["08", "09", "0", "000", "PAID", "success"] {
        let said = changed(
            "\"latestTransactionStatus\": \"00\"",
            &format!("\"latestTransactionStatus\": \"{status}\""),
        );
        assert_eq!(said, "4005201 latestTransactionStatus", "{status}");
    }
}

#[test]
fn finnet_demands_more_of_who_is_connected_host_to_host() {
    use qris_snap::message::host_to_host;
    let body = String::from_utf8(support::bytes("samples/finnet/52-request.json")).unwrap();
    let place = |body: &str| match host_to_host::<NotifyRequest>(&FINNET, body.as_bytes()) {
        Ok(()) => "ok".to_owned(),
        Err(refusal) => format!("{} {}", refusal.code(), refusal.place().unwrap_or("-")),
    };
    assert_eq!(place(&body), "ok");
    assert_eq!(place(&body.replace("additionalInfo", "other")), "4005202 additionalInfo");
    assert_eq!(place(&body.replace("JAKARTA", "")), "4005202 additionalInfo.merchantLocation");
    assert_eq!(place(&body.replace("merchantLocation", "other")), "4005202 additionalInfo.merchantLocation");
    assert!(
        host_to_host::<NotifyRequest>(&FINPAY, body.as_bytes()).is_ok(),
        "its document says nothing of it"
    );
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
