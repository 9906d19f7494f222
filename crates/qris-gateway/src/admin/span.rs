//! A span of time as an operator gives it.

use qris_snap::DateTime;
use qris_snap::datetime::DAY;

use crate::error::OperatorError;

/// From one moment to another, Unix seconds, the end excluded; `None` is without end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// The first moment.
    pub since: Option<i64>,
    /// The moment after the last.
    pub until: Option<i64>,
}

impl Span {
    /// Reads days in western Indonesian time, `2026-11-21`, the last one included, or moments, `2026-11-21T13:00:00+07:00`.
    ///
    /// # Errors
    /// [`OperatorError::Usage`] for what is neither.
    ///
    /// ```
    /// use qris_gateway::admin::Span;
    /// let day = Span::read(Some("2026-11-21"), Some("2026-11-21")).unwrap();
    /// assert_eq!(day.until.unwrap() - day.since.unwrap(), 86_400);
    /// assert!(Span::read(Some("yesterday"), None).is_err());
    /// ```
    pub fn read(since: Option<&str>, until: Option<&str>) -> Result<Span, OperatorError> {
        let until = until.map(|text| moment(text, DAY)).transpose()?;
        Ok(Span { since: since.map(|text| moment(text, 0)).transpose()?, until })
    }
}

/// A moment, or the beginning of a day and so many seconds.
fn moment(text: &str, into_day: i64) -> Result<i64, OperatorError> {
    if let Some(day) = DateTime::parse(&format!("{text}T00:00:00+07:00")) {
        return Ok(day.unix().saturating_add(into_day));
    }
    let wrong = || {
        OperatorError::Usage(format!("{text:?} is no date such as 2026-11-21, nor 2026-11-21T13:00:00+07:00"))
    };
    DateTime::parse(text).map(|time| time.unix()).ok_or_else(wrong)
}
