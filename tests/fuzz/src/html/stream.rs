//! Streaming: the same bytes however the page comes, only blocks change, and no block is made up.

use parvis::html::blocks::{Block, Found};
use parvis::html::plan::{Plan, Splices, Version};
use parvis::html::splice::{Edit, Operation, Splicer};

use super::case::{Case, MARKER, SCOPE, stream, whole};
use super::{plan, tree};

/// Every law of streaming for one page, its edits and its cuts.
pub(crate) fn html_stream(input: &[u8]) {
    let case = Case::read(input);
    let Case { page, found, .. } = &case;
    sound(page, found);
    tree::agrees(page, found);

    let edits = case.edits(0);
    let in_one = whole(page, &edits);
    if let Some(expected) = case.expected(page, &edits) {
        same(&in_one.0, &expected, "edits do other than their definition");
    }
    let (in_pieces, _) = stream(Splicer::new(MARKER, edits.clone()), page, &case.sizes());
    assert_eq!(in_pieces.1, in_one.1, "the report depends on how the page comes");
    same(&in_pieces.0, &in_one.0, "the page depends on how it comes");
    let strangers = [Edit { id: "nobody".to_owned(), ..edits_or(&case) }];
    same(&whole(page, &strangers).0, page, "a page without the block changes");

    // A page that dies on its way is a page that ends there.
    let cut = &page[..page.len() * case.byte(3) / 255];
    if let Some(expected) = case.expected(cut, &edits) {
        same(&whole(cut, &edits).0, &expected, "a page that is cut short");
    }

    // In the memory of a page that was left in the middle, nothing of that one shows.
    let mut before = case.planning(&case.edits(3));
    before.push(cut, &mut Vec::new());
    let (again, _) =
        stream(Splicer::in_room(before.into_room().0, MARKER, edits.clone()), page, &case.sizes());
    same(&again.0, &in_one.0, "the page depends on what was before it");
    assert_eq!(again.1, in_one.1, "the report depends on what was before the page");

    // A plan made on the way changes nothing and depends on nothing; it gives what streaming gives.
    let others = case.edits(1);
    let (planned, splicer) = stream(case.planning(&edits), page, &case.sizes());
    same(&planned.0, &in_one.0, "planning changes the page");
    let made = splicer.plan(Version::of_page(page));
    let (_, splicer) = stream(case.planning(&[]), page, &[page.len().max(1)]);
    assert_eq!(made, splicer.plan(Version::of_page(page)), "the plan depends on edits or cuts");
    let Some(made) = made else {
        assert!(
            page.starts_with(&[0xFF, 0xFE]) || page.starts_with(&[0xFE, 0xFF]),
            "no plan: {:?}",
            found.refused
        );
        return;
    };
    let open = Plan::open(&made).expect("it was just made");
    assert!(open.is_for(Version::of_page(page), SCOPE));
    let mut splices = Splices::default();
    for edits in [&edits, &others] {
        assert!(open.apply(edits, Some(page), &mut splices), "a plan does not fit its own page");
        let streamed = whole(page, edits);
        same(&plan::joined(page, &splices, edits), &streamed.0, "the plan gives another page");
        let report: Vec<_> =
            splices.report(edits).map(|(id, reason)| (id.to_owned(), reason.code())).collect();
        assert_eq!(report, streamed.1, "the plan gives another report");
    }
}

fn edits_or(case: &Case) -> Edit {
    let none = Edit {
        id: String::new(),
        operation: Operation::ReplaceOuter,
        content: b"x".to_vec(),
        tests: Vec::new(),
    };
    // An order names others' blocks.
    case.edits(2).into_iter().find(|edit| edit.operation != Operation::Reorder).unwrap_or(none)
}

/// Two pages are equal; if not, the message shows where.
pub(super) fn same(got: &[u8], expected: &[u8], what: &str) {
    if got != expected {
        let at = got.iter().zip(expected).take_while(|(got, expected)| got == expected).count();
        let show =
            |bytes: &[u8]| bytes[at.saturating_sub(40)..bytes.len().min(at + 80)].escape_ascii().to_string();
        panic!("{what}, at {at}: got `{}`, expected `{}`", show(got), show(expected));
    }
}

/// Extents are in order, lie in one another or apart, and their markers look like markers.
fn sound(page: &[u8], found: &Found) {
    let mut around: Vec<usize> = Vec::new();
    let mut last = None;
    for block in &found.blocks {
        let Block { start, open_end, close, end, .. } = *block;
        assert!(
            last < Some(start) && start < open_end && open_end <= close && close <= end && end <= page.len()
        );
        last = Some(start);
        around.retain(|outer| *outer > start);
        assert!(around.iter().all(|outer| end <= *outer), "blocks cross: {block:?}");
        around.push(end);
        let (opening, closing) = (&page[start..open_end], &page[close..end]);
        if opening.starts_with(b"<!--") {
            assert_eq!(opening, format!("<!--block:{}-->", block.id).as_bytes());
            assert_eq!(closing, format!("<!--/block:{}-->", block.id).as_bytes());
            continue;
        }
        let name = tree::name(&page[start + 1..]);
        assert!(opening.ends_with(b">") && name.first().is_some_and(u8::is_ascii_alphabetic));
        let marked = opening.windows(MARKER.len()).any(|bytes| bytes.eq_ignore_ascii_case(MARKER.as_bytes()));
        assert!(marked, "a block without a marker: {block:?}");
        if close < end {
            assert!(closing.starts_with(b"</") && closing.ends_with(b">"), "no end tag: {block:?}");
            assert!(
                tree::name(&page[close + 2..]).eq_ignore_ascii_case(name),
                "another's end tag: {block:?}"
            );
        }
    }
    assert!(found.refused.iter().all(|refused| page.get(refused.start) == Some(&b'<')));
}
