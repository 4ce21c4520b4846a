//! Page count and start of a visit: read including this page, stored after the decision.

use super::VisitorState;
use crate::facts::Facts;
use crate::visitor::visit::Visit;

impl VisitorState<'_> {
    /// Counts this page and records the start of the visit, as far as a campaign needs it.
    pub(super) fn keep_pace(&mut self, facts: &Facts) {
        let Some(visit) = &mut self.visit else { return };
        if self.needs.pages && is_new(visit, facts) {
            visit.see_page();
        }
        if let Some(now) = facts.now.filter(|_| self.needs.seconds) {
            visit.begin(now);
        }
    }
}

/// The number of pages in this visit, including that of this request.
pub(in crate::decide) fn pages(visit: &Visit, facts: &Facts) -> i64 {
    i64::from(visit.pages()) + i64::from(is_new(visit, facts))
}

/// Whether this page is not counted yet: an edge counts every one; a browser counts the first decision without an edge,
/// and the one at which the visitor permits it.
fn is_new(visit: &Visit, facts: &Facts) -> bool {
    visit.pages() == 0 || facts.browser.as_ref().is_none_or(|browser| browser.arrives)
}
