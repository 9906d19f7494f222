//! What a list of the operator's is asked for: partner, days, and where a page of it begins.

use qris_snap::DateTime;
use serde::Deserialize;

use crate::model::{Filter, State};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// The query of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// Client id of a partner.
    pub(super) partner: String,
    /// First day, in western Indonesian time: `2026-11-21`.
    pub(super) from: String,
    /// Last day, itself included.
    pub(super) to: String,
    /// `SECONDS-ID` of the last row of the page before.
    after: String,
    /// Reference number to go to.
    pub(super) find: String,
}

impl Asked {
    pub(super) fn after(&self) -> Option<(i64, String)> {
        let (time, id) = self.after.split_once('-')?;
        Some((time.parse().ok()?, id.to_owned()))
    }

    /// The transactions that are meant. A day that is none is left out: see [`Asked::wrong_day`].
    pub(super) fn filter(&self) -> Filter<State> {
        Filter {
            state: None,
            client_id: (!self.partner.is_empty()).then(|| self.partner.clone()),
            since: day(&self.from),
            until: day(&self.to).map(|begin| begin.saturating_add(DAY)),
            after: self.after(),
        }
    }

    /// The first day that is none.
    pub(super) fn wrong_day(&self) -> Option<&str> {
        let given = [&self.from, &self.to].into_iter().filter(|text| !text.is_empty());
        given.map(String::as_str).find(|text| day(text).is_none())
    }

    /// Partner and days as a query.
    pub(super) fn query(&self) -> String {
        let parts = [("partner", &self.partner), ("from", &self.from), ("to", &self.to)];
        let given = parts.into_iter().filter(|(_, value)| !value.is_empty());
        let pairs: Vec<String> =
            given.map(|(name, value)| format!("{name}={}", super::encode(value))).collect();
        pairs.join("&")
    }
}

/// When a day begins in western Indonesian time, Unix seconds.
fn day(text: &str) -> Option<i64> {
    let shaped = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    shaped.then(|| DateTime::parse(&format!("{text}T00:00:00+07:00")))?.map(|time| time.unix())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_western_indonesian_time_and_the_last_is_included() {
        let asked = Asked { from: "2026-08-07".into(), to: "2026-08-07".into(), ..Asked::default() };
        let filter = asked.filter();
        assert_eq!((filter.since, filter.until), (Some(1_786_035_600), Some(1_786_122_000)));
        assert_eq!(asked.query(), "from=2026-08-07&to=2026-08-07");
        for wrong in ["2026-02-30", "2026-8-7", "x", "2026-08-07T", "\"><b>"] {
            let asked = Asked { to: wrong.into(), ..Asked::default() };
            assert_eq!((asked.wrong_day(), asked.filter().until), (Some(wrong), None));
        }
        assert_eq!(Asked::default().wrong_day(), None);
    }
}
