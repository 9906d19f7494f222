//! `qris scan`: payloads out of pictures; and pictures where other commands take a payload.

use std::ffi::{OsStr, OsString};
use std::io::Write;

use clap::ValueEnum;
use qris_render::{Found, PictureLimits, scan};

use super::PICTURE_LIMIT;
use super::decode::RecordStyle;
use crate::diagnosis::in_short;
use crate::input::{ProfileName, Reading, Source, UnitName, read_bytes};
use crate::output::{Failure, Outcome, Verdict, raw_results, say};

/// Read payloads out of pictures
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  qris scan photo.jpg
  qris scan --format ndjson *.png
PNG, JPEG and WebP; several symbols in one picture; turned, inverted and small ones.
Exit status 1: a picture has no symbol, or a symbol holds no payload with a right CRC.")]
pub(crate) struct Args {
    /// The pictures, or - for standard input.
    #[arg(value_name = "FILE|-", required = true)]
    files: Vec<OsString>,
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
    let reading = Reading { profile: ProfileName::Wild, length_unit: args.length_unit };
    let mut verdict = Verdict::Good;
    let mut out = raw_results();
    for path in &args.files {
        let found = symbols(path, &read_picture(path)?)?;
        if found.is_empty() {
            say("bad", &format!("{}: no QR symbol found", path.display()));
            verdict = Verdict::Bad;
        }
        for symbol in found {
            if args.format == Format::Ndjson {
                let style = RecordStyle { pretty: false, diagnosed: true };
                if !super::decode::write_record(&mut out, symbol.bytes(), None, reading, style)? {
                    verdict = Verdict::Bad;
                }
                writeln!(out)?;
                continue;
            }
            let text = super::decode::text_of(symbol.bytes());
            match text.and_then(|text| args.length_unit.parse(text)?.verify_crc()) {
                Ok(payload) => writeln!(out, "{}", payload.as_str())?,
                Err(error) => {
                    say("bad", &format!("{}: [{}] {error}", path.display(), error.kind().code()));
                    if let Some(known) = in_short(symbol.bytes()) {
                        say("bad", &format!("{}: {known}", path.display()));
                    }
                    verdict = Verdict::Bad;
                }
            }
        }
    }
    out.flush()?;
    Ok(verdict)
}

/// The bytes of a picture file or of standard input.
pub(crate) fn read_picture(path: &OsStr) -> Result<Vec<u8>, Failure> {
    read_bytes(path, PICTURE_LIMIT)
}

fn symbols(path: &OsStr, file: &[u8]) -> Result<Vec<Found>, Failure> {
    scan(file, PictureLimits::default())
        .map_err(|error| Failure::Refused(format!("{}: {error}", path.display())))
}

/// The payload of a source that may be a picture with one symbol in it.
pub(crate) fn read_payload(source: &Source) -> Result<Vec<u8>, Failure> {
    let Some(path) = source.payload.as_deref().filter(|path| is_picture(path)) else { return source.read() };
    match symbols(path, &read_picture(path)?)?.as_slice() {
        [symbol] => Ok(source.undone(symbol.bytes().to_vec())),
        [] => Err(Failure::Refused(format!("{}: no QR symbol found", path.display()))),
        several => Err(Failure::Refused(format!(
            "{} has {} QR symbols: see `qris scan`",
            path.display(),
            several.len()
        ))),
    }
}

/// By the ending of the name: a payload has none of these.
fn is_picture(path: &OsStr) -> bool {
    let ending = std::path::Path::new(path).extension().and_then(OsStr::to_str).unwrap_or_default();
    ["png", "jpg", "jpeg", "webp"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}
