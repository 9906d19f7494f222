//! Who asks: the peer of the connection, or whom a trusted proxy asks for.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

const FORWARDED: HeaderName = HeaderName::from_static("forwarded");
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address a request is counted, logged and judged under.
///
/// Only a trusted peer is believed, and of what it hands on only what trusted proxies wrote: from the right, the first
/// address that is none of theirs. Whatever stands left of it the client may have made up. What cannot be read (an
/// obfuscated name, `unknown`) ends the search at the proxy that wrote it. `Forwarded` (RFC 7239) is asked before
/// `X-Forwarded-For`; a proxy should write one of them and drop the other.
pub fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let mut last = peer.to_canonical();
    let name = if headers.contains_key(FORWARDED) { FORWARDED } else { X_FORWARDED_FOR };
    let lines: Vec<&str> = headers.get_all(&name).iter().map(|value| value.to_str().unwrap_or("?")).collect();
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !trusts(trusted, last) {
            return last;
        }
        let node = if name == FORWARDED { for_of(hop) } else { Some(hop.trim()) };
        match node.and_then(address) {
            Some(address) => last = address,
            None => return last,
        }
    }
    last
}

/// Whether an address is one of the proxies.
pub fn trusts(trusted: &[IpNet], address: IpAddr) -> bool {
    let address = address.to_canonical();
    trusted.iter().any(|net| net.contains(&address))
}

/// The `for` of one element of `Forwarded`. No comma, semicolon or backslash belongs into an address, so quotes around
/// one need no parser: an element that has been torn apart inside a quoted string is none.
fn for_of(element: &str) -> Option<&str> {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    let value = value.trim();
    match value.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"'),
        None => Some(value),
    }
}

/// The address in `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
fn address(node: &str) -> Option<IpAddr> {
    let bare = node.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(node);
    let read = bare.parse().ok().or_else(|| node.parse::<SocketAddr>().ok().map(|address| address.ip()));
    read.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn asked(peer: &str, headers: &[(&HeaderName, &str)]) -> String {
        let trusted = ["10.0.0.0/8", "2001:db8:ffff::/48"].map(|net| net.parse().unwrap());
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        client(peer.parse().unwrap(), &map, &trusted).to_string()
    }

    #[test]
    fn only_proxies_are_believed_and_the_rightmost_other_address_is_the_client() {
        let xff = &X_FORWARDED_FOR;
        for (peer, headers, client) in [
            ("192.0.2.9", &[][..], "192.0.2.9"),
            ("192.0.2.9", &[(xff, "198.51.100.1")], "192.0.2.9"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &[(xff, "198.51.100.1")], "198.51.100.1"),
            ("::ffff:10.0.0.1", &[(xff, "198.51.100.1")], "198.51.100.1"),
            ("10.0.0.1", &[(xff, "1.1.1.1, 198.51.100.1 , 10.9.9.9")], "198.51.100.1"),
            ("10.0.0.1", &[(xff, "1.1.1.1"), (xff, "198.51.100.1"), (xff, "10.9.9.9")], "198.51.100.1"),
            ("10.0.0.1", &[(xff, "10.0.0.3, 10.0.0.2")], "10.0.0.3"),
            ("10.0.0.1", &[(xff, "198.51.100.1:5555")], "198.51.100.1"),
            ("10.0.0.1", &[(xff, "[2001:db8::1]:80")], "2001:db8::1"),
            ("10.0.0.1", &[(xff, "1.1.1.1, nonsense")], "10.0.0.1"),
            ("10.0.0.1", &[(xff, "1.1.1.1, \u{e9}")], "10.0.0.1"),
            ("10.0.0.1", &[(xff, "1.1.1.1,,")], "10.0.0.1"),
            (
                "2001:db8:ffff::1",
                &[(&FORWARDED, "for=192.0.2.43, for=\"[2001:db8:cafe::17]:4711\"")],
                "2001:db8:cafe::17",
            ),
            ("10.0.0.1", &[(&FORWARDED, "proto=https;FOR=\"192.0.2.43:47011\";by=10.0.0.1")], "192.0.2.43"),
            ("10.0.0.1", &[(&FORWARDED, "for=192.0.2.43, for=_hidden")], "10.0.0.1"),
            ("10.0.0.1", &[(&FORWARDED, "for=192.0.2.43, for=unknown")], "10.0.0.1"),
            ("10.0.0.1", &[(&FORWARDED, "for=\"1.1.1.1, for=2.2.2.2")], "2.2.2.2"),
            ("10.0.0.1", &[(&FORWARDED, "for=192.0.2.43"), (xff, "1.1.1.1")], "192.0.2.43"),
        ] {
            assert_eq!(asked(peer, headers), client, "{peer} {headers:?}");
        }
    }

    proptest! {
        /// Whatever a client writes before what the proxy appends changes nothing.
        #[test]
        fn what_a_client_makes_up_is_ignored(
            hostile in prop::collection::vec("[ -~]{0,40}|[0-9.,:\\[\\]\" ]{0,30}|for=[ -~]{0,20}", 0..4),
            client in prop::array::uniform4(1..=9_u8),
            by_forwarded: bool,
        ) {
            let client = IpAddr::from(client);
            let name = if by_forwarded { &FORWARDED } else { &X_FORWARDED_FOR };
            let own = if by_forwarded { format!("for={client}") } else { client.to_string() };
            let lines: Vec<(&HeaderName, &str)> = hostile.iter().map(|line| (name, line.as_str())).collect();
            // The proxy appends to the last line, or writes one of its own.
            let appended = format!("{}, {own}", hostile.last().map_or("", String::as_str));
            for last in [own.as_str(), appended.as_str()] {
                let mut all = lines.clone();
                all.push((name, last));
                prop_assert_eq!(asked("10.0.0.1", &all), client.to_string());
            }
            prop_assert_eq!(asked("192.0.2.1", &lines), "192.0.2.1", "no proxy: not believed at all");
        }

        #[test]
        fn no_header_trips_it(value in prop::collection::vec(any::<u8>(), 0..60), by_forwarded: bool) {
            let mut map = HeaderMap::new();
            let name = if by_forwarded { FORWARDED } else { X_FORWARDED_FOR };
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                map.append(name, value);
            }
            client(IpAddr::from([10, 0, 0, 1]), &map, &["0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap()]);
        }
    }
}
