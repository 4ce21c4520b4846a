//! The metadata of a cached page: the origin's head and the splice plan, in one cache object with the bytes.
//!
//! ```text
//! 0  format, 1    1  length of the plan u32, little-endian    5  plan    then  name:value\n ...
//! ```

use std::time::Duration;

use fastly::http::HeaderName;
use parvis::http::revalidation::QUESTIONS;
use parvis::http::{freshness, revalidation};

use crate::head::{Line, fields};
use crate::visitor;

/// The format that this build writes and reads; entries of other formats are ignored.
pub(crate) const FORMAT: u8 = 1;
/// Longest metadata that are stored, in bytes: heads are short, and a plan takes about 50 bytes a block.
const METADATA: usize = 64 * 1024;
/// Headers of one connection, or that are computed anew.
const NOT_KEPT: [&str; 10] = [
    "age",
    "connection",
    "content-length",
    "keep-alive",
    "proxy-authenticate",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
/// Headers for surrogate caches only, which count beside `Cache-Control`.
const TO_CACHES: [&str; 2] = ["surrogate-control", "cdn-cache-control"];

/// Head and plan of a cached page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    /// The origin's headers, without those of its connection.
    pub(crate) lines: Vec<Line>,
    /// The splice plan, empty if there is none.
    pub(crate) plan: Vec<u8>,
}

/// The freshness of a page, as stated by the origin.
pub(crate) struct Life {
    /// Its age on arrival.
    pub(crate) age: Duration,
    /// Its remaining freshness.
    pub(crate) left: Duration,
}

impl Page {
    /// A page with this head, and no plan yet.
    pub(crate) fn new(mut lines: Vec<Line>) -> Page {
        let connection: Vec<Vec<u8>> =
            lines.iter().filter(|(name, _)| name == "connection").map(|(_, value)| value.clone()).collect();
        let listed = |name: &str| {
            let mut tokens = connection.iter().flat_map(|value| value.split(|byte| *byte == b','));
            tokens.any(|token| token.trim_ascii().eq_ignore_ascii_case(name.as_bytes()))
        };
        lines.retain(|(name, _)| !NOT_KEPT.contains(&name.as_str()) && !listed(name));
        Page { lines, plan: Vec::new() }
    }

    /// Decodes [`Page::metadata`]; `None` for other bytes.
    pub(crate) fn open(metadata: &[u8]) -> Option<Page> {
        let (format, rest) = metadata.split_first()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let (plan, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
        let lines = rest.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let (name, value) = line.split_at_checked(colon)?;
            Some((String::from_utf8(name.to_vec()).ok()?, value.get(1..)?.to_vec()))
        });
        let lines = lines.collect::<Option<_>>()?;
        (*format == FORMAT).then(|| Page { lines, plan: plan.to_vec() })
    }

    /// Encodes head and plan; `None` if they are longer than `METADATA`.
    pub(crate) fn metadata(&self) -> Option<Vec<u8>> {
        let mut bytes = vec![FORMAT];
        bytes.extend_from_slice(&u32::try_from(self.plan.len()).ok()?.to_le_bytes());
        bytes.extend_from_slice(&self.plan);
        for (name, value) in &self.lines {
            bytes.extend_from_slice(name.as_bytes());
            bytes.push(b':');
            bytes.extend_from_slice(value);
            bytes.push(b'\n');
        }
        (bytes.len() <= METADATA).then_some(bytes)
    }

    /// The values of a header.
    pub(crate) fn values(&self, wanted: &str) -> impl Iterator<Item = &[u8]> {
        self.lines.iter().filter(move |(name, _)| name == wanted).map(|(_, value)| value.as_slice())
    }

    /// Whether it has a validator.
    pub(crate) fn has_validator(&self) -> bool {
        QUESTIONS.iter().any(|(validator, _)| self.values(validator).next().is_some())
    }

    /// The request headers that it varies by; `None` for `*` or an unreadable `Vary`.
    pub(crate) fn vary(&self) -> Option<Vec<HeaderName>> {
        let said = freshness::varies_by(&fields(&self.lines))?;
        let names = freshness::ALWAYS.into_iter().chain(said.iter().map(String::as_str));
        names.map(|name| HeaderName::try_from(name).ok()).collect()
    }

    /// The head after the origin confirmed the page with a 304 of these headers; `None` if it confirmed another version.
    pub(crate) fn confirmed(&self, by: &[Line]) -> Option<Page> {
        if !revalidation::confirms(&fields(&self.lines), &fields(by)) {
            return None;
        }
        let mut by = Page::new(by.to_vec()).lines;
        by.retain(|(name, _)| revalidation::renews(name));
        let mut lines = self.lines.clone();
        lines.retain(|(name, _)| !by.iter().any(|(renewed, _)| renewed == name));
        lines.append(&mut by);
        Some(Page { lines, plan: self.plan.clone() })
    }
}

/// How long a page with this whole head may be served to others; `None` if it may not be stored.
///
/// Both the directives for shared caches and those for surrogates like Fastly must allow it, and the shorter time is
/// used.
pub(crate) fn life(status: u16, lines: &[Line]) -> Option<Life> {
    let now = visitor::now()?;
    let said = fields(lines);
    let mut left = freshness::lifetime(status, &said, now)?;
    if said.iter().any(|(name, _)| TO_CACHES.contains(name)) {
        let to_caches: Vec<_> = said
            .iter()
            .filter(|(name, _)| *name != "cache-control" && *name != "expires")
            .map(|(name, value)| (if TO_CACHES.contains(name) { "cache-control" } else { *name }, *value))
            .collect();
        left = left.min(freshness::lifetime(status, &to_caches, now)?);
    }
    let age = Duration::from_secs(freshness::age(&said, now).unwrap_or(0));
    Some(Life { age, left: Duration::from_secs(left) })
}
