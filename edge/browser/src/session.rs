//! A session with one playbook: questions in, answers out, nothing of the visitor kept in between.

use alloc::string::String;
use alloc::vec::Vec;

use parvis::decide::mirror;
use parvis::engine::Engine;
use parvis::facts::Facts;
#[cfg(not(feature = "signed"))]
use parvis::playbook::Playbook;
use parvis::playbook::consent::permitted;
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
        #[cfg(feature = "signed")]
        let playbook = parvis::playbook::signature::open(env!("PARVIS_PUBLIC_KEY"), playbook);
        #[cfg(not(feature = "signed"))]
        let playbook = Playbook::open(playbook);
        Session { engine: Engine::new(playbook, Err(Reason::KeysAbsent)) }
    }

    /// The attribute by which the playbook marks blocks; empty when it could not be read.
    pub fn marker(&self) -> &str {
        self.engine.playbook().map_or("", |playbook| playbook.site().marker)
    }

    /// Answers `question`, asked at `place`; see [`question`] and [`answer`] for both texts.
    pub fn decide(&self, question: &str, place: &Place) -> String {
        let playbook = match self.engine.playbook() {
            Ok(playbook) => playbook,
            Err(reason) => return answer::refused(reason, None, "*", ""),
        };
        let mut facts = question::facts(question, place, Some(playbook));
        let mirror = mirror::renew(playbook, &mut facts, question::asked(question));
        let cookies = facts.cookies.clone();
        let mut exchange = self.engine.begin(facts);
        // Only the module that a page loads when somebody asks can say it.
        #[cfg(feature = "explain")]
        let why = [playbook.language(), "\n", &exchange.why().unwrap_or_default()].concat();
        #[cfg(not(feature = "explain"))]
        let why = String::new();
        match exchange.decide() {
            Ok(decided) => answer::decided(decided, playbook, &mirror, &why),
            Err(reason) => {
                let facts = Facts { cookies, ..question::facts(question, place, None) };
                let permitted = permitted(playbook, &facts);
                answer::refused(reason, Some(&permitted), &mirror, &mirror::names(playbook))
            }
        }
    }
}
