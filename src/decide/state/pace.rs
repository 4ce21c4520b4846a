//! Page count and start of a visit: read including this page, stored after the decision.

use super::VisitorState;
use crate::facts::Facts;
use crate::visitor::visit::Visit;

impl VisitorState<'_> {
    /// Counts this page and records the start of the visit, as far as a campaign needs it.
    pub(super) fn keep_pace(&mut self, facts: &Facts) {
        let arrives = self.is_new_view(facts);
        let Some(visit) = &mut self.visit else { return };
        if self.needs.pages && is_new(visit, arrives) {
            visit.see_page();
        }
        if let Some(now) = facts.now.filter(|_| self.needs.seconds) {
            visit.begin(now);
        }
    }
}

/// The number of pages in this visit, including that of this request; `arrives` tells that its view begins.
pub(in crate::decide) fn pages(visit: &Visit, arrives: bool) -> i64 {
    i64::from(visit.pages()) + i64::from(is_new(visit, arrives))
}

/// Whether this page is not counted yet: its view begins, or the visitor permits only now that it is counted.
const fn is_new(visit: &Visit, arrives: bool) -> bool {
    visit.pages() == 0 || arrives
}
