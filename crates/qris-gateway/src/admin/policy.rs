//! A partner's policy on the command line: `timestamp.windowSeconds=300`, in the names it is stored under.

use std::borrow::Cow;

use qris_snap::policy::{MAX_PREFIXES, Policy};
use serde_json::Value;

use super::check::mount_of;
use crate::error::OperatorError;

/// What stands for nothing: any window, any length.
const ANY: &str = "any";

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
        let mut value = stored(&policy)?;
        let place = value.pointer_mut(&format!("/{}", name.replace('.', "/")));
        let Some(place) = place.filter(|place| !place.is_object()) else {
            let names: Vec<_> = settings(&policy)?.into_iter().map(|(name, _)| name).collect();
            return Err(wrong(format!("there is no such setting, but {}", names.join(", "))));
        };
        *place = match place {
            Value::Array(_) if text.is_empty() => Value::Array(Vec::new()),
            Value::Array(_) => text.split(',').map(str::trim).collect(),
            Value::String(_) => text.as_str().into(),
            Value::Bool(_) => {
                text.parse::<bool>().map_err(|_| wrong("true or false is wanted".to_owned()))?.into()
            }
            _ if text == ANY => Value::Null,
            _ => text.parse::<u32>().map_err(|error| wrong(error.to_string()))?.into(),
        };
        policy = serde_json::from_value(value).map_err(|error| wrong(error.to_string()))?;
    }
    let prefixes = policy.prefixes.iter().map(|prefix| mount_of(prefix).map(Cow::Owned));
    policy.prefixes = Cow::Owned(prefixes.collect::<Result<_, _>>()?);
    if policy.prefixes.len() > MAX_PREFIXES || policy.prefixes.iter().any(|prefix| prefix.is_empty()) {
        return Err(OperatorError::Usage(format!("prefixes are at most {MAX_PREFIXES} paths such as /api")));
    }
    Ok(policy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(name: &str, text: &str) -> Result<Policy, String> {
        let change = (name.to_owned(), text.to_owned());
        changed(Policy::default(), &[change]).map_err(|error| error.to_string())
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
        ] {
            assert!(set(name, text).is_err(), "{name}={text}");
        }
    }
}
