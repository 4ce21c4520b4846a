//! Checks of consent: campaigns whose purposes are permitted only after the banner is answered, or never.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::Value as Json;

use super::Finding;
use super::names::Names;
use super::node::Node;
use super::satisfiable::Admits;
use super::variant_fallback::ends_surely;
use crate::author::banner_draft::known;
use crate::author::condition::parse::parse;
use crate::author::consent_draft::{ConsentDraft, PurposeName};
use crate::author::draft::{CampaignDraft, Draft};
use crate::author::features::sensitive;
use crate::author::{operators, template};
use crate::consent::purpose::{Purpose, PurposeSet};
use crate::consent::shown::Answers;
use crate::consent::stored::StoredSettings;
use crate::signal::registry::Signal;

/// The purposes that need no choice anywhere.
const FREE: PurposeSet = PurposeSet::EMPTY.with(Purpose::Necessary).with(Purpose::Contextual);

pub(in crate::author) fn check(root: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    let draft = root
        .get("consent")
        .and_then(|consent| serde_json::from_value::<ConsentDraft>(consent.value.clone()).ok());
    let draft = draft.unwrap_or_default();
    let whole = serde_json::from_value::<Draft>(root.value.clone()).ok();
    let section = draft.encode();
    let settings = StoredSettings::open(&section).unwrap_or_default();
    let asked = asked(&draft);
    without_meaning(root, &draft, &settings, findings);
    let campaigns: Vec<Wants<'_>> =
        root.elements("campaigns").map(|node| Wants::of(root, node, whole.as_ref(), names)).collect();
    for campaign in &campaigns {
        let Some(regions) = campaign.opt_in(&settings, &draft) else { continue };
        let mut all = campaign.asked_for;
        for (_, signals) in &campaign.shown {
            all = all.union(purposes(signals));
        }
        if draft.exempt_experimentation {
            all = all.without(PurposeSet::EMPTY.with(Purpose::Experimentation));
        }
        if let Some(asked) = asked.filter(|asked| !asked.contains_all(all.without(FREE))) {
            let missing = named(all.without(FREE).without(asked));
            let message = format!(
                "`{}` needs consent to {missing}, and no banner in `consent.meanings` asks for that: {regions} nobody can give it",
                campaign.id
            );
            let help = "add the purpose to the category or service that asks for it in `consent.meanings`, or do without";
            findings.push(Finding::warning("consent-never-asked", &campaign.pointer, message, help));
        } else if !campaign.conditions.is_empty() && !campaign.ends_surely {
            let waiting = waiting(campaign, &regions);
            if !waiting.is_empty() && !campaigns.iter().any(|other| other.replaces(campaign)) {
                findings.extend(waiting);
            }
        }
    }
}

/// Banners whose entries are named by each site, and to which this site gives no meaning.
fn without_meaning(
    root: &Node<'_>,
    draft: &ConsentDraft,
    settings: &StoredSettings<'_>,
    findings: &mut Vec<Finding>,
) {
    let Some(banners) = root.get("consent").and_then(|consent| consent.get("banners")) else { return };
    for banner in draft.banners.keys().filter_map(|name| known(name)) {
        let (name, shown) = (banner.name(), banner.shown());
        if settings.entries(banner).next().is_some() || shown.answers == Answers::Unknown {
            continue;
        }
        let message = format!(
            "`{name}` has no {entry} with a meaning: no yes of {title} grants anything, and under opt-out any no refuses sale and profile",
            entry = shown.entry,
            title = shown.title
        );
        let help = format!(
            "list each {entry} under `consent.meanings.{name}` with the purposes that it stands for",
            entry = shown.entry
        );
        findings.push(Finding::warning("banner-without-meaning", &banners.at(name), message, &help));
    }
}

/// Variants that need more purposes than their audience, so that most of it gets the default content.
fn waiting(campaign: &Wants<'_>, regions: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (variant, signals) in &campaign.shown {
        let more = purposes(signals).without(campaign.asked_for.union(FREE));
        let Some(signal) = signals.iter().find(|signal| more.contains(signal.entry().purpose)) else {
            continue;
        };
        let (name, missing) = (signal.entry().name, named(more));
        let message = format!(
            "`{}` shows `{name}`, which needs consent to {missing}: {regions} nobody has given it before answering the banner, whoever the campaign is for",
            variant.text("id").unwrap_or_default()
        );
        let help = format!(
            "say so in the condition, as `\"{name}\": {{\"$exists\": true}}`, or add a campaign of lower `priority` for the same visitors that does without"
        );
        findings.push(Finding::warning("needs-consent", &variant.at("html"), message, help));
    }
    findings
}

/// The purposes of a campaign that need the visitor's choice.
struct Wants<'v> {
    id: &'v str,
    pointer: String,
    block: Option<&'v str>,
    priority: i64,
    conditions: Vec<&'v Json>,
    /// The purposes of conditions, cap and experiment: their authors expect them.
    asked_for: PurposeSet,
    /// The variants that show values, with the signals they read.
    shown: Vec<(Node<'v>, BTreeSet<Signal>)>,
    /// Whether some variant can be shown to everybody, as the last alternative.
    ends_surely: bool,
}

impl<'v> Wants<'v> {
    fn of(root: &Node<'v>, campaign: Node<'v>, draft: Option<&Draft>, names: &Names<'_>) -> Wants<'v> {
        let audience = campaign.text("audience").and_then(|id| root.value.get("audiences")?.get(id));
        let conditions = audience.into_iter().chain(campaign.get("when").map(|when| when.value));
        let conditions: Vec<&Json> =
            conditions.filter(|condition| condition.as_object().is_some_and(|all| !all.is_empty())).collect();
        let mut asked_for = PurposeSet::EMPTY;
        for parsed in conditions.iter().filter_map(|condition| parse(condition).ok()) {
            asked_for = asked_for.union(purposes(&parsed.signals));
        }
        if campaign.get("experiment").is_some() {
            asked_for = asked_for.with(Purpose::Experimentation);
        }
        let one = draft.and_then(|draft| {
            let named = |one: &&CampaignDraft| Some(one.id.as_str()) == campaign.text("id");
            Some((draft.campaigns.iter().find(named)?, draft))
        });
        if one.is_some_and(|(one, draft)| sensitive::campaign(one, draft)) {
            asked_for = asked_for.with(Purpose::Profile);
        }
        let operators = one.and_then(|(one, draft)| {
            let found = operators::encode(one, draft)?;
            Some(found.purposes().union(purposes(&found.signals)))
        });
        asked_for = asked_for.union(operators.unwrap_or_default());
        for order in campaign.elements("variants").filter_map(|variant| variant.get("order_by")) {
            asked_for = asked_for.with(match order.text("interest") {
                Some("visit") => Purpose::SessionPersonalization,
                _ => Purpose::PersistentPersonalization,
            });
        }
        let shown = campaign.elements("variants").filter_map(|variant| {
            let compiled = template::compile(variant.text("html")?, names.marker, &names.blocks).ok()?;
            let reads = compiled.reads();
            (!reads.is_empty()).then_some((variant, reads))
        });
        Wants {
            id: campaign.text("id").unwrap_or_default(),
            block: campaign.text("block"),
            priority: campaign.value.get("priority").and_then(Json::as_i64).unwrap_or(0),
            conditions,
            asked_for,
            shown: shown.collect(),
            ends_surely: ends_surely(&campaign, names),
            pointer: campaign.at("id"),
        }
    }

    /// The opt-in regions in which this campaign may apply, in words; `None` if there are none.
    fn opt_in(&self, settings: &StoredSettings<'_>, draft: &ConsentDraft) -> Option<String> {
        let admits = Admits::of(self.conditions.iter().copied());
        let opt_in = |region: &str| {
            let (country, subdivision) = region.split_once('-').unwrap_or((region, ""));
            settings.regime(country, subdivision, None).opt_in
        };
        let Some(countries) = admits.among(Signal::Country) else {
            let told = draft.regimes.iter().map(|regime| regime.region.as_str()).chain(["US"]);
            let others: BTreeSet<&str> = told.filter(|region| !opt_in(region)).collect();
            return Some(match others.len() {
                0 => "with an opt-in regime".to_string(),
                _ => format!("where the regime is opt-in (everywhere but in {})", listed(others)),
            });
        };
        let countries: BTreeSet<&str> = countries.iter().copied().filter(|country| opt_in(country)).collect();
        (!countries.is_empty()).then(|| format!("where the regime is opt-in ({})", listed(countries)))
    }

    /// Whether this campaign serves the same visitors of the same block without their consent.
    fn replaces(&self, other: &Wants<'_>) -> bool {
        let free = |purposes: PurposeSet| purposes.without(FREE).is_empty();
        self.block == other.block
            && self.priority < other.priority
            && self.conditions.iter().all(|condition| other.conditions.contains(condition))
            && free(self.asked_for)
            && self.shown.iter().all(|(_, signals)| free(purposes(signals)))
    }
}

/// The purposes for which the site configures a banner's entries; `None` if it uses the defaults of banners.
fn asked(draft: &ConsentDraft) -> Option<PurposeSet> {
    let maps = draft.meanings.values().chain([&draft.tcf.custom_purposes]);
    let mut names = maps.flat_map(|map| map.values()).flatten().copied().map(PurposeName::purpose).peekable();
    names.peek()?;
    Some(names.fold(PurposeSet::EMPTY, PurposeSet::with))
}

fn purposes(signals: &BTreeSet<Signal>) -> PurposeSet {
    signals.iter().fold(PurposeSet::EMPTY, |all, signal| all.with(signal.entry().purpose))
}

fn named(purposes: PurposeSet) -> String {
    let names: Vec<String> = purposes.iter().map(|purpose| purpose.name().replace('_', " ")).collect();
    names.join(" and ")
}

fn listed(regions: BTreeSet<&str>) -> String {
    regions.into_iter().collect::<Vec<_>>().join(", ")
}
