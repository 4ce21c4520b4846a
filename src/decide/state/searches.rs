//! Searches of the visitor: stored after the decision, and only while a campaign needs them.

use super::VisitorState;
use crate::facts::Facts;
use crate::http::personal::names_a_person;
use crate::http::query;
use crate::playbook::view::Page;

impl VisitorState<'_> {
    /// Records the search term of a results page: the first parameter of the name in the playbook.
    pub(super) fn search_of(&mut self, page: &Page<'_>, facts: &Facts) {
        let name = page.search.filter(|name| !names_a_person(name));
        if let Some(text) = name.and_then(|name| query::parameter(&facts.query, name)) {
            self.search(&text);
        }
    }

    /// Records a search, as far as a campaign needs it.
    pub(super) fn search(&mut self, text: &str) {
        if let Some(visit) = self.visit.as_mut().filter(|_| self.needs.searches) {
            visit.search(text);
        }
    }

    /// Drops searches that no campaign needs any more.
    pub(super) fn forget_searches(&mut self) {
        if let Some(visit) = self.visit.as_mut().filter(|_| !self.needs.searches) {
            visit.forget_searches();
        }
    }
}
