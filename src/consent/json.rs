//! A small bounded reader of the JSON that banners store: no tree, no allocation, eight levels deep.
//!
//! It calls back once for every value with the keys that lead to it. Text that is not JSON gives `false`, and the caller
//! throws away what it has seen.

use crate::base::split::slice;

/// Deepest nesting that is read, so that recursion is bounded.
pub const DEPTH: usize = 8;
/// The step to an element of an array; no key can be written like that, for JSON escapes control characters.
pub const ITEM: &str = "\u{1}";

/// A value; containers are reported when they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// `{`
    Object,
    /// `[`
    Array,
    /// A string, with its escapes left as they are.
    Text(&'a str),
    /// A number, `true`, `false` or `null`, as it was written.
    Bare(&'a str),
}

/// Calls `see` for every value of `text`, outer ones first; whether the whole text is one JSON value. The path is made of
/// keys, their escapes left as they are, and of [`ITEM`].
///
/// ```
/// use parvis::consent::json::{Value, walk};
/// let mut answer = None;
/// let whole = walk(r#"{"ads":false,"list":[1]}"#, &mut |path, value| {
///     if path == ["ads"] {
///         answer = Some(value);
///     }
/// });
/// assert!(whole);
/// assert_eq!(answer, Some(Value::Bare("false")));
/// assert!(!walk("{\"a\":1", &mut |_, _| {}));
/// ```
pub fn walk<'a>(text: &'a str, see: &mut dyn FnMut(&[&'a str], Value<'a>)) -> bool {
    let mut reader = Reader { text, at: 0, path: [""; DEPTH], broken: false, see };
    reader.value(0);
    !reader.broken && reader.at == text.len()
}

/// A reader that notes that something was wrong and stops there: what follows is the end of the text.
struct Reader<'a, 'f> {
    text: &'a str,
    at: usize,
    path: [&'a str; DEPTH],
    broken: bool,
    see: &'f mut dyn FnMut(&[&'a str], Value<'a>),
}

impl<'a> Reader<'a, '_> {
    /// A value with the space around it; recursion is at most [`DEPTH`] deep.
    fn value(&mut self, depth: usize) {
        let value = match self.next() {
            b'{' => return self.container(depth, b'}', Value::Object),
            b'[' => return self.container(depth, b']', Value::Array),
            b'"' => Value::Text(self.string()),
            _ => Value::Bare(self.bare()),
        };
        self.tell(depth, value);
        self.next();
    }

    fn container(&mut self, depth: usize, close: u8, kind: Value<'a>) {
        if depth >= DEPTH {
            return self.fail();
        }
        self.tell(depth, kind);
        self.at += 1;
        let mut divider = self.next() != close;
        while divider {
            let mut step = ITEM;
            if kind == Value::Object {
                self.next();
                step = self.string();
                self.expect(b':');
            }
            if let Some(place) = self.path.get_mut(depth) {
                *place = step;
            }
            if self.broken {
                return;
            }
            self.value(depth + 1);
            divider = self.next() == b',';
            if divider {
                self.at += 1;
            }
        }
        self.expect(close);
        self.next();
    }

    /// The text of a string, whose quotes are passed.
    #[cfg_attr(target_family = "wasm", inline(never))]
    fn string(&mut self) -> &'a str {
        self.expect(b'"');
        let start = self.at;
        loop {
            match self.peek() {
                b'"' => break,
                b'\\' => self.at += 1,
                0..=0x1f => {
                    self.fail();
                    break;
                }
                _ => {}
            }
            self.at += 1;
        }
        let text = slice(self.text, start, self.at);
        self.at += 1;
        text
    }

    /// A word or a number; what it looks like decides later whether it counts.
    fn bare(&mut self) -> &'a str {
        let start = self.at;
        while matches!(self.peek(), b'0'..=b'9' | b'a'..=b'z' | b'E' | b'-' | b'+' | b'.') {
            self.at += 1;
        }
        let text = slice(self.text, start, self.at);
        let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
        let number = digits.first().is_some_and(u8::is_ascii_digit)
            && digits.iter().all(|byte| *byte == b'e' || !byte.is_ascii_lowercase());
        if !number && !matches!(text, "true" | "false" | "null") {
            self.fail();
        }
        text
    }

    fn tell(&mut self, depth: usize, value: Value<'a>) {
        if let Some(path) = self.path.get(..depth)
            && !self.broken
        {
            (self.see)(path, value);
        }
    }

    /// The next byte that is no space, where the reader then stands; 0 at the end.
    #[cfg_attr(target_family = "wasm", inline(never))]
    fn next(&mut self) -> u8 {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
        self.peek()
    }

    #[cfg_attr(target_family = "wasm", inline(never))]
    fn expect(&mut self, byte: u8) {
        if self.next() == byte {
            self.at += 1;
        } else {
            self.fail();
        }
    }

    fn fail(&mut self) {
        self.broken = true;
        self.at = self.text.len();
    }

    #[cfg_attr(target_family = "wasm", inline(never))]
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_json_and_what_is_not() {
        for (text, whole) in [
            ("{}", true),
            (" [1, -2.5e3, \"a\\\"b\", null] ", true),
            ("{\"a\":{\"b\":[{}]}}", true),
            ("[[[[[[[[1]]]]]]]]", true),
            ("[[[[[[[[[1]]]]]]]]]", false),
            ("[[[[[[[[[]]]]]]]]]", false),
            ("{\"a\":1,}", false),
            ("[1,]", false),
            ("{\"a\" 1}", false),
            ("{a:1}", false),
            ("\"a", false),
            ("\"a\\", false),
            ("tru", false),
            ("truefalse", false),
            ("1a", false),
            ("1 2", false),
            ("1}", false),
            ("-", false),
            ("", false),
        ] {
            assert_eq!(walk(text, &mut |_, _| {}), whole, "{text}");
        }
    }
}
