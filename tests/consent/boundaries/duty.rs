//! What consent asks of every response: which of our own cookies are deleted, and what the record says of each.

use parvis::author::compile_source;
use parvis::effect::{Effect, OriginHead, Supply};
use parvis::engine::Engine;
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use serde_json::{Value, json};

use super::table::facts;

/// What is deleted, what the record keeps of it, and what a page is told about the signal.
fn answer(site: &Value, path: &str, row: &Value) -> (Vec<String>, Value) {
    let playbook = Playbook::open(compile_source(&site.to_string()).unwrap());
    let engine = Engine::new(playbook, Err(Reason::KeysAbsent));
    let mut request = facts(row);
    request.path = path.to_owned();
    let mut exchange = engine.begin(request);
    assert!(matches!(exchange.step(), Effect::Fetch(_)));
    exchange.supply(Supply::Failed);
    let Effect::Fail(edits) = exchange.step() else { panic!("{path}") };
    let deleted = edits
        .append
        .iter()
        .filter(|(name, value)| name == "set-cookie" && value.as_str().ends_with("Max-Age=0"))
        .map(|(_, value)| value.as_str().split('=').next().unwrap_or_default().to_owned())
        .collect();
    let record: Value = serde_json::from_str(&exchange.record().to_json()).unwrap();
    (deleted, record["consent"].clone())
}

fn site() -> Value {
    serde_json::from_str(include_str!("../../../fixtures/playbooks/valid/08-consent.json")).unwrap()
}

/// Each of our cookies with each state of its purpose and of device storage.
#[test]
fn what_was_kept_without_permission() {
    let at = "2026-11-01";
    let visit = "session_personalization";
    let memory = "persistent_personalization";
    let device = "device_storage";
    let all = json!([device, visit, memory]);
    let both = ["parvis-visit=a~b", "__Host-parvis=AQE"];
    let (deleted_both, nothing) = (vec!["parvis-visit", "__Host-parvis"], Vec::<&str>::new());
    for (name, cookies, mirror, deleted, kept) in [
        ("all granted", &both[..], json!({"at": at, "granted": all}), nothing.clone(), json!({})),
        (
            "nobody asked",
            &both[..],
            json!(null),
            deleted_both.clone(),
            json!({visit: "lapsed", memory: "lapsed"}),
        ),
        (
            "all refused",
            &both[..],
            json!({"at": at, "denied": all}),
            deleted_both.clone(),
            json!({visit: "withdrawn", memory: "withdrawn"}),
        ),
        (
            "the device refused and the rest granted",
            &both[..],
            json!({"at": at, "denied": [device], "granted": [visit, memory]}),
            deleted_both.clone(),
            json!({visit: "withdrawn", memory: "withdrawn"}),
        ),
        (
            "the device not asked and the rest granted",
            &both[..],
            json!({"at": at, "granted": [visit, memory]}),
            deleted_both.clone(),
            json!({visit: "lapsed", memory: "lapsed"}),
        ),
        (
            "the device refused and the rest not asked",
            &both[..],
            json!({"at": at, "denied": [device]}),
            deleted_both.clone(),
            json!({visit: "lapsed", memory: "lapsed"}),
        ),
        (
            "memory refused",
            &both[..],
            json!({"at": at, "granted": [device, visit], "denied": [memory]}),
            vec!["__Host-parvis"],
            json!({memory: "withdrawn"}),
        ),
        (
            "the visit refused",
            &both[..],
            json!({"at": at, "granted": [device, memory], "denied": [visit]}),
            vec!["parvis-visit"],
            json!({visit: "withdrawn"}),
        ),
        (
            "all refused and no memory",
            &both[..1],
            json!({"at": at, "denied": all}),
            vec!["parvis-visit"],
            json!({visit: "withdrawn"}),
        ),
        (
            "all refused and no visit",
            &both[1..],
            json!({"at": at, "denied": all}),
            vec!["__Host-parvis"],
            json!({memory: "withdrawn"}),
        ),
        (
            "all refused and nothing kept",
            &both[..0],
            json!({"at": at, "denied": all}),
            nothing.clone(),
            json!({}),
        ),
    ] {
        let mut row = json!({"case": name, "cookies": cookies});
        if !mirror.is_null() {
            row["mirror"] = mirror;
        }
        for path in ["/", "/imprint"] {
            let (found, record) = answer(&site(), path, &row);
            assert_eq!(found, deleted, "{name} {path}");
            let record = if record.is_null() { json!({}) } else { record };
            assert_eq!(record, kept, "{name} {path}");
        }
    }
}

/// What a page that passes through says: the headers that are added, but for cookies, in their order.
fn told(site: &Value, row: &Value) -> Vec<(String, String)> {
    let playbook = Playbook::open(compile_source(&site.to_string()).unwrap());
    let engine = Engine::new(playbook, Err(Reason::KeysAbsent));
    let mut request = facts(row);
    request.path = "/imprint".to_owned();
    let mut exchange = engine.begin(request);
    assert!(matches!(exchange.step(), Effect::Fetch(_)));
    exchange.supply(Supply::Head(OriginHead {
        status: 200,
        content_type: Some("text/html"),
        content_encoding: None,
    }));
    let Effect::Send(edits) = exchange.step() else { panic!("nothing is sent") };
    let added = edits.append.iter().filter(|(name, _)| name != "set-cookie");
    added.map(|(name, value)| (name.clone().into_owned(), value.as_str().to_owned())).collect()
}

/// A page tells what became of the signal where the site says so, and to whom else it may be shown.
#[test]
fn what_a_page_tells_of_the_signal() {
    let vary = |keys: &str| ("vary".to_owned(), keys.to_owned());
    let private = ("cache-control".to_owned(), "private, no-cache".to_owned());
    let status = |value: &str| {
        [
            ("gpc-status".to_owned(), value.to_owned()),
            ("server-timing".to_owned(), format!("parvis-gpc;desc={value}")),
        ]
    };
    let row = |region: &str, signal: bool| {
        let mut row = json!({"case": region, "region": region});
        if signal {
            row["sec_gpc"] = json!(["1"]);
        }
        row
    };
    let [header, timing] = status("processed");
    assert_eq!(told(&site(), &row("US-CA", false)), [vary("sec-gpc")]);
    assert_eq!(told(&site(), &row("US-CA", true)), [private.clone(), header, timing]);
    let mut stored = row("US-CA", false);
    stored["cookies"] = json!(["usprivacy=1YYN"]);
    let [header, timing] = status("processed");
    assert_eq!(told(&site(), &stored), [private.clone(), header, timing]);
    stored["region"] = json!("US-TX");
    assert_eq!(told(&site(), &stored), [vary("sec-gpc")]);
    assert_eq!(told(&site(), &row("US-TX", true)), std::slice::from_ref(&private));
    assert_eq!(told(&site(), &row("FR", true)), std::slice::from_ref(&private));
    let mut overridden = row("US-CA", true);
    overridden["mirror"] = json!({"at": "2026-11-01", "granted": ["sale_share"], "notice": 1});
    let [header, timing] = status("overridden");
    assert_eq!(told(&site(), &overridden), [private.clone(), header, timing]);
    let mut dnt = site();
    dnt["consent"]["dnt_as_gpc"] = json!(true);
    assert_eq!(told(&dnt, &row("US-CA", false)), [vary("sec-gpc, dnt")]);
    // What states nothing, or tells nobody, says nothing.
    let mut silent = site();
    silent["consent"]["gpc"]["status_header"] = json!("");
    assert!(told(&silent, &row("US-CA", true)).is_empty());
    silent["consent"].as_object_mut().unwrap().remove("gpc");
    assert!(told(&silent, &row("US-CA", true)).is_empty());
    // And its cookies are deleted all the same.
    let kept = json!({"case": "kept", "cookies": ["parvis-visit=a~b", "__Host-parvis=AQE"]});
    assert_eq!(answer(&silent, "/imprint", &kept).0, ["parvis-visit", "__Host-parvis"]);
}
