//! A writer of bits that become base64url, in the plainest form: a vector of bits.

use parvis_fuzz_targets::dice::Dice;

const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Bits in the order in which they were put.
#[derive(Clone, Debug, Default)]
pub struct Writer(Vec<bool>);

impl Writer {
    /// Puts `value` in `count` bits, the highest first.
    pub fn put(&mut self, value: usize, count: usize) {
        self.0.extend((0..count).rev().map(|bit| value >> bit & 1 == 1));
    }

    /// Puts what another writer holds.
    pub fn append(&mut self, other: Writer) {
        self.0.extend(other.0);
    }

    /// Puts a number in Fibonacci coding.
    pub fn fibonacci(&mut self, value: usize) {
        let mut weights = vec![1, 2];
        while weights[weights.len() - 1] <= value {
            weights.push(weights[weights.len() - 1] + weights[weights.len() - 2]);
        }
        let mut rest = value;
        let mut code: Vec<bool> = Vec::new();
        for weight in weights.into_iter().rev() {
            let used = weight <= rest;
            if used {
                rest -= weight;
            }
            // Weights above the first that is used are not written.
            if used || !code.is_empty() {
                code.push(used);
            }
        }
        code.reverse();
        code.push(true);
        self.0.extend(code);
    }

    /// The text, with zeros up to a multiple of one of the lengths that writers pad to.
    pub fn text(mut self, dice: &mut Dice) -> String {
        // Both references pad to whole bytes first; the older one to whole groups of three.
        let unit = *dice.pick(&[24, 24, 8, 6]);
        self.pad(unit);
        self.pad(6);
        let value = |bits: &[bool]| bits.iter().fold(0, |value, bit| value << 1 | usize::from(*bit));
        self.0.chunks(6).map(|bits| char::from(ALPHABET[value(bits)])).collect()
    }

    fn pad(&mut self, unit: usize) {
        self.0.resize(self.0.len().next_multiple_of(unit), false);
    }
}
