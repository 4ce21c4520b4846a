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

use super::asked::Asked;
use super::signals::RequestSignals;
use crate::playbook::operators::Cap;
use crate::reason::Reason;

/// Whether the cap is not reached.
///
/// A cap that cannot be counted is reached: showing once more could break the promise, not showing cannot. What the browser
/// shows at this moment stays where only exposures are capped, since showing it on is not showing it again.
///
/// # Errors
///
/// [`Reason::Capped`]; [`Reason::NotPermitted`]; [`Reason::NoStorage`] where the host has no clock, no keys or no entropy, or
/// all counters are taken; [`Reason::EdgeOnly`] where only the edge sees what was counted.
pub(super) fn open(cap: Cap, asked: Asked<'_>, signals: &RequestSignals<'_>) -> Result<(), Reason> {
    let reached = reached(cap, asked, signals)?;
    let goes_on = || !cap.dismissals && signals.shows_already(asked.block.index, asked.campaign.index);
    if reached && !goes_on() { Err(Reason::Capped) } else { Ok(()) }
}

fn reached(cap: Cap, asked: Asked<'_>, signals: &RequestSignals<'_>) -> Result<bool, Reason> {
    if !cap.in_memory {
        return signals.times_shown(cap.key).map(|times| times >= cap.times).ok_or(Reason::NotPermitted);
    }
    if cap.dismissals && signals.dismissed(asked.campaign.code) >= usize::from(cap.times) {
        return Ok(true);
    }
    Ok(signals.times_remembered(cap.key, cap.days)? >= cap.times)
}
