//! Lines and columns of a text, and the bytes they stand for.

use proc_macro2::LineColumn;

/// Positions of a text: lines from 1, columns in characters.
pub struct Lines<'s> {
    source: &'s str,
    starts: Vec<usize>,
}

impl<'s> Lines<'s> {
    pub fn of(source: &'s str) -> Lines<'s> {
        let breaks = source.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Lines { source, starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// The byte at a column that counts from 1.
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let start = self.starts.get(line - 1).copied().unwrap_or(self.source.len());
        let rest = &self.source[start..];
        start + rest.char_indices().nth(column - 1).map_or(rest.len(), |(at, _)| at)
    }

    /// The line and column of a byte, both from 1.
    pub fn place(&self, at: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= at);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        (line, self.source[start..at].chars().count() + 1)
    }

    pub fn at(&self, place: LineColumn) -> usize {
        self.offset(place.line, place.column + 1)
    }
}
