//! Conditions, as JavaScript would evaluate them on JSON; `None` is "unknown", for what may not be read.
//!
//! Left out is what no random playbook asks for, lists of no conditions and conversions between types: GrowthBook's own
//! cases hold the engine to them.

use crate::{Maybe, list};
use serde_json::Value as Json;
use std::cmp::Ordering;

/// A signal's value: `Err` is one that the visitor does not let us read, null one that is not there.
pub type Read<'a> = dyn Fn(&str) -> Maybe<Json> + 'a;

/// Whether `condition` holds.
pub fn holds(condition: &Json, read: &Read<'_>) -> Option<bool> {
    let parts = condition.as_object().into_iter().flatten();
    let parts = parts.map(|(key, value)| {
        let each = || list(value).iter().map(|inner| holds(inner, read));
        match key.as_str() {
            "$and" => settle(each(), false),
            "$or" => settle(each(), true),
            "$nor" => settle(each(), true).map(|yes| !yes),
            "$not" => holds(value, read).map(|yes| !yes),
            signal => read(signal).ok().map(|known| meets(&known, value)),
        }
    });
    settle(parts, false)
}

/// One part that is `decisive` decides, then one that is unknown.
fn settle(parts: impl Iterator<Item = Option<bool>>, decisive: bool) -> Option<bool> {
    let parts: Vec<Option<bool>> = parts.collect();
    if parts.contains(&Some(decisive)) {
        Some(decisive)
    } else {
        (!parts.contains(&None)).then_some(!decisive)
    }
}

/// Whether a value meets what a condition says of it: operators, or a bare value.
fn meets(value: &Json, wanted: &Json) -> bool {
    match wanted {
        Json::Object(all) => all.iter().all(|(operator, operand)| operator_holds(operator, value, operand)),
        Json::Number(wanted) => number(value) == wanted.as_f64(),
        wanted => value == wanted,
    }
}

fn operator_holds(operator: &str, value: &Json, operand: &Json) -> bool {
    let lower = |value: &Json| value.as_str().map_or(value.clone(), |text| Json::from(text.to_lowercase()));
    let alike = |a: &Json, b: &Json| lower(a) == lower(b);
    let has = |wanted: &Json| list(value).iter().any(|value| meets(value, wanted));
    let compare = |holds: fn(Ordering) -> bool| match (value, operand) {
        (Json::String(a), Json::String(b)) => holds(a.encode_utf16().cmp(b.encode_utf16())),
        _ => number(value).zip(number(operand)).is_some_and(|(a, b)| holds(a.total_cmp(&b))),
    };
    match operator {
        "$eq" => value == operand,
        "$ne" => value != operand,
        "$lt" => compare(Ordering::is_lt),
        "$lte" => compare(Ordering::is_le),
        "$gt" => compare(Ordering::is_gt),
        "$gte" => compare(Ordering::is_ge),
        "$exists" => value.is_null() != (*operand == true),
        "$in" => among(value, operand, Json::eq),
        "$nin" => !among(value, operand, Json::eq),
        "$ini" => among(value, operand, alike),
        "$nini" => !among(value, operand, alike),
        "$not" => !meets(value, operand),
        "$elemMatch" => has(operand),
        "$all" => value.is_array() && list(operand).iter().all(has),
        "$size" => value.is_array() && meets(&Json::from(list(value).len()), operand),
        other => panic!("the model has no `{other}`"),
    }
}

/// Whether a value, or one of a list of values, is in a list.
fn among(value: &Json, wanted: &Json, equal: impl Fn(&Json, &Json) -> bool) -> bool {
    let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    values.iter().any(|value| list(wanted).iter().any(|wanted| equal(value, wanted)))
}

/// The number of a value; null is 0.
fn number(value: &Json) -> Option<f64> {
    if value.is_null() { Some(0.0) } else { value.as_f64() }
}
