//! Which origin responses may be rewritten, by their head.
//!
//! Rewritable is: status 200, `text/html`, an encoding in which markup is ASCII, no content coding, and a path that does
//! not look like a static file (web cache deception, see [`crate::docs::caching`]). Everything else passes through with
//! its reason. The body may still be refused: a UTF-16 byte order mark overrides the head, and a `<meta>` speaks where the head is
//! silent.

use crate::reason::Reason;

/// The fields of the head of the origin's response that decide whether its body may be rewritten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OriginHead<'a> {
    /// The status code.
    pub status: u16,
    /// The value of `Content-Type`.
    pub content_type: Option<&'a str>,
    /// The value of `Content-Encoding`; several are joined by commas.
    pub content_encoding: Option<&'a str>,
}

/// How our text is written into the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// The head declares UTF-8.
    Utf8,
    /// Another encoding: ASCII with character references (`html::escape::ascii`).
    OtherAscii,
    /// The head declares none: as in another encoding, and the page itself may declare one ([`crate::html::meta`]).
    Undeclared,
}

/// Whether the body of the response for `path` (with or without its query) may be rewritten, and in which charset.
///
/// ```
/// use parvis::http::content::{Charset, OriginHead, rewritable};
/// let head = OriginHead { status: 200, content_type: Some("text/html; charset=utf-8"), content_encoding: None };
/// assert_eq!(rewritable(&head, "/"), Ok(Charset::Utf8));
/// ```
///
/// # Errors
/// `Status`, `ContentType`, `Encoding`, `StaticPath` or `Charset`, in this order.
pub fn rewritable(head: &OriginHead<'_>, path: &str) -> Result<Charset, Reason> {
    if head.status != 200 {
        return Err(Reason::Status);
    }
    let (essence, parameters) = head.content_type.map(split_type).ok_or(Reason::ContentType)?;
    if !essence.eq_ignore_ascii_case("text/html") {
        return Err(Reason::ContentType);
    }
    if head.content_encoding.is_some_and(is_coded) {
        return Err(Reason::Encoding);
    }
    if is_static(path) {
        return Err(Reason::StaticPath);
    }
    charset(parameters)
}

/// Whether the response is shown as a page: HTML, or a 304 for a copy that the browser holds.
pub fn is_document(head: &OriginHead<'_>) -> bool {
    let html = |value| split_type(value).0.eq_ignore_ascii_case("text/html");
    head.status == 304 || head.content_type.is_some_and(html)
}

fn split_type(value: &str) -> (&str, &str) {
    let (essence, parameters) = value.split_once(';').unwrap_or((value, ""));
    (essence.trim(), parameters)
}

/// Whether the body is encoded, and so cannot be read here.
fn is_coded(value: &str) -> bool {
    value
        .split(',')
        .map(str::trim)
        .any(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity"))
}

/// File extensions that caches treat as static files whatever their type.
const STATIC: [&str; 46] = [
    "7z", "avi", "avif", "bin", "bmp", "bz2", "css", "csv", "doc", "docx", "dmg", "eot", "exe", "flac",
    "gif", "gz", "ico", "jar", "jpeg", "jpg", "js", "json", "map", "mjs", "mkv", "mp3", "mp4", "ogg", "otf",
    "pdf", "png", "ppt", "pptx", "rar", "svg", "tar", "tif", "tiff", "ttf", "txt", "wasm", "webm", "webp",
    "woff", "woff2", "zip",
];

fn is_static(path: &str) -> bool {
    let path = path.split(['?', '#', ';']).next().unwrap_or_default();
    let file = path.rsplit('/').next().unwrap_or_default();
    file.rsplit_once('.')
        .is_some_and(|(_, ending)| STATIC.iter().any(|known| known.eq_ignore_ascii_case(ending)))
}

fn charset(parameters: &str) -> Result<Charset, Reason> {
    let declared = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
    let Some(label) = declared
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .map(|(_, label)| label)
        .next()
    else {
        return Ok(Charset::Undeclared);
    };
    labelled(label.trim().trim_matches('"').trim())
}

/// How our text is written in the encoding with this label of the WHATWG Encoding standard.
///
/// # Errors
/// `Charset` for labels that are unknown, and for encodings in which markup is not ASCII.
pub fn labelled(label: &str) -> Result<Charset, Reason> {
    let known = |labels: &[&str]| labels.iter().any(|known| known.eq_ignore_ascii_case(label));
    if known(&UTF_8) {
        Ok(Charset::Utf8)
    } else if known(OTHER_ASCII) {
        Ok(Charset::OtherAscii)
    } else {
        Err(Reason::Charset)
    }
}

/// Labels of UTF-8 in the WHATWG Encoding standard.
const UTF_8: [&str; 6] =
    ["unicode-1-1-utf-8", "unicode11utf8", "unicode20utf8", "utf-8", "utf8", "x-unicode20utf8"];

/// Labels of the other encodings in which the bytes of markup are ASCII: all of the standard but UTF-16, ISO-2022-JP,
/// "replacement" and x-user-defined.
const OTHER_ASCII: &[&str] = &[
    "866",
    "ansi_x3.4-1968",
    "arabic",
    "ascii",
    "asmo-708",
    "big5",
    "big5-hkscs",
    "chinese",
    "cn-big5",
    "cp1250",
    "cp1251",
    "cp1252",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1257",
    "cp1258",
    "cp819",
    "cp866",
    "csbig5",
    "cseuckr",
    "cseucpkdfmtjapanese",
    "csgb2312",
    "csibm866",
    "csiso58gb231280",
    "csiso88596e",
    "csiso88596i",
    "csiso88598e",
    "csiso88598i",
    "csisolatin1",
    "csisolatin2",
    "csisolatin3",
    "csisolatin4",
    "csisolatin5",
    "csisolatin6",
    "csisolatin9",
    "csisolatinarabic",
    "csisolatincyrillic",
    "csisolatingreek",
    "csisolatinhebrew",
    "cskoi8r",
    "csksc56011987",
    "csmacintosh",
    "csshiftjis",
    "cyrillic",
    "dos-874",
    "ecma-114",
    "ecma-118",
    "elot_928",
    "euc-jp",
    "euc-kr",
    "gb18030",
    "gb2312",
    "gb_2312",
    "gb_2312-80",
    "gbk",
    "greek",
    "greek8",
    "hebrew",
    "ibm819",
    "ibm866",
    "iso-8859-1",
    "iso-8859-10",
    "iso-8859-11",
    "iso-8859-13",
    "iso-8859-14",
    "iso-8859-15",
    "iso-8859-16",
    "iso-8859-2",
    "iso-8859-3",
    "iso-8859-4",
    "iso-8859-5",
    "iso-8859-6",
    "iso-8859-6-e",
    "iso-8859-6-i",
    "iso-8859-7",
    "iso-8859-8",
    "iso-8859-8-e",
    "iso-8859-8-i",
    "iso-8859-9",
    "iso-ir-100",
    "iso-ir-101",
    "iso-ir-109",
    "iso-ir-110",
    "iso-ir-126",
    "iso-ir-127",
    "iso-ir-138",
    "iso-ir-144",
    "iso-ir-148",
    "iso-ir-149",
    "iso-ir-157",
    "iso-ir-58",
    "iso8859-1",
    "iso8859-10",
    "iso8859-11",
    "iso8859-13",
    "iso8859-14",
    "iso8859-15",
    "iso8859-2",
    "iso8859-3",
    "iso8859-4",
    "iso8859-5",
    "iso8859-6",
    "iso8859-7",
    "iso8859-8",
    "iso8859-9",
    "iso88591",
    "iso885910",
    "iso885911",
    "iso885913",
    "iso885914",
    "iso885915",
    "iso88592",
    "iso88593",
    "iso88594",
    "iso88595",
    "iso88596",
    "iso88597",
    "iso88598",
    "iso88599",
    "iso_8859-1",
    "iso_8859-15",
    "iso_8859-1:1987",
    "iso_8859-2",
    "iso_8859-2:1987",
    "iso_8859-3",
    "iso_8859-3:1988",
    "iso_8859-4",
    "iso_8859-4:1988",
    "iso_8859-5",
    "iso_8859-5:1988",
    "iso_8859-6",
    "iso_8859-6:1987",
    "iso_8859-7",
    "iso_8859-7:1987",
    "iso_8859-8",
    "iso_8859-8:1988",
    "iso_8859-9",
    "iso_8859-9:1989",
    "koi",
    "koi8",
    "koi8-r",
    "koi8-ru",
    "koi8-u",
    "koi8_r",
    "korean",
    "ks_c_5601-1987",
    "ks_c_5601-1989",
    "ksc5601",
    "ksc_5601",
    "l1",
    "l2",
    "l3",
    "l4",
    "l5",
    "l6",
    "l9",
    "latin1",
    "latin2",
    "latin3",
    "latin4",
    "latin5",
    "latin6",
    "logical",
    "mac",
    "macintosh",
    "ms932",
    "ms_kanji",
    "shift-jis",
    "shift_jis",
    "sjis",
    "sun_eu_greek",
    "tis-620",
    "us-ascii",
    "visual",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "windows-1257",
    "windows-1258",
    "windows-31j",
    "windows-874",
    "windows-949",
    "x-cp1250",
    "x-cp1251",
    "x-cp1252",
    "x-cp1253",
    "x-cp1254",
    "x-cp1255",
    "x-cp1256",
    "x-cp1257",
    "x-cp1258",
    "x-euc-jp",
    "x-gbk",
    "x-mac-cyrillic",
    "x-mac-roman",
    "x-mac-ukrainian",
    "x-sjis",
    "x-x-big5",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn head<'a>(content_type: &'a str, content_encoding: Option<&'a str>) -> OriginHead<'a> {
        OriginHead { status: 200, content_type: Some(content_type), content_encoding }
    }

    #[test]
    fn only_a_complete_answer_is_rewritten() {
        for status in [0, 201, 204, 206, 301, 304, 404, 500] {
            let head = OriginHead { status, ..head("text/html", None) };
            assert_eq!(rewritable(&head, "/"), Err(Reason::Status));
        }
    }

    #[test]
    fn only_html_is_rewritten() {
        for other in ["", "text/plain", "application/xhtml+xml", "text/htmlx", "text/html,text/plain"] {
            assert_eq!(rewritable(&head(other, None), "/"), Err(Reason::ContentType), "{other}");
        }
        let none = OriginHead { content_type: None, ..head("", None) };
        assert_eq!(rewritable(&none, "/"), Err(Reason::ContentType));
        assert_eq!(rewritable(&head(" Text/HTML ;charset=utf-8", None), "/"), Ok(Charset::Utf8));
    }

    #[test]
    fn charsets_are_those_in_which_markup_is_ascii() {
        for (declared, expected) in [
            ("text/html", Ok(Charset::Undeclared)),
            ("text/html;charset=UTF8", Ok(Charset::Utf8)),
            ("text/html; charset=\"utf-8\"", Ok(Charset::Utf8)),
            ("text/html; version=1; Charset = Shift_JIS", Ok(Charset::OtherAscii)),
            ("text/html; charset=iso-8859-1", Ok(Charset::OtherAscii)),
            ("text/html; charset=utf-16", Err(Reason::Charset)),
            ("text/html; charset=utf-16le", Err(Reason::Charset)),
            ("text/html; charset=iso-2022-jp", Err(Reason::Charset)),
            ("text/html; charset=iso-2022-kr", Err(Reason::Charset)),
            ("text/html; charset=hz-gb-2312", Err(Reason::Charset)),
            ("text/html; charset=utf-7", Err(Reason::Charset)),
            ("text/html; charset=", Err(Reason::Charset)),
            ("text/html; charset=utf-8; charset=utf-16", Ok(Charset::Utf8)),
        ] {
            assert_eq!(rewritable(&head(declared, None), "/"), expected, "{declared}");
        }
    }

    #[test]
    fn coded_bodies_and_paths_of_files_pass_through() {
        for (coding, expected) in [("gzip", false), ("br, identity", false), ("Identity", true), ("", true)] {
            assert_eq!(rewritable(&head("text/html", Some(coding)), "/").is_ok(), expected, "{coding}");
        }
        for (path, expected) in [
            ("/account/x.css", false),
            ("/a/b.JS?v=1", false),
            ("/a.png;jsessionid=1", false),
            ("/v1.2/home", true),
            ("/index.html", true),
            ("/?file=a.css", true),
            ("", true),
        ] {
            let got = rewritable(&head("text/html", None), path);
            assert_eq!(
                got,
                if expected { Ok(Charset::Undeclared) } else { Err(Reason::StaticPath) },
                "{path}"
            );
        }
    }
}
