//! Signatures that do not hold, and what is said of them.

use qris_snap::DateTime;
use qris_snap::diagnose::{Diagnosis, Keys, Parts, Signed, Written, diagnose as say, right, timestamp_fault};
use qris_snap::policy::SignatureMode;
use qris_snap::sign::{Secret, Token};

use super::headers::{Request, SECRET};
use crate::model;
use crate::rng::SplitMix64;

/// What the model signs holds. One mistake in what it signs is named, and the string that is shown is the one that was
/// signed; another key is none of them. What came in with the request ends in something that is said. Nothing that is
/// said has the right signature or the secret in it. A timestamp has a fault exactly when it is none.
///
/// # Panics
/// When it is not so.
pub fn diagnose(bytes: &[u8]) {
    let mut rng = SplitMix64::over(bytes);
    let request = Request::read(bytes);
    let header = |name: &str| request.header(name);
    let timestamp = header("x-timestamp").unwrap_or_else(|| "2026-11-21T13:44:30+07:00".to_owned());
    if timestamp.len() <= 35 {
        assert_eq!(
            timestamp_fault(&timestamp).is_none(),
            DateTime::parse(&timestamp).is_some(),
            "{timestamp:?}"
        );
    }
    let (token, host) = (header("authorization").unwrap_or_default(), header("host").unwrap_or_default());
    let (token, other) = (Token::new(token), [Token::new("another")]);
    let parts = Parts {
        method: &request.method,
        path: &request.target,
        host: &host,
        client: "client",
        token: Some(&token),
        other_tokens: &other,
        body: &request.body,
        timestamp: &timestamp,
        ..Parts::default()
    };
    let text = |method: &str, token: &str| {
        model::symmetric_text(method, &request.target, token, &request.body, &timestamp)
    };
    let wanted = text(&request.method, token.expose());
    let expected = model::hmac_sha512(SECRET.as_bytes(), wanted.as_bytes());
    let secret = Secret::new(SECRET);
    let keys = Keys { secret: Some(&secret), public: None };
    let asked = Signed::Service(parts);
    let said = |signature: &str| {
        let said = say(&asked, keys, SignatureMode::Symmetric, signature);
        let shown = said.to_string();
        assert!(!shown.is_empty() && !shown.contains(&expected) && !shown.contains(SECRET), "{request:?}");
        said
    };
    assert_eq!(right(&asked, SignatureMode::Symmetric).expose(), wanted.as_bytes());
    assert_eq!(said(&expected), Diagnosis::Holds(Written::Base64), "{request:?}");

    let mistaken = match rng.below(6) {
        0 => format!("{wanted}\n"),
        1 => text(&request.method, &format!("Bearer {}", token.expose())),
        2 => text(&request.method, other[0].expose()),
        3 => format!("client|{timestamp}"),
        4 => {
            let rest = wanted.get(request.method.len()..).unwrap_or_default();
            format!("{}{rest}", request.method.to_ascii_lowercase())
        }
        _ => {
            let path = format!("/snap{}", request.target);
            model::symmetric_text(&request.method, &path, token.expose(), &request.body, &timestamp)
        }
    };
    match said(&model::hmac_sha512(SECRET.as_bytes(), mistaken.as_bytes())) {
        Diagnosis::Holds(_) => assert_eq!(mistaken, wanted),
        Diagnosis::Slips { slips, signed } => {
            assert!((1..=4).contains(&slips.len()), "{slips:?}");
            assert_eq!(signed.expose(), mistaken.as_bytes(), "{slips:?}");
        }
        other => panic!("{other:?} of {mistaken:?}, {request:?}"),
    }
    if rng.one_in(4) {
        let stranger = model::hmac_sha512(b"of nobody here", wanted.as_bytes());
        assert_eq!(said(&stranger), Diagnosis::Unknown, "{request:?}");
        said(&header("x-signature").unwrap_or_default());
    }
}
