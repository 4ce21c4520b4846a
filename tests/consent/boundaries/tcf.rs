//! What a TC string says about the purposes: each purpose by itself and with each other one, for the publisher, for one
//! vendor, and where the settings fall back to the core (src/docs/consent.md, "TCF strings").

use std::collections::BTreeSet;

use parvis::author::consent_draft::ConsentDraft;
use parvis::consent::evidence::Evidence;
use parvis::consent::purpose::Purpose;
use parvis::consent::resolve::{Resolution, State, resolve_seen};
use parvis::consent::stored::StoredSettings;
use serde_json::{Value, json};

use super::table::{Seen, ask, facts, names};
use super::tc;

/// What a string says: purposes with consent, purposes on legitimate interest, the core's purposes, precise location.
#[derive(Clone, Debug, Default)]
struct Said {
    consents: BTreeSet<u64>,
    interests: BTreeSet<u64>,
    core: BTreeSet<u64>,
    precise: bool,
}

/// The states that the rules give, as names of the granted and of the denied.
fn rule(said: &Said) -> (Vec<&'static str>, Vec<&'static str>) {
    let c = |purpose| said.consents.contains(&purpose);
    // Purposes 1, 3, 4, 5 and 6 can never rest on legitimate interest.
    let l = |purpose| [2, 7, 8, 9, 10, 11].contains(&purpose) && said.interests.contains(&purpose);
    let profile = c(5) && c(6);
    let states = [
        (Purpose::DeviceStorage, Some(c(1))),
        (Purpose::SessionPersonalization, Some(c(1) && (c(11) || l(11) || profile))),
        (Purpose::PersistentPersonalization, Some(c(1) && profile)),
        // A profile that is allowed is no permission to join it with other data, which no bit of the string is about.
        (Purpose::Profile, if c(1) && profile { None } else { Some(false) }),
        (Purpose::PreciseGeo, Some(c(1) && said.precise && (c(6) || c(11)))),
        (Purpose::Measurement, Some(c(8) || l(8))),
        (Purpose::Experimentation, Some(c(1) && c(8))),
        (Purpose::SaleShare, Some(said.core.contains(&3) && said.core.contains(&4))),
    ];
    let pick = |wanted| {
        names(states.iter().filter(|(_, state)| *state == Some(wanted)).map(|(purpose, _)| *purpose))
    };
    (pick(true), pick(false))
}

/// The states where nobody asked for the site itself: what goes to others is all that is known, and where the visitor agreed to
/// nothing of it, not even that was asked.
fn unasked(said: &Said) -> (Vec<&'static str>, Vec<&'static str>) {
    let sold = vec![Purpose::SaleShare.name()];
    match said.core.contains(&3) && said.core.contains(&4) {
        true => (sold, Vec::new()),
        false if said.core.is_empty() => (Vec::new(), Vec::new()),
        false => (Vec::new(), sold),
    }
}

/// On what the rules let a granted purpose rest: interest only where consent does not carry it.
fn rests_on_interest(said: &Said, purpose: Purpose) -> bool {
    let c = |purpose| said.consents.contains(&purpose);
    match purpose {
        Purpose::SessionPersonalization => !(c(11) || (c(5) && c(6))),
        Purpose::Measurement => !c(8),
        _ => false,
    }
}

fn found(resolution: &Resolution, state: State) -> Vec<&'static str> {
    names(Purpose::ALL.into_iter().filter(|purpose| resolution.ruling(*purpose).state == state))
}

/// The three readings of a string, which put the same purposes in other places.
fn rows(said: &Said) -> [(&'static str, Value, Said); 3] {
    let (consents, interests, core) = (json!(said.consents), json!(said.interests), json!(said.core));
    let features = if said.precise { json!([1]) } else { json!([2, 12]) };
    // A reading of the core has one set of purposes: what is sold is among them.
    let mut whole = said.clone();
    whole.core.clone_from(&said.consents);
    [
        (
            "publisher",
            // Purposes of vendors do not count for the publisher, but for the two of sale.
            json!({"case": "publisher", "tc": {"features": features, "consents": core, "interests": [8, 11],
                "publisher": {"consents": consents, "interests": interests}}}),
            said.clone(),
        ),
        (
            "core",
            json!({"case": "core", "settings": {"tcf": {"fallback_to_core": true}},
                "tc": {"features": features, "consents": consents, "interests": interests, "publisher": null}}),
            whole.clone(),
        ),
        (
            "vendor",
            json!({"case": "vendor", "settings": {"tcf": {"vendor": 7}},
                "tc": {"features": features, "consents": consents, "interests": interests, "vendors": [7],
                    "vendor_interests": [7], "disclosed": [7], "publisher": {"consents": [1, 2, 8, 11]}}}),
            whole,
        ),
    ]
}

fn check(said: &Said) {
    for (reading, row, said) in rows(said) {
        let (resolution, _) = ask(&row);
        let ours =
            [1, 5, 6, 8, 11].iter().any(|id| said.consents.contains(id) || said.interests.contains(id));
        // A yes to the device in the core, and nothing of ours in the publisher's segment: the site did not ask.
        let asked = reading != "publisher" || ours || !said.core.contains(&1);
        let (granted, denied) = if asked { rule(&said) } else { unasked(&said) };
        assert_eq!(found(&resolution, State::Granted), granted, "{reading} {said:?}");
        assert_eq!(found(&resolution, State::Denied), denied, "{reading} {said:?}");
        for purpose in Purpose::ALL.into_iter().filter(|purpose| granted.contains(&purpose.name())) {
            let interest = resolution.said(purpose).interest;
            assert_eq!(
                !interest.is_empty(),
                rests_on_interest(&said, purpose),
                "{reading} {said:?} {purpose:?}"
            );
        }
        for purpose in Purpose::ALL.into_iter().filter(|purpose| !granted.contains(&purpose.name())) {
            assert!(resolution.said(purpose).interest.is_empty(), "{reading} {said:?} {purpose:?}");
        }
    }
}

/// All combinations of the purposes that decide.
#[test]
fn every_leg_of_every_tcf_purpose() {
    let consents = [1, 5, 6, 8, 11];
    let interests = [8, 11];
    let core = [3, 4];
    for bits in 0u32..1 << 10 {
        let mut left = bits;
        let mut take = |ids: &[u64]| {
            let kept = ids
                .iter()
                .enumerate()
                .filter(|(place, _)| left >> place & 1 == 1)
                .map(|(_, id)| *id)
                .collect();
            left >>= ids.len();
            kept
        };
        check(&Said {
            consents: take(&consents),
            interests: take(&interests),
            core: take(&core),
            precise: left & 1 == 1,
        });
    }
}

/// Each purpose from 1 to 24 by itself, in each place, and all but that one.
#[test]
fn every_tcf_purpose_alone_and_missing() {
    let all: BTreeSet<u64> = (1..=24).collect();
    for id in 1..=24 {
        let one = BTreeSet::from([id]);
        let others: BTreeSet<u64> = all.iter().copied().filter(|other| *other != id).collect();
        let none = BTreeSet::new();
        for precise in [false, true] {
            for (consents, interests, core) in [
                (&one, &none, &none),
                (&none, &one, &none),
                (&none, &none, &one),
                (&BTreeSet::from([1, id]), &none, &none),
                (&BTreeSet::from([1]), &one, &none),
                (&others, &all, &all),
                (&all, &others, &all),
                (&all, &all, &others),
                (&others, &none, &others),
                (&BTreeSet::from([1]), &others, &none),
            ] {
                check(&Said {
                    consents: consents.clone(),
                    interests: interests.clone(),
                    core: core.clone(),
                    precise,
                });
            }
        }
    }
}

/// Each publisher restriction on each purpose, for vendors beside and within its ranges.
#[test]
fn every_restriction_on_every_purpose() {
    let all: BTreeSet<u64> = (1..=11).collect();
    let storage = BTreeSet::from([1]);
    let ranges = [
        (json!([7]), true),
        (json!([6]), false),
        (json!([8]), false),
        (json!([[5, 6]]), false),
        (json!([[8, 9]]), false),
        (json!([[1, 7]]), true),
        (json!([[7, 7]]), true),
        (json!([[7, 65535]]), true),
        (json!([[6, 8]]), true),
        (json!([1, 3, [9, 12], 7]), true),
        (json!([[1, 6], [8, 65535]]), false),
        (json!([]), false),
    ];
    for purpose in 0..=25u64 {
        for kind in 0..=3u64 {
            for (ranges, bound) in &ranges {
                // With consent to all, and with consent to storage alone, where interests carry the rest.
                for (base, order) in [(&all, false), (&all, true), (&storage, false), (&storage, true)] {
                    let mut said = Said { consents: base.clone(), interests: all.clone(), ..Said::default() };
                    if *bound && [0, 2].contains(&kind) {
                        said.consents.remove(&purpose);
                    }
                    if *bound && [0, 1].contains(&kind) {
                        said.interests.remove(&purpose);
                    }
                    said.precise = true;
                    // Sale is about purposes of the core as the visitor chose them, whoever else is restricted.
                    said.core.clone_from(base);
                    let mut restrictions = vec![json!([2, 0, [[1, 9]]]), json!([purpose, kind, ranges])];
                    if order {
                        restrictions.reverse();
                    }
                    let row = json!({"case": "restriction", "settings": {"tcf": {"vendor": 7}}, "tc": {
                        "features": [1], "consents": base, "interests": all, "vendors": [7], "vendor_interests": [7],
                        "disclosed": [7], "restrictions": restrictions}});
                    let (resolution, _) = ask(&row);
                    let (granted, denied) = rule(&said);
                    let what = format!("purpose {purpose} type {kind} of {ranges}");
                    assert_eq!(found(&resolution, State::Granted), granted, "{what}");
                    assert_eq!(found(&resolution, State::Denied), denied, "{what}");
                    for purpose in [Purpose::SessionPersonalization, Purpose::Measurement] {
                        let interest = !resolution.said(purpose).interest.is_empty();
                        let expected = granted.contains(&purpose.name()) && rests_on_interest(&said, purpose);
                        assert_eq!(interest, expected, "{what} {purpose:?}");
                    }
                }
            }
        }
    }
}

/// A vendor has what the visitor agreed to, where it was disclosed.
#[test]
fn a_vendor_is_bound_by_each_of_its_lists() {
    let all: BTreeSet<u64> = (1..=11).collect();
    let sets = |vendor: u64| {
        [
            (json!([vendor]), true),
            (json!([[1, 65535]]), true),
            (json!([]), false),
            (json!({"bits": []}), false),
            (json!([[1, vendor - 1]]), false),
            (json!([[vendor, vendor]]), true),
            // A bit field that reaches the highest id does not fit into a cookie.
            (json!({"bits": [vendor.min(900)]}), vendor <= 900),
            (json!({"bits": [vendor.min(900)], "max": 901}), vendor <= 900),
            (json!({"bits": [vendor.min(900) - 1], "max": vendor.min(900)}), false),
        ]
    };
    for vendor in [1u64, 2, 7, 56, 57, 65535] {
        for (vendors, consent) in sets(vendor) {
            for (interests, interest) in sets(vendor) {
                for (disclosed, told) in sets(vendor) {
                    // A range that ends in front of its first id makes the string a broken one.
                    if vendor == 1
                        && [&vendors, &interests, &disclosed].iter().any(|set| **set == json!([[1, 0]]))
                    {
                        continue;
                    }
                    let kept = |kept: bool| if kept && told { all.clone() } else { BTreeSet::new() };
                    let said = Said {
                        consents: kept(consent),
                        interests: kept(interest),
                        core: all.clone(),
                        precise: true,
                    };
                    let row = json!({"case": "vendor", "settings": {"tcf": {"vendor": vendor}}, "tc": {"features": [1],
                        "consents": all, "interests": all, "vendors": vendors, "vendor_interests": interests,
                        "disclosed": disclosed}});
                    let (resolution, _) = ask(&row);
                    // Who was not told of the vendor has not refused it.
                    let (granted, denied) = if told { rule(&said) } else { unasked(&said) };
                    let what = format!("vendor {vendor} in {vendors}, {interests}, {disclosed}");
                    assert_eq!(found(&resolution, State::Granted), granted, "{what}");
                    assert_eq!(found(&resolution, State::Denied), denied, "{what}");
                }
            }
        }
    }
}

/// Each custom purpose is read at its own place, up to the last one, and interest in it is no consent.
#[test]
fn every_custom_purpose_of_the_publisher() {
    for count in [0u64, 1, 2, 31, 32, 33, 62, 63] {
        for mapped in [1u64, 2, 31, 32, 33, 62, 63] {
            for (consents, granted) in
                [(vec![mapped], true), ((1..=63).filter(|id| *id != mapped).collect(), false)]
            {
                let row = json!({"case": "custom", "settings": {"tcf": {"custom_purposes": {mapped.to_string(): ["profile"]}}},
                    "tc": {"publisher": {"consents": [1, 5, 6], "custom": count, "custom_consents": consents,
                        "custom_interests": [mapped]}}});
                let (resolution, _) = ask(&row);
                let expected = match (mapped <= count, granted) {
                    (false, _) => State::Unknown,
                    (true, true) => State::Granted,
                    (true, false) => State::Denied,
                };
                assert_eq!(resolution.ruling(Purpose::Profile).state, expected, "{mapped} of {count}");
            }
        }
    }
    // A mapped purpose of the site's own comes beside what the standard purposes say.
    let row = json!({"case": "custom", "settings": {"tcf": {"custom_purposes": {"2": ["profile", "measurement"], "1": ["profile"]}}},
        "tc": {"publisher": {"consents": [1, 5, 6], "custom": 2, "custom_consents": [2]}}});
    let (resolution, _) = ask(&row);
    assert_eq!(
        resolution.ruling(Purpose::Profile).state,
        State::Denied,
        "a no of one wins over a yes of the other"
    );
    assert_eq!(resolution.ruling(Purpose::Measurement).state, State::Denied, "the standard purpose says no");
}

/// Numbers that no string has: the check refuses them, and settings that were never checked map nothing by them.
#[test]
fn custom_purposes_that_cannot_be() {
    for key in ["0", "64", "-1", "1.0", "one", "", "4294967297"] {
        let settings = json!({"tcf": {"custom_purposes": {key: ["profile"]}}});
        let draft: ConsentDraft = serde_json::from_value(settings).unwrap();
        assert_ne!(draft.check(), [], "`{key}`");
        let section = draft.encode();
        let settings = StoredSettings::open(&section).unwrap();
        for (consents, count) in [(vec![], 0u64), (vec![], 63), ((1..=63).collect(), 63)] {
            let row = json!({"case": "custom", "tc": {"publisher": {"consents": [1, 5, 6], "custom": count, "custom_consents": consents}}});
            let mut seen = Seen::default();
            let resolution = resolve_seen(&Evidence::of(&facts(&row)), &settings, &mut seen);
            assert_eq!(resolution.ruling(Purpose::Profile).state, State::Unknown, "`{key}` of {count}");
        }
    }
}

/// A string cut anywhere is refused, or grants nothing that the whole one does not.
#[test]
fn a_cut_string_says_nothing_new() {
    let tc = json!({"features": [1], "consents": [3, 4], "vendors": {"bits": [1, 9]}, "restrictions": [[3, 0, [[1, 4]]]],
        "disclosed": [[1, 3], 9], "publisher": {"consents": [1, 5, 6, 8], "custom": 3, "custom_consents": [3]}});
    let whole = tc::string(&tc);
    assert_eq!(whole.matches('.').count(), 2);
    let (before, all) = ask(&json!({"case": "whole", "tc": tc}));
    assert_eq!(all.0, ["tcf-pub: chosen"]);
    for length in 1..whole.len() {
        let text = &whole[..length];
        let (after, seen) = ask(&json!({"case": "cut", "cookies": [format!("euconsent-v2={text}")]}));
        let expected = match text.matches('.').count() {
            // The core ends with the last restriction, so that every cut is within it.
            0 if length == whole.find('.').unwrap() => "tcf-pub: no-disclosed-vendors",
            // The core refuses the device, and so the site.
            1 if length == whole.rfind('.').unwrap() => "tcf-pub: chosen",
            _ => "tcf-pub: malformed",
        };
        assert_eq!(seen.0, [expected], "{length} of {}", whole.len());
        assert!(before.allowed().contains_all(after.allowed()));
    }
}
