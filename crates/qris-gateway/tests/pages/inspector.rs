//! The inspector.

use super::*;

/// A form with a text and a file.
async fn inspect(router: &Router, payload: &str, picture: &[u8]) -> Page {
    let mut body = Vec::new();
    let part = |name: &str| {
        format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"x\"\r\n\r\n")
    };
    for (name, content) in [("payload", payload.as_bytes()), ("profile", b"qris"), ("picture", picture)] {
        body.extend_from_slice(part(name).as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--XX--\r\n");
    let request = Request::post("/inspect")
        .header("accept-language", "en")
        .header("content-type", "multipart/form-data; boundary=XX");
    send(router, request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn the_inspector_takes_a_text_or_a_picture() {
    let gateway = gateway(|config| config.inspector = Some(true)).await;
    let good = seed::payload("Warung Melati", Some(1_500_000), "L1");
    let page = inspect(&gateway.router, &format!("  {good}\r\n"), b"").await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [
        "Conforms to the rules",
        "Merchant Category Code",
        "Rp 15.000<",
        "ID.CO.EXAMPLE.WWW",
        "<span class=\"away\">26/01</span>",
    ] {
        assert!(page.text.contains(part), "{part}");
    }
    let symbol =
        qris_render::Symbol::new(&qris_core::Sealed::parse(&good).unwrap(), qris_render::Options::default())
            .unwrap();
    let page = inspect(&gateway.router, "", &symbol.png(&qris_render::Png::default()).unwrap()).await;
    assert!(page.text.contains("Conforms to the rules") && page.text.contains(&good));
}

#[tokio::test]
async fn the_inspector_says_what_is_wrong() {
    let gateway = gateway(|config| config.inspector = Some(true)).await;
    let good = seed::payload("Warung Melati", Some(1_500_000), "L1");
    let changed = good.replace("15000.00", "95000.00");
    let hostile = seed::payload(HOSTILE, None, "\u{202e}<b>");
    let cases = [
        (changed.as_str(), "Wrong CRC: do not pay"),
        ("hello", "This is no QRIS payload"),
        ("000201", "EMVCo 4.6.1.2"),
        (hostile.as_str(), "bidi-control"),
        ("<script>", "invalid-id"),
    ];
    for (payload, part) in cases {
        let page = inspect(&gateway.router, payload, b"").await;
        assert_eq!(page.status, StatusCode::OK, "{payload}");
        assert!(page.text.contains(part), "{payload}: {part}");
        assert!(
            !page.text.contains("<script>") && !page.text.contains("<b>") && !page.text.contains('\u{202e}')
        );
    }
    for (payload, picture) in [("", &b""[..]), ("", b"no picture"), ("", b"\x89PNG\r\n\x1a\n")] {
        assert_eq!(inspect(&gateway.router, payload, picture).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn the_inspector_has_limits() {
    let gateway = gateway(|config| config.inspector = Some(true)).await;
    for size in [(2 << 20) + 1, 3 << 20] {
        let page = inspect(&gateway.router, "", &vec![7; size]).await;
        assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE, "{size}");
        assert!(page.text.contains("at most 2 MiB"));
    }
    assert_eq!(
        inspect(&gateway.router, "", &vec![7; 2 << 20]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let page = inspect(&gateway.router, &"0".repeat(40_001), b"").await;
    assert!(page.text.contains("text-too-long"));
    let many = "0".repeat(1 << 20);
    assert_eq!(inspect(&gateway.router, &many, b"").await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let request = Request::post("/inspect").body(Body::from("payload=1")).unwrap();
    assert_eq!(send(&gateway.router, request).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn outside_the_sandbox_the_inspector_is_off() {
    for (sandbox, inspector, status) in
        [(false, None, 404), (true, None, 200), (true, Some(false), 404), (false, Some(true), 200)]
    {
        let gateway = gateway(|config| (config.sandbox, config.inspector) = (sandbox, inspector)).await;
        assert_eq!(get(&gateway.router, "/inspect", "").await.status, status);
        let sent = inspect(&gateway.router, &seed::payload("A", None, "1"), b"").await;
        assert_eq!(sent.status, status);
        let linked = get(&gateway.router, "/", "").await.text.contains("/inspect");
        assert_eq!(linked, status == 200, "{sandbox} {inspector:?}");
    }
}

#[tokio::test]
async fn the_inspector_says_what_happened_to_a_text() {
    let gateway = gateway(|config| config.inspector = Some(true)).await;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/mpm/damaged");
    let text = |name: &str| std::fs::read_to_string(format!("{folder}/{name}.qr")).unwrap();
    let list = std::fs::read_to_string(format!("{folder}.jsonl")).unwrap();
    let cases: Vec<serde_json::Value> =
        list.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (name, says) in [
        ("blanks-stripped--all", "the text is whole when the blanks that its lengths count are put back"),
        (
            "crc-without-6304--whole",
            "the text is whole when its CRC, computed over the text without 6304, is computed anew",
        ),
    ] {
        let page = inspect(&gateway.router, &text(name), b"").await;
        let case = cases.iter().find(|case| case["file"] == format!("{name}.qr")).unwrap();
        let whole = case["whole"].as_str().unwrap();
        assert!(page.text.contains(says) && page.text.contains(whole), "{}", page.text);
    }
    let page = inspect(&gateway.router, &text("blanks-stripped--all"), b"").await;
    assert!(page.text.contains("Before it, 59 declares 13 characters and holds"), "{}", page.text);
    let page = inspect(&gateway.router, &text("wifi--wpa"), b"").await;
    assert!(page.text.contains("this is access to a Wi-Fi network"), "{}", page.text);
}
