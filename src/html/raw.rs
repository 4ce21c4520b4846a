//! Readers of text that is not markup: raw text up to its end tag, scripts with their escaped states, CDATA, comments.
//!
//! Every reader gets a window and an offset and returns where it stopped. Its state between two windows is small and
//! never holds bytes, so text can be written as soon as it is read.

use memchr::{memchr, memchr2};

use super::names;

/// The result of looking ahead behind a `<`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ahead {
    Yes,
    No,
    /// The window ends too early to decide.
    Unknown,
}

/// Where a reader stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Where the end of the text begins (raw text) or has just ended (comments, CDATA).
    End(usize),
    /// Everything before this offset was read; more bytes are needed.
    More(usize),
}

/// Looks ahead for `prefix`, then `name`, then a byte that ends a tag's name.
fn tag_ahead(window: &[u8], at: usize, prefix: &[u8], name: &[u8]) -> Ahead {
    let mut rest = window.get(at..).unwrap_or_default().iter();
    for expected in prefix.iter().chain(name) {
        match rest.next() {
            Some(byte) if byte.eq_ignore_ascii_case(expected) => {}
            Some(_) => return Ahead::No,
            None => return Ahead::Unknown,
        }
    }
    match rest.next() {
        Some(b'\t' | b'\n' | 0x0C | b'\r' | b' ' | b'/' | b'>') => Ahead::Yes,
        Some(_) => Ahead::No,
        None => Ahead::Unknown,
    }
}

/// Looks ahead for exactly `text` at `at`.
pub(crate) fn text_ahead(window: &[u8], at: usize, text: &[u8]) -> Ahead {
    let mut rest = window.get(at..).unwrap_or_default().iter();
    for expected in text {
        match rest.next() {
            Some(byte) if byte.eq_ignore_ascii_case(expected) => {}
            Some(_) => return Ahead::No,
            None => return Ahead::Unknown,
        }
    }
    Ahead::Yes
}

/// Script state: plain, inside `<!--`, or inside a script inside that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escape {
    Plain,
    Escaped,
    DoubleEscaped,
}

/// Raw text in progress.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawText {
    name: u64,
    escape: Escape,
    dashes: u8,
}

impl RawText {
    /// A reader for the content of the element with this packed name.
    pub(crate) fn of(name: u64) -> Self {
        Self { name, escape: Escape::Plain, dashes: 0 }
    }

    /// Reads up to the `<` of the end tag.
    pub(crate) fn read(&mut self, window: &[u8], at: usize) -> Stop {
        let packed = self.name.to_le_bytes();
        let length = packed.iter().position(|byte| *byte == 0).unwrap_or(packed.len());
        let name = packed.get(..length).unwrap_or_default();
        if self.name == names::SCRIPT { self.read_script(window, at) } else { read_raw(window, at, name) }
    }

    fn read_script(&mut self, window: &[u8], mut at: usize) -> Stop {
        loop {
            let rest = window.get(at..).unwrap_or_default();
            if self.escape == Escape::Plain {
                let Some(skipped) = memchr(b'<', rest) else { return Stop::More(window.len()) };
                at += skipped;
                let ahead = match window.get(at + 1) {
                    Some(b'/') => (tag_ahead(window, at, b"</", b"script"), Ahead::No),
                    Some(b'!') => (Ahead::No, text_ahead(window, at, b"<!--")),
                    Some(_) => (Ahead::No, Ahead::No),
                    None => return Stop::More(at),
                };
                match ahead {
                    (Ahead::Yes, _) => return Stop::End(at),
                    (_, Ahead::Yes) => {
                        self.escape = Escape::Escaped;
                        self.dashes = 2;
                        at += 4;
                    }
                    (Ahead::No, Ahead::No) => at += 1,
                    _ => return Stop::More(at),
                }
                continue;
            }
            if self.dashes == 0 {
                let Some(skipped) = memchr2(b'<', b'-', rest) else { return Stop::More(window.len()) };
                at += skipped;
            }
            match window.get(at) {
                None => return Stop::More(at),
                Some(b'-') => self.dashes = self.dashes.saturating_add(1).min(2),
                Some(b'>') if self.dashes == 2 => {
                    self.escape = Escape::Plain;
                    self.dashes = 0;
                }
                Some(b'<') => {
                    let closing = tag_ahead(window, at, b"</", b"script");
                    let opening = tag_ahead(window, at, b"<", b"script");
                    match (self.escape, closing, opening) {
                        (Escape::Escaped, Ahead::Yes, _) => return Stop::End(at),
                        (Escape::Escaped, _, Ahead::Yes) => self.escape = Escape::DoubleEscaped,
                        (Escape::DoubleEscaped, Ahead::Yes, _) => self.escape = Escape::Escaped,
                        (_, Ahead::Unknown, _) | (_, _, Ahead::Unknown) => return Stop::More(at),
                        _ => {}
                    }
                    self.dashes = 0;
                }
                Some(_) => self.dashes = 0,
            }
            at += 1;
        }
    }
}

fn read_raw(window: &[u8], mut at: usize, name: &[u8]) -> Stop {
    loop {
        let rest = window.get(at..).unwrap_or_default();
        let Some(skipped) = memchr(b'<', rest) else { return Stop::More(window.len()) };
        at += skipped;
        match tag_ahead(window, at, b"</", name) {
            Ahead::Yes => return Stop::End(at),
            Ahead::No => at += 1,
            Ahead::Unknown => return Stop::More(at),
        }
    }
}

/// State of a comment by its last bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CommentTail {
    /// Just behind `<!--`, where `>` ends it at once.
    Start,
    /// Behind `<!---`.
    StartDash,
    Text,
    Dash,
    Dashes,
    /// Behind `--!`.
    Bang,
}

impl CommentTail {
    /// Reads up to behind the `>` that ends the comment.
    pub(crate) fn read(&mut self, window: &[u8], mut at: usize) -> Stop {
        loop {
            if *self == Self::Text {
                let rest = window.get(at..).unwrap_or_default();
                let Some(skipped) = memchr(b'-', rest) else { return Stop::More(window.len()) };
                at += skipped;
            }
            let Some(byte) = window.get(at) else { return Stop::More(at) };
            at += 1;
            *self = match (*self, byte) {
                (Self::Start | Self::StartDash | Self::Dashes | Self::Bang, b'>') => return Stop::End(at),
                (Self::Start, b'-') => Self::StartDash,
                (Self::StartDash | Self::Dash | Self::Dashes, b'-') => Self::Dashes,
                (Self::Text | Self::Bang, b'-') => Self::Dash,
                (Self::Dashes, b'!') => Self::Bang,
                _ => Self::Text,
            };
        }
    }
}

/// Reads CDATA up to behind its `]]>`; `brackets` counts the `]` just before. If `doubtful`, any other
/// `>` ends it as well, with fewer than two brackets.
pub(crate) fn read_cdata(brackets: &mut u8, doubtful: bool, window: &[u8], mut at: usize) -> Stop {
    loop {
        if *brackets == 0 {
            let rest = window.get(at..).unwrap_or_default();
            let found = if doubtful { memchr2(b']', b'>', rest) } else { memchr(b']', rest) };
            let Some(skipped) = found else { return Stop::More(window.len()) };
            at += skipped;
        }
        let Some(byte) = window.get(at) else { return Stop::More(at) };
        at += 1;
        match byte {
            b']' => *brackets = brackets.saturating_add(1).min(2),
            b'>' if *brackets == 2 || doubtful => return Stop::End(at),
            _ => *brackets = 0,
        }
    }
}
