//! Where a notification may go: the registered URL, and never into our own network.
//!
//! A URL that a partner registered is text from outside: it may name our database's host, a router, the metadata
//! service of a cloud. So names are resolved here, every address of an answer is judged, and the connection is made to
//! an address that was judged: the resolver of the HTTP client is this one, so there is no second look-up to answer
//! differently.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// How long a name is looked up for when it is registered.
pub const PATIENCE: Duration = Duration::from_secs(3);

/// Why a target is not called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// Not an absolute `https` URL with a host and without a user; in the sandbox `http` will do.
    #[error("the URL is not called: {0}")]
    Url(&'static str),
    /// The host is an address, or has one, that is not on the public internet.
    #[error("{0} is not called: only addresses on the public internet are")]
    Address(IpAddr),
    /// The name has no address.
    #[error("the host has no address: {0}")]
    Unknown(String),
}

/// Judges targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    /// Whether this is a sandbox: `http` and loopback are called too.
    pub sandbox: bool,
}

impl Guard {
    /// Reads and judges a URL; a host that is a name is judged when it is resolved.
    ///
    /// # Errors
    /// [`TargetError`].
    ///
    /// ```
    /// use qris_gateway::notify::target::Guard;
    /// let guard = Guard { sandbox: false };
    /// assert!(guard.url("https://merchant.example/v1.0/qr/qr-mpm-notify").is_ok());
    /// assert!(guard.url("http://merchant.example/").is_err());
    /// // However the address is written:
    /// assert!(guard.url("https://0x7f.1/").is_err());
    /// ```
    pub fn url(self, text: &str) -> Result<Url, TargetError> {
        let url = Url::parse(text).map_err(|_| TargetError::Url("it is no absolute URL"))?;
        match url.scheme() {
            "https" => {}
            "http" if self.sandbox => {}
            _ => return Err(TargetError::Url("https is wanted")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TargetError::Url("it must not hold a user or password"));
        }
        let host =
            url.host_str().filter(|host| !host.is_empty()).ok_or(TargetError::Url("it has no host"))?;
        if let Ok(address) = host.trim_start_matches('[').trim_end_matches(']').parse() {
            self.address(address)?;
        }
        Ok(url)
    }

    /// As [`url`](Self::url), and a host that is a name is looked up and judged now, for whoever registers it. A name
    /// that has no address yet, or not within [`PATIENCE`], is left to the tries.
    ///
    /// # Errors
    /// [`TargetError`].
    pub async fn registered(self, text: &str, lookup: &Lookup) -> Result<(), TargetError> {
        let url = self.url(text)?;
        let Some(name) = url.domain() else { return Ok(()) };
        let found = tokio::time::timeout(PATIENCE, lookup(name.to_owned())).await;
        let found = found.ok().and_then(Result::ok).unwrap_or_default();
        found.iter().try_for_each(|address| self.address(address.ip()))
    }

    /// Judges an address.
    ///
    /// # Errors
    /// [`TargetError::Address`].
    pub fn address(self, address: IpAddr) -> Result<(), TargetError> {
        let ok = match address {
            IpAddr::V4(v4) => is_public_v4(v4) || (self.sandbox && v4.is_loopback()),
            IpAddr::V6(v6) => is_public_v6(v6) || (self.sandbox && v6.is_loopback()),
        };
        if ok { Ok(()) } else { Err(TargetError::Address(address)) }
    }
}

/// Network, bits of its prefix.
type V4 = (Ipv4Addr, u32);
type V6 = (Ipv6Addr, u32);

/// What IANA's registry of special-purpose IPv4 addresses calls not globally reachable, multicast, the reserved last
/// sixteenth, and one address that clouds answer metadata at although it is a public one.
const NOT_PUBLIC_V4: [V4; 15] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// All of the public IPv6 addresses there are. IPv4 in IPv6 (mapped, translated) lies outside.
const GLOBAL_UNICAST_V6: V6 = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// What is special in it: protocol assignments (Teredo, ORCHID, …), documentation, 6to4.
const NOT_PUBLIC_V6: [V6; 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

fn is_public_v4(address: Ipv4Addr) -> bool {
    let within = |(network, bits): V4| (address.to_bits() ^ network.to_bits()).leading_zeros() >= bits;
    !NOT_PUBLIC_V4.into_iter().any(within)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let within = |(network, bits): V6| (address.to_bits() ^ network.to_bits()).leading_zeros() >= bits;
    within(GLOBAL_UNICAST_V6) && !NOT_PUBLIC_V6.into_iter().any(within)
}

/// The addresses of a name.
pub type Found = Pin<Box<dyn Future<Output = std::io::Result<Vec<SocketAddr>>> + Send>>;

/// How names are looked up; tests bring their own.
pub type Lookup = Arc<dyn Fn(String) -> Found + Send + Sync>;

/// The system's look-up.
pub fn system_lookup() -> Lookup {
    Arc::new(|name| Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) }))
}

/// The HTTP client's resolver: a name with one forbidden address is refused whole.
#[derive(Clone)]
pub(super) struct GuardedResolver {
    pub(super) guard: Guard,
    pub(super) lookup: Lookup,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, lookup) = (self.guard, Arc::clone(&self.lookup));
        Box::pin(async move {
            let found = lookup(name.as_str().to_owned()).await;
            let found = found.map_err(|error| TargetError::Unknown(error.to_string()))?;
            if found.is_empty() {
                return Err(TargetError::Unknown("an empty answer".to_owned()).into());
            }
            for address in &found {
                guard.address(address.ip())?;
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTSIDE: Guard = Guard { sandbox: false };
    const SANDBOX: Guard = Guard { sandbox: true };

    fn refused(guard: Guard, address: &str) -> bool {
        guard.address(address.parse().unwrap()).is_err()
    }

    #[test]
    fn first_and_last_of_every_reserved_network_are_refused_and_their_neighbours_are_not() {
        // Network's first, its last, and the public neighbours before and after where there are.
        let v4 = [
            ("0.0.0.0", "0.255.255.255", None, Some("1.0.0.0")),
            ("10.0.0.0", "10.255.255.255", Some("9.255.255.255"), Some("11.0.0.0")),
            ("100.64.0.0", "100.127.255.255", Some("100.63.255.255"), Some("100.128.0.0")),
            ("127.0.0.0", "127.255.255.255", Some("126.255.255.255"), Some("128.0.0.0")),
            ("168.63.129.16", "168.63.129.16", Some("168.63.129.15"), Some("168.63.129.17")),
            ("169.254.0.0", "169.254.255.255", Some("169.253.255.255"), Some("169.255.0.0")),
            ("172.16.0.0", "172.31.255.255", Some("172.15.255.255"), Some("172.32.0.0")),
            ("192.0.0.0", "192.0.0.255", Some("191.255.255.255"), Some("192.0.1.0")),
            ("192.0.2.0", "192.0.2.255", Some("192.0.1.255"), Some("192.0.3.0")),
            ("192.88.99.0", "192.88.99.255", Some("192.88.98.255"), Some("192.88.100.0")),
            ("192.168.0.0", "192.168.255.255", Some("192.167.255.255"), Some("192.169.0.0")),
            ("198.18.0.0", "198.19.255.255", Some("198.17.255.255"), Some("198.20.0.0")),
            ("198.51.100.0", "198.51.100.255", Some("198.51.99.255"), Some("198.51.101.0")),
            ("203.0.113.0", "203.0.113.255", Some("203.0.112.255"), Some("203.0.114.0")),
            ("224.0.0.0", "239.255.255.255", Some("223.255.255.255"), None),
            ("240.0.0.0", "255.255.255.255", None, None),
        ];
        for (first, last, before, after) in v4 {
            assert!(refused(OUTSIDE, first) && refused(OUTSIDE, last), "{first}");
            for neighbour in [before, after].into_iter().flatten() {
                assert!(!refused(OUTSIDE, neighbour) && !refused(SANDBOX, neighbour), "{neighbour}");
            }
            if !first.starts_with("127.") {
                assert!(refused(SANDBOX, first) && refused(SANDBOX, last), "{first} in the sandbox");
            }
            // The same written as IPv6: mapped, compatible, translated, 6to4, and the neighbours' as well.
            for text in [Some(first), Some(last), before, after].into_iter().flatten() {
                let bits = u128::from(text.parse::<Ipv4Addr>().unwrap().to_bits());
                let forms = [0xffff << 32 | bits, bits, 0x64_ff9b << 96 | bits, 0x2002 << 112 | bits << 80];
                for form in forms.map(Ipv6Addr::from_bits).into_iter().filter(|form| !form.is_loopback()) {
                    assert!(OUTSIDE.address(form.into()).is_err(), "{form}");
                    assert!(SANDBOX.address(form.into()).is_err(), "{form} in the sandbox");
                }
            }
        }
        for address in [
            "::",
            "100::1",
            "64:ff9b:1::1",
            "fc00::1",
            "fdff:ffff::1",
            "fd00:ec2::254",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "ffff::1",
            "2001::1",
            "2001:1ff::1",
            "2001:db8::1",
            "2001:db8:ffff::1",
            "2002::1",
            "3fff::1",
            "3fff:fff::1",
            "5f00::1",
            "4000::1",
            "1fff::1",
        ] {
            assert!(refused(OUTSIDE, address) && refused(SANDBOX, address), "{address}");
        }
        for address in
            ["2001:200::1", "2001:4860:4860::8888", "2003::1", "2606:4700::1111", "3ffe::1", "2000::1"]
        {
            assert!(!refused(OUTSIDE, address), "{address}");
        }
        assert!(refused(OUTSIDE, "::1") && !refused(SANDBOX, "::1") && !refused(SANDBOX, "127.0.0.1"));
    }

    #[test]
    fn a_url_is_https_without_a_user_and_an_address_in_any_spelling_is_seen() {
        for url in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[::ffff:a00:1]/",
            "https://169.254.169.254/latest/",
            "https://10.0.0.1:8443/",
            "https://\u{ff11}27.0.0.1/",
            "https://user@merchant.example/",
            "https://user:word@merchant.example/",
            "http://merchant.example/",
            "ftp://merchant.example/",
            "file:///etc/passwd",
            "//merchant.example/",
            "merchant.example",
            "",
            "https://",
            "sandbox:sink",
        ] {
            assert!(OUTSIDE.url(url).is_err(), "{url}");
        }
        for url in ["http://169.254.169.254/", "http://10.0.0.1/", "http://0.0.0.0/", "gopher://127.0.0.1/"] {
            assert!(SANDBOX.url(url).is_err(), "{url}");
        }
        assert!(OUTSIDE.url("https://merchant.example:8443/notify?a=1").is_ok());
        assert!(SANDBOX.url("http://127.0.0.1:9000/notify").is_ok());
        assert!(SANDBOX.url("http://[::1]:9000/notify").is_ok());
    }

    #[tokio::test]
    async fn a_name_with_one_forbidden_address_is_refused() {
        let resolve = async |sandbox: bool, addresses: &'static [&'static str]| {
            let lookup: Lookup = Arc::new(move |_| {
                let found = addresses.iter().map(|text| SocketAddr::new(text.parse().unwrap(), 0)).collect();
                Box::pin(async move { Ok(found) })
            });
            let resolver = GuardedResolver { guard: Guard { sandbox }, lookup };
            resolver
                .resolve("merchant.example".parse().unwrap())
                .await
                .map(Iterator::count)
                .map_err(|e| e.to_string())
        };
        assert_eq!(resolve(false, &["93.184.216.34", "2606:4700::1111"]).await, Ok(2));
        assert_eq!(resolve(true, &["127.0.0.1"]).await, Ok(1));
        for bad in ["10.0.0.1", "169.254.169.254", "::ffff:169.254.169.254", "fe80::1"] {
            let leaked: &'static [&'static str] = Box::leak(Box::new(["93.184.216.34", bad]));
            assert!(resolve(false, leaked).await.unwrap_err().contains("is not called"), "{bad}");
            assert!(resolve(true, leaked).await.is_err(), "{bad} in the sandbox");
        }
        assert!(resolve(false, &["127.0.0.1"]).await.is_err());
        assert!(resolve(false, &[]).await.is_err());
    }
}
