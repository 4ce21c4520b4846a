//! Non-interference on hosts: two requests that differ only in cookies of ours that nobody permitted get the same response and the same
//! record, ask the origin for the same, head and body, as many times, and find the same kept pages.
//!
//! `tests/interference` tries the engine with many more pairs; here is what only a host does: what it sends, and the keys of its stores.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use parvis_host_tests::kept::{HTML, MINUTE, SPRING_PATH, page};
use parvis_host_tests::origin::respond;
use parvis_host_tests::sample::{HERO, KEYS, page_with, playbook};
use parvis_host_tests::{Asked, Host, Kind, Origin, Reply, Setting, Stored};
use serde_json::Value;

/// `Cookie` headers without a choice, and with the choice of a visitor who refused in Parvis itself.
const CHOICES: [&str; 3] =
    ["a=1", "a=1; klaro=%7B%22functional%22%3Afalse%7D", "a=1; parvis-consent=1.6ae68100.0.3fc.0"];
/// What a visit and visitor memory may say, which must make no difference.
const SAID: [&[&str]; 4] = [
    &["parvis-visit=a~ilamp; __Host-parvis=AQE"],
    &["parvis-visit=a~ioak-desk!lamp~clighting~klamp*2; __Host-parvis=AQEBAQEBAQEBAQ"],
    &["parvis-visit=nonsense", "__Host-parvis="],
    &["__Host-parvis=x; parvis-visit=a~u0123456789abcdef"],
];

/// What was seen of a request.
#[derive(Debug, PartialEq)]
struct Seen {
    reply: Reply,
    record: Value,
    asked: Vec<Asked>,
}

fn look(kind: Kind, host: &Host, origin: &Origin, method: &str, path: &str, lines: &[String]) -> Seen {
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let body: &[u8] = if method == "POST" { b"a=1&parvis-visit=in+a+body" } else { b"" };
    origin.asked();
    let (mut reply, record) = host.ask(method, path, &lines, body).unwrap();
    reply.headers.retain(|(name, _)| !["date", "age"].contains(&name.as_str()));
    let mut asked = origin.asked();
    // The platform has headers in an order of its own.
    if kind.traits().name == "fastly" {
        asked.iter_mut().for_each(|asked| asked.headers.sort());
    }
    assert!(
        asked.iter().all(|asked| asked.body == body),
        "the body goes to the origin as it came: {asked:?}"
    );
    Seen { reply, record, asked }
}

fn cookies(choice: &str, said: &[&str]) -> Vec<String> {
    let mut lines: Vec<String> = said.iter().map(|line| format!("Cookie: {line}")).collect();
    lines.push(format!("Cookie: {choice}"));
    lines
}

#[test]
fn what_is_denied_changes_nothing_that_a_host_sends_or_looks_for() {
    let origin = Origin::start().unwrap();
    for kind in Kind::ALL {
        for kept in [false, true] {
            let act = if kept {
                page(&[MINUTE], HERO)
            } else {
                respond(200, &[HTML, "Cache-Control: no-store"], page_with(HERO).as_bytes())
            };
            origin.answers(vec![act]);
            let stored = |bytes: Vec<u8>| Stored::Bytes(bytes);
            let setting = Setting {
                playbook: stored(playbook().unwrap()),
                keys: stored(KEYS.into()),
                cache: true,
                ..Setting::new(origin.address())
            };
            let Some(host) = Host::start(kind, &setting).unwrap() else { continue };
            for (method, path) in [
                ("GET", SPRING_PATH),
                ("GET", "/"),
                ("GET", "/p/lamp"),
                ("HEAD", SPRING_PATH),
                ("GET", "/elsewhere"),
            ] {
                for choice in CHOICES {
                    let what = format!("{kind:?}, kept: {kept}, {method} {path}, {choice}");
                    // Whoever asks first fills the stores that both are looked for in: a page is kept as it was asked for.
                    look(kind, &host, &origin, method, path, &cookies(choice, &[]));
                    look(kind, &host, &origin, method, path, &cookies(choice, SAID[0]));
                    let nothing = look(kind, &host, &origin, method, path, &cookies(choice, &[]));
                    let [first, others @ ..] =
                        SAID.map(|said| look(kind, &host, &origin, method, path, &cookies(choice, said)));
                    for other in others {
                        assert_eq!(other, first, "{what}");
                    }
                    // That they are there is told by their deletion, and to the origin by nothing: a response that deletes is made for
                    // one visitor, so that its page is asked for whole.
                    let whole = |seen: &Seen| {
                        let mut asked = seen.asked.clone();
                        asked
                            .iter_mut()
                            .for_each(|asked| asked.headers.retain(|(name, _)| name != "accept-encoding"));
                        (asked, seen.reply.body.clone(), seen.reply.status)
                    };
                    assert_eq!(whole(&first), whole(&nothing), "{what}");
                    assert_eq!(first.reply.headers("set-cookie").len(), 2, "{what}: {first:?}");
                }
            }
            // A request with a body empties what is kept, so that it comes last.
            let [first, others @ ..] =
                SAID.map(|said| look(kind, &host, &origin, "POST", "/", &cookies("a=1", said)));
            assert_eq!(first.asked.len(), 1);
            for other in others {
                assert_eq!(other, first, "{kind:?}, kept: {kept}, POST");
            }
        }
    }
}

/// Where it is permitted the same difference does show, so that the law above is about something.
#[test]
fn what_is_granted_does_change_what_is_shown() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![respond(200, &[HTML, "Cache-Control: no-store"], page_with(HERO).as_bytes())]);
    for kind in Kind::ALL {
        let setting = Setting {
            playbook: Stored::Bytes(playbook().unwrap()),
            keys: Stored::Bytes(KEYS.into()),
            ..Setting::new(origin.address())
        };
        let Some(host) = Host::start(kind, &setting).unwrap() else { continue };
        let choice = parvis_host_tests::sample::accepted();
        let [lamp, none] = [&["parvis-visit=a~ilamp"][..], &["parvis-visit=a"]]
            .map(|said| look(kind, &host, &origin, "GET", "/", &cookies(&choice, said)));
        assert_ne!(lamp.reply.body, none.reply.body, "{kind:?}");
        assert_eq!(lamp.asked, none.asked, "{kind:?}: the origin is told nothing of it");
    }
}
