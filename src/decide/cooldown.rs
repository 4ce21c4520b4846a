//! Cooldown: after any purchase a campaign stays away for some time.
//!
//! The time is counted in whole hours from the one in which visitor memory heard of the purchase: in the hour in which it is
//! over the campaign is shown again. A later purchase begins it anew. It needs `persistent_personalization` and
//! `session_personalization`, and behaves without them, without a clock and behind an edge as a suppression does.

use super::signals::Signals;
use crate::playbook::view::{Campaign, Operator};
use crate::reason::Reason;
use crate::visitor::past::{Kind, What};

/// Whether the visitor permits that purchases are remembered, asked before anything is read.
pub(super) fn permitted(campaign: &Campaign<'_>, signals: &Signals<'_>) -> bool {
    hours(campaign).is_none() || signals.may_know_the_past()
}

/// Whether nothing was bought for long enough.
///
/// # Errors
///
/// [`Reason::CoolingDown`]; [`Reason::Uncounted`] where nothing can be remembered; and [`Reason::OutOfSight`] where only the
/// edge sees what was bought.
pub(super) fn over(campaign: &Campaign<'_>, signals: &Signals<'_>) -> Result<(), Reason> {
    let Some(hours) = hours(campaign) else { return Ok(()) };
    if signals.happened(Kind::Bought, What::Any, hours.into())? { Err(Reason::CoolingDown) } else { Ok(()) }
}

fn hours(campaign: &Campaign<'_>) -> Option<u16> {
    campaign.operators().find_map(|operator| match operator {
        Operator::Cooldown(hours) => Some(hours),
        _ => None,
    })
}
