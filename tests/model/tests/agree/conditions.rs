//! Random conditions: every operator, and every signal with values that often meet.

use parvis::signal::registry::{Named, Readers, Signal, Type, Values};
use serde_json::{Map, Value as Json, json};

use super::random::{CAMPAIGNS, CATEGORIES, COUNTRIES, Dice, ITEMS, KEPT, SEGMENTS, TIERS};

/// A condition of at most `depth` levels of connectives.
pub fn condition(dice: &mut Dice, depth: usize) -> Json {
    if depth > 0 && dice.one(3) {
        let inner = |dice: &mut Dice| {
            (0..1 + dice.below(2)).map(|_| condition(dice, depth - 1)).collect::<Vec<Json>>()
        };
        return match dice.below(4) {
            0 => json!({ "$and": inner(dice) }),
            1 => json!({ "$or": inner(dice) }),
            2 => json!({ "$nor": inner(dice) }),
            _ => json!({ "$not": condition(dice, depth - 1) }),
        };
    }
    let readable: Vec<Signal> =
        Signal::ALL.iter().copied().filter(|signal| signal.entry().readers == Readers::All).collect();
    let mut fields = Map::new();
    for _ in 0..1 + dice.below(2) {
        let signal = dice.pick(&readable);
        fields.insert(signal.entry().name.into(), test(dice, signal));
    }
    Json::Object(fields)
}

/// A test of a signal, with values that often meet; of one that has no line here, by its row.
fn test(dice: &mut Dice, signal: Signal) -> Json {
    if let Some(test) = Some(()).filter(|()| dice.one(5)).and_then(|()| with_signal(dice, signal)) {
        return test;
    }
    match signal.entry().name {
        "campaign" => text(dice, &CAMPAIGNS),
        "campaign.source" => text(dice, &["newsletter", "spring"]),
        "campaign.medium" => text(dice, &["email", "print"]),
        "campaign.term" => text(dice, &["desk & lamps"]),
        "campaign.content" => text(dice, &["b\u{e4}nner+1"]),
        "page.kind" => text(dice, &["home", "product", "category"]),
        "page.path" => text(dice, &["/", "/p/lamp", "/c/desks"]),
        "query" => {
            several(dice, &["promo=summer sale", "promo=100%", "trial=", "utm_campaign=spring", "p=16"])
        }
        "time" => between(dice),
        "country" => text(dice, &COUNTRIES),
        "region" => text(dice, &["US-CA", "FR-IDF", "DE-CA"]),
        "language" => text(dice, &["fr", "en", "de"]),
        "visit.seconds" => seconds(dice),
        "visit.cart_value" => amount(dice),
        "visit.cart_minutes" => number(dice, 60),
        "visitor.cart_hours" => number(dice, 24),
        "visitor.days_known" => number(dice, 20),
        "visitor.days_since_purchase" | "visitor.days_since_visit" => number(dice, 12),
        "visit.last_search" => text(dice, &KEPT),
        "visit.searches" => several(dice, &KEPT),
        "profile.segments" => several(dice, &SEGMENTS[..4]),
        "profile.tier" => text(dice, &TIERS),
        "visitor.preferences" => {
            several(dice, &["sport=running", "sport=hiking", "size=s", "size=m", "topic=news"])
        }
        _ => by_row(dice, signal),
    }
}

/// A comparison with another signal of the same kind, if there is one.
fn with_signal(dice: &mut Dice, signal: Signal) -> Option<Json> {
    let entry = signal.entry();
    let is_number = |of: &Signal| of.entry().kind == Type::Number;
    let alike = |other: &Signal| {
        let row = other.entry();
        let of_kind = if is_number(other) {
            row.unit == entry.unit && !entry.unit.is_empty()
        } else {
            row.names == entry.names
        };
        // The hour of the day is no number of hours, and names that are none are of many kinds.
        let told = is_number(other) || row.names != Named::Nothing;
        let clock = [signal, *other].contains(&Signal::Hour);
        *other != signal
            && row.readers == Readers::All
            && is_number(other) == is_number(&signal)
            && of_kind
            && told
            && !clock
    };
    let others: Vec<Signal> = Signal::ALL.iter().copied().filter(alike).collect();
    let other = dice.pick(if others.is_empty() { return None } else { &others });
    let operand = json!({ "signal": other.entry().name });
    let lists = [signal, other].map(|one| one.entry().kind == Type::List);
    let operators: &[&str] = match entry.kind {
        Type::Number => &["$eq", "$ne", "$lt", "$lte", "$gt", "$gte"],
        _ if lists.contains(&true) => &["$in", "$nin", "$ini", "$nini"],
        _ => &["$eq", "$ne", "$in", "$nin", "$ini", "$nini"],
    };
    let test = json!({ dice.pick(operators): operand });
    Some(match dice.below(4) {
        0 => json!({ "$not": test }),
        1 if lists[0] => json!({ "$elemMatch": test }),
        1 => json!({ "$exists": true, "$not": test }),
        _ => test,
    })
}

/// A test of values that the row of a signal tells.
fn by_row(dice: &mut Dice, signal: Signal) -> Json {
    let example: Json = serde_json::from_str(signal.example()).expect("JSON");
    let listed = match signal.values() {
        Values::OneOf(_, _, texts) => texts(),
        _ => vec![example.as_str().or_else(|| example[0].as_str()).unwrap_or_default()],
    };
    let texts: &[&str] = match signal.entry().names {
        Named::Item => &ITEMS,
        Named::Category => &CATEGORIES,
        Named::Store => &["lyon", "samoa", "villeurbanne", "north-24985"],
        Named::Nothing => &listed,
    };
    match (signal.entry().kind, signal.values()) {
        (Type::Text, _) => text(dice, texts),
        (Type::List, _) => several(dice, texts),
        (Type::Number, Values::Between(_, most)) => number(dice, usize::from(most) + 1),
        (Type::Number, _) => number(dice, 5),
    }
}

fn text(dice: &mut Dice, values: &[&str]) -> Json {
    let value = dice.pick(values);
    match dice.below(9) {
        0 | 1 => Json::from(value),
        2 => json!({ "$ne": value }),
        3 => json!({ "$in": dice.some(values, 1) }),
        4 => json!({ "$nin": dice.some(values, 1) }),
        5 => json!({ "$ini": [value.to_uppercase(), dice.pick(values)] }),
        6 => json!({ "$nini": [value.to_lowercase()] }),
        7 => json!({ "$exists": dice.one(2) }),
        _ => json!({ "$not": { "$eq": value } }),
    }
}

fn number(dice: &mut Dice, most: usize) -> Json {
    let value = dice.below(most);
    match dice.below(6) {
        0 => Json::from(value),
        1 => json!({ "$gte": value }),
        2 => json!({ "$lt": value + 1 }),
        3 => json!({ "$gt": value, "$lte": value + 3 }),
        4 => json!({ "$in": [value, value + 1] }),
        _ => json!({ "$not": { "$eq": value } }),
    }
}

/// A test of the seconds of a visit, whose requests are a minute apart at least.
fn seconds(dice: &mut Dice) -> Json {
    let value = dice.pick(&[1, 60, 61, 17 * 60, 3600, 86_400]);
    match dice.below(4) {
        0 => json!({ "$gte": value }),
        1 => json!({ "$lt": value }),
        2 => Json::from(value - 1),
        _ => json!({ "$gt": value - 1, "$lte": 2 * value }),
    }
}

/// A test of what a cart costs, mostly next to a sum of items of the catalog.
fn amount(dice: &mut Dice) -> Json {
    let value = dice.pick(&[0, 10, 11, 30, 40, 60, 150, 180, 190]);
    match dice.below(4) {
        0 => json!({ "$gte": value }),
        1 => json!({ "$lt": value }),
        2 => json!({ "$in": [0, 9, 19, 29, value] }),
        _ => json!({ "$exists": dice.one(2) }),
    }
}

/// A test of a time of day.
fn between(dice: &mut Dice) -> Json {
    let time = format!("{:02}:{:02}", dice.below(24), dice.pick(&[0, 30, 59]));
    match dice.below(4) {
        0 => json!({ "$gte": time }),
        1 => json!({ "$lt": time }),
        2 => json!({ "$gt": time, "$lte": "23:59" }),
        _ => json!({ "$not": { "$lte": time } }),
    }
}

fn several(dice: &mut Dice, of: &[&str]) -> Json {
    match dice.below(5) {
        0 => json!({ "$elemMatch": { "$in": dice.some(of, 1) } }),
        1 => json!({ "$all": dice.some(of, 1) }),
        2 => json!({ "$size": dice.below(3) }),
        3 => json!({ "$size": { "$gte": dice.below(3) } }),
        _ => json!({ "$in": dice.some(of, 1) }),
    }
}
