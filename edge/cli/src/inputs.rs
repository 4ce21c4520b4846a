//! Inputs shared by several commands: playbooks (drafts or compiled), request files, keys.

use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use parvis::author::request_file::RequestFile;
use parvis::author::status::Titles;
use parvis::engine::Engine;
use parvis::facts::Facts;
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis::visitor::keyring::Keyring;

use crate::check;

/// The playbook in `path`: compiled if it begins like one, else a draft that is checked and compiled here.
pub(crate) fn playbook(path: &Path) -> Result<Playbook> {
    let bytes =
        std::fs::read(path).with_context(|| format!("cannot read the playbook `{}`", path.display()))?;
    let compiled = if Playbook::looks_compiled(&bytes) {
        bytes
    } else {
        let source = String::from_utf8(bytes)
            .map_err(|_| anyhow!("the playbook `{}` is neither compiled nor UTF-8 text", path.display()))?;
        check::compile_or_explain(&source, path)?
    };
    Playbook::open(compiled).map_err(|reason| bad(path, reason))
}

/// The titles of the campaigns in `path`; a compiled playbook has none.
pub(crate) fn titles(path: &Path) -> Titles {
    std::fs::read_to_string(path).map(|source| Titles::of(&source)).unwrap_or_default()
}

/// An engine over the playbook in `path` and the keys in `keys`.
pub(crate) fn engine(path: &Path, keys: Option<&Path>) -> Result<Engine> {
    let keys = match keys {
        Some(path) => Ok(keyring(path)?),
        None => Err(Reason::KeysAbsent),
    };
    Ok(Engine::new(Ok(playbook(path)?), keys))
}

fn keyring(path: &Path) -> Result<Keyring> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read the keys `{}`", path.display()))?;
    Keyring::parse(&bytes).map_err(|reason| bad(path, reason))
}

/// The facts of a request file.
pub(crate) fn facts(path: &Path) -> Result<Facts> {
    let json = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the request `{}`", path.display()))?;
    match RequestFile::parse(&json).and_then(|request| request.facts()) {
        Ok(facts) => Ok(facts),
        Err(problem) => bail!("the request `{}` is not usable: {problem}", path.display()),
    }
}

/// Adds the variants of `--force` to a preview; each is `campaign=variant`, of an existing campaign and variant.
pub(crate) fn force(facts: &mut Facts, engine: &Engine, wanted: &[String]) -> Result<()> {
    let Ok(playbook) = engine.playbook() else { return Ok(()) };
    for pair in wanted {
        let Some((id, variant)) = pair.split_once('=') else {
            bail!("`--force {pair}` is not understood: write it as CAMPAIGN=VARIANT");
        };
        let campaigns: Vec<_> = playbook.every_campaign().collect();
        let Some(campaign) = campaigns.iter().find(|campaign| campaign.id() == id) else {
            let ids: Vec<_> = campaigns.iter().map(|campaign| campaign.id()).collect();
            bail!("the playbook has no campaign `{id}`; it has `{}`", ids.join("`, `"));
        };
        let ids: Vec<_> = campaign.variants().map(|variant| variant.id).collect();
        if !ids.contains(&variant) {
            bail!("campaign `{id}` has no variant `{variant}`; it has `{}`", ids.join("`, `"));
        }
        facts.forced.push((id.to_owned(), variant.to_owned()));
    }
    Ok(())
}

fn bad(path: &Path, reason: Reason) -> anyhow::Error {
    anyhow!("`{}`: {} ({})", path.display(), reason.sentence(), reason.code())
}
