//! The engine: a playbook and keys; it begins every exchange.

use crate::consent::stored::StoredSettings;
use crate::exchange::Exchange;
use crate::facts::Facts;
use crate::playbook::Playbook;
use crate::reason::Reason;
use crate::visitor::keyring::Keyring;
use crate::visitor::upstream::Upstream;

/// The state shared by all requests: the playbook, or why there is none, and the keys of visitor memory.
///
/// It holds no data of any visitor, so a host may keep it between requests. For how a request is decided see
/// [`crate::decide`].
#[derive(Debug)]
pub struct Engine {
    playbook: Result<Playbook, Reason>,
    keys: Result<Keyring, Reason>,
}

impl Engine {
    /// Creates an engine with this playbook and keys, or with the reasons why there are none.
    ///
    /// Without a playbook every response is passed through.
    ///
    /// Without keys visitor memory is neither read nor written.
    pub const fn new(playbook: Result<Playbook, Reason>, keys: Result<Keyring, Reason>) -> Engine {
        Engine { playbook, keys }
    }

    /// Begins the exchange for one request. It cannot fail; see [`Exchange`] for the next call.
    pub fn begin(&self, facts: Facts) -> Exchange<'_> {
        Exchange::new(self, facts)
    }

    /// What every host cuts from every request to the origin; without a readable playbook, what is ours under any.
    pub fn upstream(&self) -> Upstream<'_> {
        let section = self.playbook().map_or(&[][..], Playbook::consent_section);
        Upstream::new(StoredSettings::open(section).unwrap_or_default())
    }

    /// Gives back the playbook, or why there is none.
    ///
    /// # Errors
    /// The reason why there is no playbook.
    pub fn into_playbook(self) -> Result<Playbook, Reason> {
        self.playbook
    }

    /// The playbook, or why there is none.
    pub const fn playbook(&self) -> Result<&Playbook, Reason> {
        match &self.playbook {
            Ok(playbook) => Ok(playbook),
            Err(reason) => Err(*reason),
        }
    }

    /// The keys of visitor memory, or why there are none.
    pub(crate) const fn keys(&self) -> Result<&Keyring, Reason> {
        match &self.keys {
            Ok(keys) => Ok(keys),
            Err(reason) => Err(*reason),
        }
    }
}
