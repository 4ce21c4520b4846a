//! What may be at most how large, with the reason: the only place for such numbers in `xtask`.
//!
//! A limit stands for something that somebody would notice: a goal of the project, or a ceiling with what lies behind it. It is
//! not what was reached last time; that is printed by `cargo xtask size`, which writes it to `xtask/reached.tsv` with
//! `--record`, and nothing is held against that file. A limit is raised by a decision about its reason, never because a
//! change did not fit.

/// One limit.
pub struct Limit {
    pub what: &'static str,
    pub at_most: usize,
    /// What is counted.
    pub unit: &'static str,
    /// What the project wants to reach, where the limit is a ceiling above that, or no goal was set.
    pub goal: Option<usize>,
    pub reason: &'static str,
    pub agreed: Agreed,
}

/// Who set a limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Agreed {
    /// It is one of the numbers that the project set out to reach.
    Goal,
    /// The goal is not reached, or there is none: the most that is put up with meanwhile.
    Ceiling,
}

/// The engine alone, kept alive by `xtask/probe`.
pub const ENGINE: &str = "engine";
/// The module that is deployed to Fastly Compute.
pub const FASTLY: &str = "Fastly module";
/// The module of `parvis/edge`.
pub const WORKERS: &str = "module of parvis/edge";
/// What a page loads with `parvis/slim`.
pub const SLIM: &str = "slim.js + core.wasm";
/// What a page loads with `parvis`.
pub const ALL_IN_ONE: &str = "index.js (all in one)";
/// What consent adds to a browser module, every string and banner.
pub const CONSENT: &str = "consent in the browser";
/// Memory of the engine's module while it rewrites, beyond what it has while it passes the same page through.
pub const HEAP: &str = "memory beyond pass-through";
/// A file of code.
pub const FILE: &str = "file of code";
/// The code of an adapter, without blank lines, comments and tests.
pub const ADAPTER: &str = "adapter";

/// All of `cargo xtask test`, from its first step to its last.
pub const TESTS: &str = "all tests";

const KB: usize = 1024;
const GZIP: &str = "bytes after gzip -9";
const LINES: &str = "lines";

/// All limits.
pub const LIMITS: [Limit; 10] = [
    Limit {
        what: ENGINE,
        at_most: 175 * KB,
        unit: GZIP,
        goal: Some(175 * KB),
        reason: "one module for edges that a site uploads itself: engine and glue together",
        agreed: Agreed::Goal,
    },
    Limit {
        what: FASTLY,
        at_most: 320 * KB,
        unit: GZIP,
        goal: Some(320 * KB),
        reason: "nobody downloads it, and what it costs is processor time: this notices a library that brings its own world",
        agreed: Agreed::Goal,
    },
    Limit {
        what: WORKERS,
        at_most: 184_000,
        unit: GZIP,
        goal: Some(175 * KB),
        reason: "what the engine learned since the goal was set; a site uploads it with its own code, where plans without a fee take a megabyte for both",
        agreed: Agreed::Ceiling,
    },
    Limit {
        what: SLIM,
        at_most: 113_500,
        unit: GZIP,
        goal: Some(86 * KB),
        reason: "0.59 s on a phone with 1.6 Mbit/s, in which the page shows its defaults: the forms of 40 banners and a denial \
                 that needs no module are in it, until consent is a module of its own",
        agreed: Agreed::Ceiling,
    },
    Limit {
        what: ALL_IN_ONE,
        at_most: 141_000,
        unit: GZIP,
        goal: Some(90 * KB),
        reason: "0.74 s on the same phone, for sites that want one file and no second request",
        agreed: Agreed::Ceiling,
    },
    Limit {
        what: CONSENT,
        at_most: 26_000,
        unit: GZIP,
        goal: None,
        reason: "less than a quarter of what a page may load: permission is read by the same code in the page as at the edge, \
                 with the forms of 40 banners",
        agreed: Agreed::Ceiling,
    },
    Limit {
        what: HEAP,
        at_most: 2 * KB * KB,
        unit: "bytes",
        goal: Some(2 * KB * KB),
        reason: "a page of 5 MB with 20 blocks beside others in an instance of 128 MB",
        agreed: Agreed::Goal,
    },
    Limit {
        what: FILE,
        at_most: 600,
        unit: LINES,
        goal: None,
        reason: "one person reads a file in one sitting; a longer one has two subjects and is split",
        agreed: Agreed::Ceiling,
    },
    Limit {
        what: ADAPTER,
        at_most: 480,
        unit: LINES,
        goal: Some(350),
        reason: "an adapter moves bytes and decides nothing; Fastly's and the native one answer from kept pages, too",
        agreed: Agreed::Ceiling,
    },
    // Printed, and never an error: how fast a machine is, is not in the hands of a change.
    Limit {
        what: TESTS,
        at_most: 45,
        unit: "minutes",
        goal: Some(18),
        reason: "a fresh clone on a fresh machine with two cores, Viceroy included; where that is there, half of it",
        agreed: Agreed::Ceiling,
    },
];

/// The limit of this name. A name without a limit is a mistake of whoever asks.
pub fn limit(what: &str) -> anyhow::Result<&'static Limit> {
    find(what).ok_or_else(|| anyhow::anyhow!("xtask/src/limits.rs has no limit for `{what}`"))
}

/// The limit of this name, where there is one.
pub fn find(what: &str) -> Option<&'static Limit> {
    LIMITS.iter().find(|limit| limit.what == what)
}

impl Limit {
    /// What is said of this number: `None` where all is well, else how far it is above the goal.
    pub fn gap(&self, reached: usize) -> Option<String> {
        let goal = self.goal.filter(|goal| reached > *goal)?;
        let above = (reached - goal).saturating_mul(100).checked_div(goal).unwrap_or_default();
        Some(format!("{above} % above the goal"))
    }

    /// An error where this number is more than may be.
    pub fn hold(&self, reached: usize) -> anyhow::Result<()> {
        let Limit { what, at_most, unit, reason, .. } = self;
        anyhow::ensure!(reached <= *at_most, "{what}: {reached} {unit}, at most {at_most}: {reason}");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_have_reasons_and_goals_are_no_ceilings() {
        for limit in &LIMITS {
            assert!(limit.reason.len() > 40, "{}: no reason is good enough", limit.what);
            let met = limit.goal == Some(limit.at_most);
            assert_eq!(met, limit.agreed == Agreed::Goal, "{}: a goal is the limit itself", limit.what);
            assert!(limit.goal.is_none_or(|goal| goal <= limit.at_most), "{}", limit.what);
        }
    }

    #[test]
    fn what_is_too_large_is_an_error_that_says_why() {
        let adapter = limit(ADAPTER).expect("a limit");
        assert!(adapter.hold(480).is_ok());
        let error = adapter.hold(481).expect_err("too long").to_string();
        assert!(error.contains("481 lines, at most 480: an adapter moves bytes"), "{error}");
        assert_eq!(adapter.gap(350), None);
        assert_eq!(adapter.gap(385).as_deref(), Some("10 % above the goal"));
        assert!(limit("a cloud").is_err());
    }
}
