//! Cooldown: after any purchase a campaign stays away for some time.
//!
//! The time is counted in whole hours from the one in which visitor memory heard of the purchase: in the hour in which it is
//! over the campaign is shown again. A later purchase begins it anew. It needs `persistent_personalization` and
//! `session_personalization`, and behaves without them, without a clock and behind an edge as a suppression does.

use super::asked::Asked;
use super::signals::RequestSignals;
use crate::reason::Reason;
use crate::visitor::history::{Kind, What};

/// Whether nothing was bought less than `hours` ago.
///
/// # Errors
///
/// [`Reason::CoolingDown`]; [`Reason::NotPermitted`]; [`Reason::NoStorage`] where nothing can be remembered; and
/// [`Reason::EdgeOnly`] where only the edge sees what was bought.
pub(super) fn open(hours: u16, _: Asked<'_>, signals: &RequestSignals<'_>) -> Result<(), Reason> {
    let holds = signals.happened(Kind::Bought, What::Any, hours.into())?;
    if holds { Err(Reason::CoolingDown) } else { Ok(()) }
}
