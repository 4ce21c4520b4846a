//! Checks of variants that do not replace a block: parts of it, and the order of groups.

use alloc::format;
use alloc::vec::Vec;

use super::names::Names;
use super::node::Node;
use super::site::reference;
use super::{Finding, Place, Severity, lists};
use crate::author::template;
use crate::limits;

/// Checks the groups among the blocks.
pub(in crate::author) fn groups(root: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    let mut taken: Vec<&str> = Vec::new();
    for (id, block) in root.members("blocks") {
        let Some(group) = block.get("group") else { continue };
        let mut count: usize = 0;
        for member in block.elements("group") {
            count = count.saturating_add(1);
            let Some(name) = member.value.as_str() else { continue };
            let mut problem = |message, help| {
                findings.push(Finding::error("group-block", &member.pointer, message, help));
            };
            if names.groups.iter().any(|(group, _)| *group == name) {
                problem(format!("`{name}` is itself a group"), "name blocks that pages have");
            } else if taken.contains(&name) {
                problem(format!("`{name}` is in a group already"), "a block has one place, in one group");
            } else if !names.blocks.contains(&name) {
                findings.push(reference("block", "block", name, &names.blocks, "blocks", &member.pointer));
            } else if let Some(kind) = missing_page(root, &block, name) {
                let message = format!("`{name}` is not on pages of kind `{kind}`, where the group is");
                problem(message, "give the block the pages of its group");
            }
            taken.push(name);
        }
        let message = match count {
            _ if !group.value.is_array() => continue,
            0 | 1 => format!("the group `{id}` has fewer than two blocks, so it has no order"),
            count if count > limits::GROUP_BLOCKS => {
                format!("the group `{id}` has more than {} blocks", limits::GROUP_BLOCKS)
            }
            _ => continue,
        };
        findings.push(Finding::error("group-block", &group.pointer, message, "name two to eight blocks"));
    }
    for kind in &names.kinds {
        let on = |id: &str| block_of(root, id).is_some_and(|block| has_page(&block, kind));
        let count: usize = names.groups.iter().filter(|(id, _)| on(id)).map(|(_, blocks)| blocks.len()).sum();
        let several = names.groups.iter().filter(|(id, _)| on(id)).count() > 1;
        if several && count > limits::GROUP_BLOCKS {
            let message = format!(
                "the groups of pages of kind `{kind}` have {count} blocks, more than {}",
                limits::GROUP_BLOCKS
            );
            let help = "order fewer blocks on one page; what is ordered is held back together";
            findings.push(Finding::error("group-block", "/blocks", message, help).at(Place::Key));
        }
    }
}

/// A kind of page that has the group but not the block.
fn missing_page<'v>(root: &Node<'v>, group: &Node<'v>, name: &str) -> Option<&'v str> {
    let block = block_of(root, name)?;
    let mut kinds = group.elements("pages").filter_map(|kind| kind.value.as_str());
    kinds.find(|kind| !has_page(&block, kind))
}

fn block_of<'v>(root: &Node<'v>, id: &str) -> Option<Node<'v>> {
    root.members("blocks").find(|(block, _)| *block == id).map(|(_, block)| block)
}

fn has_page(block: &Node<'_>, kind: &str) -> bool {
    block.elements("pages").any(|page| page.value.as_str() == Some(kind))
}

/// Checks the parts and the order of a variant, and whether its campaign's block supports them.
pub(in crate::author) fn variant(
    campaign: &Node<'_>,
    variant: &Node<'_>,
    names: &Names<'_>,
    findings: &mut Vec<Finding>,
) {
    let block = campaign.text("block").unwrap_or_default();
    let group = names.groups.iter().find(|(id, _)| *id == block).map(|(_, blocks)| blocks.as_slice());
    for key in ["html", "parts", "hide"] {
        let value = variant.get(key).filter(|value| value.value.as_bool() != Some(false));
        if let (Some(value), Some(_)) = (value, group) {
            let message = format!("`{block}` is a group, which takes an order only");
            let help = "write `order`, or make the campaign for one of its blocks";
            findings.push(Finding::error("variant-content", &value.pointer, message, help).at(Place::Key));
        }
    }
    parts(variant, names, findings);
    let Some(order) = variant.get("order") else { return };
    let Some(group) = group else {
        let message = format!("`{block}` is no group, so it has no order");
        let help = "make the campaign for a block with `group`";
        findings.push(Finding::error("variant-content", &order.pointer, message, help).at(Place::Key));
        return;
    };
    let mut seen: Vec<&str> = Vec::new();
    for id in variant.elements("order") {
        let Some(name) = id.value.as_str() else { continue };
        if !group.contains(&name) {
            findings.push(reference("block", "block of the group", name, group, block, &id.pointer));
        } else if seen.contains(&name) {
            let message = format!("`{name}` comes first twice");
            findings.push(Finding::error("duplicate-id", &id.pointer, message, "name it once"));
        }
        seen.push(name);
    }
    if order.value.as_array().is_some_and(Vec::is_empty) {
        let message = "the order names no block, so the variant changes nothing";
        findings.push(Finding::error("no-order", &order.pointer, message, "name the blocks that come first"));
    }
}

fn parts(variant: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    let Some(parts) = variant.get("parts").filter(|parts| parts.value.is_object()) else { return };
    let mut count: usize = 0;
    for (key, value) in variant.members("parts") {
        count = count.saturating_add(1);
        let Some(text) = value.value.as_str() else { continue };
        let wrong = template::check_key(key, names.marker);
        let inside = wrong.is_empty();
        let problems = match template::compile_part(key, text, names.marker) {
            _ if !inside => wrong,
            Err(problems) => problems,
            Ok(compiled) => {
                lists::check(&compiled, names, &value.pointer, findings);
                continue;
            }
        };
        findings.extend(problems.into_iter().map(|problem| Finding {
            severity: Severity::Error,
            code: problem.code,
            pointer: value.pointer.clone(),
            place: if inside { Place::Inside(problem.at) } else { Place::Key },
            message: problem.message,
            help: problem.help,
        }));
    }
    let message = match count {
        0 => "the variant changes no part".into(),
        count if count > limits::BLOCK_PARTS => {
            format!("the variant changes more than {} parts", limits::BLOCK_PARTS)
        }
        _ => return,
    };
    findings.push(
        Finding::error("variant-content", &parts.pointer, message, "name one to sixteen parts")
            .at(Place::Key),
    );
}
