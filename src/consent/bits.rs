//! A reader of big-endian bits behind base64url, on which TCF and GPP strings are built.
//!
//! Total: behind the end every bit is zero, and [`Bits::is_over`] tells that it was reached. So a reader reads on to its end
//! and asks once. No allocation, no copy; the text is read in place.

use crate::base::base64;

/// A position in a base64url text, counted in bits.
///
/// ```
/// use parvis::consent::bits::Bits;
/// let mut bits = Bits::new("CQ");
/// assert_eq!((bits.take(6), bits.take(2), bits.is_over()), (2, 1, false));
/// assert_eq!((bits.take(5), bits.is_over()), (0, true));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Bits<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Bits<'a> {
    /// The first bit of `text`; over at once if a character is outside the url-safe alphabet (padding included).
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub fn new(text: &'a str) -> Bits<'a> {
        let text = text.as_bytes();
        let foreign = text.iter().fold(0, |seen, byte| seen | base64::bits(*byte)) > 63;
        if foreign { Bits { text: &[], at: 1 } } else { Bits { text, at: 0 } }
    }

    /// The position, in bits from the start.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// The bits from here to the end, padding included.
    pub const fn left(&self) -> usize {
        (self.text.len() * 6).saturating_sub(self.at)
    }

    /// Whether more was read than there is.
    pub const fn is_over(&self) -> bool {
        self.at > self.text.len() * 6
    }

    /// The next `count` bits as a number; at most 58 of them.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub fn take(&mut self, count: usize) -> u64 {
        let mut value = 0u64;
        let mut held = 0;
        let mut index = self.at / 6;
        let wanted = count + self.at % 6;
        while held < wanted {
            let sextet = self.text.get(index).map_or(0, |byte| base64::bits(*byte));
            value = (value << 6) | u64::from(sextet);
            index += 1;
            held += 6;
        }
        self.skip(count);
        if self.is_over() {
            return 0;
        }
        (value >> (held - wanted)) & ((1 << count) - 1)
    }

    /// The next `count` bits as a small number; at most 16 of them.
    #[inline]
    pub fn small(&mut self, count: usize) -> u16 {
        u16::try_from(self.take(count)).unwrap_or(0)
    }

    /// The next bit.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub fn bit(&mut self) -> bool {
        self.take(1) == 1
    }

    /// Goes `count` bits on.
    pub fn skip(&mut self, count: usize) {
        self.at = self.at.saturating_add(count);
    }

    /// The same text, `at` bits from its start.
    #[must_use]
    pub const fn from(self, at: usize) -> Bits<'a> {
        Bits { text: self.text, at }
    }

    /// The next number in Fibonacci coding: weights 1, 2, 3, 5, 8 … from the left, ended by a second 1. Over if it has no end.
    ///
    /// ```
    /// use parvis::consent::bits::Bits;
    /// assert_eq!(Bits::new("Mg").fibonacci(), 3); // 0011 00…
    /// ```
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub fn fibonacci(&mut self) -> u32 {
        let (mut weight, mut next) = (1u32, 2u32);
        let mut sum = 0u32;
        let mut one = false;
        // Weights stay below 2^16, far above any section id: 23 of them.
        for _ in 0..24 {
            let bit = self.bit();
            if bit && one {
                return sum;
            }
            if bit {
                sum = sum.saturating_add(weight);
            }
            one = bit;
            (weight, next) = (next, weight.saturating_add(next));
        }
        self.at = usize::MAX;
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_cross_character_boundaries() {
        let mut bits = Bits::new("_-AB");
        assert_eq!(bits.take(3), 0b111);
        assert_eq!(bits.take(7), 0b111_1111);
        assert_eq!(bits.take(13), 0x1000);
        assert_eq!((bits.take(1), bits.is_over()), (1, false));
        assert_eq!((bits.take(0), bits.is_over()), (0, false));
        assert_eq!((bits.take(1), bits.is_over()), (0, true));
    }

    #[test]
    fn fibonacci_codes_of_the_specification() {
        for (text, value) in [("w", 1), ("Y", 2), ("M", 3), ("s", 4), ("G", 5), ("m", 6)] {
            let mut bits = Bits::new(text);
            assert_eq!((bits.fibonacci(), bits.is_over()), (value, false), "{text}");
        }
        let mut endless = Bits::new("AAAAAAAA");
        assert_eq!((endless.fibonacci(), endless.is_over()), (0, true));
    }

    #[test]
    fn foreign_characters_are_refused() {
        for text in ["C+", "C/", "C=", "C ", "Ç"] {
            assert!(Bits::new(text).is_over(), "{text}");
        }
        assert!(!Bits::new("").is_over());
    }
}
