//! Frequency caps: how often a visitor sees or dismisses a campaign, within a visit, within some days or at all.
//!
//! An exposure is a decision for a variant, on a page that a person sees. A control counts like any other arm, so that all
//! arms of an experiment reach the cap alike. Content that the browser already shows, and a reload, which is the same view,
//! are no further exposures. A dismissal is reported by the site to the browser module. A counter
//! belongs to one campaign, or to a group of campaigns that are capped together, and to one period: changing the period
//! in the playbook resets it, changing the times does not.
//!
//! Within a visit the visit cookie counts, for the purpose of `session_personalization`. Over days visitor memory counts,
//! for `persistent_personalization`. Memory expires after [`limits::MEMORY_DAYS`] or the days that the playbook sets, so a
//! lifetime cap lasts as long.
//!
//! [`limits::MEMORY_DAYS`]: crate::limits::MEMORY_DAYS

use super::asked::Asked;
use super::signals::RequestSignals;
use crate::playbook::operators::Cap;
use crate::reason::Reason;

/// Whether the cap is not reached.
///
/// A cap that cannot be counted is treated as reached, so that it is never exceeded. If only exposures are capped,
/// content that this page view already shows stays: it is not a further exposure.
///
/// # Errors
///
/// [`Reason::Capped`]; [`Reason::NotPermitted`]; [`Reason::NoStorage`] if the host has no clock, keys or entropy, or all
/// counters are taken; [`Reason::EdgeOnly`] if only the edge can read the counter.
pub(super) fn open(cap: Cap, asked: Asked<'_>, signals: &RequestSignals<'_>) -> Result<(), Reason> {
    let reached = reached(cap, asked, signals)?;
    let goes_on = || !cap.dismissals && signals.shows_already(asked.block.index, asked.campaign);
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
