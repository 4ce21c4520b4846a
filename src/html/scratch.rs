//! Room that one page leaves to the next: vectors with nothing in them.
//!
//! Everything that outlives a page comes through here, so that what stays is memory and never a byte of the page.

use alloc::string::String;
use alloc::vec::Vec;

use crate::limits;

/// Most bytes of one vector that are kept for the next page: what a group of blocks that is held back may take, a vector
/// growing by doubling.
const KEPT: usize = 2 * limits::GROUP_BLOCKS * limits::BLOCK_BYTES;

/// The vector without its elements.
pub(crate) fn emptied<T>(mut vector: Vec<T>) -> Vec<T> {
    vector.clear();
    if vector.capacity().saturating_mul(size_of::<T>()) > KEPT { Vec::new() } else { vector }
}

/// The text without its characters.
pub(crate) fn emptied_text(text: String) -> String {
    String::from_utf8(emptied(text.into_bytes())).unwrap_or_default()
}

/// The vector with these elements in place of its own.
pub(crate) fn refilled<T: Copy>(vector: Vec<T>, with: &[T]) -> Vec<T> {
    let mut vector = emptied(vector);
    vector.extend_from_slice(with);
    vector
}

/// Texts in one piece of memory, by their numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    all: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Texts {
    /// Adds a text; its number is how many there were.
    pub(crate) fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.ends.push(self.all.len());
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.ends.len()
    }

    /// The text with this number; empty where there is none.
    pub(crate) fn get(&self, number: usize) -> &str {
        let from = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(number).and_then(|to| self.all.get(from..*to)).unwrap_or_default()
    }

    /// The same memory without a text.
    pub(crate) fn emptied(self) -> Self {
        Self { all: emptied_text(self.all), ends: emptied(self.ends) }
    }
}
