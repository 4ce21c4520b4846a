//! A module that was built with a public key personalizes from a playbook that was signed with the private one, and from no
//! other. What was tampered with, the browser module is asked in Node: each start of Viceroy takes seconds.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use std::path::PathBuf;

use parvis::playbook::signature::PrivateKey;
use parvis_host_tests::origin::page;
use parvis_host_tests::sample::{HERO, SPRING, page_with, playbook};
use parvis_host_tests::{Host, Kind, Origin, Setting, Stored};

/// The seed of the key that `xtask/src/signed.rs` builds in.
const SEED: [u8; 32] = [1; 32];

#[test]
fn only_a_playbook_that_was_signed_with_its_key_changes_a_page() {
    let Some(module) = std::env::var_os("PARVIS_SIGNED_MODULE").map(PathBuf::from) else {
        return parvis_skip::skip("signed viceroy", "no PARVIS_SIGNED_MODULE: `cargo xtask test` builds it");
    };
    let plain = playbook().unwrap();
    let signed = PrivateKey::from_entropy(&SEED).sign(&plain).unwrap();
    let by_another = PrivateKey::from_entropy(&[2; 32]).sign(&plain).unwrap();
    let origin = Origin::start().unwrap();
    origin.answers(vec![page(&page_with(HERO))]);
    for (what, playbook, expected) in [
        ("signed", signed, Some(SPRING)),
        ("unsigned", plain, None),
        ("signed with another key", by_another, None),
    ] {
        let setting = Setting {
            playbook: Stored::Bytes(playbook),
            module: Some(module.clone()),
            ..Setting::new(origin.address())
        };
        let Some(host) = Host::start(Kind::FASTLY, &setting).unwrap() else { return };
        let (reply, record) = host.get("/?utm_campaign=spring-sale", &[]).unwrap();
        assert_eq!(reply.text(), page_with(expected.unwrap_or(HERO)), "{what}: {record}");
        let reason = if expected.is_some() { "placed" } else { "playbook-damaged" };
        assert_eq!(record["reason"], reason, "{what}");
        assert_eq!(reply.headers("set-cookie").len(), 0, "{what}");
    }
}
