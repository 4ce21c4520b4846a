//! The cells of the matrix: what the origin sends, in which state it finds the host, and what a visitor asks for.

use parvis_host_tests::coded::{CODINGS, code};
use parvis_host_tests::origin::{Act, Asked, chunk, respond};
use parvis_host_tests::sample::HERO;

/// What a visitor asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    Get,
    Head,
    Range,
    Match,
    Mismatch,
}

/// In which state of the page the visitor comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Hit,
    Miss,
    StalePlan,
    CorruptPlan,
    Origin304,
    NotFound,
    Redirect,
}

/// Bytes that the origin writes at once.
const CHUNKS: [usize; 5] = [1, 13, 1400, 16_384, 65_536];
const ASKS: [Ask; 5] = [Ask::Get, Ask::Head, Ask::Range, Ask::Match, Ask::Mismatch];
const STATES: [State; 7] = [
    State::Hit,
    State::Miss,
    State::StalePlan,
    State::CorruptPlan,
    State::Origin304,
    State::NotFound,
    State::Redirect,
];
/// The part that `Ask::Range` asks for.
pub(crate) const PART: std::ops::Range<usize> = 5..21;
/// What the origin says when it has moved, and where the page is not.
pub(crate) const OTHER: &str =
    "<!doctype html><title>Not here</title><div data-block=hero><h1>Welcome</h1></div>";

/// One cell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell {
    pub(crate) number: usize,
    pub(crate) coding: &'static str,
    pub(crate) ask: Ask,
    pub(crate) state: State,
    pub(crate) chunk: usize,
    /// Whether a block of the page is changed for this visitor.
    pub(crate) spring: bool,
    /// What the visitor's `Accept-Encoding` says, if anything.
    pub(crate) takes: Option<&'static str>,
}

/// All of them.
pub(crate) fn all() -> Vec<Cell> {
    let mut cells = Vec::new();
    for coding in CODINGS {
        for ask in ASKS {
            for state in STATES {
                for chunk in CHUNKS {
                    for spring in [true, false] {
                        let number = cells.len();
                        // These go round, so that each meets every other value somewhere.
                        let takes =
                            [None, Some("gzip, deflate, br, zstd"), Some("br"), Some("gzip;q=0.5, *;q=0")];
                        let takes = takes[(number / 2 + number / 10) % takes.len()];
                        cells.push(Cell { number, coding, ask, state, chunk, spring, takes });
                    }
                }
            }
        }
    }
    cells
}

impl Cell {
    /// Path and query, which no other cell has.
    pub(crate) fn path(&self) -> String {
        let campaign = if self.spring { "&utm_campaign=spring-sale" } else { "" };
        format!("/?cell={}{campaign}", self.number)
    }

    /// The cell that the origin is asked about.
    pub(crate) fn of<'c>(cells: &'c [Cell], asked: &Asked) -> Option<&'c Cell> {
        let digits = asked.path.strip_prefix("/?cell=")?.split('&').next()?;
        cells.get(digits.parse::<usize>().ok()?)
    }

    /// Whether somebody has been here before.
    pub(crate) fn primed(&self) -> bool {
        !matches!(self.state, State::Miss | State::NotFound | State::Redirect)
    }

    /// The page that the origin has when the visitor comes, or when somebody came before.
    pub(crate) fn page(&self, now: bool) -> String {
        page(now && self.state == State::StalePlan)
    }

    pub(crate) fn etag(&self, now: bool) -> String {
        format!("\"{}-{}\"", self.coding, if now && self.state == State::StalePlan { 2 } else { 1 })
    }

    /// What the visitor's request says beside its path.
    pub(crate) fn headers(&self) -> Vec<String> {
        let mut headers = vec!["X-Now: yes".to_owned()];
        headers.extend(self.takes.map(|takes| format!("Accept-Encoding: {takes}")));
        match self.ask {
            Ask::Get | Ask::Head => {}
            Ask::Range => headers.push(format!("Range: bytes={}-{}", PART.start, PART.end - 1)),
            Ask::Match => headers.push(format!("If-None-Match: {}", self.etag(true))),
            Ask::Mismatch => headers.push("If-None-Match: \"another\"".to_owned()),
        }
        match self.state {
            State::StalePlan | State::Origin304 => headers.push("Cache-Control: no-cache".to_owned()),
            State::CorruptPlan => headers.push(format!("Parvis-Case-Plan: {}", self.number)),
            _ => {}
        }
        headers
    }

    /// What the origin does: a server that keeps to the standard, but sends one coding whatever it is asked for.
    pub(crate) fn answer(&self, asked: &Asked) -> Vec<Act> {
        let now = asked.header("x-now").is_some();
        let etag = self.etag(now);
        let coding = format!("Content-Encoding: {}", self.coding);
        let tag = format!("ETag: {etag}");
        let mut head = vec!["Content-Type: text/html; charset=utf-8", "X-Origin: yes"];
        if self.coding != "identity" {
            head.push(&coding);
        }
        let gone = now && matches!(self.state, State::NotFound | State::Redirect);
        let body = code(self.coding, if gone { OTHER.to_owned() } else { self.page(now) }.as_bytes());
        let body = body.unwrap_or_default();
        if gone {
            head.push("Location: /elsewhere");
            let status = if self.state == State::NotFound { 404 } else { 301 };
            return self.write(asked, status, &head, &body);
        }
        head.extend([tag.as_str(), "Cache-Control: max-age=60", "Accept-Ranges: bytes"]);
        if asked.header("if-none-match") == Some(etag.as_str()) {
            return vec![respond(304, &[&tag, "Cache-Control: max-age=60"], b"")];
        }
        if asked.header("range").is_some() {
            let range = format!("Content-Range: bytes {}-{}/{}", PART.start, PART.end - 1, body.len());
            head.push(&range);
            return self.write(asked, 206, &head, &body[PART]);
        }
        self.write(asked, 200, &head, &body)
    }

    /// A response in writes of this cell's size, with its length before it or in chunks.
    fn write(&self, asked: &Asked, status: u16, head: &[&str], body: &[u8]) -> Vec<Act> {
        let length = format!("Content-Length: {}", body.len());
        let pieces = body.chunks(self.chunk);
        let bare = asked.method == "HEAD";
        if bare || self.number % 4 < 2 {
            let head = respond(status, &[head, &[&length]].concat(), b"");
            let body = pieces.map(|piece| Act::Send(piece.to_vec())).filter(|_| !bare);
            return [head].into_iter().chain(body).collect();
        }
        let head = respond(status, &[head, &["Transfer-Encoding: chunked"]].concat(), b"");
        [head].into_iter().chain(pieces.map(chunk)).chain([chunk(b"")]).collect()
    }
}

/// A page long enough to be compressed; of the second version every byte lies elsewhere.
fn page(second: bool) -> String {
    let lines = (0..30).map(|line| format!("<li class=\"thing\">Thing number {line} of many</li>\n"));
    let title = if second { "Shop, in the autumn" } else { "Shop" };
    format!(
        "<!doctype html><title>{title}</title><ul>{}</ul><div data-block=hero>{HERO}</div><p>All things</p>",
        lines.collect::<String>()
    )
}
