//! Logs: one JSON object a line on standard error, with what is secret masked on the way out.
//!
//! Nothing here logs a header or a body. The masking is for the day somebody does: bearer tokens, named secrets and
//! account numbers (15 to 19 digits that begin with the Indonesian 9360 or an international card's digit and hold
//! the check digit) never reach the stream.

#[cfg(feature = "otel")]
mod otlp;

use std::io::{self, Write};
use std::sync::{LazyLock, OnceLock};
use std::time::Duration;

use aho_corasick::{AhoCorasick, Input};
use qris_core::value::luhn_holds;
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, reload};

use crate::traces::TARGET;

/// Members whose text is a secret, as they stand in JSON inside a log line, quotes escaped or not.
const SECRETS: &[&str] = &[
    "bearer ",
    "accesstoken",
    "client_secret",
    "clientsecret",
    "authcode",
    "refreshtoken",
    "x-signature",
    "private_key",
];
/// Finds them in one pass. They are few and short: building it does not fail.
static FINDER: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(SECRETS).ok());
const STARS: &str = "***";

type Reload = reload::Handle<EnvFilter, Registry>;
static FILTER: OnceLock<Reload> = OnceLock::new();

/// Whether a text is a filter of `tracing`: `info`, `debug`, `qris_gateway=debug`.
///
/// # Errors
/// What it is not, as the end of a sentence.
pub fn check(filter: &str) -> Result<(), String> {
    EnvFilter::try_new(filter)
        .map(drop)
        .map_err(|_| "is no filter such as info or qris_gateway=debug".to_owned())
}

/// Starts logging on standard error what the filter lets through, and with the feature `otel` sending traces to a
/// collector; a second call does nothing. Not for async code: the collector's client is a blocking one.
///
/// # Errors
/// Why nothing can be sent to the collector; the log is started all the same.
pub fn start(filter: &str, collector: Option<&str>) -> Result<Sent, String> {
    let (filter, handle) = reload::Layer::new(read(filter));
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_span_list(false);
    // A line names the request it is about, and none of the spans inside.
    let lines =
        lines.with_writer(MaskedStderr).with_filter(filter.and(filter_fn(|it| it.target() != TARGET)));
    let (sent, failed) = match sent(collector) {
        Ok(sent) => (sent, None),
        Err(error) => (Sent::default(), Some(error)),
    };
    let registry = tracing_subscriber::registry().with(lines);
    #[cfg(feature = "otel")]
    let registry = registry.with(sent.0.as_ref().map(otlp::layer));
    if registry.try_init().is_ok() {
        let _ = FILTER.set(handle);
    }
    failed.map_or(Ok(sent), Err)
}

/// Where traces are sent to, if they are.
#[derive(Debug, Default)]
#[must_use = "the last spans are sent when it is told to"]
pub struct Sent(#[cfg(feature = "otel")] Option<opentelemetry_sdk::trace::SdkTracerProvider>);

impl Sent {
    /// Sends what waits, for as long as this may take. Not for async code.
    pub fn end(self, within: Duration) {
        #[cfg(feature = "otel")]
        if let Some(Err(error)) = self.0.map(|provider| provider.shutdown_with_timeout(within)) {
            tracing::warn!(%error, "the last traces were not sent");
        }
        #[cfg(not(feature = "otel"))]
        let _ = within;
    }
}

#[cfg(feature = "otel")]
fn sent(collector: Option<&str>) -> Result<Sent, String> {
    collector.map(otlp::provider).transpose().map(Sent)
}

#[cfg(not(feature = "otel"))]
fn sent(collector: Option<&str>) -> Result<Sent, String> {
    let wants = |_| Err("traces want a program that was built with the feature otel".to_owned());
    collector.map_or_else(|| Ok(Sent::default()), wants)
}

/// Lets through what another filter lets through, when logging was started here.
pub fn change(filter: &str) {
    if let Some(started) = FILTER.get() {
        // The subscriber lives as long as the process.
        let _ = started.reload(read(filter));
    }
}

fn read(filter: &str) -> EnvFilter {
    EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"))
}

struct MaskedStderr;

impl<'a> MakeWriter<'a> for MaskedStderr {
    type Writer = Masked<io::StderrLock<'static>>;

    fn make_writer(&'a self) -> Self::Writer {
        Masked(io::stderr().lock())
    }
}

/// A writer of whole log lines that masks each.
struct Masked<W>(W);

impl<W: Write> Write for Masked<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        // Nobody reads the log any more: no reason to stop serving.
        let _ = self.0.write_all(mask(&String::from_utf8_lossy(line)).as_bytes());
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let _ = self.0.flush();
        Ok(())
    }
}

/// A text with tokens, secrets and account numbers replaced.
///
/// ```
/// use qris_gateway::logs::mask;
/// assert_eq!(mask("Authorization: Bearer abc.def-_ next"), "Authorization: Bearer *** next");
/// assert_eq!(mask("pan 9360091400000000019"), "pan 936009*********0019");
/// ```
pub fn mask(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = 0;
    while let Some(secret) = FINDER.as_ref().and_then(|finder| finder.find(Input::new(line).range(rest..))) {
        let from = value_start(line, secret.end());
        let end = line[from..].find(ends_value).map_or(line.len(), |length| from + length);
        push_text(&mut out, &line[rest..secret.start()]);
        out.push_str(&line[secret.start()..from]);
        if end > from {
            out.push_str(STARS);
        }
        rest = end;
    }
    push_text(&mut out, &line[rest..]);
    out
}

/// A text without named secrets.
fn push_text(out: &mut String, mut text: &str) {
    while let Some(start) = text.find(|c: char| c.is_ascii_digit()) {
        let (before, digits) = text.split_at(start);
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        out.push_str(before);
        push_number(out, &digits[..end]);
        text = &digits[end..];
    }
    out.push_str(text);
}

/// Where the text of a named secret begins: after quotes, backslashes, colons and blanks.
fn value_start(line: &str, from: usize) -> usize {
    let skipped = line[from..].find(|c: char| !matches!(c, '"' | '\\' | ':' | '=' | ' ')).unwrap_or(0);
    from + skipped
}

fn ends_value(c: char) -> bool {
    matches!(c, '"' | '\\' | ',' | '}' | '&') || c.is_ascii_whitespace()
}

fn push_number(out: &mut String, digits: &str) {
    let account = (15..=19).contains(&digits.len())
        && (digits.starts_with("9360") || (digits.starts_with(['3', '4', '5', '6']) && luhn_holds(digits)));
    match (digits.get(..6), digits.get(digits.len().saturating_sub(4)..)) {
        (Some(first), Some(last)) if account => {
            out.push_str(first);
            out.extend(std::iter::repeat_n('*', digits.len() - 10));
            out.push_str(last);
        }
        _ => out.push_str(digits),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn secrets_are_masked_wherever_they_stand() {
        for (line, masked) in [
            (r#"{"accessToken":"abc","x":1}"#, r#"{"accessToken":"***","x":1}"#),
            (r#"{"body":"{\"client_secret\":\"s3cret\"}"}"#, r#"{"body":"{\"client_secret\":\"***\"}"}"#),
            ("X-SIGNATURE: YWJj== and", "X-SIGNATURE: *** and"),
            ("BEARER   abc", "BEARER   ***"),
            ("card 4111111111111111.", "card 411111******1111."),
            ("reference 4111111111111112", "reference 4111111111111112"),
            ("time 1795243470123", "time 1795243470123"),
            ("ends with bearer ", "ends with bearer "),
            (
                "bearer a bearer b authCode=c&x=4111111111111111",
                "bearer *** bearer *** authCode=***&x=411111******1111",
            ),
            ("4111111111111111bearer \"\"é", "411111******1111bearer \"\"***"),
        ] {
            assert_eq!(mask(line), masked);
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_masked_and_is_left_alone_without_secrets(text in "\\PC{0,60}") {
            let masked = mask(&text);
            let lower = text.to_ascii_lowercase();
            if !SECRETS.iter().any(|word| lower.contains(word)) && !text.contains(|c: char| c.is_ascii_digit()) {
                prop_assert_eq!(masked, text);
            }
        }

        #[test]
        fn a_token_never_gets_through(token in "[A-Za-z0-9_-]{20,43}", before in "[a-z ]{0,9}") {
            let line = format!("{before}Bearer {token} {before}");
            prop_assert!(!mask(&line).contains(&token));
        }
    }
}
