//! What the edge does in the first response that sees a denial (src/docs/consent.md, "Withdrawal"), where no origin
//! answers. `fixtures/cases/consent` has the rest: `withdrawal-on-any-response` and `granting-again-starts-empty`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failing test may panic")]

use parvis::author::compile_source;
use parvis::base::calendar;
use parvis::effect::{Effect, Supply};
use parvis::engine::Engine;
use parvis::facts::Facts;
use parvis::playbook::Playbook;
use parvis::reason::Reason;

const SITE: &str = include_str!("../../fixtures/playbooks/valid/08-consent.json");

fn facts(path: &str) -> Facts {
    Facts {
        path: path.to_owned(),
        cookies: ["parvis-visit=a~idesk-lamp; __Host-parvis=AQE; cookieconsent_status=deny".to_owned()]
            .into(),
        country: Some("FR".to_owned()),
        now: calendar::parse("2026-11-21T12:00:00Z"),
        ..Facts::default()
    }
}

#[test]
fn what_was_withdrawn_is_deleted_even_if_the_origin_is_down() {
    let engine = Engine::new(Playbook::open(compile_source(SITE).unwrap()), Err(Reason::KeysAbsent));
    for path in ["/", "/imprint"] {
        let mut exchange = engine.begin(facts(path));
        assert!(matches!(exchange.step(), Effect::Fetch(_)));
        exchange.supply(Supply::Failed);
        let Effect::Fail(edits) = exchange.step() else { panic!("{path}") };
        let cookies = edits.append.iter().filter(|(name, _)| name == "set-cookie");
        assert_eq!(cookies.filter(|(_, value)| value.as_str().ends_with("Max-Age=0")).count(), 2, "{path}");
        let record = exchange.record().to_json();
        assert!(record.contains(r#""session_personalization":"withdrawn""#), "{record}");
    }
}

#[test]
fn without_a_playbook_nothing_is_known_and_nothing_is_deleted() {
    let engine = Engine::new(Err(Reason::StoreFailed), Err(Reason::KeysAbsent));
    let mut exchange = engine.begin(facts("/"));
    assert!(matches!(exchange.step(), Effect::Fetch(_)));
    exchange.supply(Supply::Failed);
    let Effect::Fail(edits) = exchange.step() else { panic!() };
    assert!(edits.append.is_empty());
}
