//! Which answers of an origin may be rewritten, and how text is written into them.

use std::collections::BTreeMap;

use parvis::http::content::{Charset, OriginHead, is_document, labelled, rewritable};
use parvis::reason::Reason;

const HTML: OriginHead<'_> =
    OriginHead { status: 200, content_type: Some("text/html"), content_encoding: None };

#[test]
fn what_is_refused_first_is_the_reason() {
    let all = OriginHead {
        status: 404,
        content_type: Some("text/css; charset=utf-16"),
        content_encoding: Some("br"),
    };
    for (head, path, expected) in [
        (all, "/a.css", Reason::Status),
        (OriginHead { status: 200, ..all }, "/a.css", Reason::ContentType),
        (
            OriginHead { content_type: Some("text/html; charset=utf-16"), status: 200, ..all },
            "/a.css",
            Reason::Encoding,
        ),
        (
            OriginHead { content_type: Some("text/html; charset=utf-16"), ..HTML },
            "/a.css",
            Reason::StaticPath,
        ),
        (OriginHead { content_type: Some("text/html; charset=utf-16"), ..HTML }, "/a", Reason::Charset),
        (OriginHead { content_type: None, ..HTML }, "/a", Reason::ContentType),
    ] {
        assert_eq!(rewritable(&head, path), Err(expected), "{head:?} {path}");
    }
    assert_eq!(rewritable(&HTML, "/a"), Ok(Charset::Undeclared));
    for status in [0, 199, 201, 299, 304, 65_535] {
        assert_eq!(rewritable(&OriginHead { status, ..HTML }, "/"), Err(Reason::Status), "{status}");
    }
}

#[test]
fn types_and_codings_are_compared_whole_and_in_any_case() {
    for (kind, expected) in [
        ("text/html", true),
        ("TEXT/HTML", true),
        ("\ttext/html ", true),
        ("text/html;", true),
        ("text/html ; x", true),
        ("text/htm", false),
        ("text/html5", false),
        ("xtext/html", false),
        ("text/html, text/html", false),
        ("application/xhtml+xml", false),
        ("", false),
    ] {
        let head = OriginHead { content_type: Some(kind), ..HTML };
        assert_eq!(rewritable(&head, "/").is_ok(), expected, "{kind}");
        assert_eq!(is_document(&head), expected, "{kind}");
    }
    for (coding, expected) in [
        ("", true),
        ("identity", true),
        ("IDENTITY , identity", true),
        (",", true),
        ("gzip", false),
        ("identity, gzip", false),
        ("gzip, identity", false),
        ("identityx", false),
    ] {
        let head = OriginHead { content_encoding: Some(coding), ..HTML };
        assert_eq!(rewritable(&head, "/").is_ok(), expected, "{coding}");
    }
}

#[test]
fn a_person_sees_html_or_what_confirms_it_as_a_page() {
    for (status, content_type, expected) in [
        (200, Some("text/html"), true),
        (404, Some("text/html; charset=utf-8"), true),
        (503, Some("Text/Html"), true),
        (304, None, true),
        (304, Some("text/css"), true),
        (303, None, false),
        (305, None, false),
        (200, None, false),
        (200, Some("text/css"), false),
    ] {
        let head = OriginHead { status, content_type, content_encoding: Some("br") };
        assert_eq!(is_document(&head), expected, "{head:?}");
    }
}

#[test]
fn the_first_charset_counts() {
    for (parameters, expected) in [
        ("", Ok(Charset::Undeclared)),
        ("; charset=utf-8", Ok(Charset::Utf8)),
        (";CHARSET=UTF-8", Ok(Charset::Utf8)),
        ("; charset = \"utf-8\" ", Ok(Charset::Utf8)),
        ("; charset=\" utf-8 \"", Ok(Charset::Utf8)),
        ("; x=utf-16; charset=utf-8", Ok(Charset::Utf8)),
        ("; xcharset=utf-16", Ok(Charset::Undeclared)),
        ("; charset", Ok(Charset::Undeclared)),
        ("; charset; charset=utf-8", Ok(Charset::Utf8)),
        ("; charset=latin1; charset=utf-8", Ok(Charset::OtherAscii)),
        ("; charset=utf-16; charset=utf-8", Err(Reason::Charset)),
        ("; charset=", Err(Reason::Charset)),
        ("; charset=\"\"", Err(Reason::Charset)),
        ("; charset=utf-9", Err(Reason::Charset)),
    ] {
        let kind = format!("text/html{parameters}");
        let head = OriginHead { content_type: Some(&kind), ..HTML };
        assert_eq!(rewritable(&head, "/"), expected, "{kind}");
    }
}

/// The encodings of the WHATWG Encoding standard with their labels (section 4.2).
fn encodings() -> BTreeMap<String, Vec<String>> {
    serde_json::from_str(include_str!("../../fixtures/http/encodings.json")).unwrap()
}

#[test]
fn every_label_of_the_standard_means_its_encoding() {
    let encodings = encodings();
    let labels: usize = encodings.values().map(Vec::len).sum();
    assert_eq!((encodings.len(), labels), (40, 228));
    for (encoding, labels) in encodings {
        let expected = match encoding.as_str() {
            "UTF-8" => Ok(Charset::Utf8),
            // Bytes of markup are not ASCII, or may be something else.
            "UTF-16BE" | "UTF-16LE" | "ISO-2022-JP" | "replacement" | "x-user-defined" => {
                Err(Reason::Charset)
            }
            _ => Ok(Charset::OtherAscii),
        };
        for label in labels {
            assert_eq!(labelled(&label), expected, "{label}");
            assert_eq!(labelled(&label.to_ascii_uppercase()), expected, "{label} in capitals");
            assert_eq!(labelled(&format!("{label}.")), Err(Reason::Charset), "{label} with a letter more");
        }
    }
    for other in ["", "utf", "utf-32", "macroman", "cp932", "iso-8859-12", "utf-8,utf-8"] {
        assert_eq!(labelled(other), Err(Reason::Charset), "{other}");
    }
}

#[test]
fn paths_of_files_pass_whatever_their_type() {
    let endings = "7z avi avif bin bmp bz2 css csv doc docx dmg eot exe flac gif gz ico jar jpeg jpg js json map mjs mkv mp3 mp4 ogg otf pdf png ppt pptx rar svg tar tif tiff ttf txt wasm webm webp woff woff2 zip";
    assert_eq!(endings.split(' ').count(), 46);
    for ending in endings.split(' ') {
        for path in [
            format!("/a.{ending}"),
            format!("/a/b.c.{}", ending.to_ascii_uppercase()),
            format!("/.{ending}"),
            format!("/a.{ending}?v=1"),
            format!("/a.{ending}#x"),
            format!("/a.{ending};v=1"),
        ] {
            assert_eq!(rewritable(&HTML, &path), Err(Reason::StaticPath), "{path}");
        }
        for path in [
            format!("/{ending}"),
            format!("/a{ending}"),
            format!("/a.{ending}q"),
            format!("/a.q{ending}"),
            format!("/a.{ending}/"),
            format!("/a.{ending}/b"),
            format!("/a.{ending}.html"),
            format!("/a?file=b.{ending}"),
            format!("/a#b.{ending}"),
            format!("/a;b.{ending}"),
        ] {
            assert_eq!(rewritable(&HTML, &path), Ok(Charset::Undeclared), "{path}");
        }
    }
    for path in ["", "/", "/a.html", "/a.htm", "/a.php", "/a.", "/v1.2/home"] {
        assert_eq!(rewritable(&HTML, path), Ok(Charset::Undeclared), "{path}");
    }
}
