//! A bit reader over base64url text: most significant bit first, six bits a character, nothing decoded ahead.
//!
//! Reads past the end and characters outside the alphabet give `None`; the reader never panics and never allocates.

use super::base64;

/// A position in base64url text, in bits.
///
/// ```
/// use parvis::consent::bits::Bits;
/// let mut bits = Bits::new("CQ").unwrap();
/// assert_eq!(bits.take(6), Some(2));
/// assert_eq!(bits.take(2), Some(1));
/// assert_eq!(bits.take(5), None);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Bits<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Bits<'a> {
    /// The first bit of `text`; `None` if a character is outside the url-safe alphabet (padding included).
    pub fn new(text: &'a str) -> Option<Bits<'a>> {
        let text = text.as_bytes();
        text.iter().all(|byte| base64::sextet(*byte).is_some()).then_some(Bits { text, at: 0 })
    }

    /// The position, in bits from the start.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// The bits from here to the end, padding included.
    pub const fn left(&self) -> usize {
        (self.text.len() * 6).saturating_sub(self.at)
    }

    /// The next `count` bits as a number; at most 48 of them.
    pub fn take(&mut self, count: usize) -> Option<u64> {
        if count > 48 || count > self.left() {
            return None;
        }
        let mut value = 0u64;
        let mut wanted = count;
        while wanted > 0 {
            let sextet = u64::from(base64::sextet(*self.text.get(self.at / 6)?)?);
            let here = 6 - self.at % 6;
            let used = here.min(wanted);
            value = (value << used) | ((sextet >> (here - used)) & ((1 << used) - 1));
            self.at += used;
            wanted -= used;
        }
        Some(value)
    }

    /// The next `count` bits as a small number; at most 16 of them.
    #[inline(never)]
    pub fn small(&mut self, count: usize) -> Option<u16> {
        u16::try_from(self.take(count)?).ok()
    }

    /// The next bit.
    #[inline(never)]
    pub fn bit(&mut self) -> Option<bool> {
        Some(self.small(1)? == 1)
    }

    /// Goes `count` bits on.
    pub fn skip(&mut self, count: usize) -> Option<()> {
        (count <= self.left()).then(|| self.at += count)
    }

    /// The next number in Fibonacci coding: weights 1, 2, 3, 5, 8 … from the left, ended by a second 1.
    ///
    /// ```
    /// use parvis::consent::bits::Bits;
    /// assert_eq!(Bits::new("Mg").unwrap().fibonacci(), Some(3)); // 0011 00…
    /// ```
    pub fn fibonacci(&mut self) -> Option<u32> {
        let (mut weight, mut next) = (1u32, 2u32);
        let mut sum = 0u32;
        let mut one = false;
        // Weights stay below 2^16, far above any section id: 23 of them.
        for _ in 0..24 {
            let bit = self.bit()?;
            if bit && one {
                return Some(sum);
            }
            if bit {
                sum = sum.checked_add(weight)?;
            }
            one = bit;
            (weight, next) = (next, weight.checked_add(next)?);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_cross_character_boundaries() {
        let mut bits = Bits::new("_-AB").unwrap_or(Bits { text: b"", at: 0 });
        assert_eq!(bits.take(3), Some(0b111));
        assert_eq!(bits.take(7), Some(0b111_1111));
        assert_eq!(bits.take(13), Some(0x1000));
        assert_eq!(bits.take(1), Some(1));
        assert_eq!(bits.take(1), None);
        assert_eq!(bits.take(0), Some(0));
    }

    #[test]
    fn fibonacci_codes_of_the_specification() {
        for (text, value) in [("w", 1), ("Y", 2), ("M", 3), ("s", 4), ("G", 5), ("m", 6)] {
            assert_eq!(Bits::new(text).and_then(|mut bits| bits.fibonacci()), Some(value), "{text}");
        }
        assert_eq!(Bits::new("AAAAAAAA").and_then(|mut bits| bits.fibonacci()), None);
    }

    #[test]
    fn foreign_characters_are_refused() {
        for text in ["C+", "C/", "C=", "C ", "Ç"] {
            assert!(Bits::new(text).is_none(), "{text}");
        }
    }
}
