//! What an answer means for who asked: done, in progress, refused, or not known.
//!
//! Two things decide: the HTTP status and the response code. An HTTP status outside 2xx is never success, a code outside
//! 200 is neither, and where the two disagree, or the fault is on the other side (5xx), nobody knows what became of the
//! request. A success is then read for what is there: an acquirer that leaves a member out, or writes a name that is too
//! long, has still done what it says it did.

use core::fmt;

use crate::codes::{Case, ReceivedCode};
use crate::dialect::Dialect;
use crate::json::{self, Object};
use crate::message::{Response, codec};
use crate::refusal::printable;
use crate::sign::Token;

/// Most characters of a message from outside that are shown.
const MAX_SHOWN: usize = 150;
/// Most characters of a response code that are shown.
const CODE_SHOWN: usize = 7;

/// What became of a request, as far as its answer tells.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reply<M> {
    /// It was done.
    Done(Done<M>),
    /// It was accepted and is not done yet (202): ask later.
    InProgress(Notice),
    /// It was refused, and nothing was done.
    Refused(Refused),
    /// Nobody knows: no answer, a fault on the other side, or an answer that cannot be read.
    Unknown(Unknown),
}

/// An answer of success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done<M> {
    /// What was answered; what was left out, or could not be read, is `None`.
    pub answer: M,
    /// What is not as the dialect says, for a log.
    pub oddities: Vec<String>,
}

/// Code and message of an answer without a message of its own. `Debug` shows both, made harmless.
#[derive(Clone, PartialEq, Eq)]
pub struct Notice {
    /// HTTP status.
    pub http: u16,
    /// The response code; empty when there is none.
    pub code: ReceivedCode,
    /// The response message, without control characters. `Display` and `Debug` show 150 characters of it.
    pub message: String,
    /// Further members.
    pub other: Object,
}

/// A refusal.
#[derive(Clone, PartialEq, Eq)]
pub struct Refused(Box<Notice>);

/// What to do about a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Retry {
    /// Nothing: the same request would be refused again.
    Never,
    /// Ask again later (429, 403xx06).
    Later,
    /// Ask again with a new access token (401xx01, 401xx03, and a 401 that does not say why).
    NewToken,
    /// Ask again with a new customer token (401xx02, 401xx04).
    NewCustomerToken,
}

/// Why nobody knows what became of a request.
#[derive(Clone, PartialEq, Eq)]
pub struct Unknown {
    http: Option<u16>,
    log: String,
    answer: Option<Box<Notice>>,
}

impl Notice {
    /// The same with secrets of ours taken out of the message, should the other side have repeated them.
    #[must_use]
    pub fn without(mut self, secrets: &[&Token]) -> Notice {
        for secret in secrets.iter().map(|token| token.expose()).filter(|text| !text.is_empty()) {
            self.message = self.message.replace(secret, "***");
        }
        self
    }
}

impl Refused {
    /// HTTP status.
    pub fn http_status(&self) -> u16 {
        self.0.http
    }

    /// The response code as received; empty when there is none.
    pub fn code(&self) -> &ReceivedCode {
        &self.0.code
    }

    /// The response message, without control characters.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Members beside code and message.
    pub fn other(&self) -> &Object {
        &self.0.other
    }

    /// The row of the standard's table, when the code has the standard's form.
    pub fn row(&self) -> Option<&'static Case> {
        self.0.code.row()
    }

    /// Whether to ask again, and with what.
    pub fn retry(&self) -> Retry {
        match (self.status(), self.case()) {
            (401, Some(1 | 3)) => Retry::NewToken,
            (401, Some(2 | 4)) => Retry::NewCustomerToken,
            // A code of another width, or something before the service: it may well be the token.
            (401, None) => Retry::NewToken,
            (429, _) | (403, Some(6)) => Retry::Later,
            _ => Retry::Never,
        }
    }

    /// Whether the other side does not know the transaction (404xx01).
    pub fn is_not_found(&self) -> bool {
        (self.status(), self.case()) == (404, Some(1))
    }

    /// Whether the number of the transaction was used before (409xx01).
    pub fn is_duplicate_reference(&self) -> bool {
        (self.status(), self.case()) == (409, Some(1))
    }

    /// Whether X-EXTERNAL-ID was used before (409xx00), or something else was (another 409).
    pub fn is_conflict(&self) -> bool {
        self.status() == 409 && !self.is_duplicate_reference()
    }

    /// The same with secrets of ours taken out of the message, see [`Notice::without`].
    #[must_use]
    pub fn without(self, secrets: &[&Token]) -> Refused {
        Refused(Box::new(self.0.without(secrets)))
    }

    fn status(&self) -> u16 {
        self.0.code.http().unwrap_or(self.0.http)
    }

    fn case(&self) -> Option<u8> {
        self.0.code.case()?.parse().ok()
    }
}

impl Unknown {
    /// Why nobody knows, in words without a secret.
    pub fn new(http: impl Into<Option<u16>>, log: impl Into<String>) -> Unknown {
        Unknown { http: http.into(), log: printable(&log.into(), 500), answer: None }
    }

    /// The same for another reason: the answer stays.
    #[must_use]
    pub fn because(self, log: impl Into<String>) -> Unknown {
        Unknown { answer: self.answer, ..Unknown::new(self.http, log) }
    }

    /// The same with secrets of ours taken out of the answer, see [`Notice::without`].
    #[must_use]
    pub fn without(self, secrets: &[&Token]) -> Unknown {
        Unknown { answer: self.answer.map(|answer| Box::new(answer.without(secrets))), ..self }
    }

    /// What was answered, when that could be read: a fault on the other side may say why. Neither `Display` nor `Debug` shows it.
    pub fn answer(&self) -> Option<&Notice> {
        self.answer.as_deref()
    }

    /// HTTP status, when there was an answer.
    pub fn http_status(&self) -> Option<u16> {
        self.http
    }

    /// What is known about it, for a log.
    pub fn log(&self) -> &str {
        &self.log
    }
}

/// Reads the answer to a request.
///
/// ```
/// use qris_snap::client::{Reply, Retry, read_reply};
/// use qris_snap::dialect::BRICK;
/// use qris_snap::message::GenerateResponse;
///
/// let read = |http, body: &str| read_reply::<GenerateResponse>(&BRICK, http, body.as_bytes());
/// let Reply::Refused(refused) = read(401, r#"{"responseCode":4014701,"responseMessage":"Invalid Token"}"#)
/// else { panic!() };
/// assert_eq!((refused.row().unwrap().case, refused.retry()), (1, Retry::NewToken));
/// // The service says success, and whoever stands before it does not:
/// assert!(matches!(read(502, r#"{"responseCode":2004700,"qrContent":"00…"}"#), Reply::Unknown(_)));
/// ```
pub fn read_reply<M: Response>(dialect: &Dialect, http: u16, body: &[u8]) -> Reply<M> {
    let object = codec::parse_object(M::KIND, body);
    let (standard, oddities) = match object {
        Ok(object) => codec::lenient(M::KIND, dialect, object),
        // Nobody gets past a 401, whoever says it.
        Err(_) if http == 401 => (Object::new(), Vec::new()),
        Err(refusal) => {
            return Reply::Unknown(Unknown::new(http, format!("HTTP {http}, {}", refusal.log())));
        }
    };
    let code = ReceivedCode::new(standard.text("responseCode").unwrap_or_default());
    let shown = || code.as_str().chars().take(CODE_SHOWN).collect::<String>();
    let disagree = |standard| {
        let log = format!("HTTP {http} with the response code {:?}", shown());
        Unknown { answer: Some(Box::new(notice(http, code.clone(), standard))), ..Unknown::new(http, log) }
    };
    match (http, code.http()) {
        (408, _) | (_, Some(408)) => Reply::Unknown(disagree(standard)),
        (200..=299, Some(202)) | (202, Some(200..=299)) => Reply::InProgress(notice(http, code, standard)),
        (200..=299, Some(200..=299)) => match json::from_value(standard.into()) {
            Ok(answer) => Reply::Done(Done { answer, oddities }),
            // The reader's own words may repeat a value.
            Err(_) => Reply::Unknown(Unknown::new(http, "success, and members of no type of the message")),
        },
        (200..=299 | 400..=499, Some(400..=499)) => {
            Reply::Refused(Refused(Box::new(notice(http, code, standard))))
        }
        (401, None) => Reply::Refused(Refused(Box::new(notice(http, code, standard)))),
        _ => Reply::Unknown(disagree(standard)),
    }
}

/// The message is cut where it is shown, after secrets were taken out of it: half of one is none that would be found.
fn notice(http: u16, code: ReceivedCode, mut members: Object) -> Notice {
    members.remove("responseCode");
    // Whatever else an answer is, it is none that gives a token.
    for token in ["accessToken", "refreshToken"] {
        members.remove(token);
    }
    let message = members.remove("responseMessage");
    let message = message.as_ref().and_then(json::Value::as_str).unwrap_or_default();
    Notice { http, code, message: printable(message, usize::MAX), other: members }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {}", self.http)?;
        let shown = [(self.code.as_str(), CODE_SHOWN), (self.message.as_str(), MAX_SHOWN)];
        for (text, most) in shown.into_iter().filter(|(text, _)| !text.is_empty()) {
            write!(f, " {}", printable(text, most))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Notice({self})")
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Refused({self})")
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.log)
    }
}

impl fmt::Debug for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unknown({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::BRICK;
    use crate::message::TokenResponse;

    #[test]
    fn an_answer_of_a_fault_is_kept_without_tokens() {
        let body = br#"{"responseCode":"5007300","responseMessage":"for t0ken","accessToken":"t0ken","refreshToken":"t0ken","why":1}"#;
        let Reply::Unknown(unknown) = read_reply::<TokenResponse>(&BRICK, 500, body) else { panic!() };
        let unknown = unknown.without(&[&Token::new("t0ken")]).because("later");
        let answer = unknown.answer().unwrap();
        assert_eq!((answer.code.as_str(), answer.message.as_str()), ("5007300", "for ***"));
        let other = String::from_utf8(answer.other.to_bytes()).unwrap();
        assert!(other.contains("why") && !other.contains("t0ken"), "{other}");
        assert_eq!((unknown.http_status(), unknown.log()), (Some(500), "later"));
    }
}
