//! One cached page: the origin's head and bytes, the requests that it answers, and its splice plan.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use hyper::header::{AGE, ETAG, HeaderMap, HeaderName, HeaderValue};
use hyper::http::{request, response};
use parvis::base::calendar::Millis;
use parvis::effect::Version;
use parvis::html::plan::Plan;
use parvis::http::revalidation::QUESTIONS;
use parvis::http::{freshness, revalidation};

use crate::coding::{self, stitch::Stitched};
use crate::headers::fields;

/// Memory of a page beside its bytes and headers: its plan, and a little for each header.
const MORE_BYTES: usize = 4096;
/// Shortest page that is compressed, in bytes: a shorter one is sent as it is.
const STITCHED_BYTES: usize = 1024;

/// A page of the origin.
pub(crate) struct Page {
    head: response::Parts,
    /// Whether its coding was negotiated by this server.
    ours: bool,
    /// The request headers that it varies by, with their values.
    chosen_by: Vec<(HeaderName, Vec<HeaderValue>)>,
    /// When it was received, its age then, and until when it is fresh.
    received: Instant,
    age: Duration,
    fresh_until: Option<Instant>,
    used: AtomicU64,
    /// Its size as counted for the cache's bound.
    bytes: usize,
    content: Arc<Content>,
}

/// The bytes of a page, which stay when the origin confirms them, with their plan and compressed pieces.
pub(crate) struct Content {
    pub(crate) body: Bytes,
    pub(crate) version: Version,
    plan: Mutex<Arc<[u8]>>,
    stitched: Mutex<Option<Arc<Stitched>>>,
    /// Size of the compressed pieces, in bytes.
    more: AtomicUsize,
}

impl Content {
    /// The splice plan, empty if there is none.
    pub(crate) fn plan(&self) -> Arc<[u8]> {
        Arc::clone(&self.plan.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Stores a plan with the page.
    pub(crate) fn set_plan(&self, plan: Vec<u8>) {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = plan.into();
    }

    /// Compresses the page in the pieces at which its plan cuts it; `None` if it is too short or has no plan.
    pub(crate) fn stitch(&self) -> Option<Stitched> {
        let plan = self.plan();
        let cuts = Plan::open(&plan)?.cuts();
        (self.body.len() >= STITCHED_BYTES).then(|| Stitched::new(&self.body, &cuts)).flatten()
    }

    /// The page in compressed pieces, if they were made.
    pub(crate) fn stitched(&self) -> Option<Arc<Stitched>> {
        self.stitched.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Stores the compressed pieces; only the cache calls this, which counts them.
    pub(super) fn set_stitched(&self, stitched: Stitched) {
        self.more.store(stitched.bytes(), Ordering::Relaxed);
        *self.stitched.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(stitched));
    }

    /// Size of the compressed pieces, in bytes.
    pub(super) fn more(&self) -> usize {
        self.more.load(Ordering::Relaxed)
    }
}

impl Page {
    /// A page that may be stored for `lifetime`, as a response to `request`; `None` if its `Vary` is `*` or unreadable.
    pub(crate) fn new(
        request: &request::Parts,
        head: response::Parts,
        body: Bytes,
        lifetime: Duration,
    ) -> Option<Page> {
        let length = u64::try_from(body.len()).ok()?;
        let etag = head.headers.get(ETAG).and_then(|etag| etag.to_str().ok());
        let version =
            etag.and_then(|etag| Version::of_etag(etag, length)).unwrap_or_else(|| Version::of_page(&body));
        let content = Arc::new(Content {
            body,
            version,
            plan: Mutex::new(Arc::from([])),
            stitched: Mutex::default(),
            more: AtomicUsize::new(0),
        });
        Page::of(request, head, content, lifetime)
    }

    fn of(
        request: &request::Parts,
        head: response::Parts,
        content: Arc<Content>,
        lifetime: Duration,
    ) -> Option<Page> {
        let names = freshness::varies_by(&fields(&head.headers))?;
        let names = names.iter().filter_map(|name| name.parse().ok());
        let chosen_by: Vec<(HeaderName, Vec<HeaderValue>)> = freshness::ALWAYS
            .map(HeaderName::from_static)
            .into_iter()
            .chain(names)
            .map(|name: HeaderName| {
                let values = request.headers.get_all(&name).iter().cloned().collect();
                (name, values)
            })
            .collect();
        let chosen = chosen_by.iter().flat_map(|(_, values)| values).map(HeaderValue::len);
        let said = head.headers.iter().map(|(name, value)| name.as_str().len().saturating_add(value.len()));
        let bytes =
            chosen.chain(said).fold(content.body.len().saturating_add(MORE_BYTES), usize::saturating_add);
        let received = Instant::now();
        let page = Page {
            ours: coding::is_ours(request),
            chosen_by,
            bytes,
            age: Duration::from_secs(freshness::age(&fields(&head.headers), now()?).unwrap_or(0)),
            head,
            received,
            fresh_until: received.checked_add(lifetime),
            used: AtomicU64::new(0),
            content,
        };
        page.touch();
        Some(page)
    }

    /// Whether it is the response to this request.
    pub(crate) fn is_for(&self, request: &request::Parts) -> bool {
        let same =
            |(name, values): &(HeaderName, Vec<HeaderValue>)| request.headers.get_all(name).iter().eq(values);
        self.ours == coding::is_ours(request) && self.chosen_by.iter().all(same)
    }

    /// Whether it may be served without revalidation.
    pub(crate) fn is_fresh(&self, now: Instant) -> bool {
        self.fresh_until.is_none_or(|until| now < until)
    }

    /// Its head with its age.
    pub(crate) fn head(&self) -> response::Parts {
        let mut head = self.head.clone();
        let age = self.age.saturating_add(self.received.elapsed());
        head.headers.insert(AGE, HeaderValue::from(age.as_secs()));
        head
    }

    /// Its bytes.
    pub(crate) fn content(&self) -> &Arc<Content> {
        &self.content
    }

    /// Adds its validators to `headers`, as a conditional request; false if it has none.
    pub(crate) fn ask_for_confirmation(&self, headers: &mut HeaderMap) -> bool {
        let mut asked = false;
        for (validator, question) in QUESTIONS {
            if let Some(value) = self.head.headers.get(validator) {
                headers.insert(question, value.clone());
                asked = true;
            }
        }
        asked
    }

    /// The head after the origin confirmed the page with a 304 of this head; `None` if it confirmed another version.
    pub(crate) fn confirmed(&self, by: &response::Parts) -> Option<response::Parts> {
        if !revalidation::confirms(&fields(&self.head.headers), &fields(&by.headers)) {
            return None;
        }
        let mut head = self.head.clone();
        head.headers.remove(AGE);
        for name in by.headers.keys().filter(|name| revalidation::renews(name.as_str())) {
            head.headers.remove(name);
            for value in by.headers.get_all(name) {
                head.headers.append(name, value.clone());
            }
        }
        Some(head)
    }

    /// The page with a new head, if it may still be stored: bytes and plan stay as they are.
    pub(crate) fn renewed(&self, request: &request::Parts, head: response::Parts) -> Option<Page> {
        let lifetime = lifetime(&head)?;
        Page::of(request, head, Arc::clone(&self.content), lifetime)
    }

    /// Its size as counted for the cache's bound.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.saturating_add(self.content.more())
    }

    /// Notes that it was used.
    pub(crate) fn touch(&self) {
        static CLOCK: AtomicU64 = AtomicU64::new(0);
        self.used.store(CLOCK.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
    }

    /// Order of the last use: greater is later.
    pub(crate) fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }
}

/// How long a page may be served to others; `None` if it may not be stored.
pub(crate) fn lifetime(head: &response::Parts) -> Option<Duration> {
    freshness::lifetime(head.status.as_u16(), &fields(&head.headers), now()?).map(Duration::from_secs)
}

fn now() -> Option<Millis> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(now.as_millis()).ok().map(Millis)
}

#[cfg(test)]
pub(crate) mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use hyper::Response;

    use super::*;

    pub(crate) fn head(lines: &[&str]) -> response::Parts {
        let mut response = Response::builder().header("content-type", "text/html");
        for line in lines {
            let (name, value) = line.split_once(": ").unwrap();
            response = response.header(name, value);
        }
        response.body(()).unwrap().into_parts().0
    }

    pub(crate) fn page(body: &str, lines: &[&str], request: &request::Parts) -> Arc<Page> {
        let body = Bytes::copy_from_slice(body.as_bytes());
        Arc::new(Page::new(request, head(lines), body, Duration::from_secs(60)).unwrap())
    }

    #[test]
    fn a_confirmation_replaces_what_it_says_and_nothing_of_the_body() {
        let (request, ()) = hyper::Request::new(()).into_parts();
        let old = page("x", &["ETag: \"a\"", "Link: <1>", "Link: <2>", "X-Old: 1", "Age: 9"], &request);
        let new = head(&[
            "ETag: W/\"a\"",
            "Link: <3>",
            "Link: <4>",
            "Cache-Control: max-age=5",
            "Content-Length: 0",
        ]);
        let merged = old.confirmed(&new).unwrap();
        let links: Vec<_> = merged.headers.get_all("link").iter().collect();
        assert_eq!(links, ["<3>", "<4>"]);
        assert_eq!(merged.headers.get("x-old").unwrap(), "1");
        assert_eq!((merged.headers.get("content-length"), merged.headers.get("age")), (None, None));
        assert!(old.confirmed(&head(&["ETag: \"b\""])).is_none());
        assert!(old.confirmed(&head(&[])).is_some());
        old.content().set_plan(vec![1, 2, 3]);
        assert_eq!(*old.renewed(&request, merged).unwrap().content().plan(), [1, 2, 3]);
        assert!(old.renewed(&request, head(&["Cache-Control: private, max-age=5"])).is_none());
    }
}
