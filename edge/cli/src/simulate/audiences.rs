//! The size of each audience: how many visitors are in it on some page, whatever else campaigns ask for.
//!
//! The same visitors use the same site with other blocks: one for each audience, with a campaign that changes nothing. So the
//! engine itself decides who is in an audience, and consent counts as it does for campaigns.

use anyhow::Result;
use parvis::author::compile::compile;
use parvis::author::draft::Draft;
use parvis::engine::Engine;
use parvis::limits;
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis::visitor::keyring::Keyring;
use serde_json::{Value, json};

use crate::population::voice::Voice;
use crate::population::walk::walk;
use crate::population::{KEY, Visitor};

/// The audiences of a playbook, with the engines that count them.
#[derive(Debug)]
pub(super) struct Audiences {
    engines: Vec<Engine>,
    pub(super) sizes: Vec<Size>,
}

/// The size of one audience.
#[derive(Debug, Default)]
pub(super) struct Size {
    pub(super) id: String,
    /// Visitors who are in it on some page.
    pub(super) visitors: u64,
    /// Others, of whom nobody may know on some page whether they are.
    pub(super) unknown: u64,
}

impl Audiences {
    pub(super) fn of(draft: &Draft) -> Result<Audiences> {
        let ids: Vec<&String> = draft.audiences.keys().collect();
        let engines = ids.chunks(limits::PAGE_BLOCKS).filter_map(|ids| {
            let compiled = compile(&asking(draft, ids)?).ok()?;
            Some(Engine::new(Playbook::open(compiled), Keyring::parse(KEY)))
        });
        let sizes = ids.iter().map(|id| Size { id: (*id).clone(), ..Size::default() }).collect();
        Ok(Audiences { engines: engines.collect(), sizes })
    }

    pub(super) fn add(&mut self, voice: &Voice, visitor: &Visitor) {
        for engine in &self.engines {
            let Ok(playbook) = engine.playbook() else { continue };
            let views = walk(engine, playbook, voice, visitor);
            for size in &mut self.sizes {
                let mut asked = views.iter().filter_map(|view| view.blocks.get(&size.id));
                let withheld = |reason: &Reason| matches!(reason, Reason::NotPermitted | Reason::NoStorage);
                if asked.clone().any(|shown| shown.choice.is_some()) {
                    size.visitors = size.visitors.saturating_add(1);
                } else if asked.any(|shown| shown.considered.iter().any(|(_, reason)| withheld(reason))) {
                    size.unknown = size.unknown.saturating_add(1);
                }
            }
        }
    }

    pub(super) fn json(&self) -> Value {
        let size =
            |size: &Size| json!({ "audience": size.id, "visitors": size.visitors, "unknown": size.unknown });
        self.sizes.iter().map(size).collect()
    }
}

/// The draft with a block for each of these audiences in place of its own blocks and campaigns.
fn asking(draft: &Draft, ids: &[&String]) -> Option<Draft> {
    let mut asking = draft.clone();
    let mut kinds: Vec<&String> = draft.pages.iter().map(|page| &page.kind).collect();
    kinds.dedup();
    let blocks = ids.iter().map(|id| ((*id).clone(), json!({ "pages": kinds })));
    let campaigns = ids.iter().map(|id| {
        json!({ "id": id, "block": id, "audience": id, "variants": [{ "id": "same", "control": true }] })
    });
    asking.blocks = serde_json::from_value(Value::Object(blocks.collect())).ok()?;
    asking.campaigns = serde_json::from_value(campaigns.collect()).ok()?;
    asking.audiences.retain(|id, _| ids.contains(&id));
    asking.site.holdout_percent = 0.0;
    asking.cap_groups.clear();
    asking.exclusive.clear();
    asking.dates.clear();
    Some(asking)
}
