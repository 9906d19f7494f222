//! Messages in every dialect.
//!
//! The input is a body, or a line `DIALECT SERVICE request|response` and a body after it: `Finpay 52 request`.

use qris_snap::dialect::{ALL, Dialect};
use qris_snap::json::{self, JsonErrorKind, Object, Value};
use qris_snap::message::{
    Answer, ApplyOttRequest, ApplyOttResponse, CancelRequest, CancelResponse, CustomerTokenRequest,
    CustomerTokenResponse, DecodeRequest, DecodeResponse, ErrorAnswer, GenerateRequest, GenerateResponse,
    Kind, Message, NotifyRequest, NotifyResponse, PaymentRequest, PaymentResponse, QueryRequest,
    QueryResponse, RefundRequest, RefundResponse, Spec, TokenRequest, TokenResponse, read_answer,
};
use qris_snap::{Refusal, Service};

use crate::message::{body, broken};
use crate::oracle::decode::one_line;
use crate::rng::SplitMix64;

type Held = fn(&Dialect, &[u8]) -> bool;
/// The dialect and the message a first line names.
type Asked = (&'static Dialect, Held);

/// Every message there is.
const MESSAGES: [(Kind, Held); 20] = [
    (TokenRequest::KIND, held::<TokenRequest>),
    (TokenResponse::KIND, held::<TokenResponse>),
    (CustomerTokenRequest::KIND, held::<CustomerTokenRequest>),
    (CustomerTokenResponse::KIND, held::<CustomerTokenResponse>),
    (GenerateRequest::KIND, held::<GenerateRequest>),
    (GenerateResponse::KIND, held::<GenerateResponse>),
    (DecodeRequest::KIND, held::<DecodeRequest>),
    (DecodeResponse::KIND, held::<DecodeResponse>),
    (ApplyOttRequest::KIND, held::<ApplyOttRequest>),
    (ApplyOttResponse::KIND, held::<ApplyOttResponse>),
    (PaymentRequest::KIND, held::<PaymentRequest>),
    (PaymentResponse::KIND, held::<PaymentResponse>),
    (QueryRequest::KIND, held::<QueryRequest>),
    (QueryResponse::KIND, held::<QueryResponse>),
    (NotifyRequest::KIND, held::<NotifyRequest>),
    (NotifyResponse::KIND, held::<NotifyResponse>),
    (CancelRequest::KIND, held::<CancelRequest>),
    (CancelResponse::KIND, held::<CancelResponse>),
    (RefundRequest::KIND, held::<RefundRequest>),
    (RefundResponse::KIND, held::<RefundResponse>),
];

/// A body as JSON and as the message it is said to be, or one the bytes choose, and a message made out of the bytes.
///
/// What is read is written, reads as the same message and is written as the same bytes; members nobody knows come out as
/// they came in; a refusal is one line, and an answer made of it is read as that refusal. JSON is accepted exactly as the
/// usual reader does, but for equal members, depth and size.
///
/// # Panics
/// When it is not so.
pub fn messages(bytes: &[u8]) {
    let mut rng = SplitMix64::over(bytes);
    let dialect = ALL[rng.below(ALL.len())];
    let (kind, held) = MESSAGES[rng.below(MESSAGES.len())];
    let (asked, given) = asked(bytes);
    parsed(given);
    let (its_dialect, its_held) = asked.unwrap_or((dialect, held));
    its_held(its_dialect, given);
    let mut made = body(kind, dialect, &mut rng);
    let whole = made.to_bytes();
    assert!(held(dialect, &whole), "{dialect} {kind:?} refuses {}", String::from_utf8_lossy(&whole));
    for _ in 0..rng.below(4) {
        made = broken(&made, &mut rng);
        held(dialect, &made.to_bytes());
    }
    parsed(&made.to_bytes());
}

/// What the first line says, when it does, and the body.
fn asked(bytes: &[u8]) -> (Option<Asked>, &[u8]) {
    let read = || {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let mut words = std::str::from_utf8(&bytes[..end]).ok()?.split(' ');
        let dialect = Dialect::named(words.next()?)?;
        let service = Service::from_code(words.next()?.parse().ok()?)?;
        let kind = match words.next()? {
            "request" => Kind::request(service),
            "response" => Kind::response(service),
            _ => return None,
        };
        let (_, held) = MESSAGES.into_iter().find(|(other, _)| *other == kind)?;
        Some(((dialect, held), &bytes[end + 1..]))
    };
    read().map_or((None, bytes), |(asked, body)| (Some(asked), body))
}

/// Our reader of JSON against the usual one, and what it writes against what it reads.
fn parsed(body: &[u8]) {
    let usual = serde_json::from_slice::<serde_json::Value>(body);
    match json::parse(body) {
        Ok(value) => {
            let compact = value.to_bytes();
            assert!(json::parse(&compact).is_ok_and(|again| again == value), "{compact:?}");
            // The usual reader has no numbers beyond those of a double, and goes no deeper than 128.
            let syntax = serde_json::from_slice::<serde::de::IgnoredAny>(body);
            assert!(syntax.is_ok(), "{syntax:?}: {:?}", String::from_utf8_lossy(body));
            let same = serde_json::from_slice::<serde_json::Value>(&compact);
            match (usual, same) {
                (Ok(usual), Ok(same)) => assert_eq!(usual, same),
                (Err(_), Err(_)) => {}
                (usual, same) => panic!("{usual:?}, {same:?}: {:?}", String::from_utf8_lossy(body)),
            }
        }
        Err(error) => {
            assert!(error.offset <= body.len());
            assert!(!error.to_string().is_empty());
            let ours = [JsonErrorKind::Duplicate, JsonErrorKind::TooDeep, JsonErrorKind::TooLarge];
            assert!(
                usual.is_err() || ours.contains(&error.kind),
                "{error:?}: {:?}",
                String::from_utf8_lossy(body)
            );
        }
    }
}

/// Whether a body is read as a message; what must hold for it, either way.
fn held<M: Message + PartialEq>(dialect: &Dialect, body: &[u8]) -> bool {
    let told = || format!("{dialect} {:?}: {:?}", M::KIND, String::from_utf8_lossy(body));
    let message = match M::read(dialect, body) {
        Ok(message) => message,
        Err(refusal) => {
            refused(dialect, &refusal, &told);
            return false;
        }
    };
    let written = message.write(dialect).unwrap_or_else(|refusal| panic!("{refusal:?}: {}", told()));
    let again = M::read(dialect, &written).unwrap_or_else(|refusal| panic!("{refusal:?}: {}", told()));
    assert!(again == message, "{}: {}", String::from_utf8_lossy(&written), told());
    assert_eq!(again.write(dialect).as_ref(), Ok(&written), "{}", told());
    let (received, sent) = (object(body), object(&written));
    for (name, value) in received.iter().filter(|(name, _)| !is_known(M::KIND, dialect, name)) {
        assert!(sent.get(name) == Some(value), "{name:?} is lost: {}", told());
    }
    true
}

fn is_known(kind: Kind, dialect: &Dialect, name: &str) -> bool {
    let changes = dialect.changes.iter().filter(|change| change.kind == kind);
    Spec::of(kind).members.iter().any(|member| member.name == name)
        || changes.into_iter().any(|change| change.wire == name || change.aliases.contains(&name))
}

fn object(body: &[u8]) -> Object {
    match json::parse(body) {
        Ok(Value::Object(object)) => object,
        other => panic!("{other:?}"),
    }
}

/// A refusal acts on no terminal, and the answer made of it is read as that refusal.
fn refused(dialect: &Dialect, refusal: &Refusal, told: &dyn Fn() -> String) {
    assert!(matches!(refusal.http_status(), 400 | 413), "{refusal:?}: {}", told());
    one_line(&refusal.to_string());
    one_line(&refusal.log());
    let answer = ErrorAnswer::of(refusal, dialect);
    let body = answer.write(refusal.service(), dialect);
    match read_answer::<GenerateResponse>(dialect, refusal.http_status(), &body) {
        Ok(Answer::Refused(read)) => assert_eq!(read, answer, "{}", told()),
        other => panic!("{other:?}: {}", told()),
    }
}
