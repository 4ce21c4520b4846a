//! Small values that a site declares with a date of a visitor: the platform, gate, seat or file number of a trip.
//!
//! A value belongs to its date: declaring the date again, or withdrawing it, removes the values it had. Their names are
//! the closed list [`Signal::DATE_VALUES`]; a number from 0 stands for each.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::memory::Memory;
use super::visit::Visit;
use super::visit::searches::write as encoded;
use crate::base::text;
use crate::http::query;
use crate::limits;
use crate::signal::registry::Signal;

/// A value of a date.
#[derive(Clone, PartialEq, Eq)]
pub struct DateValue {
    date: u32,
    kind: u8,
    text: String,
}

impl DateValue {
    /// The value of this kind, for the date whose name has this code; `None` for a text that is never kept: an empty one,
    /// one of more than [`limits::DATE_VALUE_BYTES`], one with control characters, or white space at its ends.
    ///
    /// ```
    /// use parvis::visitor::date_values::DateValue;
    /// assert!(DateValue::new(7, 0, "12 B").is_some() && DateValue::new(7, 0, "<b>").is_some());
    /// assert!(DateValue::new(7, 0, "").is_none() && DateValue::new(7, 0, "seventeen letters").is_none());
    /// assert!(DateValue::new(7, 0, "1\n2").is_none() && DateValue::new(7, 4, "no such kind").is_none());
    /// ```
    pub fn new(date: u32, kind: u8, text: &str) -> Option<DateValue> {
        let fits = (1..=limits::DATE_VALUE_BYTES).contains(&text.len())
            && text.trim().len() == text.len()
            && usize::from(kind) < Signal::DATE_VALUES.len();
        (fits && !text.chars().any(char::is_control)).then(|| DateValue { date, kind, text: text.to_owned() })
    }

    /// The code of the name of its date.
    pub const fn date(&self) -> u32 {
        self.date
    }

    /// Its bit in a set of kinds.
    pub fn bit(&self) -> u8 {
        1_u8.checked_shl(self.kind.into()).unwrap_or(0)
    }
}

impl fmt::Debug for DateValue {
    /// Prints no data of the visitor, so that no log contains any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DateValue(..)")
    }
}

/// The text of a kind of value of a date.
fn find(list: &[DateValue], date: u32, kind: u8) -> Option<&str> {
    list.iter().find(|one| one.date == date && one.kind == kind).map(|one| one.text.as_str())
}

/// Adds a value in place of the previous one of its kind; when full, the one declared longest ago is evicted.
fn put(list: &mut Vec<DateValue>, value: DateValue) {
    list.retain(|one| (one.date, one.kind) != (value.date, value.kind));
    if list.len() == limits::DATE_VALUES {
        list.remove(0);
    }
    list.push(value);
}

impl Memory {
    /// The value of a date that was declared last.
    pub fn date_value(&self, date: u32, kind: u8) -> Option<&str> {
        find(&self.values, date, kind)
    }

    /// Stores a value of a date, after the date.
    pub fn declare_value(&mut self, value: DateValue) {
        put(&mut self.values, value);
    }

    /// Drops every value that is not needed, and those of dates that are not there.
    pub fn keep_values(&mut self, needed: impl Fn(&DateValue) -> bool) {
        let dates = &self.dates;
        self.values.retain(|one| dates.iter().any(|(code, _)| *code == one.date) && needed(one));
    }
}

impl Visit {
    /// The pending value of a pending date.
    pub fn declared_value(&self, date: u32, kind: u8) -> Option<&str> {
        find(&self.values, date, kind)
    }

    /// Adds a pending value, after its date.
    pub fn declare_value(&mut self, value: DateValue) {
        put(&mut self.values, value);
        self.fit();
    }

    /// Removes the pending values, after they were stored or if they may not be.
    pub fn take_values(&mut self) -> Vec<DateValue> {
        core::mem::take(&mut self.values)
    }
}

/// Decodes the values in a part of visitor memory; `None` unless it has some, each once.
pub(super) fn read(mut part: &[u8]) -> Option<Vec<DateValue>> {
    let mut list = Vec::new();
    while !part.is_empty() {
        let (date, rest) = part.split_first_chunk()?;
        let (&[kind, length], rest) = rest.split_first_chunk()?;
        let (bytes, rest) = rest.split_at_checked(length.into())?;
        part = rest;
        let value = DateValue::new(u32::from_le_bytes(*date), kind, core::str::from_utf8(bytes).ok()?)?;
        if list.len() == limits::DATE_VALUES || find(&list, value.date, kind).is_some() {
            return None;
        }
        list.push(value);
    }
    (!list.is_empty()).then_some(list)
}

/// Appends the part of visitor memory with this tag, if there are values.
pub(super) fn write(tag: u8, list: &[DateValue], bytes: &mut Vec<u8>) {
    let total = list.iter().map(|one| one.text.len() + 6).sum::<usize>();
    let Some(total) = u8::try_from(total).ok().filter(|total| *total > 0) else { return };
    bytes.extend([tag, total]);
    for one in list {
        bytes.extend(one.date.to_le_bytes());
        bytes.extend([one.kind, u8::try_from(one.text.len()).unwrap_or(0)]);
        bytes.extend(one.text.as_bytes());
    }
}

/// Parses one entry of the visit: the code of the date, a digit for the kind, and the text in the form of a search.
pub(super) fn entry(entry: &str) -> Option<DateValue> {
    let (date, rest) = entry.split_at_checked(8)?;
    let (kind, text) = rest.split_at_checked(1)?;
    let date = u32::try_from(text::hex_number(date, 8)?).ok()?;
    let kind = u8::try_from(text::number(kind, 9)?).ok()?;
    let value = DateValue::new(date, kind, &query::decoded(text)?)?;
    let mut written = String::new();
    write_entry(&mut written, &value);
    (written == entry).then_some(value)
}

/// Writes an entry in the form of [`entry`].
pub(super) fn write_entry(written: &mut String, value: &DateValue) {
    text::push_hex(written, value.date.into(), 8);
    text::push_integer(written, value.kind.into());
    encoded(written, &value.text);
}

#[cfg(test)]
pub(super) mod tests {
    #![expect(clippy::indexing_slicing, reason = "a failing test may panic")]

    use super::*;
    use proptest::prelude::*;

    /// Values that are kept.
    pub(in crate::visitor) fn values() -> impl Strategy<Value = DateValue> {
        (0_u32..12, 0_u8..4, "[A-Za-z0-9<>&\"'~!*%+ -]{1,16}|\\PC{1,5}")
            .prop_filter_map("never kept", |(date, kind, text)| DateValue::new(date, kind, &text))
    }

    proptest! {
        #[test]
        fn what_is_kept_comes_back(value in values()) {
            let (mut written, mut part) = (String::new(), Vec::new());
            write_entry(&mut written, &value);
            prop_assert!(written.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_+%".contains(&b)), "{}", written);
            prop_assert_eq!(entry(&written), Some(value.clone()));
            write(14, core::slice::from_ref(&value), &mut part);
            prop_assert_eq!(read(&part[2..]), Some(Vec::from([value])));
        }

        #[test]
        fn any_text_is_kept_whole_or_not_at_all(kind: u8, text in "\\PC{0,20}|[ \\t\\na]{0,3}") {
            let kept = DateValue::new(1, kind, &text);
            let fits = kind < 4 && (1..=16).contains(&text.len()) && text.trim() == text && !text.contains(char::is_control);
            prop_assert_eq!(kept.map(|one| one.text), fits.then_some(text));
        }

        #[test]
        fn any_bytes_are_survived(part in proptest::collection::vec(any::<u8>(), 0..60), text in "[0-9a-f]{8}[0-9]\\PC{0,20}") {
            let _ = (read(&part), entry(&text));
        }
    }
}
