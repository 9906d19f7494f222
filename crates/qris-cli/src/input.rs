//! Where payloads come from: the argument, a file, standard input. White space around a payload is taken
//! off here, never by the library.

use std::ffi::{OsStr, OsString};
use std::fmt::{self, Display, Formatter};
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::iter;
use std::path::Path;
use std::sync::LazyLock;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use qris_bulk::JudgedBy;
use qris_core::diagnose::{Cause, explain};
use qris_core::{DecodeError, LengthUnit, MAX_BYTES, Payload, Profile, Scheme};

use crate::beginning::csv_sentence;
use crate::diagnosis::undone;
use crate::output::Failure;
use crate::picture;

/// A payload on the command line.
#[derive(Debug, Args)]
pub(crate) struct Source {
    /// The payload, or a file that holds one, or a picture of one, or - for standard input. What begins with
    /// two digits is a payload unless a file is called so. Without it, standard input is read.
    #[arg(value_name = "PAYLOAD|FILE|-")]
    pub(crate) payload: Option<OsString>,
    /// Go on with the text that it was when it does not decode and the cause is known: blanks put back, quotes
    /// left out and their kind. Says what was undone. Lengths count characters then.
    #[arg(long, conflicts_with = "length_unit")]
    pub(crate) undo: bool,
}

/// How payloads are read and judged.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Reading {
    /// The tables and severities to judge by.
    #[arg(long, value_enum, default_value_t = ProfileName::AUTO)]
    pub(crate) profile: ProfileName,
    /// What lengths count. The standard says characters; other units are for payloads known to be wrong.
    #[arg(long, value_enum, value_name = "UNIT", default_value_t = UnitName::Characters)]
    pub(crate) length_unit: UnitName,
}

/// What to judge by, by name: a profile, or each payload by its scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProfileName(pub(crate) JudgedBy);

impl ProfileName {
    pub(crate) const AUTO: ProfileName = ProfileName(JudgedBy::Scheme);

    /// The profile for a payload.
    pub(crate) fn of(self, payload: &Payload<'_>) -> Profile {
        self.0.profile(payload)
    }

    /// The profile, where there is no payload to ask.
    pub(crate) fn named(self) -> Option<Profile> {
        match self.0 {
            JudgedBy::Profile(profile) => Some(profile),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        self.named().map_or("auto", |profile| profile.name)
    }

    fn help(self) -> String {
        match self.name() {
            "auto" => "Each payload by its scheme, as codes are in circulation".into(),
            "emvco" => "The EMVCo tables by the letter".into(),
            "qris" => "The QRIS tables by the letter".into(),
            "wild" => "QRIS as acquirers really print it".into(),
            name => Scheme::named(name).map_or_else(String::new, |scheme| {
                let country =
                    qris_tables::country(scheme.country).map_or(scheme.country, |country| country.name);
                format!("{} of {country}", scheme.name)
            }),
        }
    }
}

impl Display for ProfileName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl ValueEnum for ProfileName {
    fn value_variants<'a>() -> &'a [ProfileName] {
        static ALL: LazyLock<Vec<ProfileName>> = LazyLock::new(|| {
            let schemes = Scheme::all().iter().map(|scheme| scheme.profile());
            // QRIS is among the schemes as `wild`.
            let all = Profile::ALL.iter().copied().chain(schemes.filter(|profile| *profile != Profile::WILD));
            iter::once(ProfileName::AUTO).chain(all.map(|profile| ProfileName(profile.into()))).collect()
        });
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(self.help()))
    }
}

/// A length unit by name, or the wish to find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum UnitName {
    /// Unicode characters, as the standard says.
    Characters,
    /// UTF-8 bytes.
    Bytes,
    /// UTF-16 code units.
    Utf16,
    /// Characters when they fit, otherwise the one other unit that does.
    Detect,
}

impl UnitName {
    /// The unit; characters where it is to be found out.
    pub(crate) fn unit(self) -> LengthUnit {
        match self {
            UnitName::Characters | UnitName::Detect => LengthUnit::Characters,
            UnitName::Bytes => LengthUnit::Bytes,
            UnitName::Utf16 => LengthUnit::Utf16,
        }
    }

    pub(crate) fn parse(self, text: &str) -> Result<Payload<'_>, DecodeError> {
        match self {
            UnitName::Characters => Payload::parse(text),
            UnitName::Bytes => Payload::parse_with(text, LengthUnit::Bytes),
            UnitName::Utf16 => Payload::parse_with(text, LengthUnit::Utf16),
            UnitName::Detect => Payload::detect(text),
        }
    }
}

impl Source {
    /// A file or - by its name.
    pub(crate) fn named(file: Option<&OsStr>) -> Source {
        Source { payload: file.map(OsStr::to_owned), undo: false }
    }

    /// The bytes of the payload, without the white space around it; what happened to it undone when that is asked for.
    pub(crate) fn read(&self) -> Result<Vec<u8>, Failure> {
        self.read_undone().map(|(bytes, _)| bytes)
    }

    /// The same, and the causes of what was undone.
    pub(crate) fn read_undone(&self) -> Result<(Vec<u8>, Vec<Cause>), Failure> {
        let bytes = self.read_trimmed()?;
        let undone = if self.undo { undone(&bytes) } else { None };
        Ok(undone.unwrap_or_else(|| (bytes, Vec::new())))
    }

    fn read_trimmed(&self) -> Result<Vec<u8>, Failure> {
        let mut bytes = self.read_all()?;
        let kept = bytes.trim_ascii();
        let start = kept.as_ptr().addr() - bytes.as_ptr().addr();
        let end = start + kept.len();
        bytes.truncate(end);
        bytes.drain(..start);
        Ok(bytes)
    }

    fn read_all(&self) -> Result<Vec<u8>, Failure> {
        match &self.payload {
            Some(text) if is_payload(text) => Ok(text.as_encoded_bytes().to_vec()),
            _ => read_some(&self.name(), self.open()?),
        }
    }

    /// What messages call it.
    fn name(&self) -> String {
        match self.payload.as_deref() {
            Some(path) if path != "-" => path.display().to_string(),
            _ => "standard input".to_owned(),
        }
    }

    /// What is to be read line by line: the argument itself, a file, or standard input; of a picture its payload.
    pub(crate) fn open_or_text(&self) -> Result<Box<dyn Read + Send>, Failure> {
        match &self.payload {
            Some(text) if is_payload(text) => Ok(Box::new(io::Cursor::new(text.as_encoded_bytes().to_vec()))),
            _ => {
                let mut input = self.open()?;
                // Read once: whoever sends lines one by one is answered one by one.
                let mut begin = vec![0; 16 * 1024];
                let read = input.read(&mut begin).map_err(cannot_read)?;
                begin.truncate(read);
                if !picture::is_picture(&begin) {
                    return Ok(Box::new(io::Cursor::new(begin).chain(input)));
                }
                Ok(Box::new(io::Cursor::new(picture::payload(&self.name(), begin, input)?)))
            }
        }
    }

    /// The file or standard input, for commands that read line by line.
    pub(crate) fn open(&self) -> Result<Box<dyn Read + Send>, Failure> {
        match self.payload.as_deref() {
            Some(path) if path != "-" => open(path).map(|file| Box::new(file) as Box<dyn Read + Send>),
            argument => {
                if argument.is_none() && io::stdin().is_terminal() {
                    let message =
                        "no payload: give one as argument, name a file, or pipe one in (see --help)";
                    return Err(Failure::Usage(message.to_owned()));
                }
                Ok(Box::new(io::stdin()))
            }
        }
    }
}

/// Two digits first, blanks aside; the empty text, which no file is called; and what is known for a text. Telephones call
/// their photographs after the date, `20260131_093012.jpg`: what a file is called is no payload.
fn is_payload(argument: &OsStr) -> bool {
    match argument.as_encoded_bytes().trim_ascii_start() {
        [a, b, ..] if a.is_ascii_digit() && b.is_ascii_digit() => !Path::new(argument).is_file(),
        [] => true,
        _ => is_known_text(argument),
    }
}

/// A payload with something before it, such as JSON or a quotation mark, and what is no payload but known, such as a link:
/// what happened to it is worth more than that no file is called so.
fn is_known_text(argument: &OsStr) -> bool {
    let text = argument.as_encoded_bytes();
    text != b"-" && !Path::new(argument).exists() && explain(text).is_some()
}

/// The payload in a file that a list names: only an ordinary file, so that no list makes anybody wait for a pipe.
pub(crate) fn read_listed(path: &OsStr) -> Result<Vec<u8>, Failure> {
    let file = open(path)?;
    if !file.metadata().is_ok_and(|about| about.is_file()) {
        return Err(Failure::Refused(format!("{} is no file", path.display())));
    }
    let bytes = read_some(&path.display().to_string(), file)?;
    Ok(bytes.trim_ascii().to_vec())
}

/// Opens a file for reading, and says its name when that fails.
pub(crate) fn open(path: &OsStr) -> Result<File, Failure> {
    let failed = |error: io::Error| match error.kind() {
        // It may be a code that pays.
        io::ErrorKind::NotFound if is_like_a_code(path.as_encoded_bytes()) => {
            Failure::Io("this is neither a payload nor the name of a file".into(), error)
        }
        _ => Failure::Io(format!("cannot read {}", path.display()), error),
    };
    let file = File::open(path).map_err(failed)?;
    match file.metadata() {
        Ok(about) if about.is_dir() => Err(failed(io::ErrorKind::IsADirectory.into())),
        _ => Ok(file),
    }
}

/// Reads one payload and what may stand around it: as much as is looked into. Of a picture its payload.
fn read_some(name: &str, mut source: impl Read) -> Result<Vec<u8>, Failure> {
    const MOST: usize = qris_core::diagnose::MAX_BYTES;
    let mut bytes = Vec::new();
    source.by_ref().take(MOST as u64 + 1).read_to_end(&mut bytes).map_err(cannot_read)?;
    if picture::is_picture(&bytes) {
        return picture::payload(name, bytes, source);
    }
    if bytes.len() > MOST {
        if let Some(csv) = csv_sentence(&bytes) {
            return Err(Failure::Refused(format!("{name}: {csv}")));
        }
        return Err(Failure::Refused(format!(
            "{name} has more than {MOST} bytes, and a payload at most {MAX_BYTES}: hand over the payload alone; \
             `qris bulk` and `qris decode --format ndjson` read one a line"
        )));
    }
    Ok(bytes)
}

fn cannot_read(error: io::Error) -> Failure {
    Failure::Io("cannot read the payload".into(), error)
}

/// Reads the rest of a file that may have so many bytes.
#[cfg(feature = "scan")]
pub(crate) fn read_to_limit(
    name: &str,
    mut bytes: Vec<u8>,
    rest: impl Read,
    limit: u64,
) -> Result<Vec<u8>, Failure> {
    let room = (limit + 1).saturating_sub(bytes.len() as u64);
    rest.take(room)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::Io(format!("cannot read {name}"), error))?;
    if bytes.len() as u64 > limit {
        return Err(Failure::Refused(format!("{name} is larger than {limit} bytes")));
    }
    Ok(bytes)
}

/// Reads a small text whole, such as JSON to encode.
pub(crate) fn read_text(path: &OsStr, limit: u64) -> Result<String, Failure> {
    let bytes = read_bytes(path, limit)?;
    String::from_utf8(bytes).map_err(|_| Failure::Refused(format!("{} is not UTF-8 text", path.display())))
}

/// Reads a file, or standard input for `-`, whole.
pub(crate) fn read_bytes(path: &OsStr, limit: u64) -> Result<Vec<u8>, Failure> {
    let source: Box<dyn Read> = if path == "-" { Box::new(io::stdin()) } else { Box::new(open(path)?) };
    let mut bytes = Vec::new();
    let what = || format!("cannot read {}", path.display());
    source.take(limit + 1).read_to_end(&mut bytes).map_err(|e| Failure::Io(what(), e))?;
    if bytes.len() as u64 > limit {
        return Err(Failure::Refused(format!("{} is larger than {limit} bytes", path.display())));
    }
    Ok(bytes)
}

/// Whether a text is long and of the characters of Base64 alone, blanks aside, as codes are that payers show, whole or in part. No
/// payload that merchants show: those begin with digits.
pub(crate) fn is_like_a_code(text: &[u8]) -> bool {
    let begins_as_payload =
        matches!(text.trim_ascii_start(), [a, b, ..] if a.is_ascii_digit() && b.is_ascii_digit());
    text.len() >= 40 && (!begins_as_payload || text.starts_with(b"85")) && is_of_base64(text)
}

/// Whether all characters are those of Base64, of either alphabet, or blanks.
pub(crate) fn is_of_base64(text: &[u8]) -> bool {
    text.iter()
        .all(|byte| byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || b"+/=-_".contains(byte))
}
