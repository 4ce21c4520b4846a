//! Variants without an experiment: a visitor sees the first variant that can be shown to them.
//!
//! Variants are considered in the order of the playbook. A variant is skipped if a value that it shows is missing, if it
//! shows or needs data that the visitor did not permit, or if the visitor has too few visits for it. The last one should
//! need nothing. A missing value does not skip a variant if its template has an alternative, as
//! `{{visit.last_item.title or 'our lamps'}}` or `{{#if …}}…{{else}}…{{/if}}`.
//!
//! If no variant is left the campaign is skipped, and the next campaign of the block is considered. If a value is visible
//! only at the edge nothing is skipped: the block stays as the edge left it.

use super::asked::Asked;
use super::campaigns::show;
use super::signals::RequestSignals;
use super::{experiments, gates};
use crate::playbook::operators::gate;
use crate::playbook::view::Variant;
use crate::reason::Reason;
use crate::response::outcome::{Chosen, Content};

/// The first variant of the campaign that can be shown; in an experiment, the `assigned` one or none.
///
/// # Errors
///
/// Why none can be shown: a missing permission before the reason of the first variant; and the reason that stops the
/// whole campaign.
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
