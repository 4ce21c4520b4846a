//! The day of the month from which on a campaign runs.

use crate::author::check::Finding;
use crate::author::check::names::Names;
use crate::author::check::node::Node;
use crate::author::draft::{CampaignDraft, Draft};
use crate::author::operators::Operators;
use crate::playbook::operators::Tag;
use crate::signal::registry::Signal;
use alloc::vec::Vec;

pub(super) fn encode(campaign: &CampaignDraft, _: &Draft, all: &mut Operators) -> Option<()> {
    let Some(day) = campaign.from_day else { return Some(()) };
    all.signals.insert(Signal::Weekday);
    all.put(Tag::FromDay, &u16::try_from(day).ok()?.to_le_bytes())
}

/// The schema says all there is to check.
pub(super) const fn check(_: &Node<'_>, _: &Names<'_>, _: &mut Vec<Finding>) {}
