//! The engine: a playbook and keys; it begins every exchange.

use alloc::sync::Arc;

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
///
/// A clone is the same engine: an exchange holds one, so that a host may replace its engine while requests are under way.
#[derive(Clone, Debug)]
pub struct Engine(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    playbook: Result<Playbook, Reason>,
    keys: Result<Keyring, Reason>,
}

impl Engine {
    /// Creates an engine with this playbook and keys, or with the reasons why there are none.
    ///
    /// Without a playbook every response is passed through.
    ///
    /// Without keys visitor memory is neither read nor written.
    pub fn new(playbook: Result<Playbook, Reason>, keys: Result<Keyring, Reason>) -> Engine {
        Engine(Arc::new(Parts { playbook, keys }))
    }

    /// Begins the exchange for one request. It cannot fail; see [`Exchange`] for the next call.
    pub fn begin(&self, facts: Facts) -> Exchange {
        Exchange::new(self.clone(), facts)
    }

    /// What every host cuts from every request to the origin; without a readable playbook, what is ours under any.
    pub fn upstream(&self) -> Upstream<'_> {
        let section = self.playbook().map_or(&[][..], Playbook::consent_section);
        Upstream::new(StoredSettings::open(section).unwrap_or_default())
    }

    /// Gives back the playbook, if there is one and no clone or exchange has it.
    pub fn into_playbook(self) -> Option<Playbook> {
        Arc::into_inner(self.0)?.playbook.ok()
    }

    /// The playbook, or why there is none.
    pub fn playbook(&self) -> Result<&Playbook, Reason> {
        match &self.0.playbook {
            Ok(playbook) => Ok(playbook),
            Err(reason) => Err(*reason),
        }
    }

    /// The keys of visitor memory, or why there are none.
    pub(crate) fn keys(&self) -> Result<&Keyring, Reason> {
        match &self.0.keys {
            Ok(keys) => Ok(keys),
            Err(reason) => Err(*reason),
        }
    }
}
