//! Amounts as people in Indonesia write them, and what to write instead.
//!
//! The rule is EMVCo's (4.7.4): digits, and if need be one point with at most the decimals of the currency. `15000`,
//! `15000.5` and `15000.50` are amounts; so is `15.00`, which is fifteen. Three digits behind a point or a comma are thousands,
//! one or two behind a comma are decimals; neither is guessed at: it is refused, and what it seems to mean is named.

use qris_core::{Amount, Currency, Percentage};

use crate::output::Failure;

/// The amount that a flag states, or why it is none and what to write.
pub(crate) fn read(flag: &str, text: &str, currency: Currency) -> Result<Amount, Failure> {
    Amount::parse(text, currency).map_err(|error| {
        let hint = hint(text, currency).map(|hint| format!(". {hint}")).unwrap_or_default();
        Failure::Refused(format!("{flag}: {error}{hint}"))
    })
}

/// The percentage that a flag states, or why it is none and what to write.
pub(crate) fn read_percentage(flag: &str, text: &str) -> Result<Percentage, Failure> {
    text.parse().map_err(|error| {
        let hint = percentage_hint(text).map(|hint| format!(". {hint}")).unwrap_or_default();
        Failure::Refused(format!("{flag}: {error}{hint}"))
    })
}

/// What a text that is no amount seems to mean, and how that is written.
pub(crate) fn hint(text: &str, currency: Currency) -> Option<String> {
    let (whole, decimals) = meant(text)?;
    let plain = match decimals.trim_end_matches('0') {
        "" => whole.clone(),
        _ => format!("{whole}.{decimals}"),
    };
    if plain == text || Amount::parse(&plain, currency).is_err() {
        return None;
    }
    let mut said = words(whole.parse().ok()?);
    if plain != whole {
        said.push_str(" point");
        for digit in decimals.bytes() {
            said.push(' ');
            said.push_str(SMALL[usize::from(digit - b'0')]);
        }
    }
    Some(format!("{} means {said}? write {plain}", text.trim()))
}

/// What a text that is no percentage seems to mean: a comma for the point, a percent sign.
pub(crate) fn percentage_hint(text: &str) -> Option<String> {
    let plain: String = text.trim().trim_end_matches('%').trim_end().replace(',', ".");
    (plain != text && plain.parse::<Percentage>().is_ok())
        .then(|| format!("{} means {plain} per cent? write {plain}", text.trim()))
}

/// The whole units and the decimals, as digits, of an amount in the manner of people: `Rp 15.000,00`, `15,000`,
/// `1.500.000,-`. `None` where it could mean several things.
fn meant(text: &str) -> Option<(String, String)> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    let sign = ["rp.", "rp", "idr"].into_iter().find(|sign| lower.starts_with(sign)).unwrap_or_default();
    let text = text.get(sign.len()..)?.trim();
    // A dash stands for no decimals: Rp 15.000,-
    let text = [",--", ",-", ".--", ".-"].into_iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
    let mut groups = vec![String::new()];
    let mut marks = Vec::new();
    for c in text.chars() {
        match c {
            '0'..='9' => groups.last_mut()?.push(c),
            '.' | ',' | '\'' | '_' | ' ' | '\u{a0}' => {
                marks.push(c);
                groups.push(String::new());
            }
            _ => return None,
        }
    }
    let decimal = |mark: char| matches!(mark, '.' | ',');
    let decimals = match (marks.last(), groups.last()) {
        (Some(&mark), Some(last)) if decimal(mark) && matches!(last.len(), 1 | 2) => {
            let (last, is_another) = (last.clone(), marks.iter().rev().skip(1).any(|other| *other == mark));
            if is_another {
                return None;
            }
            marks.pop();
            groups.pop();
            last
        }
        _ => String::new(),
    };
    let (first, rest) = groups.split_first()?;
    let in_threes = rest.iter().all(|group| group.len() == 3) && (rest.is_empty() || first.len() <= 3);
    let one_mark = marks.windows(2).all(|pair| pair[0] == pair[1]);
    if first.is_empty() || (first.starts_with('0') && !rest.is_empty()) || !in_threes || !one_mark {
        return None;
    }
    Some((groups.concat(), decimals))
}

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

/// A number in words. Twenty lines here; the packages that do it bring numbers of any size and many languages along.
fn words(number: u64) -> String {
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    const LARGE: [(u64, &str); 5] = [
        (1_000_000_000_000, "trillion"),
        (1_000_000_000, "billion"),
        (1_000_000, "million"),
        (1_000, "thousand"),
        (100, "hundred"),
    ];
    let with_rest = |head: String, joint: &str, rest: u64| match rest {
        0 => head,
        rest => format!("{head}{joint}{}", words(rest)),
    };
    if let Some(small) = usize::try_from(number).ok().and_then(|number| SMALL.get(number)) {
        return (*small).to_owned();
    }
    if let Some(tens) = usize::try_from(number / 10 - 2).ok().and_then(|tens| TENS.get(tens)) {
        return with_rest((*tens).to_owned(), "-", number % 10);
    }
    match LARGE.into_iter().find(|(size, _)| *size <= number) {
        Some((size, name)) => with_rest(format!("{} {name}", words(number / size)), " ", number % size),
        None => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{hint, percentage_hint, words};
    use qris_core::{Amount, Currency};

    fn rupiah(text: &str) -> Option<String> {
        hint(text, Currency::IDR)
    }

    #[test]
    fn what_people_write() {
        for (text, means, write) in [
            ("15.000", "fifteen thousand", "15000"),
            ("15,000", "fifteen thousand", "15000"),
            ("15 000", "fifteen thousand", "15000"),
            ("15'000", "fifteen thousand", "15000"),
            ("15_000", "fifteen thousand", "15000"),
            ("Rp 15.000", "fifteen thousand", "15000"),
            ("Rp15000", "fifteen thousand", "15000"),
            ("rp. 15.000,-", "fifteen thousand", "15000"),
            ("Rp\u{a0}15.000", "fifteen thousand", "15000"),
            ("IDR 15,000.00", "fifteen thousand", "15000"),
            ("15.000,00", "fifteen thousand", "15000"),
            ("15.000,50", "fifteen thousand point five zero", "15000.50"),
            ("15,000.5", "fifteen thousand point five", "15000.5"),
            ("15000,5", "fifteen thousand point five", "15000.5"),
            ("15,50", "fifteen point five zero", "15.50"),
            (" 15000", "fifteen thousand", "15000"),
            ("1.500.000", "one million five hundred thousand", "1500000"),
            ("1,500,000", "one million five hundred thousand", "1500000"),
            ("7.250.001", "seven million two hundred fifty thousand one", "7250001"),
        ] {
            let expected = format!("{} means {means}? write {write}", text.trim());
            assert_eq!(rupiah(text), Some(expected));
            assert!(write.parse::<Amount>().is_ok());
        }
    }

    /// What is an amount already, could mean two things, or is none.
    #[test]
    fn nothing_is_guessed() {
        for text in [
            "15000",
            "15.5",
            "1.50.000",
            "1,000.000",
            "1.000,000.00",
            "1000.005",
            "0.500",
            "0",
            "1.00.00",
            "15k",
            "-5",
            "",
            ",",
            "Rp",
            "1e3",
            "99.999.999.999.999",
            "1234,567",
            "1.0000",
            "12.345.67",
        ] {
            assert_eq!(rupiah(text), None, "{text}");
        }
        let yen = Currency::new(392).unwrap();
        assert_eq!(hint("1.000", yen).as_deref(), Some("1.000 means one thousand? write 1000"));
        assert_eq!(hint("500.50", yen), None);
    }

    #[test]
    fn percentages() {
        assert_eq!(percentage_hint("0,7").as_deref(), Some("0,7 means 0.7 per cent? write 0.7"));
        assert_eq!(percentage_hint("5 %").as_deref(), Some("5 % means 5 per cent? write 5"));
        assert_eq!(
            [percentage_hint("0.7"), percentage_hint("100%"), percentage_hint("x")],
            [None, None, None]
        );
    }

    #[test]
    fn numbers_in_words() {
        for (number, said) in [
            (0, "zero"),
            (19, "nineteen"),
            (20, "twenty"),
            (99, "ninety-nine"),
            (100, "one hundred"),
            (999, "nine hundred ninety-nine"),
            (1_000, "one thousand"),
            (10_000_000, "ten million"),
            (2_000_000_016, "two billion sixteen"),
            (9_000_000_000_000, "nine trillion"),
        ] {
            assert_eq!(words(number), said);
        }
        assert!(words(u64::MAX).starts_with(
            "eighteen million four hundred forty-six thousand seven hundred forty-four trillion"
        ));
    }
}
