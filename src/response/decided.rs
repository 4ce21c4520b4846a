//! Everything that was decided for one request: the outcome, what the visitor permits, and what is kept afterwards.

use alloc::string::String;

use crate::base::text::push_integer;
use crate::consent::resolve::Resolution;
use crate::reason::Reason;
use crate::response::outcome::Outcome;

/// What was decided for one request, with what an observer may ask about it.
#[derive(Debug)]
pub struct Decided {
    /// All decisions, their influence, the cache policy and the cookies.
    pub outcome: Outcome,
    /// What the visitor permits and why.
    pub consent: Resolution,
    /// The kind of the page.
    pub page_kind: String,
    /// What became of the visit cookie that came with the request.
    pub visit_reason: Reason,
    /// What became of the visitor memory that came with the request.
    pub memory_reason: Reason,
    /// What the browser is to keep; see [`Kept`].
    pub kept: Kept,
}

/// What a host without response headers, the browser, keeps itself. `None` means: delete it if it is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The value of the visit cookie.
    pub visit: Option<String>,
    /// The value of visitor memory in `localStorage`; always `None` behind an edge.
    pub memory: Option<String>,
    /// Seconds until visitor memory is at the end of its life.
    pub memory_seconds: u32,
}

impl Kept {
    /// The value of visitor memory and how long it lasts, as `value; Max-Age=seconds`.
    pub fn lasting(&self) -> Option<String> {
        let mut text = self.memory.clone()?;
        text.push_str("; Max-Age=");
        push_integer(&mut text, self.memory_seconds.into());
        Some(text)
    }
}
