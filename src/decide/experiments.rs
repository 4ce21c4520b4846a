//! Experiments: whether the visitor's place in an exclusive group is this campaign's, and which variant they get.
//!
//! **Exclusive groups.** Every visitor has one of 1,000 places in a group, by a hash of its own: it says nothing about the
//! holdout or about variants. Campaigns of a group have stretches of places that do not meet, so nobody takes part in two of
//! them. A stretch that grows moves nobody; a place that is given away takes its visitors along, kept variants or not.
//!
//! **Variants.** The visitor's bucket, one of 10,000, lies in the range of a variant or, where not everybody takes part, in
//! none. Growing coverage moves nobody; other weights move the borders, and with them whose bucket lies between the old ones
//! and the new.
//!
//! **Kept variants** ([`crate::visitor::sticky`]). A visitor keeps the variant they got, whatever becomes of weights and
//! coverage, in the same version of the experiment; a variant that is no longer there is drawn anew. Whoever got one of a
//! version below the lowest that takes part is left out. Dates, audience, holdout, group and caps are asked as ever.
//!
//! **Propensity** is the share of the variant among those who take part, in 10,000ths: neither coverage nor the stretch of a
//! group is in it. Of a kept variant it is the share at which it was drawn; where the browser drew it, today's.

use super::signals::Signals;
use crate::assign::allocation;
use crate::assign::hash::{BUCKETS, Stage};
use crate::playbook::view::{Campaign, Variant};
use crate::reason::Reason;
use crate::response::outcome::Chosen;
use crate::visitor::sticky::{Assigned, Recalled, variant_code};

/// Whether the visitor's place in the campaign's exclusive group, if it has one, lies in its stretch.
///
/// # Errors
///
/// [`Reason::NotInGroup`], and what [`Signals::unit`] says.
pub(super) fn in_group(campaign: &Campaign<'_>, signals: &Signals<'_>) -> Result<(), Reason> {
    let Some(group) = campaign.group() else { return Ok(()) };
    let inside = allocation::in_group(signals.unit()?, group.seed, group.range);
    if inside { Ok(()) } else { Err(Reason::NotInGroup) }
}

/// The variant that the visitor gets, and how it came to that; nothing where the campaign is no experiment.
///
/// # Errors
///
/// [`Reason::NotAllocated`], [`Reason::EarlierVersion`], and what [`Signals::unit`] says.
pub(super) fn assign<'p>(
    campaign: &Campaign<'p>,
    signals: &Signals<'_>,
) -> Result<Option<(Variant<'p>, Chosen)>, Reason> {
    let Some(experiment) = campaign.experiment() else { return Ok(None) };
    let bucket = signals.unit()?.bucket(Stage::Variant, experiment.seed);
    let kept = kept(campaign, signals)?;
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

/// The variant that the visitor keeps, with the share at which it was drawn.
fn kept<'p>(campaign: &Campaign<'p>, signals: &Signals<'_>) -> Result<Option<(Variant<'p>, u16)>, Reason> {
    let Some(sticky) = campaign.sticky() else { return Ok(None) };
    match Assigned::recall(signals.assigned(campaign.code), sticky.version, sticky.min_version) {
        Recalled::LeftOut => Err(Reason::EarlierVersion),
        Recalled::Drawn => Ok(None),
        Recalled::Kept(one) => {
            let variant = campaign.variants().find(|variant| variant_code(variant.id) == one.variant);
            Ok(variant.map(|variant| (variant, one.share.min(BUCKETS))))
        }
    }
}

/// The share of a variant among those who take part, in 10,000ths.
fn share(campaign: &Campaign<'_>, variant: &Variant<'_>) -> u16 {
    let width = |variant: &Variant<'_>| u32::from(variant.range.1.saturating_sub(variant.range.0));
    let all: u32 = campaign.variants().map(|variant| width(&variant)).sum();
    let share = (width(variant) * u32::from(BUCKETS)).saturating_add(all / 2).checked_div(all);
    share.and_then(|share| u16::try_from(share).ok()).unwrap_or(BUCKETS)
}
