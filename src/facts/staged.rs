//! Staged facts for tests: time, entropy, place and device of a case, instead of the host's own.
//!
//! Behind the feature `cases`, which no deployed module is built with: otherwise clients could forge facts.

use alloc::string::ToString;

use super::{Device, Facts, Place};
use crate::base::calendar::Millis;
use crate::base::text;

/// The header in which a test sends staged facts.
pub const HEADER: &str = "parvis-case";

/// Replaces the facts in `staged`, as in
/// `now=1795262400000;entropy=00…1f;country=US;subdivision=CA;place=34.1,-118.2;device=mobile`, and removes those that
/// are left out.
pub fn apply(staged: &str, facts: &mut Facts) {
    let value = |name: &str| {
        staged
            .split(';')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    };
    facts.now = value("now").and_then(|millis| millis.parse().ok()).map(Millis);
    facts.entropy = value("entropy").and_then(bytes);
    facts.country = value("country").map(ToString::to_string);
    facts.subdivision = value("subdivision").map(ToString::to_string);
    facts.place = value("place").and_then(Place::from_pair);
    facts.device = value("device").and_then(Device::from_name);
}

fn bytes(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    for (part, number) in bytes.chunks_exact_mut(8).zip(0..) {
        let start = usize::checked_mul(number, 16)?;
        let digits = digits.get(start..start.checked_add(16)?)?;
        part.copy_from_slice(&text::hex_number(digits, 16)?.to_be_bytes());
    }
    Some(bytes)
}
