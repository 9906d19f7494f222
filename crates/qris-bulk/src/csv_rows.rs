//! Several columns of a CSV file (feature `csv`), row by row, in bounded memory.

use std::io::{self, Read};

use crate::csv_source::{ColumnError, Fields, Piece, find_columns};
use crate::line::MAX_LINE;
use crate::source::CHUNK_BYTES;

/// Some columns of a CSV file (RFC 4180) whose first row names the columns. Rows that are empty lines are passed over; where
/// a row is too short, the value is empty. Of a value longer than [`MAX_LINE`] nothing is kept.
///
/// ```
/// use qris_bulk::CsvRows;
/// let file = "invoice,total,note\nINV-1,15000,\"two\nlines\"\nINV-2,\"2500\"\n";
/// let mut rows = CsvRows::new(file.as_bytes(), &["total", "invoice"])?;
/// let mut seen = Vec::new();
/// while let Some(row) = rows.next_row()? {
///     let value = |column| String::from_utf8_lossy(row.value(column).unwrap_or_default()).into_owned();
///     seen.push((row.number(), value(0), value(1)));
/// }
/// assert_eq!(seen, [(2, "15000".into(), "INV-1".into()), (4, "2500".into(), "INV-2".into())]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct CsvRows<R> {
    fields: Fields<R>,
    /// Which field of a row each wanted column is, from 0.
    columns: Vec<usize>,
    number: u64,
    values: Vec<Value>,
    /// Cells of the first row, and of the one that was read, up to the last that is not empty.
    width: usize,
    cells: usize,
}

/// A value as far as it is known.
#[derive(Clone, Debug, Default)]
struct Value {
    bytes: Vec<u8>,
    is_too_long: bool,
}

/// The values of one row.
#[derive(Clone, Copy, Debug)]
pub struct CsvRow<'a> {
    number: u64,
    values: &'a [Value],
    cells: usize,
    open_quote: bool,
}

impl<'a> CsvRow<'a> {
    /// The physical line the row begins in, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// How many cells it has, up to the last that is not empty.
    pub fn cells(&self) -> usize {
        self.cells
    }

    /// Whether a quotation mark in it is never closed, so that everything up to the end of the file is in its last value.
    pub fn has_open_quote(&self) -> bool {
        self.open_quote
    }

    /// The value in the wanted column with this place among the names, without its quotes; `None` when it is longer than
    /// [`MAX_LINE`].
    pub fn value(&self, column: usize) -> Option<&'a [u8]> {
        let value = self.values.get(column)?;
        (!value.is_too_long).then_some(value.bytes.as_slice())
    }
}

impl<R: Read> CsvRows<R> {
    /// Reads the first row and looks for the columns with exactly these names, white space around them apart. Columns
    /// are separated as for [`CsvSource::new`](crate::CsvSource::new): by commas, semicolons or tabs.
    ///
    /// # Errors
    /// [`ColumnError`]: a column is not there, or twice, or the first row cannot be read.
    pub fn new(input: R, names: &[&str]) -> Result<CsvRows<R>, ColumnError> {
        CsvRows::of(Fields::of_some_delimiter(input, names)?, names)
    }

    /// The same for files whose separator is known.
    ///
    /// # Errors
    /// As [`CsvRows::new`].
    pub fn with_delimiter(input: R, names: &[&str], delimiter: u8) -> Result<CsvRows<R>, ColumnError> {
        CsvRows::of(Fields::new(input, delimiter, CHUNK_BYTES), names)
    }

    fn of(mut fields: Fields<R>, names: &[&str]) -> Result<CsvRows<R>, ColumnError> {
        let columns = find_columns(&mut fields, names)?;
        let values = vec![Value::default(); columns.len()];
        let width = fields.width;
        Ok(CsvRows { fields, columns, number: 0, values, width, cells: 0 })
    }

    /// How many columns the first row names.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The next row; `None` when there is no more.
    ///
    /// # Errors
    /// When reading fails.
    pub fn next_row(&mut self) -> io::Result<Option<CsvRow<'_>>> {
        for value in &mut self.values {
            value.bytes.clear();
            value.is_too_long = false;
        }
        self.cells = 0;
        loop {
            match self.fields.next_piece() {
                Piece::Drained => self.fields.read()?,
                Piece::End => return Ok(None),
                Piece::Value { field, bytes, ends_row } => {
                    let wanted =
                        self.columns.iter().zip(&mut self.values).filter(|(column, _)| **column == field);
                    for (_, value) in wanted {
                        value.is_too_long |= value.bytes.len().saturating_add(bytes.len()) > MAX_LINE;
                        if !value.is_too_long {
                            value.bytes.extend_from_slice(bytes);
                        }
                    }
                    if !bytes.is_empty() {
                        self.cells = field.saturating_add(1);
                    }
                    if ends_row {
                        self.number = self.fields.row.0;
                        let open_quote = self.fields.open_quote;
                        let (number, cells) = (self.number, self.cells);
                        return Ok(Some(CsvRow { number, values: &self.values, cells, open_quote }));
                    }
                }
            }
        }
    }
}
