//! Fatigue: a campaign that was seen rests, and each time it is seen it rests longer, so that it is seen ever more rarely.
//!
//! `{"backoff_hours": 12, "factor": 2, "max_backoff_hours": 720, "reset_after_days": 60}` rests 12 hours after the first time, then 24, 48
//! and so on, never more than 720; [`Fatigue::backoff_hours`] has the numbers. What counts as seen is what caps count: a decision that
//! replaces or hides something, on a page that was asked for with `GET`, but no control, and not what a browser shows on.
//!
//! Visitor memory counts the times under the code of the campaign's id, and keeps the hour of the last one: changing the
//! curve in the playbook takes the times along. A rest is counted in whole hours from that one: in the hour in which it is over
//! the campaign is shown again. When the last time lies `reset_after_days` times 24 hours back, the times are forgotten, even if
//! the rest were longer, and the next one is the first. A clock that has gone back lets it rest on.
//!
//! Memory is kept for `persistent_personalization`: without that permit nothing is counted and the campaign is not shown, nor
//! is it where nothing can be remembered or all counters are taken, since it could not keep its promise. A browser behind an
//! edge leaves the block as the edge had it, and shows nothing that would have to be counted.
//!
//! [`Fatigue::backoff_hours`]: crate::playbook::operators::Fatigue::backoff_hours

use super::asked::Asked;
use super::signals::RequestSignals;
use crate::playbook::operators::Fatigue;
use crate::reason::Reason;

/// Whether it does not rest; what the browser shows at this moment stays, since showing it on is not showing it again.
///
/// # Errors
///
/// [`Reason::Fatigued`]; [`Reason::NotPermitted`]; [`Reason::NoStorage`] where the host has no clock, no keys or no entropy, or all
/// counters are taken; [`Reason::EdgeOnly`] where only the edge sees what was counted.
pub(super) fn open(curve: Fatigue, asked: Asked<'_>, signals: &RequestSignals<'_>) -> Result<(), Reason> {
    let (block, campaign) = (asked.block.index, asked.campaign);
    let (times, hours) = signals.last_remembered(campaign.code, curve.reset_after_days)?;
    let rests = hours < i64::from(curve.backoff_hours(times));
    if rests && !signals.shows_already(block, campaign.index) { Err(Reason::Fatigued) } else { Ok(()) }
}
