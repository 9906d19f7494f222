//! The names of the headers, and sets of them.

use core::fmt;

use serde::{Deserialize, Serialize};

/// A header SNAP knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum HeaderName {
    /// Content-Type: `application/json`.
    ContentType,
    /// Accept.
    Accept,
    /// Authorization: `Bearer ` and the access token.
    Authorization,
    /// Authorization-Customer: `Bearer ` and the customer token.
    AuthorizationCustomer,
    /// X-TIMESTAMP.
    Timestamp,
    /// X-CLIENT-KEY: the client id, on token requests.
    ClientKey,
    /// X-SIGNATURE.
    Signature,
    /// ORIGIN: the caller's domain.
    Origin,
    /// X-PARTNER-ID, at most 36 characters.
    PartnerId,
    /// X-EXTERNAL-ID.
    ExternalId,
    /// CHANNEL-ID.
    ChannelId,
    /// X-IP-ADDRESS.
    IpAddress,
    /// X-DEVICE-ID, at most 400 characters.
    DeviceId,
    /// X-LATITUDE.
    Latitude,
    /// X-LONGITUDE.
    Longitude,
}

/// How many headers there are.
pub(super) const COUNT: usize = 15;

/// Name on the wire, most characters (0: not checked here), whether a second one is refused.
///
/// Latitude, longitude and address are not measured: the standard's own samples break the limits it states.
static ROWS: [(HeaderName, &str, usize, bool); COUNT] = [
    (HeaderName::ContentType, "Content-Type", 0, false),
    (HeaderName::Accept, "Accept", 0, false),
    (HeaderName::Authorization, "Authorization", 0, true),
    (HeaderName::AuthorizationCustomer, "Authorization-Customer", 0, true),
    (HeaderName::Timestamp, "X-TIMESTAMP", 0, true),
    (HeaderName::ClientKey, "X-CLIENT-KEY", 0, true),
    (HeaderName::Signature, "X-SIGNATURE", 0, true),
    (HeaderName::Origin, "ORIGIN", 0, false),
    (HeaderName::PartnerId, "X-PARTNER-ID", 36, true),
    (HeaderName::ExternalId, "X-EXTERNAL-ID", 0, true),
    (HeaderName::ChannelId, "CHANNEL-ID", 0, true),
    (HeaderName::IpAddress, "X-IP-ADDRESS", 0, false),
    (HeaderName::DeviceId, "X-DEVICE-ID", 400, false),
    (HeaderName::Latitude, "X-LATITUDE", 0, false),
    (HeaderName::Longitude, "X-LONGITUDE", 0, false),
];

impl HeaderName {
    /// Every header, in the order of the variants.
    pub fn all() -> impl Iterator<Item = HeaderName> {
        ROWS.iter().map(|(name, ..)| *name)
    }

    /// The name on the wire; header names compare without regard to case.
    pub fn as_str(self) -> &'static str {
        ROWS[self as usize].1
    }

    /// The header of a name on the wire.
    pub fn from_wire(name: &str) -> Option<HeaderName> {
        ROWS.iter().find(|(_, wire, ..)| wire.eq_ignore_ascii_case(name)).map(|(header, ..)| *header)
    }

    /// Most characters; 0 is any.
    pub(super) fn max_length(self) -> usize {
        ROWS[self as usize].2
    }

    /// Whether a second one is refused.
    pub(super) fn is_security(self) -> bool {
        ROWS[self as usize].3
    }
}

/// A set of headers.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<HeaderName>", into = "Vec<HeaderName>")]
pub struct HeaderSet(u16);

impl HeaderSet {
    /// The set of these.
    pub const fn of(names: &[HeaderName]) -> Self {
        HeaderSet(0).and(names)
    }

    /// The set with these added.
    #[must_use]
    pub const fn and(self, names: &[HeaderName]) -> Self {
        let (mut bits, mut index) = (self.0, 0);
        while index < names.len() {
            bits |= 1 << names[index] as u16;
            index += 1;
        }
        HeaderSet(bits)
    }

    /// Whether a header is in the set.
    pub fn contains(self, name: HeaderName) -> bool {
        self.0 & (1 << name as u16) != 0
    }

    /// The headers of the set.
    pub fn iter(self) -> impl Iterator<Item = HeaderName> {
        HeaderName::all().filter(move |name| self.contains(*name))
    }
}

impl From<Vec<HeaderName>> for HeaderSet {
    fn from(names: Vec<HeaderName>) -> Self {
        HeaderSet::of(&names)
    }
}

impl From<HeaderSet> for Vec<HeaderName> {
    fn from(set: HeaderSet) -> Self {
        set.iter().collect()
    }
}

impl fmt::Debug for HeaderSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_the_variants() {
        for (index, name) in HeaderName::all().enumerate() {
            assert_eq!(name as usize, index);
            assert_eq!(HeaderName::from_wire(&name.as_str().to_lowercase()), Some(name));
        }
        assert_eq!(HeaderName::Longitude as usize + 1, COUNT);
    }

    #[test]
    fn a_set_is_stored_as_a_list_of_names() {
        let set = HeaderSet::of(&[HeaderName::Timestamp, HeaderName::Accept]);
        assert_eq!(serde_json::to_string(&set).unwrap(), r#"["accept","timestamp"]"#);
        assert_eq!(serde_json::from_str::<HeaderSet>(r#"["timestamp","accept"]"#).unwrap(), set);
        assert!(set.contains(HeaderName::Accept) && !set.contains(HeaderName::Origin));
    }
}
