//! Suppression: a campaign stays away for some days after what it is about was bought, removed from the cart or dismissed.
//!
//! What it is about is what a signal names at this moment, each of its values where it is a list, or one fixed id. By item
//! the same item must have been bought; by category anything of its category, as the site told it or the catalog has it; what
//! is in no category is suppressed by none. By campaign, the campaign or the one it names was waved away. An item or category
//! counts as dismissed when a campaign with such a rule was waved away while it was about it. Where the signal has no value
//! there is nothing to suppress.
//!
//! It lasts `days` times 24 hours, counted in whole hours from the one in which visitor memory heard of it: in the hour in
//! which they are over it is shown again. What is bought takes a removal of the same item back. Memory keeps twelve purchases
//! and eight of the others: of too many the oldest is forgotten, and suppresses nothing any more.
//!
//! Memory is kept for `persistent_personalization`, and what happens in the browser reaches it by the visit, which needs
//! `session_personalization`. Without either the campaign is not shown, since it could not keep its promise; nor is it where
//! nothing can be remembered, on a host without a clock, keys or entropy. A browser behind an edge sees what waits in the
//! visit, and for all else leaves the block as the edge had it.

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

/// Whether the rule does not hold.
///
/// # Errors
///
/// [`Reason::Suppressed`]; [`Reason::NotPermitted`]; [`Reason::NoStorage`] where nothing can be remembered; and
/// [`Reason::EdgeOnly`] where only the edge sees what happened.
pub(super) fn open(rule: Suppress, asked: Asked<'_>, signals: &RequestSignals<'_>) -> Result<(), Reason> {
    if holds(rule, asked.playbook, signals)? { Err(Reason::Suppressed) } else { Ok(()) }
}

/// What is dismissed with the campaigns that are being waved away, as far as rules ask for it: those that a rule names, and
/// what those are about that have such a rule themselves.
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

fn holds(rule: Suppress, playbook: &Playbook, signals: &RequestSignals<'_>) -> Result<bool, Reason> {
    let hours = HOURS_A_DAY * i64::from(rule.days);
    let mut hidden = Ok(false);
    for thing in subjects(rule, playbook, signals)? {
        let what = if rule.by_category { What::Category(thing.category) } else { What::Item(thing.item) };
        match signals.happened(rule.kind, what, hours) {
            Ok(false) => {}
            // Another thing of the list may wait in plain sight.
            Err(Reason::EdgeOnly) => hidden = Err(Reason::EdgeOnly),
            found => return found,
        }
    }
    hidden
}

/// What a rule is about right now.
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
