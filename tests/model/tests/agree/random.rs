//! Random playbooks and requests, the same for the same seed: everything that the language has, with values that often meet.

use std::sync::LazyLock;

use parvis::signal::registry::{Named, Readers, Signal, Type};
use serde_json::{Map, Value as Json, json};

use super::conditions::condition;
use super::sensitive;
use super::site::{preferences, profile, stores};

pub const ITEMS: [&str; 5] = ["lamp", "desk", "chair", "rug", "gone"];
pub const CATEGORIES: [&str; 3] = ["lighting", "desks", "soft-goods"];
/// Searches as visitors write them: the first are kept as [`KEPT`] has them, those behind never.
pub const SEARCHES: [&str; 15] = [
    " Desk  LAMP",
    "desk lamp",
    "lamp",
    "\u{c9}TAG\u{c8}RE",
    "50% <b>'off'\"!~*(&) 1234",
    "\u{41b}\u{430}\u{43c}\u{43f}\u{430}\u{3000}E27",
    "\u{ff2c}\u{ff41}mp",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxXX",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}",
    "jane@mail.example",
    "jane\u{ff20}mail",
    "06 12 34 5",
    "\u{ff11}\u{662}3-\u{6f4}5\u{966}7",
    " ",
];
/// What some of them are kept as.
pub const KEPT: [&str; 5] = [
    "desk lamp",
    "lamp",
    "\u{e9}tag\u{e8}re",
    "50% <b>'off'\"!~*(&) 1234",
    "\u{43b}\u{430}\u{43c}\u{43f}\u{430} e27",
];
pub const DATES: [&str; 2] = ["trip", "birthday"];
/// What visitors can prefer; of the values, which conditions name, a playbook lists all but the last.
pub const PREFERENCES: [(&str, &[&str]); 3] =
    [("sport", &["running", "hiking", "golf"]), ("size", &["s", "m", "l"]), ("topic", &["news", "all"])];
/// Templates of campaigns that run around a date.
const COUNTDOWNS: [&str; 7] = [
    "<p title=\"{{date.seat}}\">{{date.file}}</p>",
    "<p>{{#if date.seat}}Seat {{date.seat}}{{else}}{{date.platform}}{{/if}} {{date.gate or 'soon'}}</p>",
    "{{#if date.days_left}}<p>in {{date.days_left}} days</p>{{else}}<p>today</p>{{/if}}",
    "<p>{{date.days_since}} days ago</p>",
    "<p>{{date.days_left}} days</p>",
    "<p>{{date.hours_left}} h</p>",
    "<p>{{#if date.minutes_left}}{{date.minutes_left}} min{{else}}no time{{/if}}</p>",
];
/// Time zones of sites; the most have none. Clocks change in the south, by half an hour, at a quarter to three and at
/// midnight. None is changed by law these years: the database of Node and that of the compiler may be of other dates.
const ZONES: [Option<&str>; 12] = [
    None,
    None,
    None,
    None,
    None,
    Some("Australia/Sydney"),
    Some("Australia/Lord_Howe"),
    Some("Pacific/Chatham"),
    Some("America/Santiago"),
    Some("Africa/Cairo"),
    Some("Asia/Kathmandu"),
    Some("America/Los_Angeles"),
];
const GROUPS: [&str; 2] = ["group-0", "group-1"];
pub const CAMPAIGNS: [&str; 4] = ["spring", "Summer", "winter-light", "10"];
pub const COUNTRIES: [&str; 4] = ["FR", "US", "DE", "CH"];
pub const TIERS: [&str; 3] = ["silver", "gold", "black"];
/// Segments that playbooks list, the last one seldom.
pub const SEGMENTS: [&str; 5] = ["vip", "lapsed", "new-2026", "s1", "elsewhere"];
pub const DEVICES: [&str; 3] = ["desktop", "mobile", "tablet"];
pub const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

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

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    pub fn pick_of<'j>(&mut self, of: &'j [Json]) -> &'j Json {
        &of[self.below(of.len())]
    }

    pub fn some(&mut self, of: &[&str], least: usize) -> Json {
        let count = least + self.below(3);
        (0..count).map(|_| Json::from(self.pick(of))).collect()
    }
}

/// A playbook: what [`super`] compiles and the model reads.
pub fn playbook(dice: &mut Dice) -> Json {
    let plain = unlabelled(dice);
    if dice.one(3) { sensitive::labelled(dice, &plain).unwrap_or(plain) } else { plain }
}

fn unlabelled(dice: &mut Dice) -> Json {
    let mut blocks: Map<String, Json> = (0..1 + dice.below(3))
        .map(|index| {
            let mut pages = vec!["home"];
            pages.extend(["product", "category"].into_iter().filter(|_| dice.one(2)));
            (format!("block-{index}"), json!({ "pages": pages }))
        })
        .collect();
    if blocks.len() > 1 && !dice.one(3) {
        let group: Vec<String> = blocks.keys().cloned().collect();
        blocks.insert("shelves".into(), json!({ "pages": ["home"], "group": group }));
    }
    let audiences: Map<String, Json> =
        (0..3).map(|index| (format!("audience-{index}"), condition(dice, 2))).collect();
    let names: Vec<&String> = blocks.keys().collect();
    // One that needs more counters than there are.
    let crowded = dice.one(30);
    let campaigns: Vec<Json> = (0..if crowded { 26 } else { 1 + dice.below(8) })
        .map(|index| {
            let block = names[dice.below(names.len())];
            let group = blocks[block]["group"].as_array().cloned().unwrap_or_default();
            let mut campaign = campaign(dice, index, block, &group);
            if crowded {
                let rest = ["around", "in_stock", "suppress", "cooldown"];
                for key in
                    ["starts", "ends", "schedule", "when", "audience", "experiment"].into_iter().chain(rest)
                {
                    campaign.as_object_mut().expect("an object").remove(key);
                }
                campaign["variants"] = json!([variant(dice, 0, block, &group)]);
                campaign["cap"] = json!({ "lifetime": 1, "per_days": { "times": 1, "days": 3 } });
                if dice.one(2) {
                    campaign["fatigue"] = fatigue(dice);
                }
            }
            campaign
        })
        .collect();
    let services = ["session_personalization", "persistent_personalization", "experimentation", "profile"];
    let meanings: Map<String, Json> = services
        .map(|service| (service.to_owned(), json!([service, "device_storage"])))
        .into_iter()
        .collect();
    json!({
        "format": 1,
        "site": { "name": "model", "host": "shop.example", "utc_offset_minutes": dice.pick(&[0, 60, -330, -300, -480]),
            "daylight_saving": dice.pick(&[None, Some("eu"), Some("us")]), "time_zone": dice.pick(&ZONES), "holdout_percent": dice.pick(&[0, 0, 0, 20]),
            "visit_minutes": dice.pick(&[30, 30, 30, 5, 240]), "visit_by_campaign": dice.one(4) },
        "memory": { "life_days": dice.pick(&[180, 180, 180, 7, 390]), "half_life_days": dice.pick(&[7, 7, 1, 30, 90]),
            "purchases": dice.pick(&[12, 12, 1, 2, 32]), "items": dice.pick(&[8, 8, 1, 3, 16]) },
        "consent": { "meanings": { "tarteaucitron": meanings } },
        "pages": [{ "kind": "home", "path": "/" }, { "kind": "product", "path": "/p/{item}" }, { "kind": "category", "path": "/c/{category}", "search": "words" },
            { "kind": "home", "path": "/search", "search": "q" }],
        "dates": { "trip": { "values": ["platform", "gate", "seat", "file"] }, "birthday": { "yearly": true, "values": ["platform", "gate", "seat", "file"] } },
        "profile": profile(dice),
        "preferences": preferences(dice),
        "parameters": parameters(dice),
        "stores": stores(dice),
        "exclusive": { "homepage": {}, "checkout": { "seed": "checkout-2026" } },
        "blocks": blocks, "audiences": audiences, "campaigns": campaigns,
        "cap_groups": { "group-0": cap(dice), "group-1": cap(dice) },
        "catalog": {
            "categories": { "lighting": { "title": "Lamps & more", "url": "/c/lighting", "replenish_days": 30 }, "desks": { "title": "<Desks>", "url": "/c/desks" },
                "soft-goods": { "title": "\"Soft\"", "url": "/c/soft-goods" } },
            "items": {
                "lamp": { "title": "Lamp 'one'", "url": "/p/lamp?a=1&b=ü", "image": "/i/lamp%20one.jpg", "price": "29 €", "amount": 29.9, "category": "lighting" },
                "desk": { "title": "Desk", "url": "/p/desk", "amount": 149.55, "category": "desks", "replenish_days": 5 },
                "chair": { "title": "Chair <b>", "url": "/p/chair", "image": "/i/chair.jpg" },
                "rug": { "title": "Rug", "url": "/p/rug", "price": "9 €", "amount": 10, "category": "soft-goods", "replenish_days": 3 },
                // An item with the name of a campaign is another thing all the same.
                "c1": { "title": "C 1", "url": "/p/c1", "price": "1'234.50 CHF" },
            },
        },
    })
}

fn campaign(dice: &mut Dice, index: usize, block: &str, group: &[Json]) -> Json {
    let mut campaign = json!({ "id": format!("c{index}"), "block": block, "priority": dice.below(4) });
    let mut put = |key: &str, value: Json| {
        campaign[key] = value;
    };
    if dice.one(16) {
        put("status", Json::from(dice.pick(&["draft", "paused", "paused", "running"])));
        put("title", Json::from("visitor.visits"));
    }
    if dice.one(3) {
        put("audience", Json::from(format!("audience-{}", dice.below(3))));
    }
    if !dice.one(4) {
        put("when", condition(dice, 3));
    }
    let day = |dice: &mut Dice, months: &[&str]| {
        format!("{}-{:02}T{:02}:00:00Z", dice.pick(months), 1 + dice.below(28), dice.below(24))
    };
    if dice.one(6) {
        put("starts", Json::from(day(dice, &["2026-11", "2026-11", "2026-12"])));
    }
    if dice.one(6) {
        put("ends", Json::from(day(dice, &["2027-01", "2027-03", "2028-02"])));
    }
    if dice.one(4) {
        put("schedule", schedule(dice));
    }
    if dice.one(3) {
        put("cap", cap(dice));
    }
    if dice.one(5) {
        put("cap_group", Json::from(dice.pick(&GROUPS)));
    }
    if dice.one(5) {
        put(
            "cooldown",
            match dice.below(3) {
                0 => json!({ "days": 1 }),
                1 => json!({ "days": 9, "hours": 5 }),
                _ => json!({ "hours": 30 }),
            },
        );
    }
    let around = dice.one(4);
    if around {
        let from = if dice.one(3) { dice.below(16) as i64 - 12 } else { -90 };
        let to = from + dice.pick(&[3, 20, 200, 360]);
        let hours = dice.below(30) as i64 - 24;
        let minutes = dice.below(90) as i64 - 80;
        put(
            "around",
            match dice.below(5) {
                0 => {
                    json!({ "date": "trip", "from_hours": hours, "to_hours": hours + dice.pick(&[0, 1, 12, 72]) })
                }
                1 => {
                    json!({ "date": "trip", "from_minutes": minutes, "to_minutes": minutes + dice.pick(&[0, 20, 2000]) })
                }
                _ => json!({ "date": dice.pick(&DATES), "from_days": from, "to_days": to }),
            },
        );
    }
    if dice.one(8) {
        let signals = ["page.item", "visit.last_item", "visit.cart_item", "visitor.cart_item"];
        put(
            "in_stock",
            match dice.below(2) {
                0 => json!({ "item": dice.pick(&ITEMS[..4]) }),
                _ => json!({ "item_of": dice.pick(&signals) }),
            },
        );
    }
    let mut variants = vec![variant(dice, 0, block, group)];
    let drawn = dice.one(3);
    // What must be remembered leaves few without a unit.
    if dice.one(if drawn { 12 } else { 3 }) {
        put("fatigue", fatigue(dice));
    }
    if drawn {
        let mut experiment = Map::new();
        if dice.one(2) {
            experiment
                .insert("coverage_percent".into(), json!(dice.pick(&[100.0, 50.0, 33.3, 7.77, 99.99, 0.01])));
        }
        if dice.one(3) {
            experiment.insert("seed".into(), Json::from(dice.pick(&["shared", "ä"])));
        }
        if dice.one(3) {
            // Stretches that do not meet; of a crowd nobody is in an experiment.
            let (name, from) = (dice.pick(&["homepage", "checkout"]), tenths(index * 123));
            experiment.insert(
                "group".into(),
                json!({ "name": name, "from": from, "to": tenths(index * 123 + 123) }),
            );
        }
        if !dice.one(4) && index < 8 {
            let version = 1 + dice.below(4);
            let least = if dice.one(6) { 1 } else { version };
            let sticky = json!({ "version": version, "min_version": least });
            experiment.insert("sticky".into(), if dice.one(5) { json!({}) } else { sticky });
        }
        put("experiment", Json::Object(experiment));
        variants.push(variant(dice, 1, block, group));
        match dice.below(3) {
            0 => variants.push(json!({ "id": "v2", "control": true })),
            1 => {
                let weights = dice.pick(&[[30.0, 70.0], [33.33, 66.67], [0.01, 99.99], [12.5, 87.5]]);
                for (variant, weight) in variants.iter_mut().zip(weights) {
                    variant["weight"] = Json::from(weight);
                }
            }
            _ => {}
        }
    } else if dice.one(2) {
        // In order of preference: what asks for least comes last.
        for index in 1..2 + dice.below(2) {
            variants.insert(0, variant(dice, index, block, group));
        }
    }
    let last = variants.len() - 1;
    for (place, variant) in variants.iter_mut().enumerate() {
        // What anybody may see at once leaves nothing to those behind it.
        let shown = variant["html"].as_str().is_some_and(|html| {
            ["{{visit", "{{campaign}}", "{{place.nearest", "{{date"].iter().any(|value| html.contains(value))
        });
        if dice.one(6) || !drawn && place < last && !shown {
            variant["min_visits"] = Json::from(2 + dice.below(3));
        }
    }
    if around && variants[0]["html"].is_string() {
        variants[0]["html"] = Json::from(dice.pick(&COUNTDOWNS));
    }
    if dice.one(3) {
        let rules = (0..1 + dice.below(2)).map(|_| suppression(dice, index, &variants)).collect();
        put("suppress", rules);
    }
    put("variants", Json::Array(variants));
    for (key, schema) in NUMBERS.iter() {
        if dice.one(6) {
            put(key, number(dice, schema));
        }
    }
    campaign
}

/// What a campaign can say in one number and no line above draws, with its schema.
static NUMBERS: LazyLock<Vec<(String, Json)>> = LazyLock::new(|| {
    const DRAWN: [&str; 1] = ["priority"];
    let schema: Json = serde_json::from_str(&parvis::author::draft::schema()).expect("a schema");
    let said = schema["definitions"]["CampaignDraft"]["properties"].as_object().expect("properties").clone();
    let is_number = |schema: &Json| schema["type"].to_string().contains("integer");
    said.into_iter().filter(|(key, schema)| is_number(schema) && !DRAWN.contains(&key.as_str())).collect()
});

/// One of the three lowest numbers of a schema.
fn number(dice: &mut Dice, schema: &Json) -> Json {
    Json::from(schema["minimum"].as_u64().unwrap_or_default() + dice.below(3) as u64)
}

/// A rule about something; it need not say of what where the variants show one thing of the sort.
fn suppression(dice: &mut Dice, index: usize, variants: &[Json]) -> Json {
    let when = dice.pick(&["bought", "removed", "dismissed"]);
    let days = dice.pick(&[1, 2, 10, 120]);
    let what = dice.pick(if when == "dismissed" {
        &["item", "category", "campaign"]
    } else {
        &["item", "category"]
    });
    let items = [
        "visit.last_item",
        "visit.items",
        "visit.cart",
        "page.item",
        "visit.other_items",
        "visitor.due_item",
    ];
    let categories = [
        "visit.last_category",
        "visit.categories",
        "page.category",
        "visit.last_item",
        "visitor.last_bought_category",
    ];
    let of = match (what, dice.below(3)) {
        ("campaign", 0) => Some(format!("c{}", dice.below(index + 1))),
        ("campaign", _) => None,
        (_, 0) if shows_one(what, variants) => None,
        ("item", 1) => Some(dice.pick(&["lamp", "desk", "chair", "rug", "c1"]).to_owned()),
        ("item", _) => Some(dice.pick(&items).to_owned()),
        (_, 1) => Some(dice.pick(&CATEGORIES).to_owned()),
        _ => Some(dice.pick(&categories).to_owned()),
    };
    let mut rule = json!({ "when": when, "what": what, "days": days });
    if let Some(of) = of {
        rule["of"] = Json::from(of);
    }
    rule
}

fn shows_one(what: &str, variants: &[Json]) -> bool {
    let text = Json::from(variants).to_string();
    let names = |signal: &&Signal| match signal.entry().names {
        Named::Item => true,
        Named::Category => what == "category",
        Named::Store | Named::Nothing => false,
    };
    let is_shown = |signal: &&Signal| {
        let ends = ["}", " ", "."].map(|end| format!("{}{end}", signal.entry().name));
        [" ", "{"].iter().any(|begin| ends.iter().any(|end| text.contains(&format!("{begin}{end}"))))
    };
    Signal::ALL.iter().filter(names).filter(is_shown).count() == 1
}

/// Percent; a crowd's campaigns have nothing to share.
fn tenths(places: usize) -> f64 {
    places.min(1000) as f64 / 10.0
}

fn schedule(dice: &mut Dice) -> Json {
    const HOURS: [&str; 8] = [
        "09:00-12:30",
        "22:00-02:00",
        "00:00-03:00",
        "01:30-02:30",
        "14:00-24:00",
        "23:59-00:01",
        "12:00-20:00",
        "06:15-06:14",
    ];
    let mut schedule = Map::new();
    let days = dice.below(3);
    if days > 0 {
        let some: Vec<&str> = WEEKDAYS.into_iter().filter(|_| !dice.one(3)).collect();
        schedule.insert("weekdays".into(), if some.is_empty() { json!(["sunday"]) } else { json!(some) });
    }
    if days != 1 {
        schedule.insert("hours".into(), dice.some(&HOURS, 1));
    }
    Json::Object(schedule)
}

fn cap(dice: &mut Dice) -> Json {
    let mut cap = Map::new();
    let times = |dice: &mut Dice, one_in: usize| dice.one(one_in).then(|| 1 + dice.below(3));
    if let Some(times) = times(dice, 3) {
        cap.insert("per_visit".into(), json!(times));
    }
    if let Some(times) = times(dice, 3) {
        cap.insert("per_days".into(), json!({ "times": times, "days": dice.pick(&[1, 2, 10, 120]) }));
    }
    if let Some(times) = times(dice, 4) {
        cap.insert("lifetime".into(), json!(times));
    }
    if let Some(times) = times(dice, if cap.is_empty() { 1 } else { 3 }) {
        let mut waved = json!({ "times": 1 + times / 2 });
        if dice.one(2) {
            waved["days"] = json!(dice.pick(&[1, 10, 120]));
        }
        cap.insert("dismissals".into(), waved);
    }
    Json::Object(cap)
}

/// The forms in which templates show parameters: all that they name, and mostly those of lists.
fn parameters(dice: &mut Dice) -> Json {
    let names = ["utm_campaign", "utm_source", "utm_medium", "utm_term", "utm_content", "promo", "trial"];
    let mut parameters = Map::new();
    for (index, name) in names.into_iter().enumerate() {
        let mut said = json!({ "form": dice.pick(&["word", "words", "words", "words", "number"]) });
        if dice.one(2) {
            said["max"] = json!(dice.pick(&[5, 6, 8, 10, 12, 64]));
        }
        if index < 5 || !dice.one(3) {
            parameters.insert(name.into(), said);
        }
    }
    Json::Object(parameters)
}

/// A curve by which a campaign rests, mostly for hours and days in which the visitor comes back.
fn fatigue(dice: &mut Dice) -> Json {
    let mut fatigue = Map::new();
    let rest = dice.pick(&[None, Some(1), Some(7), Some(24), Some(800)]);
    if let Some(rest) = rest {
        fatigue.insert("backoff_hours".into(), json!(rest));
    }
    if dice.one(2) {
        fatigue.insert("factor".into(), json!(dice.pick(&[1.0, 1.07, 1.5, 3.0, 10.0])));
    }
    if dice.one(2) {
        fatigue.insert("max_backoff_hours".into(), json!(rest.unwrap_or(24) + dice.pick(&[0, 1, 30, 200])));
    }
    if dice.one(2) {
        fatigue.insert("reset_after_days".into(), json!(dice.pick(&[1, 3, 9, 120])));
    }
    Json::Object(fatigue)
}

fn variant(dice: &mut Dice, index: usize, block: &str, group: &[Json]) -> Json {
    const TEMPLATES: [&str; 45] = [
        "<p title=\"{{campaign or 'none & <b>'}}\">{{visit.last_item.title or \"nothing & 'more'\"}}</p>",
        "<a href=\"{{visit.last_item.url}}\">{{visit.last_category.title or 'News'}}</a>",
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
        "<p>{{weekday}} {{time}}{{#if language}} {{language}}{{/if}}{{#if region}} {{region}}{{/if}}</p>",
        "{{#each query 3}}<a href=\"/?{{item}}\">{{item}}</a>{{/each}}",
        "<p title=\"{{referrer}} {{page.path}}\">{{campaign.source}}{{#if campaign.content}} {{campaign.content}}{{/if}}</p>",
        "<p>{{visitor.days_known}} days, {{campaign.medium}} {{campaign.term}}</p>",
        "<p>{{visitor.due_item.title}} after {{visitor.days_since_purchase}} days</p>",
        "<a href=\"{{visitor.last_bought_category.url}}\">{{visitor.purchases}} times</a>",
        "<p>{{visit.cart_item.title}} for {{visit.cart_minutes}} minutes</p>",
        "<a href=\"{{visitor.cart_item.url}}\">left {{visitor.cart_hours}} hours ago</a>",
        "{{#each visit.other_items 3}}<p>{{item.title}} {{item.category}}</p>{{/each}}",
        "<a href=\"{{place.nearest_store.url}}\">{{place.nearest_store.title}}{{#if place.nearest_store.region}} in {{place.nearest_store.region}}{{/if}}</a>",
        "<ul>{{#each place.stores}}<li title=\"{{item.region or '-'}}\"><a href=\"{{item.url}}\">{{item.title}}</a></li>{{/each}}</ul>",
        "<p class=\"{{place.distance or 'nowhere'}}\">{{#if place.stores}}near{{/if}}</p>",
        "{{#each visit.categories 2}}<a href=\"{{item.url}}\">{{item.title}}</a>{{/each}}",
        "<p title=\"{{visit.seconds}}\">page {{visit.pages}}</p>",
        "<p>{{visit.cart_value}}</p>",
        "<p title=\"{{profile.tier_rank or 'none'}}\">{{profile.tier or 'Welcome'}}</p>",
        "<p>{{#each profile.segments 2}}<b>{{item}}</b>{{/each}}</p>",
        "<a href=\"/search?q={{visit.last_search}}\" title=\"{{visit.last_search}}\">{{visit.last_search}}</a>",
        "{{#each visit.searches 2}}<a title=\"{{item}}\" href=\"/search?q={{item}}\">{{item}}</a>{{/each}}",
        "<p>{{visitor.days_since_visit}} days ago{{#unless connection}}, somehow{{/unless}}</p>",
        "<ul>{{#each visitor.preferences 2}}<li title=\"{{item}}\">{{item}}</li>{{/each}}</ul>",
        "{{#unless visitor.preferences}}<p>What do you like?</p>{{/unless}}",
        "<p>{{#if visitor.last_bought_category}}{{visitor.last_bought_category.title}}{{else}}Never{{/if}}</p>",
        "<ul>{{#each visit.items 2 by price except bought, cart}}<li>{{item.title}}</li>{{/each}}</ul>",
        "{{#each visit.last_category.items 3 by interest except shown}}<a href=\"{{item.url}}\">{{item.title}} {{item.price or '-'}}</a>{{/each}}",
        "{{#each page.category.items by recent except cart, shown}}<b>{{item.title}}{{item.image}}</b>{{/each}}",
        "{{#each catalog.items 2 by price except shown, bought}}<b>{{item.title}}</b>{{/each}}",
        "{{#each catalog.items 4 by interest}}<b>{{item}}</b>{{/each}}",
        "{{#each visit.cart by catalog except shown}}<b title=\"{{item}}\">{{item.title}}</b>{{/each}}",
        "{{#each visit.other_items 3 by recent except bought shown}}<p>{{item.title}}</p>{{/each}}",
        "{{#each visitor.favorite_category.items 2 by price except bought}}<b>{{item.title}}</b>{{/each}}",
        "{{#each place.stores 2 by catalog}}<b>{{item.title}}</b>{{/each}}",
        "{{#each stores 2}}<a href=\"{{item.url}}\">{{item.title}}</a>{{/each}}",
    ];
    const PARTS: [(&str, &str); 8] = [
        ("title", "Still thinking about {{visit.last_item.title}}?"),
        ("title", "Light & \"spring\" <{{page.path}}>"),
        ("title", "{{#if campaign}}{{campaign}}{{else}}<none>{{/if}}"),
        ("link@href", "{{visit.last_item.url}}?from=hero"),
        ("link@href", "/c?a='1'&b={{campaign.source}}"),
        ("link@title", "\"{{campaign.content}}\" & <é>"),
        ("picture@alt", "{{page.category.title}} at {{time}}"),
        ("link@class", "{{device}}"),
    ];
    let id = format!("v{index}");
    if block == "shelves" {
        if dice.one(2) {
            let categories: Map<String, Json> = (0..1 + dice.below(group.len()))
                .map(|place| {
                    (group[place].as_str().expect("an id").to_owned(), dice.pick(&CATEGORIES).into())
                })
                .collect();
            return json!({ "id": id, "order_by": { "interest": dice.pick(&["visit", "visitor"]), "categories": categories } });
        }
        let mut order = vec!["block-1", "block-0"];
        order.truncate(1 + dice.below(2));
        return json!({ "id": id, "order": order });
    }
    match dice.below(8) {
        0 => json!({ "id": id, "hide": true }),
        1 | 2 => {
            let parts: Map<String, Json> = (0..1 + dice.below(3))
                .map(|_| dice.pick(&PARTS))
                .map(|(key, value)| (key.into(), value.into()))
                .collect();
            json!({ "id": id, "parts": parts })
        }
        3 if dice.one(4) => json!({ "id": id, "html": any_signal(dice) }),
        _ => json!({ "id": id, "html": dice.pick(&TEMPLATES) }),
    }
}

/// A template that shows any signal, so that one which is new is shown without a template of its own.
fn any_signal(dice: &mut Dice) -> String {
    let readable: Vec<Signal> =
        Signal::ALL.iter().copied().filter(|signal| signal.entry().readers == Readers::All).collect();
    let entry = dice.pick(&readable).entry();
    match entry.kind {
        Type::List => format!("{{{{#each {} 2}}}}<p>{{{{item}}}}</p>{{{{/each}}}}", entry.name),
        Type::Text | Type::Number => format!("<p>{{{{{}}}}}</p>", entry.name),
    }
}
