//! html5ever as a witness: every block that was found is an element of its tree, and ends where it ends there.

use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use parvis::html::blocks::Found;

/// Pages beyond this length are not parsed: a fuzzer would spend its time here.
const LONGEST: usize = 20_000;
/// An attribute that names a block by its number; no page has it by itself.
const NUMBER: &str = "parvis-number";
/// Where other things than parts of a table are open in these, they are not inside them in the tree.
const MOVES_OUT: [&[u8]; 5] = [b"table", b"tbody", b"thead", b"tfoot", b"tr"];

/// Of these a parser keeps three of a kind open at most, and a number makes each a kind of its own (HTML, 13.2.4.3).
const FORMATTING: [&[u8]; 14] = [
    b"a", b"b", b"big", b"code", b"em", b"font", b"i", b"nobr", b"s", b"small", b"strike", b"strong", b"tt",
    b"u",
];

/// Of svg and math these end a search through what is open, as the standard and parse5 have it, and not in html5ever 0.40.
const SPECIAL_ELSEWHERE: [&[u8]; 9] =
    [b"mi", b"mo", b"mn", b"ms", b"mtext", b"annotation-xml", b"foreignobject", b"desc", b"title"];

/// The tree of a document, as a browser with scripts makes it.
pub(super) fn parse(html: &str) -> RcDom {
    let mut options = ParseOpts::default();
    options.tokenizer.discard_bom = false;
    parse_document(RcDom::default(), options).one(StrTendril::from(html))
}

/// The name of a tag, from its first letter.
pub(super) fn name(tag: &[u8]) -> &[u8] {
    let end = tag.iter().position(|byte| b"\t\n\x0C\r />".contains(byte)).unwrap_or(tag.len());
    &tag[..end]
}

/// Numbers the tags of all blocks, puts a comment before and behind each end tag, and looks where these are in the tree.
pub(super) fn agrees(page: &[u8], found: &Found) {
    let elements =
        || found.blocks.iter().enumerate().filter(|(_, block)| !page[block.start..].starts_with(b"<!"));
    if page.len() > LONGEST || elements().next().is_none() {
        return;
    }
    let numbers_matter = |wanted: &[u8]| {
        let tags = page.split(|byte| *byte == b'<').skip(1);
        FORMATTING.iter().any(|formatting| wanted.eq_ignore_ascii_case(formatting))
            && tags.filter(|tag| name(tag).eq_ignore_ascii_case(wanted)).count() > 3
    };
    // A frameset may drop the body with all that was in it. html5ever keeps what is in a select, as the standard does since
    // 2025; parse5, which the judged documents are held against, drops it, and so do we.
    let reads_otherwise = page.split(|byte| *byte == b'<').skip(1).any(|tag| {
        let is = |special: &[u8]| name(tag).eq_ignore_ascii_case(special);
        is(b"frameset") || is(b"select") || SPECIAL_ELSEWHERE.iter().any(|special| is(special))
    });
    if reads_otherwise || elements().any(|(_, block)| numbers_matter(name(&page[block.start + 1..]))) {
        return;
    }
    let mut inserts: Vec<(usize, String)> = Vec::new();
    for (number, block) in elements() {
        let name = name(&page[block.start + 1..]);
        inserts.push((block.start + 1 + name.len(), format!(" {NUMBER}=\"{number}\" ")));
        if block.close < block.end {
            // Behind an end tag of the body a comment leaves whatever is still open.
            let behind_body = page[block.start..block.close].split(|byte| *byte == b'<').any(|tag| {
                let ends =
                    |body: &[u8]| tag.get(..body.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(body));
                ends(b"/body") || ends(b"/html")
            });
            if !behind_body && !MOVES_OUT.iter().any(|moves| name.eq_ignore_ascii_case(moves)) {
                inserts.push((block.close, format!("<!--in {number}-->")));
            }
            // The end tag of a form ends only the form: what is open in it stays open, and in the tree inside of it.
            if !name.eq_ignore_ascii_case(b"form") {
                inserts.push((block.end, format!("<!--out {number}-->")));
            }
        }
    }
    inserts.sort_by_key(|insert| insert.0);
    let (mut numbered, mut at) = (Vec::new(), 0);
    for (to, text) in inserts {
        numbered.extend_from_slice(&page[at..to]);
        numbered.extend_from_slice(text.as_bytes());
        at = to;
    }
    numbered.extend_from_slice(&page[at..]);
    let dom = parse(&String::from_utf8_lossy(&numbered));
    let mut seen = vec![false; found.blocks.len()];
    // A node that is dropped takes its children with it, so the document stays.
    let mut todo: Vec<(Handle, Vec<usize>)> = vec![(dom.document.clone(), Vec::new())];
    while let Some((node, mut inside)) = todo.pop() {
        match &node.data {
            NodeData::Element { attrs, template_contents, .. } => {
                let attrs = attrs.borrow();
                let number = attrs.iter().find(|attribute| &*attribute.name.local == NUMBER);
                if let Some(number) = number.and_then(|attribute| attribute.value.parse::<usize>().ok()) {
                    if let Some(seen) = seen.get_mut(number) {
                        *seen = true;
                    }
                    inside.push(number);
                }
                todo.extend(
                    template_contents.borrow().iter().map(|contents| (contents.clone(), inside.clone())),
                );
            }
            NodeData::Comment { contents } => {
                let (word, number) = contents.split_once(' ').unwrap_or_default();
                if let Ok(number) = number.parse::<usize>() {
                    let within = inside.contains(&number);
                    assert!(
                        word != "in" || within,
                        "block {number} ends too late: {}",
                        numbered.escape_ascii()
                    );
                    assert!(
                        word != "out" || !within,
                        "block {number} ends too early: {}",
                        numbered.escape_ascii()
                    );
                }
            }
            _ => {}
        }
        todo.extend(node.children.borrow().iter().map(|child| (child.clone(), inside.clone())));
    }
    for (number, _) in elements() {
        assert!(seen[number], "block {number} is no element: {}", numbered.escape_ascii());
    }
}
