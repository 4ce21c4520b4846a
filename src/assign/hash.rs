//! Deterministic hashing: GrowthBook's FNV-1a over UTF-16 code units, and the bucketing unit that is hashed.
//!
//! The bucket is the same on every host and in GrowthBook's own SDKs. It is neither a secret nor a fingerprint: it can be
//! computed from the seed and the unit, and the unit is a random number that the visitor agreed to keep.

use crate::base::checksum::fnv1a;
use crate::base::text;

/// Buckets of the hash: 0 to 9,999.
pub const BUCKETS: u16 = 10_000;

/// The code that stands for an id where its text would be too long: its FNV-1a.
///
/// ```
/// assert_eq!(parvis::assign::hash::code("a"), 0xe40c_292c);
/// ```
pub fn code(id: &str) -> u32 {
    fnv1a(id.encode_utf16())
}

/// The bucket of `id` under `seed`, 0 to 9,999: GrowthBook's hash version 2.
///
/// ```
/// assert_eq!(parvis::assign::hash::bucket("seed", "a"), 505);
/// ```
pub fn bucket(seed: &str, id: &str) -> u16 {
    bucket_of(seed.encode_utf16().chain(id.encode_utf16()))
}

/// The place of `id` under `seed`, 0 to 999: GrowthBook's hash version 1, which namespaces still use.
///
/// Its low buckets are slightly favored ([bucketing](crate::docs::memory#bucketing)), so variants are never chosen with it.
pub fn bucket_v1(seed: &str, id: &str) -> u16 {
    bucket_v1_of(id.encode_utf16().chain(seed.encode_utf16()))
}

/// The stage for which a bucket is computed. Each has its own seed, so that the buckets are independent.
///
/// The seed is the prefix and the key. Exclusive groups have a seed of their own too, GrowthBook's: see
/// [`super::allocation::in_namespace`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Holdout: keeps visitors out of all campaigns; the key is the site's.
    Holdout,
    /// Coverage: lets a share of the visitors into a campaign; the key is the campaign's.
    Traffic,
    /// Chooses a variant of a campaign; the key is the campaign's.
    Variant,
}

impl Stage {
    /// Every stage, in the order in which they are evaluated.
    pub const ALL: [Stage; 3] = [Stage::Holdout, Stage::Traffic, Stage::Variant];

    /// The prefix before the key in the seed.
    pub const fn prefix(self) -> &'static str {
        match self {
            Stage::Holdout => "holdout:",
            Stage::Traffic => "traffic:",
            Stage::Variant => "variant:",
        }
    }
}

/// The bucketing unit: a random number, hashed as 16 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit(pub u64);

impl Unit {
    /// A new unit: the last 8 of the request's bytes of entropy, the first 24 being the nonce of the sealed cookie.
    pub fn from_entropy(entropy: &[u8; 32]) -> Unit {
        let [.., a, b, c, d, e, f, g, h] = *entropy;
        Unit(u64::from_le_bytes([a, b, c, d, e, f, g, h]))
    }

    /// The unit's bucket for `stage` under `key`, 0 to 9,999.
    ///
    /// ```
    /// use parvis::assign::hash::{Stage, Unit, bucket};
    /// let here = Unit(0xbeef).bucket(Stage::Variant, "hero-test");
    /// assert_eq!(here, bucket("variant:hero-test", "000000000000beef"));
    /// ```
    pub fn bucket(self, stage: Stage, key: &str) -> u16 {
        let seed = stage.prefix().encode_utf16().chain(key.encode_utf16());
        bucket_of(seed.chain(self.units()))
    }

    /// The text that is hashed, as UTF-16 code units.
    pub(super) fn units(self) -> impl Iterator<Item = u16> {
        text::hex(self.0, 16).map(u16::from)
    }
}

/// [`bucket_v1`] of the id and the seed as one run of UTF-16 code units.
pub(super) fn bucket_v1_of(units: impl Iterator<Item = u16>) -> u16 {
    modulo(fnv1a(units), 1000)
}

fn bucket_of(units: impl Iterator<Item = u16>) -> u16 {
    let first = fnv1a(units);
    modulo(fnv1a(text::decimal(u64::from(first)).map(u16::from)), BUCKETS)
}

fn modulo(hash: u32, buckets: u16) -> u16 {
    // The remainder is below a u16, so its low half is all of it.
    let [low, high, ..] = (hash % u32::from(buckets)).to_le_bytes();
    u16::from_le_bytes([low, high])
}
