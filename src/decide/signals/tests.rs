//! Each signal needs the permit of its purpose.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use alloc::format;

use super::*;
use crate::author::compile_source;
use crate::playbook::consent::permitted;
use crate::signal::registry::{Named, Readers, Type};

/// 2026-11-21, noon UTC.
const NOW: Millis = Millis(1_795_262_400_000);

fn playbook() -> Playbook {
    let source = r#"{ "format": 1, "site": { "name": "lumen", "host": "shop.example" },
        "pages": [{ "kind": "home", "path": "/" }], "blocks": { "hero": { "pages": ["home"], "reserve": "1rem" } },
        "campaigns": [{ "id": "new", "block": "hero", "variants": [{ "id": "only", "html": "<p>New</p>" }] }] }"#;
    Playbook::open(compile_source(source).unwrap()).map_err(Reason::code).unwrap()
}

/// A visitor who granted exactly `granted` and refused the rest, with a visit and the parameters of an advertisement.
fn facts(granted: PurposeSet) -> Facts {
    let denied = PurposeSet::from_bits(!granted.bits());
    let seconds = NOW.seconds();
    let choice = format!("parvis-consent=1.{seconds:x}.{:x}.{:x}.0", granted.bits(), denied.bits());
    Facts {
        path: "/".into(),
        query: "utm_campaign=spring".into(),
        cookies: [choice, "parvis-visit=ilamp".into()].into(),
        country: Some("FR".into()),
        now: Some(NOW),
        ..Facts::default()
    }
}

/// A row that is added to the registry is among these.
#[test]
fn a_row_without_its_permit_is_withheld_whatever_its_source() {
    let playbook = playbook();
    let mut whole = 0;
    for bits in 0..1 << Purpose::ALL.len() {
        let facts = facts(PurposeSet::from_bits(bits));
        let consent = permitted(&playbook, &facts);
        let state = VisitorState::open(&playbook, Err(Reason::KeysAbsent), &facts, &consent);
        let signals = RequestSignals::new(&playbook, &facts, playbook.page("/").unwrap(), &state);
        let everything = consent.allowed() == PurposeSet::from_bits(u16::MAX);
        whole += u32::from(everything);
        for signal in Signal::ALL {
            let withheld = matches!(signals.read(*signal), Reading::NotPermitted);
            let permitted = consent.allowed().contains(signal.entry().purpose);
            let name = signal.entry().name;
            assert!(withheld || permitted, "{name} where {bits:b} is granted");
            assert!(!withheld || !everything, "{name} where everything is granted");
        }
    }
    assert!(whole > 0, "nobody grants everything");
}

/// A row of any purpose may have any source: a value of the request can serve a purpose that needs a choice.
#[test]
fn a_planted_row_needs_the_permit_of_its_purpose() {
    for purpose in Purpose::ALL {
        let others = PurposeSet::from_bits(u16::MAX).without(PurposeSet::EMPTY.with(purpose));
        for source in [Source::Request, Source::Place, Source::Visit, Source::Memory, Source::Profile] {
            let row = Entry {
                name: "planted",
                kind: Type::Text,
                unit: "",
                purpose,
                source,
                readers: Readers::All,
                names: Named::Nothing,
                in_url: false,
            };
            assert!(permits(PurposeSet::EMPTY.with(purpose), &row), "{purpose:?} from {source:?}");
            assert!(!permits(others, &row), "{purpose:?} from {source:?}");
        }
    }
}
