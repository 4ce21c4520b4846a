//! The drafts of suppression: hides a campaign after an event of its subject.
//!
//! The subjects of suppressions, and their encoding.
//!
//! Checks of suppressions: the subject must be unambiguous, exist, and be of a kind that the event can happen to.

use crate::assign::hash;
use crate::author::check::Finding;
use crate::author::check::names::Names;
use crate::author::check::node::Node;
use crate::author::check::site::reference;
use crate::author::did_you_mean::{nearest, suggest};
use crate::author::draft::{CampaignDraft, Draft};
use crate::author::operators::Operators;
use crate::author::template;
use crate::playbook::operators::{BY_CATEGORY, OF_SIGNAL, Tag};
use crate::signal::registry::{Named, Signal};
use crate::visitor::history::Kind;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An event after which a campaign is hidden for some days. If it is about a list, what the event happened to is left out of it,
/// and the campaign is hidden if nothing is left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SuppressDraft {
    /// The kind of event.
    pub when: HappenedDraft,
    /// The kind of subject.
    pub what: SubjectDraft,
    /// The days, of 24 hours from the hour of the event.
    #[schemars(range(min = 1, max = 180))]
    pub days: u32,
    /// The subject: a signal, as `visit.last_item`, or the id of an item, a category or a campaign. By default the one
    /// signal of that kind which its variants show, or for `campaign` the campaign itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
}

/// A kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HappenedDraft {
    /// It was bought.
    Bought,
    /// It was removed from the cart.
    Removed,
    /// It was dismissed, or a campaign with this rule was dismissed while it was the subject.
    Dismissed,
}

/// A kind of subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SubjectDraft {
    /// The item that the campaign is about.
    Item,
    /// Any item of the category that the campaign is about, or of the category of its item.
    Category,
    /// The campaign itself, or the one that `of` names.
    Campaign,
}

/// The subject of a suppression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject<'d> {
    /// The value of a signal.
    Signal(Signal),
    /// This id.
    Id(&'d str),
}

/// Why a rule has no subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unclear {
    /// The variants show no signal of that kind, and `of` is missing.
    Nothing,
    /// The variants show several.
    Several(Signal, Signal),
    /// The value of the signal is not of that kind.
    Another(Signal),
}

/// The subject of `rule`, in a campaign of this id whose variants show these signals.
fn subject<'d>(
    rule: &'d SuppressDraft,
    id: &'d str,
    shown: &BTreeSet<Signal>,
) -> Result<Subject<'d>, Unclear> {
    let names = |signal: Signal| match rule.what {
        SubjectDraft::Item => signal.entry().names == Named::Item,
        SubjectDraft::Category => matches!(signal.entry().names, Named::Item | Named::Category),
        SubjectDraft::Campaign => false,
    };
    if let Some(of) = &rule.of {
        return match Signal::from_name(of) {
            Some(signal) if names(signal) => Ok(Subject::Signal(signal)),
            Some(signal) => Err(Unclear::Another(signal)),
            None => Ok(Subject::Id(of)),
        };
    }
    if rule.what == SubjectDraft::Campaign {
        return Ok(Subject::Id(id));
    }
    let mut about = shown.iter().copied().filter(|signal| names(*signal));
    match (about.next(), about.next()) {
        (None, _) => Err(Unclear::Nothing),
        (Some(one), None) => Ok(Subject::Signal(one)),
        (Some(one), Some(other)) => Err(Unclear::Several(one, other)),
    }
}

/// The signals that the variants of a campaign show; `None` if [`crate::author::check`] refuses a template.
pub(in crate::author) fn shown(
    campaign: &CampaignDraft,
    marker: &str,
    blocks: &[&str],
) -> Option<BTreeSet<Signal>> {
    let mut shown = BTreeSet::new();
    for variant in &campaign.variants {
        if let Some(html) = &variant.html {
            shown.extend(template::compile(html, marker, blocks).ok()?.signals);
        }
        for (key, value) in variant.parts.iter().flatten() {
            shown.extend(template::compile_part(key, value, marker).ok()?.signals);
        }
    }
    Some(shown)
}

/// The kind of event that a rule needs to be stored.
const fn kind(rule: &SuppressDraft) -> Kind {
    match (rule.when, rule.what) {
        (HappenedDraft::Bought, _) => Kind::Bought,
        (HappenedDraft::Removed, _) => Kind::Removed,
        (HappenedDraft::Dismissed, SubjectDraft::Campaign) => Kind::Waved,
        (HappenedDraft::Dismissed, _) => Kind::Dismissed,
    }
}

pub(super) fn encode(campaign: &CampaignDraft, draft: &Draft, all: &mut Operators) -> Option<()> {
    let Some(rules) = &campaign.suppress else { return Some(()) };
    let blocks: Vec<&str> = draft.blocks.keys().map(|id| id.as_str()).collect();
    let shown = shown(campaign, &draft.site.marker, &blocks)?;
    for rule in rules {
        let (flag, code, signal) = match subject(rule, &campaign.id, &shown).ok()? {
            Subject::Signal(signal) => (OF_SIGNAL, u32::from(signal.code()), Some(signal)),
            Subject::Id(id) => (0, hash::code(id), None),
        };
        let by_category = if rule.what == SubjectDraft::Category { BY_CATEGORY } else { 0 };
        let mut body = Vec::from([kind(rule) as u8, flag | by_category]);
        body.extend(u16::try_from(rule.days).ok()?.to_le_bytes());
        body.extend(code.to_le_bytes());
        all.put(Tag::Suppress, &body)?;
        all.signals.extend(signal);
    }
    Some(())
}

/// Maximum number of rules of a campaign.
const RULES: usize = 16;

pub(super) fn check(root: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    let ids: Vec<&str> = root.elements("campaigns").filter_map(|campaign| campaign.text("id")).collect();
    for campaign in root.elements("campaigns") {
        let Some(list) = campaign.get("suppress").filter(|list| list.value.is_array()) else { continue };
        let count = campaign.elements("suppress").count();
        if count == 0 {
            let (message, help) =
                ("the list is empty, so nothing is suppressed", "name something, or remove it");
            findings.push(Finding::warning("redundant", &list.pointer, message, help));
        } else if count > RULES {
            let message = format!("there are more than {RULES} suppressions");
            findings.push(Finding::error("too-many", &list.pointer, message, "suppress by category"));
        }
        // Campaigns with errors of form are reported elsewhere.
        let Ok(draft) = serde_json::from_value::<CampaignDraft>(campaign.value.clone()) else { continue };
        let Some(shown) = shown(&draft, names.marker, &names.blocks) else { continue };
        let mut known = Vec::new();
        for (node, rule) in campaign.elements("suppress").zip(draft.suppress.iter().flatten()) {
            if rule.when != HappenedDraft::Dismissed && rule.what == SubjectDraft::Campaign {
                let message = "`what` is a campaign, which can be dismissed but not bought or removed";
                let help =
                    "write `item` or `category` as `what`; `cooldown` keeps it away after any purchase";
                findings.push(Finding::error("never-suppresses", &node.at("what"), message, help));
                continue;
            }
            match subject(rule, &draft.id, &shown) {
                Ok(about) => {
                    of_something(&node, rule, about, (root, names, &ids), findings);
                    if known.contains(&(kind(rule), rule.what, about)) {
                        let (message, help) = ("this is suppressed already", "keep the rule with more days");
                        findings.push(Finding::warning("redundant", &node.pointer, message, help));
                    }
                    known.push((kind(rule), rule.what, about));
                }
                Err(why) => findings.push(unclear(&node, rule, why)),
            }
        }
    }
}

fn of_something(
    node: &Node<'_>,
    rule: &SuppressDraft,
    about: Subject<'_>,
    (root, names, ids): (&Node<'_>, &Names<'_>, &[&str]),
    findings: &mut Vec<Finding>,
) {
    let at = node.at("of");
    let id = match about {
        Subject::Id(id) => id,
        Subject::Signal(signal) => {
            if rule.what == SubjectDraft::Category
                && signal.entry().names == Named::Item
                && !has_categories(root)
            {
                let name = signal.entry().name;
                let message = format!("no item of the catalog has a category, so `{name}` has none");
                let help = "give items their `category`, or suppress by `item`";
                findings.push(Finding::warning("never-suppresses", &node.at("what"), message, help));
            }
            return;
        }
    };
    let slip = || nearest(id, Signal::ALL.iter().map(|signal| signal.entry().name)).map(suggestion);
    let (what, known, declared_in) = match rule.what {
        SubjectDraft::Item => ("item", &names.items, "catalog.items"),
        SubjectDraft::Category => ("category", &names.categories, "catalog.categories"),
        SubjectDraft::Campaign => {
            if !ids.contains(&id) {
                let help = suggest(id, ids.iter().copied())
                    .unwrap_or_else(|| "without `of` the campaign itself is meant".into());
                let message = format!("there is no campaign `{id}`");
                findings.push(Finding::error("unknown-campaign", &at, message, help));
            }
            return;
        }
    };
    if !known.contains(&id) {
        let mut finding = reference(what, what, id, known, declared_in, &at);
        if let Some(help) = slip() {
            finding.help = help;
        }
        findings.push(finding);
    }
}

fn suggestion(near: &str) -> String {
    format!("did you mean `{near}`?")
}

fn has_categories(root: &Node<'_>) -> bool {
    let Some(catalog) = root.get("catalog") else { return false };
    catalog.members("items").any(|(_, item)| item.text("category").is_some())
}

fn unclear(node: &Node<'_>, rule: &SuppressDraft, why: Unclear) -> Finding {
    let sort = match rule.what {
        SubjectDraft::Item => "item",
        SubjectDraft::Category => "category",
        SubjectDraft::Campaign => "campaign",
    };
    let (message, help) = match why {
        Unclear::Another(signal) => (
            format!("`{}` names no {sort}", signal.entry().name),
            match rule.what {
                SubjectDraft::Campaign => "write the id of a campaign, or leave `of` out".into(),
                _ => format!("write a signal that names an {sort}, as `visit.last_item`, or an id")
                    .replace("an c", "a c"),
            },
        ),
        Unclear::Nothing => (
            format!("the {sort} is not clear: the variants show none"),
            "name it in `of`: a signal, as `visit.last_item`, or an id".into(),
        ),
        Unclear::Several(one, other) => (
            format!(
                "the {sort} is not clear: the variants show `{}` and `{}`",
                one.entry().name,
                other.entry().name
            ),
            format!("name it in `of`, as `\"of\": \"{}\"`", one.entry().name),
        ),
    };
    let at = if rule.of.is_some() { node.at("of") } else { node.pointer.clone() };
    Finding::error("suppress-of", &at, message, help)
}
