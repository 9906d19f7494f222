//! Configuration from the command line, the environment and a TOML file, in this order of precedence.

use std::fmt;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::http::Uri;
use qris_snap::Money;
use serde::Deserialize;
use toml::Spanned;

use super::{Config, Limits, Notify};
use crate::db::DatabaseUrl;

/// The largest configuration file, in bytes.
const FILE_LIMIT: u64 = 1024 * 1024;
/// Shortest sandbox key, in characters.
const SANDBOX_KEY: usize = 16;

/// What a command line said; `None` and `false` leave it to the environment and the file.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--listen`.
    pub listen: Option<String>,
    /// `--admin-listen`.
    pub admin_listen: Option<String>,
    /// `--database`.
    pub database: Option<String>,
    /// `--sandbox`.
    pub sandbox: bool,
    /// `--sandbox-anywhere`.
    pub sandbox_anywhere: bool,
    /// `--no-demo`.
    pub no_demo: bool,
}

/// A setting that cannot be followed, and where it stands: a flag, a variable, or a file and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// `--listen`, `QRIS_LISTEN`, `gateway.toml:3`.
    pub place: String,
    /// What is wrong, and what is wanted.
    pub problem: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

impl std::error::Error for ConfigError {}

/// The file, as written. An unknown name is an error: a misspelt limit would otherwise be no limit.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    listen: Option<Spanned<String>>,
    admin_listen: Option<Spanned<String>>,
    database: Option<Spanned<String>>,
    master_key_file: Option<Spanned<String>>,
    public_url: Option<Spanned<String>>,
    sandbox: Option<Spanned<bool>>,
    sandbox_anywhere: Option<Spanned<bool>>,
    sandbox_key: Option<Spanned<String>>,
    demo: Option<Spanned<bool>>,
    operator_password_hash: Option<Spanned<String>>,
    amount_limit: Option<Spanned<String>>,
    limits: LimitsTable,
    notify: NotifyTable,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LimitsTable {
    body_bytes: Option<Spanned<i64>>,
    request_seconds: Option<Spanned<i64>>,
    concurrency: Option<Spanned<i64>>,
    per_address: Option<Spanned<i64>>,
    per_partner: Option<Spanned<i64>>,
    token_seconds: Option<Spanned<i64>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NotifyTable {
    first_delay_seconds: Option<Spanned<i64>>,
    longest_delay_seconds: Option<Spanned<i64>>,
    attempts: Option<Spanned<i64>>,
    timeout_seconds: Option<Spanned<i64>>,
}

/// Where a setting was found.
#[derive(Debug, Clone)]
enum Place {
    Flag(&'static str),
    Variable(&'static str),
    Offset(usize),
}

/// A setting and its place.
struct Given<T> {
    value: T,
    place: Place,
}

/// The three sources, asked in order.
struct Sources<'a> {
    variable: &'a dyn Fn(&str) -> Option<String>,
    path: Option<PathBuf>,
    text: String,
}

impl Sources<'_> {
    fn error(&self, place: &Place, problem: impl Into<String>) -> ConfigError {
        let place = match place {
            Place::Flag(name) | Place::Variable(name) => (*name).to_owned(),
            Place::Offset(offset) => {
                let line = self.text.bytes().take(*offset).filter(|byte| *byte == b'\n').count() + 1;
                format!("{}:{line}", self.path.as_deref().unwrap_or(Path::new("")).display())
            }
        };
        ConfigError { place, problem: problem.into() }
    }

    /// A text from a flag, a variable or the file. An empty variable counts as absent.
    fn text(
        &self,
        flag: Option<(&'static str, &Option<String>)>,
        variable: Option<&'static str>,
        file: &Option<Spanned<String>>,
    ) -> Option<Given<String>> {
        if let Some((name, Some(value))) = flag {
            return Some(Given { value: value.clone(), place: Place::Flag(name) });
        }
        let set = variable.and_then(|name| Some((name, (self.variable)(name).filter(|v| !v.is_empty())?)));
        if let Some((name, value)) = set {
            return Some(Given { value, place: Place::Variable(name) });
        }
        let file = file.as_ref()?;
        Some(Given { value: file.as_ref().clone(), place: Place::Offset(file.span().start) })
    }

    /// A text that something else is read from.
    fn parsed<T>(
        &self,
        given: Option<Given<String>>,
        wanted: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<Given<T>>, ConfigError> {
        let Some(given) = given else { return Ok(None) };
        match read(&given.value) {
            Some(value) => Ok(Some(Given { value, place: given.place })),
            None => Err(self.error(&given.place, format!("{:?} is no {wanted}", given.value))),
        }
    }

    fn number(
        &self,
        file: &Option<Spanned<i64>>,
        range: RangeInclusive<i64>,
    ) -> Result<Option<i64>, ConfigError> {
        let Some(file) = file else { return Ok(None) };
        let number = *file.as_ref();
        if range.contains(&number) {
            return Ok(Some(number));
        }
        let problem = format!("{number} is not from {} to {}", range.start(), range.end());
        Err(self.error(&Place::Offset(file.span().start), problem))
    }
}

/// Puts a configuration together: flag over environment over file over default.
///
/// `variable` reads the environment: `QRIS_CONFIG`, `QRIS_LISTEN`, `QRIS_DATABASE_URL`, `QRIS_SANDBOX`,
/// `QRIS_MASTER_KEY_FILE`, `QRIS_PUBLIC_URL`.
///
/// ```
/// use qris_gateway::config::{Flags, load};
/// let flags = Flags { listen: Some("127.0.0.1:0".into()), ..Flags::default() };
/// let config = load(&flags, &|name| (name == "QRIS_SANDBOX").then(|| "1".to_owned())).unwrap();
/// assert!(config.sandbox && config.listen.port() == 0);
/// ```
///
/// # Errors
/// [`ConfigError`] with the place of the first setting that cannot be followed.
pub fn load(flags: &Flags, variable: &dyn Fn(&str) -> Option<String>) -> Result<Config, ConfigError> {
    let path = match (&flags.config, variable("QRIS_CONFIG").filter(|path| !path.is_empty())) {
        (Some(path), _) => Some((path.clone(), "--config")),
        (None, Some(path)) => Some((PathBuf::from(path), "QRIS_CONFIG")),
        (None, None) => None,
    };
    let text = match &path {
        Some((path, place)) => read_file(path).map_err(|problem| ConfigError {
            place: (*place).to_owned(),
            problem: format!("{} cannot be read: {problem}", path.display()),
        })?,
        None => String::new(),
    };
    let sources = Sources { variable, path: path.map(|(path, _)| path), text };
    let file: File = toml::from_str(&sources.text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        sources.error(&Place::Offset(offset), error.message())
    })?;
    settle(flags, &sources, &file)
}

fn read_file(path: &Path) -> Result<String, String> {
    let meta = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if meta.len() > FILE_LIMIT {
        return Err(format!("it has more than {FILE_LIMIT} bytes"));
    }
    std::fs::read_to_string(path).map_err(|error| error.to_string())
}

fn settle(flags: &Flags, sources: &Sources<'_>, file: &File) -> Result<Config, ConfigError> {
    let default = Config::default();
    const ADDRESS: &str = "address and port, such as 127.0.0.1:8080";
    let address = |text: &str| text.parse::<SocketAddr>().ok();
    let listen = sources.text(Some(("--listen", &flags.listen)), Some("QRIS_LISTEN"), &file.listen);
    let listen = sources.parsed(listen, ADDRESS, address)?;
    let admin = sources.text(Some(("--admin-listen", &flags.admin_listen)), None, &file.admin_listen);
    let admin = sources.parsed(admin, ADDRESS, address)?;

    const DATABASE: &str = "database: sqlite://PATH or postgres://… is wanted";
    let database =
        sources.text(Some(("--database", &flags.database)), Some("QRIS_DATABASE_URL"), &file.database);
    let database = sources.parsed(database, DATABASE, DatabaseUrl::parse)?;

    let master_key_file = sources.text(None, Some("QRIS_MASTER_KEY_FILE"), &file.master_key_file);
    let public_url = sources.text(None, Some("QRIS_PUBLIC_URL"), &file.public_url);
    let public_url = sources.parsed(public_url, "URL such as https://qris.example", public_url_of)?;

    let switch = |given: &Option<Spanned<bool>>| given.as_ref().map(|given| *given.as_ref());
    let sandbox_variable =
        sources.parsed(sources.text(None, Some("QRIS_SANDBOX"), &None), "switch: 0 or 1", yes_or_no)?;
    let sandbox = flags.sandbox
        || sandbox_variable
            .map(|given| given.value)
            .or_else(|| switch(&file.sandbox))
            .unwrap_or(default.sandbox);
    let sandbox_anywhere = flags.sandbox_anywhere || switch(&file.sandbox_anywhere).unwrap_or(false);
    if let Some(Given { value, place }) = &listen
        && sandbox
        && !sandbox_anywhere
        && !value.ip().is_loopback()
    {
        let problem = format!(
            "the sandbox lets anybody with its key pay; on {value} others could reach it: listen on 127.0.0.1, \
             or force it with --sandbox-anywhere"
        );
        return Err(sources.error(place, problem));
    }
    let long_enough = |text: &str| {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        (text.len() >= SANDBOX_KEY && visible).then(|| text.to_owned())
    };
    let wanted = "sandbox key: 16 or more visible ASCII characters";
    let sandbox_key = sources.parsed(sources.text(None, None, &file.sandbox_key), wanted, long_enough);
    // The key itself does not belong in a message.
    let sandbox_key = sandbox_key
        .map_err(|error| ConfigError { problem: format!("this is no {wanted}"), ..error })?
        .map(|given| given.value);

    let hash = sources.text(None, None, &file.operator_password_hash);
    let hash = sources.parsed(hash, "Argon2id hash ($argon2id$v=19$…)", argon2_hash)?;
    let amount = sources.text(None, None, &file.amount_limit);
    let amount = sources.parsed(amount, "amount in rupiah, such as \"10000000.00\"", sen)?;

    Ok(Config {
        listen: listen.map_or(default.listen, |given| given.value),
        admin_listen: admin.map(|given| given.value),
        database: database.map_or(default.database, |given| given.value),
        master_key_file: master_key_file.map(|given| given.value.into()),
        public_url: public_url.map(|given| given.value),
        sandbox,
        sandbox_anywhere,
        sandbox_key,
        demo: !flags.no_demo && switch(&file.demo).unwrap_or(default.demo),
        operator_password_hash: hash.map(|given| given.value),
        amount_limit: amount.map(|given| given.value),
        limits: limits(sources, &file.limits)?,
        notify: notify(sources, &file.notify)?,
    })
}

fn limits(sources: &Sources<'_>, table: &LimitsTable) -> Result<Limits, ConfigError> {
    let default = Limits::default();
    let count = |given: &Option<Spanned<i64>>, range, default: u32| {
        let number = sources.number(given, range)?;
        Ok(number.and_then(|number| u32::try_from(number).ok()).unwrap_or(default))
    };
    let size = |given: &Option<Spanned<i64>>, range, default: usize| {
        let number = sources.number(given, range)?;
        Ok(number.and_then(|number| usize::try_from(number).ok()).unwrap_or(default))
    };
    Ok(Limits {
        body: size(&table.body_bytes, 1024..=16 * 1024 * 1024, default.body)?,
        request_time: seconds(sources, &table.request_seconds, 1..=300, default.request_time)?,
        concurrency: size(&table.concurrency, 1..=100_000, default.concurrency)?,
        per_address: count(&table.per_address, 0..=1_000_000, default.per_address)?,
        per_partner: count(&table.per_partner, 0..=1_000_000, default.per_partner)?,
        token_seconds: count(&table.token_seconds, 1..=86_400, default.token_seconds)?,
    })
}

fn notify(sources: &Sources<'_>, table: &NotifyTable) -> Result<Notify, ConfigError> {
    let default = Notify::default();
    let attempts = sources.number(&table.attempts, 1..=1000)?;
    Ok(Notify {
        first_delay: seconds(sources, &table.first_delay_seconds, 1..=86_400, default.first_delay)?,
        longest_delay: seconds(sources, &table.longest_delay_seconds, 1..=604_800, default.longest_delay)?,
        attempts: attempts.and_then(|number| u32::try_from(number).ok()).unwrap_or(default.attempts),
        timeout: seconds(sources, &table.timeout_seconds, 1..=60, default.timeout)?,
    })
}

fn seconds(
    sources: &Sources<'_>,
    given: &Option<Spanned<i64>>,
    range: RangeInclusive<i64>,
    default: Duration,
) -> Result<Duration, ConfigError> {
    let number = sources.number(given, range)?.and_then(|number| u64::try_from(number).ok());
    Ok(number.map_or(default, Duration::from_secs))
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "1" | "true" | "yes" | "on" => Some(true),
        "0" | "false" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// An absolute http(s) URL without query; a slash at its end is dropped.
fn public_url_of(text: &str) -> Option<String> {
    let url: Uri = text.parse().ok()?;
    let good = matches!(url.scheme_str(), Some("http" | "https")) && url.host().is_some();
    (good && url.query().is_none()).then(|| text.trim_end_matches('/').to_owned())
}

fn argon2_hash(text: &str) -> Option<String> {
    crate::password::check(text).is_ok().then(|| text.to_owned())
}

/// Rupiah as text, in minor units.
fn sen(text: &str) -> Option<i64> {
    i64::try_from(Money::parse_value(text)?).ok().filter(|minor| *minor > 0)
}
