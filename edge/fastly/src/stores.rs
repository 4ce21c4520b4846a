//! The playbook and the keys, from Fastly's stores: one read each; a fault in either does not fail a request.

use std::io::Read;
use std::time::Duration;

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

/// Timeout for reading the playbook. Fastly's store needs up to 300 ms for a recent change (src/docs/security.md).
const PATIENCE: Duration = Duration::from_millis(400);

/// The compiled playbook, or why there is none.
pub(crate) fn playbook() -> Result<Playbook, Reason> {
    let store = KVStore::open(STORE).map_err(reason)?.ok_or(Reason::NoPlaybook)?;
    let pending = store.build_lookup().execute_async(PLAYBOOK).map_err(reason)?;
    if !ready(pending.as_u32()) {
        return Err(Reason::StoreFailed);
    }
    let mut found = store.pending_lookup_wait(pending).map_err(reason)?;
    let mut body = found.try_take_body().ok_or(Reason::StoreFailed)?;
    let length = body.known_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    if length > limits::PLAYBOOK_BYTES {
        return Err(Reason::PlaybookTooLarge);
    }
    let mut bytes = Vec::with_capacity(length);
    // One byte more than is allowed distinguishes a value that is too large from one that just fits.
    let bound = u64::try_from(limits::PLAYBOOK_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    body.into_handle().take(bound).read_to_end(&mut bytes).map_err(|_| Reason::StoreFailed)?;
    #[cfg(feature = "signed")]
    return parvis::playbook::signature::open(env!("PARVIS_PUBLIC_KEY"), bytes);
    #[cfg(not(feature = "signed"))]
    Playbook::open_for_one(bytes)
}

pub(crate) fn ready(handle: u32) -> bool {
    parvis_fastly_abi::ready_within(handle, PATIENCE)
}

fn reason(error: KVStoreError) -> Reason {
    match error {
        KVStoreError::ItemNotFound | KVStoreError::StoreNotFound(_) => Reason::NoPlaybook,
        _ => Reason::StoreFailed,
    }
}

/// The keys of visitor memory, or why there are none: then nothing is stored between visits.
pub(crate) fn keys() -> Result<Keyring, Reason> {
    let store = SecretStore::open(STORE).map_err(|_| Reason::KeysAbsent)?;
    let secret = store.try_get(KEYS).map_err(|_| Reason::StoreFailed)?.ok_or(Reason::KeysAbsent)?;
    Keyring::parse(&secret.try_plaintext().map_err(|_| Reason::StoreFailed)?)
}
