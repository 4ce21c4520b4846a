//! Compiles templates: HTML with values in it, to the code of [`crate::html::template::render`], or every problem.
//!
//! A template is balanced, has no script, and needs no error correction of a browser, so that it cannot change the page
//! around its block. Values are allowed in element text, in quoted attributes and in URLs; anywhere else they are an
//! error. A URL always begins with text of the site's own, from the template or the catalog, never with a visitor's.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::consent::purpose::PurposeSet;
use crate::html::template as op;
use crate::signal::registry::Signal;

mod address;
mod fault;
pub(in crate::author) mod list;
mod markup;
mod part;
mod sections;
mod value;

use list::Each;
use sections::Section;

/// A compiled template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compiled {
    /// Its code.
    pub code: Vec<u8>,
    /// The signals it shows or tests.
    pub signals: BTreeSet<Signal>,
    /// The signals that orders and exceptions of its lists read.
    pub asked: BTreeSet<Signal>,
    /// The purposes that exceptions need besides.
    pub purposes: PurposeSet,
    /// Whether one of its lists leaves out what other blocks show.
    pub follows_others: bool,
    /// The byte offsets of its lists of the playbook itself: of all items, of a category, or of stores.
    pub(in crate::author) listings: Vec<(usize, Of)>,
}

/// What a list of the playbook holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::author) enum Of {
    /// All items.
    Items,
    /// The items of a category.
    Category(String),
    /// All stores.
    Stores,
}

impl Compiled {
    /// Adds what another template reads.
    pub(in crate::author) fn read(&mut self, other: &Compiled) {
        self.signals.extend(&other.signals);
        self.asked.extend(&other.asked);
        self.purposes = self.purposes.union(other.purposes);
        self.follows_others |= other.follows_others;
        self.listings.extend(other.listings.iter().cloned());
    }

    /// All signals that it reads.
    pub fn reads(&self) -> BTreeSet<Signal> {
        self.signals.union(&self.asked).copied().collect()
    }

    /// Whether it can be shown to everybody.
    pub fn is_certain(&self) -> bool {
        self.signals.is_empty() && self.listings.is_empty()
    }

    fn list(&mut self, each: &Each<'_>, at: usize) {
        self.signals.extend(each.signal);
        self.asked.extend(each.asked());
        self.purposes = self.purposes.union(each.purposes());
        self.follows_others |= each.follows_others();
        self.listings.extend(each.of_playbook().map(|of| (at, of)));
    }
}

/// A problem of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The byte offset in the template where it begins.
    pub at: usize,
    /// The stable code of the diagnostic.
    pub code: &'static str,
    /// The problem.
    pub message: String,
    /// The help text.
    pub help: String,
}

/// Compiles a template for a site that marks its blocks with the attribute `marker` and has these `blocks`.
///
/// # Errors
/// Every problem found, in the order of the text.
pub fn compile(html: &str, marker: &str, blocks: &[&str]) -> Result<Compiled, Vec<Problem>> {
    let mut compiler = Compiler::new(html, marker, blocks);
    compiler.document();
    if compiler.problems.is_empty() { Ok(compiler.compiled) } else { Err(compiler.problems) }
}

/// Compiles the value of a part: text, or an attribute's for a key like `link@href`; it is plain text with `{{…}}` in it.
///
/// # Errors
/// Every problem found; those of the key itself are at the value's first byte.
pub fn compile_part(key: &str, value: &str, marker: &str) -> Result<Compiled, Vec<Problem>> {
    let mut compiler = Compiler::new(value, marker, &[]);
    compiler.key(key);
    compiler.part(key);
    if compiler.problems.is_empty() { Ok(compiler.compiled) } else { Err(compiler.problems) }
}

/// The problems of the key of a part, independent of its value.
pub fn check_key(key: &str, marker: &str) -> Vec<Problem> {
    let mut compiler = Compiler::new("", marker, &[]);
    compiler.key(key);
    compiler.problems
}

/// An open element.
struct Element {
    name: String,
    at: usize,
}

/// The position of a value in a URL.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Attribute,
    AddressStart,
    AddressRest,
}

struct Compiler<'h> {
    html: &'h str,
    at: usize,
    marker: &'h str,
    blocks: &'h [&'h str],
    open: Vec<Element>,
    sections: Vec<Section>,
    raw: Vec<u8>,
    compiled: Compiled,
    problems: Vec<Problem>,
}

impl<'h> Compiler<'h> {
    fn new(html: &'h str, marker: &'h str, blocks: &'h [&'h str]) -> Self {
        let (open, sections, raw, problems) = Default::default();
        Compiler { html, at: 0, marker, blocks, open, sections, raw, compiled: Compiled::default(), problems }
    }

    fn document(&mut self) {
        while let Some(next) = self.rest().chars().next() {
            if self.rest().starts_with("{{") {
                self.closed_reference();
                self.tag(Place::Text, false);
            } else if next == '<' {
                self.markup();
            } else {
                if !markup::is_space(next) {
                    self.check_text(self.at);
                }
                self.copy(next);
            }
        }
        for element in core::mem::take(&mut self.open) {
            let message = format!("`<{}>` is not closed", element.name);
            self.problem(element.at, "template-balance", message, "write its end tag");
        }
        for section in core::mem::take(&mut self.sections) {
            let message = format!("`{{{{#{}}}}}` is not closed", section.word);
            let help = format!("write `{{{{/{}}}}}`", section.word);
            self.problem(section.at, "template-section", message, help);
        }
        self.flush();
    }

    fn markup(&mut self) {
        let (start, rest) = (self.at, self.rest());
        if let Some(comment) = rest.strip_prefix("<!--") {
            let end = comment.find("-->").map(|end| end.saturating_add(7));
            let text = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            if end.is_none() || comment.starts_with('>') || comment.starts_with("->") || text.contains("--!>")
            {
                self.problem(
                    start,
                    "template-balance",
                    "the comment is not closed".to_owned(),
                    "end it with `-->`",
                );
            }
            if let Some(at) = text.find("{{") {
                self.misplaced(start.saturating_add(at), "a comment");
            }
            if text.contains("block:") {
                self.problem(
                    start,
                    "template-marker",
                    "a template must not mark blocks".to_owned(),
                    "remove the comment",
                );
            }
            self.copy_bytes(text.len());
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            self.problem(
                start,
                "template-markup",
                "declarations do not belong in a template".to_owned(),
                "write `&lt;` for a `<` in text",
            );
            self.copy_bytes(2);
        } else if rest.starts_with("</") {
            self.end_tag();
        } else if rest.chars().nth(1).is_some_and(|c| c.is_ascii_alphabetic()) {
            self.start_tag();
        } else {
            self.problem(
                start,
                "template-markup",
                "`<` begins no tag here".to_owned(),
                "write `&lt;` for a `<` in text",
            );
            self.copy_bytes(1);
        }
    }

    fn end_tag(&mut self) {
        let start = self.at;
        let inner = self.rest().get(2..).unwrap_or_default();
        let end = inner.find('>').unwrap_or(inner.len());
        let name =
            inner.get(..end).unwrap_or_default().trim_end_matches(markup::is_space).to_ascii_lowercase();
        if end == inner.len() {
            self.problem(start, "template-balance", format!("the tag `</{name}` has no end"), "write `>`");
        }
        self.copy_bytes(end.saturating_add(3));
        let inside = self.sections.last().map_or(0, |section| section.depth);
        match self.open.last() {
            Some(element) if element.name == name && self.open.len() > inside => {
                self.open.pop();
            }
            Some(element) if element.name == name => {
                let message = format!("`</{name}>` closes an element that was opened outside this section");
                self.problem(
                    start,
                    "template-section",
                    message,
                    "open and close elements on the same side of `{{#…}}`",
                );
                self.open.pop();
            }
            Some(element) => {
                let message = format!("`</{name}>` stands where `</{}>` belongs", element.name);
                let known = self.open.iter().rposition(|element| element.name == name);
                self.problem(
                    start,
                    "template-balance",
                    message,
                    "close elements in the reverse order of opening them",
                );
                if let Some(known) = known {
                    self.open.truncate(known);
                }
            }
            None => {
                let message =
                    format!("`</{name}>` closes nothing, or an element of the page around the block");
                self.problem(start, "template-balance", message, "remove it, or write the start tag");
            }
        }
    }

    fn start_tag(&mut self) {
        let start = self.at;
        let name: String = self
            .rest()
            .chars()
            .skip(1)
            .take_while(|c| !markup::is_space(*c) && !matches!(c, '>' | '/'))
            .collect();
        if let Some(brace) = name.find("{{") {
            self.misplaced(start.saturating_add(1).saturating_add(brace), "the name of an element");
        }
        self.copy_bytes(name.len().saturating_add(1));
        let name = name.to_ascii_lowercase();
        self.element(&name, start);
        let mut seen: Vec<String> = Vec::new();
        let closes_itself = loop {
            self.copy_while(markup::is_space);
            let rest = self.rest();
            if rest.is_empty() {
                self.problem(start, "template-balance", format!("the tag `<{name}` has no end"), "write `>`");
                break false;
            }
            if rest.starts_with("/>") {
                self.copy_bytes(2);
                break true;
            }
            if rest.starts_with('>') {
                self.copy_bytes(1);
                break false;
            }
            if rest.starts_with("{{") {
                self.misplaced(self.at, "a tag");
                self.skip_tag();
                continue;
            }
            if rest.starts_with(['"', '\'', '/', '=', '<']) {
                self.problem(
                    self.at,
                    "template-markup",
                    format!("`<{name}` is not well formed here"),
                    "write `name=\"value\"`",
                );
                self.copy_bytes(1);
                continue;
            }
            self.attribute(&mut seen);
        };
        let foreign = self.is_foreign() || matches!(name.as_str(), "svg" | "math");
        if markup::is_void(&name) {
            return;
        }
        if closes_itself && !foreign {
            let message = format!("`<{name}/>` does not close itself: browsers read it as a start tag");
            self.problem(start, "template-balance", message, format!("write `<{name}></{name}>`"));
        } else if !closes_itself {
            self.open.push(Element { name, at: start });
        }
    }

    /// Whether an element here belongs to svg or math, and not to HTML within them.
    fn is_foreign(&self) -> bool {
        let mut around = self.open.iter().rev().map(|element| element.name.as_str());
        around.find_map(markup::foreign_inside).unwrap_or(false)
    }

    /// Reports text that is not allowed here.
    fn check_text(&mut self, at: usize) {
        let parent = self.open.last().map_or("", |element| element.name.as_str());
        if !markup::takes_text(parent) {
            let message = format!("browsers move text out of `<{parent}>`, or do not show it");
            self.problem(at, "template-balance", message, "put it into an element within, as `<td>`");
        }
    }

    /// Reports an element that is not allowed here.
    fn element(&mut self, name: &str, start: usize) {
        if let Some(why) = markup::refused_element(name) {
            self.problem(start, "template-markup", format!("`<{name}>` is not allowed in a template"), why);
        }
        let is_open = |wanted: &str| self.open.iter().any(|element| element.name == wanted);
        let parent = self.open.last().map(|element| element.name.as_str());
        let trouble = if self.is_foreign() && markup::leaves_foreign(name) {
            Some((
                format!("`<{name}>` would end the drawing around it"),
                "put it outside of `<svg>`".to_owned(),
            ))
        } else if markup::is_heading(name) && parent.is_some_and(markup::is_heading) {
            Some((format!("`<{name}>` would end the heading around it"), "close that one first".to_owned()))
        } else if is_open("p") && markup::closes_paragraph(name) {
            Some((
                format!("`<{name}>` within `<p>` would end the paragraph"),
                "use `<div>` instead of `<p>`".to_owned(),
            ))
        } else if markup::stands_alone(name) && is_open(name) {
            Some((
                format!("`<{name}>` cannot stand within another `<{name}>`"),
                "close the first one before it".to_owned(),
            ))
        } else if let Some(parent) = parent.filter(|parent| !markup::fits_in(parent, name)) {
            Some((
                format!("browsers move `<{name}>` out of `<{parent}>`"),
                "write the elements between, as `<tbody>`".to_owned(),
            ))
        } else if let (Some(parents), Some(parent)) = (markup::parents(name), parent) {
            let help = format!("it belongs in `<{}>`", parents.join(">`, `<"));
            // A `div` is allowed between a `dl` and its parts, but nothing else is allowed around that `div`.
            let astray = matches!(name, "dt" | "dd")
                && parent == "div"
                && self.open.iter().rev().nth(1).is_some_and(|outer| outer.name != "dl");
            (astray || !parents.contains(&parent))
                .then(|| (format!("`<{name}>` cannot stand in `<{parent}>`"), help))
        } else {
            None
        };
        if let Some((message, help)) = trouble {
            self.problem(start, "template-balance", message, help);
        }
    }

    fn attribute(&mut self, seen: &mut Vec<String>) {
        let start = self.at;
        let name: String = self
            .rest()
            .chars()
            .take_while(|c| !markup::is_space(*c) && !matches!(c, '>' | '/' | '=' | '"' | '\'' | '<'))
            .collect();
        if let Some(brace) = name.find("{{") {
            self.misplaced(start.saturating_add(brace), "the name of an attribute");
        }
        self.copy_bytes(name.len());
        let name = name.to_ascii_lowercase();
        if let Some(why) = markup::refused_attribute(&name) {
            self.problem(
                start,
                "template-markup",
                format!("the attribute `{name}` is not allowed in a template"),
                why,
            );
        }
        if seen.contains(&name) {
            self.problem(
                start,
                "template-markup",
                format!("the attribute `{name}` is written twice"),
                "keep one of them",
            );
        }
        if name == self.marker && name != "id" {
            self.problem(
                start,
                "template-marker",
                "a template must not mark blocks".to_owned(),
                format!("remove `{name}`"),
            );
        }
        self.copy_while(markup::is_space);
        if self.rest().starts_with('=') {
            self.copy_bytes(1);
            self.copy_while(markup::is_space);
            self.attribute_value(&name);
        }
        seen.push(name);
    }

    fn attribute_value(&mut self, name: &str) {
        let start = self.at;
        let Some(quote) = self.rest().chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            let length =
                self.rest().find(|c: char| markup::is_space(c) || c == '>').unwrap_or(self.rest().len());
            let value = self.rest().get(..length).unwrap_or_default();
            if let Some(brace) = value.find("{{") {
                self.misplaced(start.saturating_add(brace), "an attribute without quotes");
            }
            self.whole_value(name, value, start);
            self.copy_bytes(length);
            return;
        };
        self.copy_bytes(1);
        let inside = self.sections.len();
        let value = self.rest();
        let value = value.get(..value.find(quote).unwrap_or(value.len())).unwrap_or_default();
        self.whole_value(name, value, self.at);
        let address = markup::is_address(name);
        let begin = self.at;
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                self.problem(
                    start,
                    "template-balance",
                    "the attribute's quote is not closed".to_owned(),
                    "write the closing quote",
                );
                break;
            }
            if rest.starts_with("{{") {
                if let Some(why) = markup::refused_value(name).filter(|_| !rest.starts_with("{{/")) {
                    self.problem(self.at, "template-place", format!("`{name}` cannot take values"), why);
                }
                let place = match (address, self.at == begin) {
                    (false, _) => Place::Attribute,
                    (true, true) => Place::AddressStart,
                    (true, false) => Place::AddressRest,
                };
                if place == Place::AddressRest {
                    self.settled(begin);
                }
                self.closed_reference();
                self.tag(place, true);
                continue;
            }
            let Some(next) = rest.chars().next() else { break };
            self.copy(next);
            if next == quote {
                break;
            }
        }
        while self.sections.len() > inside {
            if let Some(section) = self.sections.pop() {
                let message = format!("`{{{{#{}}}}}` is not closed within the attribute", section.word);
                self.problem(
                    section.at,
                    "template-section",
                    message,
                    format!("write `{{{{/{}}}}}` before the quote", section.word),
                );
            }
        }
    }

    /// Reports an attribute's value that is invalid whatever the values in it.
    fn whole_value(&mut self, name: &str, value: &str, start: usize) {
        if name == "id" && self.marker == "id" && self.blocks.contains(&value) {
            self.problem(
                start,
                "template-marker",
                format!("`{value}` would mark a block within the block"),
                "use another value",
            );
        }
        let fixed = value.split("{{").next().unwrap_or_default();
        if markup::is_address(name) && !markup::is_harmless(fixed) {
            let message = format!("`{name}` leads to neither a page, a mail nor a telephone");
            self.problem(start, "template-address", message, "use `https:`, `mailto:`, `tel:` or a path");
        }
    }

    /// Reports a value in a URL that could still change its scheme or host.
    fn settled(&mut self, begin: usize) {
        let before = self.html.get(begin..self.at).unwrap_or_default();
        let section = ["{{#", "{{/", "{{else}}"].iter().any(|tag| self.rest().starts_with(tag));
        if !section && !address::is_settled(before) {
            let message = format!("behind `{before}` a value could change where the address leads");
            self.problem(
                self.at,
                "template-address",
                message,
                "begin the address with a path, as `/c/{{…}}`",
            );
        }
    }

    /// Reports a `&` that could form a character reference with the first letters of a value.
    fn closed_reference(&mut self) {
        let before = self.html.get(..self.at).unwrap_or_default();
        let name = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '#');
        if name.ends_with('&') {
            let at = name.len().saturating_sub(1);
            let open = before.get(at..).unwrap_or_default();
            let message = format!("with what follows, `{open}` could become another character");
            self.problem(at, "template-markup", message, "write `&amp;` for a `&`, or end `&…` with `;`");
        }
    }

    fn misplaced(&mut self, at: usize, place: &str) {
        let message = format!("values cannot stand in {place}");
        self.problem(at, "template-place", message, "values go into text and into attributes with quotes");
    }

    fn rest(&self) -> &'h str {
        self.html.get(self.at..).unwrap_or_default()
    }

    fn copy(&mut self, letter: char) {
        self.copy_bytes(letter.len_utf8());
    }

    fn copy_bytes(&mut self, length: usize) {
        let rest = self.rest();
        let copied = rest.get(..length).unwrap_or(rest);
        self.raw.extend_from_slice(copied.as_bytes());
        self.at = self.at.saturating_add(copied.len());
    }

    fn copy_while(&mut self, keep: fn(char) -> bool) {
        let length = self.rest().find(|c: char| !keep(c)).unwrap_or(self.rest().len());
        self.copy_bytes(length);
    }

    /// Writes the copied bytes so far as one node.
    fn flush(&mut self) {
        let raw = core::mem::take(&mut self.raw);
        if !raw.is_empty() {
            self.compiled.code.push(op::RAW);
            self.compiled.code.extend_from_slice(&u32::try_from(raw.len()).unwrap_or(u32::MAX).to_le_bytes());
            self.compiled.code.extend_from_slice(&raw);
        }
    }

    fn problem(&mut self, at: usize, code: &'static str, message: impl ToString, help: impl ToString) {
        self.problems.push(Problem { at, code, message: message.to_string(), help: help.to_string() });
    }
}
