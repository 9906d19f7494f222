//! What the first rows of a CSV file say (feature `csv`): what separates the columns, what they are called, and which of
//! them holds payloads.

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

/// What is told apart. A tie goes to what stands first.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// So many rows are looked at.
const MOST_ROWS: usize = 20;

/// How every payload begins that anybody has seen: 00 with two characters.
const BEGIN: &str = "0002";

/// The beginning of a CSV file, as far as it can be told.
///
/// ```
/// use qris_bulk::CsvHead;
/// let head = CsvHead::of(b"id;qrContent\n1;00020101021126\n2;00020101021126\n").unwrap();
/// assert_eq!((head.delimiter, head.columns.len(), head.payloads), (b';', 2, Some(1)));
/// assert_eq!(CsvHead::of(b"00020101021126\n00020101021126\n"), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CsvHead {
    /// What separates the columns: a comma, a semicolon or a tab.
    pub delimiter: u8,
    /// The fields of the first row, without white space around; bytes that are not UTF-8 are replaced.
    pub columns: Vec<String>,
    /// Which column holds payloads, from 0, when one does.
    pub payloads: Option<usize>,
    /// Whether the first row has a payload itself, so that no row names the columns.
    pub nameless: bool,
}

impl CsvHead {
    /// What the first bytes of a file say: as many as are at hand, 64 KiB are more than enough. `None` when they are not
    /// those of a CSV file: the first row is a payload or JSON, or has no more than one column whatever separates them, or no row
    /// below it has as many. Of several delimiters the one counts that gives the most columns.
    pub fn of(beginning: &[u8]) -> Option<CsvHead> {
        let heads = DELIMITERS.iter().filter_map(|delimiter| CsvHead::by(beginning, *delimiter));
        heads.rev().max_by_key(|head| head.columns.len())
    }

    fn by(beginning: &[u8], delimiter: u8) -> Option<CsvHead> {
        let mut rows = rows(beginning, delimiter, MOST_ROWS).into_iter();
        let columns = rows.next().filter(|columns| columns.len() > 1)?;
        if columns.first().is_some_and(|first| first.starts_with(BEGIN) || first.starts_with(['{', '['])) {
            return None;
        }
        let below: Vec<Vec<String>> = rows.filter(|row| row.len() == columns.len()).collect();
        if below.is_empty() {
            return None;
        }
        let count = |column: usize| {
            below.iter().filter(|row| row.get(column).is_some_and(|text| text.starts_with(BEGIN))).count()
        };
        let most = (0..columns.len()).rev().max_by_key(|column| count(*column));
        let nameless = columns.iter().any(|name| name.starts_with(BEGIN));
        let payloads = most.filter(|column| count(*column) > 0);
        Some(CsvHead { delimiter, columns, payloads, nameless })
    }
}

/// The delimiter of a file from which columns are wanted: the one with which the first row has all of them, else the one
/// that gives the most columns.
pub(crate) fn delimiter(beginning: &[u8], names: &[&str]) -> u8 {
    let heads = DELIMITERS.map(|delimiter| (delimiter, rows(beginning, delimiter, 1)));
    let columns = |rows: &[Vec<String>]| rows.first().map_or(0, Vec::len);
    let has = |rows: &[Vec<String>]| {
        let has_all = |row: &Vec<String>| names.iter().all(|name| row.iter().any(|it| it == name.trim()));
        !names.is_empty() && rows.first().is_some_and(has_all)
    };
    let named = heads.iter().find(|(_, rows)| has(rows));
    let chosen = named.or_else(|| heads.iter().rev().max_by_key(|(_, rows)| columns(rows)));
    chosen.map_or(b',', |(delimiter, _)| *delimiter)
}

/// The first rows; the last may be cut off. A byte order mark is no part of them.
fn rows(beginning: &[u8], delimiter: u8, most: usize) -> Vec<Vec<String>> {
    let mut core: Reader = ReaderBuilder::new().delimiter(delimiter).build();
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), Vec::new());
    let mut rest = beginning;
    let mut piece = [0; 1024];
    loop {
        let (result, taken, given) = core.read_field(rest, &mut piece);
        field.extend_from_slice(piece.get(..given).unwrap_or_default());
        rest = rest.get(taken..).unwrap_or_default();
        match result {
            // After the last bytes an empty input says that there are no more.
            ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
            ReadFieldResult::End => return rows,
            ReadFieldResult::Field { record_end } => {
                row.push(String::from_utf8_lossy(field.trim_ascii()).into_owned());
                field.clear();
                if record_end {
                    rows.push(std::mem::take(&mut row));
                    if rows.len() == most {
                        return rows;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Option<(u8, usize, Option<usize>, bool)> {
        let head = CsvHead::of(text.as_bytes())?;
        Some((head.delimiter, head.columns.len(), head.payloads, head.nameless))
    }

    #[test]
    fn what_a_csv_file_looks_like() {
        assert_eq!(head("id,qr\n1,000201\n"), Some((b',', 2, Some(1), false)));
        assert_eq!(head("\u{FEFF}id\tqr\r\n1\t000201\r\n"), Some((b'\t', 2, Some(1), false)));
        // A name with a comma in it: the semicolon gives more columns.
        assert_eq!(head("id;name, first;qr\n1;A, B;000201\n"), Some((b';', 3, Some(2), false)));
        assert_eq!(head("1,000201\n2,000201\n"), Some((b',', 2, Some(1), true)));
        assert_eq!(head("a,b\n1,2"), Some((b',', 2, None, false)));
        for text in [
            "",
            "id,qr",
            "id,qr\n",
            "000201,x\n000201,y\n",
            "one\ntwo\n",
            "a, b\nc\n",
            "{\"a\":1,\"b\":2}\n{\"a\":1,\"b\":2}\n",
        ] {
            assert_eq!(head(text), None, "{text}");
        }
    }

    #[test]
    fn the_delimiter_is_the_one_that_has_the_column() {
        assert_eq!(delimiter(b"a,b;c\n", &["c"]), b';');
        assert_eq!(delimiter(b"a,b;c\n", &["a"]), b',');
        assert_eq!(delimiter(b"a;b;c,d\n", &["x"]), b';');
        assert_eq!(delimiter(b"a;b,c\n", &["x"]), b',', "a tie");
        assert_eq!(delimiter(b"", &["x"]), b',');
    }
}
