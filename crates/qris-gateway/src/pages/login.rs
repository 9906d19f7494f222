//! Logging in and out.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{ARGON2ID_IDENT, Argon2, PasswordHasher, PasswordVerifier};
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
use crate::crypto;

/// A longer password is refused before it is hashed.
const LONGEST: usize = 1024;

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
    let (title, text, label, wrong_text, user, here) = match realm {
        Realm::Operator => {
            let here = Here::Operator;
            (words.operator, words.operator_login, words.password, words.password_wrong, "operator", here)
        }
        Realm::Sandbox => {
            let here = Here::Requests;
            (
                words.requests,
                words.requests_login,
                words.sandbox_key,
                words.sandbox_key_wrong,
                "sandbox",
                here,
            )
        }
    };
    let mut response = html(&Page {
        frame: Frame::public(app, visitor, here),
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
    pages.throttle.attempt(visitor.address).map_err(wait)?;
    let right = match realm {
        Realm::Operator => {
            let _permit = pages.hashing.acquire().await.map_err(|_| Problem::Busy)?;
            let verify = move || verify_password(&form.secret, &secret);
            tokio::task::spawn_blocking(verify).await.map_err(|_| Problem::Busy)?
        }
        Realm::Sandbox => {
            session::check_form(&session::form_token(&secret), &session::form_token(form.secret.trim()))
                .is_ok()
        }
    };
    if !right {
        tracing::warn!(realm = ?realm, address = %visitor.address, "a login with a wrong secret");
        return page(app, visitor, realm, true);
    }
    pages.throttle.forgive(visitor.address);
    let set = session::open(app, realm).await?;
    let mut response = see_other(realm.home());
    add_cookie(response.headers_mut(), &set);
    Ok(response)
}

fn verify_password(password: &str, hash: &str) -> bool {
    let known = match PasswordHash::new(hash) {
        Ok(known) if check_password_hash(hash).is_ok() => known,
        _ => {
            tracing::error!("the operator's password hash cannot be used; nobody can log in");
            return false;
        }
    };
    password.len() <= LONGEST && Argon2::default().verify_password(password.as_bytes(), &known).is_ok()
}

/// Whether a text can be the operator's password hash: an Argon2id hash as PHC string (`$argon2id$v=19$m=…`).
///
/// # Errors
/// What is wrong with it, for the one who wrote the configuration.
pub fn check_password_hash(hash: &str) -> Result<(), String> {
    let wanted = "an Argon2id hash as PHC string is wanted ($argon2id$v=19$m=19456,t=2,p=1$SALT$HASH)";
    let known = PasswordHash::new(hash).map_err(|error| format!("{wanted}: {error}"))?;
    let whole = known.algorithm == ARGON2ID_IDENT && known.salt.is_some() && known.hash.is_some();
    if whole { Ok(()) } else { Err(wanted.to_owned()) }
}

/// The Argon2id hash of a password, for the configuration.
///
/// # Errors
/// [`crypto::CryptoError::Failed`] when the random source fails, or the password is longer than 1,024 bytes.
pub fn hash_password(password: &str) -> Result<String, crypto::CryptoError> {
    if password.len() > LONGEST {
        return Err(crypto::CryptoError::Failed);
    }
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|_| crypto::CryptoError::Failed)
}
