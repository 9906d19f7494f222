//! `/sandbox/v1/authorize`: a customer's consent, without the customer.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::key::{Key, json, plain};
use crate::app::Shared;
use crate::db::Tx;
use crate::snap::token::{self, NotAuthorized};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wanted {
    client_id: String,
    customer: String,
}

/// POST `{"clientId", "customer"}`: `{"authCode", "expiresIn"}`, an authorisation code for service 74, in seconds.
pub(super) async fn authorize(_: Key, State(app): State<Shared>, body: Bytes) -> Response {
    let Ok(Wanted { client_id, customer }) = serde_json::from_slice(&body) else {
        return plain(StatusCode::BAD_REQUEST, "{\"clientId\": \"…\", \"customer\": \"…\"} is wanted");
    };
    let now = app.clock.now();
    let unit = move |tx: &mut dyn Tx| token::consent(tx, &client_id, &customer, now);
    match app.store.write(unit).await {
        Ok(Ok(code)) => json(
            200,
            serde_json::json!({ "authCode": code, "expiresIn": token::CODE }).to_string().into_bytes(),
        ),
        Ok(Err(why @ NotAuthorized::Name)) => plain(StatusCode::BAD_REQUEST, &why.to_string()),
        Ok(Err(why @ NotAuthorized::NoCustomers)) => plain(StatusCode::NOT_FOUND, &why.to_string()),
        Err(error) => {
            tracing::warn!(%error, "no customer can be authorised");
            plain(StatusCode::INTERNAL_SERVER_ERROR, "the storage does not answer")
        }
    }
}
