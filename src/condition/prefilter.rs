//! Guards: what is asked before a condition, so that most conditions which do not hold cost one comparison of integers.
//!
//! A text leaves a mark, one bit of 63 by its hash; a list leaves those of its texts. A guard names a signal and the marks of
//! the texts that a test of it asks for. Where signal and guard have no mark in common that test fails, and with it the
//! condition; where they have one it may still fail, and all tests are made. So a guard never changes an answer.
//!
//! It changes little in what is read: a guard stands for the test that would be made first anyhow, or for one of a signal of
//! the URL, which every cache keys on.
//!
//! ```text
//! condition := guard* node*          guard := GUARD signal marks u64
//! ```

use core::cell::Cell;

use super::code;
use super::reading::{Reading, SignalReader, Value};
use crate::base::checksum::fnv1a;
use crate::signal::registry::Signal;

/// The most guards that a condition has; a further one is damage.
pub(crate) const GUARDS: usize = 4;
/// Bytes of a guard.
const SIZE: usize = 10;
/// The marks of what no guard can judge: it has all of them.
const ANY: u64 = u64::MAX;

/// Marks that are kept have the bit that is no text's own.
const KEPT: u64 = 1 << 63;

/// The condition behind its guards; `None` when one of them says that it does not hold.
#[inline]
pub(crate) fn pass<'c, S: SignalReader + ?Sized>(mut code: &'c [u8], signals: &S) -> Option<&'c [u8]> {
    for _ in 0..GUARDS {
        let Some((&[code::GUARD, signal, ref marks @ ..], rest)) = code.split_first_chunk::<SIZE>() else {
            break;
        };
        // A signal that is not known is left to the nodes, which find the damage.
        let found = Signal::from_code(signal).map_or(ANY, |signal| signals.marks(signal));
        if found & u64::from_le_bytes(*marks) == 0 {
            return None;
        }
        code = rest;
    }
    Some(code)
}

/// The marks of the signals of one request that guards have asked for: each signal is read for them once.
#[derive(Debug)]
pub struct Marks([Cell<u64>; 128]);

impl Default for Marks {
    fn default() -> Marks {
        Marks([const { Cell::new(0) }; 128])
    }
}

impl Marks {
    /// The marks of `signal`, kept from the first time on.
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

    /// Forgets all of them, as with a new request.
    pub fn forget(&self) {
        self.0.iter().for_each(|kept| kept.set(0));
    }
}

/// The marks that this reading leaves, none when nothing is there.
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
        // Numbers and flags convert, and what may not be read is unknown.
        Reading::Known(Value::Number(_) | Value::Flag(_)) | Reading::NotPermitted | Reading::EdgeOnly => ANY,
    }
}

/// The mark of a text: one of the bits 0 to 62, by the upper bits of its FNV-1a hash.
pub(crate) fn mark(text: &[u8]) -> u64 {
    1 << ((u64::from(fnv1a(text)) * 63) >> 32)
}
