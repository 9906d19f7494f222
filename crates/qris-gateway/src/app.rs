//! What every part of a running gateway shares.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use qris_snap::sign::PrivateKey;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::config::Config;
use crate::counts::Counts;
use crate::crypto::MasterKey;
use crate::db::Store;
use crate::limiter::Limiter;
use crate::lines::Lines;

/// The key that signs now; replaced while the gateway runs.
#[derive(Debug)]
pub struct Signing(RwLock<Arc<PrivateKey>>);

impl Signing {
    /// With a first key.
    pub fn new(key: PrivateKey) -> Signing {
        Signing(RwLock::new(Arc::new(key)))
    }

    /// The key, for one signature.
    pub fn get(&self) -> Arc<PrivateKey> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Another one from now on.
    pub fn replace(&self, key: PrivateKey) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(key);
    }
}

/// A running gateway's parts. Shared as `Arc<App>`; axum's state.
pub struct App {
    /// As it was started.
    pub config: Config,
    /// What partners and payers reach us under, without a slash at the end.
    pub public_url: String,
    /// The data.
    pub store: Store,
    /// Now.
    pub clock: Clock,
    /// Opens stored secrets.
    pub master_key: MasterKey,
    /// Signs notifications.
    pub key: Signing,
    /// Wakes the notification sender when an event was written.
    pub outbox: Notify,
    /// The sandbox's key; none: no sandbox.
    pub sandbox_key: Option<String>,
    /// Client id of the demo partner that a sandbox left in the data, where there is no sandbox now: nobody we know.
    pub barred: Option<String>,
    /// Requests of each partner (client id), after authentication.
    pub partners: Limiter<String>,
    /// What is counted for `/metrics` below `http`.
    pub counts: Counts,
    /// Connections to acquirers.
    pub lines: Lines,
}

/// The handle that handlers take.
pub type Shared = Arc<App>;

/// Without the keys.
impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("config", &self.config).finish_non_exhaustive()
    }
}
