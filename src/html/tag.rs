//! Resumable parser of one tag: name, attributes, end, by the attribute states of the HTML standard.
//!
//! Only the marker attribute's value is stored, and whether the two attributes are present that decide about namespaces.
//! A tag may stop at any byte and continue in a later window. Offsets are offsets in the window.

use memchr::memchr;

use super::names::{self, Name};
use crate::limits;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Name,
    BeforeAttribute,
    AttributeName,
    AfterAttributeName,
    BeforeValue,
    DoubleQuoted,
    SingleQuoted,
    Unquoted,
    AfterQuoted,
    SelfClosing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Catch {
    Nothing,
    Marker,
    Encoding,
}

/// A tag, complete or not.
#[derive(Clone, Debug)]
pub(crate) struct Tag {
    /// Where its `<` is.
    pub(crate) start: usize,
    /// Just behind its `>`.
    pub(crate) end: usize,
    pub(crate) name: Name,
    pub(crate) closing: bool,
    pub(crate) self_closing: bool,
    /// Longer than may be held back: its marker and its long name cannot be used.
    pub(crate) long: bool,
    /// The value of the first marker attribute.
    pub(crate) marker: Option<(usize, usize)>,
    /// Whether it is a `font` with color, face or size.
    pub(crate) font_style: bool,
    /// Whether it is an `annotation-xml` that contains HTML.
    pub(crate) html_encoding: bool,
    name_end: usize,
    phase: Phase,
    /// Where the attribute's name, then its value, began.
    mark: usize,
    catch: Catch,
    encoding_seen: bool,
}

impl Tag {
    /// A tag whose `<` is at `start`.
    #[inline]
    pub(crate) fn begin(start: usize, closing: bool) -> Self {
        Self {
            start,
            end: start,
            name: Name::default(),
            closing,
            self_closing: false,
            long: false,
            marker: None,
            font_style: false,
            html_encoding: false,
            name_end: start,
            phase: Phase::Name,
            mark: start,
            catch: Catch::Nothing,
            encoding_seen: false,
        }
    }

    /// Resets it to a tag whose name ends at `name_end`.
    #[inline(always)]
    pub(crate) fn reset(&mut self, start: usize, closing: bool, name: Name, name_end: usize) {
        self.start = start;
        self.name = name;
        self.closing = closing;
        self.self_closing = false;
        self.long = false;
        self.marker = None;
        self.font_style = false;
        self.html_encoding = false;
        self.name_end = name_end;
        self.catch = Catch::Nothing;
        self.encoding_seen = false;
    }

    /// Handles an attribute's name between `mark` and `at`.
    #[inline(always)]
    pub(crate) fn quick_name(&mut self, window: &[u8], mark: usize, at: usize, marker: &[u8]) {
        self.mark = mark;
        self.attribute(window, at, marker);
    }

    /// Handles an attribute's value between `from` and `to`.
    #[inline(always)]
    pub(crate) fn quick_value(&mut self, window: &[u8], from: usize, to: usize) {
        if self.catch != Catch::Nothing {
            self.mark = from;
            self.value(window, to);
        }
    }

    /// The bytes of the name, unless the tag is too long to be held.
    pub(crate) fn name_bytes<'w>(&self, window: &'w [u8]) -> Option<&'w [u8]> {
        if self.long {
            return None;
        }
        window.get(self.start + 1 + usize::from(self.closing)..self.name_end)
    }

    /// Moves all offsets after the first `by` bytes of the window were dropped.
    pub(crate) fn rebase(&mut self, by: usize) {
        self.start = self.start.wrapping_sub(by);
        self.end = self.end.wrapping_sub(by);
        self.name_end = self.name_end.wrapping_sub(by);
        self.mark = self.mark.wrapping_sub(by);
        if let Some((from, to)) = &mut self.marker {
            *from = from.wrapping_sub(by);
            *to = to.wrapping_sub(by);
        }
    }

    /// Reads from `at`; returns the offset reached and whether the tag is complete.
    #[inline]
    pub(crate) fn read(&mut self, window: &[u8], mut at: usize, marker: &[u8]) -> (usize, bool) {
        while let Some(&byte) = window.get(at) {
            match self.phase {
                Phase::Name => match byte {
                    b'\t' | b'\n' | 0x0C | b'\r' | b' ' => {
                        self.name_end = at;
                        self.phase = Phase::BeforeAttribute;
                        at += 1;
                    }
                    b'/' => {
                        self.name_end = at;
                        self.phase = Phase::SelfClosing;
                        at += 1;
                    }
                    b'>' => {
                        self.name_end = at;
                        return self.finish(at);
                    }
                    _ => {
                        self.name = self.name.with(byte);
                        at += 1;
                    }
                },
                Phase::BeforeAttribute => match byte {
                    b'\t' | b'\n' | 0x0C | b'\r' | b' ' => at += 1,
                    b'/' | b'>' => self.phase = Phase::AfterAttributeName,
                    // An equals sign in this place is the first letter of a name.
                    _ => {
                        self.mark = at;
                        self.phase = Phase::AttributeName;
                        at += 1;
                    }
                },
                Phase::AttributeName => {
                    at = skip_name(window, at);
                    match window.get(at) {
                        None => break,
                        Some(b'=') => {
                            self.attribute(window, at, marker);
                            self.phase = Phase::BeforeValue;
                            at += 1;
                        }
                        Some(_) => {
                            self.attribute(window, at, marker);
                            self.phase = Phase::AfterAttributeName;
                        }
                    }
                }
                Phase::AfterAttributeName => match byte {
                    b'\t' | b'\n' | 0x0C | b'\r' | b' ' => at += 1,
                    b'/' => {
                        self.phase = Phase::SelfClosing;
                        at += 1;
                    }
                    b'=' => {
                        self.phase = Phase::BeforeValue;
                        at += 1;
                    }
                    b'>' => return self.finish(at),
                    _ => {
                        self.mark = at;
                        self.phase = Phase::AttributeName;
                        at += 1;
                    }
                },
                Phase::BeforeValue => match byte {
                    b'\t' | b'\n' | 0x0C | b'\r' | b' ' => at += 1,
                    b'"' | b'\'' => {
                        self.phase = if byte == b'"' { Phase::DoubleQuoted } else { Phase::SingleQuoted };
                        at += 1;
                        self.mark = at;
                    }
                    b'>' => return self.finish(at),
                    _ => {
                        self.mark = at;
                        self.phase = Phase::Unquoted;
                    }
                },
                Phase::DoubleQuoted | Phase::SingleQuoted => {
                    let quote = if self.phase == Phase::DoubleQuoted { b'"' } else { b'\'' };
                    match memchr(quote, window.get(at..).unwrap_or_default()) {
                        Some(length) => {
                            at += length;
                            self.value(window, at);
                            self.phase = Phase::AfterQuoted;
                            at += 1;
                        }
                        None => at = window.len(),
                    }
                }
                Phase::Unquoted => match byte {
                    b'\t' | b'\n' | 0x0C | b'\r' | b' ' => {
                        self.value(window, at);
                        self.phase = Phase::BeforeAttribute;
                        at += 1;
                    }
                    b'>' => {
                        self.value(window, at);
                        return self.finish(at);
                    }
                    _ => at += 1,
                },
                Phase::AfterQuoted => match byte {
                    b'\t' | b'\n' | 0x0C | b'\r' | b' ' => {
                        self.phase = Phase::BeforeAttribute;
                        at += 1;
                    }
                    b'/' => {
                        self.phase = Phase::SelfClosing;
                        at += 1;
                    }
                    b'>' => return self.finish(at),
                    _ => self.phase = Phase::BeforeAttribute,
                },
                Phase::SelfClosing => {
                    if byte == b'>' {
                        self.self_closing = true;
                        return self.finish(at);
                    }
                    self.phase = Phase::BeforeAttribute;
                }
            }
        }
        if at.wrapping_sub(self.start) > limits::TAG_BYTES {
            self.long = true;
        }
        (at, false)
    }

    #[inline]
    fn finish(&mut self, at: usize) -> (usize, bool) {
        self.end = at + 1;
        if self.end.wrapping_sub(self.start) > limits::TAG_BYTES {
            self.long = true;
        }
        (self.end, true)
    }

    /// Handles an attribute's name that ends at `at`.
    #[inline]
    fn attribute(&mut self, window: &[u8], at: usize, marker: &[u8]) {
        self.catch = Catch::Nothing;
        if at.wrapping_sub(self.mark) == marker.len() {
            self.compare(window, at, marker);
        }
        if self.name.key == names::FONT || self.name.key == names::ANNOTATION_XML {
            self.namespace_attribute(window, at);
        }
    }

    fn compare(&mut self, window: &[u8], at: usize, marker: &[u8]) {
        // Attributes beyond the bound are ignored, however the bytes are chunked.
        let near = !self.long && at.wrapping_sub(self.start) <= limits::TAG_BYTES;
        if near
            && self.marker.is_none()
            && window.get(self.mark..at).is_some_and(|name| name.eq_ignore_ascii_case(marker))
        {
            self.marker = Some((at, at));
            self.catch = Catch::Marker;
        }
    }

    #[cold]
    fn namespace_attribute(&mut self, window: &[u8], at: usize) {
        if self.long || at.wrapping_sub(self.start) > limits::TAG_BYTES {
            return;
        }
        let name = window.get(self.mark..at).unwrap_or_default();
        if self.name.key == names::FONT {
            let styles: [&[u8]; 3] = [b"color", b"face", b"size"];
            self.font_style |= styles.iter().any(|style| style.eq_ignore_ascii_case(name));
        } else if !self.encoding_seen && name.eq_ignore_ascii_case(b"encoding") {
            self.encoding_seen = true;
            if self.catch == Catch::Nothing {
                self.catch = Catch::Encoding;
            }
        }
    }

    /// Handles an attribute's value that ends at `at`.
    #[inline]
    fn value(&mut self, window: &[u8], at: usize) {
        match self.catch {
            Catch::Nothing => return,
            Catch::Marker => self.marker = Some((self.mark, at)),
            Catch::Encoding => {
                let near = !self.long && at.wrapping_sub(self.start) <= limits::TAG_BYTES;
                let value = window.get(self.mark..at).filter(|_| near).unwrap_or_default();
                self.html_encoding = value.eq_ignore_ascii_case(b"text/html")
                    || value.eq_ignore_ascii_case(b"application/xhtml+xml");
            }
        }
        self.catch = Catch::Nothing;
    }
}

/// The end of an attribute's name that continues at `at`.
#[inline]
fn skip_name(window: &[u8], at: usize) -> usize {
    let rest = window.get(at..).unwrap_or_default();
    let length =
        rest.iter().position(|byte| matches!(byte, b'\t' | b'\n' | 0x0C | b'\r' | b' ' | b'/' | b'>' | b'='));
    at + length.unwrap_or(rest.len())
}
