//! Reproducible pseudo-random numbers: SplitMix64 (Steele, Lea, Flood 2014), which needs no table and no crate.

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub(super) struct Rng(u64);

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Rng {
    /// The stream of one visitor, independent of that of others.
    pub(super) fn of(seed: u64, visitor: u64) -> Rng {
        let mut seeded = Rng(seed);
        let base = seeded.next();
        Rng(Rng(base ^ visitor.wrapping_mul(STEP)).next())
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, without, `end`; 0 when `end` is.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        let wide = u64::from(end).wrapping_mul(self.next() >> 32);
        u32::try_from(wide >> 32).unwrap_or(0)
    }

    /// True in `percent` of a hundred cases.
    pub(super) fn happens(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of `choices`, with probability by weight.
    pub(super) fn weighted<'c, T>(&mut self, choices: &'c [(T, u32)]) -> Option<&'c T> {
        let all = choices.iter().fold(0_u32, |all, (_, weight)| all.saturating_add(*weight));
        let mut at = self.below(all);
        choices.iter().find_map(|(choice, weight)| {
            let here = at < *weight;
            at = at.saturating_sub(*weight);
            here.then_some(choice)
        })
    }

    /// One of `choices`, with equal probability.
    pub(super) fn any<'c, T>(&mut self, choices: &'c [T]) -> Option<&'c T> {
        let count = u32::try_from(choices.len()).unwrap_or(u32::MAX);
        choices.get(usize::try_from(self.below(count)).unwrap_or(0))
    }

    pub(super) fn bytes(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for part in bytes.chunks_exact_mut(8) {
            part.copy_from_slice(&self.next().to_le_bytes());
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_fixed_and_fair() {
        let mut first = Rng(0);
        // The published first outputs for seed 0.
        assert_eq!([first.next(), first.next()], [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4]);
        let mut rng = Rng::of(7, 1);
        let mut counts = [0_u32; 3];
        for _ in 0..30_000 {
            match rng.weighted(&[(0, 1), (1, 2), (2, 3)]) {
                Some(0) => counts[0] += 1,
                Some(1) => counts[1] += 1,
                _ => counts[2] += 1,
            }
        }
        assert!(counts[0].abs_diff(5000) < 300 && counts[1].abs_diff(10_000) < 400, "{counts:?}");
        assert_eq!(rng.weighted::<u8>(&[]), None);
    }
}
