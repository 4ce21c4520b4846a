//! Preferences of the visitor: stored in visitor memory, or pending in the visit until an edge stores them.
//!
//! Only what the playbook lists is stored; the list is empty if no campaign reads [`Signal::Preferences`]. A later choice
//! replaces the earlier one of that name.
//!
//! [`Signal::Preferences`]: crate::signal::registry::Signal::Preferences

use alloc::vec::Vec;

use super::VisitorState;
use crate::assign::hash;
use crate::playbook::view::Playbook;
use crate::reason::Reason;
use crate::visitor::preferred::number;

impl VisitorState<'_> {
    /// Stores a preference, or withdraws it for an empty value; a name or value that is not listed changes nothing.
    pub(super) fn prefer(&mut self, name: &str, value: &str, playbook: &Playbook) {
        let listed = |(known, one): (&str, &str)| known == name && (value.is_empty() || one == value);
        if playbook.preferences().any(|(_, pair)| listed(pair)) {
            self.keep_choice(hash::code(name), number(value));
        }
    }

    /// Moves pending preferences of a browser from the visit to memory, and drops those that are not listed or not
    /// permitted.
    pub(super) fn remember_preferred(&mut self, playbook: &Playbook) {
        // Without keys or a clock they stay pending, and behind an edge for that edge.
        if matches!(self.remembers, Err(Reason::EdgeOnly | Reason::NoStorage)) {
            return;
        }
        let listed = |code, wanted| {
            playbook
                .preferences()
                .any(|(_, (name, value))| hash::code(name) == code && number(value) == wanted)
        };
        let waiting = self.visit.as_mut().map(|visit| visit.take_preferred());
        for (code, number) in waiting.into_iter().flatten() {
            if number == 0 || listed(code, number) {
                self.keep_choice(code, number);
            }
        }
        if let Some(memory) = &mut self.memory {
            memory.keep_preferred(listed);
        }
    }

    /// The visitor's preferences, each as `name=value`, in the order of the playbook; pending ones replace those of
    /// memory.
    pub(in crate::decide) fn preferences<'p>(&self, playbook: &'p Playbook) -> Vec<&'p str> {
        let chosen = |name: &str| {
            let code = hash::code(name);
            let waiting = self.visit.as_ref().and_then(|visit| visit.preferred(code));
            waiting.or_else(|| self.memory.as_ref()?.preferred(code))
        };
        let all = playbook.preferences();
        all.filter(|(_, (name, value))| chosen(name) == Some(number(value))).map(|(pair, _)| pair).collect()
    }

    fn keep_choice(&mut self, code: u32, number: u16) {
        match (self.remembers, &mut self.memory, &mut self.visit) {
            (Ok(()), Some(memory), _) => memory.prefer(code, number),
            (Err(Reason::EdgeOnly), _, Some(visit)) => visit.prefer(code, number),
            _ => {}
        }
    }
}
