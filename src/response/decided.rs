//! The result of deciding one request: the outcome, the visitor's permissions, and what is stored afterwards.

use alloc::string::String;
use alloc::vec::Vec;

use crate::base::text::push_integer;
use crate::consent::resolve::Resolution;
use crate::reason::Reason;
use crate::response::outcome::Outcome;

/// The result of deciding one request, for hosts and tools.
#[derive(Debug)]
pub struct Decided {
    /// All decisions, their influence, the cache policy and the cookies.
    pub outcome: Outcome,
    /// The purposes that the visitor permits, with reasons.
    pub consent: Resolution,
    /// The kind of the page.
    pub page_kind: String,
    /// The outcome of reading the visit cookie of the request.
    pub visit_reason: Reason,
    /// The outcome of reading the visitor memory of the request.
    pub memory_reason: Reason,
    /// The values that the browser stores; see [`Kept`].
    pub kept: Kept,
    /// The blocks whose campaign the same page view showed before, by their indexes in the playbook: no further exposures.
    pub again: Vec<u16>,
}

/// Values that a host without response headers, the browser, stores itself. `None` means: delete it if it exists.
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
