//! The log record of a request, made of closed codes and counts.
//!
//! It has no field for a URL, a query, a header, an id of a person or an address. Names in it are those of the playbook.
//! Exposures are recorded only for blocks that were placed, and only if the visitor allows measurement.

use alloc::string::String;
use alloc::vec::Vec;

use crate::base::text;
use crate::consent::purpose::{Purpose, PurposeSet};
use crate::playbook::Playbook;
use crate::reason::Reason;
use crate::response::decided::Decided;
use crate::response::obligations::Duty;
use crate::response::outcome::{Chosen, Content, Decision};

/// The log record of one request.
#[derive(Clone, Debug)]
pub struct Record {
    /// The reason for the response: [`Reason::Placed`] when at least one block was changed.
    pub reason: Reason,
    /// The origin's status; 0 while it is unknown.
    pub status: u16,
    /// Bytes of the origin's body that passed through the engine; 0 for bodies the host copied itself.
    pub bytes_in: u64,
    decided: Option<Details>,
    kept: Vec<(Purpose, bool)>,
}

/// The fields that are logged if decisions were made.
#[derive(Clone, Debug)]
struct Details {
    page: String,
    digest: u64,
    influence: &'static str,
    cache: &'static str,
    allowed: PurposeSet,
    visit: Reason,
    memory: Reason,
    blocks: Vec<(String, Reason)>,
    exposures: Vec<Exposure>,
}

/// A variant or control that was actually placed.
#[derive(Clone, Debug)]
struct Exposure {
    campaign: String,
    variant: String,
    propensity: u16,
}

impl Default for Record {
    fn default() -> Record {
        Record { reason: Reason::NothingToChange, status: 0, bytes_in: 0, decided: None, kept: Vec::new() }
    }
}

impl Record {
    /// The record as one line of JSON without a line end; the same members in the same order for the same exchange.
    pub fn to_json(&self) -> String {
        let mut json = String::from("{\"parvis\":1,\"reason\":\"");
        json.push_str(self.reason.code());
        json.push_str("\",\"status\":");
        text::push_integer(&mut json, i64::from(self.status));
        json.push_str(",\"bytes\":");
        text::push_integer(&mut json, i64::try_from(self.bytes_in).unwrap_or(i64::MAX));
        if let Some(details) = &self.decided {
            details.push(&mut json);
        }
        if !self.kept.is_empty() {
            json.push_str(",\"consent\":{");
            list(&mut json, self.kept.iter(), |json, (purpose, refused)| {
                quoted(json, purpose.name());
                json.push(':');
                quoted(json, if *refused { "withdrawn" } else { "lapsed" });
            });
            json.push('}');
        }
        json.push('}');
        json
    }

    /// Records which cookies lack their permit, and so are deleted: the evidence of a withdrawal.
    pub(crate) fn keep(&mut self, duty: &Duty) {
        self.kept = duty.kept().collect();
    }

    pub(crate) fn decide(&mut self, decided: &Decided, playbook: &Playbook) {
        let outcome = &decided.outcome;
        let name = |index: u16| playbook.block(index).map_or_else(String::new, |block| block.id.into());
        let blocks =
            outcome.decisions().iter().map(|decision| (name(decision.block), decision.reason)).collect();
        self.decided = Some(Details {
            page: decided.page_kind.clone(),
            digest: playbook.digest(),
            influence: outcome.influence().name(),
            cache: outcome.policy().name(),
            allowed: outcome.allowed(),
            visit: decided.visit_reason,
            memory: decided.memory_reason,
            blocks,
            exposures: Vec::new(),
        });
    }

    /// Records that the decided response had to be passed through: nothing was placed.
    pub(crate) fn pass(&mut self, reason: Reason) {
        self.reason = reason;
    }

    /// Records the outcome of each block in the page, and what a person was shown, if a person sees it.
    pub(crate) fn place(
        &mut self,
        report: &[(&str, Reason)],
        decided: &Decided,
        playbook: &Playbook,
        is_seen: bool,
    ) {
        let outcome = &decided.outcome;
        let Some(details) = &mut self.decided else { return };
        let shows = |id: &str| {
            let is_of =
                |decision: &&Decision| playbook.block(decision.block).is_some_and(|block| block.id == id);
            outcome.decisions().iter().find(is_of).is_none_or(|decision| decision.content != Content::Default)
        };
        for &(id, found) in report {
            if found == Reason::Placed {
                if shows(id) {
                    self.reason = Reason::Placed;
                }
            } else if let Some(block) = details.blocks.iter_mut().find(|(block, _)| block == id) {
                block.1 = found;
            }
        }
        let placed = |id: &str| report.contains(&(id, Reason::Placed));
        if is_seen {
            self.expose(decided, playbook, placed);
        }
    }

    /// Records the exposures of what is in `placed`, if they may be counted; previews never are, and a reload is no further
    /// exposure. A control is there where another variant would have been placed.
    fn expose(&mut self, decided: &Decided, playbook: &Playbook, placed: impl Fn(&str) -> bool) {
        let Some(details) =
            self.decided.as_mut().filter(|details| details.allowed.contains(Purpose::Measurement))
        else {
            return;
        };
        let is_new = |decision: &&Decision| {
            decision.reason != Reason::Forced && !decided.again.contains(&decision.block)
        };
        let counted = decided.outcome.decisions().iter().filter(is_new);
        for decision in counted {
            let id = playbook.block(decision.block).map_or("", |block| block.id);
            if let Some(exposure) =
                decision.chosen.filter(|_| placed(id)).and_then(|chosen| exposure(chosen, playbook))
            {
                details.exposures.push(exposure);
            }
        }
    }
}

fn exposure(chosen: Chosen, playbook: &Playbook) -> Option<Exposure> {
    let campaign = playbook.campaign(chosen.campaign)?;
    let variant = campaign.variants().nth(usize::from(chosen.variant))?;
    Some(Exposure {
        campaign: campaign.id().into(),
        variant: variant.id.into(),
        propensity: chosen.propensity,
    })
}

impl Details {
    fn push(&self, json: &mut String) {
        json.push_str(",\"playbook\":\"");
        text::push_hex(json, self.digest, 16);
        for (name, value) in [
            ("page", self.page.as_str()),
            ("influence", self.influence),
            ("cache", self.cache),
            ("visit", self.visit.code()),
            ("memory", self.memory.code()),
        ] {
            json.push_str("\",\"");
            json.push_str(name);
            json.push_str("\":\"");
            json.push_str(if text::is_id(value) { value } else { "" });
        }
        json.push_str("\",\"allowed\":[");
        list(json, self.allowed.iter(), |json, purpose| quoted(json, purpose.name()));
        json.push_str("],\"blocks\":{");
        list(json, self.blocks.iter(), |json, (block, reason)| {
            quoted(json, block);
            json.push(':');
            quoted(json, reason.code());
        });
        json.push_str("},\"exposures\":[");
        list(json, self.exposures.iter(), |json, exposure| {
            json.push_str("{\"campaign\":");
            quoted(json, &exposure.campaign);
            json.push_str(",\"variant\":");
            quoted(json, &exposure.variant);
            json.push_str(",\"propensity\":");
            text::push_integer(json, i64::from(exposure.propensity));
            json.push('}');
        });
        json.push(']');
    }
}

fn list<T>(json: &mut String, items: impl Iterator<Item = T>, push: impl Fn(&mut String, T)) {
    for (index, item) in items.enumerate() {
        if index > 0 {
            json.push(',');
        }
        push(json, item);
    }
}

/// Names of the playbook have the form [A-Za-z0-9_.:-], which needs no escapes in JSON. A name of another form, in a file
/// that no compiler wrote, is left out.
fn quoted(json: &mut String, name: &str) {
    json.push('"');
    json.push_str(if text::is_id(name) { name } else { "" });
    json.push('"');
}
