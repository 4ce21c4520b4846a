//! Days of the month: from which on a campaign runs, until the month ends, as from payday.

use super::asked::Asked;
use super::signals::Signals;
use crate::reason::Reason;
use crate::signal::registry::Signal;

/// Whether the day of the month, on the calendar of the site, is `first` or a later one.
///
/// The clock is noted as read by the day, as schedules note it: what depends on it is not the URL's alone.
///
/// # Errors
///
/// [`Reason::OffSchedule`] and [`Reason::NoClock`].
pub(super) fn open(first: u16, _: Asked<'_>, signals: &Signals<'_>) -> Result<(), Reason> {
    signals.local([Signal::Weekday]).ok_or(Reason::NoClock)?;
    let today = signals.today().ok_or(Reason::NoClock)?;
    if day_of_month(today) < i64::from(first) { Err(Reason::OffSchedule) } else { Ok(()) }
}

/// The day of the month of a day since 1970, in years that begin in March.
const fn day_of_month(today: i64) -> i64 {
    let of_era = today.saturating_add(719_468).rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    of_year - (153 * month + 2) / 5 + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::calendar::days;

    #[test]
    fn every_day_of_the_calendar_has_its_number() {
        for (year, month, last) in [
            (2026, 11, 30),
            (2026, 12, 31),
            (2027, 1, 31),
            (2027, 2, 28),
            (2028, 2, 29),
            (2000, 2, 29),
            (2100, 2, 28),
            (1969, 12, 31),
        ] {
            for day in 1..=last {
                assert_eq!(day_of_month(days(year, month, day)), day, "{year}-{month}-{day}");
            }
            assert_eq!(day_of_month(days(year, month, last) + 1), 1, "behind {year}-{month}");
        }
    }
}
