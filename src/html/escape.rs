//! Escapes values for their place in markup: element text, quoted attribute, URL in an attribute, JSON in a script.
//!
//! Every function accepts any text and appends bytes that cannot end their context. Other contexts (scripts, styles,
//! unquoted attributes, comments, names) have no function here: values must not be put there. Follows OWASP ASVS
//! 1.2.1–1.2.3.

use alloc::vec::Vec;

/// Appends `value` as text of an element.
///
/// ```
/// let mut out = Vec::new();
/// parvis::html::escape::text("fish & <chips>", &mut out);
/// assert_eq!(out, b"fish &amp; &lt;chips&gt;");
/// ```
pub fn text(value: &str, out: &mut Vec<u8>) {
    for byte in value.bytes() {
        match byte {
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            // Whether a parser drops or keeps zero bytes depends on the place, so they are replaced.
            0 => out.extend_from_slice("\u{FFFD}".as_bytes()),
            _ => out.push(byte),
        }
    }
}

/// Appends `value` as the value of an attribute in single or double quotes.
///
/// ```
/// let mut out = Vec::new();
/// parvis::html::escape::attribute("a \"b\" 'c'", &mut out);
/// assert_eq!(out, b"a &quot;b&quot; &#39;c&#39;");
/// ```
pub fn attribute(value: &str, out: &mut Vec<u8>) {
    for byte in value.bytes() {
        attribute_byte(byte, out);
    }
}

fn attribute_byte(byte: u8, out: &mut Vec<u8>) {
    match byte {
        b'&' => out.extend_from_slice(b"&amp;"),
        b'<' => out.extend_from_slice(b"&lt;"),
        b'>' => out.extend_from_slice(b"&gt;"),
        b'"' => out.extend_from_slice(b"&quot;"),
        b'\'' => out.extend_from_slice(b"&#39;"),
        0 => out.extend_from_slice("\u{FFFD}".as_bytes()),
        _ => out.push(byte),
    }
}

/// URL schemes that are allowed. A URL without a scheme is relative and allowed.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

/// Appends `value` as a URL in a quoted attribute; false, and nothing appended, if its scheme is not allowed.
///
/// Characters that may not stand in a URL are percent-encoded, control characters and backslashes too, and the result is
/// escaped for the attribute. To write something in place of a refused URL, `#` is harmless.
///
/// ```
/// use parvis::html::escape::url;
/// let mut out = Vec::new();
/// assert!(url("/search?q=a b&p=é", &mut out));
/// assert_eq!(out, b"/search?q=a%20b&amp;p=%C3%A9");
/// assert!(!url(" JavaScript:alert(1)", &mut out));
/// ```
#[must_use]
pub fn url(value: &str, out: &mut Vec<u8>) -> bool {
    // Browsers strip these at both ends before they look for a scheme.
    let value = value.trim_matches(|character: char| character <= ' ');
    let scheme =
        value.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| !scheme.contains(['/', '?', '#']));
    if scheme.is_some_and(|scheme| !SCHEMES.iter().any(|allowed| allowed.eq_ignore_ascii_case(scheme))) {
        return false;
    }
    for byte in value.bytes() {
        let stands = byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
        if stands { attribute_byte(byte, out) } else { percent(byte, out) }
    }
    true
}

fn percent(byte: u8, out: &mut Vec<u8>) {
    out.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
}

/// The hexadecimal digit of a number below 16.
const fn digit(number: u8) -> u8 {
    if number < 10 { b'0'.wrapping_add(number) } else { (b'A' - 10).wrapping_add(number) }
}

/// Appends JSON text so that it can stand in `<script type="application/json">`.
///
/// The four characters that are escaped occur only inside JSON's strings, where an escape has the same meaning.
///
/// ```
/// let mut out = Vec::new();
/// parvis::html::escape::json(r#"{"a":"</script>"}"#, &mut out);
/// assert_eq!(out, br#"{"a":"\u003C/script\u003E"}"#);
/// ```
pub fn json(json: &str, out: &mut Vec<u8>) {
    for character in json.chars() {
        match character {
            '<' => out.extend_from_slice(b"\\u003C"),
            '>' => out.extend_from_slice(b"\\u003E"),
            '&' => out.extend_from_slice(b"\\u0026"),
            '\u{2028}' => out.extend_from_slice(b"\\u2028"),
            '\u{2029}' => out.extend_from_slice(b"\\u2029"),
            _ => push(character, out),
        }
    }
}

/// Appends `value` as a JSON string, quotes included, that can stand in `<script type="application/json">`.
///
/// ```
/// let mut out = Vec::new();
/// parvis::html::escape::json_string("a\"<\n", &mut out);
/// assert_eq!(out, br#""a\"\u003C\u000A""#);
/// ```
pub fn json_string(value: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for character in value.chars() {
        match character {
            '"' | '\\' => {
                out.push(b'\\');
                push(character, out);
            }
            '\0'..='\x1F' => {
                let byte = u8::try_from(character).unwrap_or_default();
                out.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 15)]);
            }
            _ => json(character.encode_utf8(&mut [0; 4]), out),
        }
    }
    out.push(b'"');
}

fn push(character: char, out: &mut Vec<u8>) {
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

/// Replaces every character beyond ASCII by a numeric reference, for pages in another encoding than UTF-8.
///
/// The input is HTML already escaped. Bytes that are not UTF-8 become U+FFFD. Inside `style` references are not decoded.
///
/// ```
/// assert_eq!(parvis::html::escape::ascii("<b>né</b>".as_bytes()), b"<b>n&#233;</b>");
/// ```
#[must_use]
pub fn ascii(html: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(html.len());
    for chunk in html.utf8_chunks() {
        for character in chunk.valid().chars() {
            match u8::try_from(character) {
                Ok(byte) if byte.is_ascii() => out.push(byte),
                _ => reference(u32::from(character), &mut out),
            }
        }
        if !chunk.invalid().is_empty() {
            reference(0xFFFD, &mut out);
        }
    }
    out
}

/// Appends `&#number;`.
fn reference(number: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(b"&#");
    let mut power = 1_000_000_000;
    while power > 0 {
        if number >= power {
            out.push(b'0'.wrapping_add(u8::try_from(number / power % 10).unwrap_or_default()));
        }
        power /= 10;
    }
    out.push(b';');
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use super::*;
    use alloc::string::String;
    use proptest::prelude::*;

    fn escaped(value: &str, escape: fn(&str, &mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        escape(value, &mut out);
        String::from_utf8(out).unwrap()
    }

    /// The value of a URL attribute, or `None` if it was refused.
    fn url_of(value: &str) -> Option<String> {
        let mut out = Vec::new();
        url(value, &mut out).then(|| String::from_utf8(out).unwrap())
    }

    #[test]
    fn urls_with_other_schemes_are_refused_however_they_are_written() {
        for refused in [
            "javascript:alert(1)",
            "JAVASCRIPT:alert(1)",
            "\u{1} javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "blob:x",
            "java\nscript:alert(1)",
            "java\tscript:alert(1)",
            ":",
        ] {
            assert_eq!(url_of(refused), None, "{refused:?}");
        }
    }

    #[test]
    fn urls_that_are_allowed_keep_their_meaning() {
        for (value, expected) in [
            ("https://a.example/b?c=d&e=%20#f", "https://a.example/b?c=d&amp;e=%20#f"),
            ("HTTPS://a", "HTTPS://a"),
            ("mailto:a@b.example", "mailto:a@b.example"),
            ("tel:+33", "tel:+33"),
            ("a/b:c", "a/b:c"),
            ("?a:b", "?a:b"),
            ("#a:b", "#a:b"),
            ("  /a\\b\n ", "/a%5Cb"),
            ("", ""),
            ("/'\"<>", "/&#39;%22%3C%3E"),
        ] {
            assert_eq!(url_of(value).as_deref(), Some(expected), "{value:?}");
        }
    }

    #[test]
    fn references_have_all_their_digits_and_no_more() {
        assert_eq!(ascii("€\u{10FFFF}\u{80}".as_bytes()), b"&#8364;&#1114111;&#128;");
        assert_eq!(ascii(b"a\xFFb"), b"a&#65533;b");
    }

    proptest! {
        #[test]
        fn nothing_leaves_its_place(value in "\\PC{0,40}|[ -~\\x00-\\x1f]{0,40}") {
            const LINES: [char; 5] = ['<', '>', '&', '\u{2028}', '\u{2029}'];
            prop_assert!(!escaped(&value, text).contains(['<', '>']));
            prop_assert!(!escaped(&value, attribute).contains(['<', '>', '"', '\'']));
            prop_assert!(!escaped(&value, json).contains(LINES));
            if let Some(url) = url_of(&value) {
                prop_assert!(url.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"'`\\".contains(&byte)));
            }
        }

        #[test]
        fn json_strings_are_json(value in any::<String>()) {
            let written = escaped(&value, json_string);
            prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), value);
        }

        #[test]
        fn ascii_is_ascii_and_says_the_same(value in "\\PC{0,40}") {
            let html = escaped(&value, text);
            let out = String::from_utf8(ascii(html.as_bytes())).unwrap();
            prop_assert!(out.is_ascii());
            let mut back = String::new();
            let mut rest = out.as_str();
            while let Some((before, after)) = rest.split_once("&#") {
                let (number, after) = after.split_once(';').unwrap();
                back.push_str(before);
                back.push(char::from_u32(number.parse().unwrap()).unwrap());
                rest = after;
            }
            back.push_str(rest);
            prop_assert_eq!(back, html);
        }
    }
}
