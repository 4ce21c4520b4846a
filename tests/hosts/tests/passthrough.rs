//! Without a playbook, whatever the reason, every host is a plain proxy: the origin's own bytes, and a record that says why.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use std::time::Duration;

use parvis_host_tests::origin::{Act, chunk, nobody, page, respond};
use parvis_host_tests::{Host, Kind, Origin, Setting, Stored};

const PAGE: &str = "<!doctype html><title>Shop</title><div data-block=hero><h1>Welcome</h1></div>";

fn start(kind: Kind, setting: &Setting) -> Option<Host> {
    Host::start(kind, setting).unwrap()
}

#[test]
fn bodies_and_heads_come_through_as_they_are() {
    let origin = Origin::start().unwrap();
    let large: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect();
    let answers: Vec<(u16, Vec<&str>, Vec<u8>)> = vec![
        (
            200,
            vec![
                "Content-Type: text/html",
                "ETag: \"a\"",
                "Cache-Control: max-age=60",
                "Set-Cookie: a=1",
                "Set-Cookie: b=2",
            ],
            PAGE.into(),
        ),
        (200, vec!["Content-Type: image/png"], (0..=255).collect()),
        (200, vec!["Content-Type: application/octet-stream"], large),
        (200, vec!["Content-Type: text/html", "Content-Encoding: gzip"], b"not really gzip".to_vec()),
        (200, vec![], vec![]),
        (301, vec!["Location: /elsewhere"], b"moved".to_vec()),
        (404, vec!["Content-Type: text/html"], b"<h1>not here</h1>".to_vec()),
        (500, vec!["Content-Type: text/plain"], b"broken".to_vec()),
        (503, vec!["Retry-After: 5"], b"later".to_vec()),
        (304, vec!["ETag: \"a\""], vec![]),
        (204, vec![], vec![]),
    ];
    for kind in Kind::ALL {
        let Some(host) = start(kind, &Setting::new(origin.address())) else { continue };
        for (status, headers, body) in &answers {
            origin.answers(vec![respond(*status, headers, body)]);
            let (reply, record) = host.get("/", &[]).unwrap();
            let case = format!("{kind:?} {status} {headers:?}");
            assert_eq!(reply.status, *status, "{case}");
            assert!(reply.body == *body, "{case}: {} bytes of {}", reply.body.len(), body.len());
            assert!(reply.whole, "{case}");
            for line in headers {
                let (name, value) = line.split_once(": ").unwrap();
                assert!(reply.headers(&name.to_ascii_lowercase()).contains(&value), "{case}: {reply:?}");
            }
            let cookies = headers.iter().filter(|line| line.starts_with("Set-Cookie")).count();
            assert_eq!(reply.headers("set-cookie").len(), cookies, "{case}");
            assert_eq!(reply.header("server-timing"), None, "{case}");
            assert_eq!(record["reason"], "no-playbook", "{case}");
            assert_eq!(record["status"], *status, "{case}");
        }
    }
}

#[test]
fn chunks_and_slow_bodies_come_through_as_they_are() {
    let origin = Origin::start().unwrap();
    let head = respond(200, &["Content-Type: text/html", "Transfer-Encoding: chunked"], b"");
    let pause = Act::Wait(Duration::from_millis(30));
    let acts =
        vec![head, chunk(b"<h1>"), pause.clone(), chunk(b"Wel"), pause, chunk(b"come</h1>"), chunk(b"")];
    origin.answers(acts);
    for kind in Kind::ALL {
        let Some(host) = start(kind, &Setting::new(origin.address())) else { continue };
        let (reply, _) = host.get("/", &[]).unwrap();
        assert_eq!((reply.text().as_str(), reply.whole), ("<h1>Welcome</h1>", true), "{kind:?}");
    }
}

#[test]
fn requests_reach_the_origin_as_they_were_sent() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![page(PAGE)]);
    for kind in Kind::ALL {
        let Some(host) = start(kind, &Setting::new(origin.address())) else { continue };
        let body: Vec<u8> = (0..200_000_u32).map(|byte| u8::try_from(byte % 251).unwrap()).collect();
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            let headers = [
                "Content-Type: application/x-thing",
                "If-None-Match: \"a\"",
                "X-Ours: yes",
                "Cookie: a=1; b=2",
            ];
            let (reply, record) = host.ask(method, "/a%20b/c?d=e%26f&&g", &headers, &body).unwrap();
            assert_eq!((reply.status, reply.text().as_str()), (200, PAGE), "{kind:?} {method}");
            assert_eq!(record["reason"], "method", "{kind:?} {method}");
            let asked = origin.asked().pop().unwrap();
            assert_eq!(
                (asked.method.as_str(), asked.path.as_str()),
                (method, "/a%20b/c?d=e%26f&&g"),
                "{kind:?}"
            );
            assert!(asked.body == body, "{kind:?} {method}: {} bytes", asked.body.len());
            for line in headers {
                let (name, value) = line.split_once(": ").unwrap();
                assert_eq!(asked.header(&name.to_ascii_lowercase()), Some(value), "{kind:?} {method} {name}");
            }
        }
    }
}

#[test]
fn head_has_the_head_of_get_and_no_body() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![respond(200, &["Content-Type: text/html", "X-Of-The-Origin: yes"], PAGE.as_bytes())]);
    for kind in Kind::ALL {
        let Some(host) = start(kind, &Setting::new(origin.address())) else { continue };
        let (reply, record) = host.ask("HEAD", "/", &[], b"").unwrap();
        assert_eq!(
            (reply.status, reply.body.len(), reply.header("x-of-the-origin")),
            (200, 0, Some("yes")),
            "{kind:?}"
        );
        assert_eq!(record["reason"], "no-playbook", "{kind:?}");
        assert_eq!(origin.asked().pop().unwrap().method, "HEAD", "{kind:?}");
    }
}

#[test]
fn an_origin_that_does_not_answer_is_the_hosts_own_error() {
    let origin = Origin::start().unwrap();
    let silent = Act::Wait(Duration::from_secs(3));
    let deaths: [(&str, Vec<Act>); 4] = [
        ("closes at once", vec![]),
        ("closes in its head", vec![Act::Send(b"HTTP/1.1 200 OK\r\nContent-Ty".to_vec())]),
        ("talks nonsense", vec![Act::Send(b"220 mail.example ESMTP\r\n\r\n".to_vec())]),
        ("is too slow", vec![silent, page(PAGE)]),
    ];
    for kind in Kind::ALL {
        let wanted = kind.traits().unreachable;
        let setting = Setting { patience: Duration::from_millis(300), ..Setting::new(origin.address()) };
        let Some(host) = start(kind, &setting) else { continue };
        for (what, acts) in &deaths {
            origin.answers(acts.clone());
            let (reply, record) = host.get("/", &[]).unwrap();
            assert_eq!(
                (reply.status, &record["reason"]),
                (wanted, &"origin-failed".into()),
                "{kind:?}: it {what}"
            );
            assert!(reply.whole && reply.header("cache-control") == Some("no-store"), "{kind:?}: it {what}");
        }
        drop(host);
        let Some(host) = start(kind, &Setting::new(nobody().unwrap())) else { continue };
        let (reply, record) = host.get("/", &[]).unwrap();
        assert_eq!(
            (reply.status, &record["reason"]),
            (wanted, &"origin-failed".into()),
            "{kind:?}: it refuses"
        );
    }
}

#[test]
fn an_origin_that_dies_in_mid_body_leaves_a_broken_response() {
    let origin = Origin::start().unwrap();
    let short = respond(200, &["Content-Type: text/html", "Content-Length: 1000"], b"<h1>Wel");
    let head = respond(200, &["Content-Type: text/html", "Transfer-Encoding: chunked"], b"");
    let mute = Act::Wait(Duration::from_secs(3));
    for kind in Kind::ALL {
        let setting = Setting { patience: Duration::from_millis(300), ..Setting::new(origin.address()) };
        let Some(host) = start(kind, &setting) else { continue };
        for acts in [
            vec![short.clone()],
            vec![head.clone(), chunk(b"<h1>Wel")],
            vec![head.clone(), chunk(b"<h1>Wel"), mute.clone(), chunk(b"come"), chunk(b"")],
        ] {
            origin.answers(acts.clone());
            let (reply, _) = host.get("/", &[]).unwrap();
            // A runtime may drop a head that it has not sent yet; that is as broken as can be.
            assert!(matches!(reply.status, 0 | 200) && !reply.whole, "{kind:?}: {acts:?}");
            assert!(b"<h1>Wel".starts_with(&reply.body), "{kind:?}: {}", reply.text());
        }
    }
}

#[test]
fn a_playbook_that_cannot_be_used_passes_every_page_through_and_says_why() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![page(PAGE)]);
    let too_large = vec![b'x'; parvis::limits::PLAYBOOK_BYTES + 1];
    let cases = [
        (Stored::NoStore, "no-playbook"),
        (Stored::NoEntry, "no-playbook"),
        (Stored::Bytes(Vec::new()), "playbook-damaged"),
        (Stored::Bytes(b"{\"format\": 1}".to_vec()), "playbook-damaged"),
        (Stored::Bytes(too_large), "playbook-too-large"),
    ];
    for kind in Kind::ALL {
        for (playbook, reason) in &cases {
            let setting = Setting { playbook: playbook.clone(), ..Setting::new(origin.address()) };
            let Some(host) = start(kind, &setting) else { continue };
            let (reply, record) = host.get("/?utm_campaign=spring-sale", &[]).unwrap();
            assert_eq!((reply.text().as_str(), reply.whole), (PAGE, true), "{kind:?} {reason}");
            assert_eq!(record["reason"], *reason, "{kind:?}");
        }
    }
}

#[test]
fn garbage_from_a_client_is_no_reason_to_fail() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![page(PAGE)]);
    let long = format!("Cookie: a={}", "x".repeat(32 * 1024 - 10));
    let longer = format!("Cookie: a={}", "x".repeat(48 * 1024));
    for kind in Kind::ALL {
        let Some(host) = start(kind, &Setting::new(origin.address())) else { continue };
        for headers in [
            vec!["Cookie: ", "Cookie: =;;=;a", "Sec-GPC: ", "User-Agent: \u{e9}\u{a0}"],
            vec!["Cookie: parvis-visit=%%%; parvis-visit=1; __Host-parvis=\u{fc}"],
            vec![long.as_str()],
            vec![longer.as_str()],
            vec![
                "X-Forwarded-For: 8.8.8.8",
                "Fastly-Client-IP: 8.8.8.8",
                "Connection: x-secret",
                "X-Secret: 1",
            ],
        ] {
            let (reply, _) = host.get("/", &headers).unwrap();
            let shown: Vec<&str> = headers.iter().map(|line| line.get(..30).unwrap_or(line)).collect();
            assert_eq!((reply.status, reply.text().as_str()), (200, PAGE), "{kind:?}: {shown:?}");
        }
        let last = origin.asked().pop().unwrap();
        assert_eq!(
            (last.header("fastly-client-ip"), last.header("x-forwarded-for")),
            (None, Some("127.0.0.1")),
            "{kind:?}"
        );
    }
}
