//! Compares the campaigns of one block: reports those that are never reached, and those with an ambiguous order.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::Value as Json;

use super::Finding;
use super::names::Names;
use super::node::Node;
use super::satisfiable::Admits;
use crate::author::{date, status, template};

/// Maximum number of pairs of campaigns that are compared; further ones are not checked.
const PAIRS: u32 = 200_000;

pub(in crate::author) fn check(root: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    let mut blocks: BTreeMap<&str, Vec<Rival<'_>>> = BTreeMap::new();
    for rival in root.elements("campaigns").filter_map(|campaign| Rival::of(root, campaign, names)) {
        blocks.entry(rival.block).or_default().push(rival);
    }
    let mut pairs = PAIRS;
    for rivals in blocks.values_mut() {
        // The order in which the engine considers them.
        rivals.sort_by(|a, b| b.priority.cmp(&a.priority).then_with(|| a.id.cmp(b.id)));
        let mut reached: Vec<&Rival<'_>> = Vec::new();
        for later in rivals.iter() {
            let earlier = reached.get(..usize::try_from(pairs).unwrap_or(usize::MAX)).unwrap_or(&reached);
            pairs = pairs.saturating_sub(u32::try_from(earlier.len()).unwrap_or(u32::MAX));
            if let Some(first) = earlier.iter().find(|first| first.id != later.id && first.covers(later)) {
                findings.push(unreachable(first, later));
                continue;
            }
            let equal = earlier.iter().filter(|first| first.priority == later.priority);
            if let Some(first) = { equal }.find(|first| first.meets(later)) {
                findings.push(undecided(first, later));
            }
            reached.push(later);
        }
    }
}

fn unreachable(first: &Rival<'_>, later: &Rival<'_>) -> Finding {
    let whom = if first.conditions.is_empty() { "every visitor" } else { "the same visitors" };
    let order = if first.priority == later.priority {
        "the same priority, and its id comes first in the alphabet".into()
    } else {
        format!("priority {} before {}", first.priority, later.priority)
    };
    let message = format!(
        "`{}` is never shown: in `{}` the campaign `{}` takes {whom} first ({order})",
        later.id, later.block, first.id
    );
    let help = format!(
        "give `{}` a higher `priority`, or limit `{}` by an audience, by dates or by a cap",
        later.id, first.id
    );
    Finding::warning("unreachable-campaign", &later.pointer, message, help)
}

fn undecided(first: &Rival<'_>, later: &Rival<'_>) -> Finding {
    let message = format!(
        "`{}` and `{}` may apply to the same visitor in `{}` with the same priority {}: then `{}` wins, because its id comes first in the alphabet",
        later.id, first.id, later.block, later.priority, first.id
    );
    let help = "give the one that should win a higher `priority`, or audiences that exclude each other";
    Finding::warning("equal-priority", &later.pointer, message, help)
}

/// A campaign that competes with others for its block.
struct Rival<'v> {
    id: &'v str,
    block: &'v str,
    priority: i64,
    /// The pointer of its id.
    pointer: String,
    /// Its audience's condition and its own, unless empty.
    conditions: Vec<&'v Json>,
    starts: Option<i64>,
    ends: Option<i64>,
    experiment: bool,
    /// The exclusive group of its experiment.
    group: Option<&'v str>,
    /// How near it is to being shown; what is further away takes nobody from what is nearer.
    readiness: u8,
    /// Whether it has content for every visitor who fulfils its conditions, within its dates.
    certain: bool,
}

impl<'v> Rival<'v> {
    fn of(root: &Node<'v>, campaign: Node<'v>, names: &Names<'_>) -> Option<Rival<'v>> {
        let (id, block) = (campaign.text("id")?, campaign.text("block")?);
        let priority = campaign.value.get("priority").map_or(Some(0), Json::as_i64)?;
        let audience = match campaign.text("audience") {
            Some(audience) => Some(root.value.get("audiences")?.get(audience)?),
            None => None,
        };
        let conditions = audience.into_iter().chain(campaign.get("when").map(|when| when.value));
        let conditions =
            conditions.filter(|condition| condition.as_object().is_none_or(|members| !members.is_empty()));
        let seconds = |key| campaign.text(key).and_then(date::seconds);
        Some(Rival {
            id,
            block,
            priority,
            pointer: campaign.at("id"),
            conditions: conditions.collect(),
            starts: seconds("starts"),
            ends: seconds("ends"),
            experiment: campaign.get("experiment").is_some(),
            group: campaign.get("experiment").and_then(|experiment| experiment.get("group")?.text("name")),
            readiness: status::readiness(&campaign),
            certain: certain(&campaign, names),
        })
    }

    /// Whether every visitor who could get `later` gets this one first.
    fn covers(&self, later: &Rival<'_>) -> bool {
        let starts = self.starts.is_none_or(|starts| later.starts.is_some_and(|later| starts <= later));
        let ends = self.ends.is_none_or(|ends| later.ends.is_some_and(|later| later <= ends));
        self.certain
            && self.readiness >= later.readiness
            && starts
            && ends
            // An experiment needs a permission that `later` must need too.
            && (!self.experiment || later.experiment)
            && self.conditions.iter().all(|condition| later.conditions.contains(condition))
    }

    /// Whether one visitor could get either campaign.
    fn meets(&self, later: &Rival<'_>) -> bool {
        let apart = |a: &Rival<'_>, b: &Rival<'_>| matches!((a.ends, b.starts), (Some(ends), Some(starts)) if ends < starts);
        let conditions = self.conditions.iter().chain(&later.conditions).copied();
        // Ranges of one group are disjoint, or there would have been an error.
        let exclusive = self.group.is_some() && self.group == later.group;
        !exclusive
            && !apart(self, later)
            && !apart(later, self)
            && Admits::of(conditions).impossible().is_none()
    }
}

/// Whether only conditions and dates decide, and every variant can always be shown: the one that an experiment allocates,
/// or one of several alternatives.
fn certain(campaign: &Node<'_>, names: &Names<'_>) -> bool {
    // A field that is not listed here may limit the campaign in an unknown way.
    let plain = [
        "id",
        "title",
        "status",
        "block",
        "priority",
        "audience",
        "when",
        "starts",
        "ends",
        "experiment",
        "variants",
    ];
    let plain_variant = ["id", "weight", "html", "hide", "control"];
    let coverage = campaign.get("experiment").and_then(|experiment| experiment.get("coverage_percent"));
    // A group admits a part of the visitors, and a version may exclude some.
    let open = campaign
        .get("experiment")
        .is_none_or(|experiment| only(experiment.value, &["seed", "coverage_percent"]));
    let full = open && coverage.is_none_or(|coverage| coverage.value.as_f64() == Some(100.0));
    let mut variants = campaign.elements("variants").peekable();
    let sure = |variant: Node<'_>| {
        let shows_values = variant.text("html").is_some_and(|html| {
            template::compile(html, names.marker, &names.blocks)
                .map_or(true, |compiled| !compiled.is_certain())
        });
        only(variant.value, &plain_variant) && !shows_values
    };
    let allocated = campaign.get("experiment").is_some();
    full && only(campaign.value, &plain)
        && variants.peek().is_some()
        && if allocated { variants.all(sure) } else { variants.any(sure) }
}

fn only(value: &Json, known: &[&str]) -> bool {
    let known = |(key, value): (&String, &Json)| known.contains(&key.as_str()) || value.is_null();
    value.as_object().is_some_and(|members| members.iter().all(known))
}
