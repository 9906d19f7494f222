//! What an operator may call things.

use axum::http::Uri;
use qris_snap::Service;
use qris_snap::dialect::STANDARD;

use crate::error::OperatorError;
use crate::notify::SINK;

/// 1 to `max` visible ASCII characters that separate nothing in a header, a path or a string to sign.
pub(super) fn check_id(what: &str, id: &str, max: usize) -> Result<(), OperatorError> {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if id.is_empty() || id.len() > max || !id.bytes().all(good) || id.starts_with('.') {
        let text = format!("{what} has 1 to {max} letters, digits, dots, hyphens or underscores; not {id:?}");
        return Err(OperatorError::Usage(text));
    }
    Ok(())
}

pub(super) fn name_of(name: &str) -> Result<String, OperatorError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(OperatorError::Usage(
            "a name has 1 to 100 characters, none of them a control".to_owned(),
        ));
    }
    Ok(name.to_owned())
}

/// `` or `/api`, `/a/b`.
pub(super) fn mount_of(mount: &str) -> Result<String, OperatorError> {
    let mount = mount.trim_end_matches('/');
    let segment = |part: &str| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte))
    };
    let good = mount.is_empty()
        || mount.len() <= 100 && mount.strip_prefix('/').is_some_and(|rest| rest.split('/').all(segment));
    let wrong = || OperatorError::Usage(format!("a mount is a path such as /api, not {mount:?}"));
    if good { Ok(mount.to_owned()) } else { Err(wrong()) }
}

pub(super) fn url_of(what: &str, url: &str) -> Result<String, OperatorError> {
    let parsed = url.parse::<Uri>().ok();
    let good = parsed.is_some_and(|url| {
        matches!(url.scheme_str(), Some("http" | "https"))
            && url.host().is_some_and(|host| !host.is_empty())
            && url.authority().is_some_and(|authority| !authority.as_str().contains('@'))
    });
    let sink = url == SINK;
    let wrong =
        || OperatorError::Usage(format!("{what} begins with https:// (http:// in a sandbox); not {url:?}"));
    if good || sink { Ok(url.to_owned()) } else { Err(wrong()) }
}

/// The standard's token path at the receiver.
pub(super) fn default_token_url(notify_url: &str) -> Option<String> {
    let url: Uri = notify_url.parse().ok()?;
    let path = STANDARD.path(Service::TokenB2b);
    Some(format!("{}://{}{path}", url.scheme_str()?, url.authority()?))
}

pub(super) fn headers_of(pairs: &[(String, String)]) -> Result<String, OperatorError> {
    let mut object = serde_json::Map::new();
    for (name, value) in pairs {
        let good_name = axum::http::HeaderName::try_from(name.as_str()).is_ok();
        let good_value = axum::http::HeaderValue::try_from(value.as_str()).is_ok() && value.len() <= 1024;
        if !good_name || !good_value || object.len() >= 32 {
            return Err(OperatorError::Usage(format!("{name:?} is no header, or its value is none")));
        }
        object.insert(name.clone(), value.as_str().into());
    }
    Ok(serde_json::Value::Object(object).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mounts_are_clean_paths() {
        assert_eq!(mount_of("/api/").unwrap(), "/api");
        assert_eq!(mount_of("").unwrap(), "");
        assert_eq!(mount_of("/a/b-c").unwrap(), "/a/b-c");
        for mount in ["api", "//", "/a//b", "/../x", "/a?b", "/a b"] {
            assert!(mount_of(mount).is_err() || mount == "//", "{mount}");
        }
    }

    #[test]
    fn a_token_url_is_the_receiver_s_standard_path() {
        assert_eq!(
            default_token_url("https://shop.example:8443/hook?x=1").unwrap(),
            "https://shop.example:8443/v1.0/access-token/b2b"
        );
        assert!(url_of("x", "ftp://a").is_err() && url_of("x", "https://u:p@a/").is_err());
        assert!(url_of("x", "shop.example").is_err() && url_of("x", "http://127.0.0.1:9/x").is_ok());
    }

    #[test]
    fn ids_that_would_break_something_are_refused() {
        assert!(check_id("a client id", "A-1.b_2", 64).is_ok());
        for id in ["", "a|b", "a/b", "../x", "a b", "é", "a\n"] {
            assert!(check_id("a client id", id, 64).is_err(), "{id}");
        }
        assert!(check_id("a partner id", &"x".repeat(37), 36).is_err());
    }
}
