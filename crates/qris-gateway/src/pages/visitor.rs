//! What a page needs to know about the request it answers.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use axum::http::request::Parts;

use super::lang::Lang;

/// Cookie of the chosen language.
pub(super) const LANG_COOKIE: &str = "qris_lang";
/// Cookie of a session.
pub(super) const SESSION_COOKIE: &str = "qris_session";
/// Cookie that ties a login form to the browser it was given to.
pub(super) const FORM_COOKIE: &str = "qris_form";

/// The visitor: language, cookies, address.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    pub(super) lang: Lang,
    /// Whether the query asks for the language, so that it is remembered.
    pub(super) lang_asked: bool,
    /// The query without `lang`.
    query: String,
    pub(super) session: Option<String>,
    pub(super) form: Option<String>,
    pub(super) address: IpAddr,
}

impl Visitor {
    pub(super) fn of(parts: &Parts) -> Visitor {
        let query = parts.uri.query().unwrap_or("");
        let asked = query.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(Lang::parse);
        let remembered = || cookie(parts, LANG_COOKIE).and_then(Lang::parse);
        let header =
            || parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let token = |name| cookie(parts, name).filter(|value| is_token(value)).map(str::to_owned);
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let rest: Vec<&str> =
            query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang=")).collect();
        Visitor {
            lang: asked.or_else(remembered).unwrap_or_else(|| Lang::accepted(header())),
            lang_asked: asked.is_some(),
            query: rest.join("&"),
            session: token(SESSION_COOKIE),
            form: token(FORM_COOKIE),
            address: address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        }
    }

    /// This page in the other language.
    pub(super) fn other_lang(&self) -> String {
        let and = if self.query.is_empty() { "" } else { "&" };
        format!("?{}{and}lang={}", self.query, self.lang.other().code())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Visitor, Infallible> {
        Ok(Visitor::of(parts))
    }
}

fn cookie<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    let headers = parts.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        headers.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}

/// 43 characters of URL-safe Base64: what [`crate::crypto::random_token`] makes.
fn is_token(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}
