//! Splice plans from anywhere: a plan is dropped or gives what streaming gives, and no plan does harm.

use parvis::base::checksum::digest;
use parvis::html::plan::{FORMAT, Piece, Plan, Splices, Version};
use parvis::html::splice::{Edit, Operation};

use super::case::{Case, KEYS, SCOPE, stream, whole};
use super::stream::same;

const HEAD: usize = 40;
const ROW: usize = 36;

/// The first byte says how the plan comes to be, the second how many changes it has, three bytes each; then a page.
pub(crate) fn splice_plan(input: &[u8]) {
    let [how, count, rest @ ..] = input else { return };
    let (changes, rest) = rest.split_at_checked(usize::from(count % 32) * 3).unwrap_or((&[], rest));
    let changes: Vec<(usize, u8)> = changes
        .chunks_exact(3)
        .map(|change| (usize::from(change[0]) * 256 + usize::from(change[1]), change[2]))
        .collect();
    let case = Case::read(rest);
    let page = &case.page;
    let (_, splicer) = stream(case.planning(&[]), page, &[page.len().max(1)]);
    let Some(made) = splicer.plan(Version::of_page(page)) else { return };
    match how % 4 {
        // The page is another one.
        0 => {
            let mut other = page.clone();
            for (at, byte) in changes.iter().filter(|_| !page.is_empty()) {
                other[at % page.len()] = *byte;
            }
            applied(&case, &made, &made, &other);
        }
        // The plan was damaged.
        1 => applied(&case, &made, &damaged(&made, &changes), page),
        // It was damaged by somebody who knows the digest.
        2 => applied(&case, &made, &sealed(damaged(&made, &changes)), page),
        // It was made up, with the right checks of whatever lies there.
        _ => applied(&case, &made, &forged(&case, &changes), page),
    }
}

fn damaged(plan: &[u8], changes: &[(usize, u8)]) -> Vec<u8> {
    let mut plan = plan.to_vec();
    for (at, byte) in changes {
        match byte {
            0xFE => plan.truncate(at % (plan.len() + 1)),
            0xFD => plan.push(*byte),
            _ if plan.is_empty() => {}
            _ => {
                let at = at % plan.len();
                plan[at] = *byte;
            }
        }
    }
    plan
}

/// Gives bytes the digest they should have, so that what is behind it is reached.
fn sealed(mut plan: Vec<u8>) -> Vec<u8> {
    if let Some(covered) = plan.get(16..) {
        let sum = digest(covered);
        plan[8..16].copy_from_slice(&sum.to_le_bytes());
    }
    plan
}

/// A plan of rows in order, each a block of the id and the lengths that a change says; the last half are parts, which may
/// lie anywhere, on a page with parts.
fn forged(case: &Case, changes: &[(usize, u8)]) -> Vec<u8> {
    let page = &case.page;
    let (mut rows, mut ids, mut at) = (Vec::new(), Vec::new(), 0);
    let blocks = if case.within { changes.len().div_ceil(2) } else { changes.len() };
    for (number, (lengths, byte)) in changes.iter().enumerate() {
        let part = number >= blocks;
        at = if number == blocks { 0 } else { at };
        let id = match part {
            false => &*case.ids[usize::from(*byte) % case.ids.len()],
            true => KEYS[usize::from(*byte) % 3],
        };
        let mut offset = |length: usize| {
            at = page.len().min(at + length);
            u32::try_from(at).expect("a short page")
        };
        let offsets = [
            offset(usize::from(*byte >> 5) + 1),
            offset(lengths >> 12 & 15),
            offset(lengths >> 6 & 63),
            offset(lengths >> 2 & 15),
        ];
        at = if lengths % 4 == 0 { at } else { usize::try_from(offsets[0]).expect("an offset") };
        let place = |at: usize| usize::try_from(offsets[at]).expect("an offset");
        let check = check(&page[place(0)..place(1)]).rotate_left(1) ^ check(&page[place(2)..place(3)]);
        offsets.iter().for_each(|offset| rows.extend_from_slice(&offset.to_le_bytes()));
        rows.extend_from_slice(&check.to_le_bytes());
        // Of a part it says which block it is in.
        let settled = if part { u8::try_from(lengths % blocks).unwrap_or(0) } else { *byte % 4 };
        rows.extend_from_slice(&[settled, 0, 0, 0, *byte % 3, 0, 0, 0]);
        rows.extend_from_slice(&u16::try_from(ids.len()).expect("few ids").to_le_bytes());
        rows.extend_from_slice(&[u8::try_from(id.len()).unwrap_or(0), u8::from(byte % 11 == 0)]);
        ids.extend_from_slice(id.as_bytes());
    }
    let mut plan = b"PVSP".to_vec();
    plan.extend_from_slice(&FORMAT.to_le_bytes());
    plan.extend_from_slice(&[0; 2]);
    plan.extend_from_slice(&[0; 8]);
    plan.extend_from_slice(&SCOPE.to_le_bytes());
    plan.extend_from_slice(&(!digest(page)).to_le_bytes());
    plan.extend_from_slice(&u32::try_from(page.len()).expect("a short page").to_le_bytes());
    for count in [blocks, changes.len() - blocks] {
        plan.extend_from_slice(&u16::try_from(count).expect("few rows").to_le_bytes());
    }
    plan.extend_from_slice(&rows);
    plan.extend_from_slice(&ids);
    sealed(plan)
}

/// The check of a marker's bytes, from its description.
fn check(marker: &[u8]) -> u64 {
    let word = |bytes: &[u8]| bytes.iter().rev().fold(0_u64, |word, byte| word << 8 | u64::from(*byte));
    let mut words: Vec<u64> = marker.chunks_exact(8).map(word).collect();
    words.push(match marker.len() {
        0..8 => marker.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
        length => word(&marker[length - 8..]),
    });
    words.into_iter().fold(u64::try_from(marker.len()).expect("a length"), |sum, word| {
        let mixed = (sum ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed ^ mixed >> 29
    })
}

/// The laws of applying `plan` to `page`, `made` being the plan of the case's own page.
fn applied(case: &Case, made: &[u8], plan: &[u8], page: &[u8]) {
    let Some(open) = Plan::open(plan) else {
        assert_ne!(plan, made, "a plan that was just made is none");
        return;
    };
    let (edits, mut splices) = (case.edits(0), Splices::default());
    let fits = open.is_for(Version::of_page(page), SCOPE);
    assert!(fits || plan != made || page != case.page, "a plan is not for its own page");
    assert!(!fits || plan != made || page == case.page, "a plan is for another page");
    // But for a part that the plan does not know.
    if !open.apply(&edits, None, &mut splices) {
        assert!(case.within && plan != made, "without a page nothing contradicts a plan");
        assert!(splices.pieces().is_empty());
    }
    in_order(&splices, &edits, usize::MAX, plan == made);
    if !open.apply(&edits, Some(page), &mut splices) {
        assert!(splices.pieces().is_empty(), "a plan that does not fit leaves pieces");
        assert!(plan != made || page != case.page, "a plan does not fit its own page");
        return;
    }
    in_order(&splices, &edits, page.len(), plan == made);
    let out = joined(page, &splices, &edits);
    assert_eq!(splices.length(&edits), u64::try_from(out.len()).expect("a length"));
    if plan == made && page == case.page {
        same(&out, &whole(page, &edits).0, "a plan gives another page");
    }
    if plan == made && page != case.page {
        // The markers are the same bytes at the same places, so the same pieces leave.
        for edit in &edits {
            let block = super::model::target(&case.found, edit);
            for (from, to) in
                block.iter().flat_map(|block| [(block.start, block.open_end), (block.close, block.end)])
            {
                same(&page[from..to], &case.page[from..to], "a plan fits other markers");
            }
        }
        let mut original = Splices::default();
        assert!(open.apply(&edits, Some(&case.page), &mut original));
        assert_eq!(splices.pieces(), original.pieces());
    }
    outside_is_kept(plan, page, &splices, &edits);
    assert!(open.apply(&[], Some(page), &mut splices));
    same(&joined(page, &splices, &[]), page, "a plan without edits changes the page");
}

/// Pieces are not empty, and no byte of the page leaves twice; they follow one another unless blocks change places, and
/// unless the plan is made up, no content comes twice.
fn in_order(splices: &Splices, edits: &[Edit], length: usize, once: bool) {
    let (mut kept, mut contents) = (Vec::new(), Vec::new());
    for piece in splices.pieces() {
        match *piece {
            Piece::Page { from, to } => {
                assert!(from < to && to <= length, "{:?}", splices.pieces());
                kept.push((from, to));
            }
            Piece::Content(edit) => {
                assert!(edit < edits.len() && !(once && contents.contains(&edit)), "{:?}", splices.pieces());
                contents.push(edit);
            }
            Piece::Part { edit, from, to } => {
                assert!(from < to && to <= edits[edit].content.len(), "{:?}", splices.pieces());
            }
        }
    }
    if edits.iter().any(|edit| edit.operation == Operation::Reorder) {
        kept.sort_unstable();
    }
    assert!(kept.windows(2).all(|two| two[0].1 <= two[1].0), "{:?}", splices.pieces());
}

/// Bytes that lie in no row of the plan leave the page nowhere.
fn outside_is_kept(plan: &[u8], page: &[u8], splices: &Splices, edits: &[Edit]) {
    let number = |at: usize| {
        usize::try_from(u32::from_le_bytes(plan[at..at + 4].try_into().expect("four"))).expect("a number")
    };
    let mut kept = vec![true; page.len()];
    for row in 0..number(36) % (1 << 16) {
        let row = HEAD + row * ROW;
        kept[number(row)..number(row + 12)].fill(false);
    }
    for piece in splices.pieces() {
        if let Piece::Page { from, to } = *piece {
            kept[from..to].fill(false);
        }
    }
    assert!(!kept.contains(&true), "bytes outside of blocks are lost: {:?}, {edits:?}", splices.pieces());
}

/// The output of a plan.
pub(super) fn joined(page: &[u8], splices: &Splices, edits: &[Edit]) -> Vec<u8> {
    let mut out = Vec::new();
    for piece in splices.pieces() {
        out.extend_from_slice(match *piece {
            Piece::Page { from, to } => &page[from..to],
            Piece::Content(at) => &edits[at].content,
            Piece::Part { edit, from, to } => &edits[edit].content[from..to],
        });
    }
    out
}
