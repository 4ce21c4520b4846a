//! Weights computed elsewhere, for example by a bandit, as a table that is applied to a draft.
//!
//! No variant gets less than the floor, since a variant without visitors can no longer be measured. A lower weight is
//! raised to the floor, and the others are reduced in proportion. Shares are rounded to hundredths of a percent so that
//! they sum to exactly 100.
//!
//! New weights recompute the bucket ranges, in the order of the variants. A visitor whose bucket is between an old
//! boundary and the new one is reassigned to the neighboring variant, all others stay. If the experiment is `sticky`,
//! visitors keep their variant, and new weights apply to new visitors.

use alloc::string::String;
use alloc::vec::Vec;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::draft::CampaignDraft;

/// The version of the weights format that this build supports.
pub const FORMAT: u32 = 1;

/// Hundredths of a percent in the whole.
const WHOLE: u32 = 10_000;

/// A table of weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeightsDraft {
    /// The version of the format: 1.
    pub format: u32,
    /// Minimum percent of participants for every variant.
    #[serde(default = "one")]
    #[schemars(range(min = 0, max = 50))]
    pub floor_percent: f64,
    /// For each campaign, by id, the weights of all its variants, by id: numbers that are not negative, in any unit.
    pub campaigns: IndexMap<String, IndexMap<String, f64>>,
}

const fn one() -> f64 {
    1.0
}

/// The shares by `weights`, in hundredths of a percent, each at least `floor` and all together 10,000.
///
/// `None` if that is impossible: all weights 0, a weight that is not a number from 0 on, or floors beyond the whole.
///
/// ```
/// use parvis::author::weights::shares;
/// assert_eq!(shares(&[3.0, 1.0], 100), Some(vec![7500, 2500]));
/// assert_eq!(shares(&[97.0, 3.0, 0.0], 100), Some(vec![9603, 297, 100]));
/// assert_eq!(shares(&[1.0, 1.0, 1.0], 3334), None);
/// ```
pub fn shares(weights: &[f64], floor: u16) -> Option<Vec<u16>> {
    let count = u32::try_from(weights.len()).ok().filter(|count| *count > 0)?;
    WHOLE.checked_sub(count.checked_mul(u32::from(floor))?)?;
    let sum: f64 = weights.iter().sum();
    let good = |weight: &f64| weight.is_finite() && *weight >= 0.0;
    if !weights.iter().all(good) || !sum.is_finite() || sum <= 0.0 {
        return None;
    }
    let floor = f64::from(floor);
    let mut raised: Vec<bool> = weights.iter().map(|_| false).collect();
    // Raising some reduces the others, which may then be too small themselves; each round raises one more or ends.
    loop {
        let others: f64 =
            weights.iter().zip(&raised).filter(|(_, raised)| !**raised).map(|(weight, _)| weight).sum();
        let low = u32::try_from(raised.iter().filter(|raised| **raised).count()).ok()?;
        let rest = f64::from(WHOLE) - floor * f64::from(low);
        let share = |(weight, raised): (&f64, &bool)| {
            if *raised || others <= 0.0 { floor } else { weight / others * rest }
        };
        let exact: Vec<f64> = weights.iter().zip(&raised).map(share).collect();
        let mut again = false;
        for (exact, raised) in exact.iter().zip(&mut raised) {
            again |= !*raised && *exact < floor;
            *raised |= *exact < floor;
        }
        if !again {
            return rounded(&exact);
        }
    }
}

/// Rounds down every share; the rest goes to the largest fractions, the first of equal ones.
fn rounded(exact: &[f64]) -> Option<Vec<u16>> {
    let parts: Option<Vec<u16>> = exact.iter().map(|share| whole(share + 1e-9)).collect();
    let mut parts = parts?;
    let sum = |parts: &[u16]| parts.iter().copied().map(u32::from).sum::<u32>();
    let mut order: Vec<(usize, f64)> =
        exact.iter().zip(&parts).map(|(exact, part)| exact - f64::from(*part)).enumerate().collect();
    order.sort_by(|(a, left), (b, right)| right.total_cmp(left).then(a.cmp(b)));
    let left = usize::try_from(WHOLE.checked_sub(sum(&parts))?).ok()?;
    for (place, _) in order.into_iter().take(left) {
        if let Some(part) = parts.get_mut(place) {
            *part = part.saturating_add(1);
        }
    }
    (sum(&parts) == WHOLE).then_some(parts)
}

/// The whole part of a share.
fn whole(share: f64) -> Option<u16> {
    let text = alloc::format!("{:.0}", share.floor());
    text.parse().ok()
}

/// Sets the shares of the variants of `campaign`, in its order.
pub(in crate::author) fn put(campaign: &mut CampaignDraft, shares: &[u16]) {
    for (variant, share) in campaign.variants.iter_mut().zip(shares) {
        variant.weight = Some(f64::from(*share) / 100.0);
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_below_the_floor_is_raised_and_the_others_give_way() {
        assert_eq!(shares(&[1.0, 1.0, 1.0], 100), Some(vec![3334, 3333, 3333]));
        assert_eq!(shares(&[0.0, 5.0], 100), Some(vec![100, 9900]));
        assert_eq!(shares(&[0.0, 0.0], 100), None);
        assert_eq!(shares(&[-1.0, 2.0], 0), None);
        assert_eq!(shares(&[f64::NAN, 2.0], 0), None);
        assert_eq!(shares(&[f64::MAX, f64::MAX], 0), None);
        assert_eq!(shares(&[], 0), None);
        assert_eq!(shares(&[9.0, 1.0], 5000), Some(vec![5000, 5000]));
        // The second is above the floor until the third has been raised.
        assert_eq!(shares(&[80.0, 10.1, 0.0, 9.9], 1000), Some(vec![7000, 1000, 1000, 1000]));
    }

    proptest! {
        #[test]
        fn shares_are_whole_keep_the_floor_and_the_order(
            weights in proptest::collection::vec(0.0_f64..1000.0, 1..12), floor in 0_u16..800,
        ) {
            prop_assume!(weights.iter().sum::<f64>() > 0.0);
            let shares = shares(&weights, floor).unwrap_or_default();
            prop_assert_eq!(shares.iter().map(|share| u32::from(*share)).sum::<u32>(), WHOLE);
            prop_assert!(shares.iter().all(|share| *share >= floor), "{:?}", shares);
            for (a, left) in weights.iter().zip(&shares) {
                for (b, right) in weights.iter().zip(&shares) {
                    prop_assert!(a <= b || left + 1 >= *right, "{:?} {:?}", weights, shares);
                }
            }
        }
    }
}
