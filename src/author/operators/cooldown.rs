//! The draft of a cooldown.
//!
//! Checks of cooldowns.

use crate::author::check::Finding;
use crate::author::check::names::Names;
use crate::author::check::node::Node;
use crate::author::draft::{CampaignDraft, Draft};
use crate::author::operators::Operators;
use crate::limits;
use crate::playbook::operators::Tag;
use alloc::string::String;
use alloc::vec::Vec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How long a campaign is hidden after any purchase; days and hours add up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CooldownDraft {
    /// The days, of 24 hours from the hour of the purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 180))]
    pub days: Option<u32>,
    /// The hours, from the hour of the purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 4320))]
    pub hours: Option<u32>,
}

pub(super) fn encode(campaign: &CampaignDraft, _: &Draft, all: &mut Operators) -> Option<()> {
    let Some(cooldown) = &campaign.cooldown else { return Some(()) };
    let hours = cooldown.days.unwrap_or(0).checked_mul(24)?.checked_add(cooldown.hours.unwrap_or(0))?;
    all.put(Tag::Cooldown, &u16::try_from(hours).ok()?.to_le_bytes())
}

pub(super) fn check(root: &Node<'_>, _: &Names<'_>, findings: &mut Vec<Finding>) {
    for campaign in root.elements("campaigns") {
        let Some(cooldown) = campaign.get("cooldown").filter(|cooldown| cooldown.value.is_object()) else {
            continue;
        };
        let number = |key| cooldown.get(key).and_then(|value| value.value.as_u64());
        let known = |key: &String| ["days", "hours"].contains(&key.as_str());
        let slip = cooldown.value.as_object().is_some_and(|members| !members.keys().all(known));
        if cooldown.get("days").is_none() && cooldown.get("hours").is_none() && !slip {
            let message = "the cooldown has no duration";
            findings.push(Finding::error(
                "missing-field",
                &cooldown.pointer,
                message,
                "add `days` or `hours`",
            ));
        }
        let hours =
            number("days").unwrap_or(0).saturating_mul(24).saturating_add(number("hours").unwrap_or(0));
        let each_fits = number("days").is_none_or(|days| days <= limits::MEMORY_DAYS.into());
        if each_fits && hours > u64::from(limits::MEMORY_DAYS).saturating_mul(24) && number("days").is_some()
        {
            let message = "days and hours together are longer than a visitor is remembered";
            findings.push(Finding::error(
                "out-of-range",
                &cooldown.pointer,
                message,
                "write 180 days or less in all",
            ));
        }
    }
}
