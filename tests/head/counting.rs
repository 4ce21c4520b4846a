//! What is counted: what a person could see, alike in every arm of an experiment.

use std::collections::BTreeSet;

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
    ] {
        let (drawn, counted) = arms(variants, page);
        assert_eq!(drawn.len(), 2, "40 visitors are of both arms");
        assert_eq!(counted, if counts { drawn } else { BTreeSet::new() }, "{variants} {:.60}", page);
    }
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
