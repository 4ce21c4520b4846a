//! The encoding that a page declares itself, in a `<meta>` among its first bytes.
//!
//! Browsers look for it before they read the page, where neither a byte order mark nor the head says the encoding (WHATWG HTML,
//! 13.2.3.2, *prescan a byte stream to determine its encoding*). In some encodings `<` is no tag, so that the page cannot be read
//! here; [`crate::http::content::labelled`] tells which.

use core::ops::ControlFlow;

use crate::http::content::labelled;

/// How many bytes browsers look at.
pub const BYTES: usize = 1024;

/// Whether these first bytes of a page declare an encoding that cannot be read here; `None` while they declare none.
///
/// ```
/// use parvis::html::meta::is_unreadable;
/// assert_eq!(is_unreadable(b"<!doctype html><meta charset=iso-2022-jp>"), Some(true));
/// assert_eq!(is_unreadable(b"<meta http-equiv=content-type content='text/html; charset=Shift_JIS'>"), Some(false));
/// assert_eq!(is_unreadable(b"<!-- <meta charset=utf-7> --><p>"), None);
/// ```
#[must_use]
pub fn is_unreadable(page: &[u8]) -> Option<bool> {
    // The mark says UTF-8, and counts for more.
    if page.starts_with(&[0xEF, 0xBB, 0xBF]) {
        return Some(false);
    }
    let mut rest = page.get(..BYTES).unwrap_or(page);
    while let Some(at) = rest.iter().position(|byte| *byte == b'<') {
        rest = rest.get(at..)?;
        if rest.starts_with(b"<!--") {
            // The dashes may be those of the beginning: `<!-->`.
            let end = rest.get(2..)?.windows(3).position(|end| end == b"-->")?;
            rest = rest.get(end.checked_add(5)?..)?;
            continue;
        }
        let inside = rest.get(1..)?;
        let (slash, name) = match inside.split_first()? {
            (b'/', name) => (true, name),
            (b'!' | b'?', _) => {
                rest = behind(inside, |byte| byte == b'>')?;
                continue;
            }
            _ => (false, inside),
        };
        match (name.first()?.is_ascii_alphabetic(), slash) {
            (true, _) => {
                let length = name.iter().position(|byte| is_space(*byte) || matches!(byte, b'/' | b'>'))?;
                let (name, attributes) = name.split_at_checked(length)?;
                let mut said = Said::default();
                rest = said.read(attributes)?;
                if !slash
                    && name.eq_ignore_ascii_case(b"meta")
                    && let Some(label) = said.label()
                {
                    let label = core::str::from_utf8(label).unwrap_or_default();
                    return Some(labelled(label.trim_ascii()).is_err());
                }
            }
            (false, true) => rest = behind(name, |byte| byte == b'>')?,
            (false, false) => rest = inside,
        }
    }
    None
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

/// What follows the first byte of which `is` is true.
fn behind(text: &[u8], is: impl Fn(u8) -> bool) -> Option<&[u8]> {
    let at = text.iter().position(|byte| is(*byte))?;
    text.get(at.checked_add(1)?..)
}

/// What the attributes of one tag say; of several with one name the first counts.
#[derive(Default)]
struct Said<'p> {
    charset: Option<&'p [u8]>,
    content: Option<&'p [u8]>,
    http_equiv: Option<&'p [u8]>,
}

impl<'p> Said<'p> {
    /// Reads attributes up to the end of the tag, and returns what follows it; `None` if it does not end.
    fn read(&mut self, mut text: &'p [u8]) -> Option<&'p [u8]> {
        loop {
            match self.attribute(text)? {
                ControlFlow::Break(rest) => return Some(rest),
                ControlFlow::Continue(rest) => text = rest,
            }
        }
    }

    fn attribute(&mut self, text: &'p [u8]) -> Option<ControlFlow<&'p [u8], &'p [u8]>> {
        let skipped =
            |text: &'p [u8], is: fn(u8) -> bool| text.get(text.iter().position(|byte| !is(*byte))?..);
        let text = skipped(text, |byte| is_space(byte) || byte == b'/')?;
        if let Some(rest) = text.strip_prefix(b">") {
            return Some(ControlFlow::Break(rest));
        }
        // An equals sign at the beginning is of the name.
        let length =
            text.iter().skip(1).position(|byte| is_space(*byte) || matches!(byte, b'=' | b'/' | b'>'))?;
        let (name, rest) = text.split_at_checked(length.checked_add(1)?)?;
        let Some(value) = skipped(rest, is_space)?.strip_prefix(b"=") else {
            self.note(name, b"");
            return Some(ControlFlow::Continue(rest));
        };
        let value = skipped(value, is_space)?;
        let (value, rest) = match value.split_first()? {
            (quote @ (b'"' | b'\''), value) => {
                let end = value.iter().position(|byte| byte == quote)?;
                (value.get(..end)?, value.get(end.checked_add(1)?..)?)
            }
            _ => value.split_at_checked(value.iter().position(|byte| is_space(*byte) || *byte == b'>')?)?,
        };
        self.note(name, value);
        Some(ControlFlow::Continue(rest))
    }

    fn note(&mut self, name: &[u8], value: &'p [u8]) {
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        if is(b"charset") {
            self.charset.get_or_insert(value);
        } else if is(b"content") {
            self.content.get_or_insert(value);
        } else if is(b"http-equiv") {
            self.http_equiv.get_or_insert(value);
        }
    }

    /// The label of the encoding, of the tag's own attribute or of the header that it stands for.
    fn label(&self) -> Option<&'p [u8]> {
        self.charset.or_else(|| {
            self.http_equiv.filter(|name| name.eq_ignore_ascii_case(b"content-type"))?;
            in_content(self.content?)
        })
    }
}

/// The label behind `charset=` in the value of a header (WHATWG HTML, *extracting a character encoding from a `meta` element*).
fn in_content(mut text: &[u8]) -> Option<&[u8]> {
    loop {
        let at = text.windows(7).position(|word| word.eq_ignore_ascii_case(b"charset"))?;
        text = text.get(at.checked_add(7)?..)?;
        if let Some(label) = text.trim_ascii_start().strip_prefix(b"=") {
            let label = label.trim_ascii_start();
            match label.split_first()? {
                (quote @ (b'"' | b'\''), label) => {
                    return label.get(..label.iter().position(|byte| byte == quote)?);
                }
                _ => return label.split(|byte| is_space(*byte) || *byte == b';').next(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_counts_where_browsers_look_for_it() {
        for (page, expected) in [
            ("", None),
            ("<p>text", None),
            ("<meta charset=utf-8>", Some(false)),
            ("<META  CharSet = 'ISO-2022-JP' >", Some(true)),
            ("<meta/charset=\"utf-16le\"/>", Some(true)),
            ("<meta charset=hz-gb-2312>", Some(true)),
            ("<meta charset=utf-7>", Some(true)),
            ("<meta charset=' utf-7 '>", Some(true)),
            ("<meta charset=>", Some(true)),
            ("<meta charset>", Some(true)),
            ("<meta charset=gbk charset=utf-7>", Some(false)),
            ("<meta name=a content='charset=utf-7'>", None),
            ("<meta content='text/html; charset=utf-7' http-equiv=Content-Type>", Some(true)),
            ("<meta http-equiv=content-type content='charset charset = \"utf-7\"'>", Some(true)),
            ("<meta http-equiv=content-type content='charset=\"utf-7'>", None),
            ("<meta http-equiv=content-type content='text/html'>", None),
            ("<meta http-equiv=refresh content='0;url=?charset=utf-7'>", None),
            ("<!--><meta charset=utf-7>", Some(true)),
            ("<!-- <meta charset=utf-7>", None),
            ("<!-- --><meta charset=utf-7>", Some(true)),
            ("<!x <meta charset=utf-7>", None),
            ("<!doctype html><meta charset=utf-7>", Some(true)),
            ("<?xml <meta charset=utf-7>", None),
            ("</meta charset=utf-7>", None),
            ("</ <meta charset=utf-7>", None),
            ("< <meta charset=utf-7>", Some(true)),
            ("<metas charset=utf-7>", None),
            ("<a title='<meta charset=utf-7>'>", None),
            ("<a title=<meta charset=utf-7>", None),
            ("<a =charset=utf-7><meta a=b charset=utf-7>", Some(true)),
            ("<title><meta charset=utf-7></title>", Some(true)),
            ("<meta charset=utf-7", None),
            ("<meta charset='utf-7>", None),
            ("<meta charset=gbk><meta charset=utf-7>", Some(false)),
            ("\u{feff}<meta charset=utf-7>", Some(false)),
        ] {
            assert_eq!(is_unreadable(page.as_bytes()), expected, "{page}");
        }
    }

    #[test]
    fn only_the_first_bytes_count() {
        let tag = "<meta charset=utf-7>";
        for (blanks, expected) in [(BYTES - tag.len(), Some(true)), (BYTES - tag.len() + 1, None)] {
            let page = [&b" ".repeat(blanks)[..], tag.as_bytes()].concat();
            assert_eq!(is_unreadable(&page), expected, "{blanks}");
        }
    }
}
