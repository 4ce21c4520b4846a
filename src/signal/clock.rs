//! Local time of the site: weekday and minute in its time zone.

use crate::base::calendar::Millis;
use crate::signal::zone::Zone;

/// Minutes of a day.
pub const DAY: i64 = 24 * 60;

/// Weekdays by number, from Monday.
pub const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// A local time of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    /// The weekday, from 0 for Monday.
    pub weekday: u8,
    /// The minute of the day, 0 to 1,439.
    pub minute: u16,
}

impl Local {
    /// The local time of a site in this zone.
    ///
    /// ```
    /// use parvis::base::calendar::Millis;
    /// use parvis::signal::{clock::Local, zone::Zone};
    /// // 2026-07-14, a Tuesday, at 22:30 UTC: half past midnight on Wednesday, two hours farther east.
    /// let east = Zone::read(&[1, 0xff, 0xff, 0xff, 0xff, 120, 0]);
    /// assert_eq!(Local::of(Millis(1_784_068_200_000), east), Some(Local { weekday: 2, minute: 30 }));
    /// ```
    pub fn of(now: Millis, zone: Zone<'_>) -> Option<Local> {
        let local = zone.local(now.minutes());
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
pub(super) const fn weekday(day: i64) -> i64 {
    (day.rem_euclid(7) + 3).rem_euclid(7)
}
