//! One bounded POST: guarded address, no redirects, no proxies, a time limit, a limit on the answer.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};

use super::target::{Guard, GuardedResolver, Lookup};
use super::verdict::{Ended, NoAnswer};

/// Most bytes of an answer that are read.
const MAX_ANSWER: usize = 64 * 1024;

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Posts to partners.
#[derive(Debug, Clone)]
pub struct Poster {
    client: Client,
    guard: Guard,
}

impl Poster {
    /// A poster with a limit on each request, from connecting to the last byte of the answer.
    ///
    /// # Errors
    /// When the TLS library cannot be set up.
    pub fn new(guard: Guard, timeout: Duration, lookup: Lookup) -> Result<Poster, reqwest::Error> {
        let client = Client::builder()
            .dns_resolver(GuardedResolver { guard, lookup })
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .https_only(!guard.sandbox)
            .timeout(timeout)
            .user_agent(concat!("qris-gateway/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Poster { client, guard })
    }

    /// Reads and judges a URL.
    ///
    /// # Errors
    /// Why it is not called.
    pub fn url(&self, text: &str) -> Result<Url, String> {
        self.guard.url(text).map_err(|error| error.to_string())
    }

    /// Posts a body. The URL comes from [`url`](Self::url).
    ///
    /// # Errors
    /// Why there is no answer.
    pub(super) async fn post(&self, url: Url, headers: HeaderMap, body: Vec<u8>) -> Result<Answer, NoAnswer> {
        let sent = self.client.post(url).headers(headers).body(body).send().await;
        let mut response = sent.map_err(|error| explain(&error))?;
        let status = response.status().as_u16();
        if response.content_length().is_some_and(|length| length > MAX_ANSWER as u64) {
            return Err(too_large(status));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| explain(&error))? {
            if body.len().saturating_add(chunk.len()) > MAX_ANSWER {
                return Err(too_large(status));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, body })
    }
}

fn too_large(status: u16) -> NoAnswer {
    let log = format!("HTTP {status} with a body of more than {MAX_ANSWER} bytes");
    NoAnswer { ended: Ended::TooLarge, log }
}

/// The innermost cause says most: the client's own sentence only repeats the URL.
fn explain(error: &reqwest::Error) -> NoAnswer {
    if error.is_timeout() {
        return late();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    NoAnswer { ended: Ended::Unreachable, log: cause.to_string() }
}

/// No answer came in time.
pub(super) fn late() -> NoAnswer {
    NoAnswer { ended: Ended::TimedOut, log: "no answer in time".to_owned() }
}
