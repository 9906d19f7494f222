//! What an operator may call things.

use axum::http::Uri;
use qris_snap::Service;
use qris_snap::dialect::STANDARD;

use crate::error::OperatorError;
use crate::notify::SINK;
use crate::notify::target::{Guard, system_lookup};

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

/// Why something was done.
pub(super) fn reason_of(reason: &str) -> Result<String, OperatorError> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > 500 || reason.chars().any(char::is_control) {
        return Err(OperatorError::Usage(
            "a reason has 1 to 500 characters, none of them a control".to_owned(),
        ));
    }
    Ok(reason.to_owned())
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

/// What stands at the root of the listeners: pages and the sandbox.
const OURS: [&str; 11] = [
    "assets",
    "docs",
    "healthz",
    "inspect",
    "logout",
    "openapi.json",
    "operator",
    "pay",
    "readyz",
    "requests",
    "sandbox",
];

/// Refuses a path below something of the gateway's own.
pub(super) fn not_ours(path: &str) -> Result<(), String> {
    match path.split('/').nth(1).filter(|root| OURS.contains(root)) {
        Some(root) => Err(format!("the gateway has something of its own at /{root}")),
        None => Ok(()),
    }
}

/// A mount of a partner, which is at the root of the listener.
pub(super) fn own_mount_of(mount: &str) -> Result<String, OperatorError> {
    let mount = mount_of(mount)?;
    not_ours(&mount).map_err(|why| OperatorError::Usage(format!("a mount {mount}: {why}")))?;
    Ok(mount)
}

/// The path of a service: `/v1.0/qr/generate`, perhaps with a `/` at its end.
pub(super) fn path_of(path: &str) -> Result<(), String> {
    let good = path.len() > 1 && !path.ends_with("//") && mount_of(path).is_ok_and(|path| !path.is_empty());
    if good { Ok(()) } else { Err(format!("a path such as /v1.0/qr/generate is wanted, not {path:?}")) }
}

/// Whether a notification may go there, as the sender will judge it.
pub(super) async fn check_url(what: &str, url: &str, sandbox: bool) -> Result<(), OperatorError> {
    if url == SINK && sandbox {
        return Ok(());
    }
    let judged = Guard { sandbox }.registered(url, &system_lookup()).await;
    judged.map_err(|error| {
        let wanted = match sandbox {
            true => "give an http:// or https:// URL on the public internet or on this machine",
            false => "give an https:// URL on the public internet, or --sandbox if the gateway runs with it",
        };
        OperatorError::Usage(format!("{what}: {error}: {wanted}"))
    })
}

/// The standard's token path at the receiver.
pub(super) fn default_token_url(notify_url: &str) -> Option<String> {
    let url: Uri = notify_url.parse().ok()?;
    let path = STANDARD.path(Service::TokenB2b);
    Some(format!("{}://{}{path}", url.scheme_str()?, url.authority()?))
}

/// Puts headers into a stored JSON object; an empty value takes one out.
pub(super) fn headers_of(stored: &str, pairs: &[(String, String)]) -> Result<String, OperatorError> {
    let mut object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(stored).map_err(|error| OperatorError::Usage(error.to_string()))?;
    for (name, value) in pairs {
        object.retain(|known, _| !known.eq_ignore_ascii_case(name));
        if value.is_empty() {
            continue;
        }
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
    }

    #[tokio::test]
    async fn a_url_is_judged_as_the_sender_will_and_the_message_says_what_to_do() {
        let judged =
            async |url: &str, sandbox| check_url("a URL", url, sandbox).await.map_err(|e| e.to_string());
        for url in
            ["ftp://a/", "https://u:secret@a.example/", "shop.example", "https://10.0.0.1/", "https://127.1/"]
        {
            let said = judged(url, false).await.unwrap_err();
            assert!(
                said.contains("https:// URL on the public internet") && !said.contains("secret"),
                "{said}"
            );
        }
        assert!(judged("http://127.0.0.1:9/x", false).await.unwrap_err().contains("--sandbox"));
        assert!(judged("https://localhost/", false).await.unwrap_err().contains("127.0.0.1 is not called"));
        assert!(judged(SINK, false).await.is_err() && judged(SINK, true).await.is_ok());
        assert!(judged("https://203.0.114.1/x", false).await.is_ok());
        assert!(
            judged("http://127.0.0.1:9/x", true).await.is_ok()
                && judged("http://localhost/", true).await.is_ok()
        );
        assert!(judged("http://10.0.0.1/", true).await.unwrap_err().contains("on this machine"));
    }

    #[test]
    fn headers_are_put_in_replaced_and_taken_out() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let stored = headers_of("{}", &[pair("X-A", "1"), pair("X-B", "2")]).unwrap();
        let changed = headers_of(&stored, &[pair("x-a", "3"), pair("X-B", ""), pair("X-C", "")]).unwrap();
        assert_eq!(changed, r#"{"x-a":"3"}"#);
        assert!(headers_of("{}", &[pair("X A", "1")]).is_err());
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
