//! Dates and the clock on the wall, in seconds since 1970.

use crate::int;
use serde_json::Value as Json;

pub const DAY: i64 = 86_400;
pub const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The number that some digits are.
pub fn number(digits: &str) -> i64 {
    digits.parse().expect("digits")
}

/// Seconds of `2026-03-01T00:00:00Z`; years begin in March, so that a leap day comes last.
pub fn seconds(date: &str) -> i64 {
    let (year, month) = (number(&date[..4]), number(&date[5..7]));
    let (year, since_march) = (year - i64::from(month < 3), (month + 9) % 12);
    let years = year * 365 + year / 4 - year / 100 + year / 400 - 719_469;
    let days = years + (since_march * 153 + 2) / 5 + number(&date[8..10]);
    days * DAY + number(&date[11..13]) * 3600 + number(&date[14..16]) * 60 + number(&date[17..19])
}

/// Minutes of `18:30`.
pub fn minutes(time: &str) -> i64 {
    number(&time[..2]) * 60 + number(&time[3..])
}

/// The place of a weekday in [`WEEKDAYS`]; 1970 began on a Thursday.
pub fn weekday(seconds: i64) -> i64 {
    (seconds.div_euclid(DAY) + 3).rem_euclid(7)
}

/// What the clock of a site shows at a time in milliseconds: in summer, by the rule it names, an hour more.
pub fn local(now: i64, site: &Json) -> i64 {
    let now = now.div_euclid(1000);
    let standard = now + int(&site["utc_offset_minutes"]) * 60;
    let new_year = |year: &i64| seconds(&format!("{year}-01-01T00:00:00Z"));
    let year = (1970..2150).rfind(|year| new_year(year) <= now).expect("a year");
    let sunday_from = |date: &str, hour: i64| {
        let from = seconds(&format!("{year}-{date}T00:00:00Z"));
        from + (6 - weekday(from)) * DAY + hour * 3600
    };
    let summer = match site["daylight_saving"].as_str() {
        Some("eu") => (sunday_from("03-25", 1)..sunday_from("10-25", 1)).contains(&now),
        Some("us") => (sunday_from("03-08", 2)..sunday_from("11-01", 1)).contains(&standard),
        _ => false,
    };
    if summer { standard + 3600 } else { standard }
}
