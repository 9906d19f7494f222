//! Bodies: in the partner's dialect, the same bytes after any JavaScript, never refused.

use proptest::prelude::*;
use qris_gateway::model::{EventKind, Minor, NotifySign, Refund, Transaction};
use qris_gateway::notify::row;
use qris_gateway::payment::Event;
use qris_snap::dialect::{ALL, FINNET, STANDARD};
use qris_snap::json::{Value, js_stable, parse};
use qris_snap::message::{Message, NotifyRequest};
use strum::VariantArray;

use crate::support::{QR, of_dialect, transaction};

fn some_refund(amount: i64, text: &str) -> Refund {
    Refund {
        refund_no: "R1".to_owned(),
        reference_no: "A".to_owned(),
        client_id: "CLIENT-1".to_owned(),
        partner_refund_no: Some(text.to_owned()),
        amount: Minor::new(amount),
        reason: Some(text.to_owned()),
        created_at: 1_795_243_470,
    }
}

#[test]
fn each_kind_has_its_status_and_refunds_their_numbers() {
    let partner = of_dialect(&STANDARD, NotifySign::Rsa, None);
    let mut transaction = transaction("A");
    transaction.qr_content = QR.to_owned();
    (transaction.paid_at, transaction.paid_amount) = (Some(1_795_243_470), Minor::new(100_000));
    transaction.refunded = Minor::new(30_000);
    for (kind, status, words) in [
        (EventKind::Paid, "00", "Success"),
        (EventKind::Failed, "06", "Failed"),
        (EventKind::Expired, "06", "Expired"),
        (EventKind::Cancelled, "05", "Canceled"),
        (EventKind::Refunded, "04", "Refunded"),
    ] {
        let refund = some_refund(10_000, "P1");
        let refund = Some(&refund).filter(|_| kind == EventKind::Refunded);
        let told =
            Event { kind, transaction: &transaction, refund, at_ms: 1_795_243_470_123, request_id: None };
        let event = row(&partner, &told).unwrap();
        assert_eq!((event.kind, event.subject.as_str()), (kind, refund.map_or("", |_| "R1")));
        let message = NotifyRequest::read(&STANDARD, &event.body).unwrap();
        assert_eq!(message.latest_transaction_status.as_deref(), Some(status));
        assert_eq!(message.transaction_status_desc.as_deref(), Some(words));
        let info = message.additional_info.unwrap();
        assert_eq!(info.text("merchantName"), Some("Test Sogi"));
        assert_eq!(info.text("merchantPAN"), Some("936007773200716001"));
        assert_eq!(info.text("refundNo"), refund.map(|_| "R1"));
        let amount =
            info.get("refundAmount").and_then(Value::as_object).and_then(|money| money.text("value"));
        assert_eq!(amount, refund.map(|_| "100.00"));
    }
}

#[test]
fn finnet_gets_what_it_demands_of_a_transaction_that_has_it_not() {
    let mut transaction = transaction("A");
    (transaction.amount, transaction.partner_reference_no) = (None, None);
    let partner = of_dialect(&FINNET, NotifySign::Hmac, None);
    let told = Event {
        kind: EventKind::Expired,
        transaction: &transaction,
        refund: None,
        at_ms: 1_795_243_470_123,
        request_id: None,
    };
    let event = row(&partner, &told).unwrap();
    let message = NotifyRequest::read(&FINNET, &event.body).unwrap();
    assert_eq!(message.original_partner_reference_no.as_deref(), Some("A"));
    assert_eq!((message.amount.unwrap().minor(), message.fee_amount.unwrap().minor()), (0, 0));
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[0-9]{1,70}", "[a-z\",: \\\\/\u{0}\u{7f}\u{2028}\u{e9}\u{1f600}]{0,300}"]
}

fn any_transaction() -> impl Strategy<Value = Transaction> {
    let texts = proptest::collection::vec(proptest::option::of(text()), 8);
    // What 54 can hold, and a good deal more.
    let money = || (0..100_000_000_000_000_000_i64).prop_map(Minor::new);
    let numbers = (proptest::option::of(money()), money(), money(), proptest::option::of(any::<i64>()));
    ("[0-9A-Z]{1,64}", texts, numbers, any::<i64>(), any::<bool>()).prop_map(
        |(reference_no, mut texts, (amount, paid_amount, paid_tip, paid_at), at, decodes)| {
            let mut next = || texts.pop().flatten();
            Transaction {
                partner_reference_no: next(),
                external_id: next(),
                merchant_id: next().unwrap_or_default(),
                store_id: next(),
                terminal_id: next(),
                reason: next(),
                rrn: next(),
                qr_content: if decodes { QR.to_owned() } else { next().unwrap_or_default() },
                amount,
                paid_amount,
                paid_tip,
                paid_at,
                closed_at: Some(at),
                refunded: paid_tip,
                ..transaction(&reference_no)
            }
        },
    )
}

proptest! {
    #[test]
    fn any_event_is_sendable_and_stays_what_it_is_in_javascript(
        transaction in any_transaction(),
        kind in 0..EventKind::VARIANTS.len(),
        dialect in 0..ALL.len(),
        refund in proptest::option::of((0..100_000_000_000_000_000_i64, text())),
        now_ms in prop_oneof![any::<i64>(), 0..4_000_000_000_000_i64],
    ) {
        let partner = of_dialect(ALL[dialect], NotifySign::Rsa, None);
        let refund = refund.map(|(amount, text)| some_refund(amount, &text));
        let (kind, refund) = (EventKind::VARIANTS[kind], refund.as_ref());
        let event = row(&partner, &Event { kind, transaction: &transaction, refund, at_ms: now_ms, request_id: None }).unwrap();
        NotifyRequest::read(ALL[dialect], &event.body).unwrap();
        let Value::Object(object) = parse(&event.body).unwrap() else { unreachable!() };
        prop_assert_eq!(js_stable(&object), Ok(()));
        // A printer that is not ours, escapes as JavaScript's does, and keeps the order of members.
        let reprinted: serde_json::Value = serde_json::from_slice(&event.body).unwrap();
        prop_assert_eq!(serde_json::to_vec(&reprinted).unwrap(), event.body);
    }
}
