//! Finds one attribute in a start tag, or where it would be inserted; and lists the elements that cannot be parts.

/// Elements that cannot be parts: they run, load or style, or change what other elements mean.
const REFUSED: [&[u8]; 19] = [
    b"script",
    b"style",
    b"link",
    b"meta",
    b"base",
    b"iframe",
    b"object",
    b"embed",
    b"applet",
    b"frame",
    b"frameset",
    b"template",
    b"html",
    b"head",
    b"body",
    b"animate",
    b"animatemotion",
    b"animatetransform",
    b"set",
];

/// Whether the element of this start tag cannot be a part, whatever its `data-part` is.
pub(crate) fn is_refused(tag: &[u8]) -> bool {
    let name = tag.get(1..name_end(tag)).unwrap_or_default();
    REFUSED.iter().any(|refused| refused.eq_ignore_ascii_case(name))
}

/// The byte range of the attribute `name` in a whole start tag, including the space before it. If the tag has no such
/// attribute: the empty range behind the tag's name. Of two with the same name the first counts, as in browsers.
pub(crate) fn find(tag: &[u8], name: &[u8]) -> (usize, usize) {
    let is = |at: usize, wanted: &dyn Fn(u8) -> bool| tag.get(at).is_some_and(|byte| wanted(*byte));
    let skip = |mut at: usize, wanted: &dyn Fn(u8) -> bool| {
        while is(at, wanted) {
            at += 1;
        }
        at
    };
    let nowhere = name_end(tag);
    let mut at = nowhere;
    loop {
        let from = skip(at, &|byte| is_space(byte) || byte == b'/');
        if from + 1 >= tag.len() {
            return (nowhere, nowhere);
        }
        // An equals sign is valid as the first character of a name.
        let to = skip(from + 1, &|byte| !is_space(byte) && !matches!(byte, b'/' | b'>' | b'='));
        at = to;
        let equals = skip(to, &is_space);
        if is(equals, &|byte| byte == b'=') {
            at = skip(equals + 1, &is_space);
            at = match tag.get(at) {
                Some(quote @ (b'"' | b'\'')) => skip(at + 1, &|byte| byte != *quote) + 1,
                _ => skip(at, &|byte| !is_space(byte) && byte != b'>'),
            };
        }
        if tag.get(from..to).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            let spaced = is(from - 1, &is_space);
            return (from - usize::from(spaced), at);
        }
    }
}

/// The offset where the name of a start tag ends.
fn name_end(tag: &[u8]) -> usize {
    let ends = |byte: &u8| is_space(*byte) || matches!(byte, b'/' | b'>');
    tag.iter().position(ends).unwrap_or(tag.len())
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn an_attribute_is_where_browsers_see_it() {
        for (tag, expected) in [
            ("<a href=/x>", " href=/x"),
            ("<a\nHREF = '/x>'class=b>", "\nHREF = '/x>'"),
            ("<a class=\"href=1\"href=\"/x\"href=2>", "href=\"/x\""),
            ("<a/href/ >", "href"),
            ("<a href>", " href"),
            ("<a href= >", " href= "),
            ("<a href=x/>", " href=x/"),
            ("<a =href=1 href=2>", " href=2"),
            ("<a data-href=1 hre=2>", ""),
            ("<a>", ""),
            ("<br/>", ""),
            ("<a 'href=1>", ""),
            ("<a x='>", ""),
        ] {
            let (from, to) = find(tag.as_bytes(), b"href");
            assert_eq!(tag.get(from..to), Some(expected), "{tag}");
            if expected.is_empty() {
                assert!(tag.get(from..).is_some_and(|rest| rest.starts_with([' ', '/', '>'])), "{tag}");
            }
        }
    }

    #[test]
    fn elements_that_run_are_no_parts() {
        for tag in ["<script>", "<SCRIPT/>", "<style x>", "<set\n", "<iframe src=x>"] {
            assert!(is_refused(tag.as_bytes()), "{tag}");
        }
        assert!(!is_refused(b"<scripts>") && !is_refused(b"<h1>"));
        let names = "script style link meta base iframe object embed applet frame frameset template html head body \
                     animate animatemotion animatetransform set";
        assert_eq!(names.split_whitespace().count(), REFUSED.len());
        for name in names.split_whitespace() {
            for (tag, refused) in [
                (format!("<{name}>"), true),
                (format!("<{} x>", name.to_ascii_uppercase()), true),
                (format!("<{name}\t>"), true),
                (format!("<{name}/>"), true),
                (format!("<{name}q>"), false),
                (format!("<q{name}>"), false),
                (format!("<q {name}>"), false),
            ] {
                assert_eq!(is_refused(tag.as_bytes()), refused, "{tag}");
            }
        }
    }

    #[test]
    fn an_attribute_ends_where_its_value_does() {
        // HTML standard, sections 13.2.5.32 to 13.2.5.40.
        for (tag, expected) in [
            ("<a href>", " href"),
            ("<a href >", " href"),
            ("<a href =>", " href ="),
            ("<a href=>", " href="),
            ("<a href=''>", " href=''"),
            ("<a href=\"\">", " href=\"\""),
            ("<a href='\"'x>", " href='\"'"),
            ("<a href='>'>", " href='>'"),
            ("<a href=a\"b'c x>", " href=a\"b'c"),
            ("<a href=a=b>", " href=a=b"),
            ("<a href\n=\n\ta\x0cx>", " href\n=\n\ta"),
            ("<a href=a\rx>", " href=a"),
            ("<a  href>", " href"),
            ("<a/href=1>", "href=1"),
            ("<a /href=1>", "href=1"),
            ("<a x/href=1>", "href=1"),
            ("<a x='1'href=2>", "href=2"),
            ("<a x=1/href=2>", ""),
            ("<a x =1 href=2>", " href=2"),
            ("<a x= href=2>", ""),
            ("<a x='' href=2>", " href=2"),
            ("<a ==href=1>", ""),
            ("<a = href=1>", " href=1"),
            ("<a hrefs=1>", ""),
            ("<a ahref=1>", ""),
            ("<a href-x=1 HrEf=2>", " HrEf=2"),
            ("<a\thref/>", "\thref"),
            ("<a x />", ""),
            ("<a x/>", ""),
            ("<ab>", ""),
        ] {
            let (from, to) = find(tag.as_bytes(), b"href");
            assert_eq!(tag.get(from..to), Some(expected), "{tag}");
            if expected.is_empty() {
                // Behind the tag's name, where one would go.
                assert_eq!(Some(from), tag.find([' ', '/', '>', '\t', '\n']), "{tag}");
            }
        }
    }
}
