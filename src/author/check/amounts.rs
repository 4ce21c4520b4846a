//! Checks of amounts: a campaign that reads the cart value needs a price for every item.

use alloc::format;
use alloc::vec::Vec;

use super::Finding;
use super::names::Names;
use super::node::Node;
use super::signal_usage::readers;
use crate::author::hundredths::hundredths;
use crate::author::price;
use crate::signal::registry::Signal;

pub(in crate::author) fn check(root: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    let Some(catalog) = root.get("catalog") else { return };
    let mut unknown = None;
    for (id, item) in catalog.members("items") {
        let amount = item.get("amount").and_then(|amount| amount.value.as_f64());
        if amount.is_some_and(|amount| amount >= 0.0 && hundredths(amount).is_none()) {
            let message = "the amount has more than two decimals";
            findings.push(Finding::error("out-of-range", &item.at("amount"), message, "round it"));
        }
        if item.get("amount").is_none() && item.text("price").and_then(price::read).is_none() {
            unknown = unknown.or(Some((id, item)));
        }
    }
    let Some((id, item)) = unknown else { return };
    if readers(root, names, Signal::CartValue).next().is_some() {
        let message =
            format!("`visit.cart_value` is not known while `{id}` is in the cart: its price is no number");
        let help = "write its price as a number too, as `\"amount\": 89.5`; so for every item";
        findings.push(Finding::warning("no-amount", &item.pointer, message, help).at(super::Place::Key));
    }
}
