//! The generated Rust files say what `data/*.csv` says, its rows are well formed, and each is found by its lookup.

use std::collections::BTreeSet;

use proptest::prelude::*;
use qris_tables::acquirers::{ACQUIRERS, AcquirerKind};
use qris_tables::countries::COUNTRIES;
use qris_tables::currencies::CURRENCIES;
use qris_tables::mccs::{MCC_RANGES, MCCS};
use qris_tables::*;

use crate::support::{self, TABLES, Table};

fn table(name: &str) -> &'static Table {
    TABLES.iter().find(|table| table.name == name).unwrap()
}

/// One column of a table, top to bottom.
fn column(table: &Table, column: &str) -> Vec<String> {
    let place = table.columns.iter().position(|name| *name == column).unwrap();
    table.read().rows.into_iter().map(|cells| cells[place].clone()).collect()
}

fn is_digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_capitals(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_date(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    matches!(parts[..], [year, month, day] if is_digits(year, 4)
        && is_digits(month, 2) && ("01"..="12").contains(&month)
        && is_digits(day, 2) && ("01"..="31").contains(&day))
}

#[test]
fn generated_files_are_fresh() {
    for table in &support::TABLES {
        let path = table.rust_path();
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            found == table.generate(),
            "src/generated/{0}.rs is older than data/{0}.csv; run `cargo run -p qris-tables --example generate`",
            table.name
        );
    }
}

#[test]
fn files_are_dated_sorted_and_unique() {
    for table in &TABLES {
        let data = table.read();
        assert!(is_date(&data.as_of), "{}: `As of {}`", table.name, data.as_of);
        assert!(!data.rows.is_empty(), "{} is empty", table.name);
        for pair in data.rows.windows(2) {
            assert!(pair[0][0] < pair[1][0], "{}: {} stands before {}", table.name, pair[0][0], pair[1][0]);
        }
    }
}

#[test]
fn codes_have_their_form() {
    let form = |name, of, good: &dyn Fn(&str) -> bool| {
        for cell in column(table(name), of) {
            assert!(good(&cell), "{name}: {of} `{cell}`");
        }
    };
    form("acquirers", "nns", &|cell| is_digits(cell, 8) && cell.starts_with("9360"));
    form("countries", "alpha2", &|cell| is_capitals(cell, 2));
    form("countries", "alpha3", &|cell| is_capitals(cell, 3));
    form("countries", "numeric", &|cell| is_digits(cell, 3));
    form("currencies", "numeric", &|cell| is_digits(cell, 3));
    form("currencies", "alpha", &|cell| is_capitals(cell, 3));
    form("currencies", "exponent", &|cell| ["", "0", "2", "3", "4"].contains(&cell));
    form("mccs", "code", &|cell| is_digits(cell, 4));
    form("mcc_ranges", "first", &|cell| is_digits(cell, 4));
    form("mcc_ranges", "last", &|cell| is_digits(cell, 4));
}

#[test]
fn second_keys_are_unique_too() {
    for (name, of) in [("countries", "alpha3"), ("countries", "numeric"), ("currencies", "alpha")] {
        let cells = column(table(name), of);
        assert_eq!(cells.iter().collect::<BTreeSet<_>>().len(), cells.len(), "{name}: {of}");
    }
}

#[test]
fn names_are_short_clean_and_unique() {
    for table in TABLES.iter().filter(|table| table.columns.contains(&"name")) {
        let names = column(table, "name");
        for name in &names {
            let clean = name.chars().all(|c| !c.is_control() && c != '|') && name.trim() == name;
            assert!(clean && (2..=60).contains(&name.chars().count()), "{}: name `{name}`", table.name);
        }
        let mut seen = BTreeSet::new();
        for name in &names {
            assert!(seen.insert(name), "{}: two rows are called `{name}`", table.name);
        }
    }
}

#[test]
fn brand_ranges_do_not_overlap_and_hold_no_single_code() {
    for pair in MCC_RANGES.windows(2) {
        assert!(pair[0].last < pair[1].first);
    }
    for range in MCC_RANGES {
        assert!(range.first <= range.last);
    }
    for row in MCCS {
        assert_eq!(mcc_range(row.code), None, "{} lies in a brand range", row.code);
    }
}

#[test]
fn constants_carry_the_date_of_their_file() {
    for (name, as_of) in [
        ("acquirers", acquirers::AS_OF),
        ("countries", countries::AS_OF),
        ("currencies", currencies::AS_OF),
        ("indonesian", indonesian::AS_OF),
        ("mccs", mccs::AS_OF),
        ("mcc_ranges", mccs::RANGES_AS_OF),
    ] {
        assert_eq!(table(name).read().as_of, as_of, "{name}");
    }
}

#[test]
fn every_row_is_found_by_each_of_its_codes() {
    for row in ACQUIRERS {
        assert_eq!(acquirer(row.nns), Some(row));
        assert_eq!(acquirer_of_pan(&format!("{}0000000000", row.nns)), Some(row));
        assert_eq!(format!("9360{}", row.code), row.nns);
    }
    for row in COUNTRIES {
        assert_eq!(country(row.alpha2), Some(row));
        assert_eq!(country_by_alpha3(row.alpha3), Some(row));
        assert_eq!(country_by_numeric(row.numeric), Some(row));
    }
    for row in CURRENCIES {
        assert_eq!(currency_by_numeric(row.numeric), Some(row));
        assert_eq!(currency_by_alpha(row.alpha), Some(row));
    }
    for row in MCCS {
        assert_eq!(mcc(row.code), Some(row));
        assert_eq!(mcc_name(row.code), Some(row.name));
    }
    for range in MCC_RANGES {
        for code in [range.first, range.last] {
            assert_eq!(mcc_range(code), Some(range));
            assert_eq!(mcc_name(code), Some(range.name));
        }
    }
}

#[test]
fn exponents_other_than_two_are_these() {
    let with = |exponent| {
        let mut alphas: Vec<_> =
            CURRENCIES.iter().filter(|row| row.exponent == exponent).map(|row| row.alpha).collect();
        alphas.sort_unstable();
        alphas.join(" ")
    };
    assert_eq!(with(Some(0)), "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF");
    assert_eq!(with(Some(3)), "BHD IQD JOD KWD LYD OMR TND");
    assert_eq!(with(Some(4)), "CLF UYW");
    assert_eq!(with(None), "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX");
}

#[test]
fn withdrawn_currencies_are_unknown() {
    for alpha in ["ANG", "BGN", "CUC", "HRK", "SLL", "ZWL"] {
        assert_eq!(currency_by_alpha(alpha), None, "{alpha} is no longer in force");
    }
    assert_eq!(currency_by_numeric("532").map(|row| row.alpha), Some("XCG"), "ANG's number lives on");
}

#[test]
fn easily_confused_acquirers() {
    let name = |nns| acquirer(nns).map(|row| row.name);
    assert_eq!(name("93600911"), Some("LinkAja"));
    assert_eq!(name("93600915"), Some("DANA"));
    assert_eq!(acquirer("93600915").map(|row| row.kind), Some(AcquirerKind::NonBank));
    // Two numbers unlike the others: a code outside 0xxx, and a ninth digit that belongs to the rest of the PAN.
    assert_eq!(name("93608161"), Some("Pos Indonesia"));
    assert_eq!(name("936002004"), None);
    assert_eq!(acquirer_of_pan("936002004000000001"), acquirer("93600200"));
}

#[test]
fn near_misses_are_unknown() {
    for text in ["", "9", "9360091", "936009144", " 93600914", "9360091\u{0664}", "\u{1F600}\u{1F600}"] {
        assert_eq!(acquirer(text), None, "{text:?}");
    }
    assert_eq!(acquirer_of_pan("9360091\u{e9}0000000001"), None, "eight bytes would cut a letter in two");
    for text in ["", "581", "58122", "30O0", "30\u{e9}", "0000", "2999", "4000"] {
        assert_eq!(mcc_name(text), None, "{text:?}");
    }
    assert_eq!(country("id"), None);
    assert_eq!(country("IDN"), None);
}

#[test]
fn readme_counts_the_rows() {
    let readme = include_str!("../README.md");
    for cell in [
        format!("| {} | the national", ACQUIRERS.len()),
        format!("| {} and three brand ranges |", MCCS.len()),
        format!("| {} | translated here", indonesian::TEXTS.len()),
        format!("| {} | ISO 4217", CURRENCIES.len()),
        format!("| {} | ISO 3166-1", COUNTRIES.len()),
    ] {
        assert!(readme.contains(&cell), "crates/qris-tables/README.md says another count: write `{cell}`");
    }
    assert_eq!(MCC_RANGES.len(), 3);
}

/// Codes that hit often, and text that must not trip anything.
fn code() -> impl Strategy<Value = String> {
    prop_oneof!["[0-9]{3,4}", "9360[0-9]{0,15}", "[A-Z]{2,3}", any::<String>()]
}

proptest! {
    #[test]
    fn lookups_agree_with_a_linear_search(code in code()) {
        prop_assert_eq!(acquirer(&code), ACQUIRERS.iter().find(|row| row.nns == code));
        prop_assert_eq!(country(&code), COUNTRIES.iter().find(|row| row.alpha2 == code));
        prop_assert_eq!(currency_by_numeric(&code), CURRENCIES.iter().find(|row| row.numeric == code));
        prop_assert_eq!(mcc(&code), MCCS.iter().find(|row| row.code == code));
        prop_assert_eq!(
            acquirer_of_pan(&code),
            ACQUIRERS.iter().find(|row| code.starts_with(row.nns))
        );
        prop_assert_eq!(
            mcc_range(&code).is_some(),
            is_digits(&code, 4) && (3000..=3999).contains(&code.parse::<u32>().unwrap_or(0))
        );
    }
}
