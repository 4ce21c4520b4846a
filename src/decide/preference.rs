//! Preference: of several variants without an experiment, a visitor sees the first that can be shown to them.
//!
//! They are asked in the order in which the playbook has them. One is passed over when a value that it shows is missing, when
//! it shows or asks for something that the visitor did not allow to be used, or when they have not come often enough for it.
//! The last is best one that asks for nothing. A missing value does not pass a variant over where its template says what
//! stands there instead, as `{{visit.last_item.title or 'our lamps'}}` or with `{{#if …}}…{{else}}…{{/if}}`.
//!
//! Where no variant is left the campaign is passed over, and the next campaign of the block is asked. What only the edge can
//! see passes nothing over: the block stays as the edge left it.

use super::asked::Asked;
use super::campaigns::show;
use super::signals::RequestSignals;
use super::{experiments, gates};
use crate::playbook::operators::gate;
use crate::playbook::view::Variant;
use crate::reason::Reason;
use crate::response::outcome::{Chosen, Content};

/// The first variant of the campaign that can be shown; of an experiment, the one that was `assigned`, or none.
///
/// # Errors
///
/// Why none can: a missing permission before the reason of the first variant; and what stops the whole campaign.
pub(super) fn first(
    asked: Asked<'_>,
    assigned: Option<(Variant<'_>, Chosen)>,
    signals: &RequestSignals<'_>,
) -> Result<(Chosen, Content), Reason> {
    let Asked { playbook, campaign, .. } = asked;
    let limited = campaign.is_limited();
    let mut why = None;
    for variant in campaign.variants() {
        if assigned.is_some_and(|(assigned, _)| assigned.index != variant.index) {
            continue;
        }
        let asked = Asked { variant: Some(variant.index), ..asked };
        let open = if limited { gates::pass(gate::VARIANTS..u8::MAX, asked, signals) } else { Ok(()) };
        let shown = open.and_then(|()| show(playbook, &variant, signals));
        match shown {
            Ok(content) => {
                let chosen = assigned.map_or_else(|| experiments::chosen(campaign, &variant), |(_, how)| how);
                return Ok((chosen, content));
            }
            Err(Reason::NotPermitted) => why = Some(Reason::NotPermitted),
            Err(reason @ (Reason::MissingValue | Reason::TooFewVisits)) => why = why.or(Some(reason)),
            Err(other) => return Err(other),
        }
    }
    Err(why.unwrap_or(Reason::Faulty))
}
