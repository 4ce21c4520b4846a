//! Readings: what asking for a signal may come to, without allocating and without guessing.
//!
//! Four answers are kept apart because they mean different things to a condition: a value, nothing there, not allowed to
//! look, and not visible from this host.

use super::prefilter::marks;
use crate::reason::Reason;
use crate::signal::registry::Signal;

/// What asking for one signal came to.
#[derive(Clone, Copy)]
pub enum Reading<'a> {
    /// It was read.
    Known(Value<'a>),
    /// It may be read and there is nothing: GrowthBook's null.
    Missing,
    /// The visitor did not permit its purpose.
    NotPermitted,
    /// Only another host sees it, as the edge alone sees visitor memory.
    EdgeOnly,
}

impl<'a> Reading<'a> {
    /// The value, if there is one.
    ///
    /// # Errors
    ///
    /// [`Reason::NotPermitted`] and [`Reason::EdgeOnly`] for what may not or cannot be read here.
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

/// A list of texts by index, so that nobody has to build one.
pub trait Texts {
    /// The text at `index`, counted from 0; `None` behind the end.
    fn text(&self, index: usize) -> Option<&str>;

    /// How many there are.
    fn count(&self) -> usize {
        (0..).take_while(|index| self.text(*index).is_some()).count()
    }
}

impl<T: AsRef<str>> Texts for &[T] {
    fn text(&self, index: usize) -> Option<&str> {
        self.get(index).map(AsRef::as_ref)
    }
}

impl<T: AsRef<str>> Texts for alloc::vec::Vec<T> {
    fn text(&self, index: usize) -> Option<&str> {
        self.get(index).map(AsRef::as_ref)
    }
}

/// Where conditions and templates read signals; it notes what was read, so that influences can be joined.
///
/// It takes `&self` because a template reads one signal while it walks another: keep notes in a `Cell`.
pub trait SignalReader {
    /// What asking for `signal` comes to, the same answer each time within one decision.
    fn read(&self, signal: Signal) -> Reading<'_>;

    /// The marks of what [`SignalReader::read`] says; who is asked often keeps them.
    fn marks(&self, signal: Signal) -> u64 {
        marks(self.read(signal))
    }
}
