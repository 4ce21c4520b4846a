//! What a random site has beside its campaigns: stores, tiers and segments of its login, and what visitors can say.

use serde_json::{Map, Value as Json, json};

use super::random::{Dice, ITEMS, PREFERENCES, SEGMENTS, TIERS};

/// Some stores, of which a few lie where the classes of distances from the places of [`super::requests`] end.
pub(crate) fn stores(dice: &mut Dice) -> Json {
    const STORES: [(&str, f64, f64); 9] = [
        ("lyon", 45.764, 4.8357),
        ("villeurbanne", 45.77, 4.88),
        ("north-24985", 46.0247, 4.8),
        ("north-25018", 46.025, 4.8),
        ("north-99964", 46.699, 4.8),
        ("north-100020", 46.6995, 4.8),
        ("east", 45.76, 5.3),
        ("samoa", -17.0, -179.9),
        ("fiji", -17.02, 179.2),
    ];
    let mut stores = Map::new();
    for (id, latitude, longitude) in STORES {
        // One that is far away is as good as none.
        let latitude = if dice.one(2) { latitude + 20.0 } else { latitude };
        let mut store = json!({ "title": format!("In <{id}>"), "url": format!("/stores/{id}"), "latitude": latitude,
            "longitude": longitude, "stock": ITEMS[..4].iter().filter(|_| !dice.one(3)).collect::<Vec<_>>() });
        if dice.one(2) {
            store["region"] = Json::from("Rh\u{f4}ne");
        }
        stores.insert(id.into(), store);
    }
    Json::Object(stores)
}

/// What the site's login tells: tiers in one order or another, and all segments that conditions ask for.
pub(crate) fn profile(dice: &mut Dice) -> Json {
    let mut tiers = TIERS;
    tiers.rotate_left(dice.below(3));
    let many = (2..if dice.one(3) { 20 } else { 2 }).map(|index| format!("s{index}"));
    let segments: Vec<String> = SEGMENTS[..4].iter().map(|name| (*name).to_owned()).chain(many).collect();
    json!({ "cookie": "shop-profile", "tiers": tiers, "segments": segments })
}

/// What visitors can say, of which some playbooks list more than others, and in another order.
pub(crate) fn preferences(dice: &mut Dice) -> Json {
    let mut names = PREFERENCES;
    if dice.one(2) {
        names.reverse();
    }
    let listed = names.map(|(name, values)| {
        let most = values.len() - dice.below(2);
        (name.to_owned(), json!({ "values": values[..most] }))
    });
    Json::Object(listed.into_iter().collect())
}
