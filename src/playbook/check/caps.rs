//! Checks of caps and of groups of campaigns that are capped together.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::node::Node;
use super::site::id_form;
use super::{Finding, Place};
use crate::assign::hash;
use crate::condition::near::suggest;
use crate::limits;
use crate::playbook::caps::counters;
use crate::playbook::draft::CapDraft;

pub(super) fn check(root: &Node<'_>, findings: &mut Vec<Finding>) {
    let groups: Vec<&str> = root.members("cap_groups").map(|(id, _)| id).collect();
    let mut keys = Keys::default();
    let used: BTreeSet<&str> =
        root.elements("campaigns").filter_map(|campaign| campaign.text("cap_group")).collect();
    for (id, cap) in root.members("cap_groups") {
        id_form(id, "a group", &cap.pointer, Place::Key, findings);
        times(&cap, findings);
        keys.collect(&format!("group {id}"), &cap, findings);
        if !used.contains(id) {
            let message = format!("no campaign is in the group `{id}`");
            let help = format!("write `\"cap_group\": \"{id}\"` in a campaign, or remove the group");
            findings.push(Finding::warning("unused", &cap.pointer, message, help).at(Place::Key));
        }
    }
    for campaign in root.elements("campaigns") {
        if let Some(group) = campaign.text("cap_group").filter(|group| !groups.contains(group)) {
            let help = suggest(group, groups.iter().copied()).unwrap_or_else(|| {
                format!("declare it: `\"cap_groups\": {{ \"{group}\": {{ \"per_visit\": 1 }} }}`")
            });
            let message = format!("there is no group `{group}`");
            findings.push(Finding::error("unknown-group", &campaign.at("cap_group"), message, help));
        }
        if let Some(cap) = campaign.get("cap") {
            times(&cap, findings);
            keys.collect(campaign.text("id").unwrap_or_default(), &cap, findings);
        }
        if let Some(id) = campaign.get("fatigue").and(campaign.text("id")) {
            keys.in_memory.insert(hash::code(id));
        }
    }
    if keys.in_memory.len() > limits::MEMORY_CAPS {
        let message = format!(
            "caps over days and lifetimes and fatigue need {} counters, and a visitor's memory has {}",
            keys.in_memory.len(),
            limits::MEMORY_CAPS
        );
        let help =
            "who has met that many campaigns sees no further one; put several in one `cap_groups` entry";
        let at = if root.get("campaigns").is_some() { "/campaigns" } else { "/cap_groups" };
        findings.push(Finding::warning("too-many", at, message, help).at(Place::Key));
    }
}

/// Counters by the key that cookies know them by.
#[derive(Default)]
struct Keys {
    owners: BTreeMap<u32, String>,
    in_memory: BTreeSet<u32>,
}

impl Keys {
    fn collect(&mut self, owner: &str, cap: &Node<'_>, findings: &mut Vec<Finding>) {
        let Ok(draft) = serde_json::from_value::<CapDraft>(cap.value.clone()) else { return };
        for counter in counters(owner, &draft).unwrap_or_default() {
            if counter.in_memory {
                self.in_memory.insert(counter.key);
            }
            if let Some(other) = self.owners.insert(counter.key, owner.into()).filter(|other| other != owner)
            {
                let message =
                    format!("in cookies the counter of `{owner}` would be taken for that of `{other}`");
                findings.push(Finding::error("id-clash", &cap.pointer, message, "rename one of them"));
            }
        }
    }
}

fn times(cap: &Node<'_>, findings: &mut Vec<Finding>) {
    let inner = |key: &str| cap.get(key).and_then(|inner| inner.get("times"));
    let all = [cap.get("per_visit"), cap.get("lifetime"), inner("per_days"), inner("dismissals")];
    for times in all.into_iter().flatten().filter(|times| times.value.as_u64() == Some(0)) {
        findings.push(Finding::error(
            "never-runs",
            &times.pointer,
            "a cap of 0 shows the campaign to nobody",
            "write how often it may be seen, or remove the cap",
        ));
    }
    let says = ["per_visit", "per_days", "lifetime", "dismissals"];
    if cap.value.is_object() && says.iter().all(|key| cap.get(key).is_none()) {
        findings.push(Finding::warning(
            "redundant",
            &cap.pointer,
            "the cap says nothing, so it caps nothing",
            format!("add one of `{}`, or remove it", says.join("`, `")),
        ));
    }
}
