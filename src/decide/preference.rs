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
use crate::playbook::view::{Campaign, Playbook};
use crate::reason::Reason;

/// The first variant of `campaign` that can be shown.
///
/// # Errors
///
/// Why none can: a missing permission before the reason of the first variant; and what stops the whole campaign.
pub(super) fn first(
    playbook: &Playbook,
    campaign: &Campaign<'_>,
    signals: &Signals<'_>,
) -> Result<(Chosen, Content), Reason> {
    let mut why = None;
    for variant in campaign.variants() {
        let shown = familiarity::enough(campaign, variant.index, signals)
            .and_then(|()| show(playbook, &variant, signals));
        match shown {
            Ok(content) => {
                let (campaign, variant) = (campaign.index, variant.index);
                return Ok((Chosen { campaign, variant, bucket: None, propensity: ALL_BUCKETS }, content));
            }
            Err(Reason::NoPermit) => why = Some(Reason::NoPermit),
            Err(reason @ (Reason::MissingValue | Reason::NotFamiliar)) => why = why.or(Some(reason)),
            Err(other) => return Err(other),
        }
    }
    Err(why.unwrap_or(Reason::Faulty))
}
