//! `/sandbox/v1/notifications`: what was sent about a transaction, and what came of it.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::key::{self, Key, plain};
use crate::app::Shared;
use crate::db::DbError;
use crate::model::{Notification, outbox};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct About {
    reference_no: Option<String>,
}

/// GET `?referenceNo=`: an array in the order of the events.
pub(super) async fn list(
    _: Key,
    State(app): State<Shared>,
    about: Result<Query<About>, QueryRejection>,
) -> Response {
    let Some(reference_no) = about.ok().and_then(|Query(about)| about.reference_no) else {
        return plain(
            StatusCode::BAD_REQUEST,
            "?referenceNo= is wanted: the referenceNo of the generate answer",
        );
    };
    let found: Result<_, DbError> = app.store.read(move |tx| outbox::of_transaction(tx, &reference_no)).await;
    match found {
        Ok(rows) => {
            let rows: Value = rows.iter().map(row).collect();
            key::json(200, rows.to_string().into_bytes())
        }
        Err(error) => {
            tracing::warn!(%error, "notifications cannot be listed");
            plain(StatusCode::INTERNAL_SERVER_ERROR, "the storage does not answer")
        }
    }
}

fn row(row: &Notification) -> Value {
    let headers = row.headers.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok());
    json!({
        "id": row.id,
        "kind": row.kind.as_str(),
        "url": row.url,
        "headers": headers.unwrap_or_else(|| json!({})),
        "body_base64": STANDARD.encode(&row.body),
        "string_to_sign": row.string_to_sign,
        "attempts": row.attempts,
        "state": row.state.as_str(),
        "answer_status": row.answer_status,
        "answer": row.answer,
    })
}
