//! Where in a text something is wrong: a stretch of it with what stands around, and which stretch a fault is about.

use qris_core::wire::Span;
use qris_core::{DecodeError, ErrorKind};

/// Characters shown before and after a place.
const AROUND: usize = 24;

/// A stretch of the payload with what stands around it.
pub(super) struct Place {
    pub(super) before: String,
    pub(super) marked: String,
    pub(super) after: String,
}

/// A span with some characters around it; borders inside a character are moved out of it.
pub(super) fn place(text: &str, span: Span) -> Place {
    let floor = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let ceil = |at: usize| (at.min(text.len())..=text.len()).find(|at| text.is_char_boundary(*at));
    let (start, end) = (floor(span.start), ceil(span.end).unwrap_or(text.len()));
    let (before, rest) = text.split_at(start);
    let (marked, after) = rest.split_at(end.saturating_sub(start));
    let head = before.char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at);
    let tail = after.char_indices().nth(AROUND).map_or(after.len(), |(at, _)| at);
    let (head_dots, tail_dots) = (if head > 0 { "…" } else { "" }, if tail < after.len() { "…" } else { "" });
    Place {
        before: format!("{head_dots}{}", before.get(head..).unwrap_or_default()),
        marked: marked.to_owned(),
        after: format!("{}{tail_dots}", after.get(..tail).unwrap_or_default()),
    }
}

/// What of the text a fault is about: the four digits of a wrong CRC, the two characters that are no ID, the header whose
/// length goes too far, the object that stands there a second time, everything behind the CRC.
pub(super) fn faulty(text: &str, error: &DecodeError) -> Span {
    let start = error.offset().min(text.len());
    let rest = text.get(start..).unwrap_or_default();
    let characters = |most: usize| rest.char_indices().nth(most).map_or(rest.len(), |(at, _)| at);
    let length = match error.kind() {
        ErrorKind::InvalidId | ErrorKind::InvalidLength { .. } => characters(2),
        ErrorKind::Overrun { .. } | ErrorKind::FormatIndicatorNotFirst => characters(4),
        ErrorKind::DuplicateId { .. } => {
            let declared = rest.get(2..4).and_then(|digits| digits.parse::<usize>().ok()).unwrap_or(0);
            characters(4 + declared)
        }
        ErrorKind::CrcMismatch { .. } | ErrorKind::CrcMalformed => characters(4),
        ErrorKind::CrcNotLast { .. } | ErrorKind::Truncated { .. } => rest.len(),
        _ => characters(1),
    };
    Span::from(start..start + length)
}

#[cfg(test)]
mod tests {
    use qris_core::{Payload, Sealed};

    use super::*;

    #[test]
    fn a_place_is_shown_with_what_is_around_it() {
        let text = "0123456789".repeat(10);
        let shown = place(&text, Span::from(50..52));
        assert_eq!(
            (shown.before.as_str(), shown.marked.as_str(), shown.after.as_str()),
            ("…678901234567890123456789", "01", "234567890123456789012345…")
        );
        let shown = place("é", Span::from(1..9));
        assert_eq!((shown.before.as_str(), shown.marked.as_str(), shown.after.as_str()), ("", "é", ""));
        let shown = place("ab", Span::from(7..8));
        assert_eq!((shown.before.as_str(), shown.marked.as_str()), ("ab", ""));
    }

    #[test]
    fn a_fault_is_marked_as_far_as_it_goes() {
        let cases = [
            ("000201520400005303360540410005802ID5901A6001B26080004ID.A6304FFFF", "FFFF"),
            ("000201520400005303360540410005802ID5901A6001B26080004ID.A6304", "6304"),
            ("00020159XXWARUNG", "XX"),
            ("000201é9", "é9"),
            ("0002015999WARUNG", "5999"),
            ("0002015901A5901B6304ABCD", "5901B"),
            ("000201630400FFxyz", "xyz"),
            ("00020159", "59"),
            ("5303360", "5303"),
            ("0002016304WXYZ", "WXYZ"),
        ];
        for (text, marked) in cases {
            let error = Sealed::parse(text).unwrap_err();
            assert_eq!(place(text, faulty(text, &error)).marked, marked, "{error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_fault_has_a_place(text in "\\PC{0,80}|[0-9]{0,80}") {
            if let Err(error) = Payload::parse(&text) {
                let span = faulty(&text, &error);
                let _ = place(&text, span);
                proptest::prop_assert!(span.end <= text.len());
            }
        }
    }
}
