//! The chunk laws: however the bytes of a page come, the same blocks are found, the same bytes leave,
//! and the same plan is made, with and without empty pieces between.
//!
//! All cuts in two and all sizes of pieces for every page up to 4 KiB, all cuts in three up to 96 bytes; 1,000 random cuts for
//! each real page (100 for each way to mark it unless PARVIS_LONG is set).
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

mod support;

use parvis::html::blocks::find;
use parvis::html::plan::Version;
use parvis::html::splice::{Edit, Operation, Splicer};
use support::{FIXTURES, ON_BLOCKS, OPERATIONS, Random, all_edits, case_page, edit, marked_pages, shared};

/// Up to this length a page is cut everywhere.
const SHORT: usize = 4096;
/// Up to this length it is cut everywhere twice.
const SHORTEST: usize = 96;

/// All that comes of a page: its bytes, what became of each edit, and the plan.
type Outcome = (Vec<u8>, Vec<(String, &'static str)>, Option<Vec<u8>>);

/// What comes of a page in pieces of these sizes, over and over.
fn outcome(page: &[u8], edits: &[Edit], ids: &[String], sizes: &[usize]) -> Outcome {
    let mut splicer = Splicer::planning("data-block", edits.to_vec(), ids.to_vec(), 1);
    let mut out = Vec::with_capacity(page.len() + 1024);
    let mut rest = page;
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, later) = rest.split_at(rest.len().min(*size));
        splicer.push(piece, &mut out);
        splicer.push(&[], &mut out);
        rest = later;
    }
    splicer.end(&mut out);
    splicer.push(&[], &mut out);
    let report = splicer.report().map(|(id, reason)| (id.to_owned(), reason.code())).collect();
    (out, report, splicer.plan(Version::of_page(page)))
}

/// The page without a plan: what streams then ends as soon as every edit is settled.
fn unplanned(page: &[u8], edits: &[Edit], sizes: &[usize]) -> (Vec<u8>, Vec<(String, &'static str)>) {
    support::rewrite(page, edits, sizes)
}

/// A page with the same operation for each of its ids, in every way to cut it.
fn holds_everywhere(name: &str, page: &[u8]) {
    assert!(page.len() <= SHORT, "{name} is no short page");
    let ids = ids(page);
    for operation in OPERATIONS {
        let names: Vec<&str> = ids.iter().map(String::as_str).collect();
        let edits = all_edits(&names, operation);
        let whole = outcome(page, &edits, &ids, &[page.len().max(1)]);
        let plain = unplanned(page, &edits, &[page.len().max(1)]);
        assert_eq!((&whole.0, &whole.1), (&plain.0, &plain.1), "{name}: planning changes what streams");
        let check = |sizes: &[usize]| {
            assert!(outcome(page, &edits, &ids, sizes) == whole, "{name} {operation:?} {sizes:?}");
            assert!(unplanned(page, &edits, sizes) == plain, "{name} {operation:?} {sizes:?}, no plan");
        };
        for first in 0..=page.len() {
            check(&[first, page.len()]);
            if page.len() <= SHORTEST {
                (0..=page.len() - first).for_each(|second| check(&[first, second, page.len()]));
            }
        }
        (1..=page.len()).for_each(|size| check(&[size]));
    }
    // A page that ends anywhere leaves as a whole.
    for end in 0..=page.len() {
        let prefix = &page[..end];
        let waiting =
            [edit("nowhere", Operation::ReplaceInner, b"x"), edit("a", Operation::InsertBefore, b"")];
        for size in [1, 5, end.max(1)] {
            assert!(
                unplanned(prefix, &waiting, &[size]).0 == prefix,
                "{name} ended at {end} in pieces of {size}"
            );
        }
    }
    found_in_pieces(name, page, &ids);
}

/// Every id of the page, with two that no marker has.
fn ids(page: &[u8]) -> Vec<String> {
    let found = find(page, "data-block");
    let mut ids: Vec<String> = found.blocks.into_iter().map(|block| block.id).collect();
    ids.extend(found.refused.into_iter().map(|refused| refused.id));
    ids.extend(["a".to_owned(), "nowhere".to_owned()]);
    ids.retain(|id| parvis::base::text::is_id_bytes(id.as_bytes()));
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(parvis::limits::PAGE_BLOCKS);
    ids
}

/// The first marker of each id is where `find` has it, also for who reads the page byte by byte: a plan's rows say so.
fn found_in_pieces(name: &str, page: &[u8], ids: &[String]) {
    let found = find(page, "data-block");
    let mut expected = Vec::new();
    for id in ids {
        let block = found.blocks.iter().find(|block| block.id == *id);
        let refused = found.refused.iter().find(|refused| refused.id == *id);
        let block = block.filter(|block| refused.is_none_or(|refused| block.start < refused.start));
        match (block, refused) {
            (Some(block), _) if block.end - block.start <= parvis::limits::BLOCK_BYTES => {
                expected.push([block.start, block.open_end, block.close, block.end]);
            }
            (Some(block), _) => expected.push([block.start; 4]),
            (None, Some(refused)) => expected.push([refused.start; 4]),
            (None, None) => {}
        }
    }
    expected.sort_unstable();
    let plan = outcome(page, &[], ids, &[1]).2;
    let rows: Vec<[usize; 4]> = plan.as_deref().map(rows).unwrap_or_default();
    assert_eq!(rows, expected, "{name}");
}

/// The offsets in the rows of a plan, as its format says.
fn rows(plan: &[u8]) -> Vec<[usize; 4]> {
    let number = |at: usize| u32::from_le_bytes(plan[at..at + 4].try_into().unwrap()) as usize;
    (0..number(36)).map(|row| [0, 4, 8, 12].map(|field| number(40 + row * 36 + field))).collect()
}

#[test]
fn no_cut_shows_in_any_short_page() {
    for (at, fixture) in FIXTURES.iter().enumerate() {
        holds_everywhere(&format!("fixture {at}"), fixture.as_bytes());
    }
    for page in std::fs::read_dir("fixtures/pages").unwrap() {
        let path = page.unwrap().path();
        holds_everywhere(&path.display().to_string(), &std::fs::read(&path).unwrap());
    }
}

#[test]
fn no_cut_shows_in_any_shared_case() {
    let Some(path) = shared("vectors/html-blocks.json") else { return };
    let cases: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    for case in cases.as_array().unwrap() {
        holds_everywhere(case["name"].as_str().unwrap(), &case_page(case));
    }
}

/// Pages of nearly 4 KiB, made of everything that is hard to cut.
#[test]
fn no_cut_shows_in_longer_pages_of_hard_pieces() {
    let pages = if std::env::var_os("PARVIS_LONG").is_some() { 40 } else { 4 };
    for seed in 0..pages {
        let mut page = String::new();
        let mut random = Random(seed);
        while page.len() < SHORT - 400 {
            let piece = support::soup(random.next() % 100_000);
            let piece = piece.get(..piece.len().min(300)).unwrap_or_default();
            page.push_str(FIXTURES[random.below(FIXTURES.len() - 3)]);
            page.push_str(piece);
            // Whatever the piece left open ends here, as far as this can be done.
            page.push_str("-->]]></script></style></title></textarea></svg></math></table></template>");
        }
        page.truncate(page.char_indices().map(|(at, _)| at).take_while(|at| *at <= SHORT).last().unwrap());
        let page = page.as_bytes();
        let ids = ids(page);
        let mut edits: Vec<Edit> = Vec::new();
        for id in &ids {
            edits.push(edit(id, ON_BLOCKS[random.below(ON_BLOCKS.len())], b"new"));
        }
        let whole = outcome(page, &edits, &ids, &[page.len()]);
        for at in 1..=page.len() {
            assert!(outcome(page, &edits, &ids, &[at, page.len()]) == whole, "seed {seed} cut at {at}");
            assert!(outcome(page, &edits, &ids, &[at]) == whole, "seed {seed} in pieces of {at}");
        }
        found_in_pieces("hard pieces", page, &ids);
    }
}

#[test]
fn no_random_cuts_show_in_real_pages() {
    let rounds = if std::env::var_os("PARVIS_LONG").is_some() { 1000 } else { 100 };
    for mode in ["attr", "comment"] {
        for (at, (name, page, _)) in marked_pages(mode).into_iter().enumerate() {
            let ids = ids(&page);
            let mut random = Random(at as u64);
            // What comes of the page in one piece, for each operation first; blocks take turns.
            let cases: Vec<(Vec<Edit>, Outcome)> = (0..ON_BLOCKS.len())
                .map(|first| {
                    let turns = ON_BLOCKS.iter().cycle().skip(first);
                    let edits: Vec<Edit> = ids
                        .iter()
                        .zip(turns)
                        .map(|(id, operation)| edit(id, *operation, b"<i>new</i>"))
                        .collect();
                    let whole = outcome(&page, &edits, &ids, &[page.len()]);
                    (edits, whole)
                })
                .collect();
            found_in_real_page(&name, &page, &ids);
            for round in 0..rounds {
                let (edits, whole) = &cases[round % cases.len()];
                let largest = 1 << (4 + random.below(14));
                let sizes: Vec<usize> = (0..9).map(|_| random.below(largest)).chain([largest]).collect();
                if round % 4 == 3 {
                    let (out, report) = unplanned(&page, edits, &sizes);
                    assert!(out == whole.0 && report == whole.1, "{mode} {name} {sizes:?}, no plan");
                } else {
                    assert!(outcome(&page, edits, &ids, &sizes) == *whole, "{mode} {name} {sizes:?}");
                }
            }
        }
    }
}

fn found_in_real_page(name: &str, page: &[u8], ids: &[String]) {
    assert!(ids.len() > 4, "{name} has no blocks");
    found_in_pieces(name, page, ids);
}
