//! Purchases, removals and dismissals: where they are stored, and where they are pending.
//!
//! A purchase is reported by the site. A removal is an item of the previous cart that the new one lacks, unless it was
//! bought in between. A dismissal is recorded for a campaign that a rule names, and for the subject of a campaign whose
//! rule needs it.
//!
//! Visitor memory stores them, for `persistent_personalization`. Behind an edge a browser cannot write it: there they are
//! pending in the visit, which needs `session_personalization` too, and are recorded by the edge with the visitor's next
//! page.

use alloc::string::String;
use alloc::vec::Vec;

use super::VisitorState;
use crate::assign::hash;
use crate::base::text;
use crate::facts::Facts;
use crate::playbook::view::Playbook;
use crate::reason::Reason;
use crate::visitor::history::{Kind, Thing};
use crate::visitor::visit::{Line, Visit};

impl VisitorState<'_> {
    /// Records an event, if a campaign needs it. What was bought leaves the cart in memory and is not removed any more, also
    /// where no campaign asks for purchases.
    pub(in crate::decide) fn remember(
        &mut self,
        kind: Kind,
        thing: Thing,
        playbook: &Playbook,
        facts: &Facts,
    ) {
        let (bought, kept) = (kind == Kind::Bought, self.needs.past(kind) > 0);
        let settles = bought && (self.needs.left_cart || self.needs.past(Kind::Removed) > 0);
        if !(kept || settles) || thing.is_none() {
            return;
        }
        match (self.remembers, &mut self.memory, facts.now, &mut self.visit) {
            (Ok(()), Some(memory), Some(now), _) => {
                if bought {
                    memory.settle(thing.item);
                }
                if kept {
                    memory.remember(kind, thing, now, playbook.keeping().purchases);
                }
            }
            (Err(Reason::EdgeOnly), _, _, Some(visit)) => visit.note(kind, thing),
            _ => {}
        }
    }

    /// Removes a purchased item from the cart, so that the emptied cart that follows records no removal.
    pub(super) fn buy(&mut self, line: (&str, &str, u16), playbook: &Playbook, facts: &Facts) {
        let (item, category, quantity) = line;
        self.change_cart(facts, |visit| visit.take_from_cart(item, quantity));
        if text::is_id(item) {
            let mut thing = thing(item, playbook);
            if text::is_id(category) && !thing.is_none() {
                let is_sensitive = playbook.is_sensitive(None, Some(category));
                thing = if is_sensitive {
                    Thing::default()
                } else {
                    Thing { category: hash::code(category), ..thing }
                };
            }
            self.remember(Kind::Bought, thing, playbook, facts);
        }
    }

    /// Replaces the cart, and records the items that it no longer has as removed.
    pub(super) fn fill_cart(&mut self, lines: &[(String, u16)], playbook: &Playbook, facts: &Facts) {
        let now: Vec<(&str, u16)> = lines.iter().map(|(item, count)| (item.as_str(), *count)).collect();
        for line in self.change_cart(facts, |visit| visit.set_cart(&now)) {
            if !now.iter().any(|(item, count)| line.item == *item && *count > 0) {
                self.remember(Kind::Removed, thing(&line.item, playbook), playbook, facts);
            }
        }
    }

    /// Changes the cart, records the time, and returns its previous lines; none if the visit may not be stored.
    fn change_cart(&mut self, facts: &Facts, change: impl FnOnce(&mut Visit)) -> Vec<Line> {
        let Some(visit) = &mut self.visit else { return Vec::new() };
        let before = visit.cart().to_vec();
        change(visit);
        visit.note_cart(&before, facts.now.filter(|_| self.needs.cart_change));
        before
    }

    /// Records the pending events of the visit, and drops those that no campaign needs.
    pub(super) fn take_over(&mut self, playbook: &Playbook, facts: &Facts) {
        let (Ok(()), Some(memory), Some(now)) = (self.remembers, &mut self.memory, facts.now) else { return };
        memory.keep_past(|kind| self.needs.past(kind), now, playbook.keeping().purchases);
        let waiting = self.visit.as_mut().map(Visit::take_past).unwrap_or_default();
        for past in waiting.iter().rev() {
            self.remember(past.kind, past.thing, playbook, facts);
        }
    }
}

/// An item with the category that the catalog gives it; nothing where it is sensitive.
pub(in crate::decide) fn thing(item: &str, playbook: &Playbook) -> Thing {
    if playbook.is_sensitive(Some(item), None) {
        return Thing::default();
    }
    let category = playbook.item(item).and_then(|item| item.category).map_or(0, hash::code);
    Thing { item: hash::code(item), category }
}
