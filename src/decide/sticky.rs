//! Sticky bucketing ([`crate::visitor::sticky`]): the variant that a visitor keeps, and who is excluded.
//!
//! A visitor keeps the variant they got, even if weights or coverage change, within one version of the experiment. If the
//! variant no longer exists another one is assigned. Visitors who got one of a version below the lowest that takes part
//! are excluded. Dates, audience, holdout, group and caps still apply.

use super::asked::Asked;
use super::signals::RequestSignals;
use crate::assign::hash::BUCKETS;
use crate::playbook::operators::Sticky;
use crate::playbook::view::{Campaign, Variant};
use crate::reason::Reason;
use crate::visitor::sticky::{Assigned, Recalled, variant_code};

/// Whether the visitor takes part in this version of the experiment.
///
/// # Errors
///
/// [`Reason::EarlierVersion`], and the errors of [`RequestSignals::unit`].
pub(super) fn open(sticky: Sticky, asked: Asked<'_>, signals: &RequestSignals<'_>) -> Result<(), Reason> {
    signals.unit()?;
    match recall(sticky, asked.campaign, signals) {
        Recalled::LeftOut => Err(Reason::EarlierVersion),
        Recalled::Drawn | Recalled::Kept(_) => Ok(()),
    }
}

/// The variant that the visitor keeps, with the share at which it was assigned.
pub(super) fn kept<'p>(campaign: &Campaign<'p>, signals: &RequestSignals<'_>) -> Option<(Variant<'p>, u16)> {
    let Recalled::Kept(one) = recall(campaign.sticky()?, campaign, signals) else { return None };
    let variant = campaign.variants().find(|variant| variant_code(variant.id) == one.variant);
    variant.map(|variant| (variant, one.share.min(BUCKETS)))
}

fn recall(sticky: Sticky, campaign: &Campaign<'_>, signals: &RequestSignals<'_>) -> Recalled {
    Assigned::recall(signals.assigned(campaign.code), sticky.version, sticky.min_version)
}
