//! One column of a CSV file, against the `csv` crate.

use crate::support::Trickle;
use std::io::ErrorKind;

use proptest::prelude::*;
use qris_bulk::{CHUNK_LINES, Chunk, ColumnError, CsvRows, CsvSource, MAX_LINE, Source};

/// Number, offset, length and value.
type Row = (u64, u64, u64, Option<Vec<u8>>);

/// The rows, up to one in which a quotation mark is never closed.
fn rows(text: &[u8], name: &str, most: usize, chunk: usize) -> Result<Vec<Row>, ColumnError> {
    let mut source = CsvSource::with_chunk_bytes(Trickle::new(text, most), name, b',', chunk)?.lines();
    let mut rows = Vec::new();
    loop {
        match source.next_line() {
            Ok(Some(row)) => rows.push((row.number, row.offset, row.len, row.bytes.map(<[u8]>::to_vec))),
            Ok(None) => break,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::InvalidData, "{error}");
                assert!(source.next_line().is_err(), "the fault stays");
                return Ok(rows);
            }
        }
    }
    assert!(source.next_line()?.is_none(), "the end stays the end");
    Ok(rows)
}

/// Whether the text ends within quotes: a row that is appended is part of its last value.
fn has_open_quote(text: &str) -> bool {
    let text = format!("{text}\nEND\n");
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    reader.byte_records().last().is_none_or(|record| record.expect("bytes are always read") != vec!["END"])
}

fn values(text: &[u8], name: &str) -> Vec<String> {
    let rows = rows(text, name, 100, 100).expect("the column is there");
    rows.into_iter().map(|row| String::from_utf8(row.3.expect("short")).expect("text")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn values_are_those_of_the_csv_crate(
        body in "[ab,\"\r\n;é]{0,80}",
        most in 1..50usize,
        chunk in 1..50usize,
    ) {
        let text = format!("x,y,z\n{body}");
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let mut expected: Vec<Vec<u8>> = reader
            .byte_records()
            .map(|record| record.expect("bytes are always read").get(1).unwrap_or_default().to_vec())
            .collect();
        if has_open_quote(&text) {
            expected.pop();
        }
        let ours = rows(text.as_bytes(), "y", most, chunk).expect("the column is there");
        prop_assert_eq!(ours.iter().map(|row| row.3.clone().expect("short")).collect::<Vec<_>>(), expected);
        for (number, offset, ..) in ours {
            let before = &text.as_bytes()[..offset as usize];
            prop_assert_eq!(number as usize, 1 + before.iter().filter(|byte| **byte == b'\n').count());
            prop_assert!(matches!(before.last(), Some(b'\n' | b'\r')), "a row begins behind a line end");
        }
    }

    /// Several columns at once have what each has alone, in whatever order and however often they are asked for.
    #[test]
    fn columns_together_are_those_of_each_alone(body in "[ab,\"\r\n;é]{0,80}", most in 1..50usize) {
        let text = format!("x,y,z\n{body}");
        let each = |name| rows(text.as_bytes(), name, most, 100).expect("the column is there");
        let (y, x) = (each("y"), each("x"));
        let mut together = CsvRows::new(Trickle::new(text.as_bytes(), most), &["y", "x", "y"]).expect("they are there");
        let mut seen = 0;
        while let Some(row) = together.next_row().expect("it is read") {
            prop_assert_eq!(row.has_open_quote(), seen == y.len());
            if row.has_open_quote() {
                prop_assert!(has_open_quote(&text));
                break;
            }
            let value = |column| row.value(column).map(<[u8]>::to_vec);
            prop_assert_eq!((row.number(), value(0)), (y[seen].0, y[seen].3.clone()));
            prop_assert_eq!((value(1), value(2), row.value(3)), (x[seen].3.clone(), value(0), None));
            seen += 1;
        }
        prop_assert_eq!(seen, y.len());
    }

    #[test]
    fn the_first_row_is_the_same_with_any_sizes(text in "[y,\"\r\n\u{FEFF}]{0,12}", most in 1..9usize, chunk in 1..9usize) {
        let read = |most, chunk| rows(text.as_bytes(), "y", most, chunk).map_err(|error| error.to_string());
        prop_assert_eq!(read(most, chunk), read(usize::MAX, 1 << 16));
    }

    #[test]
    fn any_bytes_and_any_sizes_give_the_same(
        body in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'"'), Just(b','), Just(b'\n')], 0..200),
        most in 1..50usize,
        chunk in 1..50usize,
    ) {
        let text = [&b"x,y\n"[..], &body].concat();
        let one = rows(&text, "y", most, chunk).expect("the column is there");
        let other = rows(&text, "y", usize::MAX, 1 << 16).expect("the column is there");
        prop_assert_eq!(one, other);
    }
}

/// Rows before the one with the open quote are given first; it is named by the line it begins in.
#[test]
fn a_quotation_mark_that_is_never_closed_is_an_error() {
    for (text, line) in [("a,b\n1,2\n3,\"4\n5,6\n7,8\n", 3), ("a,b\n\"1,2\n3,4", 2), ("a,b\n1,\"", 2)] {
        let mut source = CsvSource::new(text.as_bytes(), "a").expect("it is there").lines();
        let mut seen = 0;
        let error = loop {
            match source.next_line() {
                Ok(row) => seen += usize::from(row.is_some()),
                Err(error) => break error,
            }
        };
        assert_eq!(seen, line - 2);
        assert!(error.to_string().contains(&format!("in the row of line {line} is never closed")), "{error}");
    }
    for text in ["a,b\n1,\"2\"", "a,b\n1,2\"", "a,b\n1,\"2\"\"\"", "a,b\n1,", "a,b\n1,\"\"", "a,b\n1"] {
        assert_eq!(values(text.as_bytes(), "a"), ["1"], "{text}");
        assert!(!has_open_quote(text));
    }
}

/// A cell too many moves all that follow under other names; empty ones at the end do not.
#[test]
fn the_cells_of_a_row_are_counted() {
    let text = "a,b\n1,2\n1,2,3\n1\n1,2,,\n\"1,2\",3\n";
    let mut rows = CsvRows::new(text.as_bytes(), &["a"]).expect("it is there");
    assert_eq!(rows.width(), 2);
    let mut cells = Vec::new();
    while let Some(row) = rows.next_row().expect("it is read") {
        cells.push(row.cells());
    }
    assert_eq!(cells, [2, 3, 1, 2, 2]);
}

#[test]
fn the_column_is_found_by_name() {
    assert_eq!(values(b"a,b\n1,2\n3,4\n", "b"), ["2", "4"]);
    assert_eq!(values(b"\xEF\xBB\xBFa,b\r\n1,2\r\n", "a"), ["1"], "a byte order mark is no part of a name");
    assert_eq!(values(b"\n\n\" a \",b\n1,2", "a"), ["1"], "quotes and white space are no part either");
    assert_eq!(values(b"a", "a"), [""; 0]);
    assert_eq!(values("nama,kód\n1,é\n".as_bytes(), "kód"), ["é"]);
}

#[test]
fn a_byte_order_mark_may_come_byte_by_byte() {
    let rows = rows(b"\xEF\xBB\xBFa,b\n1,2\n", "a", 1, 1).expect("the column is there");
    assert_eq!(rows, [(2, 7, 1, Some(b"1".to_vec()))]);
}

#[test]
fn a_chunk_has_so_many_rows_and_no_more() {
    let text = format!("a\n{}", "1\n".repeat(CHUNK_LINES + 1));
    let mut source = CsvSource::new(text.as_bytes(), "a").expect("the column is there");
    let mut chunk = Chunk::default();
    assert!(source.fill(&mut chunk).expect("no error"));
    assert_eq!(chunk.lines().count(), CHUNK_LINES);
    assert!(source.fill(&mut chunk).expect("no error"));
    assert_eq!(chunk.lines().map(|row| row.number).collect::<Vec<_>>(), [CHUNK_LINES as u64 + 2]);
}

#[test]
fn a_name_that_is_not_there_is_told_with_those_that_are() {
    let error = rows(b"id,payload\n1,2\n", "qris", 9, 9).expect_err("no such column");
    assert_eq!(error.to_string(), "there is no column \"qris\" in the first row; it has id, payload");
    let error = rows(b"", "qris", 9, 9).expect_err("no such column");
    assert_eq!(error.to_string(), "there is no column \"qris\" in the first row; it has no columns at all");
    let error = rows(b"a,b,a\n1,2,3", "a", 9, 9).expect_err("two such columns");
    assert!(matches!(error, ColumnError::Ambiguous { name } if name == "a"));
    let many = "x,".repeat(1000);
    let error = rows(many.as_bytes(), "a", 99, 99).expect_err("no such column");
    assert!(error.to_string().len() < 300, "a message stays short");
}

#[test]
fn rows_that_are_short_or_blank() {
    assert_eq!(values(b"a,b\n1\n\n\r\n2,x\n3,\n", "b"), ["", "x", ""]);
    let numbers: Vec<_> =
        rows(b"a,b\n1\n\n\r\n2,x\n", "b", 9, 9).expect("it is there").iter().map(|r| r.0).collect();
    assert_eq!(numbers, [2, 5]);
}

#[test]
fn a_value_too_long_is_measured_and_the_next_row_is_read() {
    for (len, kept) in [(MAX_LINE, true), (MAX_LINE + 1, false), (3_000_000, false)] {
        let text = format!("a,b\n\"{}\",x\nshort,y\n", "7".repeat(len));
        let rows = rows(text.as_bytes(), "a", 9999, 1 << 16).expect("the column is there");
        let [(2, 4, n, value), (3, _, 5, Some(short))] = &rows[..] else { panic!("two rows") };
        assert_eq!((*n, value.is_some()), (len as u64, kept));
        assert_eq!(short, b"short");
    }
    let blank = format!("a\n\"{}\"\n", " ".repeat(MAX_LINE + 5));
    let rows = rows(blank.as_bytes(), "a", 9999, 1 << 16).expect("the column is there");
    assert_eq!(rows, [(2, 2, MAX_LINE as u64 + 5, Some(Vec::new()))], "blank however long");
}

#[test]
fn another_delimiter() {
    let source = CsvSource::with_delimiter(&b"a;b\n1,5;2\n"[..], "a", b';').expect("the column is there");
    let mut rows = source.lines();
    assert_eq!(rows.next_line().expect("no error").and_then(|row| row.bytes), Some(&b"1,5"[..]));
}

#[test]
fn columns_that_are_not_there_and_values_that_are_too_long() {
    let new = |names: &[&str]| CsvRows::new(&b"a,b,b\n1,2,3\n"[..], names).map(|_| ());
    assert!(new(&["a"]).is_ok() && new(&["a", "a"]).is_ok() && new(&[]).is_ok());
    assert!(
        matches!(new(&["a", "c"]), Err(ColumnError::Missing { name, found }) if name == "c" && found.len() == 3)
    );
    assert!(matches!(new(&["b", "a"]), Err(ColumnError::Ambiguous { name }) if name == "b"));
    let (long, most) = ("x".repeat(MAX_LINE + 1), "y".repeat(MAX_LINE));
    let text = format!("a;b\n{long};1\n{most};2\n;\n");
    let mut rows = CsvRows::with_delimiter(text.as_bytes(), &["a", "b"], b';').unwrap();
    let mut seen = Vec::new();
    while let Some(row) = rows.next_row().unwrap() {
        seen.push((row.value(0).map(<[u8]>::len), row.value(1).map(<[u8]>::to_vec)));
    }
    let two = |text: &str| Some(text.as_bytes().to_vec());
    assert_eq!(seen, [(None, two("1")), (Some(MAX_LINE), two("2")), (Some(0), two(""))]);
}

#[test]
fn the_delimiter_is_found_out() {
    for text in ["a,b\n1,2;x\n", "a;b\n1;2;x\n", "\u{FEFF}a\tb\r\n1\t2;x\r\n", "\n\nb;a\n2;1;x\n"] {
        for most in [1, 2, 5, 99] {
            let mut rows =
                CsvSource::new(Trickle::new(text.as_bytes(), most), "b").expect("it is there").lines();
            let value = rows.next_line().expect("no error").and_then(|row| row.bytes.map(<[u8]>::to_vec));
            let value = String::from_utf8(value.expect("a row")).expect("text");
            assert!(value == "2" || value == "2;x", "{text:?}: {value}");
            assert!(rows.next_line().expect("no error").is_none());
        }
    }
    // Its first row is longer than what is looked at: it is read all the same.
    let wide = format!("{}b\n{}2\n", "a;".repeat(100_000), ";".repeat(100_000));
    let mut rows = CsvSource::new(wide.as_bytes(), "b").expect("it is there").lines();
    assert_eq!(rows.next_line().expect("no error").and_then(|row| row.bytes), Some(&b"2"[..]));
    let error = CsvSource::new(&b"id;payload\n1;2\n"[..], "qris").expect_err("no such column");
    assert!(error.to_string().ends_with("it has id, payload"), "{error}");
    let error = CsvSource::new(&b""[..], "qris").expect_err("no such column");
    assert!(error.to_string().ends_with("no columns at all"), "{error}");
}
