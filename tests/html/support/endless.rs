//! Large pages and pages that never end, made while they are read, for whoever measures memory; natively and in Wasm.

/// Bytes that come at once.
const PIECE: usize = 16 * 1024;
/// Bytes of the heavy page.
const HEAVY: usize = 5 * 1024 * 1024;
/// Bytes of its longest attribute.
const ATTRIBUTE: usize = 1024 * 1024;
/// Its blocks, `b0` to `b19`.
pub const BLOCKS: usize = 20;

/// Pages that never end: a name, how each begins, and what comes over and over.
pub const ENDLESS: [(&str, &str, &str); 10] = [
    ("text", "<!doctype html><body>", "<p class=x>Some text &amp; more of it</p>\n"),
    ("blocks", "", "<div data-block=b0>x</div><section data-block=b1><p data-block=b2>x</section>"),
    ("open elements", "", "<div class=x><ul><li data-block=b1><my-quite-long-name>"),
    ("formatting", "", "<p><b><i class=a><a href=x><nobr><font color=x></p>"),
    ("formatting ends", "", "<b><i><div></b></i><em></div></em>"),
    ("comment pairs", "", "<!--block:b0--><!--block:zz--><!--/block:b1-->"),
    ("templates", "", "<template><table><tr><td><svg><desc><form></form></template>"),
    ("one tag", "<div data-block=b0 title='", "data-block=b1 "),
    ("one comment", "<!--block:b0--><!-- ", "<div data-block=b1></div> -- "),
    ("one script", "<script>", "<!-- <script> </div> <div data-block=b1></div>"),
];

/// Gives the first bytes of an endless page, about so many, in pieces.
pub fn endless(begin: &str, unit: &str, bytes: u64, each: &mut dyn FnMut(&[u8])) {
    each(begin.as_bytes());
    let piece = unit.repeat(PIECE / unit.len() + 1);
    let mut left = bytes;
    while left > 0 {
        each(piece.as_bytes());
        left = left.saturating_sub(PIECE as u64);
    }
}

/// Gives a page of 5 MB with 20 blocks and an attribute of 1 MB, in pieces; one block is nearly as long as may be.
pub fn heavy(each: &mut dyn FnMut(&[u8])) {
    let line = "<p class=\"text\">What stands between two blocks, or in one.</p>\n".repeat(PIECE / 64);
    let line = line.as_bytes();
    each(b"<!doctype html><html><body>");
    for number in 0..BLOCKS {
        each(format!("<section class=block data-block=b{number}>").as_bytes());
        (0..if number == 3 { 3 } else { 1 }).for_each(|_| each(line));
        each(b"</section>");
        if number == 7 {
            each(b"<div title=\"");
            (0..ATTRIBUTE / line.len() + 1).for_each(|_| each(&[b'x'; PIECE]));
            each(b"\" data-block=long>x</div>");
        }
        (0..HEAVY / BLOCKS / line.len()).for_each(|_| each(line));
    }
    each(b"</body></html>");
}
