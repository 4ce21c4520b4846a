//! The page cache of the native host: whose pages it keeps, for how long, and that nobody sees anybody else's block.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use std::io::{Read as _, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use parvis_host_tests::client::{connect, parse};
use parvis_host_tests::kept::{
    HTML, MINUTE, SPRING_PATH, STALE, a_nonce_is_nobody_elses, confirming, idle, one_asks_for_a_crowd, page,
    spliced, trickling,
};
use parvis_host_tests::origin::{Act, Asked, chunk, respond};
use parvis_host_tests::sample::{HERO, KEYS, SPRING, accepted, page_with, playbook};
use parvis_host_tests::{CACHE, Host, Kind, Origin, Setting, Stored, ask};

fn setting(origin: &Origin) -> Setting {
    Setting {
        playbook: Stored::Bytes(playbook().unwrap()),
        keys: Stored::Bytes(KEYS.into()),
        cache: true,
        ..Setting::new(origin.address())
    }
}

fn start(origin: &Origin) -> Host {
    Host::start(Kind::NATIVE, &setting(origin)).unwrap().unwrap()
}

#[test]
fn a_page_is_fetched_once_and_spliced_for_each_visitor() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![page(&[MINUTE, "ETag: \"a\"", "Link: <1>", "Link: <2>", "Age: 7"], HERO)]);
    let host = start(&origin);
    let (first, record) = host.get(SPRING_PATH, &[]).unwrap();
    assert_eq!((first.text(), spliced(&record)), (page_with(SPRING), false), "{record}");
    for _ in 0..3 {
        let (reply, record) = host.get(SPRING_PATH, &[]).unwrap();
        assert_eq!((reply.text(), reply.whole), (page_with(SPRING), true));
        assert!(spliced(&record), "{record}");
        assert_eq!(reply.header("content-length"), Some(page_with(SPRING).len().to_string().as_str()));
        assert_eq!(reply.headers("link"), ["<1>", "<2>"]);
        assert_eq!(reply.header("etag"), None);
        assert!(["7", "8", "9"].contains(&reply.header("age").unwrap()), "{reply:?}");
    }
    assert_eq!(origin.asked().len(), 1);
    // Who gets the page as it is gets it from memory too; it was asked for in any coding, and so is another one.
    for asked in [1, 0, 0] {
        let (reply, record) = host.get("/", &[]).unwrap();
        assert_eq!((reply.text(), reply.header("etag")), (page_with(HERO), Some("\"a\"")));
        assert_eq!(reply.header("content-length"), Some(page_with(HERO).len().to_string().as_str()));
        assert_eq!(record["reason"], "nothing-to-change");
        assert_eq!(origin.asked().len(), asked);
    }
}

#[test]
fn nobody_sees_anybody_elses_block() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![page(&[MINUTE], HERO)]);
    let cached = start(&origin);
    let plain = Host::start(Kind::NATIVE, &Setting { cache: false, ..setting(&origin) }).unwrap().unwrap();
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
    let mut seen = Vec::new();
    for round in 0..4 {
        for turn in 0..visitors.len() {
            let (path, headers) = visitors[(turn * (round + 1) + round) % visitors.len()];
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
            seen.push(reply.text());
        }
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 3, "the default, the lamp, the campaign: {seen:?}");
    let paths: Vec<String> = origin.asked().into_iter().map(|asked| asked.path).collect();
    assert!(paths.len() <= 24 + 4, "the cache asked too: {paths:?}");
}

#[test]
fn only_what_everybody_may_have_is_kept() {
    let origin = Origin::start().unwrap();
    let host = start(&origin);
    let cases: [(&[&str], bool); 14] = [
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
        (&[MINUTE, "Content-Encoding: gzip"], true),
    ];
    for (number, (headers, kept)) in cases.into_iter().enumerate() {
        origin.answers(vec![page(headers, HERO)]);
        let path = format!("{SPRING_PATH}&{number}");
        origin.asked();
        let replies = [(); 2].map(|()| host.get(&path, &[]).unwrap().0);
        assert_eq!(origin.asked().len(), if kept { 1 } else { 2 }, "{headers:?}");
        assert_eq!(replies[0].text(), replies[1].text(), "{headers:?}");
    }
    for (status, headers) in
        [(404, [HTML, MINUTE]), (301, [HTML, MINUTE]), (200, ["Content-Type: text/css", MINUTE])]
    {
        origin.answers(vec![respond(status, &headers, b"x")]);
        let path = format!("{SPRING_PATH}&{status}{}", headers[0].len());
        origin.asked();
        let _ = [(); 2].map(|()| host.get(&path, &[]).unwrap());
        assert_eq!(origin.asked().len(), 2, "{status} {headers:?}");
    }
    origin.answers(vec![page(&[MINUTE], HERO)]);
    for (number, request) in ["Authorization: Basic eA==", "Cache-Control: no-store"].into_iter().enumerate()
    {
        let path = format!("{SPRING_PATH}&own{number}");
        host.get(&path, &[request]).unwrap();
        origin.asked();
        host.get(&path, &[]).unwrap();
        assert_eq!(origin.asked().len(), 1, "{request} left a page behind");
        host.get(&path, &[request]).unwrap();
        assert_eq!(origin.asked().len(), 1, "{request} was answered from memory");
    }
}

#[test]
fn a_page_is_kept_apart_by_what_it_differs_by() {
    let origin = Origin::start().unwrap();
    origin.does(|asked| {
        let said = |name: &str| asked.header(name).unwrap_or("-").to_owned();
        let html = page_with(&format!("{} {}", said("accept-language"), said("x-forwarded-host")));
        let html =
            html.replace("All twelve", &format!("{} {}", said("accept-language"), said("x-forwarded-host")));
        vec![respond(200, &[HTML, MINUTE, "Vary: Accept-Language"], html.as_bytes())]
    });
    let host = start(&origin);
    for _ in 0..2 {
        for language in ["de", "en"] {
            let (reply, _) = host.get(SPRING_PATH, &[&format!("Accept-Language: {language}")]).unwrap();
            assert!(reply.text().contains(&format!("{language} shop.example things")), "{}", reply.text());
        }
        // A page made for a host that somebody made up is for nobody else.
        let mut connection = connect(host.address).unwrap();
        write!(connection, "GET {SPRING_PATH} HTTP/1.1\r\nHost: evil.example\r\nAccept-Language: de\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut bytes = Vec::new();
        connection.read_to_end(&mut bytes).unwrap();
        assert!(parse(&bytes, false).unwrap().text().contains("de evil.example things"));
        host.record();
    }
    assert_eq!(origin.asked().len(), 3);
}

#[test]
fn a_stale_page_is_confirmed_or_replaced() {
    let origin = Origin::start().unwrap();
    confirming(&origin, "\"a\"", HERO);
    let host = start(&origin);
    host.get(SPRING_PATH, &[]).unwrap();
    thread::sleep(STALE);
    origin.asked();
    // Confirmed: the plan is still good, and the page is fresh again.
    for asked in [1, 0] {
        let (reply, record) = host.get(SPRING_PATH, &[]).unwrap();
        assert_eq!((reply.status, reply.text()), (200, page_with(SPRING)));
        assert!(spliced(&record), "{record}");
        assert_eq!(reply.header("x-new"), Some("yes"));
        let questions = origin.asked();
        assert_eq!(questions.len(), asked);
        assert!(questions.iter().all(|question| question.header("if-none-match") == Some("\"a\"")));
    }
    // Replaced, by a page in which every block lies elsewhere: its plan went with it.
    confirming(&origin, "\"b\"", "<p>A hero of another length</p>");
    thread::sleep(STALE);
    let (reply, record) = host.get(SPRING_PATH, &[]).unwrap();
    assert_eq!((reply.text(), spliced(&record)), (page_with(SPRING), false), "{record}");
    let (reply, record) = host.get(SPRING_PATH, &[]).unwrap();
    assert_eq!((reply.text(), spliced(&record)), (page_with(SPRING), true), "{record}");
    // Confirmed is a page that is not here: it is asked for.
    thread::sleep(STALE);
    origin.asked();
    origin.does(|asked| {
        let head = ["Cache-Control: max-age=1", "ETag: \"d\""];
        let conditional = asked.header("if-none-match").is_some();
        vec![if conditional { respond(304, &head, b"") } else { page(&head, HERO) }]
    });
    assert_eq!(host.get(SPRING_PATH, &[]).unwrap().0.text(), page_with(SPRING));
    assert_eq!(origin.asked().len(), 2);
    // Trouble at the origin is passed on, and the page is there when it is over.
    thread::sleep(STALE);
    origin.answers(vec![respond(503, &["Retry-After: 1"], b"later")]);
    assert_eq!(host.get(SPRING_PATH, &[]).unwrap().0.status, 503);
    confirming(&origin, "\"d\"", "<p>Not sent</p>");
    let (reply, record) = host.get(SPRING_PATH, &[]).unwrap();
    assert!(reply.text() == page_with(SPRING) && spliced(&record), "{record}");
    // The page is gone.
    thread::sleep(STALE);
    origin.answers(vec![respond(410, &[HTML], b"gone")]);
    assert_eq!(host.get(SPRING_PATH, &[]).unwrap().0.status, 410);
    origin.asked();
    confirming(&origin, "\"d\"", HERO);
    assert_eq!(host.get(SPRING_PATH, &[]).unwrap().0.text(), page_with(SPRING));
    assert_eq!(origin.asked()[0].header("if-none-match"), None);
}

#[test]
fn a_visitor_may_want_what_the_origin_has_now_and_a_write_forgets() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![page(&[MINUTE, "ETag: \"a\""], HERO)]);
    let host = start(&origin);
    host.get(SPRING_PATH, &[]).unwrap();
    origin.asked();
    host.get(SPRING_PATH, &["Cache-Control: no-cache"]).unwrap();
    assert_eq!(origin.asked()[0].header("if-none-match"), Some("\"a\""));
    host.get(SPRING_PATH, &[]).unwrap();
    assert_eq!(origin.asked().len(), 0);
    origin.answers(vec![respond(403, &[], b"no")]);
    host.ask("POST", SPRING_PATH, &[], b"x").unwrap();
    host.get(SPRING_PATH, &[]).unwrap();
    assert_eq!(origin.asked().len(), 1, "a write that was refused changes nothing");
    origin.answers(vec![page(&[MINUTE], HERO)]);
    host.ask("POST", SPRING_PATH, &[], b"x").unwrap();
    host.get(SPRING_PATH, &[]).unwrap();
    assert_eq!(origin.asked().len(), 2);
}

#[test]
fn parts_and_conditions_are_the_origins_to_answer() {
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
    let host = start(&origin);
    for _ in 0..2 {
        assert_eq!(host.get("/", &[]).unwrap().0.status, 200);
        assert_eq!(host.get("/", &["Range: bytes=0-3"]).unwrap().0.status, 206);
        assert_eq!(host.get("/", &["If-None-Match: \"a\""]).unwrap().0.status, 304);
        assert_eq!(host.ask("HEAD", "/", &[], b"").unwrap().0.body, b"");
        // What is changed has no parts and no confirmations.
        for condition in ["Range: bytes=0-3", "If-None-Match: \"a\""] {
            let (reply, _) = host.get(SPRING_PATH, &[condition]).unwrap();
            assert_eq!((reply.status, reply.text()), (200, page_with(SPRING)), "{condition}");
        }
    }
}

#[test]
fn a_crowd_asks_the_origin_once() {
    let origin = Origin::start().unwrap();
    one_asks_for_a_crowd(&origin, &start(&origin));
}

#[test]
fn a_page_with_a_nonce_is_nobody_elses() {
    let origin = Origin::start().unwrap();
    a_nonce_is_nobody_elses(&origin, &start(&origin));
}

#[test]
fn a_page_that_trickles_in_holds_up_nobody() {
    let origin = Origin::start().unwrap();
    trickling(&origin);
    let patience = Duration::from_millis(400);
    let host = Host::start(Kind::NATIVE, &Setting { patience, ..setting(&origin) }).unwrap().unwrap();
    let address = host.address;
    let asking: Vec<_> = (0..2)
        .map(|_| thread::spawn(move || ask(address, "GET", SPRING_PATH, &[], b"").unwrap().whole))
        .collect();
    thread::sleep(Duration::from_millis(1_500));
    assert_eq!(origin.asked().len(), 2, "the second visitor still waits for the first one's page");
    assert!(asking.into_iter().all(|asking| asking.join().unwrap()));
}

#[test]
fn an_origin_that_dies_leaves_no_page() {
    let origin = Origin::start().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let deaths = Arc::clone(&count);
    origin.does(move |_| {
        if deaths.fetch_add(1, Ordering::SeqCst) > 0 {
            return vec![page(&[MINUTE], HERO)];
        }
        let whole = page_with(HERO);
        let length = format!("Content-Length: {}", whole.len());
        let short = respond(200, &[HTML, MINUTE, &length], &whole.as_bytes()[..60]);
        vec![short, Act::Wait(Duration::from_millis(200))]
    });
    let host = start(&origin);
    let (address, broken) = (host.address, Arc::new(Mutex::new(None)));
    let slot = Arc::clone(&broken);
    let first = thread::spawn(move || {
        *slot.lock().unwrap() = Some(ask(address, "GET", SPRING_PATH, &[], b"").unwrap());
    });
    while count.load(Ordering::SeqCst) == 0 {
        thread::sleep(Duration::from_millis(2));
    }
    // This one waits for the first, whose page never becomes whole.
    let second = ask(address, "GET", SPRING_PATH, &[], b"").unwrap();
    assert_eq!((second.text(), second.whole), (page_with(SPRING), true));
    first.join().unwrap();
    let broken = broken.lock().unwrap().take().unwrap();
    assert!(!broken.whole && page_with(HERO).as_bytes().starts_with(&broken.body), "{broken:?}");
    let third = ask(address, "GET", SPRING_PATH, &[], b"").unwrap();
    assert_eq!((third.text(), count.load(Ordering::SeqCst)), (page_with(SPRING), 2));
}

#[test]
fn a_visitor_who_does_not_read_or_leaves_stops_nobody() {
    let origin = Origin::start().unwrap();
    let long = page_with(&format!("{HERO}</div>{}<div>", "<p>more</p>".repeat(CACHE / 8 / 12)));
    origin.answers(vec![respond(200, &[HTML, MINUTE], long.as_bytes())]);
    let host = start(&origin);
    for leaves in [false, true] {
        let path = format!("{SPRING_PATH}&{leaves}");
        let idle = idle(&host, &origin, &path);
        let idle = (!leaves).then_some(idle);
        let started = Instant::now();
        let reply = ask(host.address, "GET", &path, &[], b"").unwrap();
        assert!(reply.whole && reply.text() == long.replace(HERO, SPRING), "{leaves}");
        assert!(started.elapsed() < Duration::from_secs(5), "{leaves}: {:?}", started.elapsed());
        drop(idle);
    }
}

#[test]
fn a_page_that_is_too_long_is_passed_on_and_not_kept() {
    let origin = Origin::start().unwrap();
    let filler = "<p>more</p>".repeat(CACHE / 8 / 11 + 1);
    let long = page_with(&format!("{HERO}</div>{filler}<div>"));
    let head = respond(200, &[HTML, MINUTE, "Transfer-Encoding: chunked"], b"");
    let pieces: Vec<Act> = long.as_bytes().chunks(100_000).map(chunk).collect();
    let chunked = [vec![head], pieces, vec![chunk(b"")]].concat();
    let host = start(&origin);
    for acts in [vec![respond(200, &[HTML, MINUTE], long.as_bytes())], chunked] {
        origin.answers(acts);
        origin.asked();
        for asked in 1..3 {
            let (reply, _) = host.get(SPRING_PATH, &[]).unwrap();
            assert!(reply.whole && reply.text() == long.replace(HERO, SPRING));
            assert_eq!(origin.asked().len(), 1, "{asked}");
        }
    }
}
