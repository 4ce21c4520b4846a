//! A year of a customer, page by page: visits that end and windows that are restored, purchases in every order, two tabs.
//!
//! The shop is always the same, with what a year needs, and how long its visits and its memory last is drawn; 100 years are
//! played, and with `PARVIS_LONG` 1,000. Beside the model, which must agree on each page and each event, two rules hold whatever
//! happens: what was bought is not advertised as left in a cart, and visitor memory stays within the length of a cookie.

use parvis::engine::Engine;
use parvis::playbook::Playbook;
use parvis::visitor::keyring::Keyring;
use parvis_model::{Model, replay};
use serde_json::{Map, Value as Json, json};

use super::random::Dice;
use super::requests::MINUTE;
use super::seen::Seen;
use super::{answers, in_browser};

const YEARS: u64 = 100;
const LONG: u64 = 1000;
const DAY: i64 = 1440;
/// 2026-11-01.
const START: i64 = 1_793_491_200_000;
const ITEMS: [&str; 6] = ["day-cream", "serum", "lipstick", "remover", "soap", "brush"];
/// Minutes between two visits, around the lengths that end one, and up to two months.
const PAUSES: [i64; 16] = [
    4,
    5,
    29,
    30,
    31,
    239,
    240,
    600,
    DAY,
    DAY + 200,
    3 * DAY,
    7 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
    61 * DAY,
];
/// Characters of the sealed cookie: what a browser keeps, and what is usual.
const MOST: usize = 4096;
const USUAL: usize = 700;

#[test]
fn both_say_the_same_of_every_year() {
    let only = std::env::var("PARVIS_MODEL_YEAR").ok().map(|seed| seed.parse::<u64>().expect("a number"));
    let years = if std::env::var_os("PARVIS_LONG").is_some() { LONG } else { YEARS };
    let seeds = only.map_or(0..years, |seed| seed..seed + 1);
    let (mut seen, mut model, mut lengths, mut count) = (Seen::default(), Model::start(), Vec::new(), 0);
    for seed in seeds {
        let mut dice = Dice((seed + 1).wrapping_mul(0x0fed_cba9_8765_4321));
        let draft = shop(&mut dice);
        let steps = year(&mut dice);
        count += steps.len();
        model.ask(&draft, &steps);
        let found = played(&draft, &steps, &mut seen, &mut lengths);
        let expected = model.answers();
        assert_eq!(found.len(), expected.len(), "the model answers every step");
        for (step, (found, expected)) in found.iter().zip(&expected).enumerate() {
            assert_eq!(
                found,
                expected,
                "year {seed}, step {step}: left the engine, right the model\n{}\n    alone: {}",
                steps[step],
                command(seed)
            );
        }
        nothing_bought_is_left(&steps, &found, seed);
    }
    lengths.sort_unstable();
    let (middle, longest) = (lengths[lengths.len() / 2], lengths[lengths.len() - 1]);
    println!(
        "{count} steps, {} cookies of visitor memory: {middle} characters in the middle, {longest} at most",
        lengths.len()
    );
    assert!(longest <= MOST && middle <= USUAL, "{middle} in the middle, {longest} at most");
    if only.is_none() {
        for (what, least) in
            [("tabs", 500), ("restored", 500), ("closed", 500), ("bought", 500), ("left", 50)]
        {
            assert!(seen.times(&format!("year {what}")) >= least, "{what}: {seen:#?}");
        }
    }
}

#[test]
fn a_printed_command_replays_the_year() {
    let failed = replay::failure("years::both_say_the_same_of_every_year", "suppressed");
    let printed = replay::command(&failed, "PARVIS_MODEL_YEAR=");
    let place = |text: &str| text.lines().find_map(|line| line.find("year ").map(|at| line[at..].to_owned()));
    let replayed = replay::run(&printed, "suppressed");
    assert_eq!(place(&replayed), place(&failed), "`{printed}` finds another disagreement");
}

fn command(seed: u64) -> String {
    format!(
        "PARVIS_MODEL_YEAR={seed} cargo test -p parvis-model --test agree both_say_the_same_of_every_year"
    )
}

/// What the engine says of each step, with the cookies that the steps before it left.
fn played(draft: &Json, steps: &[Json], seen: &mut Seen, lengths: &mut Vec<usize>) -> Vec<Json> {
    let bytes = parvis::author::compile_source(&draft.to_string()).expect("the shop compiles");
    let engine =
        Engine::new(Playbook::open(bytes), Keyring::parse(format!("1:{}", "5a".repeat(32)).as_bytes()));
    let (mut jar, mut open) = (Map::new(), Vec::new());
    let mut all: Vec<Json> = Vec::new();
    for step in steps {
        seen.count("year", if step["closed"] == true { "closed" } else { "restored" });
        if step["closed"] == true {
            jar.remove("visit");
        }
        if step["events"].to_string().contains("bought") {
            seen.count("year", "bought");
        }
        let answer = if let Some(tab) = step["tab"].as_u64() {
            seen.count("year", "tabs");
            let (page, shown): &mut (Json, Json) = &mut open[usize::try_from(tab).expect("few")];
            page["now"] = step["now"].clone();
            page["events"] = step["events"].clone();
            page["stays"] = Json::from(0);
            page["consent"] = step["consent"].clone();
            let browser = in_browser(&engine, page, &mut jar, shown, seen);
            *shown = browser.clone();
            json!({ "browser": browser })
        } else {
            let answer = answers(&engine, step, &mut jar, seen);
            let shows = if answer["browser"].is_null() { &answer } else { &answer["browser"] };
            open.push((step.clone(), shows.clone()));
            answer
        };
        if let Some(sealed) = answer["cookies"]["memory"][1].as_str() {
            lengths.push(sealed.len());
        }
        if chosen(&answer, "left").is_some() {
            seen.count("year", "left");
        }
        all.push(answer);
    }
    all
}

/// What a campaign shows, if it is shown.
fn chosen<'a>(answer: &'a Json, campaign: &str) -> Option<&'a str> {
    let decisions = answer["decisions"].as_array()?;
    decisions.iter().find(|one| one["campaign"] == campaign)?["content"].as_str()
}

/// From a purchase until the item is put into a cart again, no page says that it was left in one.
///
/// A purchase that the page reports waits in the visit cookie: if the window is closed before another page, or the visitor
/// no longer allows that cookie, it is lost.
fn nothing_bought_is_left(steps: &[Json], found: &[Json], seed: u64) {
    let (mut bought, mut waits): (Vec<&str>, Vec<&str>) = Default::default();
    for (step, answer) in steps.iter().zip(found) {
        let told = std::mem::take(&mut waits);
        // Of what may not be kept nothing is known later.
        let allowed = step["consent"] == json!([true, true, true, true]);
        match step["closed"].as_bool() {
            Some(false) if allowed => bought.extend(told),
            Some(_) => {}
            None if allowed => waits = told,
            None => {}
        }
        let shown = chosen(answer, "left").unwrap_or_default();
        let wrong = bought.iter().find(|item| shown.contains(**item));
        assert!(
            wrong.is_none(),
            "year {seed}: {shown} after it was bought: {step}\n    alone: {}",
            command(seed)
        );
        for event in step["events"].as_array().into_iter().flatten() {
            match event[0].as_str() {
                Some("bought") if allowed => waits.extend(event[1].as_str()),
                Some("cart") => {
                    let lines = event[1].to_string();
                    bought.retain(|item| !lines.contains(item));
                    waits.retain(|item| !lines.contains(item));
                }
                _ => {}
            }
        }
    }
}

/// The steps of one customer: pages with what happens on them, and what happens on a page that was opened before them.
fn year(dice: &mut Dice) -> Vec<Json> {
    let (mut steps, mut now) = (Vec::new(), START + dice.below(10_000) as i64 * MINUTE);
    let (end, mut consent) = (now + 365 * DAY * MINUTE, json!([true, true, true, true]));
    let mut pages = 0_u64;
    while now < end {
        let mut closed = dice.one(2);
        if dice.one(25) {
            consent = (0..4).map(|_| Json::from(!dice.one(3))).collect();
        } else if dice.one(4) {
            consent = json!([true, true, true, true]);
        }
        for _ in 0..1 + dice.below(4) {
            let events = if dice.one(2) { events(dice) } else { json!([]) };
            steps.push(json!({
                "path": if dice.one(3) { "/".to_owned() } else { format!("/p/{}", dice.pick(&ITEMS)) },
                "query": if dice.one(6) { json!([["utm_campaign", dice.pick(&["spring", "letter"])]]) } else { json!([]) },
                "country": "FR", "subdivision": null, "place": null, "device": "desktop", "language": null, "referrer": "direct",
                "connection": null, "profile": null, "forced": {}, "hidden": false, "cookie": null, "consent": consent,
                "entropy": format!("{:016x}", dice.next()), "now": now, "clock": now, "closed": closed,
                "stays": dice.pick(&[0, 0, 1, 4, 31]), "events": events,
            }));
            pages += 1;
            closed = false;
            now += (32 + dice.below(9) as i64) * MINUTE * i64::from(dice.one(8))
                + dice.pick(&[1, 2, 5, 20]) * MINUTE;
            // Another tab, which stays open while pages come and go.
            if dice.one(3) {
                let tab = pages - 1 - (dice.below(3) as u64).min(pages - 1);
                steps.push(
                    json!({ "tab": tab, "now": now, "consent": consent, "events": events_of_a_tab(dice) }),
                );
                now += dice.pick(&[0, 1, 3]) * MINUTE;
            }
        }
        now += dice.pick(&PAUSES) * MINUTE;
    }
    steps
}

/// What a page reports: a cart and a purchase in the orders in which sites report them, views, what is waved away.
fn events(dice: &mut Dice) -> Json {
    let item = dice.pick(&ITEMS);
    let cart = |items: &[&str]| {
        let lines: Vec<Json> = items.iter().map(|item| json!([item, 1])).collect();
        json!(["cart", lines])
    };
    let other = dice.pick(&ITEMS);
    let bought = |item: &str| json!(["bought", item, "", 0]);
    match dice.below(10) {
        0 | 1 => json!([cart(&[item])]),
        2 if item != other => json!([cart(&[item, other])]),
        3 => json!([bought(item), cart(&[])]),
        4 => json!([cart(&[]), bought(item)]),
        5 => json!([bought(item)]),
        6 => json!([bought(item), cart(&[other])]),
        7 => json!([["dismissed", dice.pick(&["tip", "due", "seen"])]]),
        8 => json!([["viewed", item, ""], cart(&[item])]),
        _ => json!([["viewed", item, ""]]),
    }
}

fn events_of_a_tab(dice: &mut Dice) -> Json {
    loop {
        let events = events(dice);
        if events != json!([]) {
            return events;
        }
    }
}

/// The shop: what was left in the cart, what is due again, what was seen, tips by the visit, an experiment that sticks.
fn shop(dice: &mut Dice) -> Json {
    let services = ["session_personalization", "persistent_personalization", "experimentation", "profile"];
    let meanings = services.map(|service| (service.to_owned(), json!([service, "device_storage"])));
    let item = |(at, id): (usize, &&str)| {
        let category = if at % 2 == 0 { "care" } else { "make-up" };
        let again = if at == 0 { json!(30) } else { Json::Null };
        let item =
            json!({ "title": id, "url": format!("/p/{id}"), "category": category, "replenish_days": again });
        ((*id).to_owned(), item)
    };
    let items: Map<String, Json> = ITEMS.iter().enumerate().map(item).collect();
    let block = || json!({ "pages": ["home", "product"] });
    let campaign = |id: &str, html: &str, more: Json| {
        let mut campaign = json!({ "id": id, "block": id, "variants": [{ "id": "only", "html": html }] });
        campaign.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        campaign
    };
    json!({
        "format": 1,
        "site": { "name": "model", "host": "shop.example", "visit_minutes": dice.pick(&[30, 30, 5, 240]),
            "visit_by_campaign": dice.one(3), "time_zone": dice.pick(&[None, Some("Australia/Sydney")]) },
        "memory": { "life_days": dice.pick(&[180, 390, 390, 30]), "half_life_days": dice.pick(&[7, 30, 90]),
            "purchases": dice.pick(&[12, 2, 32]), "items": dice.pick(&[8, 3, 16]) },
        "consent": { "meanings": { "tarteaucitron": Map::from_iter(meanings) } },
        "pages": [{ "kind": "home", "path": "/" }, { "kind": "product", "path": "/p/{item}" }],
        "blocks": { "left": block(), "due": block(), "seen": block(), "tip": block(), "known": block(), "care": block(), "draw": block() },
        "campaigns": [
            campaign("left", "{{visitor.cart_item.title}}", json!({ "when": { "visitor.cart_hours": { "$gte": 1, "$lt": 720 } } })),
            campaign("due", "{{visitor.due_item.title}}", json!({
                "when": { "visitor.due_item": { "$nin": { "signal": "visit.cart" } } },
                "suppress": [{ "when": "dismissed", "what": "campaign", "days": 9 }] })),
            campaign("seen", "{{#each visit.items 3 except bought, cart}}{{item.title}} {{/each}}", json!({
                "suppress": [{ "when": "dismissed", "what": "campaign", "days": 2 }] })),
            campaign("tip", "Tip", json!({ "cap": { "per_visit": 1, "per_days": { "times": 9, "days": 60 }, "dismissals": { "times": 2, "days": 30 } } })),
            campaign("known", "{{visitor.visits}} visits in {{visitor.days_known}} days, {{visit.pages}} pages", json!({
                "when": { "visitor.days_since_visit": { "$gte": 1 } }, "cooldown": { "days": 1 } })),
            campaign("care", "{{visitor.favorite_category.title}} {{#each visitor.favorite_category.items 2 by interest except bought}}{{item.title}}{{/each}}", json!({
                "fatigue": { "backoff_hours": 24, "factor": 2, "reset_after_days": 90 } })),
            { "id": "draw", "block": "draw", "experiment": { "sticky": { "version": 2, "min_version": 1 } },
                "cap": { "lifetime": 90 }, "variants": [{ "id": "off", "control": true }, { "id": "on", "html": "<p>On</p>" }] },
        ],
        "catalog": { "items": items, "categories": {
            "care": { "title": "Care", "url": "/c/care" }, "make-up": { "title": "Make-up", "url": "/c/make-up", "replenish_days": 90 } } },
    })
}
