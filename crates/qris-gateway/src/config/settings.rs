//! Every setting there is, once: its name, what it is for, and how its text becomes part of a [`Config`].
//!
//! Flag and variable follow from the name: `limits.body_bytes` is `--limits-body-bytes` and `QRIS_LIMITS_BODY_BYTES`.
//! README's table, the command's flags and the loader are all made of this list.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Uri;
use ipnet::IpNet;
use qris_snap::Money;

use super::Config;
use crate::db::DatabaseUrl;
use crate::password;

/// Shortest sandbox key, in characters.
const SANDBOX_KEY: usize = 16;

/// What a setting is in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// A string that no message repeats.
    Secret,
    /// An integer.
    Number,
    /// `true` or `false`.
    Switch,
    /// Strings; with commas between them where there is but one text.
    List,
}

/// What is wrong with a text, as the end of a sentence that begins with it.
type Wrong = String;

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its name in the file; a point stands for a table.
    pub name: &'static str,
    /// What it is in the file.
    pub kind: Kind,
    /// What holds without it.
    pub default: &'static str,
    /// What it is for.
    pub help: &'static str,
    /// Reads a text into its place.
    pub(super) set: fn(&mut Config, &str) -> Result<(), Wrong>,
}

impl Setting {
    /// The setting of this name.
    pub fn named(name: &str) -> Option<&'static Setting> {
        SETTINGS.iter().find(|setting| setting.name == name)
    }

    /// `--limits-body-bytes`, without the dashes before it.
    pub fn flag(&self) -> String {
        self.name.replace(['.', '_'], "-")
    }

    /// `QRIS_LIMITS_BODY_BYTES`.
    pub fn variable(&self) -> String {
        match self.name {
            // As other programs call it.
            "database" => "QRIS_DATABASE_URL".to_owned(),
            name => format!("QRIS_{}", name.replace('.', "_").to_ascii_uppercase()),
        }
    }
}

/// All settings, as README shows them.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "listen",
        kind: Kind::Text,
        default: "`127.0.0.1:8080`",
        help: "Where partners and people connect; port 0 is any free one",
        set: |c, text| put(&mut c.listen, address(text)),
    },
    Setting {
        name: "admin_listen",
        kind: Kind::Text,
        default: "none",
        help: "Where the operator connects: pages, /metrics, /healthz, /readyz",
        set: |c, text| put(&mut c.admin_listen, address(text).map(Some)),
    },
    Setting {
        name: "health_listen",
        kind: Kind::Text,
        default: "none",
        help: "Where health is asked, apart from all other connections: /healthz, /readyz",
        set: |c, text| put(&mut c.health_listen, address(text).map(Some)),
    },
    Setting {
        name: "trusted_proxies",
        kind: Kind::List,
        default: "none",
        help: "Proxies (addresses or networks) whose `Forwarded` or `X-Forwarded-For` says who asks",
        set: |c, text| put(&mut c.trusted_proxies, networks(text)),
    },
    Setting {
        name: "database",
        kind: Kind::Secret,
        default: "`sqlite://qris.db`",
        help: "Where the data are: sqlite://PATH or postgres://…",
        set: |c, text| {
            let wanted = "is no database: sqlite://PATH or postgres://… is wanted";
            put(&mut c.database, DatabaseUrl::parse(text).ok_or_else(|| wanted.to_owned()))
        },
    },
    Setting {
        name: "master_key_file",
        kind: Kind::Text,
        default: "the file this database was used with before, or a new one beside it",
        help: "File of the 32 bytes that stored secrets are sealed under",
        set: |c, text| put(&mut c.master_key_file, Ok(Some(text.into()))),
    },
    Setting {
        name: "public_url",
        kind: Kind::Text,
        default: "`http://` and the listener",
        help: "What partners and payers reach the gateway under",
        set: |c, text| put(&mut c.public_url, public_url(text).map(Some)),
    },
    Setting {
        name: "sandbox",
        kind: Kind::Switch,
        default: "false",
        help: "Pay without money, move the clock, see why requests were refused; on loopback only",
        set: |c, text| put(&mut c.sandbox, switch(text)),
    },
    Setting {
        name: "sandbox_anywhere",
        kind: Kind::Switch,
        default: "false",
        help: "Let the sandbox listen on other addresses than loopback",
        set: |c, text| put(&mut c.sandbox_anywhere, switch(text)),
    },
    Setting {
        name: "sandbox_key",
        kind: Kind::Secret,
        default: "a new one for each start",
        help: "The sandbox's key: 16 or more visible ASCII characters",
        set: |c, text| {
            let good = text.len() >= SANDBOX_KEY && text.bytes().all(|byte| byte.is_ascii_graphic());
            let wrong = || "is no sandbox key: 16 or more visible ASCII characters are wanted".to_owned();
            put(&mut c.sandbox_key, good.then(|| Some(text.to_owned())).ok_or_else(wrong))
        },
    },
    Setting {
        name: "demo",
        kind: Kind::Switch,
        default: "true in the sandbox, else false",
        help: "Make a demo partner with its keys and a merchant; in the sandbox only",
        set: |c, text| put(&mut c.demo, switch(text).map(Some)),
    },
    Setting {
        name: "inspector",
        kind: Kind::Switch,
        default: "true in the sandbox, else false",
        help: "Let everybody have payloads and pictures inspected at /inspect; a picture takes up to two seconds of a core",
        set: |c, text| put(&mut c.inspector, switch(text).map(Some)),
    },
    Setting {
        name: "operator_password_hash",
        kind: Kind::Secret,
        default: "none: no operator's pages",
        help: "Argon2id hash of the operator's password (`qris gateway password-hash` makes one); wants `admin_listen`",
        set: |c, text| {
            let read = password::check_hash(text).map(|()| Some(text.to_owned()));
            put(&mut c.operator_password_hash, read)
        },
    },
    Setting {
        name: "amount_limit",
        kind: Kind::Text,
        default: "none",
        help: "Most rupiah in one transaction, such as `10000000.00`",
        set: |c, text| put(&mut c.amount_limit, sen(text).map(Some)),
    },
    Setting {
        name: "limits.body_bytes",
        kind: Kind::Number,
        default: "262144",
        help: "Bytes of a request's body",
        set: |c, text| put(&mut c.limits.body, number(text, 1024..=16 * 1024 * 1024)),
    },
    Setting {
        name: "limits.request_seconds",
        kind: Kind::Number,
        default: "10",
        help: "From a request's first byte to its answer",
        set: |c, text| put(&mut c.limits.request_time, seconds(text, 1..=300)),
    },
    Setting {
        name: "limits.concurrency",
        kind: Kind::Number,
        default: "512",
        help: "Requests worked on at once",
        set: |c, text| put(&mut c.limits.concurrency, number(text, 1..=100_000)),
    },
    Setting {
        name: "limits.connections",
        kind: Kind::Number,
        default: "4096",
        help: "Connections at once; fewer when fewer files may be open",
        set: |c, text| put(&mut c.limits.connections, number(text, 2..=1_000_000)),
    },
    Setting {
        name: "limits.connections_per_address",
        kind: Kind::Number,
        default: "1024",
        help: "Of them, those of one address (a /64 of IPv6), at most half; trusted proxies have no such bound",
        set: |c, text| put(&mut c.limits.connections_per_address, number(text, 1..=1_000_000)),
    },
    Setting {
        name: "limits.bodies_bytes",
        kind: Kind::Number,
        default: "134217728",
        help: "Bytes of all requests' bodies together; one address gets a quarter",
        set: |c, text| put(&mut c.limits.bodies, number(text, 16 * 1024 * 1024..=1 << 40)),
    },
    Setting {
        name: "limits.per_address",
        kind: Kind::Number,
        default: "5000",
        help: "Requests a second from one address before authentication; 0: no limit",
        set: |c, text| put(&mut c.limits.per_address, number(text, 0..=1_000_000)),
    },
    Setting {
        name: "limits.per_partner",
        kind: Kind::Number,
        default: "5000",
        help: "Requests a second of one partner after authentication; 0: no limit",
        set: |c, text| put(&mut c.limits.per_partner, number(text, 0..=1_000_000)),
    },
    Setting {
        name: "limits.token_seconds",
        kind: Kind::Number,
        default: "900",
        help: "Seconds a token lives",
        set: |c, text| put(&mut c.limits.token_seconds, number(text, 1..=86_400)),
    },
    Setting {
        name: "notify.first_delay_seconds",
        kind: Kind::Number,
        default: "2",
        help: "Before a notification's second try; doubled with each",
        set: |c, text| put(&mut c.notify.first_delay, seconds(text, 1..=86_400)),
    },
    Setting {
        name: "notify.longest_delay_seconds",
        kind: Kind::Number,
        default: "3600",
        help: "Longest wait between two tries",
        set: |c, text| put(&mut c.notify.longest_delay, seconds(text, 1..=604_800)),
    },
    Setting {
        name: "notify.attempts",
        kind: Kind::Number,
        default: "20",
        help: "Tries before a notification is put on the dead-letter list",
        set: |c, text| put(&mut c.notify.attempts, number(text, 1..=1000)),
    },
    Setting {
        name: "notify.timeout_seconds",
        kind: Kind::Number,
        default: "10",
        help: "For one try",
        set: |c, text| put(&mut c.notify.timeout, seconds(text, 1..=60)),
    },
    Setting {
        name: "retention.external_ids_days",
        kind: Kind::Number,
        default: "2",
        help: "Days for which X-EXTERNAL-IDs are known, beside the present one",
        set: |c, text| put(&mut c.retention.external_ids_days, number(text, 1..=3650)),
    },
    Setting {
        name: "retention.notifications_days",
        kind: Kind::Number,
        default: "0",
        help: "Days after which delivered notifications are exported and deleted; 0: never",
        set: |c, text| put(&mut c.retention.notifications_days, number(text, 0..=36_500)),
    },
    Setting {
        name: "retention.inquiries_days",
        kind: Kind::Number,
        default: "0",
        help: "The same for what issuers asked about",
        set: |c, text| put(&mut c.retention.inquiries_days, number(text, 0..=36_500)),
    },
    Setting {
        name: "retention.exceptions_days",
        kind: Kind::Number,
        default: "0",
        help: "The same for closed exceptions",
        set: |c, text| put(&mut c.retention.exceptions_days, number(text, 0..=36_500)),
    },
    Setting {
        name: "retention.transactions_days",
        kind: Kind::Number,
        default: "0",
        help: "The same for transactions in a final state, with refunds and notifications; the ledger stays",
        set: |c, text| put(&mut c.retention.transactions_days, number(text, 0..=36_500)),
    },
    Setting {
        name: "retention.export_folder",
        kind: Kind::Text,
        default: "none",
        help: "Where they are written before they are deleted, one JSON object a line",
        set: |c, text| put(&mut c.retention.export_folder, Ok(Some(text.into()))),
    },
    Setting {
        name: "drain_delay_seconds",
        kind: Kind::Number,
        default: "1",
        help: "How long /readyz answers 503 before a gateway that is told to end takes no more connections",
        set: |c, text| put(&mut c.drain_delay, seconds(text, 0..=300)),
    },
    Setting {
        name: "log",
        kind: Kind::Text,
        default: "`info`",
        help: "What is logged: `debug`, `qris_gateway=debug`",
        set: |c, text| put(&mut c.log, crate::logs::check(text).map(|()| text.to_owned())),
    },
    Setting {
        name: "traces",
        kind: Kind::Text,
        default: "none",
        help: "Collector of OpenTelemetry that traces are sent to by HTTP, such as `http://127.0.0.1:4318`; in a program with the feature `otel`",
        set: |c, text| put(&mut c.traces, collector(text).map(Some)),
    },
];

fn put<T>(place: &mut T, read: Result<T, Wrong>) -> Result<(), Wrong> {
    read.map(|value| *place = value)
}

fn address(text: &str) -> Result<SocketAddr, Wrong> {
    text.parse().map_err(|_| "is no address and port, such as 127.0.0.1:8080".to_owned())
}

/// Networks, or addresses that stand for themselves.
pub(crate) fn networks(text: &str) -> Result<Arc<[IpNet]>, Wrong> {
    let network = |text: &str| text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    let named = text.split(',').map(str::trim).filter(|text| !text.is_empty());
    named
        .map(network)
        .collect::<Result<_, _>>()
        .map_err(|_| "is no list of networks, such as 10.0.0.0/8".to_owned())
}

fn switch(text: &str) -> Result<bool, Wrong> {
    match text {
        "1" | "true" | "yes" | "on" => Ok(true),
        "0" | "false" | "no" | "off" => Ok(false),
        _ => Err("is no switch: true or false is wanted".to_owned()),
    }
}

fn number<T: TryFrom<i64>>(text: &str, range: RangeInclusive<i64>) -> Result<T, Wrong> {
    let read = text.parse::<i64>().ok().filter(|number| range.contains(number));
    let fits = read.and_then(|number| T::try_from(number).ok());
    fits.ok_or_else(|| format!("is not from {} to {}", range.start(), range.end()))
}

fn seconds(text: &str, range: RangeInclusive<i64>) -> Result<Duration, Wrong> {
    number(text, range).map(Duration::from_secs)
}

/// An absolute http(s) URL without query; a slash at its end is dropped.
fn public_url(text: &str) -> Result<String, Wrong> {
    let url: Option<Uri> = text.parse().ok();
    let good = url.is_some_and(|url| {
        matches!(url.scheme_str(), Some("http" | "https")) && url.host().is_some() && url.query().is_none()
    });
    let wrong = || "is no URL such as https://qris.example".to_owned();
    good.then(|| text.trim_end_matches('/').to_owned()).ok_or_else(wrong)
}

/// A URL as of [`public_url`], without a password: where one is wanted it stands in OTEL_EXPORTER_OTLP_HEADERS.
fn collector(text: &str) -> Result<String, Wrong> {
    let url = public_url(text).ok().filter(|url| !url.contains('@'));
    url.ok_or_else(|| "is no URL of a collector such as http://127.0.0.1:4318".to_owned())
}

/// Rupiah as text, in minor units.
fn sen(text: &str) -> Result<i64, Wrong> {
    let minor = Money::parse_value(text).and_then(|minor| i64::try_from(minor).ok());
    let wrong = || "is no amount in rupiah, such as \"10000000.00\"".to_owned();
    minor.filter(|minor| *minor > 0).ok_or_else(wrong)
}
