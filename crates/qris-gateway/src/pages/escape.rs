//! Text from outside on its way into a page.

use std::fmt::{self, Write};

use qris_core::display::Safe;

/// The escaper of every template (`askama.toml`): markup becomes text, and characters that cannot be seen or that
/// change the direction of text are written out (`\u{202e}`), so that a name cannot pretend to be something else.
/// Line ends and tabulators stay, because nothing but preformatted text shows them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page;

impl askama::filters::Escaper for Page {
    fn write_escaped_str<W: Write>(&self, mut dest: W, string: &str) -> fmt::Result {
        string.chars().try_for_each(|c| match c {
            '<' => dest.write_str("&lt;"),
            '>' => dest.write_str("&gt;"),
            '&' => dest.write_str("&amp;"),
            '"' => dest.write_str("&quot;"),
            '\'' => dest.write_str("&#39;"),
            '\n' | '\t' | ' '..='~' => dest.write_char(c),
            c => write!(dest, "{}", Safe(c.encode_utf8(&mut [0; 4]))),
        })
    }
}

#[cfg(test)]
mod tests {
    use askama::filters::Escaper;

    fn escaped(text: &str) -> String {
        let mut out = String::new();
        super::Page.write_escaped_str(&mut out, text).unwrap();
        out
    }

    #[test]
    fn markup_becomes_text() {
        assert_eq!(
            escaped("<script>alert('1')</script> & \"x\""),
            "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;x&quot;"
        );
    }

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        assert_eq!(
            escaped("WARUNG\u{202e}GNURAW\u{200b}\u{0}\r\n"),
            "WARUNG\\u{202e}GNURAW\\u{200b}\\u{0}\\r\n"
        );
        assert_eq!(escaped("Toko Kopi Ibu Sri — 咖啡"), "Toko Kopi Ibu Sri — 咖啡");
    }

    proptest::proptest! {
        #[test]
        fn nothing_opens_an_element_or_leaves_an_attribute(text: String) {
            let out = escaped(&text);
            proptest::prop_assert!(!out.contains(['<', '>', '"', '\'']));
            proptest::prop_assert!(!out.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
        }
    }
}
