//! What happened to a text that is no payload, when that can be proved.
//!
//! A cause is named when undoing exactly it gives a text that is a payload and whose CRC is right. Nothing is repaired in
//! silence: the undone text is handed back, and it is the caller's to decide whether to go on with it.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod around;
mod before;
mod blanks;
mod cause;
mod checksums;
mod encoded;
mod foreign;
mod lengths;
mod letters;
mod several;
mod written;

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

pub use before::{Before, before};
pub use cause::Cause;
pub use foreign::Foreign;
pub use several::Several;

use crate::wire::Sealed;

/// The most bytes that are looked into: as much as a page that a payload was copied from.
pub const MAX_BYTES: usize = 64 * 1024;

/// What happened to a text, and what it was before.
#[derive(Clone, PartialEq, Eq)]
pub struct Diagnosis {
    causes: Vec<Cause>,
    undone: String,
}

impl Diagnosis {
    /// One cause or two, in the order in which they are undone.
    pub fn causes(&self) -> &[Cause] {
        &self.causes
    }

    /// The text without them: a payload whose CRC is right. It is untrusted input like the text it was made of.
    pub fn undone(&self) -> &str {
        &self.undone
    }

    /// The same, as the text alone.
    pub fn into_undone(self) -> String {
        self.undone
    }
}

/// Without the text, as it holds account numbers.
impl core::fmt::Debug for Diagnosis {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Diagnosis").field("causes", &self.causes).finish_non_exhaustive()
    }
}

/// The sentence `Display` writes: "the text is whole when …".
impl core::fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the text is whole when ")?;
        for (index, cause) in self.causes.iter().enumerate() {
            if index > 0 {
                f.write_str(", and then ")?;
            }
            f.write_str(cause.undoing())?;
        }
        Ok(())
    }
}

/// Names what happened to a text that does not decode: one cause, or two at once. `None` when nothing that is known can be
/// proved, when the text decodes as it is, and when it has more than [`MAX_BYTES`] bytes.
///
/// The work grows with the text only: the number of ways that are tried is limited. A CRC has 16 bits, so a text that was
/// altered otherwise fits one of them by chance now and then: look at the undone text before you use it.
///
/// ```
/// use qris_core::diagnose::{Cause, diagnose};
/// let whole = "00020101021126570011ID.DANA.WWW011893600915000000000102090000000010303UMI\
///              5204581253033605802ID5913WARUNG CONTOH6013JAKARTA PUSAT6105101106304E9E1";
/// // A form took the blanks out.
/// let text = whole.replace(' ', "");
/// let found = diagnose(text.as_bytes()).unwrap();
/// assert_eq!(found.causes(), [Cause::BlanksStripped]);
/// assert_eq!(found.undone(), whole);
/// assert_eq!(found.to_string(), "the text is whole when the blanks that its lengths count are put back");
/// // One that was altered is not explained away.
/// assert_eq!(diagnose(whole.replace("5913WARUNG", "5913TOKO_X").as_bytes()), None);
/// ```
pub fn diagnose(bytes: &[u8]) -> Option<Diagnosis> {
    if bytes.len() > MAX_BYTES {
        return None;
    }
    let wide = written::utf32(bytes)
        .map(|text| (Cause::Utf32, text))
        .or_else(|| written::utf16(bytes).map(|text| (Cause::Utf16, text)));
    let (given, text) = match (wide, core::str::from_utf8(bytes)) {
        (Some((cause, text)), _) => (vec![cause], Cow::Owned(text)),
        (None, Ok(text)) => (vec![], Cow::Borrowed(text)),
        (None, Err(_)) => (vec![Cause::Latin1], Cow::Owned(written::latin1(bytes))),
    };
    if seals(&text) {
        // In that encoding it is whole, or it was from the beginning.
        return (!given.is_empty()).then(|| Diagnosis { causes: given, undone: text.into_owned() });
    }
    let found = |mut causes: Vec<Cause>, (cause, undone): (Cause, String)| {
        causes.push(cause);
        Diagnosis { causes, undone }
    };
    let mut budget = blanks::Budget::new();
    let first = steps(&text);
    if let Some(step) = first.iter().find(|(_, text)| seals(text)) {
        return Some(found(given, step.clone()));
    }
    if let Some(repair) = repaired(&text) {
        return Some(found(given, repair));
    }
    if !given.is_empty() {
        return blanks::repaired(&text, &mut budget).map(|repair| found(given, repair));
    }
    let again = [Cause::JsonEscapes, Cause::PercentEncoding, Cause::HtmlEntities];
    for (cause, text) in &first {
        let other = |second: &Cause| second != cause || again.contains(cause);
        if let Some(step) = steps(text).into_iter().find(|(second, text)| other(second) && seals(text)) {
            return Some(found(vec![*cause], step));
        }
    }
    if let Some(pair) = first.iter().find_map(|(cause, text)| Some(found(vec![*cause], repaired(text)?))) {
        return Some(pair);
    }
    // What is tried in many ways comes after all that is tried in one.
    if let Some(repair) = blanks::repaired(&text, &mut budget) {
        return Some(found(vec![], repair));
    }
    let mut pairs = first.iter();
    let pair =
        pairs.find_map(|(cause, text)| Some(found(vec![*cause], blanks::repaired(text, &mut budget)?)));
    // Marks around it that have no name of their own.
    pair.or_else(|| Some(found(vec![], around::bare(&text)?)))
}

/// What is known of a text that does not decode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Explanation {
    /// Something happened to a payload.
    Damaged(Diagnosis),
    /// It is several payloads, and none of them can be chosen.
    Several(Several),
    /// It is no payload at all.
    Foreign(Foreign),
}

/// One sentence without a full stop: "the text is whole when …" or "this is …".
impl core::fmt::Display for Explanation {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Explanation::Damaged(diagnosis) => diagnosis.fmt(f),
            Explanation::Several(several) => several.fmt(f),
            Explanation::Foreign(foreign) => write!(f, "this is {}", foreign.is()),
        }
    }
}

/// [`diagnose`], and failing that several payloads in one, or what [`recognise`] says: all that is known of a text that does not decode.
///
/// ```
/// use qris_core::diagnose::explain;
/// let text = String::from("tel:+620000000000");
/// assert_eq!(explain(text.as_bytes()).unwrap().to_string(), "this is a telephone number, a message or a place");
/// assert_eq!(explain(b"000201"), None);
/// ```
pub fn explain(bytes: &[u8]) -> Option<Explanation> {
    if let Some(found) = diagnose(bytes) {
        return Some(Explanation::Damaged(found));
    }
    let text = core::str::from_utf8(bytes);
    let several = text.ok().filter(|text| text.len() <= MAX_BYTES && !seals(text)).and_then(several::several);
    let foreign = || text.map_or_else(|_| foreign::recognise_bytes(bytes), recognise);
    several.map(Explanation::Several).or_else(|| foreign().map(Explanation::Foreign))
}

/// What a text that is no merchant-presented payload is instead, when that can be told from how it begins.
///
/// ```
/// use qris_core::diagnose::{Foreign, recognise};
/// let text = String::from("WIFI:T:WPA;S:Kedai;P:kopi;;");
/// assert_eq!(recognise(&text), Some(Foreign::WiFi));
/// assert_eq!(recognise("000201"), None);
/// ```
pub fn recognise(text: &str) -> Option<Foreign> {
    foreign::recognise(text)
}

fn seals(text: &str) -> bool {
    Sealed::parse(text).is_ok()
}

/// Texts that this one may have been written as before, cheapest first. Each differs from it.
fn steps(text: &str) -> Vec<(Cause, String)> {
    let mut steps = Vec::new();
    written::steps(text, &mut steps);
    encoded::steps(text, &mut steps);
    around::steps(text, &mut steps);
    steps.extend(checksums::padded(text).into_iter().map(|undone| (Cause::CrcZerosDropped, undone)));
    steps.extend(checksums::other_units(text));
    steps.retain(|(_, undone)| undone != text);
    steps
}

/// What is found only with the structure and the CRC at hand; what it gives seals.
fn repaired(text: &str) -> Option<(Cause, String)> {
    let repairs = [checksums::repaired, letters::repaired, lengths::repaired];
    repairs.iter().find_map(|repair| repair(text)).filter(|(_, undone)| seals(undone))
}
