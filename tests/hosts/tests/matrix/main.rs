//! Codings, methods, conditions and parts against a cache in every state, on every host.
//!
//! A failing cell says how to run it alone.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

mod cells;
mod oracle;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use parvis_host_tests::coded::{CODINGS, code, decode};
use parvis_host_tests::kept::{HTML, MINUTE, SPRING_PATH};
use parvis_host_tests::origin::{Act, chunk, respond};
use parvis_host_tests::sample::{HERO, KEYS, SPRING, accepted, page_with, playbook};
use parvis_host_tests::{Host, Kind, Origin, Setting, Stored, ask};

use cells::{Ask, Cell};

/// The hosts, each with and without a cache of ours.
fn hosts() -> impl Iterator<Item = (Kind, bool)> {
    let cached = |kind: Kind| [true, false].into_iter().take(1 + usize::from(kind.traits().caches));
    Kind::ALL.into_iter().flat_map(move |kind| cached(kind).map(move |cache| (kind, cache)))
}

const ALL: &str = "Accept-Encoding: gzip, deflate, br, zstd";
const SPRING_SALE: &str = "&utm_campaign=spring-sale";
const LAMP: &str = "<h1>Back to the Desk lamp?</h1>";

fn start(origin: &Origin, kind: Kind, cache: bool) -> Option<Host> {
    let setting = Setting {
        playbook: Stored::Bytes(playbook().unwrap()),
        keys: Stored::Bytes(KEYS.into()),
        cache,
        // Plans are damaged by a header that only a staged host hears; a module is the deployed one.
        staged: kind.traits().stages_itself,
        ..Setting::new(origin.address())
    };
    Host::start(kind, &setting).unwrap()
}

fn play(host: &Host, kind: Kind, cell: &Cell) -> Result<(), String> {
    let path = cell.path();
    if cell.primed() {
        let takes = cell.takes.map(|takes| format!("Accept-Encoding: {takes}"));
        let headers: Vec<&str> = takes.iter().map(String::as_str).collect();
        let primed = ask(host.address, "GET", &path, &headers, b"").map_err(|error| format!("{error:#}"))?;
        if !primed.whole || primed.status != 200 {
            return Err(format!("the visitor before got {primed:?}"));
        }
    }
    let headers = cell.headers();
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    let method = if cell.ask == Ask::Head { "HEAD" } else { "GET" };
    let reply = ask(host.address, method, &path, &headers, b"").map_err(|error| format!("{error:#}"))?;
    oracle::judge(kind, cell, &reply).map_err(|why| {
        format!(
            "{why}\n    {method} {path} {headers:?}\n    {} {:?}, {} bytes",
            reply.status,
            reply.headers,
            reply.body.len()
        )
    })
}

#[test]
fn every_cell_of_the_matrix_is_as_the_standard_and_the_promises_say() {
    let cells = Arc::new(cells::all());
    let only: Option<usize> = std::env::var("PARVIS_CELL").ok().map(|number| number.parse().unwrap());
    let mut failures = Vec::new();
    for (kind, cache) in hosts() {
        let origin = Origin::start().unwrap();
        let known = Arc::clone(&cells);
        origin.does(move |asked| Cell::of(&known, asked).map(|cell| cell.answer(asked)).unwrap_or_default());
        let Some(host) = start(&origin, kind, cache) else { continue };
        let next = AtomicUsize::new(0);
        let started = std::time::Instant::now();
        let work = || {
            let mut failed = Vec::new();
            while let Some(cell) = cells.get(next.fetch_add(1, Ordering::Relaxed)) {
                if only.is_none_or(|only| only == cell.number)
                    && let Err(why) = play(&host, kind, cell)
                {
                    failed.push(format!(
                        "{kind:?}, cache {cache}: {why}\n    {cell:?}\n    alone: PARVIS_CELL={} cargo test -p parvis-host-tests --test matrix every_cell",
                        cell.number
                    ));
                }
            }
            failed
        };
        thread::scope(|scope| {
            let workers = [(); 4].map(|()| scope.spawn(work));
            failures.extend(workers.into_iter().flat_map(|worker| worker.join().unwrap()));
        });
        println!("{kind:?}, cache {cache}: {} cells in {:.1?}", cells.len(), started.elapsed());
    }
    let shown: Vec<&str> = failures.iter().take(8).map(String::as_str).collect();
    assert!(failures.is_empty(), "{} cells are wrong, of them:\n{}", failures.len(), shown.join("\n"));
}

#[test]
fn two_visitors_in_turn_never_see_each_others_block() {
    let consent = accepted();
    let lamp = format!("Cookie: {consent}; parvis-visit=a~ilamp");
    let nobody = format!("Cookie: {consent}");
    for (kind, cache) in hosts() {
        let origin = Origin::start().unwrap();
        let Some(host) = start(&origin, kind, cache) else { continue };
        for coding in CODINGS {
            let body = code(coding, long(HERO).as_bytes()).unwrap();
            let coded = format!("Content-Encoding: {coding}");
            origin.answers(vec![respond(200, &[HTML, MINUTE, "ETag: \"a\"", &coded], &body)]);
            let reads = kind.reads(coding);
            for round in 0..3 {
                for (campaign, who, own) in [
                    ("", lamp.as_str(), LAMP),
                    ("", "X: none", HERO),
                    (SPRING_SALE, "X: none", SPRING),
                    ("", nobody.as_str(), HERO),
                    (SPRING_SALE, lamp.as_str(), LAMP),
                ] {
                    for takes in [ALL, "Accept-Encoding: br"] {
                        let path = format!("/?{coding}{campaign}");
                        let reply = ask(host.address, "GET", &path, &[who, takes], b"").unwrap();
                        let case = format!("{kind:?} {cache} round {round} {path} {who} {takes}: {reply:?}");
                        let sent = reply.header("content-encoding").unwrap_or("identity");
                        let text = String::from_utf8(decode(sent, &reply.body).unwrap()).unwrap();
                        assert_eq!(text, long(if reads { own } else { HERO }), "{case}");
                        if text.contains("lamp") {
                            assert_eq!(reply.header("cache-control"), Some("private, no-cache"), "{case}");
                        }
                    }
                }
            }
        }
    }
}

/// A page long enough to be compressed.
fn long(hero: &str) -> String {
    page_with(hero) + &"<p>One more thing</p>\n".repeat(100)
}

#[test]
fn an_origin_that_dies_in_mid_body_is_seen_to_have_died() {
    for (kind, cache) in hosts() {
        let origin = Origin::start().unwrap();
        let Some(host) = start(&origin, kind, cache) else { continue };
        for coding in CODINGS {
            let body = code(coding, long(HERO).as_bytes()).unwrap();
            let coded = format!("Content-Encoding: {coding}");
            let length = format!("Content-Length: {}", body.len());
            for (number, left) in [body.len() / 2, 1, body.len() - 20].into_iter().enumerate() {
                let short = &body[..body.len() - left];
                let counted = vec![respond(200, &[HTML, MINUTE, &coded, &length], short)];
                let head = respond(200, &[HTML, MINUTE, &coded, "Transfer-Encoding: chunked"], b"");
                let chunked = vec![head, chunk(short)];
                for (framing, acts) in [("counted", counted), ("chunked", chunked)] {
                    origin.answers(acts);
                    for path in [SPRING_PATH, "/?"] {
                        for takes in [ALL, "X: none"] {
                            let path = format!("{path}&{coding}{number}{framing}");
                            let reply = ask(host.address, "GET", &path, &[takes], b"").unwrap();
                            let case = format!("{kind:?} {cache} {coding} {framing} {left} {path} {takes}");
                            assert!(!reply.whole, "{case}: {reply:?}");
                        }
                    }
                }
                // A body that came whole, of which the coding did not.
                if kind.reads(coding) && coding != "identity" {
                    origin.answers(vec![respond(200, &[HTML, MINUTE, &coded], short)]);
                    for takes in [ALL, "X: none"] {
                        let reply = ask(
                            host.address,
                            "GET",
                            &format!("{SPRING_PATH}&short{coding}{number}"),
                            &[takes],
                            b"",
                        );
                        let reply = reply.unwrap();
                        let sent = reply.header("content-encoding").unwrap_or("identity");
                        // Either it is broken off, or it is the origin's own bytes, broken as they came.
                        let own = sent == coding && reply.body == short;
                        assert!(!reply.whole || own, "{coding} {left} {takes}: {reply:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn the_origin_is_asked_for_what_the_host_can_read() {
    for (kind, cache) in hosts() {
        let origin = Origin::start().unwrap();
        origin.answers(vec![respond(200, &[HTML], long(HERO).as_bytes())]);
        let Some(host) = start(&origin, kind, cache) else { continue };
        origin.asked();
        ask(host.address, "GET", SPRING_PATH, &["Accept-Encoding: compress, br;q=0.1"], b"").unwrap();
        ask(host.address, "GET", "/", &["Accept-Encoding: compress, br;q=0.1"], b"").unwrap();
        let asked = origin.asked();
        assert_eq!(asked[0].header("accept-encoding"), Some(kind.traits().reads));
        assert_eq!(asked[1].header("accept-encoding"), Some("compress, br;q=0.1"));
    }
}

#[test]
fn first_bytes_of_a_coded_page_leave_before_the_rest_comes() {
    let origin = Origin::start().unwrap();
    let Some(host) = start(&origin, Kind::NATIVE, true) else { return };
    let whole = long(HERO);
    let (before, after) = whole.split_at(1000);
    let wait = Act::Wait(std::time::Duration::from_millis(1500));
    let head = respond(200, &[HTML, MINUTE, "Transfer-Encoding: chunked"], b"");
    origin.answers(vec![head, chunk(before.as_bytes()), wait, chunk(after.as_bytes()), chunk(b"")]);
    for takes in ["gzip", "br", "zstd"] {
        use std::io::{Read as _, Write as _};
        let mut connection = parvis_host_tests::client::connect(host.address).unwrap();
        let started = std::time::Instant::now();
        write!(
            connection,
            "GET {SPRING_PATH}&{takes} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: {takes}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut bytes = Vec::new();
        // The head and enough of a coded page that it is more than its beginning.
        let body = |bytes: &[u8]| bytes.windows(4).position(|four| four == b"\r\n\r\n");
        while body(&bytes).is_none_or(|end| bytes.len() < end + 100) {
            let mut buffer = [0; 4096];
            let length = connection.read(&mut buffer).unwrap();
            assert_ne!(length, 0, "{takes}");
            bytes.extend_from_slice(&buffer[..length]);
        }
        assert!(started.elapsed().as_millis() < 1_000, "{takes}: {:?}", started.elapsed());
        connection.read_to_end(&mut bytes).unwrap();
        let reply = parvis_host_tests::client::parse(&bytes, false).unwrap();
        assert_eq!(reply.header("content-encoding"), Some(takes));
        assert!(decode(takes, &reply.body).unwrap() == long(SPRING).as_bytes(), "{takes}");
    }
}
