//! Declared dates of the visitor: stored in visitor memory, or pending in the visit until an edge stores them.

use super::VisitorState;
use crate::assign::hash;
use crate::playbook::Playbook;
use crate::playbook::operators::Around;
use crate::reason::Reason;
use crate::visitor::dates::Date;

impl VisitorState<'_> {
    /// The date that was declared last under the name with this code.
    ///
    /// # Errors
    ///
    /// [`Reason::NotPermitted`], and [`Reason::EdgeOnly`] if an edge may have it and none is pending.
    pub(in crate::decide) fn date(&self, code: u32) -> Result<Option<Date>, Reason> {
        if self.remembers == Err(Reason::NotPermitted) {
            return Err(Reason::NotPermitted);
        }
        let waiting = self.visit.as_ref().and_then(|visit| visit.declared(code));
        if waiting.is_none() && self.out_of_sight {
            return Err(Reason::EdgeOnly);
        }
        Ok(waiting.or_else(|| self.memory.as_ref()?.date(code)))
    }

    /// Stores a declared date, `2027-05-01`, `05-01` or empty, as far as a campaign needs it; invalid text changes
    /// nothing.
    pub(super) fn declare(&mut self, name: &str, text: &str, playbook: &Playbook) {
        let code = hash::code(name);
        let Some(around) = around(playbook, code) else { return };
        let date = if text.is_empty() { Some(Date::NONE) } else { Date::parse(text, around.yearly) };
        if let Some(date) = date {
            self.keep_date(code, date);
        }
    }

    /// Moves pending dates of a browser from the visit to memory, and drops those that are not needed or not permitted.
    pub(super) fn remember_dates(&mut self, playbook: &Playbook) {
        // Without keys or a clock they stay pending, and behind an edge for that edge.
        if matches!(self.remembers, Err(Reason::EdgeOnly | Reason::NoStorage)) {
            return;
        }
        let waiting = self.visit.as_mut().map(|visit| visit.take_declared());
        for (code, date) in waiting.into_iter().flatten() {
            self.keep_date(code, date);
        }
        if let Some(memory) = &mut self.memory {
            memory.keep_dates(|code| around(playbook, code).is_some());
        }
    }

    fn keep_date(&mut self, code: u32, date: Date) {
        match (self.remembers, &mut self.memory, &mut self.visit) {
            (Ok(()), Some(memory), _) => memory.declare(code, date),
            (Err(Reason::EdgeOnly), _, Some(visit)) => visit.declare(code, date),
            _ => {}
        }
    }
}

/// The around-date operator of a campaign for the date with this code.
fn around(playbook: &Playbook, code: u32) -> Option<Around> {
    let mut asked = playbook.every_campaign().filter_map(|campaign| campaign.around());
    asked.find(|around| around.date == code)
}
