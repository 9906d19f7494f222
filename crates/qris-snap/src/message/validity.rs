//! `validityPeriod`: until when a QR can be paid.

use crate::codes::Situation;
use crate::datetime::DateTime;
use crate::dialect::{Dialect, Validity, ValidityForm};
use crate::message::codec;
use crate::refusal::Refusal;
use crate::service::Service;

/// When a QR expires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expiry {
    /// The instant, in WIB.
    pub at: DateTime,
    /// Whether the request asked for longer and was shortened.
    pub shortened: bool,
}

/// The expiry a `validityPeriod` asks for. `now` is in seconds since 1970-01-01T00:00:00Z.
///
/// # Errors
/// 4004701 when it is past, too short, or not of the dialect's form.
pub fn expiry(dialect: &Dialect, validity_period: Option<&str>, now: i64) -> Result<Expiry, Refusal> {
    let Validity { form, default, max, min } = dialect.validity;
    let refuse =
        |log: String| Refusal::new(Service::Generate, Situation::InvalidFormat, log).at("validityPeriod");
    let asked = match (validity_period.filter(|text| !text.is_empty()), form) {
        (None, _) => default,
        (Some(text), ValidityForm::Seconds) => {
            codec::seconds(text).ok_or_else(|| refuse(format!("{text:?} is no number of seconds")))?
        }
        (Some(text), ValidityForm::DateTime) => {
            let until = DateTime::parse(text).ok_or_else(|| refuse(format!("{text:?} is no date-time")))?;
            let left = until.unix().saturating_sub(now);
            u64::try_from(left)
                .ok()
                .filter(|left| *left > 0)
                .ok_or_else(|| refuse(format!("{until} is {} s past", left.unsigned_abs())))?
        }
    };
    if asked < min {
        return Err(refuse(format!("{asked} s, at least {min} s are wanted")));
    }
    let granted = i64::try_from(asked.min(max)).unwrap_or(i64::MAX);
    let at =
        DateTime::wib(now.saturating_add(granted)).ok_or_else(|| refuse("outside all years".to_owned()))?;
    Ok(Expiry { at, shortened: asked > max })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{BRICK, FINPAY, STANDARD};

    const NOW: i64 = 1_795_243_470; // 2026-11-21T13:44:30+07:00

    fn at(dialect: &Dialect, period: Option<&str>) -> Result<(i64, bool), String> {
        expiry(dialect, period, NOW)
            .map(|expiry| (expiry.at.unix() - NOW, expiry.shortened))
            .map_err(|refusal| format!("{} {}", refusal.code(), refusal.place().unwrap_or("")))
    }

    #[test]
    fn seconds() {
        let bad = Err("4004701 validityPeriod".to_owned());
        assert_eq!(at(&BRICK, None), Ok((86_400, false)));
        assert_eq!(at(&BRICK, Some("")), Ok((86_400, false)));
        assert_eq!(at(&BRICK, Some("600")), Ok((600, false)));
        assert_eq!(at(&BRICK, Some("86400")), Ok((86_400, false)));
        assert_eq!(at(&BRICK, Some("86401")), Ok((86_400, true)));
        assert_eq!(at(&BRICK, Some("99999999999999999999999")), Ok((86_400, true)));
        for text in ["599", "0", "-600", "6e2", "600.0", " 600", "2026-11-21T14:44:30+07:00"] {
            assert_eq!(at(&BRICK, Some(text)), bad, "{text}");
        }
    }

    #[test]
    fn date_times_honour_their_offset() {
        let bad = Err("4004701 validityPeriod".to_owned());
        for dialect in [&STANDARD, &FINPAY] {
            assert_eq!(at(dialect, None), Ok((86_400, false)));
            assert_eq!(at(dialect, Some("2026-11-21T14:44:30+07:00")), Ok((3600, false)));
            // The same wall clock fourteen hours west is fourteen hours later.
            assert_eq!(at(dialect, Some("2026-11-21T00:44:30-07:00")), Ok((3600, false)));
            assert_eq!(at(dialect, Some("2027-01-01T00:00:00+07:00")), Ok((86_400, true)));
            assert_eq!(at(dialect, Some("2026-11-21T13:44:30+07:00")), bad);
            assert_eq!(at(dialect, Some("2009-07-03T12:08:56-07:00")), bad);
            assert_eq!(at(dialect, Some("3600")), bad);
        }
        let until = expiry(&STANDARD, Some("2026-11-21T07:44:30Z"), NOW).unwrap();
        assert_eq!(until.at.as_str(), "2026-11-21T14:44:30+07:00");
    }
}
