//! A small bounded reader of the JSON that banners store: no tree, no allocation, eight levels deep.
//!
//! It calls back once for every value with the keys that lead to it. Text that is not JSON gives `false`, and the caller
//! throws away what it has seen.

/// Deepest nesting that is read (facts/consent.md §4).
pub const DEPTH: usize = 8;

/// One step from a container to a value in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A key of an object, with its escapes left as they are.
    Key(&'a str),
    /// An element of an array.
    Item,
}

/// A value; containers are reported when they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// `{`
    Object,
    /// `[`
    Array,
    /// A string, with its escapes left as they are.
    Text(&'a str),
    /// A number as it was written.
    Number(&'a str),
    /// `true` or `false`.
    Bool(bool),
    /// `null`
    Null,
}

/// Calls `see` for every value of `text`, outer ones first; whether the whole text is one JSON value.
///
/// ```
/// use parvis::consent::json::{Step, Value, walk};
/// let mut answer = None;
/// let whole = walk(r#"{"ads":false,"list":[1]}"#, &mut |path, value| {
///     if path == [Step::Key("ads")] {
///         answer = Some(value);
///     }
/// });
/// assert!(whole);
/// assert_eq!(answer, Some(Value::Bool(false)));
/// assert!(!walk("{\"a\":1", &mut |_, _| {}));
/// ```
pub fn walk<'a>(text: &'a str, see: &mut dyn FnMut(&[Step<'a>], Value<'a>)) -> bool {
    let mut reader = Reader { text, at: 0, path: [Step::Item; DEPTH], see };
    reader.value(0).is_some() && {
        reader.space();
        reader.at == text.len()
    }
}

struct Reader<'a, 'f> {
    text: &'a str,
    at: usize,
    path: [Step<'a>; DEPTH],
    see: &'f mut dyn FnMut(&[Step<'a>], Value<'a>),
}

impl<'a> Reader<'a, '_> {
    fn value(&mut self, depth: usize) -> Option<()> {
        self.space();
        match self.peek()? {
            b'{' => self.container(depth, b'}', Value::Object),
            b'[' => self.container(depth, b']', Value::Array),
            b'"' => {
                let text = self.string()?;
                self.tell(depth, Value::Text(text))
            }
            b't' => self.word(depth, "true", Value::Bool(true)),
            b'f' => self.word(depth, "false", Value::Bool(false)),
            b'n' => self.word(depth, "null", Value::Null),
            _ => self.number(depth),
        }
    }

    /// An object or an array; recursion is at most [`DEPTH`] deep.
    fn container(&mut self, depth: usize, close: u8, kind: Value<'a>) -> Option<()> {
        if depth >= DEPTH {
            return None;
        }
        self.tell(depth, kind)?;
        self.at += 1;
        self.space();
        if self.peek()? == close {
            self.at += 1;
            return Some(());
        }
        loop {
            self.space();
            let step = if kind == Value::Object {
                let key = self.string()?;
                self.space();
                self.expect(b':')?;
                Step::Key(key)
            } else {
                Step::Item
            };
            *self.path.get_mut(depth)? = step;
            self.value(depth + 1)?;
            self.space();
            if self.peek()? == close {
                self.at += 1;
                return Some(());
            }
            self.expect(b',')?;
        }
    }

    fn string(&mut self) -> Option<&'a str> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                0..=0x1f => return None,
                _ => self.at += 1,
            }
        }
        let text = self.text.get(start..self.at)?;
        self.at += 1;
        Some(text)
    }

    fn number(&mut self, depth: usize) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')) {
            self.at += 1;
        }
        let text = self.text.get(start..self.at)?;
        let digits = text.strip_prefix('-').unwrap_or(text);
        digits.as_bytes().first()?.is_ascii_digit().then_some(())?;
        self.tell(depth, Value::Number(text))
    }

    fn word(&mut self, depth: usize, word: &str, value: Value<'a>) -> Option<()> {
        let end = self.at + word.len();
        (self.text.get(self.at..end)? == word).then_some(())?;
        self.at = end;
        self.tell(depth, value)
    }

    fn tell(&mut self, depth: usize, value: Value<'a>) -> Option<()> {
        (self.see)(self.path.get(..depth)?, value);
        Some(())
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
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
            ("{\"a\":1,}", false),
            ("{\"a\" 1}", false),
            ("{a:1}", false),
            ("\"a", false),
            ("\"a\\", false),
            ("tru", false),
            ("1 2", false),
            ("-", false),
            ("", false),
        ] {
            assert_eq!(walk(text, &mut |_, _| {}), whole, "{text}");
        }
    }
}
