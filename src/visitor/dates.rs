//! Dates that a site declared of a visitor: a day, or a yearly day, in two bytes, and a time of the day in two more.
//!
//! A day is counted since 1970. A yearly day is its month times 32 plus its day, which is less than any day after May
//! 1971. So the two kinds are distinct, and no year of birth is ever stored. A time is the minute of the day and one
//! more, on the clock of the site; 0 is none.

use core::fmt;
use core::ops::RangeInclusive;

use super::memory::Memory;
use super::named;
use super::visit::Visit;
use crate::base::calendar;
use crate::limits;
use crate::signal::clock::DAY;
use crate::signal::zone::Zone;

/// Lower numbers are a month and a day.
const DAYS: u32 = 512;
/// Days and years of one cycle of the calendar.
const ERA: (i64, i64) = (146_097, 400);

/// A date, or none for a withdrawn one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Date(u32);

impl Date {
    /// No date: a declared one was withdrawn.
    pub const NONE: Date = Date(0);

    /// Parses `2027-05-01` and `2027-05-01T08:15` or, for a yearly date, `2027-05-01` and `05-01`; `None` for other text,
    /// and for days before June 1971 and after June 2149.
    ///
    /// ```
    /// use parvis::visitor::dates::Date;
    /// assert!(Date::parse("2027-05-01", false).is_some() && Date::parse("05-01", false).is_none());
    /// assert!(Date::parse("1985-03-14", true) == Date::parse("03-14", true), "the year is not kept");
    /// assert!(Date::parse("2027-02-29", false).is_none() && Date::parse("02-29", true).is_some());
    /// assert!(Date::parse("2027-05-01T08:15", false).is_some() && Date::parse("2027-05-01T08:15Z", false).is_none());
    /// ```
    pub fn parse(declared: &str, yearly: bool) -> Option<Date> {
        let whole;
        let (text, is_timed) = match declared.len() {
            10 => (declared, false),
            5 if yearly => {
                // In a leap year.
                whole = ["2000-", declared].concat();
                (whole.as_str(), false)
            }
            16 if !yearly && declared.contains('T') => {
                whole = [declared, ":00Z"].concat();
                (whole.as_str(), true)
            }
            _ => return None,
        };
        let at = calendar::parse(text)?;
        let number = match text.as_bytes() {
            &[.., m, n, _, d, e] if yearly => {
                let digits = |tens: u8, ones: u8| u32::from(tens & 15) * 10 + u32::from(ones & 15);
                digits(m, n) * 32 + digits(d, e)
            }
            _ => u16::try_from(at.days()).ok().map(u32::from).filter(|day| *day >= DAYS)?,
        };
        let minute = u32::try_from(at.minutes().rem_euclid(DAY)).ok()?;
        Some(Date(number | if is_timed { (minute + 1) << 16 } else { 0 }))
    }

    #[cfg(test)]
    pub(super) const fn from_number(number: u32) -> Date {
        Date(number)
    }

    /// Days since the date, negative if it is in the future, if that is `within`; `today` counts since 1970.
    ///
    /// A yearly date is taken where it is nearest.
    pub fn distance(self, today: i64, within: RangeInclusive<i64>) -> Option<i64> {
        let day = self.0 & 0xffff;
        if day == 0 {
            return None;
        }
        if day >= DAYS {
            let days = today.saturating_sub(day.into());
            return within.contains(&days).then_some(days);
        }
        // Off by one around New Year at most; a window extends over a year at most.
        let year = today.checked_mul(ERA.1)?.div_euclid(ERA.0).checked_add(1970)?;
        let mut nearest: Option<i64> = None;
        for ahead in -2..=2 {
            let days = today - calendar::days(year + ahead, (day >> 5).into(), (day & 31).into());
            if within.contains(&days) && nearest.is_none_or(|nearest| days.abs() < nearest.abs()) {
                nearest = Some(days);
            }
        }
        nearest
    }

    /// The minute since 1970 of its time on the clock of the site; `None` if it has no time.
    ///
    /// ```
    /// use parvis::{base::calendar::parse, signal::zone::Zone, visitor::dates::Date};
    /// let minute = |date: &str| Date::parse(date, false)?.moment(Zone::default());
    /// assert_eq!(minute("2027-05-01T08:15"), parse("2027-05-01T08:15:00Z").map(|at| at.minutes()));
    /// assert_eq!(minute("2027-05-01"), None);
    /// ```
    pub fn moment(self, zone: Zone<'_>) -> Option<i64> {
        let (day, time) = (i64::from(self.0 & 0xffff), i64::from(self.0 >> 16));
        (day >= DAYS.into() && time > 0).then(|| zone.utc(day * DAY + time - 1))
    }
}

impl fmt::Debug for Date {
    /// Prints no data of the visitor, so that no log contains any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Date(..)")
    }
}

impl Memory {
    /// The date that was declared last under the name with this code.
    pub fn date(&self, code: u32) -> Option<Date> {
        named::find(&self.dates, code).map(Date)
    }

    /// Stores a date in place of the previous one and its values, or removes them; when full, the one declared longest ago is evicted.
    pub fn declare(&mut self, code: u32, date: Date) {
        self.values.retain(|value| value.date() != code);
        named::remember(&mut self.dates, limits::DATES, code, date.0);
    }

    /// Drops every date that is not `needed`.
    pub fn keep_dates(&mut self, needed: impl Fn(u32) -> bool) {
        self.dates.retain(|(code, _)| needed(*code));
    }
}

impl Visit {
    /// The date that was declared in this visit under the name with this code and is pending: a date, or
    /// [none](Date::NONE) for a withdrawn one.
    pub fn declared(&self, code: u32) -> Option<Date> {
        named::find(&self.declared, code).map(Date)
    }

    /// Adds a pending date, or its withdrawal, for an edge; when full, the one declared longest ago is lost.
    pub fn declare(&mut self, code: u32, date: Date) {
        self.values.retain(|value| value.date() != code);
        named::put(&mut self.declared, limits::DATES, code, date.0);
        self.fit();
    }

    /// Removes the pending dates, after they were stored or if they may not be.
    pub fn take_declared(&mut self) -> impl Iterator<Item = (u32, Date)> + use<> {
        core::mem::take(&mut self.declared).into_iter().map(|(code, number)| (code, Date(number)))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use super::*;
    use crate::base::calendar::Millis;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    fn day(text: &str) -> i64 {
        calendar::parse(text).unwrap().days()
    }

    fn distance(date: &str, today: &str, from: i64, to: i64) -> Option<i64> {
        Date::parse(date, date.len() == 5).unwrap().distance(day(today), from..=to)
    }

    #[test]
    fn a_window_holds_its_first_and_its_last_day() {
        let trip = |today| distance("2027-05-01", today, -7, -2);
        assert_eq!([trip("2027-04-23"), trip("2027-04-24")], [None, Some(-7)]);
        assert_eq!([trip("2027-04-29"), trip("2027-04-30")], [Some(-2), None]);
        assert_eq!(distance("2027-05-01", "2028-04-30", -7, 366), Some(365), "a day comes once");
    }

    #[test]
    fn a_day_of_every_year_is_taken_where_it_lies_nearest() {
        assert_eq!(distance("01-02", "2026-12-30", -7, 7), Some(-3));
        assert_eq!(distance("12-30", "2027-01-02", -7, 7), Some(3));
        assert_eq!(distance("12-31", "2026-01-01", -366, 366), Some(1));
        assert_eq!(distance("07-01", "2026-12-30", -7, 7), None);
        assert_eq!(
            distance("03-14", "2026-03-14", -366, -1),
            Some(-365),
            "only the one to come is asked for"
        );
        assert_eq!(distance("02-29", "2027-03-01", 0, 0), Some(0), "a year without it");
        assert_eq!(distance("02-29", "2028-02-29", 0, 0), Some(0));
    }

    #[test]
    fn what_is_no_date_is_none() {
        let odd = ["", "2027", "2027-5-1", "2027-05-01T00:00:00Z", "2027-13-01", "2027-04-31", "1969-12-31"];
        let odder =
            ["0000-00-00", "2149-06-07", "1971-05-27", "2027/05/01", "20270501", "-0005-01", "\u{e9}-01"];
        let oddest = [
            "2027-05-01T24:00",
            "2027-05-01T08:60",
            "2027-05-01 08:15",
            "2027-05-01T8:15",
            "2027-05-01T08:15:0",
        ];
        for text in odd.into_iter().chain(odder).chain(oddest) {
            assert!(Date::parse(text, false).is_none(), "`{text}`");
        }
        for text in [
            "",
            "2027-05-01T08:15",
            "05-01T08:15",
            "13-01",
            "00-10",
            "02-30",
            "04-31",
            "5-1",
            "05-011",
            "+5-01",
            "2027-02-29",
        ] {
            assert!(Date::parse(text, true).is_none(), "`{text}`");
        }
        assert!(Date::parse("1971-05-28", false).is_some() && Date::parse("2149-06-06", false).is_some());
    }

    #[test]
    fn of_too_many_dates_the_oldest_declared_falls_out() {
        let date = Date::parse("05-01", true).unwrap();
        let mut memory = Memory::begin(Millis(0)).unwrap();
        (0..9).for_each(|code| memory.declare(code, date));
        assert!(
            memory.date(0).is_none() && memory.date(1) == Some(date) && memory.dates.len() == limits::DATES
        );
        memory.declare(1, Date::parse("06-01", true).unwrap());
        memory.declare(10, date);
        assert!(memory.date(1).is_some() && memory.date(2).is_none(), "it was declared anew");
        memory.declare(1, Date::NONE);
        memory.keep_dates(|code| code < 5);
        let codes: Vec<u32> = memory.dates.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, [3, 4]);
    }

    proptest! {
        #[test]
        fn every_day_has_a_number_of_its_own_and_comes_back(days in 512_i64..=65_535, yearly: bool) {
            // The other way round by another calculation: Hinnant's civil_from_days.
            let shifted = days + 719_468;
            let of_era = shifted.rem_euclid(146_097);
            let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
            let of_year = of_era - (365 * year + year / 4 - year / 100);
            let march = (5 * of_year + 2) / 153;
            let (day, month) = (of_year - (153 * march + 2) / 5 + 1, if march < 10 { march + 3 } else { march - 9 });
            let year = shifted.div_euclid(146_097) * 400 + year + i64::from(month <= 2);
            let date = Date::parse(&alloc::format!("{year:04}-{month:02}-{day:02}"), yearly).unwrap();
            prop_assert_eq!(date.distance(days, 0..=0), Some(0));
            prop_assert_eq!(i64::from(date.0) == days, !yearly);
            let timed = Date::parse(&alloc::format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}", days % 24, days % 60), false).unwrap();
            prop_assert_eq!(timed.moment(Zone::default()), Some(days * 1440 + days % 24 * 60 + days % 60));
            prop_assert_eq!((timed.distance(days, 0..=0), date.moment(Zone::default())), (Some(0), None));
        }

        #[test]
        fn a_distance_lies_within_its_window_and_grows_by_one_a_day(number in 0..=u32::from(u16::MAX), today in 0_i64..80_000, from in -366_i64..=366, to in -366_i64..=366) {
            let date = Date(number);
            let found = date.distance(today, from..=to);
            prop_assert!(found.is_none_or(|days| (from..=to).contains(&days)));
            if let Some(days) = found && number >= DAYS {
                prop_assert_eq!(date.distance(today + 1, -40_000..=80_000), Some(days + 1));
            }
            // However far one looks, a day of every year is never more than half a year away.
            if (1..=12).contains(&(number >> 5)) && (1..=28).contains(&(number & 31)) {
                prop_assert!(date.distance(today, -366..=366).is_some_and(|days| days.abs() <= 183));
            }
        }

        #[test]
        fn any_clock_and_any_text_are_survived(number: u32, today: i64, from: i64, to: i64, text in "\\PC{0,12}|[0-9-]{0,10}|2027-0[0-9]-0[0-9][T ][0-9]{2}:[0-9]{2}", yearly: bool) {
            let _ = (Date(number).distance(today, from..=to), Date(number).moment(Zone::default()));
            prop_assert!(Date::parse(&text, yearly) != Some(Date::NONE));
        }
    }
}
