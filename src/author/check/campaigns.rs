//! Checks of campaigns and their variants.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use serde_json::Value as Json;

use super::names::Names;
use super::node::Node;
use super::site::{id_form, percent, reference};
use super::{Finding, Place, Severity, lists, variant_content, variant_fallback};
use crate::assign::hash;
use crate::author::hundredths::basis_points;
use crate::author::operators::order_by;
use crate::author::{date, status, template};
use crate::limits;

pub(in crate::author) fn check(root: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    let mut ids: BTreeMap<u32, &str> = BTreeMap::new();
    let mut count: usize = 0;
    for campaign in root.elements("campaigns") {
        count = count.saturating_add(1);
        if count == limits::PLAYBOOK_ROWS {
            let message = format!("there are more than {count} campaigns");
            findings.push(Finding::error(
                "too-many",
                &campaign.pointer,
                message,
                "remove those that are over",
            ));
        }
        if let Some(id) = campaign.text("id") {
            let at = campaign.at("id");
            id_form(id, "a campaign", &at, Place::Value, findings);
            match ids.insert(hash::code(id), id) {
                Some(other) if other == id => findings.push(duplicate("campaign", id, &at)),
                Some(other) => {
                    let message = format!("`{id}` and `{other}` have the same code in cookies");
                    findings.push(Finding::error("id-clash", &at, message, "rename one of them"));
                }
                None => {}
            }
        }
        references(&campaign, names, findings);
        dates(&campaign, findings);
        limits_of(&campaign, findings);
        variants(&campaign, names, findings);
    }
    status::check(root, findings);
    let a_list = root.get("campaigns").is_none_or(|campaigns| campaigns.value.is_array());
    if count == 0 && a_list && root.value.is_object() {
        let (at, place) =
            if root.get("campaigns").is_some() { ("/campaigns", Place::Key) } else { ("", Place::Value) };
        let finding = Finding::warning(
            "no-campaigns",
            at,
            "there are no campaigns, so every page stays as it is",
            "add one",
        );
        findings.push(finding.at(place));
    }
}

fn references(campaign: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    if let Some(block) = campaign.text("block").filter(|block| !names.blocks.contains(block)) {
        findings.push(reference("block", "block", block, &names.blocks, "blocks", &campaign.at("block")));
    }
    if let Some(audience) = campaign.text("audience").filter(|audience| !names.audiences.contains(audience)) {
        let at = campaign.at("audience");
        findings.push(reference("audience", "audience", audience, &names.audiences, "audiences", &at));
    }
}

fn dates(campaign: &Node<'_>, findings: &mut Vec<Finding>) {
    let mut read = |key: &str| {
        let text = campaign.text(key)?;
        let seconds = date::seconds(text);
        if seconds.is_none() {
            let message = format!("`{text}` is not a date and time that exists, with its zone");
            findings.push(Finding::error(
                "bad-date",
                &campaign.at(key),
                message,
                "write it as `2026-03-01T00:00:00+01:00`, with `Z` for UTC",
            ));
        }
        seconds
    };
    let (starts, ends) = (read("starts"), read("ends"));
    if let (Some(starts), Some(ends)) = (starts, ends)
        && ends < starts
    {
        let message = "the campaign ends before it starts, so it never runs";
        findings.push(Finding::error(
            "never-runs",
            &campaign.at("ends"),
            message,
            "put `ends` behind `starts`",
        ));
    }
}

fn limits_of(campaign: &Node<'_>, findings: &mut Vec<Finding>) {
    if let Some(experiment) = campaign.get("experiment") {
        percent(&experiment, "coverage_percent", findings);
        if experiment.get("coverage_percent").and_then(|coverage| coverage.value.as_f64()) == Some(0.0) {
            let message = "a coverage of 0 allocates nobody, so the campaign never runs";
            findings.push(Finding::warning(
                "never-runs",
                &experiment.at("coverage_percent"),
                message,
                "raise it when the experiment begins",
            ));
        }
    }
}

fn variants(campaign: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    let variants: Vec<Node<'_>> = campaign.elements("variants").collect();
    let at = campaign.at("variants");
    if !campaign.value.get("variants").is_some_and(Json::is_array) {
        return;
    }
    match variants.as_slice() {
        [] => findings.push(Finding::error(
            "no-variants",
            &at,
            "the campaign has no variants",
            "add one with `html`, `parts`, `order`, `order_by`, `hide` or `control`",
        )),
        [only] if only.get("control").is_some_and(|control| control.value.as_bool() == Some(true)) => {
            let message = "the only variant is the default content, so the campaign changes nothing";
            findings.push(Finding::warning(
                "changes-nothing",
                &only.pointer,
                message,
                "add a variant with `html`, `parts`, `order` or `hide`",
            ));
        }
        _ => variant_fallback::check(campaign, names, findings),
    }
    if variants.len() > usize::from(u8::MAX) {
        findings.push(Finding::error("too-many", &at, "there are more than 255 variants", "remove some"));
    }
    let mut ids: Vec<&str> = Vec::new();
    for variant in &variants {
        if let Some(id) = variant.text("id") {
            id_form(id, "a variant", &variant.at("id"), Place::Value, findings);
            if ids.contains(&id) {
                findings.push(duplicate("variant", id, &variant.at("id")));
            }
            ids.push(id);
        }
        content(variant, names, findings);
        variant_content::variant(campaign, variant, names, findings);
        order_by::check(campaign, variant, names, findings);
        percent(variant, "weight", findings);
    }
    weights(&at, &variants, findings);
}

fn content(variant: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    if !variant.value.is_object() {
        return;
    }
    let set = |key: &str| variant.get(key).is_some_and(|value| value.value.as_bool() != Some(false));
    let chosen: Vec<&str> = ["html", "parts", "order", "order_by", "hide", "control"]
        .into_iter()
        .filter(|key| set(key))
        .collect();
    if chosen.len() != 1 {
        let message = match chosen.as_slice() {
            [] => "the variant has no content".to_string(),
            several => format!("the variant has several kinds of content: `{}`", several.join("` and `")),
        };
        findings.push(Finding::error(
            "variant-content",
            &variant.pointer,
            message,
            "write exactly one of `html`, `parts`, `order`, `order_by`, `hide` and `control`",
        ));
    }
    let Some(html) = variant.text("html") else { return };
    match template::compile(html, names.marker, &names.blocks) {
        Ok(compiled) => lists::check(&compiled, names, &variant.at("html"), findings),
        Err(problems) => findings.extend(problems.into_iter().map(|problem| Finding {
            severity: Severity::Error,
            code: problem.code,
            pointer: variant.at("html"),
            place: Place::Inside(problem.at),
            message: problem.message,
            help: problem.help,
        })),
    }
}

fn weights(at: &str, variants: &[Node<'_>], findings: &mut Vec<Finding>) {
    let weights: Vec<f64> =
        variants.iter().filter_map(|variant| variant.get("weight")?.value.as_f64()).collect();
    if weights.is_empty() {
        return;
    }
    if weights.len() < variants.len() {
        let message = "some variants have a weight and some have none";
        findings.push(
            Finding::error("weights", at, message, "give every variant a weight, or none").at(Place::Key),
        );
        return;
    }
    let points: Option<u32> = weights.iter().map(|weight| basis_points(*weight).map(u32::from)).sum();
    if let Some(sum) = points.filter(|sum| *sum != 10_000) {
        let message = format!("the weights add up to {}, not to 100", f64::from(sum) / 100.0);
        findings.push(
            Finding::error("weights", at, message, "weights are percent of those who take part")
                .at(Place::Key),
        );
    }
}

fn duplicate(what: &str, id: &str, at: &str) -> Finding {
    Finding::error("duplicate-id", at, format!("there is another {what} `{id}`"), "rename one of them")
}
