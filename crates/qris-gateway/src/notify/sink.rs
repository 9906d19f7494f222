//! The addresses of the sandbox's own receiver of notifications, for partners that have none yet.

/// `notify_url` and `notify_token_url` of a partner whose notifications go to the sandbox's own sink. It is resolved
/// when it is called, so that it survives a gateway that listens elsewhere after a restart.
pub const SINK: &str = "sandbox:sink";

/// The route of its token service (73).
pub const TOKEN_ROUTE: &str = "/sandbox/v1/sink/{client_id}/v1.0/access-token/b2b";
/// The route of its notification service (52).
pub const NOTIFY_ROUTE: &str = "/sandbox/v1/sink/{client_id}/v1.0/qr/qr-mpm-notify";

/// Where a partner's notifications arrive in the sink.
pub fn notify_url(public_url: &str, client_id: &str) -> String {
    format!("{public_url}{}", NOTIFY_ROUTE.replace("{client_id}", &segment(client_id)))
}

/// Where the sink issues tokens for a partner's notifications.
pub fn token_url(public_url: &str, client_id: &str) -> String {
    format!("{public_url}{}", TOKEN_ROUTE.replace("{client_id}", &segment(client_id)))
}

/// A client id as one segment of a path.
fn segment(client_id: &str) -> String {
    let mut segment = String::with_capacity(client_id.len());
    for byte in client_id.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'~' => segment.push(byte.into()),
            b'.' if client_id.len() > 2 => segment.push('.'),
            _ => segment.push_str(&format!("%{byte:02X}")),
        }
    }
    segment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_id_is_one_segment() {
        assert_eq!(segment("QRIS-01_a"), "QRIS-01_a");
        assert_eq!(segment("a/../b?c#d%"), "a%2F..%2Fb%3Fc%23d%25");
        assert_eq!(segment(".."), "%2E%2E");
        assert_eq!(
            notify_url("http://127.0.0.1:8080", "c 1"),
            "http://127.0.0.1:8080/sandbox/v1/sink/c%201/v1.0/qr/qr-mpm-notify"
        );
    }
}
