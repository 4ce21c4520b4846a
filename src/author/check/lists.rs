//! Checks of the lists that templates have of the playbook itself: of the catalog, of a category, and of stores.

use alloc::format;
use alloc::vec::Vec;

use super::names::Names;
use super::site::reference;
use super::{Finding, Place};
use crate::author::template::{Compiled, Of};

/// Reports the lists of the template at `pointer` that hold nothing.
pub(in crate::author) fn check(
    compiled: &Compiled,
    names: &Names<'_>,
    pointer: &str,
    findings: &mut Vec<Finding>,
) {
    for (at, of) in &compiled.listings {
        let nothing = |message, help| Some(Finding::error("template-list", pointer, message, help));
        let finding = match of {
            Of::Items if names.listed.is_empty() => {
                nothing("the catalog has no item that can be listed".into(), "add it to `catalog.items`")
            }
            Of::Stores if names.stores.is_empty() => {
                nothing("there are no stores".into(), "add them to `stores`")
            }
            Of::Category(id) if !names.categories.contains(&id.as_str()) => {
                let known = &names.categories;
                Some(reference("category", "category", id, known, "catalog.categories", pointer))
            }
            Of::Category(id) if !names.listed.contains(&Some(id)) => {
                let message = format!("the category `{id}` has no item that can be listed");
                nothing(message, "name it as `category` of items; what is sensitive is in no list")
            }
            Of::Items | Of::Stores | Of::Category(_) => None,
        };
        findings.extend(finding.map(|finding| finding.at(Place::Inside(*at))));
    }
}
