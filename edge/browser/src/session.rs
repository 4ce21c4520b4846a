//! A session with one playbook: questions in, answers out, nothing of the visitor kept in between.

use parvis::consent::resolve::Resolution;
use parvis::decide::Decided;
use parvis::engine::Engine;
use parvis::playbook::Playbook;
use parvis::reason::Reason;

use crate::answer;
use crate::question::{self, Place};

/// The engine with a site's playbook and, in a browser, without keys.
#[derive(Debug)]
pub struct Session {
    engine: Engine,
}

impl Session {
    /// A session with this compiled playbook; a damaged one decides nothing, and each answer says why.
    pub fn open(playbook: Vec<u8>) -> Session {
        Session { engine: Engine::new(Playbook::open(playbook), None) }
    }

    /// The attribute by which the playbook marks blocks; empty when it could not be read.
    pub fn marker(&self) -> &str {
        self.engine.playbook().map_or("", |playbook| playbook.site().marker)
    }

    /// Answers `question`, asked at `place`; see [`question`] and [`answer`] for both texts.
    pub fn decide(&self, question: &str, place: Place) -> String {
        let facts = question::facts(question, place, self.engine.playbook().ok());
        let mut exchange = self.engine.begin(facts);
        match (exchange.decide(), self.engine.playbook()) {
            (Ok(decided), Ok(playbook)) => answer::decided(decided, playbook),
            (Err(reason), _) | (_, Err(reason)) => answer::refused(reason, exchange.allowed()),
        }
    }
}
