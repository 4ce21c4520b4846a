//! The end of a visit and the begin of the next one.
//!
//! A visit ends when the playbook's minutes have passed without a request or an event, however long the browser keeps
//! its cookie; if the playbook says so, also when a page comes with another campaign parameter. Visitor memory has the
//! minute of the last activity too, so that a visitor whose visit cookie is gone begins a visit only after as many
//! minutes. A page behind an edge notes in the cookie that it began a visit, and the edge counts it with the next page.

use super::VisitorState;
use crate::assign::hash;
use crate::facts::{Event, Facts};
use crate::http::personal::may_be_personal;
use crate::http::query;
use crate::playbook::view::Playbook;
use crate::reason::Reason;
use crate::visitor::visit::Visit;

impl VisitorState<'_> {
    /// Ends the visit if it is over, counts the one that begins, and records that the visitor is active now.
    ///
    /// What no person sees is no activity: the visit is over for its decision, and is so for the next one.
    pub(super) fn follow_visit(&mut self, playbook: &Playbook, facts: &Facts) {
        if let Some(memory) = self.memory.as_mut().filter(|_| !self.needs.visit_before) {
            memory.forget_visit();
        }
        let Some(now) = facts.now else { return };
        let (minutes, by_campaign) = playbook.visit_ends();
        let browser = facts.browser.as_ref();
        let arrives = browser.is_none_or(|browser| browser.arrives);
        let behind_edge = browser.is_some_and(|browser| browser.behind_edge);
        let happens = browser.is_some_and(|browser| browser.events.iter().any(|event| self.may_know(event)));
        let is_active = facts.is_seen() && (arrives || happens);
        let campaign = if by_campaign && arrives { campaign(facts) } else { 0 };
        let is_known = self.visit_is_there;
        let over = self.visit.as_ref().is_some_and(|visit| visit.is_over(now, minutes));
        let is_new = |visit: &Visit| is_known && campaign > 0 && visit.campaign() != campaign;
        let by_campaign = self.visit.as_ref().is_some_and(is_new);
        let ends = over || by_campaign;
        if ends && arrives {
            // A cart that only the page told is remembered before it is forgotten.
            self.remember_cart(playbook);
        }
        let keeps_unit = self.remembers != Err(Reason::NotPermitted);
        let mut goes_on = false;
        if let Some(visit) = &mut self.visit {
            goes_on = is_known && !ends && !visit.is_uncounted();
            if ends {
                visit.end(!arrives, keeps_unit);
            }
            if over {
                self.visit_reason = Reason::Expired;
            }
            if is_active {
                visit.act(now, campaign, behind_edge && !goes_on, behind_edge);
            }
        }
        let Some(memory) = self.memory.as_mut().filter(|_| is_active) else { return };
        let begins = memory.visits() == 0 || by_campaign;
        if (arrives && begins) || (!goes_on && memory.is_idle(now, minutes)) {
            if self.needs.visit_before {
                memory.note_visit();
            }
            memory.visit(now);
        } else {
            memory.act(now);
        }
    }

    /// Whether it may be known that this happened in the visit: what a visitor declares is kept in visitor memory alone.
    fn may_know(&self, event: &Event) -> bool {
        let is_declared = matches!(event, Event::Declared { .. } | Event::Preferred { .. });
        self.visit.is_some() && !(is_declared && self.remembers == Err(Reason::NotPermitted))
    }
}

/// The code of the page's campaign parameter; 0 for none, and for one that may name a person.
fn campaign(facts: &Facts) -> u32 {
    let named = query::parameter(&facts.query, "utm_campaign").filter(|text| !may_be_personal(text));
    named.map_or(0, |text| hash::code(&text))
}
