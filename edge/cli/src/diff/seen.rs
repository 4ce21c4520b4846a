//! Runs the same visitors on two sites: counts who sees other content, in which block, and by which campaigns.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use parvis::base::calendar::Millis;
use parvis::response::outcome::Content;
use serde_json::{Value, json};

use crate::population::voice::Voice;
use crate::population::walk::{Shown, walk};
use crate::population::{Site, Visitor, World};

/// The counts of a comparison.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) visitors: u64,
    /// Visitors who saw other content at least once.
    pub(super) others: u64,
    /// The blocks in which anything differs.
    pub(super) blocks: Vec<Block>,
}

/// The counts of one block.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) id: String,
    pub(super) visitors: u64,
    pub(super) pages: u64,
    /// Pages on which it may change on either site.
    pub(super) all_pages: u64,
    /// Pages by the content of the old and the new site.
    swaps: BTreeMap<(String, String), u64>,
}

const DEFAULT: &str = "default content";

impl Seen {
    /// Runs the visitors through both sites.
    pub(super) fn of(
        old: &Site,
        new: &Site,
        world: &World,
        visitors: u32,
        seed: u64,
        start: Millis,
    ) -> Result<Seen> {
        let (before, after) = (old.playbook()?, new.playbook()?);
        let (old_voice, new_voice) = (Voice::of(before), Voice::of(after));
        let mut seen = Seen { visitors: u64::from(visitors), others: 0, blocks: Vec::new() };
        let mut blocks: BTreeMap<String, Block> = BTreeMap::new();
        for number in 0..u64::from(visitors) {
            let visitor = Visitor::of(world, seed, number, start);
            let was = walk(&old.engine, before, &old_voice, &visitor);
            let is = walk(&new.engine, after, &new_voice, &visitor);
            let mut touched: BTreeSet<&str> = BTreeSet::new();
            for (was, is) in was.iter().zip(&is) {
                let ids: BTreeSet<&String> = was.blocks.keys().chain(is.blocks.keys()).collect();
                for id in ids {
                    let (was, is) = (was.blocks.get(id), is.blocks.get(id));
                    let block = blocks.entry(id.clone()).or_insert_with(|| Block::new(id));
                    block.all_pages = block.all_pages.saturating_add(1);
                    if content(was) != content(is) {
                        touched.insert(id);
                        block.pages = block.pages.saturating_add(1);
                        let swap = block.swaps.entry((named(was), named(is))).or_default();
                        *swap = swap.saturating_add(1);
                    }
                }
            }
            seen.others = seen.others.saturating_add(u64::from(!touched.is_empty()));
            for id in touched {
                if let Some(block) = blocks.get_mut(id) {
                    block.visitors = block.visitors.saturating_add(1);
                }
            }
        }
        seen.blocks = blocks.into_values().filter(|block| block.pages > 0).collect();
        Ok(seen)
    }

    pub(super) fn json(&self) -> Value {
        let blocks = self.blocks.iter().map(|block| {
            let swaps = block.swaps().into_iter().map(|(old, new, pages)| {
                json!({"old": old, "new": new, "pages": pages, "share": crate::simulate::share(pages, block.all_pages)})
            });
            json!({
                "block": block.id, "visitors": block.visitors,
                "visitor_share": crate::simulate::share(block.visitors, self.visitors),
                "pages": block.pages, "share": crate::simulate::share(block.pages, block.all_pages),
                "causes": swaps.collect::<Vec<_>>(),
            })
        });
        blocks.collect()
    }
}

impl Block {
    fn new(id: &str) -> Block {
        Block { id: id.to_owned(), visitors: 0, pages: 0, all_pages: 0, swaps: BTreeMap::new() }
    }

    /// The old and the new content, with the number of pages, the most frequent first.
    pub(super) fn swaps(&self) -> Vec<(String, String, u64)> {
        let mut swaps: Vec<_> =
            self.swaps.iter().map(|((old, new), pages)| (old.clone(), new.clone(), *pages)).collect();
        swaps.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.cmp(b)));
        swaps
    }
}

fn content(shown: Option<&Shown>) -> &Content {
    shown.map_or(&Content::Default, |shown| &shown.content)
}

/// Campaign and variant, or the default content.
fn named(shown: Option<&Shown>) -> String {
    match shown.and_then(|shown| shown.choice.as_ref()) {
        Some((campaign, variant)) => format!("{campaign} / {variant}"),
        None => DEFAULT.to_owned(),
    }
}
