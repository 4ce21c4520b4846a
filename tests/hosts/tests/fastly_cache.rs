//! The page cache of the Fastly module, in Viceroy's core cache: whose pages it keeps, for how long, what it makes of a cache
//! that fails, and that nobody sees anybody else's block.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use parvis_host_tests::kept::{
    HTML, MINUTE, SPRING_PATH, STALE, a_nonce_is_nobody_elses, confirming, idle, one_asks_for_a_crowd, page,
    spliced, trickling,
};
use parvis_host_tests::origin::{Act, Asked, respond};
use parvis_host_tests::sample::{HERO, KEYS, SPRING, accepted, page_with, playbook};
use parvis_host_tests::{Host, Kind, Origin, Setting, Stored, ask};

fn setting(origin: &Origin) -> Setting {
    Setting {
        playbook: Stored::Bytes(playbook().unwrap()),
        keys: Stored::Bytes(KEYS.into()),
        ..Setting::new(origin.address())
    }
}

fn start(origin: &Origin) -> Option<Host> {
    Host::start(Kind::FASTLY, &setting(origin)).unwrap()
}

/// A host whose requests may stage faults of its cache.
fn staged(origin: &Origin) -> Option<Host> {
    Host::start(Kind::FASTLY, &Setting { staged: true, ..setting(origin) }).unwrap()
}

/// The header that stages a fault, for a visitor in Portugal now.
fn fault(what: &str) -> String {
    format!("Parvis-Case: now=1795262400000;country=PT;subdivision=11;{what}")
}

/// The paths for which the origin was asked, since the last time.
fn asked(origin: &Origin) -> usize {
    origin.asked().len()
}

#[test]
fn a_page_is_fetched_once_and_spliced_for_each_visitor() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![page(&[MINUTE, "ETag: \"a\"", "Link: <1>", "Link: <2>", "Age: 7"], HERO)]);
    let Some(host) = start(&origin) else { return };
    let (first, record) = host.get(SPRING_PATH, &[]).unwrap();
    assert_eq!((first.text(), spliced(&record)), (page_with(SPRING), false), "{record}");
    for _ in 0..3 {
        let (reply, record) = host.get(SPRING_PATH, &[]).unwrap();
        assert_eq!((reply.text(), reply.whole), (page_with(SPRING), true));
        assert!(spliced(&record), "{record}");
        assert_eq!(reply.header("x-compress-hint"), Some("on"), "{reply:?}");
        assert_eq!((reply.headers("link"), reply.header("etag")), (vec!["<1>", "<2>"], None));
        assert_eq!(reply.headers("cache-control"), first.headers("cache-control"));
        assert!(["7", "8", "9"].contains(&reply.header("age").unwrap()), "{reply:?}");
    }
    assert_eq!(asked(&origin), 1);
    // What is not changed goes the host's own way, and what is written is never answered from memory.
    for (method, path) in [("GET", "/"), ("HEAD", SPRING_PATH), ("POST", SPRING_PATH)] {
        host.ask(method, path, &[], b"").unwrap();
        assert_eq!(asked(&origin), 1, "{method} {path}");
    }
}

#[test]
fn nobody_sees_anybody_elses_block() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![page(&[MINUTE], HERO)]);
    let Some(cached) = start(&origin) else { return };
    let plain = Host::start(Kind::NATIVE, &setting(&origin)).unwrap().unwrap();
    let consent = accepted();
    let lamp = format!("Cookie: {consent}; parvis-visit=a~ilamp");
    let nobody = format!("Cookie: {consent}");
    let visitors: [(&str, &[&str]); 6] = [
        ("/", &[lamp.as_str()]),
        ("/", &[]),
        (SPRING_PATH, &[]),
        ("/", &[nobody.as_str()]),
        (SPRING_PATH, &[lamp.as_str()]),
        ("/", &["Cookie: parvis-visit=a~ilamp"]),
    ];
    let (mut seen, mut from_plans) = (Vec::new(), 0);
    for round in 0..4 {
        for turn in 0..visitors.len() {
            // Forwards and backwards, so that each comes behind several others.
            let (path, headers) = visitors[(turn * [1, 5][round % 2] + round) % visitors.len()];
            let ((reply, record), (expected, _)) =
                (cached.get(path, headers).unwrap(), plain.get(path, headers).unwrap());
            assert_eq!(reply.text(), expected.text(), "{path} {headers:?}: {record}");
            for name in ["cache-control", "etag", "server-timing", "expires"] {
                assert_eq!(reply.headers(name), expected.headers(name), "{path} {headers:?} {name}");
            }
            assert_eq!(reply.headers("set-cookie").len(), expected.headers("set-cookie").len(), "{path}");
            if reply.text().contains("Desk lamp") {
                assert_eq!(reply.header("cache-control"), Some("private, no-cache"));
                assert_eq!(reply.header("age"), None);
            }
            from_plans += usize::from(spliced(&record));
            seen.push(reply.text());
        }
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 3, "the default, the lamp, the campaign: {seen:?}");
    assert!(from_plans >= 8, "{from_plans}");
}

#[test]
fn only_what_everybody_may_have_is_kept() {
    let origin = Origin::start().unwrap();
    let Some(host) = start(&origin) else { return };
    let cases: [(&[&str], bool); 19] = [
        (&[MINUTE], true),
        (&["Cache-Control: public, s-maxage=60, max-age=0"], true),
        (&["Expires: Thu, 31 Dec 2099 00:00:00 GMT"], true),
        (&[], false),
        (&["ETag: \"a\"", "Last-Modified: Sat, 21 Nov 2020 00:00:00 GMT"], false),
        (&["Cache-Control: private, max-age=60"], false),
        (&["Cache-Control: No-Store, max-age=60"], false),
        (&["Cache-Control: no-cache, max-age=60"], false),
        (&["Cache-Control: max-age=0"], false),
        (&["Expires: 0"], false),
        (&[MINUTE, "Set-Cookie: a=1"], false),
        (&[MINUTE, "Vary: *"], false),
        (&[MINUTE, "Age: 60"], false),
        (&[MINUTE, "Surrogate-Control: max-age=60"], true),
        (&[MINUTE, "Surrogate-Control: no-store"], false),
        (&[MINUTE, "CDN-Cache-Control: max-age=0"], false),
        (&["Cache-Control: private", "Surrogate-Control: max-age=60"], false),
        // Neither is rewritten, so neither gains by a plan.
        (&[MINUTE, "Content-Encoding: br"], false),
        (&[MINUTE, "Content-Type: text/css"], false),
    ];
    for (number, (headers, kept)) in cases.into_iter().enumerate() {
        origin.answers(vec![page(headers, HERO)]);
        let path = format!("{SPRING_PATH}&{number}");
        asked(&origin);
        let replies = [(); 3].map(|()| host.get(&path, &[]).unwrap().0);
        assert_eq!(asked(&origin), if kept { 1 } else { 3 }, "{headers:?}");
        assert!(replies.iter().all(|reply| reply.text() == replies[0].text()), "{headers:?}");
        assert_eq!(replies[2].headers("set-cookie"), replies[0].headers("set-cookie"));
    }
    for status in [404, 301, 500] {
        origin.answers(vec![respond(status, &[HTML, MINUTE], b"x")]);
        let path = format!("{SPRING_PATH}&{status}");
        asked(&origin);
        assert_eq!([(); 2].map(|()| host.get(&path, &[]).unwrap().0.status), [status; 2]);
        assert_eq!(asked(&origin), 2, "{status}");
    }
    origin.answers(vec![page(&[MINUTE], HERO)]);
    for (number, request) in
        ["Authorization: Basic eA==", "Cache-Control: no-store", "Cache-Control: no-cache"]
            .into_iter()
            .enumerate()
    {
        let path = format!("{SPRING_PATH}&own{number}");
        host.get(&path, &[request]).unwrap();
        asked(&origin);
        host.get(&path, &[]).unwrap();
        assert_eq!(asked(&origin), 1, "{request} left a page behind");
        host.get(&path, &[request]).unwrap();
        assert_eq!(asked(&origin), 1, "{request} was answered from the cache");
    }
}

#[test]
fn a_page_is_kept_apart_by_what_it_differs_by() {
    let origin = Origin::start().unwrap();
    origin.does(|asked| {
        let said = |name: &str| asked.header(name).unwrap_or("-").to_owned();
        let html = page_with(HERO)
            .replace("All twelve", &format!("{} {}", said("accept-language"), said("x-forwarded-host")));
        vec![respond(200, &[HTML, MINUTE, "Vary: Accept-Language"], html.as_bytes())]
    });
    let Some(host) = start(&origin) else { return };
    for asks in [true, false] {
        for (language, forwarded) in [("de", "one"), ("en", "one"), ("de", "evil")] {
            let headers =
                [&*format!("Accept-Language: {language}"), &*format!("X-Forwarded-Host: {forwarded}")];
            let (reply, record) = host.get(SPRING_PATH, &headers).unwrap();
            assert!(reply.text().contains(&format!("{language} {forwarded} things")), "{}", reply.text());
            assert!(reply.text().contains(SPRING) && spliced(&record) != asks, "{record}");
        }
        assert_eq!(asked(&origin), if asks { 3 } else { 0 });
    }
}

#[test]
fn a_stale_page_is_confirmed_or_replaced() {
    let origin = Origin::start().unwrap();
    confirming(&origin, "\"a\"", HERO);
    let Some(host) = start(&origin) else { return };
    host.get(SPRING_PATH, &[]).unwrap();
    thread::sleep(STALE);
    origin.asked();
    // Confirmed: the plan is still good, and the page is fresh again.
    for asked in [1, 0] {
        let (reply, record) = host.get(SPRING_PATH, &[]).unwrap();
        assert_eq!((reply.status, reply.text()), (200, page_with(SPRING)));
        assert!(spliced(&record), "{record}");
        assert_eq!(reply.headers("x-new"), ["yes"]);
        let questions = origin.asked();
        assert_eq!(questions.len(), asked);
        assert!(questions.iter().all(|question| question.header("if-none-match") == Some("\"a\"")));
    }
    // Replaced, by a page in which every block lies elsewhere: its plan went with it.
    confirming(&origin, "\"b\"", "<p>A hero of another length</p>");
    thread::sleep(STALE);
    for from_plan in [false, true] {
        let (reply, record) = host.get(SPRING_PATH, &[]).unwrap();
        assert_eq!((reply.text(), spliced(&record)), (page_with(SPRING), from_plan), "{record}");
    }
    // Confirmed is a page that is not here: it is asked for.
    thread::sleep(STALE);
    origin.asked();
    origin.does(|asked| {
        let head = ["Cache-Control: max-age=1", "ETag: \"d\""];
        let conditional = asked.header("if-none-match").is_some();
        vec![if conditional { respond(304, &head, b"") } else { page(&head, HERO) }]
    });
    assert_eq!(host.get(SPRING_PATH, &[]).unwrap().0.text(), page_with(SPRING));
    assert_eq!(asked(&origin), 2);
    // Trouble at the origin is passed on, and the page is there when it is over.
    thread::sleep(STALE);
    origin.answers(vec![respond(503, &["Retry-After: 1"], b"later")]);
    assert_eq!(host.get(SPRING_PATH, &[]).unwrap().0.status, 503);
    confirming(&origin, "\"d\"", "<p>Not sent</p>");
    let (reply, record) = host.get(SPRING_PATH, &[]).unwrap();
    assert!(reply.text() == page_with(SPRING) && spliced(&record), "{record}");
    // A confirmation that says no longer to keep it is obeyed.
    thread::sleep(STALE);
    origin.does(|asked| {
        let head = ["Cache-Control: private", "ETag: \"d\""];
        let conditional = asked.header("if-none-match").is_some();
        vec![if conditional { respond(304, &head, b"") } else { page(&head, HERO) }]
    });
    origin.asked();
    for _ in 0..2 {
        assert_eq!(host.get(SPRING_PATH, &[]).unwrap().0.text(), page_with(SPRING));
    }
    let questions: Vec<_> =
        origin.asked().iter().map(|question| question.header("if-none-match").is_some()).collect();
    assert_eq!(questions, [true, false]);
}

#[test]
fn a_page_that_is_gone_is_gone() {
    let origin = Origin::start().unwrap();
    confirming(&origin, "\"a\"", HERO);
    let Some(host) = start(&origin) else { return };
    host.get(SPRING_PATH, &[]).unwrap();
    thread::sleep(STALE);
    origin.answers(vec![respond(410, &[HTML], b"gone")]);
    assert_eq!(host.get(SPRING_PATH, &[]).unwrap().0.status, 410);
    origin.asked();
    confirming(&origin, "\"a\"", HERO);
    assert_eq!(host.get(SPRING_PATH, &[]).unwrap().0.text(), page_with(SPRING));
    assert_eq!(origin.asked()[0].header("if-none-match"), None);
}

#[test]
fn parts_and_conditions_are_the_origins_where_nothing_is_changed() {
    let origin = Origin::start().unwrap();
    origin.does(|asked: &Asked| {
        vec![if asked.header("range").is_some() {
            respond(206, &[HTML, MINUTE, "Content-Range: bytes 0-3/9"], b"<!do")
        } else if asked.header("if-none-match").is_some() {
            respond(304, &["ETag: \"a\""], b"")
        } else {
            page(&[MINUTE, "ETag: \"a\""], HERO)
        }]
    });
    let Some(host) = start(&origin) else { return };
    for _ in 0..2 {
        assert_eq!(host.get("/", &["Range: bytes=0-3"]).unwrap().0.status, 206);
        assert_eq!(host.get("/", &["If-None-Match: \"a\""]).unwrap().0.status, 304);
        let head = host.ask("HEAD", SPRING_PATH, &[], b"").unwrap().0;
        assert_eq!((head.status, head.body.len(), head.header("etag")), (200, 0, None));
        // What is changed has no parts and no confirmations.
        for condition in ["Range: bytes=0-3", "If-None-Match: \"a\"", "If-Range: \"a\""] {
            let (reply, _) = host.get(SPRING_PATH, &[condition]).unwrap();
            assert_eq!((reply.status, reply.text()), (200, page_with(SPRING)), "{condition}");
            assert_eq!((reply.header("accept-ranges"), reply.header("etag")), (None, None));
        }
    }
}

#[test]
fn a_plan_or_a_cache_that_fails_costs_nothing_but_the_plan() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![page(&[MINUTE], HERO)]);
    let Some(host) = staged(&origin) else { return };
    host.get(SPRING_PATH, &[&fault("")]).unwrap();
    let (reply, record) = host.get(SPRING_PATH, &[&fault("")]).unwrap();
    assert!(reply.text() == page_with(SPRING) && spliced(&record), "{record}");
    assert_eq!(asked(&origin), 1);
    // Read again from the cache; where the cache cannot be read, the origin is asked.
    for (what, asks) in [("plan=broken", 0), ("plan=none", 0), ("plan=other", 0), ("ranges=none", 1)] {
        let (reply, record) = host.get(SPRING_PATH, &[&fault(what)]).unwrap();
        assert_eq!((reply.text(), reply.whole), (page_with(SPRING), true), "{what}");
        assert!(!spliced(&record) && record["reason"] == "placed", "{what}: {record}");
        assert_eq!(asked(&origin), asks, "{what}");
    }
    let (_, record) = host.get(SPRING_PATH, &[&fault("")]).unwrap();
    assert!(spliced(&record), "{record}");
    // A stale page that was confirmed cannot be read either: it is asked for once more.
    confirming(&origin, "\"a\"", HERO);
    let path = format!("{SPRING_PATH}&stale");
    host.get(&path, &[&fault("")]).unwrap();
    thread::sleep(STALE);
    asked(&origin);
    assert_eq!(host.get(&path, &[&fault("ranges=none")]).unwrap().0.text(), page_with(SPRING));
    assert_eq!(asked(&origin), 2);
}

#[test]
fn what_is_purged_is_asked_for_again() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![page(&[MINUTE, "Surrogate-Key: home start"], HERO)]);
    let Some(host) = staged(&origin) else { return };
    for (key, asks) in [("parvis", 1), ("start", 1), ("another", 0)] {
        host.get(SPRING_PATH, &[&fault("")]).unwrap();
        asked(&origin);
        let (reply, record) = host.get(SPRING_PATH, &[&fault(&format!("purge={key}"))]).unwrap();
        assert_eq!((reply.text(), spliced(&record)), (page_with(SPRING), asks == 0), "{key}: {record}");
        assert_eq!(asked(&origin), asks, "{key}");
    }
}

#[test]
fn a_page_that_cannot_be_a_key_is_not_kept() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![page(&[MINUTE], HERO)]);
    let Some(host) = start(&origin) else { return };
    let path = format!("{SPRING_PATH}&{}", "x".repeat(4096));
    for _ in 0..2 {
        assert_eq!(host.get(&path, &[]).unwrap().0.text(), page_with(SPRING));
    }
    assert_eq!(asked(&origin), 2);
}

#[test]
fn a_crowd_asks_the_origin_once() {
    let origin = Origin::start().unwrap();
    let Some(host) = start(&origin) else { return };
    one_asks_for_a_crowd(&origin, &host);
}

#[test]
fn a_page_with_a_nonce_is_nobody_elses() {
    let origin = Origin::start().unwrap();
    let Some(host) = start(&origin) else { return };
    a_nonce_is_nobody_elses(&origin, &host);
}

#[test]
fn a_visitor_who_does_not_read_or_leaves_stops_nobody() {
    let origin = Origin::start().unwrap();
    let long = page_with(&format!("{HERO}</div>{}<div>", "<p>more</p>".repeat(600_000)));
    origin.answers(vec![respond(200, &[HTML, MINUTE], long.as_bytes())]);
    let Some(host) = start(&origin) else { return };
    for leaves in [false, true] {
        let path = format!("{SPRING_PATH}&{leaves}");
        let idle = idle(&host, &origin, &path);
        let idle = (!leaves).then_some(idle);
        for wait in [5, 1] {
            let started = Instant::now();
            let reply = ask(host.address, "GET", &path, &[], b"").unwrap();
            assert!(reply.whole && reply.text() == long.replace(HERO, SPRING), "{leaves}");
            assert!(started.elapsed() < Duration::from_secs(wait), "{leaves}: {:?}", started.elapsed());
        }
        drop(idle);
    }
}

#[test]
fn a_page_that_trickles_in_holds_up_nobody() {
    let origin = Origin::start().unwrap();
    trickling(&origin);
    let Some(host) = start(&origin) else { return };
    let address = host.address;
    let asking: Vec<_> = (0..2)
        .map(|_| thread::spawn(move || ask(address, "GET", SPRING_PATH, &[], b"").unwrap().whole))
        .collect();
    thread::sleep(Duration::from_millis(4_000));
    assert_eq!(asked(&origin), 2, "the second visitor still waits for the first one's page");
    // Who comes now does not even begin to wait.
    let late = thread::spawn(move || ask(address, "GET", SPRING_PATH, &[], b"").unwrap().whole);
    thread::sleep(Duration::from_millis(500));
    assert_eq!(asked(&origin), 1);
    assert!(asking.into_iter().chain([late]).all(|asking| asking.join().unwrap()));
}

#[test]
fn an_origin_that_dies_leaves_no_page() {
    let origin = Origin::start().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let deaths = Arc::clone(&count);
    origin.does(move |asked| {
        // Viceroy's own first question is not one of the test's.
        if asked.headers.len() < 2 || deaths.fetch_add(1, Ordering::SeqCst) > 0 {
            return vec![page(&[MINUTE], HERO)];
        }
        let whole = page_with(HERO);
        let length = format!("Content-Length: {}", whole.len());
        let short = respond(200, &[HTML, MINUTE, &length], &whole.as_bytes()[..60]);
        vec![short, Act::Wait(Duration::from_millis(300))]
    });
    let Some(host) = start(&origin) else { return };
    let address = host.address;
    let first = thread::spawn(move || ask(address, "GET", SPRING_PATH, &[], b"").unwrap());
    while count.load(Ordering::SeqCst) == 0 {
        thread::sleep(Duration::from_millis(2));
    }
    // This one waits for the first, whose page never becomes whole, and is then the one to ask.
    let second = ask(address, "GET", SPRING_PATH, &[], b"").unwrap();
    assert_eq!((second.text(), second.whole), (page_with(SPRING), true));
    let broken = first.join().unwrap();
    assert!(!broken.whole && page_with(HERO).as_bytes().starts_with(&broken.body), "{broken:?}");
    let third = ask(address, "GET", SPRING_PATH, &[], b"").unwrap();
    assert_eq!((third.text(), count.load(Ordering::SeqCst)), (page_with(SPRING), 2));
    // One that does not answer at all is asked by each, and nobody waits for long.
    let dead = Origin::start().unwrap();
    dead.answers(vec![]);
    let Some(host) = start(&dead) else { return };
    let started = Instant::now();
    for _ in 0..3 {
        assert_eq!(host.get(SPRING_PATH, &[]).unwrap().0.status, 503);
    }
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
}

#[test]
fn a_page_that_is_too_long_is_passed_on_and_not_kept() {
    let origin = Origin::start().unwrap();
    let filler = "<p>more</p>".repeat(8 * 1024 * 1024 / 11 + 1);
    let long = page_with(&format!("{HERO}</div>{filler}<div>"));
    origin.answers(vec![respond(200, &[HTML, MINUTE], long.as_bytes())]);
    let Some(host) = start(&origin) else { return };
    for _ in 0..2 {
        let (reply, _) = host.get(SPRING_PATH, &[]).unwrap();
        assert!(reply.whole && reply.text() == long.replace(HERO, SPRING));
        assert_eq!(asked(&origin), 1);
    }
}
