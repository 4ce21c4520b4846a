//! The playbook that `bench decide` measures: 200 campaigns of 4 variants with nested conditions, and visitors
//! to decide for. Everything comes from one fixed seed.
//!
//! A condition begins, as people write them, with what selects: a campaign, a category, a country, a product. Behind it
//! stand seven to nine further tests, nested. [`unselective`] is the opposite: everything holds but the last test.

use serde_json::{Value as Json, json};

/// Campaigns of the playbook.
pub const CAMPAIGNS: usize = 200;
/// Blocks of the playbook; campaigns take turns.
pub const BLOCKS: usize = 10;
/// Variants of each campaign.
pub const VARIANTS: usize = 4;
/// Bytes of the HTML of a variant: so many make a playbook of about 265 KB.
const HTML: usize = 186;
/// Saturday, 2026-11-21, 20:00 at the site.
pub const NOW: &str = "2026-11-21T19:00:00Z";

const COUNTRIES: [&str; 12] = ["FR", "DE", "NL", "BE", "ES", "IT", "AT", "CH", "PL", "SE", "DK", "US"];
const LANGUAGES: [&str; 6] = ["fr", "de", "nl", "en", "es", "it"];
const SOURCES: [&str; 6] = ["newsletter", "search-ads", "partner", "social", "print", "radio"];
const REFERRERS: [&str; 4] = ["search", "social", "mail", "other"];
const DEVICES: [&str; 3] = ["desktop", "mobile", "tablet"];
const CATEGORIES: [&str; 12] = [
    "lighting", "desks", "chairs", "sofas", "beds", "rugs", "garden", "kitchen", "bath", "storage", "decor",
    "kids",
];
const ITEMS: usize = 48;

/// A reproducible stream of numbers (SplitMix64).
pub struct Random(u64);

impl Random {
    /// The stream of this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    fn of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }

    /// `count` different texts.
    fn some(&mut self, texts: &[&str], count: usize) -> Json {
        let first = self.below(texts.len());
        (0..count).map(|step| texts[(first + step * 5) % texts.len()]).collect()
    }

    fn items(&mut self, count: usize) -> Json {
        let first = self.below(ITEMS);
        (0..count).map(|step| item((first + step * 7) % ITEMS)).collect()
    }
}

fn item(number: usize) -> String {
    format!("{}-{number}", ["lamp", "desk", "chair", "sofa"][number % 4])
}

/// The conditions as people write them: what selects comes first.
#[must_use]
pub fn selective() -> Vec<Json> {
    let mut random = Random::new(5);
    (0..CAMPAIGNS).map(|number| condition(number, &mut random)).collect()
}

fn condition(number: usize, random: &mut Random) -> Json {
    let mut condition = match number % 5 {
        0 => json!({"campaign": format!("spring-{number}")}),
        1 => json!({"visit.last_category": {"$in": random.some(&CATEGORIES, 3)}}),
        2 => json!({"country": {"$in": random.some(&COUNTRIES, 3)}, "language": random.of(&LANGUAGES)}),
        3 => json!({"campaign.source": random.of(&SOURCES), "campaign.medium": "email"}),
        _ => json!({"visit.items": {"$elemMatch": {"$in": random.items(3)}}}),
    };
    let from = random.below(20);
    let nested = json!({
        "$or": [
            {"device": random.of(&DEVICES), "hour": {"$gte": from, "$lt": from + 6}},
            {"$and": [{"visit.cart_count": {"$gt": random.below(4)}}, {"referrer": {"$ne": random.of(&REFERRERS)}}]},
        ],
        "$not": {"visit.last_category": random.of(&CATEGORIES)},
        "$nor": [
            {"weekday": {"$in": ["monday", "tuesday"]}},
            {"$and": [{"page.kind": "home"}, {"language": {"$nin": ["fr", "de", random.of(&LANGUAGES)]}}]},
        ],
        "visit.cart_count": {"$lte": 6 + random.below(4)},
    });
    if let (Some(all), Json::Object(nested)) = (condition.as_object_mut(), nested) {
        all.extend(nested);
    }
    condition
}

/// Conditions of which only the last test fails for [`visitors`]' first, and that one is of a text in the URL.
#[must_use]
pub fn unselective() -> Vec<Json> {
    all_but_last(|number| ("campaign", json!(format!("spring-{number}"))))
}

/// The same with a last test of a number, which no guard foresees: every test is made.
#[must_use]
pub fn unguarded() -> Vec<Json> {
    all_but_last(|number| ("visit.cart_count", json!({"$gt": 1000 + number})))
}

fn all_but_last(last: impl Fn(usize) -> (&'static str, Json)) -> Vec<Json> {
    let mut random = Random::new(6);
    (0..CAMPAIGNS)
        .map(|number| {
            let mut condition = json!({
                "country": {"$in": ["NL", "DE", "BE", "FR"]},
                "language": {"$nin": ["it", "es"]},
                "hour": {"$gte": random.below(18), "$lt": 23},
                "$or": [
                    {"device": "desktop"},
                    {"$and": [{"visit.cart_count": {"$gt": 0}}, {"referrer": {"$ne": "mail"}}]},
                ],
                "$not": {"visit.last_category": "garden"},
                "visit.items": {"$elemMatch": {"$in": [random.items(1)[0], item(1), item(0)]}},
                "$nor": [{"weekday": "monday"}, {"page.kind": {"$in": ["product", "cart"]}}],
            });
            let (name, test) = last(number);
            condition[name] = test;
            condition
        })
        .collect()
}

/// A playbook with these conditions, one a campaign; none for a site without campaigns.
#[must_use]
pub fn playbook(conditions: &[Json]) -> Json {
    let blocks: serde_json::Map<_, _> = (0..BLOCKS)
        .map(|block| (format!("block-{block}"), json!({"pages": ["home"], "reserve": "12rem"})))
        .collect();
    let campaigns: Vec<Json> = conditions
        .iter()
        .enumerate()
        .map(|(number, condition)| {
            let variants: Vec<Json> = (0..VARIANTS)
                .map(|variant| json!({"id": format!("v{variant}"), "html": html(number, variant)}))
                .collect();
            json!({
                "id": format!("campaign-{number}"), "block": format!("block-{}", number % BLOCKS),
                "priority": 1000 - number, "when": condition, "experiment": {}, "variants": variants,
            })
        })
        .collect();
    let categories: serde_json::Map<_, _> = CATEGORIES
        .iter()
        .map(|id| ((*id).to_owned(), json!({"title": id, "url": format!("/c/{id}")})))
        .collect();
    let items: serde_json::Map<_, _> = (0..ITEMS)
        .map(|number| {
            let category = CATEGORIES[number % CATEGORIES.len()];
            (
                item(number),
                json!({"title": item(number), "url": format!("/p/{number}"), "category": category}),
            )
        })
        .collect();
    json!({
        "format": 1,
        "site": {"name": "bench", "host": "shop.example", "utc_offset_minutes": 60},
        "consent": {"meanings": {"tarteaucitron": {"own": [
            "device_storage", "session_personalization", "persistent_personalization", "experimentation",
        ]}}},
        "pages": [
            {"kind": "home", "path": "/"}, {"kind": "cart", "path": "/cart"}, {"kind": "product", "path": "/p/{item}"},
        ],
        "blocks": blocks,
        "campaigns": campaigns,
        "catalog": {"categories": categories, "items": items},
    })
}

fn html(campaign: usize, variant: usize) -> String {
    let mut html = format!(r#"<h2>Campaign {campaign}, variant {variant}</h2><p class="lead">"#);
    while html.len() < HTML {
        html.push_str("Good light for long evenings. ");
    }
    html.truncate(HTML);
    html + "</p>"
}

/// One visitor, as other engines are told of them; times and pages are the same for all.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Visitor {
    /// Two letters.
    pub country: &'static str,
    /// The first language of the browser.
    pub language: &'static str,
    /// The class of device.
    pub device: &'static str,
    /// What led here.
    pub referrer: &'static str,
    /// `utm_campaign`, `utm_source` and `utm_medium`.
    pub utm: Option<[String; 3]>,
    /// Products of the visit, newest first.
    pub items: Vec<String>,
    /// The category seen last.
    pub last_category: &'static str,
    /// Pieces in the cart.
    pub cart_count: usize,
}

/// Eight visitors; the first is the one of [`unselective`].
#[must_use]
pub fn visitors() -> Vec<Visitor> {
    let mut random = Random::new(7);
    let first = Visitor {
        country: "FR",
        language: "fr",
        device: "mobile",
        referrer: "search",
        utm: None,
        items: vec![item(0), item(9)],
        last_category: "lighting",
        cart_count: 2,
    };
    let others = (1..8).map(|number| {
        let count = random.below(4);
        Visitor {
            country: random.of(&COUNTRIES),
            language: random.of(&LANGUAGES),
            device: random.of(&DEVICES[..2]),
            referrer: random.of(&REFERRERS),
            utm: (number % 2 == 0).then(|| {
                let from = format!("spring-{}", random.below(CAMPAIGNS));
                [from, random.of(&SOURCES).to_owned(), "email".to_owned()]
            }),
            items: (0..count).map(|_| item(random.below(ITEMS))).collect(),
            last_category: random.of(&CATEGORIES),
            cart_count: 1 + random.below(4),
        }
    });
    std::iter::once(first).chain(others).collect()
}

impl Visitor {
    /// Their request, in the format of `parvis decide --request`.
    #[must_use]
    pub fn request(&self) -> Json {
        let agent = match self.device {
            "mobile" => {
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
            }
            _ => "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        };
        let query = self.utm.as_ref().map_or_else(String::new, |[campaign, source, medium]| {
            format!("?utm_campaign={campaign}&utm_source={source}&utm_medium={medium}")
        });
        let from = match self.referrer {
            "search" => "https://www.google.com/",
            "social" => "https://www.facebook.com/",
            "mail" => "https://mail.google.com/",
            _ => "https://elsewhere.example/",
        };
        let items = if self.items.is_empty() { String::new() } else { format!("~i{}", self.items.join("!")) };
        json!({
            "url": format!("https://shop.example/{query}"),
            "headers": {"user-agent": agent, "accept-language": self.language, "referer": from},
            "cookies": {
                "tarteaucitron": "!own=true",
                "parvis-visit": format!("a{items}~c{}~kdesk-1*{}", self.last_category, self.cart_count),
            },
            "geo": {"country": self.country},
            "now": NOW,
            "entropy": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        })
    }
}
