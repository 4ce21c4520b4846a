//! Guarded values: data of the visitor's device or of a store, readable only with the permit of its purpose.

use core::fmt;
use core::marker::PhantomData;

use crate::consent::permit::Permit;
use crate::consent::purpose::Kind;
use crate::facts::Facts;
use crate::http::cookies::{self, Sent};

/// A value that only a [`Permit`] for purpose `P` opens.
///
/// ```compile_fail,E0616
/// # use parvis::consent::purpose::kind::SessionPersonalization;
/// # use parvis::signal::guarded::Guarded;
/// fn peek(cookie: &Guarded<SessionPersonalization, &str>) -> usize {
///     cookie.value.len()
/// }
/// ```
///
/// ```compile_fail,E0308
/// # use parvis::consent::permit::Permit;
/// # use parvis::consent::purpose::kind::{Measurement, SessionPersonalization};
/// # use parvis::signal::guarded::Guarded;
/// fn open(cookie: Guarded<SessionPersonalization, u8>, permit: &Permit<'_, Measurement>) -> u8 {
///     cookie.open(permit)
/// }
/// ```
pub struct Guarded<P: Kind, T> {
    value: T,
    purpose: PhantomData<P>,
}

impl<P: Kind, T> Guarded<P, T> {
    /// Guards `value` by purpose `P`.
    pub const fn new(value: T) -> Self {
        Guarded { value, purpose: PhantomData }
    }

    /// The value; requires the permit.
    pub fn open(self, _: &Permit<'_, P>) -> T {
        self.value
    }
}

impl<'f, P: Kind> Guarded<P, Sent<'f>> {
    /// The value of a cookie in the request.
    pub fn cookie(facts: &'f Facts, name: &str) -> Self {
        Guarded::new(cookies::find(facts.cookies.cookie_headers(), name))
    }

    /// Whether the cookie exists. It needs no permit, since a cookie without one must be deleted.
    pub fn is_there(&self) -> bool {
        self.value != Sent::Absent
    }
}

impl<P: Kind, T> fmt::Debug for Guarded<P, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("guarded by ")?;
        f.write_str(P::PURPOSE.name())
    }
}
