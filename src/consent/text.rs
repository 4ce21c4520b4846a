//! Cutting text at single ASCII characters: one small routine that every reader shares, so that the browser downloads it once.

/// The pieces of a text between the occurrences of one ASCII character, at least one.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    rest: Option<&'a str>,
    at: u8,
}

/// The pieces of `text` between the occurrences of `at`, which must be ASCII.
///
/// ```
/// assert!(parvis::consent::text::parts("a;;b", b';').eq(["a", "", "b"]));
/// ```
pub const fn parts(text: &str, at: u8) -> Parts<'_> {
    Parts { rest: Some(text), at }
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    #[inline(never)]
    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let (head, tail) = match pair(rest, self.at) {
            Some((head, tail)) => (head, Some(tail)),
            None => (rest, None),
        };
        self.rest = tail;
        Some(head)
    }
}

/// The text before and behind the first `at`.
#[inline(never)]
pub fn pair(text: &str, at: u8) -> Option<(&str, &str)> {
    let index = memchr::memchr(at, text.as_bytes())?;
    Some((text.get(..index)?, text.get(index + 1..)?))
}

/// The text before and behind the last `at`.
#[inline(never)]
pub fn last_pair(text: &str, at: u8) -> Option<(&str, &str)> {
    let index = text.bytes().rposition(|byte| byte == at)?;
    Some((text.get(..index)?, text.get(index + 1..)?))
}

/// The text before the first `at`, or all of it.
pub fn before(text: &str, at: u8) -> &str {
    pair(text, at).map_or(text, |(head, _)| head)
}

/// The text without these ASCII characters at its ends.
#[inline(never)]
pub fn trim<'a>(text: &'a str, set: &[u8]) -> &'a str {
    let mut bytes = text.as_bytes();
    while let Some((first, rest)) = bytes.split_first()
        && set.contains(first)
    {
        bytes = rest;
    }
    while let Some((last, rest)) = bytes.split_last()
        && set.contains(last)
    {
        bytes = rest;
    }
    // Only ASCII was cut off, so what is left is still text.
    core::str::from_utf8(bytes).unwrap_or_default()
}

/// The number of 1 to 9 decimal digits.
///
/// ```
/// use parvis::consent::text::number;
/// assert_eq!(number("42"), Some(42));
/// assert_eq!((number(""), number("+1"), number("1234567890")), (None, None, None));
/// ```
#[inline(never)]
pub fn number(text: &str) -> Option<u32> {
    if text.is_empty() || text.len() > 9 {
        return None;
    }
    text.bytes().try_fold(0, |value, byte| {
        let digit = byte.is_ascii_digit().then(|| byte - b'0')?;
        Some(value * 10 + u32::from(digit))
    })
}
