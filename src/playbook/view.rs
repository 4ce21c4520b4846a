//! Reads a compiled playbook in place: every view borrows from its bytes.
//!
//! Opening takes constant time: the table of sections is checked against its digest, and each section against its own
//! when it is first read. A section that does not match is read as empty from then on, and the playbook counts as
//! damaged: nothing is decided by it. [`Playbook::open`] checks all sections at once, for a host that keeps a playbook.
//!
//! Nothing here panics or allocates, whatever the bytes; ranges that are out of bounds are read as absent.

use alloc::string::String;
use alloc::vec::Vec;

use super::needs::Needs;
use super::wire::{self, MAGIC, PREFIX, Record, SECTIONS, Section, TABLE, site, site_flag};
use core::fmt;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

use crate::base::checksum::{digest, fnv1a};
use crate::base::text::push_hex;
use crate::limits;
use crate::reason::Reason;
use crate::signal::registry::Signal;
use crate::signal::zone::Zone;

mod campaigns;
mod catalog;
mod pages;
mod parameters;
mod preferred;
mod profile;
mod stores;

pub use campaigns::{Campaign, Content, Experiment, Variant};
pub use catalog::{Category, Item, Listed};
pub use pages::{Block, Page};
#[cfg(feature = "author")]
pub(crate) use parameters::LANGUAGE;
pub use profile::Profile;
pub use stores::Store;

/// A compiled playbook; only [`Playbook::open`] and [`Playbook::open_for_one`] make one.
pub struct Playbook {
    bytes: Vec<u8>,
    sections: [Place; SECTIONS],
    /// A bit for each section that was checked against its digest, and [`DAMAGED`]. The bytes never change, so that the
    /// order in which threads see it does not matter.
    seen: AtomicU32,
}

/// Set when a section did not match its digest.
const DAMAGED: u32 = 1 << 31;
/// Replaces a damaged consent section, since an absent one would mean the defaults: no settings at all.
const UNREADABLE: &[u8] = &[0];

/// The byte range of a section and its digest.
type Place = (usize, usize, u64);

impl fmt::Debug for Playbook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Playbook(..)")
    }
}

/// The site of a playbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site<'p> {
    /// The site's name, for records.
    pub name: &'p str,
    /// The host name of the site.
    pub host: &'p str,
    /// The time zone of the site.
    pub zone: Zone<'p>,
    /// The attribute that marks blocks.
    pub marker: &'p str,
    /// The seed of the holdout's buckets.
    pub seed: &'p str,
    /// Buckets of 10,000 in the holdout.
    pub holdout: u16,
    /// Whether scripts of the page are told hashes in place of ids.
    pub is_opaque: bool,
    /// Whether scripts of the page are told nothing at all.
    pub is_silent: bool,
}

/// How long and how much is kept of a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keeping {
    /// The life of visitor memory in days from first issue, never extended.
    pub life_days: u16,
    /// The half-life of an interest in days.
    pub half_life_days: u8,
    /// Purchases in visitor memory, newest first.
    pub purchases: usize,
    /// Items of a visit, newest first.
    pub items: usize,
}

impl Playbook {
    /// Whether `bytes` begin like a compiled playbook, and so are not a draft.
    pub fn looks_compiled(bytes: &[u8]) -> bool {
        bytes.starts_with(super::wire::MAGIC)
    }

    /// Opens a compiled playbook and checks all of its digests; copies nothing.
    ///
    /// # Errors
    /// [`Reason::PlaybookTooLarge`], [`Reason::PlaybookVersion`], and [`Reason::PlaybookDamaged`] for any other problem.
    pub fn open(bytes: Vec<u8>) -> Result<Playbook, Reason> {
        let playbook = Playbook::open_for_one(bytes)?;
        for section in Section::ALL {
            playbook.section(section);
        }
        if playbook.is_damaged() { Err(Reason::PlaybookDamaged) } else { Ok(playbook) }
    }

    /// Opens a compiled playbook for a host that opens one for each request: sections that a request does not read are
    /// not checked.
    ///
    /// If damage is found while deciding, the decision is [`Reason::PlaybookDamaged`], so that nothing is changed.
    ///
    /// # Errors
    /// As [`Playbook::open`], for damage of the table alone.
    pub fn open_for_one(bytes: Vec<u8>) -> Result<Playbook, Reason> {
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
        let table = bytes.get(PREFIX..).and_then(|body| body.get(..TABLE)).ok_or(Reason::PlaybookDamaged)?;
        if usize::try_from(head.u32(8)) != Ok(bytes.len())
            || usize::try_from(head.u32(12)) != Ok(SECTIONS)
            || head.u64(16) != digest(table)
        {
            return Err(Reason::PlaybookDamaged);
        }
        let sections = sections(table, bytes.len()).ok_or(Reason::PlaybookDamaged)?;
        Ok(Playbook { bytes, sections, seen: AtomicU32::new(0) })
    }

    /// Whether a section that was read did not match its digest.
    pub fn is_damaged(&self) -> bool {
        self.seen.load(Relaxed) & DAMAGED != 0
    }

    /// The bytes it was opened from.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the bytes it was opened from.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The digest of its contents: two playbooks with the same contents have the same.
    pub fn digest(&self) -> u64 {
        Record { bytes: &self.bytes, strings: &[] }.u64(16)
    }

    /// The visitor data that its campaigns need, computed when it was compiled.
    pub fn needs(&self) -> Needs {
        self.record(Section::Site, 0)
            .map_or(Needs::default(), |record| Needs::read(record.array(site::NEEDS)))
    }

    /// The site: name, host, local time, marker and holdout.
    pub fn site(&self) -> Site<'_> {
        let record = self.site_record();
        Site {
            name: record.text(site::NAME),
            host: record.text(site::HOST),
            zone: Zone::read(record.span(site::ZONE, record.strings)),
            is_opaque: record.u8(site::FLAGS) & site_flag::OPAQUE != 0,
            is_silent: record.u8(site::FLAGS) & site_flag::SILENT != 0,
            marker: record.text(site::MARKER),
            seed: record.text(site::SEED),
            holdout: record.u16(site::HOLDOUT),
        }
    }

    /// What there is once in a playbook.
    fn site_record(&self) -> Record<'_> {
        self.record(Section::Site, 0).unwrap_or(Record { bytes: &[], strings: &[] })
    }

    /// How long and how much is kept of a visitor, within the limits of the engine.
    pub fn keeping(&self) -> Keeping {
        let record = self.site_record();
        Keeping {
            life_days: record.u16(site::LIFE).min(limits::MEMORY_DAYS_MOST),
            half_life_days: record.u8(site::HALF_LIFE).clamp(1, limits::HALF_LIFE_DAYS_MOST),
            purchases: usize::from(record.u8(site::PURCHASES)).min(limits::MEMORY_PURCHASES_MOST),
            items: usize::from(record.u8(site::ITEMS)).min(limits::VISIT_ITEMS_MOST),
        }
    }

    /// The minutes without a request or an event that end a visit, and whether another campaign parameter does, too.
    pub fn visit_ends(&self) -> (u16, bool) {
        let record = self.site_record();
        let by_campaign = record.u8(site::FLAGS) & site_flag::BY_CAMPAIGN != 0;
        (record.u8(site::VISIT_MINUTES).max(1).into(), by_campaign)
    }

    /// An id as scripts of the page are told it: itself, or its hash.
    pub fn told(&self, id: &str) -> String {
        if !self.site().is_opaque {
            return id.into();
        }
        let mut text = String::new();
        push_hex(&mut text, fnv1a(id.bytes()).into(), 8);
        text
    }

    /// The section that the consent room encodes and reads itself; empty for its defaults, unreadable when it is damaged.
    pub fn consent_section(&self) -> &[u8] {
        let section = self.section(Section::Consent);
        if section.is_empty() && self.is_damaged() { UNREADABLE } else { section }
    }

    /// Whether the site's shared cache keys on `signal`, by the URL or by the playbook's declaration.
    pub fn is_keyed_on(&self, signal: Signal) -> bool {
        signal.entry().in_url
            || self.record(Section::Site, 0).is_some_and(|record| record.bit(site::KEYED_ON, signal.code()))
    }

    fn section(&self, section: Section) -> &[u8] {
        let number = section as usize;
        let (start, end, digest) = self.sections.get(number).copied().unwrap_or_default();
        let bytes = self.bytes.get(start..end).unwrap_or_default();
        let bit = 1_u32.wrapping_shl(u32::from(section as u8));
        if self.seen.load(Relaxed) & (bit | DAMAGED) == bit { bytes } else { self.look(bytes, digest, bit) }
    }

    /// Checks a section against its digest when it is first read; in a damaged playbook each time.
    #[cold]
    #[inline(never)]
    fn look<'p>(&self, bytes: &'p [u8], expected: u64, bit: u32) -> &'p [u8] {
        let fits = digest(bytes) == expected;
        self.seen.fetch_or(if fits { bit } else { DAMAGED }, Relaxed);
        if fits { bytes } else { &[] }
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

/// The byte range of each section; `None` unless each lies within the file's `length` and holds whole records.
fn sections(table: &[u8], length: usize) -> Option<[Place; SECTIONS]> {
    let mut sections = [(0, 0, 0); SECTIONS];
    for ((place, section), row) in sections.iter_mut().zip(Section::ALL).zip(table.chunks_exact(wire::ROW)) {
        let row = Record { bytes: row, strings: &[] };
        let start = usize::try_from(row.u32(0)).ok()?;
        let bytes = usize::try_from(row.u32(4)).ok()?;
        let end = start.checked_add(bytes)?;
        let whole = section.record() == 0 || bytes.checked_rem(section.record())? == 0;
        if end > length || !whole {
            return None;
        }
        *place = (start, end, row.u64(8));
    }
    Some(sections)
}
