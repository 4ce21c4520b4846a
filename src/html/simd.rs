//! Byte search 16 or 32 bytes at a time: SIMD (`simd128`) on Wasm, SWAR on words elsewhere.
//!
//! SIMD needs `unsafe` on other machines, so these use words. A law test compares both with a loop over the bytes.

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(super) use vectors::{first_equals_or_end_of_16, first_of_32};
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub(super) use words::{first_equals_or_end_of_16, first_of_32};

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod vectors {
    use core::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_splat, u64x2, v128};

    /// The index of the first `byte`.
    #[inline(always)]
    pub(in super::super) fn first_of_32(bytes: &[u8; 32], byte: u8) -> Option<usize> {
        let (halves, _) = bytes.as_chunks::<16>();
        let [low, high] = halves else { return None };
        let sought = u8x16_splat(byte);
        let [low, high] = [low, high].map(|half| u32::from(u8x16_bitmask(u8x16_eq(load(half), sought))));
        lowest(low | high << 16)
    }

    /// The index of the first `=` or `>`.
    #[inline(always)]
    pub(in super::super) fn first_equals_or_end_of_16(bytes: &[u8; 16]) -> Option<usize> {
        let lane = load(bytes);
        // One mask of both would be compared as a range, which is slower.
        let [equals, end] =
            [b'=', b'>'].map(|byte| u32::from(u8x16_bitmask(u8x16_eq(lane, u8x16_splat(byte)))));
        lowest(equals | end)
    }

    /// The index of the lowest bit that is set; at most 32, whatever the pointer width.
    #[inline(always)]
    fn lowest(bits: u32) -> Option<usize> {
        if bits == 0 { None } else { usize::try_from(bits.trailing_zeros()).ok() }
    }

    /// Compiles to one load.
    #[inline(always)]
    fn load(bytes: &[u8; 16]) -> v128 {
        let (words, _) = bytes.as_chunks::<8>();
        let [low, high] = words else { return u64x2(0, 0) };
        u64x2(u64::from_le_bytes(*low), u64::from_le_bytes(*high))
    }
}

#[cfg(any(test, not(all(target_arch = "wasm32", target_feature = "simd128"))))]
mod words {
    /// The index of the first `byte`.
    #[inline(always)]
    pub(in super::super) fn first_of_32(bytes: &[u8; 32], byte: u8) -> Option<usize> {
        first(bytes, |word| zeros(word ^ all(byte)))
    }

    /// The index of the first `=` or `>`.
    #[inline(always)]
    pub(in super::super) fn first_equals_or_end_of_16(bytes: &[u8; 16]) -> Option<usize> {
        first(bytes, |word| zeros(word ^ all(b'=')) | zeros(word ^ all(b'>')))
    }

    #[inline(always)]
    fn first(bytes: &[u8], hits: impl Fn(u64) -> u64) -> Option<usize> {
        let (words, _) = bytes.as_chunks::<8>();
        for (number, word) in words.iter().enumerate() {
            let hit = hits(u64::from_le_bytes(*word));
            if hit != 0 {
                return Some(8 * number + usize::try_from(hit.trailing_zeros() / 8).unwrap_or(0));
            }
        }
        None
    }

    /// Sets the high bit of the lowest byte that is zero, and none below; those above may be wrong.
    #[inline(always)]
    const fn zeros(word: u64) -> u64 {
        word.wrapping_sub(all(1)) & !word & all(0x80)
    }

    #[inline(always)]
    const fn all(byte: u8) -> u64 {
        u64::from_le_bytes([byte; 8])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8192))]

        #[test]
        fn the_first_is_found(
            bytes in prop::array::uniform32(prop_oneof![Just(b'<'), Just(0xBC), 0x3B_u8..0x3F, any::<u8>()]),
            byte in prop_oneof![Just(b'<'), any::<u8>()],
        ) {
            let first = bytes.iter().position(|other| *other == byte);
            prop_assert_eq!(first_of_32(&bytes, byte), first);
            prop_assert_eq!(words::first_of_32(&bytes, byte), first);
            if let Some(half) = bytes.first_chunk() {
                let first = half.iter().position(|other| matches!(other, b'=' | b'>'));
                prop_assert_eq!(first_equals_or_end_of_16(half), first);
                prop_assert_eq!(words::first_equals_or_end_of_16(half), first);
            }
        }
    }
}
