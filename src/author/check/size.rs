//! Checks of size: the compiled size and the condition steps per page, compared with their limits.

use alloc::format;
use alloc::vec::Vec;

use super::node::Node;
use super::{Finding, Place};
use crate::author::condition::parse::parse;
use crate::limits;

/// Compiled size from which a warning is reported, in bytes: three quarters of the limit.
const LARGE: usize = limits::PLAYBOOK_BYTES / 4 * 3;
/// Bytes of a megabyte, as hosts count.
const MEGABYTE: usize = 1 << 20;

/// Reports a compiled playbook of `bytes` that exceeds the limit, or is near it.
pub(in crate::author) fn compiled(bytes: usize, findings: &mut Vec<Finding>) {
    let tenths = bytes.saturating_mul(10).div_ceil(MEGABYTE);
    let size = format!("{}.{} MB", tenths / 10, tenths % 10);
    let most = limits::PLAYBOOK_BYTES / MEGABYTE;
    let help = "the catalog and long templates weigh most: keep items that templates show, and share markup";
    if bytes > limits::PLAYBOOK_BYTES {
        let message = format!("compiled, the playbook has {size}; hosts load {most} MB at most");
        findings.push(Finding::error("too-large", "", message, help));
    } else if bytes > LARGE {
        let message = format!("compiled, the playbook has {size}, of the {most} MB that hosts load");
        findings.push(Finding::warning("nearly-too-large", "", message, help));
    }
}

/// Reports kinds of page on which the conditions of all campaigns may exceed the steps of a request.
pub(in crate::author) fn steps(root: &Node<'_>, kinds: &[&str], findings: &mut Vec<Finding>) {
    let by_audience = |id: &str| parse(root.value.get("audiences")?.get(id)?).ok();
    let of_campaign = |campaign: &Node<'_>| {
        let audience = campaign.text("audience").and_then(by_audience).map_or(0, |parsed| parsed.steps);
        let own =
            campaign.get("when").and_then(|when| parse(when.value).ok()).map_or(0, |parsed| parsed.steps);
        audience.saturating_add(own)
    };
    let campaigns: Vec<(Option<&str>, u32)> =
        root.elements("campaigns").map(|campaign| (campaign.text("block"), of_campaign(&campaign))).collect();
    if campaigns.iter().fold(0, |all: u32, (_, steps)| all.saturating_add(*steps)) <= limits::REQUEST_STEPS {
        return;
    }
    for kind in kinds {
        let here: Vec<&str> = root
            .members("blocks")
            .filter(|(_, block)| block.elements("pages").any(|page| page.value.as_str() == Some(*kind)))
            .map(|(id, _)| id)
            .collect();
        let steps = campaigns
            .iter()
            .filter(|(block, _)| block.is_some_and(|block| here.contains(&block)))
            .fold(0, |all: u32, (_, steps)| all.saturating_add(*steps));
        if steps > limits::REQUEST_STEPS {
            let message = format!(
                "on pages of kind `{kind}` the conditions may take {steps} steps together, more than {}: the campaigns asked last are then skipped",
                limits::REQUEST_STEPS
            );
            let help = "test fewer things, or spread the campaigns over fewer blocks and pages";
            findings.push(Finding::warning("too-many-steps", "/campaigns", message, help).at(Place::Key));
        }
    }
}
