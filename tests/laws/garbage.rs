//! Cookies of 0 to 32 KB of garbage, duplicated, truncated, tampered: no panic, and decided as if they were not there.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a failing test may panic"
)]

use parvis::author::compile_source;
use parvis::base::calendar;
use parvis::engine::Engine;
use parvis::facts::Facts;
use parvis::playbook::Playbook;
use parvis::response::outcome::Decision;
use parvis::visitor::keyring::Keyring;
use proptest::prelude::*;

const SHOP: &str = include_str!("../../fixtures/playbooks/valid/07-shop.json");
const KEYS: &[u8] = b"1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

fn engine() -> Engine {
    Engine::new(Playbook::open(compile_source(SHOP).unwrap()), Keyring::parse(KEYS))
}

/// A visitor in an opt-out region, so that every cookie of ours is opened.
fn facts(path: &str, cookies: Vec<String>) -> Facts {
    Facts {
        path: path.to_owned(),
        cookies: cookies.into(),
        country: Some("US".to_owned()),
        now: calendar::parse("2026-11-21T12:00:00Z"),
        entropy: Some([7; 32]),
        ..Facts::default()
    }
}

fn decided(engine: &Engine, cookies: Vec<String>) -> Vec<Decision> {
    engine.begin(facts("/", cookies)).decide().unwrap().outcome.decisions().to_vec()
}

/// The cookies that a product view sets, as name and value.
fn set(engine: &Engine) -> Vec<(String, String)> {
    let mut exchange = engine.begin(facts("/p/desk-lamp", Vec::new()));
    let outcome = &exchange.decide().unwrap().outcome;
    let pair = |header: &str| {
        header.split(';').next().unwrap().split_once('=').map(|(n, v)| (n.to_owned(), v.to_owned()))
    };
    outcome.cookies().iter().filter_map(|cookie| pair(cookie.as_str())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn garbage_counts_as_absent(
        name in prop::sample::select(vec!["__Host-parvis", "parvis-visit"]),
        bytes in prop::collection::vec(0x21_u8..0x7f, 0..2_000),
        times in 1_usize..17,
    ) {
        let engine = engine();
        // Garbage that happens to be a visit is one: the version letter is kept out of the first place.
        let garbage = format!("!{}", String::from_utf8(bytes).unwrap().replace(';', "")).repeat(times);
        prop_assert_eq!(decided(&engine, vec![format!("{name}={garbage}")]), decided(&engine, Vec::new()));
    }

    #[test]
    fn any_header_is_survived(header in "\\PC{0,4000}", times in 1_usize..9) {
        let engine = engine();
        let cookies = vec![header.repeat(times), format!("cc_cookie={header}"), format!("euconsent-v2={header}")];
        decided(&engine, cookies);
    }

    #[test]
    fn cut_and_altered_memory_counts_as_absent(cut in any::<prop::sample::Index>(), flip in any::<prop::sample::Index>(), bit in 0_u8..6) {
        let engine = engine();
        let (name, value) = set(&engine).into_iter().find(|(name, _)| name.starts_with("__Host-")).unwrap();
        let absent = decided(&engine, Vec::new());
        let truncated = &value[..cut.index(value.len())];
        prop_assert_eq!(&decided(&engine, vec![format!("{name}={truncated}")]), &absent);
        let mut altered = value.clone().into_bytes();
        let at = flip.index(altered.len());
        altered[at] ^= 1 << bit;
        prop_assume!(altered[at].is_ascii_graphic() && altered[at] != b';');
        let altered = String::from_utf8(altered).unwrap();
        prop_assert_eq!(&decided(&engine, vec![format!("{name}={altered}")]), &absent);
    }
}

#[test]
fn two_cookies_of_one_name_that_differ_count_as_absent() {
    let engine = engine();
    let absent = decided(&engine, Vec::new());
    for (name, value) in set(&engine) {
        let twice = vec![format!("{name}={value}; {name}={value}x")];
        assert_eq!(decided(&engine, twice), absent, "{name}");
        let apart = vec![format!("{name}={value}"), format!("{name}=x")];
        assert_eq!(decided(&engine, apart), absent, "{name}");
    }
}

#[test]
fn the_cookies_themselves_do_count() {
    let engine = engine();
    let cookies = set(&engine).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_ne!(decided(&engine, cookies), decided(&engine, Vec::new()));
}
