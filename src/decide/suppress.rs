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

use alloc::vec;
use alloc::vec::Vec;

use super::signals::Signals;
use super::state::{State, thing};
use crate::assign::hash;
use crate::condition::{Reading, Signals as _, Value};
use crate::facts::{Event, Facts};
use crate::playbook::view::{Campaign, Of, Operator, Page, Playbook, Suppress};
use crate::reason::Reason;
use crate::visitor::past::{Kind, Thing, What};

const HOURS_A_DAY: i64 = 24;

/// Whether the visitor permits that what its rules ask for is remembered, asked before anything is read.
pub(super) fn permitted(campaign: &Campaign<'_>, signals: &Signals<'_>) -> bool {
    let asks = |operator| matches!(operator, Operator::Suppress(_));
    !campaign.operators().any(asks) || signals.may_know_the_past()
}

/// Whether none of its suppressions holds.
///
/// # Errors
///
/// [`Reason::Suppressed`]; [`Reason::NoPermit`]; [`Reason::Uncounted`] where nothing can be remembered; and
/// [`Reason::OutOfSight`] where only the edge sees what happened.
pub(super) fn open(
    playbook: &Playbook,
    campaign: &Campaign<'_>,
    signals: &Signals<'_>,
) -> Result<(), Reason> {
    let mut hidden = Ok(());
    for rule in rules(campaign) {
        match holds(rule, playbook, signals) {
            Ok(false) => {}
            Ok(true) => return Err(Reason::Suppressed),
            // Another rule may hold in plain sight.
            Err(Reason::OutOfSight) => hidden = Err(Reason::OutOfSight),
            Err(other) => return Err(other),
        }
    }
    hidden
}

/// What the campaigns that are being waved away are about, where their rules ask that it be remembered.
pub(super) fn dismissed(playbook: &Playbook, facts: &Facts, page: Page<'_>, state: &State<'_>) -> Vec<Thing> {
    let mut dismissed = Vec::new();
    for event in facts.browser.iter().flat_map(|browser| browser.events.iter()) {
        let Event::Dismissed(id) = event else { continue };
        let signals = Signals::new(playbook, facts, page, state);
        let mut campaigns = (0..u16::MAX).map_while(|index| playbook.campaign(index));
        let campaign = campaigns.find(|campaign| campaign.id == id);
        for rule in campaign.iter().flat_map(rules).filter(|rule| rule.kind == Kind::Dismissed) {
            dismissed.extend(subjects(rule, playbook, &signals).unwrap_or_default());
        }
    }
    dismissed
}

fn rules(campaign: &Campaign<'_>) -> impl Iterator<Item = Suppress> {
    campaign.operators().filter_map(|operator| match operator {
        Operator::Suppress(rule) => Some(rule),
        _ => None,
    })
}

fn holds(rule: Suppress, playbook: &Playbook, signals: &Signals<'_>) -> Result<bool, Reason> {
    let hours = HOURS_A_DAY * i64::from(rule.days);
    for thing in subjects(rule, playbook, signals)? {
        let what = if rule.by_category { What::Category(thing.category) } else { What::Item(thing.item) };
        if signals.happened(rule.kind, what, hours)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a rule is about right now.
fn subjects(rule: Suppress, playbook: &Playbook, signals: &Signals<'_>) -> Result<Vec<Thing>, Reason> {
    let signal = match rule.of {
        Of::Id(category) if rule.by_category => return Ok(vec![Thing { item: 0, category }]),
        Of::Id(item) => return Ok(vec![Thing { item, category: 0 }]),
        Of::Signal(signal) => signal,
    };
    let known = |id: &str| {
        if signal.entry().names_item {
            thing(id, playbook)
        } else {
            Thing { item: 0, category: hash::code(id) }
        }
    };
    match signals.read(signal) {
        Reading::Known(Value::Text(id)) => Ok(vec![known(id)]),
        Reading::Known(Value::List(ids)) => Ok((0..).map_while(|index| ids.text(index)).map(known).collect()),
        Reading::Known(_) | Reading::Missing => Ok(Vec::new()),
        Reading::Withheld => Err(Reason::NoPermit),
        Reading::OutOfSight => Err(Reason::OutOfSight),
    }
}
