//! A visitor who grants some purposes by services of a banner, at the hosts where that makes a difference.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::collections::BTreeMap;

use parvis::author::compile_source;
use parvis::consent::purpose::Purpose;
use parvis::engine::Engine;
use parvis::playbook::Playbook;
use parvis::visitor::keyring::Keyring;
use serde_json::Value;

/// 2026-11-21, noon UTC.
pub(crate) const NOW: i64 = 1_795_262_400_000;
/// The purposes on which it depends what is kept; each is a service of the banner.
pub(crate) const PURPOSES: [Purpose; 4] = [
    Purpose::DeviceStorage,
    Purpose::SessionPersonalization,
    Purpose::PersistentPersonalization,
    Purpose::Experimentation,
];

/// Where a request is decided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Host {
    Edge,
    BehindEdge,
    Alone,
}

/// What the banner's services mean: one purpose each.
pub(crate) fn meanings() -> BTreeMap<&'static str, [&'static str; 1]> {
    PURPOSES.map(|purpose| (purpose.name(), [purpose.name()])).into_iter().collect()
}

/// What the banner stores of a visitor who granted these purposes and refused the others.
pub(crate) fn banner(granted: &[Purpose]) -> String {
    let service = |purpose: &Purpose| format!("!{}={}", purpose.name(), granted.contains(purpose));
    PURPOSES.iter().map(service).collect()
}

/// An engine with this playbook, and with keys.
pub(crate) fn engine(playbook: &Value) -> Engine {
    engine_of(&playbook.to_string())
}

/// The same, of the text of a playbook.
pub(crate) fn engine_of(playbook: &str) -> Engine {
    let keys = Keyring::parse(b"1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
    Engine::new(Playbook::open(compile_source(playbook).unwrap()), keys)
}
