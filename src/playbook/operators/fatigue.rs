//! Fatigue operator of a compiled playbook, a backoff curve: hours of the first rest, factor in hundredths, maximum
//! hours, days until the count is reset (2 each).

/// The backoff of a campaign: how long it is hidden after each exposure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fatigue {
    /// Hours of the first rest.
    pub backoff: u16,
    /// The factor from one rest to the next, in hundredths.
    pub factor: u16,
    /// Maximum hours of a rest.
    pub max_backoff: u16,
    /// Days of 24 hours after the last exposure, after which the count is reset.
    pub reset_after_days: u16,
}

impl Fatigue {
    /// The hours of rest after so many exposures.
    ///
    /// The first rest is `backoff`; each further one is the one before times the factor, rounded up to whole hours; none
    /// is longer than `max_backoff`. After no exposure there is no rest.
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
