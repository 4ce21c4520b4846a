//! What edits make of a page and what is said of them, streamed in pieces and put together from a plan.

use parvis::html::parts;
use parvis::html::plan::{Piece, Plan, Splices, Version};
use parvis::html::splice::Operation::{
    Hide, InsertAfter, InsertBefore, Reorder, ReplaceInner, ReplaceOuter, SetParts,
};
use parvis::html::splice::{Edit, Operation, Splicer};
use parvis::limits;

type Outcome = (String, Vec<(String, &'static str)>);

fn edit(id: &str, operation: Operation, content: &str) -> Edit {
    Edit { id: id.into(), operation, content: content.as_bytes().to_vec(), tests: Vec::new() }
}

/// Changes of parts: key and value of each.
fn set(id: &str, changes: &[(&str, &str)]) -> Edit {
    let mut content = Vec::new();
    changes.iter().for_each(|(key, value)| parts::push(key, value.as_bytes(), &mut content));
    Edit { id: id.into(), operation: SetParts, content, tests: Vec::new() }
}

fn streamed(page: &str, edits: &[Edit], size: usize) -> Outcome {
    let mut splicer = Splicer::new("data-block", edits.to_vec());
    let mut out = Vec::new();
    page.as_bytes().chunks(size).for_each(|piece| splicer.push(piece, &mut out));
    splicer.end(&mut out);
    let report = splicer.report().map(|(id, reason)| (id.to_owned(), reason.code())).collect();
    (String::from_utf8(out).unwrap(), report)
}

/// The same from a plan of all blocks, with all parts that the edits change.
fn planned(page: &str, edits: &[Edit]) -> Outcome {
    let ids = |edit: &Edit| match edit.operation {
        Reorder => {
            let order = String::from_utf8(edit.content.clone()).unwrap();
            order.split([' ', '/']).filter(|id| !id.is_empty()).map(str::to_owned).collect()
        }
        _ => vec![edit.id.clone()],
    };
    let mut declared: Vec<String> = edits.iter().flat_map(ids).collect();
    // A plan is of all blocks of a page, those too that nobody changes this time.
    declared.push("c".to_owned());
    declared.sort();
    declared.dedup();
    let keys: Vec<String> = edits
        .iter()
        .filter(|edit| edit.operation == SetParts)
        .flat_map(|edit| parts::changes(&edit.content).map(|(key, _)| key.to_owned()).collect::<Vec<_>>())
        .collect();
    let wanted = declared.iter().map(|id| (id.clone(), keys.clone())).collect();
    let mut splicer = Splicer::planning("data-block", vec![], declared, 1).with_parts(wanted);
    splicer.push(page.as_bytes(), &mut Vec::new());
    splicer.end(&mut Vec::new());
    let plan = splicer.plan(Version::of_page(page.as_bytes())).unwrap();
    let mut splices = Splices::default();
    // What an earlier request left behind does not show.
    let others = [edit("c", Hide, ""), edit("a", Hide, ""), edit("a", Hide, "")];
    assert!(Plan::open(&plan).unwrap().apply(&others, Some(page.as_bytes()), &mut splices));
    assert!(Plan::open(&plan).unwrap().apply(edits, Some(page.as_bytes()), &mut splices));
    let mut out = Vec::new();
    for piece in splices.pieces() {
        let bytes = match *piece {
            Piece::Page { from, to } => &page.as_bytes()[from..to],
            Piece::Content(at) => &edits[at].content,
            Piece::Part { edit, from, to } => &edits[edit].content[from..to],
        };
        assert!(!bytes.is_empty(), "{piece:?}");
        out.extend_from_slice(bytes);
    }
    assert_eq!(splices.length(edits), u64::try_from(out.len()).unwrap());
    let report = splices.report(edits).map(|(id, reason)| (id.to_owned(), reason.code())).collect();
    (String::from_utf8(out).unwrap(), report)
}

/// Holds a page and its edits to what is expected, however its bytes come; `sizes` are those of pieces.
fn hold_in(page: &str, edits: &[Edit], expected: &str, report: &[(&str, &str)], sizes: &[usize]) {
    let case = || format!("{} {edits:?}", &page[..page.len().min(300)]);
    let expect = |(out, got): Outcome, how: &str| {
        let got: Vec<(&str, &str)> = got.iter().map(|(id, reason)| (id.as_str(), *reason)).collect();
        assert_eq!(got, report, "{how}: {}", case());
        assert!(out == expected, "{how}: {}\n{}", case(), &out[..out.len().min(300)]);
    };
    for size in sizes {
        expect(streamed(page, edits, *size), &format!("in pieces of {size}"));
    }
    expect(planned(page, edits), "from a plan");
}

/// The same for short pages, `@x` standing for ` data-block=x` and `%x` for ` data-part=x`.
fn hold(page: &str, edits: &[Edit], expected: &str, report: &[(&str, &str)]) {
    let written = |text: &str| text.replace('@', " data-block=").replace('%', " data-part=");
    hold_in(&written(page), edits, &written(expected), report, &[1, 2, 7, 19, 23, 30, 37, 1000]);
}

#[test]
fn an_edit_without_content_writes_nothing() {
    let page = "1<div@a>2</div>3";
    for (operation, expected) in [
        (ReplaceInner, "1<div@a></div>3"),
        (ReplaceOuter, "13"),
        (Hide, "13"),
        (InsertBefore, page),
        (InsertAfter, page),
        (SetParts, page),
    ] {
        hold(page, &[edit("a", operation, "")], expected, &[("a", "placed")]);
    }
}

#[test]
fn what_is_around_a_block_decides_of_it() {
    let page = "1<div@a>2<b@b>3</b>4</div>5";
    for (operation, content, expected, inner) in [
        (ReplaceInner, "X", "1<div@a>X</div>5", "covered"),
        (ReplaceOuter, "X", "1X5", "covered"),
        (Hide, "", "15", "covered"),
        (InsertBefore, "X", "1X<div@a>2<b@b>Y</b>4</div>5", "placed"),
        (InsertAfter, "X", "1<div@a>2<b@b>Y</b>4</div>X5", "placed"),
    ] {
        let (outer, inside) = (edit("a", operation, content), edit("b", ReplaceInner, "Y"));
        hold(page, &[outer.clone(), inside.clone()], expected, &[("a", "placed"), ("b", inner)]);
        hold(page, &[inside, outer], expected, &[("b", inner), ("a", "placed")]);
    }
    // A void element has no inside.
    hold("<img@a>", &[edit("a", ReplaceInner, "X")], "<img@a>", &[("a", "not-understood")]);
    hold("<img@a>", &[edit("a", ReplaceOuter, "X")], "X", &[("a", "placed")]);
    hold("<p@a></p>", &[edit("a", ReplaceInner, "X")], "<p@a>X</p>", &[("a", "placed")]);
}

#[test]
fn of_several_edits_and_of_several_blocks_the_first_counts() {
    let page = "<p@a>1</p><p@a>2</p><p@a>3</p><p@b>4</p><p@b>5</p>";
    let (one, two) = (edit("a", ReplaceInner, "X"), edit("a", ReplaceInner, "Y"));
    let b = edit("b", Hide, "");
    let expected = "<p@a>X</p><p@a>2</p><p@a>3</p><p@b>5</p>";
    let all = [one.clone(), two, b.clone()];
    hold(page, &all, expected, &[("a", "placed"), ("a", "repeated"), ("b", "placed"), ("a", "repeated")]);
    // Repeats are told in the order in which they came, until every edit's fate is known.
    hold(
        "<p@a>1</p><p@b>2</p><p@b>3</p><p@a>4</p><p@c>5</p>",
        &[one.clone(), b.clone(), edit("c", Hide, "")],
        "<p@a>X</p><p@b>3</p><p@a>4</p>",
        &[("a", "placed"), ("b", "placed"), ("c", "placed"), ("b", "repeated"), ("a", "repeated")],
    );
    hold(
        "<p@a>1</p><p@b>2</p><p@b>3</p><p@a>4</p>",
        &[one.clone(), b.clone()],
        "<p@a>X</p><p@b>3</p><p@a>4</p>",
        &[("a", "placed"), ("b", "placed")],
    );
    hold(
        "<p@a>1</p><p@b>2</p><p@b>3</p><p@a>4</p>",
        &[one, b, edit("c", Hide, "")],
        "<p@a>X</p><p@b>3</p><p@a>4</p>",
        &[("a", "placed"), ("b", "placed"), ("c", "not-found"), ("b", "repeated"), ("a", "repeated")],
    );
}

#[test]
fn repeats_are_told_until_every_edit_is_settled() {
    let a = edit("a", ReplaceInner, "X");
    let alone = core::slice::from_ref(&a);
    // A block that nobody changes settles nothing.
    hold("<p@a>1</p><p@a>2</p><p@c>3</p>", alone, "<p@a>X</p><p@a>2</p><p@c>3</p>", &[("a", "placed")]);
    // A tag that ends the first settles it before the second opens.
    hold("<p@a>1<p@a>2</p>", alone, "<p@a>1<p@a>2</p>", &[("a", "optional-end")]);
    hold("<td@a>1</td><p@a>2</p>", alone, "<td@a>1</td><p@a>2</p>", &[("a", "not-understood")]);
    let both = [a.clone(), edit("b", Hide, "")];
    hold(
        "<td@a>1</td><p@a>2</p><p@b>3</p>",
        &both,
        "<td@a>1</td><p@a>2</p>",
        &[("a", "not-understood"), ("b", "placed"), ("a", "repeated")],
    );
    hold(
        "<p@a>1</p><td@a>2</td><p@b>3</p>",
        &both,
        "<p@a>X</p><td@a>2</td>",
        &[("a", "placed"), ("b", "placed"), ("a", "repeated")],
    );
    // A block is settled as too long before what follows is seen, and after what came before.
    let long = "z".repeat(limits::BLOCK_BYTES);
    let page = format!(
        "<p data-block=a>1</p><div data-block=b><i data-block=a>2{long}</i></div><p data-block=a>3</p>"
    );
    let expected = page.replace(">1<", ">X<");
    hold_in(
        &page,
        &[a, edit("b", Hide, "")],
        &expected,
        &[("a", "placed"), ("b", "too-long"), ("a", "repeated")],
        &[1, 4096, 100_000],
    );
}

#[test]
fn groups_change_places_as_a_whole() {
    let page = "0<p@a>A</p>1<p@b>B</p>2<p@c>C</p>3";
    for (order, expected) in [
        ("a/b c", page),
        ("b/a c", "0<p@b>B</p>1<p@a>A</p>2<p@c>C</p>3"),
        ("c/a b", "0<p@c>C</p>1<p@a>A</p>2<p@b>B</p>3"),
        ("c b/a", "0<p@c>C</p>1<p@b>B</p>2<p@a>A</p>3"),
        ("c b a/", "0<p@c>C</p>1<p@b>B</p>2<p@a>A</p>3"),
        ("/c b a", page),
        ("b  / a  c", "0<p@b>B</p>1<p@a>A</p>2<p@c>C</p>3"),
        ("c/b", "0<p@a>A</p>1<p@c>C</p>2<p@b>B</p>3"),
        ("a/", page),
    ] {
        hold(page, &[edit("g", Reorder, order)], expected, &[("g", "placed")]);
    }
    for (what, page, order) in [
        ("one is missing", "<p@a>A</p><p@b>B</p>", "b/a c"),
        ("nobody is named", "<p@a>A</p><p@b>B</p>", "/"),
        ("one is refused", "<p@a>A</p><p@b>B<p>C", "b/a"),
        ("one is inside the other", "<div@a><p@b>B</p></div>", "b/a"),
        ("one is there twice, closed first", "<p@b>B</p><p@b>B</p>", "b/a"),
    ] {
        hold(page, &[edit("g", Reorder, order)], page, &[("g", "incomplete")]);
        let _ = what;
    }
}

#[test]
fn members_of_a_group_have_edits_of_their_own() {
    let page = "0<p@a>A</p>1<p@b>B</p>2";
    let order = edit("g", Reorder, "b/a");
    for (own, expected) in [
        (edit("a", ReplaceInner, "X"), "0<p@b>B</p>1<p@a>X</p>2"),
        (edit("a", Hide, ""), "0<p@b>B</p>12"),
        (edit("b", InsertBefore, "X"), "0X<p@b>B</p>1<p@a>A</p>2"),
        (edit("b", InsertAfter, "X"), "0<p@b>B</p>X1<p@a>A</p>2"),
    ] {
        let id = own.id.clone();
        hold(page, &[order.clone(), own.clone()], expected, &[("g", "placed"), (&id, "placed")]);
        hold(page, &[own, order.clone()], expected, &[(&id, "placed"), ("g", "placed")]);
    }
    // Where the group stays, their own edits are done all the same.
    let page = "0<p@a>A</p>1";
    hold(
        page,
        &[order.clone(), edit("a", ReplaceInner, "X")],
        "0<p@a>X</p>1",
        &[("g", "incomplete"), ("a", "placed")],
    );
    // What cannot be done to a member leaves it to the group, and to no other edit.
    let page = "0<p@a>A</p>1<p@b>B</p>2";
    hold(
        page,
        &[edit("z", InsertBefore, "X"), order.clone(), set("a", &[("none", "Y")])],
        "0<p@b>B</p>1<p@a>A</p>2",
        &[("z", "not-found"), ("g", "placed"), ("a", "part-missing")],
    );
    // A block between them moves with nobody; one inside moves along.
    hold(
        "<p@a>A</p><i@c>1</i><div@b>B<i@d>2</i></div>",
        &[order.clone(), edit("c", ReplaceInner, "X"), edit("d", ReplaceInner, "Y")],
        "<div@b>B<i@d>Y</i></div><i@c>X</i><p@a>A</p>",
        &[("g", "placed"), ("c", "placed"), ("d", "placed")],
    );
    // A group in a block that goes is gone; in one that stays it is ordered.
    let page = "<div@o>0<p@a>A</p>1<p@b>B</p>2</div>";
    hold(page, &[edit("o", Hide, ""), order.clone()], "", &[("o", "placed"), ("g", "incomplete")]);
    hold(
        page,
        &[edit("o", InsertBefore, "X"), order.clone()],
        "X<div@o>0<p@b>B</p>1<p@a>A</p>2</div>",
        &[("o", "placed"), ("g", "placed")],
    );
    // Two orders for one group: the first counts.
    hold(
        "<p@a>A</p><p@b>B</p>",
        &[order.clone(), edit("g", Reorder, "a/b")],
        "<p@b>B</p><p@a>A</p>",
        &[("g", "placed"), ("g", "repeated")],
    );
    // A block named as the group is another thing.
    hold(
        "<p@a>A</p><p@b>B</p><p@g>G</p>",
        &[order, edit("g", Hide, "")],
        "<p@b>B</p><p@a>A</p>",
        &[("g", "placed"), ("g", "placed")],
    );
}

#[test]
fn a_group_has_a_bounded_number_of_blocks() {
    for (count, report) in [(limits::GROUP_BLOCKS, "placed"), (limits::GROUP_BLOCKS + 1, "incomplete")] {
        let block = |number: usize| format!("<p data-block=b{number}>{number}</p>");
        let page: String = (0..count).map(block).collect();
        let last = count - 1;
        let order =
            format!("b{last}/{}", (0..last).map(|number| format!("b{number}")).collect::<Vec<_>>().join(" "));
        let moved: String = [last].into_iter().chain(0..last).map(block).collect();
        let expected = if report == "placed" { &moved } else { &page };
        hold_in(&page, &[edit("g", Reorder, &order)], expected, &[("g", report)], &[1, 1000]);
    }
    assert_eq!(limits::GROUP_BLOCKS, 8);
}

#[test]
fn blocks_and_groups_have_a_bounded_length() {
    let block = |id: &str, length: usize| {
        let around = format!("<p data-block={id}></p>").len();
        format!("<p data-block={id}>{}</p>", "z".repeat(length - around))
    };
    let most = limits::BLOCK_BYTES;
    for (length, report) in [(most - 1, "placed"), (most, "placed"), (most + 1, "too-long")] {
        let page = format!("0{}1<p data-block=b>2</p>", block("a", length));
        let edits = [edit("a", Hide, ""), edit("b", ReplaceInner, "X")];
        let expected = if report == "placed" {
            "01<p data-block=b>X</p>".to_owned()
        } else {
            page.replace("<p data-block=b>2", "<p data-block=b>X")
        };
        hold_in(&page, &edits, &expected, &[("a", report), ("b", "placed")], &[1, 4096, 100_000]);
    }
    // From the first block to the last a group may be as long as all its blocks together.
    for (between, report) in [(2 * most - 2000, "placed"), (2 * most - 1999, "incomplete")] {
        let between = "y".repeat(between);
        let page = format!("0{}{between}{}1", block("a", 1000), block("b", 1000));
        let moved = format!("0{}{between}{}1", block("b", 1000), block("a", 1000));
        let expected = if report == "placed" { &moved } else { &page };
        hold_in(&page, &[edit("g", Reorder, "b/a")], expected, &[("g", report)], &[1, 4096, 200_000]);
    }
}

#[test]
fn one_group_does_not_decide_of_another() {
    let far = "y".repeat(2 * limits::BLOCK_BYTES);
    let near = |first: &str, second: &str| {
        format!("<p data-block={first}>{first}</p>0<p data-block={second}>{second}</p>")
    };
    let apart = format!("<p data-block=c>c</p>{far}<p data-block=d>d</p>");
    let (one, two) = (edit("g", Reorder, "b/a"), edit("h", Reorder, "d/c"));
    let (page, expected) = ([near("a", "b"), apart.clone()].concat(), [near("b", "a"), apart].concat());
    hold_in(
        &page,
        &[one.clone(), two.clone()],
        &expected,
        &[("g", "placed"), ("h", "incomplete")],
        &[4096, 300_000],
    );
    hold_in(&page, &[two, one.clone()], &expected, &[("h", "incomplete"), ("g", "placed")], &[4096, 300_000]);
    // Where on the page a group begins does not matter.
    let (page, expected) = (format!("{far}{far}{}", near("a", "b")), format!("{far}{far}{}", near("b", "a")));
    hold_in(&page, &[one], &expected, &[("g", "placed")], &[1000, 4096, 300_000]);
}

#[test]
fn a_group_leaves_when_its_last_block_has_ended() {
    let edits = [edit("g", Reorder, "b/a"), edit("d", Hide, "")];
    for before in [0, 10, 5000] {
        let mut splicer = Splicer::new("data-block", edits.to_vec());
        let mut out = Vec::new();
        let text = "t".repeat(before);
        for (bytes, left) in [
            (text.as_str(), before),
            ("<p data-block=a>1</p>", before),
            ("2", before),
            ("<p data-block=b>3", before),
            ("</p>", before + 43),
            ("4<p data-block=d>", before + 44),
            ("5", before + 44),
            ("</p>", before + 44),
            ("6", before + 45),
        ] {
            splicer.push(bytes.as_bytes(), &mut out);
            assert_eq!(out.len(), left, "after {bytes}");
        }
    }
    // Not later because a block behind it is open when it comes.
    let mut splicer = Splicer::new("data-block", edits.to_vec());
    let mut out = Vec::new();
    splicer.push(b"0<p data-block=a>1</p>2<p data-block=b>3</p>4<p data-block=d>5", &mut out);
    assert_eq!(String::from_utf8(out).unwrap(), "0<p data-block=b>3</p>2<p data-block=a>1</p>4");
}

#[test]
fn a_group_waits_no_longer_than_for_what_is_around_it() {
    // The block around the group turns out to be too long: then the group leaves, whatever is open behind it.
    let edits = [edit("o", Hide, ""), edit("g", Reorder, "b/a"), edit("e", Hide, "")];
    let text = "t".repeat(1000);
    let outer = "<div data-block=o><p data-block=a>1</p>";
    for first in [vec![[&text, outer].concat()], vec![text.clone(), outer.to_owned()]] {
        let mut splicer = Splicer::new("data-block", edits.to_vec());
        let mut out = Vec::new();
        first.iter().for_each(|piece| splicer.push(piece.as_bytes(), &mut out));
        splicer.push(b"<p data-block=b>2</p><p data-block=e>", &mut out);
        assert_eq!(out.len(), 1000);
        splicer.push("z".repeat(65_500).as_bytes(), &mut out);
        let expected = format!("{text}<div data-block=o><p data-block=b>2</p><p data-block=a>1</p>");
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
    assert_eq!(limits::BLOCK_BYTES, 65_536);
}

#[test]
fn a_page_in_utf_16_has_no_blocks_not_even_short_ones() {
    for mark in [[0xff, 0xfe], [0xfe, 0xff]] {
        let page = [&mark[..], b"<img data-block=a><p data-block=a>1</p>"].concat();
        for size in [1, 2, 100] {
            let mut splicer = Splicer::new("data-block", vec![edit("a", Hide, "")]);
            let mut out = Vec::new();
            page.chunks(size).for_each(|piece| splicer.push(piece, &mut out));
            splicer.end(&mut out);
            assert_eq!(out, page, "in pieces of {size}");
        }
    }
}

#[test]
fn parts_are_set_where_they_are() {
    let page = "1<div@a>2<b%t>3</b>4<a%l href=x>5</a>6</div>7";
    for (changes, expected) in [
        (&[("t", "X")][..], "1<div@a>2<b%t>X</b>4<a%l href=x>5</a>6</div>7"),
        (&[("t", "")], "1<div@a>2<b%t></b>4<a%l href=x>5</a>6</div>7"),
        (&[("l@href", " href=\"y\"")], "1<div@a>2<b%t>3</b>4<a%l href=\"y\">5</a>6</div>7"),
        (&[("l@href", "")], "1<div@a>2<b%t>3</b>4<a%l>5</a>6</div>7"),
        (&[("l@class", " class=\"y\"")], "1<div@a>2<b%t>3</b>4<a class=\"y\"%l href=x>5</a>6</div>7"),
        (&[("l", "X"), ("t", "Y")], "1<div@a>2<b%t>Y</b>4<a%l href=x>X</a>6</div>7"),
        (&[("l", "X"), ("l@href", " href=y")], "1<div@a>2<b%t>3</b>4<a%l href=y>X</a>6</div>7"),
        (&[("l@b", " b=1"), ("l@c", " c=2")], "1<div@a>2<b%t>3</b>4<a b=1 c=2%l href=x>5</a>6</div>7"),
        (&[("l@c", " c=2"), ("l@b", " b=1")], "1<div@a>2<b%t>3</b>4<a c=2 b=1%l href=x>5</a>6</div>7"),
    ] {
        hold(page, &[set("a", changes)], expected, &[("a", "placed")]);
    }
    for (page, changes, reason) in [
        (page, &[("none", "X")][..], "part-missing"),
        (page, &[("t", "X"), ("none", "Y")], "part-missing"),
        ("<div@a><b%t>1</b><b%t>2</b></div>", &[("t", "X")], "part-repeated"),
        ("<div@a><b%t>1<b%t>2</b></b></div>", &[("t", "X")], "part-repeated"),
        ("<div@a><b%t>1</b><i%t></i></div>", &[("t@title", " title=x")], "part-repeated"),
        ("<div@a><script%t></script></div>", &[("t", "X")], "part-refused"),
        ("<div@a><script%t></script></div>", &[("t@src", " src=x")], "part-refused"),
        ("<div@a><textarea%t></textarea></div>", &[("t", "X")], "part-refused"),
        ("<div@a><title%t></title></div>", &[("t", "X")], "part-refused"),
        ("<div@a><img%t></div>", &[("t", "X")], "part-refused"),
        ("<div@a><p%t>1</div>", &[("t", "X")], "part-refused"),
        ("<div@a><p%t>1<p>2</div>", &[("t", "X")], "part-refused"),
        ("<div@a><td%t>1</td></div>", &[("t", "X")], "part-refused"),
        // One part around another: only one of both can be set.
        ("<div@a><p%t>1<b%l>2</b></p></div>", &[("t", "X"), ("l", "Y")], "part-refused"),
        ("<div@a><p%t>1<b%l>2</b></p></div>", &[("l@title", " title=x"), ("t", "Y")], "part-refused"),
        // The same attribute twice.
        ("<div@a><a%l href=x></a></div>", &[("l@href", " href=1"), ("l@HREF", " href=2")], "part-refused"),
        // Outside of the block, behind it, or named by a comment there is no part.
        ("<b%t></b><div@a>1</div><b%t></b>", &[("t", "X")], "part-missing"),
        ("<div@a><!--block:t-->1<!--/block:t--></div>", &[("t", "X")], "part-missing"),
        ("<p@a%t>1</p>", &[("t", "X")], "part-missing"),
    ] {
        hold(page, &[set("a", changes)], page, &[("a", reason)]);
    }
    hold(
        "<div@a><textarea%t></textarea></div>",
        &[set("a", &[("t@title", " title=x")])],
        "<div@a><textarea title=x%t></textarea></div>",
        &[("a", "placed")],
    );
    hold(
        "<div@a><img%t></div>",
        &[set("a", &[("t@alt", " alt=x")])],
        "<div@a><img alt=x%t></div>",
        &[("a", "placed")],
    );
    hold(
        "<div@a><p%t>1</div>",
        &[set("a", &[("t@id", " id=x")])],
        "<div@a><p id=x%t>1</div>",
        &[("a", "placed")],
    );
    hold(
        "<div@a><p%t>1</p></div>",
        &[set("a", &[("t", "X"), ("t@id", " id=x")])],
        "<div@a><p id=x%t>X</p></div>",
        &[("a", "placed")],
    );
}

#[test]
fn parts_and_blocks_inside_stand_side_by_side_or_in_the_way() {
    let page = "<div@a><b%t>1</b><p@b>2<i%u>3</i></p></div>";
    let own = edit("b", ReplaceInner, "Y");
    // The part is outside of the inner block.
    hold(
        page,
        &[set("a", &[("t", "X")]), own.clone()],
        "<div@a><b%t>X</b><p@b>Y</p></div>",
        &[("a", "placed"), ("b", "placed")],
    );
    // The part is inside of it: the outer block's part is set, the inner block is not.
    hold(
        page,
        &[set("a", &[("u", "X")]), own.clone()],
        "<div@a><b%t>1</b><p@b>2<i%u>X</i></p></div>",
        &[("a", "placed"), ("b", "covered")],
    );
    hold(
        page,
        &[own.clone(), set("a", &[("u", "X")])],
        "<div@a><b%t>1</b><p@b>2<i%u>X</i></p></div>",
        &[("b", "covered"), ("a", "placed")],
    );
    // The part is the inner block itself, or around it.
    hold(
        "<div@a><p@b%t>2</p></div>",
        &[set("a", &[("t", "X")]), own.clone()],
        "<div@a><p@b%t>X</p></div>",
        &[("a", "placed"), ("b", "covered")],
    );
    hold(
        "<div@a><b%t><i@b>2</i></b></div>",
        &[set("a", &[("t", "X")]), own.clone()],
        "<div@a><b%t>X</b></div>",
        &[("a", "placed"), ("b", "covered")],
    );
    // A block whose parts cannot be set leaves the one inside to its own edit.
    hold(
        page,
        &[set("a", &[("none", "X")]), own],
        "<div@a><b%t>1</b><p@b>Y</p></div>",
        &[("a", "part-missing"), ("b", "placed")],
    );
    // Parts of two blocks, one in the other, of which each has its own.
    hold(
        page,
        &[set("a", &[("t", "X")]), set("b", &[("u", "Y")])],
        "<div@a><b%t>X</b><p@b>2<i%u>Y</i></p></div>",
        &[("a", "placed"), ("b", "placed")],
    );
}

#[test]
fn changes_are_read_as_they_are_written() {
    let mut content = Vec::new();
    parts::push("t", b"one", &mut content);
    parts::push("l@href", b"", &mut content);
    parts::push("", b"x", &mut content);
    let all: Vec<_> = parts::changes(&content)
        .map(|(key, (from, to))| (key.to_owned(), content[from..to].to_vec()))
        .collect();
    assert_eq!(
        all,
        [("t".into(), b"one".to_vec()), ("l@href".into(), vec![]), (String::new(), b"x".to_vec())]
    );
    // 9 bytes, 11 bytes, 6 bytes; what is cut ends the list.
    for to in 0..=content.len() {
        let expected = [9, 20, 26].iter().filter(|end| **end <= to).count();
        assert_eq!(parts::changes(&content[..to]).count(), expected, "cut at {to}");
    }
    assert_eq!(parts::changes(&[1, 0, 0, 0, 0, 0xff]).count(), 0, "not UTF-8");
    assert_eq!(parts::changes(&[0, 255, 255, 255, 255]).count(), 0, "longer than there is");
    // A key that is too long to be written is left out.
    let mut content = Vec::new();
    parts::push(&"k".repeat(256), b"x", &mut content);
    assert!(content.is_empty());
    parts::push(&"k".repeat(255), b"x", &mut content);
    assert_eq!(content.len(), 261);
}
