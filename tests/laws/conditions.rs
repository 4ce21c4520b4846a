//! Laws of conditions: a naive reference that never stops early agrees, permission never makes a match, and any bytes end.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failing test may panic")]

use parvis::author::condition::parse::parse;
use parvis::condition::{Cause, Fuel, Reading, SignalReader, Truth, Value, eval};
use parvis::signal::registry::Signal;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

const TEXTS: [&str; 4] = ["FR", "fr", "desk-lamp", ""];
const SIGNALS: [Signal; 6] =
    [Signal::Campaign, Signal::Hour, Signal::Items, Signal::LastItem, Signal::Pages, Signal::CartCount];

/// What a signal of the test is.
#[derive(Clone, Debug, PartialEq)]
enum Held {
    Text(&'static str),
    Number(i64),
    List(Vec<&'static str>),
    Missing,
    Withheld,
    EdgeOnly,
}

#[derive(Clone, Debug)]
struct Visitor([Held; 6]);

impl SignalReader for Visitor {
    fn read(&self, signal: Signal) -> Reading<'_> {
        Reading::Known(match &self.0[SIGNALS.iter().position(|other| *other == signal).unwrap()] {
            Held::Text(text) => Value::Text(text),
            Held::Number(number) => Value::Number(*number),
            Held::List(list) => Value::List(list),
            Held::Missing => return Reading::Missing,
            Held::Withheld => return Reading::NotPermitted,
            Held::EdgeOnly => return Reading::EdgeOnly,
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn a_reference_that_looks_at_everything_agrees(condition in conditions(), visitor in visitors()) {
        let Ok(parsed) = parse(&condition) else { return Ok(()) };
        prop_assert_eq!(eval(&parsed.code, &visitor, &mut Fuel::new()), reference(&condition, &visitor));
    }

    #[test]
    fn what_matches_without_a_signal_matches_with_it(condition in conditions(), visitor in visitors(), blind in 0_usize..6) {
        let Ok(parsed) = parse(&condition) else { return Ok(()) };
        let mut without = visitor.clone();
        without.0[blind] = Held::Withheld;
        if eval(&parsed.code, &without, &mut Fuel::new()) == Truth::True {
            prop_assert_eq!(eval(&parsed.code, &visitor, &mut Fuel::new()), Truth::True);
        }
    }

    #[test]
    fn what_passes_never_runs_out_of_steps(condition in conditions(), visitor in visitors()) {
        if let Ok(parsed) = parse(&condition) {
            prop_assert_ne!(eval(&parsed.code, &visitor, &mut Fuel::new()), Truth::Faulty);
        }
    }

    #[test]
    fn any_bytes_come_to_an_end(code in prop::collection::vec(prop_oneof![0_u8..40, any::<u8>()], 0..200), visitor in visitors()) {
        let _ = eval(&code, &Everything(&visitor), &mut Fuel::new());
    }
}

#[test]
fn nesting_beyond_the_bound_is_faulty_and_not_a_crash() {
    let mut code = Vec::new();
    for _ in 0..100_000 {
        let length = u32::try_from(code.len()).unwrap().to_le_bytes();
        let mut outer = vec![3];
        outer.extend(length);
        if code.len() > 4096 {
            break;
        }
        outer.extend(&code);
        code = outer;
    }
    assert_eq!(eval(&code, &Visitor([const { Held::Missing }; 6]), &mut Fuel::new()), Truth::Faulty);
}

#[test]
fn the_request_runs_out_of_steps_although_each_campaign_has_its_own() {
    let parsed = parse(&json!({"$and": vec![json!({"hour": {"$gte": 0}}); 80]})).unwrap();
    let mut visitor = Visitor([const { Held::Missing }; 6]);
    visitor.0[1] = Held::Number(3);
    let mut fuel = Fuel::new();
    let campaigns = (0..1000).take_while(|_| {
        fuel.refill();
        eval(&parsed.code, &visitor, &mut fuel) == Truth::True
    });
    assert_eq!(campaigns.count(), 10_000 / 161);
    assert_eq!(parsed.steps, 161);
}

#[test]
fn javascript_conversions_hold() {
    let visitor = |held: Held| Visitor(core::array::from_fn(|_| held.clone()));
    let truth = |condition: Json, held: Held| {
        let untyped =
            parvis::author::condition::parse::parse_with(&condition, &|_| Some((Signal::Campaign, None)))
                .unwrap();
        eval(&untyped.code, &visitor(held), &mut Fuel::new()) == Truth::True
    };
    assert!(truth(json!({"x": "-8"}), Held::Number(-8)));
    assert!(!truth(json!({"x": "08"}), Held::Number(8)));
    assert!(!truth(json!({"x": "-0"}), Held::Number(0)));
    assert!(truth(json!({"x": 8}), Held::Text(" 8.000 ")));
    assert!(!truth(json!({"x": {"$eq": 8}}), Held::Text("8")));
    assert!(truth(json!({"x": {"$gt": 2.5}}), Held::Number(3)));
    assert!(!truth(json!({"x": {"$gt": 2.5}}), Held::Text("three")));
    assert!(truth(json!({"x": 0}), Held::Missing));
    assert!(!truth(json!({"x": ""}), Held::Missing));
    assert!(truth(json!({"x": {"$lt": "\u{ffff}"}}), Held::Text("\u{1f600}")));
    assert!(truth(json!({"x": {"$ini": ["ÉCOLE", "ЖУК", "Œuvre", "ŸŽ"]}}), Held::Text("école")));
    assert!(truth(json!({"x": {"$ini": ["ЖУК"]}}), Held::Text("жук")));
    assert!(truth(json!({"x": {"$ini": ["œuvre"]}}), Held::Text("Œuvre")));
    assert!(truth(json!({"x": ["a", "b"]}), Held::List(vec!["a", "b"])));
    assert!(!truth(json!({"x": ["a"]}), Held::List(vec!["a", "b"])));
    assert!(truth(json!({"x": {"$size": {"$not": 3}}}), Held::List(vec!["a", "b"])));
}

/// Any signal, so that random code reads something.
struct Everything<'v>(&'v Visitor);

impl SignalReader for Everything<'_> {
    fn read(&self, signal: Signal) -> Reading<'_> {
        self.0.read(SIGNALS[usize::from(signal.code()) % 6])
    }
}

fn visitors() -> impl Strategy<Value = Visitor> {
    let text = prop::sample::select(&TEXTS[..]);
    let unread = || prop_oneof![Just(Held::Missing), Just(Held::Withheld), Just(Held::EdgeOnly)];
    let texts = || prop_oneof![3 => text.clone().prop_map(Held::Text), 2 => unread()];
    let number = || prop_oneof![3 => (-2_i64..4).prop_map(Held::Number), 2 => unread()];
    let list =
        prop_oneof![3 => prop::collection::vec(text.clone(), 0..3).prop_map(Held::List), 2 => unread()];
    (texts(), number(), list, texts(), number(), number())
        .prop_map(|(a, b, c, d, e, f)| Visitor([a, b, c, d, e, f]))
}

fn conditions() -> impl Strategy<Value = Json> {
    let text = prop::sample::select(&TEXTS[..]).prop_map(|text| json!(text));
    let number = (-2_i64..4).prop_map(|number| json!(number));
    let operators = |value: BoxedStrategy<Json>| {
        let compare =
            (prop::sample::select(&["$eq", "$ne", "$gt", "$gte", "$lt", "$lte"][..]), value.clone());
        let among = (
            prop::sample::select(&["$in", "$nin", "$ini", "$nini"][..]),
            prop::collection::vec(value.clone(), 0..3),
        );
        prop_oneof![
            value.clone(),
            compare.prop_map(|(operator, value)| json!({operator: value})),
            among.prop_map(|(operator, values)| json!({operator: values})),
            any::<bool>().prop_map(|exists| json!({"$exists": exists})),
            value.prop_map(|value| json!({"$not": {"$eq": value}})),
            Just(Json::Null),
        ]
    };
    let texts = operators(text.clone().boxed()).boxed();
    let numbers = operators(number.boxed()).boxed();
    let lists = prop_oneof![
        texts
            .clone()
            .prop_filter("an operator", Json::is_object)
            .prop_map(|test| json!({"$elemMatch": test})),
        prop::collection::vec(text.clone(), 0..3).prop_map(|all| json!({"$all": all})),
        numbers.clone().prop_map(|count| json!({"$size": count})),
        prop::collection::vec(text, 0..3).prop_map(|any| json!({"$in": any})),
    ];
    // Texts are equal or in one another, numbers are in order, and lists have texts in common.
    let with = |operators: &'static [&'static str], names: &'static [&'static str]| {
        let test = (prop::sample::select(operators), prop::sample::select(names), 0..3)
            .prop_map(|(operator, name, how)| (json!({operator: {"signal": name}}), how));
        test.prop_map(|(test, how)| match how {
            0 => json!({"$not": test}),
            1 => json!({"$exists": true, "$not": {"$not": test}}),
            _ => test,
        })
    };
    let among: &[&str] = &["$in", "$nin", "$ini", "$nini"];
    let equal: &[&str] = &["$eq", "$ne", "$in", "$nin", "$ini", "$nini"];
    let order: &[&str] = &["$eq", "$ne", "$lt", "$lte", "$gt", "$gte"];
    let pairs = prop_oneof![
        with(equal, &["visit.last_item"]).prop_map(|test| json!({"campaign": test})),
        with(equal, &["campaign"]).prop_map(|test| json!({"visit.last_item": test})),
        with(among, &["visit.items"]).prop_map(|test| json!({"campaign": test})),
        with(among, &["campaign", "visit.last_item"]).prop_map(|test| json!({"visit.items": test})),
        with(equal, &["campaign"]).prop_map(|test| json!({"visit.items": {"$elemMatch": test}})),
        with(equal, &["campaign"]).prop_map(|test| json!({"visit.items": {"$all": ["FR", test]}})),
        with(order, &["visit.pages"]).prop_map(|test| json!({"visit.items": {"$size": test}})),
        with(order, &["visit.cart_count"]).prop_map(|test| json!({"visit.pages": test})),
    ];
    let leaf = prop_oneof![
        4 => pairs,
        1 => texts.clone().prop_map(|test| json!({"campaign": test})),
        1 => texts.prop_map(|test| json!({"visit.last_item": test})),
        1 => numbers.prop_map(|test| json!({"hour": test})),
        1 => lists.prop_map(|test| json!({"visit.items": test})),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let several = prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            several.clone().prop_map(|all| json!({"$and": all})),
            several.clone().prop_map(|any| json!({"$or": any})),
            several.prop_map(|none| json!({"$nor": none})),
            inner.prop_map(|not| json!({"$not": not})),
        ]
    })
}

/// The same language, read from the JSON, with nothing left unread.
fn reference(condition: &Json, visitor: &Visitor) -> Truth {
    let each = |list: &Json| {
        list.as_array().unwrap().iter().map(|inner| reference(inner, visitor)).collect::<Vec<_>>()
    };
    let any = |list: &Json| match each(list) {
        truths if truths.is_empty() => Truth::True,
        truths => not(all(truths.into_iter().map(not).collect())),
    };
    let members = condition.as_object().unwrap().iter().map(|(key, value)| match key.as_str() {
        "$and" => all(each(value)),
        "$or" => any(value),
        "$nor" => not(any(value)),
        "$not" => not(reference(value, visitor)),
        name => {
            let place = SIGNALS.iter().position(|signal| signal.entry().name == name).unwrap();
            visitor.0[place].unknown().unwrap_or_else(|| holds(value, &visitor.0[place].json(), visitor))
        }
    });
    all(members.collect())
}

/// All hold; one that does not decides, whatever is unknown.
fn all(truths: Vec<Truth>) -> Truth {
    let cause = truths
        .iter()
        .filter_map(|truth| if let Truth::Unknown(cause) = truth { Some(*cause) } else { None })
        .max();
    match cause {
        _ if truths.contains(&Truth::False) => Truth::False,
        Some(cause) => Truth::Unknown(cause),
        None => Truth::True,
    }
}

fn not(truth: Truth) -> Truth {
    match truth {
        Truth::True => Truth::False,
        Truth::False => Truth::True,
        other => other,
    }
}

fn truth(holds: bool) -> Truth {
    if holds { Truth::True } else { Truth::False }
}

impl Held {
    fn unknown(&self) -> Option<Truth> {
        match self {
            Held::Withheld => Some(Truth::Unknown(Cause::NotPermitted)),
            Held::EdgeOnly => Some(Truth::Unknown(Cause::EdgeOnly)),
            _ => None,
        }
    }

    fn json(&self) -> Json {
        match self {
            Held::Text(text) => json!(text),
            Held::Number(number) => json!(number),
            Held::List(list) => json!(list),
            _ => Json::Null,
        }
    }
}

fn holds(test: &Json, value: &Json, visitor: &Visitor) -> Truth {
    let Some(operators) = test.as_object() else {
        return truth(test == value || (test.is_number() && value.is_null() && *test == json!(0)));
    };
    let some = |test: &Json| match value.as_array() {
        Some(list) => not(all(list.iter().map(|one| not(holds(test, one, visitor))).collect())),
        None => Truth::False,
    };
    all(operators
        .iter()
        .map(|(operator, operand)| match operator.as_str() {
            "$exists" => truth(value.is_null() != operand.as_bool().unwrap()),
            "$not" => not(holds(operand, value, visitor)),
            "$elemMatch" => some(operand),
            "$all" if value.is_array() => all(operand.as_array().unwrap().iter().map(some).collect()),
            "$all" => Truth::False,
            "$size" => {
                value.as_array().map_or(Truth::False, |list| holds(operand, &json!(list.len()), visitor))
            }
            name => {
                let Some(signal) = operand.get("signal") else {
                    return truth(compares(name, value, operand));
                };
                let place = SIGNALS.iter().position(|one| *signal == json!(one.entry().name)).unwrap();
                let other = visitor.0[place].json();
                let list = if other.is_array() { other.clone() } else { json!([other.clone()]) };
                let nothing = value.is_null() || other.is_null();
                let compared = || match name {
                    "$in" | "$nin" | "$ini" | "$nini" => compares(name, value, &list),
                    _ => compares(name, value, &other),
                };
                let found = || if nothing { ["$ne", "$nin", "$nini"].contains(&name) } else { compared() };
                visitor.0[place].unknown().unwrap_or_else(|| truth(found()))
            }
        })
        .collect())
}

fn compares(operator: &str, value: &Json, operand: &Json) -> bool {
    let order = match (value.as_str(), operand.as_str()) {
        (Some(a), Some(b)) => a.partial_cmp(b),
        _ => number(value).zip(number(operand)).map(|(a, b)| a.cmp(&b)),
    };
    let fold = |value: &Json| value.as_str().map_or(value.clone(), |text| json!(text.to_lowercase()));
    let among = |folded: bool| {
        let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        let same = |a: &Json, b: &Json| if folded { fold(a) == fold(b) } else { a == b };
        values.iter().any(|value| operand.as_array().unwrap().iter().any(|operand| same(value, operand)))
    };
    match operator {
        "$eq" => value == operand,
        "$ne" => value != operand,
        "$gt" => order.is_some_and(|order| order.is_gt()),
        "$gte" => order.is_some_and(|order| order.is_ge()),
        "$lt" => order.is_some_and(|order| order.is_lt()),
        "$lte" => order.is_some_and(|order| order.is_le()),
        "$in" => among(false),
        "$nin" => !among(false),
        "$ini" => among(true),
        "$nini" => !among(true),
        other => panic!("{other}"),
    }
}

fn number(value: &Json) -> Option<i64> {
    match value {
        Json::Null => Some(0),
        Json::Number(number) => number.as_i64(),
        Json::String(text) if text.is_empty() => Some(0),
        _ => None,
    }
}
