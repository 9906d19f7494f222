//! `qris render --bulk`: a picture for every line.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use qris_bulk::{CsvSource, LineSource, Source as _};

use super::render::{Args, Format, sealed, write};
use crate::input::Source;
use crate::output::{Failure, Outcome, Verdict, cannot_write, say};

/// Longest name of a file without its ending.
const LONGEST_NAME: usize = 100;

pub(crate) fn run(args: &Args, input: &OsStr) -> Outcome {
    let folder = args.out_dir.as_deref().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| cannot_write(folder, error))?;
    let open = || Source { payload: Some(input.to_owned()), undo: false }.open();
    let csv =
        |column: &String| CsvSource::new(open()?, column).map_err(|error| Failure::Usage(error.to_string()));
    let mut work = Work { args, folder, written: 0, bad: 0 };
    match (&args.column, &args.name_column) {
        (None, _) => {
            let mut lines = LineSource::new(open()?).lines();
            while let Some(line) = lines.next_line().map_err(cannot_read)? {
                work.line(line.number, line.text(), None)?;
            }
        }
        (Some(column), None) => {
            let mut rows = csv(column)?.lines();
            while let Some(row) = rows.next_line().map_err(cannot_read)? {
                work.line(row.number, row.text(), None)?;
            }
        }
        (Some(column), Some(names)) => {
            if input == "-" {
                return Err(Failure::Usage("--name-column reads the file twice, so it cannot be -".into()));
            }
            let (mut rows, mut names) = (csv(column)?.lines(), csv(names)?.lines());
            while let Some(row) = rows.next_line().map_err(cannot_read)? {
                let name = names.next_line().map_err(cannot_read)?;
                let name = name.and_then(|name| name.text().map(file_name)).unwrap_or_default();
                work.line(row.number, row.text(), Some(name))?;
            }
        }
    }
    say("written", &work.written.to_string());
    if work.bad > 0 {
        say("bad", &work.bad.to_string());
        return Ok(Verdict::Bad);
    }
    Ok(Verdict::Good)
}

struct Work<'a> {
    args: &'a Args,
    folder: &'a Path,
    written: u64,
    bad: u64,
}

impl Work<'_> {
    /// A bad line is told and counted; a full disk or a wrong wish ends the work.
    fn line(&mut self, number: u64, text: Option<&[u8]>, name: Option<String>) -> Result<(), Failure> {
        let payload = match text {
            Some(text) if text.trim_ascii().is_empty() => return Ok(()),
            Some(text) => sealed(text.trim_ascii(), self.args.length_unit),
            None => Err(Failure::Refused("the line is too long for a payload".into())),
        };
        let format = self.args.look.format.unwrap_or(Format::Png);
        match payload.and_then(|payload| self.args.look.file(&payload, format)) {
            Ok(file) => {
                let name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| format!("{number:06}"));
                let path = self.folder.join(format!("{name}.{}", format.ending()));
                write(&path, &file, self.args.force)?;
                self.written += 1;
                Ok(())
            }
            Err(Failure::Refused(reason)) => {
                say("bad", &format!("line {number}: {reason}"));
                self.bad += 1;
                Ok(())
            }
            Err(other) => Err(other),
        }
    }
}

/// A name that stays in the folder, whatever stands in the column: letters and digits of ASCII, `-`, `_` and dots that
/// are not the first; everything else becomes `_`.
fn file_name(text: &[u8]) -> String {
    let keep = |(i, &byte): (usize, &u8)| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte),
        b'.' if i > 0 => '.',
        _ => '_',
    };
    text.trim_ascii().iter().enumerate().map(keep).take(LONGEST_NAME).collect()
}

fn cannot_read(error: std::io::Error) -> Failure {
    Failure::Io("cannot read the payloads".into(), error)
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn names_stay_in_their_folder() {
        assert_eq!(file_name(b" INV-2026.001 "), "INV-2026.001");
        assert_eq!(file_name(b"../../etc/passwd"), "_._.._etc_passwd");
        assert_eq!(file_name(b"/a\\b:c\0"), "_a_b_c_");
        assert_eq!(file_name(b""), "");
        assert_eq!(file_name(&[b'x'; 500]).len(), 100);
    }
}
