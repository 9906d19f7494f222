//! What is judged before anything is stored: amounts and tips, and text that one back end cannot hold.

use qris_gateway::config::Config;
use qris_gateway::db::Store;
use qris_gateway::model::{Role, State};
use qris_gateway::payment::Offer;
use qris_snap::Service;
use serde_json::json;

use crate::common::client::unique;
use crate::common::postgres::Postgres;
use crate::common::{Gateway, bind};
use crate::new_qr;

/// Tips by the rules of the payload: what is offered is what is asked, or it is refused.
#[tokio::test]
async fn amounts_and_tips_are_judged() {
    use qris_gateway::model::{Minor, Tip, transaction};
    let gateway = Gateway::start().await;
    let merchant = gateway.client("standard", Role::Merchant).await;
    let offer = |amount: Option<Minor>, tip: Option<Minor>| Offer {
        amount,
        tip,
        payer: "sandbox".to_owned(),
        rrn: None,
        key: None,
        account: None,
    };
    /// Amount and tip asked for, amount and tip offered, what is paid.
    type Case = (Option<i64>, Tip, Option<i64>, Option<i64>, Option<(i64, i64)>);
    let cases: &[Case] = &[
        (Some(1_000), Tip::None, None, None, Some((1_000, 0))),
        (Some(1_000), Tip::None, Some(1_000), Some(0), Some((1_000, 0))),
        (Some(1_000), Tip::None, Some(999), None, None),
        (Some(1_000), Tip::None, Some(1_001), None, None),
        (Some(1_000), Tip::None, Some(1_000), Some(1), None),
        (None, Tip::None, None, None, None),
        (None, Tip::None, Some(0), None, None),
        (None, Tip::None, Some(-5), None, None),
        (None, Tip::None, Some(i64::MAX), None, None),
        (None, Tip::None, Some(999_999_999_999_900), None, Some((999_999_999_999_900, 0))),
        (None, Tip::None, Some(5), None, Some((5, 0))),
        (Some(1_000), Tip::Prompt, None, None, Some((1_000, 0))),
        (Some(1_000), Tip::Prompt, Some(1_000), Some(777), Some((1_000, 777))),
        (Some(1_000), Tip::Prompt, Some(1_000), Some(-1), None),
        (Some(1_000), Tip::Prompt, Some(1_000), Some(i64::MAX), None),
        (Some(1_000), Tip::Fixed(Minor::new(50)), None, None, Some((1_000, 50))),
        (Some(1_000), Tip::Fixed(Minor::new(50)), Some(1_000), Some(50), Some((1_000, 50))),
        (Some(1_000), Tip::Fixed(Minor::new(50)), Some(1_000), Some(49), None),
        (Some(1_000), Tip::Fixed(Minor::new(50)), Some(1_000), None, None),
        (Some(1_000), Tip::Fixed(Minor::new(50)), None, Some(0), None),
        // 0.7 % of 150.50 is 1.0535 rupiah: 105 sen; 2.5 % of 0.20 is half a sen: up.
        (Some(15_050), Tip::Percent(70), Some(15_050), Some(105), Some((15_050, 105))),
        (Some(15_050), Tip::Percent(70), Some(15_050), Some(106), None),
        (Some(20), Tip::Percent(250), Some(20), Some(1), Some((20, 1))),
        (Some(20), Tip::Percent(250), Some(20), Some(0), None),
        (None, Tip::Percent(250), Some(20), Some(1), Some((20, 1))),
    ];
    for (amount, tip, offered, offered_tip, wanted) in cases.iter().copied() {
        let made = new_qr(&gateway, &merchant, "10.00").await;
        let mut changed = gateway.transaction(&made).await;
        changed.reference_no = format!("T{}", unique());
        changed.page_id = changed.reference_no.clone();
        changed.qr_content = changed.reference_no.clone();
        (changed.amount, changed.tip) = (amount.map(Minor::new), tip);
        let number = changed.reference_no.clone();
        gateway.write(move |tx| transaction::add(tx, &changed)).await;
        let paid = gateway.pay(&number, offer(offered.map(Minor::new), offered_tip.map(Minor::new))).await;
        match (paid, wanted) {
            (Ok(paid), Some(wanted)) => {
                assert_eq!((paid.paid_amount.get(), paid.paid_tip.get()), wanted, "{amount:?} {tip:?}");
                assert_eq!(paid.rrn.as_deref().map(str::len), Some(12));
            }
            (Err(refusal), None) => {
                assert_eq!(refusal.code().to_string(), "4045013", "{refusal:?}");
                assert_eq!(gateway.transaction(&number).await.state, State::Initiated);
            }
            (paid, wanted) => {
                panic!("{amount:?} {tip:?} for {offered:?} {offered_tip:?}: {paid:?}, {wanted:?}")
            }
        }
    }
}

/// The same requests, with every kind of text in them, get the same answers from both back ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn both_back_ends_answer_alike() {
    use proptest::strategy::{Strategy, ValueTree};
    let server = Postgres::start();
    let (sqlite, postgres) = (
        Gateway::start().await,
        Gateway::over(&Store::open(&server.database()).await.unwrap(), Config::default()),
    );
    let mut sides = Vec::new();
    for gateway in [&sqlite, &postgres] {
        let merchant = gateway.client("standard", Role::Merchant).await;
        let upstream = gateway.client("standard", Role::Upstream).await;
        bind(gateway, &upstream.partner.client_id, &merchant.merchant_id).await;
        sides.push((gateway, merchant, upstream));
    }
    let text = proptest::prop_oneof![
        "[A-Za-z0-9 .-]{0,70}",
        "[\u{0}-\u{1f}\u{7f}\u{fffd}\u{ffff}\u{10ffff}A']{1,12}",
        "\\PC{1,30}",
    ];
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut codes = std::collections::BTreeSet::new();
    for turn in 0..60 {
        let mut any = || text.new_tree(&mut runner).unwrap().current();
        let (number, store, terminal, reason, rrn) = (format!("{turn}{}", any()), any(), any(), any(), any());
        let mut told = Vec::new();
        for (gateway, merchant, upstream) in &sides {
            let mut body = merchant.generate_body("10.00");
            body["partnerReferenceNo"] = json!(number);
            for (name, text) in [("storeId", &store), ("terminalId", &terminal)] {
                if turn % 3 == 0 {
                    body[name] = json!(text);
                }
            }
            let made = merchant.call(Service::Generate, &body).send(gateway).await;
            let again = merchant.call(Service::Generate, &body).at(1).send(gateway).await;
            let query = json!({"originalPartnerReferenceNo": number, "serviceCode": "47"});
            let found = merchant.call(Service::Query, &query).send(gateway).await;
            let other = new_qr(gateway, merchant, "10.00").await;
            let notice = json!({
                "originalReferenceNo": reason, "originalPartnerReferenceNo": other, "latestTransactionStatus": "00",
                "amount": {"value": "10.00", "currency": "IDR"}, "additionalInfo": {"rrn": rrn},
            });
            let noticed = upstream.call(Service::Notify, &notice).send(gateway).await;
            let state = gateway.transaction(&other).await.state;
            told.push((
                made.code.clone(),
                again.code.clone(),
                found.code.clone(),
                noticed.code.clone(),
                state,
            ));
        }
        assert_eq!(told[0], told[1], "{number:?} {store:?} {terminal:?} {reason:?} {rrn:?}");
        let (made, _, _, noticed, _) = &told[0];
        assert!(!made.starts_with('5') && !noticed.starts_with('5'), "{told:?}");
        codes.extend([made.clone(), noticed.clone()]);
    }
    // Text that a store cannot hold is no reason to lose a payment.
    for (gateway, merchant, upstream) in &sides {
        let number = new_qr(gateway, merchant, "10.00").await;
        let notice = json!({
            "originalReferenceNo": "U\u{0}1", "originalPartnerReferenceNo": number, "latestTransactionStatus": "00",
            "amount": {"value": "10.00", "currency": "IDR"}, "additionalInfo": {"rrn": "1\u{0}2"},
        });
        upstream.call(Service::Notify, &notice).send(gateway).await.expect("2005200");
        assert_eq!(gateway.transaction(&number).await.state, State::Paid);
    }
    assert!(codes.contains("2004700") && codes.contains("2005200") && codes.len() > 2, "{codes:?}");
}
