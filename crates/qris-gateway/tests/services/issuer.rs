//! An issuer's side (48, 49, 50, 74) and an upstream's (52).

use qris_gateway::model::{Role, State, audit};
use qris_snap::Service;
use qris_snap::datetime::DAY;
use serde_json::{Value, json};

use crate::common::{Gateway, bind, sen};
use crate::text;

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
    issuer.call(Service::ApplyOtt, &ott).send(&gateway).await.expect("4014904");
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
    bind(&gateway, &upstream.partner.client_id, &merchant.merchant_id).await;
    let message = |number: &str, status: &str, amount: &str, rrn: &str| {
        json!({
            "originalReferenceNo": format!("UP-{rrn}"),
            "originalPartnerReferenceNo": number,
            "latestTransactionStatus": status,
            "amount": {"value": amount, "currency": "IDR"},
            "feeAmount": {"value": "0.00", "currency": "IDR"},
            "additionalInfo": {
                "rrn": rrn, "merchantName": "WARUNG CONTOH", "acquirerName": "Contoh",
                "merchantPAN": "936000010000000001", "customerPAN": "9360000000000000009",
                "transactionDate": "2026-11-27T10:00:00+07:00",
            },
        })
    };
    let tell = async |body: &Value| {
        let told = upstream.call(Service::Notify, body).send(&gateway).await.expect("2005200");
        assert_eq!(told["responseMessage"], "Successful");
        gateway.write(|tx| audit::newest_exceptions(tx, None, 100)).await
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
    assert_eq!((found.len(), found[0].kind.as_str(), found[0].amount), (1, "twice", Some(sen(1_000_000))));
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
    assert_eq!((found.len(), last.amount), (3, Some(sen(1_000_000))));
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

    // A retry has a fresh time, and is the same payment: it is known by the upstream's number of it.
    let five = number("10000.00").await;
    let body = |time: &str, reference: &str| {
        json!({
            "originalReferenceNo": reference, "originalPartnerReferenceNo": five, "latestTransactionStatus": "00",
            "amount": {"value": "10000.00", "currency": "IDR"}, "feeAmount": {"value": "0.00", "currency": "IDR"},
            "transactionDate": time,
        })
    };
    assert_eq!(tell(&body("2026-11-27T10:00:00+07:00", "UP-9")).await.len(), 6);
    assert_eq!(tell(&body("2026-11-27T10:00:31+07:00", "UP-9")).await.len(), 6, "a retry");
    let found = tell(&body("2026-11-27T10:00:31+07:00", "UP-10")).await;
    let twice = found.iter().find(|it| it.reference_no.as_deref() == Some(five.as_str())).unwrap();
    // The exception is the merchant's, whose money it is.
    assert_eq!((found.len(), twice.kind.as_str()), (7, "twice"));
    assert_eq!(twice.client_id, merchant.partner.client_id);
    assert_eq!(twice.told_by.as_ref(), Some(&upstream.partner.client_id));

    // In the standard's own message there is one number: fee included.
    let standard = gateway.client("standard", Role::Upstream).await;
    bind(&gateway, &standard.partner.client_id, &merchant.merchant_id).await;
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
    assert_eq!((paid.state, paid.paid_amount, paid.paid_tip), (State::Paid, sen(1_000_000), sen(25_000)));
    // It has no number of its own, and is still known when it comes again.
    standard.call(Service::Notify, &body).send(&gateway).await.expect("2005200");
    assert_eq!(gateway.write(|tx| audit::newest_exceptions(tx, None, 100)).await.len(), 7);
}

/// An upstream settles the merchants that are bound to it, and nobody else's.
#[tokio::test]
async fn an_upstream_settles_its_own_merchants_only() {
    let gateway = Gateway::start().await;
    let merchant = gateway.client("standard", Role::Merchant).await;
    let upstream = gateway.client("standard", Role::Upstream).await;
    let made = merchant.generate(&gateway, "10000.00").await;
    let number = text(&made["referenceNo"]).to_owned();
    let tell = async |status: &str| {
        let body = json!({
            "originalReferenceNo": "UP-1", "originalPartnerReferenceNo": number, "latestTransactionStatus": status,
            "amount": {"value": "10000.00", "currency": "IDR"},
        });
        upstream.call(Service::Notify, &body).send(&gateway).await
    };
    // Neither paid nor failed by a stranger; that it says money moved is for a person to look at.
    tell("06").await.expect("4045208");
    for _ in 0..2 {
        tell("00").await.expect("4045208");
    }
    assert_eq!(gateway.transaction(&number).await.state, State::Initiated);
    let found = gateway.write(|tx| audit::newest_exceptions(tx, None, 100)).await;
    assert_eq!((found.len(), found[0].kind.as_str()), (1, "not-bound"));
    assert_eq!(found[0].client_id, merchant.partner.client_id);
    bind(&gateway, &upstream.partner.client_id, &merchant.merchant_id).await;
    tell("00").await.expect("2005200");
    assert_eq!(gateway.transaction(&number).await.state, State::Paid);
}

/// An upstream sends again what was refused, under the same id: when an operator has bound the merchant meanwhile, it is paid.
#[tokio::test]
async fn a_refused_notification_is_judged_anew_and_an_accepted_one_is_not() {
    let gateway = Gateway::start().await;
    let merchant = gateway.client("standard", Role::Merchant).await;
    let replay = |it: &mut qris_gateway::model::Partner| {
        it.policy.external_id.uniqueness = qris_snap::policy::Uniqueness::ReplayStored;
    };
    let upstream = gateway.client_with("standard", Role::Upstream, replay).await;
    let made = merchant.generate(&gateway, "10000.00").await;
    let number = text(&made["referenceNo"]).to_owned();
    let body = json!({
        "originalReferenceNo": "UP-1", "originalPartnerReferenceNo": number, "latestTransactionStatus": "00",
        "amount": {"value": "10000.00", "currency": "IDR"},
    });
    let call = upstream.call(Service::Notify, &body).external_id("again");
    for _ in 0..2 {
        call.send(&gateway).await.expect("4045208");
    }
    bind(&gateway, &upstream.partner.client_id, &merchant.merchant_id).await;
    for _ in 0..2 {
        call.send(&gateway).await.expect("2005200");
    }
    assert_eq!(gateway.transaction(&number).await.state, State::Paid);
    // Another body under the id stays a conflict.
    let other = json!({"originalReferenceNo": "UP-2", "originalPartnerReferenceNo": number, "latestTransactionStatus": "06"});
    upstream.call(Service::Notify, &other).external_id("again").send(&gateway).await.expect("4095200");
    // What was told before the merchant was bound stays for a person to close.
    let found = gateway.write(|tx| audit::newest_exceptions(tx, None, 100)).await;
    assert_eq!((found.len(), found[0].kind.as_str()), (1, "not-bound"));
}
