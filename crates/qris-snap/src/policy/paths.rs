//! Where a partner's services are, when not where its dialect has them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::service::Service;

/// Paths of single services, stored as an object of service codes: `{"47": "/v1.0/qr/generate"}`.
///
/// ```
/// use qris_snap::{Service, policy::Paths};
/// let paths: Paths = serde_json::from_str(r#"{"73": "/authorization/v1/access-token/b2b"}"#).unwrap();
/// assert_eq!(paths.get(Service::TokenB2b), Some("/authorization/v1/access-token/b2b"));
/// assert_eq!(paths.service_at("/authorization/v1/access-token/b2b"), Some(Service::TokenB2b));
/// assert_eq!(paths.get(Service::Generate), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paths(Cow<'static, [(Service, Cow<'static, str>)]>);

impl Paths {
    /// Every service is where the dialect has it.
    pub const NONE: Paths = Paths(Cow::Borrowed(&[]));

    /// The path of a service, when it has one of its own.
    pub fn get(&self, service: Service) -> Option<&str> {
        self.iter().find(|(other, _)| *other == service).map(|(_, path)| path)
    }

    /// The service at a path, without query.
    pub fn service_at(&self, path: &str) -> Option<Service> {
        self.iter().find(|(_, known)| *known == path).map(|(service, _)| service)
    }

    /// Every service with a path of its own.
    pub fn iter(&self) -> impl Iterator<Item = (Service, &str)> {
        self.0.iter().map(|(service, path)| (*service, path.as_ref()))
    }

    /// Gives a service a path, or takes it away.
    pub fn set(&mut self, service: Service, path: Option<String>) {
        let rows = self.0.to_mut();
        rows.retain(|(other, _)| *other != service);
        rows.extend(path.map(|path| (service, Cow::Owned(path))));
        rows.sort_by_key(|(service, _)| *service);
    }
}

impl Serialize for Paths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(service, path)| (format!("{:02}", service.code()), path)))
    }
}

impl<'de> Deserialize<'de> for Paths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut paths = Paths::NONE;
        for (code, path) in BTreeMap::<String, String>::deserialize(deserializer)? {
            let service = code.parse().ok().and_then(Service::from_code);
            let none = || D::Error::custom(format!("{code:?} is no service code, such as 47"));
            paths.set(service.ok_or_else(none)?, Some(path));
        }
        Ok(paths)
    }
}
