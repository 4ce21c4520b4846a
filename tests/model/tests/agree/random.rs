//! Random playbooks and requests, the same for the same seed: everything that the language has, with values that often meet.

use serde_json::{Map, Value as Json, json};

const ITEMS: [&str; 5] = ["lamp", "desk", "chair", "rug", "gone"];
const CATEGORIES: [&str; 3] = ["lighting", "desks", "soft-goods"];
const CAMPAIGNS: [&str; 4] = ["spring", "Summer", "winter-light", "10"];
const COUNTRIES: [&str; 4] = ["FR", "US", "DE", "CH"];
const DEVICES: [&str; 3] = ["desktop", "mobile", "tablet"];
/// 2026-11-01.
const START: i64 = 1_793_491_200_000;

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, most: usize) -> usize {
        (self.next() % most as u64) as usize
    }

    /// True once in `in_`.
    pub fn one(&mut self, in_: usize) -> bool {
        self.below(in_) == 0
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn some(&mut self, of: &[&str], least: usize) -> Json {
        let count = least + self.below(3);
        (0..count).map(|_| Json::from(self.pick(of))).collect()
    }
}

/// A playbook: what [`super`] compiles and the model reads.
pub fn playbook(dice: &mut Dice) -> Json {
    let blocks: Map<String, Json> = (0..1 + dice.below(3))
        .map(|index| {
            let mut pages = vec!["home"];
            pages.extend(["product", "category"].into_iter().filter(|_| dice.one(2)));
            (format!("block-{index}"), json!({ "pages": pages }))
        })
        .collect();
    let audiences: Map<String, Json> =
        (0..3).map(|index| (format!("audience-{index}"), condition(dice, 2))).collect();
    let campaigns: Vec<Json> =
        (0..1 + dice.below(8)).map(|index| campaign(dice, index, blocks.len())).collect();
    json!({
        "format": 1,
        "site": { "name": "model", "host": "shop.example", "utc_offset_minutes": dice.pick(&[0, 60, -330]), "holdout_percent": dice.pick(&[0, 0, 0, 20]) },
        "pages": [{ "kind": "home", "path": "/" }, { "kind": "product", "path": "/p/{item}" }, { "kind": "category", "path": "/c/{category}" }],
        "exclusive": { "homepage": {}, "checkout": { "seed": "checkout-2026" } },
        "blocks": blocks, "audiences": audiences, "campaigns": campaigns,
        "catalog": {
            "categories": { "lighting": { "title": "Lamps & more", "url": "/c/lighting" }, "desks": { "title": "<Desks>", "url": "/c/desks" },
                "soft-goods": { "title": "\"Soft\"", "url": "/c/soft-goods" } },
            "items": {
                "lamp": { "title": "Lamp 'one'", "url": "/p/lamp?a=1&b=ü", "image": "/i/lamp%20one.jpg", "price": "29 €", "category": "lighting" },
                "desk": { "title": "Desk", "url": "/p/desk", "category": "desks" },
                "chair": { "title": "Chair <b>", "url": "/p/chair", "image": "/i/chair.jpg" },
                "rug": { "title": "Rug", "url": "/p/rug", "price": "9 €", "category": "soft-goods" },
            },
        },
    })
}

fn campaign(dice: &mut Dice, index: usize, blocks: usize) -> Json {
    let mut campaign = json!({ "id": format!("c{index}"), "block": format!("block-{}", dice.below(blocks)), "priority": dice.below(4) });
    let mut put = |key: &str, value: Json| {
        campaign[key] = value;
    };
    if dice.one(3) {
        put("audience", Json::from(format!("audience-{}", dice.below(3))));
    }
    if !dice.one(4) {
        put("when", condition(dice, 3));
    }
    let day = |dice: &mut Dice| format!("2026-11-{:02}T{:02}:00:00Z", 1 + dice.below(28), dice.below(24));
    if dice.one(6) {
        put("starts", Json::from(day(dice)));
    }
    if dice.one(6) {
        put("ends", Json::from(day(dice).replace("-11-", "-12-")));
    }
    if dice.one(4) {
        put("cap", json!({ "per_visit": 1 + dice.below(3) }));
    }
    let mut variants = vec![variant(dice, 0)];
    if dice.one(3) {
        let mut experiment = Map::new();
        if dice.one(2) {
            experiment.insert("coverage_percent".into(), json!(dice.pick(&[100.0, 50.0, 33.3])));
        }
        if dice.one(3) {
            experiment.insert("seed".into(), Json::from(dice.pick(&["shared", "ä"])));
        }
        if dice.one(3) {
            let name = dice.pick(&["homepage", "checkout"]);
            experiment
                .insert("group".into(), json!({ "name": name, "from": index * 12, "to": index * 12 + 12 }));
        }
        if dice.one(2) {
            let version = 1 + dice.below(3);
            experiment.insert(
                "sticky".into(),
                json!({ "version": version, "min_version": 1 + dice.below(version) }),
            );
        }
        put("experiment", Json::Object(experiment));
        variants.push(variant(dice, 1));
        match dice.below(3) {
            0 => variants.push(json!({ "id": "v2", "control": true })),
            1 => {
                for (variant, weight) in variants.iter_mut().zip([30, 70]) {
                    variant["weight"] = Json::from(weight);
                }
            }
            _ => {}
        }
    }
    put("variants", Json::Array(variants));
    campaign
}

fn variant(dice: &mut Dice, index: usize) -> Json {
    const TEMPLATES: [&str; 10] = [
        "<p>Plain</p>",
        "<p>{{campaign}} from {{country}}</p>",
        "<a title=\"{{campaign}}\" href=\"/c/{{page.category}}\">{{page.category.title}}</a>",
        "<a href=\"{{visit.last_item.url}}\"><img src=\"{{visit.last_item.image}}\" alt=\"{{visit.last_item.title}}\"></a>",
        "<ul>{{#each visit.items 2}}<li>{{item.title}} {{item.price}}</li>{{/each}}</ul>",
        "{{#if visit.cart}}<p>{{visit.cart_count}} pieces</p>{{else}}<p>An empty cart at {{hour}}</p>{{/if}}",
        "<p>Visit {{visitor.visits}}{{#if visitor.favorite_category}}, {{visitor.favorite_category.title}}{{/if}}</p>",
        "{{#each visit.cart}}<a href=\"{{item.url}}\" title=\"{{item.title}}\">{{#unless item.image}}-{{/unless}}{{item}}</a>{{/each}}",
        "{{#unless visit.last_category}}<p>New?</p>{{/unless}}{{#if visit.last_category}}<p>{{visit.last_category}}</p>{{/if}}",
        "<p>{{device}} {{page.kind}} {{page.item.title}}</p>",
    ];
    let id = format!("v{index}");
    if dice.one(8) {
        json!({ "id": id, "hide": true })
    } else {
        json!({ "id": id, "html": dice.pick(&TEMPLATES) })
    }
}

fn condition(dice: &mut Dice, depth: usize) -> Json {
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
        let (name, test) = match dice.below(14) {
            0 | 1 => ("campaign", text(dice, &CAMPAIGNS)),
            2 => ("page.kind", text(dice, &["home", "product", "category"])),
            3 => ("page.item", text(dice, &ITEMS)),
            4 => ("page.category", text(dice, &CATEGORIES)),
            5 => ("hour", number(dice, 24)),
            6 => ("device", text(dice, &DEVICES)),
            7 => ("country", text(dice, &COUNTRIES)),
            8 => ("visit.last_item", text(dice, &ITEMS)),
            9 => ("visit.items", several(dice)),
            10 => ("visit.cart", several(dice)),
            11 => ("visit.cart_count", number(dice, 5)),
            12 => ("visitor.visits", number(dice, 5)),
            _ => ("visitor.favorite_category", text(dice, &CATEGORIES)),
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

fn several(dice: &mut Dice) -> Json {
    match dice.below(5) {
        0 => json!({ "$elemMatch": { "$in": dice.some(&ITEMS, 1) } }),
        1 => json!({ "$all": dice.some(&ITEMS, 1) }),
        2 => json!({ "$size": dice.below(3) }),
        3 => json!({ "$size": { "$gte": dice.below(3) } }),
        _ => json!({ "$in": dice.some(&ITEMS, 1) }),
    }
}

/// The next request of a visitor, some time behind `before`.
pub fn request(dice: &mut Dice, before: &Json) -> Json {
    let path = match dice.below(8) {
        0..=2 => "/".to_owned(),
        3..=5 => format!("/p/{}", dice.pick(&ITEMS)),
        6 => format!("/c/{}", dice.pick(&CATEGORIES)),
        _ => dice.pick(&["/cart", "/p/", "/p/lamp/more"]).to_owned(),
    };
    let consent = match before["consent"].clone() {
        Json::Null if dice.one(2) => Json::Null,
        // Few change their mind.
        answered if !answered.is_null() && !dice.one(6) => answered,
        _ => (0..3).map(|_| Json::from(if dice.one(3) { "deny" } else { "allow" })).collect(),
    };
    let step = dice.pick(&[60_000, 3_600_000, 86_400_000, 9 * 86_400_000, 100 * 86_400_000]);
    let later = before["clock"].as_i64().unwrap_or(START) + step;
    let mut request = json!({
        "path": path,
        "query": if dice.one(2) { json!({ "utm_campaign": dice.pick(&CAMPAIGNS) }) } else { json!({}) },
        "country": if before.is_null() { Json::from(dice.pick(&COUNTRIES)) } else { before["country"].clone() },
        "device": dice.pick(&DEVICES), "clock": later, "now": later, "consent": consent, "entropy": dice.next(),
    });
    if dice.one(25) {
        request["now"] = Json::Null;
    }
    if dice.one(25) {
        request["entropy"] = Json::Null;
    }
    request
}

/// A visit cookie as the browser might have left it, or something that is none.
pub fn visit_cookie(dice: &mut Dice) -> String {
    match dice.below(6) {
        4 | 5 => {
            let mut kept = Vec::new();
            for campaign in 0..dice.below(8) {
                let version = 1 + dice.below(4);
                let variant = code(&format!("v{}", dice.below(3))) % 65_536;
                let first = 1 + dice.below(version);
                kept.push(format!(
                    "{:08x}{variant:04x}{version:02x}{first:02x}",
                    code(&format!("c{campaign}"))
                ));
            }
            let kept = if kept.is_empty() { String::new() } else { format!("~g{}", kept.join("!")) };
            let unit = if dice.one(6) { String::new() } else { format!("~u{:016x}", dice.next()) };
            format!("a{unit}{kept}")
        }
        0 => "a~zzz~k".to_owned(),
        1 => format!("a~i{}~k{}*2", dice.pick(&ITEMS), dice.pick(&ITEMS)),
        _ => format!("a~k{}*{}!rug*1", dice.pick(&["lamp", "desk"]), 1 + dice.below(3)),
    }
}

/// FNV-1a, by which cookies name campaigns.
fn code(id: &str) -> u32 {
    id.bytes().fold(2_166_136_261, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(16_777_619))
}
