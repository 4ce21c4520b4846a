//! The cookie of the site's own login: denied it changes nothing, not even by being there, and garbage in it is nobody's profile.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use parvis::author::compile_source;
use parvis::base::calendar;
use parvis::effect::{Effect, OriginHead, Supply};
use parvis::engine::Engine;
use parvis::facts::Facts;
use parvis::playbook::Playbook;
use parvis::visitor::keyring::Keyring;
use proptest::prelude::*;

const PLAYBOOK: &str = include_str!("../../fixtures/playbooks/valid/52-profile.json");
const PAGE: &[u8] =
    b"<div data-block=\"hero\">a</div><div data-block=\"club\">b</div><div data-block=\"letter\">c</div>";
const KEYS: &[u8] = b"1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

fn engine() -> Engine {
    Engine::new(Playbook::open(compile_source(PLAYBOOK).unwrap()), Keyring::parse(KEYS))
}

/// Everything that leaves the engine for a visitor of this country with this cookie: opt-in denies it, opt-out allows it.
fn observed(engine: &Engine, country: &str, profile: Option<&str>) -> String {
    let mut exchange = engine.begin(Facts {
        path: "/".to_owned(),
        cookies: profile.map(|profile| format!("shop-profile={profile}")).into_iter().collect(),
        country: Some(country.to_owned()),
        now: calendar::parse("2026-11-21T19:00:00Z"),
        entropy: Some([7; 32]),
        ..Facts::default()
    });
    let mut seen = format!("{:?}", exchange.step());
    let head =
        OriginHead { status: 200, content_type: Some("text/html; charset=utf-8"), content_encoding: None };
    exchange.supply(Supply::Head(head));
    let sent = exchange.step();
    assert!(matches!(sent, Effect::Send(_)));
    seen.push_str(&format!("{sent:?}"));
    let mut body = Vec::new();
    exchange.push(PAGE, &mut body);
    exchange.end(&mut body);
    seen.push_str(&String::from_utf8(body).unwrap());
    seen.push_str(&exchange.record().to_json());
    seen
}

fn profiles() -> impl Strategy<Value = Option<&'static str>> {
    let all =
        ["", "gold", "silver.vip", ".lapsed", "gold.vip.lapsed.newsletter", "black.newsletter", "gold..vip"];
    prop::option::of(prop::sample::select(all.to_vec()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_denied_profile_changes_nothing(one in profiles(), other in profiles()) {
        let engine = engine();
        prop_assert_eq!(observed(&engine, "FR", one), observed(&engine, "FR", other));
    }

    #[test]
    fn what_is_not_of_the_form_is_as_if_it_were_not_there(value in "[ -:<-~]{0,40}|(gold|vip|[.]){0,9}|[a-z.]{500,530}") {
        let names: Vec<&str> = value.split('.').collect();
        let is_name = |name: &str| name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        let is_form = names.iter().all(|name| is_name(name)) && !names.iter().skip(1).any(|name| name.is_empty());
        // Spaces around a value are no part of it.
        prop_assume!(value.trim() == value);
        prop_assume!(!is_form || value.is_empty() || value.len() > 512);
        let engine = engine();
        prop_assert_eq!(observed(&engine, "US", Some(&value)), observed(&engine, "US", None));
    }
}

#[test]
fn allowed_profiles_do_differ_and_none_is_ever_written() {
    let engine = engine();
    let all = [None, Some("gold"), Some("silver.vip"), Some(".lapsed"), Some("black.newsletter")];
    let seen = all.map(|profile| observed(&engine, "US", profile));
    for (index, one) in seen.iter().enumerate() {
        assert!(seen.iter().skip(index + 1).all(|other| one != other), "{one}");
        assert!(!one.contains("shop-profile") && !one.contains("set-cookie"), "{one}");
    }
    assert!(seen.iter().any(|one| one.contains("The gold lounge")));
}
