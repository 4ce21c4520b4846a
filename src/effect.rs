//! Effects: the engine's instructions to its host, as data.
//!
//! A host carries them out in order and decides nothing. Header names are lower case. Values cannot contain a line break,
//! because [`Value`] cannot.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::vec::Vec;

use crate::http::ending::Ends;
use crate::http::freshness::Fields;
use crate::http::headers::{Removal, Value};

/// The next thing a host does for an exchange.
#[derive(Debug)]
pub enum Effect {
    /// Fetch the page from the origin with these edits to the visitor's request, then supply the response.
    ///
    /// Whatever the edits say, it goes without what [`crate::visitor::upstream::Upstream`] cuts: our cookies, our headers, and what
    /// clients say in headers of hosts. The edits come after that.
    Fetch(RequestEdits),
    /// Send the origin's status and headers with these edits, then the body as `HeadEdits::body` requires.
    Send(HeadEdits),
    /// Send this response; the origin is not contacted.
    Answer(Answer),
    /// The origin did not respond: send the host's own error, with these edits to its head.
    Fail(HeadEdits),
}

/// Edits to the visitor's request before it is sent to the origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestEdits {
    /// Headers to remove.
    pub remove: &'static [&'static str],
    /// Headers to set, replacing what is there.
    pub set: &'static [(&'static str, &'static str)],
}

/// Edits to the head of the origin's response, all computed before its first byte is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadEdits {
    /// Which headers of the origin to remove.
    pub remove: Removal,
    /// When the freshness of the response ends, whatever the origin says, if it does.
    pub ends: Option<Ends>,
    /// Headers to set, replacing what is there.
    pub set: Vec<(&'static str, Value)>,
    /// Headers to add beside the existing ones; the playbook may name one of them.
    pub append: Vec<(Cow<'static, str>, Value)>,
    /// What to do with the body.
    pub body: Body,
}

impl HeadEdits {
    /// Whether some lines of the origin may change, so that they must be looked at.
    pub fn changes_lines(&self) -> bool {
        self.remove != Removal::Nothing || self.ends.is_some()
    }

    /// What a host does to the head of the origin, whose lines these are with their names in lower case: all lines of each
    /// name are replaced by the value, or removed where there is none. [`HeadEdits::append`] comes afterwards.
    pub fn lines(&self, head: &Fields<'_>) -> Vec<(String, Option<Value>)> {
        let removed = head.iter().filter(|(name, _)| self.remove.takes(name));
        let mut lines: Vec<_> = removed.map(|(name, _)| ((*name).to_owned(), None)).collect();
        let ending = self.ends.map(|ends| ends.lines(head)).unwrap_or_default();
        lines.extend(ending.into_iter().map(|(name, line)| (name, line.and_then(Value::new))));
        lines.extend(self.set.iter().map(|(name, value)| ((*name).to_owned(), Some(value.clone()))));
        lines
    }
}

/// How the origin's body is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// Byte for byte; the host need not pass it to the engine.
    Copy,
    /// Pass it through `Exchange::push` and `Exchange::end`.
    Rewrite,
    /// Assemble it from `Exchange::pieces`, then call `Exchange::end`; only of a [`Stored`] page.
    Splice {
        /// Its length in bytes.
        length: u64,
    },
}

/// A page that the host caches: the origin's own bytes, and the engine's plan for them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stored<'a> {
    /// Its version; `None` when it is fetched for the first time.
    pub version: Option<Version>,
    /// The plan that was stored with it, empty if there is none. It is untrusted: a plan that does not fit is not used.
    pub plan: &'a [u8],
    /// The page, if the host has it in memory: its markers are compared with the plan.
    pub page: Option<&'a [u8]>,
}

/// A piece of an assembled body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Bytes `from..to` of the stored page; never empty, and not always after the previous ones.
    Page {
        /// The first byte.
        from: usize,
        /// Just behind the last one.
        to: usize,
    },
    /// These bytes; never empty.
    Content(&'a [u8]),
}

/// A response of the engine's own, to requests for the resources of the browser package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// All headers except `content-length`.
    pub headers: Vec<(&'static str, Value)>,
    /// The body.
    pub body: Vec<u8>,
}

/// The origin's response, as a host supplies it.
#[derive(Clone, Debug)]
pub enum Supply<'a> {
    /// The head of the origin's response.
    Head(OriginHead<'a>),
    /// The same, of a page that the host caches: its body may be assembled, and a plan for it is requested.
    Page(OriginHead<'a>, Stored<'a>),
    /// The origin refused, disconnected or timed out, before its head was complete or in the middle of its body.
    Failed,
}

pub use crate::html::plan::Version;
pub use crate::http::content::OriginHead;

/// Receives a rewritten body, in pieces.
pub use crate::html::splice::Sink;
