//! A synthetic population: visitors who come from somewhere, look at pages, fill carts and answer banners, decided by the real engine.
//!
//! Only its seed and the playbooks' own names make it: the same seed gives the same visitors on every machine, and what they do
//! does not depend on what they are shown, so that two playbooks can be held against each other.

pub(crate) mod person;
mod rng;
pub(crate) mod voice;
pub(crate) mod walk;
mod world;

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use parvis::engine::Engine;
use parvis::facts::Millis;
use parvis::playbook::Playbook;
use parvis::playbook::draft::Draft;
use parvis::visitor::keyring::Keyring;

use crate::check;

pub(crate) use person::Visitor;
pub(crate) use voice::Stance;
pub(crate) use world::World;

/// Visitor memory is sealed within one run only, so its key need not be a secret.
const KEY: &[u8] = b"1:5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";

/// A playbook as it was written, with an engine that runs it.
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
        let compiled = check::compile_or_explain(&source, path)?;
        let playbook = Playbook::open(compiled)
            .map_err(|reason| anyhow::anyhow!("`{}`: {}", path.display(), reason.sentence()))?;
        let Some(draft) = parvis::playbook::check::check(&source).draft else {
            bail!("the playbook `{}` has errors", path.display());
        };
        Ok(Site { draft, engine: Engine::new(Ok(playbook), Keyring::parse(KEY)) })
    }

    /// The compiled playbook.
    pub(crate) fn playbook(&self) -> Result<&Playbook> {
        self.engine.playbook().map_err(|reason| anyhow::anyhow!("{}", reason.sentence()))
    }
}

/// The moment a population begins to visit: as given, or the beginning of today.
pub(crate) fn start(now: Option<&str>) -> Result<Millis> {
    let Some(text) = now else {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let days = i64::try_from(since.as_secs() / 86_400).unwrap_or(0);
        return Ok(Millis(days.saturating_mul(86_400_000)));
    };
    match parvis::playbook::date::seconds(text) {
        Some(seconds) => Ok(Millis(seconds.saturating_mul(1000))),
        None => bail!("`--now {text}` is no date and time with zone; write it as 2026-11-21T12:00:00Z"),
    }
}

/// The day of a moment, as `2026-11-21`.
pub(crate) fn day(moment: Millis) -> String {
    // Days to a date by the civil calendar, in eras of 400 years that begin on 1 March.
    let days = moment.days().saturating_add(719_468);
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for text in ["1970-01-01", "2024-02-29", "2026-11-21", "1969-12-31", "2000-03-01"] {
            assert_eq!(day(start(Some(&format!("{text}T23:59:59Z"))).unwrap()), text);
        }
        assert!(start(Some("tomorrow")).is_err());
    }
}
