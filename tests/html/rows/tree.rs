//! Where elements end by the rules of the HTML standard for trees, one row for each side of a rule.
//!
//! A block is written `id[` what is between its markers `]`, a marker that is refused `id!` why. Where browsers or parsers
//! of different ages disagree, the marker is refused, which is stricter than the standard.

use parvis::html::blocks::find;

/// The blocks and the refused markers of a page, in the order of their markers.
pub(super) fn blocks(page: &str) -> String {
    let found = find(page.as_bytes(), "data-block");
    let blocks = found
        .blocks
        .iter()
        .map(|block| (block.start, format!("{}[{}]", block.id, &page[block.open_end..block.close])));
    let refused = found
        .refused
        .iter()
        .map(|refused| (refused.start, format!("{}!{}", refused.id, refused.reason.code())));
    let mut all: Vec<_> = blocks.chain(refused).collect();
    all.sort();
    all.into_iter().map(|(_, what)| what).collect::<Vec<_>>().join(" ")
}

/// Rows of pages, with `@x` for ` data-block=x`, and what they have in blocks.
pub(super) fn hold(rows: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (page, expected) in rows {
        let written =
            page.replace("@a", " data-block=a").replace("@b", " data-block=b").replace("@c", " data-block=c");
        let expected = expected
            .replace("@a", " data-block=a")
            .replace("@b", " data-block=b")
            .replace("@c", " data-block=c");
        let got = blocks(&written);
        if got != expected {
            wrong.push(format!("{page}\n  want {expected}\n  got  {got}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn list_items_end_where_the_next_begins() {
    hold(&[
        ("<ul><li@a>1</li></ul>", "a[1]"),
        ("<ul><li@a>1<li>2</ul>", "a!optional-end"),
        ("<ul><li@a>1</ul>", "a!optional-end"),
        ("<li@a>1<ul><li>2</ul></li>", "a[1<ul><li>2</ul>]"),
        ("<li@a>1<ol><li>2</ol></li>", "a[1<ol><li>2</ol>]"),
        // Through address, div and p, and through what is not special; not through anything else.
        ("<li@a><div><li>2</li></div></li>", "a!optional-end"),
        ("<li@a><address><li>2</li></li>", "a!optional-end"),
        ("<li@a><p><li>2</li></li>", "a!optional-end"),
        ("<li@a><span><li>2</li></li>", "a!optional-end"),
        ("<li@a><section><li>2</li></section></li>", "a[<section><li>2</li></section>]"),
        ("<li@a><button><li>2</li></button></li>", "a[<button><li>2</li></button>]"),
        // An end tag stops at lists and at what is in scope.
        ("<li@a><ul></li></ul></li>", "a[<ul></li></ul>]"),
        ("<li@a><ol></li></ol></li>", "a[<ol></li></ol>]"),
        ("<li@a><dl></li></dl>", "a[<dl>]"),
        ("<li@a><object></li></object></li>", "a[<object></li></object>]"),
        ("<li@a><div>1</li>2", "a[<div>1]"),
        ("<li@a><svg><g></g></svg></li>", "a[<svg><g></g></svg>]"),
        ("<svg><li@a>1</li>", "a[1]"),
        ("<dl><dt@a>1</dt><dd@b>2</dd></dl>", "a[1] b[2]"),
        ("<dl><dt@a>1<dd@b>2<dt>3</dl>", "a!optional-end b!optional-end"),
        ("<dl><dd@a>1<dd>2</dl>", "a!optional-end"),
        ("<dl><dt@a>1<dt>2</dl>", "a!optional-end"),
        ("<dd@a>1<dl><dt>2</dl></dd>", "a[1<dl><dt>2</dl>]"),
        ("<dd@a>1<li>2</li></dd>", "a[1<li>2</li>]"),
        ("<li@a>1<dd>2</dd></li>", "a[1<dd>2</dd>]"),
        ("<dd@a>1</dt>2</dd>", "a[1</dt>2]"),
        ("<dt@a>1</dd>2</dt>", "a[1</dd>2]"),
        ("<p@a>1<li>2</li>", "a!optional-end"),
        ("<p@a>1<dd>2</dd>", "a!optional-end"),
        ("<p@a>1<dt>2</dt>", "a!optional-end"),
    ]);
}

#[test]
fn paragraphs_end_where_a_block_begins() {
    hold(&[
        ("<p@a>1</p>", "a[1]"),
        ("<p@a>1<p>2", "a!optional-end"),
        ("<p@a>1<span>2</span></p>", "a[1<span>2</span>]"),
        ("<p@a>1<img>2<br>3<input></p>", "a[1<img>2<br>3<input>]"),
        ("<p@a>1<hr>2</p>", "a!optional-end"),
        ("<p@a>1<pre>2</pre></p>", "a!optional-end"),
        ("<p@a>1<form>2</form></p>", "a!optional-end"),
        ("<p@a>1<h3>2</h3></p>", "a!optional-end"),
        ("<p@a>1<xmp>2</xmp></p>", "a!optional-end"),
        ("<p@a>1<plaintext>2</p>", "a!optional-end"),
        ("<div@a><p>1</div>", "a[<p>1]"),
        // Only in button scope.
        ("<p@a><button>1<div>2</div></button></p>", "a[<button>1<div>2</div></button>]"),
        ("<p@a><object>1<div>2</div></object></p>", "a[<object>1<div>2</div></object>]"),
        ("<p@a><button></p></button></p>", "a[<button></p></button>]"),
        ("<p@a><marquee></p></marquee></p>", "a[<marquee></p></marquee>]"),
        ("<p@a><span></p></span>", "a[<span>]"),
        ("</p><p@a>1</p>", "a[1]"),
        ("<div@a></p>1</div>", "a[</p>1]"),
        ("<p@a></br>1</p>", "a[</br>1]"),
        // A table stays in the paragraph only in old pages.
        ("<p@a>1<table></table></p>", "a!optional-end"),
        ("<!doctype html><p@a>1<table></table></p>", "a!optional-end"),
        ("<!DOCTYPE HTML ><p@a>1<table></table>", "a!optional-end"),
        ("<!doctype html public x><p@a>1<table></table></p>", "a!optional-end"),
        ("<!doctypehtml><p@a>1<table></table></p>", "a!optional-end"),
        ("<br><!doctype html><p@a>1<table></table></p>", "a!optional-end"),
        ("<p>1<table></table><span@a>2</p>3</span>", "a!unclosed"),
        ("<!doctype html><p>1<table></table><span@a>2</p>3</span>", "a[2</p>3]"),
        ("<!DOCTYPE\nHtml\t><p>1<table></table><span@a>2</p>3</span>", "a[2</p>3]"),
        ("<!doctype html public x><p>1<table></table><span@a>2</p>3</span>", "a!unclosed"),
        ("<!doctype xhtml><p>1<table></table><span@a>2</p>3</span>", "a!unclosed"),
        ("<br><!doctype html><p>1<table></table><span@a>2</p>3</span>", "a!unclosed"),
        ("<p>1</p><div@a><table></table></div>", "a[<table></table>]"),
        ("<p><button><div@a><table></table></div></button>", "a[<table></table>]"),
    ]);
}

#[test]
fn headings_buttons_links_and_options_do_not_hold_their_like() {
    hold(&[
        ("<h1@a>1</h1>", "a[1]"),
        ("<h1@a>1<h2>2</h2>", "a!unclosed"),
        ("<h1@a>1</h2>", "a!unclosed"),
        ("<h6@a><div>1<h2>2</h2></div></h6>", "a[<div>1<h2>2</h2></div>]"),
        ("<h1@a><object></h2></object></h1>", "a[<object></h2></object>]"),
        ("<h1@a><b></h1>", "a[<b>]"),
        ("<svg><h1@a>1</h1></svg>", "a[1]"),
        ("<button@a>1</button>", "a[1]"),
        ("<button@a>1<button>2</button>", "a!unclosed"),
        ("<button@a><div>1<button>2</button>", "a!unclosed"),
        ("<button@a><object><button>2</button></object></button>", "a[<object><button>2</button></object>]"),
        ("<a@a>1</a>", "a[1]"),
        ("<a@a>1<a>2</a>", "a!unclosed"),
        ("<a@a><object><a>2</a></object></a>", "a[<object><a>2</a></object>]"),
        ("<nobr@a>1<nobr>2</nobr>", "a!unclosed"),
        ("<nobr@a><object><nobr>2</nobr></object></nobr>", "a[<object><nobr>2</nobr></object>]"),
        ("<option@a>1</option>", "a[1]"),
        ("<option@a>1<option>2", "a!optional-end"),
        ("<option@a>1<optgroup>2", "a!optional-end"),
        ("<optgroup@a>1<option>2</option></optgroup>", "a[1<option>2</option>]"),
        ("<option@a><b><option>1</option></b></option>", "a[<b><option>1</option></b>]"),
        ("<ruby@a>1<rt>2</ruby>", "a[1<rt>2]"),
        ("<ruby><rb@a>1<rt>2</ruby>", "a!optional-end"),
        ("<ruby><rt@a>1<rp>2</ruby>", "a!optional-end"),
        ("<ruby><rp@a>1<rb>2</ruby>", "a!optional-end"),
        ("<ruby><rtc@a>1<rt>2</rtc></ruby>", "a[1<rt>2]"),
        ("<ruby><rtc@a>1<rp>2</rtc></ruby>", "a[1<rp>2]"),
        ("<ruby><rtc@a>1<rb>2</ruby>", "a!optional-end"),
        ("<ruby><rtc@a>1<rtc>2</ruby>", "a!optional-end"),
        ("<rb@a>1<rt>2</rt></rb>", "a[1<rt>2</rt>]"),
        ("<ruby><object><rb@a>1<rt>2</rt></rb></object></ruby>", "a[1<rt>2</rt>]"),
    ]);
}

#[test]
fn end_tags_reach_as_far_as_they_may() {
    hold(&[
        ("<div@a>1</div>", "a[1]"),
        ("<div@a>1", "a!unclosed"),
        ("<div@a><div>1</div>", "a!unclosed"),
        ("<div@a><span>1</div>", "a[<span>1]"),
        ("<section@a><div>1</section>", "a[<div>1]"),
        (
            "<div@a><table><tr><td></div></td></tr></table></div>",
            "a[<table><tr><td></div></td></tr></table>]",
        ),
        ("<div@a><object></div></object></div>", "a[<object></div></object>]"),
        ("<span@a><i>1</span>", "a[<i>1]"),
        ("<span@a><u-v>1</span>", "a[<u-v>1]"),
        ("<span@a><div>1</span>2</div></span>", "a[<div>1</span>2</div>]"),
        ("<dialog@a><p>1</dialog>", "a[<p>1]"),
        ("<a-b@a><p>1</a-b></p></a-b>", "a[<p>1</a-b></p>]"),
        ("<div@a></span></section></li></table></td>1</div>", "a[</span></section></li></table></td>1]"),
        ("<div@a></body></html></head></frameset>1</div>", "a[</body></html></head></frameset>1]"),
        ("<applet@a></applet><marquee@b></marquee><object@c></object>", "a[] b[] c[]"),
        // Long names are compared letter by letter.
        ("<blockquote@a>1</BLOCKQUOTE>", "a[1]"),
        ("<blockquote@a>1</blockquot>2</blockquote>", "a[1</blockquot>2]"),
        ("<very-long-name@a>1</very-long-nam>2</VERY-long-name>", "a[1</very-long-nam>2]"),
        ("<very-long-name@a>1</very-long-namf>2</very-long-name>", "a[1</very-long-namf>2]"),
        // Void elements end at once, and an end tag of theirs ends nothing.
        ("<img@a><br@b></br><hr@c></hr>", "a[] b[] c[]"),
        ("<input@a><wbr@b><image@c>", "a[] b[] c[]"),
        ("<div@a />1</div>", "a[1]"),
        // What the tree has no element for.
        ("<body@a><head@b><html@c>", "a!not-understood b!not-understood c!not-understood"),
        ("<td@a>1</td><tr@b><col@c>", "a!not-understood b!not-understood c!not-understood"),
        ("<frame@a><frameset@b>", "a!not-understood b!not-understood"),
        // A frameset where nothing of the page's body has come takes all of it.
        ("<frameset></frameset><div@a>1</div>", "a!not-understood"),
        ("<br><frameset></frameset><div@a>1</div>", "a[1]"),
        ("<meta><div@a><frameset></div>", "a!not-understood"),
        ("<div@a>1</div><frameset><div@b>1</div>", "a[1] b!not-understood"),
        ("<plaintext><div@a>1</div>", ""),
        ("<plaintext@a></plaintext>", "a!unclosed"),
    ]);
}

#[test]
fn formatting_ends_across_other_elements() {
    hold(&[
        ("<b@a>1</b>", "a[1]"),
        ("<b@a>1<i>2</b>3</i>", "a[1<i>2]"),
        ("<b>1<i@a>2</b>3</i>", "a!unclosed"),
        ("<b@a>1<div>2</b>3</div>", "a!unclosed"),
        ("<b>1<div@a>2</b>3</div>", "a[2</b>3]"),
        ("<b>1<span@a>2</b>3</span>", "a!unclosed"),
        ("<b@a>1<object></b></object></b>", "a[1<object></b></object>]"),
        ("<b@a>1<p>2</b>3</p>", "a!unclosed"),
        ("<div@a><b>1</div>2</b>", "a[<b>1]"),
        ("<p><b>1</p><div@a>2</b>3</div>", "a[2</b>3]"),
        ("<p><b>1</p><span@a>2</b>3</span>", "a!unclosed"),
        ("<a>1<div@a>2<a>3</a></div>", "a[2<a>3</a>]"),
        ("</b><b@a>1</b>", "a[1]"),
        ("<div@a></b></i></a>1</div>", "a[</b></i></a>1]"),
        ("<table><tr><td><b>1</td><td><span@a>2</b>3</span></td></tr></table>", "a[2</b>3]"),
        ("<b><table><tr><td><span@a>1</b>2</span></td></tr></table></b>", "a[1</b>2]"),
    ]);
}

#[test]
fn forms_do_not_hold_forms() {
    hold(&[
        ("<form@a>1</form>", "a[1]"),
        ("<form@a>1<form@b>2</form>3</form>", "a[1<form@b>2] b!not-understood"),
        ("<form@a><div>1</form>2</div>", "a[<div>1]"),
        ("<form@a><div@b>1</form>2</div>", "a[<div@b>1] b!unclosed"),
        ("<form><div@a>1</form>2</div>", "a[1</form>2]"),
        ("<form@a><p>1</form>", "a[<p>1]"),
        ("<div><form>1</div><form@a>2</form>", "a!not-understood"),
        ("<div><form>1</div></form><form@a>2</form>", "a[2]"),
        ("</form><form@a>1</form>", "a[1]"),
        ("<form>1</form><form@a>2</form>", "a[2]"),
        ("<form></form><form@a>2</form>", "a[2]"),
        ("<form@a><object></form></object></form>", "a!unclosed"),
        (
            "<form@a><template><form@b>1</form></template></form>",
            "a[<template><form@b>1</form></template>] b[1]",
        ),
        ("<template><form@a>1<form@b>2</form></form></template>", "a[1<form@b>2</form>] b[2]"),
        ("<table><form@a>1</form></table>", "a!not-understood"),
        ("<p@a>1<form>2</form>", "a!optional-end"),
    ]);
}

#[test]
fn parts_of_tables_stand_in_tables() {
    hold(&[
        ("<table@a><tr><td>1</table>", "a[<tr><td>1]"),
        ("<table><tr@a><td@b>1</td></tr></table>", "a[<td@b>1</td>] b[1]"),
        ("<table><tbody@a><tr><td>1</tbody></table>", "a[<tr><td>1]"),
        ("<table><tr@a><td>1<tr><td>2</table>", "a!optional-end"),
        ("<table><tr><td@a>1<td@b>2</td></table>", "a!optional-end b[2]"),
        ("<table><tr><td@a>1<th>2</table>", "a!optional-end"),
        ("<table><tr><td@a>1</th>2</td></table>", "a[1</th>2]"),
        ("<table><tbody@a><tr><td>1<tbody><tr></table>", "a!optional-end"),
        ("<table><thead@a><tr></thead><tfoot@b><tr></tfoot></table>", "a[<tr>] b[<tr>]"),
        ("<table><thead@a><tr><td>1</tbody>2</td></tr></thead></table>", "a[<tr><td>1</tbody>2</td></tr>]"),
        ("<table><caption@a>1</caption><tr></table>", "a[1]"),
        ("<table><caption@a>1<tr><td></table>", "a!optional-end"),
        ("<table><caption@a>1</table>", "a!optional-end"),
        ("<table><caption@a>1</td></tr></tbody>2</caption></table>", "a[1</td></tr></tbody>2]"),
        ("<table><colgroup@a><col@b></colgroup></table>", "a[<col@b>] b[]"),
        ("<table><colgroup@a><col><tr></table>", "a!optional-end"),
        ("<table><colgroup@a></col><col></colgroup></table>", "a[</col><col>]"),
        ("<table><col@a><col@b><tr></table>", "a[] b[]"),
        ("<table><td@a>1</td><td@b>2</td></table>", "a[1] b[2]"),
        ("<table><tr><td@a>1</tr></table>", "a!optional-end"),
        ("<table><tr><td@a>1</tbody></table>", "a!optional-end"),
        ("<table><tr><td@a>1</tfoot>2</td></table>", "a[1</tfoot>2]"),
        ("<table><tr><td@a>1</table>", "a!optional-end"),
        (
            "<table@a><tr><td><table@b>1</table></td></tr></table>",
            "a[<tr><td><table@b>1</table></td></tr>] b[1]",
        ),
        ("<table@a>1<table@b>2</table>", "a!unclosed b[2]"),
        ("<table@a><tr><table@b></table>", "a!unclosed b[]"),
        ("<table><tr><td@a><div>1</td></tr></table>", "a[<div>1]"),
        ("<table><tr><td><div@a>1</td></tr></table>", "a!unclosed"),
        ("<div@a><tr></tr></tbody></div>", "a[<tr></tr></tbody>]"),
        ("<table><caption><table@a><tr><td>1</td></tr></table></caption></table>", "a[<tr><td>1</td></tr>]"),
        ("<table><tr@a></tbody></table>", "a!optional-end"),
        ("<table><tr@a><td>1</td></table>", "a!optional-end"),
        ("<table><tbody@a></table>", "a!optional-end"),
        ("<table><tr@a></td></th></caption></col></tr></table>", "a[</td></th></caption></col>]"),
    ]);
}

#[test]
fn selects_and_templates_read_tags_in_their_own_way() {
    hold(&[
        ("<select@a><option>1</select>", "a[<option>1]"),
        ("<select><option@a>1</option></select>", "a[1]"),
        ("<select><option@a>1<option>2</select>", "a!optional-end"),
        ("<select><optgroup@a><option>1</optgroup></select>", "a[<option>1]"),
        ("<select><optgroup@a>1<optgroup>2</select>", "a!optional-end"),
        ("<select><option@a>1<hr></select>", "a!optional-end"),
        ("<select><optgroup@a>1<hr></select>", "a!optional-end"),
        ("<select@a>1<select>2</select>", "a!unclosed"),
        ("<select@a>1<input>", "a!unclosed"),
        ("<select@a><div@b>1</div></select>", "a[<div@b>1</div>] b!not-understood"),
        ("<select@a><script>'</select>'</script></select>", "a[<script>'</select>'</script>]"),
        ("<select@a></div></p></option></optgroup></select>", "a[</div></p></option></optgroup>]"),
        ("<table><tr><td@a><select@b></td></tr></table>", "a[<select@b>] b!unclosed"),
        ("<table><tr><td><select@a><tr><td></select></table>", "a!unclosed"),
        ("<select@a><tr></tr></td></select>", "a[<tr></tr></td>]"),
        ("<select@a><textarea></textarea></select>", "a!unclosed"),
        ("<template@a><p>1</template>", "a[<p>1]"),
        ("<template@a><tr@b><td>1</td></tr></template>", "a[<tr@b><td>1</td></tr>] b[<td>1</td>]"),
        ("<template><td@a>1</td></template>", "a[1]"),
        ("<template><col@a></template>", "a[]"),
        ("<template><caption@a>1</caption></template>", "a[1]"),
        ("<template><tbody@a><tr></tr></tbody></template>", "a[<tr></tr>]"),
        ("<template><p>1</p><td@a>2</td></template>", "a!not-understood"),
        ("<template><link><td@a>2</td></template>", "a[2]"),
        ("<template@a></div></td></template>", "a[</div></td>]"),
        ("<div@a><template></div></template></div>", "a[<template></div></template>]"),
        ("</template><div@a>1</div>", "a[1]"),
    ]);
}

#[test]
fn svg_and_math_keep_their_elements_until_html_breaks_out() {
    hold(&[
        ("<svg@a><g>1</g></svg>", "a[<g>1</g>]"),
        ("<svg><g@a>1</g></svg>", "a[1]"),
        ("<svg@a /><math@b />", "a[] b[]"),
        ("<svg><g@a /><path@b /></svg>", "a[] b[]"),
        ("<svg@a><div>1</div>", "a!unclosed"),
        ("<svg@a><g><p>1</p>", "a!unclosed"),
        ("<svg@a></p>", "a!unclosed"),
        ("<svg@a></br>", "a!unclosed"),
        ("<svg@a><font>1</font></svg>", "a[<font>1</font>]"),
        ("<svg@a><font color=x>1</font>", "a!unclosed"),
        ("<svg@a><font FACE>1</font>", "a!unclosed"),
        ("<svg@a><font size=1>1</font>", "a!unclosed"),
        ("<svg@a><font style=x>1</font></svg>", "a[<font style=x>1</font>]"),
        (
            "<svg@a><foreignObject><div@b>1</div></foreignObject></svg>",
            "a[<foreignObject><div@b>1</div></foreignObject>] b[1]",
        ),
        ("<svg@a><desc><p>1</p></desc></svg>", "a[<desc><p>1</p></desc>]"),
        ("<svg@a><title><p>1</p></title></svg>", "a[<title><p>1</p></title>]"),
        ("<svg@a><desc2><p>1</desc2>", "a!unclosed"),
        ("<math@a><mi><p>1</p></mi></math>", "a[<mi><p>1</p></mi>]"),
        ("<math@a><mtext><div>1</div></mtext></math>", "a[<mtext><div>1</div></mtext>]"),
        ("<math@a><mrow><p>1</mrow>", "a!unclosed"),
        ("<math><mi><mglyph@a>1</mglyph></mi></math>", "a[1]"),
        ("<math><mi><malignmark@a /></mi></math>", "a[]"),
        ("<math@a><annotation-xml><p>1</p>", "a!unclosed"),
        (
            "<math@a><annotation-xml encoding=text/html><p>1</p></annotation-xml></math>",
            "a[<annotation-xml encoding=text/html><p>1</p></annotation-xml>]",
        ),
        (
            "<math@a><annotation-xml encoding='Application/XHTML+xml'><p>1</p></annotation-xml></math>",
            "a[<annotation-xml encoding='Application/XHTML+xml'><p>1</p></annotation-xml>]",
        ),
        ("<math@a><annotation-xml encoding=x encoding=text/html><p>1</p>", "a!unclosed"),
        (
            "<math@a><annotation-xml><svg><desc><p>1</p></desc></svg></annotation-xml></math>",
            "a[<annotation-xml><svg><desc><p>1</p></desc></svg></annotation-xml>]",
        ),
        ("<div@a><svg></div>", "a[<svg>]"),
        ("<svg@a></g></SVG>", "a[</g>]"),
        ("<svg><style@a><p>1</style>", "a!unclosed"),
        ("<svg><![CDATA[<div@a>]]><g@b>1</g></svg>", "b[1]"),
        ("<div@b><![CDATA[<div@a>]]>1</div>", "b[<![CDATA[<div@a>]]>1]"),
    ]);
}

#[test]
fn what_has_ended_does_not_end_again() {
    // The end tag comes, and finds what another tag has closed.
    hold(&[
        ("<ul><li@a>1<li>2</li>3</li></ul>", "a!optional-end"),
        ("<dl><dd@a>1<dd>2</dd>3</dd></dl>", "a!optional-end"),
        ("<dl><dt@a>1<dd>2</dd>3</dt></dl>", "a!optional-end"),
        ("<dl><dd@a>1<dt>2</dt>3</dd></dl>", "a!optional-end"),
        ("<p@a>1<p>2</p>3</p>", "a!optional-end"),
        ("<p@a>1<div>2</div>3</p>", "a!optional-end"),
        ("<option@a>1<option>2</option>3</option>", "a!optional-end"),
        ("<option@a>1<optgroup>2</optgroup>3</option>", "a!optional-end"),
        ("<ruby><rb@a>1<rt>2</rt>3</rb></ruby>", "a!optional-end"),
        ("<ruby><rt@a>1<rp>2</rp>3</rt></ruby>", "a!optional-end"),
        ("<ruby><rp@a>1<rb>2</rb>3</rp></ruby>", "a!optional-end"),
        ("<ruby><rtc@a>1<rb>2</rb>3</rtc></ruby>", "a!optional-end"),
        ("<ruby><rtc@a>1<rtc>2</rtc>3</rtc></ruby>", "a!optional-end"),
        ("<h1@a>1<h2>2</h2>3</h1>", "a!unclosed"),
        ("<button@a>1<button>2</button>3</button>", "a!unclosed"),
        ("<a@a>1<a>2</a>3</a>", "a!unclosed"),
        ("<nobr@a>1<nobr>2</nobr>3</nobr>", "a!unclosed"),
        ("<select@a>1<select>2</select>", "a!unclosed"),
        ("<select@a>1<input></select>", "a!unclosed"),
        ("<select@a>1<keygen></select>", "a!unclosed"),
        ("<select><option@a>1<option>2</option>3</option></select>", "a!optional-end"),
        ("<select><option@a>1<optgroup>2</option></select>", "a!optional-end"),
        ("<select><optgroup@a>1<optgroup>2</optgroup>3</optgroup></select>", "a!optional-end"),
        ("<select><option@a>1<hr></option></select>", "a!optional-end"),
        ("<select><optgroup@a>1<hr></optgroup></select>", "a!optional-end"),
        ("<table><tr><td@a>1<td>2</td>3</td></table>", "a!optional-end"),
        ("<table><tr@a><td>1<tr><td>2</td></tr></tr></table>", "a!optional-end"),
        ("<table><tbody@a><tr><tbody><tr></tbody></tbody></table>", "a!optional-end"),
        ("<table><caption@a>1<tr><td></td></tr></caption></table>", "a!optional-end"),
        ("<table><colgroup@a><tr></tr></colgroup></table>", "a!optional-end"),
        ("<table><colgroup@a><div></div></colgroup></table>", "a!optional-end"),
        ("<table@a><tr><table></table></table>", "a!unclosed"),
        ("<svg@a><div>1</div></svg>", "a!unclosed"),
        ("<svg@a><g><p>1</p></g></svg>", "a!unclosed"),
        ("<svg@a><font color=x>1</font></svg>", "a!unclosed"),
        ("<math@a><mrow><p>1</p></mrow></math>", "a!unclosed"),
        ("<svg@a></p></svg>", "a!unclosed"),
        ("<svg@a></br></svg>", "a!unclosed"),
        ("<math@a><annotation-xml><p>1</p></annotation-xml></math>", "a!unclosed"),
    ]);
}

#[test]
fn formatting_is_listed_and_opened_again() {
    // The list of active formatting elements (section 13.2.4.3) and the adoption agency (13.2.6.4.7).
    hold(&[
        // What ended with the element around it opens again, and its end tag reaches across what comes then.
        ("<b><div><i></div></b><span@a>1</i>2</span>", "a!unclosed"),
        ("<b><div><i></div></i></b><span@a>1</i>2</span>", "a[1</i>2]"),
        // Of equal ones three are listed.
        ("<p><b><b>1</p><u></u></b><span@a>1</b>2</span>", "a!unclosed"),
        ("<p><b><b><b>1</p><u></u></b></b><span@a>1</b>2</span>", "a!unclosed"),
        ("<p><b><b><b><b>1</p><u></u></b></b></b><span@a>1</b>2</span>", "a[1</b>2]"),
        ("<table><td><p><b><b><b><b>1</p><u></u></b></b></b><span@a>1</b>2</span></td></table>", "a[1</b>2]"),
        (
            "<table><td><p><i><b><b><b><b>1</p><u></u></b></b></b><span@a>1</b>2</span></td></table>",
            "a[1</b>2]",
        ),
        ("<b><b><b><b>1</b></b></b><!--block:a--></b><!--/block:a-->", "a!crossed"),
        ("<b><b><b><b></b></b></b><span@a>1</b>2</span>", "a!unclosed"),
        // What stands between the element and the furthest block is copied, up to three of them.
        ("<div><b><i><div@a>1</b>2</div></i></div>", "a[1</b>2]"),
        ("<div><b><i@a><div>1</b>2</div></i></div>", "a!unclosed"),
        ("<b><i><u><s><div>1</b>2</div></s></u><span@c>1</i>2</span>", "c!unclosed"),
        ("<b><i><u><s><em><div>1</b>2</div></em></s></u><span@c>1</i>2</span>", "c[1</i>2]"),
        ("<b><span@a><div>1</b>2</div></span>", "a!unclosed"),
        // A marker hides what is listed before it.
        ("<b><object><span@a>1</b>2</span></object></b>", "a[1</b>2]"),
        ("<p><b>1</p><object><span@a>1</b>2</span></object>", "a[1</b>2]"),
        ("<b><template><span@a>1</b>2</span></template></b>", "a[1</b>2]"),
        ("<table><caption><b>1</caption><td><span@a>1</b>2</span></td></table>", "a[1</b>2]"),
    ]);
}

#[test]
fn templates_forms_and_drawings_have_rules_of_their_own() {
    hold(&[
        (
            "<template@c><td@a>1</td><caption@b>2</caption></template>",
            "c[<td@a>1</td><caption@b>2</caption>] a[1] b!not-understood",
        ),
        ("<template@c><col><div@a>1</div></template>", "c[<col><div@a>1</div>] a!not-understood"),
        ("<template@c><tr></table></tr></template>", "c[<tr></table></tr>]"),
        ("<template@c><col></div></col></colgroup></template>", "c[<col></div></col></colgroup>]"),
        ("<table><td>1</td><!--block:a--></tr><!--/block:a--></table>", "a!crossed"),
        ("<table><tr><td>1</td></tr><!--block:a--></tbody><!--/block:a--></table>", "a!crossed"),
        ("<table><col><!--block:a--></colgroup><!--/block:a--></table>", "a!crossed"),
        ("<div><form>1</div></p><form@a>2</form>", "a!not-understood"),
        ("<template><form@a>1<p>2</form></template>", "a[1<p>2]"),
        ("<div@a></form>1</div>", "a[</form>1]"),
        ("<math><annotation-xml><x-y@a /></annotation-xml></math>", "a[]"),
        ("<math><annotation-xml encoding=text/html><x-y@a /></annotation-xml></math>", "a!unclosed"),
        ("<svg><desc><x-y@a /></desc></svg>", "a!unclosed"),
        ("<math><mi><x-y@a /></mi></math>", "a!unclosed"),
        ("<svg><g@a /></svg>", "a[]"),
        (
            "<p@a><svg><foreignObject></p></foreignObject></svg></p>",
            "a[<svg><foreignObject></p></foreignObject></svg>]",
        ),
        ("<p@a><math><mi></p></mi></math></p>", "a[<math><mi></p></mi></math>]"),
        ("<span@a><svg><desc></span></desc></svg></span>", "a[<svg><desc></span></desc></svg>]"),
        ("<span@a><math><mo></span></mo></math></span>", "a[<math><mo></span></mo></math>]"),
        (
            "<span@a><math><annotation-xml></span></annotation-xml></math></span>",
            "a[<math><annotation-xml></span></annotation-xml></math>]",
        ),
        ("<span@a><svg><g></span>", "a[<svg><g>]"),
        ("<span@a><math><mrow></span>", "a[<math><mrow>]"),
    ]);
}
