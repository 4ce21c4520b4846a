//! Splitting text at single ASCII characters: a few small functions that every parser shares, which keeps the browser
//! module small.

/// The part of `text` from byte `from` up to `to`; empty if the range is outside the text or not at character boundaries.
///
/// ```
/// use parvis::base::split::slice;
/// assert_eq!((slice("abc", 1, 3), slice("abc", 2, 4), slice("é", 1, 2)), ("bc", "", ""));
/// ```
#[cfg_attr(target_family = "wasm", inline(never))]
pub fn slice(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// The index of the first `at` in `text`, or its length.
#[cfg_attr(target_family = "wasm", inline(never))]
pub fn find(text: &str, at: u8) -> usize {
    memchr::memchr(at, text.as_bytes()).unwrap_or(text.len())
}

/// Cuts off and returns the text before the first `at`, and removes `at`; without one, everything.
///
/// ```
/// let mut rest = "a;b";
/// assert_eq!((parvis::base::split::next(&mut rest, b';'), rest), ("a", "b"));
/// assert_eq!((parvis::base::split::next(&mut rest, b';'), rest), ("b", ""));
/// ```
#[cfg_attr(target_family = "wasm", inline(never))]
pub fn next<'a>(rest: &mut &'a str, at: u8) -> &'a str {
    let text = *rest;
    let index = find(text, at);
    *rest = slice(text, index + 1, text.len());
    slice(text, 0, index)
}

/// An iterator over the pieces of a text between the occurrences of one ASCII character, at least one.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    rest: &'a str,
    at: u8,
    over: bool,
}

/// The pieces of `text` between the occurrences of `at`, which must be ASCII.
///
/// ```
/// assert!(parvis::base::split::parts("a;;b", b';').eq(["a", "", "b"]));
/// assert!(parvis::base::split::parts("a;", b';').eq(["a", ""]));
/// ```
pub const fn parts(text: &str, at: u8) -> Parts<'_> {
    Parts { rest: text, at, over: false }
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    #[cfg_attr(target_family = "wasm", inline(never))]
    fn next(&mut self) -> Option<&'a str> {
        if self.over {
            return None;
        }
        let before = self.rest.len();
        let part = next(&mut self.rest, self.at);
        self.over = part.len() == before;
        Some(part)
    }
}

/// The text before and after the first `at`.
pub fn pair(text: &str, at: u8) -> Option<(&str, &str)> {
    let mut rest = text;
    let head = next(&mut rest, at);
    (head.len() < text.len()).then_some((head, rest))
}

/// The text before the first `at`, or all of it.
pub fn before(text: &str, at: u8) -> &str {
    let mut rest = text;
    next(&mut rest, at)
}

/// The text without these ASCII characters at its ends.
#[cfg_attr(target_family = "wasm", inline(never))]
pub fn trim<'a>(text: &'a str, set: &[u8]) -> &'a str {
    let bytes = text.as_bytes();
    let kept = |byte: &u8| !set.contains(byte);
    if bytes.first().is_none_or(kept) && bytes.last().is_none_or(kept) {
        return text;
    }
    let from = bytes.iter().position(kept).unwrap_or(bytes.len());
    let to = bytes.iter().rposition(kept).map_or(from, |last| last + 1);
    slice(text, from, to)
}

/// The number of 1 to 9 decimal digits.
///
/// ```
/// use parvis::base::split::number;
/// assert_eq!(number("42"), Some(42));
/// assert_eq!((number(""), number("+1"), number("1234567890")), (None, None, None));
/// ```
#[cfg_attr(target_family = "wasm", inline(never))]
pub fn number(text: &str) -> Option<u32> {
    if text.len() > 9 {
        return None;
    }
    u32::try_from(digits(text)?).ok()
}

/// The number of 1 to 15 decimal digits.
#[cfg_attr(target_family = "wasm", inline(never))]
pub fn digits(text: &str) -> Option<i64> {
    let fits = !text.is_empty() && text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.bytes().fold(0, |value, byte| value * 10 + i64::from(byte & 15)))
}
