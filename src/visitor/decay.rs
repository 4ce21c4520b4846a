//! Decaying interest counts: one number each, which can be compared without a clock and need not be rewritten when read.
//!
//! Forward decay (Cormode, Shkapenyuk, Srivastava and Xu, ICDE 2009): a count `c` at time `t` is kept
//! as `L = log2(c) + (t - epoch) / half-life`. An event now is `n = (now - epoch) / half-life`, and adding it gives
//! `log2(2^L + 2^n)`. Everything is an integer in steps of 1/128, so every host computes the same.

use crate::base::calendar::{DAY, Millis};

/// Steps of one half-life and of one doubling.
pub const STEPS: i16 = 128;
/// Where levels begin with a half-life of one day, so that the longest life has room in 16 bits.
const EARLY: i64 = -20_000;

/// The level of an interest: the base-2 logarithm of its decayed count, in steps of 1/128, as seen from the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level(pub i16);

impl Level {
    /// The level of one event at `now`, for an epoch that began on day `epoch` since 1970 and a half-life in days.
    ///
    /// ```
    /// use parvis::base::calendar::Millis;
    /// use parvis::visitor::decay::Level;
    /// assert_eq!(Level::of_one(Millis(21 * 86_400_000), 7, 7), Level(2 * 128));
    /// ```
    pub fn of_one(now: Millis, epoch: u16, half_life: u8) -> Level {
        let since = now.0.saturating_sub(i64::from(epoch) * DAY);
        let steps = since.div_euclid(DAY * i64::from(half_life.max(1)) / i64::from(STEPS));
        let steps = if half_life > 1 { steps } else { steps.saturating_add(EARLY) };
        Level(i16::try_from(steps).unwrap_or(if steps < 0 { i16::MIN } else { i16::MAX }))
    }

    /// The same decayed count, where one event has moved from the level `from` to the level `to`.
    #[must_use]
    pub fn moved(self, from: Level, to: Level) -> Level {
        let moved = i32::from(self.0) + i32::from(to.0) - i32::from(from.0);
        Level(i16::try_from(moved).unwrap_or(if moved < 0 { i16::MIN } else { i16::MAX }))
    }

    /// The sum of two levels: `log2(2^a + 2^b)`.
    ///
    /// ```
    /// use parvis::visitor::decay::Level;
    /// assert_eq!(Level(0).plus(Level(0)), Level(128), "two events are twice one event");
    /// ```
    #[must_use]
    pub fn plus(self, other: Level) -> Level {
        let gap = self.0.abs_diff(other.0);
        let gain = GAIN.len() - GAIN.partition_point(|widest| *widest < gap);
        Level(self.0.max(other.0).saturating_add(i16::try_from(gain).unwrap_or(STEPS)))
    }
}

/// The gain of the larger of two levels from the smaller, as a function of the gap `d` between them:
/// `g(d) = round(128 * log2(1 + 2^(-d/128)))`, which falls from 128 to 0. The table has, for each gain from 128 down to 1,
/// the widest gap that still has it: `g(d) >= v` means `d <= -128 * log2(2^((v - 0.5)/128) - 1)`, rounded down.
const GAIN: [u16; 128] = [
    1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 28, 30, 32, 34, 36, 39, 41, 43, 45, 48, 50, 52, 55, 57,
    59, 62, 64, 67, 69, 71, 74, 76, 79, 82, 84, 87, 89, 92, 95, 97, 100, 103, 106, 108, 111, 114, 117, 120,
    123, 126, 129, 132, 135, 138, 141, 144, 147, 151, 154, 157, 161, 164, 167, 171, 174, 178, 182, 185, 189,
    193, 197, 201, 205, 209, 213, 217, 222, 226, 230, 235, 240, 244, 249, 254, 259, 264, 269, 275, 280, 286,
    292, 298, 304, 310, 317, 323, 330, 337, 345, 352, 360, 368, 377, 386, 395, 405, 415, 426, 437, 449, 462,
    476, 490, 506, 524, 543, 564, 587, 614, 646, 683, 730, 793, 888, 1091,
];

#[cfg(test)]
mod tests {
    #![expect(clippy::cast_possible_truncation, reason = "the reference is computed in floating point")]

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_table_is_what_its_formula_says() {
        for gap in 0..=3000_i16 {
            let exact = 128.0 * (-f64::from(gap) / 128.0).exp2().ln_1p() / core::f64::consts::LN_2;
            assert_eq!(Level(gap).plus(Level(0)), Level(gap + exact.round() as i16), "gap {gap}");
        }
    }

    #[test]
    fn a_hundred_events_count_as_a_hundred() {
        // Each addition rounds by at most half a step; in sum they stay within a few percent of the count.
        let level = (1..100).fold(Level(0), |level, _| level.plus(Level(0)));
        let count = (f64::from(level.0) / 128.0).exp2();
        assert!((95.0..105.0).contains(&count), "{count}");
    }

    #[test]
    fn a_level_grows_with_each_step_and_stops_at_its_bounds() {
        // Seven days have 128 steps of 4,725 seconds.
        let step = 4_725_000;
        for (now, level) in [
            (0, 0),
            (-1, -1),
            (step - 1, 0),
            (step, 1),
            (-step, -1),
            (-step - 1, -2),
            (32_767 * step, 32_767),
            (32_768 * step, 32_767),
            (-32_768 * step, -32_768),
            (-32_769 * step, -32_768),
            (i64::MAX, i16::MAX),
            (i64::MIN, i16::MIN),
        ] {
            assert_eq!(Level::of_one(Millis(now), 0, 7), Level(level), "{now}");
        }
        let of = |days: i64, half_life: u8| Level::of_one(Millis(days * DAY), 0, half_life);
        assert_eq!([of(0, 1), of(1, 1), of(393, 1)], [Level(-20_000), Level(-19_872), Level(30_304)]);
        assert_eq!([of(0, 2), of(393, 2), of(90, 90), of(45, 90)], [0, 25_152, 128, 64].map(Level));
        assert_eq!(of(1, 0), of(1, 1), "no division by 0");
        assert_eq!(Level(200).moved(of(7, 7), of(7, 1)), Level(200 - 128 - 19_104));
        assert_eq!(
            [Level(i16::MIN).moved(Level(1), Level(0)), Level(i16::MAX).moved(Level(0), Level(1))],
            [i16::MIN, i16::MAX].map(Level)
        );
        assert_eq!(Level(i16::MAX).plus(Level(i16::MAX)), Level(i16::MAX));
    }

    proptest! {
        #[test]
        fn adding_is_even_handed_and_never_loses(a: i16, b: i16, c: i16) {
            let (a, b, c) = (Level(a), Level(b), Level(c));
            prop_assert_eq!(a.plus(b), b.plus(a));
            prop_assert!(a.plus(b) >= a.max(b));
            prop_assert!(a > b || b.plus(c) >= a.plus(c));
        }

        #[test]
        fn a_half_life_later_an_event_weighs_twice(epoch in 0_u16..50_000, days in 0_i64..300, rest in 0_i64..86_400_000, half_life in 1_u8..=90) {
            let now = (i64::from(epoch) + days) * 86_400_000 + rest;
            let later = now + i64::from(half_life) * DAY;
            let (early, late) = (Level::of_one(Millis(now), epoch, half_life), Level::of_one(Millis(later), epoch, half_life));
            prop_assert_eq!(late.0 - early.0, STEPS);
        }

        #[test]
        fn any_clock_gives_a_level(now: i64, epoch: u16, half_life: u8) {
            let _ = Level::of_one(Millis(now), epoch, half_life);
        }
    }
}
