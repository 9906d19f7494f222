//! `docs/snap-coverage.md`, made of the tables that the tests beside this one go through.

use std::fmt::Write;
use std::path::Path;

use qris_snap::codes::CASES;
use qris_snap::dialect::Dialect;
use qris_snap::message::{Kind, Presence, Shape, UNLIMITED};

use crate::{DOCUMENTS, codes, faspay, finnet, headers, members};

/// The tests by name, and the file each must be in.
const TESTS: [(&str, &str); 6] = [
    ("each_of_the_seventeen_rows_is_answered", include_str!("finnet.rs")),
    ("each_mandatory_header_is_demanded", include_str!("headers.rs")),
    ("each_member_of_the_documents_is_what_its_row_says", include_str!("members.rs")),
    ("each_row_is_answered_where_it_is_asked_for", include_str!("codes.rs")),
    ("each_of_faspays_cases_is_answered_as_it_expects", include_str!("faspay.rs")),
    (
        "every_message_of_every_dialect_comes_back_byte_for_byte",
        include_str!("../../../qris-snap/tests/messages/main.rs"),
    ),
];

fn presence(presence: Presence) -> String {
    match presence {
        Presence::Mandatory => "M".to_owned(),
        Presence::Optional => "O".to_owned(),
        Presence::When(member, value) => format!("C: `{member}` is `{value}`"),
        _ => "C".to_owned(),
    }
}

fn shape(shape: Shape) -> String {
    match shape {
        Shape::Text(UNLIMITED) => "text".to_owned(),
        Shape::Text(most) => format!("text of at most {most}"),
        Shape::Digits(least, most) if least == most => format!("{most} digits in quotes"),
        Shape::Digits(least, most) => format!("{least} to {most} digits in quotes"),
        Shape::Numeric(least, most) => format!("{least} to {most} digits, quoted or a JSON integer"),
        Shape::TextOrInteger(most) => format!("text of at most {most}, or an integer"),
        Shape::Word(words) | Shape::Constant(words) => format!("one of {}", words.join(", ")),
        Shape::DateTime => "a date-time with an offset, at most 25 characters".to_owned(),
        Shape::LenientDateTime => "a date-time".to_owned(),
        Shape::Seconds(least) => format!("seconds in quotes, {least} or more"),
        Shape::Money => "`{value, currency}`".to_owned(),
        Shape::MoneyIn(currency) => format!("`{{value, currency}}` in {currency}"),
        Shape::Open => "an object".to_owned(),
        Shape::Object(_) => "an object of the members below".to_owned(),
        Shape::Texts(most) => format!("an array of texts of at most {most}"),
        _ => "an array of objects".to_owned(),
    }
}

fn document(page: &mut String, title: &str, dialect: &Dialect) -> std::fmt::Result {
    writeln!(page, "\n## {title}\n")?;
    writeln!(page, "Headers, by `{}`:\n", TESTS[1].0)?;
    writeln!(page, "| service | header | without it |\n|---|---|---|")?;
    for service in dialect.services {
        for (name, code) in headers::mandatory(dialect, *service) {
            writeln!(page, "| {service} | {} | {code} |", name.as_str())?;
        }
    }
    writeln!(page, "\nMembers of requests, by `{}`; empty and null are absent:\n", TESTS[2].0)?;
    writeln!(
        page,
        "| service | member | M/O/C | what it holds | absent | anything else |\n|---|---|---|---|---|---|"
    )?;
    for service in dialect.services {
        for row in members::rows(dialect, Kind::request(*service)) {
            let absent = match (row.presence, row.default) {
                (Presence::Mandatory, false) => format!("400{}02", service.code()),
                (_, true) => "its default".to_owned(),
                _ => "taken".to_owned(),
            };
            writeln!(
                page,
                "| {service} | `{}` | {} | {} | {absent} | 400{}01 |",
                row.path.join("."),
                presence(row.presence),
                shape(row.shape),
                service.code()
            )?;
        }
        let groups = dialect.one_of.iter().filter(|(kind, _)| *kind == Kind::request(*service));
        for (_, group) in groups {
            let names = group.join("`, `");
            writeln!(page, "| {service} | one of `{names}` | M | | 400{}02 | |", service.code())?;
        }
    }
    writeln!(page, "\nMembers of answers, by `{}`:\n", TESTS[5].0)?;
    writeln!(page, "| service | member | M/O/C | what it holds |\n|---|---|---|---|")?;
    for service in dialect.services {
        for row in members::rows(dialect, Kind::response(*service)) {
            let (name, presence) = (row.path.join("."), presence(row.presence));
            writeln!(page, "| {service} | `{name}` | {presence} | {} |", shape(row.shape))?;
        }
    }
    Ok(())
}

fn page() -> Result<String, std::fmt::Error> {
    let mut page = String::from(
        "# SNAP: what is covered, row by row\n\n\
         Made of the dialects' data and of the tables that the tests go through \
         (`crates/qris-gateway/tests/documents`). Written anew by\n\n\
         ```sh\nQRIS_WRITE=1 cargo test -p qris-gateway --test documents coverage\n```\n",
    );
    for (title, dialect) in &DOCUMENTS {
        document(&mut page, title, dialect)?;
        if *title == DOCUMENTS[2].0 {
            writeln!(page, "\nThe 17 rows of service 52, by `{}`:\n", TESTS[0].0)?;
            writeln!(page, "| code | message | reached by |\n|---|---|---|")?;
            for (code, message, _, words) in finnet::ROWS {
                writeln!(page, "| {code} | {message} | {words} |")?;
            }
        }
    }
    writeln!(page, "\n## The standard's response codes\n")?;
    writeln!(
        page,
        "The sandbox answers each row of each service that asks for it with `additionalInfo.simulate`, by `{}`; 202 by\n\
         `in_progress_is_done_and_told_by_a_query`. What leads there otherwise is in the last column; nothing in this\n\
         gateway leads to rows where it is empty.\n",
        TESTS[3].0
    )?;
    writeln!(page, "| HTTP | case | message | answered when |\n|---|---|---|---|")?;
    for row in &CASES {
        let when = if row.http == 200 { "it worked".to_owned() } else { codes::situations(row).join("; ") };
        writeln!(page, "| {} | {:02} | {} | {when} |", row.http, row.case, row.message)?;
    }
    writeln!(page, "\n## Faspay's functional cases\n\nBy `{}`:\n", TESTS[4].0)?;
    writeln!(page, "| case | what | code | message |\n|---|---|---|---|")?;
    for (case, what, code, message) in faspay::CASES {
        writeln!(page, "| {case} | {what} | {code} | {message} |")?;
    }
    Ok(page)
}

#[test]
fn the_page_is_what_the_tables_say() {
    for (name, file) in TESTS {
        assert!(file.contains(&format!("fn {name}()")), "{name}");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/snap-coverage.md");
    let page = page().unwrap();
    if std::env::var_os("QRIS_WRITE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/snap-coverage.md is out of date: set QRIS_WRITE=1 and run this test again"
    );
}
