//! A partner's policy on the command line: `timestamp.windowSeconds=300`, in the names it is stored under.

use std::borrow::Cow;

use qris_snap::Service;
use qris_snap::policy::{MAX_PREFIXES, Policy};
use serde_json::Value;

use super::check::{mount_of, not_ours, path_of};
use crate::error::OperatorError;
use crate::snap::paths;

/// What stands for nothing: any window, any length.
const ANY: &str = "any";
/// Before the code of a service whose path is set.
const PATHS: &str = "paths.";
/// Every setting by its name, and what it is.
pub(super) fn settings(policy: &Policy) -> Result<Vec<(String, String)>, OperatorError> {
    let mut found = Vec::new();
    flatten("", &stored(policy)?, &mut found);
    Ok(found)
}

fn flatten(name: &str, value: &Value, found: &mut Vec<(String, String)>) {
    let text = match value {
        Value::Object(members) => {
            for (member, value) in members {
                let dot = if name.is_empty() { "" } else { "." };
                flatten(&format!("{name}{dot}{member}"), value, found);
            }
            return;
        }
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
        Value::String(text) => text.clone(),
        Value::Null => ANY.to_owned(),
        other => other.to_string(),
    };
    found.push((name.to_owned(), text));
}

fn stored(policy: &Policy) -> Result<Value, OperatorError> {
    serde_json::to_value(policy).map_err(|error| OperatorError::Usage(error.to_string()))
}

/// The policy with some settings changed.
pub(super) fn changed(mut policy: Policy, changes: &[(String, String)]) -> Result<Policy, OperatorError> {
    for (name, text) in changes {
        let wrong = |why: String| OperatorError::Usage(format!("--policy {name}={text}: {why}"));
        policy = set(&policy, name, text).map_err(wrong)?;
    }
    Ok(policy)
}

/// The policy with one setting changed, or why it cannot be.
pub(super) fn set(policy: &Policy, name: &str, text: &str) -> Result<Policy, String> {
    if let Some(code) = name.strip_prefix(PATHS) {
        return with_path(policy.clone(), code, text);
    }
    let mut value = stored(policy).map_err(|error| error.to_string())?;
    let place = value.pointer_mut(&format!("/{}", name.replace('.', "/")));
    let Some(place) = place.filter(|place| !place.is_object()) else {
        let known = settings(policy).map_err(|error| error.to_string())?;
        let names: Vec<_> = known.into_iter().map(|(name, _)| name).collect();
        return Err(format!("there is no such setting, but {}, {PATHS}47", names.join(", ")));
    };
    *place = match place {
        Value::Array(_) if text.is_empty() => Value::Array(Vec::new()),
        Value::Array(_) => text.split(',').map(str::trim).collect(),
        Value::String(_) => text.into(),
        Value::Bool(_) => text.parse::<bool>().map_err(|_| "true or false is wanted")?.into(),
        _ if text == ANY => Value::Null,
        _ => text.parse::<u32>().map_err(|error| error.to_string())?.into(),
    };
    let mut policy: Policy = serde_json::from_value(value).map_err(|error| error.to_string())?;
    if name == "prefixes" {
        let prefixes = policy.prefixes.iter().map(|prefix| mount_of(prefix).map(Cow::Owned));
        let prefixes: Result<Vec<_>, _> = prefixes.collect();
        policy.prefixes = Cow::Owned(prefixes.map_err(|error| error.to_string())?);
        if policy.prefixes.len() > MAX_PREFIXES || policy.prefixes.iter().any(|prefix| prefix.is_empty()) {
            return Err(format!("prefixes are at most {MAX_PREFIXES} paths such as /api"));
        }
    }
    Ok(policy)
}

/// The policy with a service at a path of its own; at its dialect's again when there is none.
fn with_path(mut policy: Policy, code: &str, text: &str) -> Result<Policy, String> {
    let none = || format!("{code:?} is no service code, such as 47");
    let service = code.parse().ok().and_then(Service::from_code).ok_or_else(none)?;
    if text.is_empty() {
        policy.paths.set(service, None);
        return Ok(policy);
    }
    path_of(text)?;
    not_ours(text)?;
    let known = paths::find(text).map(|place| place.service).or(policy.paths.service_at(text));
    if let Some(other) = known.filter(|other| *other != service) {
        return Err(format!("service {other} is at this path"));
    }
    policy.paths.set(service, Some(text.to_owned()));
    Ok(policy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(name: &str, text: &str) -> Result<Policy, String> {
        super::set(&Policy::default(), name, text)
    }

    #[test]
    fn every_setting_can_be_given_back_as_it_is_shown() {
        for dialect in qris_snap::dialect::ALL {
            let shown = settings(&dialect.policy).unwrap();
            assert!(shown.len() >= 16, "{shown:?}");
            assert_eq!(changed(Policy::default(), &shown).unwrap(), dialect.policy, "{}", dialect.name);
        }
    }

    #[test]
    fn a_setting_has_one_of_its_values() {
        assert_eq!(set("timestamp.windowSeconds", "60").unwrap().timestamp.window_seconds, Some(60));
        assert_eq!(set("timestamp.windowSeconds", "any").unwrap().timestamp.window_seconds, None);
        assert_eq!(set("prefixes", "/snap, /api").unwrap().prefixes[..], ["/snap", "/api"]);
        assert!(set("signature", "none").unwrap_err().contains("symmetric"), "it says what there is");
        assert!(set("window", "60").unwrap_err().contains("timestamp.windowSeconds"));
        for (name, text) in [
            ("timestamp", "{}"),
            ("", "x"),
            ("timestamp.windowSeconds", "-1"),
            ("externalId.maxLength", "any"),
            ("headers.token", "nothing"),
            ("prefixes", "snap"),
            ("prefixes", "/a,/b,/c,/d,/e,/f,/g,/h,/i"),
            ("prefixes", ","),
            ("externalId.days", "-1"),
            ("acknowledgement", "maybe"),
            ("expiresIn", "float"),
            ("paths.99", "/x"),
            ("paths.", "/x"),
            ("paths.47", "x"),
            ("paths.47", "/x?y=1"),
            ("paths.47", "/x//y"),
            ("paths.47", "/x/../y"),
            ("paths.47", "https://host/x"),
            ("paths.47", "/a/v1.0/qr/qr-mpm-query"),
            ("paths.50", "/pay"),
            ("paths.47", "/sandbox/v1/pay"),
        ] {
            assert!(set(name, text).is_err(), "{name}={text}");
        }
    }

    #[test]
    fn a_service_is_at_one_path_and_a_path_has_one_service() {
        let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let both = [pair("paths.47", "/qr/generate"), pair("paths.51", "/qr/query/")];
        let policy = changed(Policy::default(), &both).unwrap();
        let shown = settings(&policy).unwrap();
        assert!(shown.ends_with(&[pair("acknowledgement", "code")]), "{shown:?}");
        assert!(both.iter().all(|pair| shown.contains(pair)), "{shown:?}");
        assert_eq!(changed(Policy::default(), &shown).unwrap(), policy);
        assert!(changed(policy.clone(), &[pair("paths.78", "/qr/generate")]).is_err());
        let back = changed(policy, &[pair("paths.47", ""), pair("paths.51", "")]).unwrap();
        assert_eq!(back, Policy::default());
    }
}
