//! Laws of what forms read: of every banner in the table whose values a form describes, by the values of the vectors, and of any
//! description that a playbook can have, by values that this file writes itself.

use std::collections::BTreeSet;

use parvis::author::consent_draft::ConsentDraft;
use parvis::base::base64;
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

/// 2026-11-21T12:00:00Z, the time of the vectors.
const NOW: i64 = 1_795_262_400_000;

type Cookies = Vec<(String, String)>;

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

/// A value as it comes when something on the way broke it.
#[derive(Clone, Debug)]
enum Harm {
    Cut(Index),
    Doubled,
    Garbled(Index, &'static str),
}

/// A letter more may make another key of a key, which then has no meaning: `with` is what is put in.
fn harm(with: Vec<&'static str>) -> impl Strategy<Value = Harm> {
    prop_oneof![
        any::<Index>().prop_map(Harm::Cut),
        Just(Harm::Doubled),
        (any::<Index>(), select(with)).prop_map(|(at, with)| Harm::Garbled(at, with)),
    ]
}

fn harmed(value: &str, harm: &Harm) -> String {
    let place = |index: &Index| {
        let places: Vec<usize> = value.char_indices().map(|(at, _)| at).collect();
        if places.is_empty() { 0 } else { places[index.index(places.len())] }
    };
    match harm {
        Harm::Cut(at) => value[..place(at)].to_owned(),
        Harm::Doubled => format!("{value}{value}"),
        Harm::Garbled(at, with) => format!("{}{with}{}", &value[..place(at)], &value[place(at)..]),
    }
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

/// What a description is made of, with a writer of its values.
#[derive(Clone, Debug)]
struct Plan {
    shape: &'static str,
    encoding: Vec<&'static str>,
    /// The words for yes, no and neither.
    words: [&'static str; 3],
    /// Whether the value must have a proof of the choice besides its answers.
    proof: bool,
    every_key: bool,
    /// Whether JSON or a list names what was accepted or refused.
    listed: Option<bool>,
}

/// The keys with what they stand for: purposes of their own each, so that an answer to one says nothing about another.
const KEYS: [(&str, &str, Purpose); 4] = [
    ("stats", "measurement", Purpose::Measurement),
    ("ads", "sale_share", Purpose::SaleShare),
    ("own", "session_personalization", Purpose::SessionPersonalization),
    ("crm", "profile", Purpose::Profile),
];

fn plan() -> impl Strategy<Value = Plan> {
    let shapes = select(vec!["json", "pairs", "list", "characters", "word", "cookies"]);
    let encoding = select(vec![vec![], vec!["percent"], vec!["base64"], vec!["percent", "base64"]]);
    let words = select(vec![["yes", "no", "later"], ["1", "0", "2"], ["true", "false", "null"]]);
    (shapes, encoding, words, any::<bool>(), any::<bool>(), any::<Option<bool>>()).prop_map(
        |(shape, encoding, words, proof, every_key, listed)| {
            let one_letter = shape == "characters";
            Plan {
                shape,
                encoding: if shape == "cookies" { Vec::new() } else { encoding },
                words: if one_letter { ["1", "0", "2"] } else { words },
                proof: proof && matches!(shape, "json" | "pairs" | "cookies"),
                every_key: every_key && !matches!(shape, "list" | "word" | "cookies"),
                listed: match shape {
                    "list" => Some(listed.unwrap_or(true)),
                    "json" => listed,
                    _ => None,
                },
            }
        },
    )
}

impl Plan {
    fn settings(&self) -> Vec<u8> {
        let [yes, no, neither] = self.words;
        let keys = KEYS.iter().enumerate().map(|(index, (key, purpose, _))| {
            (if self.shape == "characters" { index.to_string() } else { (*key).to_owned() }, json!([purpose]))
        });
        let mut banner = json!({
            "cookies": ["own-consent"],
            "encoding": self.encoding,
            "shape": match self.shape { "cookies" => "word", shape => shape },
            "chosen": [],
            "every_key": self.every_key,
            "means": keys.collect::<serde_json::Map<_, _>>(),
        });
        let lists = |at: &str| json!([{ "at": at }]);
        let answers = |at: &str| json!([{ "at": at, "yes": [yes], "no": [no], "neither": [neither] }]);
        match (self.shape, self.listed) {
            ("list", Some(accepted)) => {
                banner["between"] = json!(",");
                banner[if accepted { "accepted" } else { "refused" }] = lists("");
            }
            ("json", Some(accepted)) => {
                banner[if accepted { "accepted" } else { "refused" }] = lists("in/[]");
                banner["every_key"] = json!(false);
            }
            ("json", None) => banner["answers"] = answers("in/*"),
            ("word", _) => banner["all"] = json!({ "yes": [yes], "no": [no], "neither": [neither] }),
            ("cookies", _) => {
                banner["cookies"] = json!(["own-*", "closed"]);
                banner["together"] = json!(true);
                banner["answers"] = answers("*");
            }
            _ => banner["answers"] = answers("*"),
        }
        if self.shape == "pairs" {
            banner["between"] = json!("|");
            banner["inside"] = json!(":");
        }
        if self.proof {
            let at = if self.shape == "cookies" { "closed" } else { "at" };
            banner["chosen"] = json!([{ "at": at, "is": ["click"] }]);
        }
        let draft: ConsentDraft = serde_json::from_value(json!({ "banners": { "own": banner } })).unwrap();
        assert_eq!(draft.check(), [], "{banner}");
        draft.encode()
    }

    /// The cookies of a visitor who answered so; `None` for a key without an answer.
    fn cookies(&self, answers: [Option<bool>; 4], proven: bool) -> Cookies {
        let [yes, no, neither] = self.words;
        let word = |answer: Option<bool>| answer.map_or(neither, |answer| if answer { yes } else { no });
        let keys = KEYS.map(|(key, ..)| key);
        let mut cookies = Cookies::new();
        let proof = self.proof && proven;
        let text = match (self.shape, self.listed) {
            ("json" | "list", Some(accepted)) => {
                let listed =
                    keys.iter().zip(answers).filter(|(_, answer)| answer.is_some_and(|yes| yes == accepted));
                let listed: Vec<&str> = listed.map(|(key, _)| *key).collect();
                if self.shape == "list" {
                    listed.join(",")
                } else {
                    json!({ "at": if proof { "click" } else { "load" }, "in": listed }).to_string()
                }
            }
            ("json", None) => {
                let answers =
                    keys.iter().zip(answers).map(|(key, answer)| ((*key).to_owned(), json!(word(answer))));
                let answers: serde_json::Map<_, _> = answers.collect();
                json!({ "at": if proof { "click" } else { "load" }, "in": answers }).to_string()
            }
            ("pairs", _) => {
                let pairs = keys.iter().zip(answers).map(|(key, answer)| format!("{key}:{}", word(answer)));
                format!("at:{}|{}", if proof { "click" } else { "load" }, pairs.collect::<Vec<_>>().join("|"))
            }
            ("characters", _) => answers.map(word).concat(),
            ("cookies", _) => {
                for (key, answer) in keys.iter().zip(answers) {
                    cookies.push((format!("own-{key}"), word(answer).to_owned()));
                }
                cookies.push(("closed".to_owned(), if proof { "click" } else { "no" }.to_owned()));
                return cookies;
            }
            _ => word(answers[0]).to_owned(),
        };
        let encoded = self.encoding.iter().rev().fold(text, |text, step| match *step {
            "base64" => base64::encode(text.as_bytes()),
            _ => text.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        });
        cookies.push(("own-consent".to_owned(), encoded));
        cookies
    }

    /// The answers as this banner can store them: one word is for all, and a list leaves nothing open.
    fn said(&self, answers: [Option<bool>; 4]) -> [Option<bool>; 4] {
        match (self.shape, self.listed) {
            ("word", _) => [answers[0]; 4],
            // What a list of refused keys leaves out may have been cut off, unless it is JSON.
            ("list", Some(false)) => answers.map(|answer| answer.filter(|yes| !yes)),
            (_, Some(accepted)) => {
                answers.map(|answer| Some(answer.is_some_and(|yes| yes == accepted) == accepted))
            }
            _ => answers,
        }
    }
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
        let bytes = plan.settings();
        let settings = StoredSettings::open(&bytes).unwrap();
        let (granted, denied) = votes(&settings, &plan.cookies(answers, proven));
        let said = plan.said(answers);
        let (yes, no) = (set(said, true), set(said, false));
        let chosen = (proven || !plan.proof) && (!plan.every_key || said.iter().all(Option::is_some));
        let device = PurposeSet::EMPTY.with(Purpose::DeviceStorage);
        prop_assert!(denied.contains_all(no), "{no:?} was refused: {denied:?}");
        prop_assert!(denied.without(device) == no, "{denied:?}");
        prop_assert_eq!(granted.without(device), if chosen { yes } else { PurposeSet::EMPTY });
        for region in ["FR", "US"] {
            let allowed = allowed(&settings, &plan.cookies(answers, proven), region);
            prop_assert!(allowed.intersection(no).is_empty(), "{region}: {allowed:?}");
        }
    }

    /// What was harmed on the way grants nothing that the visitor did not grant, and hides no refusal where silence is a yes.
    #[test]
    fn a_harmed_description_never_grants_more(plan in plan(), answers: [Option<bool>; 4], which in any::<Index>(), harm in harm(vec!["§", "~", "{", "\"", "\u{1}", "%", "?"])) {
        let bytes = plan.settings();
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
        let bytes = plan.settings();
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
