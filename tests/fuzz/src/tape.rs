//! What the bytes of a fuzzer say, one number after the other; behind their end everything is 0.

/// Bytes that are read from the front.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tape<'i>(&'i [u8]);

impl<'i> Tape<'i> {
    /// A tape with these bytes.
    pub(crate) const fn new(bytes: &'i [u8]) -> Tape<'i> {
        Tape(bytes)
    }

    /// Whether something is left.
    pub(crate) const fn more(&self) -> bool {
        !self.0.is_empty()
    }

    /// Everything that is left.
    pub(crate) const fn rest(&self) -> &'i [u8] {
        self.0
    }

    /// As many bytes as there are, at most so many.
    pub(crate) fn take(&mut self, most: usize) -> &'i [u8] {
        let (taken, rest) = self.0.split_at(most.min(self.0.len()));
        self.0 = rest;
        taken
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        let taken = self.take(N);
        let mut all = [0; N];
        all[..taken.len()].copy_from_slice(taken);
        all
    }

    /// The next byte.
    pub(crate) fn byte(&mut self) -> u8 {
        let [byte] = self.array();
        byte
    }

    /// The next byte, as a place among `of`; 0 where there is none.
    pub(crate) fn below(&mut self, of: usize) -> usize {
        usize::from(self.byte()).checked_rem(of).unwrap_or(0)
    }

    /// The next three bytes, as a place among `of`; 0 where there is none.
    pub(crate) fn place(&mut self, of: usize) -> usize {
        let [low, middle, high] = self.array().map(usize::from);
        (low | middle << 8 | high << 16).checked_rem(of).unwrap_or(0)
    }

    /// The next two bytes.
    pub(crate) fn word(&mut self) -> u16 {
        u16::from_le_bytes(self.array())
    }

    /// The next four bytes.
    pub(crate) fn long(&mut self) -> u32 {
        u32::from_le_bytes(self.array())
    }

    /// The next eight bytes.
    pub(crate) fn whole(&mut self) -> u64 {
        u64::from_le_bytes(self.array())
    }
}
