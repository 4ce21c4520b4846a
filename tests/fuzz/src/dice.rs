//! Numbers that are spread well enough and the same on every machine, for tests that make up their own input.

/// A generator (xorshift64*), from a seed that is not 0.
///
/// ```
/// use parvis_fuzz_targets::dice::Dice;
/// assert_eq!(Dice::new(7).below(1000), Dice::new(7).below(1000));
/// ```
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The numbers that follow from `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number from 0 up to `limit`, without it; 0 where there is none.
    pub const fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        // 31 bits fit everywhere.
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        if limit == 0 { 0 } else { high as usize % limit }
    }

    /// Whether one of `out_of` equally likely cases came up.
    pub const fn one_in(&mut self, out_of: usize) -> bool {
        self.below(out_of) == 0
    }

    /// One of these.
    pub fn pick<'p, T>(&mut self, of: &'p [T]) -> &'p T {
        &of[self.below(of.len())]
    }
}
