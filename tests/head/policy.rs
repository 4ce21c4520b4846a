//! How a response may be cached: by the strongest signal that touched it, and by what its head says.

use parvis::facts::Facts;
use parvis::http::headers::Removal;
use parvis::response::cache_policy::CachePolicy;
use parvis::response::cache_policy::CachePolicy::{Keyed, Private, Untouched};
use parvis::response::outcome::Touched;
use parvis::signal::influence::Influence::{self, Contextual, None as Nothing, Personal};
use parvis::signal::registry::Signal;
use serde_json::{Value, json};

use super::{campaign, engine, facts, playbook};

/// Influence and policy of `/` for this visitor under this playbook, with the names of the signals that were read.
fn of(source: &Value, facts: Facts) -> (Influence, CachePolicy, Vec<&'static str>) {
    let engine = engine(source);
    let mut exchange = engine.begin(facts);
    let outcome = &exchange.decide().unwrap().outcome;
    let read = outcome.touched().iter().map(|signal| signal.entry().name).collect();
    (outcome.influence(), outcome.policy(), read)
}

#[test]
fn a_policy_follows_from_what_was_read_and_what_changes() {
    let american = || Facts { country: Some("US".to_owned()), ..facts() };
    let spring = || Facts { query: "utm_campaign=spring".to_owned(), ..facts() };
    let visit = json!({ "visit.pages": { "$gte": 1 } });
    for (what, when, keyed, facts, influence, policy, read) in [
        ("no condition", json!(null), &[][..], facts(), Nothing, Keyed, &[][..]),
        ("the URL, changed", json!({ "campaign": "spring" }), &[], spring(), Nothing, Keyed, &["campaign"]),
        (
            "the URL, unchanged",
            json!({ "campaign": "spring" }),
            &[],
            facts(),
            Nothing,
            Untouched,
            &["campaign"],
        ),
        ("the place, changed", json!({ "country": "FR" }), &[], facts(), Contextual, Private, &["country"]),
        ("the place, unchanged", json!({ "country": "DE" }), &[], facts(), Contextual, Private, &["country"]),
        (
            "the place in the key, changed",
            json!({ "country": "FR" }),
            &["country"],
            facts(),
            Contextual,
            Keyed,
            &["country"],
        ),
        (
            "the place in the key, unchanged",
            json!({ "country": "DE" }),
            &["country"],
            facts(),
            Contextual,
            Untouched,
            &["country"],
        ),
        (
            "another place in the key",
            json!({ "country": "DE" }),
            &["region"],
            facts(),
            Contextual,
            Private,
            &["country"],
        ),
        (
            "URL and place in the key",
            json!({ "$and": [{ "campaign": "spring" }, { "country": "FR" }] }),
            &["country"],
            spring(),
            Contextual,
            Keyed,
            &["campaign", "country"],
        ),
        (
            "place in the key and hour not",
            json!({ "$and": [{ "country": "FR" }, { "hour": 12 }] }),
            &["country"],
            facts(),
            Contextual,
            Private,
            &["hour", "country"],
        ),
        ("the visit, forbidden", visit.clone(), &[], facts(), Nothing, Untouched, &[]),
        ("the visit, permitted", visit, &[], american(), Personal, Private, &["visit.pages"]),
        (
            "the visit and the place in the key",
            json!({ "$and": [{ "country": "US" }, { "visit.pages": { "$gte": 99 } }] }),
            &["country"],
            american(),
            Personal,
            Private,
            &["country", "visit.pages"],
        ),
    ] {
        let mut source = playbook(&json!([campaign("one", when)]));
        source["cache"] = json!({ "keyed_on": keyed });
        assert_eq!(of(&source, facts), (influence, policy, read.to_vec()), "{what}");
    }
}

#[test]
fn a_head_for_one_visitor_is_private_whatever_was_read() {
    let source = playbook(&json!([campaign("one", json!({ "campaign": "spring" }))]));
    let forced = |id: &str| Facts { forced: vec![(id.to_owned(), "only".to_owned())], ..facts() };
    for (what, facts, policy) in [
        ("nothing", facts(), Untouched),
        ("a preview", forced("one"), Private),
        ("a preview of nothing", forced("two"), Private),
        ("a deletion", Facts { cookies: ["parvis-visit=a".to_owned()].into(), ..facts() }, Private),
    ] {
        assert_eq!(of(&source, facts).1, policy, "{what}");
    }
}

#[test]
fn a_policy_says_what_it_removes_and_sets() {
    for (policy, name, removes, control) in [
        (Untouched, "untouched", Removal::Nothing, None),
        (Keyed, "keyed", Removal::Bytes, None),
        (Private, "private", Removal::All, Some("private, no-cache")),
    ] {
        assert_eq!((policy.name(), policy.removes(), policy.cache_control(false)), (name, removes, control));
    }
}

#[test]
fn a_set_of_signals_holds_what_was_put_into_it() {
    let none = Touched::default();
    for (at, signal) in Signal::ALL.iter().copied().enumerate() {
        assert!(!none.contains(signal));
        let one = none.with(signal);
        assert_eq!(one.iter().collect::<Vec<_>>(), [signal]);
        assert_eq!(one.with(signal), one);
        let all_but_one =
            Signal::ALL.iter().copied().filter(|other| *other != signal).fold(none, Touched::with);
        assert!(!all_but_one.contains(signal), "{signal:?}");
        let before = Signal::ALL[..at].iter().copied().fold(none, Touched::with);
        assert_eq!(before.iter().count(), at, "{signal:?}");
    }
}
