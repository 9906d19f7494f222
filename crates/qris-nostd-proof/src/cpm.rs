//! The jobs with codes that payers show.

use core::fmt::Write;
use core::hint::black_box;
use core::ops::ControlFlow;

use qris_cpm::display::{Masked, tree};
use qris_cpm::{Builder, CpmPayload, MAX_CHARACTERS, Path, Profile, QrisCpm, Tag, check};

use crate::Count;

/// A code with most objects there are; account and payer are nobody's.
pub const SAMPLE: &str = "hQVDUFYwMWFbTwegAAAGAiAgUAdRUklTQ1BNWgqTYAkUAAAAAAGfXyALTkFNQSBDT05UT0hfLQJpZF9QCkVYQU1QTEUuSURjG590GDI4MTAwMDAwMDAwMDAwMDAwMDAwMDAwMQ==";

/// Structure and every object. Gives the number of objects, nested ones counted.
pub fn decode(text: &str) -> Option<usize> {
    let code = match CpmPayload::parse(text) {
        Ok(code) => code,
        Err(error) => {
            let kind = error.kind();
            black_box((error.offset(), error.path(), kind.code(), kind.explanation(), kind.cites()));
            return None;
        }
    };
    let again = CpmPayload::from_bytes(code.as_bytes()).ok()?;
    let path: Option<Path> = black_box("61/63/9F74").parse().ok();
    black_box(path.and_then(|path| code.find(path)).map(|object| object.value()));
    let objects = code
        .walk()
        .inspect(|object| _ = black_box((object.span(), object.value(), object.has_shortest_length())));
    (again == code).then_some(objects.count())
}

/// All findings by both profiles. Gives their number.
pub fn check(text: &str) -> Option<usize> {
    let code = CpmPayload::parse(text).ok()?;
    let mut found = 0usize;
    for profile in Profile::ALL {
        let mut count = |finding: qris_cpm::Finding| {
            black_box((finding.code(), finding.path(), finding.span(), finding.cites(), finding.row()));
            found = found.wrapping_add(1);
            ControlFlow::Continue(())
        };
        let _ = check::visit(&code, *profile, &mut count);
        let _ = check::visit_made(&code, *profile, &mut count);
        black_box(check::conforms(&code, *profile));
    }
    Some(found)
}

/// The conforming view and all its getters. Gives the length of the issuer's data.
pub fn view(text: &str) -> Option<usize> {
    let code = QrisCpm::decode(text).ok()?;
    let application = code.application();
    black_box((application.aid(), application.label(), application.holder_name(), application.language()));
    black_box((application.issuer_url(), application.version(), application.account_reference()));
    black_box((application.token_requestor(), application.last_four(), application.issuer_data()));
    black_box((code.pan().as_str(), code.pan().nns(), code.pan().luhn_holds()));
    Some(code.issuer_data().len())
}

/// Builds a code and writes its text. Gives its length in characters.
pub fn build(pan: &str, track: &str, digits: &str, text: &str) -> Option<usize> {
    let mut builder = Builder::qris();
    builder.pan(pan).track_2(track).last_four(digits).holder_name(text).language("iden").issuer_url(text);
    builder.account_reference(text).version([0, 1]).issuer_data(text.as_bytes());
    builder
        .set(Tag::new(black_box(0xC4))?, text.as_bytes())
        .common()
        .token_requestor(black_box("12345678901"));
    let code = match builder.build_unchecked() {
        Ok(code) => code,
        Err(error) => {
            _ = write!(Count(0), "{error}");
            return None;
        }
    };
    black_box(builder.build(Profile::Qris).is_ok());
    Some(code.to_text(&mut [0; MAX_CHARACTERS]).len())
}

/// Prints the tree both ways, the line for logs and every finding, or the error. Gives the number of bytes printed.
pub fn print(text: &str) -> usize {
    let mut out = Count(0);
    match CpmPayload::parse(text) {
        Ok(code) => {
            _ = write!(out, "{}{}{}", tree(&code), tree(&code).with_secrets(), Masked(&code));
            let _ = check::visit(&code, Profile::Emvco, |finding| {
                _ = write!(out, "{finding:#}");
                ControlFlow::Continue(())
            });
        }
        Err(error) => _ = write!(out, "{error}"),
    }
    out.0
}

/// Every job on the sample; `false` when a result is not the one it should be.
pub fn run() -> bool {
    let sample = black_box(SAMPLE);
    decode(sample) == Some(10)
        && decode(sample.get(1..).unwrap_or_default()).is_none()
        && check(sample) == Some(0)
        && view(sample) == Some(24)
        && build(
            black_box("9360091400000000019"),
            black_box("9360091400000000019D4912"),
            black_box("0019"),
            black_box("NAMA CONTOH"),
        )
        .is_some()
        && build(black_box("936009"), black_box("9360D4912"), black_box("19"), black_box("NAMA")).is_none()
        && print(sample) > 500
        && print(black_box("YR5P")) > 20
}
