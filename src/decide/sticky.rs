//! Kept variants ([`crate::visitor::sticky`]): which one a visitor keeps, and who is left out.
//!
//! A visitor keeps the variant they got, whatever becomes of weights and coverage, in the same version of the experiment; a
//! variant that is no longer there is drawn anew. Whoever got one of a version below the lowest that takes part is left out.
//! Dates, audience, holdout, group and caps are asked as ever.

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
/// [`Reason::EarlierVersion`], and what [`RequestSignals::unit`] says.
pub(super) fn open(sticky: Sticky, asked: Asked<'_>, signals: &RequestSignals<'_>) -> Result<(), Reason> {
    signals.unit()?;
    match recall(sticky, asked.campaign, signals) {
        Recalled::LeftOut => Err(Reason::EarlierVersion),
        Recalled::Drawn | Recalled::Kept(_) => Ok(()),
    }
}

/// The variant that the visitor keeps, with the share at which it was drawn.
pub(super) fn kept<'p>(campaign: &Campaign<'p>, signals: &RequestSignals<'_>) -> Option<(Variant<'p>, u16)> {
    let Recalled::Kept(one) = recall(campaign.sticky()?, campaign, signals) else { return None };
    let variant = campaign.variants().find(|variant| variant_code(variant.id) == one.variant);
    variant.map(|variant| (variant, one.share.min(BUCKETS)))
}

fn recall(sticky: Sticky, campaign: &Campaign<'_>, signals: &RequestSignals<'_>) -> Recalled {
    Assigned::recall(signals.assigned(campaign.code), sticky.version, sticky.min_version)
}
