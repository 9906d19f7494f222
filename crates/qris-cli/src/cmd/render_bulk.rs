//! Pictures by the thousand: `qris render --bulk`, and what else draws one for every row of a file.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::num::NonZeroUsize;
use std::path::Path;
use std::thread;

use indicatif::ProgressBar;
use qris_bulk::{Chunk, CsvSource, LineSource, Source, SourceLines};

use super::bulk;
use super::look::{Format, Look};
use super::render::{Args, sealed};
use crate::input::{Source as Input, UnitName};
use crate::output::{Failure, Outcome, Verdict, cannot_write, say, write_new};

/// Longest name of a file without its ending.
const LONGEST_NAME: usize = 100;

/// Rows that a thread draws before all of them look for the next ones.
const ROWS_A_THREAD: usize = 128;

pub(crate) fn run(args: &Args, input: &OsStr) -> Outcome {
    let folder = args.out_dir.as_deref().unwrap_or(Path::new("."));
    let (mut rows, bar) = Rows::open(args, input)?;
    let mut pictures = Pictures::new(folder, &args.look, args.length_unit)?;
    pictures.replace = args.force;
    pictures.threads = bulk::threads(args.threads);
    let worked = rows.draw(&mut pictures);
    bar.finish_and_clear();
    let verdict = pictures.tell();
    worked.map(|()| verdict)
}

/// A picture to be made: of which line or row it is, what the file is to be called (the number when that is nothing),
/// and the payload, or why there is none.
pub(crate) struct Row {
    pub(crate) number: u64,
    pub(crate) name: Option<String>,
    pub(crate) payload: Result<Vec<u8>, String>,
}

/// Where the pictures go, what they look like, and how many there are.
pub(crate) struct Pictures<'a> {
    folder: &'a Path,
    look: &'a Look,
    unit: UnitName,
    /// Replace files that exist.
    pub(crate) replace: bool,
    /// How many draw at the same time.
    pub(crate) threads: NonZeroUsize,
    /// Names that rows of this run have taken, in small letters.
    names: HashSet<String>,
    written: u64,
    bad: u64,
}

impl<'a> Pictures<'a> {
    /// Makes the folder if it is not there.
    pub(crate) fn new(folder: &'a Path, look: &'a Look, unit: UnitName) -> Result<Pictures<'a>, Failure> {
        fs::create_dir_all(folder).map_err(|error| cannot_write(folder, error))?;
        let (threads, names) = (NonZeroUsize::MIN, HashSet::new());
        Ok(Pictures { folder, look, unit, replace: false, threads, names, written: 0, bad: 0 })
    }

    /// How many rows [`Pictures::draw`] is best given at once.
    pub(crate) fn batch(&self) -> usize {
        self.threads.get().saturating_mul(ROWS_A_THREAD)
    }

    /// Draws some rows, and says in their order which are bad. A full disk or a wrong wish ends the work.
    pub(crate) fn draw(&mut self, mut rows: Vec<Row>) -> Result<(), Failure> {
        for row in &mut rows {
            let name = row.name.take().filter(|name| !name.is_empty());
            let name = name.unwrap_or_else(|| format!("{:06}", row.number));
            // Some systems make no difference between capitals and small letters in names.
            if row.payload.is_ok() && !self.names.insert(name.to_ascii_lowercase()) {
                row.payload = Err(format!(
                    "its file would be called {name}, as that of an earlier line but for capitals"
                ));
            }
            row.name = Some(name);
        }
        let a_thread = rows.len().div_ceil(self.threads.get()).max(1);
        let drawn: Vec<Result<(), Failure>> = thread::scope(|scope| {
            let this = &*self;
            let draw = move |rows: &[Row]| -> Vec<_> { rows.iter().map(|row| this.one(row)).collect() };
            // Asked for one after another, the threads would work one after another.
            let started: Vec<_> = rows.chunks(a_thread).map(|rows| scope.spawn(move || draw(rows))).collect();
            let ended = started
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panicked| std::panic::resume_unwind(panicked)));
            ended.flatten().collect()
        });
        for (row, drawn) in rows.iter().zip(drawn) {
            match drawn {
                Ok(()) => self.written += 1,
                Err(Failure::Refused(reason)) => {
                    say("bad", &format!("line {}: {reason}", row.number));
                    self.bad += 1;
                }
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    fn one(&self, row: &Row) -> Result<(), Failure> {
        let bytes = row.payload.as_ref().map_err(|reason| Failure::Refused(reason.clone()))?;
        let format = self.look.format.unwrap_or(Format::Png);
        let file = self.look.file(&sealed(bytes, self.unit)?, format)?;
        let name = format!("{}.{}", row.name.as_deref().unwrap_or_default(), format.ending());
        // Not one by one onto the disk: that takes a hundred times as long as drawing.
        write_new(&self.folder.join(name), &file)?.keep_unsynced(self.replace)
    }

    /// Says how many there are.
    pub(crate) fn tell(&self) -> Verdict {
        say("written", &self.written.to_string());
        if self.bad == 0 {
            return Verdict::Good;
        }
        say("bad", &self.bad.to_string());
        Verdict::Bad
    }
}

/// The lines of a file, or the rows of a CSV file, with the names of their pictures when a column has them.
struct Rows {
    payloads: SourceLines<Lines>,
    names: Option<SourceLines<Lines>>,
}

/// Lines, or a column.
enum Lines {
    Text(LineSource<Box<dyn Read + Send>>),
    Column(Box<CsvSource<Box<dyn Read + Send>>>),
}

impl Source for Lines {
    fn fill(&mut self, chunk: &mut Chunk) -> std::io::Result<bool> {
        match self {
            Lines::Text(lines) => lines.fill(chunk),
            Lines::Column(rows) => rows.fill(chunk),
        }
    }
}

impl Rows {
    fn open(args: &Args, file: &OsStr) -> Result<(Rows, ProgressBar), Failure> {
        let column = |input, name: &String| {
            let rows = CsvSource::new(input, name).map_err(|error| bulk::column_failure(&error))?;
            Ok::<_, Failure>(Lines::Column(Box::new(rows)))
        };
        if args.name_column.is_some() && file == "-" {
            return Err(Failure::Usage("--name-column reads the file twice, so it cannot be -".into()));
        }
        let (input, bar) = bulk::open(Some(file))?;
        let payloads = match &args.column {
            Some(name) => column(crate::beginning::of_a_table(input, Some(file))?, name)?,
            None => Lines::Text(LineSource::new(crate::beginning::of_lines(input, Some(file))?)),
        };
        let names = args
            .name_column
            .as_ref()
            .map(|name| Ok::<_, Failure>(column(Input::named(Some(file)).open()?, name)?.lines()));
        Ok((Rows { payloads: payloads.lines(), names: names.transpose()? }, bar))
    }

    fn draw(&mut self, pictures: &mut Pictures<'_>) -> Result<(), Failure> {
        let failed = |error| Failure::Io("cannot read the payloads".into(), error);
        let mut rows = Vec::new();
        loop {
            let line = match self.payloads.next_line() {
                Ok(Some(line)) => line,
                Ok(None) => break,
                // What was read before is drawn.
                Err(error) => {
                    pictures.draw(rows)?;
                    return Err(failed(error));
                }
            };
            // The columns go row by row, blank ones too.
            let name = match &mut self.names {
                Some(names) => names.next_line().map_err(failed)?.and_then(|name| name.text().map(file_name)),
                None => None,
            };
            if line.is_blank() {
                continue;
            }
            let payload =
                line.text().map(<[u8]>::to_vec).ok_or("the line is too long for a payload".to_owned());
            rows.push(Row { number: line.number, name, payload });
            if rows.len() >= pictures.batch() {
                pictures.draw(std::mem::take(&mut rows))?;
            }
        }
        pictures.draw(rows)
    }
}

/// A name that stays in the folder, whatever stands in the column: letters and digits of ASCII, `-`, `_` and dots that
/// are not the first; everything else becomes `_`.
pub(crate) fn file_name(text: &[u8]) -> String {
    let keep = |(i, &byte): (usize, &u8)| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte),
        b'.' if i > 0 => '.',
        _ => '_',
    };
    text.trim_ascii().iter().enumerate().map(keep).take(LONGEST_NAME).collect()
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
