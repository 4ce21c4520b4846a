//! Values and sections of a template: what each `{{…}}` compiles to.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::vec::Vec;

use super::value::{self, Tag};
use super::{Compiler, Place};
use crate::html::escape;
use crate::html::template as op;
use crate::html::template::Field;

/// An open section.
pub(in crate::author) struct Section {
    /// `if`, `unless` or `each`.
    pub(in crate::author) word: &'static str,
    /// What `{{else}}` tests again.
    tested: Tested,
    pub(in crate::author) at: usize,
    /// The offset at which the length of its body is written.
    length_at: usize,
    /// Elements open around it.
    pub(in crate::author) depth: usize,
    /// Whether it is in an attribute.
    in_attribute: bool,
}

/// What a section tests: a signal or the element of a list, and its field.
#[derive(Clone, Copy)]
struct Tested {
    from: u8,
    field: Field,
}

fn length(body: &[u8]) -> [u8; 4] {
    u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes()
}

impl<'h> Compiler<'h> {
    /// Compiles the `{{…}}` here.
    pub(in crate::author) fn tag(&mut self, place: Place, in_attribute: bool) {
        let start = self.at;
        let Some(inner) = self.skip_tag() else { return };
        match value::read(inner, self.sections.iter().any(|section| section.word == "each")) {
            Err(problem) => self.problem(start, problem.code, problem.message, problem.help),
            Ok(Tag::Value { from, field, signal, called, instead }) => {
                self.compiled.signals.extend(signal);
                if place == Place::Text {
                    self.check_text(start);
                }
                let node = match place {
                    Place::Text => op::TEXT,
                    Place::Attribute => op::ATTRIBUTE,
                    Place::AddressRest => op::URL_PART,
                    Place::AddressStart => {
                        if !matches!(field, Field::Url | Field::Image) {
                            let message = format!("an address cannot begin with `{called}`");
                            self.problem(
                                start,
                                "template-address",
                                message,
                                "begin it with a path, as `/c/{{…}}`, or show `.url` or `.image`",
                            );
                        }
                        // The value of a part has no quote at its end.
                        if !self.rest().is_empty()
                            && !self.rest().starts_with(['"', '\'', '/', '?', '#', '&', '{'])
                        {
                            let message =
                                format!("what follows `{called}` would become a part of its address");
                            self.problem(self.at, "template-address", message, "go on with `/`, `?` or `#`");
                        }
                        op::URL
                    }
                };
                self.flush();
                let value = [node, from, field.code()];
                match instead {
                    None => self.compiled.code.extend_from_slice(&value),
                    Some(text) => self.instead(place, start, value, text),
                }
            }
            Ok(Tag::Open { word, from, field, signal }) => {
                self.compiled.signals.extend(signal);
                self.not_in_address(place, start);
                self.open_section(word, Tested { from, field }, start, in_attribute);
            }
            Ok(Tag::Each(each)) => {
                self.compiled.list(&each, start);
                self.not_in_address(place, start);
                self.flush();
                self.compiled.code.extend(each.code());
                self.push_section(
                    "each",
                    Tested { from: op::ELEMENT, field: Field::Value },
                    start,
                    in_attribute,
                );
            }
            Ok(Tag::Else) => match self.sections.pop() {
                Some(section) if section.word == "if" && self.at_same_place(&section, in_attribute) => {
                    self.close_section(&section);
                    self.open_section("unless", section.tested, start, in_attribute);
                    // `{{/if}}` closes both halves.
                    if let Some(section) = self.sections.last_mut() {
                        section.word = "if";
                    }
                }
                _ => {
                    let message = "`{{else}}` stands in no `{{#if}}` here".to_owned();
                    self.problem(
                        start,
                        "template-section",
                        message,
                        "write it between `{{#if …}}` and `{{/if}}`, where no element is open",
                    );
                }
            },
            Ok(Tag::Close { word }) => match self.sections.pop() {
                Some(section) if section.word == word => {
                    if !self.at_same_place(&section, in_attribute) {
                        let message = format!(
                            "`{{{{/{word}}}}}` stands inside an element that was opened in the section"
                        );
                        self.problem(start, "template-section", message, "close the element first");
                    }
                    self.close_section(&section);
                }
                Some(section) => {
                    let message =
                        format!("`{{{{/{word}}}}}` stands where `{{{{/{}}}}}` belongs", section.word);
                    self.problem(
                        start,
                        "template-section",
                        message,
                        "close sections in the reverse order of opening them",
                    );
                }
                None => self.problem(
                    start,
                    "template-section",
                    format!("`{{{{/{word}}}}}` closes nothing"),
                    "remove it",
                ),
            },
        }
    }

    /// Compiles a value with an alternative: `text` is shown if it is missing.
    fn instead(&mut self, place: Place, start: usize, value: [u8; 3], text: &str) {
        let [_, from, field] = value;
        let mut escaped = Vec::new();
        match place {
            Place::Text => escape::text(text, &mut escaped),
            Place::Attribute => escape::attribute(text, &mut escaped),
            Place::AddressStart | Place::AddressRest => {
                let message = "an address cannot have a text for where a value is missing".to_owned();
                let help = "write a variant of its own for where it is missing";
                return self.problem(start, "template-address", message, help);
            }
        }
        let mut other = Vec::from([op::RAW]);
        other.extend(length(&escaped));
        other.extend(escaped);
        for (node, body) in [(op::IF, &value[..]), (op::UNLESS, &other)] {
            self.compiled.code.extend_from_slice(&[node, from, field]);
            self.compiled.code.extend(length(body));
            self.compiled.code.extend_from_slice(body);
        }
    }

    fn not_in_address(&mut self, place: Place, start: usize) {
        if matches!(place, Place::AddressStart | Place::AddressRest) {
            let message = "an address cannot hold sections".to_owned();
            self.problem(start, "template-section", message, "put `{{#if}}` around the element");
        }
    }

    fn open_section(&mut self, word: &'static str, tested: Tested, at: usize, in_attribute: bool) {
        let node = if word == "unless" { op::UNLESS } else { op::IF };
        self.flush();
        self.compiled.code.extend_from_slice(&[node, tested.from, tested.field.code()]);
        self.push_section(word, tested, at, in_attribute);
    }

    /// Opens a section whose length and body follow.
    fn push_section(&mut self, word: &'static str, tested: Tested, at: usize, in_attribute: bool) {
        let length_at = self.compiled.code.len();
        self.compiled.code.extend_from_slice(&[0; 4]);
        let depth = self.open.len();
        self.sections.push(Section { word, tested, at, length_at, depth, in_attribute });
        if self.sections.len() == 8 {
            let message = "sections are nested too deeply".to_owned();
            self.problem(at, "template-section", message, "at most seven within one another");
        }
    }

    fn close_section(&mut self, section: &Section) {
        self.flush();
        let body = self.compiled.code.len().saturating_sub(section.length_at).saturating_sub(4);
        let length = u32::try_from(body).unwrap_or(u32::MAX);
        if let Some(place) =
            self.compiled.code.get_mut(section.length_at..).and_then(<[u8]>::first_chunk_mut::<4>)
        {
            *place = length.to_le_bytes();
        }
    }

    fn at_same_place(&self, section: &Section, in_attribute: bool) -> bool {
        section.depth == self.open.len() && section.in_attribute == in_attribute
    }

    /// Skips the `{{…}}` here and returns its inside.
    pub(in crate::author) fn skip_tag(&mut self) -> Option<&'h str> {
        let (start, html) = (self.at, self.html);
        let inner = html.get(start..)?.strip_prefix("{{")?;
        let Some(end) = inner.find("}}") else {
            self.problem(
                start,
                "template-syntax",
                "`{{` has no `}}`".to_owned(),
                "close it; write `&#123;{` for two braces in text",
            );
            self.at = html.len();
            return None;
        };
        self.at = start.saturating_add(end).saturating_add(4);
        inner.get(..end).map(str::trim)
    }
}
