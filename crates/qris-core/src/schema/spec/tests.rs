//! Bad tables do not get through. At compile time these refusals stop the build; here they are panics to be caught.

use std::boxed::Box;
use std::panic;
use std::string::{String, ToString};
use std::vec;

use super::*;
use crate::schema::{Reading, Severity};

fn spec(rows: std::vec::Vec<ObjectSpec>) -> TemplateSpec {
    TemplateSpec::new("a table", Box::leak(rows.into_boxed_slice()))
}

/// A leaf with everything a row needs.
fn row(id: u8) -> ObjectSpec {
    let key = Box::leak(std::format!("row_{id}").into_boxed_str());
    ans(id, "a row", key, 1, 9).cite("a document")
}

/// Why the table is refused; empty when it is not.
fn refused(spec: &TemplateSpec) -> String {
    why(panic::AssertUnwindSafe(|| spec.check(Path::PAYLOAD)))
}

fn why<T>(work: impl FnOnce() -> T + panic::UnwindSafe) -> String {
    match panic::catch_unwind(work) {
        Ok(_) => String::new(),
        Err(reason) => match reason.downcast::<&str>() {
            Ok(reason) => reason.to_string(),
            Err(reason) => *reason.downcast::<String>().unwrap_or_default(),
        },
    }
}

#[test]
fn good_tables_are_let_in() {
    let inner: &'static TemplateSpec = Box::leak(Box::new(spec(vec![row(0), row(1).through(99)])));
    let good = spec(vec![
        n(0, "first", "first", 2, 2).mandatory(b"EEE").content(Content::Fixed("01")).cite("a document"),
        row(1),
        s(26, "account", "account", 1, 99).through(51).template(inner, b"EWN").cite("a document"),
        row(59)
            .when(Path::root(Id::known(1)), "x", b"-EW")
            .no_pipe()
            .length(b"EEW")
            .characters(b"EEN")
            .value(b"--E"),
        row(65).through(79).reserved(),
    ]);
    assert_eq!(refused(&good), "");
    assert!(good.mandatory().contains(0) && !good.mandatory().contains(59));
    assert!(good.conditional().contains(59) && !good.conditional().contains(0));
    let of = |id| good.row(Id::known(id)).copied();
    assert_eq!(of(26).map(|row| row.framing), Some(Grades::of(b"EWN")));
    assert_eq!((of(40).map(|row| row.name), of(52).map(|row| row.name)), (Some("account"), None));
    let graded = of(59).unwrap();
    assert!(graded.no_pipe && !graded.reserved && of(70).is_some_and(|row| row.reserved && !row.no_pipe));
    assert_eq!(graded.missing.get(Reading::Emvco), None);
    assert_eq!(graded.missing.get(Reading::Letter), Some(Severity::Error));
    assert_eq!(graded.length.get(Reading::Wild), Some(Severity::Warning));
    assert_eq!(graded.characters.get(Reading::Wild), Some(Severity::Note));
    assert_eq!(graded.value, Grades::of(b"--E"));
    assert_eq!(good.rows().count(), 5);
    assert!(
        good.has_row(59, None) && good.has_row(59, Some(Format::Any)) && good.has_row(0, Some(Format::Ans))
    );
    assert!(!good.has_row(59, Some(Format::Numeric)) && !good.has_row(52, None));
    assert!(of(65).is_some_and(|row| [65, 70, 79].iter().all(|id| row.covers(Id::known(*id)))));
    assert!(of(65).is_some_and(|row| ![64, 80].iter().any(|id| row.covers(Id::known(*id)))));
}

#[test]
fn bad_rows_are_refused_by_name() {
    let table = |rows| refused(&spec(rows));
    assert_eq!(table(vec![row(2), row(1)]), "01 a row: rows out of order or overlapping");
    assert_eq!(table(vec![row(1).through(5), row(5)]), "05 a row: rows out of order or overlapping");
    assert_eq!(table(vec![row(1).through(5), row(6)]), "");
    assert_eq!(table(vec![row(5).through(4)]), "05 a row: a run of IDs goes upwards");
    for (min, max, bad) in [(0, 1, true), (2, 1, true), (1, 100, true), (1, 99, false), (5, 5, false)] {
        let reason = table(vec![ans(1, "a row", "row", min, max).cite("a document")]);
        assert_eq!(reason, if bad { "01 a row: 1 <= min <= max <= 99" } else { "" }, "{min} {max}");
    }
    assert_eq!(table(vec![ans(1, "a row", "row", 1, 9)]), "01 a row: every row cites its document");
    let fixed = |text| table(vec![ans(1, "a row", "row", 2, 3).content(Content::Fixed(text)).cite("x")]);
    assert_eq!(["1", "12", "123", "1234"].map(|text| fixed(text).is_empty()), [false, true, true, false]);
    assert_eq!(
        table(vec![row(1).when(Path::root(Id::known(2)), "x", b"EEE")]),
        "01 a row: a condition names a row that exists"
    );
    assert_eq!(why(|| row(100)), "a row: an ID is two digits");
    assert_eq!(why(|| row(1).through(100)), "01 a row: an ID is two digits");
    assert_eq!(why(|| row(7).length(b"EEX")), "07 a row: a grade is E, W, N or -");
    assert_eq!(why(|| Grades::of(b"EEX")), "a grade is E, W, N or -");
    // A name that is too long is cut, and what is left is said.
    let long: &'static str = Box::leak("n".repeat(300).into_boxed_str());
    assert_eq!(why(|| ans(100, long, "row", 1, 9)), "n".repeat(256));
    let cut: &'static str = Box::leak(std::format!("{}é", "n".repeat(255)).into_boxed_str());
    assert_eq!(
        why(|| ans(100, cut, "row", 1, 9)),
        "a row of the table is wrong, and its name is too long to be said"
    );
}

#[test]
fn a_json_key_is_given_once() {
    let named = |id, name, key| ans(id, name, key, 1, 9).cite("a document");
    let twice = spec(vec![named(3, "Queue", "queue"), named(7, "Line", "queue")]);
    let reason = "03 Queue: its JSON key `queue` is that of 07 Line; each row has a key of its own";
    assert_eq!(refused(&twice), reason);
    let near = spec(vec![named(3, "Queue", "queue"), named(7, "Line", "queux"), named(8, "Row", "queues")]);
    assert_eq!(refused(&near), "");
    // What is reserved has no name of its own.
    let reserved = spec(vec![named(3, "Reserved", "reserved").reserved(), named(7, "Reserved", "reserved")]);
    assert_eq!(refused(&reserved), "");
    // A key of the table below counts where its row still holds.
    let base: &'static TemplateSpec = Box::leak(Box::new(spec(vec![named(3, "Queue", "queue").through(4)])));
    let over = |rows: std::vec::Vec<ObjectSpec>| {
        refused(&TemplateSpec::over(base, "over", Box::leak(rows.into_boxed_slice())))
    };
    assert_eq!(
        over(vec![named(7, "Line", "queue")]),
        "07 Line: its JSON key `queue` is that of 03 Queue; each row has a key of its own"
    );
    assert_eq!(over(vec![named(3, "Queue", "other").through(4), named(7, "Line", "queue")]), "");
    // Templates of one table are one list, those of two are not.
    let inside = |name| -> &'static TemplateSpec {
        Box::leak(Box::new(TemplateSpec::new(name, Box::leak(Box::new([row(1)])))))
    };
    let account = |id, spec| s(id, "account", "account", 1, 99).template(spec, b"EEE").cite("a document");
    assert_eq!(refused(&spec(vec![account(26, inside("a")), account(27, inside("a"))])), "");
    assert_ne!(refused(&spec(vec![account(26, inside("a")), account(27, inside("b"))])), "");
}

#[test]
fn templates_are_where_the_parser_has_them() {
    let inner: &'static TemplateSpec = Box::leak(Box::new(spec(vec![row(1)])));
    let template = |id| s(id, "a template", "template", 1, 99).template(inner, b"EEE").cite("a document");
    assert_eq!(refused(&spec(vec![template(26)])), "");
    assert_eq!(refused(&spec(vec![template(25)])), "25 a template: the parser does not nest here");
    assert_eq!(refused(&spec(vec![row(26)])), "26 a row: the parser nests here");
    assert_eq!(
        refused(&spec(vec![row(80), row(99)])),
        "",
        "a table can have a text where templates are unreserved"
    );
    // What is inside is checked as well. Accounts can have one more level, others and deeper ones cannot.
    let bad: &'static TemplateSpec = Box::leak(Box::new(spec(vec![ans(2, "a row", "row", 1, 9)])));
    let holding =
        |id, inside| s(id, "a template", "template", 1, 99).template(inside, b"EEE").cite("a document");
    assert_eq!(refused(&spec(vec![holding(26, bad)])), "26/02 a row: every row cites its document");
    let third: &'static TemplateSpec = Box::leak(Box::new(spec(vec![holding(1, inner)])));
    assert_eq!(refused(&spec(vec![holding(26, third)])), "");
    assert_eq!(refused(&spec(vec![holding(64, third)])), "64/01 a template: the parser does not nest here");
    let fourth: &'static TemplateSpec = Box::leak(Box::new(spec(vec![holding(1, third)])));
    assert_eq!(
        refused(&spec(vec![holding(26, fourth)])),
        "26/01/01 a template: the parser does not nest here"
    );
}

#[test]
fn rows_of_accounts_by_identifier_are_checked_too() {
    let inner: &'static TemplateSpec = Box::leak(Box::new(spec(vec![row(0)])));
    let of = |row: ObjectSpec| refused(&spec(vec![]).accounts(Box::leak(Box::new([("A", row)]))));
    let account = |id| s(id, "account", "account", 1, 99).template(inner, b"EEE").cite("a document");
    assert_eq!(of(account(26).through(51)), "");
    assert_eq!(of(account(25)), "25 account: accounts are 26 to 51 of the root");
    assert_eq!(of(account(26).through(52)), "26 account: accounts are 26 to 51 of the root");
    assert_eq!(of(row(26)), "26 a row: an account is a template");
    let one_of =
        spec(vec![row(1), row(2), row(3)]).exactly_one(&[1, 3], "a document", b"EWN").one_of.unwrap();
    assert_eq!(one_of.ids().map(Id::number).collect::<vec::Vec<_>>(), [1, 3]);
    assert_eq!(
        why(|| spec(vec![]).exactly_one(&[], "a document", b"EWX")),
        "a table: a grade is E, W, N or -"
    );
}

#[test]
fn a_profile_only_narrows() {
    let base: &'static TemplateSpec = Box::leak(Box::new(spec(vec![
        ans(1, "of the base", "row", 2, 8).mandatory(b"EEE").cite("x"),
        row(2).when(Path::root(Id::known(1)), "x", b"EEE"),
        row(3),
    ])));
    let over = |row: ObjectSpec| TemplateSpec::over(base, "over", Box::leak(vec![row].into_boxed_slice()));
    let mine = |format: fn(u8, &'static str, &'static str, u8, u8) -> ObjectSpec, min, max| {
        refused(&over(format(1, "mine", "row", min, max).cite("x")))
    };
    assert_eq!((mine(ans, 2, 8), mine(n, 3, 7)), (String::new(), String::new()));
    for wider in [mine(ans, 1, 8), mine(ans, 2, 9), mine(s, 2, 8)] {
        assert_eq!(wider, "01 mine: a profile may only narrow");
    }
    let profile = over(n(1, "mine", "row", 3, 7).cite("x"));
    let name = |id| profile.row(Id::known(id)).map(|row| row.name);
    assert_eq!((name(1), name(2), name(4)), (Some("mine"), Some("a row"), None));
    // Presence comes with the row that holds.
    assert!(!profile.mandatory().contains(1) && profile.conditional().contains(2));
    assert!(
        profile.has_row(1, Some(Format::Numeric)) && profile.has_row(3, None) && !profile.has_row(4, None)
    );
    assert_eq!(profile.rows().count(), 3);
}

#[test]
fn formats_in_the_words_of_the_tables() {
    assert_eq!([Format::Numeric, Format::Ans, Format::Any].map(Format::name), ["N", "ans", "S"]);
}
