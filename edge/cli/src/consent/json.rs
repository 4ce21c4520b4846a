//! Small JSON views shared by several reports.

use std::collections::BTreeMap;

use parvis::consent::json::{self as reader, ITEM, Value as Read};
use serde_json::{Map, Value, json};

/// The JSON as parsed by the engine's own reader; `None` if it refuses the text.
pub(super) fn tree(text: &str) -> Option<Value> {
    let mut root = Value::Null;
    let whole = reader::walk(text, &mut |path, read| {
        let value = match read {
            Read::Object => Value::Object(Map::new()),
            Read::Array => Value::Array(Vec::new()),
            Read::Text(raw) => unescaped(raw),
            Read::Bare(raw) => serde_json::from_str(raw).unwrap_or(Value::Null),
        };
        place(&mut root, path, value);
    });
    whole.then_some(root)
}

fn place(mut at: &mut Value, path: &[&str], value: Value) {
    for (index, step) in path.iter().enumerate() {
        let last = index + 1 == path.len();
        at = match (at, step) {
            (Value::Object(object), key) => {
                let key = unescaped(key).as_str().unwrap_or_default().to_owned();
                if last {
                    object.insert(key, value);
                    return;
                }
                object.entry(key).or_insert(Value::Null)
            }
            (Value::Array(list), &ITEM) => {
                if last {
                    list.push(value);
                    return;
                }
                match list.last_mut() {
                    Some(item) => item,
                    None => return,
                }
            }
            _ => return,
        };
    }
    *at = value;
}

fn unescaped(raw: &str) -> Value {
    serde_json::from_str(&format!("\"{raw}\"")).unwrap_or_else(|_| json!(raw))
}

/// An object from pairs; a repeated name keeps the last value.
pub(super) fn object<'p>(pairs: impl Iterator<Item = (&'p str, Value)>) -> Value {
    let mut object = Map::new();
    for (name, value) in pairs {
        object.insert(name.to_owned(), value);
    }
    Value::Object(object)
}

/// Counts by key, in order of the keys.
pub(super) fn counts(counts: BTreeMap<String, usize>) -> Value {
    Value::Object(counts.into_iter().map(|(key, count)| (key, json!(count))).collect())
}

/// Sets one field of an object.
pub(super) fn set_field(view: &mut Value, name: &str, value: Value) {
    if let Value::Object(fields) = view {
        fields.insert(name.to_owned(), value);
    }
}
