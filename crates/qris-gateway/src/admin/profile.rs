//! Profiles: what a provider's document says of its partners, as a TOML file.
//!
//! ```toml
//! name = "Toko"
//! source = ["https://provider.example/snap"]
//! dialect = "standard"       # whose names, types and paths its messages have
//! role = "merchant"          # unless the command line says otherwise; so are the next two
//! mount = "/api"
//! notify_sign = "rsa"
//!
//! [policy]                   # over the dialect's, in the names of `partner show`
//! timestamp.windowSeconds = 60
//! paths.73 = "/authorization/v1/access-token/b2b"
//! ```

use std::collections::HashSet;
use std::fmt::Write;
use std::io::Read;
use std::path::Path;

use qris_snap::dialect::Dialect;
use qris_snap::policy::Policy;
use serde::Serialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::check::{name_of, own_mount_of};
use super::policy;
use super::record::PartnerDetails;
use crate::error::OperatorError;
use crate::model::{NotifySign, Role};

/// The largest profile, in bytes.
const FILE_LIMIT: u64 = 64 * 1024;

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../profiles/", $name, ".toml")))),*]
    };
}

/// The profiles this program brings: name, text.
pub const SHIPPED: &[(&str, &str)] = shipped![
    "bjb", "bri", "brick", "dana", "doku", "faspay", "finnet", "finpay", "midtrans", "nicepay", "paylabs",
    "winpay",
];

/// What a profile says. Every setting of its policy was found to be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Whose it is, for people.
    pub name: String,
    /// Where its facts stand: addresses of documents.
    pub source: Vec<String>,
    /// Names, types and paths of messages.
    pub dialect: &'static Dialect,
    /// What its partners may do, unless told otherwise.
    pub role: Option<Role>,
    /// Path before all paths.
    pub mount: Option<String>,
    /// How its partners' notifications are signed.
    pub notify_sign: Option<NotifySign>,
    /// Settings over the dialect's policy, in order.
    pub settings: Vec<(String, String)>,
}

/// A shipped profile in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProfileRow {
    /// What `--policy` takes.
    pub id: &'static str,
    /// Whose it is.
    pub name: String,
    /// Its dialect, lower case.
    pub dialect: String,
    /// How many settings it has over the dialect's.
    pub settings: usize,
    /// Where its facts stand.
    pub source: Vec<String>,
}

/// Where in a text something is wrong, and what.
struct Wrong {
    offset: usize,
    problem: String,
}

impl Profile {
    /// The profile of a shipped name, or else of a file.
    ///
    /// # Errors
    /// [`OperatorError::Io`] when there is no such file, [`OperatorError::Usage`] with file, line and setting.
    pub fn open(given: &str) -> Result<Profile, OperatorError> {
        if let Some((name, text)) = SHIPPED.iter().find(|(name, _)| *name == given) {
            return Profile::parse(name, text);
        }
        let path = Path::new(given);
        let failed = |error| OperatorError::file("read", path, error);
        let mut text = String::new();
        let file = std::fs::File::open(path).map_err(failed)?;
        file.take(FILE_LIMIT + 1).read_to_string(&mut text).map_err(failed)?;
        if text.len() as u64 > FILE_LIMIT {
            return Err(OperatorError::Usage(format!("{given} has more than {FILE_LIMIT} bytes")));
        }
        Profile::parse(given, &text)
    }

    /// Reads a profile. `file` is what it is called in errors.
    ///
    /// # Errors
    /// [`OperatorError::Usage`] with file, line and setting.
    pub fn parse(file: &str, text: &str) -> Result<Profile, OperatorError> {
        read(text).map_err(|Wrong { offset, problem }| {
            let line = text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
            OperatorError::Usage(format!("{file}:{line}: {problem}"))
        })
    }

    /// The policy of a partner of this profile.
    ///
    /// # Errors
    /// None that [`parse`](Self::parse) would not have had.
    pub fn policy(&self) -> Result<Policy, OperatorError> {
        policy::changed(self.dialect.policy.clone(), &self.settings)
    }

    /// The profiles this program brings.
    ///
    /// # Errors
    /// [`OperatorError::Usage`] when one cannot be read, which a test rules out.
    pub fn list() -> Result<Vec<ProfileRow>, OperatorError> {
        let row = |(id, text): &(&'static str, &str)| {
            let Profile { name, source, dialect, settings, .. } = Profile::parse(id, text)?;
            let (dialect, settings) = (dialect.name.to_ascii_lowercase(), settings.len());
            Ok(ProfileRow { id, name, dialect, settings, source })
        };
        SHIPPED.iter().map(row).collect()
    }

    /// A partner's settings as a profile, for another like it.
    pub fn text_of(partner: &PartnerDetails) -> String {
        let quoted = |text: &str| toml::Value::from(text).to_string();
        let mut text = format!("name = {}\n", quoted(&partner.row.name));
        let _ = writeln!(text, "dialect = {}", quoted(&partner.row.dialect));
        let _ = writeln!(text, "role = {}", quoted(partner.row.role));
        let _ = writeln!(text, "mount = {}", quoted(&partner.row.mount));
        let _ = writeln!(text, "notify_sign = {}\n\n[policy]", quoted(partner.row.notify_sign));
        for (name, value) in &partner.policy {
            let number = value.parse::<u32>().is_ok();
            let value = if number { value.clone() } else { quoted(value) };
            let _ = writeln!(text, "{name} = {value}");
        }
        text
    }
}

type Value<'a> = Spanned<DeValue<'a>>;

fn read(text: &str) -> Result<Profile, Wrong> {
    let table = DeTable::parse(text).map_err(|error| Wrong {
        offset: error.span().map_or(0, |span| span.start),
        problem: error.message().to_owned(),
    })?;
    let mut found = Found::default();
    for (key, value) in table.get_ref() {
        let at = |problem: String| Wrong { offset: value.span().start, problem };
        match key.get_ref().as_ref() {
            "name" => found.name = Some(name_of(&text_of("name", value)?).map_err(|e| at(e.to_string()))?),
            "source" => found.source = texts_of("source", value)?,
            "dialect" => {
                let name = text_of("dialect", value)?;
                let none = || at(format!("dialect: there is none called {name:?}"));
                found.dialect = Some(Dialect::named(&name).ok_or_else(none)?);
            }
            "role" => found.role = Some(word_of("role", value)?),
            "notify_sign" => found.notify_sign = Some(word_of("notify_sign", value)?),
            "mount" => {
                let mount = own_mount_of(&text_of("mount", value)?);
                found.mount = Some(mount.map_err(|error| at(format!("mount: {error}")))?);
            }
            "policy" => match value.get_ref() {
                DeValue::Table(table) => flatten(table, "", &mut found.settings)?,
                other => return Err(at(format!("policy is a table, not {}", other.type_str()))),
            },
            other => {
                let names = "name, source, dialect, role, mount, notify_sign, policy";
                let problem = format!("{other}: there is no such setting, but {names}");
                return Err(Wrong { offset: key.span().start, problem });
            }
        }
    }
    found.settled()
}

#[derive(Default)]
struct Found {
    name: Option<String>,
    source: Vec<String>,
    dialect: Option<&'static Dialect>,
    role: Option<Role>,
    mount: Option<String>,
    notify_sign: Option<NotifySign>,
    settings: Vec<(String, String, usize)>,
}

impl Found {
    fn settled(self) -> Result<Profile, Wrong> {
        let missing = |name: &str| Wrong { offset: 0, problem: format!("{name} is missing") };
        let dialect = self.dialect.ok_or_else(|| missing("dialect"))?;
        // A file may have its lines in any order; of two services at one path either is the wrong one.
        let mut policy = dialect.policy.clone();
        let mut names = HashSet::new();
        for (name, text, offset) in &self.settings {
            let wrong = |why: String| Wrong { offset: *offset, problem: format!("{name}: {why}") };
            if !names.insert(name) {
                return Err(wrong("it is set twice".to_owned()));
            }
            policy = policy::set(&policy, name, text).map_err(wrong)?;
        }
        Ok(Profile {
            name: self.name.ok_or_else(|| missing("name"))?,
            source: self.source,
            dialect,
            role: self.role,
            mount: self.mount,
            notify_sign: self.notify_sign,
            settings: self.settings.into_iter().map(|(name, text, _)| (name, text)).collect(),
        })
    }
}

/// Tables within tables, as names with points; each value as the text its setting is read from.
fn flatten(table: &DeTable<'_>, prefix: &str, found: &mut Vec<(String, String, usize)>) -> Result<(), Wrong> {
    for (key, value) in table {
        let name = format!("{prefix}{}", key.get_ref());
        let text = match value.get_ref() {
            DeValue::Table(table) => {
                flatten(table, &format!("{name}."), found)?;
                continue;
            }
            DeValue::Integer(number) => number.as_str().to_owned(),
            DeValue::Array(_) => texts_of(&name, value)?.join(","),
            _ => text_of(&name, value)?,
        };
        found.push((name, text, value.span().start));
    }
    Ok(())
}

fn text_of(name: &str, value: &Value<'_>) -> Result<String, Wrong> {
    let other = value.get_ref();
    let problem = || format!("{name} is a string, a number or a list of strings, not {}", other.type_str());
    let wrong = || Wrong { offset: value.span().start, problem: problem() };
    other.as_str().map(str::to_owned).ok_or_else(wrong)
}

fn texts_of(name: &str, value: &Value<'_>) -> Result<Vec<String>, Wrong> {
    match value.get_ref() {
        DeValue::Array(items) => items.iter().map(|item| text_of(name, item)).collect(),
        _ => text_of(name, value).map(|text| vec![text]),
    }
}

/// One of the words of a type.
fn word_of<T: serde::de::DeserializeOwned>(name: &str, value: &Value<'_>) -> Result<T, Wrong> {
    let word = serde_json::Value::from(text_of(name, value)?);
    serde_json::from_value(word)
        .map_err(|error| Wrong { offset: value.span().start, problem: format!("{name}: {error}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        Profile::parse("p.toml", text).unwrap_err().to_string()
    }

    const HEAD: &str = "name = \"P\"\ndialect = \"standard\"\n[policy]\n";

    #[test]
    fn every_shipped_profile_reads_and_names_its_sources() {
        for (row, (id, text)) in Profile::list().unwrap().iter().zip(SHIPPED) {
            assert!(!row.source.is_empty(), "{id}");
            assert!(row.source.iter().all(|it| it.starts_with("https://")), "{id}: {:?}", row.source);
            let profile = Profile::open(id).unwrap();
            assert_eq!(profile, Profile::parse(id, text).unwrap());
            let policy = profile.policy().unwrap();
            // Nothing in it is what its dialect says anyway.
            for (name, value) in &profile.settings {
                let without: Vec<_> = profile.settings.iter().filter(|it| it.0 != *name).cloned().collect();
                let less = policy::changed(profile.dialect.policy.clone(), &without).unwrap();
                assert_ne!(less, policy, "{id}: {name} = {value} says nothing");
            }
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), SHIPPED.len(), "each file is shipped");
    }

    #[test]
    fn settings_are_read_in_every_form_of_toml() {
        let text = "policy = { externalId.charset = \"numeric\", prefixes = [\"/a\", \"/b\"] }\n\
                    mount = \"/api/\"\nrole = \"upstream\"\nnotify_sign = \"hmac\"\nname = \"P\"\ndialect = \"Brick\"\n\
                    source = \"https://a.example\"\n";
        let profile = Profile::parse("p.toml", text).unwrap();
        assert_eq!((profile.mount.as_deref(), profile.role), (Some("/api"), Some(Role::Upstream)));
        assert_eq!((profile.notify_sign, profile.dialect.name), (Some(NotifySign::Hmac), "Brick"));
        let policy = profile.policy().unwrap();
        assert_eq!(policy.prefixes[..], ["/a", "/b"]);
        let text = format!(
            "{HEAD}timestamp.windowSeconds = 60\nheaders.token = []\n[policy.paths]\n47 = \"/x\"\n73 = \"/y\"\n"
        );
        let policy = Profile::parse("p.toml", &text).unwrap().policy().unwrap();
        assert_eq!((policy.timestamp.window_seconds, policy.paths.iter().count()), (Some(60), 2));
        assert_eq!(policy.headers.token.iter().count(), 0);
    }

    #[test]
    fn an_error_names_file_line_and_setting() {
        for (text, line, setting) in [
            (format!("{HEAD}timestamp.windowSeconds = \"soon\"\n"), 4, "timestamp.windowSeconds"),
            (format!("{HEAD}\n\nsignature = \"md5\"\n"), 6, "signature"),
            (format!("{HEAD}timestamp.windowSecond = 1\n"), 4, "timestamp.windowSecond: there is no"),
            (format!("{HEAD}expiresIn = true\n"), 4, "expiresIn"),
            (format!("{HEAD}externalId.maxLength = -1\n"), 4, "externalId.maxLength"),
            (format!("{HEAD}externalId.days = 1.5\n"), 4, "externalId.days"),
            (format!("{HEAD}headers.token = [\"contentType\", 1]\n"), 4, "headers.token"),
            (format!("{HEAD}paths.47 = \"/a\"\npaths.51 = \"/a\"\n"), 5, "paths.51"),
            (format!("{HEAD}paths.47 = \"/a\"\n\"paths.47\" = \"/b\"\n"), 5, "paths.47"),
            (format!("{HEAD}signature = \"symmetric\"\nsignature = \"symmetric\"\n"), 5, "duplicate"),
            ("name = \"P\"\ndialect = \"snap\"\n".to_owned(), 2, "dialect"),
            ("name = \"P\"\nrole = \"king\"\n".to_owned(), 2, "role"),
            ("name = \"P\"\nnotify_sign = \"md5\"\n".to_owned(), 2, "notify_sign"),
            ("name = \"P\"\nmount = \"api\"\n".to_owned(), 2, "mount"),
            ("name = \"\"\n".to_owned(), 1, "name"),
            ("name = \"P\"\ndialects = \"standard\"\n".to_owned(), 2, "dialects"),
            ("name = \"P\"\npolicy = 1\n".to_owned(), 2, "policy"),
            ("name = \"P\"\n".to_owned(), 1, "dialect is missing"),
            ("dialect = \"brick\"\n".to_owned(), 1, "name is missing"),
            ("name = \"P\"\n\nname\n".to_owned(), 3, ""),
        ] {
            let said = wrong(&text);
            assert!(said.contains(&format!("p.toml:{line}: ")) && said.contains(setting), "{text}{said}");
        }
        assert!(Profile::open("no-such-profile").unwrap_err().to_string().contains("no-such-profile"));
    }
}
