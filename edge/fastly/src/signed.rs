//! With feature `signed`: the playbook must be signed with the key that the module was built with, in `PARVIS_PUBLIC_KEY`.
//!
//! The key is in the module, since whoever may write the stores could replace it there.

use parvis::playbook::signature::PublicKey;
use parvis::reason::Reason;

/// Refuses a file that is not signed with the key, and every file where the key is none: the page passes through untouched.
pub(crate) fn verify(file: &[u8]) -> Result<(), Reason> {
    let key = PublicKey::parse(env!("PARVIS_PUBLIC_KEY", "the public key that playbooks are signed with"));
    key.and_then(|key| key.verify(file).ok()).ok_or(Reason::PlaybookDamaged)
}
