//! The rules of consent that the README states, asked of the engine.

use parvis::author::compile_source;
use parvis::base::calendar::Millis;
use parvis::consent::purpose::Purpose;
use parvis::effect::{Effect, Supply};
use parvis::engine::Engine;
use parvis::facts::Facts;
use parvis::playbook::Playbook;
use parvis::playbook::consent::permitted;
use parvis::reason::Reason;
use parvis::visitor::cookie::{MEMORY, VISIT};

use super::text;

/// 2026-11-21, noon UTC, and a second of that month, as the consent cookie has it.
const NOW: i64 = 1_795_262_400_000;
const CHOSEN: &str = "6b000000";
const SITE: &str = include_str!("../../../../fixtures/playbooks/valid/01-smallest.json");

fn playbook() -> Playbook {
    Playbook::open(compile_source(SITE).unwrap()).map_err(Reason::code).unwrap()
}

/// A request from `country` with these cookies.
fn request(country: &str, cookies: &str) -> Facts {
    Facts {
        path: "/".to_owned(),
        cookies: [cookies.to_owned()].into(),
        country: Some(country.to_owned()),
        now: Some(Millis(NOW)),
        ..Facts::default()
    }
}

fn allows(country: &str, cookies: &str, purpose: Purpose) -> bool {
    permitted(&playbook(), &request(country, cookies)).allowed().contains(purpose)
}

fn says(sentence: &str) {
    assert!(text("README.md").replace('\n', " ").contains(sentence), "the README does not say: {sentence}");
}

#[test]
fn a_region_decides_between_opt_in_and_opt_out() {
    says("The visitor's region decides between opt-in and opt-out; an unknown region is opt-in.");
    let unasked = |country: &str| allows(country, "", Purpose::Measurement);
    assert!(unasked("US") && !unasked("FR"), "opt-out and opt-in");
    assert!(!unasked("ZZ") && !unasked(""), "an unknown region");
}

#[test]
fn a_denial_wins_over_any_grant() {
    says("If one stored choice denies a purpose and another grants it, the denial wins.");
    let denied = format!("parvis-consent=1.{CHOSEN}.0.80.0");
    let granted = "cmplz_statistics=allow";
    assert!(allows("FR", granted, Purpose::Measurement));
    for both in [format!("{granted}; {denied}"), format!("{denied}; {granted}")] {
        assert!(!allows("FR", &both, Purpose::Measurement), "{both}");
    }
}

#[test]
fn the_response_to_a_withdrawal_deletes_both_cookies() {
    says("If consent is withdrawn, the same response deletes each of them that lacks its permit.");
    let engine = Engine::new(Playbook::open(compile_source(SITE).unwrap()), Err(Reason::KeysAbsent));
    let cookies = format!("parvis-consent=1.{CHOSEN}.0.3fc.0; {VISIT}=a; {MEMORY}=AQE");
    let mut exchange = engine.begin(request("FR", &cookies));
    assert!(matches!(exchange.step(), Effect::Fetch(_)));
    exchange.supply(Supply::Failed);
    let Effect::Fail(edits) = exchange.step() else { panic!("the origin failed") };
    for name in [VISIT, MEMORY] {
        let deleted = edits.append.iter().any(|(header, value)| {
            header == "set-cookie"
                && value.as_str().starts_with(&format!("{name}="))
                && value.as_str().ends_with("Max-Age=0")
        });
        assert!(deleted, "{name}");
    }
}
