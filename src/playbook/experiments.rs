//! Exclusive groups and kept variants of a draft, written as the flat file has them.

use alloc::vec::Vec;

use super::draft::{CampaignDraft, Draft};
use super::hundredths::basis_points;
use super::operators::Operators;
use super::wire::operator as tag;

/// Adds what the experiment of a campaign says; `None` for what [`super::check`] refuses.
pub(super) fn encode(campaign: &CampaignDraft, draft: &Draft, all: &mut Operators) -> Option<()> {
    let Some(experiment) = &campaign.experiment else { return Some(()) };
    if let Some(group) = &experiment.group {
        let exclusive = draft.exclusive.get(&group.name)?;
        let mut body = Vec::from(basis_points(group.from)?.to_le_bytes());
        body.extend(basis_points(group.to)?.to_le_bytes());
        body.extend(exclusive.seed.as_deref().unwrap_or(&group.name).bytes());
        all.put(tag::GROUP, &body)?;
    }
    if let Some(sticky) = &experiment.sticky {
        let byte = |version: u32| u8::try_from(version).ok();
        all.put(tag::STICKY, &[byte(sticky.version)?, byte(sticky.min_version)?])?;
    }
    Some(())
}
