//! Pages and blocks of a compiled playbook: the page kind of a path, and the blocks that may be changed there.

use super::Playbook;
use crate::base::text;
use crate::playbook::wire::{Record, Section, block, page};

/// The page kind and subject of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page<'p> {
    /// The kind of page.
    pub kind: &'p str,
    /// The kind's number in this playbook, for [`Playbook::blocks`].
    pub kind_index: u8,
    /// The item in the path.
    pub item: Option<&'p str>,
    /// The category in the path, or that of the item in the catalog.
    pub category: Option<&'p str>,
    /// The query parameter of the visitor's search term.
    pub search: Option<&'p str>,
}

/// A named place in pages that may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block<'p> {
    /// Its number in this playbook.
    pub index: u16,
    /// Its id, as in markers.
    pub id: &'p str,
    /// The height that the page should reserve for it, a CSS length.
    pub reserve: Option<&'p str>,
}

impl Playbook {
    /// The page of `path` (as in the request, without its query); the first matching pattern counts.
    pub fn page<'p>(&'p self, path: &'p str) -> Option<Page<'p>> {
        self.records(Section::Pages, 0, usize::MAX).find_map(|record| {
            let (item, category) = fit(record.text(page::PATTERN), path)?;
            let known = item.filter(|_| category.is_none()).and_then(|item| self.item(item)?.category);
            Some(Page {
                kind: record.text(page::KIND),
                kind_index: record.u8(page::KIND_INDEX),
                item,
                category: category.or(known),
                search: record.some_text(page::SEARCH),
            })
        })
    }

    /// The blocks that may be changed on pages of this kind, in the order of the playbook.
    pub fn blocks(&self, kind_index: u8) -> impl Iterator<Item = Block<'_>> {
        let bit = 1_u64.checked_shl(u32::from(kind_index)).unwrap_or(0);
        (0..)
            .zip(self.records(Section::Blocks, 0, usize::MAX))
            .filter(move |(_, record)| u64::from_le_bytes(record.array(block::KINDS)) & bit != 0)
            .map(|(index, record)| view(index, &record))
    }

    /// The block with this number.
    pub fn block(&self, index: u16) -> Option<Block<'_>> {
        self.record(Section::Blocks, usize::from(index)).map(|record| view(index, &record))
    }
}

fn view<'p>(index: u16, record: &Record<'p>) -> Block<'p> {
    Block { index, id: record.text(block::ID), reserve: record.some_text(block::RESERVE) }
}

/// The item and the category in `path`, if it matches `pattern` segment by segment.
fn fit<'p>(pattern: &str, path: &'p str) -> Option<(Option<&'p str>, Option<&'p str>)> {
    let (mut item, mut category) = (None, None);
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        let segment = segments.next()?;
        match expected {
            "{item}" if !segment.is_empty() => item = Some(segment).filter(|id| text::is_id(id)),
            "{category}" if !segment.is_empty() => category = Some(segment).filter(|id| text::is_id(id)),
            _ if expected == segment => {}
            _ => return None,
        }
    }
    segments.next().is_none().then_some((item, category))
}
