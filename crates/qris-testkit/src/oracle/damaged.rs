//! What happened to a text is named only when it can be proved.

use qris_core::Sealed;
use qris_core::diagnose::{Explanation, explain, recognise};

use crate::naive::{self, LengthUnit};

/// A diagnosis is of one cause or two, and the text without them is another one that decodes, by a decoder that shares no code
/// with the core. A text that decodes has none.
///
/// # Panics
/// When a diagnosis proves nothing.
pub fn damaged(bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).ok();
    if let Some(foreign) = text.and_then(recognise) {
        assert!(!foreign.code().is_empty() && !foreign.is().is_empty());
    }
    let found = match explain(bytes) {
        Some(Explanation::Damaged(found)) => found,
        Some(Explanation::Several(several)) => {
            return of_several(text.unwrap_or_default(), several.payloads());
        }
        Some(Explanation::Foreign(_)) | None => return,
    };
    assert!((1..=2).contains(&found.causes().len()), "{found:?}");
    assert!(text.is_none_or(|text| Sealed::parse(text).is_err()), "{found:?} of what is whole");
    assert_ne!(found.undone().as_bytes(), bytes);
    let undone = naive::decode(found.undone().as_bytes(), LengthUnit::Characters);
    assert!(undone.is_ok(), "{found:?} does not decode: {undone:?}");
    assert!(found.to_string().starts_with("the text is whole when "));
}

/// Each stands in the text, decodes, and is another one.
fn of_several(text: &str, payloads: &[String]) {
    assert!(payloads.len() > 1);
    for (index, payload) in payloads.iter().enumerate() {
        assert!(text.contains(payload) && !payloads[..index].contains(payload));
        assert!(naive::decode(payload.as_bytes(), LengthUnit::Characters).is_ok());
    }
}
