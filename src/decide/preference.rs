//! Preference: of several variants without an experiment, a visitor sees the first that can be shown to them.
//!
//! They are asked in the order in which the playbook has them. One is passed over when a value that it shows is missing, when
//! it shows or asks for something that the visitor did not allow to be used, or when they have not come often enough for it.
//! The last is best one that asks for nothing. A missing value does not pass a variant over where its template says what
//! stands there instead, as `{{visit.last_item.title or 'our lamps'}}` or with `{{#if …}}…{{else}}…{{/if}}`.
//!
//! Where no variant is left the campaign is passed over, and the next campaign of the block is asked. What only the edge can
//! see passes nothing over: the block stays as the edge left it.

use super::campaigns::{ALL_BUCKETS, show};
use super::familiarity;
use super::signals::Signals;
use crate::outcome::{Chosen, Content};
use crate::playbook::view::{Campaign, Playbook, Variant};
use crate::reason::Reason;

/// The first variant of `campaign` that can be shown; of an experiment, the one that was `assigned` with its bucket, or none.
///
/// # Errors
///
/// Why none can: a missing permission before the reason of the first variant; and what stops the whole campaign.
pub(super) fn first(
    playbook: &Playbook,
    campaign: &Campaign<'_>,
    assigned: Option<(Variant<'_>, u16)>,
    signals: &Signals<'_>,
) -> Result<(Chosen, Content), Reason> {
    let mut why = None;
    for variant in campaign.variants() {
        if assigned.is_some_and(|(assigned, _)| assigned.index != variant.index) {
            continue;
        }
        let shown = familiarity::enough(campaign, variant.index, signals)
            .and_then(|()| show(playbook, &variant, signals));
        match shown {
            Ok(content) => {
                let (from, to) = if assigned.is_some() { variant.range } else { (0, ALL_BUCKETS) };
                let chosen = Chosen {
                    campaign: campaign.index,
                    variant: variant.index,
                    bucket: assigned.map(|(_, bucket)| bucket),
                    propensity: to.saturating_sub(from),
                };
                return Ok((chosen, content));
            }
            Err(Reason::NoPermit) => why = Some(Reason::NoPermit),
            Err(reason @ (Reason::MissingValue | Reason::NotFamiliar)) => why = why.or(Some(reason)),
            Err(other) => return Err(other),
        }
    }
    Err(why.unwrap_or(Reason::Faulty))
}
