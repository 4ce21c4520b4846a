//! Tokenizer: bytes of a page to tags and comments, by the tokenizer states of the HTML standard that blocks need.
//!
//! It may stop at every byte and continue in the next window. It allocates nothing. At most the unfinished tag (up to
//! `limits::TAG_BYTES`) or a short comment has to be passed again. It has no element rules: the caller sets whether text,
//! not markup, follows and whether CDATA is allowed. Character data is never reported.

use memchr::memchr;

use super::raw::{Ahead, CommentTail, RawText, Stop, read_cdata, text_ahead};
use super::tag::Tag;
use super::tag_in_window::seek;
use crate::limits;

/// Longest comment that can be a marker: `<!--/block:` with the longest id, `-->`, and 16 blanks around what it says.
const MARKER_COMMENT: usize = 11 + limits::ID_BYTES + 3 + 16;

/// A token, or the point from which parsers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// `Tokenizer::tag` is complete.
    Tag,
    /// A comment short enough to be a marker.
    Comment {
        start: usize,
        end: usize,
    },
    Doctype {
        start: usize,
        end: usize,
    },
    /// Parsers differ from here on.
    Doubt,
}

/// The meaning of `<![CDATA[` at the current place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cdata {
    /// A comment up to the first `>`: in HTML.
    Comment,
    /// Text up to `]]>`: in svg and math.
    Text,
    /// Text by the standard, in an integration point of svg or math, but a comment for some parsers.
    Doubtful,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Data,
    Tag,
    Comment { start: usize, tail: CommentTail, held: bool },
    Bogus,
    Doctype { start: usize, held: bool },
    Cdata { brackets: u8, doubtful: bool },
    Raw(RawText),
    Plaintext,
}

/// The tokenizer; offsets are offsets in the current window.
#[derive(Clone, Debug)]
pub(crate) struct Tokenizer {
    state: State,
    at: usize,
    /// The tag that was last read.
    pub(crate) tag: Tag,
    /// Whether `<![CDATA[` begins CDATA here; else it is a bogus comment.
    pub(crate) cdata: Cdata,
}

impl Tokenizer {
    pub(crate) fn new() -> Self {
        Self { state: State::Data, at: 0, tag: Tag::begin(0, false), cdata: Cdata::Comment }
    }

    /// Switches to raw text up to the end tag of this packed name.
    pub(crate) fn enter_raw(&mut self, name: u64) {
        self.state = State::Raw(RawText::of(name));
    }

    /// Switches to plain text: nothing that follows is markup.
    pub(crate) fn enter_plaintext(&mut self) {
        self.state = State::Plaintext;
    }

    /// The current offset, if text or a tag comes next.
    #[inline(always)]
    pub(crate) fn in_data(&mut self) -> Option<&mut usize> {
        matches!(self.state, State::Data).then_some(&mut self.at)
    }

    /// The offset up to which the window was read.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// The first byte of the window that has to be passed again in the next window.
    pub(crate) fn keep(&self) -> usize {
        match self.state {
            State::Tag if !self.tag.long => self.tag.start,
            State::Comment { start, held: true, .. } | State::Doctype { start, held: true } => start,
            _ => self.at,
        }
    }

    /// Moves all offsets after the first `by` bytes of the window, at most `keep()`, were dropped.
    pub(crate) fn rebase(&mut self, by: usize) {
        self.at = self.at.wrapping_sub(by);
        self.tag.rebase(by);
        match &mut self.state {
            State::Comment { start, .. } | State::Doctype { start, .. } => *start = start.wrapping_sub(by),
            _ => {}
        }
    }

    /// The next token, or `None` when the window is used up.
    #[inline]
    pub(crate) fn next(&mut self, window: &[u8], marker: &[u8]) -> Option<Token> {
        loop {
            match self.state {
                State::Data => {
                    let Some(found) = seek(b'<', window, self.at) else {
                        self.at = window.len();
                        return None;
                    };
                    self.at = found;
                    match *window.get(found + 1)? {
                        b'a'..=b'z' | b'A'..=b'Z' => {
                            if self.begin_tag(window, found, false, marker) {
                                return Some(Token::Tag);
                            }
                        }
                        b'/' => match *window.get(found + 2)? {
                            b'a'..=b'z' | b'A'..=b'Z' => {
                                if self.begin_tag(window, found, true, marker) {
                                    return Some(Token::Tag);
                                }
                            }
                            b'>' => self.at += 3,
                            _ => {
                                self.state = State::Bogus;
                                self.at += 2;
                            }
                        },
                        b'!' => self.declaration(window)?,
                        b'?' => {
                            self.state = State::Bogus;
                            self.at += 2;
                        }
                        _ => self.at += 1,
                    }
                }
                State::Tag => {
                    let (at, complete) = self.tag.read(window, self.at, marker);
                    self.at = at;
                    if !complete {
                        return None;
                    }
                    self.state = State::Data;
                    return Some(Token::Tag);
                }
                State::Comment { start, mut tail, held } => match tail.read(window, self.at) {
                    Stop::End(end) => {
                        self.at = end;
                        self.state = State::Data;
                        if held && end.wrapping_sub(start) <= MARKER_COMMENT {
                            return Some(Token::Comment { start, end });
                        }
                    }
                    Stop::More(at) => {
                        self.at = at;
                        let held =
                            held && at.wrapping_sub(start) < MARKER_COMMENT && may_be_marker(window, start);
                        self.state = State::Comment { start, tail, held };
                        return None;
                    }
                },
                State::Bogus => {
                    let rest = window.get(self.at..)?;
                    match memchr(b'>', rest) {
                        Some(length) => {
                            self.at += length + 1;
                            self.state = State::Data;
                        }
                        None => {
                            self.at += rest.len();
                            return None;
                        }
                    }
                }
                State::Doctype { start, held } => {
                    let rest = window.get(self.at..)?;
                    match memchr(b'>', rest) {
                        Some(length) => {
                            self.at += length + 1;
                            self.state = State::Data;
                            if held && self.at.wrapping_sub(start) <= limits::TAG_BYTES {
                                return Some(Token::Doctype { start, end: self.at });
                            }
                        }
                        None => {
                            self.at += rest.len();
                            let held = held && self.at.wrapping_sub(start) <= limits::TAG_BYTES;
                            self.state = State::Doctype { start, held };
                            return None;
                        }
                    }
                }
                State::Cdata { mut brackets, doubtful } => {
                    match read_cdata(&mut brackets, doubtful, window, self.at) {
                        Stop::End(end) => {
                            self.at = end;
                            self.state = State::Data;
                            if brackets < 2 {
                                return Some(Token::Doubt);
                            }
                        }
                        Stop::More(at) => {
                            self.at = at;
                            self.state = State::Cdata { brackets, doubtful };
                            return None;
                        }
                    }
                }
                State::Raw(mut text) => match text.read(window, self.at) {
                    Stop::End(at) => {
                        self.tag = Tag::begin(at, true);
                        self.state = State::Tag;
                        self.at = at + 2;
                    }
                    Stop::More(at) => {
                        self.at = at;
                        self.state = State::Raw(text);
                        return None;
                    }
                },
                State::Plaintext => {
                    self.at = window.len();
                    return None;
                }
            }
        }
    }

    /// Handles the start of a tag: true if it lies completely in the window and was parsed.
    #[inline(always)]
    fn begin_tag(&mut self, window: &[u8], start: usize, closing: bool, marker: &[u8]) -> bool {
        if let Some(end) = self.tag.quick(window, start, closing, marker) {
            self.at = end;
            return true;
        }
        self.tag = Tag::begin(start, closing);
        self.state = State::Tag;
        self.at = start + 1 + usize::from(closing);
        false
    }

    /// Reads what follows `<!`; `None` if the window ends before that is clear.
    fn declaration(&mut self, window: &[u8]) -> Option<()> {
        let start = self.at;
        let comment = text_ahead(window, start, b"<!--");
        let doctype = text_ahead(window, start, b"<!doctype");
        // CDATA alone is spelled in capitals only.
        let cdata = match text_ahead(window, start, b"<![CDATA[") {
            Ahead::Yes if window.get(start + 3..start + 8) != Some(b"CDATA") => Ahead::No,
            ahead => ahead,
        };
        if comment == Ahead::Yes {
            self.state = State::Comment { start, tail: CommentTail::Start, held: true };
            self.at += 4;
        } else if doctype == Ahead::Yes {
            self.state = State::Doctype { start, held: true };
            self.at += 9;
        } else if cdata == Ahead::Yes && self.cdata != Cdata::Comment {
            self.state = State::Cdata { brackets: 0, doubtful: self.cdata == Cdata::Doubtful };
            self.at += 9;
        } else if [comment, doctype, cdata].contains(&Ahead::Unknown) {
            return None;
        } else {
            self.state = State::Bogus;
            self.at += 2;
        }
        Some(())
    }
}

/// Whether the unfinished comment at `start` could become a marker.
fn may_be_marker(window: &[u8], start: usize) -> bool {
    let forms: [&[u8]; 2] = [b"block", b"/block:"];
    let shown = start.checked_add(4).and_then(|at| window.get(at..)).unwrap_or_default().trim_ascii_start();
    forms.iter().any(|form| shown.iter().zip(form.iter()).all(|(shown, expected)| shown == expected))
}
