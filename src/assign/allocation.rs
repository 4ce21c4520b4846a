//! Allocation: which buckets get which variant, in 10,000ths, with rounding that is the same on every machine.
//!
//! Each variant owns the beginning of its range of buckets. A larger coverage extends each range at its end, so nobody
//! who had a variant gets another one.

use core::num::NonZeroU32;

use super::hash::{self, BUCKETS, Stage, Unit};

/// A range of buckets: from `start` up to, without, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first bucket.
    pub start: u16,
    /// The first bucket after it.
    pub end: u16,
}

impl Range {
    /// Whether `bucket` lies in the range.
    pub const fn contains(self, bucket: u16) -> bool {
        self.start <= bucket && bucket < self.end
    }
}

/// The weights of `count` equal variants, in 10,000ths; they sum to exactly 10,000 and differ by one at most.
///
/// Variant `i` begins at the first bucket that is not below `i / count` of the whole, as in GrowthBook.
///
/// ```
/// use parvis::assign::allocation::equal_weights;
/// assert_eq!(equal_weights(3).collect::<Vec<_>>(), [3334, 3333, 3333]);
/// ```
pub fn equal_weights(count: u16) -> impl Iterator<Item = u16> + Clone {
    // If `count` is zero nothing is divided; the type keeps the panic of a division out of the module.
    let parts = NonZeroU32::new(count.into()).unwrap_or(NonZeroU32::MIN);
    let start = move |place: u16| (u32::from(place) * u32::from(BUCKETS) + parts.get() - 1) / parts;
    (0..count).map(move |place| u16::try_from(start(place + 1) - start(place)).unwrap_or(BUCKETS))
}

/// Whether `weights`, in 10,000ths, sum to 10,000 within GrowthBook's tolerance: 100.
pub fn is_whole(weights: impl IntoIterator<Item = u16>) -> bool {
    let sum: u32 = weights.into_iter().map(u32::from).sum();
    sum.abs_diff(u32::from(BUCKETS)) <= 100
}

/// The bucket ranges of `count` variants with `weights`, if `coverage` of the visitors take part; both in 10,000ths.
///
/// As in GrowthBook: if the number of weights differs from `count`, or they do not sum to the whole, equal weights are
/// used.
///
/// ```
/// use parvis::assign::allocation::{Range, ranges};
/// let half = [Range { start: 0, end: 2500 }, Range { start: 5000, end: 7500 }];
/// assert_eq!(ranges(2, &[], 5000).collect::<Vec<_>>(), half);
/// ```
pub fn ranges(count: u16, weights: &[u16], coverage: u16) -> impl Iterator<Item = Range> {
    let usable = weights.len() == usize::from(count) && is_whole(weights.iter().copied());
    let given = weights.iter().copied().take(if usable { weights.len() } else { 0 });
    let equal = equal_weights(if usable { 0 } else { count });
    let coverage = coverage.min(BUCKETS);
    given.chain(equal).scan(0_u16, move |next, weight| {
        let start = *next;
        *next = start.saturating_add(weight);
        Some(Range { start, end: start.saturating_add(part(weight, coverage)) })
    })
}

/// The index of the first range that contains `bucket`.
///
/// ```
/// use parvis::assign::allocation::{choose, ranges};
/// assert_eq!(choose(7499, ranges(2, &[], 5000)), Some(1));
/// assert_eq!(choose(7500, ranges(2, &[], 5000)), None);
/// ```
pub fn choose(bucket: u16, ranges: impl IntoIterator<Item = Range>) -> Option<usize> {
    ranges.into_iter().position(|range| range.contains(bucket))
}

/// Whether `id` is in `range` of a namespace, by GrowthBook's hash version 1.
pub fn in_namespace(id: &str, namespace: &str, range: Range) -> bool {
    placed(id.encode_utf16(), namespace, range)
}

/// The same for a unit: campaigns of one group with disjoint ranges are mutually exclusive.
pub fn in_group(unit: Unit, group: &str, range: Range) -> bool {
    placed(unit.units(), group, range)
}

/// Whether `unit` is in the holdout of `site`, if `share` of the visitors are, in 10,000ths.
///
/// It is the first hash evaluated. A larger share holds out everybody whom a smaller one held out.
pub fn held_out(unit: Unit, site: &str, share: u16) -> bool {
    unit.bucket(Stage::Holdout, site) < share
}

/// Whether `unit` takes part in `campaign`, if `share` of the visitors do, in 10,000ths.
pub fn takes_part(unit: Unit, campaign: &str, share: u16) -> bool {
    unit.bucket(Stage::Traffic, campaign) < share
}

/// The index of the variant of `unit` in `campaign`, by `weights` in 10,000ths; `None` beyond their sum.
///
/// ```
/// use parvis::assign::{allocation::{equal_weights, variant}, hash::Unit};
/// assert!(variant(Unit(7), "hero-test", equal_weights(2)).is_some_and(|place| place < 2));
/// assert_eq!(variant(Unit(7), "hero-test", [0, 0]), None);
/// ```
pub fn variant(unit: Unit, campaign: &str, weights: impl IntoIterator<Item = u16>) -> Option<usize> {
    let bucket = unit.bucket(Stage::Variant, campaign);
    let mut end = 0_u16;
    weights.into_iter().position(|weight| {
        end = end.saturating_add(weight);
        bucket < end
    })
}

fn placed(id: impl Iterator<Item = u16>, namespace: &str, range: Range) -> bool {
    let place = hash::bucket_v1_of(id.chain("__".encode_utf16()).chain(namespace.encode_utf16()));
    range.contains(place * (BUCKETS / 1000))
}

/// `coverage` of `weight`, both in 10,000ths, rounded up: a bucket belongs to the range in which it begins.
fn part(weight: u16, coverage: u16) -> u16 {
    let product = (u32::from(weight) * u32::from(coverage)).div_ceil(u32::from(BUCKETS));
    u16::try_from(product).unwrap_or(BUCKETS)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    #[test]
    fn a_share_holds_the_buckets_below_it_and_none_at_it() {
        let unit = Unit(7);
        let bucket = |stage| unit.bucket(stage, "key");
        let part = bucket(Stage::Traffic);
        assert!(!takes_part(unit, "key", part) && takes_part(unit, "key", part + 1));
        let out = bucket(Stage::Holdout);
        assert!(!held_out(unit, "key", out) && held_out(unit, "key", out + 1));
        assert!(!held_out(unit, "key", 0) && held_out(unit, "key", BUCKETS));
        let place = bucket(Stage::Variant);
        assert_eq!(variant(unit, "key", [place]), None);
        assert_eq!(variant(unit, "key", [place + 1]), Some(0));
        assert_eq!(variant(unit, "key", [place, 0, 1]), Some(2));
        assert_eq!(variant(unit, "key", [0, u16::MAX, u16::MAX]), Some(1));
    }

    #[test]
    fn a_range_holds_its_first_bucket_and_not_the_one_behind() {
        let range = Range { start: 5, end: 7 };
        assert_eq!([4, 5, 6, 7].map(|bucket| range.contains(bucket)), [false, true, true, false]);
        assert!(!Range { start: 5, end: 5 }.contains(5));
        // A visitor has one of 1,000 places in a group, which is the first of ten buckets.
        let place = hash::bucket_v1("__g", "0000000000000007") * 10;
        let inside = |start, end| in_group(Unit(7), "g", Range { start, end });
        assert!(inside(place, place + 1) && !inside(place + 1, BUCKETS) && !inside(0, place));
    }

    #[test]
    fn weights_are_whole_within_a_hundred() {
        let whole = [9_899, 9_900, 10_000, 10_100, 10_101].map(|sum| is_whole([sum - 1, 1]));
        assert_eq!(whole, [false, true, true, true, false]);
        let of = |count, weights: &[u16], coverage| {
            ranges(count, weights, coverage).map(|range| (range.start, range.end)).collect::<Vec<_>>()
        };
        assert_eq!(of(2, &[9_899, 0], 10_000), [(0, 5000), (5000, 10_000)]);
        assert_eq!(of(2, &[9_900, 0], 10_000), [(0, 9900), (9900, 9900)]);
        assert_eq!(of(2, &[10_000], 10_000), [(0, 5000), (5000, 10_000)], "not as many as variants");
        assert_eq!(of(2, &[3333, 6667], 1), [(0, 1), (3333, 3334)], "a share is rounded up");
        assert_eq!(of(2, &[0, 10_000], 1), [(0, 0), (0, 1)]);
        assert_eq!(of(2, &[], 0), [(0, 0), (5000, 5000)]);
        assert_eq!(of(2, &[], 10_001), [(0, 5000), (5000, 10_000)]);
        assert!(of(0, &[], 10_000).is_empty());
        assert_eq!(equal_weights(7).collect::<Vec<_>>(), [1429, 1429, 1428, 1429, 1428, 1429, 1428]);
    }

    proptest! {
        #[test]
        fn equal_weights_are_whole_and_even(count in 1_u16..=64) {
            let weights: Vec<u16> = equal_weights(count).collect();
            prop_assert_eq!(weights.len(), usize::from(count));
            prop_assert_eq!(weights.iter().map(|w| u32::from(*w)).sum::<u32>(), 10_000);
            prop_assert!(weights.iter().max().unwrap() - weights.iter().min().unwrap() <= 1);
        }

        #[test]
        fn more_coverage_moves_nobody(
            weights in proptest::collection::vec(0_u16..=10_000, 0..8), count in 0_u16..8,
            few: u16, more: u16, bucket in 0_u16..10_000,
        ) {
            let (few, more) = (few.min(more), few.max(more));
            if let Some(place) = choose(bucket, ranges(count, &weights, few)) {
                prop_assert_eq!(choose(bucket, ranges(count, &weights, more)), Some(place));
            }
        }

        #[test]
        fn with_full_coverage_every_bucket_has_the_variant_of_its_place(count in 1_u16..=64, bucket in 0_u16..10_000) {
            let place = u32::from(bucket) * u32::from(count) / 10_000;
            prop_assert_eq!(choose(bucket, ranges(count, &[], 10_000)), usize::try_from(place).ok());
        }

        #[test]
        fn larger_shares_keep_everybody(unit: u64, small: u16, large: u16) {
            let (small, large) = (small.min(large), small.max(large));
            prop_assert!(!takes_part(Unit(unit), "c", small) || takes_part(Unit(unit), "c", large));
            prop_assert!(!held_out(Unit(unit), "s", small) || held_out(Unit(unit), "s", large));
        }

        #[test]
        fn a_unit_is_grouped_as_its_text(unit: u64, start: u16, end: u16) {
            let text = alloc::format!("{unit:016x}");
            let range = Range { start, end };
            prop_assert_eq!(in_group(Unit(unit), "g", range), in_namespace(&text, "g", range));
            for stage in Stage::ALL {
                let seed = alloc::format!("{}key", stage.prefix());
                prop_assert_eq!(Unit(unit).bucket(stage, "key"), hash::bucket(&seed, &text));
            }
        }
    }
}
