//! What is sensitive: only for who agreed to `profile`, in every region, and nothing of it enters visitor memory.
//!
//! The second law compares two histories that differ in what is sensitive alone: views, purchases, a filled and emptied cart,
//! something waved away. Seen red with each guard of `src/decide/state.rs` and `src/decide/state/past.rs` left out in turn, and
//! with the one of `src/decide/campaigns.rs`.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use parvis::author::compile_source;
use parvis::base::calendar::Millis;
use parvis::consent::purpose::Purpose;
use parvis::consent::resolve::State;
use parvis::engine::Engine;
use parvis::facts::{BrowserFacts, Event, Facts};
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis::response::decided::Kept;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value as Json, json};

/// 2026-11-21, noon UTC.
const NOW: i64 = 1_795_262_400_000;
const REGIONS: [(&str, &str); 6] = [("FR", ""), ("GB", ""), ("US", "CA"), ("US", "TX"), ("CH", ""), ("", "")];
const SERVICES: [&str; 4] =
    ["session_personalization", "persistent_personalization", "experimentation", "profile"];

/// A playbook of one campaign that is labelled in one of these ways, beside others that remember all there is.
#[expect(clippy::indexing_slicing, reason = "a test may panic")]
fn playbook(label: usize) -> Json {
    let meanings: serde_json::Map<String, Json> =
        SERVICES.iter().map(|one| ((*one).to_owned(), json!([one, "device_storage"]))).collect();
    let block = || json!({ "pages": ["home"], "reserve": "1rem" });
    let others = [
        json!({ "visitor.favorite_category": { "$exists": true } }),
        json!({ "visitor.purchases": { "$gte": 1 } }),
        json!({ "visitor.cart_item": { "$exists": true } }),
        json!({ "visit.items": { "$size": { "$gte": 1 } } }),
        json!({ "visit.categories": { "$size": { "$gte": 1 } } }),
    ];
    let mut blocks = serde_json::Map::from_iter([("labelled".to_owned(), block())]);
    let mut campaigns = Vec::new();
    for (index, when) in others.into_iter().enumerate() {
        blocks.insert(format!("b{index}"), block());
        campaigns.push(json!({ "id": format!("b{index}"), "block": format!("b{index}"), "when": when,
            "suppress": [{ "when": "removed", "what": "item", "days": 9, "of": "visit.last_item" },
                { "when": "dismissed", "what": "item", "days": 9, "of": "visit.last_item" },
                { "when": "bought", "what": "category", "days": 9, "of": "visit.last_category" }],
            "variants": [{ "id": "only", "html": "<p>{{visit.last_item.title}}</p>" }] }));
    }
    let mut labelled = json!({ "id": "labelled", "block": "labelled", "variants": [{ "id": "only", "html": "<p>Here</p>" }] });
    match label {
        0 => labelled["sensitive"] = true.into(),
        1 => labelled["audience"] = "everybody".into(),
        2 => labelled["when"] = json!({ "page.item": { "$ne": "pill" } }),
        _ => labelled["when"] = json!({ "page.category": { "$nin": ["care", "lighting"] } }),
    }
    campaigns.push(labelled);
    json!({
        "format": 1, "site": { "name": "sensitive", "host": "shop.example" },
        "consent": { "meanings": { "tarteaucitron": meanings } },
        "pages": [{ "kind": "home", "path": "/" }, { "kind": "product", "path": "/p/{item}" }],
        "blocks": blocks, "campaigns": campaigns,
        "audiences": { "everybody": { "sensitive": true, "page.kind": "home" } },
        "catalog": {
            "categories": { "lighting": { "title": "Lighting", "url": "/c/lighting" },
                "care": { "title": "Care", "url": "/c/care", "sensitive": true } },
            "items": { "lamp": { "title": "Lamp", "url": "/p/lamp", "category": "lighting" },
                "rug": { "title": "Rug", "url": "/p/rug" },
                "pill": { "title": "Pill", "url": "/p/pill", "category": "care" },
                "book": { "title": "Book", "url": "/p/book", "category": "lighting", "sensitive": true } } },
    })
}

fn engine(label: usize) -> Engine {
    let compiled = compile_source(&playbook(label).to_string()).unwrap();
    Engine::new(Playbook::open(compiled), Err(Reason::KeysAbsent))
}

/// A page in a browser without an edge, in which this happens.
fn page(
    engine: &Engine,
    region: (&str, &str),
    answers: Option<[bool; 4]>,
    memory: Option<String>,
    events: Vec<Event>,
) -> Seen {
    let said = |answers: [bool; 4]| -> String {
        SERVICES.iter().zip(answers).map(|(service, yes)| format!("!{service}={yes}")).collect()
    };
    let cookies: Vec<String> =
        answers.map(|answers| format!("tarteaucitron={}", said(answers))).into_iter().collect();
    let facts = Facts {
        path: "/".to_owned(),
        cookies: cookies.into(),
        country: Some(region.0.to_owned()).filter(|country| !country.is_empty()),
        subdivision: Some(region.1.to_owned()).filter(|sub| !sub.is_empty()),
        now: Some(Millis(NOW)),
        entropy: Some([7; 32]),
        browser: Some(BrowserFacts { memory, events, arrives: true, ..BrowserFacts::default() }),
        ..Facts::default()
    };
    see(engine, facts)
}

/// What follows from a request: what is kept, why the labelled campaign is shown or not, and whether `profile` was agreed to.
struct Seen {
    kept: Kept,
    labelled: Reason,
    agreed: bool,
}

fn see(engine: &Engine, facts: Facts) -> Seen {
    let mut exchange = engine.begin(facts);
    let decided = exchange.decide().unwrap();
    let playbook = engine.playbook().unwrap();
    let is_it = |block: u16| playbook.block(block).is_some_and(|block| block.id == "labelled");
    let labelled = decided.outcome.decisions().iter().find(|one| is_it(one.block)).unwrap().reason;
    let agreed = decided.consent.ruling(Purpose::Profile).state == State::Granted;
    Seen { kept: decided.kept.clone(), labelled, agreed }
}

/// What happens to one of these things.
fn event(things: &'static [(&'static str, &'static str)]) -> impl Strategy<Value = Event> {
    (select(things), 0..4).prop_map(|((item, category), what)| match what {
        // What the catalog does not have is of the category that the site says.
        0 => Event::Viewed {
            item: item.to_owned(),
            category: if item == "unknown" { category.to_owned() } else { String::new() },
        },
        1 => Event::Viewed { item: String::new(), category: category.to_owned() },
        2 => Event::Bought { item: item.to_owned(), category: category.to_owned(), quantity: 1 },
        _ => Event::Dismissed("b3".to_owned()),
    })
}

const PLAIN: &[(&str, &str)] = &[("lamp", "lighting"), ("rug", ""), ("unknown", "other")];
const SENSITIVE: &[(&str, &str)] = &[("pill", "care"), ("book", "care"), ("unknown", "care")];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// A sensitive campaign is shown to nobody but who agreed to `profile`: in no region is silence enough.
    #[test]
    fn sensitive_campaigns_need_an_agreement(label in 0..4usize, region in select(&REGIONS[..]), answers in any::<Option<[bool; 4]>>()) {
        let engine = engine(label);
        let seen = page(&engine, region, answers, None, Vec::new());
        let agreed = answers.is_some_and(|answers| answers[3]);
        prop_assert_eq!(seen.agreed, agreed);
        prop_assert_eq!(seen.labelled, if agreed { Reason::Matched } else { Reason::NotPermitted });
    }

    /// Visitor memory is the same whether or not anything sensitive happened; so is the visit of who did not agree to it.
    #[test]
    fn nothing_sensitive_enters_memory(
        region in select(&REGIONS[..]), profile in any::<bool>(),
        mixed in prop::collection::vec(prop_oneof![event(PLAIN).prop_map(|one| (one, false)), event(SENSITIVE).prop_map(|one| (one, true))], 0..12),
        carts in prop::collection::vec((any::<bool>(), any::<bool>()), 0..3),
    ) {
        let engine = engine(0);
        let answers = Some([true, true, true, profile]);
        let line = |item: &str| (item.to_owned(), 1);
        let mut both = [Vec::new(), Vec::new()];
        for (event, is_sensitive) in mixed {
            // What is about nothing in particular is told in both.
            if !is_sensitive || matches!(event, Event::Dismissed(_)) {
                both[1].push(event.clone());
            }
            both[0].push(event);
        }
        for (plain, sensitive) in carts {
            let lines = if plain { vec![line("lamp")] } else { Vec::new() };
            both[1].push(Event::Cart(lines.clone()));
            both[0].push(Event::Cart(lines.into_iter().chain(sensitive.then(|| line("pill"))).collect()));
        }
        let [with, without] = both.map(|events| page(&engine, region, answers, None, events).kept);
        prop_assert!(with.memory.is_some());
        prop_assert_eq!(&with.memory, &without.memory);
        let seen = |kept: &Kept| {
            let visit = kept.visit.clone().unwrap();
            visit.split('~').filter(|part| part.starts_with('i') || part.starts_with('c')).map(str::to_owned).collect::<Vec<_>>()
        };
        if !profile {
            prop_assert_eq!(seen(&with), seen(&without));
        }
    }
}

/// What was noted by agreement goes when the agreement does.
#[test]
fn a_visit_without_agreement_keeps_nothing_sensitive() {
    let engine = engine(0);
    let viewed = |item: &str| Event::Viewed { item: item.to_owned(), category: String::new() };
    let kept = page(
        &engine,
        ("FR", ""),
        Some([true; 4]),
        None,
        vec![viewed("pill"), viewed("lamp"), viewed("book")],
    )
    .kept;
    let visit = kept.visit.unwrap();
    assert!(visit.contains("ibook!lamp!pill"), "{visit}");
    let cookies =
        vec![format!("parvis-visit={visit}; tarteaucitron=!session_personalization=true!profile=false")];
    let facts = Facts {
        path: "/".to_owned(),
        cookies: cookies.into(),
        country: Some("FR".to_owned()),
        now: Some(Millis(NOW)),
        browser: Some(BrowserFacts::default()),
        ..Facts::default()
    };
    let kept = see(&engine, facts).kept;
    assert!(kept.visit.clone().unwrap().contains("~ilamp"), "{kept:?}");
    assert!(!kept.visit.unwrap().contains("pill"));
}
