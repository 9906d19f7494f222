//! A merchant's side: 47, 51, 77, 78, as the standard has them.

use qris_core::check::findings;
use qris_core::{Initiation, Profile, Qris, Sealed, Tip};
use qris_gateway::config::Config;
use qris_gateway::model::{Part, Partner, Role, State, merchant};
use qris_gateway::payment::Offer;
use qris_snap::Service;
use qris_snap::datetime::DAY;
use qris_snap::policy::PictureRule;
use serde_json::{Value, json};

use crate::common::{Gateway, add_merchant, sen, whatever_it_asks};
use crate::text;

#[tokio::test]
async fn the_picture_is_behind_the_url_unless_the_answer_is_to_have_it() {
    let gateway = Gateway::start().await;
    let client = gateway.client("standard", Role::Merchant).await;
    let body = client.generate_body("10000.00");
    let qr = client.call(Service::Generate, &body).send(&gateway).await.expect("2004700");
    assert_eq!((qr.get("qrImage"), text(&qr["qrUrl"]).contains("/pay/")), (None, true), "{qr}");
}

#[tokio::test]
async fn a_qr_code_from_generate_to_refund() {
    let gateway = Gateway::start().await;
    let with_picture = |partner: &mut Partner| partner.policy.picture = PictureRule::InAnswer;
    let client = gateway.client_with("standard", Role::Merchant, with_picture).await;
    let mut body = client.generate_body("10000.00");
    body["feeAmount"] = json!({"value": "500.50", "currency": "IDR"});
    body["terminalId"] = json!("A01");
    body["storeId"] = json!("S1");
    let now = gateway.app.clock.now();
    let qr = client.call(Service::Generate, &body).send(&gateway).await.expect("2004700");
    assert_eq!(qr["responseMessage"], "Successful");
    assert_eq!(qr["partnerReferenceNo"], body["partnerReferenceNo"]);
    assert_eq!((&qr["storeId"], &qr["terminalId"]), (&json!("S1"), &json!("A01")));
    assert_eq!(qr["merchantName"], "WARUNG CONTOH");
    let expiry = qris_snap::DateTime::parse(text(&qr["additionalInfo"]["expiryTime"])).unwrap();
    assert!((now + DAY - 5..=now + DAY + 5).contains(&expiry.unix()));

    // The payload: what was asked, and nothing to say against it.
    let content = text(&qr["qrContent"]);
    let sealed = Sealed::parse(content).unwrap();
    let said: Vec<String> = findings(&sealed, &Profile::QRIS).map(|finding| finding.to_string()).collect();
    assert!(said.is_empty(), "{said:?}");
    let qris = Qris::decode_with(content, &Profile::QRIS).unwrap();
    assert_eq!(qris.initiation(), Some(Initiation::Dynamic));
    assert_eq!(qris.amount().unwrap().minor(), 1_000_000);
    assert!(matches!(qris.tip(), Some(Tip::Fixed(fee)) if fee.minor() == 50_050));
    assert_eq!(qris.terminal_label(), Some("A01"));
    assert_eq!(qris.reference_label(), qr["referenceNo"].as_str());
    assert!(text(&qr["referenceNo"]).len() <= 25);
    assert_eq!(qris.account().merchant_id(), Some("000000000000001"));
    assert_eq!(qris.nmid().unwrap().as_str(), "ID1026000000012");

    // The picture says the same, and so does the page's address.
    let png =
        base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text(&qr["qrImage"])).unwrap();
    let read = qris_render::scan(&png, qris_render::ScanLimits::default()).unwrap();
    assert_eq!(read.iter().map(|found| found.bytes()).collect::<Vec<_>>(), [content.as_bytes()]);
    let number = text(&qr["referenceNo"]);
    let stored = gateway.transaction(number).await;
    assert_eq!(text(&qr["qrUrl"]), format!("https://pay.example/pay/{}", stored.page_id));
    assert_eq!(stored.page_id.len(), 32);

    // Unpaid: 01 with the payload; paid: 00 with what was paid; refunded: 04 with the history.
    let query = client.about(Service::Query, number);
    let told = client.call(Service::Query, &query).send(&gateway).await.expect("2005100");
    assert_eq!((&told["latestTransactionStatus"], &told["serviceCode"]), (&json!("01"), &json!("47")));
    assert_eq!(told["additionalInfo"]["qrContent"], qr["qrContent"]);
    let refund = client.about(Service::Refund, number);
    client.call(Service::Refund, &refund).send(&gateway).await.expect("4047800");
    gateway.pay(number, whatever_it_asks()).await.unwrap();
    let told = client.call(Service::Query, &query).send(&gateway).await.expect("2005100");
    assert_eq!(told["latestTransactionStatus"], "00");
    assert_eq!(told["amount"], json!({"value": "10000.00", "currency": "IDR"}));
    assert_eq!(told["feeAmount"], json!({"value": "500.50", "currency": "IDR"}));
    assert!(told["additionalInfo"].get("qrContent").is_none(), "{told}");
    assert!(told["paidTime"].is_string() && told["additionalInfo"]["rrn"].is_string());
    let cancel = client.about(Service::Cancel, number);
    client.call(Service::Cancel, &cancel).send(&gateway).await.expect("4047700");

    // The same partnerRefundNo works after a refusal, and not after a success.
    let mut part = refund.clone();
    for (value, code) in [
        ("0.00", "4047813"),
        ("10500.51", "4047813"),
        ("9999999999999999.99", "4047813"),
        ("500.50", "2007800"),
        ("500.50", "4097801"),
    ] {
        part["refundAmount"] = json!({"value": value, "currency": "IDR"});
        client.call(Service::Refund, &part).send(&gateway).await.expect(code);
    }
    assert_eq!(client.status(&gateway, number).await, "04");
    // Without an amount: all that is left.
    let rest = client.about(Service::Refund, number);
    let done = client.call(Service::Refund, &rest).send(&gateway).await.expect("2007800");
    assert_eq!(done["refundAmount"]["value"], "10000.00");
    assert!(done["refundNo"].is_string() && done["refundTime"].is_string());
    assert_eq!(done["partnerRefundNo"], rest["partnerRefundNo"]);
    let nothing = client.about(Service::Refund, number);
    client.call(Service::Refund, &nothing).send(&gateway).await.expect("4047813");
    let told = client.call(Service::Query, &query).send(&gateway).await.expect("2005100");
    let history = told["additionalInfo"]["refundHistory"].as_array().unwrap();
    let mut amounts: Vec<&str> = history.iter().map(|it| text(&it["refundAmount"]["value"])).collect();
    amounts.sort_unstable();
    assert_eq!(amounts, ["10000.00", "500.50"]);
    assert_eq!(gateway.transaction(number).await.refundable(), Some(sen(0)));
}

#[tokio::test]
async fn a_cancelled_qr_code_stays_cancelled() {
    let gateway = Gateway::start().await;
    let client = gateway.client("standard", Role::Merchant).await;
    let qr = client.generate(&gateway, "2500.00").await;
    let number = text(&qr["referenceNo"]);
    let mut cancel = client.about(Service::Cancel, number);
    cancel["amount"] = json!({"value": "2500.01", "currency": "IDR"});
    client.call(Service::Cancel, &cancel).send(&gateway).await.expect("4047713");
    cancel["amount"] = json!({"value": "2500.00", "currency": "IDR"});
    let done = client.call(Service::Cancel, &cancel).send(&gateway).await.expect("2007700");
    assert!(done["cancelTime"].is_string());
    assert_eq!(done["originalReferenceNo"], number);
    assert_eq!(client.status(&gateway, number).await, "05");
    client.call(Service::Cancel, &cancel).send(&gateway).await.expect("4047704");
    let refund = client.about(Service::Refund, number);
    client.call(Service::Refund, &refund).send(&gateway).await.expect("4047800");
    let refusal = gateway.pay(number, whatever_it_asks()).await.unwrap_err();
    assert_eq!(refusal.code().to_string(), "4045004");
}

#[tokio::test]
async fn time_runs_out_by_the_clock_and_not_by_the_sweeper() {
    let gateway = Gateway::start().await;
    let client = gateway.client("standard", Role::Merchant).await;
    let mut body = client.generate_body("2500.00");
    let soon = qris_snap::DateTime::wib(gateway.app.clock.now() + 120).unwrap();
    body["validityPeriod"] = json!(soon.as_str());
    let qr = client.call(Service::Generate, &body).send(&gateway).await.expect("2004700");
    assert_eq!(qr["additionalInfo"]["expiryTime"], soon.as_str());
    let number = text(&qr["referenceNo"]);
    assert_eq!(client.status(&gateway, number).await, "01");
    gateway.app.clock.set_offset(125);
    assert_eq!(gateway.transaction(number).await.state, State::Initiated, "nobody wrote it down");
    let told = client.call(Service::Query, &client.about(Service::Query, number)).send(&gateway).await;
    let told = told.expect("2005100");
    assert_eq!(
        (&told["latestTransactionStatus"], &told["transactionStatusDesc"]),
        (&json!("06"), &json!("Expired"))
    );
    let cancel = client.about(Service::Cancel, number);
    client.call(Service::Cancel, &cancel).send(&gateway).await.expect("4037700");
    let refusal = gateway.pay(number, whatever_it_asks()).await.unwrap_err();
    assert_eq!(refusal.code().to_string(), "4035000");
    let refund = client.about(Service::Refund, number);
    client.call(Service::Refund, &refund).send(&gateway).await.expect("4047800");
    // It was told, so it stays so when the clock goes back.
    gateway.app.clock.set_offset(0);
    assert_eq!(client.status(&gateway, number).await, "06");
    let told = gateway.numbers("SELECT COUNT(*) FROM notification WHERE kind = 'expired'").await;
    assert_eq!(told, [1]);
}

#[tokio::test]
async fn a_code_without_an_amount_is_paid_once() {
    let gateway = Gateway::start().await;
    let client = gateway.client("standard", Role::Merchant).await;
    let qr = client.call(Service::Generate, &json!({})).send(&gateway).await.expect("2004700");
    let qris = Qris::decode_with(text(&qr["qrContent"]), &Profile::QRIS).unwrap();
    assert_eq!((qris.amount(), qris.initiation()), (None, Some(Initiation::Dynamic)));
    let said: Vec<String> = findings(&qris, &Profile::QRIS).map(|it| it.to_string()).collect();
    let expected = "54 Transaction Amount: the payload is dynamic and has no amount (QRIS root table)";
    assert_eq!(said, [expected], "as it was asked for");
    let number = text(&qr["referenceNo"]);
    let offer = Offer { amount: Some(sen(12_345)), ..whatever_it_asks() };
    assert_eq!(gateway.pay(number, whatever_it_asks()).await.unwrap_err().code().to_string(), "4045013");
    assert_eq!(gateway.pay(number, offer.clone()).await.unwrap().paid_amount, sen(12_345));
    assert_eq!(gateway.pay(number, offer).await.unwrap_err().code().to_string(), "4045014");
}

#[tokio::test]
async fn amounts_that_do_not_fit_are_refused() {
    let limits = Config { amount_limit: Some(5_000_000), ..Config::default() };
    let gateway = Gateway::with(limits).await;
    let client = gateway.client("standard", Role::Merchant).await;
    for (amount, fee, code) in [
        (json!({"value": "50000.00", "currency": "IDR"}), json!(null), "2004700"),
        (json!({"value": "50000.01", "currency": "IDR"}), json!(null), "4034702"),
        (
            json!({"value": "49999.99", "currency": "IDR"}),
            json!({"value": "0.02", "currency": "IDR"}),
            "4034702",
        ),
        (json!({"value": "0.00", "currency": "IDR"}), json!(null), "4044713"),
        (json!({"value": "10.00", "currency": "USD"}), json!(null), "4044713"),
        (json!({"value": "10000000000000.00", "currency": "IDR"}), json!(null), "4044713"),
        (json!({"value": "1000000000.01", "currency": "IDR"}), json!(null), "4034702"),
        (json!({"value": "100000000000.01", "currency": "IDR"}), json!(null), "4044713"),
        (
            json!({"value": "10.00", "currency": "IDR"}),
            json!({"value": "0.00", "currency": "IDR"}),
            "2004700",
        ),
        (
            json!({"value": "10.00", "currency": "IDR"}),
            json!({"value": "1.00", "currency": "SGD"}),
            "4044713",
        ),
        (json!({"value": "10", "currency": "IDR"}), json!(null), "4004701"),
        (json!({"value": 10, "currency": "IDR"}), json!(null), "4004701"),
        (json!({"value": "10.00"}), json!(null), "4004702"),
    ] {
        let body = json!({"amount": amount, "feeAmount": fee});
        client.call(Service::Generate, &body).send(&gateway).await.expect(code);
    }
    // The alias with a capital letter, read for every partner.
    for (fee, code) in [
        (json!({"value": "1.50", "currency": "IDR"}), "2004700"),
        (json!("1.50"), "4004701"),
        (json!({"value": "1.5", "currency": "IDR"}), "4004701"),
    ] {
        let body = json!({"amount": {"value": "10.00", "currency": "IDR"}, "FeeAmount": fee});
        let told = client.call(Service::Generate, &body).send(&gateway).await.expect(code);
        if code == "2004700" {
            let qris = Qris::decode(text(&told["qrContent"])).unwrap();
            assert!(matches!(qris.tip(), Some(Tip::Fixed(fee)) if fee.minor() == 150));
        }
    }
}

#[tokio::test]
async fn merchants_and_their_parts() {
    let gateway = Gateway::start().await;
    let client = gateway.client("standard", Role::Merchant).await;
    let generate = |body: Value| client.call(Service::Generate, &body);
    // The only merchant need not be named.
    generate(json!({})).send(&gateway).await.expect("2004700");
    generate(json!({"merchantId": "nobody"})).send(&gateway).await.expect("4044708");
    let second = add_merchant(&gateway, &client.partner.client_id).await;
    generate(json!({})).send(&gateway).await.expect("4044708");
    generate(json!({"merchantId": second.merchant_id})).send(&gateway).await.expect("2004700");

    let (id, now) = (second.merchant_id.clone(), gateway.app.clock.now());
    gateway
        .write(move |tx| {
            merchant::add_part(tx, &id, Part::Terminal, "T1")?;
            merchant::add_part(tx, &id, Part::SubMerchant, "S1")
        })
        .await;
    for (sub, terminal, code) in [("S1", "T1", "2004700"), ("S1", "T2", "4044717"), ("S2", "T1", "4044708")] {
        let body = json!({
            "merchantId": second.merchant_id, "subMerchantId": sub, "terminalId": terminal,
        });
        generate(body).send(&gateway).await.expect(code);
    }
    // A terminal id must be able to stand in the payload.
    for (terminal, code) in [("caf\u{e9}", "4004701"), ("A\u{202e}B", "4004701"), ("A B-1", "2004700")] {
        let body = json!({"merchantId": client.merchant_id, "terminalId": terminal});
        let told = generate(body).send(&gateway).await.expect(code);
        assert!(code == "2004700" || text(&told["responseMessage"]).ends_with("terminalId"), "{told}");
    }
    let id = second.merchant_id.clone();
    gateway.write(move |tx| merchant::disable(tx, &id, now)).await;
    generate(json!({"merchantId": second.merchant_id})).send(&gateway).await.expect("4044708");
    // Now there is one again.
    generate(json!({})).at(1).send(&gateway).await.expect("2004700");
    // A transaction of another merchant of one's own is not this merchant's.
    let qr = client.generate(&gateway, "10.00").await;
    let third = add_merchant(&gateway, &client.partner.client_id).await;
    let mut query = client.about(Service::Query, text(&qr["referenceNo"]));
    query["merchantId"] = json!(third.merchant_id);
    client.call(Service::Query, &query).send(&gateway).await.expect("4045101");
}

#[tokio::test]
async fn a_transaction_is_found_by_each_of_its_names() {
    let gateway = Gateway::start().await;
    let client = gateway.client("standard", Role::Merchant).await;
    let body = client.generate_body("10.00");
    let reply = client.call(Service::Generate, &body).external_id("ext-77").send(&gateway).await;
    let number = reply.expect("2004700")["referenceNo"].clone();
    for name in [
        json!({"originalReferenceNo": number}),
        json!({"originalPartnerReferenceNo": body["partnerReferenceNo"]}),
        json!({"originalExternalId": "ext-77"}),
        // The first of them decides.
        json!({"originalReferenceNo": number, "originalPartnerReferenceNo": "wrong", "originalExternalId": "wrong"}),
    ] {
        let mut query = name.clone();
        query["serviceCode"] = json!("47");
        let told = client.call(Service::Query, &query).send(&gateway).await.expect("2005100");
        assert_eq!(told["originalReferenceNo"], number, "{name}");
        assert_eq!(told["originalPartnerReferenceNo"], body["partnerReferenceNo"]);
        assert_eq!(told["originalExternalId"], "ext-77");
    }
    let wrong = json!({"originalReferenceNo": "wrong", "serviceCode": "47"});
    client.call(Service::Query, &wrong).send(&gateway).await.expect("4045101");
    let none = json!({"serviceCode": "47"});
    client.call(Service::Query, &none).send(&gateway).await.expect("4005102");
}

/// Refunding a part can be meant twice: only a number of its own tells a copy from another refund.
#[tokio::test]
async fn a_partial_refund_needs_a_number() {
    let gateway = Gateway::start().await;
    let merchant = gateway.client("finpay", Role::Merchant).await;
    let made = merchant.generate(&gateway, "10000.00").await;
    let number = made["referenceNo"].as_str().unwrap();
    gateway.pay(number, whatever_it_asks()).await.unwrap();
    let mut body = json!({"originalReferenceNo": number});
    body["refundAmount"] = json!({"value": "2000.00", "currency": "IDR"});
    for _ in 0..2 {
        merchant.call(Service::Refund, &body).send(&gateway).await.expect("4007802");
    }
    assert_eq!(gateway.transaction(number).await.refunded, sen(0));
    // Giving back all that is left cannot be done twice.
    body["refundAmount"] = json!({"value": "10000.00", "currency": "IDR"});
    merchant.call(Service::Refund, &body).send(&gateway).await.expect("2004700"); // as that provider says it
    merchant.call(Service::Refund, &body).at(1).send(&gateway).await.expect("4047813");
}
