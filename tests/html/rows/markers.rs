//! Comments, text that is no markup, and the bounds of what is read as a marker.

use parvis::html::blocks::find;

use super::tree::{blocks, hold};

#[test]
fn what_is_text_has_no_tags() {
    hold(&[
        ("<script@a>'</div><div@b>'</script>", "a['</div><div@b>']"),
        ("<style@a><p@b></style>", "a[<p@b>]"),
        ("<textarea@a><p@b></textarea>", "a[<p@b>]"),
        ("<title@a><p@b></title>", "a[<p@b>]"),
        ("<xmp@a><p@b></xmp>", "a[<p@b>]"),
        ("<iframe@a><p@b></iframe>", "a[<p@b>]"),
        ("<noembed@a><p@b></noembed>", "a[<p@b>]"),
        ("<noframes@a><p@b></noframes>", "a[<p@b>]"),
        ("<script@a></scriptx></script >", "a[</scriptx>]"),
        ("<script@a></SCRIPT/>", "a[]"),
        ("<script@a><!--<script></script>--></script>", "a[<!--<script></script>-->]"),
        ("<script@a><!--<script></script><!-- --></script>", "a[<!--<script></script><!-- -->]"),
        ("<script@a><!--</script>-->", "a[<!--]"),
        ("<script@a><!-- --><script></script>", "a[<!-- --><script>]"),
        ("<script@a><!--><script></script>", "a[<!--><script>]"),
        ("<script@a><!--<scriptx></script>", "a[<!--<scriptx>]"),
        ("<script@a><!--x-><script></script></script>", "a[<!--x-><script></script>]"),
        ("<script@a><!--x--><script></script>", "a[<!--x--><script>]"),
        ("<script@a><!--x---><script></script>", "a[<!--x---><script>]"),
        ("<script@a><!--x--y><script></script></script>", "a[<!--x--y><script></script>]"),
        ("<script@a><!--x<-><script></script></script>", "a[<!--x<-><script></script>]"),
        ("<script@a><!--x-<-><script></script></script>", "a[<!--x-<-><script></script>]"),
        ("<script@a><!--<script></scriptx></script></script>", "a[<!--<script></scriptx></script>]"),
        ("<!--<div@a>--><div@b>1</div>", "b[1]"),
        ("<!--><div@a>1</div>", "a[1]"),
        ("<!---><div@a>1</div>", "a[1]"),
        ("<!----><div@a>1</div>", "a[1]"),
        ("<!-- --!><div@a>1</div>", "a[1]"),
        ("<!-- -- ><div@a>1</div>--><div@b>1</div>", "b[1]"),
        ("<!-- --!x><div@a>1</div>--><div@b>1</div>", "b[1]"),
        ("<!--- -><div@a>1</div>--><div@b>1</div>", "b[1]"),
        ("<? <div@a>1</div>", ""),
        ("<!x ><div@a>1</div>", "a[1]"),
        ("</ ><div@a>1</div>", "a[1]"),
        ("</><div@a>1</div>", "a[1]"),
        ("< div@a>1</div>", ""),
        ("<1><div@a>1</div>", "a[1]"),
    ]);
}

#[test]
fn cdata_is_text_in_svg_and_math_alone() {
    hold(&[
        ("<svg><![CDATA[<g@a>]]><g@b>1</g></svg>", "b[1]"),
        ("<svg><![CDATA[<g@a>]]]><g@b>1</g></svg>", "b[1]"),
        ("<svg><![CDATA[]x]><g@a>]]><g@b>1</g></svg>", "b[1]"),
        ("<svg><![CDATA[] ]><g@a>]]><g@b>1</g></svg>", "b[1]"),
        ("<svg><![CDATA[]]><g@b>1</g></svg>", "b[1]"),
        ("<math><mrow><![CDATA[<g@a>]]></mrow><mi@b>1</mi></math>", "b[1]"),
        // Otherwise, and in small letters, it is a comment up to the next `>`.
        ("<p><![CDATA[x><b@a>1</b>]]>", "a[1]"),
        ("<svg><![cdata[x><g@a>1</g>]]></svg>", "a[1]"),
        ("<svg><desc><p><![CDATA[x><b@a>1</b>]]></p></desc></svg>", "a[1]"),
        // In a point of integration parsers disagree, but only where something else ends it first.
        ("<div@a><svg><desc><![CDATA[x]]>1</desc></svg></div>", "a[<svg><desc><![CDATA[x]]>1</desc></svg>]"),
        (
            "<div@a><svg><desc><![CDATA[x>]]>1</desc></svg></div><p@b>2</p>",
            "a!not-understood b!not-understood",
        ),
        ("<div@a><math><mi><![CDATA[x>]]></mi></math></div>", "a!not-understood"),
        (
            "<div@a><math><annotation-xml><![CDATA[x>]]></annotation-xml></math></div>",
            "a[<math><annotation-xml><![CDATA[x>]]></annotation-xml></math>]",
        ),
        (
            "<div@a><math><annotation-xml encoding=text/html><![CDATA[x>]]></annotation-xml></math></div>",
            "a!not-understood",
        ),
        (
            "<div@a><math><mrow><![CDATA[x>]]></mrow></math></div>",
            "a[<math><mrow><![CDATA[x>]]></mrow></math>]",
        ),
    ]);
}

#[test]
fn pairs_of_comments_hold_what_is_balanced() {
    hold(&[
        ("<!--block:a-->1<!--/block:a-->", "a[1]"),
        ("<!--block:a--><!--/block:a-->", "a[]"),
        ("<!--block:a-->1", "a!unclosed"),
        ("<!--/block:a--><!--block:a-->1<!--/block:a-->", "a[1]"),
        ("<!--block:a-->1<!--/block:b-->", "a!unclosed"),
        (
            "<!--block:a-->1<!--block:b-->2<!--/block:b-->3<!--/block:a-->",
            "a[1<!--block:b-->2<!--/block:b-->3] b[2]",
        ),
        ("<!--block:a-->1<!--block:b-->2<!--/block:a-->3<!--/block:b-->", "a!crossed b!crossed"),
        (
            "<!--block:a-->1<!--block:a-->2<!--/block:a-->3<!--/block:a-->",
            "a[1<!--block:a-->2<!--/block:a-->3] a[2]",
        ),
        // Nothing but the exact form is a marker.
        ("<!-- block:a -->1<!-- /block:a -->", "a[1]"),
        ("<!-- block: a -->1<!-- /block: a -->", " a!bad-id"),
        ("<!--BLOCK:a-->1<!--/BLOCK:a-->", ""),
        ("<!--block:a--!>1<!--/block:a-->", ""),
        ("<!block:a>1<!--/block:a-->", ""),
        ("<!--block:a--->1<!--/block:a-->", "a-!unclosed"),
        ("<!--block:a b-->1", "a b!bad-id"),
        ("<!--block:-->1", "!bad-id"),
        // An element ends inside, or around, or not at all.
        ("<div><!--block:a-->1</div><!--/block:a-->", "a!crossed"),
        ("<!--block:a--><div>1<!--/block:a--></div>", "a!crossed"),
        ("<div><!--block:a--><span></div><!--/block:a-->", "a!crossed"),
        ("<!--block:a--><div></div></div><!--/block:a-->", "a[<div></div></div>]"),
        ("<div><!--block:a--><div></div><!--/block:a--></div>", "a[<div></div>]"),
        // What ends by itself does not cross.
        ("<!--block:a--><p>1<!--/block:a-->2", "a[<p>1]"),
        ("<ul><li>1<!--block:a--><li>2<!--/block:a--><li>3</ul>", "a[<li>2]"),
        ("<p>0<!--block:a-->1<div>2</div><!--/block:a-->", "a[1<div>2</div>]"),
        ("<p>0<!--block:a-->1</p><!--/block:a-->", "a!crossed"),
        ("<!--block:a--><p@b>1<!--/block:a--></p>", "a!crossed b[1<!--/block:a-->]"),
        ("<!--block:a--><svg>1<!--/block:a--></svg>", "a!crossed"),
        ("<textarea><!--block:a--></textarea>1<!--/block:a-->", ""),
    ]);
}

#[test]
fn pairs_are_open_and_ids_are_read_up_to_a_bound() {
    let open = |count: usize| (0..count).map(|number| format!("<!--block:p{number}-->")).collect::<String>();
    let close =
        |count: usize| (0..count).rev().map(|number| format!("<!--/block:p{number}-->")).collect::<String>();
    for (count, refused) in [(64, 0), (65, 1), (66, 2)] {
        let found = find((open(count) + &close(count)).as_bytes(), "data-block");
        assert_eq!((found.blocks.len(), found.refused.len()), (count - refused, refused), "{count}");
        assert!(found.refused.iter().all(|refused| refused.reason.code() == "not-understood"));
    }
    for (length, expected) in [(64, "[1]"), (65, "!bad-id"), (81, "!bad-id"), (82, "")] {
        let id = "x".repeat(length);
        let expected = if expected.is_empty() { String::new() } else { id.clone() + expected };
        assert_eq!(blocks(&format!("<!--block:{id}-->1<!--/block:{id}-->")), expected, "{length}");
    }
}

#[test]
fn elements_are_open_and_tags_are_long_up_to_a_bound() {
    // Browsers begin to flatten at 512 elements.
    for (depth, expected) in
        [(510, "a[1] b[2]"), (511, "a[1] b[2]"), (512, "a!not-understood b!not-understood")]
    {
        let page = "<div>".repeat(depth)
            + "<p data-block=a>1</p>"
            + &"</div>".repeat(depth)
            + "<p data-block=b>2</p>";
        assert_eq!(blocks(&page), expected, "{depth}");
    }
    let most = parvis::limits::TAG_BYTES;
    for (length, first, last) in [
        (most - 1, "a[1] b[2]", "a[1] b[2]"),
        (most, "a[1] b[2]", "a[1] b[2]"),
        (most + 1, "!too-long b[2]", "!too-long b[2]"),
        (most + 20, "!too-long b[2]", "b[2]"),
    ] {
        let around = "<p data-block=a title=\"\">".len();
        let title = format!("title=\"{}\"", "z".repeat(length - around));
        let rest = "1</p><p data-block=b>2</p>";
        assert_eq!(blocks(&format!("<p data-block=a {title}>{rest}")), first, "{length}, marked in front");
        assert_eq!(blocks(&format!("<p {title} data-block=a>{rest}")), last, "{length}, marked behind");
    }
}
