//! Reads facts from a request's headers, the same for every host.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Connection, Facts, Method, Viewer, robots};
use crate::base::split::{self, trim};

impl Facts {
    /// The facts in the head of a request for `path` and `query`. Those that only the host has (place, device, time,
    /// entropy) are left to be filled in.
    ///
    /// `values` returns the values of all headers of a name, in order. A host whose API needs a bound leaves out longer
    /// ones; the engine's own bounds are in [`crate::limits`].
    ///
    /// ```
    /// use parvis::facts::{Connection, Facts, Method};
    /// let sent = [("dnt", "1"), ("accept-language", "fr"), ("accept-language", "en"), ("ect", "4g"), ("user-agent", "curl")];
    /// let facts = Facts::from_headers("HEAD", "/p/lamp", "a=1", &|name| {
    ///     sent.iter().filter(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()).collect()
    /// });
    /// assert_eq!((facts.method, facts.path.as_str(), facts.query.as_str()), (Method::Head, "/p/lamp", "a=1"));
    /// assert_eq!((facts.accept_language.as_str(), facts.user_agent.as_str()), ("fr,en", "curl"));
    /// assert!(facts.dnt && facts.cookies.is_empty() && facts.connection == Some(Connection::Fast));
    /// ```
    pub fn from_headers(
        method: &str,
        path: &str,
        query: &str,
        values: &dyn Fn(&'static str) -> Vec<String>,
    ) -> Facts {
        let first = |name| values(name).into_iter().next().unwrap_or_default();
        let user_agent = first("user-agent");
        Facts {
            method: match method {
                "GET" => Method::Get,
                "HEAD" => Method::Head,
                _ => Method::Other,
            },
            path: path.to_owned(),
            query: query.to_owned(),
            cookies: values("cookie").into(),
            sec_gpc: values("sec-gpc"),
            dnt: values("dnt").iter().any(|field| is_one(field)),
            viewer: if robots::runs_no_scripts(&user_agent) {
                Viewer::Robot
            } else if AHEAD.iter().any(|name| values(name).iter().any(|value| is_ahead(value))) {
                Viewer::Nobody
            } else {
                Viewer::Person
            },
            user_agent,
            accept_language: values("accept-language").join(","),
            referrer: first("referer"),
            connection: Connection::of(&values("save-data"), &values("ect")),
            ..Facts::default()
        }
    }
}

/// Headers in which browsers say why they ask: `Sec-Purpose` (WHATWG Fetch), and what came before it.
const AHEAD: [&str; 4] = ["sec-purpose", "purpose", "x-purpose", "x-moz"];

/// Whether a field value says that nobody sees the page yet: `prefetch`, `prefetch;prerender`.
fn is_ahead(field: &str) -> bool {
    let said = trim(split::before(field, b';'), b" \t");
    ["prefetch", "prerender", "preview"].iter().any(|ahead| ahead.eq_ignore_ascii_case(said))
}

/// Whether a field value is exactly `1`: `Sec-GPC` and `DNT` are then set.
pub(crate) fn is_one(field: &str) -> bool {
    trim(field, b" \t") == "1"
}
