//! Formats times for reports, by the Gregorian calendar in UTC.

use parvis::base::calendar::{DAY, Millis, days as count};

/// A time as `2026-10-01T08:00:00.000Z`.
pub(crate) fn iso(at: Millis) -> String {
    let ms = at.0.rem_euclid(DAY);
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    format!("{}T{hours:02}:{minutes:02}:{seconds:02}.{:03}Z", date(at), ms % 1000)
}

/// A day as `2026-10-01`.
pub(crate) fn date(at: Millis) -> String {
    let (year, month, day) = civil(at.days());
    format!("{year:04}-{month:02}-{day:02}")
}

/// A day as `1 October 2026`.
pub(crate) fn day(at: Millis) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let (year, month, day) = civil(at.days());
    let month =
        usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or_default();
    format!("{day} {month} {year}")
}

/// Year, month and day of a number of days since 1970: the inverse of `parvis::base::calendar::days`.
fn civil(days: i64) -> (i64, i64, i64) {
    let mut year = 1970 + days.div_euclid(366);
    while count(year + 1, 1, 1) <= days {
        year += 1;
    }
    let mut month = 1;
    while month < 12 && count(year, month + 1, 1) <= days {
        month += 1;
    }
    (year, month, days - count(year, month, 1) + 1)
}
