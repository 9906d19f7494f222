//! JSON text with other escapes in its strings: `\/` and `\u00e9`, which PHP's `json_encode` writes and others do not.
//!
//! All of it is lexical, and none of it changes what valid JSON means.

use core::fmt::Write;

/// `/` plain, or escaped as `\/`. JSON has no slash outside of strings.
pub(crate) fn slashes(text: &str, escape: bool) -> String {
    let plain = replaced(text, |rest| rest.starts_with('/').then(|| ("/".to_owned(), 1)));
    if escape { plain.replace('/', "\\/") } else { plain }
}

/// Characters beyond ASCII as `\u00e9`, in lower case; a pair of them beyond U+FFFF.
pub(crate) fn unicode_escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

/// `\u00e9` and the like as the characters they mean; of ASCII ones only those that `ascii` lets through.
pub(crate) fn unicode_plain(text: &str, ascii: fn(char) -> bool) -> String {
    let unit =
        |text: &str| text.strip_prefix('u').and_then(|rest| u16::from_str_radix(rest.get(..4)?, 16).ok());
    replaced(text, |rest| {
        let first = unit(rest)?;
        let one = |units: &[u16]| char::decode_utf16(units.iter().copied()).next().and_then(Result::ok);
        let (c, length) = match one(&[first]) {
            Some(c) => (c, 5),
            None => {
                let second = rest.get(5..).and_then(|rest| rest.strip_prefix('\\')).and_then(unit)?;
                (one(&[first, second])?, 11)
            }
        };
        (!c.is_ascii() || ascii(c)).then(|| (c.to_string(), length))
    })
}

/// The escapes that are there, written anew: letters of `\u00E9` in upper case.
pub(crate) fn unicode_upper(text: &str) -> String {
    replaced(text, |rest| {
        let digits =
            rest.strip_prefix('u')?.get(..4).filter(|it| it.bytes().all(|b| b.is_ascii_hexdigit()))?;
        Some((format!("\\u{}", digits.to_ascii_uppercase()), 5))
    })
}

/// The text in each way in which PHP's `json_encode` may have escaped it, without the way it is in: slashes or not, letters
/// beyond ASCII or not. Three others, or four of a mixture; some may be the same. None of what is not UTF-8.
pub(crate) fn php_forms(text: Vec<u8>) -> impl Iterator<Item = Vec<u8>> {
    // What can be in no other way costs no pass.
    let text = String::from_utf8(text).unwrap_or_default();
    let ways = if text.is_ascii() && !text.contains(['/', '\\']) {
        &[][..]
    } else {
        &[(false, false), (false, true), (true, true), (true, false)]
    };
    ways.iter().filter_map(move |(slash, unicode)| {
        let form = unicode_plain(&slashes(&text, *slash), |_| false);
        let form = if *unicode { unicode_escaped(&form) } else { form };
        (form != text).then(|| form.into_bytes())
    })
}

/// Replaces escapes: `with` sees what follows a backslash, and says what stands for it and for how many bytes.
fn replaced(text: &str, with: impl Fn(&str) -> Option<(String, usize)>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        match with(after) {
            Some((replacement, length)) => {
                out.push_str(&replacement);
                rest = after.get(length..).unwrap_or("");
            }
            None => {
                out.push('\\');
                let next = after.chars().next().map_or(0, char::len_utf8);
                let (escape, others) = after.split_at(next);
                out.push_str(escape);
                rest = others;
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_ways_of_php_lead_to_each_other() {
        let ways = [
            r#"{"u":"a/b","n":"é 😀","q":"\\/ \""}"#,
            r#"{"u":"a/b","n":"\u00e9 \ud83d\ude00","q":"\\/ \""}"#,
            r#"{"u":"a\/b","n":"\u00e9 \ud83d\ude00","q":"\\\/ \""}"#,
            r#"{"u":"a\/b","n":"é 😀","q":"\\\/ \""}"#,
        ];
        for from in ways {
            let mut found: Vec<String> =
                php_forms(from.into()).map(|form| String::from_utf8(form).unwrap()).collect();
            found.push(from.to_owned());
            found.sort();
            let mut wanted = ways.map(str::to_owned);
            wanted.sort();
            assert_eq!(found, wanted, "{from}");
        }
    }

    #[test]
    fn what_has_nothing_to_escape_has_no_other_form() {
        for text in [&b"{\"a\":1}"[..], b"", br#"{"a":"\" \\u00e9 \n"}"#, b"\xff/", br#""\u12" \u00"#] {
            assert_eq!(php_forms(text.to_vec()).count(), 0, "{}", String::from_utf8_lossy(text));
        }
        // One of two halves alone is no character and stays.
        assert_eq!(php_forms(br#""\ud83d""#.to_vec()).count(), 0);
        assert!(php_forms("é/\\/\\u00e9".into()).count() <= 4);
    }

    #[test]
    fn letters_of_escapes_in_upper_case() {
        assert_eq!(unicode_upper(r"\u00e9 \\u00e9 \uzzzz \u0"), r"\u00E9 \\u00e9 \uzzzz \u0");
    }
}
