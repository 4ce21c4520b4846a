//! What a campaign is called and whether it runs.
//!
//! A draft campaign is checked like any other and is in no compiled file. A paused one is compiled, so that what visitors have
//! of it is kept, and is shown to nobody: its place of the end has [`PAUSED`]. Titles are in no compiled file.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::check::node::Node;
use super::check::{Finding, Place};
use super::draft::Draft;
use super::operators::CampaignDraft;

pub(in crate::author) use crate::playbook::wire::PAUSED;

/// The readiness of a campaign that runs.
const RUNS: u8 = 2;

/// The longest title, in characters.
const LONGEST: usize = 128;

/// Whether a campaign runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StatusDraft {
    /// It is being written: it is checked, and is in no compiled playbook.
    Draft,
    /// It runs, within its dates.
    #[default]
    Running,
    /// Nobody sees it. Caps, fatigue, dismissals and variants of visitors are kept until it runs again.
    Paused,
}

impl StatusDraft {
    /// Whether it runs.
    pub const fn is_running(&self) -> bool {
        matches!(self, StatusDraft::Running)
    }
}

impl Draft {
    /// The same without draft campaigns: what is compiled.
    #[must_use]
    pub fn served(&self) -> Draft {
        let mut served = self.clone();
        served.campaigns.retain(|campaign| campaign.status != StatusDraft::Draft);
        served
    }

    /// The ids of the campaigns of this status.
    pub fn having(&self, status: StatusDraft) -> Vec<&str> {
        let having = self.campaigns.iter().filter(|campaign| campaign.status == status);
        having.map(|campaign| campaign.id.as_str()).collect()
    }

    /// The titles of campaigns, by id.
    pub fn titles(&self) -> Titles {
        let title = |campaign: &CampaignDraft| Some((campaign.id.clone(), campaign.title.clone()?));
        Titles(self.campaigns.iter().filter_map(title).collect())
    }
}

/// Titles of campaigns, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Titles(IndexMap<String, String>);

impl Titles {
    /// The titles in the text of a draft, which may have errors; none if it is no JSON.
    ///
    /// ```
    /// let titles = parvis::author::status::Titles::of(r#"{"campaigns": [{"id": "s26", "title": "Spring"}]}"#);
    /// assert_eq!(titles.name("s26"), "s26 (Spring)");
    /// assert_eq!(titles.name("other"), "other");
    /// ```
    pub fn of(source: &str) -> Titles {
        let value: Json = serde_json::from_str(source).unwrap_or_default();
        let title = |campaign: &Json| {
            Some((campaign.get("id")?.as_str()?.to_string(), campaign.get("title")?.as_str()?.to_string()))
        };
        let campaigns = value.get("campaigns").and_then(Json::as_array).into_iter().flatten();
        Titles(campaigns.filter_map(title).collect())
    }

    /// The title of a campaign.
    pub fn get(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }

    /// How reports name a campaign: its id, and its title if it has one.
    pub fn name(&self, id: &str) -> String {
        self.get(id).map_or_else(|| id.to_string(), |title| format!("{id} ({title})"))
    }
}

/// Checks titles, and that a campaign runs.
pub(in crate::author) fn check(root: &Node<'_>, findings: &mut Vec<Finding>) {
    let (mut all, mut running) = (0_usize, 0_usize);
    for campaign in root.elements("campaigns") {
        all = all.saturating_add(1);
        running = running.saturating_add(usize::from(readiness(&campaign) == RUNS));
        let Some(title) = campaign.text("title") else { continue };
        let at = campaign.at("title");
        if title.trim().is_empty() {
            let help = "write what people call it, or leave it out";
            findings.push(Finding::error("empty-text", &at, "the campaign has an empty title", help));
        } else if title.chars().count() > LONGEST || title.chars().any(turns) {
            let message = format!(
                "the title has more than {LONGEST} characters, or a line break or another sign that cannot be shown"
            );
            findings.push(Finding::error("bad-title", &at, message, "write a few words"));
        }
    }
    if all > 0 && running == 0 {
        let message = "every campaign is a draft or paused, so every page stays as it is";
        let help = "set `\"status\": \"running\"` on those that should be shown";
        findings.push(Finding::warning("nothing-runs", "/campaigns", message, help).at(Place::Key));
    }
}

/// Whether a sign breaks a line or turns what stands behind it (Unicode, UAX #9 and #14): reports show titles as they are.
fn turns(sign: char) -> bool {
    sign.is_control()
        || matches!(sign, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// How near a campaign is to being shown: a draft, then a paused one, then one that runs.
pub(in crate::author) fn readiness(campaign: &Node<'_>) -> u8 {
    match campaign.text("status") {
        Some("draft") => 0,
        Some("paused") => 1,
        _ => RUNS,
    }
}
