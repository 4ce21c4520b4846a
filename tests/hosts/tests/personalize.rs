//! With a playbook every host changes the same pages in the same way, and leaves alone what it cannot change.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use parvis_host_tests::client::connect;
use parvis_host_tests::origin::{Act, chunk, page, respond};
use parvis_host_tests::sample::{HERO, KEYS, SPRING, accepted, page_with, playbook};
use parvis_host_tests::{Host, Kind, Origin, Setting, Stored};

const SPRING_PATH: &str = "/?utm_campaign=spring-sale";

fn setting(origin: &Origin) -> Setting {
    Setting {
        playbook: Stored::Bytes(playbook().unwrap()),
        keys: Stored::Bytes(KEYS.into()),
        ..Setting::new(origin.address())
    }
}

fn start(kind: Kind, setting: &Setting) -> Option<Host> {
    Host::start(kind, setting).unwrap()
}

#[test]
fn a_contextual_decision_changes_the_block_and_nothing_else() {
    let origin = Origin::start().unwrap();
    let headers = [
        "Content-Type: text/html; charset=utf-8",
        "ETag: \"a\"",
        "Last-Modified: Sat, 21 Nov 2026 00:00:00 GMT",
        "Accept-Ranges: bytes",
        "Cache-Control: public, max-age=60",
        "X-Of-The-Origin: yes",
    ];
    origin.answers(vec![respond(200, &headers, page_with(HERO).as_bytes())]);
    let conditional = [
        "If-None-Match: \"a\"",
        "If-Modified-Since: Sat, 21 Nov 2026 00:00:00 GMT",
        "Range: bytes=0-9",
        "Accept-Encoding: gzip, br",
    ];
    for kind in Kind::ALL {
        let Some(host) = start(kind, &setting(&origin)) else { continue };
        origin.asked();
        let (reply, record) = host.get(SPRING_PATH, &conditional).unwrap();
        assert_eq!((reply.status, reply.text(), reply.whole), (200, page_with(SPRING), true), "{kind:?}");
        assert_eq!((&record["reason"], &record["status"]), (&"placed".into(), &200.into()), "{kind:?}");
        assert_eq!(record["blocks"]["hero"], "matched", "{kind:?}: {record}");
        for gone in ["etag", "last-modified", "accept-ranges", "content-length"] {
            assert_eq!(reply.header(gone), None, "{kind:?}: {gone}");
        }
        assert_eq!(reply.header("cache-control"), Some("public, max-age=60"), "{kind:?}");
        assert_eq!(reply.header("x-of-the-origin"), Some("yes"), "{kind:?}");
        assert!(reply.headers("set-cookie").is_empty(), "{kind:?}: {reply:?}");
        let asked = origin.asked().pop().unwrap();
        for gone in ["if-none-match", "if-modified-since", "range"] {
            assert_eq!(asked.header(gone), None, "{kind:?}: {gone}");
        }
        assert_eq!(asked.header("accept-encoding"), Some(kind.traits().reads), "{kind:?}");

        // A visitor whom nothing concerns gets the page as it is, and the origin is asked as the visitor asked.
        let (reply, record) = host.get("/", &conditional[2..]).unwrap();
        assert_eq!((reply.text(), reply.header("etag")), (page_with(HERO), Some("\"a\"")), "{kind:?}");
        assert_eq!(record["reason"], "nothing-to-change", "{kind:?}");
        let asked = origin.asked().pop().unwrap();
        assert_eq!(asked.header("range"), Some("bytes=0-9"), "{kind:?}");
        assert_eq!(asked.header("accept-encoding"), Some("gzip, br"), "{kind:?}");

        let (reply, _) = host.ask("HEAD", SPRING_PATH, &[], b"").unwrap();
        assert_eq!((reply.status, reply.header("etag"), reply.body.len()), (200, None, 0), "{kind:?}");
    }
}

#[test]
fn what_a_visitor_agreed_to_is_remembered_while_the_visit_goes_on() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![page(&page_with(HERO))]);
    let consent = accepted();
    for kind in Kind::ALL {
        let Some(host) = start(kind, &setting(&origin)) else { continue };
        let (reply, _) = host.get("/p/lamp", &[&format!("Cookie: {consent}")]).unwrap();
        let cookies = reply.headers("set-cookie");
        let value = |name: &str| {
            cookies.iter().find(|cookie| cookie.starts_with(name)).and_then(|cookie| cookie.split(';').next())
        };
        let (visit, memory) = (value("parvis-visit=").unwrap(), value("__Host-parvis=").unwrap());
        let (reply, record) = host.get("/", &[&format!("Cookie: {consent}; {visit}; {memory}")]).unwrap();
        assert_eq!(reply.text(), page_with("<h1>Back to the Desk lamp?</h1>"), "{kind:?}: {record}");
        assert_eq!(reply.header("cache-control"), Some("private, no-cache"), "{kind:?}");
        // The window is opened again: what is remembered is there, and within half an hour no other visit begins.
        let (reply, record) = host.get("/", &[&format!("Cookie: {consent}; {memory}")]).unwrap();
        assert_eq!(record["memory"], "opened", "{kind:?}");
        assert_eq!(reply.text(), page_with(HERO), "{kind:?}: {record}");
        // Consent is gone: so are default content, and both cookies.
        let (reply, record) = host.get("/", &[&format!("Cookie: {visit}; {memory}")]).unwrap();
        assert_eq!(reply.text(), page_with(HERO), "{kind:?}: {record}");
        assert_eq!(
            reply.headers("set-cookie").iter().filter(|cookie| cookie.contains("Max-Age=0")).count(),
            2,
            "{kind:?}: {reply:?}"
        );
    }
}

#[test]
fn refused_keys_cost_visitor_memory_and_nothing_else() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![page(&page_with(HERO))]);
    for kind in Kind::ALL {
        for (keys, reason) in [
            (Stored::NoStore, "keys-absent"),
            (Stored::NoEntry, "keys-absent"),
            (Stored::Bytes(b"not a key".to_vec()), "keys-malformed"),
            (Stored::Bytes(KEYS.repeat(2).into_bytes()), "keys-repeated"),
            (Stored::Bytes(vec![b'\n'; 5000]), "keys-too-large"),
        ] {
            let Some(host) = start(kind, &Setting { keys, ..setting(&origin) }) else { continue };
            let consent = format!("Cookie: {}; __Host-parvis=AAAA", accepted());
            let (reply, record) = host.get(SPRING_PATH, &[&consent]).unwrap();
            assert_eq!(reply.text(), page_with(SPRING), "{kind:?} {reason}");
            assert_eq!(record["memory"], reason, "{kind:?}");
            assert!(
                !reply
                    .headers("set-cookie")
                    .iter()
                    .any(|cookie| cookie.starts_with("__Host-parvis=") && !cookie.contains("Max-Age=0")),
                "{kind:?} {reason}: {reply:?}"
            );
        }
    }
}

/// Path, status, headers and body of the origin, and the reason that the record must have.
type Answered<'a> = (&'a str, u16, &'a [&'a str], &'a [u8], &'a str);

#[test]
fn what_cannot_be_rewritten_passes_through_and_says_why() {
    let origin = Origin::start().unwrap();
    let html = page_with(HERO).into_bytes();
    let utf16: Vec<u8> = html.iter().flat_map(|byte| [*byte, 0]).collect();
    let cases: [Answered<'_>; 15] = [
        (SPRING_PATH, 200, &["Content-Type: text/html; charset=klingon"], &html, "charset"),
        (SPRING_PATH, 200, &["Content-Type: text/html; charset=utf-16le"], &utf16, "charset"),
        (SPRING_PATH, 200, &["Content-Type: text/html", "Content-Encoding: gzip"], &html, "encoding"),
        (
            SPRING_PATH,
            200,
            &["Content-Type: text/html", "Content-Encoding: identity", "Content-Encoding: br"],
            &html,
            "encoding",
        ),
        (SPRING_PATH, 200, &["Content-Type: text/plain"], &html, "content-type"),
        (SPRING_PATH, 200, &["Content-Type: application/xhtml+xml"], &html, "content-type"),
        (SPRING_PATH, 200, &["Content-Type: text/html; charset=\u{fc}"], &html, "content-type"),
        (SPRING_PATH, 200, &[], &html, "content-type"),
        (SPRING_PATH, 206, &["Content-Type: text/html", "Content-Range: bytes 0-9/100"], &html, "status"),
        (SPRING_PATH, 301, &["Content-Type: text/html", "Location: /x"], &html, "status"),
        (SPRING_PATH, 404, &["Content-Type: text/html"], &html, "status"),
        (SPRING_PATH, 500, &["Content-Type: text/html"], &html, "status"),
        (SPRING_PATH, 304, &["ETag: \"a\""], b"", "status"),
        ("/home.css?utm_campaign=spring-sale", 200, &["Content-Type: text/html"], &html, "static-path"),
        ("/elsewhere?utm_campaign=spring-sale", 200, &["Content-Type: text/html"], &html, "path"),
    ];
    for kind in Kind::ALL {
        let Some(host) = start(kind, &setting(&origin)) else { continue };
        for (path, status, headers, body, reason) in cases {
            origin.answers(vec![respond(status, headers, body)]);
            let (reply, record) = host.get(path, &[]).unwrap();
            let case = format!("{kind:?} {path} {status} {headers:?}");
            assert_eq!((reply.status, reply.whole), (status, true), "{case}");
            assert!(reply.body == body, "{case}: {}", reply.text());
            assert_eq!(record["reason"], reason, "{case}");
            assert!(reply.headers("set-cookie").is_empty(), "{case}");
        }
        origin.answers(vec![page(&page_with(HERO))]);
        let (reply, record) =
            host.get(SPRING_PATH, &["User-Agent: Mozilla/5.0 (compatible; Googlebot/2.1)"]).unwrap();
        assert_eq!((reply.text(), &record["reason"]), (page_with(HERO), &"bot".into()), "{kind:?}");
    }
}

#[test]
fn a_damaged_playbook_passes_every_page_through_and_says_why() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![page(&page_with(HERO))]);
    let good = playbook().unwrap();
    let flip = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    // Opening is tried bit by bit in the engine's own tests; here each kind of damage goes through each host's store.
    let cases = [
        (good[..good.len() - 1].to_vec(), "playbook-damaged"),
        (good[..good.len() / 2].to_vec(), "playbook-damaged"),
        (good[..7].to_vec(), "playbook-damaged"),
        (flip(0), "playbook-damaged"),
        (flip(good.len() / 2), "playbook-damaged"),
        (flip(good.len() - 1), "playbook-damaged"),
        (flip(6), "playbook-version"),
    ];
    for kind in Kind::ALL {
        for (bytes, reason) in &cases {
            let Some(host) =
                start(kind, &Setting { playbook: Stored::Bytes(bytes.clone()), ..setting(&origin) })
            else {
                continue;
            };
            let (reply, record) = host.get(SPRING_PATH, &[]).unwrap();
            assert_eq!(
                (reply.text(), &record["reason"]),
                (page_with(HERO), &(*reason).into()),
                "{kind:?} {} bytes",
                bytes.len()
            );
        }
    }
}

#[test]
fn a_slow_store_costs_the_change_and_not_the_page() {
    let origin = Origin::start().unwrap();
    origin.does(|asked| {
        let wait = if asked.path == "/slow-store" { 2000 } else { 0 };
        vec![Act::Wait(Duration::from_millis(wait)), page(&page_with(HERO))]
    });
    // The native host reads its file apart from all requests, and Viceroy's own stores are never slow.
    let Some(host) = start(Kind::FASTLY, &Setting { staged: true, ..setting(&origin) }) else { return };
    let started = Instant::now();
    let (reply, record) = host.get(SPRING_PATH, &["parvis-case: store=slow;country=PT"]).unwrap();
    assert_eq!((reply.text(), &record["reason"]), (page_with(HERO), &"store-failed".into()));
    assert!(started.elapsed() < Duration::from_millis(1900), "{:?}", started.elapsed());
    let (reply, record) = host.get(SPRING_PATH, &["parvis-case: country=PT"]).unwrap();
    assert_eq!((reply.text(), &record["reason"]), (page_with(SPRING), &"placed".into()));
}

#[test]
fn bytes_before_a_block_leave_while_the_origin_still_thinks() {
    let origin = Origin::start().unwrap();
    let html = page_with(HERO);
    let (first, rest) = html.split_at(html.find("<h1>").unwrap());
    let head = respond(200, &["Content-Type: text/html; charset=utf-8", "Transfer-Encoding: chunked"], b"");
    origin.answers(vec![
        head,
        chunk(first.as_bytes()),
        Act::Wait(Duration::from_secs(2)),
        chunk(rest.as_bytes()),
        chunk(b""),
    ]);
    for kind in Kind::ALL {
        let Some(host) = start(kind, &setting(&origin)) else { continue };
        let mut connection = connect(host.address).unwrap();
        let started = Instant::now();
        write!(connection, "GET {SPRING_PATH} HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut bytes = Vec::new();
        while !String::from_utf8_lossy(&bytes).contains("<title>Shop</title>") {
            let mut buffer = [0; 4096];
            let length = connection.read(&mut buffer).unwrap();
            assert_ne!(length, 0, "{kind:?}");
            bytes.extend_from_slice(&buffer[..length]);
        }
        assert!(started.elapsed() < Duration::from_millis(1500), "{kind:?}: {:?}", started.elapsed());
        connection.read_to_end(&mut bytes).unwrap();
        assert!(String::from_utf8_lossy(&bytes).contains(SPRING), "{kind:?}");
    }
}

#[test]
fn an_origin_that_dies_in_a_block_leaves_a_broken_response() {
    let origin = Origin::start().unwrap();
    let html = page_with(HERO);
    let chunked =
        respond(200, &["Content-Type: text/html; charset=utf-8", "Transfer-Encoding: chunked"], b"");
    let mute = Act::Wait(Duration::from_secs(3));
    for kind in Kind::ALL {
        let setting = Setting { patience: Duration::from_millis(300), ..setting(&origin) };
        let Some(host) = start(kind, &setting) else { continue };
        for place in ["<h1>", "Welcome", "</div>", "<div", "data-block", "</body>"] {
            let part = &html.as_bytes()[..html.find(place).unwrap()];
            let sized =
                respond(200, &["Content-Type: text/html; charset=utf-8", "Content-Length: 1000"], part);
            for acts in [
                vec![chunked.clone(), chunk(part)],
                vec![sized],
                vec![chunked.clone(), chunk(part), mute.clone()],
            ] {
                origin.answers(acts);
                let (reply, record) = host.get(SPRING_PATH, &[]).unwrap();
                assert_eq!(record["reason"], "origin-broke", "{kind:?} before {place}");
                // A runtime may drop a head that it has not sent yet; that is as broken as can be.
                assert!(
                    matches!(reply.status, 0 | 200) && !reply.whole,
                    "{kind:?} before {place}: {reply:?}"
                );
                assert!(
                    page_with(SPRING).as_bytes().starts_with(&reply.body),
                    "{kind:?} before {place}: {}",
                    reply.text()
                );
            }
        }
        origin.answers(vec![page(&html)]);
        let (reply, _) = host.get(SPRING_PATH, &[]).unwrap();
        assert_eq!((reply.text(), reply.whole), (page_with(SPRING), true), "{kind:?}");
    }
}

#[test]
fn a_visitor_who_leaves_disturbs_nobody() {
    let origin = Origin::start().unwrap();
    let head = respond(200, &["Content-Type: text/html; charset=utf-8", "Transfer-Encoding: chunked"], b"");
    let filler = "<p>more</p>".repeat(20_000);
    let mut acts = vec![Act::Wait(Duration::from_millis(100)), head, chunk(page_with(HERO).as_bytes())];
    acts.extend(std::iter::repeat_n(chunk(filler.as_bytes()), 40));
    for kind in Kind::ALL {
        let Some(host) = start(kind, &setting(&origin)) else { continue };
        origin.answers(acts.clone());
        for wait in [0, 50, 300] {
            let mut connection = connect(host.address).unwrap();
            write!(connection, "GET {SPRING_PATH} HTTP/1.1\r\nHost: shop.example\r\n\r\n").unwrap();
            std::thread::sleep(Duration::from_millis(wait));
            drop(connection);
        }
        origin.answers(vec![page(&page_with(HERO))]);
        let reply = parvis_host_tests::ask(host.address, "GET", SPRING_PATH, &[], b"").unwrap();
        assert_eq!(reply.text(), page_with(SPRING), "{kind:?}");
    }
}

#[test]
fn the_browser_package_gets_the_playbook() {
    let origin = Origin::start().unwrap();
    for kind in Kind::ALL {
        let Some(host) = start(kind, &setting(&origin)) else { continue };
        let (reply, _) = host.get("/parvis/playbook.bin", &[]).unwrap();
        assert_eq!(
            (reply.status, reply.header("content-type")),
            (200, Some("application/octet-stream")),
            "{kind:?}"
        );
        assert!(reply.body == playbook().unwrap(), "{kind:?}");
        let (reply, _) = host.ask("HEAD", "/parvis/playbook.bin", &[], b"").unwrap();
        assert_eq!((reply.status, reply.body.len()), (200, 0), "{kind:?}");
        assert_eq!(origin.asked(), [], "{kind:?}");
    }
}

#[test]
fn stored_garbage_counts_as_absent() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![page(&page_with(HERO))]);
    for kind in Kind::ALL {
        let Some(host) = start(kind, &setting(&origin)) else { continue };
        let consent = accepted();
        for length in [0, 1, 100, 4096, 5000, 16_000] {
            for byte in ["A", "%", "=", "\u{fc}", "."] {
                let garbage = byte.repeat(length / byte.len());
                let cookies = format!("Cookie: {consent}; parvis-visit={garbage}; __Host-parvis={garbage}");
                let (reply, record) = host.get(SPRING_PATH, &[&cookies]).unwrap();
                assert_eq!(reply.text(), page_with(SPRING), "{kind:?} {length} of {byte}: {record}");
            }
        }
    }
}
