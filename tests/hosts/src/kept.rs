//! What the tests of both page caches have in common: pages that may be kept, an origin that confirms, and the stories that
//! end in the same way on every host.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::io::Write as _;
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::client::{ask, connect};
use crate::host::Host;
use crate::origin::{Act, Origin, chunk, respond};
use crate::sample::{HERO, SPRING, page_with};

/// Where the hero is changed for everybody.
pub const SPRING_PATH: &str = "/?utm_campaign=spring-sale";
/// The type of a page.
pub const HTML: &str = "Content-Type: text/html; charset=utf-8";
/// What lets a page be kept for a minute.
pub const MINUTE: &str = "Cache-Control: max-age=60";
/// How long a test waits for a page with `max-age=1` to become stale.
pub const STALE: Duration = Duration::from_millis(1_200);

/// The page with these headers and this hero.
pub fn page(headers: &[&str], hero: &str) -> Act {
    respond(200, &[&[HTML], headers].concat(), page_with(hero).as_bytes())
}

/// Whether no byte of the page went through the engine: it was put together from its plan.
pub fn spliced(record: &Value) -> bool {
    record["reason"] == "placed" && record["bytes"] == 0
}

/// An origin that confirms a page whose `ETag` it is asked about, and otherwise sends it.
pub fn confirming(origin: &Origin, etag: &'static str, hero: &'static str) {
    origin.does(move |asked| {
        let tag = format!("ETag: {etag}");
        let head = ["Cache-Control: max-age=1", tag.as_str(), "X-New: yes"];
        if asked.header("if-none-match") == Some(etag) {
            vec![respond(304, &head, b"")]
        } else {
            vec![page(&head, hero)]
        }
    });
}

/// Asks on a connection that is never read from, and waits until the origin was asked.
pub fn idle(host: &Host, origin: &Origin, path: &str) -> TcpStream {
    let mut idle = connect(host.address).unwrap();
    write!(idle, "GET {path} HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n").unwrap();
    while origin.asked().is_empty() {
        thread::sleep(Duration::from_millis(2));
    }
    idle
}

/// An origin that sends the beginning of a page and takes its time for the rest.
pub fn trickling(origin: &Origin) {
    let head = respond(200, &[HTML, MINUTE, "Transfer-Encoding: chunked"], b"");
    let trickle = (0..30).flat_map(|_| [chunk(b"<p>"), Act::Wait(Duration::from_millis(200))]);
    origin.answers([head].into_iter().chain(trickle).chain([chunk(b"")]).collect());
}

/// Of twelve who come at once for a page that may be kept, one asks the origin; for one that may not, each does.
pub fn one_asks_for_a_crowd(origin: &Origin, host: &Host) {
    let slow = Act::Wait(Duration::from_millis(300));
    let head = respond(200, &[HTML, MINUTE, "Transfer-Encoding: chunked"], b"");
    let whole = page_with(HERO);
    let (before, after) = whole.split_at(40);
    let body =
        [slow.clone(), head, chunk(before.as_bytes()), slow.clone(), chunk(after.as_bytes()), chunk(b"")];
    origin.answers(body.to_vec());
    assert!(crowd(host, SPRING_PATH, 12).iter().all(|text| *text == page_with(SPRING)));
    assert_eq!(origin.asked().len(), 1);
    // Nobody waits for long for a page that is not for everybody.
    origin.answers(vec![slow.clone(), page(&["Cache-Control: private"], HERO), slow]);
    let started = Instant::now();
    assert!(crowd(host, &format!("{SPRING_PATH}&b"), 12).iter().all(|text| *text == page_with(SPRING)));
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
    assert_eq!(origin.asked().len(), 12);
}

/// Sends a request from each of `count` threads at once.
fn crowd(host: &Host, path: &str, count: usize) -> Vec<String> {
    let address = host.address;
    let asking: Vec<_> = (0..count)
        .map(|_| {
            let path = path.to_owned();
            thread::spawn(move || ask(address, "GET", &path, &[], b"").unwrap().text())
        })
        .collect();
    let texts = asking.into_iter().map(|asking| asking.join().unwrap()).collect();
    (0..count).for_each(|_| drop(host.record()));
    texts
}

/// A nonce that a second visitor gets is one that the first knows: each gets a page and a policy that belong together.
pub fn a_nonce_is_nobody_elses(origin: &Origin, host: &Host) {
    let script =
        |nonce: &str| page_with(HERO).replace("<body>", &format!("<script nonce={nonce}></script><body>"));
    let meta = |nonce: &str| {
        let policy = format!(
            "<meta http-equiv=content-security-policy content=\"script-src &#39;nonce-{nonce}&#39;\"><body>"
        );
        page_with(HERO).replace("<body>", &policy)
    };
    let in_head = |nonce: &str| format!("Content-Security-Policy: script-src 'nonce-{nonce}'");
    for (number, what) in ["script", "meta", "policy"].into_iter().enumerate() {
        let answer = |nonce: &str| match what {
            "script" => respond(200, &[HTML, MINUTE], script(nonce).as_bytes()),
            "meta" => respond(200, &[HTML, MINUTE], meta(nonce).as_bytes()),
            _ => respond(200, &[HTML, MINUTE, "ETag: \"n\"", &in_head(nonce)], page_with(HERO).as_bytes()),
        };
        for nonce in ["first", "second"] {
            origin.answers(vec![answer(nonce)]);
            let (reply, record) = host.get(&format!("{SPRING_PATH}&n={number}"), &[]).unwrap();
            let said = reply.text() + reply.header("content-security-policy").unwrap_or_default();
            assert!(said.contains(nonce) && said.contains(SPRING), "{what}: {said}");
            assert!(!spliced(&record), "{what}");
        }
        assert_eq!(origin.asked().len(), 2, "{what}");
    }
}
