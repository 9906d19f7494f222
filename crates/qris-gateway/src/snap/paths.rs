//! Which service is at a path.
//!
//! Every dialect's paths are known, each also behind a partner's mount (`/api/v1.0/qr/qr-mpm-generate`). Which of
//! them a partner may use is judged after its signature, so that nobody else learns who has which mount.

use std::sync::OnceLock;

use qris_snap::Service;
use qris_snap::dialect::{ALL, Dialect};

use crate::model::Partner;

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The service.
    pub service: Service,
    /// The dialect whose path it is: the standard's where several share it.
    pub dialect: &'static Dialect,
}

/// Every path, longest first: a dialect's base path is not another one's mount.
fn table() -> &'static [(String, Place)] {
    static TABLE: OnceLock<Vec<(String, Place)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut rows: Vec<(String, Place)> = Vec::new();
        for dialect in ALL {
            let elsewhere = dialect.paths.iter().map(|(service, path)| (*service, (*path).to_owned()));
            let own = Service::all().map(|service| (service, dialect.path(service)));
            for (service, path) in own.chain(elsewhere) {
                // The standard comes first in `ALL` and keeps the paths it shares.
                if !rows.iter().any(|(known, _)| *known == path) {
                    rows.push((path, Place { service, dialect }));
                }
            }
        }
        rows.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        rows
    })
}

/// The path of a request target: without scheme, host and query.
pub fn path_of(target: &str) -> &str {
    let path = target.split(['?', '#']).next().unwrap_or("");
    match path.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => path,
    }
}

/// The service at a request target, whatever mount stands before it.
///
/// ```
/// use qris_gateway::snap::paths::find;
/// use qris_snap::Service;
/// assert_eq!(find("/v1.0/qr/qr-mpm-query?a=1").map(|place| place.service), Some(Service::Query));
/// assert_eq!(find("/api/v1.0/qr/qr-mpm-query").map(|place| place.service), Some(Service::Query));
/// assert_eq!(find("/v1.0/qr/qr-mpm-query/"), None);
/// ```
pub fn find(target: &str) -> Option<Place> {
    let path = path_of(target);
    table().iter().find(|(known, _)| path.ends_with(known.as_str())).map(|(_, place)| *place)
}

/// Whether a service of this partner is at a request target: on the standard's path or its dialect's, with or without
/// its mount.
pub fn allowed(partner: &Partner, service: Service, target: &str) -> bool {
    let path = path_of(target);
    let under_mount = path.strip_prefix(partner.mount.as_str()).filter(|_| !partner.mount.is_empty());
    let known = |path: &str| {
        ALL.into_iter().take(1).chain([partner.dialect]).any(|it| it.service_at(path) == Some(service))
    };
    known(path) || under_mount.is_some_and(known)
}

/// Where a partner finds a service: mount and its dialect's path.
pub fn of(partner: &Partner, service: Service) -> String {
    format!("{}{}", partner.mount, partner.dialect.path(service))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dialects_paths_lead_to_their_services() {
        for dialect in ALL {
            for service in Service::all() {
                for mount in ["", "/api", "/a/b"] {
                    let path = format!("{mount}{}", dialect.path(service));
                    assert_eq!(find(&path).map(|place| place.service), Some(service), "{path}");
                }
            }
        }
        let named = |target| find(target).map(|place| (place.service, place.dialect.name));
        assert_eq!(named("/oauth/v1.0/access-token/b2b"), Some((Service::TokenB2b, "Finpay")));
        assert_eq!(named("/v1.0/qr/qr-mpm-notify"), Some((Service::Notify, "Standard")));
        assert_eq!(named("http://h:1/v1.0/qr/qr-mpm-notify?x=/a"), Some((Service::Notify, "Standard")));
    }

    #[test]
    fn what_is_no_path_of_ours_is_nothing() {
        for target in [
            "",
            "/",
            "?/v1.0/qr/qr-mpm-query",
            "/v1.0/qr/qr-mpm-query/",
            "/v1.0/qr/qr-mpm-quer",
            "/v1.0/qr/qr-mpm-queryx",
            "/V1.0/qr/qr-mpm-query",
            "/v1.0/qr/qr%2Dmpm-query",
            "/v1.0//qr/qr-mpm-query",
            "/healthz",
        ] {
            assert_eq!(find(target), None, "{target}");
        }
    }
}
