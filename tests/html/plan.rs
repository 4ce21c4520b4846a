//! The laws of splice plans: the same bytes and the same report as streaming, whatever is edited; any doubt drops the plan.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use crate::support::{
    ON_BLOCKS, OPERATIONS, PART_KEYS, Random, changes, edit, marked_pages, reversed, rewrite_whole, soup,
    with_parts,
};
use parvis::base::checksum::digest;
use parvis::html::plan::{Piece, Plan, Splices, Version};
use parvis::html::splice::{Edit, Operation, Splicer};
use parvis::limits;
use proptest::prelude::*;

const SCOPE: u64 = 11;

/// The plan made while the page streams in pieces of these sizes, with edits of its own; and what streamed.
fn plan_of(page: &[u8], declared: &[String], edits: &[Edit], sizes: &[usize]) -> (Option<Vec<u8>>, Vec<u8>) {
    let keys = |id: &String| (id.clone(), PART_KEYS.map(str::to_owned).to_vec());
    let mut splicer = Splicer::planning("data-block", edits.to_vec(), declared.to_vec(), SCOPE)
        .with_parts(declared.iter().map(keys).collect());
    let (mut out, mut at) = (Vec::new(), 0);
    for size in sizes.iter().cycle() {
        if at >= page.len() {
            break;
        }
        let to = page.len().min(at + size);
        splicer.push(&page[at..to], &mut out);
        at = to;
    }
    splicer.end(&mut out);
    (splicer.plan(Version::of_page(page)), out)
}

/// The page spliced from its plan, with the report.
fn splice(page: &[u8], plan: &[u8], edits: &[Edit]) -> (Vec<u8>, Vec<(String, &'static str)>) {
    let plan = Plan::open(plan).unwrap();
    assert!(plan.is_for(Version::of_page(page), SCOPE));
    let mut splices = Splices::default();
    assert!(plan.apply(edits, Some(page), &mut splices));
    let out = joined(page, &splices, edits);
    assert_eq!(splices.length(edits), out.len() as u64);
    (out, splices.report(edits).map(|(id, reason)| (id.to_owned(), reason.code())).collect())
}

fn joined(page: &[u8], splices: &Splices, edits: &[Edit]) -> Vec<u8> {
    let mut out = Vec::new();
    for piece in splices.pieces() {
        match *piece {
            Piece::Page { from, to } => {
                assert!(from < to);
                out.extend_from_slice(&page[from..to]);
            }
            Piece::Content(at) => out.extend_from_slice(&edits[at].content),
            Piece::Part { edit, from, to } => {
                assert!(from < to);
                out.extend_from_slice(&edits[edit].content[from..to]);
            }
        }
    }
    out
}

/// Some edits of some blocks, of blocks that are not there, of one block twice, with content or without.
fn some_edits(declared: &[String], random: &mut Random) -> Vec<Edit> {
    let mut edits = Vec::new();
    for _ in 0..random.below(5) {
        let id = &declared[random.below(declared.len())];
        let operation = OPERATIONS[random.below(OPERATIONS.len())];
        let content = match operation {
            Operation::SetParts => changes(id, &PART_KEYS[random.below(3)..]),
            Operation::Reorder => {
                let from = random.below(declared.len());
                let members: Vec<&str> =
                    declared[from..].iter().take(1 + random.below(3)).map(String::as_str).collect();
                reversed(&members).into_bytes()
            }
            _ => [&b"<b>new</b>"[..], b"", b"x"][random.below(3)].to_vec(),
        };
        edits.push(edit(id, operation, &content));
    }
    edits
}

/// All laws for one page, `rounds` times with other edits and other cuts.
fn holds(page: &[u8], declared: &[String], rounds: usize, random: &mut Random) {
    let made = plan_of(page, declared, &[], &[page.len().max(1)]).0.unwrap();
    for _ in 0..rounds {
        let first = some_edits(declared, random);
        let largest = 1 << (1 + random.below(14));
        let sizes: Vec<usize> = (0..7).map(|_| 1 + random.below(largest)).collect();
        let (plan, streamed) = plan_of(page, declared, &first, &sizes);
        let case =
            || format!("{first:?} {sizes:?} {:?}", String::from_utf8_lossy(&page[..page.len().min(2000)]));
        assert!(plan.as_ref() == Some(&made), "the plan depends on edits or cuts: {}", case());
        assert!(streamed == rewrite_whole(page, &first).0, "planning changes what streams: {}", case());
        let second = some_edits(declared, random);
        let (spliced, expected) = (splice(page, &made, &second), rewrite_whole(page, &second));
        assert_eq!(spliced.1, expected.1, "{second:?} {}", case());
        assert!(spliced.0 == expected.0, "{second:?} {}", case());
    }
}

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("b{number}")).chain(["a".into(), "z".into(), "nowhere".into()]).collect()
}

#[test]
fn a_plan_gives_what_streaming_gives_on_fixtures() {
    let long = format!(
        "<div data-block=a><div data-block=b1>1</div>{}</div><i data-block=b2>",
        "z".repeat(limits::BLOCK_BYTES)
    );
    let fixtures = [
        "",
        "no block",
        "<p>1<div data-block=a>old</div>2",
        "<div data-block=a><p>1</p><div data-block=b1>2</div>3</div><div data-block=b2></div><div data-block=a>",
        "x<!--block:a--><li>1<li>2<!--/block:a-->y<!--block:b1--><!--/block:b1--><!--block:a--><!--/block:a-->",
        "<!--block:a--><!--block:b1--><!--/block:a--><!--/block:b1-->",
        "<div data-block=a>never closed <div data-block=b1>inner</div> <img data-block=b2><img data-block=b2>",
        "<!--block:a--><p data-block=b1>1<!--/block:a--><div data-block=b2>2</div>",
        "<p data-block=a>1<p data-block=a>2</p><div data-block=b1 title='>'>4</div>",
        "<div data-block=a>1</div",
        long.as_str(),
    ];
    for (seed, fixture) in fixtures.iter().enumerate() {
        holds(fixture.as_bytes(), &ids(4), 300, &mut Random(seed as u64));
    }
    for page in std::fs::read_dir("fixtures/pages").unwrap() {
        let page = std::fs::read(page.unwrap().path()).unwrap();
        let declared =
            parvis::html::blocks::find(&page, "data-block").blocks.into_iter().map(|block| block.id);
        holds(&page, &declared.chain(["nowhere".into()]).collect::<Vec<_>>(), 40, &mut Random(1));
    }
}

#[test]
fn a_plan_gives_what_streaming_gives_on_random_pages() {
    let rounds = if std::env::var_os("PARVIS_LONG").is_some() { 60_000 } else { 6_000 };
    for seed in 0..rounds {
        let mut random = Random(seed ^ 0x91A7);
        let mut page = soup(seed);
        // Markers that come again, and comment pairs around anything.
        if random.below(2) == 0 {
            page = page.replace("=b3", "=b0").replace("=b4", "=b1").replace("<!-- a -->", "<!--block:a-->");
            page.push_str(
                ["<!--/block:a-->", "<div data-block=b1>2</div>", "<!--block:z-->1<!--/block:z-->"]
                    [random.below(3)],
            );
        }
        if random.below(2) == 0 {
            page = with_parts(&page, &mut random);
        }
        holds(page.as_bytes(), &ids(8), 4, &mut random);
    }
}

#[test]
fn a_plan_gives_what_streaming_gives_on_real_pages() {
    for mode in ["attr", "comment"] {
        for (at, (_, page, extents)) in marked_pages(mode).into_iter().enumerate() {
            let declared: Vec<String> = extents.into_iter().map(|extent| extent.0).collect();
            let mut random = Random(at as u64);
            holds(&page, &declared, 12, &mut random);
            let parts = String::from_utf8(page).map(|page| with_parts(&page, &mut random));
            holds(parts.unwrap_or_default().as_bytes(), &declared, 12, &mut random);
        }
    }
}

#[test]
fn a_plan_needs_a_whole_page_of_the_length_it_is_said_to_have() {
    let page = b"<div data-block=a>1</div>";
    let mut splicer = Splicer::planning("data-block", vec![], vec!["a".into()], SCOPE);
    splicer.push(page, &mut Vec::new());
    assert_eq!(splicer.plan(Version::of_page(page)), None, "the page has not ended");
    splicer.end(&mut Vec::new());
    assert_eq!(splicer.plan(Version::of_page(b"another")), None);
    assert_eq!(splicer.plan(Version::of_etag("\"v\"", 24).unwrap()), None);
    assert!(splicer.plan(Version::of_etag("\"v\"", 25).unwrap()).is_some());
    let utf16 = [&[0xFF, 0xFE][..], page].concat();
    for size in [1, 100] {
        assert_eq!(plan_of(&utf16, &["a".to_owned()], &[], &[size]).0, None);
    }
}

/// A page with every kind of row, its plan, and edits of all of it.
fn sample() -> (Vec<u8>, Vec<u8>, Vec<Edit>) {
    let page = b"<p><div data-block=a>1<i data-block=b1>2<b data-part=p0></b></i></div><!--block:b2-->3<!--/block:b2--><img data-block=b3><p data-block=z>".to_vec();
    let plan = plan_of(&page, &ids(4), &[], &[5]).0.unwrap();
    let edits = ids(4)
        .iter()
        .zip(ON_BLOCKS.iter().cycle())
        .map(|(id, operation)| edit(id, *operation, b"new"))
        .collect();
    (page, plan, edits)
}

#[test]
fn a_plan_that_was_altered_or_cut_is_no_plan() {
    let (_, plan, _) = sample();
    assert!(Plan::open(&plan).is_some());
    for at in 0..plan.len() {
        assert!(Plan::open(&plan[..at]).is_none(), "cut at {at}");
        for bit in 0..8 {
            let mut altered = plan.clone();
            altered[at] ^= 1 << bit;
            assert!(Plan::open(&altered).is_none(), "bit {bit} of byte {at}");
        }
    }
    let mut longer = plan;
    longer.push(0);
    assert!(Plan::open(&longer).is_none());
}

#[test]
fn a_plan_fits_no_page_whose_markers_are_others() {
    let (page, plan, edits) = sample();
    let open = Plan::open(&plan).unwrap();
    let mut splices = Splices::default();
    let mut fits = |page: &[u8]| open.apply(&edits, Some(page), &mut splices);
    let found = parvis::html::blocks::find(&page, "data-block").blocks;
    let edges: Vec<usize> =
        found.iter().flat_map(|block| (block.start..block.open_end).chain(block.close..block.end)).collect();
    for at in 0..page.len() {
        let mut other = page.clone();
        other[at] ^= 1;
        assert_eq!(fits(&other), !edges.contains(&at), "byte {at}");
        assert!(!open.is_for(Version::of_page(&other), SCOPE), "byte {at}");
    }
    assert!(!fits(&page[1..]) && !fits(&page[..page.len() - 1]));
    assert!(!fits(&[&page[..], b" "].concat()) && fits(&page));
    assert!(!open.is_for(Version::of_page(&page), SCOPE + 1));
}

/// Gives bytes the digest they should have, so that what is behind it is reached.
fn seal(plan: &mut [u8]) {
    let sum = digest(&plan[16..]);
    plan[8..16].copy_from_slice(&sum.to_le_bytes());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    /// Whatever a plan says, what comes out are pieces of the page in order, and content.
    #[test]
    fn any_bytes_are_read_without_harm(changes in prop::collection::vec((0usize..400, any::<u8>()), 1..12), cut in 40usize..400) {
        let (page, mut plan, edits) = sample();
        plan.truncate(cut.max(40));
        for (at, byte) in changes {
            let at = 4 + at % (plan.len() - 4);
            plan[at] = byte;
        }
        seal(&mut plan);
        if let Some(open) = Plan::open(&plan) {
            let mut splices = Splices::default();
            prop_assert!(open.apply(&edits, None, &mut splices));
            let mut at = 0;
            for piece in splices.pieces() {
                if let Piece::Page { from, to } = *piece {
                    prop_assert!(at <= from && from < to);
                    at = to;
                }
            }
            if open.apply(&edits, Some(&page), &mut splices) {
                let _ = joined(&page, &splices, &edits);
            }
        }
    }
}

#[test]
fn applying_a_plan_allocates_nothing() {
    let (page, plan, edits) = sample();
    let version = Version::of_page(&page);
    let mut splices = Splices::default();
    assert!(Plan::open(&plan).unwrap().apply(&edits, Some(&page), &mut splices));
    let mut left = 0;
    let used = allocation_counter::measure(|| {
        let plan = Plan::open(&plan).filter(|plan| plan.is_for(version, SCOPE));
        assert!(plan.is_some_and(|plan| plan.apply(&edits, Some(&page), &mut splices)));
        left = splices.pieces().len();
    });
    assert!(left > 4);
    assert_eq!(used.count_total, 0);
    // However often it is used, and with parts too.
    let page = b"<div data-block=a><b data-part=p0>1</b></div>";
    let plan = plan_of(page, &ids(0), &[], &[5]).0.unwrap();
    let edits = [edit("a", Operation::SetParts, &changes("a", &["p0"]))];
    let plan = Plan::open(&plan).unwrap();
    assert!(plan.apply(&edits, Some(page), &mut splices));
    let used = allocation_counter::measure(|| {
        for _ in 0..1000 {
            assert!(plan.apply(&edits, Some(page), &mut splices));
        }
    });
    assert_eq!((used.count_total, splices.pieces().len()), (0, 3));
}
