//! Reads `data/*.csv` and prints it as Rust. The tests and `examples/generate.rs` share it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// How one CSV file becomes one generated file.
pub(crate) struct Table {
    /// File name without its ending: of the CSV, of the Rust file, and of the module that holds the row type.
    pub(crate) name: &'static str,
    /// The columns the CSV must have, in this order. The first is the one it is sorted by.
    pub(crate) columns: &'static [&'static str],
    /// What the generated file imports from the crate.
    imports: &'static str,
    /// Name, row type and documentation of the `static`.
    item: &'static str,
    row_type: &'static str,
    doc: &'static str,
    /// One row as a Rust expression.
    row: fn(&[String]) -> String,
}

/// Every table of the crate.
pub(crate) const TABLES: [Table; 6] = [
    Table {
        name: "acquirers",
        columns: &["nns", "name", "kind"],
        imports: "acquirers::{Acquirer, AcquirerKind::{Bank, NonBank}}",
        item: "ACQUIRERS",
        row_type: "Acquirer",
        doc: "Every acquirer known, by rising NNS.",
        row: |cells| {
            let kind = match cells[2].as_str() {
                "bank" => "Bank",
                "non-bank" => "NonBank",
                other => panic!("kind is `bank` or `non-bank`, not `{other}`"),
            };
            let (nns, name) = (&cells[0], &cells[1]);
            format!("Acquirer {{ nns: {nns:?}, code: {:?}, name: {name:?}, kind: {kind} }}", &nns[4..])
        },
    },
    Table {
        name: "countries",
        columns: &["alpha2", "alpha3", "numeric", "name"],
        imports: "countries::Country",
        item: "COUNTRIES",
        row_type: "Country",
        doc: "Every country, by alpha-2 code.",
        row: |cells| {
            format!(
                "Country {{ alpha2: {:?}, alpha3: {:?}, numeric: {:?}, name: {:?} }}",
                cells[0], cells[1], cells[2], cells[3]
            )
        },
    },
    Table {
        name: "currencies",
        columns: &["numeric", "alpha", "exponent", "name"],
        imports: "currencies::Currency",
        item: "CURRENCIES",
        row_type: "Currency",
        doc: "Every currency in force, by rising numeric code.",
        row: |cells| {
            let exponent = match cells[2].as_str() {
                "" => "None".to_owned(),
                digits => format!("Some({})", digits.parse::<u8>().expect("an exponent is a small number")),
            };
            format!(
                "Currency {{ numeric: {:?}, alpha: {:?}, name: {:?}, exponent: {exponent} }}",
                cells[0], cells[1], cells[3]
            )
        },
    },
    Table {
        name: "indonesian",
        columns: &["key", "text", "advice"],
        imports: "indonesian::Text",
        item: "TEXTS",
        row_type: "Text",
        doc: "Every text, by rising key: a kind, a slash, and the English name or code.",
        row: |cells| {
            let advice =
                if cells[2].is_empty() { "None".to_owned() } else { format!("Some({:?})", cells[2]) };
            format!("Text {{ key: {:?}, text: {:?}, advice: {advice} }}", cells[0], cells[1])
        },
    },
    Table {
        name: "mcc_ranges",
        columns: &["first", "last", "name"],
        imports: "mccs::MccRange",
        item: "MCC_RANGES",
        row_type: "MccRange",
        doc: "The ranges of codes that name brands, by rising first code; they do not overlap.",
        row: |cells| {
            format!("MccRange {{ first: {:?}, last: {:?}, name: {:?} }}", cells[0], cells[1], cells[2])
        },
    },
    Table {
        name: "mccs",
        columns: &["code", "name"],
        imports: "mccs::Mcc",
        item: "MCCS",
        row_type: "Mcc",
        doc: "Every category outside the brand ranges, by rising code.",
        row: |cells| format!("Mcc {{ code: {:?}, name: {:?} }}", cells[0], cells[1]),
    },
];

/// A CSV file: its date and its rows.
pub(crate) struct Data {
    /// `YYYY-MM-DD`, from the comment on the first line.
    pub(crate) as_of: String,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn csv_path(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(self.name).with_extension("csv")
    }

    pub(crate) fn rust_path(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("src/generated").join(self.name).with_extension("rs")
    }

    /// Reads the CSV file; panics with a sentence that says what is wrong with it.
    pub(crate) fn read(&self) -> Data {
        let path = self.csv_path();
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let as_of = text
            .strip_prefix("# As of ")
            .and_then(|rest| rest.get(..10))
            .unwrap_or_else(|| panic!("{}: must begin with `# As of YYYY-MM-DD`", path.display()));
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        let columns: Vec<_> = reader.headers().expect("a header line").iter().map(str::to_owned).collect();
        assert_eq!(columns, self.columns, "{}: columns", path.display());
        let rows = reader
            .records()
            .map(|record| {
                let record = record.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                record.iter().map(str::to_owned).collect()
            })
            .collect();
        Data { as_of: as_of.to_owned(), rows }
    }

    /// The generated Rust file.
    pub(crate) fn generate(&self) -> String {
        let Table { name, imports, item, row_type, doc, .. } = self;
        let Data { as_of, rows } = self.read();
        let mut out = format!(
            "// Printed from data/{name}.csv by `cargo run -p qris-tables --example generate`; do not edit.\n\
             #![cfg_attr(rustfmt, rustfmt::skip)]\n\
             \n\
             use crate::{imports};\n\
             \n\
             /// The day the table was last checked, `YYYY-MM-DD`.\n\
             pub const AS_OF: &str = {as_of:?};\n\
             \n\
             /// {doc}\n\
             pub static {item}: &[{row_type}] = &[\n"
        );
        for cells in &rows {
            writeln!(out, "    {},", (self.row)(cells)).expect("writing to a String");
        }
        out.push_str("];\n");
        out
    }
}
