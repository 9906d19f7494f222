//! `qris edit --bulk`: one code and a CSV file of amounts and references.

use crate::making::{edit, refused};
#[cfg(feature = "scan")]
use crate::support::qris;
use crate::support::{STATIC, qris_with, sealed};

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
        (&["--column", "54=invoice"][..], "54 is set or removed twice, by options or by columns"),
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
