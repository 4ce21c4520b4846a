//! Plans written by hand: which are read, and which say something that cannot be.

use parvis::base::checksum::digest;
use parvis::html::parts;
use parvis::html::plan::{FORMAT, Piece, Plan, Splices, Version};
use parvis::html::splice::{Edit, Operation, Splicer};
use parvis::limits;

const SCOPE: u64 = 0x1122_3344_5566_7788;

/// A row: start, end of the opening marker, closing marker, end; state; what parts and repeats say; id.
#[derive(Clone, Copy, Debug)]
struct Row {
    at: [u32; 4],
    state: u8,
    settled: u32,
    again: u32,
    id: &'static str,
}

const fn row(at: [u32; 4], id: &'static str) -> Row {
    Row { at, state: 0, settled: 1, again: 0, id }
}

/// A part of the block in row number `block`.
const fn part(at: [u32; 4], block: u32) -> Row {
    Row { at, state: 0, settled: block, again: 0, id: "p" }
}

/// The bytes of a plan for a page of this length, by the layout in the documentation of `html::plan`.
fn plan(length: u32, rows: &[Row], parts: &[Row]) -> Vec<u8> {
    let mut bytes = b"PVSP".to_vec();
    bytes.extend(FORMAT.to_le_bytes());
    bytes.extend([0; 10]);
    bytes.extend(SCOPE.to_le_bytes());
    bytes.extend([0; 8]);
    bytes.extend(length.to_le_bytes());
    bytes.extend(u16::try_from(rows.len()).unwrap().to_le_bytes());
    bytes.extend(u16::try_from(parts.len()).unwrap().to_le_bytes());
    let mut ids: Vec<u8> = Vec::new();
    for row in rows.iter().chain(parts) {
        row.at.iter().for_each(|at| bytes.extend(at.to_le_bytes()));
        bytes.extend([0; 8]);
        bytes.extend(row.settled.to_le_bytes());
        bytes.extend(row.again.to_le_bytes());
        bytes.extend(u16::try_from(ids.len()).unwrap().to_le_bytes());
        bytes.extend([u8::try_from(row.id.len()).unwrap(), row.state]);
        ids.extend(row.id.as_bytes());
    }
    bytes.extend(ids);
    seal(bytes)
}

/// The same bytes with the digest that they should have.
fn seal(mut bytes: Vec<u8>) -> Vec<u8> {
    let sum = digest(&bytes[16..]);
    bytes[8..16].copy_from_slice(&sum.to_le_bytes());
    bytes
}

fn is_read(length: u32, rows: &[Row], parts: &[Row]) -> bool {
    Plan::open(&plan(length, rows, parts)).is_some()
}

#[test]
fn rows_lie_in_the_page_and_in_order() {
    for (what, length, rows, expected) in [
        ("none", 0, &[][..], true),
        ("an empty row in an empty page", 0, &[row([0; 4], "a")], true),
        ("the whole page", 40, &[row([0, 10, 30, 40], "a")], true),
        ("nothing inside", 40, &[row([0, 10, 10, 40], "a")], true),
        ("no closing marker", 40, &[row([0, 10, 40, 40], "a")], true),
        ("opening ends in front of its start", 40, &[row([5, 4, 30, 40], "a")], false),
        ("closing in front of the opening's end", 40, &[row([0, 10, 9, 40], "a")], false),
        ("end in front of the closing", 40, &[row([0, 10, 30, 29], "a")], false),
        ("end at the closing", 40, &[row([0, 10, 30, 30], "a")], true),
        ("end behind the page", 40, &[row([0, 10, 30, 41], "a")], false),
        ("all behind the page", 40, &[row([41; 4], "a")], false),
        ("all at the end of the page", 40, &[row([40; 4], "a")], true),
        ("one behind the other", 40, &[row([0, 5, 10, 20], "a"), row([20, 25, 30, 40], "b")], true),
        ("one inside the other", 40, &[row([0, 5, 35, 40], "a"), row([5, 10, 30, 35], "b")], true),
        ("starts one byte apart", 40, &[row([0, 5, 35, 40], "a"), row([1, 5, 35, 40], "b")], true),
        ("starts at one place", 40, &[row([1, 5, 35, 40], "a"), row([1, 5, 35, 40], "b")], false),
        ("starts the wrong way round", 40, &[row([1, 5, 35, 40], "a"), row([0, 5, 35, 40], "b")], false),
        (
            "the third in front of the second",
            40,
            &[row([0, 1, 2, 3], "a"), row([9, 10, 11, 12], "b"), row([5, 6, 7, 8], "c")],
            false,
        ),
        (
            "the third at the first",
            40,
            &[row([3, 3, 3, 3], "a"), row([9, 10, 11, 12], "b"), row([3, 6, 7, 8], "c")],
            false,
        ),
        ("refused, but as wrong", 40, &[Row { state: 1, ..row([0, 10, 9, 40], "a") }], false),
    ] {
        assert_eq!(is_read(length, rows, &[]), expected, "{what}");
    }
}

#[test]
fn a_state_is_one_of_nine() {
    for state in 0..=255 {
        let rows = [Row { state, ..row([0, 1, 2, 3], "a") }];
        assert_eq!(is_read(9, &rows, &[]), state <= 8, "state {state}");
        let parts = [Row { state, ..part([1, 1, 2, 2], 0) }];
        assert_eq!(is_read(9, &[row([0, 1, 2, 3], "a")], &parts), state <= 8, "state {state} of a part");
    }
    let reasons = [
        "unclosed",
        "too-long",
        "optional-end",
        "not-understood",
        "crossed",
        "part-missing",
        "part-repeated",
        "part-refused",
    ];
    let edits = [edit("a", Operation::Hide, b"")];
    for (state, reason) in (1..).zip(reasons) {
        let bytes = plan(9, &[Row { state, ..row([3; 4], "a") }], &[]);
        let mut splices = Splices::default();
        assert!(Plan::open(&bytes).unwrap().apply(&edits, None, &mut splices));
        let report: Vec<_> = splices.report(&edits).map(|(id, reason)| (id, reason.code())).collect();
        assert_eq!((report, splices.pieces()), (vec![("a", reason)], &[Piece::Page { from: 0, to: 9 }][..]));
    }
}

#[test]
fn a_part_that_was_found_lies_between_the_markers_of_its_block() {
    let blocks =
        [row([0, 5, 20, 25], "a"), Row { state: 4, ..row([30; 4], "b") }, row([31, 33, 37, 39], "c")];
    for (what, part, expected) in [
        ("all of it", part([5, 6, 19, 20], 0), true),
        ("nothing at its beginning", part([5; 4], 0), true),
        ("nothing at its end", part([20; 4], 0), true),
        ("begins in the opening marker", part([4, 6, 19, 20], 0), false),
        ("ends in the closing marker", part([5, 6, 19, 21], 0), false),
        ("lies behind it", part([26, 26, 27, 27], 0), false),
        ("lies in another", part([34, 34, 35, 35], 0), false),
        ("lies in the other it names", part([34, 34, 35, 35], 2), true),
        ("of a block that was refused", part([7, 8, 9, 10], 1), true),
        ("of a row that is not there", part([7, 8, 9, 10], 3), false),
        ("of a row far away", part([7, 8, 9, 10], u32::MAX), false),
        ("refused, anywhere", Row { state: 6, ..part([30, 30, 40, 40], 0) }, true),
        ("refused, of a row that is not there", Row { state: 6, ..part([0; 4], 9) }, true),
        ("refused, behind the page", Row { state: 6, ..part([41; 4], 0) }, false),
        ("ends in front of its beginning", part([6, 7, 9, 8], 0), false),
        ("closing in front of the opening's end", part([6, 8, 7, 9], 0), false),
        ("opening ends in front of its start", part([8, 7, 9, 9], 0), false),
    ] {
        assert_eq!(is_read(40, &blocks, &[part]), expected, "{what}");
    }
    // Parts have no order, and two may lie at one place.
    assert!(is_read(40, &blocks, &[part([9; 4], 0), part([6; 4], 0), part([6; 4], 0)]));
}

#[test]
fn ids_lie_in_the_plan() {
    let bytes = plan(9, &[row([0, 1, 2, 3], "ab"), row([4, 5, 6, 7], "c")], &[]);
    let (first, second) = (40, 76);
    let with = |changes: &[(usize, u8)]| {
        let mut bytes = bytes.clone();
        changes.iter().for_each(|(at, byte)| bytes[*at] = *byte);
        Plan::open(&seal(bytes)).is_some()
    };
    assert!(with(&[]));
    for (what, changes, expected) in [
        ("all three letters", &[(first + 34, 3)][..], true),
        ("a letter more than there is", &[(first + 34, 4)], false),
        ("the last letter", &[(second + 32, 2), (second + 34, 1)], true),
        ("nothing at the end", &[(second + 32, 3), (second + 34, 0)], true),
        ("a letter behind the end", &[(second + 32, 3), (second + 34, 1)], false),
        ("nothing behind the end", &[(second + 32, 4), (second + 34, 0)], false),
        ("far behind the end", &[(second + 33, 1), (second + 34, 0)], false),
    ] {
        assert_eq!(with(changes), expected, "{what}");
    }
}

#[test]
fn a_plan_has_no_more_rows_than_a_page_has_blocks() {
    for (count, expected) in
        [(limits::PAGE_BLOCKS - 1, true), (limits::PAGE_BLOCKS, true), (limits::PAGE_BLOCKS + 1, false)]
    {
        let rows: Vec<Row> = (0..u32::try_from(count).unwrap()).map(|at| row([at; 4], "a")).collect();
        assert_eq!(is_read(100, &rows, &[]), expected, "{count}");
    }
    // Parts are bounded by what may be changed of each block, which the one who made the plan knows.
    let parts = vec![part([1; 4], 0); 200];
    assert!(is_read(100, &[row([0, 1, 2, 3], "a")], &parts));
}

#[test]
fn the_head_is_of_this_format_and_of_these_bytes() {
    let good = plan(40, &[row([0, 5, 20, 25], "a")], &[part([5, 6, 7, 8], 0)]);
    assert!(Plan::open(&good).is_some());
    for at in (0..8).chain(36..40) {
        for bit in 0..8 {
            let mut bytes = good.clone();
            bytes[at] ^= 1 << bit;
            // With a part less the rest is a plan, whose ids begin with the row that was one.
            let expected = (at, bit) == (38, 0);
            assert_eq!(Plan::open(&seal(bytes)).is_some(), expected, "bit {bit} of byte {at}");
        }
    }
    for at in 8..good.len() {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        assert!(Plan::open(&bytes).is_none(), "byte {at} under the old digest");
    }
    for to in 0..good.len() {
        assert!(Plan::open(&good[..to]).is_none(), "cut at {to}");
        if to >= 16 {
            assert!(
                Plan::open(&seal(good[..to].to_vec())).is_none(),
                "cut at {to} under a digest of its own"
            );
        }
    }
    assert_eq!(FORMAT, 2);
    for format in [0, 1, 3, 0x0200] {
        let mut bytes = good.clone();
        bytes[4..6].copy_from_slice(&u16::to_le_bytes(format));
        assert!(Plan::open(&seal(bytes)).is_none(), "format {format}");
    }
}

#[test]
fn a_plan_is_for_one_version_and_one_scope() {
    let page = b"<p>one</p>";
    let made = |version: Version| {
        let mut splicer = Splicer::planning("data-block", vec![], vec!["a".into()], SCOPE);
        splicer.push(page, &mut Vec::new());
        splicer.end(&mut Vec::new());
        splicer.plan(version).unwrap()
    };
    let tag = |tag: &str, length: u64| Version::of_etag(tag, length).unwrap();
    for (own, others) in [
        (
            Version::of_page(page),
            [Version::of_page(b"<p>two</p>"), tag("\"a\"", 10), Version::of_page(b"<p>one</p> ")],
        ),
        (tag("\"a\"", 10), [tag("\"b\"", 10), tag("\"a\"", 9), tag("\"a\"", 11)]),
    ] {
        let bytes = made(own);
        let plan = Plan::open(&bytes).unwrap();
        assert!(plan.is_for(own, SCOPE));
        for scope in [SCOPE + 1, SCOPE ^ 1 << 63, 0] {
            assert!(!plan.is_for(own, scope), "{scope:x}");
        }
        for other in others {
            assert!(!plan.is_for(other, SCOPE), "{other:?}");
        }
    }
    assert_ne!(Version::of_page(b"a"), Version::of_page(b"b"));
    assert_eq!((Version::of_page(b"ab").length(), tag("\"a\"", 7).length()), (2, 7));
    // The bytes of a page are never taken for a tag: one that is its own tag is another version.
    assert_ne!(Some(Version::of_page(b"\"a\"")), Version::of_etag("\"a\"", 3));
}

#[test]
fn only_a_strong_tag_with_something_in_it_names_a_version() {
    for (tag, expected) in [
        ("\"a\"", true),
        ("\"ab\"", true),
        ("\" \"", true),
        ("\"\"", false),
        ("\"", false),
        ("", false),
        ("a", false),
        ("\"a", false),
        ("\"ab", false),
        ("ab\"", false),
        ("a\"", false),
        ("aaa", false),
        ("W/\"a\"", false),
        ("W/\"\"", false),
    ] {
        assert_eq!(Version::of_etag(tag, 1).is_some(), expected, "{tag}");
    }
}

#[test]
fn a_page_is_cut_at_its_blocks_and_never_at_its_ends() {
    for (length, rows, expected) in [
        (40, &[][..], &[][..]),
        (40, &[row([0, 10, 30, 40], "a")], &[10, 30]),
        (40, &[row([1, 10, 30, 39], "a")], &[1, 10, 30, 39]),
        (41, &[row([0, 10, 30, 40], "a")], &[10, 30, 40]),
        (40, &[row([5, 10, 10, 15], "a"), row([15, 20, 20, 20], "b")], &[5, 10, 15, 20]),
        (40, &[row([2, 10, 30, 35], "a"), row([12, 14, 20, 22], "b")], &[2, 10, 12, 14, 20, 22, 30, 35]),
        (40, &[Row { state: 1, ..row([7; 4], "a") }, row([8, 9, 10, 11], "b")], &[8, 9, 10, 11]),
        (0, &[row([0; 4], "a")], &[]),
        (1, &[row([0, 0, 1, 1], "a")], &[]),
    ] {
        let bytes = plan(length, rows, &[part([0; 4], 9)].map(|part| Row { state: 6, ..part }));
        assert_eq!(Plan::open(&bytes).unwrap().cuts(), expected, "{rows:?}");
    }
}

fn edit(id: &str, operation: Operation, content: &[u8]) -> Edit {
    Edit { id: id.into(), operation, content: content.to_vec(), tests: Vec::new() }
}

/// The plan that streaming makes of this page, with these parts of its one block.
fn streamed(page: &[u8], keys: &[&str]) -> Vec<u8> {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    let mut splicer =
        Splicer::planning("data-block", vec![], vec!["a".into()], SCOPE).with_parts(vec![("a".into(), keys)]);
    splicer.push(page, &mut Vec::new());
    splicer.end(&mut Vec::new());
    splicer.plan(Version::of_page(page)).unwrap()
}

#[test]
fn markers_of_parts_that_are_changed_must_be_where_the_plan_says() {
    let page = b"<div data-block=a>1<b data-part=t>22</b>3<a data-part=l href=x>4</a></div>5";
    let plan = streamed(page, &["t", "l@href", "gone"]);
    let plan = Plan::open(&plan).unwrap();
    let change = |keys: &[&str]| {
        let mut content = Vec::new();
        keys.iter().for_each(|key| parts::push(key, b" n", &mut content));
        [edit("a", Operation::SetParts, &content)]
    };
    let (block, text, link) = ([0..18, 68..74], [19..34, 36..40], [41..55, 62..63]);
    assert_eq!((&page[19..34], &page[36..40]), (&b"<b data-part=t>"[..], &b"</b>"[..]));
    assert_eq!(
        (&page[41..55], &page[62..63], &page[68..74]),
        (&b"<a data-part=l"[..], &b">"[..], &b"</div>"[..])
    );
    for (keys, marks) in [
        (&["t"][..], [&block[..], &text].concat()),
        (&["l@href"], [&block[..], &link].concat()),
        (&["t", "l@href"], [&block[..], &text, &link].concat()),
        // A part that was not found has no markers; that it is missing was seen in the whole page.
        (&["gone"], block.to_vec()),
    ] {
        let edits = change(keys);
        let mut splices = Splices::default();
        assert!(plan.apply(&edits, Some(page), &mut splices), "{keys:?}");
        for at in 0..page.len() {
            let mut other = page.to_vec();
            other[at] ^= 1;
            let marked = marks.iter().any(|mark| mark.contains(&at));
            assert_eq!(plan.apply(&edits, Some(&other), &mut splices), !marked, "{keys:?}, byte {at}");
            if marked {
                assert_eq!(
                    (splices.pieces(), splices.report(&edits).count()),
                    (&[][..], 0),
                    "{keys:?}, byte {at}"
                );
            }
        }
        assert!(plan.apply(&edits, None, &mut splices));
    }
    // What was not looked for is not known to be missing.
    assert!(!plan.apply(&change(&["other"]), Some(page), &mut Splices::default()));
    assert!(!plan.apply(&change(&["t", "other"]), None, &mut Splices::default()));
}

#[test]
fn a_page_of_another_length_fits_no_plan() {
    let page = b"<div data-block=a>1</div>";
    let plan = streamed(page, &[]);
    let plan = Plan::open(&plan).unwrap();
    let mut splices = Splices::default();
    for (page, expected) in [(&page[..], true), (&page[..24], false), (b"<div data-block=a>1</div> ", false)]
    {
        assert_eq!(plan.apply(&[], Some(page), &mut splices), expected);
    }
}

/// The check of a marker's bytes, by the format: words of eight bytes, then the last eight bytes once more, or all of them
/// where there are fewer, the first in front.
fn check(marker: &[u8]) -> u64 {
    let mix = |sum: u64, word: u64| {
        let mixed = (sum ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed ^ (mixed / 536_870_912)
    };
    let mut sum = u64::try_from(marker.len()).unwrap();
    for word in marker.chunks_exact(8) {
        sum = mix(sum, word.iter().rev().fold(0, |word, byte| word * 256 + u64::from(*byte)));
    }
    let last: Vec<u8> = match marker.len() {
        0..8 => marker.to_vec(),
        length => marker[length - 8..].iter().rev().copied().collect(),
    };
    mix(sum, last.iter().fold(0, |word, byte| word * 256 + u64::from(*byte)))
}

#[test]
fn the_check_of_markers_is_a_part_of_the_format() {
    // Plans outlive the build that made them, and another build of the same format reads them.
    for (page, open, close) in [
        (&b"<p data-block=a>1</p>"[..], 0..16, 17..21),
        (b"<section data-block=a>1</section>", 0..22, 23..33),
        (b"<i data-block=a></i>", 0..16, 16..20),
        (b"<div data-block=a>1</div  >", 0..18, 19..27),
        (b"<img data-block=a>", 0..18, 18..18),
        (b"<!--block:a-->1<!--/block:a-->", 0..14, 15..30),
    ] {
        let plan = streamed(page, &[]);
        let stored = u64::from_le_bytes(plan[56..64].try_into().unwrap());
        assert_eq!(
            stored,
            check(&page[open]).rotate_left(1) ^ check(&page[close]),
            "{}",
            String::from_utf8_lossy(page)
        );
    }
}

#[test]
fn markers_of_blocks_that_are_not_changed_may_be_anything() {
    let page = b"<p data-block=a>1</p><p data-block=b>2</p>";
    let mut splicer = Splicer::planning("data-block", vec![], vec!["a".into(), "b".into()], SCOPE);
    splicer.push(page, &mut Vec::new());
    splicer.end(&mut Vec::new());
    let plan = splicer.plan(Version::of_page(page)).unwrap();
    let plan = Plan::open(&plan).unwrap();
    let mut splices = Splices::default();
    for at in 0..page.len() {
        let mut other = page.to_vec();
        other[at] ^= 1;
        let marks = |from: usize| (from..from + 16).contains(&at) || (from + 17..from + 21).contains(&at);
        for (id, changed) in [("a", marks(0)), ("b", marks(21)), ("c", false)] {
            let edits = [edit(id, Operation::Hide, b"")];
            assert_eq!(plan.apply(&edits, Some(&other), &mut splices), !changed, "{id}, byte {at}");
        }
        let order = [edit("g", Operation::Reorder, b"b/a")];
        assert_eq!(
            plan.apply(&order, Some(&other), &mut splices),
            !marks(0) && !marks(21),
            "a group, byte {at}"
        );
    }
}

#[test]
fn blocks_that_cross_each_other_are_never_written_twice() {
    // No page has such blocks, but a plan may be anything.
    let bytes = plan(40, &[row([0, 5, 15, 20], "a"), row([10, 12, 25, 30], "b")], &[]);
    let open = Plan::open(&bytes).unwrap();
    let mut splices = Splices::default();
    let (a, b) = (edit("a", Operation::InsertBefore, b"X"), edit("b", Operation::Hide, b""));
    for (edits, pieces, report) in [
        (
            vec![a.clone(), b.clone()],
            vec![Piece::Content(0), Piece::Page { from: 0, to: 40 }],
            ["placed", "covered"],
        ),
        (vec![b, a], vec![Piece::Content(1), Piece::Page { from: 0, to: 40 }], ["covered", "placed"]),
    ] {
        assert!(open.apply(&edits, None, &mut splices));
        let got: Vec<_> = splices.report(&edits).map(|(_, reason)| reason.code()).collect();
        assert_eq!((splices.pieces(), got.as_slice()), (pieces.as_slice(), &report[..]));
    }
}
