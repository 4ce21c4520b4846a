//! Splice plans: the offsets of the blocks of one version of a page, so that it is parsed once and spliced for each
//! request.
//!
//! A plan is made while a page streams ([`Splicer::planning`](super::splice::Splicer::planning)) and stored with it. It
//! is bound to that page: to its validator, its length, its scope, and the bytes of every marker. It is read in place. If
//! a plan does not fit, it is dropped: the page then streams again, which makes a new one.
//!
//! ```
//! use parvis::html::plan::{Piece, Plan, Splices, Version};
//! use parvis::html::splice::{Edit, Operation, Splicer};
//!
//! let page = b"<h1>Shop</h1><div data-block=hero>Welcome</div>";
//! let mut splicer = Splicer::planning("data-block", vec![], vec!["hero".into()], 7);
//! splicer.push(page, &mut Vec::new());
//! splicer.end(&mut Vec::new());
//! let version = Version::of_page(page);
//! let bytes = splicer.plan(version).expect("the page has ended and is in ASCII");
//!
//! let edits = [Edit { id: "hero".into(), operation: Operation::ReplaceInner, content: b"Hello".to_vec(), tests: vec![] }];
//! let plan = Plan::open(&bytes).filter(|plan| plan.is_for(version, 7)).expect("it is this version");
//! let mut splices = Splices::default();
//! assert!(plan.apply(&edits, Some(page), &mut splices));
//! assert_eq!(splices.pieces(), [Piece::Page { from: 0, to: 34 }, Piece::Content(0), Piece::Page { from: 41, to: 47 }]);
//! ```
//!
//! All numbers are little-endian. Rows are in page order; the ids are last and extend to the end.
//!
//! ```text
//!  0  magic "PVSP"    8  digest u64 over everything from byte 16 on    24  validator u64
//!  4  format u16     16  scope u64, of what was looked for             32  page length u32
//!  6  zero u16                                                         36  rows of blocks u16, of parts u16
//!
//! row  0  start, open_end, close, end u32   16  check u64 of the markers' bytes
//!     24  settled u32   28  again u32       32  id offset u16, id length u8, state u8
//! ```

mod apply;
mod planner;

use alloc::vec::Vec;

use crate::base::checksum::digest;
use crate::limits;
use crate::reason::Reason;

pub use apply::{Piece, Splices};
pub(crate) use planner::Planner;

const MAGIC: &[u8; 4] = b"PVSP";
/// The plan format that this build writes and reads. A cache that outlives a build puts it into its key.
pub const FORMAT: u16 = 2;
const HEAD: usize = 40;
const ROW: usize = 36;
/// Bytes before the part that the digest covers.
const PREFIX: usize = 16;

/// One version of a page: its validator and its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    validator: u64,
    length: u64,
}

impl Version {
    /// The version with this `ETag`; `None` for a weak one, which several bodies may share. `length` is in bytes.
    ///
    /// ```
    /// use parvis::html::plan::Version;
    /// assert_ne!(Version::of_etag("\"a\"", 10), Version::of_etag("\"b\"", 10));
    /// assert_eq!(Version::of_etag("W/\"a\"", 10), None);
    /// ```
    #[must_use]
    pub fn of_etag(etag: &str, length: u64) -> Option<Version> {
        let strong = etag.len() > 2 && etag.starts_with('"') && etag.ends_with('"');
        strong.then(|| Version { validator: digest(etag.as_bytes()), length })
    }

    /// The version of a page with these bytes.
    #[must_use]
    pub fn of_page(page: &[u8]) -> Version {
        Version { validator: !digest(page), length: u64::try_from(page.len()).unwrap_or(u64::MAX) }
    }

    /// The length of the page in bytes.
    #[must_use]
    pub const fn length(self) -> u64 {
        self.length
    }
}

/// A plan, read in place from untrusted bytes.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'p> {
    scope: u64,
    validator: u64,
    length: usize,
    rows: &'p [[u8; ROW]],
    parts: &'p [[u8; ROW]],
    ids: &'p [u8],
}

/// The result for a marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// A block.
    Found,
    /// Not a block, for this reason.
    Refused(Reason),
}

/// Reasons for which a marker is not a block, by their number in plans.
const REFUSALS: [Reason; 8] = [
    Reason::Unclosed,
    Reason::TooLong,
    Reason::OptionalEnd,
    Reason::NotUnderstood,
    Reason::Crossed,
    Reason::PartMissing,
    Reason::PartRepeated,
    Reason::PartRefused,
];

/// The first marker of an id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'p> {
    pub(crate) id: &'p [u8],
    pub(crate) state: State,
    pub(crate) start: usize,
    pub(crate) open_end: usize,
    pub(crate) close: usize,
    pub(crate) end: usize,
    /// Checksum of the bytes of both markers.
    pub(crate) check: u64,
    /// Number of the event at which its state was decided.
    pub(crate) settled: u32,
    /// Number of the event at which the id was repeated; 0 if it never was.
    pub(crate) again: u32,
}

impl<'p> Plan<'p> {
    /// Parses the head of a plan and checks all of it; `None` if these bytes are not a plan of this format, or are
    /// damaged.
    #[must_use]
    pub fn open(bytes: &'p [u8]) -> Option<Plan<'p>> {
        let (head, rest) = bytes.split_first_chunk::<HEAD>()?;
        let known = head.starts_with(MAGIC) && u16_at(head, 4) == FORMAT && u16_at(head, 6) == 0;
        if !known || u64_at(head, 8) != digest(bytes.get(PREFIX..)?) {
            return None;
        }
        let count = usize::from(u16_at(head, 36));
        let (rows, ids) = rest.split_at_checked(count.checked_mul(ROW)?)?;
        let (rows, _) = rows.as_chunks::<ROW>();
        let (parts, ids) = ids.split_at_checked(usize::from(u16_at(head, 38)).checked_mul(ROW)?)?;
        let (parts, _) = parts.as_chunks::<ROW>();
        let length = usize::try_from(u32_at(head, 32)).ok()?;
        let plan = Plan { scope: u64_at(head, 16), validator: u64_at(head, 24), length, rows, parts, ids };
        let lies = |row: &Row<'_>| {
            row.start <= row.open_end
                && row.open_end <= row.close
                && row.close <= row.end
                && row.end <= length
        };
        let mut before = None;
        let sound = count <= limits::PAGE_BLOCKS
            && plan.rows.iter().all(|row| {
                plan.row(row).is_some_and(|row| {
                    let after = before.is_none_or(|before| before < row.start);
                    before = Some(row.start);
                    after && lies(&row)
                })
            })
            && plan
                .parts
                .iter()
                .all(|row| plan.row(row).is_some_and(|row| lies(&row) && plan.is_inside(&row)));
        sound.then_some(plan)
    }

    /// Whether the plan was made of this version of the page, with the same scope.
    #[must_use]
    pub fn is_for(&self, version: Version, scope: u64) -> bool {
        self.validator == version.validator
            && u64::try_from(self.length) == Ok(version.length)
            && self.scope == scope
    }

    /// Offsets at which pieces of this page may begin and end, in order and each once, without the ends of the page.
    ///
    /// A host that prepares pieces ahead, such as compressed ones, cuts the page here.
    #[must_use]
    pub fn cuts(&self) -> Vec<usize> {
        let found = self.rows().filter(|row| row.state == State::Found);
        let mut cuts: Vec<usize> =
            found.flat_map(|row| [row.start, row.open_end, row.close, row.end]).collect();
        cuts.retain(|cut| 0 < *cut && *cut < self.length);
        cuts.sort_unstable();
        cuts.dedup();
        cuts
    }

    /// Whether the markers of this row are at its offsets.
    fn has_markers(page: &[u8], row: &Row<'_>) -> bool {
        let (open, close) = (marker(page, row.start, row.open_end), marker(page, row.close, row.end));
        open.zip(close).is_some_and(|(open, close)| open.rotate_left(1) ^ close == row.check)
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'p>> {
        let plan = *self;
        plan.rows.iter().filter_map(move |row| plan.row(row))
    }

    /// The part for a change's key in the block of this row; `None` if it was not searched for.
    fn part(&self, row: usize, key: &str) -> Option<Row<'p>> {
        let plan = *self;
        let mut parts = plan.parts.iter().filter_map(move |part| plan.row(part));
        parts.find(|part| part.id == key.as_bytes() && usize::try_from(part.settled) == Ok(row))
    }

    /// Whether a part lies between the markers of its block, so that no byte is written twice.
    fn is_inside(&self, part: &Row<'_>) -> bool {
        let block = usize::try_from(part.settled).ok().and_then(|number| self.row(self.rows.get(number)?));
        part.state != State::Found
            || block.is_some_and(|block| {
                block.state != State::Found || block.open_end <= part.start && part.end <= block.close
            })
    }

    fn row(&self, row: &'p [u8; ROW]) -> Option<Row<'p>> {
        let offset = |at| usize::try_from(u32_at(row, at)).unwrap_or(usize::MAX);
        let id = self.ids.get(usize::from(u16_at(row, 32))..)?;
        let state = match row.get(35)?.checked_sub(1) {
            None => State::Found,
            Some(number) => State::Refused(*REFUSALS.get(usize::from(number))?),
        };
        Some(Row {
            id: id.get(..usize::from(*row.get(34)?))?,
            state,
            start: offset(0),
            open_end: offset(4),
            close: offset(8),
            end: offset(12),
            check: u64_at(row, 16),
            settled: u32_at(row, 24),
            again: u32_at(row, 28),
        })
    }
}

/// A checksum of the bytes of a marker; `None` if the range is outside the page.
///
/// As [`digest`] in one lane: markers are short, and this is computed for each block that a request changes.
pub(crate) fn marker(bytes: &[u8], from: usize, to: usize) -> Option<u64> {
    let marker = bytes.get(from..to)?;
    let mix = |sum: u64, word: u64| {
        let mixed = (sum ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed ^ (mixed >> 29)
    };
    let (words, rest) = marker.as_chunks::<8>();
    let mut sum = u64::try_from(marker.len()).unwrap_or(u64::MAX);
    for word in words {
        sum = mix(sum, u64::from_le_bytes(*word));
    }
    // The last eight bytes once more, unless there are none: no loop over single bytes.
    let last = match marker.last_chunk::<8>() {
        Some(last) => u64::from_le_bytes(*last),
        None => rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    Some(mix(sum, last))
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(array(bytes, at))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(array(bytes, at))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(array(bytes, at))
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes.get(at..).and_then(<[u8]>::first_chunk::<N>).copied().unwrap_or([0; N])
}
