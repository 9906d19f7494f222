//! `/sandbox/v1/authorize`: a customer's consent, without the customer.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::key::{Key, json, plain};
use crate::app::Shared;
use crate::db::{DbError, Tx};
use crate::model::partner;
use crate::snap::token;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wanted {
    client_id: String,
    customer: String,
}

/// POST `{"clientId", "customer"}`: `{"authCode", "expiresIn"}`, an authorisation code for service 74, in seconds.
pub(super) async fn authorize(_: Key, State(app): State<Shared>, body: Bytes) -> Response {
    let fits =
        |name: &str| (1..=64).contains(&name.trim().chars().count()) && !name.chars().any(char::is_control);
    let wanted = serde_json::from_slice::<Wanted>(&body).ok().filter(|wanted| fits(&wanted.customer));
    let Some(Wanted { client_id, customer }) = wanted else {
        let text = "{\"clientId\": \"…\", \"customer\": \"…\"} is wanted, the customer in 1 to 64 characters";
        return plain(StatusCode::BAD_REQUEST, text);
    };
    let now = app.clock.now();
    let unit = move |tx: &mut dyn Tx| match partner::by_client_id(tx, &client_id)? {
        Some(partner) if partner.has_customers() => {
            token::authorize(tx, &client_id, customer.trim(), now).map(Some)
        }
        _ => Ok::<_, DbError>(None),
    };
    match app.store.write(unit).await {
        Ok(Some(code)) => json(
            200,
            serde_json::json!({ "authCode": code, "expiresIn": token::CODE }).to_string().into_bytes(),
        ),
        Ok(None) => plain(StatusCode::NOT_FOUND, "no partner of this clientId has customers"),
        Err(error) => {
            tracing::warn!(%error, "no customer can be authorised");
            plain(StatusCode::INTERNAL_SERVER_ERROR, "the storage does not answer")
        }
    }
}
