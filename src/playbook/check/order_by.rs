//! Checks of an order by interest: a group, its blocks, and the categories they are about.

use alloc::format;
use alloc::vec::Vec;

use super::names::Names;
use super::node::Node;
use super::site::reference;
use super::{Finding, Place};

pub(super) fn check(campaign: &Node<'_>, variant: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    let Some(order) = variant.get("order_by") else { return };
    let block = campaign.text("block").unwrap_or_default();
    let Some((_, group)) = names.groups.iter().find(|(id, _)| *id == block) else {
        let message = format!("`{block}` is no group, so it has no order");
        let help = "make the campaign for a block with `group`";
        findings.push(Finding::error("variant-content", &order.pointer, message, help).at(Place::Key));
        return;
    };
    let mut count: usize = 0;
    for (id, category) in order.members("categories") {
        count = count.saturating_add(1);
        if !group.contains(&id) {
            let finding = reference("block", "block of the group", id, group, block, &category.pointer);
            findings.push(finding.at(Place::Key));
        }
        if let Some(name) = category.value.as_str().filter(|name| !names.categories.contains(name)) {
            let known = &names.categories;
            findings.push(reference(
                "category",
                "category",
                name,
                known,
                "catalog.categories",
                &category.pointer,
            ));
        }
    }
    if count == 0 && order.value.get("categories").is_some_and(serde_json::Value::is_object) {
        let message = "no block is about a category, so the order never changes";
        let help = "write `\"categories\": { \"BLOCK\": \"CATEGORY\" }`";
        findings.push(Finding::error("no-order", &order.at("categories"), message, help));
    }
}
