//! The laws of rewriting: however the bytes arrive the output is the same, and only blocks that are edited change.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use crate::support::{
    FIXTURES, OPERATIONS, Random, all_edits, edit, marked_pages, rewrite, rewrite_whole, soup, with_parts,
};
use parvis::html::blocks::{Block, Found, find};
use parvis::html::splice::{Edit, Operation, Splicer};
use parvis::limits;
use parvis::reason::Reason;

/// The output as it is defined: by the extents of the whole page, with no thought of streaming.
fn expected(page: &[u8], found: &Found, edits: &[Edit]) -> Vec<u8> {
    if edits.iter().any(|edit| matches!(edit.operation, Operation::SetParts | Operation::Reorder)) {
        return expected_within(page, found, edits);
    }
    let mut cuts: Vec<(usize, usize, &[u8])> = Vec::new();
    for edit in edits {
        let first_refused =
            found.refused.iter().filter(|refused| refused.id == edit.id).map(|refused| refused.start).min();
        let Some(block) = found.blocks.iter().find(|block| block.id == edit.id) else { continue };
        let void = block.open_end == block.end;
        if first_refused.is_some_and(|start| start < block.start)
            || block.end - block.start > limits::BLOCK_BYTES
            || (void && edit.operation == Operation::ReplaceInner)
        {
            continue;
        }
        cuts.push(match edit.operation {
            Operation::ReplaceInner => (block.open_end, block.close, &edit.content),
            Operation::ReplaceOuter => (block.start, block.end, &edit.content),
            Operation::Hide => (block.start, block.end, b""),
            Operation::InsertBefore => (block.start, block.start, &edit.content),
            Operation::InsertAfter => (block.end, block.end, &edit.content),
            // Elsewhere: see above.
            Operation::SetParts | Operation::Reorder | Operation::Keep => continue,
        });
    }
    let outer = cuts.clone();
    cuts.retain(|cut| {
        !outer.iter().any(|around| {
            around.0 <= cut.0 && cut.1 <= around.1 && around.1 - around.0 > cut.1 - cut.0 && cut.0 < around.1
        })
    });
    cut(page, cuts)
}

fn cut(page: &[u8], mut cuts: Vec<(usize, usize, &[u8])>) -> Vec<u8> {
    cuts.sort_by_key(|cut| (cut.0, cut.1));
    let (mut out, mut at) = (Vec::new(), 0);
    for (from, to, content) in cuts {
        out.extend_from_slice(&page[at..from]);
        out.extend_from_slice(content);
        at = to;
    }
    out.extend_from_slice(&page[at..]);
    out
}

/// The first block with this id, unless something comes before it or it is too long.
fn block<'f>(found: &'f Found, id: &str) -> Option<&'f Block> {
    let block = found.blocks.iter().find(|block| block.id == id)?;
    let refused = found.refused.iter().any(|refused| refused.id == id && refused.start < block.start);
    (!refused && block.end - block.start <= limits::BLOCK_BYTES).then_some(block)
}

/// The same for edits of parts, of which that of the outer block counts, and for an order, all edits being alike.
fn expected_within(page: &[u8], found: &Found, edits: &[Edit]) -> Vec<u8> {
    let mut cuts = Vec::new();
    if edits.first().is_some_and(|edit| edit.operation == Operation::Reorder) {
        let order = String::from_utf8(edits[0].content.clone()).unwrap();
        let (first, rest) = order.split_once('/').unwrap();
        let first: Vec<_> = first.split_whitespace().map(|id| block(found, id)).collect();
        let mut rest: Vec<_> = rest.split_whitespace().map(|id| block(found, id)).collect();
        rest.sort_by_key(|block| block.map(|block| block.start));
        let Some(new) = [first, rest].concat().into_iter().collect::<Option<Vec<_>>>() else {
            return page.to_vec();
        };
        let mut old = new.clone();
        old.sort_by_key(|block| block.start);
        if old.is_empty() {
            return page.to_vec();
        }
        let apart = old.windows(2).all(|two| two[0].end <= two[1].start);
        let near = old.last().unwrap().end - old[0].start <= old.len() * limits::BLOCK_BYTES;
        if apart && near && old.len() <= limits::GROUP_BLOCKS {
            cuts = old
                .iter()
                .zip(&new)
                .map(|(old, new)| (old.start, old.end, &page[new.start..new.end]))
                .collect();
        }
        return cut(page, cuts);
    }
    let parts = find(page, "data-part");
    let mut blocks: Vec<_> = edits.iter().filter_map(|edit| Some((block(found, &edit.id)?, edit))).collect();
    blocks.sort_by_key(|(block, _)| block.start);
    for (block, edit) in blocks {
        let inside = |start: usize| block.open_end <= start && start < block.close;
        let spots: Option<Vec<_>> = parvis::html::parts::changes(&edit.content)
            .map(|(key, (from, to))| {
                let (part, attribute) =
                    key.split_once('@').map_or((key, None), |(part, name)| (part, Some(name)));
                // An attribute can be set on an element whose end is in doubt, its text cannot.
                let refused = parts.refused.iter().any(|other| {
                    other.id == part
                        && inside(other.start)
                        && (attribute.is_none() || other.reason == Reason::NotUnderstood)
                });
                let starts = parts
                    .blocks
                    .iter()
                    .map(|part| (&part.id, part.start))
                    .chain(parts.refused.iter().map(|part| (&part.id, part.start)));
                let starts: Vec<usize> = starts
                    .filter(|(id, start)| *id == part && inside(*start))
                    .map(|(_, start)| start)
                    .collect();
                let [start] = starts[..] else { return None };
                let tag = String::from_utf8_lossy(&page[start..]).into_owned();
                let name: String =
                    tag.chars().skip(1).take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
                if ["script", "style", "iframe", "template"].contains(&name.to_lowercase().as_str())
                    || refused
                {
                    return None;
                }
                let value = &edit.content[from..to];
                if let Some(attribute) = attribute {
                    return Some(attribute_spot(page, start, &name, attribute))
                        .map(|(from, to)| (from, to, value));
                }
                let part = parts.blocks.iter().find(|part| part.start == start)?;
                let text = !["textarea", "title", "xmp", "noembed", "noscript"]
                    .contains(&name.to_lowercase().as_str());
                (text && part.open_end < part.end && part.end <= block.close).then_some((
                    part.open_end,
                    part.close,
                    value,
                ))
            })
            .collect();
        let Some(spots) = spots else { continue };
        let mut sorted = spots.clone();
        sorted.sort_by_key(|spot| (spot.0, spot.1));
        if sorted.windows(2).any(|two| two[0].1 > two[1].0) {
            continue;
        }
        // Something around this block, or in it, was claimed by the block outside.
        if cuts.iter().any(|spot: &(usize, usize, &[u8])| block.start < spot.1 && spot.0 < block.end) {
            continue;
        }
        cuts.extend(sorted);
    }
    cut(page, cuts)
}

/// Where `title` or `lang` is in a tag that the helper of these tests made, or where it would go.
fn attribute_spot(page: &[u8], start: usize, name: &str, attribute: &str) -> (usize, usize) {
    let at = start + 1 + name.len();
    let tag = String::from_utf8_lossy(&page[at..]).to_lowercase();
    for form in [" title='a>b'", " title=x", " lang=\"\"", " lang"] {
        if form.trim_start().split('=').next() == Some(attribute)
            && let Some(found) = tag.split("<").next().unwrap().find(form)
        {
            return (at + found, at + found + form.len());
        }
    }
    (at, at)
}

fn all_operations(found: &Found, operation: Operation) -> Vec<Edit> {
    let mut ids: Vec<&str> = found.blocks.iter().map(|block| block.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    all_edits(&ids, operation)
}

#[test]
fn edits_of_every_fixture_are_what_their_definition_says() {
    for fixture in FIXTURES {
        let page = fixture.as_bytes();
        for operation in OPERATIONS {
            let edits = all_edits(&["a", "b", "c"], operation);
            assert_eq!(
                String::from_utf8_lossy(&rewrite_whole(page, &edits).0),
                String::from_utf8_lossy(&expected(page, &find(page, "data-block"), &edits)),
                "{fixture}"
            );
        }
    }
}

#[test]
fn an_edit_does_what_its_operation_says() {
    let page = b"1<div data-block=a>2</div>3";
    for (operation, out) in OPERATIONS.into_iter().zip([
        "1<div data-block=a>X</div>3",
        "1X3",
        "13",
        "1X<div data-block=a>2</div>3",
        "1<div data-block=a>2</div>X3",
    ]) {
        let got = rewrite_whole(page, &[edit("a", operation, b"X")]);
        assert_eq!(
            (String::from_utf8(got.0).unwrap().as_str(), got.1),
            (out, vec![("a".to_owned(), "placed")])
        );
    }
}

#[test]
fn the_report_says_what_became_of_each_edit() {
    let page = b"<div data-block=a><div data-block=b></div></div><div data-block=a></div><p data-block=c><p><div data-block=d>";
    let edits: Vec<Edit> =
        ["a", "b", "c", "d", "e"].iter().map(|id| edit(id, Operation::Hide, b"")).collect();
    let report = rewrite_whole(page, &edits).1;
    let expected = [
        ("a", "placed"),
        ("b", "covered"),
        ("c", "optional-end"),
        ("d", "unclosed"),
        ("e", "not-found"),
        ("a", "repeated"),
    ];
    assert_eq!(report, expected.map(|(id, code)| (id.to_owned(), code)));
}

#[test]
fn bytes_before_a_block_leave_in_the_call_that_brought_them() {
    let mut splicer = Splicer::new("data-block", vec![edit("a", Operation::Hide, b"")]);
    let mut out = Vec::new();
    for (bytes, left) in [
        ("<html><body>text", 16),
        (" more <", 22),
        ("b>", 25),
        ("<!-- a long comment that goes on", 57),
        (" and on --><script>if (a < b", 85),
        (")</script><div data-bl", 95),
        ("ock=a>old", 95),
        ("</div>new", 98),
    ] {
        splicer.push(bytes.as_bytes(), &mut out);
        assert_eq!(out.len(), left, "after {bytes}");
    }
}

#[test]
fn a_block_is_measured_by_its_own_length() {
    for (inside, placed) in [
        (limits::BLOCK_BYTES - 24, true),
        (limits::BLOCK_BYTES - 23, false),
        (3 * limits::BLOCK_BYTES, false),
    ] {
        let page =
            format!("x<div data-block=a>{}</div>y<div data-block=b>2</div>", "z".repeat(inside)).into_bytes();
        let edits = [edit("a", Operation::ReplaceOuter, b"[A]"), edit("b", Operation::ReplaceInner, b"[B]")];
        let (whole, report) = rewrite_whole(&page, &edits);
        assert_eq!(report[0].1, if placed { "placed" } else { "too-long" });
        assert_eq!(report[1].1, "placed");
        for sizes in [&[1][..], &[7], &[1000], &[4096], &[16384], &[65536], &[1, 100_000]] {
            assert_eq!(rewrite(&page, &edits, sizes), (whole.clone(), report.clone()), "{sizes:?}");
        }
    }
}

#[test]
fn an_inner_block_is_placed_when_the_outer_one_is_given_up() {
    let page =
        format!("<div data-block=a><div data-block=b>1</div>{}</div>", "z".repeat(2 * limits::BLOCK_BYTES))
            .into_bytes();
    let edits = [edit("a", Operation::Hide, b""), edit("b", Operation::ReplaceInner, b"2")];
    let (whole, report) = rewrite_whole(&page, &edits);
    assert!(
        whole.starts_with(b"<div data-block=a><div data-block=b>2</div>zzz") && whole.len() == page.len()
    );
    for sizes in [&[1][..], &[997], &[50_000]] {
        assert_eq!(rewrite(&page, &edits, sizes), (whole.clone(), report.clone()));
    }
}

#[test]
fn memory_stays_bounded_whatever_comes() {
    let endless: [&[u8]; 8] = [
        b"<div a='",
        b"<!--",
        b"<script>",
        b"<b><i><div>",
        b"<!--block:a-->",
        b"<my-very-long-name",
        b"<!doctype ",
        b"<div data-block=a>",
    ];
    for start in endless {
        let mut splicer = Splicer::new(
            "data-block",
            vec![edit("a", Operation::Hide, b""), edit("z", Operation::Hide, b"")],
        );
        let mut out = Vec::new();
        let (mut came, mut left) = (start.len(), 0);
        splicer.push(start, &mut out);
        for _ in 0..64 {
            splicer.push(&[b'x'; 16384], &mut out);
            came += 16384;
            left += out.len();
            out.clear();
            assert!(splicer.held() <= limits::BLOCK_BYTES + limits::TAG_BYTES, "{} held", splicer.held());
        }
        splicer.end(&mut out);
        assert_eq!(left + out.len(), came);
    }
}

#[test]
fn pages_in_utf16_stay_as_they_are() {
    for mark in [[0xFF, 0xFE], [0xFE, 0xFF]] {
        let page = [&mark[..], b"<div data-block=a>1</div>"].concat();
        let edits = [edit("a", Operation::Hide, b"")];
        for size in 1..4 {
            assert_eq!(rewrite(&page, &edits, &[size]).0, page);
        }
        assert_eq!(find(&page, "data-block"), Found::default());
    }
}

#[test]
fn random_documents_change_only_in_their_blocks() {
    for seed in 0..6000 {
        let mut random = Random(seed);
        let mut page = soup(seed);
        if random.below(2) == 0 {
            page = with_parts(&page, &mut random);
        }
        let page = page.into_bytes();
        let found = find(&page, "data-block");
        let operation = OPERATIONS[random.below(OPERATIONS.len())];
        let edits = all_operations(&found, operation);
        let whole = rewrite_whole(&page, &edits);
        assert_eq!(
            String::from_utf8_lossy(&whole.0),
            String::from_utf8_lossy(&expected(&page, &found, &edits)),
            "{seed} {operation:?} {:?}",
            String::from_utf8_lossy(&page)
        );
        for _ in 0..4 {
            let sizes: Vec<usize> = (0..6).map(|_| 1 + random.below(40)).collect();
            assert_eq!(rewrite(&page, &edits, &sizes), whole, "{seed} {sizes:?}");
        }
        let untouched = rewrite(&page, &[edit("no-such-id", operation, b"X")], &[1 + random.below(20)]);
        assert_eq!(untouched.0, page);
    }
}

#[test]
fn real_pages_come_out_the_same_in_any_pieces() {
    for mode in ["attr", "comment"] {
        for (at, (name, page, _)) in marked_pages(mode).into_iter().enumerate() {
            let found = find(&page, "data-block");
            let mut random = Random(at as u64);
            for operation in OPERATIONS {
                let mut edits = all_operations(&found, operation);
                if operation == Operation::Reorder {
                    // Blocks that lie apart, some side by side and some far from each other.
                    let from = random.below(found.blocks.len().saturating_sub(4).max(1));
                    let ids: Vec<&str> =
                        found.blocks[from..].iter().map(|block| block.id.as_str()).take(4).collect();
                    edits = all_edits(&ids, operation);
                }
                let want = expected(&page, &found, &edits);
                for _ in 0..8 {
                    let largest = 1 << (4 + random.below(13));
                    let sizes: Vec<usize> = (0..9).map(|_| 1 + random.below(largest)).collect();
                    let (out, report) = rewrite(&page, &edits, &sizes);
                    assert!(out == want, "{mode} {name} {operation:?} {sizes:?}");
                    assert!(
                        report.iter().all(|(_, code)| {
                            ["placed", "too-long", "part-missing", "incomplete"].contains(code)
                        }),
                        "{report:?}"
                    );
                }
            }
        }
    }
}
