//! The result of deciding one request: the outcome, the visitor's permissions, and what is stored afterwards.

use alloc::string::String;

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
}

/// Values that a host without response headers, the browser, stores itself. `None` means: delete it if it exists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The value of the visit cookie.
    pub visit: Option<String>,
    /// The value of visitor memory in `localStorage`; always `None` behind an edge.
    pub memory: Option<String>,
}
