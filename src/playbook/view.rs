//! Reading a compiled playbook in place: opening checks it once, and every view borrows from its bytes.
//!
//! Nothing here panics or allocates, whatever the bytes; what a hostile file leaves out of bounds reads as absent.

use alloc::vec::Vec;

use super::needs::Needs;
use super::wire::{self, MAGIC, PREFIX, Record, SECTIONS, Section, TABLE, site};
use core::fmt;

use crate::digest::digest;
use crate::limits;
use crate::reason::Reason;
use crate::signal::clock::DaylightSaving;
use crate::signal::registry::Signal;

mod campaigns;
mod catalog;
mod experiments;
mod fatigue;
mod operators;
mod pages;
mod stores;
mod suppress;

pub use campaigns::{Campaign, Content, Experiment, Variant};
pub use catalog::{Category, Item};
pub use experiments::{Group, Sticky};
pub use fatigue::Fatigue;
pub use operators::{Around, Cap, Familiar, Operator, Schedule};
pub use pages::{Block, Page};
pub use stores::{InStock, Store};
pub use suppress::{Of, Suppress};

/// A compiled playbook; only [`Playbook::open`] makes one.
pub struct Playbook {
    bytes: Vec<u8>,
    sections: [(usize, usize); SECTIONS],
    needs: Needs,
}

impl fmt::Debug for Playbook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Playbook(..)")
    }
}

/// What the playbook says of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site<'p> {
    /// The site's name, for records.
    pub name: &'p str,
    /// The host name the site is reached at.
    pub host: &'p str,
    /// Minutes that the site's clock is ahead of UTC.
    pub utc_offset_minutes: i32,
    /// When the site's clock is put forward by an hour.
    pub daylight_saving: Option<DaylightSaving>,
    /// The attribute that marks blocks.
    pub marker: &'p str,
    /// The seed of the holdout's buckets.
    pub seed: &'p str,
    /// How many of 10,000 buckets are kept out of all campaigns.
    pub holdout: u16,
}

impl Playbook {
    /// Whether `bytes` begin as a compiled playbook does, so that they are not meant as a draft.
    pub fn looks_compiled(bytes: &[u8]) -> bool {
        bytes.starts_with(super::wire::MAGIC)
    }

    /// Opens a compiled playbook: checks size, form, format and digest once, copies nothing.
    ///
    /// # Errors
    /// [`Reason::PlaybookTooLarge`], [`Reason::PlaybookVersion`], and [`Reason::PlaybookDamaged`] for anything else.
    pub fn open(bytes: Vec<u8>) -> Result<Playbook, Reason> {
        if bytes.len() > limits::PLAYBOOK_BYTES {
            return Err(Reason::PlaybookTooLarge);
        }
        let head = Record { bytes: bytes.get(..PREFIX).ok_or(Reason::PlaybookDamaged)?, strings: &[] };
        if head.array::<6>(0) != *MAGIC {
            return Err(Reason::PlaybookDamaged);
        }
        if head.u16(6) != wire::FORMAT {
            return Err(Reason::PlaybookVersion);
        }
        let body = bytes.get(PREFIX..).ok_or(Reason::PlaybookDamaged)?;
        if usize::try_from(head.u32(8)) != Ok(bytes.len())
            || usize::try_from(head.u32(12)) != Ok(SECTIONS)
            || u64::from_le_bytes(head.array(16)) != digest(body)
        {
            return Err(Reason::PlaybookDamaged);
        }
        let sections = sections(&bytes).ok_or(Reason::PlaybookDamaged)?;
        let mut playbook = Playbook { bytes, sections, needs: Needs::default() };
        playbook.needs = Needs::of(&playbook);
        Ok(playbook)
    }

    /// The bytes it was opened from.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The digest of its contents: two playbooks that say the same have the same.
    pub fn digest(&self) -> u64 {
        u64::from_le_bytes(Record { bytes: &self.bytes, strings: &[] }.array(16))
    }

    /// What its campaigns need to be kept of visitors, found out once when it was opened.
    pub const fn needs(&self) -> Needs {
        self.needs
    }

    /// What it says of the site.
    pub fn site(&self) -> Site<'_> {
        let record = self.record(Section::Site, 0).unwrap_or(Record { bytes: &[], strings: &[] });
        Site {
            name: record.text(site::NAME),
            host: record.text(site::HOST),
            utc_offset_minutes: i32::from_le_bytes(record.array(site::UTC_OFFSET)),
            daylight_saving: DaylightSaving::from_code(record.u8(site::DAYLIGHT)),
            marker: record.text(site::MARKER),
            seed: record.text(site::SEED),
            holdout: record.u16(site::HOLDOUT),
        }
    }

    /// The section that the consent room encodes and reads itself; empty for its defaults.
    pub fn consent_section(&self) -> &[u8] {
        self.section(Section::Consent)
    }

    /// Whether the site's shared cache keys on `signal`, by the URL or because the playbook says so.
    pub fn is_keyed_on(&self, signal: Signal) -> bool {
        signal.entry().in_url
            || self.record(Section::Site, 0).is_some_and(|record| record.bit(site::KEYED_ON, signal.code()))
    }

    fn section(&self, section: Section) -> &[u8] {
        let (start, end) = self.sections.get(section as usize).copied().unwrap_or((0, 0));
        self.bytes.get(start..end).unwrap_or_default()
    }

    fn record(&self, section: Section, index: usize) -> Option<Record<'_>> {
        self.records(section, index, 1).next()
    }

    /// `count` records from the one at `first` on.
    fn records(
        &self,
        section: Section,
        first: usize,
        count: usize,
    ) -> impl ExactSizeIterator<Item = Record<'_>> {
        let strings = self.section(Section::Strings);
        let size = section.record().max(1);
        let bytes =
            first.checked_mul(size).and_then(|start| self.section(section).get(start..)).unwrap_or_default();
        bytes.chunks_exact(size).take(count).map(move |bytes| Record { bytes, strings })
    }

    /// The record whose id, its first field, is `id`, in a section sorted by id.
    fn find(&self, section: Section, id: &str) -> Option<Record<'_>> {
        let (mut low, mut high) = (0, self.section(section).len().checked_div(section.record())?);
        while low < high {
            let middle = low.midpoint(high);
            let record = self.record(section, middle)?;
            match record.text(0).cmp(id) {
                core::cmp::Ordering::Equal => return Some(record),
                core::cmp::Ordering::Less => low = middle.saturating_add(1),
                core::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }
}

/// Where each section lies; `None` unless each lies within the file and holds whole records.
fn sections(bytes: &[u8]) -> Option<[(usize, usize); SECTIONS]> {
    let table = Record { bytes: bytes.get(PREFIX..PREFIX.checked_add(TABLE)?)?, strings: &[] };
    let mut sections = [(0, 0); SECTIONS];
    for ((place, section), at) in sections.iter_mut().zip(Section::ALL).zip((0..).step_by(8)) {
        let start = usize::try_from(table.u32(at)).ok()?;
        let length = usize::try_from(table.u32(at.checked_add(4)?)).ok()?;
        let end = start.checked_add(length)?;
        let whole = section.record() == 0 || length.checked_rem(section.record())? == 0;
        if end > bytes.len() || !whole {
            return None;
        }
        *place = (start, end);
    }
    Some(sections)
}
