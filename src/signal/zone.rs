//! The site's time zone as compiled playbooks have it: the next changes of its clocks one by one, then the rule that goes on.
//!
//! The compiler writes it from a database of time zones; here is none. All numbers are little-endian:
//!
//! ```text
//! steps u8     how many steps there are
//! step         until u32, offset i16           before this minute since 1970, clocks are this far ahead of UTC
//! change       month u8, day u8, weekday u8,   in every year, on the first such weekday from this day on,
//!              minute i16, offset i16          this many minutes after midnight in UTC, they become this far ahead
//! ```

use crate::base::calendar;
use crate::signal::clock::{DAY, weekday};

/// How far the clocks of the site are ahead of UTC, and until when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Zone<'p> {
    steps: &'p [[u8; 6]],
    changes: &'p [[u8; 7]],
}

impl<'p> Zone<'p> {
    /// Reads a zone; bytes that are missing are no steps and no changes, which is UTC.
    pub fn read(bytes: &'p [u8]) -> Zone<'p> {
        let (steps, rest) = bytes.split_first().unwrap_or((&0, &[]));
        let (steps, changes) =
            rest.split_at_checked(usize::from(*steps).saturating_mul(6)).unwrap_or_default();
        Zone { steps: steps.as_chunks().0, changes: changes.as_chunks().0 }
    }

    /// Minutes that clocks are ahead of UTC at a minute since 1970, and the minute since 1970 at which that may change.
    ///
    /// ```
    /// use parvis::signal::zone::Zone;
    /// // One step without end: the clocks of Kathmandu.
    /// assert_eq!(Zone::read(&[1, 0xff, 0xff, 0xff, 0xff, 0x59, 0x01]).at(0), (345, u32::MAX.into()));
    /// ```
    pub fn at(self, utc: i64) -> (i64, i64) {
        for [a, b, c, d, offset @ ..] in self.steps {
            let until = i64::from(u32::from_le_bytes([*a, *b, *c, *d]));
            if utc < until {
                return (i16::from_le_bytes(*offset).into(), until);
            }
        }
        // Off by one around New Year at most, and each change comes every year.
        let year = utc.div_euclid(DAY).saturating_mul(400).div_euclid(146_097).saturating_add(1970);
        let (mut last, mut next) = ((i64::MIN, 0), i64::MAX);
        for year in [year.saturating_sub(1), year, year.saturating_add(1)] {
            for [month, day, on, a, b, offset @ ..] in self.changes {
                let day = calendar::days(year, (*month).into(), (*day).into());
                let wait = i64::from(*on).saturating_sub(weekday(day)).rem_euclid(7);
                let minute = i64::from(i16::from_le_bytes([*a, *b]));
                let at = day.saturating_add(wait).saturating_mul(DAY).saturating_add(minute);
                if at > utc {
                    next = next.min(at);
                } else if at > last.0 {
                    last = (at, i16::from_le_bytes(*offset).into());
                }
            }
        }
        (last.1, next)
    }

    /// The local minute of the site since 1970, at a minute of UTC.
    pub fn local(self, utc: i64) -> i64 {
        utc.saturating_add(self.at(utc).0)
    }

    /// The minute since 1970 at which the clocks of the site show this local minute: the earlier one of two, and of a
    /// minute that they skip the one as long after the change as it is after the gap begins.
    ///
    /// ```
    /// use parvis::signal::zone::Zone;
    /// assert_eq!(Zone::read(&[1, 0xff, 0xff, 0xff, 0xff, 60, 0]).utc(100), 40);
    /// ```
    pub fn utc(self, local: i64) -> i64 {
        let by = |offset_at: i64| local.saturating_sub(self.at(offset_at).0);
        // By the offset of the day before, unless another one has come by then.
        let early = by(local.saturating_sub(DAY));
        let late = by(early);
        if self.local(early) != local && self.local(late) == local { late } else { early }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_zone_at_any_time_is_survived(bytes: Vec<u8>, millis: i64) {
            let utc = millis.div_euclid(60_000);
            let zone = Zone::read(&bytes);
            prop_assert!(zone.at(utc).1 > utc);
            prop_assert!(zone.local(utc).abs_diff(utc) <= 32_768);
        }

        #[test]
        fn nothing_changes_before_it_may(bytes in prop::collection::vec(0_u8..32, 0..40), utc in 0_i64..60_000_000, part in 0_i64..1000) {
            let zone = Zone::read(&bytes);
            let (offset, until) = zone.at(utc);
            let then = utc + (until.min(60_000_000 + utc) - 1 - utc) * part / 1000;
            prop_assert_eq!(zone.at(then).0, offset);
        }
    }
}
