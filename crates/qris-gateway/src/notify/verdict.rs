//! Was it delivered? And if not, when is the next try?

use std::time::Duration;

use qris_snap::codes::ReceivedCode;
use qris_snap::json::{self, Value};
use qris_snap::policy::Acknowledgement;

use super::http::Answer;
use crate::config;

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The receiver has it.
    Delivered,
    /// The receiver does not take our token.
    BadToken,
    /// It does not.
    Refused,
}

/// What came of a try that has ended, as it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// The receiver has it.
    Delivered,
    /// The receiver answered that it does not take it.
    Refused,
    /// The receiver did not take our token, or gave us none.
    BadToken,
    /// No answer came in time.
    TimedOut,
    /// There is no connection, or it broke before the answer.
    Unreachable,
    /// It answered with more than we read.
    TooLarge,
    /// It was not sent: no URL, a forbidden one, nothing to sign with.
    NotSent,
}

impl Ended {
    /// As the label of a metric.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Ended::Delivered => "delivered",
            Ended::Refused => "refused",
            Ended::BadToken => "bad_token",
            Ended::TimedOut => "timed_out",
            Ended::Unreachable => "unreachable",
            Ended::TooLarge => "too_large",
            Ended::NotSent => "not_sent",
        }
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoAnswer {
    pub(super) ended: Ended,
    /// For a person.
    pub(super) log: String,
}

impl NoAnswer {
    /// We did not get so far as to ask.
    pub(super) fn not_sent(log: impl Into<String>) -> NoAnswer {
        NoAnswer { ended: Ended::NotSent, log: log.into() }
    }
}

/// What came of a try: an answer, or why there is none.
pub(super) fn ended(answer: &Result<Answer, NoAnswer>, rule: Acknowledgement) -> Ended {
    match answer {
        Ok(answer) => match judge(answer, rule) {
            Verdict::Delivered => Ended::Delivered,
            Verdict::BadToken => Ended::BadToken,
            Verdict::Refused => Ended::Refused,
        },
        Err(no_answer) => no_answer.ended,
    }
}

/// Delivered: HTTP 2xx with a `responseCode` of success (200xxxx) or conflict (409xxxx: it had it before), as text or
/// integer. A conflict's own HTTP status, 409, counts like 2xx. Without a `responseCode` the partner's rule decides.
pub(super) fn judge(answer: &Answer, rule: Acknowledgement) -> Verdict {
    let Some(code) = response_code(&answer.body) else {
        let ok = answer.body.trim_ascii().eq_ignore_ascii_case(b"ok");
        let enough = match rule {
            Acknowledgement::CodeOrOk => ok,
            Acknowledgement::AnyBody => true,
            _ => false,
        };
        return match answer.status {
            200..=299 if enough => Verdict::Delivered,
            401 => Verdict::BadToken,
            _ => Verdict::Refused,
        };
    };
    let code = ReceivedCode::new(code);
    // Seven characters, or else the first three are no HTTP status.
    let http = code.service().and_then(|_| code.http());
    match (answer.status, http) {
        (200..=299, Some(200 | 409)) | (409, Some(409)) => Verdict::Delivered,
        (401, _) | (200..=299, Some(401)) => Verdict::BadToken,
        _ => Verdict::Refused,
    }
}

/// Which token a refusal is about: the case of its code (401xx02 and 401xx04 are about the customer's), when it has one.
pub(super) fn case(answer: &Answer) -> Option<u8> {
    ReceivedCode::new(response_code(&answer.body)?).case()?.parse().ok()
}

/// The code of an answer, when it has one. Receivers write its name in every letter case; two that say different things
/// are a code that means nothing.
fn response_code(body: &[u8]) -> Option<String> {
    let object = match json::parse(body) {
        Ok(Value::Object(object)) => object,
        // An object it may have been meant as: what is written twice is no code.
        Err(_) if body.trim_ascii().starts_with(b"{") => return Some(String::new()),
        _ => return None,
    };
    let named = object.iter().filter(|(name, _)| name.eq_ignore_ascii_case("responseCode"));
    let mut codes = named.map(|(_, value)| match value {
        Value::Number(number) => number.as_str().to_owned(),
        value => value.as_str().unwrap_or_default().to_owned(),
    });
    let first = codes.next()?;
    if codes.all(|other| other == first) { Some(first) } else { Some(String::new()) }
}

/// The wait before the next try: doubles with each, up to a limit, and half of it is left to chance, so that many that
/// failed together do not come back together. `random` is any number.
pub(super) fn wait(config: &config::Notify, attempts: i64, random: u64) -> Duration {
    let doublings = attempts.saturating_sub(1).clamp(0, 31);
    let full = config.first_delay.saturating_mul(1 << doublings).min(config.longest_delay);
    let millis = u64::try_from(full.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(millis - random.checked_rem(millis / 2 + 1).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn success_and_conflict_are_delivered_and_nothing_else() {
        let judged = |status: u16, body: &str| {
            judge(&Answer { status, body: body.as_bytes().to_vec() }, Acknowledgement::Code)
        };
        for (status, body) in [
            (200, r#"{"responseCode":"2005200","responseMessage":"Successful"}"#),
            (200, r#"{"responseCode":2005200}"#),
            (201, r#"{"responseCode":"2004700"}"#),
            (200, r#"{"responseCode":"200Q500"}"#),
            (200, r#"{"responseCode":"4095200"}"#),
            (200, r#"{"responseCode":4095201}"#),
            (409, r#"{"responseCode":"4095200"}"#),
            (200, r#"{"ResponseCode":"2005200","responsecode":2005200}"#),
            (200, r#"{"RESPONSECODE":"2005600"}"#),
        ] {
            assert_eq!(judged(status, body), Verdict::Delivered, "{status} {body}");
        }
        for (status, body) in [
            (200, ""),
            (200, "OK"),
            (200, "{}"),
            (200, r#"{"responseCode":"00"}"#),
            (200, r#"{"responseCode":"200"}"#),
            (200, r#"{"responseCode":"20052000"}"#),
            (200, r#"{"responseCode":["2005200"]}"#),
            (200, r#"{"responseCode":"2005200","responseCode":"5005200"}"#),
            (200, r#"["2005200"]"#),
            (200, r#"{"responseCode":"2005200","ResponseCode":"5005200"}"#),
            (200, r#"{"response_code":"2005200"}"#),
            (202, r#"{"responseCode":"2025200"}"#),
            (200, r#"{"responseCode":"4045201"}"#),
            (301, r#"{"responseCode":"2005200"}"#),
            (400, r#"{"responseCode":"2005200"}"#),
            (409, r#"{"responseCode":"2005200"}"#),
            (500, r#"{"responseCode":"4095200"}"#),
        ] {
            assert_eq!(judged(status, body), Verdict::Refused, "{status} {body}");
        }
        assert_eq!(judged(401, ""), Verdict::BadToken);
        assert_eq!(judged(200, r#"{"responseCode":"4015201"}"#), Verdict::BadToken);
    }

    #[test]
    fn what_else_is_taken_for_an_answer_is_the_partners_rule() {
        use Acknowledgement::{AnyBody, Code, CodeOrOk};
        let delivered = |rule, status: u16, body: &str| {
            judge(&Answer { status, body: body.as_bytes().to_vec() }, rule) == Verdict::Delivered
        };
        for (status, body, rules) in [
            (200, r#"{"responseCode":"2005200"}"#, [true, true, true]),
            (200, "OK", [false, true, true]),
            (201, " ok\r\n", [false, true, true]),
            (200, "", [false, false, true]),
            (204, "", [false, false, true]),
            (200, "<html>", [false, false, true]),
            (200, r#"{"status":"received"}"#, [false, false, true]),
            (200, r#"{"responseCode":"4015200"}"#, [false; 3]),
            (200, r#"{"responseCode":"00"}"#, [false; 3]),
            (200, r#"{"responseCode":"#, [false; 3]),
            (202, r#"{"responseCode":"2025200"}"#, [false; 3]),
            (302, "OK", [false; 3]),
            (400, "OK", [false; 3]),
            (500, "OK", [false; 3]),
        ] {
            let judged = [Code, CodeOrOk, AnyBody].map(|rule| delivered(rule, status, body));
            assert_eq!(judged, rules, "{status} {body}");
        }
        let refused = Answer { status: 401, body: b"OK".to_vec() };
        assert_eq!(judge(&refused, AnyBody), Verdict::BadToken);
    }

    #[test]
    fn waits_double_up_to_a_limit_and_half_is_chance() {
        let config = config::Notify::default();
        let seconds = |attempts, random| wait(&config, attempts, random).as_millis();
        assert_eq!([1, 2, 3, 4].map(|attempts| seconds(attempts, 0)), [2000, 4000, 8000, 16000]);
        assert_eq!(seconds(1, 1000), 1000);
        assert_eq!(seconds(1, 1001), 2000);
        assert_eq!([12, 40, i64::MAX].map(|attempts| seconds(attempts, 0)), [3_600_000; 3]);
        for random in (0..u64::MAX).step_by(usize::MAX / 1000) {
            assert!((1000..=2000).contains(&seconds(1, random)));
        }
        let none = config::Notify { first_delay: Duration::ZERO, ..config };
        assert_eq!(wait(&none, 3, 7), Duration::ZERO);
    }
}
