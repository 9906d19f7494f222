//! Logs: one JSON object a line on standard error, with what is secret masked on the way out.
//!
//! Nothing here logs a header or a body. The masking is for the day somebody does: bearer tokens, named secrets and
//! account numbers (15 to 19 digits that begin with the Indonesian 9360 or an international card's digit and hold
//! the check digit) never reach the stream.

use std::io::{self, Write};
use std::sync::OnceLock;

use qris_core::value::luhn_holds;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Registry, reload};

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

/// Starts logging on standard error what the filter lets through; a second call changes the filter.
pub fn start(filter: &str) {
    let wanted = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    if let Some(started) = FILTER.get() {
        // The subscriber lives as long as the process.
        let _ = started.reload(wanted);
        return;
    }
    let (layer, handle) = reload::Layer::new(wanted);
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_span_list(false)
        .with_writer(MaskedStderr);
    if tracing_subscriber::registry().with(layer).with(lines).try_init().is_ok() {
        let _ = FILTER.set(handle);
    }
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
    let lower = line.to_ascii_lowercase();
    let mut out = String::with_capacity(line.len());
    let mut rest = 0;
    while let Some(at) = next_char(line, rest) {
        if let Some(word) = SECRETS.iter().find(|word| lower[rest..].starts_with(**word)) {
            let from = value_start(line, rest + word.len());
            let end = line[from..].find(ends_value).map_or(line.len(), |length| from + length);
            out.push_str(&line[rest..from]);
            if end > from {
                out.push_str(STARS);
            }
            rest = end;
        } else if at.is_ascii_digit() {
            let end =
                line[rest..].find(|c: char| !c.is_ascii_digit()).map_or(line.len(), |length| rest + length);
            push_number(&mut out, &line[rest..end]);
            rest = end;
        } else {
            out.push(at);
            rest += at.len_utf8();
        }
    }
    out
}

fn next_char(line: &str, from: usize) -> Option<char> {
    line[from..].chars().next()
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
