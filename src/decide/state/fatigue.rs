//! Counting for fatigue: that a campaign was seen, and when for the last time.

use super::VisitorState;
use crate::facts::Facts;
use crate::playbook::view::{Campaign, Playbook};

impl VisitorState<'_> {
    /// Counts that this campaign was seen, where it rests after that and where it may be counted.
    pub(super) fn count_exposure(&mut self, campaign: &Campaign<'_>, facts: &Facts) {
        if let (Ok(()), Some(memory), Some(now)) = (self.remembers, &mut self.memory, facts.now)
            && let Some(curve) = campaign.fatigue()
        {
            memory.count_last(campaign.code, curve.reset_after_days, now);
        }
    }
}

/// The counters of all campaigns that rest, each with the days after which it is forgotten.
pub(super) fn counters(playbook: &Playbook) -> impl Iterator<Item = (u32, u16)> {
    playbook
        .every_campaign()
        .filter_map(|campaign| Some((campaign.code, campaign.fatigue()?.reset_after_days)))
}
