//! Random conditions: every operator, and every signal with values that often meet.

use serde_json::{Map, Value as Json, json};

use super::random::{CAMPAIGNS, CATEGORIES, COUNTRIES, DEVICES, Dice, ITEMS, SEGMENTS, TIERS, WEEKDAYS};

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
    let mut fields = Map::new();
    for _ in 0..1 + dice.below(2) {
        let (name, test) = match dice.below(48) {
            0 => ("campaign", text(dice, &CAMPAIGNS)),
            1 => ("page.kind", text(dice, &["home", "product", "category"])),
            2 => ("page.item", text(dice, &ITEMS)),
            3 => ("page.category", text(dice, &CATEGORIES)),
            4 => ("hour", number(dice, 24)),
            5 => ("device", text(dice, &DEVICES)),
            6 => ("country", text(dice, &COUNTRIES)),
            7 => ("visit.last_item", text(dice, &ITEMS)),
            8 => ("visit.items", several(dice, &ITEMS)),
            9 => ("visit.cart", several(dice, &ITEMS)),
            10 => ("visit.cart_count", number(dice, 5)),
            11 | 12 => ("visitor.visits", number(dice, 5)),
            13 => ("visitor.favorite_category", text(dice, &CATEGORIES)),
            14 => ("visitor.days_known", number(dice, 20)),
            15 => ("weekday", text(dice, &WEEKDAYS)),
            16 => ("time", between(dice)),
            17 => ("language", text(dice, &["fr", "en", "de"])),
            18 => ("region", text(dice, &["US-CA", "FR-IDF", "DE-CA"])),
            19 => ("referrer", text(dice, &["direct", "search", "social", "mail", "same-site", "other"])),
            20 => ("campaign.source", text(dice, &["newsletter", "spring"])),
            21 => ("campaign.medium", text(dice, &["email", "print"])),
            22 => ("campaign.term", text(dice, &["desk & lamps"])),
            23 => ("campaign.content", text(dice, &["b\u{e4}nner+1"])),
            24 => (
                "query",
                several(dice, &["promo=summer sale", "promo=100%", "trial=", "utm_campaign=spring", "p=16"]),
            ),
            26 => ("visitor.purchases", number(dice, 3)),
            27 => ("visitor.days_since_purchase", number(dice, 12)),
            28 => ("visitor.last_bought_category", text(dice, &CATEGORIES)),
            29 => ("visitor.due_item", text(dice, &ITEMS)),
            30 => ("place.nearest_store", text(dice, &["lyon", "samoa", "villeurbanne"])),
            31 => ("place.distance", text(dice, &["near", "region", "far"])),
            32 => ("place.stores", several(dice, &["lyon", "villeurbanne", "north-24985"])),
            33 => ("visit.cart_minutes", number(dice, 60)),
            34 => ("visit.cart_item", text(dice, &ITEMS)),
            35 => ("visitor.cart_item", text(dice, &ITEMS)),
            36 => ("visitor.cart_hours", number(dice, 24)),
            37 => ("visit.other_items", several(dice, &ITEMS)),
            38 => ("visit.pages", number(dice, 5)),
            39 => ("visit.seconds", seconds(dice)),
            40 => ("visit.categories", several(dice, &CATEGORIES)),
            41 => ("visit.cart_value", amount(dice)),
            42 => ("visitor.days_since_visit", number(dice, 12)),
            43 => ("connection", text(dice, &["save", "slow", "fast"])),
            44 => ("profile.segments", several(dice, &SEGMENTS[..4])),
            45 => ("profile.tier", text(dice, &TIERS)),
            46 => ("profile.tier_rank", number(dice, 4)),
            _ => ("page.path", text(dice, &["/", "/p/lamp", "/c/desks"])),
        };
        fields.insert(name.into(), test);
    }
    Json::Object(fields)
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
