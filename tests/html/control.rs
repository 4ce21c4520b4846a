//! The law of controls: [`Operation::Keep`] changes no byte, and says of a block what an edit of it would have said; and an
//! edit that tests others is made where each of them could be made.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use crate::support::{FIXTURES, PART_KEYS, Random, changes, edit, rewrite_whole, soup, with_parts};
use parvis::html::blocks::find;
use parvis::html::parts;
use parvis::html::plan::{Plan, Splices, Version};
use parvis::html::splice::{Edit, Operation, Splicer};
use parvis::limits;
use parvis::reason::Reason;

/// What becomes of the edit when the page is assembled from a plan.
fn planned(page: &[u8], id: &str, edit: &Edit) -> Option<Vec<(String, &'static str)>> {
    let keys: Vec<String> = PART_KEYS.iter().map(|&key| key.to_owned()).collect();
    let mut splicer = Splicer::planning("data-block", Vec::new(), vec![id.to_owned()], 1)
        .with_parts(vec![(id.to_owned(), keys)]);
    splicer.push(page, &mut Vec::new());
    splicer.end(&mut Vec::new());
    let plan = splicer.plan(Version::of_page(page))?;
    let edits = [edit.clone()];
    let mut splices = Splices::default();
    Plan::open(&plan)
        .unwrap()
        .apply(&edits, Some(page), &mut splices)
        .then(|| splices.report(&edits).map(|(id, reason)| (id.to_owned(), reason.code())).collect())
}

/// A control beside these edits.
fn testing(id: &str, tests: &[(Operation, Vec<u8>)]) -> Edit {
    Edit { tests: tests.to_vec(), ..edit(id, Operation::Keep, b"") }
}

/// A control tests what each of these edits tests; true if some could be placed, false if some could not.
fn holds(page: &[u8], seen: &mut [bool; 2]) {
    let found = find(page, "data-block");
    let ids = found
        .blocks
        .iter()
        .map(|block| block.id.as_str())
        .chain(found.refused.iter().map(|one| one.id.as_str()));
    for id in ids.chain(["nowhere"]).filter(|id| parvis::base::text::is_id_bytes(id.as_bytes())) {
        let mut keys = Vec::new();
        PART_KEYS.iter().for_each(|key| parts::push(key, &[], &mut keys));
        for (shown, control) in [
            (
                edit(id, Operation::ReplaceInner, b"new"),
                testing(id, &[(Operation::ReplaceInner, Vec::new())]),
            ),
            (
                edit(id, Operation::SetParts, &changes(id, &PART_KEYS)),
                testing(id, &[(Operation::SetParts, keys.clone())]),
            ),
            (edit(id, Operation::Hide, b""), testing(id, &[])),
        ] {
            let (_, report) = rewrite_whole(page, std::slice::from_ref(&shown));
            let (out, kept) = rewrite_whole(page, std::slice::from_ref(&control));
            assert!(out == page, "{id} {:?}", String::from_utf8_lossy(page));
            assert_eq!(kept, report, "{id} {:?}", String::from_utf8_lossy(page));
            assert_eq!(
                planned(page, id, &control),
                planned(page, id, &shown),
                "{id} {:?}",
                String::from_utf8_lossy(page)
            );
            seen[usize::from(report.iter().any(|(_, reason)| *reason == Reason::Placed.code()))] = true;
        }
    }
}

#[test]
fn a_control_is_placed_exactly_where_a_variant_would_be() {
    let (mut random, mut seen) = (Random(7), [false; 2]);
    for fixture in FIXTURES {
        holds(fixture.as_bytes(), &mut seen);
        for _ in 0..20 {
            holds(with_parts(fixture, &mut random).as_bytes(), &mut seen);
        }
    }
    for seed in 0..2000 {
        holds(with_parts(&soup(seed), &mut random).as_bytes(), &mut seen);
    }
    let long = [b"<div data-block=a>".as_slice(), &b"x".repeat(limits::BLOCK_BYTES), b"</div>"].concat();
    holds(&long, &mut seen);
    assert_eq!(seen, [true; 2]);
}

/// Of arms that change a block in different ways, each is placed where all are, and so is the control.
#[test]
fn arms_are_placed_in_the_same_pages() {
    let one = |key: &str| {
        let mut content = Vec::new();
        parts::push(key, b"x", &mut content);
        (Operation::SetParts, content)
    };
    let inner = (Operation::ReplaceInner, b"new".to_vec());
    let (hide, keep) = ((Operation::Hide, Vec::new()), (Operation::Keep, Vec::new()));
    let arms = [inner, hide, keep, one("p0"), one("p1@title"), one("p1@lang")];
    let mut seen = [false; 2];
    let pages = (0..400).map(|seed| with_parts(&soup(seed), &mut Random(seed)));
    for page in FIXTURES.iter().map(|page| (*page).to_owned()).chain(pages) {
        let page = page.as_bytes();
        for block in find(page, "data-block").blocks {
            let id = block.id.as_str();
            let alone = |(operation, content): &(Operation, Vec<u8>)| {
                let (_, report) = rewrite_whole(page, &[edit(id, *operation, content)]);
                report.iter().all(|(_, reason)| *reason == "placed")
            };
            let all = arms.iter().all(alone);
            for (at, (operation, content)) in arms.iter().enumerate() {
                let mut tests = arms.to_vec();
                tests.remove(at);
                let edit = Edit { tests, ..edit(id, *operation, content) };
                let (out, report) = rewrite_whole(page, std::slice::from_ref(&edit));
                let placed = report.iter().all(|(_, reason)| *reason == "placed");
                assert_eq!(placed, all, "{id} {operation:?} {:?}", String::from_utf8_lossy(page));
                assert!(all || out == page, "{id} {operation:?}");
                seen[usize::from(placed)] = true;
            }
        }
    }
    let page = b"<div data-block=a><b data-part=p0>1</b><i data-part=p1>2</i></div>";
    for (operation, content) in &arms {
        let edit = Edit { tests: arms.to_vec(), ..edit("a", *operation, content) };
        let (_, report) = rewrite_whole(page, &[edit]);
        seen[usize::from(report.iter().all(|(_, reason)| *reason == "placed"))] = true;
    }
    assert_eq!(seen, [true; 2]);
}

#[test]
fn blocks_inside_of_a_control_change() {
    let page = b"<div data-block=a>1<p><span data-block=b>2</span></p></div>";
    let edits = [edit("a", Operation::Keep, b""), edit("b", Operation::ReplaceInner, b"new")];
    let (out, report) = rewrite_whole(page, &edits);
    assert_eq!(out, b"<div data-block=a>1<p><span data-block=b>new</span></p></div>");
    assert!(report.iter().all(|(_, reason)| *reason == "placed"), "{report:?}");
}
