//! The human view of `qris decode`, and numbers in words.

use qris_testkit::vectors;

use crate::support::{FINPAY, STATIC, qris, sealed};

/// The four lines a payload's view opens with.
fn opening(payload: &str) -> Vec<String> {
    let ran = qris(&["decode", payload]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let text = ran.text();
    let (head, tree) = text.split_once("\n\n").expect("a blank line before the tree");
    assert!(tree.starts_with("00 02 Payload Format Indicator: "), "{text}");
    head.lines().map(str::to_owned).collect()
}

/// The static payload with other objects behind the currency.
fn with(objects: &str) -> String {
    sealed(&STATIC[..STATIC.len() - 8].replace("5303360", &format!("5303360{objects}")))
}

#[test]
fn four_lines_say_what_people_want_to_know() {
    assert_eq!(
        opening(FINPAY),
        [
            "merchant  Test Sogi, JAKARTA SELATAN 12710",
            "acquirer  Finnet (Finpay); NMID ID1234567891",
            "amount    Rp 1.000 + fee Rp 50 = Rp 1.050",
            "kind      payment, dynamic: a code for one transaction",
        ]
    );
    assert_eq!(
        opening(STATIC)[2..],
        ["amount    the payer enters it", "kind      payment, static: a code for many transactions"]
    );
}

#[test]
fn the_total_follows_the_rules_of_fees() {
    for (objects, line) in [
        (&[(54, "15000")][..], "Rp 15.000"),
        (&[(54, "15000"), (55, "01")], "Rp 15.000, and a tip that the payer chooses"),
        (&[(54, "15050"), (55, "03"), (57, "0.7")], "Rp 15.050 + fee 0.7% = Rp 15.155,35"),
        (&[(55, "02"), (56, "1.50")], "the payer enters it; a fee of Rp 1,50 is added"),
        (&[(55, "01")], "the payer enters it, and a tip"),
        (&[(54, "15000"), (55, "02")], "Rp 15.000, and a fee that cannot be read (55 to 57)"),
        (&[(55, "07")], "the payer enters it; there is a fee that cannot be read (55 to 57)"),
        (
            &[(54, "9999999999999"), (55, "02"), (56, "1")],
            "Rp 9.999.999.999.999 + fee Rp 1: amount and fee to",
        ),
    ] {
        let objects: String =
            objects.iter().map(|(id, value)| format!("{id}{:02}{value}", value.len())).collect();
        let opening = opening(&with(&objects));
        assert!(opening[2].starts_with(&format!("amount    {line}")), "{objects}: {}", opening[2]);
    }
    let unread = &opening(&with("540699.000"))[2];
    assert!(unread.starts_with("amount    54 cannot be read: "), "{unread}");
}

#[test]
fn whatever_a_payload_holds_the_opening_has_four_lines_of_80_columns() {
    let long = STATIC[..STATIC.len() - 8].replace("5913WARUNG CONTOH", &format!("5999{}", "W".repeat(99)));
    let mut payloads: Vec<String> = vec![sealed(&long)];
    payloads.extend(vectors::vectors().unwrap().into_iter().filter(|v| v.error.is_none()).map(|v| v.payload));
    for payload in payloads {
        let opening = opening(&payload);
        assert_eq!(opening.len(), 4, "{payload}");
        assert!(opening.iter().all(|line| line.chars().count() <= 80), "{opening:?}");
    }
}

#[test]
fn an_altered_payload_has_no_opening() {
    let ran = qris(&["decode", &FINPAY.replace("Test Sogi", "Test Soga")]);
    assert_eq!(ran.code, 1);
    assert!(ran.text().starts_with("00 02 Payload"), "{}", ran.text());
}

#[test]
fn the_tree_has_the_names_behind_numbers() {
    let text = qris(&["decode", FINPAY]).text();
    for line in [
        "   01 18 Merchant PAN: 936007773200716001 (Finnet (Finpay))\n",
        "52 04 Merchant Category Code: 5814 (Fast food)\n",
        "53 03 Transaction Currency: 360 (IDR, Rupiah)\n",
        "58 02 Country Code: ID (Indonesia)\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    // A number that no table has stays alone.
    let unknown = sealed(&STATIC[..STATIC.len() - 8].replace("52045812", "52041234"));
    assert!(qris(&["decode", &unknown]).text().contains("Merchant Category Code: 1234\n"));
}

#[test]
fn profiles_are_said_in_words() {
    // Its 51 is missing, which EMVCo does not ask for and nobody in practice either.
    let tip = vectors::vectors().unwrap().into_iter().find(|v| v.name == "qris-official-style-c7-tip-prompt");
    let tip = tip.unwrap().payload;
    for (profile, words) in
        [("wild", "as printed in practice"), ("qris", "not as QRIS says"), ("emvco", "as EMVCo says")]
    {
        let text = qris(&["decode", "--profile", profile, &tip]).text();
        assert!(text.contains(&format!("\n\n{words}, CRC right\n")), "{profile}: {text}");
        let told = qris(&["check", "--profile", profile, &tip]).stderr;
        assert!(told.starts_with(&format!("checked: {words}: ")), "{profile}: {told}");
    }
}

#[test]
fn one_is_no_plural() {
    let told = qris(&["check", FINPAY]).stderr;
    assert_eq!(told, "checked: as printed in practice: 0 errors, 1 warning, 0 notes\n");
}
