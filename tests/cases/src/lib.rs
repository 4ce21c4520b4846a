//! The shared cases in `fixtures/cases`: one file says what every host must answer, byte for byte.
//!
//! A case is a story of one visitor: steps that share a cookie jar, so that a sealed cookie set in one step comes back in the
//! next. A host under test implements [`Host`]; [`run`] plays every case against it and reports each difference with the name
//! of the file, so that `cargo test -p parvis-cases -- NAME` replays it.

pub mod accept;
pub mod case;
pub mod engine;
pub mod jar;

use anyhow::{Context as _, Result};

pub use case::{Case, Expected, Origin, Step};
pub use jar::Jar;

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
pub trait Host {
    /// Answers one step of a case; `cookies` is what the jar holds as one `Cookie` value, empty for none.
    fn answer(&mut self, case: &Case, step: &Step, cookies: &str) -> Result<Answer>;
}

/// Plays all cases that apply to `host` named `name`; the error lists every difference.
pub fn run(name: &str, host: &mut impl Host) -> Result<usize> {
    let mut differences = Vec::new();
    let cases = case::all()?;
    let mut played = 0;
    for case in cases.iter().filter(|case| case.runs_on(name)) {
        played += 1;
        if let Err(error) = play(case, host) {
            differences.push(format!("{}: {error:#}", case.file));
        }
    }
    anyhow::ensure!(
        differences.is_empty(),
        "{} of {played} cases differ on {name}:\n{}",
        differences.len(),
        differences.join("\n")
    );
    Ok(played)
}

fn play(case: &Case, host: &mut impl Host) -> Result<()> {
    let mut jar = Jar::default();
    for (index, step) in case.steps.iter().enumerate() {
        step.forgets.iter().for_each(|name| jar.forget(name));
        let answer = host.answer(case, step, &jar.header()).with_context(|| format!("step {}", index + 1))?;
        let cookies: Vec<&str> = answer
            .headers
            .iter()
            .filter(|(name, _)| name == "set-cookie")
            .map(|(_, value)| value.as_str())
            .collect();
        cookies.iter().for_each(|cookie| jar.set(cookie));
        if accept::asked() {
            accept::write(case, index, &answer)?;
        } else {
            step.compare(&answer).with_context(|| format!("step {}", index + 1))?;
        }
    }
    Ok(())
}
