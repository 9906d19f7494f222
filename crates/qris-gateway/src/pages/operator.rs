//! The operator's pages of transactions.

use std::collections::HashMap;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State as Held};

use super::asked::Asked;
use super::frame::{Frame, Here};
use super::notifications::{self, NotificationRow};
use super::session::{self, Realm, Session};
use super::show::{self, Moment};
use super::visitor::Visitor;
use super::words::Words;
use super::{Answer, Problem, html, see_other};
use crate::app::Shared;
use crate::db::{DbError, Tx};
use crate::model::{Minor, Partner, State, Transaction, merchant, outbox, partner, refund, transaction};

/// Rows of a page of a list.
pub(super) const ROWS: u32 = 50;

/// Cuts a list that was read one row too long to a page; where the next one begins, when there is more.
pub(super) fn cut<T>(found: &mut Vec<T>, key: impl Fn(&T) -> (i64, &str)) -> Option<String> {
    let more = found.len() > ROWS as usize;
    found.truncate(ROWS as usize);
    let (time, id) = found.last().filter(|_| more).map(key)?;
    Some(format!("{time}-{id}"))
}

/// A state as a coloured word.
struct Badge {
    state: &'static str,
    text: &'static str,
}

impl Badge {
    fn of(state: State, words: &'static Words) -> Badge {
        let text = match state {
            State::Initiated => words.state_initiated,
            State::Paid => words.state_paid,
            State::Cancelled => words.state_cancelled,
            State::Expired => words.state_expired,
            State::Failed => words.state_failed,
            State::Refunded => words.state_refunded,
        };
        Badge { state: state.as_str(), text }
    }
}

pub(super) async fn log_in(app: &Shared, visitor: &Visitor) -> Result<Session, Problem> {
    session::required(app, visitor, Realm::Operator).await
}

/// `GET /operator`.
pub(super) async fn home(Held(app): Held<Shared>, visitor: Visitor) -> Answer {
    let session = log_in(&app, &visitor).await?;
    Ok(see_other(session.realm.home()))
}

#[derive(Template)]
#[template(path = "transactions.html")]
struct Transactions {
    frame: Frame,
    rows: Vec<TransactionRow>,
    partners: Vec<Partner>,
    asked: Asked,
    /// Partner and days, for the links to other pages of the list.
    query: String,
    not_found: Option<String>,
    /// Query value of the next page.
    more: Option<String>,
    first: bool,
}

struct TransactionRow {
    reference_no: String,
    partner_reference_no: Option<String>,
    partner: String,
    /// Its name; its number when it is gone.
    merchant: String,
    merchant_id: String,
    amount: Option<String>,
    badge: Badge,
    created: Moment,
}

/// `GET /operator/transactions`.
pub(super) async fn transactions(
    Held(app): Held<Shared>,
    visitor: Visitor,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Answer {
    let session = log_in(&app, &visitor).await?;
    let Query(asked) = asked.unwrap_or_default();
    let find = asked.find.trim().to_owned();
    let (filter, wanted) = (asked.filter(), find.clone());
    let first = filter.after.is_none();
    let unit = move |tx: &mut dyn Tx| {
        if !wanted.is_empty() && transaction::by_reference(tx, &wanted)?.is_some() {
            return Ok::<_, DbError>(None);
        }
        let found = transaction::newest(tx, &filter, ROWS + 1)?;
        let mut merchants = HashMap::new();
        names(tx, &found, &mut merchants)?;
        Ok(Some((found, merchants, partner::all(tx)?)))
    };
    let Some((mut found, merchants, partners)) = app.store.read(unit).await? else {
        let path = format!("/operator/transactions/{}", super::encode(&find));
        return Ok(see_other(&path));
    };
    let more = cut(&mut found, |row| (row.created_at, &row.reference_no));
    let (now, words) = (app.clock.now(), visitor.lang.words());
    let row = |row: Transaction| {
        let merchant = merchants.get(&row.merchant_id).unwrap_or(&row.merchant_id).clone();
        let partner = partners.iter().find(|one| one.client_id == row.client_id);
        let partner = partner.map_or(&row.client_id, |one| &one.name).clone();
        transaction_row(row, merchant, partner, now, words)
    };
    Ok(html(&Transactions {
        frame: Frame::of_session(&app, &visitor, &session, Here::Transactions),
        more,
        rows: found.into_iter().map(row).collect(),
        partners,
        query: asked.query(),
        asked,
        not_found: (!find.is_empty()).then_some(find),
        first,
    }))
}

/// Adds the names of the merchants of these transactions to those that are known.
pub(super) fn names(
    tx: &mut dyn Tx,
    rows: &[Transaction],
    known: &mut HashMap<String, String>,
) -> Result<(), DbError> {
    for row in rows {
        if !known.contains_key(&row.merchant_id)
            && let Some(found) = merchant::by_id(tx, &row.merchant_id)?
        {
            known.insert(found.merchant_id, found.name);
        }
    }
    Ok(())
}

fn transaction_row(
    row: Transaction,
    merchant: String,
    partner: String,
    now: i64,
    words: &'static Words,
) -> TransactionRow {
    TransactionRow {
        merchant,
        partner,
        badge: Badge::of(row.state_at(now), words),
        amount: amount(&row).map(show::rupiah),
        created: show::moment(row.created_at),
        reference_no: row.reference_no,
        partner_reference_no: row.partner_reference_no,
        merchant_id: row.merchant_id,
    }
}

/// What was paid, or is to be.
fn amount(row: &Transaction) -> Option<Minor> {
    if row.paid_at.is_some() { row.paid_amount.plus(row.paid_tip) } else { row.amount }
}

#[derive(Template)]
#[template(path = "transaction.html")]
struct TransactionPage {
    frame: Frame,
    csrf: String,
    reference_no: String,
    badge: Badge,
    pay: String,
    client_id: String,
    facts: Vec<(&'static str, String)>,
    qr_content: String,
    refunds: Vec<RefundRow>,
    notifications: Vec<NotificationRow>,
}

struct RefundRow {
    refund_no: String,
    partner_refund_no: Option<String>,
    amount: String,
    reason: Option<String>,
    created: Moment,
}

/// `GET /operator/transactions/{reference_no}`.
pub(super) async fn transaction(
    Held(app): Held<Shared>,
    visitor: Visitor,
    Path(reference_no): Path<String>,
) -> Answer {
    let session = log_in(&app, &visitor).await?;
    let unit = move |tx: &mut dyn Tx| {
        let Some(found) = transaction::by_reference(tx, &reference_no)? else {
            return Ok::<_, DbError>(None);
        };
        let refunds = refund::of_transaction(tx, &reference_no)?;
        let merchant = merchant::by_id(tx, &found.merchant_id)?.map(|merchant| merchant.name);
        Ok(Some((found, merchant, refunds, outbox::of_transaction(tx, &reference_no)?)))
    };
    let (found, merchant, refunds, notifications) = app.store.read(unit).await?.ok_or(Problem::NotFound)?;
    let words = visitor.lang.words();
    let refunds = refunds.into_iter().map(|row| RefundRow {
        amount: show::rupiah(row.amount),
        created: show::moment(row.created_at),
        refund_no: row.refund_no,
        partner_refund_no: row.partner_refund_no,
        reason: row.reason,
    });
    Ok(html(&TransactionPage {
        frame: Frame::of_session(&app, &visitor, &session, Here::Transactions),
        csrf: session.csrf,
        badge: Badge::of(found.state_at(app.clock.now()), words),
        pay: format!("/pay/{}", found.page_id),
        facts: facts(&found, merchant, words),
        client_id: found.client_id,
        qr_content: found.qr_content,
        reference_no: found.reference_no,
        refunds: refunds.collect(),
        notifications: notifications.into_iter().map(|row| notifications::row(row, words)).collect(),
    }))
}

fn facts(
    found: &Transaction,
    merchant: Option<String>,
    words: &'static Words,
) -> Vec<(&'static str, String)> {
    let time = |at: i64| show::moment(at).text;
    let paid = found.paid_at.is_some();
    let rows = [
        (words.merchant, merchant),
        (words.merchant_id, Some(found.merchant_id.clone())),
        (words.partner_reference, found.partner_reference_no.clone()),
        (words.external_id, found.external_id.clone()),
        (words.sub_merchant, found.sub_merchant_id.clone()),
        (words.store, found.store_id.clone()),
        (words.terminal, found.terminal_id.clone()),
        (words.amount, Some(found.amount.map_or_else(|| words.amount_open.to_owned(), show::rupiah))),
        (words.paid_amount, paid.then(|| show::rupiah(found.paid_amount))),
        (words.tip, paid.then(|| show::rupiah(found.paid_tip))),
        (words.refunded_amount, paid.then(|| show::rupiah(found.refunded))),
        (words.refundable, found.refundable().filter(|_| paid).map(show::rupiah)),
        (words.created_at, Some(time(found.created_at))),
        (words.expires_at, Some(time(found.expires_at))),
        (words.paid_at, found.paid_at.map(time)),
        (words.closed_at, found.closed_at.map(time)),
        (words.reason, found.reason.clone()),
        (words.payer, found.payer.clone()),
        (words.rrn, found.rrn.clone()),
        (words.simulate, found.simulate.map(|simulate| simulate.as_str().to_owned())),
    ];
    rows.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}
