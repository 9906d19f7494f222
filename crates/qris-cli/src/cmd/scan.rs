//! `qris scan`: all payloads out of pictures.

use std::ffi::{OsStr, OsString};
use std::io::Write;

use clap::ValueEnum;
use qris_core::display::Safe;

use super::PICTURE_LIMIT;
use super::decode::RecordStyle;
use super::lines::name_record;
use crate::diagnosis::in_short;
use crate::input::{ProfileName, Reading, UnitName, read_bytes};
use crate::output::{Failure, Outcome, Verdict, raw_results, say};
use crate::picture::{Standing, codes, standing, what};

/// Read payloads out of pictures
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  qris scan photo.jpg
  qris scan --format ndjson *.png
  qris scan --no-filename *.png | qris bulk
PNG, JPEG, WebP, GIF, BMP, and the pictures on the first page of a PDF; several
codes in one picture; turned, inverted and small ones. Of several pictures the
names are printed. What is no payload is left aside where there is one.
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
    /// The records of `decode`, one a line.
    Ndjson,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let mut verdict = Verdict::Good;
    let mut out = raw_results();
    for path in &args.files {
        let good = match one(args, path, &mut out) {
            // The other pictures may be good ones.
            Err(Failure::Refused(reason)) if args.files.len() > 1 => {
                say("bad", &reason);
                false
            }
            other => other?,
        };
        if !good {
            verdict = Verdict::Bad;
        }
    }
    out.flush()?;
    Ok(verdict)
}

/// Prints the payloads of one picture; whether it has one and none that is not whole.
fn one(args: &Args, path: &OsStr, out: &mut impl Write) -> Result<bool, Failure> {
    let name = if path == "-" { "standard input".to_owned() } else { path.display().to_string() };
    let named = args.files.len() > 1 && !args.no_filename;
    let reading = Reading { profile: ProfileName::Wild, length_unit: args.length_unit };
    let codes = codes(&name, &read_bytes(path, PICTURE_LIMIT)?)?;
    let sealed =
        |bytes| super::decode::text_of(bytes).and_then(|text| args.length_unit.parse(text)?.verify_crc());
    let any = codes.iter().any(|code| sealed(code.bytes()).is_ok());
    let mut good = any;
    for code in &codes {
        let sealed = sealed(code.bytes());
        let other = match standing(code.bytes()) {
            Standing::Other(foreign) => Some(what(foreign)),
            _ => None,
        };
        good &= sealed.is_ok() || other.is_some();
        if args.format == Format::Ndjson {
            let mut record = Vec::new();
            let style = RecordStyle { pretty: false, diagnosed: true, undone: &[] };
            super::decode::write_record(&mut record, code.bytes(), None, reading, style)?;
            if named {
                name_record(&mut record, 0, &name);
            }
            out.write_all(&record)?;
            writeln!(out)?;
            continue;
        }
        match (sealed, other) {
            (Ok(payload), _) if named => writeln!(out, "{}: {}", Safe(&name), payload.as_str())?,
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
