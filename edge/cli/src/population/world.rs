//! The world of a simulation: a site's pages, items and campaign parameters, and the visitors' locations.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use parvis::author::condition::parse::parse;
use parvis::author::draft::{Draft, ProfileDraft};
use parvis::base::calendar::{DAY, Millis, days};
use parvis::consent::stored::StoredSettings;
use parvis::signal::registry::Signal;
use serde_json::Value;

use super::life::Life;
use super::login;
use super::rng::Rng;
use super::{Options, Site};

/// Countries with their shares, in percent; the playbook's own countries are added with a few each.
const COUNTRIES: &[(&str, u32)] = &[
    ("FR", 24),
    ("DE", 18),
    ("US", 18),
    ("GB", 12),
    ("ES", 6),
    ("IT", 6),
    ("NL", 4),
    ("CH", 4),
    ("BE", 3),
    ("CA", 2),
    // Unknown to the host.
    ("", 3),
];
const OTHERS: u32 = 4;
/// Of a hundred visitors who may object, those whose browser does so for them; more once each browser must have the setting:
/// the California Opt Me Out Act (AB 566), from 1 January 2027.
const SIGNAL: u32 = 10;
const SIGNAL_FROM_2027: u32 = 30;
const OPT_ME_OUT: Millis = Millis(days(2027, 1, 1) * DAY);
const STATES: &[(&str, u32)] = &[("CA", 12), ("TX", 9), ("NY", 6), ("VA", 3), ("CO", 2), ("OH", 4)];

/// The world of one or several playbooks together.
#[derive(Debug)]
pub(crate) struct World {
    /// Items with their categories, by id.
    items: Vec<(String, Option<String>)>,
    categories: Vec<String>,
    /// Path patterns, by page type.
    homes: Vec<String>,
    item_pages: Vec<String>,
    category_pages: Vec<String>,
    others: Vec<String>,
    /// Values of `utm_campaign` that campaigns test.
    letters: Vec<String>,
    countries: Vec<(String, u32)>,
    /// The profile cookies of the site's login.
    logins: Vec<ProfileDraft>,
    /// Opt-in countries.
    opt_in: BTreeSet<String>,
    /// Of a hundred visitors where all is allowed until they object, those whose browser sends Global Privacy Control.
    pub(super) signal_percent: u32,
    /// What visitors do because campaigns ask for it.
    pub(super) life: Life,
}

impl World {
    /// The world of `sites` when a population begins to visit; the last one says what the law asks for where.
    pub(crate) fn of(sites: &[&Site], options: &Options) -> Result<World> {
        let start = options.start()?;
        // Nobody does anything for a campaign that is not served.
        let served: Vec<Draft> = sites.iter().map(|site| site.draft.served()).collect();
        let drafts: Vec<&Draft> = served.iter().collect();
        let mut life = Life::default();
        for (site, draft) in sites.iter().zip(&drafts) {
            life.join(draft, site.playbook()?);
        }
        let mut items = BTreeMap::new();
        let mut categories = BTreeSet::new();
        let mut paths = BTreeSet::new();
        let mut letters = BTreeSet::new();
        let mut logins = Vec::new();
        let mut countries: BTreeMap<String, u32> =
            COUNTRIES.iter().map(|(country, share)| ((*country).to_owned(), *share)).collect();
        // Nobody signs in on a site whose campaigns do not ask for it.
        let mut asks_for_login = false;
        for site in sites {
            let mut campaigns = site.playbook()?.every_campaign();
            asks_for_login |= campaigns.any(|one| {
                [Signal::Tier, Signal::TierRank, Signal::Segments].iter().any(|signal| one.reads(*signal))
            });
        }
        for draft in &drafts {
            for (id, item) in &draft.catalog.items {
                items.insert(id.clone(), item.category.clone());
            }
            categories.extend(draft.catalog.categories.keys().cloned());
            categories.extend(draft.catalog.items.values().filter_map(|item| item.category.clone()));
            paths.extend(draft.pages.iter().map(|page| page.path.clone()));
            if let Some(profile) = draft.profile.as_ref().filter(|_| asks_for_login) {
                login::join(&mut logins, profile);
            }
            let conditions = draft
                .audiences
                .values()
                .chain(draft.campaigns.iter().filter_map(|campaign| campaign.when.as_ref()));
            for condition in conditions {
                let Ok(parsed) = parse(&Value::Object(condition.0.clone())) else { continue };
                for compared in parsed.texts {
                    match compared.signal {
                        Signal::Campaign => {
                            letters.insert(compared.text);
                        }
                        Signal::Country => {
                            countries.entry(compared.text).or_insert(OTHERS);
                        }
                        _ => {}
                    }
                }
            }
        }
        let section = drafts.last().and_then(|draft| draft.consent.as_ref()).map(|consent| consent.encode());
        let settings = StoredSettings::open(section.as_deref().unwrap_or_default()).unwrap_or_default();
        let opt_in = countries
            .keys()
            .filter(|country| settings.regime(country, "", Some(start)).opt_in)
            .cloned()
            .collect();
        let showing = |what: &[&str]| -> Vec<String> {
            let is = |path: &&String| {
                let braced = path.split('/').filter(|segment| segment.starts_with('{'));
                let mut found: Vec<&str> = braced.collect();
                found.sort_unstable_by_key(|segment| *segment != "{item}");
                found.first() == what.first() && (!what.is_empty() || *path != "/")
            };
            paths.iter().filter(is).cloned().collect()
        };
        Ok(World {
            item_pages: showing(&["{item}"]),
            category_pages: showing(&["{category}"]),
            others: showing(&[]),
            homes: paths.iter().filter(|path| *path == "/").cloned().collect(),
            items: items.into_iter().collect(),
            categories: categories.into_iter().collect(),
            letters: letters.into_iter().collect(),
            logins,
            countries: countries.into_iter().collect(),
            opt_in,
            signal_percent: options.gpc.unwrap_or(if start < OPT_ME_OUT { SIGNAL } else { SIGNAL_FROM_2027 }),
            life,
        })
    }

    /// What is assumed of visitors and changes what is counted, in sentences: of everybody, and only because the campaigns ask
    /// for it.
    pub(crate) fn assumptions(&self) -> Vec<String> {
        let signal = format!(
            "Of a hundred visitors who may object, {} have browsers that send Global Privacy Control (`--gpc`).",
            self.signal_percent
        );
        let login = (!self.logins.is_empty()).then(|| login::ASSUMPTION.to_owned());
        let others = self.life.assumptions().into_iter().map(str::to_owned);
        [signal].into_iter().chain(login).chain(others).collect()
    }

    /// What campaigns ask for and these visitors do not do or have, as a sentence; `None` if there is nothing of that.
    pub(crate) fn unsimulated(&self) -> Option<String> {
        let what: Vec<&str> = self.life.unsimulated().collect();
        (!what.is_empty())
            .then(|| format!("Not simulated, though campaigns ask for it: {}.", what.join("; ")))
    }

    /// Whether `country` is opt-in.
    pub(super) fn asks_first(&self, country: &str) -> bool {
        self.opt_in.contains(country)
    }

    /// A country, empty if unknown to the host, and its subdivision.
    pub(super) fn place(&self, rng: &mut Rng) -> (String, String) {
        let country = rng.weighted(&self.countries).cloned().unwrap_or_default();
        let state = rng.weighted(STATES).copied().unwrap_or_default();
        let subdivision = if country == "US" { state } else { "" };
        (country, subdivision.to_owned())
    }

    pub(super) fn letter(&self, rng: &mut Rng) -> Option<&str> {
        rng.any(&self.letters).map(String::as_str)
    }

    /// The profile cookies of a visitor; no random number is used if no playbook declares one.
    pub(super) fn login(&self, rng: &mut Rng) -> Vec<String> {
        login::cookies(&self.logins, rng)
    }

    pub(super) fn category(&self, rng: &mut Rng) -> Option<&str> {
        rng.any(&self.categories).map(String::as_str)
    }

    /// The first page of a visit.
    pub(super) fn landing(&self, fond_of: Option<&str>, rng: &mut Rng) -> Stop {
        self.stop(
            &[(&self.homes, 55), (&self.item_pages, 22), (&self.category_pages, 15), (&self.others, 8)],
            fond_of,
            rng,
        )
    }

    /// The next page of a visit.
    pub(super) fn next(&self, fond_of: Option<&str>, rng: &mut Rng) -> Stop {
        self.stop(
            &[(&self.homes, 30), (&self.item_pages, 40), (&self.category_pages, 20), (&self.others, 10)],
            fond_of,
            rng,
        )
    }

    fn stop(&self, shares: &[(&Vec<String>, u32); 4], fond_of: Option<&str>, rng: &mut Rng) -> Stop {
        let there: Vec<(&Vec<String>, u32)> =
            shares.iter().filter(|(patterns, _)| !patterns.is_empty()).copied().collect();
        let pattern = rng.weighted(&there).and_then(|patterns| rng.any(patterns)).map_or("/", String::as_str);
        // Two visits in three stay with the visitor's favorite category.
        let near: Vec<&(String, Option<String>)> = match fond_of.filter(|_| rng.happens(66)) {
            Some(category) => self.items.iter().filter(|(_, of)| of.as_deref() == Some(category)).collect(),
            None => self.items.iter().collect(),
        };
        let item = rng.any(&near).map_or_else(|| "item".to_owned(), |(id, _)| id.clone());
        let of_item =
            self.items.iter().find(|(id, _)| *id == item).and_then(|(_, category)| category.as_deref());
        let shows_item = pattern.contains("{item}");
        let category = match (of_item.filter(|_| shows_item), fond_of) {
            (Some(category), _) => category.to_owned(),
            (None, Some(category)) if rng.happens(66) => category.to_owned(),
            _ => self.category(rng).unwrap_or("category").to_owned(),
        };
        let path = pattern.replace("{item}", &item).replace("{category}", &category);
        Stop { path, item: shows_item.then_some(item) }
    }
}

/// A page of a visit.
#[derive(Clone, Debug)]
pub(super) struct Stop {
    pub(super) path: String,
    /// The item of the page, which may be added to the cart.
    pub(super) item: Option<String>,
}
