//! The contract of `qris encode`, `edit` and `anonymize`.

use crate::support::{FINPAY, MADE, Ran, STATIC, qris, qris_with, sealed};
use qris_core::edit::Review;
use qris_core::{Payload, Profile, Sealed, rules};
use qris_testkit::vectors;
use serde_json::{Value, json};

fn encode(record: &Value) -> Ran {
    qris_with(&["encode", "--json", "-"], record.to_string().as_bytes())
}

fn decode(payload: &str) -> Value {
    qris(&["decode", "--format", "json", payload]).json()
}

#[test]
fn what_decode_printed_gives_the_same_payload_back() {
    for vector in vectors::vectors().unwrap().into_iter().filter(|v| v.error.is_none()) {
        let record = decode(&vector.payload);
        let back = encode(&record);
        assert_eq!((back.code, back.line()), (0, vector.payload.clone()), "{}: {}", vector.name, back.stderr);
        // A template's objects win over its value, so the value may go.
        let mut objects = record["objects"].clone();
        for object in objects.as_array_mut().unwrap() {
            if object.get("objects").is_some() {
                object.as_object_mut().unwrap().remove("value");
            }
        }
        let record = json!({ "objects": objects, "payload": vector.payload });
        assert_eq!(encode(&record).line(), vector.payload, "{}", vector.name);
    }
}

#[test]
fn a_summary_alone_gives_a_payload_that_says_the_same() {
    let mut tried = 0;
    for vector in vectors::vectors().unwrap().into_iter().filter(|v| v.error.is_none()) {
        let record = decode(&vector.payload);
        let summary = json!({ "summary": record["summary"] });
        let made = encode(&summary);
        if record["conformant"] == json!(false) && vector.profile == "qris" {
            assert_eq!((made.code, made.stdout.len()), (1, 0), "{}", vector.name);
            continue;
        }
        // What is made is judged by the letter, and many of these codes are as printed in practice.
        let payload = Payload::parse(&vector.payload).unwrap();
        let is_bad = Review::of_new(&payload, &Profile::QRIS).faults().next().is_some();
        assert!(made.code == 0 || is_bad || vector.profile != "qris", "{}: {}", vector.name, made.stderr);
        let allow = rules::RULES.iter().flat_map(|rule| ["--allow", rule.name]);
        let allow: Vec<&str> = ["encode", "--json", "-"].into_iter().chain(allow).collect();
        let made = qris_with(&allow, summary.to_string().as_bytes());
        if made.code != 0 {
            // A summary holds QRIS; objects of other schemes are in `objects` only.
            assert_ne!(vector.profile, "qris", "{}: {}", vector.name, made.stderr);
            continue;
        }
        let again = decode(&made.line());
        for member in
            ["merchant_name", "amount", "tip", "nmid", "national", "transfer", "additional", "initiation"]
        {
            assert_eq!(
                again["summary"].get(member),
                record["summary"].get(member),
                "{}: {member}",
                vector.name
            );
        }
        tried += 1;
    }
    assert!(tried >= 20, "{tried}");
}

#[test]
fn defaults_of_a_summary() {
    let summary = json!({
        "merchant_name": "WARUNG CONTOH", "merchant_city": "JAKARTA PUSAT", "postal_code": "10110", "mcc": "5812",
        "initiation": "11", "nmid": "ID1026000000012", "national": {"criteria": "UMI"},
        "accounts": [{"id": "26", "guid": "ID.CO.EXAMPLE.WWW", "mpan": "936009140000000001",
                      "merchant_id": "TESTMID00000001", "criteria": "UMI"}],
        "additional": {"terminal_label": "A01"},
    });
    // 00 = 01, 53 = 360, 58 = ID and 51-00 = ID.CO.QRIS.WWW come by themselves.
    assert!(summary.get("currency").is_none() && summary.get("country").is_none());
    let record = json!({ "summary": summary });
    assert_eq!(encode(&record).line(), STATIC);
}

#[test]
fn disagreement_is_refused_by_name() {
    let mut record = decode(FINPAY);
    record["summary"]["amount"]["minor"] = json!(1);
    let ran = encode(&record);
    assert_eq!((ran.code, ran.stdout.len()), (1, 0));
    assert!(ran.stderr.contains("summary.amount.minor disagrees"), "{}", ran.stderr);

    let mut record = decode(FINPAY);
    record["summary"]["accounts"][0]["mpan"] = json!("936007773200716002");
    assert!(encode(&record).stderr.contains("summary.accounts[0].mpan disagrees"));

    let mut record = decode(FINPAY);
    record["summary"]["merchant_nam"] = json!("X");
    let ran = encode(&record);
    assert!(ran.code == 1 && ran.stderr.contains("merchant_nam"), "{}", ran.stderr);
    assert_eq!(encode(&json!({})).code, 1);
    assert_eq!(qris_with(&["encode", "--json", "-"], b"{\"objects\":").code, 1);
    assert_eq!(qris_with(&["encode", "--json", "-"], b"\xff").code, 1);
    assert_eq!(qris_with(&["encode", "--json", "-"], "[".repeat(100_000).as_bytes()).code, 1);
}

#[test]
fn the_crc_is_always_computed() {
    let altered = FINPAY.replace("90FF", "ABCD");
    let record = decode(&altered);
    assert_eq!(record["error"]["code"], json!("crc-mismatch"));
    let ran = encode(&record);
    assert_eq!((ran.code, ran.line()), (0, FINPAY.to_owned()));
    assert!(ran.stderr.contains("the CRC is computed anew: 90FF in place of ABCD"), "{}", ran.stderr);
}

#[test]
fn objects_only_have_to_frame_and_their_order_is_kept() {
    let objects = json!([
        {"id": "00", "value": "01"}, {"id": "60", "value": "B"}, {"id": "99", "value": "not a template"},
        {"id": "26", "value": "ignored", "objects": [{"id": "05", "value": "x"}, {"id": "05", "value": "y"}]},
    ]);
    let allow = ["missing", "repeated", "not-a-template"].map(|code| ["--allow", code]).concat();
    let record = json!({ "objects": objects }).to_string();
    let ran = qris_with(&[&["encode", "--json", "-"], &allow[..]].concat(), record.as_bytes());
    assert_eq!((ran.code, ran.line()), (0, sealed("0002016001B9914not a template26100501x0501y")));
    assert!(
        ran.stderr.contains("error[repeated] 26/05 Payment network specific:"),
        "findings are told: {}",
        ran.stderr
    );
    assert_eq!(encode(&json!({ "objects": objects })).code, 1, "whoever makes it answers for it");
    for bad in [
        json!([{"id": "01", "value": "11"}]),
        json!([{"id": "00", "value": "01"}, {"id": "00", "value": "01"}]),
        json!([{"id": "00"}]),
        json!([{"id": "5A", "value": "x"}]),
        json!([{"id": "00", "value": "01"}, {"id": "59", "value": "x".repeat(100)}]),
        json!([{"id": "00", "value": "01"}, {"id": "26", "objects": [{"id": "01", "objects": [{"id": "01", "objects": [
            {"id": "01", "value": "deep"}]}]}]}]),
    ] {
        let ran = encode(&json!({ "objects": bad }));
        assert_eq!((ran.code, ran.stdout.len()), (1, 0), "{bad}");
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    }
}

#[test]
fn a_payload_from_flags() {
    let ran = qris(&[&MADE[..], &["--profile", "qris"]].concat());
    assert_eq!((ran.code, ran.line()), (0, STATIC.to_owned()), "{}", ran.stderr);
    let incomplete = qris(&["encode", "--merchant-name", "X"]);
    assert_eq!((incomplete.code, incomplete.stdout.len()), (1, 0));
    assert!(
        incomplete.stderr.contains("error[missing] 52 Merchant Category Code is missing"),
        "{}",
        incomplete.stderr
    );
    assert_eq!(qris(&["encode"]).code, 2);
    assert_eq!(qris(&["encode", "--json", "-", "--mcc", "5812"]).code, 2);
}

#[test]
fn static_to_dynamic_and_back() {
    let dynamic = qris(&[
        "edit",
        STATIC,
        "--amount",
        "15000",
        "--reference",
        "INV-1",
        "--tip-percent",
        "0.7",
        "--diff",
    ]);
    assert_eq!(dynamic.code, 0, "{}", dynamic.stderr);
    let text = dynamic.line();
    let expected = STATIC
        .replacen("010211", "010212", 1)
        .replacen("5303360", "53033605405150005502035703\u{30}.7", 1)
        .replacen("62070703A01", "62160505INV-10703A01", 1);
    let body = &expected[..expected.len() - 8];
    assert_eq!(text, sealed(body));
    assert!(dynamic.stderr.contains("changed: 01: 11 -> 12"), "{}", dynamic.stderr);
    assert!(dynamic.stderr.contains("changed: 54: (absent) -> 15000"), "{}", dynamic.stderr);

    let again = qris(&["edit", &text, "--amount", "15000", "--reference", "INV-1", "--tip-percent", "0.7"]);
    assert_eq!(again.line(), text, "idempotent");
    let back = qris(&["edit", &text, "--static", "--remove", "62/05"]);
    assert_eq!(back.line(), STATIC);
    let kept = qris(&["edit", STATIC, "--amount", "15000", "--keep-initiation"]).line();
    assert!(kept.contains("010211") && kept.contains("540515000"));
}

#[test]
fn edits_by_path() {
    // The name contains what careless converters look for.
    let trap = sealed(&STATIC[..STATIC.len() - 8].replace("WARUNG CONTOH", "A 5802ID 0102"));
    let ran = qris(&["edit", &trap, "--amount", "1"]).line();
    assert!(Payload::parse(&ran).unwrap().value_of(qris_core::Id::MERCHANT_NAME) == Some("A 5802ID 0102"));

    let removed = qris(&["edit", STATIC, "--remove", "62/07"]).line();
    assert!(!removed.contains("6207"), "a template left empty goes: {removed}");
    let made = qris(&["edit", &removed, "--set", "62/07=A01"]).line();
    assert_eq!(made, STATIC);
    let nested = qris(&["edit", STATIC, "--set", "62/50/00=ID.A", "--set", "62/50/01=x"]).line();
    assert!(nested.contains("62240703A0150130004ID.A0101x6304"), "{nested}");
    let late = qris(&["edit", STATIC, "--set", "65=SG", "--set", "02=4111111111111111"]).line();
    assert!(late.starts_with("000201010211021641111111111111112669"), "{late}");
    assert!(late.contains("0703A016502SG6304"), "never after 63: {late}");

    for (args, why) in [
        (vec!["--amount", "0"], "never zero"),
        (vec!["--amount", "1,000"], "comma"),
        (vec!["--amount", "1000.005"], "decimals"),
        (vec!["--amount", "-5"], ""),
        (vec!["--amount", "99999999999999"], "13 characters"),
        (vec!["--set", "63=ABCD"], "always computed"),
        (vec!["--set", "26=text"], "template"),
        (vec!["--set", "54/01=x"], "not a template"),
        (vec!["--remove", "00"], "00 cannot be removed: every payload has it"),
        (vec!["--remove", "63"], "63 cannot be removed: every payload has it"),
        (vec!["--set", "62/08=x", "--remove", "62"], "replaces or removes"),
        (vec!["--tip-percent", "100"], "between"),
        (vec!["--static", "--amount", "5"], "cannot be used with"),
        (vec!["--set", "6=x"], "one to three"),
    ] {
        let mut all = vec!["edit", STATIC];
        all.extend(&args);
        let ran = qris(&all);
        assert!(ran.code != 0 && ran.stdout.is_empty(), "{args:?}");
        assert!(ran.stderr.contains(why), "{args:?}: {}", ran.stderr);
    }
    let long = format!("62/05={}", "x".repeat(99));
    let ran = qris(&["edit", STATIC, "--set", &long]);
    assert!(ran.code == 1 && ran.stderr.contains("62 would have"), "{}", ran.stderr);
    let unframed = sealed(&STATIC[..STATIC.len() - 8].replace("62070703A01", "6207abcdefg"));
    let ran = qris(&["edit", &unframed, "--reference", "X"]);
    assert!(ran.code == 1 && ran.stderr.contains("does not frame"), "{}", ran.stderr);
}

#[test]
fn a_wrong_crc_is_sealed_anew_only_by_name() {
    let altered = STATIC.replace("CONTOH", "CONTON");
    let refused = qris(&["edit", &altered, "--amount", "1"]);
    assert_eq!((refused.code, refused.stdout.len()), (1, 0));
    assert!(refused.stderr.contains("crc-mismatch"), "{}", refused.stderr);
    let resealed = qris(&["edit", &altered, "--reseal"]);
    assert!(resealed.stderr.contains("--reseal"), "{}", resealed.stderr);
    let line = resealed.line();
    assert_eq!(line[..line.len() - 4], altered[..altered.len() - 4]);
    assert!(Sealed::parse(&line).is_ok());
}

#[test]
fn anonymized_vectors_keep_their_shape() {
    for vector in vectors::vectors().unwrap().into_iter().filter(|v| v.error.is_none()) {
        let ran = qris(&["anonymize", &vector.payload, "--seed", "3"]);
        assert_eq!(ran.code, 0, "{}", vector.name);
        let line = ran.line();
        let shape = |text: &str| {
            let payload = Sealed::parse(text).unwrap();
            payload.walk().map(|o| (o.path(), o.length())).collect::<Vec<_>>()
        };
        assert_eq!(shape(&line), shape(&vector.payload), "{}", vector.name);
        assert_eq!(line, qris(&["anonymize", &vector.payload, "--seed", "3"]).line());
    }
}
