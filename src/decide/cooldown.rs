//! Cooldown: hides a campaign for some hours after any purchase.
//!
//! The time is counted in whole hours from the hour in which visitor memory recorded the purchase. In the hour in which
//! it ends the campaign is shown again. A later purchase restarts it. It needs `persistent_personalization` and
//! `session_personalization`. Without them, without a clock and behind an edge it behaves like a suppression.

use super::asked::Asked;
use super::signals::RequestSignals;
use crate::reason::Reason;
use crate::visitor::history::{Kind, What};

/// Whether nothing was bought less than `hours` ago.
///
/// # Errors
///
/// [`Reason::CoolingDown`]; [`Reason::NotPermitted`]; [`Reason::NoStorage`] if nothing can be stored; and
/// [`Reason::EdgeOnly`] if only the edge can read the purchases.
pub(super) fn open(hours: u16, _: Asked<'_>, signals: &RequestSignals<'_>) -> Result<(), Reason> {
    let holds = signals.happened(Kind::Bought, What::Any, hours.into())?;
    if holds { Err(Reason::CoolingDown) } else { Ok(()) }
}
