//! Descriptions of banners, read by the model and by the engine: both grant and deny the same, also where a value was harmed.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

#[path = "../../consent/plan.rs"]
#[expect(dead_code, reason = "the laws use more of it")]
mod plan;

use parvis::author::consent_draft::ConsentDraft;
use parvis::base::calendar::Millis;
use parvis::consent::evidence::Evidence;
use parvis::consent::purpose::{Purpose, PurposeSet};
use parvis::consent::resolve::{Finding, Witness, resolve_seen};
use parvis::consent::stored::StoredSettings;
use parvis::facts::Facts;
use parvis_model::Model;
use plan::{Cookies, harm, harmed, plan};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

/// Visitors that both are asked about.
const VISITORS: usize = 4000;

/// What the engine reads in what a visitor stored.
fn engine(draft: &Value, cookies: &Cookies) -> Value {
    #[derive(Default)]
    struct Votes(PurposeSet, PurposeSet);
    impl Witness for Votes {
        fn saw(&mut self, finding: &Finding<'_>) {
            self.0 = self.0.union(finding.answer.vote.granted);
            self.1 = self.1.union(finding.answer.vote.denied);
        }
    }
    let draft: ConsentDraft = serde_json::from_value(draft.clone()).unwrap();
    assert_eq!(draft.check(), []);
    let bytes = draft.encode();
    let facts = Facts {
        cookies: cookies.iter().map(|(name, value)| format!("{name}={value}")).collect(),
        country: Some("FR".to_owned()),
        now: Some(Millis(1_795_262_400_000)),
        ..Facts::default()
    };
    let mut votes = Votes::default();
    resolve_seen(&Evidence::of(&facts), &StoredSettings::open(&bytes).unwrap(), &mut votes);
    let names = |set: PurposeSet| {
        let mut names: Vec<&str> = set.iter().map(Purpose::name).collect();
        names.sort_unstable();
        names
    };
    json!({ "granted": names(votes.0), "denied": names(votes.1) })
}

#[test]
fn engine_and_model_read_descriptions_alike() {
    let letters = vec!["§", "~", "{", "\"", "%", "?", "1", "true", ":"];
    let visitors = (
        plan(),
        any::<[Option<bool>; 4]>(),
        any::<bool>(),
        proptest::option::of((any::<Index>(), harm(letters))),
    );
    let mut runner = TestRunner::deterministic();
    let mut asked = Vec::new();
    for _ in 0..VISITORS {
        let (plan, answers, proven, harm) = visitors.new_tree(&mut runner).unwrap().current();
        let mut cookies = plan.cookies(answers, proven);
        if let Some((which, harm)) = harm {
            let at = which.index(cookies.len());
            cookies[at].1 = harmed(&cookies[at].1, &harm);
        }
        asked.push((plan.draft(), cookies));
    }
    let question: Vec<Value> = asked
        .iter()
        .map(|(draft, cookies)| json!({ "described": draft["banners"], "cookies": cookies }))
        .collect();
    let mut model = Model::start();
    model.ask_banners(&question);
    let answers = model.answers();
    assert_eq!(answers.len(), VISITORS);
    let (mut yes, mut no) = (0, 0);
    for ((draft, cookies), answer) in asked.iter().zip(&answers) {
        assert_eq!(&engine(draft, cookies), answer, "{cookies:?} by {draft}");
        yes += usize::from(answer["granted"] != json!([]));
        no += usize::from(answer["denied"] != json!([]));
    }
    assert!(yes > VISITORS / 5 && no > VISITORS / 5, "{yes} grant and {no} deny");
}
