//! Pending events of a visit: purchases, removals and dismissals that no edge has stored yet.

use alloc::string::String;
use alloc::vec::Vec;

use super::Visit;
use super::codec::code;
use crate::base::text;
use crate::limits;
use crate::visitor::history::{Kind, Past, Thing, add};

impl Visit {
    /// Removes so many pieces of an item from the cart, after a purchase; 0 for all of them.
    pub fn take_from_cart(&mut self, item: &str, quantity: u16) {
        for line in self.cart.iter_mut().filter(|line| line.item == item) {
            line.quantity = if quantity == 0 { 0 } else { line.quantity.saturating_sub(quantity) };
        }
        self.cart.retain(|line| line.quantity > 0);
    }

    /// The pending events of this visit, newest first.
    pub fn past(&self) -> &[Past] {
        &self.past
    }

    /// Adds a pending event for an edge; when full, the oldest is lost. A repeated event is not added again, and a
    /// purchase cancels a removal of the same item.
    pub fn note(&mut self, kind: Kind, thing: Thing) {
        add(&mut self.past, Past { kind, thing, hour: 0 }, limits::MEMORY_PURCHASES);
        self.fit();
    }

    /// Removes the pending events, after they were stored.
    pub fn take_past(&mut self) -> Vec<Past> {
        core::mem::take(&mut self.past)
    }
}

/// Writes a pending event.
pub(super) fn write(value: &mut String, waiting: &Past) {
    let Past { kind, thing, .. } = waiting;
    text::push_hex(value, *kind as u64, 1);
    text::push_hex(value, thing.item.into(), 8);
    text::push_hex(value, thing.category.into(), 8);
}

/// Parses the form of [`write`].
pub(super) fn read(text: &str) -> Option<Past> {
    let kind = Kind::from_code(u8::try_from(text::hex_number(text.get(..1)?, 1)?).ok()?)?;
    Some(Past {
        kind,
        thing: Thing { item: code(text.get(1..9)?)?, category: code(text.get(9..)?)? },
        hour: 0,
    })
}
