//! The shared cases in `fixtures/cases`: one file says what every host must answer, line by line and byte by byte.
//!
//! `cargo test -p parvis-cases` plays them on the engine, `cargo test -p parvis-cases -- cart` those with `cart` in their
//! names, or in the name of their folder. `tests/hosts/tests/cases.rs` plays them on every edge host, `edge/browser/test/cases.test.mjs`
//! in the browser's module. Each case is a test of its own. A failure prints the command that replays it.
//!
//! # A case
//!
//! A case is a story of one visitor: steps that share a cookie jar, so that a cookie set in one step comes back in the next.
//! Its file is `FEATURE/NAME.json`; the name of its test is `FEATURE/NAME`. No two cases have one `NAME`.
//!
//! | Member | What it says |
//! |---|---|
//! | `what` | what must be true, in a sentence |
//! | `playbook` | a file in `fixtures/playbooks/valid`, without `.json` |
//! | `keys` | whether the host has the keys of visitor memory; `true` when left out |
//! | `hosts` | where it runs, of `edge`, `browser` and `engine`; `edge`, which is every edge host, when left out |
//! | `steps` | the requests, in order |
//!
//! The engine plays every case. A case of `browser` without an edge has no origin and no response. Where edges play it too,
//! the browser is a page of its own behind no edge. `engine` alone is for what a real host always has, such as a clock.
//!
//! | Member of a step | What it says |
//! |---|---|
//! | `request` | the request in the format of `parvis decide --request` |
//! | `visitor` | a name in `fixtures/presets.json`: what the visitor chose, as cookies of the request |
//! | `browser` | a name there: the browser, as headers of the request |
//! | `forgets` | names of cookies that the browser lost since the last step; none when left out |
//! | `origin` | the origin's `status`, `headers`, and `body` as text or `page` of `fixtures/pages`; `like` is a name there; [`Origin`] when left out |
//! | `expect` | what must come back; only a case that is not accepted yet has none |
//!
//! What a step says itself wins over its presets, member by member ([`presets`]). `accept` leaves the names as they are.
//!
//! # What must come back
//!
//! The comparison is strict: what is not in `expect` must not come back, and `null` stands for nothing but `null`.
//! Header names are in lower case. The value of a header is a string, or a list of strings where the name comes several times.
//!
//! | Member of `expect` | What it says |
//! |---|---|
//! | `status` | the HTTP status |
//! | `headers` | every header line of the response but `Set-Cookie`; none when left out |
//! | `cookies` | every `Set-Cookie`, in order; none when left out |
//! | `origin_sees` | every header line that reaches the origin; the origin is not asked when left out |
//! | `same_body` | `true` where the body is the origin's, byte for byte |
//! | `body` | the body otherwise |
//! | `record` | the whole record but `bytes` ([`UNKNOWN_TO_HOSTS`]) |
//! | `browser` | where a browser plays the case: `blocks`, `visit`, `memory` and `allowed`, whole |
//!
//! A step of the browser alone has `browser` and nothing else. There is one way to write each expectation, so that a file can be
//! compared with an answer as JSON. These stand in it for what would be long or would change with every edit of a playbook:
//!
//! | Text | What it stands for |
//! |---|---|
//! | `$digest` | the playbook's digest, in any string |
//! | `$sent` | in `origin_sees`, line for line: what the client sent in that line of the same name |
//! | `$playbook` | as `body`: the compiled playbook |
//! | `$hex …` | as `body`: bytes that are not UTF-8 |
//!
//! # What a host has of its own
//!
//! A real host adds lines that are its own business, such as `date`. [`own`] has the closed table of them for each host: such a
//! line is taken out before the comparison, once for each entry. Any other line fails.
//!
//! # Accepting
//!
//! `cargo run -p parvis-cases -- accept [NAME...]` writes what the engine answers into the cases with `NAME` in their names, or
//! into all. It touches only what changed, prints a line for each case that it changed, and leaves alone those on which the
//! engine and the model differ. A name that no case has is an error. It also writes the [`counts`] of cases and steps on each
//! host, which every host compares.

pub mod accept;
pub mod agrees;
pub mod case;
pub mod counts;
pub mod differ;
pub mod engine;
pub mod expect;
pub mod harness;
pub mod jar;
pub mod own;
pub mod presets;

use anyhow::{Context as _, Result, bail, ensure};
use parvis::visitor::cookie;

pub use case::{Case, Origin, Step};
pub use expect::{Expected, UNKNOWN_TO_HOSTS};
pub use jar::Jar;

/// The cookies that a step may forget where the visitor has none, which is a visit that begins anew.
const OURS: [&str; 2] = [cookie::VISIT, cookie::MEMORY];

/// What came back for one step.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Response headers, names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The headers that reached the origin, names in lower case; `None` when the origin was not asked.
    pub origin_saw: Option<Vec<(String, String)>>,
    /// The record, as JSON.
    pub record: serde_json::Value,
    /// In the browser: what is decided and kept.
    pub browser: serde_json::Value,
}

/// Something that answers requests with a playbook: the engine itself, or a host in its real runtime.
pub trait Host: Send + Sync {
    /// Answers one step of a case; `cookies` is what the jar holds as one `Cookie` value, empty for none.
    ///
    /// # Errors
    /// What broke; [`Missing`] where the host cannot run here.
    fn answer(&self, case: &Case, step: &Step, cookies: &str) -> Result<Answer>;

    /// Whether it also says what a browser decides; a real edge knows nothing of the browser's part.
    fn plays_the_browser(&self) -> bool {
        false
    }

    /// Whether header lines of one name come out of it as one, which means the same; but for `Set-Cookie`.
    fn joins_lines(&self) -> bool {
        false
    }
}

/// The runtime of a host is not installed.
#[derive(Clone, Copy, Debug)]
pub struct Missing(pub &'static str);

impl std::fmt::Display for Missing {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} is not installed", self.0)
    }
}

impl std::error::Error for Missing {}

/// Plays a case; the error tells each difference of the first step that differs.
///
/// # Errors
/// The differences, or what broke.
pub fn check(case: &Case, host: &dyn Host) -> Result<()> {
    story(case, host, |index, step, mut got| {
        let mut expected = Expected::read(&step.expect).with_context(|| format!("step {}", index + 1))?;
        if !host.plays_the_browser() {
            expected.browser = None;
            got.browser = None;
        }
        let (mut expected, mut got) = (serde_json::to_value(expected)?, serde_json::to_value(got)?);
        let sent = step.sent_headers("");
        let several = |word| sent.iter().filter(|(name, _)| name.eq_ignore_ascii_case(word)).count() > 1;
        // Two lines and one line with a comma are the same to it, and not to a host that sees lines.
        if host.joins_lines() && (several("sec-gpc") || several("dnt")) {
            return Ok(());
        }
        if host.joins_lines() {
            joined(&mut expected);
            joined(&mut got);
        }
        let differences = differ::all(&expected, &got);
        if differences.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = differences.iter().map(|difference| format!("  {difference}")).collect();
        bail!("step {} differs:\n{}", index + 1, lines.join("\n"))
    })
}

/// Joins header lines of one name.
fn joined(answer: &mut serde_json::Value) {
    for (heads, request) in [("headers", false), ("origin_sees", true)] {
        let lines = answer.get_mut(heads).and_then(serde_json::Value::as_object_mut);
        for (name, values) in lines.into_iter().flatten().filter(|(name, _)| *name != "set-cookie") {
            let between = if request && name == "cookie" { "; " } else { ", " };
            let all: Option<Vec<&str>> =
                values.as_array().map(|values| values.iter().filter_map(serde_json::Value::as_str).collect());
            if let Some(all) = all {
                *values = all.join(between).into();
            }
        }
    }
}

/// Plays a case and hands each step to `each` with what came back.
///
/// # Errors
/// What broke, or the first error of `each`.
pub fn story(
    case: &Case,
    host: &dyn Host,
    mut each: impl FnMut(usize, &Step, Expected) -> Result<()>,
) -> Result<()> {
    let mut jar = Jar::default();
    for (index, step) in case.steps.iter().enumerate() {
        for name in &step.forgets {
            let forgotten = jar.forget(name) || OURS.contains(&name.as_str());
            ensure!(forgotten, "step {} forgets `{name}`, which the visitor never had", index + 1);
        }
        let cookies = jar.header();
        let answer = host.answer(case, step, &cookies).with_context(|| format!("step {}", index + 1))?;
        let set = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
        set.for_each(|(_, value)| jar.set(value));
        each(index, step, Expected::of(case, step, &cookies, &answer)?)?;
    }
    Ok(())
}
