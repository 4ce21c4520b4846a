//! A page that declares its own encoding: whatever the chunks, it is left as it is or rewritten as any other.

use crate::support::{FIXTURES, edit, rewrite_whole, soup};
use parvis::html::meta;
use parvis::html::plan::Version;
use parvis::html::splice::{Edit, Operation, Splicer};
use parvis::reason::Reason;

type Outcome = (Vec<u8>, Vec<(String, &'static str)>, bool);

/// What comes of a page in pieces of this size: its bytes, its report, and whether it has a plan.
fn outcome(page: &[u8], edits: &[Edit], size: usize) -> Outcome {
    let mut splicer =
        Splicer::new("data-block", edits.to_vec()).with_meta().with_plan(vec!["a".to_owned()], 1);
    let mut out = Vec::new();
    for piece in page.chunks(size) {
        splicer.push(piece, &mut out);
        splicer.push(&[], &mut out);
    }
    splicer.end(&mut out);
    let report = splicer.report().map(|(id, reason)| (id.to_owned(), reason.code())).collect();
    let plan = splicer.plan(Version::of_page(page)).is_some();
    (out, report, plan)
}

fn edits() -> Vec<Edit> {
    vec![edit("a", Operation::ReplaceInner, b"new"), edit("b", Operation::Hide, b"")]
}

/// The page with these bytes in front.
fn behind(front: &str, page: &str) -> Vec<u8> {
    [front, page].concat().into_bytes()
}

#[test]
fn no_chunk_shows_and_only_what_cannot_be_read_is_left() {
    let blanks = " ".repeat(meta::BYTES);
    let fronts = [
        ("", false),
        ("<meta charset=utf-8>", false),
        ("<!doctype html><html><head><meta charset=\"iso-2022-jp\">", true),
        ("<!-- <meta charset=utf-7> -->", false),
        ("<p>before</p><meta http-equiv=content-type content='text/html;charset=hz-gb-2312'>", true),
        (blanks.as_str(), false),
    ];
    let pages: Vec<String> = FIXTURES.iter().map(|&page| page.to_owned()).chain((0..20).map(soup)).collect();
    for page in &pages {
        for (front, is_left) in fronts {
            let page = behind(front, page);
            let whole = outcome(&page, &edits(), page.len().max(1));
            if is_left {
                assert!(whole.0 == page && !whole.2, "{:?}", String::from_utf8_lossy(&page));
                assert!(whole.1.iter().all(|(_, reason)| *reason == Reason::Charset.code()), "{:?}", whole.1);
            } else {
                assert_eq!((whole.0.clone(), whole.1.clone()), rewrite_whole(&page, &edits()));
            }
            for size in [1, 2, 3, 7, 100, 1023, 1024, 1025] {
                assert!(
                    outcome(&page, &edits(), size) == whole,
                    "{size} {:?}",
                    String::from_utf8_lossy(&page)
                );
            }
        }
    }
}

#[test]
fn a_page_leaves_as_soon_as_it_has_declared_its_encoding() {
    let mut splicer = Splicer::new("data-block", edits()).with_meta();
    let mut out = Vec::new();
    splicer.push(b"<!doctype html><meta charset=utf-", &mut out);
    assert!(out.is_empty());
    splicer.push(b"8><p>text", &mut out);
    assert_eq!(out, b"<!doctype html><meta charset=utf-8><p>text");
}
