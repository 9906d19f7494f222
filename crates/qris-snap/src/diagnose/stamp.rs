//! What may have been signed in place of the timestamp.

use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime, UtcOffset};

use super::Slip;
use super::ways::{self, Slips, Ways};

/// Hours by which clocks and their labels are apart.
const HOURS: i64 = 14;
/// Length of `yyyy-MM-ddTHH:mm:ss`.
const CLOCK: usize = 19;
/// Longest timestamp that is looked at, in bytes.
const MAX_STAMP: usize = 64;

/// The texts that may stand for the timestamp, the right one first; and how many of them are tried together with
/// another slip.
pub(super) fn stamps(sent: &str) -> (Ways, usize) {
    let mut found = few(sent);
    let count = found.len();
    many(sent, &mut found);
    (found, count)
}

fn few(sent: &str) -> Ways {
    let mut found = ways::right(sent);
    let mut add = |slips: Slips, text: String| ways::add(&mut found, slips, text);
    // Date and clock, fraction, offset: as they are written.
    let Some((clock, rest)) = sent.split_at_checked(CLOCK).filter(|_| sent.len() <= MAX_STAMP) else {
        return found;
    };
    let digits =
        rest.strip_prefix('.').map_or(0, |rest| 1 + rest.bytes().take_while(u8::is_ascii_digit).count());
    let (fraction, zone) = rest.split_at(digits);
    let normal = below_24(clock).map(|clock| format!("{clock}{rest}"));
    if let Some(normal) = &normal {
        add(Slip::HourBelow24.into(), normal.clone());
        if !fraction.is_empty() {
            add(Slips::of([Slip::HourBelow24, Slip::WithoutMillis]), normal.replacen(fraction, "", 1));
        }
    }
    let Ok(time) = OffsetDateTime::parse(normal.as_deref().unwrap_or(sent), &Rfc3339) else { return found };
    add(Slip::WithoutMillis.into(), format!("{clock}{zone}"));
    let millis = || if fraction.is_empty() { Slip::WithMillis } else { Slip::OtherMillis };
    add(millis().into(), format!("{clock}.000{zone}"));
    // UTC and the three times of Indonesia.
    let zones = [("Z", 0), ("+07:00", 7), ("+08:00", 8), ("+09:00", 9)];
    let there =
        |hours: i8| UtcOffset::from_hms(hours, 0, 0).ok().and_then(|offset| time.checked_to_offset(offset));
    for (name, there) in zones.iter().filter_map(|(name, hours)| Some((*name, written(there(*hours)?)))) {
        let slip = || Slip::OtherOffset(name.to_owned());
        add(slip().into(), format!("{there}{fraction}{name}"));
        add(slip().into(), format!("{there}{name}"));
        add(slip().into(), format!("{there}.000{name}"));
        add(Slip::OffsetReplaced(name.to_owned()).into(), format!("{clock}{fraction}{name}"));
        add(
            Slips::of([Slip::OffsetReplaced(name.to_owned()), Slip::WithoutMillis]),
            format!("{clock}{name}"),
        );
        add(Slips::of([Slip::OffsetReplaced(name.to_owned()), millis()]), format!("{clock}.000{name}"));
        // Its offset is written without a colon, or not at all.
        let bare = name.replace(':', "");
        add(Slips::of([slip(), Slip::OffsetWithoutColon]), format!("{there}{fraction}{bare}"));
        add(Slips::of([slip(), Slip::WithoutOffset]), format!("{there}{fraction}"));
    }
    for name in ["+00:00", "-00:00"] {
        add(Slip::OffsetReplaced(name.to_owned()).into(), format!("{clock}{fraction}{name}"));
        if let Some(utc) = there(0) {
            add(Slip::OtherOffset(name.to_owned()).into(), format!("{}{fraction}{name}", written(utc)));
        }
    }
    add(Slip::OffsetWithoutColon.into(), format!("{clock}{fraction}{}", zone.replace(':', "")));
    add(Slip::WithoutOffset.into(), format!("{clock}{fraction}"));
    add(Slip::BlankForT.into(), sent.replacen('T', " ", 1));
    add(Slip::UnixTime.into(), time.unix_timestamp().to_string());
    add(Slip::UnixTime.into(), time.unix_timestamp().saturating_mul(1000).to_string());
    let later = |by: Duration| time.checked_add(by).map(written);
    for seconds in [-1, 1, -2, 2] {
        if let Some(later) = later(Duration::seconds(seconds)) {
            add(Slip::SecondsOff(seconds).into(), format!("{later}{rest}"));
        }
    }
    for hours in (-HOURS..=HOURS).filter(|hours| *hours != 0) {
        if let Some(later) = later(Duration::hours(hours)) {
            add(Slip::HoursOff(hours).into(), format!("{later}{rest}"));
            if !fraction.is_empty() {
                add(Slips::of([Slip::HoursOff(hours), Slip::WithoutMillis]), format!("{later}{zone}"));
            }
        }
    }
    if let Some(before) = time.checked_sub(Duration::DAY).filter(|_| normal.is_none()) {
        let (date, hour) = (written(before), time.hour() + 24);
        let day = date.get(..11).unwrap_or("");
        add(Slip::HourOver24.into(), format!("{day}{hour:02}{}", sent.get(13..).unwrap_or("")));
    }
    found
}

/// Each millisecond of that second: the clock was read twice, or once and written in two ways.
fn many(sent: &str, found: &mut Ways) {
    let Ok(time) = OffsetDateTime::parse(sent, &Rfc3339) else { return };
    let Some((clock, rest)) = sent.split_at_checked(CLOCK).filter(|_| sent.len() <= MAX_STAMP) else {
        return;
    };
    let zone = rest.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let slip = if zone == rest { Slip::WithMillis } else { Slip::OtherMillis };
    for millis in 0..1000 {
        found.push((slip.clone().into(), format!("{clock}.{millis:03}{zone}")));
    }
    let Some(utc) = time.checked_to_offset(UtcOffset::UTC).map(written) else { return };
    for millis in 0..1000 {
        let slips = Slips::at_once([Slip::OtherOffset("Z".to_owned()), slip.clone()]);
        found.push((slips, format!("{utc}.{millis:03}Z")));
    }
}

/// What is wrong with a timestamp in itself: nobody that reads dates accepts it, whatever was signed. `None` when it is a
/// date and a time with an offset.
///
/// ```
/// use qris_snap::diagnose::timestamp_fault;
/// assert_eq!(timestamp_fault("2026-11-28T00:30:15+07:00"), None);
/// assert!(timestamp_fault("2026-11-27T25:30:15+07:00").unwrap().contains("hour of 24 or more"));
/// ```
pub fn timestamp_fault(sent: &str) -> Option<&'static str> {
    if sent.len() <= MAX_STAMP && OffsetDateTime::parse(sent, &Rfc3339).is_ok() {
        return None;
    }
    let (clock, rest) =
        sent.split_at_checked(CLOCK).filter(|_| sent.len() <= MAX_STAMP).unwrap_or((sent, ""));
    let reads = |text: &str| OffsetDateTime::parse(text, &Rfc3339).is_ok();
    let sign = rest.rfind(['+', '-']);
    Some(if below_24(clock).is_some_and(|clock| reads(&format!("{clock}{rest}"))) {
        "it has an hour of 24 or more: hours were added and the day was not moved"
    } else if sent.is_empty() {
        "it is empty"
    } else if !sent.contains(':') && sent.bytes().all(|byte| byte.is_ascii_digit()) {
        "it is a number: a date and a time with an offset are wanted"
    } else if sent.len() <= 10 {
        "it has no time: a date and a time with an offset are wanted"
    } else if reads(&format!("{sent}Z")) {
        "it has no offset: write +07:00 after it"
    } else if sign.is_some_and(|at| {
        let (before, offset) = rest.split_at(at);
        offset.len() == 5
            && offset.split_at_checked(3).is_some_and(|(h, m)| reads(&format!("{clock}{before}{h}:{m}")))
    }) {
        "its offset has no colon: +07:00 is wanted"
    } else {
        "it is no date and time with an offset, such as 2026-11-21T10:00:00+07:00"
    })
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
