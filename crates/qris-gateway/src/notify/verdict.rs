//! Was it delivered? And if not, when is the next try?

use std::time::Duration;

use qris_snap::codes::ReceivedCode;
use qris_snap::json::{self, Value};

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
pub(super) fn ended(answer: &Result<Answer, NoAnswer>) -> Ended {
    match answer {
        Ok(answer) => match judge(answer) {
            Verdict::Delivered => Ended::Delivered,
            Verdict::BadToken => Ended::BadToken,
            Verdict::Refused => Ended::Refused,
        },
        Err(no_answer) => no_answer.ended,
    }
}

/// Delivered: HTTP 2xx with a `responseCode` of success (200xxxx) or conflict (409xxxx: it had it before), as text or
/// integer. A conflict's own HTTP status, 409, counts like 2xx.
pub(super) fn judge(answer: &Answer) -> Verdict {
    let code = ReceivedCode::new(response_code(&answer.body));
    // Seven characters, or else the first three are no HTTP status.
    let http = code.service().and_then(|_| code.http());
    match (answer.status, http) {
        (200..=299, Some(200 | 409)) | (409, Some(409)) => Verdict::Delivered,
        (401, _) | (200..=299, Some(401)) => Verdict::BadToken,
        _ => Verdict::Refused,
    }
}

fn response_code(body: &[u8]) -> String {
    let Ok(Value::Object(object)) = json::parse(body) else { return String::new() };
    match object.get("responseCode") {
        Some(Value::Number(number)) => number.as_str().to_owned(),
        Some(value) => value.as_str().unwrap_or_default().to_owned(),
        None => String::new(),
    }
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
        let judged = |status: u16, body: &str| judge(&Answer { status, body: body.as_bytes().to_vec() });
        for (status, body) in [
            (200, r#"{"responseCode":"2005200","responseMessage":"Successful"}"#),
            (200, r#"{"responseCode":2005200}"#),
            (201, r#"{"responseCode":"2004700"}"#),
            (200, r#"{"responseCode":"200Q500"}"#),
            (200, r#"{"responseCode":"4095200"}"#),
            (200, r#"{"responseCode":4095201}"#),
            (409, r#"{"responseCode":"4095200"}"#),
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
