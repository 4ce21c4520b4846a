//! What every response says of the visitor's Global Privacy Control, and what it deletes of the visitor's.

use parvis::effect::{Effect, OriginHead, Supply};
use parvis::facts::{Facts, Method};
use serde_json::{Value, json};

use super::{HTML, campaign, engine, facts, lines, playbook, sent};

const DELETE_VISIT: &str = "+set-cookie: parvis-visit=; Path=/; Secure; SameSite=Lax; Max-Age=0";
const DELETE_MEMORY: &str = "+set-cookie: __Host-parvis=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0";
const PRIVATE: &str = "+cache-control: private, no-cache";
const PROCESSED: &str = "+gpc-status: processed";
const TIMED: &str = "+server-timing: parvis-gpc;desc=processed";
const VARY: &str = "+vary: sec-gpc";
const VARY_DNT: &str = "+vary: sec-gpc, dnt";

/// A playbook that honors the signal since some day, with a campaign for those who follow a link of it.
fn stating(gpc: Value, dnt: bool) -> Value {
    let mut source = playbook(&json!([campaign("one", json!({ "campaign": "spring" }))]));
    source["consent"] = json!({ "gpc": gpc, "dnt_as_gpc": dnt });
    source
}

fn day() -> Value {
    json!({ "last_update": "2026-11-21" })
}

/// Somebody in this place who sends the signal or does not.
fn visitor(place: &str, gpc: bool) -> Facts {
    let (country, subdivision) = parvis::facts::region(place);
    let sec_gpc = if gpc { vec!["1".to_owned()] } else { Vec::new() };
    Facts { country, subdivision, sec_gpc, ..facts() }
}

#[test]
fn what_passes_tells_the_signal_on_documents_alone() {
    let (with, with_dnt) = (engine(&stating(day(), false)), engine(&stating(day(), true)));
    let css = OriginHead { content_type: Some("text/css"), ..HTML };
    let gone = OriginHead { status: 404, ..HTML };
    let confirmed = OriginHead { status: 304, content_type: None, ..HTML };
    let coded = OriginHead { content_encoding: Some("br"), ..HTML };
    let told = [&["-shared", PRIVATE, PROCESSED, TIMED, "copy"][..], &[VARY, "copy"], &[VARY_DNT, "copy"]];
    let nothing = [&["copy"][..]; 3];
    for (what, path, head, [heard, unheard, unheard_dnt]) in [
        ("a page that was not found", "/", gone, told),
        ("a page that is confirmed", "/", confirmed, told),
        ("a page in a coding", "/", coded, told),
        ("a style sheet", "/", css, nothing),
        ("a page of no kind", "/imprint", HTML, told),
        ("a style sheet elsewhere", "/a.css", css, nothing),
        ("a style sheet that was not found", "/a.css", OriginHead { status: 404, ..css }, nothing),
    ] {
        let at = |facts: Facts| Facts { path: path.to_owned(), ..facts };
        for (engine, unheard) in [(&with, unheard), (&with_dnt, unheard_dnt)] {
            assert_eq!(lines(&sent(engine, &at(visitor("US-CA", true)), head).1), heard, "{what}, heard");
            assert_eq!(
                lines(&sent(engine, &at(visitor("US-CA", false)), head).1),
                unheard,
                "{what}, unheard"
            );
        }
    }
}

#[test]
fn the_origins_own_page_tells_the_signal() {
    for (dnt, vary) in [(false, VARY), (true, VARY_DNT)] {
        let engine = engine(&stating(day(), dnt));
        let (request, edits) = sent(&engine, &visitor("FR", false), HTML);
        assert_eq!(lines(&edits), [vary, "copy"]);
        assert_eq!((request.remove, request.set), (&[][..], &[][..]));
        // A response that depends on the signal is for whoever sent it, though no byte of it changes.
        let (_, edits) = sent(&engine, &visitor("FR", true), HTML);
        let timing = "+server-timing: parvis;desc=\"hero\", parvis-used;desc=\"00000001\"";
        assert_eq!(lines(&edits), ["-bytes and shared", "=cache-control: private, no-cache", timing, "copy"]);
    }
}

#[test]
fn a_page_that_is_rewritten_tells_the_signal_too() {
    let spring = |facts: Facts| Facts { query: "utm_campaign=spring".to_owned(), ..facts };
    for (dnt, vary) in [(false, VARY), (true, VARY_DNT)] {
        let engine = engine(&stating(day(), dnt));
        let (_, edits) = sent(&engine, &spring(visitor("US-CA", false)), HTML);
        let timing = "+server-timing: parvis;desc=\"hero=one/only:000\"";
        assert_eq!(lines(&edits), ["-bytes", timing, vary, "rewrite"]);
        let (_, edits) = sent(&engine, &spring(visitor("US-CA", true)), HTML);
        let timing = "+server-timing: parvis;desc=\"hero=one/only:000\", parvis-used;desc=\"00000001+\"";
        let expected =
            ["-bytes and shared", "=cache-control: private, no-cache", timing, PROCESSED, TIMED, "rewrite"];
        assert_eq!(lines(&edits), expected);
        let (_, edits) =
            sent(&engine, &Facts { method: Method::Head, ..spring(visitor("US-CA", true)) }, HTML);
        assert_eq!(lines(&edits)[..5], expected[..5]);
        assert_eq!(lines(&edits)[5], "copy", "HEAD has no body to rewrite");
    }
}

#[test]
fn do_not_track_is_heard_only_where_it_counts() {
    let dnt = Facts { dnt: true, path: "/imprint".to_owned(), ..visitor("US-CA", false) };
    let head = |dnt_counts: bool| lines(&sent(&engine(&stating(day(), dnt_counts)), &dnt, HTML).1);
    assert_eq!(head(false), [VARY, "copy"]);
    assert_eq!(head(true), ["-shared", PRIVATE, PROCESSED, TIMED, "copy"]);
}

#[test]
fn visitors_are_told_where_the_playbook_says() {
    let nobody = json!({ "last_update": "2026-11-21", "status_regions": [] });
    let all =
        json!({ "last_update": "2026-11-21", "status_header": "x-heard", "status_regions": ["US", "CA-QC"] });
    let other = "+x-heard: processed";
    let heard = ["-shared", PRIVATE, "copy"];
    for (gpc, place, expected) in [
        (day(), "US-CA", vec!["-shared", PRIVATE, PROCESSED, TIMED, "copy"]),
        (day(), "US-NY", heard.to_vec()),
        (day(), "US", heard.to_vec()),
        (day(), "FR", heard.to_vec()),
        (day(), "", heard.to_vec()),
        (all.clone(), "US-NY", vec!["-shared", PRIVATE, other, TIMED, "copy"]),
        (all.clone(), "US", vec!["-shared", PRIVATE, other, TIMED, "copy"]),
        (all.clone(), "CA-QC", vec!["-shared", PRIVATE, other, TIMED, "copy"]),
        (all.clone(), "CA-ON", heard.to_vec()),
        // Who tells nobody depends on nothing.
        (nobody.clone(), "US-CA", vec!["copy"]),
    ] {
        let facts = Facts { path: "/imprint".to_owned(), ..visitor(place, true) };
        assert_eq!(
            lines(&sent(&engine(&stating(gpc.clone(), false)), &facts, HTML).1),
            expected,
            "{place} {gpc}"
        );
    }
    let facts = Facts { path: "/imprint".to_owned(), ..visitor("US-CA", false) };
    assert_eq!(lines(&sent(&engine(&stating(nobody, false)), &facts, HTML).1), ["copy"]);
    assert_eq!(
        lines(&sent(&engine(&stating(Value::Null, false)), &visitor("US-CA", true), HTML).1),
        ["copy"]
    );
}

/// Somebody in France with our cookies and no permission for them.
fn kept(cookies: &str, path: &str) -> Facts {
    Facts { cookies: [cookies.to_owned()].into(), path: path.to_owned(), ..facts() }
}

#[test]
fn what_is_deleted_is_deleted_with_every_response_and_shared_with_nobody() {
    let engine = engine(&playbook(&json!([campaign("one", json!({ "campaign": "spring" }))])));
    let css = OriginHead { content_type: Some("text/css"), ..HTML };
    for (cookies, deleted) in [
        ("parvis-visit=a~idesk", &[DELETE_VISIT][..]),
        ("__Host-parvis=AQE", &[DELETE_MEMORY]),
        ("parvis-visit=a; __Host-parvis=AQE", &[DELETE_VISIT, DELETE_MEMORY]),
        ("parvis-visit=a; parvis-visit=b", &[DELETE_VISIT]),
        ("parvis=a", &[]),
    ] {
        let with = |before: &[&'static str], after: &[&'static str]| match deleted.len() {
            0 => vec!["copy"],
            _ => [before, deleted, after].concat(),
        };
        for (path, head) in [("/imprint", HTML), ("/a.css", css), ("/", OriginHead { status: 500, ..HTML })] {
            let (_, edits) = sent(&engine, &kept(cookies, path), head);
            assert_eq!(lines(&edits), with(&["-shared"], &[PRIVATE, "copy"]), "{cookies} {path}");
        }
        let mut exchange = engine.begin(kept(cookies, "/"));
        exchange.step();
        exchange.supply(Supply::Failed);
        let Effect::Fail(edits) = exchange.step() else { panic!("{cookies}") };
        assert_eq!(lines(&edits), with(&["-shared"], &[PRIVATE, "copy"]), "{cookies}, no origin");
        // On a page of ours they are the outcome's own.
        let (_, edits) = sent(&engine, &kept(cookies, "/"), HTML);
        let timing = "+server-timing: parvis;desc=\"hero\", parvis-used;desc=\"00000000\"";
        let expected = with(&["-bytes and shared", "=cache-control: private, no-cache"], &[timing, "copy"]);
        assert_eq!(lines(&edits), expected, "{cookies}");
    }
}

#[test]
fn deletions_and_the_signal_go_together() {
    let engine = engine(&stating(day(), false));
    let facts = |gpc: bool| Facts {
        cookies: ["parvis-visit=a".to_owned()].into(),
        path: "/imprint".to_owned(),
        ..visitor("FR", gpc)
    };
    assert_eq!(
        lines(&sent(&engine, &facts(false), HTML).1),
        ["-shared", DELETE_VISIT, PRIVATE, VARY, "copy"]
    );
    assert_eq!(lines(&sent(&engine, &facts(true), HTML).1), ["-shared", DELETE_VISIT, PRIVATE, "copy"]);
}

/// Our own answer to a request, in words.
fn own(source: &Value, facts: Facts) -> Option<(u16, Vec<String>, Vec<u8>)> {
    let engine = engine(source);
    let mut exchange = engine.begin(facts);
    match exchange.step() {
        Effect::Answer(answer) => {
            let headers = answer.headers.iter().map(|(name, value)| format!("{name}: {}", value.as_str()));
            assert!(exchange.record().to_json().contains(&format!("\"status\":{}", answer.status)));
            Some((answer.status, headers.collect(), answer.body))
        }
        Effect::Fetch(edits) => {
            assert_eq!(edits, Default::default());
            None
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_engine_answers_for_two_paths_itself() {
    let source = stating(day(), false);
    let binary = compiled(&source);
    let at = |path: &str| Facts { path: path.to_owned(), ..facts() };
    let json = b"{\"gpc\": true, \"lastUpdate\": \"2026-11-21\"}\n".to_vec();
    let playbook = "/parvis/playbook.bin";
    let gpc = "/.well-known/gpc.json";
    for (path, kind, age, body) in [
        (playbook, "application/octet-stream", "public, max-age=60", &binary),
        (gpc, "application/json", "public, max-age=3600", &json),
    ] {
        for method in [Method::Get, Method::Head] {
            let (status, headers, sent) = own(&source, Facts { method, ..at(path) }).unwrap();
            assert_eq!((status, &sent), (200, body), "{path}");
            assert_eq!(headers, [format!("content-type: {kind}"), format!("cache-control: {age}")], "{path}");
        }
        // With a deletion it is for this visitor alone.
        let (_, headers, _) = own(&source, kept("parvis-visit=a; __Host-parvis=AQE", path)).unwrap();
        let expected = [
            format!("content-type: {kind}"),
            "cache-control: private, no-cache".to_owned(),
            DELETE_VISIT[1..].to_owned(),
            DELETE_MEMORY[1..].to_owned(),
        ];
        assert_eq!(headers, expected, "{path}");
        assert_eq!(own(&source, Facts { method: Method::Other, ..at(path) }), None, "{path} is not written");
    }
    for path in ["/parvis/playbook", "/parvis/playbook.bin/", "/Parvis/playbook.bin", "/.well-known/gpc", "/"]
    {
        assert_eq!(own(&source, at(path)), None, "{path}");
    }
    // Without a statement the question is the origin's, and so is everything without a playbook.
    let plain = super::playbook(&json!([]));
    assert_eq!(own(&plain, at(gpc)), None);
    assert_eq!(own(&plain, at(playbook)).unwrap().2, compiled(&plain));
    // A site that states the day and tells nobody states the day.
    let nobody = stating(json!({ "last_update": "2026-11-21", "status_regions": [] }), false);
    assert_eq!(own(&nobody, at(gpc)).unwrap().2, json);
}

fn compiled(source: &Value) -> Vec<u8> {
    parvis::author::compile_source(&source.to_string()).unwrap()
}

#[test]
fn a_record_tells_what_was_refused_from_what_was_never_permitted() {
    let mut source = playbook(&json!([campaign("one", json!({ "campaign": "spring" }))]));
    let names = ["device_storage", "session_personalization", "persistent_personalization"];
    let meanings: serde_json::Map<_, _> =
        names.iter().map(|name| ((*name).to_owned(), json!([name]))).collect();
    let klaro = json!({ "device": ["device_storage"] });
    source["consent"] = json!({ "meanings": { "tarteaucitron": meanings, "klaro": klaro } });
    let engine = engine(&source);
    let (visit, memory) = ("session_personalization", "persistent_personalization");
    for (banner, expected) in [
        ("", json!({ visit: "lapsed", memory: "lapsed" })),
        ("!session_personalization=false", json!({ visit: "withdrawn", memory: "lapsed" })),
        ("!persistent_personalization=false", json!({ visit: "lapsed", memory: "withdrawn" })),
        ("!device_storage=true", json!({ visit: "lapsed", memory: "lapsed" })),
        // Who permits something that is kept on the device permits the use of the device.
        ("!session_personalization=true", json!({ memory: "lapsed" })),
        ("!device_storage=true!session_personalization=true", json!({ memory: "lapsed" })),
        ("!device_storage=true!session_personalization=true!persistent_personalization=true", Value::Null),
        // Who refuses the use of the device elsewhere refuses what they permitted to be kept there, and nothing else.
        (
            "!session_personalization=true; klaro=%7B%22device%22%3Afalse%7D",
            json!({ visit: "withdrawn", memory: "lapsed" }),
        ),
        (
            "!persistent_personalization=true; klaro=%7B%22device%22%3Afalse%7D",
            json!({ visit: "lapsed", memory: "withdrawn" }),
        ),
        (
            "!device_storage=true; klaro=%7B%22device%22%3Afalse%7D",
            json!({ visit: "lapsed", memory: "lapsed" }),
        ),
        ("; klaro=%7B%22device%22%3Afalse%7D", json!({ visit: "lapsed", memory: "lapsed" })),
    ] {
        let cookies = format!("parvis-visit=a; __Host-parvis=AQE; tarteaucitron={banner}");
        for path in ["/", "/imprint"] {
            let mut exchange = engine.begin(kept(&cookies, path));
            exchange.step();
            let record: Value = serde_json::from_str(&exchange.record().to_json()).unwrap();
            assert_eq!(record["consent"], expected, "{banner} {path}");
        }
    }
}
