//! Sealing: encrypts visitor memory as a cookie value that only the site's own edge can read or make.
//!
//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03; [why](crate::docs::memory#seal)). The value is base64url of version
//! (1) | key id (1) | nonce (24) | ciphertext | tag (16). Version, key id, cookie name and site are authenticated as
//! associated data, so a value moved to another name or site does not open. A value that does not open counts as absent.
//! Without entropy nothing is sealed. This is the only file that uses the cipher, and the browser module calls nothing of
//! it.

use alloc::string::String;
use alloc::vec::Vec;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};

use super::cookie;
use super::keyring::{KEY_BYTES, Keyring};
use super::memory::Memory;
use crate::base::base64;
use crate::base::calendar::Millis;
use crate::consent::permit::Permit;
use crate::consent::purpose::kind::{Experimentation, PersistentPersonalization};
use crate::http::cookies::Sent;
use crate::limits;
use crate::reason::Reason;
use crate::signal::guarded::Guarded;

const VERSION: u8 = 1;
/// Bytes of a nonce, long enough to be chosen at random for every value.
pub const NONCE_BYTES: usize = 24;

/// A sealed value: base64url, so that it needs no escaping in a cookie.
///
/// Only a [`Memory`] is sealed, and a memory is created only with the permit, so none is written without it:
///
/// ```compile_fail,E0603
/// parvis::visitor::seal::Sealed(String::from("forged"));
/// ```
///
/// ```compile_fail,E0603
/// # use parvis::visitor::keyring::Keyring;
/// fn write(keys: &Keyring) {
///     parvis::visitor::seal::seal(b"memory", "__Host-parvis", "shop.example", keys, [1; 24]);
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed(String);

impl Sealed {
    /// The value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Memory {
    /// Opens the memory in the visitor's cookie, as sent to `site` (its host name); `days` is its lifetime.
    ///
    /// The reason is `Opened`, `Absent`, `Duplicate`, `UnknownKey`, `Unreadable`, `Expired` or `FromTheFuture`.
    ///
    /// A permit for another purpose does not open it, and nothing else does:
    ///
    /// ```compile_fail,E0308
    /// # use parvis::consent::permit::Permit;
    /// # use parvis::consent::purpose::kind::{PersistentPersonalization, SessionPersonalization};
    /// # use parvis::base::calendar::Millis;
    /// # use parvis::http::cookies::Sent;
    /// # use parvis::signal::guarded::Guarded;
    /// # use parvis::visitor::keyring::Keyring;
    /// # use parvis::visitor::memory::Memory;
    /// fn peek(
    ///     cookie: Guarded<PersistentPersonalization, Sent<'_>>,
    ///     permit: &Permit<'_, SessionPersonalization>,
    ///     keys: &Keyring,
    /// ) {
    ///     Memory::unseal(cookie, permit, "shop.example", keys, Millis(0), 180);
    /// }
    /// ```
    ///
    /// ```compile_fail,E0603
    /// # use parvis::visitor::keyring::Keyring;
    /// fn peek(keys: &Keyring) {
    ///     parvis::visitor::seal::open("AQE", "__Host-parvis", "shop.example", keys);
    /// }
    /// ```
    pub fn unseal(
        cookie: Guarded<PersistentPersonalization, Sent<'_>>,
        permit: &Permit<'_, PersistentPersonalization>,
        site: &str,
        keyring: &Keyring,
        now: Millis,
        days: u16,
    ) -> (Option<Memory>, Reason) {
        Memory::sent(cookie.open(permit), site, keyring, now, days)
    }

    /// The cookie value for `site`; `None` without `entropy`, whose first 24 bytes are the nonce, new for each sealing.
    ///
    /// Without the permit the bucketing unit is left out.
    pub fn seal(
        &self,
        site: &str,
        keyring: &Keyring,
        entropy: Option<&[u8; 32]>,
        permit: Option<&Permit<'_, Experimentation>>,
    ) -> Option<Sealed> {
        seal(&self.encode(permit), cookie::MEMORY, site, keyring, *entropy?.first_chunk()?)
    }

    fn sent(
        sent: Sent<'_>,
        site: &str,
        keyring: &Keyring,
        now: Millis,
        days: u16,
    ) -> (Option<Memory>, Reason) {
        let value = match sent {
            Sent::Absent => return (None, Reason::Absent),
            Sent::Conflicting => return (None, Reason::Duplicate),
            Sent::One(value) => value,
        };
        match open(value, cookie::MEMORY, site, keyring).map(|bytes| Memory::decode(&bytes)) {
            Ok(Some(memory)) => memory.at(now, days),
            Ok(None) => (None, Reason::Unreadable),
            Err(reason) => (None, reason),
        }
    }
}

/// Seals `bytes` for the cookie `name` of `site`; `None` when they are longer than [`limits::MEMORY_BYTES`].
///
/// A nonce must never be used twice with one key: it comes from the host's entropy.
pub(super) fn seal(
    bytes: &[u8],
    name: &str,
    site: &str,
    keyring: &Keyring,
    nonce: [u8; NONCE_BYTES],
) -> Option<Sealed> {
    if bytes.len() > limits::MEMORY_BYTES {
        return None;
    }
    let key = keyring.sealing()?;
    let aad = associated(key.id, name, site);
    let ciphertext = (key.cipher.encrypt)(&key.bytes, &nonce, bytes, &aad)?;
    let mut value = Vec::with_capacity(2 + NONCE_BYTES + ciphertext.len());
    value.extend([VERSION, key.id]);
    value.extend(nonce);
    value.extend(ciphertext);
    Some(Sealed(base64::encode(&value)))
}

/// Opens a value that was sealed for the cookie `name` of `site`; the error is `UnknownKey` or `Unreadable`.
fn open(value: &str, name: &str, site: &str, keyring: &Keyring) -> Result<Vec<u8>, Reason> {
    if value.len() > limits::COOKIE_VALUE_BYTES {
        return Err(Reason::Unreadable);
    }
    let value = base64::decode(value).ok_or(Reason::Unreadable)?;
    let (&[VERSION, id], rest) = value.split_first_chunk().ok_or(Reason::Unreadable)? else {
        return Err(Reason::Unreadable);
    };
    let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(Reason::Unreadable)?;
    let key = keyring.opening(id).ok_or(Reason::UnknownKey)?;
    let aad = associated(id, name, site);
    (key.cipher.decrypt)(&key.bytes, nonce, ciphertext, &aad).ok_or(Reason::Unreadable)
}

/// The cipher, reached only through a key, so that a module that never reads a key ring, the browser's, does not contain
/// it.
#[derive(Clone, Copy)]
pub(super) struct Cipher {
    encrypt: Crypt,
    decrypt: Crypt,
}

/// Arguments: key, nonce, message, associated data.
type Crypt = fn(&[u8; KEY_BYTES], &[u8; NONCE_BYTES], &[u8], &[u8]) -> Option<Vec<u8>>;

impl Cipher {
    pub(super) const XCHACHA: Cipher = Cipher { encrypt, decrypt };
}

fn encrypt(key: &[u8; KEY_BYTES], nonce: &[u8; NONCE_BYTES], msg: &[u8], aad: &[u8]) -> Option<Vec<u8>> {
    XChaCha20Poly1305::new(&(*key).into()).encrypt(&XNonce::from(*nonce), Payload { msg, aad }).ok()
}

fn decrypt(key: &[u8; KEY_BYTES], nonce: &[u8; NONCE_BYTES], msg: &[u8], aad: &[u8]) -> Option<Vec<u8>> {
    XChaCha20Poly1305::new(&(*key).into()).decrypt(&XNonce::from(*nonce), Payload { msg, aad }).ok()
}

/// The associated data: version | key id | name | 0 | site; no cookie name contains a 0.
fn associated(key: u8, name: &str, site: &str) -> Vec<u8> {
    let mut data = Vec::with_capacity(3 + name.len() + site.len());
    data.extend([VERSION, key]);
    data.extend(name.bytes());
    data.push(0);
    data.extend(site.bytes());
    data
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::string_slice,
        reason = "a failing test may panic"
    )]

    use super::super::codec::tests::memories;
    use super::*;
    use alloc::borrow::ToOwned;
    use alloc::{format, vec};
    use proptest::prelude::*;

    use crate::http::cookies;

    const SITE: &str = "shop.example";
    const NONCE: [u8; NONCE_BYTES] = [7; NONCE_BYTES];
    const NOW: Millis = Millis(1_700_000_000_000);

    fn keyring(lines: &[(u8, u8)]) -> Keyring {
        let secret: String =
            lines.iter().map(|(id, byte)| format!("{id}:{}\n", format!("{byte:02x}").repeat(32))).collect();
        Keyring::parse(secret.as_bytes()).unwrap()
    }

    fn sample() -> (Memory, String) {
        let mut memory = Memory::begin(NOW).unwrap();
        memory.visit(NOW);
        memory.interest(11, NOW, 7);
        let sealed = seal(&memory.write(None), cookie::MEMORY, SITE, &keyring(&[(1, 1)]), NONCE).unwrap();
        (memory, sealed.0)
    }

    fn sent(value: &str, site: &str, ring: &Keyring) -> (Option<Memory>, Reason) {
        Memory::sent(Sent::One(value), site, ring, NOW, limits::MEMORY_DAYS)
    }

    #[test]
    fn the_cipher_is_the_published_one() {
        // draft-irtf-cfrg-xchacha-03, appendix A.3.1.
        let key: [u8; 32] = core::array::from_fn(|n| u8::try_from(0x80 + n).unwrap());
        let nonce: [u8; 24] = core::array::from_fn(|n| u8::try_from(0x40 + n).unwrap());
        let aad = [0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7];
        let text = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
        let out = encrypt(&key, &nonce, text, &aad).unwrap();
        assert!(out.starts_with(&[0xbd, 0x6d, 0x17, 0x9d, 0x3e, 0x83, 0xd4, 0x3b]));
        assert!(out.ends_with(&[
            0xc0, 0x87, 0x59, 0x24, 0xc1, 0xc7, 0x98, 0x79, 0x47, 0xde, 0xaf, 0xd8, 0x78, 0x0a, 0xcf, 0x49
        ]));
    }

    #[test]
    fn what_was_sealed_opens() {
        let (memory, value) = sample();
        assert!(sent(&value, SITE, &keyring(&[(1, 1)])) == (Some(memory), Reason::Opened));
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let (_, value) = sample();
        let ring = keyring(&[(1, 1)]);
        for place in 0..value.len() * 8 {
            let mut bytes = value.clone().into_bytes();
            bytes[place / 8] ^= 1 << (place % 8);
            // What is no longer UTF-8 never becomes a cookie.
            let Ok(text) = String::from_utf8(bytes) else { continue };
            assert!(sent(&text, SITE, &ring).0.is_none(), "bit {place} of the text");
        }
        let raw = base64::decode(&value).unwrap();
        for place in 0..raw.len() * 8 {
            let mut bytes = raw.clone();
            bytes[place / 8] ^= 1 << (place % 8);
            let (memory, reason) = sent(&base64::encode(&bytes), SITE, &ring);
            assert!(memory.is_none(), "bit {place} of the bytes");
            let expected = if (8..16).contains(&place) { Reason::UnknownKey } else { Reason::Unreadable };
            assert_eq!(reason, expected, "bit {place} of the bytes");
        }
    }

    #[test]
    fn every_truncation_and_extension_is_noticed() {
        let (_, value) = sample();
        let ring = keyring(&[(1, 1)]);
        for end in 0..value.len() {
            assert!(sent(&value[..end], SITE, &ring).0.is_none(), "{end} letters");
            assert!(sent(&value[end + 1..], SITE, &ring).0.is_none(), "behind {end} letters");
        }
        let raw = base64::decode(&value).unwrap();
        for end in 0..raw.len() {
            assert!(sent(&base64::encode(&raw[..end]), SITE, &ring).0.is_none(), "{end} bytes");
        }
        for more in ["A", "AA", "AAAA", "=", "==", " "] {
            assert!(sent(&format!("{value}{more}"), SITE, &ring).0.is_none(), "`{more}` behind");
        }
    }

    #[test]
    fn another_key_name_site_or_id_does_not_open() {
        let (_, value) = sample();
        let ring = keyring(&[(1, 1)]);
        assert_eq!(sent(&value, SITE, &keyring(&[(1, 2)])).1, Reason::Unreadable, "same id, other key");
        assert_eq!(sent(&value, SITE, &keyring(&[(2, 1)])).1, Reason::UnknownKey, "same key, other id");
        for site in ["", "shop.example.", "Shop.example", "other.example", "hop.example"] {
            assert_eq!(sent(&value, site, &ring).1, Reason::Unreadable, "`{site}`");
        }
        for (name, site) in
            [("__host-parvis", SITE), ("parvis-visit", SITE), ("", SITE), ("__Host-parviss", "hop.example")]
        {
            assert_eq!(open(&value, name, site, &ring), Err(Reason::Unreadable), "`{name}` of `{site}`");
        }
        // The id in the clear is authenticated: even with the same key under both ids it cannot be changed.
        let mut raw = base64::decode(&value).unwrap();
        raw[1] = 2;
        assert_eq!(sent(&base64::encode(&raw), SITE, &keyring(&[(1, 1), (2, 1)])).1, Reason::Unreadable);
    }

    #[test]
    fn a_retired_key_opens_and_the_new_one_seals() {
        let (memory, old) = sample();
        let both = keyring(&[(1, 1), (9, 9)]);
        assert!(sent(&old, SITE, &both) == (Some(memory.clone()), Reason::Opened));
        let new = memory.seal(SITE, &both, Some(&[3; 32]), None).unwrap();
        assert_eq!(base64::decode(new.as_str()).unwrap()[..2], [VERSION, 9]);
        assert_eq!(sent(new.as_str(), SITE, &keyring(&[(9, 9)])).1, Reason::Opened);
        assert_eq!(sent(new.as_str(), SITE, &keyring(&[(1, 1)])).1, Reason::UnknownKey);
        assert_eq!(sent(&old, SITE, &keyring(&[(9, 9)])).1, Reason::UnknownKey, "taken away at last");
    }

    #[test]
    fn without_entropy_nothing_is_sealed() {
        assert!(sample().0.seal(SITE, &keyring(&[(1, 1)]), None, None).is_none());
        assert!(
            seal(&vec![0; limits::MEMORY_BYTES + 1], cookie::MEMORY, SITE, &keyring(&[(1, 1)]), NONCE)
                .is_none()
        );
    }

    #[test]
    fn the_largest_value_fits_a_cookie() {
        let sealed =
            seal(&[0; limits::MEMORY_BYTES], cookie::MEMORY, SITE, &keyring(&[(1, 1)]), NONCE).unwrap();
        assert!(cookie::SetCookie::memory(&sealed, u32::MAX).is_some());
    }

    #[test]
    fn a_value_of_4096_letters_is_opened_and_no_longer_one() {
        let ring = keyring(&[(1, 1)]);
        let key = ring.sealing().unwrap();
        let value = |bytes: usize| {
            let aad = associated(1, cookie::MEMORY, SITE);
            let ciphertext = encrypt(&key.bytes, &NONCE, &vec![7; bytes], &aad).unwrap();
            base64::encode(&[&[VERSION, 1][..], &NONCE, &ciphertext].concat())
        };
        // Two bytes, the nonce and the tag of 16 stand beside the contents; three bytes are four letters.
        let longest = 3072 - 2 - NONCE_BYTES - 16;
        assert_eq!(value(longest).len(), limits::COOKIE_VALUE_BYTES);
        assert_eq!(open(&value(longest), cookie::MEMORY, SITE, &ring), Ok(vec![7; longest]));
        assert_eq!(open(&value(longest + 1), cookie::MEMORY, SITE, &ring), Err(Reason::Unreadable));
    }

    #[test]
    fn name_and_value_have_4096_bytes_together() {
        let room = 4096 - "__Host-parvis=".len();
        let header = |letters: usize| cookie::SetCookie::memory(&Sealed("A".repeat(letters)), 7);
        let attributes = "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=7";
        assert_eq!(header(room).map(|header| header.as_str().len()), Some(4096 + attributes.len()));
        assert_eq!(header(room + 1), None);
    }

    #[test]
    fn nothing_longer_than_memory_is_sealed() {
        let sealed =
            |bytes: usize| seal(&vec![0; bytes], cookie::MEMORY, SITE, &keyring(&[(1, 1)]), NONCE).is_some();
        assert!(sealed(limits::MEMORY_BYTES) && !sealed(limits::MEMORY_BYTES + 1));
    }

    #[test]
    fn what_was_sealed_is_over_in_the_second_and_not_before() {
        let (_, value) = sample();
        let ring = keyring(&[(1, 1)]);
        let first_day = NOW.0.div_euclid(86_400_000);
        let at = |now: i64| Memory::sent(Sent::One(&value), SITE, &ring, Millis(now), 180).1;
        let end = (first_day + 180) * 86_400_000;
        assert_eq!([at(end - 1), at(end)], [Reason::Opened, Reason::Expired]);
        // The last visit began in this minute; clocks may differ by an hour.
        let early = NOW.0.div_euclid(60_000) * 60_000 - 3_600_000;
        assert_eq!([at(early), at(early - 1)], [Reason::Opened, Reason::FromTheFuture]);
    }

    #[test]
    fn two_cookies_of_our_name_count_as_none() {
        let (_, value) = sample();
        let ring = keyring(&[(1, 1)]);
        let read = |header: &str| {
            let headers = [header.to_owned()];
            Memory::sent(cookies::find(&headers, cookie::MEMORY), SITE, &ring, NOW, limits::MEMORY_DAYS).1
        };
        assert_eq!(read(&format!("__Host-parvis={value}")), Reason::Opened);
        assert_eq!(read(&format!("__Host-parvis={value}; __Host-parvis=x")), Reason::Duplicate);
        assert_eq!(
            read(&format!("__host-parvis={value}")),
            Reason::Absent,
            "names are compared byte for byte"
        );
    }

    #[test]
    fn sealed_bytes_that_are_no_memory_are_unreadable() {
        let ring = keyring(&[(1, 1)]);
        let sealed = seal(b"\x02not a memory", cookie::MEMORY, SITE, &ring, NONCE).unwrap();
        assert_eq!(sent(sealed.as_str(), SITE, &ring).1, Reason::Unreadable);
    }

    #[test]
    fn garbage_of_every_length_is_absent() {
        let ring = keyring(&[(1, 1)]);
        let (_, value) = sample();
        let mut state = 1_u32;
        for length in (1..300).chain([1000, 4095, 4096, 4097, 8192, 32_768]) {
            let noise: Vec<u8> = (0..length)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    state.to_le_bytes()[3]
                })
                .collect();
            let noise = base64::encode(&noise);
            for text in
                [noise[..length].to_owned(), format!("{value}{}", &noise[..length]), "A".repeat(length)]
            {
                assert!(sent(&text, SITE, &ring).0.is_none(), "{length}");
            }
        }
        assert_eq!(sent("", SITE, &ring).1, Reason::Unreadable);
    }

    proptest! {
        #[test]
        fn every_memory_comes_back_sealed(memory in memories(), nonce: [u8; 24], id: u8, key: u8, site in "[a-z.:0-9]{0,40}") {
            let ring = keyring(&[(id, key)]);
            let sealed = seal(&memory.write(memory.unit), cookie::MEMORY, &site, &ring, nonce).unwrap();
            prop_assert!(sealed.as_str().len() <= 1283);
            let bytes = open(sealed.as_str(), cookie::MEMORY, &site, &ring).unwrap();
            prop_assert!(Memory::decode(&bytes) == Some(memory));
        }

        #[test]
        fn text_that_was_not_sealed_never_opens(value in "\\PC{0,300}|A[A-Za-z0-9_-]{55,300}") {
            prop_assert!(sent(&value, SITE, &keyring(&[(0, 1), (1, 1)])).0.is_none());
        }
    }
}
