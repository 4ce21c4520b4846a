//! Readings: the result of reading a signal, without allocating and without guessing.
//!
//! Four results are distinct because conditions treat them differently: a value, no value, not permitted, and not visible
//! on this host.

use alloc::vec::Vec;

use super::prefilter::marks;
use crate::html::template::List;
use crate::reason::Reason;
use crate::signal::registry::Signal;

/// The result of reading one signal.
#[derive(Clone, Copy)]
pub enum Reading<'a> {
    /// It was read.
    Known(Value<'a>),
    /// It may be read and has no value: GrowthBook's null.
    Missing,
    /// The visitor did not permit its purpose.
    NotPermitted,
    /// Only another host can read it: visitor memory, for example, is readable at the edge alone.
    EdgeOnly,
}

impl<'a> Reading<'a> {
    /// The value, if there is one.
    ///
    /// # Errors
    ///
    /// [`Reason::NotPermitted`] and [`Reason::EdgeOnly`] if the signal may not or cannot be read here.
    pub const fn known(self) -> Result<Option<Value<'a>>, Reason> {
        match self {
            Reading::Known(value) => Ok(Some(value)),
            Reading::Missing => Ok(None),
            Reading::NotPermitted => Err(Reason::NotPermitted),
            Reading::EdgeOnly => Err(Reason::EdgeOnly),
        }
    }
}

/// The value of a signal, borrowed.
#[derive(Clone, Copy)]
pub enum Value<'a> {
    /// UTF-8 text.
    Text(&'a str),
    /// An integer, in the unit of the signal.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// A list of texts.
    List(&'a dyn Texts),
}

/// A list of texts by index, so that no list has to be built.
pub trait Texts {
    /// The text at `index`, counted from 0; `None` after the end.
    fn text(&self, index: usize) -> Option<&str>;

    /// The number of texts.
    fn count(&self) -> usize {
        (0..).take_while(|index| self.text(*index).is_some()).count()
    }
}

impl<T: AsRef<str>> Texts for &[T] {
    fn text(&self, index: usize) -> Option<&str> {
        self.get(index).map(AsRef::as_ref)
    }
}

impl<T: AsRef<str>> Texts for Vec<T> {
    fn text(&self, index: usize) -> Option<&str> {
        self.get(index).map(AsRef::as_ref)
    }
}

/// Reads signals for conditions and templates, and notes which were read, so that influences can be joined.
///
/// It takes `&self` because a template reads one signal while it iterates over another: keep notes in a `Cell`.
pub trait SignalReader {
    /// Reads `signal`; the result is the same each time within one decision.
    fn read(&self, signal: Signal) -> Reading<'_>;

    /// Whether templates leave out the element at this index of the list that `signal` holds.
    fn leaves_out(&self, _signal: Signal, _index: usize) -> bool {
        false
    }

    /// The elements of a list that a template shows, as [`Values::order`](crate::html::template::Values::order) has them.
    ///
    /// # Errors
    ///
    /// As [`Reading::known`], [`Reason::MissingValue`] without a list, and [`Reason::Suppressed`] if only the edge knows what
    /// else is left out.
    fn order(&self, _list: List<'_>) -> Result<(u8, Vec<usize>), Reason> {
        Err(Reason::Faulty)
    }

    /// Whether [`SignalReader::shows`] is to be called.
    fn is_followed(&self) -> bool {
        false
    }

    /// Notes that a template shows the item with this id.
    fn shows(&self, _item: &str) {}

    /// Notes that a template lacks this signal, or the field of it with this code; implement it to explain that.
    fn lacks(&self, _signal: Signal, _field: u8) {}

    /// The marks of the result of [`SignalReader::read`]; implement it to cache them.
    fn marks(&self, signal: Signal) -> u64 {
        marks(self.read(signal))
    }
}
