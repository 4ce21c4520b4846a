//! What the blocks of a page show, for the blocks that leave that out of their lists.

use alloc::vec::Vec;
use core::cell::Cell;
use core::fmt;

use crate::consent::purpose::PurposeSet;
use crate::playbook::Playbook;
use crate::reason::Reason;
use crate::response::outcome::{Content, Decision};

/// The items that blocks show, as far as a campaign of the playbook asks.
#[derive(Default)]
pub(super) struct Others {
    /// Whether a campaign asks.
    pub(super) are_asked: bool,
    /// The block at hand.
    pub(super) block: Cell<u16>,
    /// The codes of the items in the content at hand.
    items: Cell<Vec<u32>>,
    /// The same of the content that the campaign at hand chose.
    chosen: Cell<Vec<u32>>,
    /// The codes of shown items, each with its block; `None` for what only the edge knows.
    shown: Cell<Vec<(u16, Option<u32>)>>,
    /// The purposes that what is shown needs.
    needs: Cell<PurposeSet>,
}

impl fmt::Debug for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Others(..)")
    }
}

impl Others {
    /// None yet.
    pub(super) fn of(playbook: &Playbook) -> Others {
        Others { are_asked: playbook.needs().others, ..Others::default() }
    }

    /// Begins a content of the block at hand, which shows nothing so far.
    pub(super) fn begin(&self) {
        self.items.set(Vec::new());
    }

    /// Notes that the content at hand is the one that is chosen; in an experiment others may be tried after it.
    pub(super) fn choose(&self) {
        self.chosen.set(self.items.take());
    }

    /// Notes that the content at hand shows the item with this code.
    pub(super) fn add(&self, code: u32) {
        let mut items = self.items.take();
        items.push(code);
        self.items.set(items);
    }

    /// Notes what a block shows, or that only the edge knows it.
    pub(super) fn decided(&self, decision: &Decision) {
        if !self.are_asked {
            return;
        }
        let mut shown = self.shown.take();
        if decision.content != Content::Default {
            shown.extend(self.chosen.take().into_iter().map(|code| (decision.block, Some(code))));
            self.needs.set(self.needs.get().union(decision.needs));
        } else if decision.reason == Reason::EdgeOnly {
            shown.push((decision.block, None));
        }
        self.shown.set(shown);
    }

    /// The purposes that the content of the blocks decided so far needs.
    pub(super) const fn needs(&self) -> PurposeSet {
        self.needs.get()
    }

    /// Whether another block than the one at hand shows the item with this code; with `None`, whether one shows what only the
    /// edge knows.
    pub(super) fn show(&self, code: Option<u32>) -> bool {
        let shown = self.shown.take();
        let found = shown.iter().any(|(block, one)| *block != self.block.get() && *one == code);
        self.shown.set(shown);
        found
    }
}
