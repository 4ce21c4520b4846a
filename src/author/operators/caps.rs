//! The drafts of frequency caps.
//!
//! The counters of caps: their keys in cookies, and their encoding.
//!
//! Checks of caps and of cap groups.

use crate::assign::hash;
use crate::author::check::names::Names;
use crate::author::check::node::Node;
use crate::author::check::site::id_form;
use crate::author::check::{Finding, Place};
use crate::author::did_you_mean::suggest;
use crate::author::draft::{CampaignDraft, Draft};
use crate::author::operators::Operators;
use crate::limits;
use crate::playbook::operators::{Cap, DISMISSALS, IN_MEMORY, Tag};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Frequency cap of a campaign, or of all campaigns of a group together; each field that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CapDraft {
    /// Maximum exposures within one visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 255))]
    pub per_visit: Option<u32>,
    /// Maximum exposures within some days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_days: Option<PeriodDraft>,
    /// Maximum exposures as long as the visitor is remembered, half a year at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 255))]
    pub lifetime: Option<u32>,
    /// How many dismissals hide it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dismissals: Option<DismissalsDraft>,
}

/// Maximum exposures within some days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodDraft {
    /// The times.
    #[schemars(range(min = 0, max = 255))]
    pub times: u32,
    /// The days, of 24 hours from the first exposure; then the counter is reset.
    #[schemars(range(min = 1, max = 180))]
    pub days: u32,
}

/// How many dismissals hide a campaign, and for how long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DismissalsDraft {
    /// The times.
    #[schemars(range(min = 0, max = 255))]
    pub times: u32,
    /// The days, of 24 hours from the first dismissal; without them, until the visit ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 180))]
    pub days: Option<u32>,
}

/// The caps of a campaign except its own within a visit, those of the visit first; `None` if [`check`] refuses one.
fn of(campaign: &CampaignDraft, draft: &Draft) -> Option<Vec<Cap>> {
    let mut caps = Vec::new();
    if let Some(cap) = &campaign.cap {
        caps.extend(counters(&campaign.id, &CapDraft { per_visit: None, ..cap.clone() })?);
    }
    if let Some(group) = &campaign.cap_group {
        // No id contains a space, so the keys of groups differ from those of campaigns.
        caps.extend(counters(&format!("group {group}"), draft.cap_groups.get(group)?)?);
    }
    caps.sort_by_key(|cap| cap.in_memory);
    Some(caps)
}

/// The counters of one cap; `owner` is the id of a campaign or stands for a group.
fn counters(owner: &str, cap: &CapDraft) -> Option<Vec<Cap>> {
    let counter = |name: String, times: u32, days: Option<u32>, in_memory: bool, dismissals: bool| {
        let days = u16::try_from(days.unwrap_or(0)).ok()?;
        Some(Cap { key: hash::code(&name), times: u8::try_from(times).ok()?, days, in_memory, dismissals })
    };
    let mut caps = Vec::new();
    if let Some(times) = cap.per_visit {
        caps.push(counter(owner.into(), times, None, false, false)?);
    }
    if let Some(period) = &cap.per_days {
        let name = format!("{owner} / {}", period.days);
        caps.push(counter(name, period.times, Some(period.days), true, false)?);
    }
    if let Some(times) = cap.lifetime {
        caps.push(counter(format!("{owner} / life"), times, None, true, false)?);
    }
    if let Some(dismissals) = &cap.dismissals {
        let name = match dismissals.days {
            Some(days) => format!("{owner} x / {days}"),
            None => format!("{owner} x"),
        };
        caps.push(counter(name, dismissals.times, dismissals.days, dismissals.days.is_some(), true)?);
    }
    Some(caps)
}

pub(super) fn encode(campaign: &CampaignDraft, draft: &Draft, all: &mut Operators) -> Option<()> {
    let own =
        CapDraft { per_visit: campaign.cap.as_ref().and_then(|cap| cap.per_visit), ..CapDraft::default() };
    all.own = counters(&campaign.id, &own)?.pop();
    for cap in of(campaign, draft)? {
        let memory = if cap.in_memory { IN_MEMORY } else { 0 };
        let dismissals = if cap.dismissals { DISMISSALS } else { 0 };
        let mut body = Vec::from([memory | dismissals]);
        body.extend(cap.key.to_le_bytes());
        body.push(cap.times);
        body.extend(cap.days.to_le_bytes());
        all.put(Tag::Cap, &body)?;
    }
    Some(())
}

pub(super) fn check(root: &Node<'_>, _: &Names<'_>, findings: &mut Vec<Finding>) {
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
        let help = "a visitor with all counters in use sees no further campaign; put several into one entry of `cap_groups`";
        let at = if root.get("campaigns").is_some() { "/campaigns" } else { "/cap_groups" };
        findings.push(Finding::warning("too-many", at, message, help).at(Place::Key));
    }
}

/// Counters by their key in cookies.
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
                    format!("the counters of `{owner}` and `{other}` have the same code in cookies");
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
            "the cap has no field, so it limits nothing",
            format!("add one of `{}`, or remove it", says.join("`, `")),
        ));
    }
}
