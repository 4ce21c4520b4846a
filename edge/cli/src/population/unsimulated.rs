//! What campaigns ask for and no synthetic visitor does or has, so that a figure of 0 is not taken for one.

use std::collections::BTreeSet;

use parvis::playbook::Playbook;
use parvis::signal::registry::Signal;
use parvis::visitor::history::Kind;

/// Signals of which every visitor has the same value or none, and what that is for a reader.
const SIGNALS: [(Signal, &str); 9] = [
    (Signal::Language, "the language of the browser"),
    (Signal::Referrer, "the site that visitors come from"),
    (Signal::Connection, "the connection"),
    (Signal::Query, "parameters of the address other than `utm_campaign`"),
    (Signal::CampaignSource, "`utm_source`"),
    (Signal::CampaignMedium, "`utm_medium`"),
    (Signal::CampaignTerm, "`utm_term`"),
    (Signal::CampaignContent, "`utm_content`"),
    (Signal::Region, "regions, but the states of the USA"),
];

/// Adds what the campaigns of this playbook ask for and the simulation does not have.
pub(super) fn join(asked: &mut BTreeSet<&'static str>, playbook: &Playbook) {
    let reads = |signal: Signal| playbook.every_campaign().any(|campaign| campaign.reads(signal));
    asked.extend(SIGNALS.iter().filter(|(signal, _)| reads(*signal)).map(|(_, what)| *what));
    let mut caps = playbook.every_campaign().flat_map(|campaign| campaign.caps().collect::<Vec<_>>());
    let needs = playbook.needs();
    if caps.any(|cap| cap.dismissals) || needs.past(Kind::Dismissed) > 0 || needs.past(Kind::Waved) > 0 {
        asked.insert("visitors who wave a campaign away");
    }
}
