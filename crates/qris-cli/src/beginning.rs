//! What a file of lines turns out to be, told from its first bytes: a CSV file, UTF-16. Found out later, that would be an
//! error for every line.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::io::{self, Cursor, Read};

use qris_bulk::CsvHead;

use crate::output::{Failure, say};

/// The most that is read ahead, in bytes.
const MOST: usize = 64 * 1024;

type Input = Box<dyn Read + Send>;

/// The lines of a file or of standard input, when they may be payloads.
///
/// # Errors
/// They cannot be: what the file is, and what to do with it.
pub(crate) fn of_lines(mut input: Input, path: Option<&OsStr>) -> Result<Input, Failure> {
    let (first, name) = of_text(&mut input, path)?;
    if let Some(head) = CsvHead::of(&first) {
        let file = path.map_or("-".into(), OsStr::to_string_lossy);
        return Err(Failure::Usage(format!("{name} is {}", csv(&head, &file))));
    }
    if first.starts_with(b"\xEF\xBB\xBF") {
        say(
            "note",
            &format!(
                "{name} begins with a byte order mark, so its first line is no payload: save it without"
            ),
        );
    }
    Ok(Box::new(Cursor::new(first).chain(input)))
}

/// A CSV file whose columns are looked for, when it may be one.
///
/// # Errors
/// As [`of_lines`].
pub(crate) fn of_a_table(mut input: Input, path: Option<&OsStr>) -> Result<Input, Failure> {
    let (first, _) = of_text(&mut input, path)?;
    Ok(Box::new(Cursor::new(first).chain(input)))
}

/// The same, and the name of the column that has the payloads, as far as the first rows show it.
///
/// # Errors
/// As [`of_lines`].
#[cfg(feature = "sticker")]
pub(crate) fn of_a_table_of_payloads(
    mut input: Input,
    path: Option<&OsStr>,
) -> Result<(Input, Option<String>), Failure> {
    let (first, _) = of_text(&mut input, path)?;
    let name = CsvHead::of(&first).filter(|head| !head.nameless);
    let name = name.and_then(|mut head| Some(head.columns.swap_remove(head.payloads?)));
    Ok((Box::new(Cursor::new(first).chain(input)), name))
}

/// The first bytes, and what messages call the file; the refusal of what is no text.
fn of_text<'p>(input: &mut Input, path: Option<&'p OsStr>) -> Result<(Vec<u8>, Cow<'p, str>), Failure> {
    let first = ahead(input).map_err(|error| Failure::Io("cannot read the payloads".into(), error))?;
    let name = path.filter(|path| *path != "-").map_or("the input".into(), OsStr::to_string_lossy);
    if is_utf16(&first) {
        return Err(Failure::Usage(format!(
            "{name} is UTF-16 text: save it as UTF-8 (in PowerShell: Out-File -Encoding utf8)"
        )));
    }
    if crate::picture::is_picture(&first) {
        return Err(Failure::Usage(format!(
            "{name} is a picture, and lines of text are read here: `qris bulk --pictures` takes a list of names of pictures"
        )));
    }
    Ok((first, name))
}

/// What a CSV file is, after "FILE is ", and what to do with it.
fn csv(head: &CsvHead, file: &str) -> String {
    let separator = match head.delimiter {
        b';' => "semicolons",
        b'\t' => "tabs",
        _ => "commas",
    };
    if head.nameless {
        return format!(
            "a CSV file, separated by {separator}, whose first row names no columns: put a row with names before \
             it, and name the column with the payloads: `qris bulk {file} --column NAME`"
        );
    }
    let column = head.payloads.and_then(|column| head.columns.get(column)).map_or("NAME", String::as_str);
    let columns = clipped(&head.columns.join(", "));
    format!(
        "a CSV file, separated by {separator}, with the columns {columns}; name the one with the payloads: \
         `qris bulk {file} --column {}`",
        clipped(column)
    )
}

/// The longest text of a file that a message repeats, in characters.
const SHOWN: usize = 300;

fn clipped(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// What a text that is no payload is when it is a CSV file; for commands that take one payload.
pub(crate) fn csv_sentence(bytes: &[u8]) -> Option<String> {
    Some(format!("this is {}", csv(&CsvHead::of(bytes)?, "FILE")))
}

/// A byte order mark of UTF-16, or digits with zeros between them.
fn is_utf16(first: &[u8]) -> bool {
    matches!(first, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [b'0', 0, b'0', 0, ..] | [0, b'0', 0, b'0', ..])
}

/// The first bytes: two lines, or as much as is read ahead. A stream that begins with a payload is not waited for.
fn ahead(input: &mut Input) -> io::Result<Vec<u8>> {
    let mut first = vec![0; MOST];
    let mut used = 0;
    while let Some(room) = first.get_mut(used..).filter(|room| !room.is_empty()) {
        match input.read(room) {
            Ok(0) => break,
            Ok(n) => used += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        }
        let read = first.get(..used).unwrap_or_default();
        if read.starts_with(b"0002") || read.iter().filter(|byte| **byte == b'\n').count() > 1 {
            break;
        }
    }
    first.truncate(used);
    Ok(first)
}
