//! Conditions, as JavaScript would evaluate them on JSON, with "unknown" for what may not be read.

use serde_json::Value as Json;

/// What a condition comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    Yes,
    No,
    Unknown,
}

/// A signal's value: `Err` is one that the visitor does not let us read, null one that is not there.
pub type Read<'a> = dyn Fn(&str) -> Result<Json, ()> + 'a;

/// What `condition` comes to.
pub fn holds(condition: &Json, read: &Read<'_>) -> Truth {
    all(condition.as_object().into_iter().flatten().map(|(key, value)| part(key, value, read)))
}

fn part(key: &str, value: &Json, read: &Read<'_>) -> Truth {
    let each = || value.as_array().into_iter().flatten().map(|inner| holds(inner, read));
    match key {
        "$and" => all(each()),
        "$or" => any(each()),
        "$nor" => not(any(each())),
        "$not" => not(holds(value, read)),
        signal => match read(signal) {
            Err(()) => Truth::Unknown,
            Ok(known) => truth(meets(&known, value)),
        },
    }
}

fn truth(yes: bool) -> Truth {
    if yes { Truth::Yes } else { Truth::No }
}

fn not(truth: Truth) -> Truth {
    match truth {
        Truth::Yes => Truth::No,
        Truth::No => Truth::Yes,
        Truth::Unknown => Truth::Unknown,
    }
}

fn all(parts: impl Iterator<Item = Truth>) -> Truth {
    let parts: Vec<Truth> = parts.collect();
    if parts.contains(&Truth::No) {
        Truth::No
    } else if parts.contains(&Truth::Unknown) {
        Truth::Unknown
    } else {
        Truth::Yes
    }
}

/// No parts at all hold, as in GrowthBook.
fn any(parts: impl Iterator<Item = Truth>) -> Truth {
    let parts: Vec<Truth> = parts.collect();
    if parts.is_empty() { Truth::Yes } else { not(all(parts.into_iter().map(not))) }
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
    let list = || operand.as_array().expect("the operand is a list");
    match operator {
        "$eq" => same(value, operand),
        "$ne" => !same(value, operand),
        "$lt" => compare(value, operand, |order| order.is_lt()),
        "$lte" => compare(value, operand, |order| order.is_le()),
        "$gt" => compare(value, operand, |order| order.is_gt()),
        "$gte" => compare(value, operand, |order| order.is_ge()),
        "$exists" => value.is_null() != operand.as_bool().expect("true or false"),
        "$in" => among(value, list(), same),
        "$nin" => !among(value, list(), same),
        "$ini" => among(value, list(), |a, b| same(&lower(a), &lower(b))),
        "$nini" => !among(value, list(), |a, b| same(&lower(a), &lower(b))),
        "$not" => !meets(value, operand),
        "$elemMatch" => {
            value.as_array().is_some_and(|values| values.iter().any(|value| meets(value, operand)))
        }
        "$all" => value.as_array().is_some_and(|values| {
            list().iter().all(|wanted| values.iter().any(|value| meets(value, wanted)))
        }),
        "$size" => value.as_array().is_some_and(|values| meets(&Json::from(values.len()), operand)),
        other => panic!("the model has no `{other}`"),
    }
}

fn among(value: &Json, list: &[Json], equal: impl Fn(&Json, &Json) -> bool) -> bool {
    match value.as_array() {
        Some(values) => values.iter().any(|value| list.iter().any(|wanted| equal(value, wanted))),
        None => list.iter().any(|wanted| equal(value, wanted)),
    }
}

fn same(value: &Json, wanted: &Json) -> bool {
    match (value, wanted) {
        (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
        (Json::Array(_), _) | (_, Json::Array(_)) => false,
        _ => value == wanted,
    }
}

fn lower(value: &Json) -> Json {
    value.as_str().map_or_else(|| value.clone(), |text| Json::from(text.to_lowercase()))
}

fn compare(value: &Json, wanted: &Json, holds: fn(std::cmp::Ordering) -> bool) -> bool {
    if let (Json::String(a), Json::String(b)) = (value, wanted) {
        return holds(a.encode_utf16().cmp(b.encode_utf16()));
    }
    match (numeric(value), numeric(wanted)) {
        (Some(a), Some(b)) => a.partial_cmp(&b).is_some_and(holds),
        _ => false,
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
