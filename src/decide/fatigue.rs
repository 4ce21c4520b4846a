//! Fatigue: hides a campaign after each exposure, for a time that grows with each one (backoff).
//!
//! `{"backoff_hours": 12, "factor": 2, "max_backoff_hours": 720, "reset_after_days": 60}` hides it for 12 hours after the
//! first exposure, then 24, 48 and so on, never more than 720; see [`Fatigue::backoff_hours`]. Exposures are those of
//! caps: a decision for a variant or a control, on a page that a person sees, and not content that this page view already
//! shows.
//!
//! Visitor memory counts exposures under the code of the campaign's id, with the hour of the last one: changing the curve
//! in the playbook keeps the count. A rest is counted in whole hours from that hour; in the hour in which it ends the
//! campaign is shown again. If the last exposure was `reset_after_days` times 24 hours ago the count is reset, even if
//! the rest were longer, and the next exposure is the first. If the clock has gone back the rest continues.
//!
//! Memory is kept for `persistent_personalization`. Without that permit nothing is counted and the campaign is not shown.
//! The same holds if nothing can be stored or all counters are taken, since exposures could not be limited. A browser
//! behind an edge leaves the block as the edge had it, and shows nothing that would have to be counted.
//!
//! [`Fatigue::backoff_hours`]: crate::playbook::operators::Fatigue::backoff_hours

use super::asked::Asked;
use super::signals::RequestSignals;
use crate::playbook::operators::Fatigue;
use crate::reason::Reason;

/// Whether the campaign is not resting. Content that this page view already shows stays: it is not a further exposure.
///
/// # Errors
///
/// [`Reason::Fatigued`]; [`Reason::NotPermitted`]; [`Reason::NoStorage`] if the host has no clock, keys or entropy, or
/// all counters are taken; [`Reason::EdgeOnly`] if only the edge can read the counter.
pub(super) fn open(curve: Fatigue, asked: Asked<'_>, signals: &RequestSignals<'_>) -> Result<(), Reason> {
    let (block, campaign) = (asked.block.index, asked.campaign);
    let (times, hours) = signals.last_remembered(campaign.code, curve.reset_after_days)?;
    let rests = hours < i64::from(curve.backoff_hours(times));
    if rests && !signals.shows_already(block, campaign) { Err(Reason::Fatigued) } else { Ok(()) }
}
