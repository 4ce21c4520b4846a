//! A cache of pages, made of the engine's rules as a host uses them, against a judge who only knows what the origin has said:
//! never a page that is another one's, too old, or not for everybody.
//!
//! The input is text in sections with empty lines between. The first is the head of the origin's page, `$` standing for its
//! version; each other is a request: its method, how many seconds after the one before, and `!` where the page changed since;
//! then its headers.
//!
//! ```text
//! content-type: text/html
//! cache-control: max-age=60
//! etag: "a$"
//!
//! GET 0
//!
//! GET 70 !
//! if-none-match: "a1"
//! ```

mod judge;
mod parts;

use parvis::base::calendar::Millis;
use parvis::http::{conditional, freshness, revalidation};

use judge::Judge;

/// Headers, names in lower case.
type Headers = Vec<(String, String)>;

/// 2026-11-22T00:00:00Z, in seconds.
const NOW: i64 = 1_795_305_600;
/// Bytes of every page.
const LENGTH: u64 = 100;

/// Every law of the cache.
pub(crate) fn cache(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let mut sections = text.split("\n\n");
    let (status, page) = page(sections.next().unwrap_or_default());
    let mut origin = Origin { status, page, version: 1 };
    let mut judge = Judge::default();
    let mut cache = Cache::default();
    let mut now = NOW;
    parts::rules(&fields(&origin.head()), now);
    for section in sections.take(16) {
        let request = Request::read(section);
        now += request.after;
        origin.version += u32::from(request.changed);
        parts::part(&request, &fields(&origin.head()));
        cache.ask(&request, &mut origin, now, &mut judge);
    }
}

fn page(section: &str) -> (u16, Headers) {
    let fields = headers(section.lines());
    let status = fields.iter().find(|(name, _)| name == "status").and_then(|(_, value)| value.parse().ok());
    (status.unwrap_or(200), fields)
}

fn headers<'l>(lines: impl Iterator<Item = &'l str>) -> Headers {
    let fields = lines.filter_map(|line| line.split_once(':'));
    fields
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim_matches([' ', '\t']).to_owned()))
        .collect()
}

fn fields(headers: &Headers) -> Vec<(&str, &[u8])> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
}

/// A request of some visitor.
struct Request {
    method: String,
    after: i64,
    changed: bool,
    headers: Headers,
}

impl Request {
    fn read(section: &str) -> Request {
        let mut lines = section.lines();
        let mut words = lines.next().unwrap_or_default().split_whitespace();
        let method = words.next().unwrap_or("GET").to_owned();
        let after = words.next().and_then(|word| word.parse::<u32>().ok()).unwrap_or(0);
        Request { method, after: after.into(), changed: words.next() == Some("!"), headers: headers(lines) }
    }

    fn values<'r>(&'r self, name: &str) -> Vec<&'r str> {
        self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
    }
}

/// The site without a cache.
struct Origin {
    status: u16,
    page: Headers,
    version: u32,
}

impl Origin {
    fn head(&self) -> Headers {
        let version = self.version.to_string();
        self.page.iter().map(|(name, value)| (name.clone(), value.replace('$', &version))).collect()
    }

    fn etag(&self) -> Option<String> {
        self.head().into_iter().find(|(name, _)| name == "etag").map(|(_, value)| value)
    }

    /// What the origin answers to a question for confirmation: 304 for the tag that its page has, else the page.
    fn confirms(&self, asked: &Headers) -> bool {
        let tag = asked.iter().find(|(name, _)| name == "if-none-match").map(|(_, value)| value);
        self.status == 200 && tag.is_some() && tag == self.etag().as_ref()
    }
}

/// A page that is kept, as a host would.
struct Kept {
    version: u32,
    head: Headers,
    chosen_by: Vec<(String, Vec<String>)>,
    fresh_until: i64,
}

impl Kept {
    fn is_for(&self, request: &Request) -> bool {
        self.chosen_by.iter().all(|(name, values)| request.values(name) == *values)
    }
}

/// The rules of the engine, put together as the native host does it.
#[derive(Default)]
struct Cache(Vec<Kept>);

impl Cache {
    fn ask(&mut self, request: &Request, origin: &mut Origin, now: i64, judge: &mut Judge) {
        let asked = fields(&request.headers);
        let known = self.0.iter().position(|kept| kept.is_for(request));
        if !freshness::may_answer(&request.method, &asked) {
            let fresh = known.map(|at| &self.0[at]).filter(|kept| now < kept.fresh_until);
            let may = conditional::may_answer(&request.method, &asked) && !freshness::wants_new(&asked);
            if let Some(kept) = fresh.filter(|_| may) {
                let head = fields(&kept.head);
                let answer = conditional::answer(&request.method, &asked, &head, LENGTH);
                judge.served(request, kept.version, now);
                parts::answered(request, &head, answer);
                return;
            }
            if !["GET", "HEAD", "OPTIONS", "TRACE"].contains(&request.method.as_str()) {
                self.0.clear();
                judge.written();
            }
            return;
        }
        let wants_new = freshness::wants_new(&asked);
        if let Some(kept) = known.map(|at| &self.0[at]).filter(|kept| !wants_new && now < kept.fresh_until) {
            judge.served(request, kept.version, now);
            return;
        }
        let stale = known.map(|at| self.0.remove(at));
        let question = stale.as_ref().map(question).unwrap_or_default();
        if let Some(kept) = stale.filter(|_| origin.confirms(&question)) {
            let said = origin.head();
            judge.said(request, &said, origin, now);
            if revalidation::confirms(&fields(&kept.head), &fields(&said)) {
                judge.confirmed(kept.version, now);
                let renewed = |(name, _): &&(String, String)| {
                    revalidation::renews(name) && said.iter().any(|(new, _)| new == name)
                };
                let mut head: Headers = kept.head.iter().filter(|field| !renewed(field)).cloned().collect();
                head.extend(said.iter().filter(|(name, _)| revalidation::renews(name)).cloned());
                self.keep(request, kept.version, head, 200, now);
                return;
            }
        }
        judge.said(request, &origin.head(), origin, now);
        self.keep(request, origin.version, origin.head(), origin.status, now);
    }

    fn keep(&mut self, request: &Request, version: u32, head: Headers, status: u16, now: i64) {
        let lifetime = freshness::lifetime(status, &fields(&head), Millis(now * 1000));
        let Some((lifetime, names)) = lifetime.zip(freshness::varies_by(&fields(&head))) else { return };
        let names = freshness::ALWAYS.iter().map(|name| (*name).to_owned()).chain(names);
        let values = |name: &str| request.values(name).into_iter().map(str::to_owned).collect();
        let chosen_by = names.map(|name| (name.clone(), values(&name))).collect();
        self.0.retain(|kept| !kept.is_for(request));
        let fresh_until = now + i64::try_from(lifetime).expect("a year at most");
        self.0.push(Kept { version, head, chosen_by, fresh_until });
    }
}

/// What the origin is asked to confirm of a page.
fn question(kept: &Kept) -> Headers {
    let mut asked = Headers::new();
    for (validator, question) in revalidation::QUESTIONS {
        if let Some((_, value)) = kept.head.iter().find(|(name, _)| name == validator) {
            asked.push((question.to_owned(), value.clone()));
        }
    }
    asked
}
