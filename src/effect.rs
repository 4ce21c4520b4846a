//! Effects: what the engine asks its host to do, as data.
//!
//! A host carries them out in the order it gets them and decides nothing. Header names are lower case; values cannot
//! hold a line break, because [`Value`] cannot.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::http::headers::Value;

/// The next thing a host does for an exchange.
#[derive(Debug)]
pub enum Effect {
    /// Ask the origin for the page with these edits to the visitor's request, then supply its answer.
    ///
    /// Whatever the edits say, it goes without what [`crate::visitor::upstream::Upstream`] cuts: our cookies, our headers, and what
    /// clients say in headers of hosts. The edits come after that.
    Fetch(RequestEdits),
    /// Commit: send the origin's status and headers with these edits, then the body as they say.
    Send(HeadEdits),
    /// Send this answer; the origin is not asked.
    Answer(Answer),
    /// Send an error of the host's own, as it would without us, with these edits to its head: the origin did not answer.
    Fail(HeadEdits),
}

/// Edits to the visitor's request on its way to the origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestEdits {
    /// Headers to remove.
    pub remove: &'static [&'static str],
    /// Headers to set, replacing what is there.
    pub set: &'static [(&'static str, &'static str)],
}

/// Edits to the head of the origin's answer, all computed before the first byte of it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadEdits {
    /// Headers to remove.
    pub remove: &'static [&'static str],
    /// Headers to set, replacing what is there.
    pub set: Vec<(&'static str, Value)>,
    /// Headers to add beside those that are there; the playbook may name one of them.
    pub append: Vec<(Cow<'static, str>, Value)>,
    /// What to do with the body.
    pub body: Body,
}

/// What becomes of the origin's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// It leaves byte for byte; a host may do that without showing it to the engine.
    Copy,
    /// It goes through `Exchange::push` and `Exchange::end`.
    Rewrite,
    /// It is put together from what `Exchange::pieces` lists, then comes `Exchange::end`; only of a [`Stored`] page.
    Splice {
        /// Its length in bytes.
        length: u64,
    },
}

/// A page that the host keeps between requests: the origin's own bytes, and what the engine noted about them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stored<'a> {
    /// Which version it is; `None` while it comes for the first time.
    pub version: Option<Version>,
    /// The plan that was kept with it, empty if there is none. It may be anything: what does not fit is not used.
    pub plan: &'a [u8],
    /// The page, where the host has it in memory: its markers are compared with the plan.
    pub page: Option<&'a [u8]>,
}

/// A piece of a body that is put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Bytes `from..to` of the stored page; never empty, and not always behind those that came before.
    Page {
        /// The first byte.
        from: usize,
        /// Just behind the last one.
        to: usize,
    },
    /// These bytes; never empty.
    Content(&'a [u8]),
}

/// An answer of the engine's own, to requests for what the browser package needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// All headers, `content-length` not among them.
    pub headers: Vec<(&'static str, Value)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What the host found out at the origin.
#[derive(Clone, Debug)]
pub enum Supply<'a> {
    /// The origin's answer begins with this.
    Head(OriginHead<'a>),
    /// The same, of a page that the host keeps: its body may be put together, and a plan for it is wanted.
    Page(OriginHead<'a>, Stored<'a>),
    /// The origin refused, broke off or took too long, before its head was complete or in the middle of its body.
    Failed,
}

pub use crate::html::plan::Version;
pub use crate::http::content::OriginHead;

/// Where a rewritten body goes, in pieces.
pub use crate::html::splice::Sink;
