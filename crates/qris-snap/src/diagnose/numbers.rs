//! Numbers as programs print them that read them as doubles. No money is counted here: it imitates what clients signed.

/// Prints a number anew, when it would look otherwise.
type Print = fn(&str) -> Option<String>;

/// JavaScript and Go; Python; PHP; Java.
pub(super) const PRINTED_ANEW: [Print; 4] = [
    |text| anew(text, |number| in_range(number, 1e-6, 1e21).then(|| format!("{number}")).unwrap_or_else(|| power(number, "", "e", '+', 1))),
    |text| anew(text, |number| in_range(number, 1e-4, 1e16).then(|| pointed(number)).unwrap_or_else(|| power(number, "", "e", '+', 2))),
    |text| anew(text, |number| in_range(number, 1e-4, 1e15).then(|| pointed(number)).unwrap_or_else(|| power(number, ".0", "e", '+', 1))),
    |text| anew(text, |number| in_range(number, 1e-3, 1e7).then(|| pointed(number)).unwrap_or_else(|| power(number, ".0", "E", ' ', 1))),
];

/// A whole number, or one with fewer decimals, with so many: what was signed when zeros were lost on the way.
pub(super) fn with_decimals(text: &str, decimals: usize) -> Option<String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let number = !digits.is_empty() && digits.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    (number && fraction.len() < decimals).then(|| format!("{whole}.{fraction:0<decimals$}"))
}

fn anew(text: &str, print: fn(f64) -> String) -> Option<String> {
    // Whole numbers of usual length are whole everywhere.
    if !text.contains(['.', 'e', 'E']) && text.len() <= 15 {
        return None;
    }
    let number = text.parse().ok().filter(|number: &f64| number.is_finite())?;
    Some(print(number))
}

fn in_range(number: f64, from: f64, to: f64) -> bool {
    number == 0.0 || (from..to).contains(&number.abs())
}

/// With a point, whole or not.
fn pointed(number: f64) -> String {
    let text = format!("{number}");
    if text.contains('.') { text } else { text + ".0" }
}

/// As `1.5e+21`: what stands after a mantissa of one digit, the letter, the sign of a positive power, its digits.
fn power(number: f64, whole: &str, letter: &str, plus: char, digits: usize) -> String {
    let text = format!("{number:e}");
    let Some((mantissa, power)) = text.split_once('e') else { return text };
    let whole = if mantissa.contains('.') { "" } else { whole };
    let (sign, power) = power.strip_prefix('-').map_or((plus, power), |power| ('-', power));
    let sign = if sign == ' ' { String::new() } else { sign.to_string() };
    format!("{mantissa}{whole}{letter}{sign}{power:0>digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_as_each_language_does() {
        let printed = |text: &str| PRINTED_ANEW.map(|print| print(text).unwrap_or_else(|| text.to_owned()));
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
