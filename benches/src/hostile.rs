//! Input that wants to be slow: damaged, extreme, or not ASCII. None of it may cost more than three times as
//! much a byte as an ordinary payload.

use crate::cases::{FINPAY, sealed};

/// Each kind by name.
pub fn all() -> Vec<(&'static str, String)> {
    vec![
        ("truncated", FINPAY[..FINPAY.len() - 9].to_owned()),
        ("wrong-crc", FINPAY.replace("90FF", "90FE")),
        ("hundred-objects", objects(0, '7')),
        ("largest", objects(99, '😀')),
        ("deepest-nesting", deepest()),
        ("longest-template", longest_template()),
        ("many-findings", many_findings()),
        ("non-ascii", non_ascii()),
        ("no-payload", "9".repeat(227)),
    ]
}

/// Payloads of growing size up to the largest there is, to show what size costs; in ASCII, and in characters of
/// four bytes.
pub fn sizes() -> Vec<(&'static str, String)> {
    let of = |name, character| (0..=99).step_by(9).map(move |length| (name, objects(length, character)));
    of("ASCII", '7').chain(of("four-byte characters", '😀')).collect()
}

/// One hundred root objects, all templates with one object inside where there is room.
fn objects(length: usize, character: char) -> String {
    let value = |length| std::iter::repeat_n(character, length).collect::<String>();
    framed(|id| match id {
        26..=51 | 62 | 64 | 80..=99 if length >= 4 => format!("01{:02}{}", length - 4, value(length - 4)),
        _ => value(length),
    })
}

/// All IDs but 63 with these values, sealed.
fn framed(value: impl Fn(u8) -> String) -> String {
    let mut text = String::from("000201");
    for id in (1..=99u8).filter(|id| *id != 63) {
        let value = value(id);
        text += &format!("{id:02}{:02}{value}", value.chars().count());
    }
    sealed(text)
}

/// Every object of 62 is itself a template.
fn deepest() -> String {
    let inner: String = (50..58).map(|id| format!("{id}080004ID.A")).collect();
    let additional = format!("62{:02}{inner}", inner.len());
    sealed(format!("00020126080004ID.A520400005303360{additional}5802ID5901A6001B"))
}

/// Templates full to the brim with objects without a value.
fn longest_template() -> String {
    let inside: String = (0..24).map(|id| format!("{id:02}00")).collect();
    let templates: String = (26..=51).map(|id| format!("{id}96{inside}")).collect();
    sealed(format!("000201{templates}5802ID5901A6001B"))
}

/// Every object breaks as many rules as it can.
fn many_findings() -> String {
    framed(|id| match id {
        26..=51 | 62 | 64 | 80..=99 => "0003|\u{7}\u{202E}0003|\u{7}\u{202E}0003|\u{7}\u{202E}".to_owned(),
        _ => "|\u{7}\u{202E}e\u{301}".to_owned(),
    })
}

/// An ordinary payload whose names are not ASCII.
fn non_ascii() -> String {
    let text =
        FINPAY.replace("5909Test Sogi6015JAKARTA SELATAN", "5909Tëst Sögí6015最佳运输最佳运输最佳运输最佳运");
    sealed(text[..text.len() - 8].to_owned())
}

#[cfg(test)]
mod tests {
    use qris_core::{MAX_BYTES, Payload, Sealed};

    #[test]
    fn hostile_input_is_what_it_says() {
        for (name, text) in super::all() {
            let framed = !["truncated", "no-payload"].contains(&name);
            assert_eq!(Payload::parse(&text).is_ok(), framed, "{name}");
            assert_eq!(Sealed::parse(&text).is_ok(), framed && name != "wrong-crc", "{name}");
        }
    }

    #[test]
    fn sizes_reach_the_largest_payload() {
        let sizes = super::sizes();
        let grows = |pair: &[(&str, String)]| pair[0].0 != pair[1].0 || pair[0].1.len() < pair[1].1.len();
        assert!(sizes.windows(2).all(grows));
        assert!(sizes.iter().all(|(_, text)| Sealed::parse(text).is_ok()));
        assert!(sizes.last().is_some_and(|(_, text)| text.len() > MAX_BYTES - 1_500));
    }
}
