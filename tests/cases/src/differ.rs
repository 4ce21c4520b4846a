//! Where two values of JSON differ.

use std::fmt;

use serde_json::Value;

/// Text on either side of where two long strings begin to differ.
const AROUND: usize = 60;

/// A place where an answer is not what is expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Where, as names with dots between.
    pub path: String,
    /// What is expected, if anything is.
    pub expected: Option<Value>,
    /// What came, if anything did.
    pub got: Option<Value>,
}

/// All places where `got` is not `expected`; objects are compared member by member, all else as a whole.
pub fn all(expected: &Value, got: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare("", Some(expected), Some(got), &mut found);
    found
}

fn compare(path: &str, expected: Option<&Value>, got: Option<&Value>, found: &mut Vec<Difference>) {
    if let (Some(Value::Object(expected)), Some(Value::Object(got))) = (expected, got) {
        let more = got.keys().filter(|name| !expected.contains_key(*name));
        for name in expected.keys().chain(more) {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            compare(&path, expected.get(name), got.get(name), found);
        }
    } else if expected != got {
        found.push(Difference { path: path.to_owned(), expected: expected.cloned(), got: got.cloned() });
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match (&self.expected, &self.got) {
            (Some(Value::String(expected)), Some(Value::String(got))) if expected.len() + got.len() > 240 => {
                let same = expected.chars().zip(got.chars()).take_while(|(one, other)| one == other).count();
                let part = |text: &str| {
                    let start = same.saturating_sub(AROUND);
                    let part: String = text.chars().skip(start).take(2 * AROUND).collect();
                    Value::from(part).to_string()
                };
                write!(
                    formatter,
                    "{path} from character {same} on is …{}…, not …{}…",
                    part(got),
                    part(expected)
                )
            }
            (Some(expected), Some(got)) => write!(formatter, "{path} is {got}, not {expected}"),
            (None, Some(got)) => write!(formatter, "{path} is {got}, and must not be there"),
            (Some(expected), None) => write!(formatter, "{path} is not there, and must be {expected}"),
            (None, None) => write!(formatter, "{path} is nowhere"),
        }
    }
}
