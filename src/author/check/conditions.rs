//! Checks of audiences and of campaigns' own conditions.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;

use super::names::Names;
use super::node::Node;
use super::site::{id_form, reference};
use super::{Finding, Place, Severity, spelling};
use crate::author::condition::operand;
use crate::author::condition::parse::{Compared, Parsed, parse};
use crate::author::features::preferences;
use crate::http::personal;
use crate::limits;
use crate::signal::registry::{Named, Signal};

pub(in crate::author) fn check(root: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    let used: BTreeSet<&str> =
        root.elements("campaigns").filter_map(|campaign| campaign.text("audience")).collect();
    for (id, audience) in root.members("audiences") {
        id_form(id, "an audience", &audience.pointer, Place::Key, findings);
        condition(&audience, names, findings);
        if !used.contains(id) {
            let message = format!("no campaign is for the audience `{id}`");
            findings.push(
                Finding::warning(
                    "unused-audience",
                    &audience.pointer,
                    message,
                    "use it in a campaign, or remove it",
                )
                .at(Place::Key),
            );
        }
    }
    for campaign in root.elements("campaigns") {
        let Some(when) = campaign.get("when") else { continue };
        let own = condition(&when, names, findings);
        let audience = campaign.text("audience").and_then(|id| root.get("audiences")?.get(id));
        let steps = audience.and_then(|audience| parse(audience.value).ok()).map_or(0, |parsed| parsed.steps);
        let together = own.map_or(0, |parsed| parsed.steps).saturating_add(steps);
        if steps <= limits::CONDITION_STEPS && together > limits::CONDITION_STEPS {
            let message = format!(
                "with its audience the condition takes up to {together} steps, more than {}",
                limits::CONDITION_STEPS
            );
            findings.push(Finding::error("condition-too-long", &when.pointer, message, "test fewer things"));
        }
    }
}

fn condition(node: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) -> Option<Parsed> {
    if !node.value.is_object() {
        return None;
    }
    let (parsed, texts) = match parse(node.value) {
        Ok(parsed) => (Some(parsed.clone()), parsed.texts),
        Err(refused) => {
            findings.extend(refused.problems.into_iter().map(|problem| Finding {
                severity: Severity::Error,
                code: problem.code,
                pointer: format!("{}{}", node.pointer, problem.pointer),
                place: if problem.on_key { Place::Key } else { Place::Value },
                message: problem.message,
                help: problem.help,
            }));
            (None, refused.texts)
        }
    };
    findings.extend(texts.iter().filter_map(|compared| {
        let odd = if compared.folded { None } else { odd_text(compared, node, names) };
        name_as_value(compared, node, names, odd.is_some()).or(odd)
    }));
    parsed
}

/// The name of a signal in place of a value, unless it is one that the playbook knows. Names of one word are values, too,
/// where they are not `odd`.
fn name_as_value(compared: &Compared, condition: &Node<'_>, names: &Names<'_>, odd: bool) -> Option<Finding> {
    let Compared { signal, text, pointer, .. } = compared;
    let text = text.as_str();
    let is_id = match signal.entry().names {
        Named::Item => names.items.contains(&text),
        Named::Category => names.categories.contains(&text),
        Named::Store => names.stores.contains(&text),
        Named::Nothing => match (signal, &names.profile) {
            (Signal::PageKind, _) => names.kinds.contains(&text),
            (Signal::Tier, Some([tiers, _])) => tiers.contains(&text),
            (Signal::Segments, Some([_, segments])) => segments.contains(&text),
            _ => false,
        },
    };
    if is_id || !(odd || text.contains('.')) {
        return None;
    }
    let (message, help) = operand::name_as_value(*signal, text)?;
    let pointer = format!("{}{pointer}", condition.pointer);
    Some(Finding::error("signal-as-value", &pointer, message, help))
}

/// A query parameter that would identify one person, and so is never read.
fn personal_parameter(signal: Signal, text: &str, pointer: &str) -> Option<Finding> {
    let (name, value) = match signal {
        Signal::Query => text.split_once('=').unwrap_or((text, "")),
        _ => (signal.parameter()?, text),
    };
    if !personal::names_a_person(name) && !personal::may_be_personal(value) {
        return None;
    }
    let message = format!("`{text}` may name one person, so that it is never read from an address");
    let help = "compare with a value that many visitors share, as `utm_campaign=spring`; what is known of one visitor needs their consent";
    Some(Finding::error("personal-parameter", pointer, message, help))
}

/// A text that the signal can never have, or that is no id of the catalog.
fn odd_text(compared: &Compared, condition: &Node<'_>, names: &Names<'_>) -> Option<Finding> {
    let Compared { signal, text, pointer, .. } = compared;
    let text = text.as_str();
    let pointer = format!("{}{pointer}", condition.pointer);
    let entry = signal.entry();
    let unknown = |known: &[&str]| !known.is_empty() && !known.contains(&text);
    if *signal == Signal::PageKind && !names.kinds.contains(&text) {
        Some(reference("page-kind", "kind of page", text, &names.kinds, "pages", &pointer))
    } else if entry.names == Named::Item && unknown(&names.items) {
        let finding = reference("item", "item", text, &names.items, "catalog.items", &pointer);
        Some(Finding { severity: Severity::Warning, ..finding })
    } else if entry.names == Named::Category && unknown(&names.categories) {
        let finding =
            reference("category", "category", text, &names.categories, "catalog.categories", &pointer);
        Some(Finding { severity: Severity::Warning, ..finding })
    } else if entry.names == Named::Store && !names.stores.contains(&text) {
        Some(reference("store", "store", text, &names.stores, "stores", &pointer))
    } else if let (Signal::Tier, Some([tiers, _])) = (signal, &names.profile)
        && !tiers.contains(&text)
    {
        Some(reference("tier", "tier", text, tiers, "profile.tiers", &pointer))
    } else if let (Signal::Segments, Some([_, segments])) = (signal, &names.profile)
        && !segments.contains(&text)
    {
        Some(reference("segment", "segment", text, segments, "profile.segments", &pointer))
    } else if let Some(found) = personal_parameter(*signal, text, &pointer) {
        Some(found)
    } else if *signal == Signal::Preferences {
        preferences::odd(text, names, &pointer)
    } else if let Some((message, help)) = spelling::odd(*signal, text) {
        Some(Finding::warning("unknown-value", &pointer, message, help))
    } else {
        None
    }
}
