//! How a command ends: exit codes, and standard output that may be a closed pipe.

use std::fs;
#[cfg(feature = "render")]
use std::io::IsTerminal;
use std::io::{self, BufWriter, ErrorKind, StdoutLock, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use qris_core::display::Safe;
use tempfile::NamedTempFile;

/// How a command ends when nothing failed outright.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Exit code 0.
    Good,
    /// Exit code 1: the payload, or a line of the input, is bad or refused.
    Bad,
}

/// Why a command could not do its work: exit code 2, or 1 when the payload was refused.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line cannot be followed.
    Usage(String),
    /// The payload or the request was refused.
    Refused(String),
    /// Reading or writing failed; what, and the error.
    Io(String, io::Error),
    /// Writing the results failed. A closed pipe is no failure.
    Output(io::Error),
}

impl Failure {
    /// Why, in words.
    pub(crate) fn reason(&self) -> String {
        match self {
            Failure::Usage(message) | Failure::Refused(message) => message.clone(),
            Failure::Io(what, error) => format!("{what}: {error}"),
            Failure::Output(error) => format!("cannot write the result: {error}"),
        }
    }
}

pub(crate) type Outcome = Result<Verdict, Failure>;

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Output(error)
    }
}

impl From<crate::json::Refusal> for Failure {
    fn from(refusal: crate::json::Refusal) -> Failure {
        Failure::Refused(refusal.to_string())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Failure {
        Failure::Output(error.into())
    }
}

/// The exit code of a command, after telling what failed.
pub(crate) fn exit_code(outcome: Outcome) -> ExitCode {
    let failure = match outcome {
        Ok(Verdict::Good) => return ExitCode::SUCCESS,
        Ok(Verdict::Bad) => return ExitCode::from(1),
        Err(failure) => failure,
    };
    let code = match &failure {
        Failure::Output(error) if error.kind() == ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
        Failure::Refused(_) => 1,
        Failure::Usage(_) | Failure::Io(..) | Failure::Output(_) => 2,
    };
    say("error", &failure.reason());
    ExitCode::from(code)
}

/// Says something to the person on standard error; nobody listening is no reason to fail.
pub(crate) fn say(what: &str, message: &str) {
    // The message may quote a file name or a member of the input: filtered, line by line.
    for line in message.lines() {
        let _ = writeln!(anstream::stderr(), "{what}: {}", Safe(line));
    }
}

/// A finding on standard error, with its severity, code, place and clause.
pub(crate) fn say_finding(finding: &qris_core::Finding) {
    let _ = writeln!(anstream::stderr(), "{}", crate::caret::line(finding));
}

/// Standard output with colours when it is a terminal, buffered.
pub(crate) fn results() -> BufWriter<anstream::AutoStream<StdoutLock<'static>>> {
    BufWriter::new(anstream::AutoStream::auto(io::stdout().lock()))
}

/// Whether standard output has colours: a terminal that can, and neither NO_COLOR nor CLICOLOR=0 says no.
#[cfg(feature = "render")]
pub(crate) fn colours() -> bool {
    anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}

/// Standard output for bytes that are not for a terminal, buffered.
pub(crate) fn raw_results() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(64 * 1024, io::stdout().lock())
}

/// Writes one line and makes sure that it is out.
pub(crate) fn print_line(line: &str) -> Result<(), Failure> {
    let mut out = raw_results();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}

/// A file that is written under another name and appears under its own when it is complete, so that nothing
/// half-written is ever found. What is there already and is no file, such as a printer, is written to as it is.
pub(crate) struct NewFile {
    to: Destination,
    path: PathBuf,
}

enum Destination {
    Partial(NamedTempFile),
    /// A device or a pipe.
    Device(fs::File),
}

impl NewFile {
    pub(crate) fn create(path: &Path) -> Result<NewFile, Failure> {
        if fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir()) {
            let device = fs::File::options().write(true).open(path);
            let device = device.map_err(|error| cannot_write(path, error))?;
            return Ok(NewFile { to: Destination::Device(device), path: path.to_owned() });
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let partial = tempfile::Builder::new().prefix(".qris-").tempfile_in(folder);
        let partial = partial.map_err(|error| cannot_write(path, without_path(error)))?;
        Ok(NewFile { to: Destination::Partial(partial), path: path.to_owned() })
    }

    pub(crate) fn writer(&mut self) -> &mut (dyn Write + Send) {
        match &mut self.to {
            Destination::Partial(partial) => partial,
            Destination::Device(device) => device,
        }
    }

    /// Gives the file its name, once it is on the disk; one of that name is replaced only when `replace` says so.
    pub(crate) fn keep(self, replace: bool) -> Result<(), Failure> {
        if let Destination::Partial(partial) = &self.to {
            partial.as_file().sync_all().map_err(|error| cannot_write(&self.path, error))?;
        }
        self.keep_unsynced(replace)
    }

    /// The same without waiting for the disk: of one of thousands that can all be written again.
    pub(crate) fn keep_unsynced(self, replace: bool) -> Result<(), Failure> {
        let NewFile { to: Destination::Partial(partial), path } = self else { return Ok(()) };
        let failed = |error| cannot_write(&path, without_path(error));
        // Temporary files are private; what is kept has the permissions of an ordinary new file.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            partial.as_file().set_permissions(fs::Permissions::from_mode(0o644)).map_err(failed)?;
        }
        let kept = if replace { partial.persist(&path) } else { partial.persist_noclobber(&path) };
        kept.map(|_| ()).map_err(|error| match error.error.kind() {
            ErrorKind::AlreadyExists => exists(&path),
            _ => failed(error.error),
        })
    }
}

/// The error without the path that `tempfile` puts behind it: that of a file nobody has heard of.
fn without_path(error: io::Error) -> io::Error {
    match error.to_string().split_once(" at path \"") {
        Some((reason, _)) => io::Error::new(error.kind(), reason),
        None => error,
    }
}

/// A file that is replaced only when that is asked for.
pub(crate) fn exists(path: &Path) -> Failure {
    Failure::Usage(format!("{} exists: choose another name or give --force", path.display()))
}

pub(crate) fn cannot_write(path: &Path, error: io::Error) -> Failure {
    Failure::Io(format!("cannot write {}", path.display()), error)
}

/// Writes a whole file, or standard output.
#[cfg(feature = "render")]
pub(crate) fn write(path: &Path, bytes: &[u8], force: bool) -> Outcome {
    if path == Path::new("-") {
        let mut out = raw_results();
        out.write_all(bytes)?;
        out.flush()?;
        return Ok(Verdict::Good);
    }
    write_new(path, bytes)?.keep(force)?;
    Ok(Verdict::Good)
}

/// Writes a whole file that has no name yet.
#[cfg(feature = "render")]
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<NewFile, Failure> {
    let mut file = NewFile::create(path)?;
    file.writer().write_all(bytes).map_err(|error| cannot_write(path, error))?;
    Ok(file)
}

/// A picture's bytes would only upset a terminal.
#[cfg(feature = "render")]
pub(crate) fn not_onto_a_terminal(path: &Path, is_text: bool) -> Result<(), Failure> {
    if path == Path::new("-") && !is_text && io::stdout().is_terminal() {
        let message = "the bytes of a picture would only upset the terminal: name a file with -o, \
                       or send standard output elsewhere with > or |";
        return Err(Failure::Usage(message.into()));
    }
    Ok(())
}

/// What the library cannot do with the wishes of the command line.
#[cfg(feature = "render")]
pub(crate) fn refused(error: impl std::fmt::Display) -> Failure {
    Failure::Usage(error.to_string())
}
