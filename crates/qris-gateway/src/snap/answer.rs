//! Answers: success and refusal as bodies in the partner's dialect, with the headers every answer has.

use qris_snap::headers::{Claim, answer_headers};
use qris_snap::json::Object;
use qris_snap::message::ErrorAnswer;
use qris_snap::{DateTime, Refusal};

use super::authenticate::Session;
use super::{Answered, Incoming, dialect_of};

/// The answer with this body.
pub(super) fn of_body(
    session: &Session,
    http: u16,
    code: String,
    body: Vec<u8>,
    request: &Incoming,
) -> Answered {
    finish(Some(session), http, code, body, request, session.now_ms)
}

/// The answer to a refusal.
pub(super) fn of_refusal(
    session: Option<&Session>,
    refusal: &Refusal,
    additional: Option<Object>,
    request: &Incoming,
    now_ms: i64,
) -> Answered {
    let dialect = dialect_of(session);
    let mut body = ErrorAnswer::of(refusal, dialect);
    if let Some(additional) = additional {
        body.other.insert("additionalInfo", additional);
    }
    let service = session.map(|session| session.place.service);
    let body = body.write(service, dialect);
    let code = refusal.code().to_string();
    let mut answered = finish(session, refusal.http_status(), code, body, request, now_ms);
    if answered.http == 405 {
        answered.headers.push(("Allow".to_owned(), "POST".to_owned()));
    }
    answered
}

fn finish(
    session: Option<&Session>,
    http: u16,
    code: String,
    body: Vec<u8>,
    request: &Incoming,
    now_ms: i64,
) -> Answered {
    let service = session.map(|session| session.place.service);
    let client_key = Claim::read(request.pairs()).client_key;
    // What comes back in a header must be fit for one.
    let client_key = client_key.filter(|key| key.bytes().all(|byte| byte.is_ascii_graphic()));
    let now = DateTime::wib(now_ms.div_euclid(1000));
    let body = match session.and_then(|it| it.claimed.as_ref()) {
        Some(claimed) => claimed.partner.policy.formed(body),
        None => body,
    };
    let headers = match &now {
        Some(now) => answer_headers(service, now, client_key.as_deref()),
        None => vec![("Content-Type", "application/json".to_owned())],
    };
    Answered {
        http,
        headers: headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        body,
        client_id: session.and_then(|it| it.claimed.as_ref()).map(|it| it.partner.client_id.clone()),
        service,
        code,
    }
}
