//! Declared dates of the visitor: stored in visitor memory, or pending in the visit until an edge stores them.

use super::VisitorState;
use crate::assign::hash;
use crate::playbook::Playbook;
use crate::playbook::operators::Around;
use crate::reason::Reason;
use crate::signal::registry::Signal;
use crate::visitor::date_values::DateValue;
use crate::visitor::dates::Date;
use alloc::string::String;

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

    /// The value of this kind of that date.
    pub(in crate::decide) fn date_value(&self, code: u32, kind: u8) -> Option<&str> {
        // A date that is pending has no values but those pending.
        match self.visit.as_ref().filter(|visit| visit.declared(code).is_some()) {
            Some(visit) => visit.declared_value(code, kind),
            None => self.memory.as_ref()?.date_value(code, kind),
        }
    }

    /// Stores a declared date, `2027-05-01`, `05-01` or empty, with its values, as far as a campaign needs them; invalid
    /// text of the date changes nothing, and a value that is never kept is missing.
    pub(super) fn declare(
        &mut self,
        name: &str,
        text: &str,
        values: &[(String, String)],
        playbook: &Playbook,
    ) {
        let code = hash::code(name);
        let Some(around) = around(playbook, code) else { return };
        let date = if text.is_empty() { Some(Date::NONE) } else { Date::parse(text, around.yearly) };
        let Some(date) = date else { return };
        self.keep_date(code, date);
        for (name, text) in values.iter().filter(|_| date != Date::NONE) {
            let kind = Signal::date_value(name).map(|(kind, _)| kind);
            if let Some(value) = kind.and_then(|kind| DateValue::new(code, kind, text)) {
                self.keep_value(value, around.values);
            }
        }
    }

    /// Moves pending dates of a browser from the visit to memory, and drops those that are not needed or not permitted.
    pub(super) fn remember_dates(&mut self, playbook: &Playbook) {
        // Without keys or a clock they stay pending, and behind an edge for that edge.
        if matches!(self.remembers, Err(Reason::EdgeOnly | Reason::NoStorage)) {
            return;
        }
        let waiting = self.visit.as_mut().map(|visit| (visit.take_declared(), visit.take_values()));
        if let Some((dates, values)) = waiting {
            dates.for_each(|(code, date)| self.keep_date(code, date));
            values.into_iter().for_each(|value| self.keep_value(value, u8::MAX));
        }
        if let Some(memory) = &mut self.memory {
            memory.keep_dates(|code| around(playbook, code).is_some());
            memory.keep_values(|value| {
                around(playbook, value.date()).is_some_and(|around| around.values & value.bit() != 0)
            });
        }
    }

    fn keep_date(&mut self, code: u32, date: Date) {
        match (self.remembers, &mut self.memory, &mut self.visit) {
            (Ok(()), Some(memory), _) => memory.declare(code, date),
            (Err(Reason::EdgeOnly), _, Some(visit)) => visit.declare(code, date),
            _ => {}
        }
    }

    /// The same for a value of a date, if it is of these kinds.
    fn keep_value(&mut self, value: DateValue, kinds: u8) {
        match (self.remembers, &mut self.memory, &mut self.visit) {
            _ if kinds & value.bit() == 0 => {}
            (Ok(()), Some(memory), _) => memory.declare_value(value),
            (Err(Reason::EdgeOnly), _, Some(visit)) => visit.declare_value(value),
            _ => {}
        }
    }
}

/// The around-date operator of a campaign for the date with this code, with the values that all such campaigns show.
fn around(playbook: &Playbook, code: u32) -> Option<Around> {
    let asked = playbook.every_campaign().filter_map(|campaign| campaign.around());
    let asked = asked.filter(|around| around.date == code);
    asked.reduce(|all, one| Around { values: all.values | one.values, ..all })
}
