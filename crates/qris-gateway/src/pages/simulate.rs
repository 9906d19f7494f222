//! The button that pays a code without money: on payment pages of the sandbox.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State as Held};
use axum::response::Response;
use serde::Deserialize;

use super::visitor::Visitor;
use super::{Answer, Problem, pay, see_other, session};
use crate::app::{App, Shared};
use crate::db::DbError;
use crate::sandbox::{Ours, minor, pay_code};

/// The form's action and token.
pub(super) struct Simulation {
    pub(super) action: String,
    pub(super) csrf: String,
}

/// The form, and the cookie to be set with it; none outside of the sandbox and for what cannot be paid.
pub(super) fn form(
    app: &App,
    visitor: &Visitor,
    page_id: &str,
    open: bool,
) -> Result<Option<(Simulation, Option<String>)>, Problem> {
    if !open || app.sandbox_key.is_none() {
        return Ok(None);
    }
    let (cookie, set) = session::form_cookie(app, visitor)?;
    let simulation =
        Simulation { action: format!("/pay/{page_id}/simulate"), csrf: session::form_token(&cookie) };
    Ok(Some((simulation, set)))
}

#[derive(Deserialize)]
pub(super) struct Sent {
    #[serde(default)]
    csrf: String,
    /// Whole rupiah, where the payer enters the amount.
    amount: Option<String>,
}

/// `POST /pay/{page_id}/simulate`: pays as `/sandbox/v1/pay` does, and shows the page again, which says what came of it.
pub(super) async fn pay(
    ours: Result<Ours, Response>,
    Held(app): Held<Shared>,
    visitor: Visitor,
    Path(page_id): Path<String>,
    form: Result<Form<Sent>, FormRejection>,
) -> Answer {
    if ours.is_err() {
        return Err(Problem::NotFound);
    }
    let found = pay::find(&app, &page_id).await?;
    let Form(sent) = form.map_err(|_| Problem::BadForm)?;
    let cookie = visitor.form.as_deref().ok_or(Problem::Forged)?;
    session::check_form(&session::form_token(cookie), &sent.csrf)?;
    if !found.here {
        return Err(Problem::NotFound);
    }
    let amount = match &sent.amount {
        Some(text) => Some(minor(&text.trim().into()).ok_or(Problem::BadForm)?),
        None => None,
    };
    let (code, now_ms) = (found.transaction, app.clock.now_ms());
    let paid = app.store.write(move |tx| pay_code(tx, &code, (amount, None), now_ms, None)).await;
    app.outbox.notify_one();
    // Whatever came of it, the page says so.
    paid.map_err(|error: DbError| Problem::from(error))?;
    Ok(see_other(&format!("/pay/{page_id}")))
}
