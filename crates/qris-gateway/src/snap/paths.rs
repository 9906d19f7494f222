//! Which service is at a path.
//!
//! Every dialect's paths are known, each also behind a partner's mount (`/api/v1.0/qr/qr-mpm-generate`). Which of
//! them a partner may use is judged after its signature, so that nobody else learns who has which mount. A path that
//! is no dialect's is looked for among those of the partner that the request claims to be: who knows a partner's id can
//! find out that it has this very path, which the profile of its provider says anyway.

use std::sync::OnceLock;

use qris_snap::Service;
use qris_snap::dialect::{ALL, Dialect};
use qris_snap::headers::Claim;

use crate::db::{DbError, Tx};
use crate::model::{Partner, partner};

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The service.
    pub service: Service,
    /// The dialect whose path it is: the standard's where several share it, a partner's own where the path is.
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

/// The service at a path that is the claimed partner's own.
///
/// # Errors
/// The storage's.
pub fn find_own(tx: &mut dyn Tx, claim: &Claim, target: &str) -> Result<Option<Place>, DbError> {
    let path = path_of(target);
    let by_client = claim.client_key.as_deref().map(|key| partner::by_client_id(tx, key)).transpose()?;
    let by_partner = claim.partner_id.as_deref().map(|id| partner::by_partner_id(tx, id)).transpose()?;
    let own = |partner: Partner| {
        let service = own(&partner, path)?;
        Some(Place { service, dialect: partner.dialect })
    };
    Ok([by_client, by_partner].into_iter().flatten().flatten().find_map(own))
}

/// The service that has this path in the partner's policy, with or without its mount.
fn own(partner: &Partner, path: &str) -> Option<Service> {
    let paths = &partner.policy.paths;
    let under_mount = path.strip_prefix(partner.mount.as_str());
    paths.service_at(path).or_else(|| paths.service_at(under_mount?))
}

/// Whether a service of this partner is at a request target: on the standard's path, its dialect's or its own, with or
/// without its mount.
pub fn allowed(partner: &Partner, service: Service, target: &str) -> bool {
    let path = path_of(target);
    let under_mount = path.strip_prefix(partner.mount.as_str()).filter(|_| !partner.mount.is_empty());
    let known = |path: &str| {
        ALL.into_iter().take(1).chain([partner.dialect]).any(|it| it.service_at(path) == Some(service))
    };
    known(path) || under_mount.is_some_and(known) || own(partner, path) == Some(service)
}

/// Where a partner finds a service: mount and its own path, or its dialect's.
pub fn of(partner: &Partner, service: Service) -> String {
    match partner.policy.paths.get(service) {
        Some(own) => format!("{}{own}", partner.mount),
        None => format!("{}{}", partner.mount, partner.dialect.path(service)),
    }
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
