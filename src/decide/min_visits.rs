//! Familiarity: from which visit on a variant may be shown, so that nobody is greeted as a friend when they first come.
//!
//! `"min_visits": 3` on a variant shows it from the third visit on. What counts is `visitor.visits`: the visits of a visitor who
//! is remembered, this one included, and a visit lasts until the browser forgets `parvis-visit`. So it is visitor memory that
//! is read, for the purpose of `persistent_personalization`: where that may not be, the variant is not for this visitor
//! ([`Reason::NotPermitted`]), and where only the edge can read it, the block stays as the edge left it.
//!
//! In a campaign without an experiment the next variant stands in (see [`super::preference`]). In an experiment the variant
//! is assigned whoever may see it, and who may not see it yet keeps the default content: no other variant stands in, which
//! would move visitors between variants, and no other campaign, which only some of the variants would meet.

use super::asked::Asked;
use super::signals::RequestSignals;
use crate::condition::{SignalReader as _, Value};
use crate::playbook::operators::MinVisits;
use crate::reason::Reason;
use crate::signal::registry::Signal;

/// Whether the visitor has come often enough for the variant, if it is the one that is asked.
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
