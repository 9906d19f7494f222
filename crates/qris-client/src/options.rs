//! Where the acquirer is, and how long it is waited for.

use std::time::Duration;

use qris_snap::json::MAX_BODY;

use crate::clock::Clock;

/// Settings of a [`Client`](crate::Client) that are not SNAP's. Begin with [`Options::new`].
///
/// ```
/// use std::time::Duration;
/// use qris_client::Options;
/// let options = Options { request_timeout: Duration::from_secs(8), ..Options::new("https://api.acquirer.example") };
/// assert!(options.request_timeout < options.deadline);
/// ```
#[derive(Debug, Clone)]
pub struct Options {
    /// Scheme, host and port. What stands before the acquirer's paths is the caller's
    /// [`mount`](qris_snap::client::Builder::mount), because it is signed.
    pub base_url: String,
    /// How long a connection may take to come about.
    pub connect_timeout: Duration,
    /// How long one request may take, from connecting to the last byte of its answer.
    pub request_timeout: Duration,
    /// How long a call may take with everything: tokens, queries, repetitions.
    pub deadline: Duration,
    /// How often at most one thing is sent or asked about; at least once.
    pub attempts: u32,
    /// The wait before the second attempt. It doubles with each, up to four seconds, and half of it is left to chance.
    pub first_pause: Duration,
    /// Most bytes of an answer that are read.
    pub max_answer: usize,
    /// Whether `http` is spoken with other machines than this one.
    pub plain_http: bool,
    /// What time it is: for timestamps, and for the age of tokens.
    pub clock: Clock,
}

impl Options {
    /// Five seconds to connect, fifteen for a request, forty-five for a call of at most five attempts.
    pub fn new(base_url: impl Into<String>) -> Options {
        Options {
            base_url: base_url.into(),
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(15),
            deadline: Duration::from_secs(45),
            attempts: 5,
            first_pause: Duration::from_millis(250),
            max_answer: MAX_BODY,
            plain_http: false,
            clock: Clock::system(),
        }
    }
}
