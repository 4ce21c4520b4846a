//! By what a response differs, and whom it tells so.

use parvis::effect::HeadEdits;
use parvis::facts::{Connection, Device, Facts};
use parvis::signal::influence::Influence;
use parvis::signal::registry::{Signal, Source};
use serde_json::{Value, json};

use super::{HTML, NOW, campaign, engine, facts, lines, playbook, sent};

/// Every signal of the request that is not in the URL, with the `Vary` of a response that a cache of the site's keeps by it.
fn cases() -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
    let request = Signal::ALL.iter().copied().filter(|signal| {
        let entry = signal.entry();
        entry.source == Source::Request && !entry.in_url && signal.influence() == Influence::Contextual
    });
    request.map(|signal| {
        let vary = match signal {
            Signal::Language => Some("accept-language"),
            Signal::Referrer => Some("referer"),
            Signal::Connection => Some("save-data, ect"),
            // What the clock and the network say is in no header of the request, and `User-Agent` says the device only where
            // the host does not.
            _ => None,
        };
        (signal.entry().name, vary)
    })
}

/// A request that says all of it.
fn seen() -> Facts {
    Facts {
        subdivision: Some("IDF".to_owned()),
        device: Some(Device::Mobile),
        accept_language: "fr".to_owned(),
        referrer: "https://www.google.com/".to_owned(),
        connection: Some(Connection::Slow),
        now: Some(NOW),
        ..facts()
    }
}

/// The lines without the end of freshness, which `ends` is about.
fn unending(edits: &HeadEdits) -> Vec<String> {
    lines(&HeadEdits { ends: None, ..edits.clone() })
}

#[test]
fn a_shared_response_tells_every_header_it_was_chosen_by() {
    let (holds, fails) = (json!({ "$exists": true }), json!({ "$exists": false }));
    for (name, vary) in cases() {
        let vary: Vec<String> = vary.iter().map(|names| format!("+vary: {names}")).collect();
        let source = |keyed: bool, value: &Value| {
            let mut source = playbook(&json!([campaign("one", json!({ name: value }))]));
            if keyed {
                source["cache"] = json!({ "keyed_on": [name] });
            }
            source
        };
        // Changed bytes that the site's cache keys on.
        let (_, edits) = sent(&engine(&source(true, &holds)), &seen(), HTML);
        let timing = "+server-timing: parvis;desc=\"hero=one/only:000\"".to_owned();
        let expected =
            [vec!["-bytes".to_owned(), timing.clone()], vary.clone(), vec!["rewrite".to_owned()]].concat();
        assert_eq!(unending(&edits), expected, "{name}, keyed");
        // The origin's own bytes, which were chosen all the same.
        let (_, edits) = sent(&engine(&source(true, &fails)), &seen(), HTML);
        assert_eq!(unending(&edits), [vary, vec!["copy".to_owned()]].concat(), "{name}, keyed and unchanged");
        // Where no cache keys on it, nobody may share the response.
        for (value, body, decision) in [(&holds, "rewrite", "hero=one/only:000"), (&fails, "copy", "hero")] {
            let (_, edits) = sent(&engine(&source(false, value)), &seen(), HTML);
            let expected = [
                "-bytes and shared",
                "=cache-control: private, no-cache",
                &format!("+server-timing: parvis;desc=\"{decision}\", parvis-used;desc=\"00000000\""),
                body,
            ];
            assert_eq!(lines(&edits), expected, "{name}, not keyed");
        }
    }
}

#[test]
fn a_response_chosen_by_several_headers_tells_all_of_them() {
    let names: Vec<&str> = cases().map(|(name, _)| name).collect();
    let conditions: Vec<Value> = names.iter().map(|name| json!({ (*name): { "$exists": true } })).collect();
    let mut source = playbook(&json!([campaign("one", json!({ "$and": conditions }))]));
    source["cache"] = json!({ "keyed_on": names });
    let (_, edits) = sent(&engine(&source), &seen(), HTML);
    let vary: Vec<String> = lines(&edits).into_iter().filter(|line| line.starts_with("+vary")).collect();
    assert_eq!(vary, ["+vary: accept-language", "+vary: referer", "+vary: save-data, ect"]);
    // One of them that no cache keys on, and the response is for one visitor.
    for missing in &names {
        source["cache"] =
            json!({ "keyed_on": names.iter().filter(|name| *name != missing).collect::<Vec<_>>() });
        let (_, edits) = sent(&engine(&source), &seen(), HTML);
        let lines = lines(&edits);
        assert!(lines.contains(&"=cache-control: private, no-cache".to_owned()), "{missing}: {lines:?}");
        assert!(!lines.iter().any(|line| line.starts_with("+vary")), "{missing}: {lines:?}");
    }
}

#[test]
fn what_is_in_the_url_is_told_by_the_url() {
    let facts = Facts { query: "utm_campaign=spring&a=1".to_owned(), ..seen() };
    for (name, holds, fails) in [
        ("campaign", json!("spring"), json!("winter")),
        ("query", json!({ "$in": ["a=1"] }), json!({ "$in": ["a=2"] })),
        ("page.path", json!("/"), json!("/other")),
        ("page.kind", json!("home"), json!({ "$ne": "home" })),
    ] {
        let source = |value: Value| engine(&playbook(&json!([campaign("one", json!({ name: value }))])));
        let timing = "+server-timing: parvis;desc=\"hero=one/only:000\"";
        assert_eq!(lines(&sent(&source(holds), &facts, HTML).1), ["-bytes", timing, "rewrite"], "{name}");
        assert_eq!(lines(&sent(&source(fails), &facts, HTML).1), ["copy"], "{name}");
    }
}
