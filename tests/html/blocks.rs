//! Blocks are found where browsers see them: the shared cases, and real pages marked by an independent script.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use crate::support::{case_page, edit, extent, marked_pages, rewrite, rewrite_whole, shared};
use parvis::html::blocks::find;
use parvis::html::splice::Operation;

#[test]
fn decided_cases_are_found_exactly_and_undecided_ones_stay_untouched() {
    let Some(path) = shared("vectors/html-blocks.json") else { return };
    let cases: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for case in cases.as_array().unwrap() {
        let page = case_page(case);
        let found = find(&page, "data-block");
        let got: Vec<_> =
            found.blocks.iter().map(|block| (block.id.clone(), block.start, block.end)).collect();
        let want: Vec<_> =
            case["markers"].as_array().map_or_else(Vec::new, |all| all.iter().map(extent).collect());
        if got != want {
            wrong.push(format!("{}: want {want:?}, got {got:?}, refused {:?}", case["name"], found.refused));
        }
        let ids = ["a", "b", "c"];
        let edits: Vec<_> = ids.iter().map(|id| edit(id, Operation::ReplaceOuter, b"[]")).collect();
        let (whole, report) = rewrite_whole(&page, &edits);
        if case["markers"].is_null() && whole != page {
            wrong.push(format!("{}: undecided but changed", case["name"]));
        }
        for size in 1..=page.len() {
            let (pieces, again) = rewrite(&page, &edits, &[size]);
            if (&pieces, &again) != (&whole, &report) {
                wrong.push(format!("{}: differs in pieces of {size}", case["name"]));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn blocks_of_real_pages_are_those_that_were_marked() {
    for mode in ["attr", "comment"] {
        for (name, page, want) in marked_pages(mode) {
            let found = find(&page, "data-block");
            let mut got: Vec<_> =
                found.blocks.into_iter().map(|block| (block.id, block.start, block.end)).collect();
            let mut want = want;
            got.sort_by_key(|block| block.1);
            want.sort_by_key(|block| block.1);
            assert_eq!(got, want, "{mode} {name} {:?}", found.refused);
        }
    }
}

/// Documents that fuzzing found, and their like: each once had a pair of comments found that begins in one element and ends in another.
#[test]
fn pairs_that_once_crossed_an_element() {
    for page in [
        "<svg><!--block:b--><li data-block=c><!--/block:b--></li></svg>",
        "<p><!--block:b--><div>x<!--/block:b--></div>",
        "<form><i><!--block:b--><span data-block=c></form><!--/block:b--></span>",
    ] {
        let found = find(page.as_bytes(), "data-block");
        assert!(found.blocks.iter().all(|block| block.id != "b"), "{page}: {found:?}");
    }
    // An end that every browser finds by itself is none to cross.
    let found = find(b"<p><!--block:b-->x<p>y<!--/block:b-->z", "data-block");
    assert_eq!(found.blocks.len(), 1, "{found:?}");
}

/// Documents that random search found (`html_judged`): each once had a block that ended elsewhere than in parse5.
#[test]
fn documents_that_once_ended_a_block_elsewhere() {
    let found = |page: &str, id: &str| {
        find(page.as_bytes(), "data-block")
            .blocks
            .into_iter()
            .find(|block| block.id == id)
            .map(|block| (block.start, block.end))
    };
    // The end tag means the form inside the object, which has ended by then, and not the one around it.
    assert_eq!(found("<form data-block=b0>x<object></form><form></object>y</form>", "b0"), None);
    assert_eq!(found("<form data-block=b0>x<object><form></object>y</form>", "b0"), Some((0, 52)));
    // What is open in a form stays open when the form ends: a block among that would cross the form.
    let crossing = "<form data-block=b0><div data-block=b1>x</form>y</div>";
    assert_eq!((found(crossing, "b0"), found(crossing, "b1")), (Some((0, 47)), None));
    assert_eq!(found("<form><div data-block=b1>x</form>y</div>", "b1"), Some((6, 40)));
    assert_eq!(found("<form data-block=b0><div>x</form>y</div>", "b0"), Some((0, 33)));
    // A drawing without content, which some parsers drop from a select, changes nothing for the others.
    assert_eq!(found("<div data-block=b0><select><svg/></select></div>", "b0"), Some((0, 48)));
    assert_eq!(found("<div data-block=b0><select><svg></select></div>", "b0"), None);
    // A table's end tag ends a row group in a template, though no table is there.
    let rows = "<template><tbody><div data-block=b3></table>x</div></template>";
    assert_eq!(found(rows, "b3"), None);
    // Parsers disagree about whether a template hides the row around it.
    let nested = "<template><tr><td><div data-block=b0><template data-block=b1><td><tbody></template></div></template>";
    assert_eq!((found(nested, "b0"), found(nested, "b1")), (None, None));
    let table = "<table data-block=b0><template><tr></tr><table></template></table>";
    assert_eq!(found(table, "b0"), None);
}
