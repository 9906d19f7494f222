//! `/sandbox/v1/clock`: the gateway's clock, moved.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use qris_snap::DateTime;
use serde::Deserialize;

use super::key::{Key, json, plain};
use crate::app::{App, Shared};
use crate::db::DbError;
use crate::model::{meta, outbox};

/// A hundred years: beyond, dates have no place in SNAP's messages.
const FARTHEST: i64 = 100 * 366 * 24 * 3600;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    offset_seconds: i64,
}

/// GET: `{"offset_seconds", "now"}`.
pub(super) async fn show(_: Key, State(app): State<Shared>) -> Response {
    shown(&app)
}

/// POST `{"offset_seconds": n}`: n seconds from the system's time, whatever it was before.
pub(super) async fn set(_: Key, State(app): State<Shared>, body: Bytes) -> Response {
    let wanted = serde_json::from_slice::<Wanted>(&body).ok().map(|wanted| wanted.offset_seconds);
    let Some(offset) = wanted.filter(|offset| (-FARTHEST..=FARTHEST).contains(offset)) else {
        return plain(StatusCode::BAD_REQUEST, "{\"offset_seconds\": n} is wanted, at most a hundred years");
    };
    let before = app.clock.offset_seconds();
    app.clock.set_offset(offset);
    let now_ms = app.clock.now_ms();
    let written: Result<(), DbError> = app
        .store
        .write(move |tx| {
            if offset < before {
                outbox::hurry(tx, now_ms)?;
            }
            // `qris gateway demo pay` has the same time.
            meta::set(tx, meta::SANDBOX, &offset.to_string())
        })
        .await;
    if let Err(error) = written {
        tracing::warn!(%error, "notifications wait for the time the clock was moved back from");
    }
    app.outbox.notify_one();
    shown(&app)
}

fn shown(app: &App) -> Response {
    let now = DateTime::wib(app.clock.now()).map(|now| now.as_str().to_owned());
    json(
        200,
        serde_json::json!({ "offset_seconds": app.clock.offset_seconds(), "now": now })
            .to_string()
            .into_bytes(),
    )
}
