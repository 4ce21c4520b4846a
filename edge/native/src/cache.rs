//! Page cache in memory: the origin's pages, each with its splice plan, never a page made for a visitor.
//!
//! A page is found by path and query, and by the request headers that it varies by. When the bound is reached the least
//! recently used pages are evicted. While one request fetches a page from the origin, others wait for it instead of
//! fetching too.

mod judged;
#[cfg(test)]
mod model;
pub(crate) mod page;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use hyper::http::request;
use parvis::http::freshness;
use tokio::sync::watch;

pub(crate) use judged::judged;
pub(crate) use page::{Content, Page};

use crate::coding::{self, stitch::Stitched};

/// Maximum number of pages for one path and query.
const VARIANTS: usize = 8;

/// The page cache, and the fetches in progress.
pub(crate) struct Cache {
    bound: usize,
    inside: Mutex<Inside>,
}

#[derive(Default)]
struct Inside {
    /// By path and query, newest first.
    pages: HashMap<String, Vec<Arc<Page>>>,
    bytes: usize,
    /// Bytes of pages that are not complete yet.
    coming: usize,
    fetching: HashMap<String, watch::Receiver<()>>,
}

/// The result of a lookup.
pub(crate) enum Found {
    /// A page that may be served.
    Fresh(Arc<Page>),
    /// No page, or a stale one to revalidate: this request fetches from the origin.
    Ask(Turn, Option<Arc<Page>>),
    /// Another request is fetching; ready when that is over.
    Wait(watch::Receiver<()>),
}

/// The right to fetch from the origin while others wait; they continue when it is dropped.
pub(crate) struct Turn {
    cache: Arc<Cache>,
    key: String,
    bytes: usize,
    _waiting: watch::Sender<()>,
}

impl Turn {
    /// Whether so many more bytes of the page may be collected: incomplete pages may take as much memory as cached ones.
    pub(crate) fn may_take(&mut self, bytes: usize) -> bool {
        self.bytes = self.bytes.saturating_add(bytes);
        let mut inside = self.cache.inside();
        inside.coming = inside.coming.saturating_add(bytes);
        self.bytes <= self.cache.longest() && inside.coming <= self.cache.bound
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut inside = self.cache.inside();
        inside.fetching.remove(&self.key);
        inside.coming = inside.coming.saturating_sub(self.bytes);
    }
}

impl Cache {
    /// An empty cache of at most `bound` bytes.
    pub(crate) fn new(bound: usize) -> Cache {
        Cache { bound, inside: Mutex::default() }
    }

    /// Longest page that is cached, in bytes: one page may not evict all others.
    pub(crate) const fn longest(&self) -> usize {
        self.bound / 8
    }

    /// Looks up the page of a request that is ready for the origin.
    ///
    /// `confirmed`: the request requires revalidation, so that a fresh page is not served without it.
    pub(crate) fn find(self: &Arc<Self>, request: &request::Parts, confirmed: bool) -> Found {
        let mut inside = self.inside();
        let path = path(request);
        let known = inside.pages.get(&path).and_then(|pages| pages.iter().find(|page| page.is_for(request)));
        let known = known.cloned();
        if let Some(page) = known.as_ref().filter(|page| !confirmed && page.is_fresh(Instant::now())) {
            page.touch();
            return Found::Fresh(Arc::clone(page));
        }
        let key = key(path, request);
        if let Some(over) = inside.fetching.get(&key) {
            return Found::Wait(over.clone());
        }
        let (waiting, over) = watch::channel(());
        inside.fetching.insert(key.clone(), over);
        drop(inside);
        Found::Ask(Turn { cache: Arc::clone(self), key, bytes: 0, _waiting: waiting }, known)
    }

    /// The page for a conditional, range or HEAD request, if it is here and fresh.
    pub(crate) fn peek(&self, request: &request::Parts) -> Option<Arc<Page>> {
        let inside = self.inside();
        let mut known = inside.pages.get(&path(request))?.iter();
        let page = known.find(|page| page.is_for(request) && page.is_fresh(Instant::now()))?;
        page.touch();
        Some(Arc::clone(page))
    }

    /// Stores a plan with a page, and compresses the page in the pieces that the plan cuts it into, which takes a moment.
    pub(crate) fn note(self: &Arc<Self>, content: Arc<Content>, plan: Vec<u8>) {
        content.set_plan(plan);
        let cache = Arc::clone(self);
        tokio::task::spawn_blocking(move || {
            if let Some(stitched) = content.stitch() {
                cache.grow(&content, stitched);
            }
        });
    }

    /// Stores the compressed pieces with a page, as far as the bound allows.
    fn grow(&self, content: &Arc<Content>, stitched: Stitched) {
        let mut inside = self.inside();
        let known = inside.pages.values().flatten().any(|page| Arc::ptr_eq(page.content(), content));
        if !known {
            return;
        }
        // The size of a page changes only here, under the lock.
        inside.bytes = inside.bytes.saturating_sub(content.more()).saturating_add(stitched.bytes());
        content.set_stitched(stitched);
        while inside.bytes > self.bound && inside.remove_least_used() {}
    }

    /// Where a test asks that plans are damaged, in a header that ends here.
    #[cfg(feature = "cases")]
    pub(crate) fn staged(request: &request::Parts) -> Option<usize> {
        request.headers.get("parvis-case-plan").and_then(|at| at.to_str().ok()?.parse().ok())
    }

    /// Damages the plans of a path where a test asks for it: at so many bytes from their start, counted round and round.
    #[cfg(feature = "cases")]
    pub(crate) fn spoil(&self, request: &request::Parts, staged: Option<usize>) {
        let Some(at) = staged else { return };
        for page in self.inside().pages.get(&path(request)).into_iter().flatten() {
            let mut plan = page.content().plan().to_vec();
            let at = at.checked_rem(plan.len()).unwrap_or(0);
            if let Some(byte) = plan.get_mut(at) {
                *byte ^= 0x11;
            }
            page.content().set_plan(plan);
        }
    }

    /// Stores a page in place of the one that it replaces.
    pub(crate) fn keep(&self, request: &request::Parts, page: Arc<Page>) {
        let mut inside = self.inside();
        let path = path(request);
        inside.remove(&path, |old| old.is_for(request));
        inside.bytes = inside.bytes.saturating_add(page.bytes());
        let pages = inside.pages.entry(path.clone()).or_default();
        pages.insert(0, page);
        if let Some(oldest) = pages.get(VARIANTS).cloned() {
            inside.remove(&path, |page| Arc::ptr_eq(page, &oldest));
        }
        while inside.bytes > self.bound && inside.remove_least_used() {}
    }

    /// Removes the page that a request would find.
    pub(crate) fn forget(&self, request: &request::Parts) {
        self.inside().remove(&path(request), |page| page.is_for(request));
    }

    /// Removes all pages of a path and query, after an unsafe request to it.
    pub(crate) fn forget_all(&self, request: &request::Parts) {
        self.inside().remove(&path(request), |_| true);
    }

    /// Removes all pages.
    pub(crate) fn purge(&self) {
        let mut inside = self.inside();
        inside.pages.clear();
        inside.bytes = 0;
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        // No operation on it can panic half-way.
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inside {
    fn remove(&mut self, path: &str, which: impl Fn(&Arc<Page>) -> bool) {
        let Some(pages) = self.pages.get_mut(path) else { return };
        for page in pages.extract_if(.., |page| which(page)) {
            self.bytes = self.bytes.saturating_sub(page.bytes());
        }
        if pages.is_empty() {
            self.pages.remove(path);
        }
    }

    /// Removes the least recently used page; false if there is none.
    fn remove_least_used(&mut self) -> bool {
        let all = self
            .pages
            .iter()
            .flat_map(|(path, pages)| pages.iter().map(move |page| (page.used(), path, page)));
        let Some((_, path, page)) = all.min_by_key(|(used, ..)| *used) else { return false };
        let (path, page) = (path.clone(), Arc::clone(page));
        self.remove(&path, |candidate| Arc::ptr_eq(candidate, &page));
        true
    }
}

/// Path and query; every request here is for the same origin.
fn path(request: &request::Parts) -> String {
    request.uri.path_and_query().map_or_else(String::new, |target| target.as_str().to_owned())
}

/// The key of requests that may wait for one another.
fn key(mut path: String, request: &request::Parts) -> String {
    path.push(if coding::is_ours(request) { '\t' } else { '\n' });
    for name in freshness::ALWAYS {
        for value in request.headers.get_all(name) {
            path.push('\n');
            path.extend(value.as_bytes().iter().copied().map(char::from));
        }
        path.push('\n');
    }
    path
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "a failing test may panic")]

    use hyper::Request;

    use super::page::tests::page;
    use super::*;

    fn request(path: &str, lines: &[(&str, &str)]) -> request::Parts {
        let mut request = Request::builder().uri(path);
        for (name, value) in lines {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn body(cache: &Arc<Cache>, request: &request::Parts) -> Option<String> {
        match cache.find(request, false) {
            Found::Fresh(page) => Some(String::from_utf8(page.content().body.to_vec()).unwrap()),
            Found::Ask(..) => None,
            Found::Wait(_) => panic!("nobody is asking"),
        }
    }

    #[test]
    fn a_page_is_found_by_all_that_it_differs_by() {
        let cache = Arc::new(Cache::new(1 << 20));
        let german =
            request("/a?b", &[("accept-language", "de"), ("cookie", "x=1"), ("x-forwarded-host", "one")]);
        cache.keep(&german, page("Tag", &["Vary: Accept-Language"], &german));
        for (path, lines, found) in [
            ("/a?b", &[("accept-language", "de"), ("x-forwarded-host", "one")][..], true),
            ("/a?c", &[("accept-language", "de"), ("x-forwarded-host", "one")], false),
            ("/a?b", &[("accept-language", "en"), ("x-forwarded-host", "one")], false),
            ("/a?b", &[("x-forwarded-host", "one")], false),
            (
                "/a?b",
                &[("accept-language", "de"), ("accept-language", "en"), ("x-forwarded-host", "one")],
                false,
            ),
            ("/a?b", &[("accept-language", "de"), ("x-forwarded-host", "another")], false),
            (
                "/a?b",
                &[("accept-language", "de"), ("x-forwarded-host", "one"), ("accept-encoding", "br")],
                false,
            ),
        ] {
            assert_eq!(body(&cache, &request(path, lines)).is_some(), found, "{path} {lines:?}");
        }
        let english = request("/a?b", &[("accept-language", "en"), ("x-forwarded-host", "one")]);
        cache.keep(&english, page("day", &["Vary: Accept-Language"], &english));
        assert_eq!(
            (body(&cache, &german).unwrap(), body(&cache, &english).unwrap()),
            ("Tag".into(), "day".into())
        );
        cache.forget(&english);
        assert_eq!((body(&cache, &german).unwrap(), body(&cache, &english)), ("Tag".into(), None));
        cache.forget_all(&english);
        assert_eq!(body(&cache, &german), None);
        assert_eq!(cache.inside().bytes, 0);
    }

    #[test]
    fn the_bound_holds_and_what_is_used_stays() {
        let cache = Arc::new(Cache::new(60_000));
        let wanted = request("/wanted", &[]);
        cache.keep(&wanted, page(&"x".repeat(1000), &[], &wanted));
        for number in 0..100 {
            let other = request(&format!("/{number}"), &[]);
            cache.keep(&other, page(&"x".repeat(1000), &[], &other));
            assert!(cache.inside().bytes <= 60_000);
            assert!(body(&cache, &wanted).is_some(), "{number}");
        }
        assert!(body(&cache, &request("/99", &[])).is_some() && body(&cache, &request("/1", &[])).is_none());
        for number in 0..100 {
            let one = request("/wanted", &[("accept-encoding", &number.to_string())]);
            cache.keep(&one, page("x", &[], &one));
        }
        assert_eq!(cache.inside().pages.get("/wanted").unwrap().len(), VARIANTS);
        cache.purge();
        assert!(body(&cache, &wanted).is_none() && cache.inside().bytes == 0);
    }

    #[test]
    fn compressed_pieces_are_counted_and_leave_with_their_page() {
        let cache = Arc::new(Cache::new(1 << 20));
        let (one, other) = (request("/one", &[]), request("/other", &[]));
        let text = String::from_utf8(crate::coding::tests::text(20_000)).unwrap();
        for request in [&one, &other] {
            cache.keep(request, page(&text, &[], request));
        }
        let before = cache.inside().bytes;
        let Found::Fresh(kept) = cache.find(&one, false) else { panic!("it is kept") };
        let mut took = 0;
        for cuts in [&[100, 200][..], &[], &[5_000, 9_000, 9_100]] {
            let stitched = Stitched::new(text.as_bytes(), cuts).unwrap();
            took = stitched.bytes();
            cache.grow(kept.content(), stitched);
            assert_eq!(cache.inside().bytes, before + took, "{cuts:?}");
        }
        assert!(took > 1_000 && kept.content().stitched().is_some());
        // A confirmed page keeps its bytes and what was made of them.
        let renewed = kept.renewed(&one, super::page::tests::head(&["Cache-Control: max-age=60"])).unwrap();
        cache.keep(&one, Arc::new(renewed));
        assert!(cache.inside().bytes.abs_diff(before + took) < 100, "{}", cache.inside().bytes);
        cache.forget(&one);
        cache.grow(kept.content(), Stitched::new(text.as_bytes(), &[]).unwrap());
        cache.forget(&other);
        assert_eq!(cache.inside().bytes, 0);
        // They may cost another page its place, and the bound holds.
        let small = Arc::new(Cache::new(60_000));
        for request in [&one, &other] {
            small.keep(request, page(&text, &[], request));
        }
        let Found::Fresh(kept) = small.find(&other, false) else { panic!("it is kept") };
        let noise: Vec<usize> = (1..2_000).collect();
        small.grow(kept.content(), Stitched::new(text.as_bytes(), &noise).unwrap());
        assert!(small.inside().bytes <= 60_000, "{}", small.inside().bytes);
    }

    #[test]
    fn one_asks_and_the_others_wait() {
        let cache = Arc::new(Cache::new(60_000));
        let wanted = request("/", &[]);
        let Found::Ask(turn, None) = cache.find(&wanted, false) else { panic!("nobody is asking") };
        let Found::Wait(over) = cache.find(&wanted, false) else { panic!("somebody is asking") };
        assert!(matches!(cache.find(&request("/", &[("accept-encoding", "br")]), false), Found::Ask(..)));
        assert!(over.has_changed().is_ok());
        drop(turn);
        assert!(over.has_changed().is_err());
        assert!(matches!(cache.find(&wanted, false), Found::Ask(_, None)));
        cache.keep(&wanted, page("x", &[], &wanted));
        assert!(matches!(cache.find(&wanted, true), Found::Ask(_, Some(_))));
    }

    #[test]
    fn pages_on_their_way_have_a_bound_too() {
        let cache = Arc::new(Cache::new(8_000));
        let mut turns = Vec::new();
        for number in 0..8 {
            let Found::Ask(mut turn, None) = cache.find(&request(&format!("/{number}"), &[]), false) else {
                continue;
            };
            assert!(turn.may_take(400) && turn.may_take(600));
            turns.push(turn);
        }
        let Found::Ask(mut turn, None) = cache.find(&request("/one", &[]), false) else {
            panic!("nobody is asking")
        };
        assert!(!turn.may_take(1));
        drop(turns);
        assert!(turn.may_take(999) && !turn.may_take(1));
        drop(turn);
        assert_eq!(cache.inside().coming, 0);
    }
}
