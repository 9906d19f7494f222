//! The operator's list of transactions as a file of comma-separated values. It is read a page at a time: a list of any
//! length takes the same memory.

use std::collections::HashMap;

use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State as Held};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use futures_util::stream;

use super::asked::Asked;
use super::operator::{log_in, names};
use super::show;
use super::visitor::Visitor;
use super::{Answer, Problem};
use crate::app::Shared;
use crate::db::{DbError, Tx};
use crate::model::{Filter, Minor, State, Transaction, transaction};

/// Rows read at once.
const PAGE: u32 = 500;

/// Money is rupiah with two decimals, times are RFC 3339 in western Indonesian time.
const HEAD: [&str; 18] = [
    "reference_no",
    "partner_reference_no",
    "partner",
    "merchant_id",
    "merchant_name",
    "store",
    "terminal",
    "state",
    "amount",
    "paid_amount",
    "paid_tip",
    "refunded",
    "created_at",
    "expires_at",
    "paid_at",
    "closed_at",
    "payer",
    "rrn",
];

/// `GET /operator/transactions.csv`: what the list shows for the same query, all of it.
pub(super) async fn csv(
    Held(app): Held<Shared>,
    visitor: Visitor,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Answer {
    log_in(&app, &visitor).await?;
    let Query(asked) = asked.map_err(|_| Problem::BadForm)?;
    if asked.wrong_day().is_some() {
        return Err(Problem::BadForm);
    }
    let days: String =
        [&asked.from, &asked.to].iter().filter(|day| !day.is_empty()).map(|day| format!("-{day}")).collect();
    let attachment = format!("attachment; filename=\"transactions{days}.csv\"");
    // The list begins at its top, wherever the page was.
    let filter = Filter { after: None, ..asked.filter() };
    let list = List { app, filter, names: HashMap::new(), begun: false, over: false };
    let lines = stream::unfold(list, |list| async { list.next().await });
    let headers = [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, attachment)];
    Ok((headers, Body::from_stream(lines)).into_response())
}

struct List {
    app: Shared,
    filter: Filter<State>,
    /// Of merchants, by id.
    names: HashMap<String, String>,
    begun: bool,
    over: bool,
}

impl List {
    /// The next lines. What cannot be read breaks the file off: half a list must not look like a whole one.
    async fn next(mut self) -> Option<(Result<Bytes, DbError>, List)> {
        if self.over {
            return None;
        }
        let filter = self.filter.clone();
        let mut known = std::mem::take(&mut self.names);
        let unit = move |tx: &mut dyn Tx| {
            let rows = transaction::newest(tx, &filter, PAGE)?;
            names(tx, &rows, &mut known)?;
            Ok::<_, DbError>((rows, known))
        };
        let lines = match self.app.store.read(unit).await {
            Ok((rows, known)) => {
                self.names = known;
                self.over = rows.len() < PAGE as usize;
                self.filter.after = rows.last().map(|row| (row.created_at, row.reference_no.clone()));
                self.lines(&rows)
            }
            Err(error) => Err(error),
        };
        self.over |= lines.is_err();
        self.begun = true;
        Some((lines, self))
    }

    fn lines(&self, rows: &[Transaction]) -> Result<Bytes, DbError> {
        let broken = |error: &dyn std::fmt::Display| DbError::Broken(format!("no line of CSV: {error}"));
        let mut out = csv::Writer::from_writer(Vec::new());
        if !self.begun {
            out.write_record(HEAD).map_err(|error| broken(&error))?;
        }
        let now = self.app.clock.now();
        for row in rows {
            let name = self.names.get(&row.merchant_id).map_or("", String::as_str);
            out.write_record(line(row, name, now)).map_err(|error| broken(&error))?;
        }
        out.into_inner().map(Bytes::from).map_err(|error| broken(&error))
    }
}

fn line(row: &Transaction, merchant: &str, now: i64) -> [String; HEAD.len()] {
    let text = |value: &Option<String>| plain(value.as_deref().unwrap_or(""));
    let time = |at: i64| show::moment(at).machine;
    let paid = |amount: Minor| row.paid_at.map(|_| amount.rupiah()).unwrap_or_default();
    [
        row.reference_no.clone(),
        text(&row.partner_reference_no),
        plain(&row.client_id),
        plain(&row.merchant_id),
        plain(merchant),
        text(&row.store_id),
        text(&row.terminal_id),
        row.state_at(now).as_str().to_owned(),
        row.amount.map(Minor::rupiah).unwrap_or_default(),
        paid(row.paid_amount),
        paid(row.paid_tip),
        paid(row.refunded),
        time(row.created_at),
        time(row.expires_at),
        row.paid_at.map(time).unwrap_or_default(),
        row.closed_at.map(time).unwrap_or_default(),
        text(&row.payer),
        text(&row.rrn),
    ]
}

/// A text of others. Spreadsheets run a cell that begins like a formula; after an apostrophe they show it.
fn plain(text: &str) -> String {
    let quote = if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { "'" } else { "" };
    format!("{quote}{text}")
}
