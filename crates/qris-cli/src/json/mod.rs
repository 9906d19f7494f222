//! JSON of payloads, both ways: what `decode` writes and what `encode` reads.

mod record;
mod restore;
mod summary;

pub use record::{Bad, Crc, Fault, Good, Object, bad, good, too_long};
pub use restore::{Refusal, Restored, from_json};
pub(crate) use restore::{from_summary, replace, restored};
pub use summary::{
    AccountSummary, AdditionalSummary, AmountSummary, LanguageSummary, NationalSummary, NetworkSummary,
    ProprietarySummary, Summary, TipSummary, TransferSummary,
};

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

/// Writes a value as JSON, over several lines when `pretty`. Control characters beyond ASCII and the line
/// separators of Unicode are escaped, so that one record is one line for every reader.
///
/// # Errors
/// What writing gives.
pub fn write(out: impl Write, value: &impl Serialize, pretty: bool) -> serde_json::Result<()> {
    if pretty {
        let format = Escaping(PrettyFormatter::new());
        value.serialize(&mut serde_json::Serializer::with_formatter(out, format))
    } else {
        value.serialize(&mut serde_json::Serializer::with_formatter(out, Escaping(CompactFormatter)))
    }
}

/// A formatter that escapes U+007F–009F, U+2028 and U+2029 as well.
struct Escaping<F>(F);

impl<F: Formatter> Formatter for Escaping<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        // Nearly every fragment: printable ASCII, looked at eight bytes at a time by the compiler.
        if fragment.bytes().fold(true, |plain, b| plain & (b < 0x7F)) {
            return out.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        let special = |c: char| matches!(c, '\u{7F}'..='\u{9F}' | '\u{2028}' | '\u{2029}');
        while let Some((place, c)) = rest.char_indices().find(|(_, c)| special(*c)) {
            let (plain, tail) = rest.split_at(place);
            out.write_all(plain.as_bytes())?;
            write!(out, "\\u{:04x}", u32::from(c))?;
            rest = tail.split_at(c.len_utf8()).1;
        }
        out.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn separators_and_controls_are_escaped() {
        let mut out = Vec::new();
        super::write(&mut out, &"a\u{7f}b\u{85}c\u{2028}d\u{2029}é\"\n", false).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, r#""a\u007fb\u0085c\u2028d\u2029é\"\n""#);
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), "a\u{7f}b\u{85}c\u{2028}d\u{2029}é\"\n");
    }
}
