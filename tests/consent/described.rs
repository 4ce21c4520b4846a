//! Laws of what forms read: of every banner in the table whose values a form describes, by the values of the vectors, and of any
//! description that a playbook can have, by values that this file writes itself.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use std::collections::BTreeSet;

use parvis::author::consent_draft::ConsentDraft;
use parvis::base::calendar::Millis;
use parvis::consent::evidence::Evidence;
use parvis::consent::purpose::{Purpose, PurposeSet};
use parvis::consent::resolve::{Finding, Witness, resolve, resolve_seen};
use parvis::consent::settings::{Settings, Slot};
use parvis::consent::shown::View;
use parvis::consent::source::Banner;
use parvis::consent::stored::StoredSettings;
use parvis::facts::Facts;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use crate::plan::{Cookies, KEYS, Plan, harm, harmed, plan};

/// 2026-11-21T12:00:00Z, the time of the vectors.
const NOW: i64 = 1_795_262_400_000;

fn facts(cookies: &[(String, String)], region: &str) -> Facts {
    Facts {
        cookies: cookies.iter().map(|(name, value)| format!("{name}={value}")).collect(),
        country: Some(region.to_owned()),
        now: Some(Millis(NOW)),
        ..Facts::default()
    }
}

fn allowed(settings: &StoredSettings<'_>, cookies: &[(String, String)], region: &str) -> PurposeSet {
    resolve(&Evidence::of(&facts(cookies, region)), settings).allowed()
}

/// What flags grant and deny together, where nothing else is said.
fn votes(settings: &StoredSettings<'_>, cookies: &[(String, String)]) -> (PurposeSet, PurposeSet) {
    struct Votes(PurposeSet, PurposeSet);
    impl Witness for Votes {
        fn saw(&mut self, finding: &Finding<'_>) {
            self.0 = self.0.union(finding.answer.vote.granted);
            self.1 = self.1.union(finding.answer.vote.denied);
        }
    }
    let mut votes = Votes(PurposeSet::EMPTY, PurposeSet::EMPTY);
    resolve_seen(&Evidence::of(&facts(cookies, "FR")), settings, &mut votes);
    (votes.0, votes.1)
}

/// The values of the vectors of banners that forms describe.
fn vectors() -> Vec<(Banner, Cookies)> {
    let vectors: Value = serde_json::from_str(include_str!("../../fixtures/consent/vectors.json")).unwrap();
    let of = |vector: &Value| {
        let banner = Banner::from_name(vector["kind"].as_str()?.strip_prefix("cmp:")?)?;
        let pairs =
            ["cookies", "localStorage"].map(|place| vector[place].as_object().cloned().unwrap_or_default());
        let pairs = pairs.into_iter().flatten();
        let pairs = pairs.map(|(name, value)| (name, value.as_str().unwrap().to_owned())).collect();
        (banner.shown().view == View::Described).then_some((banner, pairs))
    };
    vectors.as_array().unwrap().iter().filter_map(of).collect()
}

/// Every banner of the table that a form describes says yes in some vector and no in another.
#[test]
fn every_described_banner_grants_and_refuses() {
    let settings = StoredSettings::default();
    let (mut yes, mut no) = (BTreeSet::new(), BTreeSet::new());
    for (banner, cookies) in vectors() {
        let (granted, denied) = votes(&settings, &cookies);
        let hides = allowed(&settings, &cookies, "US");
        if !granted.is_empty() {
            yes.insert(banner.name());
        }
        if !denied.is_empty() || !hides.contains(Purpose::SaleShare) {
            no.insert(banner.name());
        }
    }
    for banner in Banner::ALL {
        let mut slots = Slot::ALL.iter().filter(|slot| slot.banner() == Some(banner));
        let read = slots.any(|slot| settings.form_of(*slot).is_some_and(|form| !form.is_empty()));
        // The groups of Real Cookie Banner are numbers of the site: without its map nothing can be granted.
        assert!(
            !read || yes.contains(banner.name()) || banner == Banner::RealCookieBanner,
            "{}",
            banner.name()
        );
        assert!(!read || no.contains(banner.name()), "{}", banner.name());
    }
    assert!(no.len() >= 19, "{no:?}");
}

/// The section of a plan's description.
fn section(plan: &Plan) -> Vec<u8> {
    let draft: ConsentDraft = serde_json::from_value(plan.draft()).unwrap();
    assert_eq!(draft.check(), [], "{plan:?}");
    draft.encode()
}

fn set(answers: [Option<bool>; 4], wanted: bool) -> PurposeSet {
    KEYS.iter()
        .zip(answers)
        .filter(|(_, answer)| *answer == Some(wanted))
        .fold(PurposeSet::EMPTY, |set, (key, _)| set.with(key.2))
}

proptest! {
    /// A value that was cut, doubled or garbled grants nothing that the whole one did not.
    #[test]
    fn what_was_harmed_never_grants_more(vector in select(vectors()), which in any::<Index>(), harm in harm(vec!["\u{1}"])) {
        let settings = StoredSettings::default();
        let (_, whole) = vector;
        let mut broken = whole.clone();
        if !broken.is_empty() {
            let at = which.index(broken.len());
            broken[at].1 = harmed(&broken[at].1, &harm);
            let (before, _) = votes(&settings, &whole);
            let (after, _) = votes(&settings, &broken);
            prop_assert!(before.contains_all(after), "{after:?} of {before:?}: {broken:?}");
        }
    }

    /// A description reads what its banner wrote: yes where it was proven and not refused, no in any case.
    #[test]
    fn a_description_reads_every_answer(plan in plan(), answers: [Option<bool>; 4], proven: bool) {
        let bytes = section(&plan);
        let settings = StoredSettings::open(&bytes).unwrap();
        let (granted, denied) = votes(&settings, &plan.cookies(answers, proven));
        let said = plan.said(answers);
        let (yes, no) = (set(said, true), set(said, false));
        let chosen = (proven || !plan.proof) && (!plan.every_key || said.iter().all(Option::is_some));
        let device = PurposeSet::EMPTY.with(Purpose::DeviceStorage);
        prop_assert!(denied.contains_all(no), "{no:?} was refused: {denied:?}");
        let no = if plan.refuses_all(answers) { PurposeSet::ASKED } else { no };
        prop_assert!(denied.without(device) == no.without(device), "{denied:?}");
        prop_assert_eq!(granted.without(device), if chosen { yes } else { PurposeSet::EMPTY });
        for region in ["FR", "US"] {
            let allowed = allowed(&settings, &plan.cookies(answers, proven), region);
            prop_assert!(allowed.intersection(no).is_empty(), "{region}: {allowed:?}");
        }
    }

    /// What was harmed on the way grants nothing that the visitor did not grant, and hides no refusal where silence is a yes.
    #[test]
    fn a_harmed_description_never_grants_more(plan in plan(), answers: [Option<bool>; 4], which in any::<Index>(), harm in harm(vec!["§", "~", "{", "\"", "\u{1}", "%", "?"])) {
        let bytes = section(&plan);
        let settings = StoredSettings::open(&bytes).unwrap();
        let mut cookies = plan.cookies(answers, true);
        let (before, _) = votes(&settings, &cookies);
        let at = which.index(cookies.len());
        cookies[at].1 = harmed(&cookies[at].1, &harm);
        let (after, _) = votes(&settings, &cookies);
        prop_assert!(before.contains_all(after), "{after:?} of {before:?}: {cookies:?}");
    }

    /// A second cookie that refuses never enlarges what is permitted, whatever the first says.
    #[test]
    fn a_refusing_cookie_never_enlarges(plan in plan(), answers: [Option<bool>; 4], proven: bool, refused: [bool; 4]) {
        let bytes = section(&plan);
        let settings = StoredSettings::open(&bytes).unwrap();
        let mut cookies = plan.cookies(answers, proven);
        let before: Vec<PurposeSet> = ["FR", "US"].map(|region| allowed(&settings, &cookies, region)).into();
        // A list of what was refused accepts the rest: only one of all refuses and does nothing else.
        let all = plan.listed == Some(false);
        let no = plan.cookies(refused.map(|refused| (refused || all).then_some(false)), false);
        cookies.extend(no.into_iter().filter(|(name, _)| name != "closed"));
        for (region, before) in ["FR", "US"].into_iter().zip(before) {
            let after = allowed(&settings, &cookies, region);
            prop_assert!(before.contains_all(after), "{region}: {after:?} of {before:?}");
        }
    }

    /// Naming banners takes grants away and no refusal: of the known ones as of those described.
    #[test]
    fn what_is_not_named_still_refuses(vector in select(vectors())) {
        let draft: ConsentDraft = serde_json::from_value(json!({ "banners": { "klaro": true } })).unwrap();
        let bytes = draft.encode();
        let named = StoredSettings::open(&bytes).unwrap();
        let (_, cookies) = vector;
        let all = parvis::consent::settings::Defaults.stored();
        prop_assert_eq!(votes(&named, &cookies), (PurposeSet::EMPTY, votes(&all, &cookies).1));
    }
}
