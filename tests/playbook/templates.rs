//! Templates: what does not pass, and that no value ever becomes markup.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use parvis::author::template::compile;
use parvis::html::template::{Field, Shown, Values, render};
use parvis::reason::Reason;
use proptest::prelude::*;

/// Every signal holds the same value, and every list three of it.
struct Same<'v>(&'v str);

impl Values for Same<'_> {
    fn value(&self, _: u8, _: Field) -> Result<Shown<'_>, Reason> {
        Ok(Shown::Text(self.0))
    }

    fn element(&self, _: u8, index: usize, _: Field) -> Option<Result<Shown<'_>, Reason>> {
        (index < 3).then_some(Ok(Shown::Text(self.0)))
    }
}

/// Nothing is known.
struct Nothing;

impl Values for Nothing {
    fn value(&self, _: u8, _: Field) -> Result<Shown<'_>, Reason> {
        Err(Reason::MissingValue)
    }

    fn element(&self, _: u8, _: usize, _: Field) -> Option<Result<Shown<'_>, Reason>> {
        None
    }
}

const GOOD: [&str; 16] = [
    "plain text &amp; more",
    "<p>{{campaign}}</p>",
    "<p title='{{campaign}} and {{country}}'>x</p>",
    "<a href=\"/c/{{campaign}}/x?y={{country}}#{{device}}\">x</a>",
    "<a href=\"https://shop.example/{{campaign}}\">x</a>",
    "<a href=\"{{visit.last_item.url}}#top\"><img src='{{visit.last_item.image}}' alt=\"\"></a>",
    "<ul>{{#each visit.items 2}}<li data-item=\"{{item}}\">{{item.title}} {{campaign}}</li>{{/each}}</ul>",
    "{{#if visit.last_item}}<b>{{visit.last_item.title}}</b>{{else}}<i>x</i>{{/if}}",
    "{{#unless campaign}}<p class=\"a{{#if country}} b{{/if}}\">x</p>{{/unless}}",
    "<table><tbody><tr><td>{{hour}}</td></tr></tbody></table>",
    "<svg viewBox='0 0 1 1'><path d='M0 0'/><title-like></title-like></svg>",
    "<!-- a note --><br><input value=\"{{campaign}}\" disabled>",
    "<a href='mailto:a@shop.example'>{{visitor.visits}} visits</a>",
    "<p>{{ campaign }}<!----></p>",
    "<p title=\"{{campaign or 'nothing'}}\">{{#each visit.items}}{{item.title or \"it's {1}\"}}{{/each}}</p>",
    "<p title='&amp;{{campaign}}'>R&amp;D{{campaign}} & {{campaign}}</p><a href=\"/c?a=1&b={{campaign}}\">x</a>",
];

const BAD: [(&str, &str); 72] = [
    ("<p>{{campaign or}}</p>", "template-syntax"),
    ("<p>{{campaign or nothing}}</p>", "template-syntax"),
    ("<p>{{campaign and 'x'}}</p>", "template-syntax"),
    ("<p>{{campaign or 'x' 'y'}}</p>", "template-syntax"),
    ("<a href=\"/c/{{campaign or 'x'}}\">x</a>", "template-address"),
    ("<script>1</script>", "template-markup"),
    ("<SCRIPT src=/x></SCRIPT>", "template-markup"),
    ("<style>p{}</style>", "template-markup"),
    ("<base href=/>", "template-markup"),
    ("<meta http-equiv=refresh>", "template-markup"),
    ("<link rel=stylesheet href=/x>", "template-markup"),
    ("<iframe srcdoc=\"<p>\"></iframe>", "template-markup"),
    ("<object data=/x></object>", "template-markup"),
    ("<textarea>{{campaign}}</textarea>", "template-markup"),
    ("<noscript>{{campaign}}</noscript>", "template-markup"),
    ("<template>{{campaign}}</template>", "template-markup"),
    ("<svg><animate attributeName=href to=javascript:1 /></svg>", "template-markup"),
    ("<p ONCLICK='x()'>x</p>", "template-markup"),
    ("<p a=1 a=2>x</p>", "template-markup"),
    ("<!doctype html>", "template-markup"),
    ("<svg><![CDATA[x]]></svg>", "template-markup"),
    ("1 < 2", "template-markup"),
    ("<p>&{{campaign}}</p>", "template-markup"),
    ("<p>R&D{{campaign}}</p>", "template-markup"),
    ("<p title=\"&#4{{campaign}}\">x</p>", "template-markup"),
    ("<a href=\"/c?a=1&{{#if campaign}}b{{/if}}\">x</a>", "template-markup"),
    ("<p x=\"1\"\"2\">x</p>", "template-markup"),
    ("<p>", "template-balance"),
    ("</div>", "template-balance"),
    ("<div></p></div>", "template-balance"),
    ("<div/>", "template-balance"),
    ("<p><div></div></p>", "template-balance"),
    ("<a><b><a></a></b></a>", "template-balance"),
    ("<table><tr><td>x</td></tr></table>", "template-balance"),
    ("<table><tbody><div></div></tbody></table>", "template-balance"),
    ("<select><p></p></select>", "template-balance"),
    ("<!-- x", "template-balance"),
    ("<!-->x-->", "template-balance"),
    ("<p class=\"x>", "template-balance"),
    ("<p class=\"x\"", "template-balance"),
    ("<p>x</p", "template-balance"),
    ("<p\u{a0}title=\"{{campaign}}\">x</p\u{a0}title=\"{{campaign}}\">", "template-place"),
    ("<p\u{b}>x</p>", "template-balance"),
    ("<svg><b/></svg>", "template-balance"),
    ("<svg><div></div></svg>", "template-balance"),
    ("<svg><desc><i/></desc></svg>", "template-balance"),
    ("<h1><h2></h2></h1>", "template-balance"),
    ("<dl><dd><div><dd></dd></div></dd></dl>", "template-balance"),
    ("<table>{{campaign}}</table>", "template-balance"),
    ("<table><tbody>x</tbody></table>", "template-balance"),
    ("<iframe src=/x>{{campaign}}</iframe>", "template-balance"),
    ("<a href='javascript:1'>x</a>", "template-address"),
    ("<a href=' JavaScript:1'>x</a>", "template-address"),
    ("<a href=javascript&colon;1>x</a>", "template-address"),
    ("<a href='java&#115;cript:1'>x</a>", "template-address"),
    ("<img src='data:image/png;base64,x'>", "template-address"),
    ("<a href=\"{{campaign}}\">x</a>", "template-address"),
    ("<a href=\"{{visit.last_item.url}}x\">x</a>", "template-address"),
    ("<a href=\"x{{campaign}}\">x</a>", "template-address"),
    ("<a href=\"https:{{campaign}}\">x</a>", "template-address"),
    ("<a href=\"//{{campaign}}\">x</a>", "template-address"),
    ("<a href=\"https://shop{{campaign}}.example/\">x</a>", "template-address"),
    ("<{{campaign}}>", "template-markup"),
    ("<p {{campaign}}>x</p>", "template-place"),
    ("<p {{campaign}}=x>x</p>", "template-place"),
    ("<p x{{campaign}}=x>x</p>", "template-place"),
    ("<p class={{campaign}}>x</p>", "template-place"),
    ("<p style=\"width:{{hour}}px\">x</p>", "template-place"),
    ("<img srcset=\"{{visit.last_item.image}} 2x\">", "template-place"),
    ("<p id=\"{{campaign}}\">x</p>", "template-place"),
    ("<!-- {{campaign}} -->", "template-place"),
    ("<p data-block=x>x</p>", "template-marker"),
];

#[test]
fn what_is_safe_passes() {
    for html in GOOD {
        let compiled = compile(html, "data-block", &["hero"]);
        assert!(compiled.is_ok(), "{html}: {compiled:?}");
    }
}

#[test]
fn what_is_not_safe_does_not() {
    for (html, code) in BAD {
        let problems = compile(html, "data-block", &["hero"]).err().unwrap_or_default();
        assert!(problems.iter().any(|problem| problem.code == code), "{html}: {problems:?}");
    }
    assert!(compile("<p id=hero>x</p>", "id", &["hero"]).is_err());
    assert!(compile("<p id=other>x</p>", "id", &["hero"]).is_ok());
}

#[test]
fn an_address_of_a_visitors_making_stays_within_the_site() {
    for value in ["//evil.example", "javascript:alert(1)", "../..", "a\"b", "é"] {
        let compiled = compile(GOOD[3], "data-block", &[]).unwrap();
        let mut out = Vec::new();
        render(&compiled.code, &Same(value), &mut out).unwrap();
        let html = String::from_utf8(out).unwrap();
        let address = html.split('"').nth(1).unwrap();
        assert!(
            address.starts_with("/c/") && address.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '.'),
            "{html}"
        );
        assert_eq!(address.matches(['/', ':']).count(), 3, "{html}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_value_becomes_markup(value in "[ -~é\u{2028}]{0,20}|[<>\"'&`=/;]{1,12}") {
        for html in GOOD {
            let compiled = compile(html, "data-block", &["hero"]).unwrap();
            let (mut plain, mut hostile) = (Vec::new(), Vec::new());
            render(&compiled.code, &Same("/x"), &mut plain).unwrap();
            let done = render(&compiled.code, &Same(&value), &mut hostile);
            prop_assert!(done.is_ok() || (done == Err(Reason::MissingValue) && hostile.is_empty()));
            if done.is_ok() {
                prop_assert_eq!(skeleton(&hostile), skeleton(&plain), "{}", String::from_utf8_lossy(&hostile));
            }
        }
    }

    #[test]
    fn no_text_in_place_of_a_value_becomes_markup(text in "[ -&(-|~é]{0,20}|[<>\"&`=/;]{1,12}") {
        let html = format!("<p title=\"{{{{campaign or '{text}'}}}}\">{{{{campaign or '{text}'}}}}</p>");
        // In a quoted attribute a quote ends the attribute, and the braces with it.
        let Ok(compiled) = compile(&html, "data-block", &[]) else { return Ok(()) };
        let (mut known, mut missing) = (Vec::new(), Vec::new());
        render(&compiled.code, &Same("x"), &mut known).unwrap();
        render(&compiled.code, &Nothing, &mut missing).unwrap();
        prop_assert_eq!(known, b"<p title=\"x\">x</p>");
        prop_assert_eq!(skeleton(&missing), skeleton(b"<p title=\"\"></p>"), "{}", String::from_utf8_lossy(&missing));
    }

    #[test]
    fn any_code_renders_to_an_end_within_the_bound(code in prop::collection::vec(prop_oneof![0_u8..9, any::<u8>()], 0..300)) {
        let mut out = Vec::new();
        let done = render(&code, &Same("a value & more"), &mut out);
        prop_assert!(out.len() <= parvis::limits::CONTENT_BYTES);
        prop_assert!(done.is_ok() || out.is_empty());
    }

    #[test]
    fn any_text_compiles_or_says_why(html in "([<>/ \"'={}#]|if|each|item|campaign|visit.items|p|div|é|!--|--){0,40}") {
        if let Err(problems) = compile(&html, "data-block", &["hero"]) {
            prop_assert!(!problems.is_empty());
            prop_assert!(problems.iter().all(|problem| html.is_char_boundary(problem.at)));
        }
    }
}

/// The angle brackets of a text, and the quotes within tags: what a value must not add to.
fn skeleton(html: &[u8]) -> Vec<u8> {
    let mut tag = false;
    let mut kept = Vec::new();
    for byte in html {
        match byte {
            b'<' | b'>' => tag = *byte == b'<',
            b'"' | b'\'' if tag => {}
            _ => continue,
        }
        kept.push(*byte);
    }
    kept
}
