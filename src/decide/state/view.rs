//! Page views: a reload is the same view, and counts nothing that the view has counted.
//!
//! The page is its path and query. A fragment is not sent; a query often is what tells pages apart, and a reload repeats it.
//! Only the last view of which anything was counted is known, in the visit. Without the permit for the visit or without a clock
//! every page is a new view.

use alloc::string::String;

use super::VisitorState;
use crate::assign::hash;
use crate::facts::{BrowserFacts, Facts};
use crate::playbook::view::{Campaign, Page, Playbook};
use crate::response::outcome::Decision;

impl VisitorState<'_> {
    /// Finds out whether the page is reloaded.
    pub(super) fn follow_view(&mut self, facts: &Facts) {
        let arrives = facts.is_seen() && facts.browser.as_ref().is_none_or(|browser| browser.arrives);
        let is_same = || Some(self.visit.as_ref()?.is_same_view(code(facts), facts.now?));
        self.reloads = arrives && is_same().unwrap_or(false);
    }

    /// Whether a page view begins with this decision: at the edge with every response that is no reload, in a browser with
    /// the first decision without an edge.
    pub(in crate::decide) fn is_new_view(&self, facts: &Facts) -> bool {
        !self.reloads && facts.browser.as_ref().is_none_or(|browser| browser.arrives)
    }

    /// Whether this page view shows the campaign in this block already: the browser does, or the page that is reloaded did.
    pub(in crate::decide) fn shows_already(
        &self,
        facts: &Facts,
        block: u16,
        campaign: &Campaign<'_>,
    ) -> bool {
        let shows = |browser: &BrowserFacts| browser.shown.contains(&(block, campaign.index));
        let showed = || self.visit.as_ref().is_some_and(|visit| visit.showed(campaign.code));
        facts.browser.as_ref().is_some_and(shows) || (self.reloads && showed())
    }

    /// Records the page view, if anything is counted of it that is the visitor's.
    ///
    /// What is shown by the request alone leaves no trace: its page may be shared, and a cookie would forbid that. A page about
    /// something sensitive leaves none either, unless the visitor agreed to that.
    pub(super) fn keep_view(
        &mut self,
        playbook: &Playbook,
        facts: &Facts,
        page: &Page<'_>,
        decisions: &[Decision],
    ) {
        if self.needs.sensitive && !self.sensitive && playbook.is_sensitive(page.item, page.category) {
            return;
        }
        let arrives = facts.browser.as_ref().is_none_or(|browser| browser.arrives);
        let counts =
            self.needs.pages || (self.needs.interests && self.memory.is_some() && page.category.is_some());
        let shows =
            || decisions.iter().any(|decision| decision.chosen.is_some() && !decision.needs.is_empty());
        if let (Some(visit), Some(now)) = (&mut self.visit, facts.now)
            && arrives
            && (counts || shows())
        {
            visit.see_view(code(facts), now);
        }
    }

    /// Records that the page view shows a campaign.
    pub(super) fn keep_shown(&mut self, facts: &Facts, campaign: &Campaign<'_>) {
        if let Some(visit) = &mut self.visit {
            visit.show(code(facts), campaign.code);
        }
    }
}

/// The code of the page.
fn code(facts: &Facts) -> u32 {
    let mut page = String::from(facts.path.as_str());
    if !facts.query.is_empty() {
        page.push('?');
        page.push_str(&facts.query);
    }
    hash::code(&page)
}
