//! Logging in and out.

use std::sync::Arc;

use askama::Template;
use axum::extract::State as Held;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Form};
use serde::Deserialize;

use super::frame::{Frame, Here};
use super::session::{self, Realm};
use super::visitor::Visitor;
use super::{Answer, Pages, Problem, add_cookie, html, see_other};
use crate::app::{App, Shared};
use crate::limiter::address_key;
use crate::password;

#[derive(Template)]
#[template(path = "login.html")]
struct Page {
    frame: Frame,
    title: &'static str,
    text: &'static str,
    label: &'static str,
    action: &'static str,
    user: &'static str,
    csrf: String,
    wrong: Option<&'static str>,
}

/// A login form, sent.
#[derive(Debug, Deserialize)]
pub(super) struct LoginForm {
    #[serde(default)]
    secret: String,
    #[serde(default)]
    csrf: String,
}

/// A form without anything but its token.
#[derive(Debug, Deserialize)]
pub(super) struct PlainForm {
    #[serde(default)]
    csrf: String,
}

impl PlainForm {
    /// Whether the form is one of this session's.
    ///
    /// # Errors
    /// [`Problem::Forged`].
    pub(super) fn check(
        form: Result<Form<PlainForm>, FormRejection>,
        session: &session::Session,
    ) -> Result<(), Problem> {
        let Form(form) = form.map_err(|_| Problem::BadForm)?;
        session::check_form(&session.csrf, &form.csrf)
    }
}

/// `GET /operator/login`.
pub(super) async fn operator(Held(app): Held<Shared>, visitor: Visitor) -> Answer {
    page(&app, &visitor, Realm::Operator, false)
}

/// `GET /requests/login`.
pub(super) async fn sandbox(Held(app): Held<Shared>, visitor: Visitor) -> Answer {
    page(&app, &visitor, Realm::Sandbox, false)
}

/// `POST /operator/login`.
pub(super) async fn operator_in(
    Held(app): Held<Shared>,
    Extension(pages): Extension<Arc<Pages>>,
    visitor: Visitor,
    form: Result<Form<LoginForm>, FormRejection>,
) -> Answer {
    log_in(&app, &pages, &visitor, Realm::Operator, form).await
}

/// `POST /requests/login`.
pub(super) async fn sandbox_in(
    Held(app): Held<Shared>,
    Extension(pages): Extension<Arc<Pages>>,
    visitor: Visitor,
    form: Result<Form<LoginForm>, FormRejection>,
) -> Answer {
    log_in(&app, &pages, &visitor, Realm::Sandbox, form).await
}

/// `POST /logout`.
pub(super) async fn out(
    Held(app): Held<Shared>,
    visitor: Visitor,
    form: Result<Form<PlainForm>, FormRejection>,
) -> Answer {
    let session = session::current(&app, &visitor).await?.ok_or(Problem::NotFound)?;
    PlainForm::check(form, &session)?;
    session::close(&app, session).await
}

fn page(app: &App, visitor: &Visitor, realm: Realm, wrong: bool) -> Answer {
    if realm.secret(app).is_none() {
        return Err(Problem::NotFound);
    }
    let (cookie, set) = session::form_cookie(app, visitor)?;
    let words = visitor.lang.words();
    let (title, text, label, wrong_text, user, frame) = match realm {
        Realm::Operator => {
            let frame = Frame::plain(visitor).of(app);
            (words.operator, words.operator_login, words.password, words.password_wrong, "operator", frame)
        }
        Realm::Sandbox => {
            let frame = Frame::public(app, visitor, Here::Requests);
            let (label, wrong) = (words.sandbox_key, words.sandbox_key_wrong);
            (words.requests, words.requests_login, label, wrong, "sandbox", frame)
        }
    };
    let mut response = html(&Page {
        frame,
        title,
        text,
        label,
        action: realm.login(),
        user,
        csrf: session::form_token(&cookie),
        wrong: wrong.then_some(wrong_text),
    });
    if wrong {
        *response.status_mut() = StatusCode::FORBIDDEN;
    }
    if let Some(set) = set {
        add_cookie(response.headers_mut(), &set);
    }
    Ok(response)
}

async fn log_in(
    app: &Shared,
    pages: &Pages,
    visitor: &Visitor,
    realm: Realm,
    form: Result<Form<LoginForm>, FormRejection>,
) -> Result<Response, Problem> {
    let secret = realm.secret(app).ok_or(Problem::NotFound)?.to_owned();
    let Form(form) = form.map_err(|_| Problem::BadForm)?;
    let cookie = visitor.form.as_deref().ok_or(Problem::Forged)?;
    session::check_form(&session::form_token(cookie), &form.csrf)?;
    let wait = |wait: std::time::Duration| Problem::TooMany(wait.as_secs().max(1));
    let address = address_key(visitor.address);
    pages.guesses.take(address).map_err(wait)?;
    let right = match realm {
        Realm::Operator => pages.hashing.work(move || password::verify(&form.secret, &secret)).await?,
        Realm::Sandbox => {
            session::check_form(&session::form_token(&secret), &session::form_token(form.secret.trim()))
                .is_ok()
        }
    };
    if !right {
        tracing::warn!(realm = ?realm, address = %visitor.address, "a login with a wrong secret");
        return page(app, visitor, realm, true);
    }
    pages.guesses.forget(&address);
    let set = session::open(app, realm).await?;
    let mut response = see_other(realm.home());
    add_cookie(response.headers_mut(), &set);
    Ok(response)
}
