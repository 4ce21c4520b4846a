//! Forms: an end tag ends the form that began last outside templates, if that form is still open.
//!
//! The standard keeps a form pointer. If a form ended because an element around it did, the pointer stays, and the form's
//! end tag then ends nothing.

use super::names;
use super::tag::Tag;
use super::tree::Tree;

impl Tree {
    /// Prepares for a form; false if its tag is dropped here.
    pub(super) fn ready_for_form(&mut self) -> bool {
        if self.templates == 0 {
            if self.form != 0 {
                return false;
            }
            self.last_form = self.last_form.saturating_add(1);
            self.form = self.last_form;
        }
        if self.reads_table_parts() {
            // Such a form is in the tree, but it ends before its content begins.
            return false;
        }
        self.close_paragraph();
        true
    }

    /// Handles the end tag of a form.
    pub(super) fn end_form(&mut self) {
        if self.templates != 0 {
            if let Some(at) = self.in_scope(names::FORM, 0) {
                self.end_at(at, true);
            }
            return;
        }
        let form = core::mem::take(&mut self.form);
        if self.form_in_scope(form).is_some() {
            self.pop_implied(0);
            if let Some(at) = self.form_in_scope(form) {
                // Only the form itself is removed; elements open in it stay open, and a block among those crosses a form
                // that is one.
                let marked = self.stack.get(at).is_some_and(|form| form.block != 0);
                self.remove(at, true);
                if marked {
                    self.give_up_from(at);
                }
                self.low = self.low.min(self.stack.len());
            }
        }
    }

    /// The stack index of the form with this number, if it is open in scope.
    fn form_in_scope(&self, form: u32) -> Option<usize> {
        for (at, element) in self.stack.iter().enumerate().rev() {
            if form != 0 && element.form == form {
                return Some(at);
            }
            if element.has(names::SCOPE) {
                return None;
            }
        }
        None
    }

    /// Handles a form's end tag where nothing is open.
    pub(super) fn end_form_alone(&mut self, tag: &Tag) {
        if tag.name.key == names::FORM {
            self.form = 0;
        }
    }
}
