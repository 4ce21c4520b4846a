//! Every character of ASCII, and some beyond, in every place that a value may stand in.

use parvis::html::escape::{ascii, attribute, json, json_string, text, url};

fn of(value: &str, escape: fn(&str, &mut Vec<u8>)) -> String {
    let mut out = b"<".to_vec();
    escape(value, &mut out);
    String::from_utf8(out).unwrap()[1..].to_owned()
}

fn all() -> impl Iterator<Item = char> {
    (0..0x80)
        .chain([0x80, 0xe9, 0x7ff, 0x800, 0x2027, 0x2028, 0x2029, 0x202a, 0xffff, 0x10000, 0x0010_ffff])
        .filter_map(char::from_u32)
}

#[test]
fn text_and_attributes_have_their_own_escapes() {
    for letter in all() {
        let written = letter.to_string();
        let in_text = match letter {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '\0' => "\u{fffd}",
            _ => written.as_str(),
        };
        let in_attribute = match letter {
            '"' => "&quot;",
            '\'' => "&#39;",
            _ => in_text,
        };
        assert_eq!(of(&written, text), in_text);
        assert_eq!(of(&written, attribute), in_attribute);
    }
}

#[test]
fn json_is_safe_in_a_script_and_means_the_same() {
    for letter in all() {
        let written = letter.to_string();
        let in_json = match letter {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => format!("\\u{:04X}", u32::from(letter)),
            _ => written.clone(),
        };
        let in_string = match letter {
            '"' | '\\' => format!("\\{letter}"),
            '\0'..='\x1f' => format!("\\u{:04X}", u32::from(letter)),
            _ => in_json.clone(),
        };
        assert_eq!(of(&written, json), in_json);
        assert_eq!(of(&written, json_string), format!("\"{in_string}\""));
    }
}

#[test]
fn an_address_holds_what_may_stand_in_one() {
    // RFC 3986 section 2 with the characters that browsers encode in a path or a query.
    for letter in all() {
        let address = format!("/{letter}.");
        let mut out = Vec::new();
        assert!(url(&address, &mut out));
        let stands = letter.is_ascii_graphic() && !"\"<>\\^`{|}".contains(letter);
        let expected = match letter {
            '&' => "&amp;".to_owned(),
            '\'' => "&#39;".to_owned(),
            _ if stands => letter.to_string(),
            _ => letter.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect(),
        };
        assert_eq!(String::from_utf8(out).unwrap(), format!("/{expected}."), "{letter:?}");
    }
}

#[test]
fn an_address_has_an_allowed_scheme_or_none() {
    for (address, expected) in [
        ("http:", Some("http:")),
        ("https://a", Some("https://a")),
        ("mailto:a@b", Some("mailto:a@b")),
        ("tel:1", Some("tel:1")),
        ("HtTpS:a", Some("HtTpS:a")),
        ("httpx:a", None),
        ("xhttp:a", None),
        ("ftp:a", None),
        ("ws:a", None),
        ("file:a", None),
        ("javascript:a", None),
        ("http&colon;:a", None),
        (" \t\n\0http:a\u{1f} ", Some("http:a")),
        ("\u{20}javascript:a", None),
        ("\u{7f}http:a", None),
        ("\u{a0}http:a", None),
        (":a", None),
        ("a:", None),
        ("/a:", Some("/a:")),
        ("?a:", Some("?a:")),
        ("#a:", Some("#a:")),
        ("a?b:c", Some("a?b:c")),
        ("a#b:c", Some("a#b:c")),
        ("a/b:c", Some("a/b:c")),
        ("//a:80/", Some("//a:80/")),
        ("a", Some("a")),
    ] {
        let mut out = b"x".to_vec();
        let allowed = url(address, &mut out);
        let written = String::from_utf8(out).unwrap();
        assert_eq!(
            (allowed, &written[1..]),
            (expected.is_some(), expected.unwrap_or_default()),
            "{address:?}"
        );
    }
}

#[test]
fn beyond_ascii_a_character_is_its_number() {
    for letter in all() {
        let expected =
            if letter.is_ascii() { letter.to_string() } else { format!("&#{};", u32::from(letter)) };
        assert_eq!(String::from_utf8(ascii(letter.to_string().as_bytes())).unwrap(), expected);
    }
    assert_eq!(ascii(b"a\xff\xfeb\xc3"), b"a&#65533;&#65533;b&#65533;");
    assert_eq!(ascii(b""), b"");
}
