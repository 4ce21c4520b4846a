//! Bloom prefilter: rejects most conditions that do not hold with one comparison of integers.
//!
//! A text is hashed to a mark, one bit of 63; a list has the marks of its texts. A guard is a signal and the marks of the
//! texts that a test of it accepts. If signal and guard have no mark in common that test fails, and with it the
//! condition; else the condition is evaluated. So a guard never changes a result.
//!
//! A guard reads a signal that the condition would read first anyhow, or a signal of the URL, which every cache keys on.
//! So it changes little in what is recorded as read.
//!
//! ```text
//! condition := guard* node*          guard := GUARD signal marks u64
//! ```

use core::cell::Cell;

use super::code;
use super::reading::{Reading, SignalReader, Value};
use crate::base::checksum::fnv1a;
use crate::signal::registry::Signal;

/// Maximum number of guards of a condition; a further one is damage.
pub(crate) const GUARDS: usize = 4;
/// Bytes of a guard.
const SIZE: usize = 10;
/// All marks: of a value that guards cannot reject.
const ANY: u64 = u64::MAX;

/// The bit that marks a cached entry; no text has it.
const KEPT: u64 = 1 << 63;

/// The condition after its guards; `None` if one of them rejects it.
#[inline]
pub(crate) fn pass<'c, S: SignalReader + ?Sized>(mut code: &'c [u8], signals: &S) -> Option<&'c [u8]> {
    for _ in 0..GUARDS {
        let Some((&[code::GUARD, signal, ref marks @ ..], rest)) = code.split_first_chunk::<SIZE>() else {
            break;
        };
        // An unknown signal is passed to the nodes, which report the damage.
        let found = Signal::from_code(signal).map_or(ANY, |signal| signals.marks(signal));
        if found & u64::from_le_bytes(*marks) == 0 {
            return None;
        }
        code = rest;
    }
    Some(code)
}

/// The condition without its guards.
#[cfg(feature = "explain")]
pub(crate) fn nodes(mut code: &[u8]) -> &[u8] {
    while let Some((&[code::GUARD, ..], rest)) = code.split_first_chunk::<SIZE>() {
        code = rest;
    }
    code
}

/// Cache of the marks of one request's signals: each signal is read for them once.
#[derive(Debug)]
pub struct Marks([Cell<u64>; 128]);

impl Default for Marks {
    fn default() -> Marks {
        Marks([const { Cell::new(0) }; 128])
    }
}

impl Marks {
    /// The marks of `signal`, computed once.
    pub fn of<S: SignalReader + ?Sized>(&self, signal: Signal, signals: &S) -> u64 {
        let kept = self.0.get(usize::from(signal.code()));
        match kept.map_or(0, Cell::get) {
            0 => {
                let marks = marks(signals.read(signal)) | KEPT;
                kept.inspect(|kept| kept.set(marks));
                marks
            }
            marks => marks,
        }
    }

    /// Clears the cache, for a new request.
    pub fn forget(&self) {
        self.0.iter().for_each(|kept| kept.set(0));
    }
}

/// The marks of this reading; none if there is no value.
pub fn marks(reading: Reading<'_>) -> u64 {
    match reading {
        Reading::Missing => 0,
        Reading::Known(Value::Text(text)) => mark(text.as_bytes()),
        Reading::Known(Value::List(texts)) => {
            let mut index = 0;
            let mut all = 0;
            while let Some(text) = texts.text(index) {
                all |= mark(text.as_bytes());
                index = index.saturating_add(1);
            }
            all
        }
        // Numbers and flags are converted when compared, and a signal that may not be read is unknown.
        Reading::Known(Value::Number(_) | Value::Flag(_)) | Reading::NotPermitted | Reading::EdgeOnly => ANY,
    }
}

/// The mark of a text: one of the bits 0 to 62, by the upper bits of its FNV-1a hash.
pub(crate) fn mark(text: &[u8]) -> u64 {
    1 << ((u64::from(fnv1a(text.iter().copied())) * 63) >> 32)
}
