//! A refusal: which check failed, in a form for our log and a poorer one for the caller.

use core::fmt;

use crate::codes::{ResponseCode, Situation};
use crate::service::Service;

/// Longest `responseMessage` of the standard, in characters.
const MAX_MESSAGE: usize = 150;

/// A request, header, body or signature was refused.
///
/// [`log`](Self::log) says everything that was found out, without a secret or a token; `Display` and
/// [`caller_message`](Self::caller_message) say what the standard lets a caller know. In particular the caller is
/// not told which of several reasons made a signature fail.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    service: Option<Service>,
    situation: Situation,
    place: Option<String>,
    log: String,
}

impl Refusal {
    /// A refusal for a situation, with what the log should say.
    pub fn new(service: impl Into<Option<Service>>, situation: Situation, log: impl Into<String>) -> Self {
        Refusal(Box::new(Inner { service: service.into(), situation, place: None, log: log.into() }))
    }

    /// Names the header or the path of the member (`amount.value`). Kept printable and short.
    #[must_use]
    pub fn at(mut self, place: &str) -> Self {
        self.0.place = Some(printable(place, 100));
        self
    }

    /// The situation.
    pub fn situation(&self) -> Situation {
        self.0.situation
    }

    /// The service that was asked for, when it was recognised.
    pub fn service(&self) -> Option<Service> {
        self.0.service
    }

    /// The header or member at fault: `X-TIMESTAMP`, `amount.value`.
    pub fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    /// The code to answer with.
    pub fn code(&self) -> ResponseCode {
        self.0.situation.code(self.0.service)
    }

    /// HTTP status to answer with; always the first three digits of the code.
    pub fn http_status(&self) -> u16 {
        self.0.situation.case().http
    }

    /// Everything known, for a log line of ours: code, place, detail. Holds no secret and no token; control
    /// characters are replaced.
    pub fn log(&self) -> String {
        let place = self.place().map(|place| format!(" at {place}")).unwrap_or_default();
        format!("{} {:?}{place}: {}", self.code(), self.0.situation, printable(&self.0.log, 2000))
    }

    /// What the caller is told, from the standard's template. A dialect may have other words, see
    /// [`crate::dialect::Dialect::message`].
    pub fn caller_message(&self) -> String {
        self.fill(self.0.situation.case().message)
    }

    /// Fills a template's `{field}` and `{reason}`; at most 150 characters.
    pub(crate) fn fill(&self, template: &str) -> String {
        // The table has no row for it; its code, 4040000, has another's words.
        if self.0.situation == Situation::UnknownPath {
            return "No such path".to_owned();
        }
        let reason = match self.0.situation {
            Situation::BadSignature => "[Signature]",
            Situation::StaleTimestamp => "[Timestamp]",
            Situation::UnknownPartner => "[Unknown client]",
            _ => "",
        };
        let text = template.replace("{field}", self.place().unwrap_or("")).replace("{reason}", reason);
        text.trim_end_matches([' ', '.']).chars().take(MAX_MESSAGE).collect()
    }
}

/// At most `limit` characters, everything that could disturb a log or a terminal replaced.
pub(crate) fn printable(text: &str, limit: usize) -> String {
    let safe = |c: char| {
        let hostile = c.is_control()
            || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        if hostile { '\u{fffd}' } else { c }
    };
    text.chars().take(limit).map(safe).collect()
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code(), self.caller_message())
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Refusal({})", self.log())
    }
}

impl core::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caller_learns_less_than_the_log() {
        let refusal = Refusal::new(Service::Generate, Situation::BadSignature, "tried 4 recipes");
        assert_eq!(refusal.to_string(), "4014700 Unauthorized. [Signature]");
        assert_eq!(refusal.log(), "4014700 BadSignature: tried 4 recipes");
        assert_eq!(refusal.http_status(), 401);
    }

    #[test]
    fn names_from_outside_are_made_harmless() {
        let refusal = Refusal::new(None, Situation::InvalidFormat, "line\nfeed").at("a\u{202e}\n{reason}b");
        assert_eq!(refusal.log(), "4000001 InvalidFormat at a\u{fffd}\u{fffd}{reason}b: line\u{fffd}feed");
        assert!(refusal.caller_message().starts_with("Invalid Field Format a"));
        let long = Refusal::new(None, Situation::InvalidFormat, "").at(&"x".repeat(5000));
        assert!(long.caller_message().chars().count() <= MAX_MESSAGE);
    }

    #[test]
    fn an_empty_reason_leaves_no_dangling_stop() {
        assert_eq!(Refusal::new(None, Situation::NotAllowed, "").caller_message(), "Feature Not Allowed");
        assert_eq!(Refusal::new(None, Situation::UnknownPath, "").to_string(), "4040000 No such path");
    }
}
