//! Table parts, and the other elements in which tags have a different meaning: select, template, colgroup.
//!
//! The standard switches insertion modes; here the nearest open element that sets a mode determines it. A part outside a
//! table is dropped, as browsers do, and never becomes a boundary.

use super::names::{self, Name};
use super::tree::{Inside, Space, Start, Tree};

/// How table parts are read at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Body,
    Table,
    Columns,
    Rows,
    Cells,
    Caption,
    Cell,
    Select,
    Template,
}

impl Tree {
    /// The current mode, and the stack index of the element that sets it.
    fn mode(&self) -> (Mode, usize) {
        let Some(at) =
            self.stack.iter().rposition(|element| element.has(names::MODE) && element.space == Space::Html)
        else {
            return (Mode::Body, 0);
        };
        let Some(element) = self.stack.get(at) else { return (Mode::Body, 0) };
        let mode = match element.name.key {
            names::TABLE => Mode::Table,
            names::TBODY | names::THEAD | names::TFOOT => Mode::Rows,
            names::TR => Mode::Cells,
            names::CAPTION => Mode::Caption,
            names::COLGROUP => Mode::Columns,
            names::SELECT => Mode::Select,
            names::TEMPLATE => match element.inside {
                Inside::Unset => Mode::Template,
                Inside::Body => Mode::Body,
                Inside::Table => Mode::Table,
                Inside::Columns => Mode::Columns,
                Inside::Rows => Mode::Rows,
                Inside::Cells => Mode::Cells,
            },
            _ => Mode::Cell,
        };
        (mode, at)
    }

    /// True where a form or text would be moved out of the table.
    pub(crate) fn reads_table_parts(&self) -> bool {
        matches!(self.mode().0, Mode::Table | Mode::Rows | Mode::Cells)
    }

    /// Prepares for a table; false if its tag is dropped here.
    pub(crate) fn ready_for_table(&mut self) -> bool {
        loop {
            let (mode, at) = self.mode();
            match mode {
                Mode::Table | Mode::Rows | Mode::Cells => match self.in_table_scope(names::TABLE) {
                    // A table right in a table ends the outer one.
                    Some(table) => self.pop_to(table, false),
                    None => {
                        // Some parsers look through a template and end the table around it.
                        self.doubt_from(0);
                        return false;
                    }
                },
                Mode::Columns => {
                    if self.is_template(at) {
                        return false;
                    }
                    self.pop_to(at, false);
                }
                _ => return true,
            }
        }
    }

    /// Handles the start tag of a table part.
    pub(crate) fn start_table_part(&mut self, key: u64, flags: u32, name: Name) -> Start {
        // Each turn ends an element or decides.
        loop {
            let (mode, at) = self.mode();
            let template = self.is_template(at) && mode != Mode::Body;
            let cell = matches!(key, names::TD | names::TH);
            match mode {
                Mode::Body => return Start::Dropped,
                Mode::Caption | Mode::Cell => {
                    self.pop_to(at, false);
                    self.forget_formatting();
                }
                Mode::Select => {
                    if matches!(key, names::COL | names::COLGROUP) || !self.select_in_table(at) {
                        return Start::Dropped;
                    }
                    self.pop_to(at, false);
                }
                Mode::Columns => {
                    if key == names::COL {
                        return Start::Empty;
                    }
                    if template {
                        return Start::Dropped;
                    }
                    self.pop_to(at, false);
                }
                Mode::Template => {
                    let inside = match key {
                        names::COL => Inside::Columns,
                        names::TR => Inside::Rows,
                        names::TD | names::TH => Inside::Cells,
                        _ => Inside::Table,
                    };
                    self.set_inside(at, inside);
                }
                Mode::Table => {
                    self.pop_to(at + 1, false);
                    match key {
                        names::COL => {
                            self.push_implied(names::COLGROUP);
                            return Start::Empty;
                        }
                        names::TR => self.push_implied(names::TBODY),
                        names::TD | names::TH => {
                            self.push_implied(names::TBODY);
                            self.push_implied(names::TR);
                        }
                        _ => {}
                    }
                    return self.push_part(name, flags);
                }
                Mode::Rows => {
                    if key == names::TR || cell {
                        self.pop_to(at + 1, false);
                        if cell {
                            self.push_implied(names::TR);
                        }
                        return self.push_part(name, flags);
                    }
                    if template {
                        self.doubt_template(at);
                        return Start::Dropped;
                    }
                    self.pop_to(at, false);
                }
                Mode::Cells => {
                    if cell {
                        self.pop_to(at + 1, false);
                        return self.push_part(name, flags);
                    }
                    if template {
                        self.doubt_ignored();
                        return Start::Dropped;
                    }
                    self.pop_to(at, false);
                }
            }
        }
    }

    /// Handles the end tag of a table or of one of its parts.
    pub(crate) fn end_table_part(&mut self, key: u64, flags: u32) {
        let ends_table = key == names::TABLE && flags & names::TABLE_PART == 0;
        let section = matches!(key, names::TBODY | names::THEAD | names::TFOOT);
        loop {
            let (mode, at) = self.mode();
            let template = self.is_template(at) && mode != Mode::Body;
            let own = !template && self.stack.get(at).is_some_and(|element| element.is(key));
            match mode {
                Mode::Body | Mode::Template => return,
                _ if template && mode != Mode::Columns => return self.doubt_ignored(),
                Mode::Caption => {
                    if !own && !ends_table {
                        return;
                    }
                    self.end_at(at, own);
                    self.forget_formatting();
                    if own {
                        return;
                    }
                }
                Mode::Cell => {
                    let around = ends_table || section || key == names::TR;
                    if !own && (!around || self.in_table_scope(key).is_none()) {
                        return self.doubt_ignored();
                    }
                    self.end_at(at, own);
                    self.forget_formatting();
                    if own {
                        return;
                    }
                }
                Mode::Cells => {
                    if own {
                        return self.end_at(at, true);
                    }
                    if !(ends_table || section) {
                        return;
                    }
                    if section && self.in_table_scope(key).is_none() {
                        // Some parsers end the row here.
                        self.give_up_from(at);
                        return self.doubt_ignored();
                    }
                    // The end of a table ends the row even where a template hides the table.
                    self.end_at(at, false);
                }
                Mode::Rows => {
                    if own {
                        return self.end_at(at, true);
                    }
                    if !ends_table {
                        return self.doubt_ignored();
                    }
                    self.end_at(at, false);
                }
                Mode::Columns => {
                    if own {
                        return self.end_at(at, true);
                    }
                    if template || key == names::COL {
                        return;
                    }
                    self.end_at(at, false);
                }
                Mode::Table => {
                    if own {
                        self.end_at(at, true);
                    }
                    return;
                }
                Mode::Select => {
                    let around = ends_table
                        || matches!(key, names::CAPTION | names::TR | names::TD | names::TH)
                        || section;
                    if !around || !self.select_in_table(at) || self.in_table_scope(key).is_none() {
                        return;
                    }
                    self.end_at(at, false);
                }
            }
        }
    }

    /// Handles start tags inside select, template or colgroup; `None` if the general rules apply.
    pub(crate) fn start_unusual(&mut self, key: u64, flags: u32, self_closing: bool) -> Option<Start> {
        let (mode, at) = self.mode();
        match mode {
            // An svg or math without content is an element for some parsers and dropped by others; neither changes how
            // the rest is read.
            Mode::Select if self_closing && matches!(key, names::SVG | names::MATH) => Some(Start::Dropped),
            Mode::Select => self.start_in_select(key, flags, at),
            Mode::Columns => {
                if flags & names::TABLE_PART != 0 || key == names::TEMPLATE || flags & names::STRUCTURE != 0 {
                    return None;
                }
                if self.is_template(at) {
                    return Some(Start::Dropped);
                }
                self.pop_to(at, false);
                self.start_unusual(key, flags, self_closing)
            }
            Mode::Template => {
                let in_head = flags & names::RAW != 0
                    && matches!(key, names::SCRIPT | names::STYLE | names::TITLE | names::NOFRAMES)
                    || matches!(
                        key,
                        names::BASE
                            | names::BASEFONT
                            | names::BGSOUND
                            | names::LINK
                            | names::META
                            | names::TEMPLATE
                    );
                if !in_head && flags & names::TABLE_PART == 0 {
                    self.set_inside(at, Inside::Body);
                }
                None
            }
            _ => None,
        }
    }

    fn start_in_select(&mut self, key: u64, flags: u32, at: usize) -> Option<Start> {
        if flags & names::TABLE_PART != 0 || matches!(key, names::SCRIPT | names::TEMPLATE) {
            return None;
        }
        match key {
            names::TABLE if self.select_in_table(at) => {
                self.pop_to(at, false);
                None
            }
            names::OPTION | names::OPTGROUP => {
                self.pop_top_if(|top| top.is(names::OPTION));
                if key == names::OPTGROUP && self.stack.last().is_some_and(|top| top.is(names::OPTGROUP)) {
                    self.pop_to(self.stack.len() - 1, false);
                }
                None
            }
            names::SELECT => {
                self.pop_to(at, false);
                Some(Start::Dropped)
            }
            names::INPUT | names::KEYGEN => {
                self.pop_to(at, false);
                None
            }
            names::HR => {
                for key in [names::OPTION, names::OPTGROUP] {
                    self.pop_top_if(|top| top.is(key));
                }
                Some(Start::Empty)
            }
            names::TEXTAREA => {
                self.lost = true;
                self.pop_to(at, false);
                None
            }
            // Older parsers drop these tags, newer ones do not, and what follows is text for one of them only.
            _ if flags & names::RAW != 0 || matches!(key, names::SVG | names::MATH | names::PLAINTEXT) => {
                self.lost = true;
                Some(Start::Dropped)
            }
            _ => Some(Start::Dropped),
        }
    }

    /// Handles end tags inside select, template or colgroup; true if nothing else applies.
    pub(crate) fn end_unusual(&mut self, key: u64, flags: u32) -> bool {
        if key == names::TEMPLATE {
            return false;
        }
        let (mode, at) = self.mode();
        match mode {
            Mode::Select => {
                match key {
                    names::SELECT => self.end_at(at, true),
                    names::OPTION => self.end_top(names::OPTION),
                    names::OPTGROUP => {
                        let below = self.stack.len().checked_sub(2).and_then(|below| self.stack.get(below));
                        if self.stack.last().is_some_and(|top| top.is(names::OPTION))
                            && below.is_some_and(|element| element.is(names::OPTGROUP))
                        {
                            self.pop_to(self.stack.len() - 1, false);
                        }
                        self.end_top(names::OPTGROUP);
                    }
                    _ if flags & names::TABLE_PART != 0 || key == names::TABLE => return false,
                    _ => {}
                }
                true
            }
            Mode::Columns if flags & names::TABLE_PART == 0 && key != names::TABLE => {
                if self.is_template(at) {
                    return true;
                }
                self.end_at(at, false);
                false
            }
            Mode::Template => true,
            _ => false,
        }
    }

    fn end_top(&mut self, key: u64) {
        if self.stack.last().is_some_and(|top| top.is(key)) {
            self.end_at(self.stack.len() - 1, true);
        }
    }

    /// A table part's tag was ignored: around a template there may be what it ends for some parsers.
    fn doubt_ignored(&mut self) {
        self.doubt_from(1);
    }

    /// A template hides the table around it from the table parts that start in it, but not for all parsers.
    fn doubt_template(&mut self, at: usize) {
        let from = self.table_below(at).map_or(at, |table| table + 1);
        self.give_up_from(from);
    }

    /// Gives up the innermost table (or table part) around a template, and `more` elements above it, from there on.
    fn doubt_from(&mut self, more: usize) {
        if self.templates != 0
            && let Some(at) = self.stack.iter().rposition(|element| element.is(names::TEMPLATE))
            && let Some(table) = self.table_below(at)
        {
            // Who ends a template early takes the end tag of the next one for that of another.
            self.give_up_from(if self.templates > 1 { 0 } else { table + more });
        }
    }

    /// The nearest table below `at`, or else the first part of one, which may stand in a template without a table.
    fn table_below(&self, at: usize) -> Option<usize> {
        let below = self.stack.get(..at).unwrap_or_default();
        let table = below.iter().rposition(|element| element.is(names::TABLE));
        table.or_else(|| {
            below.iter().position(|element| element.has(names::TABLE_PART) && element.space == Space::Html)
        })
    }

    fn in_table_scope(&self, key: u64) -> Option<usize> {
        for (at, element) in self.stack.iter().enumerate().rev() {
            if element.is(key) {
                return Some(at);
            }
            if element.is(names::TABLE) || element.is(names::TEMPLATE) {
                return None;
            }
        }
        None
    }

    /// A select in a cell or between the parts of a table gives way to them.
    fn select_in_table(&self, at: usize) -> bool {
        let below = self.stack.get(..at).unwrap_or_default();
        let holder = below.iter().rfind(|element| element.has(names::MODE) && element.space == Space::Html);
        holder.is_some_and(|element| {
            !element.is(names::TEMPLATE) || !matches!(element.inside, Inside::Unset | Inside::Body)
        })
    }

    fn is_template(&self, at: usize) -> bool {
        self.stack.get(at).is_some_and(|element| element.is(names::TEMPLATE))
    }

    fn set_inside(&mut self, at: usize, inside: Inside) {
        if let Some(element) = self.stack.get_mut(at) {
            element.inside = inside;
        }
    }

    pub(super) fn push_part(&mut self, name: Name, flags: u32) -> Start {
        if flags & names::HIDES_FORMATTING != 0 {
            self.hide_formatting();
        }
        self.push(name, flags, Space::Html, None);
        Start::Open
    }

    fn push_implied(&mut self, key: u64) {
        let bytes = key.to_le_bytes();
        let name =
            bytes.iter().take_while(|byte| **byte != 0).fold(Name::default(), |name, byte| name.with(*byte));
        let flags = names::flags(name, None);
        self.push(name, flags, Space::Html, None);
    }
}
