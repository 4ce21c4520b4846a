//! The cache policy of an outcome: what its strongest influence leaves of the origin's caching.

use crate::http::headers;
use crate::signal::influence::Influence;

/// How a response may be cached; only `Outcome::new` makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CachePolicy {
    /// As the origin says: the bytes are its own.
    Untouched,
    /// As the origin says, but without validators: the bytes are a function of the URL and of what the site's cache
    /// keys on, though not the origin's.
    Keyed,
    /// By nobody but the visitor's browser, which must ask again.
    Private,
}

impl CachePolicy {
    /// The policy for an influence: `keyed` says that every contextual signal involved is part of the cache's key,
    /// `changes` that the bytes are not the origin's, `head` that the head is for this visitor alone, as with a cookie.
    pub(crate) const fn of(influence: Influence, keyed: bool, changes: bool, head: bool) -> CachePolicy {
        match influence {
            Influence::Personal => CachePolicy::Private,
            _ if head => CachePolicy::Private,
            Influence::Contextual if !keyed => CachePolicy::Private,
            _ if changes => CachePolicy::Keyed,
            _ => CachePolicy::Untouched,
        }
    }

    /// The response headers it removes.
    pub const fn removes(self) -> &'static [&'static str] {
        match self {
            CachePolicy::Untouched => &[],
            CachePolicy::Keyed => headers::OF_THE_BYTES,
            CachePolicy::Private => headers::OF_THE_BYTES_AND_SHARED,
        }
    }

    /// The `Cache-Control` it sets, if any.
    ///
    /// `no-cache` and not `no-store`, so that the browser's back-forward cache stays possible
    /// (web.dev, *Back/forward cache*).
    ///
    /// A page that is told nothing of its decisions is `silent`: it could not tell whether they still hold when somebody comes
    /// back to it, and `no-store` has the browser ask again.
    pub const fn cache_control(self, silent: bool) -> Option<&'static str> {
        match self {
            CachePolicy::Untouched | CachePolicy::Keyed => None,
            CachePolicy::Private if silent => Some("private, no-store"),
            CachePolicy::Private => Some("private, no-cache"),
        }
    }

    /// The name that records carry.
    pub const fn name(self) -> &'static str {
        match self {
            CachePolicy::Untouched => "untouched",
            CachePolicy::Keyed => "keyed",
            CachePolicy::Private => "private",
        }
    }
}
