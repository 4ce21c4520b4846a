//! The purposes that the compiler lists for a campaign are exact: without one of them, just the campaigns that list it fall to
//! the default content, and the others say what they said.
//!
//! Campaigns are random conjunctions, so that each needs all that it reads. Seen red with the purposes of conditions, of
//! templates, of parts, of caps within a visit, of caps in memory, of dismissals over days, of experiments, of min_visits variants,
//! of dates and of fatigue left out of the list in turn, with memory listed for a cap within a visit, and with a purpose listed that nothing
//! needs.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use std::collections::BTreeMap;

use parvis::assign::hash;
use parvis::author::compile_source;
use parvis::base::calendar::Millis;
use parvis::consent::purpose::Purpose;
use parvis::engine::Engine;
use parvis::facts::Facts;
use parvis::playbook::Playbook;
use parvis::response::outcome::Content;
use parvis::visitor::keyring::Keyring;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

/// The purposes that signals and operators can need, each with the service of the banner that grants it alone.
const PURPOSES: [Purpose; 4] = [
    Purpose::SessionPersonalization,
    Purpose::PersistentPersonalization,
    Purpose::Experimentation,
    Purpose::Profile,
];
/// 2026-11-21, noon UTC.
const NOW: i64 = 1_795_262_400_000;
const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

/// Conditions that hold once the visitor has looked around.
fn conditions() -> impl Strategy<Value = Json> {
    let all = vec![
        ("country", json!("FR")),
        ("page.kind", json!("home")),
        ("visit.last_item", json!("lamp")),
        ("visit.items", json!({ "$size": { "$gte": 1 } })),
        ("visit.last_category", json!({ "$exists": true })),
        ("weekday", json!("saturday")),
        ("time", json!({ "$gte": "09:00" })),
        ("referrer", json!({ "$in": ["direct", "search"] })),
        ("visitor.visits", json!({ "$gte": 1 })),
        ("visitor.days_known", json!({ "$lt": 9 })),
        ("visitor.favorite_category", json!({ "$in": ["lighting"] })),
        ("visit.pages", json!({ "$gte": 1 })),
        ("visit.seconds", json!({ "$gte": 0 })),
        ("visit.categories", json!({ "$size": { "$gte": 1 } })),
        ("visit.cart_value", json!({ "$gte": 0 })),
        ("visitor.days_since_visit", json!({ "$gte": 1 })),
        ("profile.segments", json!({ "$in": ["vip"] })),
        ("profile.tier_rank", json!({ "$gte": 2 })),
        ("visit.last_search", json!("lamp")),
        ("visit.searches", json!({ "$size": { "$gte": 1 } })),
        // Two signals, of which each needs its own purpose.
        ("$and", json!([{ "visitor.favorite_category": { "$in": { "signal": "visit.categories" } } }])),
        ("visitor.due_item", json!({ "$not": { "$in": { "signal": "profile.segments" } } })),
    ];
    prop::sample::subsequence(all, 0..=4).prop_map(|some| {
        some.into_iter().map(|(name, test)| (name.to_owned(), test)).collect::<serde_json::Map<_, _>>().into()
    })
}

fn template() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "<p>Hello</p>",
        "<p>{{country}}</p>",
        "<p>{{visit.last_item.title}}</p>",
        "<p>{{#each visit.items}}<b>{{item.title}}</b>{{/each}}</p>",
        "<p>{{#if visitor.visits}}again{{/if}}</p>",
        "<p>{{visitor.favorite_category.title}}</p>",
        "<p>{{profile.tier}}</p>",
    ])
}

/// Schedules that run now, none of which needs a permission.
fn schedule() -> impl Strategy<Value = Json> {
    prop::sample::select(vec![
        json!(null),
        json!({ "weekdays": ["saturday", "sunday"] }),
        json!({ "hours": ["09:00-18:00"] }),
        json!({ "weekdays": ["friday"], "hours": ["23:30-12:30"] }),
    ])
}

/// Caps that are not reached: within a visit, in memory, of dismissals, and several at once.
fn cap() -> impl Strategy<Value = Json> {
    prop::sample::select(vec![
        json!(null),
        json!({ "per_visit": 9 }),
        json!({ "per_days": { "times": 9, "days": 7 } }),
        json!({ "lifetime": 9 }),
        json!({ "dismissals": { "times": 1 } }),
        json!({ "dismissals": { "times": 1, "days": 7 } }),
        json!({ "per_visit": 9, "lifetime": 9 }),
    ])
}

/// What is shown: a template, parts, or the order of a group.
fn content() -> impl Strategy<Value = Json> {
    prop_oneof![
        3 => template().prop_map(|html| json!({ "html": html })),
        2 => (template(), template()).prop_map(|(one, other)| {
            let plain = |html: &str| html.replace("<p>", "").replace("</p>", "").replace("<b>", "").replace("</b>", "");
            json!({ "parts": { "title": plain(one), "link@title": plain(other) } })
        }),
        1 => Just(json!({ "order": ["second"] })),
    ]
}

fn campaign() -> impl Strategy<Value = Json> {
    (conditions(), content(), schedule(), cap(), any::<Option<bool>>(), any::<bool>(), any::<[bool; 5]>())
        .prop_map(
            |(when, content, schedule, cap, grouped, tried, [spares, cools, min_visits, around, tires])| {
                let variant = |id: &str| {
                    let mut variant = content.clone();
                    variant["id"] = id.into();
                    variant
                };
                let mut campaign = json!({ "when": when, "variants": [variant("a")] });
                if !schedule.is_null() {
                    campaign["schedule"] = schedule;
                }
                if !cap.is_null() {
                    campaign["cap"] = cap;
                }
                if spares {
                    campaign["suppress"] =
                        json!([{ "when": "bought", "what": "item", "days": 30, "of": "lamp" }]);
                }
                if cools {
                    campaign["cooldown"] = json!({ "hours": 3 });
                }
                if let Some(remembered) = grouped {
                    campaign["cap_group"] = if remembered { "letters" } else { "banners" }.into();
                }
                if tried {
                    campaign["experiment"] = json!({});
                    campaign["variants"] = json!([variant("a"), variant("b")]);
                }
                if min_visits {
                    for variant in campaign["variants"].as_array_mut().unwrap() {
                        variant["min_visits"] = 2.into();
                    }
                }
                if around {
                    campaign["around"] = json!({ "date": "trip", "from_days": -4, "to_days": 0 });
                }
                if tires {
                    campaign["fatigue"] = json!({ "backoff_hours": 1 });
                }
                campaign
            },
        )
}

/// A playbook with one block for each campaign, and a banner whose services grant one purpose each.
fn playbook(campaigns: &[Json]) -> Json {
    let id = |index: usize| format!("b{index}");
    let mut blocks: BTreeMap<String, Json> = (0..campaigns.len())
        .map(|index| (id(index), json!({ "pages": ["home"], "reserve": "1rem" })))
        .collect();
    let mut named = Vec::new();
    for (index, campaign) in campaigns.iter().enumerate() {
        let mut campaign = campaign.clone();
        campaign["id"] = id(index).into();
        campaign["block"] = id(index).into();
        for variant in campaign["variants"].as_array_mut().unwrap() {
            if variant["order"].is_array() {
                // Members of groups come behind the blocks of campaigns.
                let members = [format!("m{index}-first"), format!("m{index}-second")];
                variant["order"] = json!([members[1]]);
                blocks.extend(members.clone().map(|member| (member, json!({ "pages": ["home"] }))));
                blocks.insert(id(index), json!({ "pages": ["home"], "group": members }));
            }
        }
        named.push(campaign);
    }
    let meanings: BTreeMap<&str, [&str; 2]> =
        PURPOSES.iter().map(|purpose| (purpose.name(), [purpose.name(), "device_storage"])).collect();
    json!({
        "format": 1, "site": { "name": "purposes", "host": "shop.example" },
        "consent": { "meanings": { "tarteaucitron": meanings } },
        "pages": [{ "kind": "home", "path": "/" }, { "kind": "product", "path": "/p/{item}", "search": "q" }],
        "blocks": blocks, "campaigns": named,
        "cap_groups": { "letters": { "lifetime": 99 }, "banners": { "per_visit": 99 } },
        "dates": { "trip": {} }, "profile": { "cookie": "shop-profile", "tiers": ["silver", "gold"], "segments": ["vip"] },
        "catalog": { "categories": { "lighting": { "title": "Lighting", "url": "/c/lighting" } },
            "items": { "lamp": { "title": "Lamp", "url": "/p/lamp", "category": "lighting" } } },
    })
}

/// What each block shows to a visitor with these cookies, who grants all purposes but one; the cookies change.
fn look(
    engine: &Engine,
    path: &str,
    without: Option<Purpose>,
    jar: &mut BTreeMap<String, String>,
    at: i64,
) -> Vec<Content> {
    let service = |purpose: &Purpose| format!("!{}={}", purpose.name(), Some(*purpose) != without);
    let banner = PURPOSES.iter().map(service).collect::<String>();
    let mut cookies: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
    cookies.push(format!("tarteaucitron={banner}; shop-profile=gold.vip"));
    let mut exchange = engine.begin(Facts {
        path: path.to_owned(),
        query: "q=Lamp".to_owned(),
        cookies: [cookies.join("; ")].into(),
        country: Some("FR".to_owned()),
        now: Some(Millis(at)),
        entropy: Some([7; 32]),
        ..Facts::default()
    });
    let decided = exchange.decide().unwrap();
    for cookie in decided.outcome.cookies() {
        let pair = cookie.as_str().split(';').next().unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        jar.insert(name.to_owned(), value.to_owned());
    }
    decided.outcome.decisions().iter().map(|decision| decision.content.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn without_a_purpose_just_the_campaigns_that_list_it_fall(campaigns in prop::collection::vec(campaign(), 1..8)) {
        // Each of these is for a group of two blocks, and one page may have eight blocks in groups.
        prop_assume!(campaigns.iter().filter(|campaign| campaign["variants"][0]["order"].is_array()).count() <= 4);
        let source = playbook(&campaigns).to_string();
        let keys = Keyring::parse(b"1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
        let engine = Engine::new(Playbook::open(compile_source(&source).unwrap()), keys);
        // Yesterday the site declared a date, four days from now.
        let declared = format!("a~o{:08x}*{}", hash::code("trip"), NOW / DAY + 4);
        let mut jar = BTreeMap::from([("parvis-visit".to_owned(), declared)]);
        look(&engine, "/p/lamp", None, &mut jar, NOW - DAY);
        jar.remove("parvis-visit");
        look(&engine, "/p/lamp", None, &mut jar, NOW);
        let mut whole = look(&engine, "/", None, &mut jar.clone(), NOW + MINUTE);
        whole.truncate(campaigns.len());
        prop_assert!(whole.iter().all(|content| *content != Content::Default), "with all purposes: {whole:?}");
        let lists = |block: usize, purpose| {
            let block = u16::try_from(block).unwrap();
            engine.playbook().unwrap().campaigns(block).next().unwrap().purposes.contains(purpose)
        };
        for purpose in PURPOSES {
            let without = look(&engine, "/", Some(purpose), &mut jar.clone(), NOW + MINUTE);
            for (block, content) in without.iter().take(campaigns.len()).enumerate() {
                let expected = if lists(block, purpose) { &Content::Default } else { &whole[block] };
                prop_assert_eq!(content, expected, "block {} without {}", block, purpose.name());
            }
        }
    }
}
