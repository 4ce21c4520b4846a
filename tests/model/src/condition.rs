//! Conditions, as JavaScript would evaluate them on JSON; `None` is "unknown", for what may not be read.

use crate::{list, text};
use serde_json::Value as Json;

/// A signal's value: `Err` is one that the visitor does not let us read, null one that is not there.
pub type Read<'a> = dyn Fn(&str) -> Result<Json, ()> + 'a;

/// Whether `condition` holds.
pub fn holds(condition: &Json, read: &Read<'_>) -> Option<bool> {
    all(condition.as_object().into_iter().flatten().map(|(key, value)| {
        let each = || list(value).iter().map(|inner| holds(inner, read));
        match key.as_str() {
            "$and" => all(each()),
            "$or" => any(each()),
            "$nor" => not(any(each())),
            "$not" => not(holds(value, read)),
            signal => read(signal).ok().map(|known| meets(&known, value)),
        }
    }))
}

fn not(part: Option<bool>) -> Option<bool> {
    part.map(|yes| !yes)
}

/// One that does not hold decides, then one that is unknown.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let parts: Vec<Option<bool>> = parts.collect();
    if parts.contains(&Some(false)) { Some(false) } else { (!parts.contains(&None)).then_some(true) }
}

/// No parts at all hold, as in GrowthBook.
fn any(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let parts: Vec<Option<bool>> = parts.collect();
    if parts.is_empty() { Some(true) } else { not(all(parts.into_iter().map(not))) }
}

/// Whether a value meets what a condition says of it: operators, or a bare value.
fn meets(value: &Json, wanted: &Json) -> bool {
    match wanted.as_object() {
        Some(operators) if operators.keys().all(|key| key.starts_with('$')) => {
            operators.iter().all(|(operator, operand)| operator_holds(operator, value, operand))
        }
        _ => bare(value, wanted),
    }
}

/// A bare value: equal after converting to its type.
fn bare(value: &Json, wanted: &Json) -> bool {
    match (value, wanted) {
        (Json::Number(have), Json::String(text)) => have.to_string() == *text,
        (_, Json::Number(number)) => numeric(value) == number.as_f64(),
        _ => value == wanted,
    }
}

fn operator_holds(operator: &str, value: &Json, operand: &Json) -> bool {
    let lower = |value: &Json| value.as_str().map_or(value.clone(), |text| Json::from(text.to_lowercase()));
    let alike = |a: &Json, b: &Json| same(&lower(a), &lower(b));
    let compare = |holds: fn(std::cmp::Ordering) -> bool| match (numeric(value), numeric(operand)) {
        _ if value.is_string() && operand.is_string() => {
            holds(text(value).encode_utf16().cmp(text(operand).encode_utf16()))
        }
        (Some(a), Some(b)) => a.partial_cmp(&b).is_some_and(holds),
        _ => false,
    };
    match operator {
        "$eq" => same(value, operand),
        "$ne" => !same(value, operand),
        "$lt" => compare(|order| order.is_lt()),
        "$lte" => compare(|order| order.is_le()),
        "$gt" => compare(|order| order.is_gt()),
        "$gte" => compare(|order| order.is_ge()),
        "$exists" => value.is_null() != (*operand == true),
        "$in" => among(value, operand, same),
        "$nin" => !among(value, operand, same),
        "$ini" => among(value, operand, alike),
        "$nini" => !among(value, operand, alike),
        "$not" => !meets(value, operand),
        "$elemMatch" => list(value).iter().any(|value| meets(value, operand)),
        "$all" => {
            let has = |wanted: &Json| list(value).iter().any(|value| meets(value, wanted));
            value.is_array() && list(operand).iter().all(has)
        }
        "$size" => value.is_array() && meets(&Json::from(list(value).len()), operand),
        other => panic!("the model has no `{other}`"),
    }
}

/// Whether a value, or one of a list of values, is in a list.
fn among(value: &Json, wanted: &Json, equal: impl Fn(&Json, &Json) -> bool) -> bool {
    let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    values.iter().any(|value| list(wanted).iter().any(|wanted| equal(value, wanted)))
}

fn same(value: &Json, wanted: &Json) -> bool {
    match (value, wanted) {
        (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
        (Json::Array(_), _) | (_, Json::Array(_)) => false,
        _ => value == wanted,
    }
}

/// JavaScript's number of a value; text that is none is `None`.
fn numeric(value: &Json) -> Option<f64> {
    match value {
        Json::Null => Some(0.0),
        Json::Bool(yes) => Some(f64::from(u8::from(*yes))),
        Json::Number(number) => number.as_f64(),
        Json::String(text) if text.trim().is_empty() => Some(0.0),
        Json::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}
