//! Counts for each block what was shown how often, to whom, and why the other campaigns were not.

use std::collections::BTreeMap;

use parvis::author::status::Titles;
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis::response::outcome::Content;
use serde_json::{Value, json};

use crate::population::Stance;
use crate::population::walk::View;

/// All counts of a simulation.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) visitors: u64,
    pub(crate) pages: u64,
    /// Visitors for whom some campaign applied, controls included.
    pub(crate) reached: u64,
    /// In the order of the playbook.
    pub(crate) blocks: Vec<Block>,
}

/// The counts of one block.
#[derive(Debug, Default)]
pub(crate) struct Block {
    pub(crate) id: String,
    /// On every page on which it may change.
    pub(crate) all: Count,
    /// Its outcomes, the default content last.
    pub(crate) outcomes: Vec<Outcome>,
    /// The pages and visitors for whom a campaign applied, in the order of consideration.
    pub(crate) campaigns: Vec<(String, Group)>,
    /// Why campaigns that were considered did not win, by campaign in the order of consideration.
    pub(crate) reasons: Vec<(String, BTreeMap<Reason, u64>)>,
}

/// The counts of one outcome of a block.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Campaign and variant; `None` is the default content without any.
    pub(crate) choice: Option<(String, String)>,
    /// The title of the campaign.
    pub(crate) title: Option<String>,
    pub(crate) kind: Kind,
    pub(crate) count: Count,
}

/// The kind of an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Shown,
    Hidden,
    /// The default content, because no campaign applies or as a control.
    Default,
}

/// Number of pages, of visitors, and pages by group.
#[derive(Debug, Default)]
pub(crate) struct Count {
    pub(crate) pages: u64,
    pub(crate) visitors: u64,
    pub(crate) by_stance: BTreeMap<Stance, Group>,
    pub(crate) by_country: BTreeMap<String, Group>,
    last: u64,
}

/// Number of pages and visitors of a group.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Group {
    pub(crate) pages: u64,
    pub(crate) visitors: u64,
    last: u64,
}

/// The visitors below which a share says little: one more or less moves it by more than three percentage points.
pub(super) const FEW: u64 = 30;

impl Group {
    fn add(&mut self, visitor: u64) {
        add(&mut self.pages);
        if self.last != visitor {
            self.last = visitor;
            add(&mut self.visitors);
        }
    }
}

impl Count {
    /// Counts a page of the visitor with this number; each visitor is counted once.
    fn add(&mut self, visitor: u64, country: &str, stance: Stance) {
        self.pages = self.pages.saturating_add(1);
        if self.last != visitor {
            self.last = visitor;
            self.visitors = self.visitors.saturating_add(1);
        }
        self.by_stance.entry(stance).or_default().add(visitor);
        self.by_country.entry(country.to_owned()).or_default().add(visitor);
    }
}

fn add(count: &mut u64) {
    *count = count.saturating_add(1);
}

impl Tally {
    pub(crate) fn new(playbook: &Playbook, titles: &Titles) -> Tally {
        let blocks = (0..u16::MAX).map_while(|index| {
            let block = playbook.block(index)?;
            let campaigns: Vec<_> = playbook.campaigns(index).collect();
            let variants = campaigns.iter().flat_map(|campaign| {
                let title = titles.get(campaign.id()).map(str::to_owned);
                campaign.variants().map(move |variant| Outcome {
                    title: title.clone(),
                    choice: Some((campaign.id().to_owned(), variant.id.to_owned())),
                    kind: Kind::Default,
                    count: Count::default(),
                })
            });
            let default = Outcome { choice: None, title: None, kind: Kind::Default, count: Count::default() };
            Some(Block {
                id: block.id.to_owned(),
                all: Count::default(),
                outcomes: variants.chain([default]).collect(),
                campaigns: campaigns
                    .iter()
                    .map(|campaign| (campaign.id().to_owned(), Group::default()))
                    .collect(),
                reasons: campaigns
                    .iter()
                    .map(|campaign| (campaign.id().to_owned(), BTreeMap::new()))
                    .collect(),
            })
        });
        Tally { visitors: 0, pages: 0, reached: 0, blocks: blocks.collect() }
    }

    /// Counts all views of one visitor.
    pub(crate) fn add(&mut self, country: &str, views: &[View]) {
        self.visitors = self.visitors.saturating_add(1);
        let met = views.iter().any(|view| view.blocks.values().any(|shown| shown.choice.is_some()));
        self.reached = self.reached.saturating_add(u64::from(met));
        for view in views {
            add(&mut self.pages);
            for block in &mut self.blocks {
                let Some(shown) = view.blocks.get(&block.id) else { continue };
                block.all.add(self.visitors, country, view.stance);
                if let Some(outcome) =
                    block.outcomes.iter_mut().find(|outcome| outcome.choice == shown.choice)
                {
                    outcome.count.add(self.visitors, country, view.stance);
                    outcome.kind = match shown.content {
                        Content::Default => Kind::Default,
                        Content::Hidden => Kind::Hidden,
                        Content::Inner(_) | Content::Parts(_) | Content::Order(_) => Kind::Shown,
                    };
                }
                let chosen = shown.choice.as_ref().map(|(campaign, _)| campaign);
                if let Some((_, met)) = block.campaigns.iter_mut().find(|(id, _)| Some(id) == chosen) {
                    met.add(self.visitors);
                }
                for (campaign, reason) in &shown.considered {
                    let won = matches!(reason, Reason::Matched | Reason::Control);
                    if let Some((_, reasons)) =
                        block.reasons.iter_mut().find(|(id, _)| id == campaign && !won)
                    {
                        add(reasons.entry(*reason).or_default());
                    }
                }
            }
        }
    }

    pub(super) fn json(&self) -> Value {
        self.blocks.iter().map(Block::json).collect()
    }
}

impl Block {
    /// The countries with most pages, empty for unknown ones.
    pub(super) fn countries(&self, most: usize) -> Vec<&str> {
        let mut countries: Vec<(&str, u64)> =
            self.all.by_country.iter().map(|(country, group)| (country.as_str(), group.pages)).collect();
        countries.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        countries.into_iter().map(|(country, _)| country).take(most).collect()
    }

    /// How a campaign of the block is called: its id, and its title if it has one.
    pub(super) fn campaign(&self, id: &str) -> String {
        let of = |outcome: &&Outcome| outcome.choice.as_ref().is_some_and(|(campaign, _)| campaign == id);
        let title = self.outcomes.iter().find(of).and_then(|outcome| outcome.title.as_ref());
        title.map_or_else(|| id.to_owned(), |title| format!("{id} ({title})"))
    }

    /// The stances that occurred.
    pub(super) fn stances(&self) -> Vec<Stance> {
        Stance::ALL.into_iter().filter(|stance| self.all.by_stance.contains_key(stance)).collect()
    }

    fn json(&self) -> Value {
        let outcomes = self.outcomes.iter().map(|outcome| {
            let (campaign, variant) = match &outcome.choice {
                Some((campaign, variant)) => (Some(campaign), Some(variant)),
                None => (None, None),
            };
            json!({
                "campaign": campaign, "title": outcome.title, "variant": variant, "shows": outcome.kind.name(),
                "pages": outcome.count.pages, "share": share(outcome.count.pages, self.all.pages),
                "visitors": outcome.count.visitors, "visitor_share": share(outcome.count.visitors, self.all.visitors),
                "by_consent": parts(&outcome.count.by_stance, &self.all.by_stance, |stance| stance.name().to_owned()),
                "by_country": parts(&outcome.count.by_country, &self.all.by_country, Clone::clone),
            })
        });
        let reasons = self.reasons.iter().map(|(campaign, reasons)| {
            let reasons: serde_json::Map<String, Value> =
                reasons.iter().map(|(reason, count)| (reason.code().to_owned(), json!(count))).collect();
            let met = self.campaigns.iter().find(|(id, _)| id == campaign);
            json!({"campaign": campaign, "visitors": met.map(|(_, met)| met.visitors), "not_shown": reasons})
        });
        json!({
            "visitors_by_consent": self.all.by_stance.iter().map(|(stance, group)| (stance.name().to_owned(), json!(group.visitors))).collect::<serde_json::Map<_, _>>(),
            "visitors_by_country": self.all.by_country.iter().map(|(country, group)| (country.clone(), json!(group.visitors))).collect::<serde_json::Map<_, _>>(),
            "block": self.id, "pages": self.all.pages, "visitors": self.all.visitors,
            "outcomes": outcomes.collect::<Vec<_>>(), "reasons": reasons.collect::<Vec<_>>(),
        })
    }
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Kind::Shown => "variant",
            Kind::Hidden => "hidden",
            Kind::Default => "default",
        }
    }
}

impl Outcome {
    /// Its name in reports.
    pub(super) fn name(&self) -> String {
        let Some((campaign, variant)) = &self.choice else { return "default content".to_owned() };
        let title = self.title.as_ref().map(|title| format!(" ({title})")).unwrap_or_default();
        let hidden = if self.kind == Kind::Hidden { " (hidden)" } else { "" };
        format!("{campaign}{title} / {variant}{hidden}")
    }
}

/// The share of each group's pages, from 0 to 1, for every group.
fn parts<G: Ord>(of: &BTreeMap<G, Group>, all: &BTreeMap<G, Group>, name: impl Fn(&G) -> String) -> Value {
    let shares = all.iter().map(|(group, all)| {
        (name(group), json!(share(of.get(group).map_or(0, |part| part.pages), all.pages)))
    });
    Value::Object(shares.collect())
}

/// A share from 0 to 1 with four decimals.
pub(crate) fn share(part: u64, all: u64) -> f64 {
    let of = |number: u64| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    if all == 0 { 0.0 } else { (of(part) / of(all) * 10_000.0).round() / 10_000.0 }
}
