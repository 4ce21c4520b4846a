//! What happened while random requests were asked, and what must have happened often for that to mean anything.

use std::collections::BTreeMap;

use parvis::signal::registry::Signal;

/// How often a reason decided a block, a signal was read, a kind of content was shown.
#[derive(Debug, Default)]
pub struct Seen(BTreeMap<String, u64>);

/// Why a block shows what it shows, as far as the model knows: not that a campaign is faulty or out of sight, which no request
/// of a whole playbook to an edge is, and not that content is too large.
const REASONS: &str = "matched control no-campaign not-eligible no-permit not-yet over off-schedule no-clock capped uncounted \
    holdout no-unit not-allocated missing-value";
/// What is shown, that something was waved away, and that visitor memory was written.
const OTHERS: &str = "hidden html parts order dismissed remembered";

impl Seen {
    /// Counts one more of `what` with this name.
    pub fn count(&mut self, what: &str, name: &str) {
        *self.0.entry(format!("{what} {name}")).or_default() += 1;
    }

    /// Fails for what hardly ever happened: the random playbooks test little of it.
    pub fn assert_often(&self) {
        let reasons = REASONS.split_whitespace().map(|name| ("reason", name, 100));
        let others = OTHERS.split_whitespace().map(|name| ("shown", name, 1000));
        let signals = Signal::ALL.iter().map(|signal| ("reads", signal.entry().name, 1000));
        for (what, name, least) in reasons.chain(others).chain(signals) {
            let times = self.0.get(&format!("{what} {name}")).copied().unwrap_or(0);
            assert!(times >= least, "`{what} {name}` happens {times} times: draw it more often");
        }
    }
}
