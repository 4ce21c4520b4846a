//! The draft of an order by interest.
//!
//! The encoding of an order by interest: whose interest (1: 0 the visit's, 1 the visitor's), then for each block of the
//! group the code of its category (4, 0 for none), the length of its id (1) and the id.
//!
//! Checks of an order by interest: a group, its blocks, and their categories.

use crate::assign::hash;
use crate::author::check::names::Names;
use crate::author::check::node::Node;
use crate::author::check::site::reference;
use crate::author::check::{Finding, Place};
use crate::signal::registry::Signal;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Orders the blocks of a group by the visitor's interest; the others keep the order of the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderByDraft {
    /// Whose interest: `visitor` for the categories viewed most over all visits, recent ones counting more; `visit` for
    /// those viewed last in this one.
    pub interest: InterestDraft,
    /// The category of each block, by the id of the block; blocks without a category are placed last.
    pub categories: IndexMap<String, String>,
}

/// Whose interest determines the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum InterestDraft {
    /// Of the visit: the category viewed last is first.
    Visit,
    /// Of the visitor: the category viewed most is first, recent visits counting more.
    Visitor,
}

/// Encodes the order, for the blocks of `group` in their order, and returns the signal that is read.
pub(in crate::author) fn encode(
    draft: &OrderByDraft,
    group: &[alloc::string::String],
) -> Option<(Vec<u8>, Signal)> {
    let (whose, signal) = match draft.interest {
        InterestDraft::Visit => (0, Signal::LastCategory),
        InterestDraft::Visitor => (1, Signal::FavoriteCategory),
    };
    let mut code = Vec::from([whose]);
    for id in group {
        let category = draft.categories.get(id).map_or(0, |category| hash::code(category));
        code.extend(category.to_le_bytes());
        code.push(u8::try_from(id.len()).ok()?);
        code.extend(id.as_bytes());
    }
    Some((code, signal))
}

pub(in crate::author) fn check(
    campaign: &Node<'_>,
    variant: &Node<'_>,
    names: &Names<'_>,
    findings: &mut Vec<Finding>,
) {
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
