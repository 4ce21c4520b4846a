//! Experiments: assigns a variant to a visitor by bucketing.
//!
//! **Variants.** The visitor's bucket, one of 10,000, is in the range of a variant or, if coverage is partial, in none.
//! Growing coverage reassigns nobody. Changing weights moves the boundaries, and reassigns visitors whose bucket is
//! between an old and a new one.
//!
//! Before that, [`super::group`] excludes visitors whose place in an exclusive group is not the campaign's, and
//! [`super::sticky`] those of an earlier version. A visitor with a sticky variant gets that one.
//!
//! **Propensity** is the share of the variant among those who take part, in 10,000ths, without coverage and the range of
//! a group. For a sticky variant it is the share at which it was assigned; if the browser assigned it, the current one.

use super::signals::RequestSignals;
use super::sticky;
use crate::assign::hash::{BUCKETS, Stage};
use crate::playbook::view::{Campaign, Variant};
use crate::reason::Reason;
use crate::response::outcome::Chosen;

/// The visitor's variant, with bucket and propensity; `None` if the campaign is no experiment.
///
/// # Errors
///
/// [`Reason::NotAllocated`], and the errors of [`RequestSignals::unit`].
pub(super) fn assign<'p>(
    campaign: &Campaign<'p>,
    signals: &RequestSignals<'_>,
) -> Result<Option<(Variant<'p>, Chosen)>, Reason> {
    let Some(experiment) = campaign.experiment() else { return Ok(None) };
    let bucket = signals.unit()?.bucket(Stage::Variant, experiment.seed);
    let kept = sticky::kept(campaign, signals);
    let drawn = |variant: &Variant<'_>| (variant.range.0..variant.range.1).contains(&bucket);
    let variant = match kept {
        Some((variant, _)) => variant,
        None => campaign.variants().find(drawn).ok_or(Reason::NotAllocated)?,
    };
    let known = kept.map_or(0, |(_, share)| share);
    let propensity = if known > 0 { known } else { share(campaign, &variant) };
    let how = Chosen { bucket: Some(bucket), propensity, kept: kept.is_some(), ..chosen(campaign, &variant) };
    Ok(Some((variant, how)))
}

/// The choice of a variant without bucketing.
pub(super) fn chosen(campaign: &Campaign<'_>, variant: &Variant<'_>) -> Chosen {
    Chosen {
        campaign: campaign.index,
        variant: variant.index,
        bucket: None,
        propensity: BUCKETS,
        kept: false,
    }
}

/// The share of a variant among those who take part, in 10,000ths.
fn share(campaign: &Campaign<'_>, variant: &Variant<'_>) -> u16 {
    let width = |variant: &Variant<'_>| u32::from(variant.range.1.saturating_sub(variant.range.0));
    let all: u32 = campaign.variants().map(|variant| width(&variant)).sum();
    let share = (width(variant) * u32::from(BUCKETS)).saturating_add(all / 2).checked_div(all);
    share.and_then(|share| u16::try_from(share).ok()).unwrap_or(BUCKETS)
}
