//! Checks of stores: ids, addresses, stock, and stores so near one another that no visitor is told which is the nearest.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::catalog::shown;
use super::names::Names;
use super::node::Node;
use super::site::{id_form, reference};
use super::{Finding, Place, Severity};
use crate::condition::near::suggest;
use crate::limits;
use crate::playbook::stores::{naming, point};
use crate::signal::distance::{NEAR_METERS, Point};
use crate::signal::registry::{Signal, Type};

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
        stock(&store, names, findings);
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
    // Every signal is named in quotes or braces, and nothing else is named like one.
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
        in_stock(&asked, names, findings);
        if stores.is_empty() {
            let message = "there are no stores, so the campaign never runs";
            findings.push(
                Finding::warning("never-runs", &asked.pointer, message, "declare them in `stores`")
                    .at(Place::Key),
            );
        }
    }
}

fn stock(store: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
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

fn in_stock(asked: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
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
        let naming =
            { naming }.filter(|entry| entry.names_item && entry.kind == Type::Text).map(|entry| entry.name);
        let known = || naming.clone().collect::<Vec<_>>().join("`, `");
        let help = suggest(name, naming.clone())
            .unwrap_or_else(|| format!("signals that name an item are `{}`", known()));
        let message = format!("`{name}` is no signal that names one item");
        findings.push(Finding::error("unknown-signal", &asked.at("item_of"), message, help));
    }
    if asked.value.is_object() && asked.get("item").is_some() == asked.get("item_of").is_some() {
        let message = "it does not say which item must be in stock".to_string();
        let help = "write exactly one of `item` and `item_of`";
        findings.push(Finding::error("in-stock", &asked.pointer, message, help).at(Place::Key));
    }
}
