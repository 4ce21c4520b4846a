//! The cache policy of an outcome, by its strongest influence.

use crate::http::headers::Removal;
use crate::signal::influence::Influence;

/// How a response may be cached; only `Outcome::new` makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CachePolicy {
    /// By the origin's headers: the bytes are its own.
    Untouched,
    /// By the origin's headers, but without validators: the bytes are a function of the URL and of the site's cache key,
    /// though not the origin's.
    Keyed,
    /// Only by the visitor's browser, which must revalidate.
    Private,
}

impl CachePolicy {
    /// The policy for an influence. `keyed`: every contextual signal involved is part of the cache key. `changes`: the
    /// bytes are not the origin's. `head`: the head is specific to this visitor, for example because of a cookie.
    pub(crate) const fn of(influence: Influence, keyed: bool, changes: bool, head: bool) -> CachePolicy {
        match influence {
            Influence::Personal => CachePolicy::Private,
            _ if head => CachePolicy::Private,
            Influence::Contextual if !keyed => CachePolicy::Private,
            _ if changes => CachePolicy::Keyed,
            _ => CachePolicy::Untouched,
        }
    }

    /// The response headers that the policy removes.
    pub const fn removes(self) -> Removal {
        match self {
            CachePolicy::Untouched => Removal::Nothing,
            CachePolicy::Keyed => Removal::Bytes,
            CachePolicy::Private => Removal::All,
        }
    }

    /// The `Cache-Control` that the policy sets, if any.
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

    /// The name in records.
    pub const fn name(self) -> &'static str {
        match self {
            CachePolicy::Untouched => "untouched",
            CachePolicy::Keyed => "keyed",
            CachePolicy::Private => "private",
        }
    }
}
