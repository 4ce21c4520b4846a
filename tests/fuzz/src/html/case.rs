//! One page with edits and cuts, made of the bytes of a fuzzer.

use parvis::html::blocks::{Found, find};
use parvis::html::splice::{Edit, Operation, Splicer};

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

/// What comes out: the page, and what became of each edit.
pub(super) type Outcome = (Vec<u8>, Vec<(String, &'static str)>);

/// A page and what is done to it.
pub(super) struct Case {
    head: Vec<u8>,
    pub(super) page: Vec<u8>,
    pub(super) found: Found,
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
        let page = pieces::page(written);
        let found = find(&page, MARKER);
        let marked = found.blocks.iter().map(|block| &block.id);
        let mut ids: Vec<String> =
            marked.chain(found.refused.iter().map(|refused| &refused.id)).cloned().collect();
        // What a playbook may declare.
        ids.retain(|id| parvis::text::is_id_bytes(id.as_bytes()));
        ids.push("nowhere".to_owned());
        ids.sort_unstable();
        ids.dedup();
        ids.truncate(12);
        Case { head: head.to_vec(), page, found, ids }
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
            edits.push(Edit { id: id.clone(), operation: OPERATIONS[choice % 5], content: content.to_vec() });
        }
        if self.byte(salt) % 16 == 3
            && let Some(first) = edits.first().cloned()
        {
            edits.push(first);
        }
        edits
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
        assert!(held <= parvis::limits::BLOCK_BYTES + parvis::limits::TAG_BYTES, "{held} bytes held");
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
