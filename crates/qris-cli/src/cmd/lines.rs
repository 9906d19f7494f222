//! Commands that take a payload a line: one record for each line, in order, in bounded memory.

use std::io;
use std::num::NonZeroUsize;

use qris_bulk::{Line, LineSource, ProcessError, Tally, process};
use qris_core::DecodeError;

use super::decode::RecordStyle;
use crate::beginning;
use crate::diagnosis::undone;
use crate::input::{Reading, Source};
use crate::json;
use crate::output::{Failure, Outcome, Verdict};

/// Whether there was a bad line.
#[derive(Debug, Default)]
struct Seen {
    bad: bool,
}

impl Tally for Seen {
    fn merge(&mut self, later: Seen) {
        self.bad |= later.bad;
    }
}

/// `qris decode --format ndjson`.
pub(crate) fn decode(source: &Source, reading: Reading) -> Outcome {
    let input = source.open_or_text()?;
    // What undoes damage undoes that of each line.
    let input = if source.undo { input } else { beginning::of_lines(input, source.payload.as_deref())? };
    let lines = LineSource::new(input);
    let seen = process(lines, io::stdout(), NonZeroUsize::MIN, |line, seen: &mut Seen, record| {
        if !line.is_blank() {
            let undone = line.text().filter(|_| source.undo).and_then(undone);
            seen.bad |= !match undone {
                Some((text, undone)) => {
                    let style = RecordStyle { pretty: false, diagnosed: true, undone: &undone };
                    written(record, &text, line.number, reading, style)
                }
                None => write_record(record, line, reading, true),
            };
        }
    });
    Ok(if ended(seen)?.bad { Verdict::Bad } else { Verdict::Good })
}

/// Writes decode's record of one line; returns whether it is a good one.
pub(crate) fn write_record(record: &mut Vec<u8>, line: &Line<'_>, reading: Reading, diagnosed: bool) -> bool {
    if let Some(text) = line.text() {
        let style = RecordStyle { pretty: false, diagnosed, undone: &[] };
        return written(record, text, line.number, reading, style);
    }
    let mut bad = json::too_long(&too_long(line));
    bad.line = Some(line.number);
    // Writing into memory cannot fail, and neither can turning a record into JSON.
    let _ = json::write(&mut *record, &bad, false);
    record.push(b'\n');
    false
}

fn written(record: &mut Vec<u8>, text: &[u8], line: u64, reading: Reading, style: RecordStyle<'_>) -> bool {
    let good = super::decode::write_record(&mut *record, text, Some(line), reading, style);
    record.push(b'\n');
    good.unwrap_or(false)
}

/// The error of a line that is too long to be kept.
pub(crate) fn too_long(line: &Line<'_>) -> DecodeError {
    DecodeError::too_long(usize::try_from(line.len).unwrap_or(usize::MAX))
}

/// What working through all lines gave.
pub(crate) fn ended<T>(result: Result<T, ProcessError>) -> Result<T, Failure> {
    result.map_err(|error| match error {
        ProcessError::Write(error) => Failure::Output(error),
        ProcessError::Read { after, source } => {
            Failure::Io(format!("reading failed after line {after}; what came before is written"), source)
        }
        other => Failure::Output(io::Error::other(other)),
    })
}

/// Puts the name of a file in front of a record that begins at `start`.
pub(crate) fn name_record(record: &mut Vec<u8>, start: usize, name: &str) {
    let Some(rest) = record.get(start + 1..).map(<[u8]>::to_vec) else { return };
    record.truncate(start);
    record.extend_from_slice(br#"{"file":"#);
    // Writing into memory cannot fail, and neither can turning a text into JSON.
    let _ = serde_json::to_writer(&mut *record, name);
    record.push(b',');
    record.extend_from_slice(&rest);
}
