//! Exclusive groups: whether the visitor's place in the group is the campaign's.
//!
//! Every visitor has one of 1,000 places in a group, by a hash of its own: it says nothing about the holdout or about variants.
//! Campaigns of a group have stretches of places that do not meet, so nobody takes part in two of them. A stretch that grows
//! moves nobody; a place that is given away takes its visitors along, kept variants or not.

use super::asked::Asked;
use super::signals::RequestSignals;
use crate::assign::allocation;
use crate::playbook::operators::Group;
use crate::reason::Reason;

/// Whether the visitor's place in the group lies in the campaign's stretch.
///
/// # Errors
///
/// [`Reason::NotInGroup`], and what [`RequestSignals::unit`] says.
pub(super) fn open(group: Group<'_>, _: Asked<'_>, signals: &RequestSignals<'_>) -> Result<(), Reason> {
    let inside = allocation::in_group(signals.unit()?, group.seed, group.range);
    if inside { Ok(()) } else { Err(Reason::NotInGroup) }
}
