//! A synthetic population: visitors who arrive, view pages, fill carts and answer banners, decided by the real engine.
//!
//! It depends only on its seed and the playbooks' own names: the same seed gives the same visitors on every machine.
//! Their actions do not depend on what they are shown, so that two playbooks can be compared.

mod life;
mod login;
pub(crate) mod person;
mod rng;
mod unsimulated;
pub(crate) mod voice;
pub(crate) mod walk;
mod world;

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use parvis::author::draft::Draft;
use parvis::base::calendar::Millis;
use parvis::engine::Engine;
use parvis::playbook::Playbook;
use parvis::visitor::keyring::Keyring;

use crate::check;

pub(crate) use person::Visitor;
pub(crate) use voice::Stance;
pub(crate) use world::World;

/// Visitor memory is sealed within one run only, so its key need not be a secret.
pub(crate) const KEY: &[u8] = b"1:5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";

/// A draft, with an engine that runs it.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) draft: Draft,
    pub(crate) engine: Engine,
}

impl Site {
    /// The site of a draft in a file; its errors go to standard error.
    pub(crate) fn read(path: &Path) -> Result<Site> {
        let bytes =
            std::fs::read(path).with_context(|| format!("cannot read the playbook `{}`", path.display()))?;
        if Playbook::looks_compiled(&bytes) {
            bail!(
                "`{}` is compiled; give the playbook as JSON, which has the names that visitors come with",
                path.display()
            );
        }
        let source = String::from_utf8_lossy(&bytes);
        let draft = check::draft_or_explain(&source, path)?;
        let compiled = check::compiled(&draft, path)?;
        let playbook = Playbook::open(compiled)
            .map_err(|reason| anyhow::anyhow!("`{}`: {}", path.display(), reason.sentence()))?;
        Ok(Site { draft, engine: Engine::new(Ok(playbook), Keyring::parse(KEY)) })
    }

    /// The compiled playbook.
    pub(crate) fn playbook(&self) -> Result<&Playbook> {
        self.engine.playbook().map_err(|reason| anyhow::anyhow!("{}", reason.sentence()))
    }
}

/// The command line options of a population.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The number of visitors.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) visitors: u32,
    /// The seed; another one gives another population.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// When the first of them arrive, as 2026-11-21T00:00:00Z; they visit for some weeks. By default today.
    #[arg(long, value_name = "TIME")]
    now: Option<String>,
    /// Of a hundred visitors where all is allowed until they object, those whose browser sends Global Privacy Control; by
    /// default 10, and 30 from 2027 on, when browsers in California must have the setting.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(0..=100))]
    pub(crate) gpc: Option<u32>,
}

impl Options {
    /// The time at which the population begins to visit: as given, or the beginning of today.
    pub(crate) fn start(&self) -> Result<Millis> {
        let Some(text) = &self.now else {
            let since =
                std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            let days = i64::try_from(since.as_secs() / 86_400).unwrap_or(0);
            return Ok(Millis(days.saturating_mul(86_400_000)));
        };
        match parvis::author::date::seconds(text) {
            Some(seconds) => Ok(Millis(seconds.saturating_mul(1000))),
            None => bail!("`--now {text}` is no date and time with zone; write it as 2026-11-21T12:00:00Z"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use super::*;
    use crate::calendar;

    #[test]
    fn days_are_those_of_the_calendar() {
        let start =
            |now: &str| Options { visitors: 1, seed: 1, now: Some(now.to_owned()), gpc: None }.start();
        for text in ["1970-01-01", "2024-02-29", "2026-11-21", "1969-12-31", "2000-03-01"] {
            assert_eq!(calendar::date(start(&format!("{text}T23:59:59Z")).unwrap()), text);
        }
        assert!(start("tomorrow").is_err());
    }
}
