//! What a caller may copy: a `curl` that signs with `openssl`, and a request with its signature, to hold one's own code against.
//!
//! Keys, token and time of the signed requests are examples that no partner has. RSA and HMAC give the same signature each time.

use std::sync::LazyLock;

use qris_snap::dialect::Dialect;
use qris_snap::headers::{HeaderName, Headers};
use qris_snap::minify;
use qris_snap::policy::{CustomerTokenRule, SignatureMode, TokenRule};
use qris_snap::sign::{PrivateKey, Secret, SigningKey, StringToSign, Token};
use qris_snap::verify::{SignedRequest, sign_request, sign_token_request, string_to_sign};
use qris_snap::{BodyHash, DateTime, Service};
use serde_json::{Value, json};

use super::example::{self, AT};

/// The example's private key, printed on the page with its description.
pub(super) const KEY: &str = include_str!("../../assets/example-key.pem");
/// The example's client secret.
pub(super) const SECRET: &str = "example-client-secret";
const TOKEN: &str = "example-access-token";
const CLIENT: &str = "example-client-id";

static PRIVATE: LazyLock<Option<PrivateKey>> = LazyLock::new(|| PrivateKey::read(KEY.as_bytes()).ok());

/// `x-codeSamples` of a service, and the example of its body; none of what the dialect cannot write.
pub(super) fn of(dialect: &Dialect, service: Service, url: &str, path: &str) -> Option<(Value, Value)> {
    let body = example::body(dialect, service)?;
    let parsed: Value = serde_json::from_slice(&body).ok()?;
    let text = String::from_utf8(minify(&body)).ok()?;
    let samples = json!([
        { "lang": "Shell", "label": "curl", "source": curl(dialect, service, &format!("{url}{path}"), path, &text) },
        { "lang": "HTTP", "label": "Signed example", "source": signed(dialect, service, path, &text)? },
    ]);
    Some((parsed, samples))
}

/// The headers a service has, with what a shell or an example puts into each; signature and time come from elsewhere.
fn headers(dialect: &Dialect, service: Service, shell: bool) -> Vec<(HeaderName, String)> {
    let value = |name: HeaderName| {
        let (variable, example) = match name {
            HeaderName::ContentType => ("application/json", "application/json"),
            HeaderName::Accept => ("application/json", "application/json"),
            HeaderName::Origin => ("merchant.example", "merchant.example"),
            HeaderName::ClientKey => ("$CLIENT_ID", CLIENT),
            HeaderName::AuthorizationCustomer => ("Bearer $CUSTOMER_TOKEN", "Bearer example-customer-token"),
            HeaderName::PartnerId => ("$PARTNER_ID", "example-partner"),
            HeaderName::ExternalId => ("$EXTERNAL_ID", "2026080700000001"),
            HeaderName::ChannelId => ("$CHANNEL_ID", "95221"),
            HeaderName::IpAddress => ("127.0.0.1", "127.0.0.1"),
            HeaderName::DeviceId => ("device-1", "device-1"),
            HeaderName::Latitude => ("-6.175", "-6.175"),
            HeaderName::Longitude => ("106.827", "106.827"),
            _ => return None,
        };
        Some((name, if shell { variable } else { example }.to_owned()))
    };
    let mandatory = dialect.policy.mandatory_headers(service);
    let mut names: Vec<HeaderName> =
        mandatory.iter().filter(|name| *name != HeaderName::ContentType).collect();
    names.insert(0, HeaderName::ContentType);
    let customer = HeaderName::AuthorizationCustomer;
    let demanded = dialect.policy.customer_token == CustomerTokenRule::Required && !service.is_token();
    if demanded && !names.contains(&customer) {
        names.push(customer);
    }
    names.into_iter().filter_map(value).collect()
}

fn has_token(dialect: &Dialect, service: Service) -> bool {
    dialect.policy.token_of(service) != TokenRule::None
}

/// Runs in any POSIX shell with the values of the partner's file in its variables.
fn curl(dialect: &Dialect, service: Service, url: &str, path: &str, body: &str) -> String {
    let mode = dialect.policy.signature_of(service);
    let mut lines = vec![
        format!("BODY='{}'", body.replace('\'', "'\\''")),
        "TIMESTAMP=$(TZ=UTC date +%Y-%m-%dT%H:%M:%S+00:00)".to_owned(),
    ];
    if !service.is_token() {
        lines.push("EXTERNAL_ID=$(date +%s)$$".to_owned());
        lines.push("HASH=$(printf %s \"$BODY\" | openssl dgst -sha256 -r | cut -c1-64)".to_owned());
    }
    let rsa = "openssl dgst -sha256 -sign key.pem | openssl base64 -A";
    lines.push(match (service.is_token(), mode) {
        (true, _) => format!("SIGNATURE=$(printf %s \"$CLIENT_ID|$TIMESTAMP\" | {rsa})"),
        (false, SignatureMode::Symmetric) => format!(
            "SIGNATURE=$(printf %s \"POST:{path}:$TOKEN:$HASH:$TIMESTAMP\" |\n  openssl dgst -sha512 -hmac \
             \"$CLIENT_SECRET\" -binary | openssl base64 -A)"
        ),
        (false, _) => format!("SIGNATURE=$(printf %s \"POST:{path}:$HASH:$TIMESTAMP\" | {rsa})"),
    });
    lines.push(format!("curl {url} \\"));
    let mut header =
        |name: HeaderName, value: &str| lines.push(format!("  -H \"{}: {value}\" \\", name.as_str()));
    if has_token(dialect, service) {
        header(HeaderName::Authorization, "Bearer $TOKEN");
    }
    let set = headers(dialect, service, true);
    for (name, value) in &set {
        header(*name, value);
    }
    if service.is_token() && set.iter().all(|(name, _)| *name != HeaderName::ClientKey) {
        header(HeaderName::ClientKey, "$CLIENT_ID");
    }
    header(HeaderName::Timestamp, "$TIMESTAMP");
    header(HeaderName::Signature, "$SIGNATURE");
    lines.push("  --data-raw \"$BODY\"".to_owned());
    lines.join("\n")
}

/// A whole request, after what it was signed with and over.
fn signed(dialect: &Dialect, service: Service, path: &str, body: &str) -> Option<String> {
    let time = DateTime::wib(AT)?;
    let (secret, token) = (Secret::new(SECRET), Token::new(TOKEN));
    let mut set = Headers::new();
    if has_token(dialect, service) {
        set.set_token(&token);
    }
    for (name, value) in headers(dialect, service, false) {
        set.set(name, value);
    }
    let private = PRIVATE.as_ref()?;
    let mode = dialect.policy.signature_of(service);
    let (with, text) = if service.is_token() {
        sign_token_request(CLIENT, &mut set, &SigningKey::Private(private), time.as_str()).ok()?;
        ("the example's private key", StringToSign::token(CLIENT, time.as_str()))
    } else {
        let request = SignedRequest { service, method: "POST", target: path, body: body.as_bytes() };
        let (with, key) = match mode {
            SignatureMode::Symmetric => ("the client secret", SigningKey::Secret(&secret)),
            _ => ("the example's private key", SigningKey::Private(private)),
        };
        sign_request(&request, &mut set, mode, &key, time.as_str()).ok()?;
        let hash = BodyHash::minified(body.as_bytes());
        (with, string_to_sign(mode, "POST", path, &token, &hash, time.as_str()))
    };
    let with = if with == "the client secret" { format!("{with} {SECRET}") } else { with.to_owned() };
    let text = String::from_utf8_lossy(text.expose()).into_owned();
    let mut lines = vec![
        format!("# signed with {with}, over the string"),
        format!("# {text}"),
        format!("POST {path} HTTP/1.1"),
    ];
    lines.extend(set.pairs().map(|(name, value)| format!("{name}: {value}")));
    lines.push(String::new());
    lines.push(body.to_owned());
    Some(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use qris_snap::dialect;
    use qris_snap::sign::VerifyingKey;
    use qris_snap::verify::{verify_request, verify_token_request};

    use super::*;

    /// Headers and body of a sample.
    fn read(sample: &str, dialect: &Dialect, service: Service) -> (Headers, String) {
        let (head, body) = sample.split_once("\n\n").unwrap();
        let lines = head.lines().filter(|line| !line.starts_with('#')).skip(1);
        let pairs: Vec<(&str, &str)> = lines.map(|line| line.split_once(": ").unwrap()).collect();
        let pairs = pairs.iter().map(|(name, value)| (*name, value.as_bytes()));
        (Headers::read(pairs, service, &dialect.policy).unwrap(), body.to_owned())
    }

    #[test]
    fn every_signed_example_verifies_and_no_changed_one_does() {
        let (secret, public) =
            (Secret::new(SECRET), PrivateKey::read(KEY.as_bytes()).unwrap().public_key().unwrap());
        let mut verified = 0;
        for dialect in dialect::ALL {
            for service in Service::all() {
                let (path, policy) = (dialect.path(service), &dialect.policy);
                let (_, samples) = of(dialect, service, "http://127.0.0.1:8080", &path).unwrap();
                let (headers, body) = read(samples[1]["source"].as_str().unwrap(), dialect, service);
                if service.is_token() {
                    verify_token_request(service, &headers, policy, &public).unwrap();
                    let mut changed = headers.clone();
                    changed.set(HeaderName::ClientKey, "another");
                    assert!(verify_token_request(service, &changed, policy, &public).is_err());
                } else {
                    let key = match policy.signature_of(service) {
                        SignatureMode::Symmetric => VerifyingKey::Secret(&secret),
                        _ => VerifyingKey::Public(&public),
                    };
                    let request =
                        SignedRequest { service, method: "POST", target: &path, body: body.as_bytes() };
                    verify_request(&request, &headers, policy, key).unwrap();
                    let changed = SignedRequest { body: b"{}", ..request };
                    assert!(verify_request(&changed, &headers, policy, key).is_err(), "{path}");
                }
                verified += 1;
            }
        }
        assert!(verified >= 40, "{verified}");
    }

    #[test]
    fn a_curl_names_what_it_needs_and_nothing_of_anybody() {
        let (_, samples) =
            of(&dialect::STANDARD, Service::Generate, "http://127.0.0.1:8080", "/v1.0/qr/qr-mpm-generate")
                .unwrap();
        let curl = samples[0]["source"].as_str().unwrap();
        for part in
            ["$TOKEN", "$CLIENT_SECRET", "$PARTNER_ID", "curl http://127.0.0.1:8080/v1.0/qr/qr-mpm-generate"]
        {
            assert!(curl.contains(part), "{part}: {curl}");
        }
        assert!(!curl.contains(SECRET) && !curl.contains("MERCHANT-ID"), "{curl}");
    }
}
