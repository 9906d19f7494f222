//! Every service as partners call it, in each dialect, through the whole order of checks.

mod common;

use common::client::unique;
use common::{Gateway, add_merchant, whatever_it_asks};
use qris_core::check::findings;
use qris_core::{Initiation, Profile, Qris, Sealed, Tip};
use qris_gateway::config::Config;
use qris_gateway::model::{Part, Role, State, audit, merchant};
use qris_gateway::snap::settle::Offer;
use qris_snap::Service;
use qris_snap::datetime::DAY;
use serde_json::{Value, json};

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

#[tokio::test]
async fn a_qr_code_from_generate_to_refund() {
    let gateway = Gateway::start().await;
    let client = gateway.client("standard", Role::Merchant).await;
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
    let read = qris_render::scan(&png, qris_render::PictureLimits::default()).unwrap();
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
    assert_eq!(gateway.transaction(number).await.refundable(), 0);
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
    let said: Vec<String> = findings(qris.sealed(), &Profile::QRIS).map(|it| it.to_string()).collect();
    assert_eq!(said, ["the payload is dynamic and has no amount"], "as it was asked for");
    let number = text(&qr["referenceNo"]);
    let offer = Offer { amount: Some(12_345), ..whatever_it_asks() };
    assert_eq!(gateway.pay(number, whatever_it_asks()).await.unwrap_err().code().to_string(), "4045013");
    assert_eq!(gateway.pay(number, offer.clone()).await.unwrap().paid_amount, 12_345);
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
    generate(json!({})).send(&gateway).await.expect("2004700");
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

#[tokio::test]
async fn an_issuer_decodes_and_pays() {
    let gateway = Gateway::start().await;
    let merchant = gateway.client("standard", Role::Merchant).await;
    let issuer = gateway.client("standard", Role::Issuer).await;
    let mut body = merchant.generate_body("10000.00");
    body["feeAmount"] = json!({"value": "500.00", "currency": "IDR"});
    let qr = merchant.call(Service::Generate, &body).send(&gateway).await.expect("2004700");
    let decode = |reference: &str, content: &Value| json!({"partnerReferenceNo": reference, "qrContent": content, "scanTime": "2026-11-21T10:00:00+07:00"});
    let told = issuer.call(Service::Decode, &decode("D1", &qr["qrContent"])).send(&gateway).await;
    let told = told.expect("2004800");
    assert_eq!(told["merchantName"], "WARUNG CONTOH");
    assert_eq!(told["merchantLocation"], "JAKARTA PUSAT");
    assert_eq!(told["transactionAmount"]["value"], "10000.00");
    assert_eq!(told["feeAmount"]["value"], "500.00");
    assert_eq!(told["merchantInfos"][0]["merchantPAN"], "936000010000000001");
    issuer.call(Service::Decode, &decode("D1", &qr["qrContent"])).send(&gateway).await.expect("4094801");
    for content in [json!("hello"), json!("000201"), json!(format!("{}x", text(&qr["qrContent"])))] {
        issuer.call(Service::Decode, &decode("D2", &content)).send(&gateway).await.expect("4004801");
    }

    // Wrong amounts and tips leave the number free; the right ones pay it once.
    let money = |value: &str| json!({"value": value, "currency": "IDR"});
    for (amount, fee, code) in [
        (money("9999.99"), money("500.00"), "4045013"),
        (money("10000.00"), money("500.01"), "4045013"),
        (money("10000.00"), json!(null), "4045013"),
        (json!({"value": "10000.00", "currency": "USD"}), money("500.00"), "4045013"),
        (money("10000.00"), money("500.00"), "2005000"),
        (money("10000.00"), money("500.00"), "4095001"),
    ] {
        let body = json!({"partnerReferenceNo": "D1", "amount": amount, "feeAmount": fee});
        let told = issuer.call(Service::Payment, &body).send(&gateway).await.expect(code);
        if code == "2005000" {
            assert_eq!(
                (&told["amount"]["value"], &told["feeAmount"]["value"]),
                (&json!("10000.00"), &json!("500.00"))
            );
            assert!(told["transactionDate"].is_string() && told["referenceNo"].is_string());
        }
    }
    issuer
        .call(Service::Payment, &json!({"partnerReferenceNo": "D9"}))
        .send(&gateway)
        .await
        .expect("4045001");
    assert_eq!(merchant.status(&gateway, text(&qr["referenceNo"])).await, "00");
    let paid = gateway.transaction(text(&qr["referenceNo"])).await;
    assert_eq!(paid.payer.as_deref(), Some(issuer.partner.client_id.as_str()));

    // What is paid, cancelled or over is told when it is decoded.
    issuer.call(Service::Decode, &decode("D3", &qr["qrContent"])).send(&gateway).await.expect("4044814");
    let other = merchant.generate(&gateway, "20.00").await;
    issuer.call(Service::Decode, &decode("D4", &other["qrContent"])).send(&gateway).await.expect("2004800");
    let cancel = merchant.about(Service::Cancel, text(&other["referenceNo"]));
    merchant.call(Service::Cancel, &cancel).send(&gateway).await.expect("2007700");
    issuer
        .call(Service::Payment, &json!({"partnerReferenceNo": "D4"}))
        .send(&gateway)
        .await
        .expect("4045004");
    issuer.call(Service::Decode, &decode("D5", &other["qrContent"])).send(&gateway).await.expect("4044804");
    let late = merchant.generate(&gateway, "30.00").await;
    issuer.call(Service::Decode, &decode("D6", &late["qrContent"])).send(&gateway).await.expect("2004800");
    gateway.app.clock.set_offset(DAY + 10);
    let reply = issuer.fetch_token(&gateway).await;
    let token = qris_snap::sign::Token::new(text(&reply.json()["accessToken"]));
    let pay = json!({"partnerReferenceNo": "D6"});
    issuer.call(Service::Payment, &pay).token(&token).send(&gateway).await.expect("4035000");
}

#[tokio::test]
async fn a_foreign_code_can_be_decoded_and_not_paid() {
    let gateway = Gateway::start().await;
    let issuer = gateway.client("standard", Role::Issuer).await;
    // The sample of a provider's document: another acquirer's code.
    let foreign = "00020101021126690017ID.CO.EXAMPLE.WWW011893600001000000001702150000000000000010303UMI51440014ID.CO\
                   .QRIS.WWW0215ID10260000000120303UMI5204581453033605802ID5913Warung Melati6007JAKARTA6105103406207070\
                   3A01630448CE";
    let body =
        json!({"partnerReferenceNo": "F1", "qrContent": foreign, "scanTime": "2026-11-21T10:00:00+07:00"});
    let told = issuer.call(Service::Decode, &body).send(&gateway).await.expect("2004800");
    assert_eq!((&told["merchantName"], told.get("transactionAmount")), (&json!("Warung Melati"), None));
    issuer
        .call(Service::Payment, &json!({"partnerReferenceNo": "F1"}))
        .send(&gateway)
        .await
        .expect("4045001");
}

#[tokio::test]
async fn customers_have_tokens_of_their_own() {
    let gateway = Gateway::start().await;
    let mut issuer = gateway.client("standard", Role::Issuer).await;
    let ott = json!({"userResources": ["OTT"]});
    issuer.call(Service::ApplyOtt, &ott).send(&gateway).await.expect("4004902");
    issuer.fetch_customer_token(&gateway, "customer-1").await;
    let told = issuer.call(Service::ApplyOtt, &ott).send(&gateway).await.expect("2004900");
    assert_eq!(told["userResources"][0]["resourceType"], "OTT");
    assert_eq!(text(&told["userResources"][0]["value"]).len(), 43);
    for body in [json!({"userResources": []}), json!({"userResources": ["PHONE"]})] {
        issuer.call(Service::ApplyOtt, &body).send(&gateway).await.expect("4004901");
    }
    let call = issuer.call(Service::ApplyOtt, &ott);
    call.clone().header("Authorization-Customer", "Bearer nonsense").send(&gateway).await.expect("4014902");
    call.clone().header("Authorization-Customer", "nonsense").send(&gateway).await.expect("4014904");
    // An access token is no customer token, and the other way round.
    let access = format!("Bearer {}", issuer.token.expose());
    call.header("Authorization-Customer", access).send(&gateway).await.expect("4014902");
    let customer = issuer.customer_token.clone().unwrap();
    issuer.call(Service::ApplyOtt, &ott).token(&customer).send(&gateway).await.expect("4014901");

    // A code is good once, a refresh token too.
    let (id, now) = (issuer.partner.client_id.clone(), gateway.app.clock.now());
    let code =
        gateway.write(move |tx| qris_gateway::snap::token::authorize(tx, &id, "customer-2", now)).await;
    let grant = json!({"grantType": "AUTHORIZATION_CODE", "authCode": code});
    let told = issuer.call(Service::TokenB2b2c, &grant).send(&gateway).await.expect("2007400");
    issuer.call(Service::TokenB2b2c, &grant).send(&gateway).await.expect("4017402");
    let refresh = json!({"grantType": "refresh_token", "refreshToken": told["refreshToken"]});
    // Another issuer cannot use it.
    let rival = gateway.client("standard", Role::Issuer).await;
    rival.call(Service::TokenB2b2c, &refresh).send(&gateway).await.expect("4017402");
    issuer.call(Service::TokenB2b2c, &refresh).send(&gateway).await.expect("2007400");
    issuer.call(Service::TokenB2b2c, &refresh).send(&gateway).await.expect("4017402");
    let merchant = gateway.client("standard", Role::Merchant).await;
    merchant.call(Service::TokenB2b2c, &grant).send(&gateway).await.expect("4037401");
}

#[tokio::test]
async fn an_upstream_tells_of_payments_and_no_money_is_lost() {
    let gateway = Gateway::start().await;
    let merchant = gateway.client("standard", Role::Merchant).await;
    let upstream = gateway.client("finnet", Role::Upstream).await;
    let message = |number: &str, status: &str, amount: &str, rrn: &str| {
        json!({
            "originalReferenceNo": format!("UP-{rrn}"),
            "originalPartnerReferenceNo": number,
            "latestTransactionStatus": status,
            "amount": {"value": amount, "currency": "IDR"},
            "feeAmount": {"value": "0.00", "currency": "IDR"},
            "additionalInfo": {"rrn": rrn},
        })
    };
    let tell = async |body: &Value| {
        let told = upstream.call(Service::Notify, body).send(&gateway).await.expect("2005200");
        assert_eq!(told["responseMessage"], "Successful");
        gateway.write(|tx| audit::exceptions(tx, 0, i64::MAX)).await
    };
    let number =
        async |amount: &str| text(&merchant.generate(&gateway, amount).await["referenceNo"]).to_owned();

    let one = number("10000.00").await;
    assert!(tell(&message(&one, "03", "10000.00", "1")).await.is_empty());
    assert_eq!(merchant.status(&gateway, &one).await, "01", "under way");
    assert!(tell(&message(&one, "00", "10000.00", "1")).await.is_empty());
    let paid = gateway.transaction(&one).await;
    assert_eq!((paid.state, paid.rrn.as_deref()), (State::Paid, Some("1")));
    assert_eq!(paid.payer.as_deref(), Some(upstream.partner.client_id.as_str()));
    // The same message again is no second payment; another payment of the same code is.
    assert!(tell(&message(&one, "00", "10000.00", "1")).await.is_empty());
    let found = tell(&message(&one, "00", "10000.00", "2")).await;
    assert_eq!((found.len(), found[0].kind.as_str(), found[0].amount), (1, "twice", Some(1_000_000)));
    assert_eq!(tell(&message(&one, "00", "10000.00", "2")).await.len(), 1, "told again");

    let two = number("10000.00").await;
    let found = tell(&message(&two, "00", "9999.00", "3")).await;
    assert_eq!((found.len(), gateway.transaction(&two).await.state), (2, State::Initiated));
    assert!(found.iter().any(|it| it.kind == "wrong-amount" && it.reference_no.as_deref() == Some(&two)));
    let cancel = merchant.about(Service::Cancel, &two);
    merchant.call(Service::Cancel, &cancel).send(&gateway).await.expect("2007700");
    let late = message(&two, "00", "10000.00", "4");
    let found = tell(&late).await;
    let last = found.iter().find(|it| it.kind == "late").unwrap();
    assert_eq!((found.len(), last.amount), (3, Some(1_000_000)));
    assert_eq!(serde_json::from_slice::<Value>(&last.body).unwrap(), late, "as received");
    assert_eq!(gateway.transaction(&two).await.state, State::Cancelled);

    let found = tell(&message("nowhere", "00", "1.00", "5")).await;
    assert!(found.len() == 4 && found.iter().any(|it| it.kind == "unknown"));
    // A failed payment ends the transaction; told after it was paid, a person looks at it.
    let three = number("10000.00").await;
    assert_eq!(tell(&message(&three, "06", "10000.00", "6")).await.len(), 4);
    assert_eq!(merchant.status(&gateway, &three).await, "06");
    assert_eq!(tell(&message(&one, "06", "10000.00", "7")).await.len(), 5);
    assert_eq!(gateway.transaction(&one).await.state, State::Paid);
    let found = tell(&message(&three, "00", "10000.00", "8")).await;
    assert!(found.len() == 6 && found.iter().filter(|it| it.kind == "late").count() == 2);

    // In the standard's own message there is one number: fee included.
    let standard = gateway.client("standard", Role::Upstream).await;
    let mut body = merchant.generate_body("10000.00");
    body["feeAmount"] = json!({"value": "250.00", "currency": "IDR"});
    let four = merchant.call(Service::Generate, &body).send(&gateway).await.expect("2004700");
    let four = text(&four["referenceNo"]);
    let body = json!({
        "originalReferenceNo": four, "latestTransactionStatus": "00",
        "amount": {"value": "10250.00", "currency": "IDR"},
    });
    standard.call(Service::Notify, &body).send(&gateway).await.expect("2005200");
    let paid = gateway.transaction(four).await;
    assert_eq!((paid.state, paid.paid_amount, paid.paid_tip), (State::Paid, 1_000_000, 25_000));
    // It has no number of its own, and is still known when it comes again.
    standard.call(Service::Notify, &body).send(&gateway).await.expect("2005200");
    assert_eq!(gateway.write(|tx| audit::exceptions(tx, 0, i64::MAX)).await.len(), 6);
}

#[tokio::test]
async fn finpay_speaks_finpay() {
    let gateway = Gateway::start().await;
    let client = gateway.client("finpay", Role::Merchant).await;
    let call = client.call(Service::TokenB2b, &json!({}));
    assert_eq!(call.target, "/snap/oauth/v1.0/access-token/b2b");
    let token = call.send(&gateway).await.expect("2007300");
    assert_eq!(token["expiresIn"], 900);
    let body = json!({
        "partnerReferenceNo": "FP-1",
        "amount": {"value": "1000.00", "currency": "IDR"},
        "FeeAmount": {"value": "50.00", "currency": "IDR"},
        "merchantId": client.merchant_id,
    });
    let call = client.call(Service::Generate, &body);
    assert_eq!(call.target, "/pg/payment/card/v1.0/qr/qr-mpm-generate");
    let qr = call.send(&gateway).await.expect("2004700");
    assert_eq!(qr["responseMessage"], "Request has been processed successfully");
    let query = json!({"partnerReferenceNo": "FP-1", "merchantId": client.merchant_id});
    let told = client.call(Service::Query, &query).send(&gateway).await.expect("2004700");
    assert_eq!((&told["transactionStatus"], &told["referenceNo"]), (&json!("PENDING"), &qr["referenceNo"]));
    gateway.pay(text(&qr["referenceNo"]), whatever_it_asks()).await.unwrap();
    let told = client.call(Service::Query, &query).send(&gateway).await.expect("2004700");
    assert_eq!(told["transactionStatus"], "PAID");
    assert!(told["transactionDate"].is_string());
    let refund = json!({
        "partnerReferenceNo": "FP-R1", "originalReferenceNo": qr["referenceNo"], "reason": "test",
    });
    let told = client.call(Service::Refund, &refund).send(&gateway).await.expect("2004700");
    assert_eq!(told["partnerReferenceNo"], "FP-R1");
    assert!(told["referenceNo"].is_string() && told["transactionDate"].is_string());
    client.call(Service::Refund, &refund).send(&gateway).await.expect("4097801");
    assert_eq!(client.status(&gateway, text(&qr["referenceNo"])).await, "REFUNDED");
    // Its own rules: a fifth character of CHANNEL-ID is the last, ids are digits, Accept is wanted.
    let call = client.call(Service::Query, &query);
    call.clone().header("CHANNEL-ID", "123456").send(&gateway).await.expect("4005101");
    call.clone().external_id("abc").send(&gateway).await.expect("4005101");
    call.without("Accept").send(&gateway).await.expect("4005102");
    // What expired has a word.
    let qr = client.generate(&gateway, "10.00").await;
    gateway.app.clock.set_offset(DAY + 10);
    let token = client.fetch_token(&gateway).await.expect("2007300");
    let token = qris_snap::sign::Token::new(text(&token["accessToken"]));
    let query = json!({"originalReferenceNo": qr["referenceNo"]});
    let told = client.call(Service::Query, &query).token(&token).send(&gateway).await.expect("2004700");
    assert_eq!(told["transactionStatus"], "EXPIRED");
}

#[tokio::test]
async fn brick_speaks_brick() {
    let gateway = Gateway::start().await;
    let client = gateway.client("brick", Role::Merchant).await;
    let token =
        client.call(Service::TokenB2b, &json!({"grant_type": "client_credentials"})).send(&gateway).await;
    let token = token.expect("2007300");
    assert!(token["responseCode"].is_u64() && token["expiresIn"] == 900, "{token}");
    let mut body = client.generate_body("10000.00");
    body["validityPeriod"] = json!("600");
    let now = gateway.app.clock.now();
    // X-EXTERNAL-ID is a constant of this provider.
    let call = client.call(Service::Generate, &body).external_id("constant");
    assert_eq!(call.target, "/v2/payments/acceptance/1.0/qr/qr-mpm-generate");
    let qr = call.send(&gateway).await.expect("2004700");
    assert!(qr["responseCode"].is_u64());
    let until = qris_snap::DateTime::parse(text(&qr["additionalInfo"]["expiryTime"])).unwrap().unix();
    assert!((now + 600..=now + 605).contains(&until));
    call.send(&gateway).await.expect("4094701");
    let query = json!({"originalReferenceNo": qr["referenceNo"], "serviceCode": 51});
    let told = client.call(Service::Query, &query).external_id("constant").send(&gateway).await;
    let told = told.expect("2005100");
    assert_eq!((&told["latestTransactionStatus"], &told["serviceCode"]), (&json!(1), &json!(47)));
    // X-PARTNER-ID is the provider's own value; the partner is known by X-CLIENT-KEY.
    let call = client.call(Service::Query, &query);
    call.clone().header("X-PARTNER-ID", "brick").send(&gateway).await.expect("2005100");
    call.clone().without("X-CLIENT-KEY").send(&gateway).await.expect("4005102");
    call.header("X-CLIENT-KEY", "nobody").send(&gateway).await.expect("4015100");
    for (period, code) in [("599", "4004701"), ("soon", "4004701"), ("999999", "2004700")] {
        let mut body = client.generate_body("10.00");
        body["validityPeriod"] = json!(period);
        client.call(Service::Generate, &body).send(&gateway).await.expect(code);
    }
}

#[tokio::test]
async fn a_mount_is_its_partners_alone() {
    let gateway = Gateway::start().await;
    let mounted = gateway.client_with("standard", Role::Merchant, |it| it.mount = "/api".to_owned()).await;
    let plain = gateway.client("standard", Role::Merchant).await;
    let call = mounted.call(Service::Generate, &json!({}));
    assert_eq!(call.target, "/api/v1.0/qr/qr-mpm-generate");
    call.send(&gateway).await.expect("2004700");
    // Some clients sign the path without the prefix they post to.
    call.clone()
        .external_id(unique())
        .signed_for("POST", "/v1.0/qr/qr-mpm-generate")
        .send(&gateway)
        .await
        .expect("2004700");
    // Without the mount too; not under another one.
    let plain_path = "/v1.0/qr/qr-mpm-generate";
    mounted.call(Service::Generate, &json!({})).to(plain_path).send(&gateway).await.expect("2004700");
    for (client, path) in [
        (&mounted, "/other/v1.0/qr/qr-mpm-generate"),
        (&mounted, "/api/api/v1.0/qr/qr-mpm-generate"),
        (&plain, "/api/v1.0/qr/qr-mpm-generate"),
        // Nor where another dialect has it.
        (&plain, "/pg/payment/card/v1.0/qr/qr-mpm-generate"),
    ] {
        client.call(Service::Generate, &json!({})).to(path).send(&gateway).await.expect("4040000");
    }
    // Who cannot sign does not learn who has which mount.
    let call = plain.call(Service::Generate, &json!({})).to("/api/v1.0/qr/qr-mpm-generate");
    call.tampered(b"{ \"a\":1}").send(&gateway).await.expect("4014700");
}
