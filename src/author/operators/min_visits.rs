//! The minimum visits of a variant: the first visit of a visitor in which it is shown.

use crate::author::check::Finding;
use crate::author::check::names::Names;
use crate::author::check::node::Node;
use crate::author::draft::{CampaignDraft, Draft};
use crate::author::operators::Operators;
use crate::playbook::operators::Tag;
use crate::signal::registry::Signal;
use alloc::vec::Vec;

pub(super) fn encode(campaign: &CampaignDraft, _: &Draft, all: &mut Operators) -> Option<()> {
    for (index, variant) in (0_u8..).zip(&campaign.variants) {
        let Some(visits) = variant.min_visits else { continue };
        let [low, high] = u16::try_from(visits).ok()?.to_le_bytes();
        all.put(Tag::MinVisits, &[index, low, high])?;
        all.signals.insert(Signal::Visits);
    }
    Some(())
}

/// The schema checks everything.
pub(super) const fn check(_: &Node<'_>, _: &Names<'_>, _: &mut Vec<Finding>) {}
