//! Who takes part: partners, and transactions that wait to be paid.

use qris_gateway::model::{Minor, NotifySign, Partner, Role, Tip, Transaction};
use qris_snap::dialect::Dialect;

pub(crate) fn a_partner(client_id: &str) -> Partner {
    let dialect = Dialect::named("standard").unwrap();
    Partner {
        client_id: client_id.to_owned(),
        partner_id: client_id.to_owned(),
        channel_id: "95221".to_owned(),
        name: client_id.to_owned(),
        dialect,
        role: Role::Merchant,
        policy: dialect.policy.clone(),
        mount: String::new(),
        notify_url: None,
        notify_sign: NotifySign::Rsa,
        notify_token_url: None,
        notify_headers: "{}".to_owned(),
        created_at: 0,
        disabled_at: None,
        allow_ips: std::sync::Arc::default(),
    }
}

pub(crate) fn a_transaction(
    number: &str,
    client_id: &str,
    amount: Minor,
    tip: Tip,
    now: i64,
    expires_at: i64,
) -> Transaction {
    Transaction {
        reference_no: number.to_owned(),
        page_id: number.to_owned(),
        client_id: client_id.to_owned(),
        partner_reference_no: Some(format!("INV-{number}")),
        merchant_id: format!("M-{client_id}"),
        amount: Some(amount),
        tip,
        qr_content: number.to_owned(),
        created_at: now,
        expires_at,
        ..Transaction::default()
    }
}
