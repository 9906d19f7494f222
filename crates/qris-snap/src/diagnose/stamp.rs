//! What may have been signed in place of the timestamp.

use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime, UtcOffset};

use super::Slip;
use super::body::Ways;

/// Hours by which clocks and their labels are apart.
const HOURS: i64 = 14;
/// Length of `yyyy-MM-ddTHH:mm:ss`.
const CLOCK: usize = 19;

/// The texts that may stand for the timestamp, without the right one. `all` adds every millisecond.
pub(super) fn stamps(sent: &str, all: bool) -> Ways {
    let mut found: Ways = Vec::new();
    let mut add = |slip: Slip, text: String| {
        if text != sent && !found.iter().any(|(_, known)| *known == text) {
            found.push((vec![slip], text));
        }
    };
    // Date and clock, fraction, offset: as they are written.
    let Some((clock, rest)) = sent.split_at_checked(CLOCK) else { return found };
    let digits =
        rest.strip_prefix('.').map_or(0, |rest| 1 + rest.bytes().take_while(u8::is_ascii_digit).count());
    let (fraction, zone) = rest.split_at(digits);
    if let Some(normal) = below_24(clock) {
        add(Slip::HourBelow24, format!("{normal}{rest}"));
    }
    let Ok(time) = OffsetDateTime::parse(sent, &Rfc3339) else { return found };
    add(Slip::WithoutMillis, format!("{clock}{zone}"));
    add(Slip::WithMillis, format!("{clock}.000{zone}"));
    // UTC and the three times of Indonesia.
    for (name, hours) in [("Z", 0), ("+07:00", 7), ("+08:00", 8), ("+09:00", 9)] {
        let Some(there) =
            UtcOffset::from_hms(hours, 0, 0).ok().and_then(|offset| time.checked_to_offset(offset))
        else {
            continue;
        };
        add(Slip::OtherOffset(name.to_owned()), format!("{}{fraction}{name}", written(there)));
        add(Slip::OtherOffset(name.to_owned()), format!("{}{name}", written(there)));
        add(Slip::OtherOffset(name.to_owned()), format!("{}.000{name}", written(there)));
        add(Slip::OffsetReplaced(name.to_owned()), format!("{clock}{fraction}{name}"));
    }
    for name in ["+00:00", "-00:00"] {
        add(Slip::OffsetReplaced(name.to_owned()), format!("{clock}{fraction}{name}"));
    }
    add(
        Slip::OffsetWithoutColon,
        sent.get(..CLOCK + digits).unwrap_or("").to_owned() + &zone.replace(':', ""),
    );
    add(Slip::WithoutOffset, format!("{clock}{fraction}"));
    add(Slip::BlankForT, sent.replacen('T', " ", 1));
    add(Slip::UnixTime, time.unix_timestamp().to_string());
    add(Slip::UnixTime, time.unix_timestamp().saturating_mul(1000).to_string());
    for seconds in [-1, 1, -2, 2] {
        if let Some(later) = time.checked_add(Duration::seconds(seconds)) {
            add(Slip::SecondsOff(seconds), format!("{}{rest}", written(later)));
        }
    }
    for hours in (-HOURS..=HOURS).filter(|hours| *hours != 0) {
        if let Some(later) = time.checked_add(Duration::hours(hours)) {
            add(Slip::HoursOff(hours), format!("{}{rest}", written(later)));
        }
    }
    if let Some(before) = time.checked_sub(Duration::DAY) {
        let (date, clock) = (written(before), time.hour() + 24);
        let day = date.get(..11).unwrap_or("");
        add(Slip::HourOver24, format!("{day}{clock:02}{}", sent.get(13..).unwrap_or("")));
    }
    if all && fraction.is_empty() {
        for millis in 1..1000 {
            add(Slip::WithMillis, format!("{clock}.{millis:03}{zone}"));
        }
    }
    found
}

/// `yyyy-MM-ddTHH:mm:ss`.
fn written(time: OffsetDateTime) -> String {
    let (year, month, day) = (time.year(), u8::from(time.month()), time.day());
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

/// A clock with an hour of 24 to 47, on the day after.
fn below_24(clock: &str) -> Option<String> {
    let hour: u8 = clock.get(11..13)?.parse().ok().filter(|hour| (24..48).contains(hour))?;
    let begin = format!("{}00:00:00Z", clock.get(..11)?);
    let day = OffsetDateTime::parse(&begin, &Rfc3339).ok()?.checked_add(Duration::DAY)?;
    Some(format!("{}{:02}{}", written(day).get(..11)?, hour - 24, clock.get(13..)?))
}
