//! Minimum visits: the visit from which a variant may be shown, so that content for returning visitors is not shown to
//! new ones.
//!
//! `"min_visits": 3` on a variant shows it from the third visit on. It compares `visitor.visits`: the visits of a
//! remembered visitor, this one included; a visit lasts until the browser deletes `parvis-visit`. So it reads visitor
//! memory, for the purpose of `persistent_personalization`. Without that permit the variant is not shown
//! ([`Reason::NotPermitted`]). If only the edge can read it, the block stays as the edge left it.
//!
//! In a campaign without an experiment the next variant is used (see [`super::preference`]). In an experiment the highest
//! number of its variants counts for all of them: visitors with too few do not take part.

use super::asked::Asked;
use super::signals::RequestSignals;
use crate::condition::{SignalReader as _, Value};
use crate::playbook::operators::MinVisits;
use crate::reason::Reason;
use crate::signal::registry::Signal;

/// Whether the visitor has enough visits for the variant, if it is the one being checked.
///
/// # Errors
///
/// [`Reason::TooFewVisits`], [`Reason::NotPermitted`], [`Reason::EdgeOnly`].
pub(super) fn open(least: MinVisits, asked: Asked<'_>, signals: &RequestSignals<'_>) -> Result<(), Reason> {
    if asked.variant != Some(least.variant) {
        return Ok(());
    }
    let least = least.visits;
    match signals.read(Signal::Visits).known()? {
        Some(Value::Number(visits)) if visits >= i64::from(least) => Ok(()),
        _ => Err(Reason::TooFewVisits),
    }
}
