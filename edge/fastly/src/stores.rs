//! The playbook and the keys, from Fastly's stores: one read each, and no fault in either fails a request.

use std::io::Read;

use fastly::kv_store::{KVStore, KVStoreError};
use fastly::secret_store::SecretStore;
use parvis::limits;
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis::visitor::keyring::Keyring;

/// The name of the key-value store and of the secret store.
const STORE: &str = "parvis";
/// The key of the compiled playbook in the key-value store.
const PLAYBOOK: &str = "playbook";
/// The name of the keys of visitor memory in the secret store.
const KEYS: &str = "keys";

/// The compiled playbook, or why there is none.
pub(crate) fn playbook() -> Result<Playbook, Reason> {
    let store = KVStore::open(STORE).map_err(reason)?.ok_or(Reason::NoPlaybook)?;
    let mut found = store.lookup(PLAYBOOK).map_err(reason)?;
    let mut body = found.try_take_body().ok_or(Reason::StoreFailed)?;
    let bound = u64::try_from(limits::PLAYBOOK_BYTES).unwrap_or(u64::MAX);
    if body.known_length().is_some_and(|length| length > bound) {
        return Err(Reason::PlaybookTooLarge);
    }
    let mut bytes = Vec::new();
    // One byte more than is allowed tells a value of unknown length that is too large from one that just fits.
    body.take(bound.saturating_add(1)).read_to_end(&mut bytes).map_err(|_| Reason::StoreFailed)?;
    Playbook::open(bytes)
}

fn reason(error: KVStoreError) -> Reason {
    match error {
        KVStoreError::ItemNotFound | KVStoreError::StoreNotFound(_) => Reason::NoPlaybook,
        _ => Reason::StoreFailed,
    }
}

/// The keys of visitor memory; none where the secret store lacks them or refuses.
pub(crate) fn keys() -> Keyring {
    read_keys().unwrap_or_else(no_keys)
}

/// No keys: visitor memory is neither read nor written.
pub(crate) fn no_keys() -> Keyring {
    Keyring::default()
}

fn read_keys() -> Option<Keyring> {
    let secret = SecretStore::open(STORE).ok()?.try_get(KEYS).ok()??;
    let text = secret.try_plaintext().ok()?;
    Keyring::parse(std::str::from_utf8(&text).ok()?)
}
