//! Dates that the site declared of the visitor: into visitor memory, or into the visit until an edge takes them over.

use super::State;
use crate::assign::hash;
use crate::playbook::view::{Around, Playbook};
use crate::reason::Reason;
use crate::visitor::dates::Date;

impl State<'_> {
    /// The date that was declared last under the name with this code.
    ///
    /// # Errors
    ///
    /// [`Reason::NoPermit`], and [`Reason::OutOfSight`] where an edge may know it and nothing waits for that edge.
    pub(in crate::decide) fn date(&self, code: u32) -> Result<Option<Date>, Reason> {
        if self.remembers == Err(Reason::NoPermit) {
            return Err(Reason::NoPermit);
        }
        if let Some(waiting) = self.visit.as_ref().and_then(|visit| visit.declared(code)) {
            return Ok(waiting);
        }
        if self.out_of_sight {
            return Err(Reason::OutOfSight);
        }
        Ok(self.memory.as_ref().and_then(|memory| memory.date(code)))
    }

    /// Keeps what the site declares, `2027-05-01`, `05-01` or nothing, as far as a campaign needs it; what is no date changes
    /// nothing.
    pub(super) fn declare(&mut self, name: &str, text: &str, playbook: &Playbook) {
        let code = hash::code(name);
        let Some(around) = arounds(playbook).find(|around| around.date == code) else { return };
        let date = Date::parse(text, around.yearly);
        if date.is_some() || text.is_empty() {
            self.keep_date(code, date);
        }
    }

    /// Moves what a browser has left in the visit to where it is remembered, and drops what nothing needs or nobody permits.
    pub(super) fn remember_dates(&mut self, playbook: &Playbook) {
        if self.out_of_sight {
            return;
        }
        if let Some(memory) = &mut self.memory {
            memory.keep_dates(|code| arounds(playbook).any(|around| around.date == code));
        }
        // Without keys or a clock they go on waiting.
        if self.remembers == Err(Reason::Uncounted) {
            return;
        }
        let waiting = self.visit.as_mut().map(|visit| visit.take_declared()).unwrap_or_default();
        for (code, date) in waiting {
            if arounds(playbook).any(|around| around.date == code) {
                self.keep_date(code, date);
            }
        }
    }

    fn keep_date(&mut self, code: u32, date: Option<Date>) {
        match self.remembers {
            Ok(()) => {
                if let Some(memory) = &mut self.memory {
                    memory.declare(code, date);
                }
            }
            Err(Reason::OutOfSight) => {
                if let Some(visit) = &mut self.visit {
                    visit.declare(code, date);
                }
            }
            Err(_) => {}
        }
    }
}

/// The dates around which campaigns of a playbook run.
fn arounds(playbook: &Playbook) -> impl Iterator<Item = Around> {
    (0..u16::MAX).map_while(|index| playbook.campaign(index)).filter_map(|campaign| campaign.around())
}
