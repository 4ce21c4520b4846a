//! Page cache in Fastly's core cache: the origin's pages, each in one object with its splice plan, never a page made for
//! a visitor.
//!
//! A page is written after it was received completely, so a truncated one is never found, and page, head and plan always
//! belong together. The key is the playbook and the URL: a new playbook has other blocks, so it starts with an empty
//! cache. While one request fetches a page from the origin the others wait for it, for a bounded time. A page that may
//! not be stored leaves a marker, so that no request waits for the next one. Pages that are not stored, and requests for
//! which the cache fails, pass through the host as they would without a cache.

pub(crate) mod page;

use std::io::Write;
use std::time::{Duration, Instant};

use fastly::cache::core::{CacheKey, Found, Transaction};
use fastly::handle::{BodyHandle, CacheOverride, RequestHandle, ResponseHandle, StreamingBodyHandle};
use fastly::http::{HeaderName, HeaderValue};
use parvis::effect::Version;
use parvis::html::plan;
use parvis::http::csp_nonce::Nonces;
use parvis::http::freshness;
use parvis::http::revalidation::QUESTIONS;
use parvis_fastly_abi as abi;

use crate::{ORIGIN, head};
use page::{Life, Page};

/// The surrogate key of every cached page; a page also has those of its `Surrogate-Key`.
const SURROGATE: &str = "parvis";
/// Longest key that the cache accepts, in bytes.
const KEY: usize = 4096;
/// How long a request waits for another one that fetches the same page. Also how long a page may take from its head to
/// its end, or its visitor to read it, while others wait.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a marker is kept for a page that may not be stored.
const NOTE: Duration = Duration::from_secs(10);
/// How long a stale page is kept for revalidation.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);
/// Longest page that is cached, in bytes.
const LONGEST: usize = 8 * 1024 * 1024;

/// A request to the origin, with its body.
pub(crate) type Asking = (RequestHandle, BodyHandle);

/// The source of a page.
pub(crate) enum Source {
    /// The origin; with a turn, the page is also written to the cache.
    Origin(ResponseHandle, BodyHandle, Option<Turn>),
    /// The cache, with the request in case the page cannot be read.
    Kept(Kept, Asking),
}

/// The cache key of a page; `None` if a GET request with these headers may not be answered from a cache.
pub(crate) fn key(request: &RequestHandle, playbook: u64, url: &str) -> Option<Vec<u8>> {
    let lines = head::of_request(request, |name| name == "cache-control")?;
    let fields = head::fields(&lines);
    let has_body = fields.iter().any(|(name, _)| ["content-length", "transfer-encoding"].contains(name));
    if has_body || !freshness::may_answer("GET", &fields) || freshness::wants_new(&fields) {
        return None;
    }
    // Includes the plan format, so that builds with different formats have separate entries.
    let [low, high] = plan::FORMAT.to_le_bytes();
    let forms = [page::FORMAT, low, high];
    let key = [b"parvis ".as_slice(), &forms, &playbook.to_le_bytes(), url.as_bytes()].concat();
    (key.len() <= KEY).then_some(key)
}

/// Gets the page of a request from the cache, else from the origin; `None` if the origin does not respond.
pub(crate) fn page((request, body): Asking, key: Option<Vec<u8>>, url: &str) -> Option<Source> {
    let lookup = key.and_then(|key| abi::lookup(&key, &request));
    // If the cache fails or the wait times out, the request goes to the origin alone.
    let Some(transaction) = lookup.and_then(|pending| pending.wait_for(PATIENCE).ok()) else {
        return through_host((request, body));
    };
    let found = transaction.found().and_then(Kept::open);
    if transaction.must_insert_or_update() {
        return ask(transaction, found, (request, body), url);
    }
    match found {
        Some(kept) if !kept.found.is_stale() => Some(Source::Kept(kept, (request, body))),
        // A marker, or another request is revalidating the page.
        _ => through_host((request, body)),
    }
}

fn through_host((request, body): Asking) -> Option<Source> {
    let (response, body) = request.send(body, ORIGIN).ok()?;
    Some(Source::Origin(response, body, None))
}

/// Fetches a page, or revalidates a stale one, for all requests that wait.
fn ask(transaction: Transaction, stale: Option<Kept>, asking: Asking, url: &str) -> Option<Source> {
    let (mut request, body) = asking;
    // The response is stored here, and need not be stored in the host's other cache too.
    request.set_cache_override(&CacheOverride::Pass);
    let spare = match &stale {
        Some(stale) if stale.page.has_validator() => copy(&request, url),
        _ => None,
    };
    if let (Some(stale), Some(_)) = (&stale, &spare) {
        stale.ask_for_confirmation(&mut request);
    }
    let Ok((response, body)) = request.send(body, ORIGIN) else {
        give_up(transaction, stale.is_some());
        return None;
    };
    let (response, body) = match (stale, spare) {
        (Some(stale), Some(spare)) if response.get_status().as_u16() == 304 => {
            let confirmed = head::of_response(&response).and_then(|by| stale.page.confirmed(&by));
            if let Some(page) = confirmed {
                renew(transaction, &page);
                return Some(Source::Kept(Kept { page, ..stale }, (spare, BodyHandle::new())));
            }
            // The origin confirmed a page that is not here.
            let Ok(answer) = spare.send(BodyHandle::new(), ORIGIN) else {
                give_up(transaction, true);
                return None;
            };
            answer
        }
        (Some(_), _) if response.get_status().is_server_error() => {
            // A server error does not change whether the page may be stored.
            give_up(transaction, true);
            return Some(Source::Origin(response, body, None));
        }
        _ => (response, body),
    };
    let turn = Turn::new(transaction, &response);
    Some(Source::Origin(response, body, turn))
}

/// A copy of the GET request.
fn copy(request: &RequestHandle, url: &str) -> Option<RequestHandle> {
    let mut copy = RequestHandle::new();
    copy.set_cache_override(&CacheOverride::Pass);
    for (name, value) in head::of_request(request, |_| true)? {
        copy.append_header(&HeaderName::try_from(name).ok()?, &HeaderValue::from_bytes(&value).ok()?);
    }
    abi::set_url(&mut copy, url).then_some(copy)
}

/// Lets others fetch; if there is no stale page to serve, without waiting for one another.
fn give_up(transaction: Transaction, found: bool) {
    if found {
        // Without this the host does the same at the end of the request.
        let _ = transaction.cancel_insert_or_update();
    } else {
        note(transaction, &Page::default());
    }
}

/// Stores a marker that the page may not be stored, in place of the page.
fn note(transaction: Transaction, page: &Page) {
    let vary = page.vary().or_else(|| Page::default().vary()).unwrap_or_default();
    let note = transaction
        .insert(NOTE)
        .vary_by(&vary)
        .surrogate_keys([SURROGATE])
        .known_length(0)
        // Not empty: Fastly's library might panic on that.
        .user_metadata(CacheKey::from_static(b"-"));
    if let Ok(body) = note.execute() {
        let _ = body.finish();
    }
}

/// Renews a page that the origin confirmed, if it may be stored: bytes and plan stay as they are.
fn renew(transaction: Transaction, page: &Page) {
    let (Some(life), Some(vary), Some(metadata)) =
        (page::life(200, &page.lines), page.vary(), page.metadata())
    else {
        return note(transaction, page);
    };
    let keys = surrogates(page);
    let update = transaction
        .update(life.age.saturating_add(life.left))
        .age(life.age)
        .stale_while_revalidate(stale_for(page))
        .vary_by(&vary)
        .surrogate_keys(keys.split(' '))
        .user_metadata(CacheKey::from(metadata));
    // If renewal fails the page stays stale.
    let _ = update.execute();
}

/// How long a stale page is kept; one without a validator cannot be revalidated and would only delay waiting requests.
fn stale_for(page: &Page) -> Duration {
    if page.has_validator() { STALE } else { Duration::ZERO }
}

/// The surrogate keys of a page, so that a purge elsewhere also purges it here.
fn surrogates(page: &Page) -> String {
    let mut keys = String::from(SURROGATE);
    for value in page.values("surrogate-key").filter_map(|value| std::str::from_utf8(value).ok()) {
        keys.push(' ');
        keys.push_str(value);
    }
    keys
}

/// The right to fetch from the origin while others wait, with the part of the page received so far.
pub(crate) struct Turn {
    transaction: Transaction,
    page: Page,
    life: Life,
    body: BodyHandle,
    length: usize,
    nonces: Nonces,
    since: Instant,
}

impl Turn {
    /// The turn for a page with this head; `None`, with a marker, if it may not be stored.
    fn new(transaction: Transaction, response: &ResponseHandle) -> Option<Turn> {
        let lines = head::of_response(response).unwrap_or_default();
        let life = page::life(response.get_status().as_u16(), &lines);
        let page = Page::new(lines);
        let Some(life) = life.filter(|_| page.vary().is_some()) else {
            note(transaction, &page);
            return None;
        };
        let (body, since) = (BodyHandle::new(), Instant::now());
        Some(Turn { transaction, page, life, body, length: 0, nonces: Nonces::default(), since })
    }

    /// Marks the page as not to be stored, after its head was read.
    pub(crate) fn refuse(self) {
        note(self.transaction, &self.page);
    }

    /// Reads the next bytes of the page. `None` if it becomes too long, takes too long, or has a nonce, which is valid
    /// for one response only.
    pub(crate) fn take(mut self, bytes: &[u8]) -> Option<Turn> {
        self.length = self.length.saturating_add(bytes.len());
        self.nonces.push(bytes);
        let fits = self.length <= LONGEST && self.since.elapsed() < PATIENCE;
        if !fits || self.nonces.found() || self.body.write_all(bytes).is_err() {
            self.refuse();
            return None;
        }
        Some(self)
    }

    /// Gives up the turn if this visitor reads so slowly that others would have to wait.
    pub(crate) fn unless_slow(self, visitor: &StreamingBodyHandle) -> Option<Turn> {
        let left = PATIENCE.saturating_sub(self.since.elapsed());
        if abi::writable_within(visitor, left) {
            return Some(self);
        }
        give_up(self.transaction, true);
        None
    }

    /// The version of a completely received page.
    pub(crate) fn version(&self) -> Option<Version> {
        version(u64::try_from(self.length).ok()?)
    }

    /// Stores a completely received page, with its plan if there is one.
    pub(crate) fn keep(self, plan: Option<Vec<u8>>) {
        let page = Page { plan: plan.unwrap_or_default(), ..self.page };
        let (Some(vary), Some(metadata)) = (page.vary(), page.metadata()) else {
            return note(self.transaction, &page);
        };
        let keys = surrogates(&page);
        let insert = self
            .transaction
            .insert(self.life.age.saturating_add(self.life.left))
            .initial_age(self.life.age.saturating_add(self.since.elapsed()))
            .stale_while_revalidate(stale_for(&page))
            .vary_by(&vary)
            .surrogate_keys(keys.split(' '))
            .known_length(u64::try_from(self.length).unwrap_or(u64::MAX))
            .user_metadata(CacheKey::from(metadata));
        // If storing fails, the visitor still got the page.
        if let Ok(mut kept) = insert.execute() {
            kept.append(self.body.into());
            let _ = kept.finish();
        }
    }
}

/// A page found in the cache.
pub(crate) struct Kept {
    found: Found,
    page: Page,
    length: u64,
    #[cfg(feature = "cases")]
    readable: bool,
}

impl Kept {
    fn open(found: Found) -> Option<Kept> {
        let page = Page::open(&found.user_metadata())?;
        // The host ignores ranges of bodies of unknown length.
        let length = found.known_length()?;
        Some(Kept {
            found,
            page,
            length,
            #[cfg(feature = "cases")]
            readable: true,
        })
    }

    /// Its head with its age.
    pub(crate) fn lines(&self) -> Vec<head::Line> {
        let mut lines = self.page.lines.clone();
        lines.push(("age".to_owned(), self.found.age().as_secs().to_string().into_bytes()));
        lines
    }

    /// The values of a header, joined with commas.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        head::kept_value(&self.page.lines, name)
    }

    /// The plan, empty if there is none.
    pub(crate) fn plan(&self) -> &[u8] {
        &self.page.plan
    }

    /// Its version.
    pub(crate) fn version(&self) -> Option<Version> {
        version(self.length)
    }

    /// All of its bytes.
    pub(crate) fn whole(&self) -> Option<BodyHandle> {
        Some(self.found.to_stream().ok()?.into_handle())
    }

    /// Its bytes `from..to`; `None` if they are not all present, since the host would return the whole page.
    pub(crate) fn range(&self, from: usize, to: usize) -> Option<BodyHandle> {
        #[cfg(feature = "cases")]
        if !self.readable {
            return None;
        }
        let (from, to) = (u64::try_from(from).ok()?, u64::try_from(to).ok()?);
        if from >= to || to > self.length {
            return None;
        }
        // The host's range includes the last byte.
        let range = self.found.to_stream_from_range(Some(from), Some(to.checked_sub(1)?)).ok()?;
        Some(range.into_handle())
    }

    /// Makes `request` a conditional request with the page's validators.
    fn ask_for_confirmation(&self, request: &mut RequestHandle) {
        for (validator, question) in QUESTIONS {
            let value = self.page.values(validator).next();
            if let Some(value) = value.and_then(|value| HeaderValue::from_bytes(value).ok()) {
                request.insert_header(&HeaderName::from_static(question), &value);
            }
        }
    }

    /// Applies the fault that a test stages.
    #[cfg(feature = "cases")]
    pub(crate) fn spoil(&mut self, stages: impl Fn(&str) -> bool) {
        if stages("plan=broken")
            && let Some(byte) = self.page.plan.last_mut()
        {
            *byte ^= 1;
        }
        if stages("plan=none") {
            self.page.plan.clear();
        }
        if stages("plan=other") {
            self.length = self.length.saturating_sub(1);
        }
        self.readable = !stages("ranges=none");
    }
}

/// The version of a stored page of this length: plan and page are in one object, so nothing else has to be compared.
fn version(length: u64) -> Option<Version> {
    Version::of_etag("\"kept\"", length)
}
