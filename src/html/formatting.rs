//! Formatting elements (b, i, a, font …): they are reopened after the element around them, and end across others.
//!
//! Follows the HTML standard's list of active formatting elements and its adoption agency. Text is not seen here, so
//! elements are reopened at the next tag that would do it. For the ends of blocks the result is the same.

use super::names::{self, Name};
use super::tree::{Element, Inside, Space, Tree};

/// Longest list that is followed; further elements evict the oldest.
const LIST: usize = 128;
/// How many rounds the adoption agency makes, by the standard.
const TRIES: usize = 8;

/// An entry of the list; number zero is a marker that hides the entries before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Active {
    pub(crate) name: Name,
    /// The number of its element, see `Element::number`.
    pub(crate) number: u32,
    /// Whether its element is open.
    pub(crate) open: bool,
    /// Whether its start tag had no attributes.
    pub(crate) bare: bool,
}

impl Tree {
    /// Reopens the formatting elements that ended only because the element around them did.
    #[inline]
    pub(crate) fn reopen(&mut self) {
        if self.active.last().is_some_and(|last| last.number != 0 && !last.open) {
            self.reopen_closed();
        }
    }

    #[cold]
    fn reopen_closed(&mut self) {
        let from =
            self.active.iter().rposition(|entry| entry.number == 0 || entry.open).map_or(0, |at| at + 1);
        for at in from..self.active.len() {
            let number = self.next_number();
            let Some(entry) = self.active.get_mut(at) else { return };
            entry.number = number;
            entry.open = true;
            let name = entry.name;
            self.push_numbered(name, names::flags(name, None), number);
        }
    }

    /// Handles the start of a formatting element.
    pub(crate) fn push_formatting(&mut self, name: Name, flags: u32, bare: bool) {
        let number = self.list_formatting(name, bare);
        self.push_numbered(name, flags, number);
    }

    /// Adds the entry to the list alone; returns the number of its element.
    pub(super) fn list_formatting(&mut self, name: Name, bare: bool) -> u32 {
        let number = self.next_number();
        // Of equal elements three are kept ("Noah's Ark"); with attributes they are taken to differ.
        if bare {
            let from = self.active.iter().rposition(|entry| entry.number == 0).map_or(0, |at| at + 1);
            let same = |entry: &Active| entry.bare && entry.name == name;
            let since = self.active.get(from..).unwrap_or_default();
            if since.iter().filter(|entry| same(entry)).count() >= 3
                && let Some(first) = since.iter().position(same)
            {
                self.active.remove(from + first);
            }
        }
        if self.active.len() >= LIST {
            self.active.remove(0);
        }
        self.active.push(Active { name, number, open: true, bare });
        number
    }

    fn push_numbered(&mut self, name: Name, flags: u32, number: u32) {
        self.push(name, flags, Space::Html, None);
        if let Some(top) = self.stack.last_mut() {
            top.number = number;
        }
    }

    fn next_number(&mut self) -> u32 {
        self.last_number = self.last_number.wrapping_add(1).max(1);
        self.last_number
    }

    /// Adds a marker: formatting elements before it are not seen by what follows.
    pub(crate) fn hide_formatting(&mut self) {
        if self.active.len() >= LIST {
            self.active.remove(0);
        }
        self.active.push(Active { name: Name::default(), number: 0, open: false, bare: false });
    }

    /// Removes the entries since the last marker, and the marker.
    pub(crate) fn forget_formatting(&mut self) {
        let marker = self.active.iter().rposition(|entry| entry.number == 0).unwrap_or(0);
        self.active.truncate(marker);
    }

    /// Handles the removal of the element with this number from the stack.
    pub(crate) fn formatting_left(&mut self, number: u32) {
        if let Some(entry) = self.active.iter_mut().rfind(|entry| entry.number == number) {
            entry.open = false;
        }
    }

    /// The index in the list of the last element of this name.
    pub(crate) fn active_formatting(&self, key: u64) -> Option<usize> {
        for (at, entry) in self.active.iter().enumerate().rev() {
            if entry.number == 0 {
                return None;
            }
            if entry.name.key == key {
                return Some(at);
            }
        }
        None
    }

    /// Runs the adoption agency; false if the end tag belongs to no formatting element.
    pub(crate) fn adopt(&mut self, name: Name, by_end_tag: bool) -> bool {
        let top = self.stack.last();
        if top.is_some_and(|top| {
            top.is(name.key) && !self.active.iter().any(|entry| entry.number == top.number)
        }) {
            self.end_by(self.stack.len() - 1, by_end_tag);
            return true;
        }
        for turn in 0..TRIES {
            let Some(entry) = self.active_formatting(name.key) else { return turn > 0 };
            let number = self.active.get(entry).map_or(0, |entry| entry.number);
            let Some(at) = self.stack.iter().rposition(|element| element.number == number) else {
                self.active.remove(entry);
                return true;
            };
            let above = self.stack.get(at + 1..).unwrap_or_default();
            if above.iter().any(|element| element.has(names::SCOPE)) {
                return true;
            }
            let Some(furthest) = above.iter().position(|element| element.has(names::SPECIAL)) else {
                self.active.remove(entry);
                self.end_by(at, by_end_tag);
                return true;
            };
            self.move_into(at, at + 1 + furthest, by_end_tag);
        }
        true
    }

    fn end_by(&mut self, at: usize, by_end_tag: bool) {
        if by_end_tag { self.end_at(at, true) } else { self.pop_to(at, false) }
    }

    /// Moves the element at `at` into the special one at `furthest`; ordinary ones between end.
    fn move_into(&mut self, at: usize, mut furthest: usize, by_end_tag: bool) {
        let mut bookmark = None;
        let mut node = furthest;
        let mut passed = 0;
        while node > at + 1 {
            node -= 1;
            passed += 1;
            let number = self.stack.get(node).map_or(0, |element| element.number);
            let listed = self.active.iter().rposition(|entry| entry.number == number && number != 0);
            match listed {
                Some(entry) if passed > 3 => {
                    self.active.remove(entry);
                    self.remove(node, false);
                    furthest -= 1;
                }
                Some(_) => {
                    // A copy replaces it; the marked element is not the copy.
                    let copy = self.next_number();
                    if let Some(entry) = self.active.iter_mut().find(|entry| entry.number == number) {
                        entry.number = copy;
                    }
                    if let Some(element) = self.stack.get_mut(node) {
                        element.number = copy;
                        let block = core::mem::take(&mut element.block);
                        if block != 0 {
                            self.ended.push((block, false));
                        }
                    }
                    if bookmark.is_none() && passed == 1 {
                        bookmark = Some(copy);
                    }
                }
                None => {
                    self.remove(node, false);
                    furthest -= 1;
                }
            }
        }
        let Some(element) = self.stack.get(at).copied() else { return };
        let number = self.next_number();
        let listed = self.active.iter().rposition(|entry| entry.number == element.number);
        self.remove(at, false);
        if let Some(from) = listed {
            let mut entry = self.active.remove(from);
            entry.number = number;
            entry.open = true;
            let behind = bookmark.and_then(|copy| self.active.iter().position(|entry| entry.number == copy));
            self.active.insert(behind.map_or(from, |at| at + 1), entry);
        }
        // The special element is one place lower now, and the copy goes right behind it.
        let copy = Element { number, block: 0, inside: Inside::Unset, ..element };
        self.insert(furthest, copy);
        if by_end_tag {
            self.low = self.low.min(at);
        }
    }
}
