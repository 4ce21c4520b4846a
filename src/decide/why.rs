//! Why each campaign was shown or not: the tests and values behind its reason, for whoever asks.
//!
//! The request is decided as it was, and for every campaign that was considered the clues are written as a
//! [trace](crate::condition::trace). Only what the visitor permits is read, so that nothing else can be in it: of a signal
//! that is not permitted a trace says just that.

use alloc::string::String;

use super::campaigns::{self, consider};
use super::signals::RequestSignals;
use super::visitor;
use crate::condition::trace::{self, Trace};
use crate::condition::{Fuel, Reading, SignalReader as _, Truth, Value, eval};
use crate::consent::purpose::{Purpose, PurposeSet};
use crate::facts::Facts;
use crate::playbook::Playbook;
use crate::playbook::consent::permitted;
use crate::playbook::operators::{InStock, Operator};
use crate::playbook::view::Campaign;
use crate::reason::Reason;
use crate::response::outcome::Decision;
use crate::signal::registry::Signal;
use crate::visitor::keyring::Keyring;

/// The trace of every campaign that `facts` were decided with; `Err` is why the playbook does not apply to the request.
pub(crate) fn request(
    playbook: &Playbook,
    keys: Result<&Keyring, Reason>,
    facts: &Facts,
) -> Result<String, Reason> {
    let page = playbook.page(&facts.path).ok_or(Reason::Path)?;
    let consent = permitted(playbook, facts);
    let state = visitor(playbook, keys, facts, page, &consent);
    let signals = RequestSignals::new(playbook, facts, page, &state);
    let mut trace = Trace::default();
    for decision in campaigns::decide(playbook, &signals) {
        block(playbook, &decision, &signals, &mut trace);
    }
    if playbook.is_damaged() { Err(Reason::PlaybookDamaged) } else { Ok(trace.into_text()) }
}

fn block(playbook: &Playbook, decision: &Decision, signals: &RequestSignals<'_>, trace: &mut Trace) {
    let Some(block) = playbook.block(decision.block) else { return };
    for found in &decision.considered {
        let Some(campaign) = playbook.campaign(found.campaign) else { continue };
        // What the campaign at hand lacks, and its date, are those of this one again.
        let _ = consider(playbook, block, &campaign, signals, &mut Fuel::new());
        trace.campaign(block.id, &playbook.told(campaign.id()), found.reason.code());
        clues(found.reason, playbook, &campaign, signals, trace);
        trace.end();
    }
}

/// Writes what is behind a reason, as far as it has something behind it.
fn clues(
    reason: Reason,
    playbook: &Playbook,
    campaign: &Campaign<'_>,
    signals: &RequestSignals<'_>,
    trace: &mut Trace,
) {
    match reason {
        Reason::Matched | Reason::Control => {
            for condition in campaign.conditions() {
                trace::write(condition, signals, trace);
            }
        }
        Reason::NotEligible | Reason::EdgeOnly => conditions(campaign, signals, trace),
        Reason::NotPermitted => {
            if campaigns::permitted(campaign, signals, campaign.is_limited()).is_ok() {
                conditions(campaign, signals, trace);
            }
            let missing = campaign.purposes.iter().filter(|purpose| {
                let sensitive = campaign.is_sensitive && *purpose == Purpose::Profile;
                !signals.permits(PurposeSet::EMPTY.with(*purpose))
                    || sensitive && !signals.agrees_to_sensitive()
            });
            for purpose in missing {
                trace.fact(purpose.name(), Reading::NotPermitted, "$purpose", None);
            }
        }
        Reason::NotYet => date(campaign.starts, "$starts", signals, trace),
        Reason::Over => date(campaign.ends, "$ends", signals, trace),
        Reason::OffSchedule => {
            for operator in campaign.operators() {
                let Operator::Schedule(schedule) = operator else { continue };
                for signal in schedule.signals() {
                    trace.fact(signal.entry().name, signals.read(signal), "", None);
                }
            }
        }
        Reason::OutsideDates => {
            for operator in campaign.operators() {
                if let Operator::Around(around) = operator
                    && signals.date(around.date).is_ok_and(|date| {
                        date.is_none_or(|date| around.by_minutes && date.moment(signals.zone()).is_none())
                    })
                {
                    trace.fact(Signal::Dates.entry().name, Reading::Missing, "", None);
                }
            }
        }
        Reason::NotInStock => stock(playbook, campaign, signals, trace),
        Reason::MissingValue => {
            if let Some((signal, field)) = signals.lacked() {
                let shows = Some(field.name()).filter(|name| !name.is_empty());
                trace.fact(signal.entry().name, signals.read(signal), "$shows", shows);
            }
        }
        Reason::TooFewVisits => {
            trace.fact(Signal::Visits.entry().name, signals.read(Signal::Visits), "", None);
        }
        _ => {}
    }
}

/// Writes the first condition that fails, or else the first that is not known.
fn conditions(campaign: &Campaign<'_>, signals: &RequestSignals<'_>, trace: &mut Trace) {
    let is = |condition: &&[u8], failed: bool| match eval(condition, signals, &mut Fuel::new()) {
        Truth::False => failed,
        Truth::Unknown(_) => !failed,
        Truth::True | Truth::Faulty => false,
    };
    let all = campaign.conditions();
    let failed = all.iter().find(|condition| is(condition, true));
    if let Some(condition) = failed.or_else(|| all.iter().find(|condition| is(condition, false))) {
        trace::write(condition, signals, trace);
    }
}

/// Writes the end or the beginning of a campaign, in seconds since 1970, and the time of the request.
fn date(at: Option<i64>, asks: &str, signals: &RequestSignals<'_>, trace: &mut Trace) {
    let now = signals.now().map_or(Reading::Missing, |now| Reading::Known(Value::Number(now.seconds())));
    let mut text = String::new();
    crate::base::text::push_integer(&mut text, at.unwrap_or_default());
    trace.fact("now", now, asks, Some(&text));
}

/// Writes what is not known of store and item; if both are known, the first store that does not have the item.
fn stock(playbook: &Playbook, campaign: &Campaign<'_>, signals: &RequestSignals<'_>, trace: &mut Trace) {
    for operator in campaign.operators() {
        let Operator::InStock(item) = operator else { continue };
        let item = match item {
            InStock::Item(item) => item,
            InStock::ItemOf(code) => {
                let Some(signal) = Signal::from_code(code) else { return };
                match signals.read(signal) {
                    Reading::Known(Value::Text(item)) => item,
                    unknown => return trace.fact(signal.entry().name, unknown, "$exists", None),
                }
            }
        };
        let stores = signals.read(Signal::Stores);
        let Reading::Known(Value::List(ids)) = stores else {
            return trace.fact(Signal::Stores.entry().name, stores, "$exists", None);
        };
        let mut ids = (0..).map_while(|index| ids.text(index));
        let without = ids.find(|id| !playbook.store(id).is_some_and(|store| store.has(item)));
        let Some(store) = without else { return };
        let store = Reading::Known(Value::Text(store));
        return trace.fact(Signal::NearestStore.entry().name, store, "$stock", Some(item));
    }
}
