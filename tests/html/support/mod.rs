//! What several tests of the HTML room share: reference data beside the repository, and the laws of rewriting.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]
#![allow(
    dead_code,
    unreachable_pub,
    clippy::allow_attributes,
    reason = "each test uses its own part of this"
)]

pub mod endless;
pub mod judge;

use std::path::{Path, PathBuf};
use std::process::Command;

use parvis::html::parts;
use parvis::html::splice::{Edit, Operation, Splicer};

/// The operations that replace a block or stand at its edges.
pub const ON_BLOCKS: [Operation; 5] = [
    Operation::ReplaceInner,
    Operation::ReplaceOuter,
    Operation::Hide,
    Operation::InsertBefore,
    Operation::InsertAfter,
];

/// Every operation.
pub const OPERATIONS: [Operation; 7] = {
    let [inner, outer, hide, before, after] = ON_BLOCKS;
    [inner, outer, hide, before, after, Operation::SetParts, Operation::Reorder]
};

/// Short pages in which blocks are hard to find, or hard to cut; the last three end in the middle of a tag.
pub const FIXTURES: &[&str] = &[
    "<p>1<div data-block=a>old</div>2",
    "<div data-block=a><p>1</p><div data-block=b>2</div>3</div><div data-block=c></div>",
    "x<!--block:a--><li>1<li>2<!--/block:a-->y<!--block:b--><!--/block:b-->",
    "<!--block:a--><!--block:b--><!--/block:a--><!--/block:b-->",
    "x<!-- block:a -->1<!--\n/block:a\t--><!-- not a block --><!-- block : b -->2<!--/block:b -->",
    "<div data-block=a><!--block:b--></div><!--/block:b--><div data-block=c>3</div>",
    "<div data-block=a>never closed <div data-block=b>inner</div> <img data-block=c>",
    "<script>'</div>'<!--<script></script>--></script><div data-block=a><style></div></style></div>",
    "<div data-block=a><textarea></div></textarea></div><![CDATA[<svg>]]><svg><![CDATA[<div data-block=b>]]></svg>",
    "<div data-block=a>1</div><div data-block=a>2</div><div data-block=b>3</div>",
    "<p data-block=a>1<p data-block=b>2</p><div data-block=c title='>'>4</div>",
    "<!-- <div data-block=a></div> --!><div data-block=a>1</div><!---><div data-block=b>2</div>",
    "\u{FEFF}<!doctype html><section data-block='a'>é<section></section></section><my-box data-block=b></my-box>",
    "<div data-block=a>1</div>x<div data-block=b>2</div>y<!--block:c-->3<!--/block:c-->z",
    "<div data-block=a><b data-part=p0>1</b><a data-part=p1 title='a>b'>2</a></div><br data-part=p0>",
    "<div data-block=a><b data-part=p0>1</b><b data-part=p0>2</b><a data-part=p1>3</a></div>",
    "<p><div data-block=a><i data-part=p0>1<i data-part=p1>2</i></i></div><div data-block=b data-part=p0></div>",
    "<div data-block=\"a",
    "<div data-block=a>1</div",
    "<!--block:a",
];

/// Reference data beside the repository; where it is absent, what this test program checks with it is a counted skip. The
/// cases of a list of cases are counted.
pub fn shared(what: &str) -> Option<PathBuf> {
    let stem = Path::new(what).file_stem().unwrap().to_str().unwrap();
    let name = format!("{} {stem}", parvis_skip::program());
    let path = parvis_skip::shared_or_skip(&name, what)?;
    if path.is_file() {
        let cases: Vec<serde_json::Value> = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        parvis_skip::ran(&name, cases.len());
    }
    Some(path)
}

/// One edit.
pub fn edit(id: &str, operation: Operation, content: &[u8]) -> Edit {
    Edit { id: id.into(), operation, content: content.to_vec(), tests: Vec::new() }
}

/// Edits of all these blocks: one each, or one for all of them as a group.
pub fn all_edits(ids: &[&str], operation: Operation) -> Vec<Edit> {
    match operation {
        Operation::Reorder => vec![edit("group", operation, reversed(ids).as_bytes())],
        Operation::SetParts => ids.iter().map(|id| edit(id, operation, &changes(id, &PART_KEYS))).collect(),
        _ => ids.iter().map(|id| edit(id, operation, format!("<i>{id}!</i>").as_bytes())).collect(),
    }
}

/// Keys of parts that [`with_parts`] puts into pages.
pub const PART_KEYS: [&str; 3] = ["p0", "p1@title", "p1@lang"];

/// The content of an edit that sets parts of a block.
pub fn changes(id: &str, keys: &[&str]) -> Vec<u8> {
    let mut content = Vec::new();
    for key in keys {
        let value = match key.split_once('@') {
            Some((_, name)) => format!(" {name}=\"{id}\""),
            None => format!("{id} &amp; {key}"),
        };
        parts::push(key, value.as_bytes(), &mut content);
    }
    content
}

/// The order that brings the last two in front, the last one first.
pub fn reversed(ids: &[&str]) -> String {
    let (rest, first) = ids.split_at(ids.len().saturating_sub(2));
    let first: Vec<&str> = first.iter().rev().copied().collect();
    format!("{}/{}", first.join(" "), rest.join(" "))
}

/// The page with some of its elements named as parts.
pub fn with_parts(page: &str, random: &mut Random) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        let name = rest.bytes().skip(at + 1).take_while(u8::is_ascii_alphanumeric).count();
        let (before, after) = rest.split_at(at + 1 + name);
        out.push_str(before);
        if name > 0 && random.below(4) == 0 {
            out.push_str(&format!(" data-part=p{}", random.below(2)));
            out.push_str(["", " title='a>b'", " lang", " TITLE=x lang=\"\""][random.below(4)]);
        }
        rest = after;
    }
    out + rest
}

/// The page rewritten when its bytes come in pieces of these sizes, over and over.
pub fn rewrite(page: &[u8], edits: &[Edit], sizes: &[usize]) -> (Vec<u8>, Vec<(String, &'static str)>) {
    let mut splicer = Splicer::new("data-block", edits.to_vec());
    let mut out = Vec::new();
    let mut at = 0;
    for size in sizes.iter().cycle() {
        if at >= page.len() {
            break;
        }
        let to = page.len().min(at + size);
        splicer.push(&page[at..to], &mut out);
        splicer.push(&[], &mut out);
        at = to;
    }
    splicer.end(&mut out);
    splicer.push(&[], &mut out);
    let report = splicer.report().map(|(id, reason)| (id.to_owned(), reason.code())).collect();
    (out, report)
}

/// The page rewritten in one piece.
pub fn rewrite_whole(page: &[u8], edits: &[Edit]) -> (Vec<u8>, Vec<(String, &'static str)>) {
    rewrite(page, edits, &[page.len().max(1)])
}

/// Id, start and end of a block.
pub type Extent = (String, usize, usize);

/// A marked copy of every page: (name, bytes, extents as the marking script wrote them).
pub fn marked_pages(mode: &str) -> Vec<(String, Vec<u8>, Vec<Extent>)> {
    let Some(pages) = shared("pages") else { return Vec::new() };
    let folder = std::env::temp_dir().join(format!("parvis-marked-{mode}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(&pages).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|extension| extension == "html"));
    names.sort();
    parvis_skip::ran(&format!("{} pages", parvis_skip::program()), names.len());
    let mut command = Command::new("python3");
    command.arg(pages.join("mark_blocks.py")).args(["--mode", mode]).arg(&folder).args(&names);
    assert!(command.output().unwrap().status.success());
    let marked = names.iter().map(|path| read_marked(&folder, path)).collect();
    std::fs::remove_dir_all(&folder).unwrap();
    marked
}

fn read_marked(folder: &Path, page: &Path) -> (String, Vec<u8>, Vec<Extent>) {
    let name = page.file_name().unwrap().to_str().unwrap().to_owned();
    let bytes = std::fs::read(folder.join(&name)).unwrap();
    let extents: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join(format!("{name}.blocks.json"))).unwrap()).unwrap();
    let extents = extents.as_array().unwrap().iter().map(extent).collect();
    (name, bytes, extents)
}

/// A block as JSON: id, start, end.
pub fn extent(block: &serde_json::Value) -> Extent {
    let number = |name: &str| usize::try_from(block[name].as_u64().unwrap()).unwrap();
    (block["id"].as_str().unwrap().to_owned(), number("start"), number("end"))
}

/// The bytes of a shared case.
pub fn case_page(case: &serde_json::Value) -> Vec<u8> {
    match case.get("html_base64") {
        Some(encoded) => decode_base64(encoded.as_str().unwrap()),
        None => case["html"].as_str().unwrap().as_bytes().to_vec(),
    }
}

fn decode_base64(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let letters: Vec<u8> = text.bytes().filter(|byte| *byte != b'=').map(value).collect();
    let mut bytes = Vec::new();
    for group in letters.chunks(4) {
        let bits = group
            .iter()
            .enumerate()
            .fold(0_u32, |bits, (at, value)| bits | u32::from(*value) << (18 - 6 * at));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    bytes
}

/// A document of random pieces, the same for the same seed.
pub fn soup(seed: u64) -> String {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66);
    let mut page = String::new();
    if random.below(3) == 0 {
        page.push_str("<!doctype html>");
    }
    // Some documents know few kinds of pieces: deep trouble of one kind is likelier so.
    let kinds = if random.below(2) == 0 { PIECES.len() } else { 3 };
    let from = random.below(PIECES.len());
    let mut blocks = 0;
    for _ in 0..4 + random.below(44) {
        let kind = if random.below(3) == 0 { 0 } else { (from + random.below(kinds)) % PIECES.len() };
        let pieces = PIECES[kind];
        let piece = pieces[random.below(pieces.len())];
        if let Some(name) = piece.strip_prefix('+') {
            page.push('<');
            page.push_str(name);
            if random.below(3) == 0 {
                page.push_str(&format!(" data-block=b{blocks}"));
                blocks += 1;
            }
            page.push_str(if random.below(16) == 0 { "/>" } else { ">" });
        } else {
            page.push_str(piece);
        }
    }
    page
}

/// Pieces of soup by kind; `+` is a start tag that may be marked.
const PIECES: &[&[&str]] = &[
    &[
        "+div",
        "+div",
        "</div>",
        "</div>",
        "</div>",
        "+section",
        "</section>",
        "+ul",
        "</ul>",
        "+my-box",
        "</my-box>",
        "x",
        " ",
    ],
    &[
        "<!-- a -->",
        "<!--",
        "-->",
        "--!>",
        "<!-->",
        "<!--->",
        "<!",
        "<?x>",
        "</ x>",
        "<![CDATA[",
        "]]>",
        "]]",
        "--",
        "<!doctype x>",
    ],
    &[
        "<script>",
        "</script>",
        "</script >",
        "<!--",
        "-->",
        "<script",
        "<style>",
        "</style>",
        "<textarea>",
        "</textarea>",
    ],
    &[
        "<title>",
        "</title>",
        "<iframe>",
        "</iframe>",
        "<noscript>",
        "</noscript>",
        "<xmp>",
        "</xmp>",
        "<noembed>",
        "</noembed>",
    ],
    &[
        "<svg>",
        "<svg/>",
        "</svg>",
        "+g",
        "</g>",
        "<foreignObject>",
        "</foreignObject>",
        "<desc>",
        "</desc>",
        "<svg><title>",
        "</title>",
    ],
    &[
        "<math>",
        "</math>",
        "<mi>",
        "</mi>",
        "<mtext>",
        "</mtext>",
        "<annotation-xml>",
        "<annotation-xml encoding='text/html'>",
        "</annotation-xml>",
        "<mglyph>",
    ],
    &[
        "<svg><style>",
        "</style>",
        "<svg><script>",
        "</script>",
        "<font>",
        "<font color=x>",
        "</font>",
        "</p>",
        "</br>",
        "<path/>",
        "+svg",
    ],
    &[
        "\"",
        "'",
        "<div title=\"",
        "<a href='",
        ">",
        "=",
        "<div data-block=q\">",
        "<b a=\"<div data-block=z>\">",
        "<i a='>'>",
        "/>",
    ],
    &[
        "+table",
        "</table>",
        "+tr",
        "</tr>",
        "+td",
        "</td>",
        "<tbody>",
        "</tbody>",
        "<th>",
        "<caption>",
        "</caption>",
        "<col>",
        "<colgroup>",
    ],
    &["<template>", "</template>", "+template", "</template>", "<tr>", "<td>", "<col>", "+div", "</div>"],
    &["<button>", "</button>", "+button", "<form>", "</form>", "+form", "<object>", "</object>", "<marquee>"],
    &["<p>", "</p>", "+p", "+li", "</li>", "<li>", "<dd>", "</dd>", "<dt>", "<h1>", "</h1>", "</h2>", "<h3>"],
    &[
        "<b>", "</b>", "+span", "</span>", "<a>", "</a>", "<i>", "</i>", "<nobr>", "</nobr>", "+span",
        "<em>", "</em>",
    ],
    &[
        "<select>",
        "</select>",
        "<option>",
        "</option>",
        "<optgroup>",
        "</optgroup>",
        "+option",
        "<input>",
        "<hr>",
        "+select",
    ],
    &[
        "<br>", "<img>", "+img", "<ruby>", "<rt>", "<rp>", "<rb>", "<rtc>", "</ruby>", "<head>", "</head>",
        "<body>", "</body>", "</html>", "<html>",
    ],
];

/// A small generator of numbers (SplitMix64).
pub struct Random(pub u64);

impl Random {
    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ (value >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound).unwrap()).unwrap()
    }
}
