//! One token for many callers: fetched once, kept while it lives, renewed before it ends.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use qris_snap::client::Grant;
use qris_snap::sign::Token;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::error::Error;

/// How long after an early renewal failed the next one is tried, in milliseconds.
const EARLY_AGAIN: i64 = 5_000;

/// A token and its times, in milliseconds of the clock.
#[derive(Debug)]
struct Kept {
    token: Token,
    /// Until then nobody thinks of the next one.
    young: i64,
    /// Until then it is used.
    usable: i64,
}

/// What a fetch brought, once it has.
type Landing = Option<Result<Token, Error>>;

#[derive(Debug, Default)]
struct State {
    kept: Option<Kept>,
    /// The fetch under way. It is a task of its own: who waits for it may go away.
    flight: Option<watch::Receiver<Landing>>,
    /// No early renewal before that.
    early_from: i64,
}

/// The token of one client or customer.
#[derive(Debug)]
pub(crate) struct Tokens {
    clock: Clock,
    state: Mutex<State>,
}

impl Tokens {
    pub(crate) fn new(clock: Clock) -> Tokens {
        Tokens { clock, state: Mutex::default() }
    }

    /// Keeps a token that was asked for at a time.
    pub(crate) fn keep(&self, grant: &Grant, asked_ms: i64) {
        self.lock().kept = Some(Kept::new(grant, asked_ms));
    }

    /// The kept token, or what `fetch` brings. However many ask, one fetch is under way; a failed one is told to those
    /// who wait for it, and to nobody after them.
    pub(crate) async fn get<F>(self: &Arc<Self>, fetch: impl Fn() -> F) -> Result<Token, Error>
    where
        F: Future<Output = Result<Grant, Error>> + Send + 'static,
    {
        loop {
            let mut landing = {
                let mut state = self.lock();
                let now = self.clock.now_ms();
                if let Some(kept) = state.kept.as_ref().filter(|kept| now < kept.usable) {
                    let token = kept.token.clone();
                    if now >= kept.young && state.flight.is_none() && now >= state.early_from {
                        state.flight = Some(self.take_off(fetch()));
                    }
                    return Ok(token);
                }
                state.flight.get_or_insert_with(|| self.take_off(fetch())).clone()
            };
            match landing.wait_for(Option::is_some).await.map(|landed| landed.clone()) {
                Ok(Some(result)) => return result,
                // Its task is gone with its runtime: another fetch is begun.
                _ => {
                    let mut state = self.lock();
                    if state.flight.as_ref().is_some_and(|flight| flight.same_channel(&landing)) {
                        state.flight = None;
                    }
                }
            }
        }
    }

    /// Drops a token the other side refused, unless another has taken its place.
    pub(crate) fn forget(&self, token: &Token) {
        let mut state = self.lock();
        if state.kept.as_ref().is_some_and(|kept| kept.token == *token) {
            state.kept = None;
        }
    }

    fn take_off(
        self: &Arc<Self>,
        fetch: impl Future<Output = Result<Grant, Error>> + Send + 'static,
    ) -> watch::Receiver<Landing> {
        let (land, landing) = watch::channel(None);
        let tokens = Arc::clone(self);
        tokio::spawn(async move {
            let asked_ms = tokens.clock.now_ms();
            let result = fetch.await;
            let mut state = tokens.lock();
            state.flight = None;
            match &result {
                Ok(grant) => state.kept = Some(Kept::new(grant, asked_ms)),
                Err(_) => state.early_from = tokens.clock.now_ms().saturating_add(EARLY_AGAIN),
            }
            drop(state);
            land.send_replace(Some(result.map(|grant| grant.token)));
        });
        landing
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn new(grant: &Grant, asked_ms: i64) -> Kept {
        let after = |life: std::time::Duration| {
            asked_ms.saturating_add(i64::try_from(life.as_millis()).unwrap_or(i64::MAX))
        };
        Kept { token: grant.token.clone(), young: after(grant.young()), usable: after(grant.usable()) }
    }
}
