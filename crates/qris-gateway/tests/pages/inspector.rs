//! The inspector.

use super::*;

/// A form with a text and a file.
async fn inspect(router: &Router, payload: &str, picture: &[u8]) -> Page {
    inspect_in(router, "en", payload, ("picture", picture)).await
}

/// The same in a language, with the file in a field of this name.
async fn inspect_in(router: &Router, lang: &str, payload: &str, (field, picture): (&str, &[u8])) -> Page {
    let mut body = Vec::new();
    let part = |name: &str| {
        format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"x\"\r\n\r\n")
    };
    for (name, content) in [("payload", payload.as_bytes()), ("profile", b"qris"), (field, picture)] {
        body.extend_from_slice(part(name).as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--XX--\r\n");
    let request = Request::post("/inspect")
        .header("accept-language", lang)
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
    for size in [(8 << 20) + 1, 9 << 20] {
        let page = inspect(&gateway.router, "", &vec![7; size]).await;
        assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE, "{size}");
        assert!(page.text.contains("at most 8 MiB"));
    }
    assert_eq!(
        inspect(&gateway.router, "", &vec![7; 8 << 20]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let page = inspect(&gateway.router, &"0".repeat(40_001), b"").await;
    assert!(page.text.contains("text-too-long"));
    // A payload is looked for in as much as a page it was copied from.
    let around = format!("{}{}", "see below\n".repeat(6_000), seed::payload("WARUNG", None, "1"));
    let page = inspect(&gateway.router, &around, b"").await;
    assert!(page.status == StatusCode::OK && page.text.contains("The text is whole when"), "{}", page.status);
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
        let (made, _) = dynamic(&gateway, &[("payload", ""), ("amount", "1")]).await;
        assert_eq!(made.status == StatusCode::NOT_FOUND, status == 404);
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
        ("blanks-stripped--all", "The text is whole when the blanks that its lengths count are put back"),
        (
            "crc-without-6304--whole",
            "The text is whole when its CRC, computed over the text without 6304, is computed anew",
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
    assert!(page.text.contains("This is access to a Wi-Fi network."), "{}", page.text);
}

/// Where a part of the page stands.
#[track_caller]
fn at(page: &Page, part: &str) -> usize {
    page.text.find(part).unwrap_or_else(|| panic!("{part}: {}", page.text))
}

#[tokio::test]
async fn the_verdict_comes_first_then_the_findings_then_the_tree() {
    let gateway = gateway(|config| config.inspector = Some(true)).await;
    let payload = seed::payload("Warung Melati", Some(1_500_000), "L1").replace("15000.00", "95000.00");
    let page = inspect(&gateway.router, &payload, b"").await;
    let order = [
        "Wrong CRC: do not pay",
        "class=\"facts two\"",
        ">Findings<",
        "class=\"tree\"",
        "<form class=\"card inspect\"",
    ];
    let places = order.map(|part| at(&page, part));
    assert!(places.is_sorted(), "{places:?}");
    // The profile of the form is that of the command.
    let form = get(&gateway.router, "/inspect", "").await;
    assert!(form.text.contains("<option value=\"auto\" selected>"));
    assert!(form.text.contains("name=\"photo\" type=\"file\" accept=\"image/*\" capture=\"environment\""));
}

#[tokio::test]
async fn the_whole_wrong_crc_is_marked() {
    let gateway = gateway(|config| config.inspector = Some(true)).await;
    let good = seed::payload("Warung Melati", Some(1_500_000), "L1");
    let changed = good.replace("15000.00", "95000.00");
    let page = inspect(&gateway.router, &changed, b"").await;
    let stated = &changed[changed.len() - 4..];
    assert!(page.text.contains(&format!("6304<mark>{stated}</mark></code>")), "{}", page.text);
    let page = inspect(&gateway.router, "0002015999WARUNG", b"").await;
    assert!(page.text.contains("000201<mark>5999</mark>WARUNG"), "{}", page.text);
}

#[tokio::test]
async fn an_indonesian_page_is_indonesian() {
    let gateway = gateway(|config| config.inspector = Some(true)).await;
    let good = seed::payload("Warung Melati", Some(1_500_000), "L1");
    let ask = async |text: &str| inspect_in(&gateway.router, "id", text, ("picture", b"")).await;
    let page = ask(&good).await;
    for part in
        ["Sesuai aturan", "Kode kategori merchant (MCC)", "usaha mikro", "pembayaran, dinamis", "Rp 15.000<"]
    {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let page = ask(&good.replace("15000.00", "95000.00")).await;
    for part in ["CRC salah: jangan dibayar", "sedangkan teksnya menghasilkan", "crc-mismatch"] {
        assert!(page.text.contains(part), "{part}");
    }
    let page = ask(&good.replace(' ', "")).await;
    for part in
        ["Teks ini utuh bila spasi yang ikut dihitung", "Sebelumnya, 59 menyatakan 13 karakter", &good]
    {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let page = ask("WIFI:S:warung;T:WPA;P:rahasia;;").await;
    assert!(page.text.contains("Ini akses ke jaringan Wi-Fi."));
    let page = inspect_in(&gateway.router, "id", "", ("picture", b"no picture")).await;
    assert!(page.text.contains("bukan format gambar yang dikenal"));
    for page in [ask(&good).await, ask("0002").await, ask("hello").await] {
        let main = page.text.split("<main").nth(1).unwrap();
        assert!(!main.contains("lang=\"en\"") && !main.contains(" the "), "{main}");
    }
}

/// A static code with what it becomes in one form.
async fn dynamic(gateway: &Gateway, form: &[(&str, &str)]) -> (Page, Vec<u8>) {
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let pairs: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    let request = Request::post("/inspect/dynamic")
        .header("accept-language", "en")
        .header("content-type", "application/x-www-form-urlencoded");
    let response =
        gateway.router.clone().oneshot(request.body(Body::from(pairs.join("&"))).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 8 << 20).await.unwrap().to_vec();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    (Page { status: parts.status, headers: parts.headers, text }, bytes)
}

fn static_code() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/mpm/valid/qris-plain-static.qr");
    std::fs::read_to_string(path).unwrap().trim().to_owned()
}

#[tokio::test]
async fn a_static_code_becomes_a_dynamic_one_with_a_picture() {
    let gateway = gateway(|config| config.inspector = Some(true)).await;
    let code = static_code();
    let page = inspect(&gateway.router, &code, b"").await;
    assert!(page.text.contains("action=\"/inspect/dynamic\"") && page.text.contains("Make it dynamic"));
    // A code with an amount is one for one payment already.
    let page = inspect(&gateway.router, &seed::payload("A", Some(100), "1"), b"").await;
    assert!(!page.text.contains("/inspect/dynamic"));

    let form = [("payload", code.as_str()), ("amount", "15000"), ("reference", "INV-7")];
    let (page, _) = dynamic(&gateway, &form).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let payload = page.text.split("<pre class=\"payload\"").nth(1).unwrap();
    let payload = payload.split('>').nth(1).unwrap().split('<').next().unwrap();
    let made = qris_core::Qris::decode_with(payload, &qris_core::Profile::QRIS).unwrap();
    assert_eq!(made.initiation(), Some(qris_core::Initiation::Dynamic));
    assert_eq!((made.amount().unwrap().minor(), made.reference_label()), (1_500_000, Some("INV-7")));
    assert!(page.text.contains("Rp 15.000</p>") && page.text.contains("<svg font-size="));

    for (kind, content_type) in [("png", "image/png"), ("svg", "image/svg+xml")] {
        let with: Vec<_> = form.iter().copied().chain([("as", kind)]).collect();
        let (file, bytes) = dynamic(&gateway, &with).await;
        assert_eq!(file.header("content-type"), content_type);
        assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"qris.{kind}\""));
        if kind == "png" {
            let found = qris_render::scan(&bytes, qris_render::ScanLimits::default()).unwrap();
            assert_eq!(found[0].bytes(), payload.as_bytes());
        }
    }
}

/// What is put in is judged by QRIS; what was there stays as it is printed.
#[tokio::test]
async fn what_cannot_be_made_dynamic_is_said() {
    let gateway = gateway(|config| config.inspector = Some(true)).await;
    let code = static_code();
    let dynamic_code = seed::payload("A", Some(100), "1");
    let long = "R".repeat(26);
    let cases = [
        (code.as_str(), "15.000", "", "fifteen thousand is 15000"),
        (&code, "Rp15000", "", "fifteen thousand is 15000"),
        (&code, "", "", "fifteen thousand is 15000"),
        (&code, "0", "", "fifteen thousand is 15000"),
        (&code, "10000001", "", "above Rp 10 million"),
        (&code, "15000", &long, "Reference Label has 26 characters"),
        (&code, "15000", "caf\u{e9}", "Reference Label must be printable ASCII"),
        (&dynamic_code, "15000", "", "no static QRIS code"),
        ("<script>", "15000", "<b>", "no static QRIS code"),
        ("", "", "", "no static QRIS code"),
    ];
    for (payload, amount, reference, part) in cases {
        let form = [("payload", payload), ("amount", amount), ("reference", reference)];
        let (page, _) = dynamic(&gateway, &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{amount} {reference}");
        assert!(page.text.contains(part), "{amount} {reference}: {}", page.text);
        assert!(!page.text.contains("<script>") && !page.text.contains("<b>"));
        assert!(!page.text.contains("class=\"qr\""), "no code that breaks a rule");
    }
}

#[tokio::test]
async fn a_photo_of_the_camera_is_read_too() {
    let gateway = gateway(|config| config.inspector = Some(true)).await;
    let good = seed::payload("Warung Melati", None, "L1");
    let sealed = qris_core::Sealed::parse(&good).unwrap();
    let symbol = qris_render::Symbol::new(&sealed, qris_render::Options::default()).unwrap();
    let photo = symbol.png(&qris_render::Png::default()).unwrap();
    let page = inspect_in(&gateway.router, "en", "", ("photo", &photo)).await;
    assert!(page.text.contains(&good), "{}", page.text);
}
