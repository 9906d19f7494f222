//! Date-times: ISO 8601 with an offset, kept as written.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// Seconds of a day.
pub const DAY: i64 = 86_400;
/// Seconds that western Indonesian time (WIB, +07:00) is ahead of UTC.
const WIB: i32 = 7 * 3600;
/// Characters of `yyyy-MM-ddTHH:mm:ss+hh:mm`, the standard's form.
pub(crate) const STANDARD_LENGTH: usize = 25;

/// A date-time: the text as written, and the instant it means.
///
/// ```
/// use qris_snap::DateTime;
/// let time = DateTime::parse("2024-03-05T10:37:16.196Z").unwrap();
/// assert_eq!(time.unix(), 1_709_635_036);
/// assert_eq!(DateTime::wib(time.unix()).unwrap().as_str(), "2024-03-05T17:37:16+07:00");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DateTime {
    text: String,
    unix: i64,
}

impl DateTime {
    /// Reads RFC 3339: any offset, `Z`, `-00:00`, an optional fraction of a second.
    pub fn parse(text: &str) -> Option<DateTime> {
        DateTime::instant(text).map(|unix| DateTime { text: text.to_owned(), unix })
    }

    /// As [`parse`](Self::parse), and a text without an offset, which is read as WIB: one provider's `paidTime`.
    pub fn parse_lenient(text: &str) -> Option<DateTime> {
        let unix = DateTime::instant(text).or_else(|| DateTime::instant(&format!("{text}+07:00")))?;
        Some(DateTime { text: text.to_owned(), unix })
    }

    fn instant(text: &str) -> Option<i64> {
        // RFC 3339 has no longer text than this, with nine digits of fraction.
        if text.len() > 35 {
            return None;
        }
        OffsetDateTime::parse(text, &Rfc3339).ok().map(OffsetDateTime::unix_timestamp)
    }

    /// Reads the standard's own form only: 25 characters, seconds, a numeric offset.
    pub fn parse_standard(text: &str) -> Option<DateTime> {
        let numeric_offset = text.as_bytes().get(19).is_some_and(|sign| matches!(sign, b'+' | b'-'));
        (text.len() == STANDARD_LENGTH && numeric_offset).then(|| DateTime::parse(text)).flatten()
    }

    /// The date-time of an instant in western Indonesian time, in the standard's form. `None` outside the years
    /// 0–9999.
    pub fn wib(unix: i64) -> Option<DateTime> {
        let offset = UtcOffset::from_whole_seconds(WIB).ok()?;
        let local = OffsetDateTime::from_unix_timestamp(unix).ok()?.checked_to_offset(offset)?;
        if !(0..=9999).contains(&local.year()) {
            return None;
        }
        let (year, month, day) = (local.year(), u8::from(local.month()), local.day());
        let (hour, minute, second) = (local.hour(), local.minute(), local.second());
        let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+07:00");
        Some(DateTime { text, unix })
    }

    /// The text as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Seconds since 1970-01-01T00:00:00Z; fractions are dropped.
    pub fn unix(&self) -> i64 {
        self.unix
    }
}

/// The day in western Indonesian time an instant falls on, as days since 1970-01-01. X-EXTERNAL-ID is unique
/// within such a day.
pub fn wib_day(unix: i64) -> i64 {
    unix.saturating_add(i64::from(WIB)).div_euclid(DAY)
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DateTime({})", self.text)
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        DateTime::parse_lenient(&text).ok_or_else(|| serde::de::Error::custom("a date-time is wanted"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_shape_on_the_wire_is_read() {
        let instant = DateTime::parse("2026-11-21T06:44:30Z").unwrap().unix();
        for text in [
            "2026-11-21T13:44:30+07:00",
            "2026-11-21T13:44:30.000+07:00",
            "2026-11-21T06:44:30.028Z",
            "2026-11-21T06:44:30-00:00",
            "2026-11-20T23:44:30-07:00",
        ] {
            let time = DateTime::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((time.unix(), time.as_str()), (instant, text));
            assert_eq!(DateTime::parse_lenient(text), Some(time));
        }
        let local = DateTime::parse_lenient("2026-11-21T13:44:30").map(|time| time.unix());
        assert_eq!((local, DateTime::parse("2026-11-21T13:44:30")), (Some(instant), None));
    }

    #[test]
    fn what_is_no_date_time_is_refused() {
        for text in [
            "",
            "2026-11-21",
            "2026-13-01T00:00:00Z",
            "2026-11-21T25:00:00Z",
            "1700000000",
            "2026-11-21T06:44:30+7",
        ] {
            assert_eq!(DateTime::parse(text), None, "{text}");
        }
        assert!(DateTime::parse_standard("2026-11-21T06:44:30.02Z").is_none());
        assert!(DateTime::parse_standard("2026-11-21T06:44:30.0000Z").is_none());
        assert!(DateTime::parse_standard("2026-11-21T13:44:30+07:00").is_some());
        assert!(DateTime::wib(i64::MAX).is_none());
    }

    #[test]
    fn a_day_turns_at_midnight_in_jakarta() {
        let midnight = DateTime::parse("2026-11-21T00:00:00+07:00").unwrap().unix();
        assert_eq!(wib_day(midnight), wib_day(midnight - 1) + 1);
        assert_eq!(wib_day(midnight), wib_day(midnight + DAY - 1));
        assert_eq!(wib_day(i64::MAX), i64::MAX / DAY);
    }

    proptest! {
        #[test]
        fn wib_reads_back(unix in 0..4_000_000_000_i64) {
            let time = DateTime::wib(unix).unwrap();
            prop_assert_eq!(DateTime::parse_standard(time.as_str()), Some(time.clone()));
            prop_assert_eq!(time.unix(), unix);
        }
    }
}
