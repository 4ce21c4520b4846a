//! The `Cookie` headers of a request: hosts write them, and only the engine reads them.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// The values of all `Cookie` headers of a request, in order.
///
/// Inside the engine, the consent decoders read them whole. A cookie about a visitor is only available as a
/// [`Guarded`](crate::signal::guarded::Guarded) value, which its permit opens. They are not printed.
///
/// ```
/// use parvis::facts::Facts;
/// let facts = Facts { cookies: vec!["parvis-visit=secret".to_owned()].into(), ..Facts::default() };
/// assert!(!format!("{facts:?}").contains("secret"));
/// ```
///
/// ```compile_fail,E0616
/// fn peek(facts: &parvis::facts::Facts) -> usize {
///     facts.cookies.headers.len()
/// }
/// ```
///
/// ```compile_fail,E0624
/// fn peek(facts: &parvis::facts::Facts) -> usize {
///     facts.cookies.cookie_headers().len()
/// }
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Cookies {
    headers: Vec<String>,
}

impl Cookies {
    /// Appends a header.
    pub fn push(&mut self, header: String) {
        self.headers.push(header);
    }

    /// Whether there is no header.
    pub const fn is_empty(&self) -> bool {
        self.headers.is_empty()
    }

    /// The raw headers. `cargo xtask check` has the list of files that may call this.
    pub(crate) fn cookie_headers(&self) -> &[String] {
        &self.headers
    }
}

impl From<Vec<String>> for Cookies {
    fn from(headers: Vec<String>) -> Cookies {
        Cookies { headers }
    }
}

impl<const N: usize> From<[String; N]> for Cookies {
    fn from(headers: [String; N]) -> Cookies {
        Cookies { headers: headers.into() }
    }
}

impl FromIterator<String> for Cookies {
    fn from_iter<I: IntoIterator<Item = String>>(headers: I) -> Cookies {
        Cookies { headers: headers.into_iter().collect() }
    }
}

impl Extend<String> for Cookies {
    fn extend<I: IntoIterator<Item = String>>(&mut self, headers: I) {
        self.headers.extend(headers);
    }
}

impl fmt::Debug for Cookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cookies").field(&self.headers.len()).finish()
    }
}
