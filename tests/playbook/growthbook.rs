//! GrowthBook's public suite: conditions answer as its SDK does, and every case that is left out is counted and named.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failing test may panic")]

use std::cell::RefCell;
use std::collections::BTreeMap;

use parvis::author::condition::parse::parse_with;
use parvis::condition::{Fuel, Reading, SignalReader, Truth, Value, eval};
use parvis::signal::registry::Signal;
use serde_json::Value as Json;

/// How a case ended.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    /// Evaluated, with the expected result.
    Same,
    /// GrowthBook answers `false` because the condition makes no sense; here it does not pass `check`.
    RefusedWhereFalse,
    /// Not in the language.
    LeftOut(&'static str),
}

#[test]
fn conditions_answer_as_growthbook_does() {
    let suite: Json =
        serde_json::from_str(include_str!("../../fixtures/growthbook/conditions.json")).unwrap();
    let mut ends: BTreeMap<End, Vec<&str>> = BTreeMap::new();
    for case in suite["evalCondition"].as_array().unwrap() {
        let name = case[0].as_str().unwrap();
        ends.entry(run(name, &case[1], &case[2], case[3].as_bool().unwrap())).or_default().push(name);
    }
    for (end, names) in &ends {
        println!("{end:?}: {}", names.len());
        if *end != End::Same {
            names.iter().for_each(|name| println!("    {name}"));
        }
    }
    let counts: Vec<(&End, usize)> = ends.iter().map(|(end, names)| (end, names.len())).collect();
    let expected = [
        (&End::Same, 105),
        (&End::RefusedWhereFalse, 5),
        (&End::LeftOut("$all without regard to case"), 5),
        (&End::LeftOut("comparing versions"), 90),
        (&End::LeftOut("objects as values: no signal is one"), 4),
        (&End::LeftOut("regular expressions"), 19),
        (&End::LeftOut("saved groups"), 8),
        (&End::LeftOut("types: every signal has one"), 12),
    ];
    assert_eq!(counts, expected);
}

fn run(name: &str, condition: &Json, attributes: &Json, expected: bool) -> End {
    if let Some(why) = left_out(condition) {
        return End::LeftOut(why);
    }
    let names: RefCell<Vec<String>> = RefCell::default();
    let parsed = parse_with(condition, &|field| {
        let mut names = names.borrow_mut();
        let known = names.iter().position(|known| known == field);
        let index = known.unwrap_or_else(|| {
            names.push(field.to_owned());
            names.len() - 1
        });
        // A name that begins with `$` is a field only where the case's attributes have it.
        let is_field = !field.starts_with('$') || attributes.get(field).is_some();
        is_field.then(|| (Signal::ALL[index], None))
    });
    let parsed = match parsed {
        Ok(parsed) => parsed,
        Err(refused) => {
            assert!(!expected, "{name} is refused: {:?}", refused.problems);
            return End::RefusedWhereFalse;
        }
    };
    let table = Table::new(&names.borrow(), attributes);
    let truth = eval(&parsed.code, &table, &mut Fuel::new());
    assert_eq!(truth, if expected { Truth::True } else { Truth::False }, "{name}");
    End::Same
}

/// Why a condition is not in the language.
fn left_out(condition: &Json) -> Option<&'static str> {
    match condition {
        Json::Array(list) => list.iter().find_map(left_out),
        Json::Object(members) => members.iter().find_map(|(key, value)| {
            let why = match key.as_str() {
                "$regex" | "$regexi" | "$notRegex" | "$notRegexi" => Some("regular expressions"),
                "$veq" | "$vne" | "$vgt" | "$vgte" | "$vlt" | "$vlte" => Some("comparing versions"),
                "$type" => Some("types: every signal has one"),
                "$alli" => Some("$all without regard to case"),
                "$inGroup" | "$notInGroup" => Some("saved groups"),
                _ => None,
            };
            let object = value.as_object().is_some_and(|inner| inner.keys().any(|key| !key.starts_with('$')));
            let whole = !key.starts_with('$') && object;
            why.or_else(|| whole.then_some("objects as values: no signal is one")).or_else(|| left_out(value))
        }),
        _ => None,
    }
}

/// The attributes of a case as signals.
struct Table(Vec<Option<Attribute>>);

enum Attribute {
    Text(String),
    Number(i64),
    Flag(bool),
    List(Vec<String>),
}

impl Table {
    fn new(names: &[String], attributes: &Json) -> Self {
        let reach = |name: &String| name.split('.').try_fold(attributes, |value, key| value.get(key));
        Table(names.iter().map(|name| reach(name).and_then(attribute)).collect())
    }
}

fn attribute(value: &Json) -> Option<Attribute> {
    Some(match value {
        Json::Null => return None,
        Json::Bool(flag) => Attribute::Flag(*flag),
        Json::Number(number) => Attribute::Number(number.as_i64().unwrap()),
        Json::String(text) => Attribute::Text(text.clone()),
        Json::Array(list) => {
            let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Attribute::List(list.iter().map(text).collect())
        }
        Json::Object(_) => panic!("no signal is an object"),
    })
}

impl SignalReader for Table {
    fn read(&self, signal: Signal) -> Reading<'_> {
        Reading::Known(match &self.0[usize::from(signal.code())] {
            None => return Reading::Missing,
            Some(Attribute::Text(text)) => Value::Text(text),
            Some(Attribute::Number(number)) => Value::Number(*number),
            Some(Attribute::Flag(flag)) => Value::Flag(*flag),
            Some(Attribute::List(list)) => Value::List(list),
        })
    }
}
