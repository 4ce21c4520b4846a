//! Which experiments of a playbook exclude each other, and which may overlap.
//!
//! A block shows one campaign at a time, so experiments that change the same block, or parts of it, exclude each other: the
//! one of the highest priority goes first. Those of an exclusive group share no visitor at all. Any others may overlap:
//! they change different blocks, and each draws its variants by a hash of its own, so that one says nothing of the other.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;
use serde_json::Value as Json;

use crate::author::check::satisfiable::Admits;
use crate::author::date;
use crate::author::draft::{CampaignDraft, Draft};

/// Number of pairs of experiments that are compared; of further ones nothing is said.
const PAIRS: usize = 20_000;

/// How the experiments of a playbook meet, by their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Overlaps {
    /// The experiments that a block shows one at a time, in the order in which they are considered; blocks with one have no entry.
    pub in_block: BTreeMap<String, Vec<String>>,
    /// The experiments of an exclusive group, of which a visitor takes part in one; groups with one have no entry.
    pub in_group: BTreeMap<String, Vec<String>>,
    /// The experiments that one visitor may be in at the same time: each with those behind it.
    pub may_overlap: BTreeMap<String, Vec<String>>,
}

impl Overlaps {
    /// Whether there is nothing to say: at most one experiment.
    pub fn is_empty(&self) -> bool {
        self.in_block.is_empty() && self.in_group.is_empty() && self.may_overlap.is_empty()
    }
}

/// How the experiments of a draft without errors meet.
///
/// ```
/// use parvis::author::{check::check, overlap::overlaps};
/// let source = include_str!("../../fixtures/playbooks/valid/40-exclusive.json");
/// let found = overlaps(&check(source).draft.unwrap());
/// assert_eq!(found.in_group["homepage"], ["hero-picture", "hero-wording"]);
/// assert_eq!(found.may_overlap["hero-wording"], ["offers-december", "offers-november"]);
/// ```
pub fn overlaps(draft: &Draft) -> Overlaps {
    let mut all: Vec<&CampaignDraft> =
        draft.campaigns.iter().filter(|campaign| campaign.experiment.is_some()).collect();
    // The order in which the engine considers them.
    all.sort_by(|a, b| b.priority.cmp(&a.priority).then_with(|| a.id.cmp(&b.id)));
    let mut found = Overlaps::default();
    for one in &all {
        found.in_block.entry(one.block.clone()).or_default().push(one.id.clone());
        if let Some(group) = group(one) {
            found.in_group.entry(group.into()).or_default().push(one.id.clone());
        }
    }
    found.in_block.retain(|_, ids| ids.len() > 1);
    found.in_group.retain(|_, ids| ids.len() > 1);
    let pairs =
        all.iter().enumerate().flat_map(|(at, one)| all.iter().skip(at + 1).map(move |other| (one, other)));
    for (one, other) in pairs.take(PAIRS).filter(|(one, other)| meet(draft, one, other)) {
        found.may_overlap.entry(one.id.clone()).or_default().push(other.id.clone());
    }
    found
}

/// Whether one visitor may be in both at the same time.
fn meet(draft: &Draft, one: &CampaignDraft, other: &CampaignDraft) -> bool {
    let seconds = |text: &Option<String>| text.as_deref().and_then(date::seconds);
    let apart = |a: &CampaignDraft, b: &CampaignDraft| matches!((seconds(&a.ends), seconds(&b.starts)), (Some(ends), Some(starts)) if ends < starts);
    let excluded = one.block == other.block || (group(one).is_some() && group(one) == group(other));
    let conditions: Vec<Json> =
        [one, other].into_iter().flat_map(|campaign| conditions(draft, campaign)).collect();
    !excluded && !apart(one, other) && !apart(other, one) && Admits::of(&conditions).impossible().is_none()
}

fn group(campaign: &CampaignDraft) -> Option<&str> {
    Some(campaign.experiment.as_ref()?.group.as_ref()?.name.as_str())
}

/// The condition of the audience and that of the campaign.
fn conditions(draft: &Draft, campaign: &CampaignDraft) -> Vec<Json> {
    let audience = campaign.audience.as_ref().and_then(|audience| draft.audiences.get(audience));
    [audience, campaign.when.as_ref()]
        .into_iter()
        .flatten()
        .map(|condition| Json::Object(condition.0.clone()))
        .collect()
}
