//! The flat texts that cross between JavaScript and Wasm: fields with NUL between them.
//!
//! No field can hold a NUL: heads of HTTP cannot, and a URL has it percent-encoded.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use parvis::visitor::upstream::is_withheld;

/// What stands between two fields.
pub const SEPARATOR: char = '\0';

/// A header of one word, which comes as several where it was sent several times.
const WORD: &str = "dnt";

/// Header lines: names in lower case, with their values, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines(Vec<(String, String)>);

impl Lines {
    /// The lines in `fields`, which are names and values in turn.
    pub fn read<'f>(mut fields: impl Iterator<Item = &'f str>) -> Lines {
        let mut lines = Vec::new();
        while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
            lines.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        Lines(lines)
    }

    /// The values of a name. The Fetch standard joins lines of one name with commas: a signal that says no among others says no. The
    /// engine hears that of `Sec-GPC` itself.
    pub fn values(&self, name: &str) -> Vec<String> {
        let parts = |value: &str| value.split(',').map(|part| part.trim().to_owned()).collect();
        let whole = |value: &str| alloc::vec![value.to_owned()];
        let of = |value| if name == WORD { parts(value) } else { whole(value) };
        self.named(name).flat_map(of).collect()
    }

    /// The values of a name, joined with commas; `None` where there is none, and what is not ASCII matches nothing.
    pub fn joined(&self, name: &str) -> Option<String> {
        let values: Vec<&str> =
            self.named(name).map(|value| if value.is_ascii() { value } else { "unreadable" }).collect();
        (!values.is_empty()).then(|| values.join(","))
    }

    /// The lines as the engine reads them.
    pub fn fields(&self) -> Vec<(&str, &[u8])> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
    }

    /// Tells to remove what ends at the edge: what clients say in headers of ours and of hosts.
    pub fn withheld(&self, told: &mut Told) {
        let names = self.0.iter().map(|(name, _)| name.as_str());
        names.filter(|name| is_withheld(name)).for_each(|name| told.remove(name));
    }

    fn named<'l>(&'l self, name: &str) -> impl Iterator<Item = &'l str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// An effect as text: what to do, then edits of a head, each a field with the kind of edit and the name, and one with the value.
#[derive(Debug)]
pub struct Told(String);

impl Told {
    /// Do `what`.
    pub fn new(what: &str) -> Told {
        Told(what.to_owned())
    }

    /// Removes all lines of a name.
    pub fn remove(&mut self, name: &str) {
        self.edit('-', name, "");
    }

    /// Replaces all lines of a name by this one.
    pub fn set(&mut self, name: &str, value: &str) {
        self.edit('=', name, value);
    }

    /// Adds a line.
    pub fn append(&mut self, name: &str, value: &str) {
        self.edit('+', name, value);
    }

    fn edit(&mut self, kind: char, name: &str, value: &str) {
        self.0.push(SEPARATOR);
        self.0.push(kind);
        self.0.push_str(name);
        self.0.push(SEPARATOR);
        self.0.push_str(value);
    }

    /// The text.
    pub fn into_text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_among_others_is_heard_and_no_other_value_is_taken_apart() {
        let lines = Lines::read("sec-gpc\x000, 1\0User-Agent\0a, b\0dnt\x000, 1".split(SEPARATOR));
        assert_eq!(lines.values("sec-gpc"), ["0, 1"]);
        assert_eq!(lines.values("dnt"), ["0", "1"]);
        assert_eq!(lines.values("user-agent"), ["a, b"]);
        assert_eq!(lines.joined("accept"), None);
    }
}
