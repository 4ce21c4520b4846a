//! Counters of fatigue: exposures of a campaign, and the hour of the last one.

use super::VisitorState;
use crate::facts::Facts;
use crate::playbook::view::{Campaign, Playbook};

impl VisitorState<'_> {
    /// Counts an exposure of this campaign, if it has fatigue and may be counted.
    pub(super) fn count_exposure(&mut self, campaign: &Campaign<'_>, facts: &Facts) {
        if let (Ok(()), Some(memory), Some(now)) = (self.remembers, &mut self.memory, facts.now)
            && let Some(curve) = campaign.fatigue()
        {
            memory.count_last(campaign.code, curve.reset_after_days, now);
        }
    }
}

/// The counters of all campaigns with fatigue, each with the days after which it expires.
pub(super) fn counters(playbook: &Playbook) -> impl Iterator<Item = (u32, u16)> {
    playbook
        .every_campaign()
        .filter_map(|campaign| Some((campaign.code, campaign.fatigue()?.reset_after_days)))
}
