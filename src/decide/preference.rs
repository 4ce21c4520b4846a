//! Which variant of a campaign is shown, and to whom none is.
//!
//! **Without an experiment** a visitor sees the first variant that can be shown to them. Variants are considered in the
//! order of the playbook. A variant is skipped if a value that it shows is missing, if it shows or needs data that the
//! visitor did not permit, or if the visitor has too few visits for it. The last one should need nothing. A missing value
//! does not skip a variant if its template has an alternative, as `{{visit.last_item.title or 'our lamps'}}` or
//! `{{#if …}}…{{else}}…{{/if}}`.
//!
//! **In an experiment** a visitor sees the assigned variant, if each variant could be shown to them: whoever lacks what one
//! of them needs does not take part, whichever was assigned. Otherwise that arm would lose visitors whom a control keeps.
//!
//! If no variant is left the campaign is skipped, and the next campaign of the block is considered. If a value is visible
//! only at the edge nothing is skipped: the block stays as the edge left it.

use alloc::vec::Vec;

use super::asked::Asked;
use super::campaigns::{Won, show};
use super::signals::RequestSignals;
use super::{experiments, gates};
use crate::playbook::operators::gate;
use crate::playbook::view::Variant;
use crate::reason::Reason;
use crate::response::outcome::{Chosen, Content};

/// The first variant of the campaign that can be shown; in an experiment, the `assigned` one if all can.
///
/// # Errors
///
/// Why none can be shown: a missing permission before the reason of the first variant; and the reason that stops the
/// whole campaign.
pub(super) fn first(
    asked: Asked<'_>,
    assigned: Option<(Variant<'_>, Chosen)>,
    signals: &RequestSignals<'_>,
) -> Result<Won, Reason> {
    let Asked { playbook, campaign, .. } = asked;
    let limited = campaign.is_limited();
    let (mut why, mut drawn, mut arms) = (None, None, Vec::new());
    for variant in campaign.variants() {
        let asked = Asked { variant: Some(variant.index), ..asked };
        let open = if limited { gates::pass(gate::VARIANTS..u8::MAX, asked, signals) } else { Ok(()) };
        let shown = open.and_then(|()| show(playbook, &variant, signals));
        match (shown, assigned) {
            (Ok(content), None) => {
                signals.other_blocks().choose();
                return Ok(Won { chosen: experiments::chosen(campaign, &variant), content, arms });
            }
            (Ok(content), Some((assigned, how))) if assigned.index == variant.index => {
                signals.other_blocks().choose();
                drawn = Some((how, content));
            }
            (Ok(Content::Inner(_)), _) => arms.push(Content::Inner(Vec::new())),
            (Ok(content), _) => arms.push(content),
            (Err(Reason::NotPermitted), _) => why = Some(Reason::NotPermitted),
            (Err(reason @ (Reason::MissingValue | Reason::TooFewVisits)), _) => why = why.or(Some(reason)),
            (Err(other), _) => return Err(other),
        }
    }
    match (why, drawn) {
        (None, Some((chosen, content))) => Ok(Won { chosen, content, arms }),
        (why, _) => Err(why.unwrap_or(Reason::Faulty)),
    }
}
