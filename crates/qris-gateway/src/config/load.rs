//! Settings from the command line, the environment and a TOML file, in this order of precedence.

use std::collections::HashMap;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::settings::{Kind, SETTINGS, Setting};
use super::{BODY_PARTS, Config, Limits};

/// The largest configuration file, in bytes.
const FILE_LIMIT: u64 = 1024 * 1024;

/// What a command line said; the rest is left to the environment and the file.
#[derive(Clone, Default)]
pub struct Flags {
    /// `--config`.
    pub config: Option<PathBuf>,
    /// Names of [`SETTINGS`] and what was given for them.
    pub settings: Vec<(String, String)>,
}

impl Flags {
    /// With one setting more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Flags {
        self.settings.push((name.to_owned(), value.into()));
        self
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.settings.iter().map(|(name, _)| name)).finish()
    }
}

/// A setting that cannot be followed, and where it stands: a flag, a variable, or a file and its line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct ConfigError {
    /// `--listen`, `QRIS_LISTEN`, `gateway.toml:3`.
    pub place: String,
    /// What is wrong, and what is wanted.
    pub problem: String,
}

/// What was given for a setting, and where.
struct Given {
    text: String,
    place: String,
}

/// Puts a configuration together: flag over environment over file over default.
///
/// `variable` reads the environment: `QRIS_CONFIG` and the variable of every setting; an empty one counts as absent.
///
/// ```
/// use qris_gateway::config::{Flags, load};
/// let flags = Flags::default().with("listen", "127.0.0.1:0");
/// let config = load(&flags, &|name| (name == "QRIS_SANDBOX").then(|| "1".to_owned())).unwrap();
/// assert!(config.sandbox && config.listen.port() == 0);
/// ```
///
/// # Errors
/// [`ConfigError`] with the place of the first setting that cannot be followed.
pub fn load(flags: &Flags, variable: &dyn Fn(&str) -> Option<String>) -> Result<Config, ConfigError> {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    let file = match (&flags.config, variable("QRIS_CONFIG")) {
        (Some(path), _) => read_file(path, "--config")?,
        (None, Some(path)) => read_file(Path::new(&path), "QRIS_CONFIG")?,
        (None, None) => HashMap::new(),
    };
    let mut given = file;
    for setting in SETTINGS {
        if let Some(text) = variable(&setting.variable()) {
            given.insert(setting.name, Given { text, place: setting.variable() });
        }
    }
    for (name, text) in &flags.settings {
        let place = format!("--{name}");
        let Some(setting) = Setting::named(name) else {
            return Err(ConfigError { place, problem: "there is no such setting".to_owned() });
        };
        given.insert(setting.name, Given { text: text.clone(), place: format!("--{}", setting.flag()) });
    }
    settle(&given)
}

fn settle(given: &HashMap<&str, Given>) -> Result<Config, ConfigError> {
    let mut config = Config::default();
    for setting in SETTINGS {
        let Some(Given { text, place }) = given.get(setting.name) else { continue };
        (setting.set)(&mut config, text).map_err(|wrong| {
            let problem = match setting.kind {
                Kind::Secret => format!("this {wrong}"),
                Kind::Number => format!("{text} {wrong}"),
                Kind::Text | Kind::Switch | Kind::List => format!("{text:?} {wrong}"),
            };
            ConfigError { place: place.clone(), problem }
        })?;
    }
    let refuse = |name: &str, problem: String| {
        let place = given.get(name).map_or_else(|| name.to_owned(), |given| given.place.clone());
        Err(ConfigError { place, problem })
    };
    if config.sandbox && !config.sandbox_anywhere && !config.listen.ip().is_loopback() {
        let problem = format!(
            "the sandbox lets anybody with its key pay; on {} others could reach it: listen on 127.0.0.1, or force it \
             with --sandbox-anywhere",
            config.listen
        );
        return refuse("listen", problem);
    }
    if config.demo == Some(true) && !config.sandbox {
        let problem = "the demo partner's keys lie in a file, so it is the sandbox's alone: add --sandbox, or leave it out";
        return refuse("demo", problem.to_owned());
    }
    if config.operator_password_hash.is_some() && config.admin_listen.is_none() {
        let problem = "the operator's pages are on admin_listen, which is not set".to_owned();
        return refuse("operator_password_hash", problem);
    }
    if config.retention.exports() && config.retention.export_folder.is_none() {
        let problem = "what is deleted is exported first: say where with retention.export_folder".to_owned();
        let named =
            SETTINGS.iter().find(|it| it.name.starts_with("retention.") && given.contains_key(it.name));
        return refuse(named.map_or("retention", |setting| setting.name), problem);
    }
    if config.traces.is_some() && !cfg!(feature = "otel") {
        return refuse("traces", "wants a program that was built with the feature otel".to_owned());
    }
    let Limits { bodies, body, .. } = config.limits;
    if bodies / BODY_PARTS < body {
        let problem =
            format!("one address gets a quarter of these {bodies} bytes, less than one body of {body}");
        return refuse("limits.bodies_bytes", problem);
    }
    Ok(config)
}

/// The settings of a file. A name that is none is an error: a misspelt limit would otherwise be no limit.
fn read_file(path: &Path, named_by: &str) -> Result<HashMap<&'static str, Given>, ConfigError> {
    let unreadable = |problem: String| ConfigError {
        place: named_by.to_owned(),
        problem: format!("{} cannot be read: {problem}", path.display()),
    };
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(|error| unreadable(error.to_string()))?;
    file.take(FILE_LIMIT + 1).read_to_string(&mut text).map_err(|error| unreadable(error.to_string()))?;
    if text.len() as u64 > FILE_LIMIT {
        return Err(unreadable(format!("it has more than {FILE_LIMIT} bytes")));
    }
    let place = |offset: usize| {
        let line = text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
        format!("{}:{line}", path.display())
    };
    let wrong = |(offset, problem)| ConfigError { place: place(offset), problem };
    let table = DeTable::parse(&text)
        .map_err(|error| wrong((error.span().map_or(0, |span| span.start), error.message().to_owned())))?;
    let mut found = Vec::new();
    flatten(table.get_ref(), "", &mut found).map_err(wrong)?;
    let given = |(setting, text, offset): (&'static Setting, String, usize)| {
        (setting.name, Given { text, place: place(offset) })
    };
    Ok(found.into_iter().map(given).collect())
}

/// Tables within tables, as names with points; each value as the text its setting is read from.
fn flatten(
    table: &DeTable<'_>,
    prefix: &str,
    found: &mut Vec<(&'static Setting, String, usize)>,
) -> Result<(), (usize, String)> {
    for (key, value) in table {
        let name = format!("{prefix}{}", key.get_ref());
        let inner = format!("{name}.");
        let fault = |at: &Spanned<DeValue<'_>>, wanted: &str| {
            Err((at.span().start, format!("{name} is {wanted}, not {}", at.get_ref().type_str())))
        };
        if SETTINGS.iter().any(|setting| setting.name.starts_with(&inner)) {
            match value.get_ref() {
                DeValue::Table(table) => flatten(table, &inner, found)?,
                _ => return fault(value, "a table"),
            }
            continue;
        }
        let Some(setting) = Setting::named(&name) else {
            return Err((key.span().start, format!("unknown field `{name}`")));
        };
        let text = match (setting.kind, value.get_ref()) {
            (Kind::Text | Kind::Secret, DeValue::String(text)) => text.to_string(),
            (Kind::Switch, DeValue::Boolean(on)) => on.to_string(),
            (Kind::Number, DeValue::Integer(number)) => {
                match i64::from_str_radix(number.as_str(), number.radix()) {
                    Ok(number) => number.to_string(),
                    Err(_) => return fault(value, "a smaller number"),
                }
            }
            (Kind::List, DeValue::Array(texts)) if texts.iter().all(|text| text.get_ref().is_str()) => {
                let texts: Vec<&str> = texts.iter().filter_map(|text| text.get_ref().as_str()).collect();
                texts.join(",")
            }
            (Kind::List, _) => return fault(value, "a list of strings"),
            (Kind::Text | Kind::Secret, _) => return fault(value, "a string"),
            (Kind::Switch, _) => return fault(value, "true or false"),
            (Kind::Number, _) => return fault(value, "an integer"),
        };
        found.push((setting, text, value.span().start));
    }
    Ok(())
}
