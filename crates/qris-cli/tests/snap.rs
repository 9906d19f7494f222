//! `qris snap`.

use std::fs;
use std::path::PathBuf;

use crate::support::{qris, qris_with};

fn testdata(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata/snap").join(file)
}

/// A folder with files, removed at the end.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &[u8])]) -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        for (name, bytes) in files {
            fs::write(folder.0.path().join(name), bytes).unwrap();
        }
        folder
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }
}

fn vectors() -> Vec<serde_json::Value> {
    let text = fs::read_to_string(testdata("vectors.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn verify_holds_every_vector_and_refuses_it_changed() {
    for vector in vectors() {
        let text = vector["string_to_sign"].as_str().unwrap();
        let (option, key) = match vector["secret"].as_str() {
            Some(secret) => ("--secret-file", format!("{secret}\n")),
            None => ("--public-key", vector["public_key_spki_base64"].as_str().unwrap().to_owned()),
        };
        let folder = Folder::new(&[("key", key.as_bytes()), ("text", text.as_bytes())]);
        let (key, file) = (folder.path("key"), folder.path("text"));
        let signature = vector["signature_base64"].as_str().unwrap();
        let verify = |source: &str, signature: &str, input: &str| {
            let args = ["snap", "verify", "--string-to-sign", source, option, &key, "--signature", signature];
            qris_with(&args, input.as_bytes()).code
        };
        assert_eq!(verify(&file, signature, ""), 0, "{vector}");
        assert_eq!(verify("-", signature, text), 0, "{vector}");
        assert_eq!(verify("-", signature, &text.replace("2", "3")), 1, "{vector}");
        assert_eq!(verify("-", &signature.replace('A', "B"), text), 1, "{vector}");
        assert_eq!(verify("-", "short", text), 1, "{vector}");
    }
}

const PARTS: [&str; 8] = [
    "--method",
    "POST",
    "--path",
    "/v1.0/qr/qr-mpm-refund",
    "--timestamp",
    "2026-11-21T10:00:00+07:00",
    "--body",
    "-",
];
const D1: &str = "XxW0iGkjSGVaP9zNOS9jsyXNlLVMMWxxGoeYmxh6NZ3WR4tVXXvT56kuG0rSblU5ETO44LQ/kHrD76tAjacIlA==";

#[test]
fn sign_prints_base64_and_a_newline() {
    let folder = Folder::new(&[("secret", b"myclientsecret\n"), ("token", b"myaccesstoken\n")]);
    let (secret, token) = (folder.path("secret"), folder.path("token"));
    let body = fs::read(testdata("d1-pretty.json")).unwrap();
    let args = [&["snap", "sign"], &PARTS[..], &["--token-file", &token, "--secret-file", &secret]].concat();
    let ran = qris_with(&args, &body);
    assert_eq!((ran.code, ran.text(), ran.stderr.as_str()), (0, format!("{D1}\n"), ""));

    let ran = qris_with(&[&args[..], &["--verbose"]].concat(), &body);
    assert_eq!(ran.text(), format!("{D1}\n"));
    let hash = "3ed752e4c4006e92680bcb7773999e3cb7eab59c10ec79eaa5b930745578c93c";
    let text = format!("POST:/v1.0/qr/qr-mpm-refund:myaccesstoken:{hash}:2026-11-21T10:00:00+07:00");
    assert!(ran.stderr.contains(&text) && ran.stderr.contains(hash), "{}", ran.stderr);
}

#[test]
fn verify_names_what_went_wrong() {
    let folder = Folder::new(&[("secret", b"myclientsecret"), ("token", b"myaccesstoken")]);
    let (secret, token) = (folder.path("secret"), folder.path("token"));
    let body = fs::read(testdata("d1-pretty.json")).unwrap();
    let key = ["--token-file", &token, "--secret-file", &secret, "--signature", D1];
    let ran = qris_with(&[&["snap", "verify"], &PARTS[..], &key].concat(), &body);
    assert_eq!(ran.code, 0);
    assert!(ran.text().starts_with("the signature holds (Base64)\n"), "{}", ran.text());
    let right = "string to sign: POST:/v1.0/qr/qr-mpm-refund:myaccesstoken:3ed752e4";
    assert!(ran.text().contains(right), "{}", ran.text());

    // Behind a prefix the client did not sign.
    let mut parts = PARTS;
    parts[3] = "/snap/v1.0/qr/qr-mpm-refund";
    let ran = qris_with(&[&["snap", "verify"], &parts[..], &key].concat(), &body);
    assert_eq!(ran.code, 1);
    let text = ran.text();
    assert!(
        text.starts_with("the signature does not hold\ncause: the path was signed without /snap"),
        "{text}"
    );
    assert!(text.contains("(path-prefix-missing)\n"), "{text}");
    assert!(text.contains("string that was signed: POST:/v1.0/qr/qr-mpm-refund:myaccesstoken:"), "{text}");
    assert!(text.contains("string to sign: POST:/snap/v1.0/qr/qr-mpm-refund:myaccesstoken:"), "{text}");

    let ran = qris_with(&[&["snap", "verify"], &parts[..], &key].concat(), b"{}");
    assert_eq!(ran.code, 1);
    assert!(ran.text().contains("cause: no slip that is known here"), "{}", ran.text());
}

const CAPTURED: &str = "POST /v1.0/qr/qr-mpm-refund HTTP/1.1\r\nHost: gw.example\r\nContent-Type: application/json\r\n\
    X-TIMESTAMP: 2026-11-21T10:00:00+07:00\r\nX-PARTNER-ID: C1\r\nAuthorization: Bearer myaccesstoken\r\n\
    X-SIGNATURE: @SIGNATURE@\r\n\r\n{\"reason\": \"it's \\u00e9 $5\"}";

/// The request above as a browser or a person would hand it over.
fn captured(signature: &str) -> Vec<(&'static str, String)> {
    let raw = CAPTURED.replace("@SIGNATURE@", signature);
    let (head, body) = raw.split_once("\r\n\r\n").unwrap();
    let headers: Vec<(&str, &str)> =
        head.lines().skip(1).map(|line| line.split_once(": ").unwrap()).collect();
    let options: String =
        headers.iter().map(|(name, value)| format!(" \\\n  -H '{name}: {value}'")).collect();
    let dollar = body.replace('\\', "\\\\").replace('\'', "\\'");
    let single = body.replace('\'', "'\\''");
    let url = "https://gw.example/v1.0/qr/qr-mpm-refund";
    let har = serde_json::json!({"log": {"entries": [
        {"request": {"method": "GET", "url": "https://gw.example/", "headers": []}},
        {"request": {
            "method": "POST", "url": url, "postData": {"mimeType": "application/json", "text": body},
            "headers": headers.iter().map(|(name, value)| serde_json::json!({"name": name, "value": value})).collect::<Vec<_>>(),
        }},
    ]}});
    vec![
        ("raw with LF", raw.replace("\r\n", "\n")),
        ("curl of a browser", format!("curl '{url}'{options} --compressed --data-raw $'{dollar}'\n")),
        ("curl of a person", format!("curl -sk -XPOST -m 5{options} -d '{single}' {url}#top")),
        ("HAR", har.to_string()),
        ("raw", raw),
    ]
}

#[test]
fn a_captured_request_is_verified() {
    use qris_snap::sign::{Secret, StringToSign, sign_hmac};
    let body = CAPTURED.split_once("\r\n\r\n").unwrap().1;
    let minified = body.replace("\": ", "\":");
    let hash = qris_snap::BodyHash::raw(minified.as_bytes());
    let text = format!("POST:/v1.0/qr/qr-mpm-refund:myaccesstoken:{hash}:2026-11-21T10:00:00+07:00");
    let signature = sign_hmac(&Secret::new("s3cret"), &StringToSign::from_bytes(text.as_bytes()));
    let folder = Folder::new(&[("secret", b"s3cret")]);
    let secret = folder.path("secret");
    for (form, request) in captured(&signature) {
        let ran =
            qris_with(&["snap", "verify", "--request", "-", "--secret-file", &secret], request.as_bytes());
        assert_eq!(
            (ran.code, ran.text().starts_with("the signature holds")),
            (0, true),
            "{form}: {}",
            ran.text()
        );
    }
    let with_host = text.replace("POST:/", "POST:https://gw.example/");
    let signature = sign_hmac(&Secret::new("s3cret"), &StringToSign::from_bytes(with_host.as_bytes()));
    for (form, request) in captured(&signature) {
        let ran =
            qris_with(&["snap", "verify", "--request", "-", "--secret-file", &secret], request.as_bytes());
        assert_eq!((ran.code, ran.text().contains("(path-with-host)")), (1, true), "{form}: {}", ran.text());
    }
}

#[test]
fn curl_without_a_scheme_is_read_as_curl_does() {
    use qris_snap::sign::{Secret, StringToSign, sign_hmac};
    let hash = qris_snap::BodyHash::raw(b"{}");
    let text = format!("POST:/v1.0/qr/qr-mpm-query:t:{hash}:2026-11-21T10:00:00+07:00");
    let signature = sign_hmac(&Secret::new("s3cret"), &StringToSign::from_bytes(text.as_bytes()));
    let folder = Folder::new(&[("secret", b"s3cret")]);
    let request = format!(
        "curl localhost:8080/v1.0/qr/qr-mpm-query -H 'X-TIMESTAMP: 2026-11-21T10:00:00+07:00' \
         -H 'Authorization: Bearer t' -H 'X-SIGNATURE: {signature}' -d '{{}}'"
    );
    let secret = folder.path("secret");
    let verify = ["snap", "verify", "--request", "-", "--secret-file", &secret];
    let ran = qris_with(&verify, request.as_bytes());
    assert!(ran.text().starts_with("the signature holds (Base64)\n"), "{}", ran.text());
    assert!(ran.text().contains("string to sign: POST:/v1.0/qr/"), "{}", ran.text());
    // A byte that is a part of a letter is not taken for another letter.
    let ran = qris_with(&verify, request.replace("'{}'", "$'{\\xc3\\xa9}'").as_bytes());
    assert_eq!((ran.code, ran.stderr.contains("is no character")), (2, true), "{}", ran.stderr);
}

#[test]
fn a_token_file_with_bearer_in_it_does_not_hide_that_it_was_signed() {
    use qris_snap::sign::{Secret, StringToSign, sign_hmac};
    let hash = qris_snap::BodyHash::raw(b"{}");
    let text = format!("POST:/v1.0/qr/qr-mpm-query:Bearer abc:{hash}:2026-11-21T10:00:00+07:00");
    let signature = sign_hmac(&Secret::new("s3cret"), &StringToSign::from_bytes(text.as_bytes()));
    let folder = Folder::new(&[("secret", b"s3cret"), ("token", b"Bearer abc\n")]);
    let (secret, token) = (folder.path("secret"), folder.path("token"));
    let words = ["snap", "verify", "--method", "POST", "--path", "/v1.0/qr/qr-mpm-query", "--body", "-"];
    let more = ["--token-file", &token, "--timestamp", "2026-11-21T10:00:00+07:00", "--secret-file", &secret];
    let ran = qris_with(&[&words[..], &more, &["--signature", &signature]].concat(), b"{}");
    assert_eq!((ran.code, ran.text().contains("(token-with-bearer)")), (1, true), "{}", ran.text());
}

#[test]
fn a_captured_request_that_is_none_is_usage() {
    let folder = Folder::new(&[("secret", b"s3cret")]);
    let secret = folder.path("secret");
    let raw = CAPTURED.replace("@SIGNATURE@", "x");
    let twice =
        serde_json::json!({"method": "POST", "url": "/", "headers": [{"name": "X-Signature", "value": "x"}]});
    let har = serde_json::json!({"log": {"entries": [{"request": twice}, {"request": twice}]}}).to_string();
    for (request, reason) in [
        ("", "empty line is missing"),
        ("hello\n", "no HTTP request"),
        (&raw[..60], "empty line is missing"),
        (&raw.replace("X-TIMESTAMP", "X-TIME"), "no X-TIMESTAMP"),
        (&raw.replace("X-SIGNATURE", "X-SIGN"), "no X-SIGNATURE"),
        (&raw.replace("Host: ", "Content-Length: 9000\r\nHost: "), "cut off"),
        (&raw.replace("Host: ", "Transfer-Encoding: chunked\r\nHost: "), "in chunks"),
        ("{\"log\": 1}", "no HAR file"),
        ("{\"log\": {\"entries\": []}}", "no request of the HAR file has X-SIGNATURE"),
        (&har, "choose one with --entry (1, 2)"),
        ("curl 'https://a.example/", "not closed"),
        ("curl https://a.example/ -H", "ends after -H"),
        ("curl -d @body.json https://a.example/", "--body"),
        ("curl -d x", "no URL"),
    ] {
        let ran =
            qris_with(&["snap", "verify", "--request", "-", "--secret-file", &secret], request.as_bytes());
        assert_eq!((ran.code, ran.stdout.is_empty()), (2, true), "{request}: {}", ran.text());
        assert!(ran.stderr.contains(reason), "{request}: {}", ran.stderr);
    }
}

#[test]
fn sign_refuses_what_others_would_refuse() {
    let folder = Folder::new(&[("secret", b"s3cret"), ("token", b"t"), ("bearer", b"Bearer t")]);
    let (secret, token, bearer) = (folder.path("secret"), folder.path("token"), folder.path("bearer"));
    let sign = |method: &str, path: &str, token: &str, time: &str| {
        let parts = ["--method", method, "--path", path, "--token-file", token, "--timestamp", time];
        qris_with(
            &[&["snap", "sign"], &parts[..], &["--body", "-", "--secret-file", &secret]].concat(),
            b"{}",
        )
    };
    let time = "2026-11-21T10:00:00+07:00";
    let right = sign("POST", "/a", &token, time);
    assert_eq!((right.code, right.stderr.as_str()), (0, ""));
    let lower = sign("post", "/a", &token, time);
    assert_eq!((lower.code, lower.line()), (0, right.line()));
    assert!(lower.stderr.contains("upper case: POST"), "{}", lower.stderr);
    for (path, token, time, reason) in [
        ("https://a.example/a", &token, time, "without scheme and host"),
        ("a", &token, time, "begins with /"),
        ("/a", &bearer, time, "the token alone"),
        ("/a", &token, "2026-11-21", "a date and a time"),
        ("/a", &token, "2026-11-21T10:00:00", "an offset"),
    ] {
        let ran = sign("POST", path, token, time);
        assert_eq!(ran.code, 2, "{path} {time}");
        assert!(ran.stderr.contains(reason), "{}", ran.stderr);
    }
}

#[test]
fn a_key_made_elsewhere_signs_and_verifies() {
    let key = qris_snap::sign::PrivateKey::generate(qris_snap::sign::KeySize::RSA_2048).unwrap();
    let folder = Folder::new(&[
        ("key.pem", key.to_pem().unwrap().as_bytes()),
        ("key.pub", key.public_key().unwrap().to_pem().unwrap().as_bytes()),
    ]);
    let (private, public) = (folder.path("key.pem"), folder.path("key.pub"));
    let token = ["--client-id", "C1", "--timestamp", "2026-11-21T10:00:00+07:00"];
    let signature = qris(&[&["snap", "sign"], &token[..], &["--private-key", &private]].concat()).line();
    let verify = |client: &str| {
        let mut parts = token;
        parts[1] = client;
        qris(
            &[&["snap", "verify"], &parts[..], &["--public-key", &public, "--signature", &signature]]
                .concat(),
        )
        .code
    };
    assert_eq!((verify("C1"), verify("C2")), (0, 1));

    let signature =
        qris_with(&[&["snap", "sign"], &PARTS[..], &["--private-key", &private]].concat(), b"{ }").line();
    let args =
        [&["snap", "verify"], &PARTS[..], &["--public-key", &public, "--signature", &signature]].concat();
    assert_eq!((qris_with(&args, b"{}").code, qris_with(&args, b"[]").code), (0, 1));
}

#[test]
fn usage_is_2() {
    let folder = Folder::new(&[("secret", b"s"), ("empty", b"\n"), ("text", b"t")]);
    let (secret, empty, text) = (folder.path("secret"), folder.path("empty"), folder.path("text"));
    let timed = ["--timestamp", "T"];
    let cases: Vec<Vec<&str>> = vec![
        vec!["snap"],
        vec!["snap", "sign", "--client-id", "C", "--timestamp", "T"],
        vec!["snap", "sign", "--client-id", "C", "--secret-file", &secret],
        vec!["snap", "sign", "--method", "POST", timed[0], timed[1], "--secret-file", &secret],
        vec![
            "snap",
            "sign",
            "--client-id",
            "C",
            "--method",
            "POST",
            timed[0],
            timed[1],
            "--secret-file",
            &secret,
        ],
        vec!["snap", "sign", "--client-id", "C", timed[0], timed[1], "--private-key", &secret],
        vec!["snap", "sign", "--client-id", "C", timed[0], timed[1], "--secret-file", &empty],
        vec!["snap", "sign", "--client-id", "C", timed[0], timed[1], "--secret-file", "no such file"],
        vec!["snap", "verify", "--string-to-sign", &text, "--secret-file", &secret],
        vec!["snap", "verify", "--signature", "x", "--secret-file", &secret],
        vec!["snap", "verify", "--string-to-sign", &text, "--public-key", &secret, "--signature", "x"],
        vec!["snap", "explain"],
    ];
    for args in cases {
        let ran = qris(&args);
        assert_eq!((ran.code, ran.stdout.is_empty()), (2, true), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn minify_adds_nothing() {
    let ran = qris_with(&["snap", "minify"], &fs::read(testdata("d1-pretty.json")).unwrap());
    assert_eq!(
        ran.text(),
        "{\"reason\":\"Customer complain: two  spaces\",\"note\":\"é \\\"q\\\" \\/\",\"n\":1.0}"
    );
    assert_eq!(qris_with(&["snap", "minify"], b"").stdout, b"");
    assert_eq!(qris_with(&["snap", "minify"], b"\xff \n\"\xfe \"").stdout, b"\xff\"\xfe \"");
}

#[test]
fn a_token_request_that_was_signed_as_a_service_is_named() {
    let key = qris_snap::sign::PrivateKey::generate(qris_snap::sign::KeySize::RSA_2048).unwrap();
    let public = key.public_key().unwrap().to_pem().unwrap();
    let body = br#"{"grantType":"client_credentials"}"#;
    let folder = Folder::new(&[("key.pub", public.as_bytes()), ("body", body)]);
    let (public, body_file) = (folder.path("key.pub"), folder.path("body"));
    let time = "2026-11-21T10:00:00+07:00";
    let request = ["snap", "verify", "--client-id", "C1", "--timestamp", time, "--public-key", &public];
    for (path, known) in [("/v1.0/access-token/b2b", false), ("/mine/access-token/b2b", true)] {
        let hash = qris_snap::BodyHash::raw(body);
        let text = qris_snap::sign::StringToSign::asymmetric("POST", path, &hash, time);
        let signature = qris_snap::sign::sign_rsa(&key, &text).unwrap();
        let parts = ["--method", "POST", "--path", path, "--body", &body_file];
        let parts = if known { &parts[..] } else { &[] };
        let ran = qris(&[&request[..], parts, &["--signature", &signature]].concat());
        assert_eq!((ran.code, ran.text().contains("(service-recipe)")), (1, true), "{path}: {}", ran.text());
        assert!(ran.text().contains(&format!("string to sign: C1|{time}\n")), "{}", ran.text());
    }
}

#[test]
fn prefixes_hosts_and_hours_are_taken_into_account() {
    let folder = Folder::new(&[("secret", b"s3cret"), ("token", b"t")]);
    let (secret, token) = (folder.path("secret"), folder.path("token"));
    let hash = qris_snap::BodyHash::raw(b"{}");
    let says = |sent: &str, time: &str, signed: &str, more: &[&str]| {
        let text = qris_snap::sign::StringToSign::symmetric("POST", signed, "t", &hash, time);
        let signature = qris_snap::sign::sign_hmac(&qris_snap::sign::Secret::new("s3cret"), &text);
        let parts =
            ["snap", "verify", "--method", "POST", "--path", sent, "--timestamp", time, "--body", "-"];
        let key = ["--token-file", &token, "--secret-file", &secret, "--signature", &signature];
        let ran = qris_with(&[&parts[..], &key, more].concat(), b"{}");
        (ran.code, ran.text())
    };
    let time = "2026-11-21T10:00:00+07:00";
    let (code, text) = says("/a/b", time, "/ours/a/b", &["--prefix", "/ours/"]);
    assert_eq!((code, text.contains("(path-prefix-added)")), (1, true), "{text}");
    let (_, text) = says("/a/b", time, "/ours/a/b", &[]);
    assert!(text.contains("another key") && text.contains("hint: with --host"), "{text}");
    // Of a URL the path is signed, and its host is known.
    assert_eq!(says("https://u:p@h.example:8/a?b=c", time, "/a?b=c", &[]).0, 0);
    let (code, text) = says("https://h.example/a?b=c", time, "https://h.example/a?b=c", &[]);
    assert_eq!((code, text.contains("(path-with-host)")), (1, true), "{text}");
    // It holds, and nobody takes it.
    let (code, text) = says("/a", "2026-11-20T25:00:00+07:00", "/a", &[]);
    assert_eq!(code, 0);
    assert!(text.contains("note: X-TIMESTAMP 2026-11-20T25:00:00+07:00 is refused"), "{text}");
    assert!(text.contains("hour of 24 or more"), "{text}");
}

#[test]
fn codes_are_explained() {
    let text = qris(&["snap", "explain", "4014700"]).text();
    for part in
        ["401", "47 qr/qr-mpm-generate", "Unauthorized. {reason}", "System", "the signature does not hold"]
    {
        assert!(text.contains(part), "{text}");
    }
    for (code, dialect, parts) in [
        (" 4014700\r\n", None, &["4014700\n", "qris snap verify"][..]),
        ("\"4035214\",", None, &["4035214\n", "Insufficient Funds", "Pay less"]),
        ("4040000", None, &["No such path", "no service at that path", "Check the path"]),
        ("4045100", None, &["Invalid Transaction Status", "refund of the unpaid", "Query the transaction"]),
        ("4095100", None, &["Conflict", "new X-EXTERNAL-ID"]),
        ("4014700", Some("Finpay"), &["/pg/payment/card/v1.0/qr/qr-mpm-generate"]),
    ] {
        let more: Vec<&str> = dialect.iter().flat_map(|name| ["--dialect", name]).collect();
        let ran = qris(&[&["snap", "explain", code], &more[..]].concat());
        assert_eq!(ran.code, 0, "{code:?}: {}", ran.stderr);
        assert!(parts.iter().all(|part| ran.text().contains(part)), "{code:?}: {}", ran.text());
    }
    for dialect in qris_snap::dialect::ALL {
        for (http, case, message) in dialect.messages {
            let code = format!("{http}52{case:02}");
            let text = qris(&["snap", "explain", &code, "--dialect", dialect.name]).text();
            assert!(text.contains(&format!("message     {message}\n")), "{}: {text}", dialect.name);
        }
    }
    let ran = qris(&["snap", "explain", "4014700", "--dialect", "nobody"]);
    assert_eq!(
        (ran.code, ran.stderr.contains("standard, finpay, brick, finnet")),
        (2, true),
        "{}",
        ran.stderr
    );
    for odd in ["200Q500", "20047", "", "\u{1b}[31m", "9999999"] {
        let ran = qris(&["snap", "explain", odd]);
        assert!(ran.code <= 1 && !ran.text().contains('\u{1b}'), "{odd:?}: {}", ran.text());
    }
}
