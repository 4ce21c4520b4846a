//! A site of `bench decide`: its playbook as JSON, compiled, and opened in an engine with keys.

use anyhow::{Context as _, anyhow};
use parvis::author::request_file::RequestFile;
use parvis::consent::evidence::Evidence;
use parvis::engine::Engine;
use parvis::facts::Facts;
use parvis::playbook::Playbook;
use parvis::playbook::view::Campaign;
use parvis::reason::Reason;
use parvis::visitor::keyring::Keyring;
use serde_json::Value as Json;

use crate::policy::Visitor;

/// One key, so that visitor memory is sealed and opened as at an edge.
const KEYS: &str = "1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

/// The keys.
///
/// # Errors
/// Never.
pub fn keys() -> Result<Keyring, Reason> {
    Keyring::parse(KEYS.as_bytes())
}

/// One site.
pub struct Site {
    /// The playbook as written.
    pub source: Json,
    /// The compiled file.
    pub compiled: Vec<u8>,
    /// An engine with it.
    pub engine: Engine,
}

impl Site {
    /// Compiles a playbook and opens it.
    ///
    /// # Errors
    /// When it does not compile or open.
    pub fn new(source: &Json) -> anyhow::Result<Site> {
        let compiled = parvis::author::compile_source(&source.to_string())
            .map_err(|problems| anyhow!("the bench's playbook does not compile:\n{problems}"))?;
        let playbook = Playbook::open(compiled.clone()).map_err(|reason| anyhow!(reason.code()))?;
        let engine = Engine::new(Ok(playbook), keys());
        Ok(Site { source: source.clone(), compiled, engine })
    }

    /// All campaigns.
    pub fn campaigns(&self) -> impl Iterator<Item = Campaign<'_>> {
        let playbook = self.engine.playbook().ok();
        (0..=u16::MAX).map_while(move |index| playbook?.campaign(index))
    }

    /// The code of each campaign's own condition.
    #[must_use]
    pub fn conditions(&self) -> Vec<&[u8]> {
        self.campaigns().map(|campaign| campaign.conditions()[1]).collect()
    }
}

/// The requests of these visitors, each with the cookies that an earlier one was answered with.
///
/// # Errors
/// When a request is malformed or none of the playbook's.
pub fn returning(engine: &Engine, visitors: &[Visitor]) -> anyhow::Result<Vec<Facts>> {
    let of = |visitor: &Visitor| -> anyhow::Result<Facts> {
        let file = RequestFile::parse(&visitor.request().to_string()).map_err(anyhow::Error::msg)?;
        let mut facts = file.facts().map_err(anyhow::Error::msg)?;
        let mut exchange = engine.begin(facts.clone());
        let decided = exchange.decide().map_err(|reason| anyhow!(reason.code()))?;
        let pairs = decided.outcome.cookies().iter().map(|cookie| cookie.as_str());
        let pairs: Vec<&str> = pairs.filter_map(|cookie| cookie.split(';').next()).collect();
        let kept = |sent: &&str| {
            let name = sent.split('=').next().unwrap_or_default();
            !pairs.iter().any(|pair| pair.split('=').next() == Some(name))
        };
        let sent = Evidence::of(&facts).cookies.first().context("a visitor has cookies")?.clone();
        let all: Vec<&str> = sent.split("; ").filter(kept).chain(pairs.iter().copied()).collect();
        facts.cookies = [all.join("; ")].into();
        Ok(facts)
    };
    visitors.iter().map(of).collect()
}
