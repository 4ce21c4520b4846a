//! The drafts of stores, and of the stock operator.
//!
//! The encoding of stores and of the stock operator.
//!
//! Checks of stores: ids, URLs, stock, and stores so near each other that the nearest is always uncertain.

use crate::author::check::catalog::shown;
use crate::author::check::names::Names;
use crate::author::check::node::Node;
use crate::author::check::site::{id_form, reference};
use crate::author::check::{Finding, Place, Severity};
use crate::author::did_you_mean::suggest;
use crate::author::draft::{CampaignDraft, Draft};
use crate::author::operators::Operators;
use crate::limits;
use crate::playbook::operators::Tag;
use crate::signal::distance::{NEAR_METERS, Point};
use crate::signal::registry::{Named, Signal, Type};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A store, a branch or a showroom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StoreDraft {
    /// Its title.
    pub title: String,
    /// The URL of its page.
    pub url: String,
    /// Degrees north of the equator, as 45.764; negative in the south.
    #[schemars(range(min = -90, max = 90))]
    pub latitude: f64,
    /// Degrees east of Greenwich, as 4.8357; negative in the west.
    #[schemars(range(min = -180, max = 180))]
    pub longitude: f64,
    /// Its region, as visitors call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The ids of the items it has in stock, as far as campaigns use them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stock: Vec<String>,
}

/// An item that the nearest store must have in stock: exactly one of `item` and `item_of`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InStockDraft {
    /// The id of the item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// A signal whose value is the item, as `page.item` or `visit.last_item`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_of: Option<String>,
}

/// The coordinates of a store, to a millionth of a degree; `None` if outside the globe.
pub(in crate::author) fn point(store: &StoreDraft) -> Option<Point> {
    Some(Point { latitude: millionths(store.latitude, 90)?, longitude: millionths(store.longitude, 180)? })
}

fn millionths(degrees: f64, most: i32) -> Option<i32> {
    // Formatted and parsed again, since there is no lossless conversion from degrees to an integer.
    let rounded: i32 = (degrees * 1e6).round().to_string().parse().ok()?;
    (rounded.unsigned_abs() <= most.unsigned_abs() * 1_000_000).then_some(rounded)
}

/// The stock of a store as one text: ids in alphabetical order, separated by spaces, which ids cannot contain.
pub(in crate::author) fn stock(store: &StoreDraft) -> String {
    let mut ids: Vec<&str> = store.stock.iter().map(String::as_str).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.join(" ")
}

pub(super) fn encode(campaign: &CampaignDraft, _: &Draft, all: &mut Operators) -> Option<()> {
    let Some(asked) = &campaign.in_stock else { return Some(()) };
    let body = match (&asked.item, &asked.item_of) {
        (Some(item), None) => item.clone().into_bytes(),
        (None, Some(name)) => {
            let signal = naming(name)?;
            all.signals.insert(signal);
            // No id begins with a control character, so the first byte distinguishes a signal from an item.
            Vec::from([0, signal.code()])
        }
        _ => return None,
    };
    all.signals.insert(Signal::Stores);
    all.put(Tag::InStock, &body)
}

/// The signal with this name, if its value is one item.
fn naming(name: &str) -> Option<Signal> {
    let one = |signal: &Signal| signal.entry().names == Named::Item && signal.entry().kind == Type::Text;
    Signal::from_name(name).filter(one)
}

pub(super) fn check(root: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    let mut points: Vec<(&str, Node<'_>, Point)> = Vec::new();
    for (index, (id, store)) in root.members("stores").enumerate() {
        id_form(id, "a store", &store.pointer, Place::Key, findings);
        shown(&store, findings);
        if index == limits::STORES {
            let message = format!("there are more than {} stores", limits::STORES);
            let help = "further ones would never be near: keep those that visitors can go to";
            findings.push(Finding::error("too-many", &store.pointer, message, help).at(Place::Key));
        }
        check_stock(&store, names, findings);
        if let Some(place) = serde_json::from_value(store.value.clone()).ok().and_then(|draft| point(&draft))
        {
            if place.latitude == 0 && place.longitude == 0 {
                let message = format!("`{id}` lies in the sea off Africa, where both coordinates are 0");
                let help = "write where it is, as `\"latitude\": 45.764, \"longitude\": 4.8357`";
                findings.push(Finding::warning("bad-place", &store.pointer, message, help).at(Place::Key));
            }
            points.push((id, store, place));
        }
    }
    // Signals are always in quotes or braces, and no other name looks like one.
    let said = |what: &str| {
        ["campaigns", "audiences"]
            .iter()
            .any(|key| root.get(key).is_some_and(|node| node.value.to_string().contains(what)))
    };
    if said("place.nearest_store") {
        for (index, (id, store, place)) in points.iter().take(limits::STORES).enumerate() {
            let others = points.iter().enumerate().filter(|(other, _)| *other != index);
            let near = { others }.find(|(_, (_, _, other))| place.meters(*other) < NEAR_METERS);
            if let Some((_, (other, _, other_place))) = near {
                let kilometers = place.meters(*other_place) / 1000;
                let message = format!(
                    "`place.nearest_store` is never `{id}`: `{other}` is {kilometers} km away, and where visitors are is not known so exactly"
                );
                let help = "show `place.stores`, which has both, or keep one of them";
                findings
                    .push(Finding::warning("never-nearest", &store.pointer, message, help).at(Place::Key));
            }
        }
    }
    let stores: Vec<&str> = root.members("stores").map(|(id, _)| id).collect();
    for campaign in root.elements("campaigns") {
        let Some(asked) = campaign.get("in_stock") else { continue };
        check_in_stock(&asked, names, findings);
        if stores.is_empty() {
            let message = "there are no stores, so the campaign never runs";
            findings.push(
                Finding::warning("never-runs", &asked.pointer, message, "declare them in `stores`")
                    .at(Place::Key),
            );
        }
    }
}

fn check_stock(store: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    let mut seen: Vec<&str> = Vec::new();
    for item in store.elements("stock") {
        let Some(id) = item.value.as_str() else { continue };
        id_form(id, "an item", &item.pointer, Place::Value, findings);
        if seen.contains(&id) {
            let message = format!("`{id}` is in stock twice");
            findings.push(Finding::warning("redundant", &item.pointer, message, "name it once"));
        } else if !names.items.is_empty() && !names.items.contains(&id) {
            let finding = reference("item", "item", id, &names.items, "catalog.items", &item.pointer);
            findings.push(Finding { severity: Severity::Warning, ..finding });
        }
        seen.push(id);
        if seen.len() == limits::STORE_ITEMS.saturating_add(1) {
            let message = format!("the store has more than {} items in stock", limits::STORE_ITEMS);
            findings.push(Finding::error(
                "too-many",
                &item.pointer,
                message,
                "name those that campaigns show",
            ));
        }
    }
}

fn check_in_stock(asked: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    if let Some(item) = asked.text("item") {
        let at = asked.at("item");
        if item.is_empty() || (!names.items.is_empty() && !names.items.contains(&item)) {
            findings.push(reference("item", "item", item, &names.items, "catalog.items", &at));
        } else {
            id_form(item, "an item", &at, Place::Value, findings);
        }
    }
    if let Some(name) = asked.text("item_of").filter(|name| naming(name).is_none()) {
        let naming = Signal::ALL.iter().map(|signal| signal.entry());
        let naming = { naming }
            .filter(|entry| entry.names == Named::Item && entry.kind == Type::Text)
            .map(|entry| entry.name);
        let known = || naming.clone().collect::<Vec<_>>().join("`, `");
        let help = suggest(name, naming.clone())
            .unwrap_or_else(|| format!("signals that name an item are `{}`", known()));
        let message = format!("`{name}` is no signal that names one item");
        findings.push(Finding::error("unknown-signal", &asked.at("item_of"), message, help));
    }
    if asked.value.is_object() && asked.get("item").is_some() == asked.get("item_of").is_some() {
        let message = "`in_stock` names no item".to_string();
        let help = "write exactly one of `item` and `item_of`";
        findings.push(Finding::error("in-stock", &asked.pointer, message, help).at(Place::Key));
    }
}
