//! Checks of replenishment: a campaign that reads the due item needs an item with an interval.

use alloc::format;
use alloc::vec::Vec;

use super::Finding;
use super::names::Names;
use super::node::Node;
use super::signal_usage::readers;
use crate::signal::registry::Signal;

pub(in crate::author) fn check(root: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    if let Some(catalog) = root.get("catalog") {
        let own = catalog.members("items").any(|(_, item)| item.get("replenish_days").is_some());
        let of_category = |item: &Node<'_>| {
            let category = item.text("category").and_then(|id| catalog.get("categories")?.get(id));
            category.is_some_and(|category| category.get("replenish_days").is_some())
        };
        if own || catalog.members("items").any(|(_, item)| of_category(&item)) {
            return;
        }
    }
    for campaign in readers(root, names, Signal::DueItem) {
        let id = campaign.text("id").unwrap_or_default();
        let message = format!("`{id}` reads `visitor.due_item`, and no item of the catalog is ever due");
        let help = "give items or their categories `replenish_days`: after how many days they are usually bought again";
        findings.push(Finding::warning("never-due", &campaign.at("id"), message, help));
    }
}
