//! `qris scan`: all payloads out of pictures.

use std::ffi::OsString;
use std::io::Write;

use clap::ValueEnum;
use qris_core::display::Safe;
use qris_render::Found;
use serde_json::{Map, Value, json};

use super::PICTURE_LIMIT;
use super::decode::RecordStyle;
use crate::diagnosis::in_short;
use crate::input::{ProfileName, Reading, UnitName, read_bytes};
use crate::output::{Failure, Outcome, Verdict, raw_results, say};
use crate::picture::{Standing, codes, different, standing, what};

/// Read payloads out of pictures
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  qris scan photo.jpg
  qris scan --format json photo.jpg
  qris scan --format ndjson *.png
  qris scan --no-filename *.png | qris bulk
PNG, JPEG, WebP, GIF, BMP, TIFF, and the pictures on the first page of a PDF;
several codes in one picture, each once; turned, inverted, blurred and small
ones. Of several pictures the names are printed, and a bad one does not stop the
others. What is no payload is left aside where there is one. json and ndjson
also say where each code is and how it is made: \"symbol\" has its version, its
level of error correction, and its corners in pixels from the top left of the
picture: top left, top right, bottom right, bottom left, as the code is turned.
Exit status 1: a picture has no payload with a right CRC, or one that is
damaged beside it.")]
pub(crate) struct Args {
    /// The pictures, or - for standard input.
    #[arg(value_name = "FILE|-", required = true)]
    files: Vec<OsString>,
    /// Print no names of files, also of several.
    #[arg(long)]
    no_filename: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// What lengths count. The standard says characters; other units are for payloads known to be wrong.
    #[arg(long, value_enum, value_name = "UNIT", default_value_t = UnitName::Characters)]
    length_unit: UnitName,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One payload a line.
    Text,
    /// One JSON array: a record of `decode` for each code, and one for each picture that could not be used.
    Json,
    /// The records of `decode`, one a line for each payload.
    Ndjson,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let (mut verdict, mut unread) = (Verdict::Good, None);
    let mut out = raw_results();
    let mut array = Vec::new();
    for path in &args.files {
        let name = if path == "-" { "standard input".to_owned() } else { path.display().to_string() };
        let read = read_bytes(path, PICTURE_LIMIT).and_then(|file| codes(&name, &file));
        let failure = match read {
            Ok(codes) => {
                // Where the places are told, each of them is.
                let codes = if args.format == Format::Json { codes } else { different(codes) };
                if !print(args, &name, &codes, &mut out, &mut array)? {
                    verdict = Verdict::Bad;
                }
                continue;
            }
            Err(failure) => failure,
        };
        if args.format == Format::Json {
            array.push(json!({ "file": name, "ok": false, "error": { "message": failure.reason() } }));
        }
        // The other pictures may be good ones.
        match failure {
            Failure::Refused(reason) => {
                say("bad", &reason);
                verdict = Verdict::Bad;
            }
            failure if unread.is_none() => unread = Some(failure),
            failure => say("error", &failure.reason()),
        }
    }
    if args.format == Format::Json {
        serde_json::to_writer_pretty(&mut out, &array)?;
        writeln!(out)?;
    }
    out.flush()?;
    unread.map_or(Ok(verdict), Err)
}

/// Prints the payloads of one picture; whether it has one and none that is not whole.
fn print(
    args: &Args,
    name: &str,
    codes: &[Found],
    out: &mut impl Write,
    array: &mut Vec<Value>,
) -> Result<bool, Failure> {
    let named = args.files.len() > 1 && !args.no_filename;
    let sealed =
        |bytes| super::decode::text_of(bytes).and_then(|text| args.length_unit.parse(text)?.verify_crc());
    let any = codes.iter().any(|code| sealed(code.bytes()).is_ok());
    let mut good = any;
    for code in codes {
        let sealed = sealed(code.bytes());
        let other = match standing(code.bytes()) {
            Standing::Other(foreign) => Some(what(foreign)),
            _ => None,
        };
        good &= sealed.is_ok() || other.is_some();
        match args.format {
            Format::Text => {}
            Format::Json => {
                array.push(record(args, code, Some(name))?);
                continue;
            }
            Format::Ndjson => {
                serde_json::to_writer(&mut *out, &record(args, code, named.then_some(name))?)?;
                writeln!(out)?;
                continue;
            }
        }
        match (sealed, other) {
            (Ok(payload), _) if named => writeln!(out, "{}: {}", Safe(name), payload.as_str())?,
            (Ok(payload), _) => writeln!(out, "{}", payload.as_str())?,
            (Err(_), Some(other)) if any => {
                say("note", &format!("{name} has another code beside the QRIS: it is {other}"));
            }
            (Err(_), Some(other)) => say("bad", &format!("{name}: its code is {other}, not a QRIS")),
            (Err(error), None) => {
                say("bad", &format!("{name}: [{}] {error}", error.kind().code()));
                if let Some(known) = in_short(code.bytes()) {
                    say("bad", &format!("{name}: {known}"));
                }
            }
        }
    }
    Ok(good)
}

/// The record of `decode` for a code, after the name of its file and what is known of its symbol.
fn record(args: &Args, code: &Found, name: Option<&str>) -> Result<Value, Failure> {
    let reading = Reading { profile: ProfileName::AUTO, length_unit: args.length_unit };
    let style = RecordStyle { pretty: false, diagnosed: true, undone: &[] };
    let mut decoded = Vec::new();
    super::decode::write_record(&mut decoded, code.bytes(), None, reading, style)?;
    let mut record = Map::new();
    if let Some(name) = name {
        record.insert("file".to_owned(), name.into());
    }
    let corners = code.corners().map(|(x, y)| [x, y]);
    let symbol = json!({ "version": code.version(), "level": code.level().to_string(), "corners": corners });
    record.insert("symbol".to_owned(), symbol);
    record.extend(serde_json::from_slice::<Map<String, Value>>(&decoded)?);
    Ok(Value::Object(record))
}
