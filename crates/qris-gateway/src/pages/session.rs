//! Who has logged in: a random token in a cookie, known to the storage by its hash only, so that several processes
//! share it and closing it closes it everywhere.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest;

use super::visitor::{FORM_COOKIE, SESSION_COOKIE, Visitor};
use super::{Answer, Problem};
use crate::app::{App, Shared};
use crate::crypto;
use crate::model::{StoredToken, TokenKind, token};

/// Seconds a session lasts.
const LIFETIME: i64 = 8 * 3600;

/// What a session opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Realm {
    /// Everything an operator sees; opened by the password.
    Operator,
    /// The log of recent requests; opened by the sandbox's key.
    Sandbox,
}

impl Realm {
    fn name(self) -> &'static str {
        match self {
            Realm::Operator => "operator",
            Realm::Sandbox => "sandbox",
        }
    }

    /// Where one logs in.
    pub(super) fn login(self) -> &'static str {
        match self {
            Realm::Operator => "/operator/login",
            Realm::Sandbox => "/requests/login",
        }
    }

    /// Where one is after logging in.
    pub(super) fn home(self) -> &'static str {
        match self {
            Realm::Operator => "/operator/transactions",
            Realm::Sandbox => "/requests",
        }
    }

    /// What opens it, a hash or the secret itself; none: it does not exist here.
    pub(super) fn secret(self, app: &App) -> Option<&str> {
        match self {
            Realm::Operator => app.config.operator_password_hash.as_deref(),
            Realm::Sandbox => app.sandbox_key.as_deref(),
        }
    }
}

/// An open session.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) realm: Realm,
    /// What every form of it carries.
    pub(super) csrf: String,
    hash: Vec<u8>,
}

/// The visitor's session, when it opens this realm. The operator's opens both.
///
/// # Errors
/// [`Problem::NotFound`] when nothing could open it, [`Problem::LogIn`] when there is no session.
pub(super) async fn required(app: &Shared, visitor: &Visitor, realm: Realm) -> Result<Session, Problem> {
    if realm.secret(app).is_none() {
        return Err(Problem::NotFound);
    }
    let session = current(app, visitor).await?;
    let opens = |session: &Session| session.realm == realm || session.realm == Realm::Operator;
    session.filter(opens).ok_or(Problem::LogIn(realm))
}

/// The visitor's session.
pub(super) async fn current(app: &Shared, visitor: &Visitor) -> Result<Option<Session>, Problem> {
    let Some(cookie) = visitor.session.as_deref() else { return Ok(None) };
    let hash = crypto::token_hash(cookie);
    let key = hash.clone();
    let Some(stored) = app.store.read(move |tx| token::by_hash(tx, &key)).await? else { return Ok(None) };
    let lasts = stored.kind == TokenKind::Session && stored.expires_at > app.clock.now();
    let opens = |realm: &Realm| {
        let mark = realm.secret(app).map(mark);
        lasts && stored.client_id == realm.name() && mark.is_some() && stored.customer == mark
    };
    let realm = [Realm::Operator, Realm::Sandbox].into_iter().find(opens);
    Ok(realm.map(|realm| Session { realm, csrf: form_token(cookie), hash }))
}

/// Opens a session; the value of its `Set-Cookie`.
pub(super) async fn open(app: &Shared, realm: Realm) -> Result<String, Problem> {
    let cookie = crypto::random_token()?;
    let stored = StoredToken {
        hash: crypto::token_hash(&cookie),
        client_id: realm.name().to_owned(),
        kind: TokenKind::Session,
        customer: realm.secret(app).map(mark),
        expires_at: app.clock.now().saturating_add(LIFETIME),
        used_at: None,
    };
    app.store.write(move |tx| token::add(tx, &stored).map_err(Problem::from)).await?;
    Ok(set_cookie(app, SESSION_COOKIE, &cookie, LIFETIME))
}

/// Closes a session, everywhere.
pub(super) async fn close(app: &Shared, session: Session) -> Answer {
    app.store.write(move |tx| token::remove(tx, &session.hash).map_err(Problem::from)).await?;
    let mut response = super::see_other(session.realm.login());
    super::add_cookie(response.headers_mut(), &set_cookie(app, SESSION_COOKIE, "", 0));
    Ok(response)
}

/// Ties a session to what opened it: a new password or key ends it.
fn mark(secret: &str) -> String {
    hex(&["mark:", secret])
}

/// What a form must carry, made from a cookie that another site can neither read nor set.
pub(super) fn form_token(cookie: &str) -> String {
    hex(&["form:", cookie])
}

fn hex(parts: &[&str]) -> String {
    let mut hash = digest::Context::new(&digest::SHA256);
    parts.iter().for_each(|part| hash.update(part.as_bytes()));
    hash.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a form was given out by us to this browser.
///
/// # Errors
/// [`Problem::Forged`].
pub(super) fn check_form(expected: &str, given: &str) -> Result<(), Problem> {
    verify_slices_are_equal(expected.as_bytes(), given.as_bytes()).map_err(|_| Problem::Forged)
}

/// A cookie that scripts cannot read and other sites cannot send.
fn set_cookie(app: &App, name: &str, value: &str, seconds: i64) -> String {
    let secure = if app.public_url.starts_with("https://") { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}

/// The cookie behind a login form: the visitor's, or a new one to be set.
pub(super) fn form_cookie(app: &App, visitor: &Visitor) -> Result<(String, Option<String>), Problem> {
    if let Some(cookie) = &visitor.form {
        return Ok((cookie.clone(), None));
    }
    let cookie = crypto::random_token()?;
    let set = set_cookie(app, FORM_COOKIE, &cookie, LIFETIME);
    Ok((cookie, Some(set)))
}
