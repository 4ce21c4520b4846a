//! Caps: how often a visitor sees a campaign, within a visit, within some days or at all, and how often they wave it away.
//!
//! What counts as seen is a decision that replaces or hides something, on a page that was asked for with `GET`; a control
//! does not count, and what a browser shows on is not shown again. A dismissal is what the site tells the browser module. A
//! counter belongs to one campaign, or to all that are capped together in a group, and to one period: changing the period in
//! the playbook begins it anew, changing the times does not.
//!
//! Within a visit the visit cookie counts, for the purpose of `session_personalization`. Over days visitor memory counts,
//! for `persistent_personalization`; it forgets after [`limits::MEMORY_DAYS`], and so a lifetime lasts as long.
//!
//! [`limits::MEMORY_DAYS`]: crate::limits::MEMORY_DAYS

use super::signals::Signals;
use crate::playbook::view::{Block, Campaign, Cap};
use crate::reason::Reason;

/// Whether the visitor permits that all its caps are counted, asked before anything is read.
pub(super) fn permitted(campaign: &Campaign<'_>, signals: &Signals<'_>) -> bool {
    campaign.caps().all(|cap| {
        // A dismissal happens in the browser, which tells an edge of it by the visit.
        let visit = cap.in_memory && !cap.dismissals || signals.counts_exposures();
        visit && (!cap.in_memory || signals.remembers() != Err(Reason::NotPermitted))
    })
}

/// Whether none of its caps is reached.
///
/// A cap that cannot be counted is reached: showing once more could break the promise, not showing cannot. What the browser
/// shows at this moment stays where only exposures are capped, since showing it on is not showing it again.
///
/// # Errors
///
/// [`Reason::Capped`]; [`Reason::NotPermitted`]; [`Reason::NoStorage`] where the host has no clock, no keys or no entropy, or
/// all counters are taken; [`Reason::EdgeOnly`] where only the edge sees what was counted.
pub(super) fn open(block: Block<'_>, campaign: &Campaign<'_>, signals: &Signals<'_>) -> Result<(), Reason> {
    let mut hidden = Ok(());
    for cap in campaign.caps() {
        match reached(cap, campaign, signals) {
            Ok(false) => {}
            Ok(true) if !cap.dismissals && signals.shows_already(block.index, campaign.index) => {}
            Ok(true) => return Err(Reason::Capped),
            // Another cap may be reached in plain sight.
            Err(Reason::EdgeOnly) => hidden = Err(Reason::EdgeOnly),
            Err(other) => return Err(other),
        }
    }
    hidden
}

fn reached(cap: Cap, campaign: &Campaign<'_>, signals: &Signals<'_>) -> Result<bool, Reason> {
    if !cap.in_memory {
        return signals.times_shown(cap.key).map(|times| times >= cap.times).ok_or(Reason::NotPermitted);
    }
    if cap.dismissals && signals.dismissed(campaign.code) >= usize::from(cap.times) {
        return Ok(true);
    }
    Ok(signals.times_remembered(cap.key, cap.days)? >= cap.times)
}
