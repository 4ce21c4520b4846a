//! Local time of the site: weekday and minute by its UTC offset and a daylight saving rule, without a zone database.
//!
//! A rule is the current law (Directive 2000/84/EC; Energy Policy Act of 2005), applied to every year. A site in a
//! country with another rule sets its offset alone and changes it twice a year.

use crate::base::calendar::{self, Millis};

/// Minutes of a day.
pub const DAY: i64 = 24 * 60;

/// Weekdays by number, from Monday.
pub const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// A daylight saving rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DaylightSaving {
    /// From the last Sunday of March to the last Sunday of October, both at 01:00 UTC.
    Eu,
    /// From the second Sunday of March, 02:00, to the first Sunday of November, 02:00 daylight time.
    Us,
}

/// The first Sunday of `month` from `day` on, at `minute`.
#[derive(Clone, Copy)]
struct Change {
    month: i64,
    day: i64,
    minute: i64,
}

impl DaylightSaving {
    /// Every rule.
    pub const ALL: [DaylightSaving; 2] = [DaylightSaving::Eu, DaylightSaving::Us];

    /// The name that playbooks use.
    pub const fn name(self) -> &'static str {
        match self {
            DaylightSaving::Eu => "eu",
            DaylightSaving::Us => "us",
        }
    }

    /// The code that compiled playbooks store; 0 is none.
    pub const fn code(self) -> u8 {
        match self {
            DaylightSaving::Eu => 1,
            DaylightSaving::Us => 2,
        }
    }

    /// The rule with this code.
    pub fn from_code(code: u8) -> Option<DaylightSaving> {
        DaylightSaving::ALL.into_iter().find(|rule| rule.code() == code)
    }

    /// Both changes of a year, and whether their minutes are in the site's standard time instead of UTC.
    const fn changes(self) -> ([Change; 2], bool) {
        match self {
            DaylightSaving::Eu => {
                ([Change { month: 3, day: 25, minute: 60 }, Change { month: 10, day: 25, minute: 60 }], false)
            }
            DaylightSaving::Us => {
                ([Change { month: 3, day: 8, minute: 120 }, Change { month: 11, day: 1, minute: 60 }], true)
            }
        }
    }

    /// Whether daylight saving applies at this minute since 1970, given in UTC and in the site's standard time.
    fn holds(self, utc: i64, standard: i64) -> bool {
        let ([begins, ends], local) = self.changes();
        let now = if local { standard } else { utc };
        // Off by one around New Year at most, when neither rule applies.
        let year = now.div_euclid(DAY).saturating_mul(400).div_euclid(146_097).saturating_add(1970);
        (begins.of(year)..ends.of(year)).contains(&now)
    }
}

impl Change {
    /// The minute since 1970 of this change in `year`.
    fn of(self, year: i64) -> i64 {
        let day = calendar::days(year, self.month, self.day);
        let until_sunday = 6_i64.saturating_sub(weekday(day));
        day.saturating_add(until_sunday).saturating_mul(DAY).saturating_add(self.minute)
    }
}

/// A local time of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    /// The weekday, from 0 for Monday.
    pub weekday: u8,
    /// The minute of the day, 0 to 1,439.
    pub minute: u16,
}

/// The local date of a site that is `offset` minutes ahead of UTC in winter, in days since 1970.
///
/// ```
/// use parvis::base::calendar::Millis;
/// use parvis::signal::clock::{DaylightSaving, day};
/// // 1970-07-14 at 22:30 UTC: the fifteenth has begun in Paris.
/// assert_eq!(day(Millis(16_842_600_000), 60, Some(DaylightSaving::Eu)), Some(195));
/// assert_eq!(day(Millis(16_842_600_000), 60, None), Some(194));
/// ```
pub fn day(now: Millis, offset: i32, daylight: Option<DaylightSaving>) -> Option<i64> {
    minute(now, offset, daylight).map(|minute| minute.div_euclid(DAY))
}

/// The local minute of the site, since 1970.
fn minute(now: Millis, offset: i32, daylight: Option<DaylightSaving>) -> Option<i64> {
    let utc = now.seconds().div_euclid(60);
    let standard = utc.checked_add(i64::from(offset))?;
    let forward = daylight.is_some_and(|rule| rule.holds(utc, standard));
    standard.checked_add(if forward { 60 } else { 0 })
}

impl Local {
    /// The local time of a site that is `offset` minutes ahead of UTC in winter.
    ///
    /// ```
    /// use parvis::base::calendar::Millis;
    /// use parvis::signal::clock::{DaylightSaving, Local};
    /// // 2026-07-14, a Tuesday, at 22:30 UTC: half past midnight on Wednesday in Paris.
    /// let local = Local::of(Millis(1_784_068_200_000), 60, Some(DaylightSaving::Eu));
    /// assert_eq!(local, Some(Local { weekday: 2, minute: 30 }));
    /// ```
    pub fn of(now: Millis, offset: i32, daylight: Option<DaylightSaving>) -> Option<Local> {
        let local = minute(now, offset, daylight)?;
        Some(Local {
            weekday: u8::try_from(weekday(local.div_euclid(DAY))).ok()?,
            minute: u16::try_from(local.rem_euclid(DAY)).ok()?,
        })
    }

    /// The hour of the day, 0 to 23.
    pub const fn hour(self) -> u16 {
        self.minute / 60
    }

    /// The time as `18:05`, in ASCII; texts of this form sort by time.
    pub fn digits(self) -> [u8; 5] {
        let digit = |number: u16| b'0'.saturating_add(u8::try_from(number % 10).unwrap_or(0));
        let (hour, minute) = (self.hour(), self.minute % 60);
        [digit(hour / 10), digit(hour), b':', digit(minute / 10), digit(minute)]
    }
}

/// The weekday of a day since 1970, from 0 for Monday; 1 January 1970 was a Thursday.
const fn weekday(day: i64) -> i64 {
    (day.rem_euclid(7) + 3).rem_euclid(7)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

    use super::*;
    use proptest::prelude::*;

    fn at(text: &str, offset: i32, rule: Option<DaylightSaving>) -> (&'static str, alloc::string::String) {
        let local = Local::of(calendar::parse(text).unwrap(), offset, rule).unwrap();
        let digits = local.digits();
        (WEEKDAYS[usize::from(local.weekday)], core::str::from_utf8(&digits).unwrap().into())
    }

    #[test]
    fn clocks_change_in_the_minute_the_law_says() {
        // Days and hours as published for 2024 to 2027 by the Commission and by NIST.
        let (eu, us) = (Some(DaylightSaving::Eu), Some(DaylightSaving::Us));
        for (moment, offset, rule, expected) in [
            ("2024-03-31T00:59:59Z", 60, eu, ("sunday", "01:59")),
            ("2024-03-31T01:00:00Z", 60, eu, ("sunday", "03:00")),
            ("2026-10-25T00:59:59Z", 60, eu, ("sunday", "02:59")),
            ("2026-10-25T01:00:00Z", 60, eu, ("sunday", "02:00")),
            ("2026-03-29T01:00:00Z", 0, eu, ("sunday", "02:00")),
            ("2027-03-28T00:59:00Z", 120, eu, ("sunday", "02:59")),
            ("2026-03-08T06:59:59Z", -300, us, ("sunday", "01:59")),
            ("2026-03-08T07:00:00Z", -300, us, ("sunday", "03:00")),
            ("2026-11-01T05:59:59Z", -300, us, ("sunday", "01:59")),
            ("2026-11-01T06:00:00Z", -300, us, ("sunday", "01:00")),
            ("2026-11-01T09:00:00Z", -480, us, ("sunday", "01:00")),
            ("2025-03-09T10:00:00Z", -480, us, ("sunday", "03:00")),
            ("2026-07-01T12:00:00Z", 330, None, ("wednesday", "17:30")),
            ("2026-12-31T23:30:00Z", 60, eu, ("friday", "00:30")),
            ("2027-01-01T04:59:00Z", -300, us, ("thursday", "23:59")),
        ] {
            let (day, time) = at(moment, offset, rule);
            assert_eq!((day, time.as_str()), expected, "{moment}");
        }
    }

    proptest! {
        #[test]
        fn any_clock_is_survived(now: i64, offset: i32) {
            for rule in [None, Some(DaylightSaving::Eu), Some(DaylightSaving::Us)] {
                if let Some(local) = Local::of(Millis(now), offset, rule) {
                    prop_assert!(local.weekday < 7 && local.minute < 1440);
                }
            }
        }

        #[test]
        fn a_year_has_one_summer(day in 0_i64..65_535) {
            // Seven to eight months are summer, and New Year never is.
            let year = (0..365).filter(|add| DaylightSaving::Eu.holds((day + add) * DAY, (day + add) * DAY)).count();
            prop_assert!((209..=218).contains(&year), "{}", year);
        }
    }
}
