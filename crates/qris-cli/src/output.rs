//! How a command ends: exit codes, and standard output that may be a closed pipe.

use std::io::{self, BufWriter, ErrorKind, StdoutLock, Write};
use std::process::ExitCode;

use qris_core::display::Safe;

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

pub(crate) type Outcome = Result<Verdict, Failure>;

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Output(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Failure {
        Failure::Output(error.into())
    }
}

/// The exit code of a command, after telling what failed.
pub(crate) fn exit_code(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(Verdict::Good) => ExitCode::SUCCESS,
        Ok(Verdict::Bad) => ExitCode::from(1),
        Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Failure::Output(error)) => complain(&format!("cannot write the result: {error}"), 2),
        Err(Failure::Io(what, error)) => complain(&format!("{what}: {error}"), 2),
        Err(Failure::Usage(message)) => complain(&message, 2),
        Err(Failure::Refused(message)) => complain(&message, 1),
    }
}

fn complain(message: &str, code: u8) -> ExitCode {
    say("error", message);
    ExitCode::from(code)
}

/// Says something to the person on standard error; nobody listening is no reason to fail.
pub(crate) fn say(what: &str, message: &str) {
    // The message may quote a file name or a member of the input: filtered, line by line.
    for line in message.lines() {
        let _ = writeln!(anstream::stderr(), "{what}: {}", Safe(line));
    }
}

/// Standard output with colours when it is a terminal, buffered.
pub(crate) fn results() -> BufWriter<anstream::AutoStream<StdoutLock<'static>>> {
    BufWriter::new(anstream::AutoStream::auto(io::stdout().lock()))
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
