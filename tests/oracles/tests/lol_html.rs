//! Real pages: streaming, a splice plan, and lol_html as a locator give the same bytes for every operation.

#[path = "../../html/support/mod.rs"]
mod support;

use lol_html::html_content::{ContentType, Element};
use lol_html::{HtmlRewriter, Settings, element};
use parvis::html::plan::{Piece, Plan, Splices, Version};
use parvis::html::splice::{Edit, Operation, Splicer};
use parvis::limits;
use support::{ON_BLOCKS, edit, marked_pages, rewrite};

const CONTENT: &str = "<b>new</b>";
/// Bytes that come at once.
const PIECE: usize = 10_000;

/// The page as a plan, made while nothing was changed, splices it.
fn planned(page: &[u8], declared: Vec<String>, edits: &[Edit]) -> Vec<u8> {
    let mut splicer = Splicer::planning("data-block", Vec::new(), declared, 1);
    let mut passed = Vec::new();
    page.chunks(PIECE).for_each(|piece| splicer.push(piece, &mut passed));
    splicer.end(&mut passed);
    assert!(passed == page, "making a plan changes the page");
    let plan = splicer.plan(Version::of_page(page)).expect("a page without a plan");
    let mut splices = Splices::default();
    assert!(Plan::open(&plan).is_some_and(|plan| plan.apply(edits, Some(page), &mut splices)));
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

/// The page as lol_html rewrites it.
fn theirs(page: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut out = Vec::new();
    let handler = element!("[data-block]", |block: &mut Element| {
        let id = block.get_attribute("data-block").unwrap_or_default();
        match edits.iter().find(|edit| edit.id == id).map(|edit| edit.operation) {
            Some(Operation::ReplaceInner) => block.set_inner_content(CONTENT, ContentType::Html),
            Some(Operation::ReplaceOuter) => block.replace(CONTENT, ContentType::Html),
            Some(Operation::Hide) => block.remove(),
            Some(Operation::InsertBefore) => block.before(CONTENT, ContentType::Html),
            Some(Operation::InsertAfter) => block.after(CONTENT, ContentType::Html),
            Some(Operation::SetParts | Operation::Keep | Operation::Reorder) | None => {}
        }
        Ok(())
    });
    let settings = Settings::new().append_element_content_handler(handler);
    let mut rewriter = HtmlRewriter::new(settings, |piece: &[u8]| out.extend_from_slice(piece));
    page.chunks(PIECE).for_each(|piece| rewriter.write(piece).expect("lol_html refuses the page"));
    rewriter.end().expect("lol_html refuses the page");
    out
}

#[test]
fn every_way_gives_the_same_bytes() {
    let pages = marked_pages("attr");
    let mut compared = 0;
    for (name, page, blocks) in &pages {
        // Longer blocks than may be held are left alone; lol_html holds nothing.
        let ids: Vec<String> = blocks
            .iter()
            .filter(|(_, start, end)| end - start <= limits::BLOCK_BYTES)
            .map(|(id, ..)| id.clone())
            .collect();
        assert!(ids.len() > 2, "{name} has no blocks");
        for first in 0..=ON_BLOCKS.len() {
            // One operation for all blocks, and at last all operations in turns.
            let operation =
                |at: usize| ON_BLOCKS[ON_BLOCKS.get(first).map_or(at % ON_BLOCKS.len(), |_| first)];
            let edits: Vec<Edit> =
                ids.iter().enumerate().map(|(at, id)| edit(id, operation(at), CONTENT.as_bytes())).collect();
            let (streamed, report) = rewrite(page, &edits, &[PIECE]);
            assert!(report.iter().all(|(_, code)| *code == "placed"), "{name} {report:?}");
            assert!(streamed == planned(page, ids.clone(), &edits), "{name}: a plan differs, {first}");
            assert!(streamed == theirs(page, &edits), "{name}: lol_html differs, {first}");
            assert!(streamed != *page);
            compared += 1;
        }
    }
    println!("{compared} rewritings of {} pages alike", pages.len());
}
