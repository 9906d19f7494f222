//! Connections to acquirers: one client each, with its tokens, the customer's session, and a circuit breaker.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use qris_client::Client;
use qris_snap::sign::Token;

/// Failures in a row after which an acquirer is left alone.
const FAILURES: u32 = 5;
/// For how long; then one call tries it.
const REST: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    until: Option<Instant>,
}

/// The connection to one acquirer.
pub struct Line {
    /// Calls it.
    pub client: Client,
    /// What the client was made of: another one is made when it changes.
    made_of: String,
    state: Mutex<State>,
    /// Locked while a customer's token is fetched: a grant is good once.
    pub session: Arc<tokio::sync::Mutex<Session>>,
    /// How many times no customer's token could be had.
    pub refused: AtomicU64,
}

/// What a customer's consent brought.
#[derive(Default)]
pub struct Session {
    /// Acts for the customer.
    pub client: Option<Client>,
    /// Id of the stored grant that it goes on with.
    pub grant_id: String,
    /// The refresh token that is stored.
    pub refresh: Option<Token>,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").field("state", &self.state).finish_non_exhaustive()
    }
}

impl Line {
    /// Not called yet.
    pub fn new(client: Client, made_of: String) -> Line {
        let (session, refused) = (Arc::default(), AtomicU64::new(0));
        Line { client, made_of, state: Mutex::default(), session, refused }
    }

    /// Whether it may be called: not within 30 s of five failures in a row. Then one call tries it; when that fails, it rests
    /// for another 30 s.
    pub fn may_call(&self) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        match state.until {
            Some(until) if now < until => false,
            Some(_) => {
                state.until = now.checked_add(REST);
                true
            }
            None => true,
        }
    }

    /// What came of a call. `there`: the acquirer answered, be it with a refusal.
    pub fn ended(&self, there: bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if there {
            *state = State::default();
            return;
        }
        state.failures = state.failures.saturating_add(1);
        if state.failures >= FAILURES {
            state.until = Instant::now().checked_add(REST);
        }
    }
}

/// The connections there are, by client id.
#[derive(Debug, Default)]
pub struct Lines {
    lines: Mutex<HashMap<String, Arc<Line>>>,
    /// No acquirer is called: known a second after one is set.
    none: AtomicBool,
}

impl Lines {
    /// Whether an acquirer may be called. Where none is, nobody looks for the one that made a code.
    pub fn may_be(&self) -> bool {
        !self.none.load(Ordering::Relaxed)
    }

    /// Whether there are acquirers.
    pub fn there_are(&self, any: bool) {
        self.none.store(!any, Ordering::Relaxed);
    }

    /// The connection to an acquirer, unless it was made of something else.
    pub fn get(&self, client_id: &str, made_of: &str) -> Option<Arc<Line>> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.get(client_id).filter(|line| line.made_of == made_of).map(Arc::clone)
    }

    /// Keeps a connection in the place of one that was made of something else; the one that is kept.
    pub fn keep(&self, client_id: &str, line: Line) -> Arc<Line> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(there) = lines.get(client_id).filter(|there| there.made_of == line.made_of) {
            return Arc::clone(there);
        }
        let line = Arc::new(line);
        lines.insert(client_id.to_owned(), Arc::clone(&line));
        line
    }
}

#[cfg(test)]
mod tests {
    use qris_client::Options;
    use qris_snap::client::Caller;
    use qris_snap::dialect::BRICK;
    use qris_snap::headers::HeaderName;
    use qris_snap::sign::{KeySize, PrivateKey};

    use super::*;

    fn line() -> Line {
        let caller = Caller::builder(&BRICK)
            .client_id("C")
            .private_key(PrivateKey::generate(KeySize::RSA_2048).unwrap())
            .header(HeaderName::PartnerId, "P")
            .header(HeaderName::ChannelId, "A0")
            .header(HeaderName::ExternalId, "1")
            .build()
            .unwrap();
        Line::new(Client::new(caller, Options::new("http://127.0.0.1:9")).unwrap(), "x".to_owned())
    }

    #[test]
    fn five_failures_in_a_row_open_the_circuit() {
        let line = line();
        for _ in 0..FAILURES - 1 {
            line.ended(false);
        }
        line.ended(true);
        for _ in 0..FAILURES - 1 {
            line.ended(false);
            assert!(line.may_call());
        }
        line.ended(false);
        assert!(!line.may_call());
        // Rested: one call tries it, the others wait for what comes of it.
        line.state.lock().unwrap().until = Instant::now().checked_sub(Duration::from_secs(1));
        assert!(line.may_call());
        assert!(!line.may_call());
        line.ended(true);
        assert!(line.may_call() && line.may_call());
    }

    #[test]
    fn what_it_is_made_of_makes_another() {
        let lines = Lines::default();
        assert!(lines.get("A", "x").is_none());
        lines.keep("A", line());
        assert!(
            lines.get("A", "x").is_some() && lines.get("A", "y").is_none() && lines.get("B", "x").is_none()
        );
    }
}
