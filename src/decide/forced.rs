//! Previews: a variant that is requested by id, to see what a campaign would show.
//!
//! Dates, audience, holdout, group, caps and buckets are not checked. Signals that the visitor did not permit stay
//! unread, and a variant that shows such a value is not shown. A preview is not counted: it is no exposure, counts for no
//! cap, and no variant is kept. It is never cached.

use alloc::vec::Vec;

use super::signals::RequestSignals;
use super::{campaigns, experiments};
use crate::playbook::view::{Block, Playbook};
use crate::reason::Reason;
use crate::response::outcome::{Considered, Content, Decision};

/// The decision for a block for which a preview requests a variant; an unknown campaign or variant is ignored.
pub(super) fn decide(
    playbook: &Playbook,
    block: Block<'_>,
    signals: &RequestSignals<'_>,
) -> Option<Decision> {
    let forced = signals.forced();
    // A preview has no date, least of all that of the campaign that was asked before it.
    signals.begin(block.index);
    if forced.is_empty() {
        return None;
    }
    let (campaign, variant) = playbook.campaigns(block.index).find_map(|campaign| {
        let (_, wanted) = forced.iter().find(|(id, _)| id == campaign.id())?;
        let variant = campaign.variants().find(|variant| variant.id == wanted)?;
        Some((campaign, variant))
    })?;
    let shown = campaigns::show(playbook, &variant, signals);
    signals.other_blocks().choose();
    let (chosen, reason, content) = match shown {
        Ok(content) => (Some(experiments::chosen(&campaign, &variant)), Reason::Forced, content),
        Err(reason) => (None, reason, Content::Default),
    };
    let considered = Vec::from([Considered { campaign: campaign.index, reason }]);
    let (arms, needs) = (Vec::new(), signals.needed());
    Some(Decision { block: block.index, chosen, reason, content, arms, needs, considered })
}
