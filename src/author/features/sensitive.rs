//! What is sensitive: campaigns, audiences, items and categories with a label, and words that make one ask for it.
//!
//! A campaign is sensitive by its own label, by that of its audience, and by that of an item or a category it names. It is only
//! for visitors who agreed to `profile`, in every region, and neither reads visitor memory nor is kept there. Words are those of
//! the special categories of GDPR article 9, as far as shops and magazines write of them, and of children (recital 38).

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::Value as Json;

use crate::author::check::node::Node;
use crate::author::check::{Finding, Place};
use crate::author::condition::parse::{Compared, LABEL, parse};
use crate::author::draft::{CampaignDraft, ConditionDraft, Draft, ItemDraft};
use crate::consent::purpose::Purpose;
use crate::playbook::view::{Campaign, Playbook};
use crate::signal::registry::{Named, Signal};

/// Words in small letters, English and French, by what they are about.
const WORDS: [(&str, &[&str]); 6] = [
    (
        "health",
        &[
            "health",
            "medical",
            "medicine",
            "medication",
            "disease",
            "illness",
            "cancer",
            "diabetes",
            "depression",
            "pregnancy",
            "pregnant",
            "fertility",
            "disability",
            "hiv",
            "santé",
            "sante",
            "médical",
            "medicament",
            "médicament",
            "médicaments",
            "maladie",
            "diabète",
            "dépression",
            "grossesse",
            "enceinte",
            "fertilité",
            "handicap",
            "vih",
        ],
    ),
    (
        "religion",
        &[
            "religion",
            "religions",
            "religious",
            "church",
            "mosque",
            "synagogue",
            "christian",
            "catholic",
            "muslim",
            "jewish",
            "islam",
            "halal",
            "kosher",
            "religieux",
            "religieuse",
            "église",
            "eglise",
            "mosquée",
            "mosquee",
            "chrétien",
            "catholique",
            "musulman",
            "musulmane",
            "juif",
            "juive",
            "casher",
        ],
    ),
    (
        "trade unions",
        &["union", "unions", "unionist", "syndicat", "syndicats", "syndical", "syndicale", "syndiqué"],
    ),
    (
        "sexual orientation",
        &[
            "orientation",
            "gay",
            "lesbian",
            "bisexual",
            "homosexual",
            "transgender",
            "queer",
            "lgbt",
            "lgbtq",
            "lesbienne",
            "bisexuel",
            "bisexuelle",
            "homosexuel",
            "homosexuelle",
            "transgenre",
        ],
    ),
    (
        "politics",
        &[
            "politics",
            "political",
            "politician",
            "election",
            "elections",
            "voter",
            "voters",
            "politique",
            "politiques",
            "élection",
            "élections",
            "électeur",
            "électeurs",
        ],
    ),
    (
        "children",
        &[
            "children", "child", "kid", "kids", "toddler", "minors", "enfant", "enfants", "mineurs", "bébé",
            "bebe",
        ],
    ),
];

/// Whether an item is sensitive: by its own label or by its category's.
pub(in crate::author) fn item(item: &ItemDraft, draft: &Draft) -> bool {
    let category = item.category.as_ref().and_then(|id| draft.catalog.categories.get(id));
    item.sensitive == Some(true) || category.is_some_and(|category| category.sensitive == Some(true))
}

/// Whether a campaign is sensitive.
pub(in crate::author) fn campaign(campaign: &CampaignDraft, draft: &Draft) -> bool {
    let audience = campaign.audience.as_ref().and_then(|id| draft.audiences.get(id));
    let labelled = |condition: &ConditionDraft| condition.0.get(LABEL) == Some(&Json::Bool(true));
    campaign.sensitive == Some(true)
        || audience.into_iter().chain(&campaign.when).any(labelled)
        || names(campaign, draft).iter().any(|id| thing(id, draft))
}

/// Whether this is the id of a sensitive item or category.
fn thing(id: &str, draft: &Draft) -> bool {
    let category = draft.catalog.categories.get(id);
    draft.catalog.items.get(id).is_some_and(|one| item(one, draft))
        || category.is_some_and(|category| category.sensitive == Some(true))
}

/// The ids of items and categories that a campaign names.
fn names(campaign: &CampaignDraft, draft: &Draft) -> Vec<String> {
    let audience = campaign.audience.as_ref().and_then(|id| draft.audiences.get(id));
    let conditions = audience.into_iter().chain(&campaign.when);
    let compared = conditions.flat_map(|condition| compared(&Json::Object(condition.0.clone())));
    let mut names: Vec<String> = compared.filter(is_of_catalog).map(|compared| compared.text).collect();
    names.extend(campaign.in_stock.iter().filter_map(|stock| stock.item.clone()));
    names.extend(campaign.suppress.iter().flatten().filter_map(|rule| rule.of.clone()));
    let orders = campaign.variants.iter().filter_map(|variant| variant.order_by.as_ref());
    names.extend(orders.flat_map(|order| order.categories.values().cloned()));
    names
}

fn compared(condition: &Json) -> Vec<Compared> {
    parse(condition).map_or_else(|refused| refused.texts, |parsed| parsed.texts)
}

fn is_of_catalog(compared: &Compared) -> bool {
    matches!(compared.signal.entry().names, Named::Item | Named::Category)
}

/// Says what sensitive campaigns cannot do, and asks for labels where words make one think of them.
pub(in crate::author) fn check(
    root: &Node<'_>,
    draft: &Draft,
    compiled: Vec<u8>,
    findings: &mut Vec<Finding>,
) {
    if let Ok(playbook) = Playbook::open_for_one(compiled) {
        for node in root.elements("campaigns") {
            let known = playbook.every_campaign().find(|one| Some(one.id()) == node.text("id"));
            findings.extend(known.and_then(|campaign| remembered(&campaign, &node)));
        }
    }
    for (node, one) in root.elements("campaigns").zip(&draft.campaigns) {
        let asks = one.sensitive.is_none() && !campaign(one, draft);
        let title = one.title.as_deref().unwrap_or_default();
        if asks
            && !ask(&one.id, "the campaign", &node.at("id"), Place::Value, findings)
            && !ask(title, "the campaign", &node.at("title"), Place::Value, findings)
        {
            let when = node.get("when").filter(|when| !is_answered(when));
            findings.extend(when.and_then(|when| ask_of_texts(&when, "the campaign", draft)));
        }
    }
    for (id, audience) in root.members("audiences").filter(|(_, audience)| !is_answered(audience)) {
        if !ask(id, "the audience", &audience.pointer, Place::Key, findings) {
            findings.extend(ask_of_texts(&audience, "the audience", draft));
        }
    }
    let Some(catalog) = root.get("catalog") else { return };
    for (key, what) in [("categories", "the category"), ("items", "the item")] {
        for (id, one) in catalog.members(key) {
            let category = one.text("category").and_then(|id| catalog.get("categories")?.get(id));
            if is_answered(&one) || category.is_some_and(|category| is_answered(&category)) {
                continue;
            }
            if !ask(id, what, &one.pointer, Place::Key, findings)
                && let Some(title) = one.text("title")
            {
                ask(title, what, &one.at("title"), Place::Value, findings);
            }
        }
    }
}

/// Whether somebody has said what it is.
fn is_answered(node: &Node<'_>) -> bool {
    node.get(LABEL).is_some_and(|label| label.value.is_boolean())
}

/// Asks whether what has this name or title is sensitive, if a word of it is; whether it did.
fn ask(text: &str, what: &str, pointer: &str, place: Place, findings: &mut Vec<Finding>) -> bool {
    let question = question(text, what, pointer).map(|finding| finding.at(place));
    findings.extend(question);
    question_of(text).is_some()
}

/// The same of the texts that a condition compares with, but for what the catalog has, which is asked there.
fn ask_of_texts(condition: &Node<'_>, what: &str, draft: &Draft) -> Option<Finding> {
    compared(condition.value).iter().find_map(|compared| {
        let catalog = &draft.catalog;
        let known =
            catalog.items.contains_key(&compared.text) || catalog.categories.contains_key(&compared.text);
        let pointer = format!("{}{}", condition.pointer, compared.pointer);
        if known && is_of_catalog(compared) { None } else { question(&compared.text, what, &pointer) }
    })
}

fn question(text: &str, what: &str, pointer: &str) -> Option<Finding> {
    let (word, about) = question_of(text)?;
    let message =
        format!("`{text}` has the word `{word}`, and nobody has said whether {what} is about {about}");
    let help = format!(
        "say it there: `\"{LABEL}\": true` asks for consent to `profile` in every region and keeps it out of visitor memory, `\"{LABEL}\": false` leaves it as it is"
    );
    Some(Finding::warning("sensitive-word", pointer, message, help))
}

/// The first word of a text that is on the list, and what it is about.
fn question_of(text: &str) -> Option<(String, &'static str)> {
    let small = text.to_lowercase();
    small.split(|letter: char| !letter.is_alphanumeric()).find_map(|word| {
        let (about, _) = WORDS.iter().find(|(_, words)| words.contains(&word))?;
        Some((word.into(), *about))
    })
}

/// What is wrong with a sensitive campaign that goes by visitor memory.
fn remembered(campaign: &Campaign<'_>, node: &Node<'_>) -> Option<Finding> {
    if !campaign.is_sensitive {
        return None;
    }
    let remembers = |purpose| purpose == Purpose::PersistentPersonalization;
    let read = Signal::ALL.iter().filter(|signal| campaign.reads(**signal));
    let mut why: Vec<&str> =
        read.filter(|signal| remembers(signal.entry().purpose)).map(|signal| signal.entry().name).collect();
    let operators = campaign.operators().any(|operator| operator.permits().iter().any(remembers));
    if campaign.sticky().is_some() {
        why.push("sticky");
    }
    if why.is_empty() && !operators {
        return None;
    }
    let what = if why.is_empty() {
        "how often it was shown or what happened".into()
    } else {
        format!("`{}`", why.join("`, `"))
    };
    let message = format!("`{}` is sensitive, and goes by what is kept over visits: {what}", campaign.id());
    let help = "visitor memory keeps nothing of a sensitive campaign: count within the visit with `cap.per_visit`, and do without the rest";
    Some(Finding::error("sensitive-memory", &node.at("id"), message, help))
}
