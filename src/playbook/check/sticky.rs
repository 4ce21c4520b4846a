//! Checks of kept variants.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;

use serde_json::Value as Json;

use super::Finding;
use super::node::Node;
use crate::limits;
use crate::visitor::sticky::variant_code;

pub(super) fn check(root: &Node<'_>, findings: &mut Vec<Finding>) {
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
                let message = format!("in cookies the variant `{id}` would be taken for `{other}`");
                findings.push(Finding::error("id-clash", &variant.at("id"), message, "rename one of them"));
            }
        }
    }
}
