//! Checks for valid fields without effect: conditions that never hold, caps that are never reached, shares without
//! visitors.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;

use serde_json::Value as Json;

use super::Finding;
use super::node::Node;
use super::satisfiable::Admits;
use crate::limits;
use crate::signal::registry::Signal;

pub(in crate::author) fn check(root: &Node<'_>, findings: &mut Vec<Finding>) {
    let mut never: BTreeSet<&str> = BTreeSet::new();
    for (id, audience) in root.members("audiences") {
        if let Some(signal) = Admits::of([audience.value]).impossible() {
            never.insert(id);
            findings.push(never_true(&format!("the audience `{id}`"), signal, &audience.pointer));
        }
    }
    let mut caps: usize = 0;
    for campaign in root.elements("campaigns") {
        condition(root, &campaign, &never, findings);
        if let Some(cap) = campaign.get("cap") {
            caps = caps.saturating_add(1);
            self::cap(&campaign, &cap, caps, findings);
        }
        shares(&campaign, findings);
    }
}

fn condition(root: &Node<'_>, campaign: &Node<'_>, never: &BTreeSet<&str>, findings: &mut Vec<Finding>) {
    let Some(when) = campaign.get("when") else { return };
    let id = campaign.text("id").unwrap_or_default();
    if let Some(signal) = Admits::of([when.value]).impossible() {
        findings.push(never_true(&format!("the condition of `{id}`"), signal, &when.pointer));
        return;
    }
    let audience = campaign.text("audience").filter(|audience| !never.contains(audience));
    let Some(of_audience) = audience.and_then(|id| root.get("audiences")?.get(id)) else { return };
    if let Some(signal) = Admits::of([of_audience.value, when.value]).impossible() {
        let whose =
            format!("the condition of `{id}` together with its audience `{}`", audience.unwrap_or_default());
        findings.push(never_true(&whose, signal, &when.pointer));
    }
}

fn never_true(whose: &str, signal: Signal, pointer: &str) -> Finding {
    let name = signal.entry().name;
    let message = format!("{whose} never holds: no `{name}` fulfils all of it");
    let help = match signal {
        Signal::Hour => {
            "hours go from 0 to 23; for a night write `\"$or\": [{\"hour\": {\"$gte\": 22}}, {\"hour\": {\"$lt\": 6}}]`"
        }
        _ => {
            "everything in a condition must hold at once; for one or the other write `$or`, or a list in `$in`"
        }
    };
    Finding::warning("never-true", pointer, message, help)
}

fn cap(campaign: &Node<'_>, cap: &Node<'_>, number: usize, findings: &mut Vec<Finding>) {
    let id = campaign.text("id").unwrap_or_default();
    let mut variants = campaign.elements("variants").peekable();
    let control =
        |variant: Node<'_>| variant.get("control").is_some_and(|control| control.value == &Json::Bool(true));
    if variants.peek().is_some() && variants.all(control) {
        let message = format!(
            "the cap of `{id}` has no effect: the campaign shows the default content before and behind it"
        );
        findings.push(Finding::warning(
            "cap-never-reached",
            &cap.pointer,
            message,
            "remove the cap, or add a variant with `html` or `hide`",
        ));
    }
    if number == limits::VISIT_CAPS.saturating_add(1) {
        let message = format!(
            "`{id}` is the {number}th campaign with a cap, and a visit counts {} of them: the counts that changed longest ago are forgotten, so caps may be exceeded",
            limits::VISIT_CAPS
        );
        let help = "cap only what would annoy, or remove campaigns that have ended";
        findings.push(Finding::warning("cap-forgotten", &cap.pointer, message, help));
    }
}

fn shares(campaign: &Node<'_>, findings: &mut Vec<Finding>) {
    for variant in campaign.elements("variants") {
        if let Some(weight) = variant.get("weight").filter(|weight| weight.value.as_f64() == Some(0.0)) {
            let message = format!(
                "nobody gets the variant `{}`: its weight is 0",
                variant.text("id").unwrap_or_default()
            );
            let help = "give it a share, or remove it when the experiment is over";
            findings.push(Finding::warning("no-share", &weight.pointer, message, help));
        }
    }
}
