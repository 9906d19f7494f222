/// A body without the white space of JSON, that in strings excepted. Any bytes are a body; a string without an end goes
/// to the end.
///
/// ```
/// assert_eq!(qris_testkit::model::minify(br#"{ "a\" b" : 1 }"#), br#"{"a\" b":1}"#);
/// ```
#[must_use]
pub fn minify(body: &[u8]) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut rest = body;
    while let Some(first) = rest.first() {
        let (length, keep) = match first {
            b'"' => (string_length(rest), true),
            b' ' | b'\t' | b'\n' | b'\r' => (1, false),
            _ => (1, true),
        };
        let (taken, left) = rest.split_at(length);
        if keep {
            kept.extend_from_slice(taken);
        }
        rest = left;
    }
    kept
}

/// How long the string is that begins here: it ends with a quote that has an even number of backslashes before it.
fn string_length(text: &[u8]) -> usize {
    let backslashes = |before: &[u8]| before.iter().rev().take_while(|byte| **byte == b'\\').count();
    let closes = |end: &usize| text[*end] == b'"' && backslashes(&text[1..*end]) % 2 == 0;
    (1..text.len()).find(closes).map_or(text.len(), |end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::minify;

    #[test]
    fn blanks_go_but_for_those_in_strings() {
        for (body, expected) in [
            ("", ""),
            (" \t\r\n", ""),
            ("[ 1 , 2 ]\n", "[1,2]"),
            (r#"{ "a b" : "c\" d" , "e\\" : 1 }"#, r#"{"a b":"c\" d","e\\":1}"#),
            (r#""open  "#, r#""open  "#),
            (r#"\ " a"#, r#"\" a"#),
            ("\u{b}\u{a0} x", "\u{b}\u{a0}x"),
        ] {
            assert_eq!(minify(body.as_bytes()), expected.as_bytes(), "{body:?}");
        }
    }
}
