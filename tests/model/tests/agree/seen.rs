//! What happened while random requests were asked, and what must have happened often for that to mean anything.

use std::collections::BTreeMap;

use parvis::reason::{Reason, Topic};
use parvis::signal::registry::Signal;
use serde_json::Value as Json;

/// How often a reason decided a block, a signal was read, a kind of content was shown.
#[derive(Debug, Default)]
pub struct Seen(BTreeMap<String, u64>);

/// Why no block shows what it shows here: a whole playbook is never faulty, and its content never too large.
const NEVER: [Reason; 2] = [Reason::Faulty, Reason::ContentTooLarge];
/// What is shown, that something was waved away, and that visitor memory was written.
const OTHERS: &str = "hidden html parts order dismissed remembered";

/// What the engine does and the model does not know yet: signals, what a playbook says, and reasons. No draw may have any of it,
/// so that what is drawn leaves this list; what is in neither is asked for and found missing, so that nothing new is forgotten.
const UNKNOWN: &[&str] = &[];

impl Seen {
    /// Counts one more of `what` with this name.
    pub fn count(&mut self, what: &str, name: &str) {
        *self.0.entry(format!("{what} {name}")).or_default() += 1;
    }

    /// Counts what a playbook says of campaigns, their experiments and their variants.
    pub fn count_draft(&mut self, draft: &Json) {
        for campaign in draft["campaigns"].as_array().expect("campaigns") {
            let variants = campaign["variants"].as_array().expect("variants").iter();
            let variants = variants.map(|variant| ("variant", variant));
            for (of, said) in
                [("campaign", campaign), ("experiment", &campaign["experiment"])].into_iter().chain(variants)
            {
                said.as_object()
                    .into_iter()
                    .flatten()
                    .for_each(|(key, _)| self.count("says", &format!("{of}.{key}")));
            }
        }
    }

    /// Fails for what hardly ever happened: the random playbooks test little of it; and for what happened and is unknown.
    pub fn assert_often(&self) {
        let reasons = Reason::ALL.iter().copied();
        let reasons =
            { reasons }.filter(|reason| reason.topic() == Topic::Decision && !NEVER.contains(reason));
        let reasons = reasons.map(|reason| (format!("reason {}", reason.code()), 50));
        let others = OTHERS.split_whitespace().map(|name| (format!("shown {name}"), 1000));
        // How far a date is, only templates of campaigns that run around one show.
        let often = |signal: &Signal| match signal {
            signal if Signal::DATE_VALUES.contains(signal) => 1,
            signal if signal.is_distance() => 20,
            _ => 1000,
        };
        let signals =
            Signal::ALL.iter().map(|signal| (format!("reads {}", signal.entry().name), often(signal)));
        let schema: Json = serde_json::from_str(&parvis::author::draft::schema()).expect("a schema");
        let drafts =
            [("campaign", "CampaignDraft"), ("experiment", "ExperimentDraft"), ("variant", "VariantDraft")];
        let said = drafts.into_iter().flat_map(|(of, draft)| {
            let keys = schema["definitions"][draft]["properties"].as_object().expect("properties").keys();
            keys.filter(|key| !key.starts_with('$')).map(move |key| (format!("says {of}.{key}"), 100))
        });
        for (what, least) in reasons.chain(others).chain(signals).chain(said) {
            let times = self.times(&what);
            let known = !UNKNOWN.contains(&what.as_str());
            assert!(!known || times >= least, "`{what}` happens {times} times: draw it more often");
        }
        for what in UNKNOWN {
            assert_eq!(self.times(what), 0, "`{what}` happens: take it off the list of what is unknown");
        }
    }

    /// How often `what` happened.
    pub fn times(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or(0)
    }
}
