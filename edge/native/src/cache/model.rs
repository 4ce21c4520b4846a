//! Model test of the cache against a list of stored pages: it returns only a page that was stored for such a request and
//! neither replaced nor removed, and its byte count is that of its pages.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a failing test may panic"
)]

use std::sync::Arc;

use hyper::Request;
use hyper::http::request;
use proptest::prelude::*;

use super::page::tests::page;
use super::{Cache, Found, VARIANTS};
use crate::coding;

/// Headers that requests of the model may have; every page varies by the last two.
const NAMES: [&str; 4] = ["accept-language", "cookie", "x-forwarded-host", "accept-encoding"];
/// What pages vary by, beside what all do.
const VARY: [&[&str]; 4] = [&[], &["accept-language"], &["cookie"], &["cookie", "accept-language"]];

/// A request: the number of its path, and a value for each of [`NAMES`], 0 for none.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Asked(u8, [u8; 4]);

#[derive(Clone, Debug)]
enum Step {
    /// A page that varies by so many of [`VARY`], of this length.
    Keep(Asked, usize, usize),
    Find(Asked, bool),
    Peek(Asked),
    Forget(Asked),
    ForgetAll(Asked),
    Purge,
}

/// A stored page: its request, what it varies by, and its bytes.
struct Listed(Asked, usize, String);

impl Asked {
    fn parts(self) -> request::Parts {
        let mut request = Request::builder().uri(format!("/{}", self.0));
        for (name, value) in NAMES.iter().zip(self.1).filter(|(_, value)| *value > 0) {
            let value = if *name == "accept-encoding" {
                ["br", "gzip"][usize::from(value) % 2].to_owned()
            } else {
                value.to_string()
            };
            request = request.header(*name, value);
        }
        request.body(()).unwrap().into_parts().0
    }

    /// Whether `other` matches the request for which a page with this `Vary` was stored.
    fn is_like(self, other: Asked, vary: usize) -> bool {
        let values = |asked: Asked, name: &str| {
            let parts = asked.parts();
            parts.headers.get_all(name).iter().cloned().collect::<Vec<_>>()
        };
        let mut names = VARY[vary].iter().chain(&NAMES[2..]);
        self.0 == other.0
            && coding::is_ours(&self.parts()) == coding::is_ours(&other.parts())
            && names.all(|name| values(self, name) == values(other, name))
    }
}

fn asked() -> impl Strategy<Value = Asked> {
    (0_u8..3, [0_u8..3, 0..3, 0..2, 0..3]).prop_map(|(path, values)| Asked(path, values))
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (asked(), 0..VARY.len(), prop_oneof![0_usize..200, 3_000_usize..9_000])
            .prop_map(|(asked, vary, length)| Step::Keep(asked, vary, length)),
        6 => (asked(), any::<bool>()).prop_map(|(asked, confirmed)| Step::Find(asked, confirmed)),
        2 => asked().prop_map(Step::Peek),
        1 => asked().prop_map(Step::Forget),
        1 => asked().prop_map(Step::ForgetAll),
        1 => Just(Step::Purge),
    ];
    proptest::collection::vec(step, 1..80)
}

proptest! {
    #[test]
    fn it_gives_what_was_kept_for_such_a_request(steps in steps(), bound in prop_oneof![Just(40_000_usize), Just(1 << 24)]) {
        let cache = Arc::new(Cache::new(bound));
        let mut list: Vec<Listed> = Vec::new();
        // Where there is room for all, nothing is lost.
        let mut full = [bound < 1 << 24; 3];
        for (number, step) in steps.iter().enumerate() {
            let gives = |asked: &Asked, body: &str| {
                list.iter().any(|Listed(to, vary, kept)| asked.is_like(*to, *vary) && kept == body)
            };
            match step {
                Step::Keep(asked, vary, length) => {
                    let body = format!("{number}:{}", "x".repeat(*length));
                    let names = VARY[*vary].join(", ");
                    let lines = if names.is_empty() { vec![] } else { vec![format!("Vary: {names}")] };
                    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                    let request = asked.parts();
                    cache.keep(&request, page(&body, &lines, &request));
                    list.retain(|Listed(to, vary, _)| !asked.is_like(*to, *vary));
                    list.push(Listed(*asked, *vary, body));
                    full[usize::from(asked.0)] |= list.iter().filter(|Listed(to, ..)| to.0 == asked.0).count() > VARIANTS;
                }
                Step::Find(asked, confirmed) => match cache.find(&asked.parts(), *confirmed) {
                    Found::Fresh(page) => {
                        let body = String::from_utf8(page.content().body.to_vec()).unwrap();
                        prop_assert!(!confirmed && gives(asked, &body), "{:?} gets {}", asked, &body[..body.len().min(9)]);
                    }
                    Found::Ask(_, stale) => {
                        let known = list.iter().any(|Listed(to, vary, _)| asked.is_like(*to, *vary));
                        prop_assert!(stale.is_none() || *confirmed && known);
                        prop_assert!(stale.is_some() || !known || full[usize::from(asked.0)], "{:?} is lost", asked);
                    }
                    Found::Wait(_) => prop_assert!(false, "nobody is asking"),
                },
                Step::Peek(asked) => {
                    let found = cache.peek(&asked.parts()).map(|page| String::from_utf8(page.content().body.to_vec()).unwrap());
                    prop_assert!(found.is_none_or(|body| gives(asked, &body)));
                }
                Step::Forget(asked) => {
                    cache.forget(&asked.parts());
                    list.retain(|Listed(to, vary, _)| !asked.is_like(*to, *vary));
                }
                Step::ForgetAll(asked) => {
                    cache.forget_all(&asked.parts());
                    list.retain(|Listed(to, ..)| to.0 != asked.0);
                }
                Step::Purge => {
                    cache.purge();
                    list.clear();
                }
            }
            let inside = cache.inside();
            let held: usize = inside.pages.values().flatten().map(|page| page.bytes()).sum();
            prop_assert_eq!(inside.bytes, held);
            prop_assert!(held <= bound && inside.coming == 0 && inside.fetching.is_empty());
            prop_assert!(inside.pages.values().all(|pages| (1..=VARIANTS).contains(&pages.len())));
        }
    }
}
