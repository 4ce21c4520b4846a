//! Our cookies and headers end at the edge, and so does what clients say in headers of hosts: whatever becomes of a request, the
//! origin gets all others byte for byte.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::thread;

use parvis::http::withheld::{HOST_OWNED, Says};
use parvis_host_tests::kept::{HTML, MINUTE, SPRING_PATH, STALE, confirming, page};
use parvis_host_tests::origin::{Act, respond};
use parvis_host_tests::sample::{HERO, KEYS, accepted, page_with, playbook};
use parvis_host_tests::{Asked, Host, Kind, Origin, Setting, Stored};

/// `Cookie` headers of one request, and those that the origin gets of them.
const COOKIES: [(&[&str], &[&str]); 7] = [
    (&["a=1; b=2"], &["a=1; b=2"]),
    (&["a=1; parvis-visit=a~isecret; b=2"], &["a=1; b=2"]),
    (&["parvis-visit=a~isecret; __Host-parvis=AQEsecret"], &[]),
    // Several headers, odd spaces, quotes, values that look like ours, ours twice and without a value.
    (
        &[
            "a=\"x y\";  b=;c ;;d=parvis-visit=1",
            "parvis-visit=secret",
            "__Host-parvis=secret;e=1;parvis-visit=",
        ],
        &["a=\"x y\";  b=;c ;;d=parvis-visit=1", "e=1"],
    ),
    (&["parvis-visit=secret; a=1; parvis-visit=secret"], &["a=1"]),
    (&["Parvis-Visit=1; parvis-visit2=2; parvis-visit"], &["Parvis-Visit=1; parvis-visit2=2; parvis-visit"]),
    (&["parvis-consent=1.0.0.0.0; __Host-parvis=secret; klaro=1"], &["klaro=1"]),
];

fn setting(origin: &Origin, playbook: Stored) -> Setting {
    Setting { playbook, keys: Stored::Bytes(KEYS.into()), ..Setting::new(origin.address()) }
}

fn lines(asked: &Asked) -> Vec<&str> {
    asked.headers.iter().filter(|(name, _)| name == "cookie").map(|(_, value)| value.as_str()).collect()
}

/// Asks, and checks what the origin got of the cookies; ours must not be in any other header either.
fn ask(host: &Host, origin: &Origin, method: &str, path: &str, more: &[&str], what: &str) {
    for (sent, expected) in COOKIES {
        origin.asked();
        let cookies: Vec<String> = sent.iter().map(|cookies| format!("Cookie: {cookies}")).collect();
        let headers: Vec<&str> = cookies.iter().map(String::as_str).chain(more.iter().copied()).collect();
        let body: &[u8] = if method == "POST" { b"parvis-visit=in+a+body" } else { b"" };
        host.ask(method, path, &headers, body).unwrap();
        let asked = origin.asked();
        assert_eq!(asked.len(), 1, "{what}: the origin is asked once");
        for asked in &asked {
            if host.kind.traits().joins {
                // A line that is left empty by what was cut leaves its separator or not.
                let plain = |lines: &[&str]| lines.join("; ").replace("; ", ";");
                assert_eq!(plain(&lines(asked)), plain(expected), "{what}: {sent:?}");
            } else {
                assert_eq!(lines(asked), expected, "{what}: {sent:?}");
            }
            assert!(!format!("{:?}", asked.headers).contains("secret"), "{what}: {asked:?}");
            assert_eq!(asked.body, body, "{what}");
        }
    }
}

#[test]
fn the_origin_gets_all_cookies_but_ours_whatever_becomes_of_the_request() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![respond(200, &[HTML, "Cache-Control: no-store"], page_with(HERO).as_bytes())]);
    let good = Stored::Bytes(playbook().unwrap());
    let playbooks = [
        ("no playbook", Stored::NoEntry),
        ("a damaged playbook", Stored::Bytes(b"{}".to_vec())),
        ("an empty playbook", Stored::Bytes(Vec::new())),
        ("a playbook", good),
    ];
    for kind in Kind::ALL {
        for (which, playbook) in &playbooks {
            let Some(host) = Host::start(kind, &setting(&origin, playbook.clone())).unwrap() else {
                continue;
            };
            let accepted = format!("Cookie: {}", accepted());
            let robot = ["User-Agent: Mozilla/5.0 (compatible; Googlebot/2.1)"];
            for (method, path, more) in [
                ("GET", SPRING_PATH, &[][..]),
                ("GET", "/", &[]),
                ("GET", "/p/lamp", &[]),
                ("GET", "/elsewhere.png", &[]),
                ("GET", "/", &robot),
                ("HEAD", SPRING_PATH, &[]),
                ("POST", "/", &[]),
            ] {
                ask(
                    &host,
                    &origin,
                    method,
                    path,
                    more,
                    &format!("{kind:?}, {which}, {method} {path} {more:?}"),
                );
            }
            // With consent what the visit says is used here, and ends here all the same.
            let visit = "Cookie: parvis-visit=a~ilamp; a=1";
            let (reply, _) = host.get("/", &[accepted.as_str(), visit]).unwrap();
            assert_eq!(
                reply.text().contains("Back to the Desk lamp?"),
                *which == "a playbook",
                "{kind:?} {which}"
            );
            let asked = origin.asked().pop().unwrap();
            let consent = accepted.trim_start_matches("Cookie: ");
            assert_eq!(lines(&asked).join("; "), [consent, "a=1"].join("; "), "{kind:?} {which}");
        }
    }
}

#[test]
fn the_request_that_keeps_or_confirms_a_page_has_none_of_ours() {
    let origin = Origin::start().unwrap();
    for kind in Kind::ALL {
        let playbook = Stored::Bytes(playbook().unwrap());
        let setting = Setting { cache: true, ..setting(&origin, playbook) };
        let Some(host) = Host::start(kind, &setting).unwrap() else { continue };
        let headers = ["Cookie: a=1; parvis-visit=a~isecret; __Host-parvis=secret"];
        confirming(&origin, "\"a\"", HERO);
        origin.asked();
        for _ in 0..2 {
            host.get(SPRING_PATH, &headers).unwrap();
            let asked = origin.asked();
            assert_eq!(asked.len(), 1, "{kind:?}");
            assert_eq!(lines(asked.first().unwrap()), ["a=1"], "{kind:?}");
            thread::sleep(STALE);
        }
        // One page for all whose other cookies are the same, although it varies by them.
        origin.answers(vec![vary()]);
        for (visit, fetched) in [("one", 1), ("two", 0)] {
            let cookies = format!("Cookie: a=1; parvis-visit=a~i{visit}");
            host.get("/p/lamp?utm_campaign=spring-sale", &[cookies.as_str()]).unwrap();
            if kind.traits().caches {
                assert_eq!(origin.asked().len(), fetched, "{kind:?} {visit}");
            }
        }
    }
}

/// A page that depends on the visitor's cookies.
fn vary() -> Act {
    page(&[MINUTE, "Vary: Cookie"], HERO)
}

/// Every header that ends at the edge, as a client might send it: with a value, with a word that means nothing, several times, and
/// as servers with variables for headers spell it.
fn forged() -> Vec<Vec<String>> {
    let values = |says| match says {
        Says::Address => ["203.0.113.9", "for=203.0.113.9"],
        Says::Place => ["US", "US-CA"],
        Says::Device => ["mobile", "tablet"],
    };
    let ours =
        [("parvis-case", Says::Place), ("parvis-secret", Says::Place), ("x-parvis-region", Says::Place)];
    let all = HOST_OWNED.iter().copied().chain(ours);
    let lines = all.map(|(name, says)| {
        let [one, other] = values(says);
        vec![
            vec![format!("{name}: {one}")],
            vec![format!("{name}: now=1;country=US;secret")],
            vec![format!("{name}: {one}"), format!("{name}: {other}")],
            vec![format!("{}: {other}", name.replace('-', "_"))],
        ]
    });
    lines.flatten().collect()
}

#[test]
fn a_header_that_only_a_host_may_write_changes_nothing_when_a_client_sends_it() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![respond(200, &[HTML, "Cache-Control: no-store"], page_with(HERO).as_bytes())]);
    for kind in Kind::ALL {
        let setting = setting(&origin, Stored::Bytes(playbook().unwrap()));
        let Some(host) = Host::start(kind, &setting).unwrap() else { continue };
        origin.asked();
        let ask = |method: &str, path: &str, lines: &[String]| {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let (mut reply, mut record) = host.ask(method, path, &lines, b"").unwrap();
            reply.headers.retain(|(name, _)| name != "date");
            record.get_mut("bytes").map(serde_json::Value::take);
            (reply.status, reply.headers, reply.body, record, origin.asked())
        };
        let plain = ask("GET", SPRING_PATH, &[]);
        assert_eq!(plain.4.len(), 1, "{kind:?}");
        for lines in forged() {
            assert_eq!(ask("GET", SPRING_PATH, &lines), plain, "{kind:?}: {lines:?}");
        }
        let all: Vec<String> = forged().into_iter().step_by(4).flatten().collect();
        for (method, path) in [("POST", "/"), ("GET", "/elsewhere"), ("HEAD", "/")] {
            assert_eq!(ask(method, path, &all), ask(method, path, &[]), "{kind:?} {method} {path}");
        }
    }
}
