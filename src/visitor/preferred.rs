//! Preferences of a visitor: for each preference of the playbook one of its listed values.
//!
//! Only codes are stored, of the name and of the value, so that no text of a page is ever in a cookie. A later choice
//! replaces the earlier one.

use super::memory::Memory;
use super::named;
use super::sticky::variant_code;
use super::visit::Visit;
use crate::limits;

/// The number that stands for a value; 0 for an empty text: no preference.
///
/// ```
/// use parvis::visitor::preferred::number;
/// assert!(number("running") != number("hiking") && number("") == 0);
/// ```
pub fn number(value: &str) -> u16 {
    if value.is_empty() { 0 } else { variant_code(value) }
}

impl Memory {
    /// The number of the visitor's preference under the name with this code.
    pub fn preferred(&self, code: u32) -> Option<u16> {
        named::find(&self.preferred, code).and_then(|number| u16::try_from(number).ok())
    }

    /// Stores a choice in place of the previous one, or removes that one for 0; when full, the one made longest ago is
    /// evicted.
    pub fn prefer(&mut self, code: u32, number: u16) {
        named::remember(&mut self.preferred, limits::PREFERENCES, code, number.into());
    }

    /// Drops every choice that is not `listed`.
    pub fn keep_preferred(&mut self, listed: impl Fn(u32, u16) -> bool) {
        self.preferred
            .retain(|(code, number)| u16::try_from(*number).is_ok_and(|number| listed(*code, number)));
    }
}

impl Visit {
    /// The pending choice of this visit under the name with this code; 0 for a withdrawn one.
    pub fn preferred(&self, code: u32) -> Option<u16> {
        named::find(&self.preferred, code).and_then(|number| u16::try_from(number).ok())
    }

    /// Adds a pending choice, or its withdrawal for 0, for an edge; when full, the one made longest ago is lost.
    pub fn prefer(&mut self, code: u32, number: u16) {
        named::put(&mut self.preferred, limits::PREFERENCES, code, number.into());
        self.fit();
    }

    /// Removes the pending choices, after they were stored or if they may not be: names' codes with numbers, longest ago
    /// first.
    pub fn take_preferred(&mut self) -> impl Iterator<Item = (u32, u16)> + use<> {
        let taken = core::mem::take(&mut self.preferred).into_iter();
        taken.filter_map(|(code, number)| Some((code, u16::try_from(number).ok()?)))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use super::*;
    use crate::base::calendar::Millis;

    #[test]
    fn a_later_choice_replaces_the_earlier_and_0_takes_it_back() {
        let mut memory = Memory::begin(Millis(0)).unwrap();
        memory.prefer(1, 5);
        memory.prefer(2, 5);
        memory.prefer(1, 6);
        assert_eq!((memory.preferred(1), memory.preferred(2)), (Some(6), Some(5)));
        memory.prefer(1, 0);
        memory.prefer(7, 0);
        assert!(memory.preferred(1).is_none() && memory.preferred == [(2, 5)]);
        memory.keep_preferred(|code, number| (code, number) == (2, 6));
        assert!(memory.preferred.is_empty());
    }

    #[test]
    fn of_too_many_choices_the_one_made_longest_ago_falls_out() {
        let mut memory = Memory::begin(Millis(0)).unwrap();
        (0..9).for_each(|code| memory.prefer(code, 1));
        assert!(memory.preferred(0).is_none() && memory.preferred.len() == limits::PREFERENCES);
        memory.prefer(1, 1);
        memory.prefer(9, 1);
        assert!(memory.preferred(1).is_none(), "saying it again is no new choice");
    }
}
