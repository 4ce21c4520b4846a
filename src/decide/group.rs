//! Exclusive groups: whether the visitor's place in the group belongs to the campaign.
//!
//! Every visitor has one of 1,000 places in a group, by a separate hash that is independent of holdout and variants.
//! Campaigns of a group have disjoint ranges of places, so nobody takes part in two of them. Growing a range reassigns
//! nobody. If a place is moved to another campaign its visitors move too, with or without sticky variants.

use super::asked::Asked;
use super::signals::RequestSignals;
use crate::assign::allocation;
use crate::playbook::operators::Group;
use crate::reason::Reason;

/// Whether the visitor's place in the group is in the campaign's range.
///
/// # Errors
///
/// [`Reason::NotInGroup`], and the errors of [`RequestSignals::unit`].
pub(super) fn open(group: Group<'_>, _: Asked<'_>, signals: &RequestSignals<'_>) -> Result<(), Reason> {
    let inside = allocation::in_group(signals.unit()?, group.seed, group.range);
    if inside { Ok(()) } else { Err(Reason::NotInGroup) }
}
