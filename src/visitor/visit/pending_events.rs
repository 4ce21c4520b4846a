//! What was bought, removed or dismissed in a visit and waits for an edge to remember it.

use alloc::string::String;
use alloc::vec::Vec;

use super::Visit;
use super::codec::code;
use crate::base::text;
use crate::visitor::history::{Kind, Past, Thing, add};

impl Visit {
    /// Takes so many pieces of an item out of the cart, as a purchase does; 0 for all of them.
    pub fn take_from_cart(&mut self, item: &str, quantity: u16) {
        for line in self.cart.iter_mut().filter(|line| line.item == item) {
            line.quantity = if quantity == 0 { 0 } else { line.quantity.saturating_sub(quantity) };
        }
        self.cart.retain(|line| line.quantity > 0);
    }

    /// What was bought, removed or dismissed in this visit where no memory could be written, newest first.
    pub fn past(&self) -> &[Past] {
        &self.past
    }

    /// Notes what happened for an edge to remember; of too many, the oldest is lost to it. What is noted already is not
    /// noted again, and what is bought was not removed.
    pub fn note(&mut self, kind: Kind, thing: Thing) {
        add(&mut self.past, Past { kind, thing, hour: 0 });
        self.fit();
    }

    /// Forgets what happened, which is remembered now.
    pub fn take_past(&mut self) -> Vec<Past> {
        core::mem::take(&mut self.past)
    }
}

/// Writes one that waits.
pub(super) fn write(value: &mut String, waiting: &Past) {
    let Past { kind, thing, .. } = waiting;
    text::push_hex(value, *kind as u64, 1);
    text::push_hex(value, thing.item.into(), 8);
    text::push_hex(value, thing.category.into(), 8);
}

/// Reads what [`write`] has written.
pub(super) fn read(text: &str) -> Option<Past> {
    let kind = Kind::from_code(u8::try_from(text::hex_number(text.get(..1)?, 1)?).ok()?)?;
    Some(Past {
        kind,
        thing: Thing { item: code(text.get(1..9)?)?, category: code(text.get(9..)?)? },
        hour: 0,
    })
}
