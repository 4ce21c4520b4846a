//! Checks of what visitor memory keeps: nothing may be asked of it for longer than its life.

use alloc::format;
use alloc::vec::Vec;

use super::Finding;
use super::node::Node;
use crate::limits;

pub(in crate::author) fn check(root: &Node<'_>, findings: &mut Vec<Finding>) {
    let set = root.get("memory").and_then(|memory| memory.get("life_days")?.value.as_u64());
    let life = set.unwrap_or(limits::MEMORY_DAYS.into());
    let mut asks = |node: Option<Node<'_>>, key: &str| {
        let Some(days) = node.and_then(|node| node.get(key)) else { return };
        if days.value.as_u64().is_some_and(|asked| asked > life) {
            let message =
                format!("`{key}` asks for {} days, and visitor memory is kept for {life}", days.value);
            let help = format!("write {life} days or less, or more `life_days` in `memory`");
            findings.push(Finding::warning("memory-too-short", &days.pointer, message, help));
        }
    };
    let owners = root.elements("campaigns").filter_map(|campaign| campaign.get("cap"));
    for cap in owners.chain(root.members("cap_groups").map(|(_, group)| group)) {
        asks(cap.get("per_days"), "days");
        asks(cap.get("dismissals"), "days");
    }
    for campaign in root.elements("campaigns") {
        asks(campaign.get("cooldown"), "days");
        asks(campaign.get("fatigue"), "reset_after_days");
        campaign.elements("suppress").for_each(|rule| asks(Some(rule), "days"));
    }
}
