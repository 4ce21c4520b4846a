//! An expectation with one value altered is noticed, whichever it is, but for what the model leaves unsaid.

use parvis_model::golden::compare;
use serde_json::{Value as Json, json};

use crate::files;

/// Values that are altered, drawn evenly from all of all cases.
const DRAWN: usize = 400;
/// What is taken over from the expectation: altering it alters what the model answers, or nothing.
const TAKEN: [&str; 4] = ["/record/allowed", "/browser/allowed", "/record/consent", "/gpc-status"];

#[test]
fn an_altered_value_is_noticed() {
    let files = files::all();
    let mut places = Vec::new();
    for (file, one) in files.iter().enumerate() {
        for (step, told) in one.told.iter().enumerate() {
            let mut leaves = Vec::new();
            values(told, String::new(), &mut leaves);
            places.extend(leaves.into_iter().map(|place| (file, step, place)));
        }
    }
    places.retain(|(_, _, place)| !TAKEN.iter().any(|taken| place.contains(taken)));
    let every = places.len() / DRAWN;
    let mut drawn = 0;
    for (file, step, place) in places.into_iter().step_by(every).take(DRAWN) {
        let file = &files[file];
        let mut told = file.told.clone();
        let what = alter(&mut told[step], &place, drawn % 3);
        let noticed = compare(&file.case, &file.playbook, &told).is_err();
        assert!(noticed, "{}, step {}, `{place}`: {what}", file.name, step + 1);
        drawn += 1;
    }
    assert_eq!(drawn, DRAWN);
}

/// Puts another value in a place, takes the value away, or puts something beside it; says what was done.
fn alter(told: &mut Json, place: &str, how: usize) -> String {
    let (around, name) = place.rsplit_once('/').expect("a place in something");
    let name = name.replace("~1", "/").replace("~0", "~");
    match (how, told.pointer_mut(around).expect("it was just found")) {
        (1, Json::Object(members)) => drop(members.remove(&name)),
        (1, Json::Array(list)) => drop(list.remove(name.parse().expect("an index"))),
        (2, Json::Object(members)) => drop(members.insert("something".to_owned(), json!("else"))),
        (2, Json::Array(list)) => list.push(json!("something else")),
        _ => {
            let value = told.pointer_mut(place).expect("it was just found");
            let new = altered(value);
            return format!("{new} instead of {}", std::mem::replace(value, new.clone()));
        }
    }
    ["", "taken away", "something put beside it"][how].to_owned()
}

/// The places of all values in which there are none, as JSON pointers.
fn values(json: &Json, at: String, found: &mut Vec<String>) {
    match json {
        Json::Object(members) if !members.is_empty() => {
            let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
            members.iter().for_each(|(name, value)| values(value, format!("{at}/{}", escaped(name)), found));
        }
        Json::Array(list) if !list.is_empty() => {
            list.iter().enumerate().for_each(|(index, value)| values(value, format!("{at}/{index}"), found));
        }
        _ => found.push(at),
    }
}

/// Another value.
fn altered(value: &Json) -> Json {
    match value {
        Json::Null => json!("something"),
        Json::Bool(is) => json!(!is),
        Json::Number(number) => json!(number.as_i64().unwrap_or(0) + 1),
        Json::String(text) if text.is_empty() => Json::Null,
        // One sign less, so that it is no more than what begins like it.
        Json::String(text) => json!(text.chars().skip(1).collect::<String>()),
        Json::Array(_) => json!(["something"]),
        Json::Object(_) => json!({ "something": true }),
    }
}
