//! The draft of sticky bucketing.
//!
//! Checks of sticky bucketing.

use crate::author::check::Finding;
use crate::author::check::names::Names;
use crate::author::check::node::Node;
use crate::author::draft::{CampaignDraft, Draft};
use crate::author::operators::Operators;
use crate::limits;
use crate::playbook::operators::Tag;
use crate::visitor::sticky::variant_code;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// Sticky bucketing: how visitors keep their variants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StickyDraft {
    /// The version of the experiment; a new one reassigns the variants of all visitors.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 255))]
    pub version: u32,
    /// The lowest version that takes part: visitors who got a variant in an earlier one are excluded, for example after a
    /// mistake in it.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 255))]
    pub min_version: u32,
}

const fn one() -> u32 {
    1
}

pub(super) fn encode(campaign: &CampaignDraft, _: &Draft, all: &mut Operators) -> Option<()> {
    let sticky = campaign.experiment.as_ref().and_then(|experiment| experiment.sticky.as_ref());
    let Some(sticky) = sticky else { return Some(()) };
    let byte = |version: u32| u8::try_from(version).ok();
    all.put(Tag::Sticky, &[byte(sticky.version)?, byte(sticky.min_version)?])
}

pub(super) fn check(root: &Node<'_>, _: &Names<'_>, findings: &mut Vec<Finding>) {
    let mut count: usize = 0;
    for campaign in root.elements("campaigns") {
        let Some(sticky) = campaign.get("experiment").and_then(|experiment| experiment.get("sticky")) else {
            continue;
        };
        count = count.saturating_add(1);
        if count == limits::STICKY.saturating_add(1) {
            let message = format!(
                "this is the {count}th experiment with `sticky`, and visitors keep {} variants",
                limits::STICKY
            );
            let help = "remove `sticky` from experiments that are over, or whose weights do not change";
            findings.push(Finding::error("too-many", &sticky.pointer, message, help));
        }
        let version = |key: &str| sticky.value.get(key).map_or(Some(1), Json::as_u64);
        if let (Some(version), Some(least)) = (version("version"), version("min_version"))
            && least > version
        {
            let message =
                format!("version {version} is itself below the lowest that takes part, which is {least}");
            let help = format!("raise `version` to {least} too, so that variants are drawn anew");
            findings.push(Finding::error("out-of-range", &sticky.at("min_version"), message, help));
        }
        let mut codes: BTreeMap<u16, &str> = BTreeMap::new();
        for variant in campaign.elements("variants") {
            let Some(id) = variant.text("id") else { continue };
            if let Some(other) = codes.insert(variant_code(id), id).filter(|other| *other != id) {
                let message = format!("the variants `{id}` and `{other}` have the same code in cookies");
                findings.push(Finding::error("id-clash", &variant.at("id"), message, "rename one of them"));
            }
        }
    }
}
