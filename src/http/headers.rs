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

macro_rules! lists {
    (bytes: [$($bytes:literal),*], shared: [$($shared:literal),*]) => {
        /// Response headers that describe the origin's bytes and are wrong for changed ones.
        pub const OF_THE_BYTES: &[&str] = &[$($bytes),*];

        /// Headers that let a shared cache store a response, whatever its `Cache-Control` (RFC 9213; RFC 9111 section 5).
        pub const SHARED: &[&str] = &[$($shared),*];

        /// [`OF_THE_BYTES`] and [`SHARED`].
        pub const OF_THE_BYTES_AND_SHARED: &[&str] = &[$($bytes,)* $($shared),*];
    };
}

lists! {
    bytes: [
        "content-length",
        "etag",
        "last-modified",
        "accept-ranges",
        "content-md5",
        "digest",
        "content-digest",
        "repr-digest"
    ],
    shared: [
        "surrogate-control",
        "surrogate-key",
        "cdn-cache-control",
        "cloudflare-cdn-cache-control",
        "expires",
        "age",
        "pragma"
    ]
}
