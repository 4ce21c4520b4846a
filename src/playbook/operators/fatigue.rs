//! Fatigue of a compiled playbook, the curve by which a campaign rests: hours of the first rest, hundredths of a rest that the
//! next one has, hours of the longest, days until times are forgotten (2 each).

/// How long a campaign rests after it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fatigue {
    /// Hours that it rests after the first time.
    pub backoff: u16,
    /// How many hundredths of a rest the next one has.
    pub factor: u16,
    /// Hours that it rests at most.
    pub max_backoff: u16,
    /// Days after the last time, of 24 hours, in which the times are forgotten.
    pub reset_after_days: u16,
}

impl Fatigue {
    /// The hours that it rests after it was seen so many times.
    ///
    /// The first rest is as the playbook has it; each further one is the one before times the factor, rounded up to whole
    /// hours; and none is longer than the longest. After no time there is no rest.
    ///
    /// ```
    /// use parvis::playbook::operators::Fatigue;
    ///
    /// let curve = Fatigue { backoff: 12, factor: 150, max_backoff: 40, reset_after_days: 60 };
    /// assert_eq!([0, 1, 2, 3, 4, 5].map(|times| curve.backoff_hours(times)), [0, 12, 18, 27, 40, 40]);
    /// ```
    pub fn backoff_hours(&self, times: u8) -> u32 {
        let next = |rest: u32, _| (rest * u32::from(self.factor)).div_ceil(100).min(self.max_backoff.into());
        if times == 0 { 0 } else { (1..times).fold(u32::from(self.backoff.min(self.max_backoff)), next) }
    }
}

pub(super) fn read(body: &[u8]) -> Option<Fatigue> {
    let &[a, b, c, d, e, f, g, h] = body.first_chunk()?;
    let number = |low, high| u16::from_le_bytes([low, high]);
    Some(Fatigue {
        backoff: number(a, b),
        factor: number(c, d),
        max_backoff: number(e, f),
        reset_after_days: number(g, h),
    })
}
