//! Previews: a variant that is asked for by name, for whoever looks at what a campaign would show.
//!
//! Nothing is asked of the visitor then: neither dates nor audience, holdout, group, caps or buckets. What the visitor did not
//! allow stays unread all the same, and a variant that shows such a value is not shown. A preview counts nowhere: not
//! as an exposure, not against a cap, and no variant is kept. No cache keeps it.

use alloc::vec::Vec;

use super::signals::RequestSignals;
use super::{campaigns, experiments};
use crate::playbook::view::{Block, Playbook};
use crate::reason::Reason;
use crate::response::outcome::{Considered, Content, Decision};

/// The decision for a block of which a preview asks for a variant; a campaign or variant that is not there is not asked for.
pub(super) fn decide(
    playbook: &Playbook,
    block: Block<'_>,
    signals: &RequestSignals<'_>,
) -> Option<Decision> {
    let forced = signals.forced();
    // A preview has no date, least of all that of the campaign that was asked before it.
    signals.begin();
    if forced.is_empty() {
        return None;
    }
    let (campaign, variant) = playbook.campaigns(block.index).find_map(|campaign| {
        let (_, wanted) = forced.iter().find(|(id, _)| id == campaign.id())?;
        let variant = campaign.variants().find(|variant| variant.id == wanted)?;
        Some((campaign, variant))
    })?;
    let (chosen, reason, content) = match campaigns::show(playbook, &variant, signals) {
        Ok(content) => (Some(experiments::chosen(&campaign, &variant)), Reason::Forced, content),
        Err(reason) => (None, reason, Content::Default),
    };
    let considered = Vec::from([Considered { campaign: campaign.index, reason }]);
    let needs = signals.needed();
    Some(Decision { block: block.index, chosen, reason, content, needs, considered })
}
