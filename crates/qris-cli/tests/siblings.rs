//! Codes of other schemes: what the command says of them, and makes.

use qris_testkit::vectors;
use serde_json::json;

use crate::support::qris;

const PROMPTPAY: &str = "00020101021129370016A000000677010111011300668012345675802TH530376463046197";

#[test]
fn every_sibling_is_told_by_its_scheme_and_refused_as_qris() {
    for sibling in vectors::siblings().unwrap() {
        let decoded = qris(&["decode", "--format", "json", &sibling.payload]);
        assert_eq!(decoded.code, 0, "{}", sibling.name);
        let record = decoded.json();
        assert_eq!(record["scheme"], json!(sibling.scheme), "{}", sibling.name);
        assert_eq!(record["conformant"], json!(true), "{}: {}", sibling.name, record["findings"]);
        let asked = qris(&["check", "--profile", "wild", &sibling.payload]);
        assert_eq!(asked.code, 1, "{}", sibling.name);
        assert!(
            asked.text().contains("error[foreign-scheme]: there is no account of QRIS"),
            "{}",
            asked.text()
        );
        // The record gives the payload back, the third level of VietQR included.
        let again = crate::support::qris_with(&["encode", "--json", "-"], &decoded.stdout);
        assert_eq!(again.text().trim_end(), sibling.payload, "{}: {}", sibling.name, again.stderr);
    }
}

#[test]
fn a_tree_has_the_names_of_the_scheme() {
    let decoded = qris(&["decode", PROMPTPAY]).text();
    for line in [
        "scheme    PromptPay",
        "payee     Mobile Number 0066801234567",
        "29 37 PromptPay Transfer",
        "   01 13 Mobile Number: 0066801234567",
        "as PromptPay says, CRC right",
    ] {
        assert!(decoded.lines().any(|other| other == line), "{line} in {decoded}");
    }
}

#[test]
fn a_static_code_of_each_scheme_becomes_dynamic() {
    for scheme in [
        "promptpay",
        "khqr",
        "vietqr",
        "pix",
        "paynow",
        "duitnow",
        "qrph",
        "jpqr",
        "fps",
        "laoqr",
        "sgqr",
        "bharatqr",
        "ghqr",
        "lankaqr",
    ] {
        let siblings = vectors::siblings().unwrap();
        let sibling = siblings.iter().find(|sibling| sibling.scheme == scheme).unwrap();
        let fixed = qris(&["edit", "--set", "01=11", "--remove", "54", &sibling.payload]);
        assert_eq!(fixed.code, 0, "{scheme}: {}", fixed.stderr);
        // KHQR asks for an expiry time in a dynamic code.
        let more: &[&str] = if scheme == "khqr" { &["--set", "99/01=1790000900000"] } else { &[] };
        let dynamic = qris(&[&["edit", "--amount", "1000", &fixed.line()], more].concat());
        assert_eq!(dynamic.code, 0, "{scheme}: {}", dynamic.stderr);
        let record = qris(&["decode", "--format", "json", &dynamic.line()]).json();
        assert_eq!(
            (&record["scheme"], &record["conformant"], &record["summary"]["initiation"]),
            (&json!(scheme), &json!(true), &json!("dynamic")),
            "{}",
            record["findings"]
        );
    }
}

#[test]
fn a_code_of_a_scheme_is_made_from_whom_it_pays() {
    let made = |arguments: &str| {
        let words: Vec<&str> = arguments.split(' ').collect();
        let run = qris(&[&["encode", "--scheme"], &words[..]].concat());
        (run.code, run.text().trim_end().to_owned(), run.stderr)
    };
    let of_mobile = "00020101021129370016A0000006770101110113006681234567853037645802TH6304823E";
    assert_eq!(made("promptpay --mobile 0812345678").1, of_mobile);
    assert_eq!(made("promptpay --mobile +66812345678").1, of_mobile);
    assert_eq!(made("promptpay --payee mobile_number=0066812345678").1, of_mobile);
    let vietqr = made("vietqr --payee bin=970416 --payee account_number=123456").1;
    assert!(vietqr.contains("38380010A00000072701200006970416010612345653037045802VN"), "{vietqr}");
    let duitnow = made(
        "duitnow --payee acquirer_id=588830 --payee merchant_id=A1 --merchant-name N --merchant-city KL --mcc 5812",
    );
    assert!(duitnow.1.starts_with("000202"), "{duitnow:?}");
    let khqr = "khqr --payee bakong_account=contoh@bank --merchant-name N --merchant-city K --mcc 5999";
    assert!(made(khqr).1.contains("5303116"));
    assert!(made(&format!("{khqr} --currency 840")).1.contains("5303840"));
    for (arguments, told) in [
        ("pix --payee mobile_number=1", "no account of Pix has mobile_number; its accounts have key,"),
        ("pix --mobile 1", "Pix is not paid by a mobile number"),
        (
            "promptpay --mobile +6281234567",
            "--mobile is no number of TH: it has 9 digits, with or without a 0",
        ),
        ("promptpay --mobile 0812", "--mobile is no number of TH"),
        ("promptpay --mobile abc", "--mobile is no number of TH"),
        ("fps --mobile 091234567", "it has 8 digits, or +852 and these digits"),
        ("promptpay --mobile 0812345678 --nmid ID1026000000012", "make an account of QRIS"),
        ("upi", "the schemes are promptpay, khqr,"),
    ] {
        let (code, _, stderr) = made(arguments);
        assert!(code == 2 && stderr.contains(told), "{arguments}: {code} {stderr}");
    }
    let short = made("promptpay --payee mobile_number=0812");
    assert!(short.0 == 1 && short.2.contains("error[too-short] 29/01 Mobile Number"), "{}", short.2);
}

/// A number is the same however it is dialled.
#[test]
fn mobile_numbers_are_written_as_the_scheme_writes_them() {
    for (scheme, numbers, written) in [
        (
            "promptpay",
            &["0812345678", "812345678", "66812345678", "0066812345678", "+66 81-234-5678"][..],
            "0066812345678",
        ),
        ("paynow", &["91234567", "6591234567", "+6591234567"][..], "+6591234567"),
        ("fps", &["98765432", "85298765432", "+852-9876 5432"][..], "+852-98765432"),
    ] {
        for number in numbers {
            let mut line = vec!["encode", "--scheme", scheme, "--mobile", number];
            if scheme != "promptpay" {
                line.extend(["--merchant-name", "NA", "--merchant-city", "X", "--mcc", "0000"]);
            }
            let run = qris(&line);
            assert_eq!(run.code, 0, "{line:?} {}", run.stderr);
            assert!(run.text().contains(written), "{line:?} {}", run.text());
        }
    }
}

/// Without --scheme a QRIS is made, whatever the values say.
#[test]
fn what_is_made_without_a_scheme_is_judged_as_qris() {
    let values =
        "encode --country US --currency 840 --mcc 5812 --merchant-name N --merchant-city C --set 26/00=COM.X";
    let run = qris(&values.split(' ').collect::<Vec<_>>());
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("error[foreign-scheme]"), "{}", run.stderr);
}

#[test]
fn bulk_says_the_scheme_of_each_line() {
    let run = crate::support::qris_with(&["bulk"], PROMPTPAY.as_bytes());
    assert_eq!(run.records()[0]["scheme"], json!("promptpay"));
    assert_eq!(run.records()[0]["conformant"], json!(true));
    let as_qris = crate::support::qris_with(&["bulk", "--profile", "wild"], PROMPTPAY.as_bytes());
    assert_eq!(as_qris.records()[0]["finding"]["code"], json!("foreign-scheme"));
}
