//! What a plan notes while a page streams: every row of it, whatever pieces the page comes in.

use parvis::html::plan::{Plan, Splices, Version};
use parvis::html::splice::{Edit, Operation, Splicer};
use parvis::limits;
use parvis::reason::Reason;

/// What was looked for: any number will do.
const SCOPE: u64 = 11;

fn plan_rows(bytes: &[u8]) -> usize {
    usize::from(bytes[36]) + usize::from(bytes[38])
}

/// A row of a plan as numbers: where it lies, its state, what it was settled by and when its id came again; and its id.
fn decoded(bytes: &[u8]) -> Vec<([u32; 4], u8, u32, u32, String)> {
    let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    let short = |at: usize| usize::from(u16::from_le_bytes(bytes[at..at + 2].try_into().unwrap()));
    let count = short(36) + short(38);
    let ids = 40 + 36 * count;
    (0..count)
        .map(|row| 40 + 36 * row)
        .map(|at| {
            let id = &bytes[ids + short(at + 32)..][..usize::from(bytes[at + 34])];
            let id = String::from_utf8(id.to_vec()).unwrap();
            (
                [0, 4, 8, 12].map(|part| number(at + part)),
                bytes[at + 35],
                number(at + 24),
                number(at + 28),
                id,
            )
        })
        .collect()
}

/// The rows of the plan that streaming in pieces of this size makes.
fn rows_of(
    page: &[u8],
    declared: &[&str],
    keys: &[&str],
    size: usize,
) -> Vec<([u32; 4], u8, u32, u32, String)> {
    let declared: Vec<String> = declared.iter().map(|id| (*id).to_owned()).collect();
    let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
    let parts = declared.iter().map(|id| (id.clone(), keys.clone())).collect();
    let mut splicer = Splicer::planning("data-block", vec![], declared, SCOPE).with_parts(parts);
    page.chunks(size).for_each(|piece| splicer.push(piece, &mut Vec::new()));
    splicer.end(&mut Vec::new());
    let plan = splicer.plan(Version::of_page(page)).unwrap();
    assert!(Plan::open(&plan).is_some());
    for at in (0..plan_rows(&plan)).map(|row| 40 + 36 * row) {
        let check = u64::from_le_bytes(plan[at + 16..at + 24].try_into().unwrap());
        assert_eq!(check == 0, plan[at + 35] != 0, "what is refused has no markers");
    }
    decoded(&plan)
}

#[test]
fn a_plan_notes_what_came_before_what() {
    for (what, page, expected) in [
        ("nothing", &b"<p>1</p>"[..], vec![]),
        (
            "one after the other, and one again",
            b"<p data-block=a>1</p><p data-block=b>2</p><p data-block=a>3</p><p data-block=a>4</p>",
            // Opened, closed, opened, closed, opened: the fifth is the first that comes again.
            vec![([0, 16, 17, 21], 0, 2, 5, "a"), ([21, 37, 38, 42], 0, 4, 0, "b")],
        ),
        (
            "one in the other",
            b"<div data-block=a><p data-block=b>1</p></div>",
            vec![([0, 18, 39, 45], 0, 4, 0, "a"), ([18, 34, 35, 39], 0, 3, 0, "b")],
        ),
        (
            "one that is not declared",
            b"<p data-block=c>1</p><p data-block=b>2</p>",
            vec![([21, 37, 38, 42], 0, 2, 0, "b")],
        ),
        (
            "refused, with its reason by number",
            b"<p data-block=a>1<p data-block=b>2</p>",
            // Opened, given up by the tag that ends it, opened, closed.
            vec![([0, 0, 0, 0], 3, 2, 0, "a"), ([17, 33, 34, 38], 0, 4, 0, "b")],
        ),
        (
            "never closed, and again",
            b"<div data-block=a><p data-block=a>1</p>",
            vec![([0, 0, 0, 0], 1, 4, 2, "a")],
        ),
        ("not in the tree", b"<td data-block=a>", vec![([0, 0, 0, 0], 4, 1, 0, "a")]),
        ("without content", b"x<img data-block=a>", vec![([1, 19, 19, 19], 0, 2, 0, "a")]),
    ] {
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(at, state, settled, again, id): ([u32; 4], u8, u32, u32, &str)| {
                (at, state, settled, again, id.to_owned())
            })
            .collect();
        for size in [1, 3, 1000] {
            assert_eq!(rows_of(page, &["a", "b"], &[], size), expected, "{what}, in pieces of {size}");
        }
    }
}

#[test]
fn a_plan_notes_the_parts_of_every_block() {
    let page =
        b"<i data-block=b></i><div data-block=a>1<b data-part=t>22</b>3<a data-part=l href=x>4</a></div>5";
    let keys = ["t", "l@href", "l@id", "gone"];
    let part = |at: [u32; 4], state: u8, block: u32, key: &str| (at, state, block, 0, key.to_owned());
    let expected = vec![
        ([0, 16, 16, 20], 0, 2, 0, "b".to_owned()),
        ([20, 38, 88, 94], 0, 4, 0, "a".to_owned()),
        part([0; 4], 6, 0, "t"),
        part([0; 4], 6, 0, "l@href"),
        part([0; 4], 6, 0, "l@id"),
        part([0; 4], 6, 0, "gone"),
        part([39, 54, 56, 60], 0, 1, "t"),
        // An attribute gives way with the space before it; one that is not there goes behind the tag's name.
        part([61, 75, 82, 83], 0, 1, "l@href"),
        part([61, 63, 63, 83], 0, 1, "l@id"),
        part([0; 4], 6, 1, "gone"),
    ];
    for size in [1, 3, 1000] {
        assert_eq!(rows_of(page, &["b", "a"], &keys, size), expected, "in pieces of {size}");
    }
}

#[test]
fn a_page_has_a_plan_of_as_many_blocks_as_a_page_may_have() {
    for (count, expected) in [(limits::PAGE_BLOCKS, true), (limits::PAGE_BLOCKS + 1, false)] {
        let ids: Vec<String> = (0..count).map(|number| format!("b{number}")).collect();
        let page: String = ids.iter().map(|id| format!("<p data-block={id}></p>")).collect();
        let mut splicer = Splicer::planning("data-block", vec![], ids, SCOPE);
        splicer.push(page.as_bytes(), &mut Vec::new());
        splicer.end(&mut Vec::new());
        assert_eq!(splicer.plan(Version::of_page(page.as_bytes())).is_some(), expected, "{count}");
    }
}

#[test]
fn a_plan_has_the_markers_of_the_longest_block() {
    // Nearly all of it is its end tag, which is held as long as a block may be.
    let most = limits::BLOCK_BYTES;
    for (length, expected) in [(most, Reason::Placed), (most + 1, Reason::TooLong)] {
        let around = "<p data-block=a></p>".len();
        let page = format!("<p data-block=a></p{}><p>2</p>", " ".repeat(length - around));
        let page = page.as_bytes();
        let edit = Edit {
            id: "a".into(),
            operation: Operation::ReplaceInner,
            content: b"1".to_vec(),
            tests: Vec::new(),
        };
        for size in [1, 1000, page.len()] {
            let mut splicer = Splicer::planning("data-block", vec![], vec!["a".to_owned()], SCOPE);
            page.chunks(size).for_each(|piece| splicer.push(piece, &mut Vec::new()));
            splicer.end(&mut Vec::new());
            let plan = splicer.plan(Version::of_page(page)).unwrap();
            let (edits, mut splices) = ([edit.clone()], Splices::default());
            assert!(Plan::open(&plan).unwrap().apply(&edits, Some(page), &mut splices), "{length}, {size}");
            assert!(splices.report(&edits).eq([("a", expected)]), "{length}, {size}");
        }
    }
}
