//! The contract of `qris decode`: every vector, every malformed file, every way in.

use crate::support::{FINPAY, STATIC, qris, qris_with, sealed};
use qris_testkit::{naive, vectors};
use serde_json::{Value, json};

#[test]
fn every_vector_decodes_into_the_promised_record() {
    for vector in vectors::vectors().unwrap() {
        let ran = qris(&["decode", "--format", "json", &vector.payload]);
        let record = ran.json();
        let name = &vector.name;
        if let Some(code) = &vector.error {
            assert_eq!((ran.code, &record["error"]["code"]), (1, &json!(code)), "{name}");
            continue;
        }
        assert_eq!((ran.code, &record["ok"]), (0, &json!(true)), "{name}");
        assert_eq!(record["payload"], json!(vector.payload), "{name}");
        assert_eq!(record["characters"], json!(vector.characters), "{name}");
        assert_eq!(record["bytes"], json!(vector.bytes), "{name}");
        assert_eq!(record["length_unit"], json!("characters"), "{name}");
        assert_eq!(record["crc"]["stated"], json!(vector.payload[vector.payload.len() - 4..]), "{name}");
        let model = naive::decode(vector.payload.as_bytes(), naive::LengthUnit::Characters).unwrap();
        assert_eq!(record["crc"]["computed"], json!(format!("{:04X}", model.crc_computed)), "{name}");
        same_objects(&record["objects"], &model.objects, name);
        let errors =
            record["findings"].as_array().unwrap().iter().filter(|f| f["severity"] == "error").count();
        assert_eq!(record["conformant"], json!(errors == 0), "{name}");
        let members: Vec<&String> = record.as_object().unwrap().keys().collect();
        let promised = [
            "ok",
            "payload",
            "characters",
            "bytes",
            "length_unit",
            "crc",
            "scheme",
            "kind",
            "conformant",
            "objects",
            "summary",
            "findings",
        ];
        assert_eq!(members, promised, "{name}");
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// The record's objects against those of the naive decoder, which shares no code with the core.
fn same_objects(record: &Value, model: &[naive::NaiveObject], name: &str) {
    let objects = record.as_array().unwrap();
    assert_eq!(objects.len(), model.len(), "{name}");
    for (object, expected) in objects.iter().zip(model) {
        assert_eq!(object["id"], json!(format!("{:02}", expected.id)), "{name}");
        assert_eq!(object["length"], json!(expected.declared), "{name}");
        assert_eq!(object["offset"], json!(expected.offset), "{name}");
        assert_eq!(object["value"], json!(expected.value), "{name}");
        match &expected.objects {
            Some(inner) => same_objects(&object["objects"], inner, name),
            // A table of a scheme can ask for a third level (VietQR 38-01); it fills the value.
            None => {
                let inner = object.get("objects").and_then(Value::as_array).into_iter().flatten();
                let text: String = inner
                    .map(|o| {
                        format!("{}{:02}{}", text(&o["id"]), o["length"].as_u64().unwrap(), text(&o["value"]))
                    })
                    .collect();
                assert!(
                    text.is_empty() || name.starts_with("vietqr") && text == expected.value,
                    "{name}: {text}"
                );
            }
        }
    }
}

#[test]
fn every_malformed_file_gives_its_code_place_and_facts() {
    for case in vectors::invalid().unwrap() {
        // The command trims white space around a payload, so a file that is bad only there is good here.
        if case.payload.trim_ascii() != case.payload {
            continue;
        }
        let unit = case.length_unit.as_deref().unwrap_or("characters");
        let ran = qris_with(&["decode", "--format", "json", "--length-unit", unit, "-"], &case.payload);
        let record = ran.json();
        let (file, error) = (&case.file, &record["error"]);
        assert_eq!((ran.code, &record["ok"]), (1, &json!(false)), "{file}");
        assert_eq!(error["code"], json!(case.code), "{file}");
        assert_eq!(error["offset"], json!(case.offset), "{file}");
        assert_eq!(error["character"], json!(case.character), "{file}");
        let facts = &case.facts;
        for (fact, expected) in [
            ("declared", json!(facts.declared)),
            ("available", json!(facts.available)),
            ("first_offset", json!(facts.first_offset)),
            ("stated", json!(facts.stated)),
            ("computed", json!(facts.computed)),
        ] {
            if !expected.is_null() {
                assert_eq!(error[fact], expected, "{file}: {fact}");
            }
        }
        if case.code == "invalid-length" {
            assert_eq!(
                error.get("unit").map(Value::to_string),
                facts.unit.as_ref().map(|u| json!(u).to_string()),
                "{file}"
            );
        }
        match case.code.as_str() {
            "text-too-long" => assert_eq!(record.get("payload"), None, "{file}"),
            "invalid-utf8" => {
                let hex: String = case.payload.iter().map(|b| format!("{b:02X}")).collect();
                assert_eq!(record["payload_hex"], json!(hex), "{file}");
                assert!(record["payload"].as_str().unwrap().contains('\u{FFFD}'), "{file}");
            }
            "crc-mismatch" => {
                assert!(record["objects"].is_array() && record["summary"].is_object(), "{file}");
                assert_eq!(record["crc"]["stated"].as_str().map(str::len), Some(4), "{file}");
            }
            _ => assert_eq!(record.get("objects"), None, "{file}"),
        }
    }
}

#[test]
fn other_length_units_are_read_on_request_only() {
    for case in vectors::units().unwrap() {
        let Some(unit) = case.length_unit.as_deref() else { continue };
        let with = |name: &str| {
            qris_with(&["decode", "--format", "json", "--length-unit", name, "-"], &case.payload)
        };
        let ran = with(unit);
        assert_eq!((ran.code, &ran.json()["length_unit"]), (0, &json!(unit)), "{}", case.file);
        // What was read in a unit is written back in it.
        let back = qris_with(&["encode", "--json", "-"], &ran.stdout);
        assert_eq!(back.line().as_bytes(), case.payload, "{}: {}", case.file, back.stderr);
        let by_characters = with("characters").code == 0;
        let detected = with("detect").json();
        if unit != "characters" && !by_characters {
            assert_eq!(detected["ok"], json!(true), "{}", case.file);
            assert_ne!(detected["length_unit"], json!("characters"), "{}", case.file);
        }
    }
}

#[test]
fn a_payload_comes_as_argument_file_or_standard_input() {
    let file = vectors::testdata().join("mpm/valid/finpay-document.qr");
    let json = qris(&["decode", "--format", "json", FINPAY]).json();
    assert_eq!(qris(&["decode", "--format", "json", file.to_str().unwrap()]).json(), json);
    let padded = format!(" \r\n\t{FINPAY}\n\n");
    assert_eq!(qris_with(&["decode", "--format", "json", "-"], padded.as_bytes()).json(), json);
    assert_eq!(qris_with(&["decode", "--format", "json"], padded.as_bytes()).json(), json);
    assert_eq!(qris(&["decode", "--format", "json", &padded]).json(), json);

    let missing = qris(&["decode", "no-such-file.qr"]);
    assert_eq!((missing.code, missing.stdout.len()), (2, 0));
    assert!(missing.stderr.contains("no-such-file.qr"), "{}", missing.stderr);
    let empty = qris_with(&["decode", "--format", "json", "-"], b" \n");
    assert_eq!((empty.code, &empty.json()["error"]["code"]), (1, &json!("empty-text")));
    assert_eq!(qris(&["decode", "--format", "yaml", FINPAY]).code, 2);
}

#[test]
fn the_tree_is_for_people() {
    let ran = qris(&["decode", FINPAY]);
    assert_eq!(ran.code, 0);
    let text = ran.text();
    assert!(text.contains("\n   02 12 National Merchant ID: ID1234567891\n"), "{text}");
    assert!(text.contains("warning[nmid-shape] 51/02 National Merchant ID: the NMID is not"), "{text}");
    assert!(!text.contains('\u{1b}'), "no colour into a pipe");

    let altered = FINPAY.replace("Test Sogi", "Best Sogi");
    let ran = qris(&["decode", &altered]);
    assert_eq!(ran.code, 1);
    assert!(ran.text().contains("Best Sogi"), "the objects are shown all the same");
    assert!(ran.stderr.contains("error[crc-mismatch]: the CRC says 90FF"), "{}", ran.stderr);

    let hostile = sealed("000201520458125303360540410005802ID5909A\u{1b}[2JB\u{202e}\nC6001B26080004ID.A");
    let text = qris(&["decode", &hostile]).text();
    assert!(text.contains("A\\u{1b}[2JB\\u{202e}\\nC"), "{text}");
}

#[test]
fn ndjson_gives_one_record_for_each_line_that_is_not_blank() {
    let mut input = format!("{FINPAY}\r\n\n  \t\n{STATIC}\nhello\n").into_bytes();
    input.extend_from_slice(b"0002\xC3\x28\n");
    input.extend_from_slice(&vec![b'0'; 100_000]);
    input.extend_from_slice(format!("\n  {FINPAY}").as_bytes());
    let ran = qris_with(&["decode", "--format", "ndjson"], &input);
    assert_eq!(ran.code, 1);
    let seen: Vec<(u64, Value)> = ran
        .records()
        .iter()
        .map(|r| (r["line"].as_u64().unwrap(), r.get("error").map_or(json!("good"), |e| e["code"].clone())))
        .collect();
    let expected =
        [(1, "good"), (4, "good"), (5, "invalid-id"), (6, "invalid-utf8"), (7, "text-too-long"), (8, "good")];
    assert_eq!(seen, expected.map(|(line, what)| (line, json!(what))));
    assert_eq!(ran.records()[4].get("payload"), None);

    let good = qris_with(&["decode", "--format", "ndjson"], format!("{FINPAY}\n").as_bytes());
    assert_eq!(good.code, 0);
    let mut record = good.records().remove(0);
    record.as_object_mut().unwrap().remove("line");
    assert_eq!(record, qris(&["decode", "--format", "json", FINPAY]).json());
}

#[test]
fn line_separators_in_values_do_not_break_lines() {
    let body = "000201520458125303360540410005802ID5904A\u{85}\u{2028}B6001B26080004ID.A";
    let ran = qris(&["decode", "--format", "ndjson", &sealed(body)]);
    let text = ran.text();
    assert!(text.contains("A\\u0085\\u2028B"), "{text}");
    assert_eq!(ran.records()[0]["summary"]["merchant_name"], json!("A\u{85}\u{2028}B"));
}

#[test]
fn the_summary_says_what_people_ask() {
    let summary = &qris(&["decode", "--format", "json", FINPAY]).json()["summary"];
    assert_eq!(
        *summary,
        json!({
            "initiation": "dynamic", "merchant_name": "Test Sogi", "merchant_city": "JAKARTA SELATAN",
            "postal_code": "12710", "country": "ID", "currency": "360", "mcc": "5814",
            "amount": {"text": "1000", "minor": 100_000, "exponent": 2},
            "tip": {"kind": "fixed", "fixed": "50"},
            "nmid": "ID1234567891",
            "accounts": [{
                "id": "26", "guid": "ID.FINPAY.WWW", "mpan": "936007773200716001", "nns": "93600777",
                "acquirer": summary["accounts"][0]["acquirer"], "merchant_id": "FM2007160001", "criteria": "UKE",
            }],
            "national": {"guid": "ID.CO.QRIS.WWW", "nmid": "ID1234567891", "criteria": "UKE"},
            "additional": {"terminal_label": "finnet"},
        })
    );
    assert!(summary["accounts"][0]["acquirer"].as_str().unwrap().contains("Fin"));
    let transfer =
        vectors::vectors().unwrap().into_iter().find(|v| v.name == "qris-transfer-tag40-dmct").unwrap();
    let record = qris(&["decode", "--format", "json", &transfer.payload]).json();
    assert_eq!((&record["kind"], &record["summary"]["purpose"]), (&json!("transfer"), &json!("DMCT")));
    assert_eq!(record["summary"]["transfer"]["customer_pan"], json!("9360091400000000019"));
    assert_eq!(record["summary"].get("accounts"), None);
}

#[test]
fn a_closed_pipe_is_a_quiet_end() {
    use std::io::{Read, Write};
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_qris"))
        .args(["decode", "--format", "ndjson"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let feeder = std::thread::spawn(move || {
        let line = format!("{FINPAY}\n").repeat(20_000);
        let _ = stdin.write_all(line.as_bytes());
    });
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 100]).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn what_happened_to_a_text_is_named_and_undone_on_request() {
    let mut named = 0;
    for case in vectors::damaged().unwrap() {
        let path = vectors::testdata().join("mpm/damaged").join(&case.file);
        let path = path.to_str().unwrap();
        // White space around is taken off by every command.
        if naive::decode(case.text.trim_ascii(), naive::LengthUnit::Characters).is_ok() {
            continue;
        }
        let told = qris(&["decode", path]);
        let record = qris(&["decode", "--format", "json", path]).json();
        let undone = qris(&["decode", "--undo", "--format", "json", path]);
        assert_eq!(told.code, 1, "{}", case.file);
        if let Some(foreign) = &case.foreign {
            assert_eq!(record["diagnosis"], json!({"foreign": foreign}), "{}", case.file);
            assert!(told.stderr.contains("help: this is "), "{}", told.stderr);
            assert_eq!(undone.code, 1, "{}", case.file);
            continue;
        }
        if !case.payloads.is_empty() {
            assert_eq!(record["diagnosis"]["payloads"], json!(case.payloads), "{}", case.file);
            assert_eq!(record["diagnosis"]["differ"], json!(["59", "60", "62/07"]), "{}", case.file);
            assert!(told.stderr.contains("--undo does not choose"), "{}", told.stderr);
            assert_eq!(undone.code, 1, "{}", case.file);
            continue;
        }
        // What is around is taken off first, so a cause may be gone.
        let causes = record["diagnosis"]["causes"].as_array().unwrap();
        assert!(
            causes.iter().all(|cause| case.causes.contains(&cause.as_str().unwrap().to_owned())),
            "{record}"
        );
        assert_eq!(record["diagnosis"]["undone"], json!(case.whole), "{}", case.file);
        assert!(told.stderr.contains("help: the text is whole when "), "{}", told.stderr);
        assert_eq!((undone.code, &undone.json()["payload"]), (0, &json!(case.whole)), "{}", case.file);
        assert!(undone.stderr.contains("undone: "), "{}", undone.stderr);
        assert_eq!(undone.json()["undone"]["causes"], record["diagnosis"]["causes"], "{}", case.file);
        assert!(!told.stderr.contains("altered or misread"), "{}", told.stderr);
        // What decode prints is read by encode, diagnosis and all.
        let again = qris_with(&["encode", "--json", "-"], &undone.stdout);
        assert_eq!(
            (again.code, again.text().trim_end()),
            (0, case.whole.as_deref().unwrap()),
            "{}",
            case.file
        );
        if record["objects"].is_array() {
            let again = qris_with(&["encode", "--json", "-"], record.to_string().as_bytes());
            assert_eq!(again.code, 0, "{}: {}", case.file, again.stderr);
        }
        named += 1;
    }
    assert!(named > 70, "{named}");
}

#[test]
fn a_fault_of_the_structure_names_the_object_before_it() {
    let path = vectors::testdata().join("mpm/damaged/blanks-stripped--all.qr");
    let told = qris(&["decode", path.to_str().unwrap()]);
    let before = "note: before it, 59 declares 13 characters and holds \"WARUNGCONTOH6\"";
    assert!(told.stderr.contains(before), "{}", told.stderr);
    assert!(told.stderr.contains("read so far: 00 01 26 51 52 53 58\n"), "{}", told.stderr);
    // Others name the cause in their one line, and take the same option.
    let edit = qris(&["edit", path.to_str().unwrap(), "--amount", "5000"]);
    assert!(edit.code == 1 && edit.stderr.contains("[blanks-stripped]: --undo"), "{}", edit.stderr);
    assert_eq!(qris(&["edit", "--undo", path.to_str().unwrap(), "--amount", "5000"]).code, 0);
}

#[test]
fn many_payloads_are_read_in_another_unit() {
    let file = vectors::testdata().join("mpm/damaged/lengths-in-bytes--name.qr");
    let (file, text) = (file.to_str().unwrap(), std::fs::read(&file).unwrap());
    assert_eq!(qris(&["bulk", file]).code, 1);
    for more in [&[][..], &["--full"], &["--summary-only"]] {
        for unit in ["bytes", "detect"] {
            let ran = qris_with(&[&["bulk", "--length-unit", unit], more].concat(), &text);
            assert_eq!(ran.code, 0, "{unit} {more:?}: {}", ran.stderr);
        }
        let other = qris_with(&[&["bulk", "--length-unit", "utf16"], more].concat(), &text);
        assert_eq!(other.code, 1, "{more:?}: {}", other.stderr);
    }
}

/// What nobody may see is named and not printed; what is too long is said to be, whatever is left of it.
#[test]
fn secrets_are_not_printed_and_lengths_are_right() {
    for (text, secret) in
        [("4111 1111 1111 1111", "1111 1111"), ("WIFI:T:WPA;S:Kedai;P:kopi-luwak;;", "kopi-luwak")]
    {
        for arguments in
            [&["decode"][..], &["check"], &["decode", "--format", "json"], &["check", "--format", "json"]]
        {
            let told = qris_with(arguments, text.as_bytes());
            assert!(told.code == 1 && !told.text().contains(secret), "{}", told.text());
            assert!(!told.stderr.contains(secret), "{}", told.stderr);
        }
    }
    let long = format!("{{\"qrContent\":\"{FINPAY}\",\"more\":\"{}\"}}", "x".repeat(50_000));
    let told = qris_with(&["decode"], long.as_bytes());
    assert!(told.stderr.contains(&format!("{} bytes are more than", long.len())), "{}", told.stderr);
    assert!(told.stderr.contains("it is taken out of the JSON around it"), "{}", told.stderr);
    assert_eq!(qris_with(&["decode", "--undo"], long.as_bytes()).code, 0);
    let longer = "x".repeat(70_000);
    let told = qris_with(&["decode", "--format", "json"], longer.as_bytes());
    assert!(told.code == 1 && told.stderr.contains("more than 65536 bytes"), "{}", told.stderr);
}

/// The CRC alone is wrong, and no damage that is known explains it.
#[test]
fn what_was_altered_is_said_to_be() {
    let altered = FINPAY.replace("Test Sogi", "Test Sogo");
    let told = qris(&["decode", &altered]);
    assert!(told.code == 1 && told.stderr.contains("no damage that is known explains it"), "{}", told.stderr);
    let told = qris(&["edit", &altered, "--amount", "5000"]);
    assert!(told.code == 1 && told.stderr.contains("was altered or misread"), "{}", told.stderr);
}

#[test]
fn of_many_lines_each_is_told_and_undone() {
    let text = |name: &str| {
        std::fs::read_to_string(vectors::testdata().join(format!("mpm/damaged/{name}.qr"))).unwrap()
    };
    let lines = format!("{FINPAY}\n{}\n{}\n", text("blanks-stripped--all"), text("wifi--wpa"));
    let told = qris_with(&["decode", "--format", "ndjson"], lines.as_bytes());
    let records: Vec<Value> = told.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((told.code, records[0].get("diagnosis")), (1, None));
    assert_eq!(records[1]["diagnosis"]["causes"], json!(["blanks-stripped"]));
    assert_eq!(records[2]["diagnosis"], json!({"foreign": "wifi"}));
    let undone = qris_with(&["decode", "--undo", "--format", "ndjson"], lines.as_bytes());
    let oks: Vec<bool> = undone
        .text()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["ok"].as_bool().unwrap())
        .collect();
    assert_eq!((undone.code, oks), (1, vec![true, true, false]));
    let records = undone.text();
    let traces: Vec<&str> = records.lines().filter(|line| line.contains("\"undone\":{\"causes\"")).collect();
    assert!(traces.len() == 1 && traces[0].contains("\"line\":2"), "{traces:?}");
}

#[test]
fn undoing_gives_lengths_in_characters() {
    let path = vectors::testdata().join("mpm/damaged/lengths-in-bytes--name.qr");
    let both = qris(&["decode", "--undo", "--length-unit", "bytes", path.to_str().unwrap()]);
    assert!(both.code == 2 && both.stderr.contains("cannot be used with"), "{}", both.stderr);
    assert_eq!(qris(&["decode", "--undo", path.to_str().unwrap()]).code, 0);
}

/// What is no file and begins with no digit, but is known: the text is told about, not the file that is missing.
#[test]
fn an_argument_that_is_no_file_is_read_as_text() {
    let undone = [
        format!("{{\"qrContent\":\"{STATIC}\"}}"),
        format!("\"{STATIC}\""),
        format!("QR:{STATIC}"),
        format!("\u{feff}{STATIC}"),
    ];
    for text in undone {
        assert_eq!(qris(&["decode", &text]).code, 1, "{text}");
        let ran = qris(&["edit", &text, "--undo", "--set", "59=WARUNG CONTOH"]);
        assert_eq!((ran.code, ran.line().as_str()), (0, STATIC), "{}", ran.stderr);
    }
    let link = qris(&["decode", "https://example.com/x"]);
    assert!(link.code == 1 && link.stderr.contains("this is a link"), "{}", link.stderr);
    for nothing in ["payload.qr", "photo.png", "nowhere/x", "-x.txt", "a"] {
        let ran = qris(&["decode", "--", nothing]);
        assert!(ran.code == 2 && ran.stderr.contains("cannot read"), "{nothing}: {}", ran.stderr);
    }
}
