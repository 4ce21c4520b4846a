//! Checks of alternative variants: their order, and their minimum visits.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;

use super::names::Names;
use super::node::Node;
use super::{Finding, Place};
use crate::author::template::{self, Compiled};
use crate::signal::registry::Signal;

/// Checks the variants of a campaign as an order of preference, or as the arms of an experiment.
pub(in crate::author) fn check(campaign: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    let variants: Vec<Node<'_>> = campaign.elements("variants").collect();
    let min_visits = |variant: &Node<'_>| variant.get("min_visits").map(|visits| visits.value.as_u64());
    if campaign.get("experiment").is_some() {
        let first = variants.first().and_then(min_visits);
        if let Some(other) = variants.iter().find(|variant| min_visits(variant) != first) {
            let variant = variants.iter().find(|variant| min_visits(variant).is_some()).unwrap_or(other);
            let message = "the experiment is for visitors from the highest `min_visits` of its variants on, so a lower one has no effect";
            let help = "write the same `min_visits` in all variants, or `\"visitor.visits\": {\"$gte\": …}` in the campaign's condition";
            findings.push(Finding::warning("uneven-variants", &variant.at("min_visits"), message, help));
        }
        return;
    }
    let [_, .., last] = variants.as_slice() else { return };
    let at = campaign.at("variants");
    match variants.iter().position(|variant| is_certain(variant, names)) {
        Some(0) => {
            let message = format!(
                "{} variants need an experiment, which says how visitors are allocated",
                variants.len()
            );
            let help = "add `\"experiment\": {}` to the campaign, or keep one variant; without an experiment everybody sees the first that can be shown";
            findings.push(Finding::error("no-experiment", &at, message, help).at(Place::Key));
        }
        Some(certain) if certain.saturating_add(1) < variants.len() => {
            let id = |index: usize| variants.get(index).and_then(|variant| variant.text("id")).unwrap_or("?");
            let message = format!(
                "`{}` is never shown: `{}` before it can be shown to everybody",
                last.text("id").unwrap_or("?"),
                id(certain)
            );
            let help = "put the variant without requirements last";
            findings.push(Finding::warning("unreachable-variant", &last.pointer, message, help));
        }
        _ => {}
    }
    if let Some(weight) = variants.iter().find_map(|variant| variant.get("weight")) {
        let message = "without `experiment` nobody is allocated, so a weight has no effect";
        findings.push(Finding::error(
            "weights",
            &weight.pointer,
            message,
            "add `\"experiment\": {}`, or remove the weight",
        ));
    }
}

/// Whether some variant of a campaign without an experiment can be shown to everybody.
pub(in crate::author) fn ends_surely(campaign: &Node<'_>, names: &Names<'_>) -> bool {
    campaign.get("experiment").is_none()
        && campaign.elements("variants").any(|variant| is_certain(&variant, names))
}

/// Whether the variant can be shown to every visitor.
fn is_certain(variant: &Node<'_>, names: &Names<'_>) -> bool {
    variant.get("min_visits").is_none() && shown(variant, names).is_some_and(|shown| shown.is_certain())
}

/// The signals that a variant reads; `None` if one of its templates does not compile.
pub(in crate::author) fn signals(variant: &Node<'_>, names: &Names<'_>) -> Option<BTreeSet<Signal>> {
    shown(variant, names).map(|shown| shown.reads())
}

/// What the templates of a variant read together; `None` if one does not compile.
fn shown(variant: &Node<'_>, names: &Names<'_>) -> Option<Compiled> {
    let mut shown = Compiled::default();
    if let Some(html) = variant.text("html") {
        shown.read(&template::compile(html, names.marker, &names.blocks).ok()?);
    }
    for (key, value) in variant.members("parts") {
        shown.read(&template::compile_part(key, value.value.as_str()?, names.marker).ok()?);
    }
    Some(shown)
}
