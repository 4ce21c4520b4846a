//! Checks a table of weights against its draft, and applies it.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use schemars::generate::SchemaSettings;

use super::node::Node;
use super::site::percent;
use super::{Diagnostic, Finding, Place, read, refused, told};
use crate::author::did_you_mean::suggest;
use crate::author::draft::{CampaignDraft, Draft};
use crate::author::hundredths::basis_points;
use crate::author::weights::{FORMAT, WeightsDraft, put, shares};

/// The result of applying weights to a draft.
#[derive(Clone, Debug)]
pub struct Weighed {
    /// The draft with its weights, unless the table has an error.
    pub draft: Option<Draft>,
    /// Every problem of the table, in the order of its source.
    pub diagnostics: Vec<Diagnostic>,
}

/// Replaces the weights of campaigns of `draft` by those of `source`, a [`WeightsDraft`] as JSON.
///
/// ```
/// use parvis::author::check::{check, weigh};
/// let playbook = r#"{ "format": 1, "site": { "name": "s", "host": "shop.example" }, "pages": [{ "kind": "home", "path": "/" }],
///     "blocks": { "hero": { "pages": ["home"], "reserve": "1rem" } }, "campaigns": [{ "id": "test", "block": "hero",
///     "experiment": {}, "variants": [{ "id": "a", "html": "<p>A</p>" }, { "id": "b", "control": true }] }] }"#;
/// let draft = check(playbook).draft.unwrap();
/// let weighed = weigh(&draft, r#"{ "format": 1, "campaigns": { "test": { "a": 3, "b": 1 } } }"#);
/// assert_eq!(weighed.draft.unwrap().campaigns[0].variants[0].weight, Some(75.0));
/// ```
pub fn weigh(draft: &Draft, source: &str) -> Weighed {
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<WeightsDraft>();
    let (value, positions, mut findings) = match read(source, &schema.to_value()) {
        Ok(read) => read,
        Err(syntax) => return Weighed { draft: None, diagnostics: Vec::from([syntax]) },
    };
    let root = Node::root(&value);
    if let Some(format) = root
        .get("format")
        .filter(|format| format.value.as_u64().is_some_and(|format| format != u64::from(FORMAT)))
    {
        let message = format!("weights have the format {FORMAT}, not `{}`", format.value);
        findings.push(Finding::error("unknown-format", &format.pointer, message, "write `\"format\": 1`"));
    }
    percent(&root, "floor_percent", &mut findings);
    let floor = root.get("floor_percent").map_or(Some(1.0), |floor| floor.value.as_f64());
    let floor = floor.and_then(basis_points).unwrap_or(0);
    let mut weighed = draft.clone();
    for (id, table) in root.members("campaigns") {
        let campaign = weighed.campaigns.iter_mut().find(|campaign| campaign.id == id);
        let Some(campaign) = campaign.filter(|campaign| campaign.experiment.is_some()) else {
            findings.push(unknown(id, &table, draft));
            continue;
        };
        if let Some(weights) = weights(campaign, &table, &mut findings) {
            match shares(&weights, floor) {
                Some(shares) => put(campaign, &shares),
                None => findings.push(impossible(id, &table, &weights, floor)),
            }
        }
    }
    let draft = Some(weighed).filter(|_| !refused(&findings));
    Weighed { draft, diagnostics: told(findings, &positions) }
}

/// The weights of all variants of `campaign`, in its order, if each has one.
fn weights(campaign: &CampaignDraft, table: &Node<'_>, findings: &mut Vec<Finding>) -> Option<Vec<f64>> {
    let ids: Vec<&str> = campaign.variants.iter().map(|variant| variant.id.as_str()).collect();
    for (id, weight) in table.value.as_object().into_iter().flatten() {
        let at = table.at(id);
        if !ids.contains(&id.as_str()) {
            let help = suggest(id, ids.iter().copied())
                .unwrap_or_else(|| format!("its variants are `{}`", ids.join("`, `")));
            let message = format!("`{}` has no variant `{id}`", campaign.id);
            findings.push(Finding::error("unknown-variant", &at, message, help).at(Place::Key));
        }
        if weight.as_f64().is_some_and(|weight| weight < 0.0) {
            let message = format!("the weight of `{id}` is negative");
            findings.push(Finding::error(
                "out-of-range",
                &at,
                message,
                "write 0 for the least; the floor raises it",
            ));
        }
    }
    let missing: Vec<&str> = ids.iter().copied().filter(|id| table.value.get(*id).is_none()).collect();
    if table.value.is_object() && !missing.is_empty() {
        let message = format!("`{}` has no weight for `{}`", campaign.id, missing.join("`, `"));
        let help = "give every variant a weight, or leave the campaign out to keep those of the playbook";
        findings.push(Finding::error("weights", &table.pointer, message, help).at(Place::Key));
    }
    let weight = |id: &&str| table.value.get(*id)?.as_f64().filter(|weight| *weight >= 0.0);
    ids.iter().map(weight).collect()
}

fn unknown(id: &str, table: &Node<'_>, draft: &Draft) -> Finding {
    let experiments = || draft.campaigns.iter().filter(|campaign| campaign.experiment.is_some());
    let known = draft.campaigns.iter().any(|campaign| campaign.id == id);
    let (message, help): (String, String) = if known {
        (
            format!("`{id}` is no experiment, so it shares nothing out"),
            "add `\"experiment\": {}` to it, or take it out here".into(),
        )
    } else {
        let help = suggest(id, experiments().map(|campaign| campaign.id.as_str()));
        (
            format!("the playbook has no campaign `{id}`"),
            help.unwrap_or_else(|| "take it out, or correct the name".into()),
        )
    };
    Finding::error("unknown-campaign", &table.pointer, message, help).at(Place::Key)
}

fn impossible(id: &str, table: &Node<'_>, weights: &[f64], floor: u16) -> Finding {
    let floors = weights.len().saturating_mul(floor.into());
    let (message, help) = if floors > 10_000 {
        let message = format!(
            "`{id}` has {} variants, and {} % for each of them is more than there is",
            weights.len(),
            f64::from(floor) / 100.0
        );
        (message, "lower `floor_percent`")
    } else {
        (format!("the weights of `{id}` share nothing out"), "give at least one variant a weight above 0")
    };
    Finding::error("weights", &table.pointer, message, help).at(Place::Key)
}
