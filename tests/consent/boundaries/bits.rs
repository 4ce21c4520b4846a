//! A writer of bits that become base64url, in the plainest form: a vector of bits.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Bits in the order in which they were put.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bits(Vec<bool>);

impl Bits {
    /// Puts `value` in `count` bits, the highest first.
    pub(crate) fn put(mut self, value: u64, count: usize) -> Bits {
        self.0.extend((0..count).rev().map(|bit| bit < 64 && value >> bit & 1 == 1));
        self
    }

    /// Puts one bit for each of the ids 1 to `count`.
    pub(crate) fn ids(mut self, ids: &[u64], count: u64) -> Bits {
        self.0.extend((1..=count).map(|id| ids.contains(&id)));
        self
    }

    /// Puts a number of 1 to 33 in Fibonacci coding, with codes written down from the specification's weights.
    pub(crate) fn fibonacci(mut self, value: usize) -> Bits {
        let weights = [1, 2, 3, 5, 8, 13, 21];
        let mut rest = value;
        let mut code = vec![false; weights.len()];
        for (place, weight) in weights.iter().enumerate().rev() {
            if *weight <= rest {
                rest -= weight;
                code[place] = true;
            }
        }
        let last = code.iter().rposition(|bit| *bit).unwrap();
        code.truncate(last + 1);
        self.0.extend(code);
        self.0.push(true);
        self
    }

    /// Puts what another writer holds.
    pub(crate) fn then(mut self, other: Bits) -> Bits {
        self.0.extend(other.0);
        self
    }

    /// Leaves only the first `count` bits.
    pub(crate) fn cut(mut self, count: usize) -> Bits {
        self.0.truncate(count);
        self
    }

    /// How many bits there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The text, with zeros up to a whole character.
    pub(crate) fn text(&self) -> String {
        let sextet = |bits: &[bool]| {
            (0..6).fold(0, |value, bit| value << 1 | usize::from(bits.get(bit) == Some(&true)))
        };
        self.0.chunks(6).map(|bits| char::from(ALPHABET[sextet(bits)])).collect()
    }
}
