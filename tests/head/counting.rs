//! What is counted: what a person could see, alike in every arm of an experiment.

use std::collections::BTreeSet;

use parvis::base::calendar::Millis;
use parvis::effect::{Effect, Supply};
use parvis::engine::Engine;
use parvis::facts::{Facts, Method, Viewer};
use serde_json::{Value, json};

use super::{HTML, engine, facts, playbook};

/// Somebody where silence is a yes, whose unit has this number.
fn visitor(number: u8) -> Facts {
    Facts {
        country: Some("US".to_owned()),
        subdivision: Some("TX".to_owned()),
        entropy: Some([number; 32]),
        ..facts()
    }
}

/// The record of a request for this page, which leaves as it came unless a variant is shown.
fn record(engine: &Engine, facts: Facts, page: &str) -> Value {
    let mut exchange = engine.begin(facts);
    let Effect::Fetch(_) = exchange.step() else { panic!("not fetched") };
    exchange.supply(Supply::Head(HTML));
    let Effect::Send(_) = exchange.step() else { panic!("not sent") };
    let mut out = Vec::new();
    exchange.push(page.as_bytes(), &mut out);
    exchange.end(&mut out);
    let record: Value = serde_json::from_str(&exchange.record().to_json()).unwrap();
    assert!(record["reason"] == "placed" || out == page.as_bytes(), "{record}");
    record
}

/// The arms that are drawn for 40 visitors, and those of them that count on this page.
fn arms(variants: &Value, page: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let engine = engine(&playbook(
        &json!([{ "id": "test", "block": "hero", "experiment": {}, "variants": variants }]),
    ));
    let (mut drawn, mut counted) = (BTreeSet::new(), BTreeSet::new());
    for number in 0..40 {
        let mut exchange = engine.begin(visitor(number));
        let decided = exchange.decide().unwrap().outcome.decisions()[0].chosen.unwrap().variant;
        drawn.insert(variants[usize::from(decided)]["id"].as_str().unwrap().to_owned());
        for exposure in record(&engine, visitor(number), page)["exposures"].as_array().unwrap() {
            counted.insert(exposure["variant"].as_str().unwrap().to_owned());
        }
    }
    (drawn, counted)
}

#[test]
fn a_control_counts_where_a_variant_would_have_been_placed() {
    let html = json!([{ "id": "new", "html": "<p>A</p>" }, { "id": "same", "control": true }]);
    let parts = json!([{ "id": "new", "parts": { "title": "x" } }, { "id": "same", "control": true }]);
    let two = json!([{ "id": "new", "parts": { "title": "x" } }, { "id": "other", "parts": { "note": "y" } }, { "id": "same", "control": true }]);
    let gone = json!([{ "id": "new", "html": "<p>A</p>" }, { "id": "gone", "hide": true }, { "id": "same", "control": true }]);
    let hide = json!([{ "id": "gone", "hide": true }, { "id": "same", "control": true }]);
    let mixed = json!([{ "id": "new", "html": "<p>A</p>" }, { "id": "other", "parts": { "title": "y" } }]);
    let long = format!("<div data-block=hero>{}</div>", "x".repeat(parvis::limits::BLOCK_BYTES));
    for (variants, page, counts) in [
        (&html, "<div data-block=hero>old</div>", true),
        (&html, "<div>another template</div>", false),
        (&html, "<div data-block=hero>old", false),
        (&html, "<img data-block=hero>", false),
        (&html, "<p data-block=hero>old</p>", true),
        (&html, &long, false),
        (&parts, "<div data-block=hero><b data-part=title>old</b></div>", true),
        (&parts, "<div data-block=hero><p>old</p></div>", false),
        (&parts, "<div data-block=hero><b data-part=title>1</b><b data-part=title>2</b></div>", false),
        (&parts, &long, false),
        (&two, "<div data-block=hero><b data-part=title>1</b><i data-part=note>2</i></div>", true),
        (&two, "<div data-block=hero><b data-part=title>1</b></div>", false),
        (&two, "<div data-block=hero><b data-part=title>1<i data-part=note>2</i></b></div>", true),
        (&gone, "<div data-block=hero>old</div>", true),
        (&gone, "<img data-block=hero>", false),
        (&hide, "<img data-block=hero>", true),
        (&mixed, "<div data-block=hero><b data-part=title>1</b></div>", true),
        (&mixed, "<div data-block=hero>old</div>", false),
    ] {
        let (drawn, counted) = arms(variants, page);
        assert_eq!(drawn.len(), variants.as_array().unwrap().len(), "40 visitors are of all arms");
        assert_eq!(counted, if counts { drawn } else { BTreeSet::new() }, "{variants} {:.60}", page);
    }
}

#[test]
fn a_control_of_an_order_counts_where_the_group_is_whole() {
    let mut source = playbook(&json!([{ "id": "test", "block": "shelves", "experiment": {}, "variants": [
        { "id": "new", "order": ["offers"] }, { "id": "same", "control": true }] }]));
    source["blocks"]["offers"] = json!({ "pages": ["home"], "reserve": "1rem" });
    source["blocks"]["shelves"] = json!({ "pages": ["home"], "group": ["hero", "offers"] });
    let engine = engine(&source);
    for (page, counts) in [
        ("<div data-block=hero>1</div> <div data-block=offers>2</div>", true),
        ("<div data-block=offers>2</div>", false),
        ("<div data-block=hero>1<div data-block=offers>2</div></div>", false),
    ] {
        let mut counted = BTreeSet::new();
        for number in 0..40 {
            for exposure in record(&engine, visitor(number), page)["exposures"].as_array().unwrap() {
                counted.insert(exposure["variant"].to_string());
            }
        }
        assert_eq!(counted.len(), if counts { 2 } else { 0 }, "{page}: {counted:?}");
    }
}

/// A visitor who lacks what one arm needs takes part in none, so that arms count the same visitors.
#[test]
fn who_cannot_be_shown_every_arm_takes_no_part() {
    let html = |text: &str| json!({ "id": "new", "html": text });
    let same = json!({ "id": "same", "control": true });
    let seen = "parvis-visit=a~idesk-lamp";
    for (variants, cookie, counts) in [
        (json!([html("<p>{{visit.last_item}}</p>"), same]), "", false),
        (json!([html("<p>{{visit.last_item}}</p>"), same]), seen, true),
        (json!([html("<p>{{visit.last_item or 'it'}}</p>"), same]), "", true),
        (json!([html("<p>{{visitor.favorite_category}}</p>"), same]), seen, false),
        (json!([{ "id": "new", "html": "<p>A</p>", "min_visits": 2 }, same]), "", false),
        (json!([html("<p>A</p>"), { "id": "same", "html": "<p>{{visit.last_item}}</p>" }]), "", false),
    ] {
        let source = playbook(&json!([
            { "id": "test", "block": "hero", "priority": 2, "experiment": {}, "variants": variants },
            { "id": "next", "block": "hero", "variants": [{ "id": "only", "html": "<p>Next</p>" }] }]));
        let engine = engine(&source);
        let mut counted = BTreeSet::new();
        for number in 0..40 {
            let facts = Facts { cookies: [cookie.to_owned()].into(), ..visitor(number) };
            for exposure in
                record(&engine, facts, "<div data-block=hero>old</div>")["exposures"].as_array().unwrap()
            {
                counted.insert(exposure["variant"].as_str().unwrap().to_owned());
            }
        }
        let arms = if counts { ["new", "same"].as_slice() } else { &["only"] };
        assert_eq!(counted, arms.iter().map(|arm| (*arm).to_owned()).collect(), "{variants} {cookie}");
    }
}

/// A cap and a rest are reached after as many pages in every arm.
#[test]
fn every_arm_reaches_a_cap_alike() {
    let source =
        playbook(&json!([{ "id": "once", "block": "hero", "cap": { "per_visit": 1 }, "experiment": {},
        "variants": [{ "id": "new", "html": "<p>New</p>" }, { "id": "same", "control": true }] }]));
    let engine = engine(&source);
    let mut arms = BTreeSet::new();
    for number in 0..40 {
        let mut exchange = engine.begin(visitor(number));
        let decided = exchange.decide().unwrap();
        arms.insert(decided.outcome.decisions()[0].chosen.unwrap().variant);
        assert!(format!("{:?}", decided.outcome.cookies()).contains("~x"), "{:?}", decided.outcome.cookies());
        let cookie = decided.outcome.cookies()[0].as_str().split(';').next().unwrap().to_owned();
        let soon = visitor(number).now.map(|now| Millis(now.0 + 9_000));
        let later = visitor(number).now.map(|now| Millis(now.0 + 60_000));
        let mut reload =
            engine.begin(Facts { cookies: [cookie.clone()].into(), now: soon, ..visitor(number) });
        assert!(
            reload.decide().unwrap().outcome.decisions()[0].chosen.is_some(),
            "the same view shows the same"
        );
        let mut again = engine.begin(Facts { cookies: [cookie].into(), now: later, ..visitor(number) });
        assert_eq!(again.decide().unwrap().outcome.decisions()[0].reason.code(), "capped");
    }
    assert_eq!(arms.len(), 2);
}

#[test]
fn nothing_counts_that_no_person_sees() {
    let source = playbook(&json!([{ "id": "once", "block": "hero", "cap": { "per_visit": 1 },
        "variants": [{ "id": "only", "html": "<p>New</p>" }] }]));
    let engine = engine(&source);
    let page = "<div data-block=hero>old</div>";
    let cookies = |facts: &Facts| {
        let mut exchange = engine.begin(facts.clone());
        let decided = exchange.decide().unwrap();
        decided.outcome.cookies().iter().map(|cookie| format!("{cookie:?}")).collect::<String>()
    };
    let seen = visitor(1);
    let ahead = Facts { viewer: Viewer::Nobody, ..visitor(1) };
    let head = Facts { method: Method::Head, ..visitor(1) };
    assert_eq!(record(&engine, seen.clone(), page)["exposures"].as_array().unwrap().len(), 1);
    assert!(cookies(&seen).contains("~x"));
    for unseen in [ahead, head] {
        assert_eq!(record(&engine, unseen.clone(), page)["exposures"], json!([]));
        assert!(!cookies(&unseen).contains("~x"), "{}", cookies(&unseen));
    }
    // It is personalized all the same: it may be shown next.
    assert_eq!(record(&engine, Facts { viewer: Viewer::Nobody, ..visitor(1) }, page)["reason"], "placed");
}

#[test]
fn browsers_say_in_four_headers_that_nobody_sees_the_page_yet() {
    for (name, value, viewer) in [
        ("sec-purpose", "prefetch", Viewer::Nobody),
        ("sec-purpose", " Prefetch ; prerender", Viewer::Nobody),
        ("sec-purpose", "prefetch;anonymous-client-ip", Viewer::Nobody),
        ("purpose", "prefetch", Viewer::Nobody),
        ("x-purpose", "preview", Viewer::Nobody),
        ("x-moz", "prefetch", Viewer::Nobody),
        ("sec-purpose", "", Viewer::Person),
        ("sec-purpose", "prefetched", Viewer::Person),
        ("sec-fetch-purpose", "prefetch", Viewer::Person),
        ("user-agent", "python-requests/2", Viewer::Robot),
    ] {
        let values = |asked: &str| if asked == name { vec![value.to_owned()] } else { Vec::new() };
        assert_eq!(Facts::from_headers("GET", "/", "", &values).viewer, viewer, "{name}: {value}");
    }
}
