//! Numbers as programs print them that read them as doubles. No money is counted here: it imitates what clients signed.

/// How a language prints doubles.
pub(super) struct Style {
    /// Absolute values from here to there, and zero, are printed without a power.
    range: (f64, f64),
    /// What stands after whole ones: `.0`, or nothing.
    whole: &'static str,
    /// The same after the mantissa of a power, the letter with the sign of a positive one, and its digits.
    mantissa: &'static str,
    letter: &'static str,
    digits: usize,
}

/// JavaScript and Go; Python; PHP; Java.
pub(super) const STYLES: [Style; 4] = [
    Style { range: (1e-6, 1e21), whole: "", mantissa: "", letter: "e+", digits: 1 },
    Style { range: (1e-4, 1e16), whole: ".0", mantissa: "", letter: "e+", digits: 2 },
    Style { range: (1e-4, 1e15), whole: ".0", mantissa: ".0", letter: "e+", digits: 1 },
    Style { range: (1e-3, 1e7), whole: ".0", mantissa: ".0", letter: "E", digits: 1 },
];

impl Style {
    /// A number printed anew; `None` for whole ones of usual length, which are whole everywhere.
    pub(super) fn print(&self, text: &str) -> Option<String> {
        if !text.contains(['.', 'e', 'E']) && text.len() <= 15 {
            return None;
        }
        let number = text.parse().ok().filter(|number: &f64| number.is_finite())?;
        let (from, to) = self.range;
        let pointed = |text: String, end: &str| if text.contains('.') { text } else { text + end };
        if number == 0.0 || (from..to).contains(&number.abs()) {
            return Some(pointed(format!("{number}"), self.whole));
        }
        let text = format!("{number:e}");
        let (mantissa, power) = text.split_once('e')?;
        let mantissa = pointed(mantissa.to_owned(), self.mantissa);
        let (letter, power) = match power.strip_prefix('-') {
            Some(power) => (format!("{}-", self.letter.trim_end_matches('+')), power),
            None => (self.letter.to_owned(), power),
        };
        Some(format!("{mantissa}{letter}{power:0>width$}", width = self.digits))
    }
}

/// A whole number, or one with fewer decimals, with so many: what was signed when zeros were lost on the way.
pub(super) fn with_decimals(text: &str, decimals: usize) -> Option<String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let number =
        !digits.is_empty() && digits.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    (number && fraction.len() < decimals).then(|| format!("{whole}.{fraction:0<decimals$}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_as_each_language_does() {
        let printed = |text: &str| STYLES.map(|style| style.print(text).unwrap_or_else(|| text.to_owned()));
        assert_eq!(printed("1.10"), ["1.1"; 4]);
        assert_eq!(printed("100.0"), ["100", "100.0", "100.0", "100.0"]);
        assert_eq!(printed("1e3"), ["1000", "1000.0", "1000.0", "1000.0"]);
        assert_eq!(printed("12345678.50"), ["12345678.5", "12345678.5", "12345678.5", "1.23456785E7"]);
        assert_eq!(printed("1E21"), ["1e+21", "1e+21", "1.0e+21", "1.0E21"]);
        assert_eq!(printed("0.0000001"), ["1e-7", "1e-07", "1.0e-7", "1.0E-7"]);
        assert_eq!(printed("12345678901234567890")[0], "12345678901234567000");
        assert_eq!(printed("15000"), ["15000"; 4]);
        assert_eq!(printed("1e999"), ["1e999"; 4]);
    }

    #[test]
    fn zeros_that_were_lost() {
        let padded = |text: &str| [1, 2].map(|decimals| with_decimals(text, decimals));
        assert_eq!(padded("1"), [Some("1.0".into()), Some("1.00".into())]);
        assert_eq!(padded("-1.5"), [None, Some("-1.50".into())]);
        for other in ["1.25", "1e3", "true", "", "-", "\"1\""] {
            assert_eq!(padded(other), [None, None], "{other}");
        }
    }
}
