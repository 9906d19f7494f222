//! One column of a CSV file (feature `csv`), in bounded memory.
//!
//! It stands on `csv-core`, the parser under the `csv` crate, and not on `csv` itself, whose reader keeps a
//! whole row: after a quotation mark that is never closed that is the rest of the file.

use std::io::{self, Read};
use std::mem;

use csv_core::ReadFieldResult;
use memchr::memchr_iter;

use crate::csv_head;
use crate::line::{Length, Line, MAX_LINE};
use crate::source::{CHUNK_BYTES, Chunk, Source, read_some};

/// A column's name is looked at up to here, in bytes.
const MAX_NAME: usize = 1024;

/// An error names so many columns at most.
const MAX_NAMES: usize = 32;

/// And so many characters of the name of each.
const SHOWN: usize = 40;

/// The parser looks for a byte order mark in the first bytes it is given, and takes the input for ended when
/// nothing is left behind the three of the mark.
const START_BYTES: usize = 4;

/// Why a column cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ColumnError {
    /// The first row does not have it.
    #[error("there is no column {name:?} in the first row; it has {}", listed(.found))]
    Missing {
        /// The name that was asked for.
        name: String,
        /// The first columns there are, not more than 32; bytes that are not UTF-8 are replaced.
        found: Vec<String>,
    },
    /// The first row has it more than once.
    #[error("the first row has more than one column {name:?}: rename all but one")]
    Ambiguous {
        /// The name that was asked for.
        name: String,
    },
    /// The first row could not be read.
    #[error("reading the first row failed: {0}")]
    Read(#[from] io::Error),
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        return "no columns at all".to_owned();
    }
    let short = |name: &String| match name.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default().escape_debug()),
        None if name.is_empty() => "one without a name".to_owned(),
        None => name.escape_debug().to_string(),
    };
    names.iter().map(short).collect::<Vec<_>>().join(", ")
}

/// One column of a CSV file (RFC 4180) whose first row names the columns. Each further row gives a
/// [`Line`]: number and offset are those of the physical line the row begins in, the bytes are the value
/// in the column, with its quotes removed. Rows that are empty lines are passed over; a row that is too
/// short has an empty value and is blank.
///
/// Of a value longer than [`MAX_LINE`] only the length is kept. Nothing else is kept of a row, so a quotation mark that is
/// never closed costs no memory; it is an error of kind `InvalidData` after the rows before it. Rows need not be of one
/// length.
///
/// ```
/// use qris_bulk::{CsvSource, Source};
/// let file = "id,payload,note\n1,\"0002,01\",\"two\nlines\"\n2,000201,\n";
/// let mut rows = CsvSource::new(file.as_bytes(), "payload")?.lines();
/// let mut seen = Vec::new();
/// while let Some(row) = rows.next_line()? {
///     seen.push((row.number, row.bytes.unwrap_or_default().to_vec()));
/// }
/// assert_eq!(seen, [(2, b"0002,01".to_vec()), (4, b"000201".to_vec())]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct CsvSource<R> {
    fields: Fields<R>,
    /// Which field of a row is wanted, from 0.
    column: usize,
    /// The row that is being read: its line, where it begins, and the value as far as it is known.
    number: u64,
    offset: u64,
    value: Vec<u8>,
    length: Length,
    /// The line of the row in which a quotation mark is never closed.
    open_at: Option<u64>,
}

impl<R: Read> CsvSource<R> {
    /// Reads the first row and looks for the column with exactly this name, white space around it apart. Columns are
    /// separated by commas, semicolons (spreadsheets set to Indonesian) or tabs: by that with which the first row has the
    /// column; when none has it, the error names the columns of the one that gives the most.
    ///
    /// # Errors
    /// [`ColumnError`]: there is no such column, or there are two, or the first row cannot be read.
    pub fn new(input: R, name: &str) -> Result<CsvSource<R>, ColumnError> {
        CsvSource::of(Fields::of_some_delimiter(input, &[name])?, name)
    }

    /// The same for files whose separator is known, whatever it is.
    ///
    /// # Errors
    /// As [`CsvSource::new`].
    pub fn with_delimiter(input: R, name: &str, delimiter: u8) -> Result<CsvSource<R>, ColumnError> {
        CsvSource::with_chunk_bytes(input, name, delimiter, CHUNK_BYTES)
    }

    /// The same, reading as many bytes at once as told, at least 1. The rows are the same whatever the number.
    ///
    /// # Errors
    /// As [`CsvSource::new`].
    pub fn with_chunk_bytes(
        input: R,
        name: &str,
        delimiter: u8,
        bytes: usize,
    ) -> Result<CsvSource<R>, ColumnError> {
        CsvSource::of(Fields::new(input, delimiter, bytes.max(1)), name)
    }

    fn of(mut fields: Fields<R>, name: &str) -> Result<CsvSource<R>, ColumnError> {
        let column = find_columns(&mut fields, &[name])?.first().copied().unwrap_or_default();
        Ok(CsvSource {
            fields,
            column,
            number: 0,
            offset: 0,
            value: Vec::new(),
            length: Length::ZERO,
            open_at: None,
        })
    }

    /// Adds the row that has just ended.
    fn push(&mut self, chunk: &mut Chunk) {
        let length = mem::replace(&mut self.length, Length::ZERO);
        let start = chunk.bytes.len();
        let bytes = if length.len <= MAX_LINE as u64 {
            chunk.bytes.extend_from_slice(&self.value);
            Some(self.value.as_slice())
        } else {
            length.blank.then_some(Default::default())
        };
        chunk.push(&Line { number: self.number, offset: self.offset, len: length.len, bytes }, start);
        self.value.clear();
    }
}

impl<R: Read> Source for CsvSource<R> {
    fn fill(&mut self, chunk: &mut Chunk) -> io::Result<bool> {
        chunk.clear();
        chunk.bytes.clear();
        while self.open_at.is_none() {
            match self.fields.next_piece() {
                Piece::Drained if chunk.is_empty() => self.fields.read()?,
                Piece::Drained | Piece::End => return Ok(!chunk.is_empty()),
                Piece::Value { field, bytes, ends_row } => {
                    if field == self.column {
                        self.length.add(bytes);
                        if self.length.len <= MAX_LINE as u64 {
                            self.value.extend_from_slice(bytes);
                        }
                    }
                    if ends_row {
                        if self.fields.open_quote {
                            // Rows that are whole go out first.
                            self.open_at = Some(self.fields.row.0);
                            break;
                        }
                        (self.number, self.offset) = self.fields.row;
                        self.push(chunk);
                        if chunk.is_full() {
                            return Ok(true);
                        }
                    }
                }
            }
        }
        match self.open_at {
            Some(line) if chunk.is_empty() => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!(
                    "a quotation mark in the row of line {line} is never closed, so that all that follows is one value: \
                     close it"
                ),
            )),
            _ => Ok(true),
        }
    }
}

/// Reads the first row. Says which of its columns has each name.
pub(crate) fn find_columns<R: Read>(
    fields: &mut Fields<R>,
    names: &[&str],
) -> Result<Vec<usize>, ColumnError> {
    let mut found: Vec<String> = Vec::new();
    let mut places: Vec<Vec<usize>> = vec![Vec::new(); names.len()];
    let (mut current, mut text) = (0, Vec::new());
    let mut row_ended = false;
    let mut end_field = |place: usize, text: &mut Vec<u8>| {
        for (name, places) in names.iter().zip(&mut places) {
            if text.trim_ascii() == name.trim_ascii().as_bytes() && places.len() < 2 {
                places.push(place);
            }
        }
        if found.len() < MAX_NAMES {
            found.push(String::from_utf8_lossy(text.trim_ascii()).into_owned());
        }
        text.clear();
    };
    let mut any = false;
    while !row_ended {
        match fields.next_piece() {
            Piece::Drained => fields.read()?,
            Piece::End => break,
            Piece::Value { field, bytes, ends_row } => {
                if field != current {
                    end_field(current, &mut text);
                    current = field;
                }
                any = true;
                let room = MAX_NAME.saturating_sub(text.len());
                text.extend(bytes.iter().take(room));
                row_ended = ends_row;
            }
        }
    }
    if any {
        end_field(current, &mut text);
        fields.width = current.saturating_add(1);
    }
    let each = names.iter().zip(&places).map(|(name, places)| match places.as_slice() {
        [column] => Ok(*column),
        [] => Err(ColumnError::Missing { name: (*name).to_owned(), found: found.clone() }),
        _ => Err(ColumnError::Ambiguous { name: (*name).to_owned() }),
    });
    each.collect()
}

/// The fields of all rows, piece by piece, with the place each row begins at.
pub(crate) struct Fields<R> {
    input: R,
    core: csv_core::Reader,
    /// What was read and not parsed: `buffer[start..used]`.
    buffer: Vec<u8>,
    start: usize,
    used: usize,
    ended: bool,
    /// A piece of a field without its quotes.
    piece: [u8; 1024],
    /// Which field of the row comes next, or goes on.
    field: usize,
    /// Line and offset the current row begins at; looked up when `row_begun` is not set.
    pub(crate) row: (u64, u64),
    row_begun: bool,
    /// Columns of the first row.
    pub(crate) width: usize,
    /// Whether the file ended within quotes.
    pub(crate) open_quote: bool,
    line: u64,
    offset: u64,
}

/// What comes next.
pub(crate) enum Piece<'a> {
    /// Some bytes of a field. The same field may go on.
    Value { field: usize, bytes: &'a [u8], ends_row: bool },
    /// Everything that was read is parsed.
    Drained,
    /// There is no more.
    End,
}

impl<R: Read> Fields<R> {
    pub(crate) fn new(input: R, delimiter: u8, size: usize) -> Fields<R> {
        Fields {
            input,
            core: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            buffer: vec![0; size.max(START_BYTES)],
            start: 0,
            used: 0,
            ended: false,
            piece: [0; 1024],
            field: 0,
            row: (1, 0),
            row_begun: false,
            width: 0,
            open_quote: false,
            line: 1,
            offset: 0,
        }
    }

    /// Reads once when everything is parsed; at the start of the input until there are [`START_BYTES`].
    pub(crate) fn read(&mut self) -> io::Result<()> {
        if self.offset > 0 {
            self.start = 0;
            self.used = 0;
        }
        loop {
            let room = self.buffer.get_mut(self.used..).unwrap_or_default();
            let n = read_some(&mut self.input, room)?;
            self.used = self.used.saturating_add(n);
            self.ended = n == 0;
            if self.ended || self.offset > 0 || self.used >= START_BYTES {
                return Ok(());
            }
        }
    }

    /// The fields, separated by what the first row says when these columns are wanted.
    pub(crate) fn of_some_delimiter(input: R, names: &[&str]) -> io::Result<Fields<R>> {
        let mut fields = Fields::new(input, b',', CHUNK_BYTES);
        let delimiter = csv_head::delimiter(fields.first_row()?, names);
        fields.core = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        Ok(fields)
    }

    /// The bytes at hand once the first row is among them, or as much of it as there is room for. Nothing is parsed yet.
    fn first_row(&mut self) -> io::Result<&[u8]> {
        loop {
            let bytes = self.buffer.get(..self.used).unwrap_or_default();
            let mut after = bytes.iter().skip_while(|byte| matches!(byte, b'\r' | b'\n'));
            let whole = after.any(|byte| matches!(byte, b'\r' | b'\n')) && self.used >= START_BYTES;
            if whole || self.ended || self.used == self.buffer.len() {
                return Ok(self.buffer.get(..self.used).unwrap_or_default());
            }
            let room = self.buffer.get_mut(self.used..).unwrap_or_default();
            let n = read_some(&mut self.input, room)?;
            self.used = self.used.saturating_add(n);
            self.ended = n == 0;
        }
    }

    pub(crate) fn next_piece(&mut self) -> Piece<'_> {
        // Not at the very start: there the parser shall see the first bytes, a mark or none, as they are.
        if !self.row_begun && self.offset > 0 {
            self.skip_line_ends();
        }
        let rest = self.buffer.get(self.start..self.used).unwrap_or_default();
        if rest.is_empty() && !self.ended {
            return Piece::Drained;
        }
        if !self.row_begun {
            self.row = (self.line, self.offset);
            self.row_begun = true;
        }
        // A row that the end of the file ends is asked whether it ends at a line end, too: within quotes it does not.
        if rest.is_empty() && self.offset > self.row.1 && !self.open_quote {
            let (result, _, given) = self.core.read_field(b"\n", &mut self.piece);
            if let ReadFieldResult::Field { .. } = result {
                let field = std::mem::take(&mut self.field);
                self.row_begun = false;
                let bytes = self.piece.get(..given).unwrap_or_default();
                return Piece::Value { field, bytes, ends_row: true };
            }
            self.open_quote = true;
        }
        let (result, taken, given) = self.core.read_field(rest, &mut self.piece);
        let parsed = rest.get(..taken).unwrap_or_default();
        self.line = self.line.saturating_add(memchr_iter(b'\n', parsed).count() as u64);
        self.offset = self.offset.saturating_add(taken as u64);
        self.start = self.start.saturating_add(taken);
        let field = self.field;
        let ends_row = match result {
            ReadFieldResult::End => return Piece::End,
            ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => false,
            ReadFieldResult::Field { record_end } => {
                self.field = if record_end { 0 } else { field.saturating_add(1) };
                self.row_begun = !record_end;
                record_end
            }
        };
        Piece::Value { field, bytes: self.piece.get(..given).unwrap_or_default(), ends_row }
    }

    /// Line ends between rows: the parser would pass over them too, but a row begins behind them.
    fn skip_line_ends(&mut self) {
        let rest = self.buffer.get(self.start..self.used).unwrap_or_default();
        let n = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let line_ends = rest.iter().take(n).filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(line_ends as u64);
        self.offset = self.offset.saturating_add(n as u64);
        self.start = self.start.saturating_add(n);
    }
}

impl<R> std::fmt::Debug for Fields<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fields")
            .field("line", &self.line)
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}
