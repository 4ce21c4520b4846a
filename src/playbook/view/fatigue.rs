//! Fatigue of a compiled playbook: the curve by which a campaign rests.

/// How long a campaign rests after it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fatigue {
    /// Hours that it rests after the first time.
    pub rest: u16,
    /// How many hundredths of a rest the next one has.
    pub factor: u16,
    /// Hours that it rests at most.
    pub most: u16,
    /// Days after the last time, of 24 hours, in which the times are forgotten.
    pub forget: u16,
}

impl Fatigue {
    /// The hours that it rests after it was seen so many times.
    ///
    /// The first rest is as the playbook has it; each further one is the one before times the factor, rounded up to whole
    /// hours; and none is longer than the longest. After no time there is no rest.
    ///
    /// ```
    /// use parvis::playbook::view::Fatigue;
    ///
    /// let curve = Fatigue { rest: 12, factor: 150, most: 40, forget: 60 };
    /// assert_eq!([0, 1, 2, 3, 4, 5].map(|times| curve.rest(times)), [0, 12, 18, 27, 40, 40]);
    /// ```
    pub fn rest(&self, times: u8) -> u32 {
        let next = |rest: u32, _| (rest * u32::from(self.factor)).div_ceil(100).min(self.most.into());
        if times == 0 { 0 } else { (1..times).fold(u32::from(self.rest.min(self.most)), next) }
    }
}

/// The curve in the body of an operator.
pub(super) fn read(body: &[u8]) -> Option<Fatigue> {
    let &[a, b, c, d, e, f, g, h] = body.first_chunk()?;
    let number = |low, high| u16::from_le_bytes([low, high]);
    Some(Fatigue { rest: number(a, b), factor: number(c, d), most: number(e, f), forget: number(g, h) })
}
