//! Making a bad code is an error: `qris encode` and `qris edit` refuse it, show everything, and write nothing.

use crate::support::{FINPAY, Ran, STATIC, qris, qris_with, sealed};
use qris_core::schema::{Content, Format, Grades, Reading, Severity};
use qris_core::{Payload, Profile, Sealed, check};
use serde_json::json;

/// The flags that make [`STATIC`].
const MADE: [&str; 21] = [
    "encode",
    "--guid",
    "ID.CO.EXAMPLE.WWW",
    "--mpan",
    "936009140000000001",
    "--merchant-id",
    "TESTMID00000001",
    "--criteria",
    "UMI",
    "--nmid",
    "ID1026000000012",
    "--mcc",
    "5812",
    "--merchant-name",
    "WARUNG CONTOH",
    "--merchant-city",
    "JAKARTA PUSAT",
    "--postal-code",
    "10110",
    "--terminal",
    "A01",
];

fn edit(payload: &str, args: &[&str]) -> Ran {
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
fn refused(ran: &Ran, said: &str) {
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
            let is_error = |grades: Grades| grades.get(Reading::Qris) == Some(Severity::Error);
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

/// One static code and a file of amounts and references: a payload for every row.
#[test]
fn a_payload_for_every_row() {
    let bulk = |csv: &str, args: &[&str]| {
        qris_with(&[&["edit", STATIC, "--bulk", "-"], args].concat(), csv.as_bytes())
    };
    let columns = ["--column", "amount=total", "--column", "reference=invoice"];
    let csv = "invoice,note,total\nINV-1,\"a, b\nc\",15000\nINV-2,,2500.50\n";
    let ran = bulk(csv, &columns);
    let one =
        |amount: &str, reference: &str| edit(STATIC, &["--amount", amount, "--reference", reference]).line();
    let both = [one("15000", "INV-1"), one("2500.50", "INV-2")];
    assert_eq!((ran.code, ran.text()), (0, format!("{}\n{}\n", both[0], both[1])), "{}", ran.stderr);
    assert!(ran.stderr.contains("written: 2 payloads"), "{}", ran.stderr);

    // A bad row is told with the line it begins in, and its line stays empty, so that the others stand beside their rows.
    let long = "x".repeat(48);
    let huge = "9".repeat(50_000);
    let csv = format!(
        "invoice,note,total\nINV-1,\"two\nlines\",15.000\n{long},,15000\nINV-3,,\nINV-4,,15000\nINV-5 ,,Rp 1\n\
         INV-6,,10000001\nINV-7\nINV-8,,{huge}\n,,1\n"
    );
    let ran = bulk(&csv, &columns);
    assert_eq!(ran.code, 1);
    let lines: Vec<String> = ran.text().lines().map(str::to_owned).collect();
    let alone = edit(STATIC, &["--amount", "1"]).line();
    assert_eq!(lines, ["", "", "", &one("15000", "INV-4"), "", "", "", "", &alone], "{}", ran.stderr);
    for told in [
        "bad: line 2: column total: 3 decimals, but the currency has 2. 15.000 means fifteen thousand? write 15000",
        "bad: line 4: error[too-long] 62/05 Reference Label has 48 characters",
        "bad: line 5: column total: there is no amount",
        "bad: line 7: column total: an amount is digits with at most one point; 'R' is neither. Rp 1 means one? write 1",
        "bad: line 8: error[amount-over-limit] 54",
        "bad: line 9: column total: there is no amount",
        "bad: line 10: column total: the value is too long",
        "written: 2 payloads",
        "bad: 7 rows",
    ] {
        assert!(ran.stderr.contains(told), "{told}: {}", ran.stderr);
    }

    // Every kind of column, flags besides, errors that are let pass, names that are fitted.
    let csv = "a,fee,share,till,name\n1000,50,,T1,Café\n2000,,\"0,7\",T2,Toko\n3000,,0.7,T3,WARUNG CONTOH CABANG PUSAT\n";
    let args = [
        "--column",
        "amount=a",
        "--column",
        "tip-fixed=fee",
        "--column",
        "tip-percent=share",
        "--column",
        "terminal=till",
        "--column",
        "59=name",
    ];
    let ran = bulk(csv, &[&args[..10], &["--set", "62/01=B", "--fit-name"]].concat());
    let lines: Vec<String> = ran.text().lines().map(str::to_owned).collect();
    assert!(
        lines[0].contains("54041000550202560250") && lines[0].contains("5904Cafe"),
        "{lines:?} {}",
        ran.stderr
    );
    assert!(lines[0].contains("62110101B0702T1"), "{lines:?}");
    assert_eq!(lines[1], "");
    assert!(
        ran.stderr.contains("line 3: column share") && ran.stderr.contains("write 0.7"),
        "{}",
        ran.stderr
    );
    assert!(
        lines[2].contains("5502035703\u{30}.7") && lines[2].contains("5920WARUNG CONTOH CABANG60"),
        "{lines:?}"
    );
    let ran = bulk(
        &format!("amount,62/05\n1,{long}\n"),
        &["--column", "amount", "--column", "62/05", "--allow", "too-long"],
    );
    assert!(ran.code == 0 && ran.line().contains(&long), "{}", ran.stderr);
    let kept = bulk("amount\n1\n", &["--column", "amount", "--keep-initiation"]).line();
    assert!(kept.contains("010211"), "{kept}");

    // The command line is at fault: nothing is read.
    for (args, why) in [
        (&["--column", "amount=sum"][..], "there is no column \"sum\""),
        (&["--column", "money=total"], "write OBJECT=NAME"),
        (&[], "--column"),
        (&["--column", "amount=total", "--diff"], "--diff"),
    ] {
        let ran = bulk("total\n1\n", args);
        assert_eq!((ran.code, ran.stdout.len()), (2, 0), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(why), "{args:?}: {}", ran.stderr);
    }
    let ran = qris_with(&["edit", "--bulk", "-", "--column", "amount"], b"amount\n1\n");
    assert!(ran.code == 2 && ran.stderr.contains("give the payload or its file"), "{}", ran.stderr);
    refused(&bulk("amount\n1\n", &["--column", "amount", "--tip-fixed", "1.000"]), "--tip-fixed: 3 decimals");
}

/// What is wrong with the code and left alone is told once, not for every row.
#[test]
fn rows_of_a_code_in_circulation() {
    let wild = sealed(&STATIC[..STATIC.len() - 8].replacen("610510110", "", 1));
    let csv: String =
        std::iter::once("amount\n".to_owned()).chain((1..=500).map(|n| format!("{n}\n"))).collect();
    let ran = qris_with(&["edit", &wild, "--bulk", "-", "--column", "amount"], csv.as_bytes());
    assert_eq!((ran.code, ran.text().lines().count()), (0, 500), "{}", ran.stderr);
    assert_eq!(ran.stderr.matches("warning[missing] 61").count(), 1, "{}", ran.stderr);
}

/// A cell too many is an amount that was cut at its separator; what follows an open quote is in nobody's row.
#[test]
fn rows_whose_cells_stand_under_other_names_are_bad() {
    let columns = ["--column", "amount=total", "--column", "reference=invoice"];
    let bulk =
        |csv: &str| qris_with(&[&["edit", STATIC, "--bulk", "-"], &columns[..]].concat(), csv.as_bytes());
    for csv in
        ["total,invoice\n15,000,INV-1\n", "invoice,total\nINV-1,15,000\n", "invoice,total\nINV-1,Rp 1,500\n"]
    {
        let ran = bulk(csv);
        assert_eq!((ran.code, ran.text().as_str()), (1, "\n"), "{}", ran.stderr);
        let told =
            "bad: line 2: it has 3 cells and the first row names 2 columns: put a value with a separator";
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
    }
    let ran = bulk("invoice,total\nINV-1,15000,,\nINV-2,\"15000\"\n");
    assert_eq!((ran.code, ran.text().lines().count()), (0, 2), "{}", ran.stderr);

    let csv = "invoice,total,note\nINV-1,1000,\"two\nINV-2,2000,b\nINV-3,3000,c\n";
    let ran = bulk(csv);
    assert_eq!((ran.code, ran.text().as_str()), (1, "\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("bad: line 2: a quotation mark in it is never closed"), "{}", ran.stderr);
    // An amount by its path has to be there as well; nothing is set twice, or taken out again.
    let ran = qris_with(&["edit", STATIC, "--bulk", "-", "--column", "54=total"], b"total,x\n,1\n");
    assert!(ran.code == 1 && ran.stderr.contains("there is no amount"), "{}", ran.stderr);
    for (more, told) in [
        (&["--column", "54=invoice"][..], "two columns have the same object"),
        (&["--static"], "--static takes amount and tip out"),
    ] {
        let args = [&["edit", STATIC, "--bulk", "-", "--column", "amount=total"], more].concat();
        let ran = qris_with(&args, b"total,invoice\n1,2\n");
        assert!(ran.code == 2 && ran.stderr.contains(told), "{}", ran.stderr);
    }
    let csv = format!("qrContent,note\n{STATIC},\"a\n{STATIC},b\n");
    let ran = qris_with(&["bulk", "--column", "qrContent"], csv.as_bytes());
    assert_eq!((ran.code, ran.stdout.len()), (2, 0), "{}", ran.stderr);
    assert!(ran.stderr.contains("a quotation mark in the row of line 2 is never closed"), "{}", ran.stderr);
}

/// Pictures of all rows are one pipe further, each named after its row; a bad row has none.
#[cfg(feature = "scan")]
#[test]
fn a_picture_for_every_row() {
    let folder = tempfile::tempdir().unwrap();
    let codes = folder.path().join("codes");
    let rows = b"total\n15000\n15.000\n2500\n";
    let made = qris_with(&["edit", STATIC, "--bulk", "-", "--column", "amount=total"], rows);
    assert_eq!(made.code, 1, "{}", made.stderr);
    let drawn = qris_with(&["render", "--bulk", "-", "--out-dir", codes.to_str().unwrap()], &made.stdout);
    assert_eq!(drawn.code, 0, "{}", drawn.stderr);
    let mut names: Vec<_> =
        std::fs::read_dir(&codes).unwrap().map(|file| file.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["000001.png", "000003.png"]);
    let out = folder.path().join("named");
    let args = ["--column", "amount=total", "--name-column", "invoice", "--out-dir", out.to_str().unwrap()];
    let rows = b"invoice,total\nINV/1,15000\nINV/2,15.000\n,2500\nINV/1,7\n";
    let ran = qris_with(&[&["edit", STATIC, "--bulk", "-"], &args[..]].concat(), rows);
    assert_eq!((ran.code, ran.stdout.len()), (1, 0), "{}", ran.stderr);
    for told in
        ["bad: line 3: column total: 3 decimals", "bad: line 5: its file would be called INV_1", "written: 2"]
    {
        assert!(ran.stderr.contains(told), "{told}: {}", ran.stderr);
    }
    let again = qris_with(&[&["edit", STATIC, "--bulk", "-"], &args[..]].concat(), rows);
    assert!(again.code == 2 && again.stderr.contains("is not empty: name a new folder"), "{}", again.stderr);
    for (name, amount) in [("INV_1.png", "15000"), ("000004.png", "2500")] {
        let scanned = qris(&["scan", out.join(name).to_str().unwrap()]);
        assert_eq!(scanned.line(), edit(STATIC, &["--amount", amount]).line());
    }
    for (name, amount) in [("000001.png", "15000"), ("000003.png", "2500")] {
        let scanned = qris(&["scan", codes.join(name).to_str().unwrap()]);
        assert_eq!(scanned.line(), edit(STATIC, &["--amount", amount]).line());
    }
}
