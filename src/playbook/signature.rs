//! Signatures of compiled playbooks, for hosts that have a public key. Ed25519, RFC 8032.
//!
//! A signed file is a compiled one with 104 more bytes at its end, in no section, so that hosts without a key read it
//! like any other. Its length includes them, and its digest stays the same.
//!
//! ```text
//!  0  "PARVIS S"     8  the public key (32)     40  the signature (64)
//! ```
//!
//! The signed message is `parvis playbook v2` with a zero byte after it, then the file without these 104 bytes, its total
//! length, its number of sections and its digest. The length follows from the file, and opening it checks the others. The
//! prefix prevents the reuse of a signature that the key made of other data. Only keys and signatures that every verifier
//! accepts are valid (no points of small order, no scalars that are not reduced).
//!
//! The digest detects accidents. A signature detects attackers, who may write the file but do not have the key.

use alloc::string::String;
use alloc::vec::Vec;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use super::Playbook;
use super::wire::PREFIX;
use crate::base::text;
use crate::reason::Reason;

/// Prefix of the signed message.
const DOMAIN: &[u8] = b"parvis playbook v2\0";
/// First bytes of the trailer of a signed file.
const MARK: &[u8; 8] = b"PARVIS S";
/// Prefix of the text of a public key.
const PUBLIC: &str = "parvis-public-key:";
/// Prefix of the text of a private key.
const PRIVATE: &str = "parvis-private-key:";

/// The public key with which a playbook must be verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// The private key that signs playbooks; it is wiped from memory when it is dropped.
pub struct PrivateKey(SigningKey);

/// Why a signature is not valid for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It has no signature.
    Unsigned,
    /// Its signature is declared to be of another key.
    OtherKey,
    /// Its signature is not valid: the file or the signature was altered, or made without the key.
    Altered,
}

impl Problem {
    /// The same as a sentence for the operator.
    pub const fn sentence(self) -> &'static str {
        match self {
            Problem::Unsigned => "it is not signed; `parvis compile --sign KEY` signs it",
            Problem::OtherKey => "it is signed with another key",
            Problem::Altered => "its signature does not fit: it was altered after it was signed",
        }
    }
}

impl PublicKey {
    /// Parses `parvis-public-key:` and 64 hex digits, with white space around; `None` for any other text, and for weak
    /// keys with which anybody could sign.
    pub fn parse(text: &str) -> Option<PublicKey> {
        let key = VerifyingKey::from_bytes(&digits(text, PUBLIC)?).ok()?;
        (!key.is_weak()).then_some(PublicKey(key))
    }

    /// The text that [`PublicKey::parse`] reads.
    pub fn to_text(self) -> String {
        written(PUBLIC, self.0.as_bytes())
    }

    /// Verifies that `file` was signed with the private key of this one, and not altered since.
    ///
    /// # Errors
    ///
    /// Any [`Problem`]. Whether the file is a playbook is checked by [`Playbook::open`].
    pub fn verify(self, file: &[u8]) -> Result<(), Problem> {
        let (unsigned, seal) = split(file).ok_or(Problem::Unsigned)?;
        if seal.key != self.0.as_bytes() {
            return Err(Problem::OtherKey);
        }
        let message = message(unsigned).ok_or(Problem::Altered)?;
        let signature = Signature::from_bytes(seal.signature);
        self.0.verify_strict(&message, &signature).map_err(|_| Problem::Altered)
    }
}

impl PrivateKey {
    /// The key with these 32 random bytes as seed.
    pub fn from_entropy(entropy: &[u8; 32]) -> PrivateKey {
        PrivateKey(SigningKey::from_bytes(entropy))
    }

    /// Parses `parvis-private-key:` and 64 hex digits, with white space around; `None` for any other text.
    pub fn parse(text: &str) -> Option<PrivateKey> {
        digits(text, PRIVATE).map(|seed| PrivateKey::from_entropy(&seed))
    }

    /// The text that [`PrivateKey::parse`] reads.
    pub fn to_text(&self) -> String {
        written(PRIVATE, self.0.as_bytes())
    }

    /// The public key of this one, which verifies its signatures.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// The compiled playbook `file` with a signature, which replaces an existing one; `None` if the length cannot be that
    /// of a playbook.
    pub fn sign(&self, file: &[u8]) -> Option<Vec<u8>> {
        let unsigned = split(file).map_or(file, |(unsigned, _)| unsigned);
        let signature = self.0.sign(&message(unsigned)?);
        let mut signed = unsigned.to_vec();
        signed.extend(MARK);
        signed.extend(self.0.verifying_key().as_bytes());
        signed.extend(signature.to_bytes());
        let length = u32::try_from(signed.len()).ok()?;
        signed.get_mut(8..12)?.copy_from_slice(&length.to_le_bytes());
        Some(signed)
    }
}

impl core::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PrivateKey(..)")
    }
}

/// Opens `file` for a host that has the text of a public key built in, where nobody who can write the file can replace
/// it.
///
/// # Errors
///
/// [`Reason::PlaybookDamaged`] if the file is not signed with this key, or the text is not a key; otherwise as
/// [`Playbook::open`].
pub fn open(key: &str, file: Vec<u8>) -> Result<Playbook, Reason> {
    let key = PublicKey::parse(key);
    key.and_then(|key| key.verify(&file).ok()).ok_or(Reason::PlaybookDamaged)?;
    Playbook::open(file)
}

/// The declared signer of `file`, unverified: call [`PublicKey::verify`]. `None` for a file without a signature.
pub fn claimed(file: &[u8]) -> Option<PublicKey> {
    VerifyingKey::from_bytes(split(file)?.1.key).ok().map(PublicKey)
}

/// The trailer of a signed file.
struct Seal<'f> {
    key: &'f [u8; 32],
    signature: &'f [u8; 64],
}

/// Splits a signed file from its trailer; `None` if it has none.
fn split(file: &[u8]) -> Option<(&[u8], Seal<'_>)> {
    let (rest, signature) = file.split_last_chunk()?;
    let (rest, key) = rest.split_last_chunk()?;
    let (unsigned, mark) = rest.split_last_chunk()?;
    (mark == MARK).then_some((unsigned, Seal { key, signature }))
}

/// The signed message of a file without its trailer.
fn message(unsigned: &[u8]) -> Option<Vec<u8>> {
    Some([DOMAIN, unsigned.get(..8)?, unsigned.get(PREFIX..)?].concat())
}

fn digits(text: &str, before: &str) -> Option<[u8; 32]> {
    let digits = text.trim().strip_prefix(before)?.trim();
    let mut bytes = [0; 32];
    if digits.len() != 64 || !digits.is_ascii() {
        return None;
    }
    for (index, byte) in (0..).step_by(2).zip(&mut bytes) {
        *byte = u8::try_from(text::hex_number(digits.get(index..index + 2)?, 2)?).ok()?;
    }
    Some(bytes)
}

fn written(before: &str, bytes: &[u8; 32]) -> String {
    let mut text = String::from(before);
    bytes.iter().for_each(|byte| text::push_hex(&mut text, (*byte).into(), 2));
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use super::*;

    fn bytes<const N: usize>(hex: &str) -> [u8; N] {
        let digits = hex.as_bytes().chunks(2).map(|pair| core::str::from_utf8(pair).unwrap());
        let all: Vec<u8> = digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
        all.try_into().unwrap()
    }

    /// RFC 8032, section 7.1, tests 1 and 3: secret key, public key, message, signature.
    const VECTORS: [(&str, &str, &str, &str); 2] = [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ];

    #[test]
    fn keys_and_signatures_are_those_of_the_standard() {
        for (secret, public, message, signature) in VECTORS {
            let key = PrivateKey::from_entropy(&bytes(secret));
            assert_eq!(key.public().0.to_bytes(), bytes::<32>(public));
            let message = message
                .as_bytes()
                .chunks(2)
                .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap());
            let message: Vec<u8> = message.collect();
            assert_eq!(key.0.sign(&message).to_bytes(), bytes::<64>(signature));
            let signature = Signature::from_bytes(&bytes(signature));
            assert!(key.public().0.verify_strict(&message, &signature).is_ok());
        }
    }

    #[test]
    fn keys_are_read_as_they_are_written_and_never_taken_for_one_another() {
        let key = PrivateKey::from_entropy(&[7; 32]);
        assert_eq!(PublicKey::parse(&key.public().to_text()), Some(key.public()));
        assert_eq!(PrivateKey::parse(&key.to_text()).unwrap().public(), key.public());
        assert!(PublicKey::parse(&key.to_text()).is_none());
        assert!(PrivateKey::parse(&key.public().to_text()).is_none());
        let text = key.public().to_text();
        for bad in [
            "",
            "parvis-public-key:",
            text.trim_end_matches(|last: char| last.is_whitespace() || last.is_ascii_hexdigit()),
            text.trim().strip_suffix(|last: char| last.is_ascii_hexdigit()).unwrap(),
            &text.replace(':', ""),
            &text.replace("key:", "key:+"),
        ] {
            assert!(PublicKey::parse(bad).is_none(), "{bad}");
        }
        // The point of order one: whatever is signed with it, anybody can sign.
        assert!(
            PublicKey::parse(&written(
                PUBLIC,
                &bytes("0100000000000000000000000000000000000000000000000000000000000000")
            ))
            .is_none()
        );
    }
}
