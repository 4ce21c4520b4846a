//! Scratch buffers reused across pages: emptied vectors that keep their capacity.
//!
//! Everything that is kept between pages passes through here, so that only memory is kept and never a byte of a page.

use alloc::string::String;
use alloc::vec::Vec;

use crate::limits;

/// Largest capacity, in bytes, of one vector that is kept for the next page: what a group of blocks that is held back may
/// need, in a vector growing by doubling.
const KEPT: usize = 2 * limits::GROUP_BLOCKS * limits::BLOCK_BYTES;

/// The vector without its elements; dropped if its capacity exceeds `KEPT`.
pub(crate) fn emptied<T>(mut vector: Vec<T>) -> Vec<T> {
    vector.clear();
    if vector.capacity().saturating_mul(size_of::<T>()) > KEPT { Vec::new() } else { vector }
}

/// The text without its characters.
pub(crate) fn emptied_text(text: String) -> String {
    String::from_utf8(emptied(text.into_bytes())).unwrap_or_default()
}

/// The vector with these elements instead of its own.
pub(crate) fn refilled<T: Copy>(vector: Vec<T>, with: &[T]) -> Vec<T> {
    let mut vector = emptied(vector);
    vector.extend_from_slice(with);
    vector
}

/// Texts in one allocation, by number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    all: String,
    /// The end offset of each text.
    ends: Vec<usize>,
}

impl Texts {
    /// Adds a text; its number is the count before the call.
    pub(crate) fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.ends.push(self.all.len());
    }

    /// The number of texts.
    pub(crate) fn count(&self) -> usize {
        self.ends.len()
    }

    /// The text with this number; empty where there is none.
    pub(crate) fn get(&self, number: usize) -> &str {
        let from = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(number).and_then(|to| self.all.get(from..*to)).unwrap_or_default()
    }

    /// The same allocation without texts.
    pub(crate) fn emptied(self) -> Self {
        Self { all: emptied_text(self.all), ends: emptied(self.ends) }
    }
}
