//! One page with edits and cuts, made of the bytes of a fuzzer.

use parvis::html::blocks::{Found, find};
use parvis::html::parts;
use parvis::html::splice::{Edit, Operation, Splicer};
use parvis::limits;

use super::pieces;

/// The marker attribute of all pages here.
pub(super) const MARKER: &str = "data-block";
/// What the plans here were made for.
pub(super) const SCOPE: u64 = 11;

/// Those on whole blocks.
const OPERATIONS: [Operation; 5] = [
    Operation::ReplaceInner,
    Operation::ReplaceOuter,
    Operation::Hide,
    Operation::InsertBefore,
    Operation::InsertAfter,
];

/// The keys of parts that plans know; edits have the first three of them.
pub(super) const KEYS: [&str; 5] = ["p0", "p1@title", "p0@lang", "p1", "p2"];

/// The id of orders.
const GROUP: &str = "group";

/// What comes out: the page, and what became of each edit.
pub(super) type Outcome = (Vec<u8>, Vec<(String, &'static str)>);

/// A page and what is done to it.
pub(super) struct Case {
    head: Vec<u8>,
    pub(super) page: Vec<u8>,
    pub(super) found: Found,
    /// Some edits set parts and change orders; their definition is not in [`super::model`].
    pub(super) within: bool,
    /// Every id that a marker of the page has, and one that none has.
    pub(super) ids: Vec<String>,
}

impl Case {
    /// The first line says what is done and how the page is cut; everything behind it is the page.
    pub(super) fn read(input: &[u8]) -> Case {
        let (head, written) = match input.iter().position(|byte| *byte == b'\n') {
            Some(at) => (&input[..at], &input[at + 1..]),
            None => (&b""[..], input),
        };
        let (page, within) = pieces::page(written);
        let found = find(&page, MARKER);
        let marked = found.blocks.iter().map(|block| &block.id);
        let mut ids: Vec<String> =
            marked.chain(found.refused.iter().map(|refused| &refused.id)).cloned().collect();
        // What a playbook may declare.
        ids.retain(|id| parvis::base::text::is_id_bytes(id.as_bytes()));
        ids.push("nowhere".to_owned());
        ids.sort_unstable();
        ids.dedup();
        ids.truncate(12);
        Case { head: head.to_vec(), page, found, within, ids }
    }

    /// The byte of the first line that decides about `at`, from the front again behind its end.
    pub(super) fn byte(&self, at: usize) -> usize {
        if self.head.is_empty() { at } else { usize::from(self.head[at % self.head.len()]) }
    }

    /// Edits of most ids; `salt` makes others of the same bytes.
    pub(super) fn edits(&self, salt: usize) -> Vec<Edit> {
        let mut edits = Vec::new();
        for (at, id) in self.ids.iter().enumerate() {
            let choice = self.byte(at + salt).wrapping_add(salt * 7);
            if choice % 8 == 7 {
                continue;
            }
            let content: &[u8] = [&b"<b>new</b>"[..], b"", b"<!--x", b"\xff"][choice / 5 % 4];
            edits.push(match choice / 20 % 8 {
                0..3 if self.within => self.changes(id, choice),
                3 if self.within => self.order(choice),
                _ => Edit {
                    id: id.clone(),
                    operation: OPERATIONS[choice % 5],
                    content: content.to_vec(),
                    tests: Vec::new(),
                },
            });
        }
        if self.byte(salt) % 16 == 3
            && let Some(first) = edits.first().cloned()
        {
            edits.push(first);
        }
        edits
    }

    /// Sets some parts of this block, and sometimes one of them twice.
    fn changes(&self, id: &str, choice: usize) -> Edit {
        let mut content = Vec::new();
        for (at, key) in KEYS[..3].iter().enumerate().filter(|(at, _)| (choice + 1) >> at & 1 == 1) {
            let value: &[u8] = match key.split_once('@') {
                Some((_, "lang")) => b" lang=\"x\"",
                Some(_) => b" title=\"&lt;b>\"",
                None => [&b"new &amp; old"[..], b""][(at + choice / 5) % 2],
            };
            parts::push(key, value, &mut content);
        }
        Edit { id: id.to_owned(), operation: Operation::SetParts, content, tests: Vec::new() }
    }

    /// Brings some of the blocks in front of others.
    fn order(&self, choice: usize) -> Edit {
        let ids = &self.ids[choice % 3 % self.ids.len()..];
        let members: Vec<&str> = ids.iter().take(2 + choice / 3 % 3).map(String::as_str).collect();
        let (first, rest) = members.split_at(members.len().min(choice % 2 + 1));
        let first: Vec<&str> = first.iter().rev().copied().collect();
        let content = format!("{}/{}", first.join(" "), rest.join(" ")).into_bytes();
        Edit { id: GROUP.to_owned(), operation: Operation::Reorder, content, tests: Vec::new() }
    }

    /// What these edits are defined to make of a page of this case, if that is written down.
    pub(super) fn expected(&self, page: &[u8], edits: &[Edit]) -> Option<Vec<u8>> {
        let on_blocks = edits.iter().all(|edit| OPERATIONS.contains(&edit.operation));
        on_blocks.then(|| super::model::expected(page, &find(page, MARKER), edits))
    }

    /// A splicer that also makes a plan of all blocks here, and of their parts where edits have some.
    pub(super) fn planning(&self, edits: &[Edit]) -> Splicer {
        let splicer = Splicer::planning(MARKER, edits.to_vec(), self.ids.clone(), SCOPE);
        if !self.within {
            return splicer;
        }
        let keys = || KEYS.iter().map(|key| (*key).to_owned()).collect();
        splicer.with_parts(self.ids.iter().map(|id| (id.clone(), keys())).collect())
    }

    /// How long the pieces are in which the page comes, over and over.
    pub(super) fn sizes(&self) -> Vec<usize> {
        let size = |at: usize| match self.byte(at) {
            byte @ 0..192 => byte % 48 + 1,
            byte => (byte - 190) * 521,
        };
        // A page with a long run would take its time byte by byte.
        let least = if self.page.len() > 20_000 { 200 } else { 1 };
        (0..self.head.len().clamp(1, 16)).map(|at| size(at).max(least)).collect()
    }
}

/// Streams the page in pieces of these sizes, with nothing between them, and holds the laws of what may be held back.
pub(super) fn stream(mut splicer: Splicer, page: &[u8], sizes: &[usize]) -> (Outcome, Splicer) {
    let mut out = Vec::new();
    // A group is held back as a whole.
    let blocks = if splicer.report().any(|(id, _)| id == GROUP) { limits::GROUP_BLOCKS } else { 1 };
    let most = blocks * limits::BLOCK_BYTES + limits::TAG_BYTES;
    let mut at = 0;
    for size in sizes.iter().cycle() {
        if at >= page.len() {
            break;
        }
        let to = page.len().min(at + size);
        splicer.push(&page[at..to], &mut out);
        let before = out.len();
        splicer.push(&[], &mut out);
        assert_eq!(before, out.len(), "nothing came, and something left");
        at = to;
        let held = splicer.held();
        assert!(held <= most, "{held} bytes held");
        assert!(held == 0 || held <= at && page[at - held] == b'<', "text is held back at {}", at - held);
    }
    splicer.end(&mut out);
    assert_eq!(splicer.held(), 0);
    splicer.end(&mut out);
    let report = splicer.report().map(|(id, reason)| (id.to_owned(), reason.code())).collect();
    ((out, report), splicer)
}

/// Streams the page in one piece.
pub(super) fn whole(page: &[u8], edits: &[Edit]) -> Outcome {
    stream(Splicer::new(MARKER, edits.to_vec()), page, &[page.len().max(1)]).0
}
