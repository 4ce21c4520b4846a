//! Checks of suppressions: what they are about must be clear, known, and such that it can happen to it.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::Finding;
use super::names::Names;
use super::node::Node;
use super::site::reference;
use crate::condition::near::{nearest, suggest};
use crate::playbook::draft::{CampaignDraft, HappenedDraft, SubjectDraft, SuppressDraft};
use crate::playbook::suppress::{Subject, Unclear, kind, shown, subject};
use crate::signal::registry::Signal;

/// More rules than anybody keeps in mind.
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
        // What is not of the form of a campaign is told already.
        let Ok(draft) = serde_json::from_value::<CampaignDraft>(campaign.value.clone()) else { continue };
        let Some(shown) = shown(&draft, names.marker, &names.blocks) else { continue };
        let mut known = Vec::new();
        for (node, rule) in campaign.elements("suppress").zip(draft.suppress.iter().flatten()) {
            if rule.when != HappenedDraft::Dismissed && rule.what == SubjectDraft::Campaign {
                let message = "campaigns are waved away, not bought or removed";
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
            if rule.what == SubjectDraft::Category && signal.entry().names_item && !has_categories(root) {
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
            format!("which {sort}? The variants show none"),
            "say it in `of`: a signal, as `visit.last_item`, or an id".into(),
        ),
        Unclear::Several(one, other) => (
            format!("which {sort}? The variants show `{}` and `{}`", one.entry().name, other.entry().name),
            format!("say it in `of`, as `\"of\": \"{}\"`", one.entry().name),
        ),
    };
    let at = if rule.of.is_some() { node.at("of") } else { node.pointer.clone() };
    Finding::error("suppress-of", &at, message, help)
}
