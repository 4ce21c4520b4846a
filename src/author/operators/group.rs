//! The drafts of exclusive groups and of the ranges that experiments have in them.
//!
//! Checks of exclusive groups: the ranges of experiments that run at the same time must be disjoint.

use crate::author::check::names::Names;
use crate::author::check::node::Node;
use crate::author::check::site::id_form;
use crate::author::check::{Finding, Place};
use crate::author::date;
use crate::author::did_you_mean::suggest;
use crate::author::draft::{CampaignDraft, Draft};
use crate::author::hundredths::basis_points;
use crate::author::operators::Operators;
use crate::playbook::operators::Tag;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An exclusive group: each visitor takes part in at most one of its experiments.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExclusiveDraft {
    /// The seed of the visitors' places in the group; changing it moves all of them. By default the group's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<String>,
}

/// The range of an exclusive group that takes part in an experiment, as `from` 0 `to` 50 for its first half.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupDraft {
    /// The group, by its name in `exclusive`.
    pub name: String,
    /// The start of the range, in percent with at most one decimal.
    #[schemars(range(min = 0, max = 100))]
    pub from: f64,
    /// The end of the range, in percent, exclusive.
    #[schemars(range(min = 0, max = 100))]
    pub to: f64,
}

pub(super) fn encode(campaign: &CampaignDraft, draft: &Draft, all: &mut Operators) -> Option<()> {
    let group = campaign.experiment.as_ref().and_then(|experiment| experiment.group.as_ref());
    let Some(group) = group else { return Some(()) };
    let exclusive = draft.exclusive.get(&group.name)?;
    let mut body = Vec::from(basis_points(group.from)?.to_le_bytes());
    body.extend(basis_points(group.to)?.to_le_bytes());
    body.extend(exclusive.seed.as_deref().unwrap_or(&group.name).bytes());
    all.put(Tag::Group, &body)
}

/// Hundredths of a percent of one place of a group.
const PLACE: u16 = 10;

pub(super) fn check(root: &Node<'_>, _: &Names<'_>, findings: &mut Vec<Finding>) {
    let groups: Vec<&str> = root.members("exclusive").map(|(id, _)| id).collect();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let mut parts: BTreeMap<&str, Vec<Part<'_>>> = BTreeMap::new();
    for campaign in root.elements("campaigns") {
        let Some(group) = campaign.get("experiment").and_then(|experiment| experiment.get("group")) else {
            continue;
        };
        let Some(name) = group.text("name") else { continue };
        used.insert(name);
        if !groups.contains(&name) {
            let help = suggest(name, groups.iter().copied())
                .unwrap_or_else(|| format!("declare it: `\"exclusive\": {{ \"{name}\": {{}} }}`"));
            let message = format!("there is no exclusive group `{name}`");
            findings.push(Finding::error("unknown-exclusive-group", &group.at("name"), message, help));
        }
        let Some(part) = Part::of(&campaign, &group, findings) else { continue };
        let others = parts.entry(name).or_default();
        if let Some(other) = others.iter().find(|other| other.meets(&part)) {
            findings.push(part.overlaps(other, name, &group));
        }
        others.push(part);
    }
    seeds(root, &used, findings);
}

/// The range of one campaign in a group.
struct Part<'v> {
    id: &'v str,
    from: u16,
    to: u16,
    starts: Option<i64>,
    ends: Option<i64>,
}

impl<'v> Part<'v> {
    fn of(campaign: &Node<'v>, group: &Node<'_>, findings: &mut Vec<Finding>) -> Option<Part<'v>> {
        let mut read = |key: &str| {
            let percent = group.get(key)?.value.as_f64().filter(|percent| (0.0..=100.0).contains(percent))?;
            let points = basis_points(percent).filter(|points| points % PLACE == 0);
            if points.is_none() {
                let message = format!("`{key}` has more than one decimal: `{percent}`");
                let help = "a group has 1,000 places: round it to one decimal";
                findings.push(Finding::error("out-of-range", &group.at(key), message, help));
            }
            points
        };
        let (from, to) = (read("from"), read("to"));
        let (from, to) = (from?, to?);
        if from >= to {
            let message = format!(
                "the part from {} to {} of the group holds nobody, so the campaign never runs",
                percent(from),
                percent(to)
            );
            let help = "write where it begins and where it ends, as `\"from\": 0, \"to\": 50`";
            findings.push(Finding::error("never-runs", &group.at("to"), message, help));
            return None;
        }
        let seconds = |key| campaign.text(key).and_then(date::seconds);
        let id = campaign.text("id").unwrap_or_default();
        Some(Part { id, from, to, starts: seconds("starts"), ends: seconds("ends") })
    }

    /// Whether one visitor could take part in both at the same time.
    fn meets(&self, other: &Part<'_>) -> bool {
        let apart = |a: &Part<'_>, b: &Part<'_>| matches!((a.ends, b.starts), (Some(ends), Some(starts)) if ends < starts);
        self.from < other.to && other.from < self.to && !apart(self, other) && !apart(other, self)
    }

    fn overlaps(&self, other: &Part<'_>, name: &str, group: &Node<'_>) -> Finding {
        let (from, to) = (self.from.max(other.from), self.to.min(other.to));
        let message = format!(
            "`{}` and `{}` are both for the visitors from {} to {} of the group `{name}`",
            other.id,
            self.id,
            percent(from),
            percent(to)
        );
        let help = format!(
            "`{}` has the part from {} to {}: begin or end elsewhere, or let one end before the other starts",
            other.id,
            percent(other.from),
            percent(other.to)
        );
        Finding::error("group-overlap", &group.pointer, message, help)
    }
}

fn seeds(root: &Node<'_>, used: &BTreeSet<&str>, findings: &mut Vec<Finding>) {
    let mut seeds: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, group) in root.members("exclusive") {
        id_form(name, "an exclusive group", &group.pointer, Place::Key, findings);
        let seed = group.text("seed");
        if let Some(seed) = seed {
            id_form(seed, "a seed of a group", &group.at("seed"), Place::Value, findings);
        }
        if let Some(other) = seeds.insert(seed.unwrap_or(name), name) {
            let message =
                format!("`{name}` and `{other}` have the same seed, so a visitor has the same place in both");
            let help = "give one of them a `seed` of its own, or make them one group";
            findings.push(Finding::warning("redundant", &group.pointer, message, help).at(Place::Key));
        }
        if !used.contains(name) {
            let message = format!("no experiment is in the exclusive group `{name}`");
            let help = format!(
                "write `\"group\": {{ \"name\": \"{name}\", \"from\": 0, \"to\": 50 }}` in an experiment, or remove it"
            );
            findings.push(Finding::warning("unused", &group.pointer, message, help).at(Place::Key));
        }
    }
}

fn percent(points: u16) -> f64 {
    f64::from(points) / 100.0
}
