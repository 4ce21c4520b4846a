//! Suppression: hides a campaign for some days after its subject was bought, removed from the cart or dismissed.
//!
//! The subject is the current value of a signal, each of its values if it is a list, or one fixed id. Of a list, what the
//! event happened to is left out of what the campaign shows, and the campaign is hidden only if nothing is left; its
//! conditions read the whole list. By item, the same item must have been bought. By category, any item of its category, as
//! reported by the site or listed in the catalog; an item without a category suppresses none. By campaign, the campaign or
//! the one it names was dismissed. An item or category counts as dismissed if a campaign with such a rule was dismissed
//! while it was the subject. If the signal has no value nothing is suppressed.
//!
//! It lasts `days` times 24 hours, counted in whole hours from the hour in which visitor memory recorded the event. In
//! the hour in which it ends the campaign is shown again. A purchase cancels a removal of the same item. Memory keeps
//! twelve purchases and eight other events: when full, the oldest is evicted and no longer suppresses.
//!
//! Memory is kept for `persistent_personalization`. Browser events reach it through the visit, which needs
//! `session_personalization`. Without either permit the campaign is not shown, since it could not be suppressed. The same
//! holds if nothing can be stored, on a host without a clock, keys or entropy. A browser behind an edge reads the pending
//! events of the visit, and otherwise leaves the block as the edge had it. It does not know what else of a list the edge left
//! out, so with a pending event of one value it hides the campaign until the next page.

use alloc::vec::Vec;

use super::asked::Asked;
use super::signals::RequestSignals;
use super::state::{VisitorState, thing};
use crate::assign::hash;
use crate::condition::{SignalReader as _, Value};
use crate::facts::{Event, Facts};
use crate::limits;
use crate::playbook::Playbook;
use crate::playbook::operators::{Of, Operator, Suppress};
use crate::playbook::view::Page;
use crate::reason::Reason;
use crate::signal::registry::Named;
use crate::visitor::counter::HOURS_A_DAY;
use crate::visitor::history::{Kind, Thing, What};

/// Whether the rule does not suppress the campaign; what it asks to leave out of a list is noted for the templates.
///
/// # Errors
///
/// [`Reason::Suppressed`]; [`Reason::NotPermitted`]; [`Reason::NoStorage`] if nothing can be stored; and
/// [`Reason::EdgeOnly`] if only the edge can read the events.
pub(super) fn open(rule: Suppress, asked: Asked<'_>, signals: &RequestSignals<'_>) -> Result<(), Reason> {
    let hours = HOURS_A_DAY * i64::from(rule.days);
    let mut gone = if let Of::Signal(list) = rule.of { signals.left_out(list) } else { 0 };
    let (mut all, mut hidden) = (0, false);
    for (index, thing) in subjects(rule, asked.playbook, signals)?.into_iter().enumerate() {
        let bit = u32::try_from(index).ok().and_then(|index| 1_u64.checked_shl(index)).unwrap_or(0);
        all |= bit;
        let what = if rule.by_category { What::Category(thing.category) } else { What::Item(thing.item) };
        match signals.happened(rule.kind, what, hours) {
            Ok(true) => gone |= bit,
            Ok(false) => {}
            // A pending event of another value of the list may be visible here.
            Err(Reason::EdgeOnly) => hidden = true,
            Err(reason) => return Err(reason),
        }
    }
    if gone == 0 {
        return if hidden { Err(Reason::EdgeOnly) } else { Ok(()) };
    }
    if hidden || gone == all {
        return Err(Reason::Suppressed);
    }
    match rule.of {
        Of::Signal(list) if signals.leave_out(list, gone) => Ok(()),
        _ => Err(Reason::Suppressed),
    }
}

/// What is dismissed with the campaigns being dismissed, as far as rules need it: campaigns that a rule names, and the
/// subjects of campaigns that have such a rule themselves.
pub(super) fn dismissed(
    playbook: &Playbook,
    facts: &Facts,
    page: Page<'_>,
    state: &VisitorState<'_>,
) -> Vec<(Kind, Thing)> {
    let mut dismissed = Vec::new();
    for event in facts.browser.iter().flat_map(|browser| browser.events.iter()) {
        let Event::Dismissed(id) = event else { continue };
        let signals = RequestSignals::new(playbook, facts, page, state);
        let item = hash::code(id);
        for campaign in playbook.every_campaign() {
            for operator in campaign.operators() {
                let Operator::Suppress(rule) = operator else { continue };
                if rule.kind == Kind::Waved && rule.of == Of::Id(item) {
                    dismissed.push((Kind::Waved, Thing { item, category: 0 }));
                } else if rule.kind == Kind::Dismissed && campaign.code == item {
                    for thing in subjects(rule, playbook, &signals).unwrap_or_default() {
                        dismissed.push((Kind::Dismissed, thing));
                    }
                }
            }
        }
    }
    dismissed
}

/// The current subjects of a rule.
fn subjects(rule: Suppress, playbook: &Playbook, signals: &RequestSignals<'_>) -> Result<Vec<Thing>, Reason> {
    let mut things = Vec::new();
    let signal = match rule.of {
        Of::Id(code) => {
            let (item, category) = if rule.by_category { (0, code) } else { (code, 0) };
            things.push(Thing { item, category });
            return Ok(things);
        }
        Of::Signal(signal) => signal,
    };
    let known = |id: &str| {
        if signal.entry().names == Named::Item {
            thing(id, playbook)
        } else if playbook.is_sensitive(None, Some(id)) {
            Thing::default()
        } else {
            Thing { item: 0, category: hash::code(id) }
        }
    };
    match signals.read(signal).known()? {
        Some(Value::Text(id)) => things.push(known(id)),
        Some(Value::List(ids)) => {
            for index in 0..limits::TEMPLATE_ELEMENTS {
                let Some(id) = ids.text(index) else { break };
                things.push(known(id));
            }
        }
        Some(Value::Number(_) | Value::Flag(_)) | None => {}
    }
    Ok(things)
}
