//! Requests of many kinds, each with one mistake that clients make, or with two: the cause is named, and the string that
//! the client signed is shown. What is signed is put together here, as a client would. Long, because it is one table.

use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use qris_snap::diagnose::{Diagnosis, Keys, Parts, Signed, Written, diagnose, timestamp_fault};
use qris_snap::policy::SignatureMode::Symmetric;
use qris_snap::sign::{Secret, Token};

/// A client that signs symmetrically, and what it does wrong.
#[derive(Clone)]
struct Client {
    // What is sent.
    method: &'static str,
    path: &'static str,
    body: &'static str,
    stamp: &'static str,
    secret: &'static str,
    // What is signed: what is sent, unless something is wrong.
    signed: [String; 5],
    key: Vec<u8>,
    hmac: hmac::Algorithm,
    end: &'static str,
    write: fn(&[u8]) -> String,
}

const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.t0ken";
const OTHER: &str = "eyJhbGciOiJIUzI1NiJ9.older";
const HOST: &str = "api.partner.example:8443";

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn sha256(text: &str) -> String {
    hex(digest::digest(&digest::SHA256, text.as_bytes()))
}

impl Client {
    fn new(
        method: &'static str,
        path: &'static str,
        body: &'static str,
        stamp: &'static str,
        secret: &'static str,
    ) -> Client {
        // Minified by hand: no string of these bodies has a blank after a comma or a colon.
        let gaps =
            [("\n  ", ""), ("\n", ""), (": ", ":"), (", ", ","), ("[ ", "["), (" ]", "]"), ("{ ", "{")];
        let minified = gaps.iter().fold(body.to_owned(), |text, (gap, none)| text.replace(gap, none));
        let signed = [method, path, TOKEN, &sha256(&minified), stamp].map(str::to_owned);
        let key = secret.as_bytes().to_vec();
        Client {
            method,
            path,
            body,
            stamp,
            secret,
            signed,
            key,
            hmac: hmac::HMAC_SHA512,
            end: "",
            write: base64,
        }
    }

    fn signs(&self, at: usize, other: &str) -> Client {
        let mut client = self.clone();
        client.signed[at] = other.to_owned();
        client
    }

    fn hashes(&self, body: &str) -> Client {
        self.signs(3, &sha256(body))
    }

    fn string(&self) -> String {
        self.signed.join(":") + self.end
    }

    fn signature(&self) -> String {
        let key = hmac::Key::new(self.hmac, &self.key);
        (self.write)(hmac::sign(&key, self.string().as_bytes()).as_ref())
    }

    fn diagnosis(&self) -> Diagnosis {
        let (token, others, secret) = (Token::new(TOKEN), [Token::new(OTHER)], Secret::new(self.secret));
        let parts = Parts {
            method: self.method,
            path: self.path,
            host: HOST,
            client: "CLIENT-1",
            token: Some(&token),
            other_tokens: &others,
            body: self.body.as_bytes(),
            timestamp: self.stamp,
            prefixes: &["/acquirer/"],
            ..Parts::default()
        };
        let keys = Keys { secret: Some(&secret), public: None };
        diagnose(&Signed::Service(parts), keys, Symmetric, &self.signature())
    }

    /// The causes that are named; and what is shown is what was signed.
    fn named(&self) -> Vec<&'static str> {
        match self.diagnosis() {
            Diagnosis::Slips { slips, signed } => {
                let shown = String::from_utf8_lossy(signed.expose()).into_owned();
                assert_eq!(shown, self.string(), "the string that was signed: {slips:?}");
                slips.iter().map(|slip| slip.code()).collect()
            }
            other => panic!("{other:?} of {}", self.string()),
        }
    }
}

fn generate() -> Client {
    Client::new(
        "POST",
        "/v1.0/qr/qr-mpm-generate",
        r#"{"a":"b"}"#,
        "2026-11-28T09:15:00+07:00",
        "s3cret-of_partner",
    )
}

/// Requests whose parts are as different as they come.
fn clients() -> Vec<Client> {
    vec![
        generate(),
        Client::new("GET", "/v1.0/qr/qr-mpm-query?z=1&a=2", "", "2026-01-01T00:30:00+08:00", "YWJjZA=="),
        Client::new(
            "POST",
            "/api/snap/v1.0/qr/qr-mpm-refund",
            "{}",
            "2026-12-31T23:59:59+09:00",
            "0123456789abcdef",
        ),
        Client::new("PUT", "/pg/x/", "[ 1, 2 ]", "2026-02-28T17:00:00Z", "rahasia é panjang"),
        Client::new("DELETE", "/a/b/c/d?q=%20x", "null", "2028-02-29T05:00:00.123+07:00", "x"),
    ]
}

#[test]
fn what_is_right_holds_and_another_key_is_said_last() {
    for client in clients() {
        assert_eq!(client.diagnosis(), Diagnosis::Holds(Written::Base64), "{}", client.string());
        let other = Client { key: b"another secret".to_vec(), ..client };
        assert_eq!(other.diagnosis(), Diagnosis::Unknown);
        assert!(other.diagnosis().to_string().contains("another key"));
    }
}

#[test]
fn mistakes_in_any_request() {
    for client in clients() {
        let is = |changed: Client, code: &str| assert_eq!(changed.named(), [code], "{}", changed.string());
        let [method, path, _, hash, stamp] = client.signed.clone();
        let (method, path) = (method.as_str(), path.as_str());
        is(client.signs(0, &method.to_lowercase()), "method-lower-case");
        let title = method[..1].to_owned() + &method[1..].to_lowercase();
        is(client.signs(0, &title), "method-lower-case");
        is(client.signs(0, if method == "POST" { "GET" } else { "POST" }), "method-other");
        for host in
            ["https://api.partner.example:8443", "http://api.partner.example", "api.partner.example", HOST]
        {
            is(client.signs(1, &format!("{host}{path}")), "path-with-host");
        }
        is(client.signs(1, &path[1..]), "path-without-slash");
        let (bare, query) = path.split_once('?').unwrap_or((path, ""));
        let again = if query.is_empty() { String::new() } else { format!("?{query}") };
        match bare.strip_suffix('/') {
            Some(shorter) => is(client.signs(1, &format!("{shorter}{again}")), "path-slash-dropped"),
            None => is(client.signs(1, &format!("{bare}/{again}")), "path-slash-added"),
        }
        for prefix in ["/api", "/snap", "/acquirer", "/api/v1.0"] {
            is(client.signs(1, &format!("{prefix}{path}")), "path-prefix-added");
        }
        let second = bare[1..].find('/').unwrap() + 1;
        if bare.len() > second + 1 {
            is(client.signs(1, &path[second..]), "path-prefix-missing");
        }
        if !query.is_empty() {
            is(client.signs(1, bare), "path-without-query");
        }
        is(client.signs(2, &format!("Bearer {TOKEN}")), "token-with-bearer");
        is(client.signs(2, &format!("bearer {TOKEN}")), "token-with-bearer");
        is(client.signs(2, OTHER), "token-other");
        is(client.signs(2, ""), "token-empty");
        is(client.signs(2, &format!("{TOKEN}\n")), "token-with-newline");
        is(client.signs(3, &hash.to_uppercase()), "hash-upper-case");
        is(client.signs(3, ""), "hash-empty");
        is(Client { end: "\n", ..client.clone() }, "string-with-newline");
        is(Client { end: "\r\n", ..client.clone() }, "string-with-newline");
        for end in ["\n", "\r\n"] {
            let key = format!("{}{end}", client.secret).into_bytes();
            is(Client { key, ..client.clone() }, "secret-with-newline");
        }
        is(
            Client { key: base64(client.secret.as_bytes()).into_bytes(), ..client.clone() },
            "secret-to-base64",
        );
        for other in [hmac::HMAC_SHA256, hmac::HMAC_SHA384, hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY] {
            is(Client { hmac: other, ..client.clone() }, "hmac-hash");
        }
        let hex_holds = Client { write: |bytes| hex(bytes).to_uppercase(), ..client.clone() };
        assert_eq!(hex_holds.diagnosis(), Diagnosis::Holds(Written::Hex));
        for (write, code) in [
            ((|bytes| base64(hex(bytes).as_bytes())) as fn(&[u8]) -> String, "signature-base64-of-hex"),
            (|bytes| base64(hex(bytes).to_uppercase().as_bytes()), "signature-base64-of-hex"),
            (|bytes| hex(base64(bytes)), "signature-hex-of-base64"),
            (|bytes| base64(base64(bytes).as_bytes()), "signature-base64-twice"),
            (|bytes| base64(bytes).trim_end_matches('=').to_owned(), "signature-unpadded"),
            (
                |bytes| base64(bytes).split_at(64).0.to_owned() + "\n" + base64(bytes).split_at(64).1,
                "signature-wrapped",
            ),
            (
                |bytes| {
                    base64(bytes).split_at(76).0.to_owned() + "\r\n " + base64(bytes).split_at(76).1 + "\r\n"
                },
                "signature-wrapped",
            ),
            (
                |bytes| base64(bytes).split_at(76).0.to_owned() + "\\n" + base64(bytes).split_at(76).1,
                "signature-wrapped",
            ),
            (
                |bytes| hex(bytes).split_at(64).0.to_owned() + "\n" + hex(bytes).split_at(64).1,
                "signature-wrapped",
            ),
            (
                |bytes| base64(bytes).replace('=', "%3D").replace('+', "%2B").replace('/', "%2f"),
                "signature-percent-encoded",
            ),
        ] {
            is(Client { write, ..client.clone() }, code);
        }
        let clock = &stamp[..19];
        if !stamp.contains('.') {
            let zone = &stamp[19..];
            for millis in ["000", "001", "417", "999"] {
                is(client.signs(4, &format!("{clock}.{millis}{zone}")), "timestamp-with-milliseconds");
            }
        } else {
            is(client.signs(4, &stamp.replace(".123", "")), "timestamp-without-fraction");
            is(client.signs(4, &stamp.replace(".123", ".124")), "timestamp-other-milliseconds");
            is(client.signs(4, &stamp.replace(".123", ".000")), "timestamp-other-milliseconds");
        }
        if !stamp.ends_with('Z') {
            is(client.signs(4, &format!("{}Z", &stamp[..stamp.len() - 6])), "timestamp-offset-replaced");
            let (before, zone) = stamp.split_at(stamp.len() - 6);
            is(
                client.signs(4, &format!("{before}{}", zone.replace(':', ""))),
                "timestamp-offset-without-colon",
            );
        }
        is(
            client.signs(4, stamp.trim_end_matches('Z').split('+').next().unwrap()),
            "timestamp-without-offset",
        );
    }
}

#[test]
fn timestamps_that_are_moved() {
    let is = |sent: &'static str, signed: &str, codes: &[&str]| {
        let client = Client::new("POST", "/v1.0/qr/qr-mpm-query", "{}", sent, "s3cret");
        assert_eq!(client.signs(4, signed).named(), codes, "{sent} as {signed}");
    };
    // Seconds.
    is("2026-11-28T09:15:00+07:00", "2026-11-28T09:14:59+07:00", &["timestamp-seconds-off"]);
    is("2026-12-31T23:59:59+08:00", "2027-01-01T00:00:00+08:00", &["timestamp-seconds-off"]);
    is("2026-11-28T02:15:00Z", "2026-11-28T02:15:01Z", &["timestamp-seconds-off"]);
    // Whole hours, over midnight and the year's end.
    is("2026-11-28T02:15:00+07:00", "2026-11-28T09:15:00+07:00", &["timestamp-hours-off"]);
    is("2026-01-01T03:00:00+07:00", "2025-12-31T20:00:00+07:00", &["timestamp-hours-off"]);
    is("2026-11-28T09:15:00+09:00", "2026-11-28T10:15:00+09:00", &["timestamp-hours-off"]);
    is("2026-11-28T02:15:00.500Z", "2026-11-28T09:15:00.500Z", &["timestamp-hours-off"]);
    // The same instant elsewhere.
    is("2026-11-28T09:15:00+07:00", "2026-11-28T02:15:00Z", &["timestamp-converted"]);
    is("2026-11-28T09:15:00+07:00", "2026-11-28T02:15:00.000Z", &["timestamp-converted"]);
    is("2026-11-28T09:15:00+07:00", "2026-11-28T11:15:00+09:00", &["timestamp-converted"]);
    is("2026-11-28T10:15:00+08:00", "2026-11-28T09:15:00+07:00", &["timestamp-converted"]);
    is("2026-11-28T09:15:00+07:00", "2026-11-28T02:15:00+00:00", &["timestamp-converted"]);
    is(
        "2026-11-28T09:15:00+07:00",
        "2026-11-28T02:15:00.042Z",
        &["timestamp-converted", "timestamp-with-milliseconds"],
    );
    // The same clock, another label.
    is("2026-11-28T09:15:00+08:00", "2026-11-28T09:15:00+07:00", &["timestamp-offset-replaced"]);
    is("2026-11-28T09:15:00+07:00", "2026-11-28T09:15:00Z", &["timestamp-offset-replaced"]);
    is("2026-11-28T09:15:00+07:00", "2026-11-28T09:15:00+00:00", &["timestamp-offset-replaced"]);
    // Hours past the day, on either side.
    for (right, past) in [
        ("2026-11-28T00:15:00+07:00", "2026-11-27T24:15:00+07:00"),
        ("2026-11-01T01:15:00+08:00", "2026-10-31T25:15:00+08:00"),
        ("2026-01-01T02:00:59.120+09:00", "2025-12-31T26:00:59.120+09:00"),
        ("2028-03-01T03:15:00Z", "2028-02-29T27:15:00Z"),
    ] {
        is(right, past, &["timestamp-hour-over-24"]);
        is(past, right, &["timestamp-hour-below-24"]);
    }
    is("2026-11-28T09:15:00+07:00", "1795832100", &["timestamp-unix"]);
    is("2026-11-28T09:15:00+07:00", "1795832100000", &["timestamp-unix"]);
}

#[test]
fn a_timestamp_that_nobody_accepts_says_why() {
    for (sent, said) in [
        ("2026-11-27T24:15:00+07:00", "hour of 24 or more"),
        ("2026-11-27T27:15:00.123Z", "hour of 24 or more"),
        ("2026-11-27T25:15:00+0700", "date and time with an offset"),
        ("2026-11-27", "no time"),
        ("2026-11-27T09:15:00", "no offset"),
        ("2026-11-27T09:15:00+0700", "no colon"),
        ("1795832100", "a number"),
        ("", "empty"),
        ("yesterday", "no time"),
        ("2026-13-27T09:15:00+07:00", "no date"),
        ("\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}", "no date"),
    ] {
        assert!(
            timestamp_fault(sent).is_some_and(|fault| fault.contains(said)),
            "{sent}: {:?}",
            timestamp_fault(sent)
        );
    }
    for right in ["2026-11-27T09:15:00+07:00", "2026-11-27T09:15:00.1Z", "2026-11-27T09:15:00-00:00"] {
        assert_eq!(timestamp_fault(right), None);
    }
}

/// A body as sent, what was hashed in place of it, and what is said.
#[test]
fn bodies_that_are_written_otherwise() {
    let sends = |body: &'static str| {
        Client::new("POST", "/v1.0/qr/qr-mpm-generate", body, "2026-11-28T09:15:00+07:00", "s3cret")
    };
    let nested = r#"{"z":{"b":[{"y":1,"x":2}],"a":null},"amount":{"value":"1.00","currency":"IDR"}}"#;
    let text = r#"{"name":"Toko  Aé","url":"https://a/b","n":1}"#;
    for (sent, hashed, codes) in [
        // Sorted, wholly or only outside.
        (
            nested,
            r#"{"amount":{"currency":"IDR","value":"1.00"},"z":{"a":null,"b":[{"x":2,"y":1}]}}"#,
            &["body-keys-sorted"][..],
        ),
        (
            nested,
            r#"{"amount":{"value":"1.00","currency":"IDR"},"z":{"b":[{"y":1,"x":2}],"a":null}}"#,
            &["body-keys-sorted"],
        ),
        (r#"{"a b":1,"a":2}"#, r#"{"a":2,"a b":1}"#, &["body-keys-sorted"]),
        // Numbers.
        (r#"{"n":1.10}"#, r#"{"n":1.1}"#, &["body-numbers"]),
        (r#"{"n":100.0}"#, r#"{"n":100}"#, &["body-numbers"]),
        (r#"{"n":100.00}"#, r#"{"n":100.0}"#, &["body-numbers"]),
        (r#"{"n":1e3}"#, r#"{"n":1000}"#, &["body-numbers"]),
        (r#"{"n":1e3}"#, r#"{"n":1000.0}"#, &["body-numbers"]),
        (r#"{"n":[15000.50,-2.0]}"#, r#"{"n":[15000.5,-2]}"#, &["body-numbers"]),
        (r#"{"n":10000000.00}"#, r#"{"n":1.0E7}"#, &["body-numbers"]),
        (r#"{"n":12345678901234567890}"#, r#"{"n":12345678901234567000}"#, &["body-numbers"]),
        (r#"{"n":1.1}"#, r#"{"n":1.10}"#, &["body-numbers-sent-short"]),
        (r#"{"n":10000,"k":3}"#, r#"{"n":10000.00,"k":3}"#, &["body-numbers-sent-short"]),
        (r#"{"n":5}"#, r#"{"n":5.0}"#, &["body-numbers-sent-short"]),
        // PHP, one side each.
        (text, r#"{"name":"Toko  Aé","url":"https:\/\/a\/b","n":1}"#, &["body-slashes-escaped"]),
        (text, r#"{"name":"Toko  A\u00e9","url":"https://a/b","n":1}"#, &["body-unicode-escaped"]),
        (text, r#"{"name":"Toko  A\u00E9","url":"https://a/b","n":1}"#, &["body-unicode-escaped"]),
        (
            text,
            r#"{"name":"Toko  A\u00e9","url":"https:\/\/a\/b","n":1}"#,
            &["body-slashes-escaped", "body-unicode-escaped"],
        ),
        (r#"{"u":"a\/b"}"#, r#"{"u":"a/b"}"#, &["body-slashes-plain"]),
        (r#"{"u":"\u00e9"}"#, r#"{"u":"é"}"#, &["body-unicode-plain"]),
        (r#"{"u":"\u00E9"}"#, r#"{"u":"é"}"#, &["body-unicode-plain"]),
        (r#"{"u":"\ud83d\ude00\/"}"#, r#"{"u":"😀/"}"#, &["body-slashes-plain", "body-unicode-plain"]),
        (r#"{"é":"a"}"#, r#"{"\u00e9":"a"}"#, &["body-unicode-escaped"]),
        (r#"{"u":"a&b"}"#, r#"{"u":"a\u0026b"}"#, &["body-html-escaped"]),
        // Read and printed by whoever escapes nothing.
        (r#"{"n":1.10,"u":"\u0041\/"}"#, r#"{"n":1.1,"u":"A/"}"#, &["body-printed-anew"]),
        (r#"{"u":"a\u0026b"}"#, r#"{"u":"a&b"}"#, &["body-html-plain"]),
        // Blanks.
        (text, r#"{"name":"TokoAé","url":"https://a/b","n":1}"#, &["body-without-any-blank"]),
        ("{\n  \"a\": \"b c\"\n}", "{\n\"a\":\"bc\"\n}", &["body-half-minified"]),
        ("{\n  \"a\": \"b\"\n}", "{  \"a\": \"b\"}", &["body-half-minified"]),
        ("{\n  \"a\": \"b\"\n}", "{\n  \"a\": \"b\"\n}", &["body-not-minified"]),
        (r#"{"a":"b","c":[]}"#, "{\n  \"a\": \"b\",\n  \"c\": []\n}", &["body-pretty"]),
        (r#"{"a":"b","c":{}}"#, "{\n    \"a\": \"b\",\n    \"c\": {}\n}", &["body-pretty"]),
        (r#"{"a":"b"}"#, "{\r\n  \"a\": \"b\"\r\n}", &["body-pretty"]),
        (r#"{"a":"b"}"#, "{\n\t\"a\": \"b\"\n}", &["body-pretty"]),
        (r#"{"a":"b","c":1}"#, r#"{"a": "b", "c": 1}"#, &["body-spaced"]),
        (r#"{"a":"b"}"#, "", &["body-empty"]),
        ("", "{}", &["body-for-none"]),
        ("", "null", &["body-for-none"]),
        ("", "[]", &["body-for-none"]),
        // Two at once, and everything at once.
        (
            nested,
            "{\n  \"amount\": {\n    \"currency\": \"IDR\",\n    \"value\": \"1.00\"\n  },\n  \"z\": {\n    \"a\": null,\n    \"b\": [\n      {\n        \"x\": 2,\n        \"y\": 1\n      }\n    ]\n  }\n}",
            &["body-keys-sorted", "body-pretty"],
        ),
        (r#"{"b":"/","a":1.0}"#, r#"{"a":1.0,"b":"\/"}"#, &["body-keys-sorted", "body-slashes-escaped"]),
        (r#"{"b":"/","a":1.0}"#, r#"{"b":"\/","a":1}"#, &["body-numbers", "body-slashes-escaped"]),
        (
            r#"{"b":"\/","a":1.0,"c":"\u00e9"}"#,
            r#"{"b":"/","a":1,"c":"é"}"#,
            &["body-numbers", "body-slashes-plain", "body-unicode-plain"],
        ),
    ] {
        assert_eq!(sends(sent).hashes(hashed).named(), codes, "{sent} as {hashed}");
    }
    let json = r#"{"a":"b"}"#;
    for (algorithm, name) in [
        (&digest::SHA512, "hash-other"),
        (&digest::SHA384, "hash-other"),
        (&digest::SHA1_FOR_LEGACY_USE_ONLY, "hash-other"),
    ] {
        let hash = digest::digest(algorithm, json.as_bytes());
        assert_eq!(sends(json).signs(3, &hex(hash)).named(), [name]);
        assert_eq!(sends(json).signs(3, &hex(hash).to_uppercase()).named(), [name, "hash-upper-case"]);
        assert_eq!(sends(json).signs(3, &base64(hash.as_ref())).named(), [name, "hash-base64"]);
    }
    for (sent, minified) in [("", ""), (json, json), ("{ }", "{}")] {
        let hash = digest::digest(&digest::SHA256, minified.as_bytes());
        assert_eq!(sends(sent).signs(3, &base64(hash.as_ref())).named(), ["hash-base64"]);
        assert_eq!(sends(sent).signs(3, &base64(sha256(minified).as_bytes())).named(), ["hash-base64"]);
    }
    assert_eq!(sends(json).signs(3, json).named(), ["body-for-hash"]);
    let mut without = sends(json);
    without.signed[3] = String::new();
    let string = without.string().replace("::", ":");
    let (token, secret) = (Token::new(TOKEN), Secret::new("s3cret"));
    let parts = Parts {
        method: without.method,
        path: without.path,
        token: Some(&token),
        body: json.as_bytes(),
        timestamp: without.stamp,
        ..Parts::default()
    };
    let signature =
        base64(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA512, b"s3cret"), string.as_bytes()).as_ref());
    let keys = Keys { secret: Some(&secret), public: None };
    let Diagnosis::Slips { slips, .. } = diagnose(&Signed::Service(parts), keys, Symmetric, &signature)
    else {
        panic!()
    };
    assert_eq!(slips[0].code(), "hash-left-out");
}

/// Base64 of secrets is read as the forgiving read it: Node, PHP and Python do not mind what is left over.
#[test]
fn secrets_that_were_decoded() {
    for (secret, decoded) in [
        ("c2VjcmV0", &b"secret"[..]),
        ("c2VjcmV0LW9mLWEtcGFydG5lcg==", b"secret-of-a-partner"),
        ("c2VjcmV0LW9mLWEtcGFydG5lcg", b"secret-of-a-partner"),
        // Bits are left over in the last letter.
        ("myclientsecret", &[0x9b, 0x27, 0x25, 0x89, 0xe9, 0xed, 0xb1, 0xe7, 0x2b, 0x7a]),
        ("a-b_", &[0x6b, 0xe6, 0xff]),
        ("ab!cd", &[0x69, 0xb7, 0x1d]),
        ("abcde", &[0x69, 0xb7, 0x1d]),
    ] {
        let client = Client::new("POST", "/v1.0/x", "{}", "2026-11-28T09:15:00+07:00", secret);
        let client = Client { key: decoded.to_vec(), ..client };
        assert_eq!(client.named(), ["secret-from-base64"], "{secret}");
    }
    let client = Client::new("POST", "/v1.0/x", "{}", "2026-11-28T09:15:00+07:00", "DEADbeef00");
    assert_eq!(Client { key: vec![0xde, 0xad, 0xbe, 0xef, 0], ..client }.named(), ["secret-from-hex"]);
    let client = Client::new("POST", "/v1.0/x", "{}", "2026-11-28T09:15:00+07:00", "s3cret \n");
    assert_eq!(Client { key: b"s3cret".to_vec(), ..client }.named(), ["secret-trimmed"]);
}

#[test]
fn base64url_and_lost_plusses() {
    let mut seen = 0;
    for second in 0..60 {
        let stamp: &'static str = format!("2026-11-28T09:15:{second:02}+07:00").leak();
        let client = Client::new("POST", "/v1.0/x", "{}", stamp, "s3cret");
        let right = client.signature();
        if right.contains('+') && right.contains('/') {
            seen += 1;
            for write in [(|bytes| URL_SAFE.encode(bytes)) as fn(&[u8]) -> String, |bytes| {
                URL_SAFE_NO_PAD.encode(bytes)
            }] {
                assert_eq!(Client { write, ..client.clone() }.named(), ["signature-base64url"]);
            }
            let lost = Client { write: |bytes| base64(bytes).replace('+', " "), ..client };
            assert_eq!(lost.named(), ["signature-plus-lost"]);
        }
    }
    assert!(seen > 0);
}

#[test]
fn queries_and_paths_of_two_mistakes() {
    let asks = |path: &'static str| Client::new("GET", path, "", "2026-11-28T09:15:00+07:00", "s3cret");
    for (path, signed, codes) in [
        ("/v1.0/q?b=1&a=2", "/v1.0/q?a=2&b=1", &["path-query-sorted"][..]),
        ("/v1.0/q?a=1&a.b=2&A=3", "/v1.0/q?A=3&a=1&a.b=2", &["path-query-sorted"]),
        ("/v1.0/q?b=1&a=2", "/v1.0/q", &["path-without-query"]),
        ("/v1.0/q/?b=1", "/v1.0/q?b=1", &["path-slash-dropped"]),
        ("/v1.0/q?b=1", "/v1.0/q?b=1/", &["path-slash-added"]),
        ("/snap/v1.0/q?b=1", "/v1.0/q", &["path-prefix-missing", "path-without-query"]),
        ("/v1.0/q?b=1", "/snap/v1.0/q", &["path-prefix-added", "path-without-query"]),
        ("/snap/v1.0/q", "v1.0/q", &["path-prefix-missing", "path-without-slash"]),
        ("/api/v1.0/q", "/snap/v1.0/q", &["path-prefix-missing", "path-prefix-added"]),
        ("/v1.0/q?b=1", "https://api.partner.example/v1.0/q", &["path-with-host", "path-without-query"]),
        ("/v1.0/qr/qr-mpm-query", "/v1.0/qr/qr-mpm-generate", &["path-other"]),
        ("/x/v1.0/access-token/b2b", "/x/v1.0/qr/qr-mpm-generate", &["path-other"]),
    ] {
        assert_eq!(asks(path).signs(1, signed).named(), codes, "{path} as {signed}");
    }
}

/// One mistake in each of two places.
#[test]
fn two_at_once() {
    let client = Client::new(
        "POST",
        "/api/v1.0/qr/qr-mpm-query?b=1&a=2",
        "{\n  \"u\": \"a/é\",\n  \"n\": 1.10\n}",
        "2026-11-28T09:15:00+07:00",
        "myclientsecret",
    );
    let minified = r#"{"u":"a/é","n":1.10}"#;
    let php = r#"{"u":"a\/\u00e9","n":1.10}"#;
    let places: [(usize, Vec<(String, &str)>); 5] = [
        (0, vec![("post".into(), "method-lower-case")]),
        (
            1,
            vec![
                ("/v1.0/qr/qr-mpm-query?b=1&a=2".into(), "path-prefix-missing"),
                ("/api/v1.0/qr/qr-mpm-query".into(), "path-without-query"),
                ("/api/v1.0/qr/qr-mpm-query?a=2&b=1".into(), "path-query-sorted"),
                (format!("https://{HOST}/api/v1.0/qr/qr-mpm-query?b=1&a=2"), "path-with-host"),
            ],
        ),
        (2, vec![(format!("Bearer {TOKEN}"), "token-with-bearer"), (OTHER.into(), "token-other")]),
        (
            3,
            vec![
                (sha256(client.body), "body-not-minified"),
                (sha256(php), "body-slashes-escaped"),
                (sha256(r#"{"n":1.10,"u":"a/é"}"#), "body-keys-sorted"),
                (sha256(r#"{"u":"a/é","n":1.1}"#), "body-numbers"),
                (sha256(minified).to_uppercase(), "hash-upper-case"),
            ],
        ),
        (
            4,
            vec![
                ("2026-11-28T02:15:00Z".into(), "timestamp-converted"),
                ("2026-11-28T02:15:00+07:00".into(), "timestamp-hours-off"),
                ("2026-11-28T09:15:00.000+07:00".into(), "timestamp-with-milliseconds"),
                ("2026-11-28T09:15:01+07:00".into(), "timestamp-seconds-off"),
            ],
        ),
    ];
    for (index, (first, ways)) in places.iter().enumerate() {
        for (second, others) in places.iter().skip(index + 1) {
            for (text, code) in ways {
                for (other, more) in others {
                    let both = client.signs(*first, text).signs(*second, other);
                    let named = both.named();
                    assert!(named.contains(code) && named.contains(more), "{code} and {more}: {named:?}");
                }
            }
        }
        for (text, code) in ways {
            let wrong = client.signs(*first, text);
            for (both, more) in [
                (Client { end: "\n", ..wrong.clone() }, "string-with-newline"),
                (Client { hmac: hmac::HMAC_SHA256, ..wrong.clone() }, "hmac-hash"),
                (Client { key: b"myclientsecret\n".to_vec(), ..wrong.clone() }, "secret-with-newline"),
                (
                    Client { write: |bytes| base64(hex(bytes).as_bytes()), ..wrong.clone() },
                    "signature-base64-of-hex",
                ),
            ] {
                let named = both.named();
                assert!(named.contains(code) && named.contains(&more), "{code} and {more}: {named:?}");
            }
        }
    }
}
