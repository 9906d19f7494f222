//! Money, times and states as people read them.

use qris_snap::DateTime;

use crate::model::Minor;

/// As rupiah are written: `Rp 15.000`, and `Rp 15.000,50` where there are sen.
pub(super) fn rupiah(amount: Minor) -> String {
    let minor = amount.get();
    let (whole, sen) = (minor.unsigned_abs() / 100, minor.unsigned_abs() % 100);
    let digits = whole.to_string();
    let mut grouped = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    let sign = if minor < 0 { "−" } else { "" };
    if sen == 0 { format!("{sign}Rp {grouped}") } else { format!("{sign}Rp {grouped},{sen:02}") }
}

/// Hundredths of a percent: `2,5 %`.
pub(super) fn percent(hundredths: i64) -> String {
    let text = format!("{},{:02}", hundredths / 100, hundredths.unsigned_abs() % 100);
    format!("{} %", text.trim_end_matches('0').trim_end_matches(','))
}

/// An instant in western Indonesian time, for people and for machines.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    /// For people: `2026-08-07 14:05:09 WIB`.
    pub(super) text: String,
    /// For programs: `2026-08-07T14:05:09+07:00`.
    pub(super) machine: String,
}

/// Unix seconds as a [`Moment`].
pub(super) fn moment(unix: i64) -> Moment {
    let machine = DateTime::wib(unix).map(|time| time.as_str().to_owned()).unwrap_or_default();
    let text = match (machine.get(..10), machine.get(11..19)) {
        (Some(day), Some(time)) => format!("{day} {time} WIB"),
        _ => unix.to_string(),
    };
    Moment { text, machine }
}

/// Seconds as a countdown: `04:07`, `1:00:00`, `2 DAYS 03:00:00`. `assets/pay.js` writes the same.
pub(super) fn countdown(seconds: i64, days_word: &str) -> String {
    let seconds = seconds.max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let seconds = seconds % 60;
    match (days, hours) {
        (0, 0) => format!("{minutes:02}:{seconds:02}"),
        (0, _) => format!("{hours}:{minutes:02}:{seconds:02}"),
        _ => format!("{days} {days_word} {hours:02}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rupiah_have_dots_between_thousands_and_sen_where_there_are_any() {
        let cases = [
            (0, "Rp 0"),
            (5, "Rp 0,05"),
            (1_500_000, "Rp 15.000"),
            (123_456_789, "Rp 1.234.567,89"),
            (99_999, "Rp 999,99"),
            (-100_050, "−Rp 1.000,50"),
            (i64::MAX, "Rp 92.233.720.368.547.758,07"),
            (i64::MIN, "−Rp 92.233.720.368.547.758,08"),
        ];
        for (minor, text) in cases {
            assert_eq!(rupiah(Minor::new(minor)), text);
        }
    }

    #[test]
    fn percentages_have_no_zeros_at_the_end() {
        assert_eq!(
            (percent(250), percent(1000), percent(5)),
            ("2,5 %".into(), "10 %".into(), "0,05 %".into())
        );
    }

    #[test]
    fn moments_are_in_western_indonesian_time() {
        let moment = moment(1_786_086_309);
        assert_eq!(
            (moment.text.as_str(), moment.machine.as_str()),
            ("2026-08-07 14:05:09 WIB", "2026-08-07T14:05:09+07:00")
        );
        assert_eq!(super::moment(i64::MAX).text, i64::MAX.to_string());
    }

    #[test]
    fn countdowns_end_at_zero() {
        let cases = [(-5, "00:00"), (247, "04:07"), (3600, "1:00:00"), (183_600, "2 hari 03:00:00")];
        for (seconds, text) in cases {
            assert_eq!(countdown(seconds, "hari"), text);
        }
    }
}
