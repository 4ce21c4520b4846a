//! Experiments: which variant a visitor gets.
//!
//! **Variants.** The visitor's bucket, one of 10,000, lies in the range of a variant or, where not everybody takes part, in
//! none. Growing coverage moves nobody; other weights move the borders, and with them whose bucket lies between the old ones
//! and the new.
//!
//! Before that, [`super::group`] keeps visitors out whose place in an exclusive group is not the campaign's, and
//! [`super::sticky`] those of an earlier version; whoever keeps a variant gets that one.
//!
//! **Propensity** is the share of the variant among those who take part, in 10,000ths: neither coverage nor the stretch of a
//! group is in it. Of a kept variant it is the share at which it was drawn; where the browser drew it, today's.

use super::signals::RequestSignals;
use super::sticky;
use crate::assign::hash::{BUCKETS, Stage};
use crate::playbook::view::{Campaign, Variant};
use crate::reason::Reason;
use crate::response::outcome::Chosen;

/// The variant that the visitor gets, and how it came to that; nothing where the campaign is no experiment.
///
/// # Errors
///
/// [`Reason::NotAllocated`], and what [`RequestSignals::unit`] says.
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

/// A variant as it is chosen where nothing is drawn.
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
