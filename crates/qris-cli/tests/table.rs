//! What reads the table of data objects by hand has every row of it, or says why not: the summary in JSON, the way back
//! from it, and the flags of `qris encode`.

use std::collections::BTreeSet;

use qris_cli::json::{Summary, from_json};
use qris_core::schema::{Content, ObjectSpec};
use qris_core::{AccountValues, Builder, Id, Path, Payload, Profile};
use qris_testkit::vectors;
use qris_testkit::violate::rows;
use serde_json::{Value, json};

use crate::support::qris;

/// Rows that the summary has under another name than their key.
const UNDER_ANOTHER_NAME: [(&[u8], &str); 3] =
    [(&[55], "/tip/kind"), (&[56], "/tip/fixed"), (&[57], "/tip/percent")];

/// Rows that are not in the summary, and why.
const NOT_IN_THE_SUMMARY: [(&[u8], &str); 1] = [(&[0], "it is 01 in every payload")];

/// Rows that `qris encode` has no flag for, and why `--set` is enough.
const WITHOUT_FLAG: [(&[u8], &str); 21] = [
    (&[0], "it is 01 in every payload"),
    (&[1], "12 with an amount and 11 without"),
    (&[65], "few payloads have it"),
    (&[26, 4], "few payloads have it"),
    (&[40, 0], "transfers are made by acquirers"),
    (&[40, 1], "transfers are made by acquirers"),
    (&[40, 2], "transfers are made by acquirers"),
    (&[40, 3], "transfers are made by acquirers"),
    (&[40, 4], "transfers are made by acquirers"),
    (&[51, 0], "there is one identifier"),
    (&[51, 4], "few payloads have it"),
    (&[62, 2], "the payer's telephone number"),
    (&[62, 3], "few payloads have it"),
    (&[62, 4], "few payloads have it"),
    (&[62, 6], "few payloads have it"),
    (&[62, 8], "of transfers"),
    (&[62, 9], "asks the payer's application for data"),
    (&[62, 10], "few payloads have it"),
    (&[62, 11], "few payloads have it"),
    (&[62, 99, 0], "acquirers' own"),
    (&[62, 99, 1], "acquirers' own"),
];

/// The rows with a value that means something to QRIS. 41–45 are as 26–39; what is in the templates of payment systems and of
/// nobody means what their 00 says.
fn leaves() -> Vec<(Path, &'static ObjectSpec)> {
    let is_ours = |path: &Path| {
        let ids: Vec<u8> = path.ids().map(Id::number).collect();
        !matches!(ids[..], [2..=25 | 41..=50 | 63 | 80..=99, ..] | [62, 50..=98, ..])
    };
    let is_leaf = |row: &ObjectSpec| !row.reserved && !matches!(row.content, Content::Template(_));
    // 01–99 of an account, where no row of QRIS says more.
    let is_anything = |row: &ObjectSpec| row.last.number() == 99 && row.first != row.last;
    rows(&Profile::QRIS)
        .into_iter()
        .filter(|(path, row)| is_ours(path) && is_leaf(row) && !is_anything(row))
        .collect()
}

/// Where a summary has an object.
fn pointer(summary: &Value, path: Path, row: &ObjectSpec) -> String {
    if let Some((_, other)) = UNDER_ANOTHER_NAME.iter().find(|(ids, _)| Path::of(ids) == path) {
        return (*other).to_owned();
    }
    let accounts = summary["accounts"].as_array().map(Vec::as_slice).unwrap_or_default();
    let id = path.first().map(|id| id.to_string());
    let place = accounts.iter().position(|account| account["id"].as_str() == id.as_deref());
    let account = format!("/accounts/{}", place.unwrap_or_default());
    let around = match path.ids().map(Id::number).collect::<Vec<_>>()[..] {
        [_] => "",
        [26..=39, _] => &account,
        [40, _] => "/transfer",
        [51, _] => "/national",
        [62, 99, _] => "/additional/proprietary",
        [62, _] => "/additional",
        [64, _] => "/language",
        _ => {
            panic!("{path} {}: say in `pointer` where the summary has what is inside this template", row.name)
        }
    };
    format!("{around}/{}", row.key)
}

/// No published payload has the BIC of a merchant account.
fn with_bic() -> Vec<u8> {
    let (mpan, criteria) = ("936009140000000001".parse().unwrap(), "UMI".parse().unwrap());
    let account = AccountValues::new("ID.CO.EXAMPLE.WWW", mpan, "TESTMID00000001", criteria);
    let mut builder = Builder::rupiah();
    builder
        .account(Id::MERCHANT_ACCOUNT, &account.with_bic("EXAMIDJA"))
        .national("ID1026000000012".parse().unwrap(), criteria)
        .mcc("5812".parse().unwrap())
        .merchant_name("WARUNG CONTOH")
        .merchant_city("JAKARTA PUSAT")
        .postal_code("10110");
    builder.write_to(&mut [0; 512]).unwrap().as_bytes().to_vec()
}

/// The valid payloads that have an object of the row, each with the object's path and its summary.
fn with(path: Path) -> Vec<(String, Path, Value)> {
    let ids: Vec<u8> = path.ids().map(Id::number).collect();
    let alike = match ids[..] {
        [26, inside] => (26..=39).map(|id| Path::of(&[id, inside])).collect(),
        _ => vec![path],
    };
    let mut found = Vec::new();
    let files = vectors::valid().unwrap().into_iter().map(|file| file.bytes);
    for bytes in files.chain([with_bic()]) {
        let text = String::from_utf8(bytes).unwrap();
        let Ok(payload) = Payload::parse(text.trim_end()) else { continue };
        let summary = serde_json::to_value(Summary::of(&payload)).unwrap();
        for path in alike.iter().filter(|path| payload.find(**path).is_some()) {
            found.push((text.trim_end().to_owned(), *path, summary.clone()));
        }
    }
    found
}

#[test]
fn every_row_is_in_the_summary_and_comes_back_from_it() {
    let mut faults = Vec::new();
    for (path, row) in leaves() {
        if NOT_IN_THE_SUMMARY.iter().any(|(ids, _)| Path::of(ids) == path) {
            continue;
        }
        let payloads = with(path);
        let is_shown = |summary: &Value, path| {
            summary.pointer(&pointer(summary, path, row)).is_some_and(|value| !value.is_null())
        };
        let shown: Vec<_> = payloads.iter().filter(|(_, path, summary)| is_shown(summary, *path)).collect();
        if shown.is_empty() {
            faults.push(format!(
                "{path} {}: no summary has `{}`; add it to src/json/summary.rs, or to NOT_IN_THE_SUMMARY with the reason",
                row.name, row.key
            ));
            continue;
        }
        let comes_back = shown.iter().any(|(text, path, summary)| {
            let before = Payload::parse(text).unwrap();
            let restored = from_json(&json!({ "summary": summary }).to_string(), &Profile::of(&before));
            restored.is_ok_and(|restored| {
                let after = Payload::parse(&restored.payload).unwrap();
                after.find(*path).map(|object| object.value())
                    == before.find(*path).map(|object| object.value())
            })
        });
        if !comes_back {
            faults.push(format!(
                "{path} {}: add it to `fill` (of 62 to `labels`) in src/json/restore.rs",
                row.name
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_row_has_a_flag_or_a_reason() {
    let help = qris(&["encode", "--help"]).text();
    let (flags, _) = help.split_once("\nExamples:").unwrap();
    // "55 = 01" names 55, and no object 01.
    let no_values: String =
        flags.split("= ").map(|piece| piece.trim_start_matches(|c: char| c.is_ascii_digit())).collect();
    let named: BTreeSet<&str> = no_values.split(|c: char| !c.is_ascii_digit() && c != '-').collect();
    let mut reasons: BTreeSet<Path> = WITHOUT_FLAG.iter().map(|(ids, _)| Path::of(ids)).collect();
    // 64: a payload in a second language is made with --set.
    for (path, row) in leaves().into_iter().filter(|(path, _)| path.first() != Some(Id::LANGUAGE)) {
        let has_flag = named.contains(path.to_string().replace('/', "-").as_str());
        let has_reason = reasons.remove(&path);
        assert!(
            has_flag != has_reason,
            "{path} {}: give `qris encode` a flag whose help names it, or say in WITHOUT_FLAG why --set is enough",
            row.name
        );
    }
    assert!(reasons.is_empty(), "no row has these: {reasons:?}");
}

/// docs/data-objects.md says in words what each value must be.
#[test]
fn every_content_has_words() {
    let document = qris(&["schema", "--markdown"]).text();
    let without: Vec<&str> = document.lines().filter(|line| line.contains("| ?")).collect();
    assert!(without.is_empty(), "say it in src/cmd/schema.rs: {without:?}");
}
