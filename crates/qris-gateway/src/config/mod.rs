//! How a gateway is set up: plain data with the defaults that `qris serve` without any configuration uses.

mod load;
mod settings;
#[cfg(test)]
mod tests;

pub use load::{ConfigError, Flags, load};
pub(crate) use settings::networks;
pub use settings::{Kind, SETTINGS, Setting};

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;

use crate::db::DatabaseUrl;

/// How many addresses it takes to use up the memory for bodies.
pub(crate) const BODY_PARTS: usize = 4;

/// Everything a gateway is told when it starts.
#[derive(Clone)]
pub struct Config {
    /// Where partners and people connect.
    pub listen: SocketAddr,
    /// Metrics and the operator's health checks; none: no such listener.
    pub admin_listen: Option<SocketAddr>,
    /// Health checks alone, out of everybody else's way; none: no such listener.
    pub health_listen: Option<SocketAddr>,
    /// Proxies that are believed when they say for whom they ask.
    pub trusted_proxies: Arc<[IpNet]>,
    /// Where the data are.
    pub database: DatabaseUrl,
    /// File of 32 random bytes; none: the one this database was used with before, or a new one, see
    /// [`crate::keys`].
    pub master_key_file: Option<PathBuf>,
    /// What partners and payers reach us under, without a slash at the end; none: `http://` and the listener.
    pub public_url: Option<String>,
    /// Whether the sandbox routes exist.
    pub sandbox: bool,
    /// Whether the sandbox may listen on more than loopback.
    pub sandbox_anywhere: bool,
    /// The sandbox's key; none: a random one for each start.
    pub sandbox_key: Option<String>,
    /// Whether a demo partner and merchant are made once; none: in the sandbox. Elsewhere there are none.
    pub demo: Option<bool>,
    /// Whether strangers may have payloads and pictures inspected; none: in the sandbox.
    pub inspector: Option<bool>,
    /// Argon2id hash (PHC string) of the operator's password; none: no operator's pages.
    pub operator_password_hash: Option<String>,
    /// Most sen (1/100 rupiah) in one transaction; none: no limit.
    pub amount_limit: Option<i64>,
    /// Bounds on what a caller may cost us.
    pub limits: Limits,
    /// How notifications are retried.
    pub notify: Notify,
    /// How long what is over is kept.
    pub retention: Retention,
    /// How long `/readyz` says that the gateway is about to end before the drain begins.
    pub drain_delay: Duration,
    /// What is logged, as `tracing` filters are written.
    pub log: String,
    /// The collector that traces are sent to, without a slash at the end; none: nobody.
    pub traces: Option<String>,
}

/// Without the sandbox's key, the password's hash and the database's password.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("database", &self.database.public())
            .field("sandbox", &self.sandbox)
            .field("limits", &self.limits)
            .field("notify", &self.notify)
            .field("retention", &self.retention)
            .field("traces", &self.traces)
            .finish_non_exhaustive()
    }
}

/// Bounds on what a caller may cost us.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a request's body.
    pub body: usize,
    /// From the first byte of a request to its answer.
    pub request_time: Duration,
    /// Requests worked on at once; more wait a moment, then get 429xx00.
    pub concurrency: usize,
    /// Connections at once; fewer when the process may not open so many files.
    pub connections: usize,
    /// Of them, those of one address (of a /64 of IPv6); never more than half of all.
    pub connections_per_address: usize,
    /// Bytes of all requests' bodies together; one address gets a quarter.
    pub bodies: usize,
    /// Requests a second from one address, before authentication; 0: no limit, for a gateway behind a proxy.
    pub per_address: u32,
    /// Requests a second of one partner, after authentication; 0: no limit.
    pub per_partner: u32,
    /// Seconds a token lives.
    pub token_seconds: u32,
}

/// How notifications are retried.
#[derive(Debug, Clone, Copy)]
pub struct Notify {
    /// Before the second try; doubles with each.
    pub first_delay: Duration,
    /// Longest wait between two tries.
    pub longest_delay: Duration,
    /// Tries before a notification is put on the dead-letter list.
    pub attempts: u32,
    /// For one try, from connecting to the last byte of the answer.
    pub timeout: Duration,
}

/// How long what is over is kept, in days (WIB for external ids).
#[derive(Debug, Clone)]
pub struct Retention {
    /// X-EXTERNAL-IDs beside those of the present day.
    pub external_ids_days: u32,
    /// Delivered notifications; 0: for ever, as with the others.
    pub notifications_days: u32,
    /// What issuers asked about.
    pub inquiries_days: u32,
    /// Closed exceptions.
    pub exceptions_days: u32,
    /// Transactions in a final state, with their refunds. The ledger stays.
    pub transactions_days: u32,
    /// Where they are written, one JSON object a line, before they are deleted.
    pub export_folder: Option<PathBuf>,
}

impl Retention {
    /// Whether anything is deleted that must be exported before.
    pub fn exports(&self) -> bool {
        let days =
            [self.notifications_days, self.inquiries_days, self.exceptions_days, self.transactions_days];
        days.iter().any(|days| *days > 0)
    }
}

impl Default for Retention {
    fn default() -> Self {
        Retention {
            external_ids_days: 2,
            notifications_days: 0,
            inquiries_days: 0,
            exceptions_days: 0,
            transactions_days: 0,
            export_folder: None,
        }
    }
}

impl Config {
    /// Whether there is a demo partner.
    pub fn has_demo(&self) -> bool {
        self.sandbox && self.demo.unwrap_or(true)
    }

    /// Whether the inspector's page exists.
    pub fn has_inspector(&self) -> bool {
        self.inspector.unwrap_or(self.sandbox)
    }
}

impl Default for Config {
    fn default() -> Self {
        Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            admin_listen: None,
            health_listen: None,
            trusted_proxies: Arc::default(),
            database: DatabaseUrl::Sqlite("qris.db".into()),
            master_key_file: None,
            public_url: None,
            sandbox: false,
            sandbox_anywhere: false,
            sandbox_key: None,
            demo: None,
            inspector: None,
            operator_password_hash: None,
            amount_limit: None,
            limits: Limits::default(),
            notify: Notify::default(),
            retention: Retention::default(),
            drain_delay: Duration::from_secs(1),
            log: "info".to_owned(),
            traces: None,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            body: 256 * 1024,
            request_time: Duration::from_secs(10),
            concurrency: 512,
            connections: 4096,
            connections_per_address: 1024,
            bodies: 128 * 1024 * 1024,
            per_address: 5_000,
            per_partner: 5_000,
            token_seconds: 900,
        }
    }
}

impl Default for Notify {
    fn default() -> Self {
        Notify {
            first_delay: Duration::from_secs(2),
            longest_delay: Duration::from_secs(3600),
            attempts: 20,
            timeout: Duration::from_secs(10),
        }
    }
}
