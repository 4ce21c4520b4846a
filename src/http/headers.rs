//! Header edits as typed values, and lists of header names.

use alloc::string::String;

/// A header value without line breaks or other control characters.
///
/// ```
/// use parvis::http::headers::Value;
/// assert!(Value::new("private, no-cache".into()).is_some());
/// assert!(Value::new("a\r\nSet-Cookie: b=c".into()).is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value(String);

impl Value {
    /// `text` as a header value; `None` unless it is visible ASCII, spaces and tabs.
    pub fn new(text: String) -> Option<Value> {
        text.bytes().all(|byte| byte == b'\t' || (0x20..0x7f).contains(&byte)).then_some(Value(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&'static str> for Value {
    /// A value of our own source; text that a header cannot hold becomes empty.
    fn from(text: &'static str) -> Value {
        Value::new(text.into()).unwrap_or_else(|| Value(String::new()))
    }
}

/// Conditional and range request headers, which are not used for a page that may change: a 304 would revive a stale
/// variant ([why](crate::docs::caching#conditional-requests-and-ranges)).
pub const CONDITIONAL: &[&str] =
    &["if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "if-range", "range"];

/// Which of the origin's response headers are removed; a host asks for each name with [`Removal::takes`].
///
/// ```
/// use parvis::http::headers::Removal;
/// for name in ["cdn-cache-control", "x-accel-expires", "edge-control", "netlify-vary", "cache-tag"] {
///     assert!(Removal::Shared.takes(name) && !Removal::Bytes.takes(name), "{name}");
/// }
/// assert!(Removal::Bytes.takes("etag") && Removal::All.takes("age") && !Removal::All.takes("vary"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Removal {
    /// None.
    #[default]
    Nothing,
    /// Those of [`OF_THE_BYTES`].
    Bytes,
    /// Those of [`OF_CACHES`].
    Shared,
    /// Both.
    All,
}

/// Forms of names that describe the origin's bytes and are wrong for changed ones: lengths, validators and digests. A `*` at
/// either end stands for anything.
pub const OF_THE_BYTES: &[&str] =
    &["content-length", "*etag", "*last-modified", "accept-ranges", "content-md5", "*digest"];

/// Forms of names that tell a cache whether, how long, for whom or under what name it keeps a response.
///
/// A cache obeys some of them before `Cache-Control` (RFC 9213), and every vendor has its own: `Surrogate-Control` and
/// `Surrogate-Key` (Fastly, *HTTP headers*), `Cloudflare-CDN-Cache-Control`, `Vercel-CDN-Cache-Control`,
/// `Netlify-CDN-Cache-Control` and `Netlify-Vary`, `Akamai-Cache-Control`, `Edge-Control` and `Edge-Cache-Tag` (Akamai),
/// `X-Accel-Expires` (nginx), `X-LiteSpeed-Cache-Control`, `xkey` (Varnish), `No-Vary-Search`. So forms are listed and not names.
pub const OF_CACHES: &[&str] = &[
    "*cache*",
    "*cdn*",
    "*surrogate*",
    "edge-*",
    "*edge-control",
    "*expires",
    "*ttl",
    "age",
    "*-age",
    "*vary*",
    "x-litespeed-*",
    "key",
    "xkey",
    "pragma",
];

/// Names that have one of the forms and stay: what the engine sets or adds to itself, and a line about preflight requests.
const STAYS: &[&str] = &["cache-control", "vary", "access-control-max-age"];

impl Removal {
    /// Whether the response header with this name, in lower case, is removed.
    pub fn takes(self, name: &str) -> bool {
        self.forms().any(|form| fits(form, name)) && !STAYS.contains(&name)
    }

    /// The forms of names that are removed.
    pub fn forms(self) -> impl Iterator<Item = &'static str> {
        let (bytes, caches) = match self {
            Removal::Nothing => (&[][..], &[][..]),
            Removal::Bytes => (OF_THE_BYTES, &[][..]),
            Removal::Shared => (&[][..], OF_CACHES),
            Removal::All => (OF_THE_BYTES, OF_CACHES),
        };
        bytes.iter().chain(caches).copied()
    }
}

/// Whether a name has this form.
fn fits(form: &str, name: &str) -> bool {
    match (form.strip_prefix('*'), form.strip_suffix('*')) {
        (Some(end), None) => name.ends_with(end),
        (None, Some(start)) => name.starts_with(start),
        (None, None) => name == form,
        (Some(rest), Some(_)) => {
            let inner = rest.strip_suffix('*').unwrap_or(rest).as_bytes();
            name.as_bytes().windows(inner.len().max(1)).any(|part| part == inner)
        }
    }
}
