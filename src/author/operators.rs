//! The drafts of campaigns and of their operators: each operator has a module here, with its draft, its checks and its
//! encoding.
//!
//! The rows of the table in [`crate::playbook::operators`] name the modules. Each has a function `check`, which finds the
//! problems of the operator in all campaigns, and a function `encode`, which writes it for the flat file and returns
//! `None` for what `check` refuses.

pub(in crate::author) mod around_date;
pub(in crate::author) mod caps;
pub(in crate::author) mod cooldown;
pub(in crate::author) mod fatigue;
pub(in crate::author) mod group;
pub(in crate::author) mod in_stock;
pub(in crate::author) mod min_visits;
pub(in crate::author) mod order_by;
pub(in crate::author) mod schedule;
pub(in crate::author) mod sticky;
pub(in crate::author) mod suppress;

pub use around_date::{AroundDraft, DateDraft};
pub use caps::{CapDraft, DismissalsDraft, PeriodDraft};
pub use cooldown::CooldownDraft;
pub use fatigue::FatigueDraft;
pub use group::{ExclusiveDraft, GroupDraft};
pub use in_stock::{InStockDraft, StoreDraft};
pub use order_by::{InterestDraft, OrderByDraft};
pub use schedule::ScheduleDraft;
pub use sticky::StickyDraft;
pub use suppress::{HappenedDraft, SubjectDraft, SuppressDraft};

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::Finding;
use super::check::names::Names;
use super::check::node::Node;
use super::draft::{ConditionDraft, Draft};
use super::status::StatusDraft;
use crate::consent::purpose::PurposeSet;
use crate::playbook::operators::{Cap, Operators as Views, Tag, operators};
use crate::signal::registry::Signal;

/// A campaign.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CampaignDraft {
    /// Its id, for reports; cookies store its hash.
    pub id: String,
    /// What people call it, for reports; it is in no page and no compiled playbook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whether it runs: `draft`, `running` or `paused`.
    #[serde(default, skip_serializing_if = "StatusDraft::is_running")]
    pub status: StatusDraft,
    /// The block it is for.
    pub block: String,
    /// If several campaigns apply to a block the highest priority wins, then the first id in the alphabet.
    #[serde(default)]
    pub priority: i32,
    /// The audience that is eligible; without it, everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Whether it is about health, religion, a trade union, sexual orientation, politics or children. Then it is only for
    /// visitors who agreed to `profile`, in every region, and visitor memory keeps nothing of it. `false` answers the question
    /// that `check` asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitive: Option<bool>,
    /// A condition of its own, which must hold beside the audience's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<ConditionDraft>,
    /// When it starts, with zone: `2026-03-01T00:00:00Z`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<String>,
    /// When it ends, with zone; inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<String>,
    /// The weekdays and times of day at which it runs; without it, always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<ScheduleDraft>,
    /// Frequency cap: how often a visitor may see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<CapDraft>,
    /// The group of campaigns with a common cap, by its name in `cap_groups`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap_group: Option<String>,
    /// Suppression: hides it for some days after its subject was bought, removed from the cart or dismissed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppress: Option<Vec<SuppressDraft>>,
    /// Cooldown: hides it for some time after any purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cooldown: Option<CooldownDraft>,
    /// The days around a date of the visitor on which it runs; without it, all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub around: Option<AroundDraft>,
    /// An item that the store nearest to the visitor must have in stock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_stock: Option<InStockDraft>,
    /// Fatigue: hides it after each exposure, each time longer; without it, not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fatigue: Option<FatigueDraft>,
    /// The allocation of visitors to the variants; makes it an experiment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub experiment: Option<ExperimentDraft>,
    /// Its variants. Of several without an experiment, a visitor sees the first that can be shown to them.
    pub variants: Vec<VariantDraft>,
}

/// The allocation of visitors to variants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExperimentDraft {
    /// The seed of the buckets; changing it reassigns all visitors. By default the id of the campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<String>,
    /// Percent of eligible visitors who take part; growing it reassigns nobody.
    #[serde(default = "hundred")]
    #[schemars(range(min = 0, max = 100))]
    pub coverage_percent: f64,
    /// The range of an exclusive group that takes part; without it, everybody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupDraft>,
    /// Sticky bucketing: visitors keep the variant they got if weights or coverage change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sticky: Option<StickyDraft>,
}

fn hundred() -> f64 {
    100.0
}

/// A variant: exactly one of `html`, `parts`, `order`, `order_by`, `hide` and `control`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VariantDraft {
    /// Its id, unique within the campaign.
    pub id: String,
    /// Percent of those who take part; either all variants have one and they sum to 100, or none has and all are equal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 100))]
    pub weight: Option<f64>,
    /// A template for the inside of the block: HTML with values, as `{{visit.last_item.title}}`, conditions, as
    /// `{{#if visit.cart}}…{{/if}}`, and lists, as `{{#each visit.items 3 by price except bought, cart}}…{{/each}}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// Texts and attributes of named elements inside the block: `title` sets the text of the element with
    /// `data-part="title"`, `link@href` an attribute of the one with `data-part="link"`. Values are text with `{{…}}` in
    /// it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<IndexMap<String, String>>,
    /// Blocks of the group that are placed first, in this order; the others keep the order of the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Vec<String>>,
    /// Orders the blocks of the group by the visitor's interest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_by: Option<OrderByDraft>,
    /// Hides the block.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub hide: bool,
    /// Control: keeps the default content and counts exposures.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub control: bool,
    /// The first visit in which it is shown: with 3, from the third visit on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 2, max = 1000))]
    pub min_visits: Option<u32>,
}

/// All operators of one campaign.
#[derive(Debug, Default)]
pub(in crate::author) struct Operators {
    /// In the format of [`Views`].
    pub(in crate::author) code: Vec<u8>,
    /// The signals they read.
    pub(in crate::author) signals: BTreeSet<Signal>,
    /// The cap within a visit, which is stored in the campaign's own record.
    pub(in crate::author) own: Option<Cap>,
}

impl Operators {
    /// The purposes without which the campaign is skipped.
    pub(in crate::author) fn purposes(&self) -> PurposeSet {
        let permits = Views::new(self.own, &self.code).map(|operator| operator.permits());
        permits.fold(PurposeSet::EMPTY, PurposeSet::union)
    }

    fn put(&mut self, tag: Tag, body: &[u8]) -> Option<()> {
        self.code.extend([tag as u8, u8::try_from(body.len()).ok()?]);
        self.code.extend(body);
        Some(())
    }
}

macro_rules! drafts {
    ($($(#[$doc:meta])* $module:ident $variant:ident $columns:tt)*) => {
        /// Encodes the operators of a campaign, in the order of the table; `None` if [`super::check`] refuses one.
        pub(in crate::author) fn encode(campaign: &CampaignDraft, draft: &Draft) -> Option<Operators> {
            let mut all = Operators::default();
            $($module::encode(campaign, draft, &mut all)?;)*
            Some(all)
        }

        /// Checks the operators of all campaigns.
        pub(in crate::author) fn check(root: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
            $($module::check(root, names, findings);)*
        }
    };
}
operators!(drafts);

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use super::super::draft::schema_value;
    use super::*;
    use crate::playbook::operators::Operator;

    /// The fields of a campaign that are not operators.
    const PLAIN: [&str; 14] = [
        "$comment",
        "id",
        "title",
        // What does not run has no operator either.
        "status",
        "block",
        "priority",
        "audience",
        "when",
        "starts",
        "ends",
        "experiment",
        "variants",
        "cap_group",
        // A label: who may see the campaign follows from it, and no gate of its own.
        "sensitive",
    ];

    /// A key that limits campaigns without a row would have no gate.
    #[test]
    fn every_key_of_a_campaign_is_plain_or_has_a_row_of_the_table() {
        let schema = schema_value();
        let keys = |draft: &str| {
            let found = schema.pointer(&alloc::format!("/definitions/{draft}/properties")).unwrap();
            found.as_object().unwrap().keys().cloned().collect::<BTreeSet<String>>()
        };
        let limiting: BTreeSet<String> =
            keys("CampaignDraft").into_iter().filter(|key| !PLAIN.contains(&key.as_str())).collect();
        let rows: BTreeSet<String> =
            Operator::KEYS.iter().filter(|key| !key.contains('/')).map(|key| (*key).into()).collect();
        assert_eq!(limiting, rows);
        for key in Operator::KEYS.iter().filter(|key| key.contains('/')) {
            let (of, inner) = key.split_once('/').unwrap();
            let draft = if of == "variants" { "VariantDraft" } else { "ExperimentDraft" };
            assert!(keys(draft).contains(inner), "{key}");
        }
    }
}
