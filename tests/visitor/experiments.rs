//! Experiments as visitors meet them: exclusive groups, kept variants, previews, weights from outside, and the propensity that
//! is recorded.
//!
//! Seen red: with propensity reckoned of all visitors and not of those who take part, with kept variants that ignore their
//! version, and with previews that count. Places in a group by the hash of variants are seen in `src/assign/statistics.rs`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use std::collections::BTreeMap;

use parvis::author::check::{check, weigh};
use parvis::author::compile::compile;
use parvis::author::compile_source;
use parvis::base::calendar::Millis;
use parvis::engine::Engine;
use parvis::facts::{BrowserFacts, Facts, Method};
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis::response::cache_policy::CachePolicy;
use parvis::response::outcome::{Chosen, Content};
use parvis::visitor::keyring::Keyring;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

/// 2026-11-21, noon UTC.
const NOW: i64 = 1_795_262_400_000;
const DAY: i64 = 86_400_000;
const ALL: &str = "cmplz_preferences=allow; cmplz_statistics=allow; cmplz_marketing=allow";

/// How many visitors a test looks at.
fn visitors() -> u64 {
    if std::env::var_os("PARVIS_LONG").is_some() { 20_000 } else { 2_000 }
}

fn playbook(campaigns: &Json) -> Json {
    json!({
        "format": 1, "site": { "name": "lumen", "host": "shop.example" },
        "pages": [{ "kind": "home", "path": "/" }],
        "blocks": { "hero": { "pages": ["home"], "reserve": "1rem" }, "offers": { "pages": ["home"], "reserve": "1rem" } },
        "exclusive": { "homepage": {} }, "campaigns": campaigns,
    })
}

fn engine(campaigns: &Json) -> Engine {
    let mut draft = playbook(campaigns);
    if !campaigns.to_string().contains("\"group\"") {
        draft["exclusive"] = json!({});
    }
    open(compile_source(&draft.to_string()).unwrap())
}

fn open(compiled: Vec<u8>) -> Engine {
    Engine::new(Playbook::open(compiled), Keyring::parse(format!("1:{}\n", "07".repeat(32)).as_bytes()))
}

fn experiment(weights: [u32; 2], more: &Json) -> Json {
    let mut experiment = more.clone();
    experiment["seed"] = json!("hero-1");
    json!({ "id": "hero-test", "block": "hero", "experiment": experiment, "variants": [
        { "id": "a", "weight": weights[0], "html": "<p>A</p>" }, { "id": "b", "weight": weights[1], "control": true }] })
}

/// A visitor's browser behind an edge: what it keeps of cookies.
#[derive(Clone, Debug, Default)]
struct Visitor {
    unit: u64,
    jar: BTreeMap<String, String>,
    /// How often the page was asked for: a minute passes between two views.
    views: i64,
}

impl Visitor {
    fn of(unit: u64) -> Visitor {
        // SplitMix64's finalizer, so that units are as random as in life.
        let z = unit.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        Visitor { unit: z ^ (z >> 31), ..Visitor::default() }
    }

    fn facts(&self, consent: &str, now: i64) -> Facts {
        let mut cookies = vec![consent.to_owned()];
        cookies.extend(self.jar.iter().map(|(name, value)| format!("{name}={value}")));
        let mut entropy = [7; 32];
        entropy[24..].copy_from_slice(&self.unit.to_le_bytes());
        Facts {
            path: "/".to_owned(),
            cookies: [cookies.join("; ")].into(),
            country: Some("FR".to_owned()),
            now: Some(Millis(now)),
            entropy: Some(entropy),
            ..Facts::default()
        }
    }

    /// Asks for the page and keeps the cookies that follow.
    fn asks(&mut self, engine: &Engine) -> (Reason, Option<Chosen>) {
        self.views += 1;
        self.asks_with(engine, self.facts(ALL, NOW + self.views * 60_000))
    }

    fn asks_with(&mut self, engine: &Engine, facts: Facts) -> (Reason, Option<Chosen>) {
        let mut exchange = engine.begin(facts);
        let decided = exchange.decide().unwrap();
        for cookie in decided.outcome.cookies() {
            let (pair, rest) = cookie.as_str().split_once("; ").unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
        let hero = &decided.outcome.decisions()[0];
        (hero.reason, hero.chosen)
    }

    /// The browser was closed: the visit is over.
    fn leaves(&mut self) {
        self.jar.remove("parvis-visit");
    }
}

#[test]
fn propensity_is_the_share_of_those_who_take_part() {
    for (more, shares) in [
        (json!({}), [7000, 3000]),
        (json!({ "coverage_percent": 10 }), [7000, 3000]),
        (json!({ "coverage_percent": 0.1 }), [7000, 3000]),
        (json!({ "group": { "name": "homepage", "from": 30, "to": 60 } }), [7000, 3000]),
        (
            json!({ "coverage_percent": 50, "group": { "name": "homepage", "from": 0, "to": 50 } }),
            [7000, 3000],
        ),
        (json!({ "sticky": {} }), [7000, 3000]),
    ] {
        let engine = engine(&json!([experiment([70, 30], &more)]));
        let mut seen = BTreeMap::new();
        for unit in 0..visitors() * 4 {
            if let (_, Some(chosen)) = Visitor::of(unit).asks(&engine) {
                assert_eq!(chosen.propensity, shares[usize::from(chosen.variant)], "{more}");
                *seen.entry(chosen.variant).or_insert(0_u64) += 1;
            }
        }
        // Very few take part at a coverage of 0.1 %.
        let all: u64 = seen.values().sum();
        if all > 500 {
            let share = seen[&0] * 100 / all;
            assert!((65..=75).contains(&share), "{more}: {share} % got the first");
        }
    }
    let alone =
        engine(&json!([{ "id": "x", "block": "hero", "variants": [{ "id": "only", "html": "<p>X</p>" }] }]));
    assert_eq!(Visitor::of(1).asks(&alone).1.unwrap().propensity, 10_000);
}

#[test]
fn nobody_takes_part_in_two_experiments_of_a_group() {
    let part = |id: &str, block: &str, from: f64, to: f64| {
        json!({ "id": id, "block": block, "experiment": { "group": { "name": "homepage", "from": from, "to": to } },
            "variants": [{ "id": "a", "html": "<p>A</p>" }, { "id": "b", "control": true }] })
    };
    let engine = engine(&json!([part("one", "hero", 0.0, 33.3), part("two", "offers", 33.3, 90.0)]));
    let mut counts = [0_u64; 4];
    for unit in 0..visitors() {
        let mut exchange = engine.begin(Visitor::of(unit).facts(ALL, NOW));
        let decided = exchange.decide().unwrap();
        let [hero, offers] = decided.outcome.decisions().first_chunk().unwrap();
        let inside = |decision: &parvis::response::outcome::Decision| {
            assert_eq!(decision.chosen.is_none(), decision.reason == Reason::NotInGroup);
            usize::from(decision.chosen.is_some())
        };
        counts[inside(hero) * 2 + inside(offers)] += 1;
    }
    assert_eq!(counts[3], 0, "in both: {counts:?}");
    let [neither, two, one, _] = counts.map(|count| count * 1000 / visitors());
    assert!(
        (70..130).contains(&neither) && (530..600).contains(&two) && (300..370).contains(&one),
        "{counts:?}"
    );
}

#[test]
fn kept_variants_stay_when_weights_and_coverage_change_and_others_move() {
    let sticky = |version: u32, least: u32, coverage: u32| json!({ "sticky": { "version": version, "min_version": least }, "coverage_percent": coverage });
    let before = engine(&json!([experiment([50, 50], &sticky(1, 1, 100))]));
    let after = engine(&json!([experiment([90, 10], &sticky(1, 1, 20))]));
    let loose = [
        engine(&json!([experiment([50, 50], &json!({}))])),
        engine(&json!([experiment([90, 10], &json!({}))])),
    ];
    let (mut moved, mut fickle, mut all) = (0, 0, 0);
    for unit in 0..visitors() {
        let mut visitor = Visitor::of(unit);
        let (_, first) = visitor.asks(&before);
        let first = first.unwrap();
        assert!(!first.kept);
        visitor.leaves();
        let (_, second) = visitor.asks(&after);
        let second = second.unwrap();
        assert!(second.kept, "coverage fell and the visitor stays");
        assert_eq!((second.propensity, first.propensity), (5000, 5000), "the share at which it was drawn");
        moved += u32::from(first.variant != second.variant);
        let [one, two] = [0, 1].map(|at| Visitor::of(unit).asks(&loose[at]).1.unwrap().variant);
        fickle += u32::from(one != two);
        all += 1;
    }
    assert_eq!(moved, 0);
    assert!(fickle * 100 / all > 30, "without `sticky` four in ten move: {fickle} of {all}");
}

#[test]
fn a_pause_shows_nothing_moves_nobody_and_keeps_what_was_drawn_and_counted() {
    let of = |status: &str, weights, capped: bool| {
        let mut one = experiment(weights, &json!({ "sticky": {} }));
        one["status"] = json!(status);
        if capped {
            one["cap"] = json!({ "lifetime": 1 });
        }
        one
    };
    let running = engine(&json!([of("running", [50, 50], false)]));
    let paused = engine(&json!([of("paused", [50, 50], false)]));
    let again = engine(&json!([of("running", [1, 99], false)]));
    let draft = engine(&json!([of("draft", [50, 50], false)]));
    let mut drawn_anew = 0;
    let [capped, capped_paused] =
        ["running", "paused"].map(|status| engine(&json!([of(status, [100, 0], true)])));
    for unit in 0..200 {
        let mut visitor = Visitor::of(unit);
        let (_, before) = visitor.asks(&running);
        let (reason, shown) = visitor.asks(&paused);
        assert_eq!((reason, shown.is_none()), (Reason::Paused, true));
        let (_, after) = visitor.asks(&again);
        assert_eq!(before.unwrap().variant, after.unwrap().variant, "visitor {unit}");
        let mut visitor = Visitor::of(unit);
        let asked = [&capped, &capped, &capped_paused, &capped].map(|engine| visitor.asks(engine).0);
        assert_eq!(asked, [Reason::Matched, Reason::Capped, Reason::Paused, Reason::Capped]);
        // Of a draft nothing is kept.
        let mut visitor = Visitor::of(unit);
        let asked = [&running, &draft, &again].map(|engine| visitor.asks(engine));
        assert_eq!(asked[1].0, Reason::NoCampaign);
        drawn_anew += u32::from(asked[0].1.unwrap().variant != asked[2].1.unwrap().variant);
    }
    assert!(drawn_anew > 50, "{drawn_anew}");
}

#[test]
fn growing_coverage_or_part_of_a_group_moves_nobody() {
    let grown = |coverage: u32, to: u32, sticky: bool| {
        let mut more =
            json!({ "coverage_percent": coverage, "group": { "name": "homepage", "from": 0, "to": to } });
        if sticky {
            more["sticky"] = json!({});
        }
        engine(&json!([experiment([50, 50], &more)]))
    };
    for sticky in [false, true] {
        let steps =
            [(10, 30), (40, 30), (40, 80), (100, 100)].map(|(coverage, to)| grown(coverage, to, sticky));
        let mut inside = 0;
        for unit in 0..visitors() {
            let mut visitor = Visitor::of(unit);
            let mut had = None;
            for engine in &steps {
                let now = visitor.asks(engine).1.map(|chosen| chosen.variant);
                assert!(had.is_none() || now == had, "moved from {had:?} to {now:?}");
                had = now;
                visitor.leaves();
            }
            inside += u64::from(had.is_some());
        }
        assert_eq!(inside, visitors());
    }
}

#[test]
fn a_version_draws_anew_and_leaves_out_whoever_was_in_an_earlier_one() {
    let of = |version: u32, least: u32, weights: [u32; 2]| {
        engine(&json!([experiment(
            weights,
            &json!({ "sticky": { "version": version, "min_version": least } })
        )]))
    };
    let (one, two, three) = (of(1, 1, [100, 0]), of(2, 1, [0, 100]), of(3, 2, [50, 50]));
    let mut visitor = Visitor::of(3);
    assert_eq!(visitor.asks(&one).1.unwrap().variant, 0);
    visitor.leaves();
    let (_, again) = visitor.asks(&two);
    assert_eq!(
        again.map(|chosen| (chosen.variant, chosen.kept)),
        Some((1, false)),
        "another version draws anew"
    );
    assert_eq!(visitor.asks(&two).1.map(|chosen| (chosen.variant, chosen.kept)), Some((1, true)));
    assert_eq!(
        visitor.asks(&three),
        (Reason::EarlierVersion, None),
        "version 1 is known, though 2 came after it"
    );
    visitor.leaves();
    assert_eq!(visitor.asks(&three).0, Reason::EarlierVersion);
    let mut fresh = Visitor::of(3);
    assert!(fresh.asks(&three).1.is_some_and(|chosen| !chosen.kept));
    // A variant that is gone is drawn anew.
    let renamed = json!([{ "id": "hero-test", "block": "hero", "experiment": { "seed": "hero-1", "sticky": { "version": 3 } },
        "variants": [{ "id": "c", "html": "<p>C</p>" }, { "id": "d", "control": true }] }]);
    assert!(fresh.asks(&engine(&renamed)).1.is_some_and(|chosen| !chosen.kept));
}

#[test]
fn what_is_kept_needs_the_permission_and_goes_with_it() {
    let keeping = engine(&json!([experiment([50, 50], &json!({ "sticky": {} }))]));
    let plain = engine(&json!([experiment([50, 50], &json!({}))]));
    let mut visitor = Visitor::of(8);
    visitor.asks(&keeping);
    assert!(visitor.jar["parvis-visit"].contains("~g"));
    let sealed = visitor.jar["__Host-parvis"].len();
    // An experiment that keeps nothing any more forgets what was kept.
    let mut other = visitor.clone();
    other.asks(&plain);
    assert!(!other.jar["parvis-visit"].contains("~g") && other.jar["__Host-parvis"].len() < sealed);
    // So does a visitor who takes the permission back, and nothing comes back with it.
    let denied = "cmplz_preferences=allow; cmplz_statistics=deny; cmplz_marketing=deny";
    let facts = visitor.facts(denied, NOW);
    assert_eq!(visitor.asks_with(&keeping, facts), (Reason::NotPermitted, None));
    assert!(!visitor.jar["parvis-visit"].contains("~g") && !visitor.jar["parvis-visit"].contains("~u"));
    assert!(visitor.asks(&keeping).1.is_some_and(|chosen| !chosen.kept));
    // Without memory it lasts as long as the visit, like the unit.
    let brief = playbook_of_visits();
    let mut visitor = Visitor::of(8);
    let facts =
        |visitor: &Visitor| visitor.facts("klaro=%7B%22visits%22%3Atrue%2C%22tests%22%3Atrue%7D", NOW);
    for kept in [false, true] {
        let asked = facts(&visitor);
        assert_eq!(visitor.asks_with(&brief, asked).1.map(|chosen| chosen.kept), Some(kept));
        assert_eq!(visitor.jar.keys().collect::<Vec<_>>(), ["parvis-visit"]);
    }
}

/// A banner that asks for visits and for tests, and never for memory.
fn playbook_of_visits() -> Engine {
    let mut draft = playbook(&json!([experiment([50, 50], &json!({ "sticky": {} }))]));
    draft["exclusive"] = json!({});
    draft["consent"] = json!({ "meanings": { "klaro": {
        "visits": ["session_personalization"], "tests": ["experimentation"] } } });
    open(compile_source(&draft.to_string()).unwrap())
}

#[test]
fn a_browser_behind_an_edge_keeps_what_the_edge_drew_and_the_edge_what_the_browser_drew() {
    let sticky = |weights| engine(&json!([experiment(weights, &json!({ "sticky": {} }))]));
    let (before, after) = (sticky([100, 0]), sticky([0, 100]));
    let mut visitor = Visitor::of(5);
    visitor.asks(&before);
    let browser = BrowserFacts { behind_edge: true, ..BrowserFacts::default() };
    let mut sent = visitor.jar.clone();
    sent.remove("__Host-parvis");
    let seen = Visitor { jar: sent, ..visitor.clone() };
    let facts = Facts { browser: Some(browser.clone()), ..seen.facts(ALL, NOW) };
    let mut exchange = after.begin(facts);
    let chosen = exchange.decide().unwrap().outcome.decisions()[0].chosen.unwrap();
    assert_eq!((chosen.variant, chosen.kept), (0, true));
    // The other way round: the edge only began the visit, the browser drew.
    let mut visitor = Visitor::of(5);
    let unit = engine(&json!([{ "id": "other", "block": "offers", "experiment": {}, "variants": [
        { "id": "a", "html": "<p>A</p>" }, { "id": "b", "control": true }] }]));
    visitor.asks(&unit);
    let facts = Facts { browser: Some(browser), ..visitor.facts(ALL, NOW) };
    let mut exchange = before.begin(facts);
    let kept = exchange.decide().unwrap().kept.visit.clone().unwrap();
    visitor.jar.insert("parvis-visit".to_owned(), kept);
    let (_, chosen) = visitor.asks(&after);
    assert_eq!(chosen.map(|chosen| (chosen.variant, chosen.kept)), Some((0, true)));
    visitor.leaves();
    let facts = visitor.facts(ALL, NOW + DAY);
    let (_, chosen) = visitor.asks_with(&after, facts);
    assert_eq!(chosen.map(|chosen| (chosen.variant, chosen.kept)), Some((0, true)), "memory has it now");
}

#[test]
fn a_preview_shows_its_variant_counts_nowhere_and_is_for_no_cache() {
    let campaigns = json!([
        { "id": "loud", "block": "hero", "priority": 9, "variants": [{ "id": "only", "html": "<p>Loud</p>" }] },
        { "id": "hero-test", "block": "hero", "priority": 1, "starts": "2030-01-01T00:00:00Z", "when": { "country": "JP" },
            "cap": { "per_visit": 1 }, "experiment": { "sticky": {} },
            "variants": [{ "id": "a", "html": "<p>A</p>" }, { "id": "b", "control": true },
                { "id": "c", "html": "<p>{{visit.last_item.title}}</p>" }] }
    ]);
    let engine = engine(&campaigns);
    let force = |variant: &str, consent: &str| Facts {
        forced: vec![("hero-test".to_owned(), variant.to_owned())],
        ..Visitor::of(2).facts(consent, NOW)
    };
    for consent in [ALL, ""] {
        for (variant, content) in [("a", Content::Inner(b"<p>A</p>".to_vec())), ("b", Content::Default)] {
            let mut exchange = engine.begin(force(variant, consent));
            exchange.step();
            exchange.supply(parvis::effect::Supply::Head(parvis::effect::OriginHead {
                status: 200,
                content_type: Some("text/html; charset=utf-8"),
                content_encoding: None,
            }));
            exchange.step();
            let mut page = Vec::new();
            exchange.push(b"<section data-block=\"hero\"><p>Default</p></section>", &mut page);
            exchange.end(&mut page);
            assert_eq!(String::from_utf8(page).unwrap().contains("<p>A</p>"), variant == "a");
            let record: Json = serde_json::from_str(&exchange.record().to_json()).unwrap();
            assert_eq!(record["exposures"], json!([]), "{record}");
            assert_eq!(record["blocks"]["hero"], "forced");
            let outcome = exchange.outcome().unwrap();
            let hero = &outcome.decisions()[0];
            assert_eq!((hero.reason, &hero.content), (Reason::Forced, &content));
            assert_eq!(hero.considered.len(), 1, "nothing else is asked");
            assert_eq!(outcome.policy(), CachePolicy::Private);
            assert_eq!(outcome.policy().cache_control(false), Some("private, no-cache"));
            let cookies: Vec<&str> = outcome.cookies().iter().map(|cookie| cookie.as_str()).collect();
            assert!(
                cookies.iter().all(|cookie| !cookie.contains("~x") && !cookie.contains("~g")),
                "{cookies:?}"
            );
        }
    }
    // What the visitor did not allow is not read for a preview either.
    let mut exchange = engine.begin(force("c", ""));
    let hero = &exchange.decide().unwrap().outcome.decisions()[0];
    assert_eq!((hero.reason, &hero.content, hero.chosen), (Reason::NotPermitted, &Content::Default, None));
    // A variant that there is not is not asked for, and the page is private all the same.
    let mut exchange = engine.begin(force("z", ALL));
    let outcome = &exchange.decide().unwrap().outcome;
    assert_eq!(outcome.decisions()[0].reason, Reason::Matched);
    assert_eq!(outcome.policy(), CachePolicy::Private);
}

#[test]
fn a_head_request_keeps_no_variant() {
    let engine = engine(&json!([experiment([50, 50], &json!({ "sticky": {} }))]));
    let mut visitor = Visitor::of(4);
    let facts = Facts { method: Method::Head, ..visitor.facts(ALL, NOW) };
    assert!(visitor.asks_with(&engine, facts).1.is_some());
    // Nor does it begin a visit.
    assert!(visitor.jar.get("parvis-visit").is_none_or(|visit| !visit.contains("~g")));
}

#[test]
fn weights_from_outside_become_shares_with_a_floor() {
    let mut source = playbook(&json!([experiment([50, 50], &json!({ "coverage_percent": 40 }))]));
    source["exclusive"] = json!({});
    let draft = check(&source.to_string()).draft.unwrap();
    let told = |table: Json| {
        let weighed = weigh(&draft, &table.to_string());
        let codes: Vec<_> = weighed.diagnostics.iter().map(|found| found.code).collect();
        assert_eq!(weighed.draft.is_none(), !codes.is_empty());
        codes
    };
    let table = |weights: Json| json!({ "format": 1, "campaigns": { "hero-test": weights } });
    assert_eq!(told(table(json!({ "a": 1, "b": 0 }))), Vec::<&str>::new());
    assert_eq!(told(table(json!({ "a": 1 }))), ["weights"]);
    assert_eq!(told(table(json!({ "a": 0, "b": 0 }))), ["weights"]);
    assert_eq!(told(table(json!({ "a": -1, "b": 2 }))), ["out-of-range"]);
    assert_eq!(told(table(json!({ "a": 1, "b": 2, "c": 3 }))), ["unknown-variant"]);
    assert_eq!(told(table(json!({ "a": "1", "b": 2 }))), ["wrong-type"]);
    assert_eq!(told(json!({ "format": 1, "campaigns": { "hero-tset": { "a": 1 } } })), ["unknown-campaign"]);
    assert_eq!(told(json!({ "format": 2, "campaigns": {} })), ["unknown-format"]);
    assert_eq!(told(json!({ "format": 1, "floor_percent": 51, "campaigns": {} })), ["out-of-range"]);
    assert_eq!(told(json!({ "format": 1, "floor_percent": 0.125, "campaigns": {} })), ["out-of-range"]);
    assert_eq!(told(json!({ "format": 1, "campaign": {}, "campaigns": {} })), ["unknown-field"]);
    assert_eq!(weigh(&draft, "{").diagnostics[0].code, "syntax");
    let weighed = weigh(&draft, &table(json!({ "a": 999, "b": 1 })).to_string()).draft.unwrap();
    let engine = open(compile(&weighed).unwrap());
    let mut chosen: Vec<Chosen> =
        (0..visitors() * 2).filter_map(|unit| Visitor::of(unit).asks(&engine).1).collect();
    chosen.sort_by_key(|chosen| chosen.variant);
    chosen.dedup_by_key(|chosen| chosen.variant);
    let propensities: Vec<_> = chosen.iter().map(|chosen| (chosen.variant, chosen.propensity)).collect();
    assert_eq!(propensities, [(0, 9900), (1, 100)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever becomes of an experiment, its version apart, whoever has a variant keeps it while there is that variant.
    #[test]
    fn a_kept_variant_survives_any_change_of_shares(
        unit: u64, changes in proptest::collection::vec((0_u32..=100, 1_u32..=100, any::<bool>()), 1..6),
    ) {
        let mut visitor = Visitor::of(unit);
        let mut had: Option<Chosen> = None;
        for (weight, coverage, closes) in changes {
            let more = json!({ "sticky": {}, "coverage_percent": coverage });
            let (_, now) = visitor.asks(&engine(&json!([experiment([weight, 100 - weight], &more)])));
            if let Some(had) = had {
                prop_assert!(now.is_some(), "fell out");
                let now = now.unwrap();
                prop_assert_eq!((now.variant, now.propensity, now.kept), (had.variant, had.propensity, true));
            } else if let Some(now) = now {
                let share = if now.variant == 0 { weight } else { 100 - weight };
                prop_assert!(u32::from(now.propensity).abs_diff(share * 100) <= 100, "{:?} {}", now, share);
            }
            had = had.or(now);
            if closes {
                visitor.leaves();
            }
        }
    }
}
