//! An end of freshness: no cache keeps a response longer than some seconds, whatever the origin says of it.
//!
//! What the origin says may be stricter, so its lines stay and their lifetimes are shortened: `max-age`, `s-maxage` and the
//! like in `Cache-Control` and in what outranks it ([`OF_CACHES`](super::headers::OF_CACHES)). `stale-while-revalidate` and
//! `stale-if-error` (RFC 5861) go, because they extend a lifetime. Where no lifetime is stated a cache may guess one
//! (RFC 9111 section 4.2.2), so `max-age=0` is stated. A lifetime in a form that is not known counts as none.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::freshness::{Fields, date, directives, text, values};
use super::headers::Removal;
use crate::base::calendar::Millis;
use crate::base::text::push_integer;

/// When the freshness of a response ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// The time of the response.
    pub now: Millis,
    /// Seconds from then on.
    pub seconds: u32,
}

impl Ends {
    /// The lines that replace those of `head`, by their names; `None` takes the line away. A line that says nothing longer stays.
    ///
    /// ```
    /// use parvis::{base::calendar::Millis, http::ending::Ends};
    /// let ends = Ends { now: Millis(0), seconds: 20 };
    /// let lines = ends.lines(&[("cache-control", b"public, max-age=600"), ("cdn-cache-control", b"max-age=9")]);
    /// assert_eq!(lines, [("cache-control".to_owned(), Some("public, max-age=20".to_owned()))]);
    /// ```
    pub fn lines(self, head: &Fields<'_>) -> Vec<(String, Option<String>)> {
        let mut lines = Vec::new();
        let said = date(head, "expires");
        let expires = said.map(|at| at.saturating_sub(date(head, "date").unwrap_or(self.now.seconds())));
        // Without `Cache-Control` it is an old spelling of `no-cache` (RFC 9111 section 5.4).
        let silent = directives(head, "cache-control").is_some_and(|all| all.is_empty());
        let pragma = silent && values(head, "pragma").next().is_some();
        let guess = if pragma { 0 } else { self.bounded(expires.unwrap_or(0)) };
        let control = control(head, "cache-control", guess, self.seconds);
        lines.extend(control.map(|line| ("cache-control".to_owned(), Some(line))));
        if said.is_some_and(|at| at > self.now.seconds().saturating_add(self.seconds.into())) {
            lines.push(("expires".to_owned(), None));
        }
        for (at, (name, _)) in head.iter().enumerate() {
            let again = head.iter().take(at).any(|(other, _)| other == name);
            if again || !Removal::Shared.takes(name) {
                continue;
            }
            let line = if name.ends_with("-control") {
                control_of_caches(head, name, self.seconds)
            } else if *name != "expires"
                && ["expires", "ttl", "-max-age"].iter().any(|end| name.ends_with(end))
            {
                self.number(head, name)
            } else {
                None
            };
            lines.extend(line.map(|line| ((*name).to_owned(), Some(line))));
        }
        lines
    }

    /// A lifetime, at most until the end.
    fn bounded(self, seconds: i64) -> u32 {
        u32::try_from(seconds.max(0)).map_or(self.seconds, |seconds| seconds.min(self.seconds))
    }

    /// The line of a header whose whole value is a number of seconds; `None` if it stays.
    fn number(self, head: &Fields<'_>, name: &str) -> Option<String> {
        let longest =
            values(head, name).map(|value| text(value).and_then(number).unwrap_or(u32::MAX)).max()?;
        let known = values(head, name).all(|value| text(value).and_then(number).is_some());
        (longest > self.seconds).then(|| decimal(if known { self.seconds } else { 0 }))
    }
}

/// `Cache-Control`, with the lifetime `guess` if it states none and forbids none; `None` if it stays.
fn control(head: &Fields<'_>, name: &str, guess: u32, most: u32) -> Option<String> {
    line(head, name, most, |all| {
        let has = |wanted: &str| {
            all.iter().any(|(name, value)| name == wanted && (wanted == "max-age" || value.is_empty()))
        };
        let states = has("max-age") || has("no-store") || has("no-cache");
        (!states).then_some(guess)
    })
}

/// A header like `Cache-Control` of certain caches, which look at nothing else where it is; `None` if it stays.
fn control_of_caches(head: &Fields<'_>, name: &str, most: u32) -> Option<String> {
    line(head, name, most, |all| {
        let states = |name: &str| is_lifetime(name) || ["no-store", "no-cache", "private"].contains(&name);
        (!all.iter().any(|(name, _)| states(name))).then_some(0)
    })
}

fn line(
    head: &Fields<'_>,
    name: &str,
    most: u32,
    adds: impl Fn(&[(String, &str)]) -> Option<u32>,
) -> Option<String> {
    let Some(all) = directives(head, name) else { return Some("no-store".to_owned()) };
    let added = adds(&all);
    let mut changed = added.is_some();
    let mut out = String::new();
    let mut write = |name: &str, value: &str| {
        out.push_str(if out.is_empty() { "" } else { ", " });
        out.push_str(name);
        if !value.is_empty() {
            let quoted = number(value).is_none();
            let mark = if quoted { "\"" } else { "" };
            for part in ["=", mark, value, mark] {
                out.push_str(part);
            }
        }
    };
    for (name, value) in &all {
        let longer = is_lifetime(name) && number(value).is_none_or(|seconds| seconds > most);
        changed |= longer || name.starts_with("stale-");
        if longer {
            write(name, &decimal(number(value).map_or(0, |_| most)));
        } else if !name.starts_with("stale-") {
            write(name, value);
        }
    }
    added.into_iter().for_each(|seconds| write("max-age", &decimal(seconds)));
    changed.then_some(out)
}

/// Whether a directive states a lifetime: `max-age`, `s-maxage`, `cache-maxage`, `downstream-ttl`.
fn is_lifetime(name: &str) -> bool {
    name.ends_with("age") || name.ends_with("ttl")
}

/// A number of seconds; one that is too large is the largest.
fn number(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u32::MAX))
}

fn decimal(number: u32) -> String {
    let mut text = String::new();
    push_integer(&mut text, number.into());
    text
}
