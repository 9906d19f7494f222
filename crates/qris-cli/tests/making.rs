//! Making a bad code is an error: `qris encode` and `qris edit` refuse it, show everything, and write nothing.

use crate::support::{FINPAY, MADE, Ran, STATIC, qris, qris_with, sealed};
use qris_core::schema::{Content, Format, Grades, Reading, Severity};
use qris_core::{Payload, Profile, Sealed, check};
use serde_json::json;

pub(crate) fn edit(payload: &str, args: &[&str]) -> Ran {
    qris(&[&["edit", payload], args].concat())
}

/// [`MADE`] with other values for some flags, and more of them.
fn encode(args: &[&str]) -> Ran {
    let mut all: Vec<&str> = MADE.to_vec();
    for pair in args.chunks(2) {
        match all.iter().position(|flag| flag == &pair[0]) {
            Some(at) => all[at + 1] = pair[1],
            None => all.extend(pair),
        }
    }
    qris(&all)
}

/// Refused with this said, and nothing on standard output.
pub(crate) fn refused(ran: &Ran, said: &str) {
    assert_eq!((ran.code, ran.stdout.len()), (1, 0), "{said}: {}", ran.stderr);
    assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
}

#[test]
fn samples_exit_1_and_write_nothing() {
    let reference = "INV/2026/11/28/0001/JAKARTA-PUSAT/WARUNG-CONTOH-";
    let name = "WARUNG CONTOH CABANG JAKARTA PUSAT LANTAI TIG";
    assert_eq!((reference.len(), name.len()), (48, 45));
    let fee = edit(STATIC, &["--amount", "15000", "--tip-fixed", "500"]).line();
    for ran in [edit(STATIC, &["--reference", reference]), encode(&["--reference", reference])] {
        refused(
            &ran,
            "error[too-long] 62/05 Reference Label has 48 characters; 1 to 25 are allowed (EMVCo 4.8.1.2)",
        );
        refused(
            &ran,
            "error: 1 error in what was made: nothing is written. Correct it, or let it pass with --allow too-long",
        );
    }
    for ran in [edit(STATIC, &["--set", "52=ABC"]), encode(&["--mcc", "ABC"]), encode(&["--set", "52=ABC"])] {
        refused(&ran, "error[too-short] 52 Merchant Category Code has 3 characters; it must have 4");
        refused(&ran, "error[wrong-characters] 52 Merchant Category Code must be digits only");
        refused(&ran, "2 errors in what was made");
    }
    for ran in [edit(STATIC, &["--set", &format!("59={name}")]), encode(&["--merchant-name", name])] {
        refused(&ran, "error[too-long] 59 Merchant Name has 45 characters; 1 to 25 are allowed");
    }
    for ran in [edit(STATIC, &["--amount", "10000001"]), encode(&["--amount", "10000001"])] {
        refused(&ran, "error[amount-over-limit] 54 Transaction Amount: the amount is above Rp 10 million");
    }
    refused(&edit(&fee, &["--remove", "55"]), "error[fee-unexpected] 56 Value of Convenience Fee Fixed");
    refused(&edit(&fee, &["--remove", "56"]), "error[missing] 56 Value of Convenience Fee Fixed is missing");
    for (flag, value) in
        [("59", " WARUNG"), ("59", "WARUNG "), ("60", "JAKARTA "), ("62/05", " INV-1"), ("26/02", "T ")]
    {
        refused(
            &edit(STATIC, &["--set", &format!("{flag}={value}")]),
            &format!("error[blank-at-end] {flag} "),
        );
    }
    for (flag, value, at) in [
        ("--merchant-name", "WARUNG ", "59"),
        ("--merchant-city", " JAKARTA", "60"),
        ("--postal-code", "10110 ", "61"),
        ("--merchant-id", "TESTMID ", "26/02"),
        ("--reference", "INV-1 ", "62/05"),
        ("--bill-number", " 1", "62/01"),
        ("--terminal", "A01 ", "62/07"),
    ] {
        refused(&encode(&[flag, value]), &format!("error[blank-at-end] {at} "));
    }
    assert_eq!(encode(&[]).line(), STATIC, "and a good one is made");
}

/// Every object of the table that can be set, as it may not be.
#[test]
fn every_object_that_can_be_set() {
    let mut tried = 0;
    for (at, row) in qris_testkit::violate::rows(&Profile::QRIS) {
        let can = row.min > 0
            && !matches!(row.content, Content::Template(_))
            && !["00", "63"].contains(&at.to_string().as_str());
        if !can || at.depth() > 2 {
            continue;
        }
        let long = "1".repeat(usize::from(row.max) + 1);
        let cases = [
            (long.as_str(), "too-long"),
            ("é", "wrong-characters"),
            ("x ", "blank-at-end"),
            ("\u{1b}", "control-character"),
        ];
        for (value, code) in cases {
            let mut args = vec!["--set".to_owned(), format!("{at}={value}")];
            let template =
                at.parent().filter(|template| template.depth() > 0).map(|template| template.to_string());
            if let Some(template) = template
                .filter(|t| t != "26" && t != "51" && t != "62" && at.to_string() != format!("{t}/00"))
            {
                args.extend(["--set".to_owned(), format!("{template}/00=ID.A")]);
            }
            let ran = edit(STATIC, &args.iter().map(String::as_str).collect::<Vec<_>>());
            let is_error = |grades: Grades| grades.get(Reading::Letter) == Some(Severity::Error);
            let judged = match code {
                "too-long" => is_error(row.length),
                "wrong-characters" => is_error(row.characters) && row.format != Format::Any,
                _ => true,
            };
            // Of text that is wrong already, content is not judged; blanks are.
            if judged && !ran.stderr.contains("would have") {
                refused(&ran, &format!("error[{code}] {at} "));
                tried += 1;
            }
        }
    }
    assert!(tried > 120, "{tried}");
}

#[test]
fn an_error_passes_by_its_code() {
    let long = "INV-2026-11-28-0001-JAKARTA";
    let ran = edit(STATIC, &["--reference", long, "--allow", "too-long"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("allowed: error[too-long] 62/05"), "{}", ran.stderr);
    assert!(ran.line().contains(&format!("0527{long}")));
    // Another error does not pass with it, and is named alone.
    let two = ["--reference", long, "--set", "52=ABC", "--allow", "Too-Long", "--allow", "too-short"];
    refused(
        &edit(STATIC, &two),
        "1 error in what was made: nothing is written. Correct it, or let it pass with --allow wrong-characters",
    );
    let all = [&two[..], &["--allow", "wrong-characters"]].concat();
    assert_eq!(edit(STATIC, &all).code, 0);
    let ran = encode(&["--merchant-name", "WARUNG ", "--allow", "blank-at-end"]);
    assert!(ran.code == 0 && ran.line().contains("5907WARUNG 60"), "{}", ran.stderr);
    for (given, near) in
        [("too-lon", "too-long"), ("blank", "blank-at-end"), ("amount-over", "amount-over-limit")]
    {
        let ran = edit(STATIC, &["--allow", given]);
        assert_eq!((ran.code, ran.stdout.len()), (2, 0), "{}", ran.stderr);
        assert!(ran.stderr.contains("near it are") && ran.stderr.contains(near), "{}", ran.stderr);
    }
    // The codes of texts that are no payloads pass nothing.
    assert_eq!(edit(STATIC, &["--allow", "crc-mismatch"]).code, 2);
}

/// A code in circulation keeps what is wrong with it, and is told of it.
#[test]
fn what_is_left_alone_is_judged_as_found() {
    let body = STATIC[..STATIC.len() - 8].replacen("51440014ID.CO.QRIS.WWW0215ID10260000000120303UMI", "", 1);
    let wild = sealed(&body.replacen("5913WARUNG CONTOH", "5926WARUNG CONTOH CABANG UTAMA", 1).replacen(
        "610510110",
        "",
        1,
    ));
    let payload = Payload::parse(&wild).unwrap();
    assert!(check::first_error(&payload, &Profile::QRIS).is_some());
    let ran = edit(&wild, &["--amount", "15000", "--reference", "INV-1"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(Sealed::parse(&ran.line()).unwrap().value_of(qris_core::Id::AMOUNT) == Some("15000"));
    for told in ["left as it was: warning[too-long] 59", "left as it was: warning[missing] 61"] {
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
    }
    // By the letter they are errors, and stay the business of whoever made the code.
    let strict = edit(&wild, &["--amount", "15000", "--profile", "qris"]);
    assert_eq!(strict.code, 0, "{}", strict.stderr);
    assert!(strict.stderr.contains("left as it was: error[too-long] 59"), "{}", strict.stderr);
    // Named again, the same name is refused.
    refused(&edit(&wild, &["--set", "59=WARUNG CONTOH CABANG UTAMA"]), "error[too-long] 59");
    // Errors in every reading, too.
    let broken = sealed(
        &STATIC[..STATIC.len() - 8]
            .replacen("53033605802ID", "53033605405x0000", 1)
            .replacen("0000", "5802ID", 0),
    );
    let ran = edit(&broken, &["--terminal", "A02"]);
    assert!(ran.code == 0 && ran.stderr.contains("left as it was: error[bad-amount] 54"), "{}", ran.stderr);
}

#[test]
fn amounts_as_people_write_them_are_named() {
    for (amount, says) in [
        ("15.000", "15.000 means fifteen thousand? write 15000"),
        ("15,000", "15,000 means fifteen thousand? write 15000"),
        ("Rp 15.000", "Rp 15.000 means fifteen thousand? write 15000"),
        ("1.500.000", "1.500.000 means one million five hundred thousand? write 1500000"),
        ("15.000,00", "15.000,00 means fifteen thousand? write 15000"),
    ] {
        let tip = [("--tip-fixed", amount)];
        for ran in [
            edit(STATIC, &["--amount", amount]),
            edit(STATIC, &["--amount", "50000", "--tip-fixed", amount]),
            edit(STATIC, &["--set", &format!("54={amount}")]),
            edit(FINPAY, &["--set", &format!("56={amount}")]),
            encode(&["--amount", amount]),
            encode(&["--amount", "50000", tip[0].0, amount]),
            encode(&["--set", &format!("54={amount}")]),
        ] {
            refused(&ran, says);
        }
        let mut record = qris(&["decode", "--format", "json", FINPAY]).json();
        record["summary"]["amount"] = json!({ "text": amount });
        record.as_object_mut().unwrap().remove("objects");
        refused(&qris_with(&["encode", "--json", "-"], record.to_string().as_bytes()), says);
    }
    refused(&edit(STATIC, &["--amount", "1", "--tip-percent", "0,7"]), "0,7 means 0.7 per cent? write 0.7");
    refused(&encode(&["--amount", "1", "--tip-percent", "5%"]), "5% means 5 per cent? write 5");
    // A point and two digits are decimals: that is the standard's rule.
    for (amount, stands) in [("15.00", "540515.00"), ("15000.5", "540715000.5"), ("15000.", "540615000.")] {
        assert!(edit(STATIC, &["--amount", amount]).line().contains(stands), "{amount}");
    }
    refused(&edit(STATIC, &["--amount", "1.0000"]), "error[amount-decimals] 54");
}

#[test]
fn names_are_fitted_by_wish() {
    let long = "Café “Contoh” Cabang Jakarta Pusat";
    let city = "Daerah Khusus Ibukota Jakarta";
    let fitted = "fitted: 59 Merchant Name: Café “Contoh” Cabang Jakarta Pusat -> Cafe \"Contoh\" Cabang";
    for ran in [
        encode(&["--merchant-name", long, "--merchant-city", city]),
        encode(&["--set", &format!("59={long}"), "--set", &format!("60={city}")]),
        edit(STATIC, &["--set", &format!("59={long}"), "--set", &format!("60={city}")]),
    ] {
        assert_eq!((ran.code, ran.stdout.len()), (1, 0), "without the wish: {}", ran.stderr);
    }
    let mut all: Vec<Ran> =
        vec![edit(STATIC, &["--fit-name", "--set", &format!("59={long}"), "--set", &format!("60={city}")])];
    let mut flags = MADE.to_vec();
    flags.push("--fit-name");
    (flags[14], flags[16]) = (long, city);
    all.push(qris(&flags));
    (flags[14], flags[16]) = ("X", "Y");
    let (name, town) = (format!("59={long}"), format!("60={city}"));
    flags.extend(["--set", &name, "--set", &town]);
    all.push(qris(&flags));
    let mut record = qris(&["decode", "--format", "json", STATIC]).json();
    record.as_object_mut().unwrap().remove("summary");
    for object in record["objects"].as_array_mut().unwrap() {
        match object["id"].as_str().unwrap() {
            "59" => object["value"] = json!(long),
            "60" => object["value"] = json!(city),
            _ => {}
        }
    }
    all.push(qris_with(&["encode", "--json", "-", "--fit-name"], record.to_string().as_bytes()));
    let mut record = json!({ "summary": qris(&["decode", "--format", "json", STATIC]).json()["summary"] });
    record["summary"]["merchant_name"] = json!(long);
    record["summary"]["merchant_city"] = json!(city);
    all.push(qris_with(&["encode", "--json", "-", "--fit-name"], record.to_string().as_bytes()));
    for ran in all {
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.line().contains("5920Cafe \"Contoh\" Cabang6013Daerah Khusus"), "{}", ran.line());
        assert!(ran.stderr.contains(fitted), "{}", ran.stderr);
        assert!(
            ran.stderr.contains("fitted: 60 Merchant City: Daerah Khusus Ibukota Jakarta -> Daerah Khusus"),
            "{}",
            ran.stderr
        );
    }
    // What stands there already is fitted as well; what fits is not touched, and not spoken of.
    let wild = sealed(&STATIC[..STATIC.len() - 8].replacen(
        "5913WARUNG CONTOH",
        "5926WARUNG CONTOH CABANG UTAMA",
        1,
    ));
    let ran = edit(&wild, &["--fit-name", "--amount", "15000"]);
    assert!(ran.code == 0 && ran.line().contains("5920WARUNG CONTOH CABANG60"), "{}", ran.stderr);
    let ran = edit(STATIC, &["--fit-name"]);
    assert_eq!((ran.line(), ran.stderr.as_str()), (STATIC.to_owned(), ""));
    refused(
        &edit(STATIC, &["--fit-name", "--set", "59=\u{200b}"]),
        "nothing of 59 Merchant Name is left in ASCII",
    );
}

/// A record that decode wrote of a bad payload gives it back; what is changed in it is judged.
#[test]
fn json_of_others_is_kept_and_ones_own_is_judged() {
    let bad = sealed(&STATIC[..STATIC.len() - 8].replacen("5204", "5203", 1).replacen("5812", "812", 1));
    let record = qris(&["decode", "--format", "json", &bad]).json();
    let back = |record: &serde_json::Value, more: &[&str]| {
        qris_with(&[&["encode", "--json", "-"], more].concat(), record.to_string().as_bytes())
    };
    let ran = back(&record, &[]);
    assert_eq!((ran.code, ran.line()), (0, bad.clone()), "{}", ran.stderr);
    assert!(ran.stderr.contains("left as it was: error[too-short] 52"), "{}", ran.stderr);
    // Without the payload it was written of, all of it is made here.
    let mut own = record.clone();
    own.as_object_mut().unwrap().remove("payload");
    refused(&back(&own, &[]), "error[too-short] 52");
    assert_eq!(back(&own, &["--allow", "too-short"]).line(), bad);
    // And so is what differs from it.
    let mut changed = record.clone();
    changed.as_object_mut().unwrap().remove("summary");
    let name = changed["objects"].as_array_mut().unwrap().iter_mut().find(|o| o["id"] == "59").unwrap();
    name["value"] = json!("WARUNG CONTOH CABANG UTAMA");
    let ran = back(&changed, &[]);
    refused(&ran, "error[too-long] 59");
    refused(&ran, "left as it was: error[too-short] 52");
    refused(&ran, "1 error in what was made");
}

/// One of two wishes for one object would be lost without a word.
#[test]
fn what_is_wished_twice_is_refused() {
    for (args, path) in [
        (&["--amount", "5", "--set", "54=7"][..], "54"),
        (&["--set", "62/05=A", "--reference", "B"], "62/05"),
        (&["--set", "62/05=A", "--remove", "62/05"], "62/05"),
        (&["--amount", "5", "--remove", "54"], "54"),
        (&["--set", "59=A", "--set", "59=B"], "59"),
        (&["--tip-prompt", "--set", "55=01"], "55"),
        (&["--tip-fixed", "5", "--remove", "56"], "56"),
        (&["--terminal", "A", "--remove", "62/07"], "62/07"),
    ] {
        let ran = edit(STATIC, args);
        let told = format!("error: {path} is set or removed twice");
        assert!(ran.code == 2 && ran.stdout.is_empty() && ran.stderr.starts_with(&told), "{}", ran.stderr);
    }
    // A tip, and the fee of another kind.
    assert_eq!(edit(FINPAY, &["--tip-percent", "5", "--remove", "56"]).code, 0);
}

#[test]
fn what_is_below_nothing_is_no_amount() {
    for args in [["--amount", "-5"], ["--tip-fixed", "-5"], ["--tip-percent", "-5"]] {
        let ran = edit(STATIC, &args);
        assert!(ran.code != 0 && ran.stdout.is_empty(), "{}", ran.stderr);
        assert!(ran.stderr.contains(args[0]) && !ran.stderr.contains("tip:"), "{}", ran.stderr);
    }
}
