//! Parses the inside of `{{…}}`: values, sections, and their names.

use alloc::borrow::ToOwned;
use alloc::format;

use super::fault::{Fault, fault};
use super::list::Each;
use crate::author::did_you_mean::suggest;
use crate::html::template::{ELEMENT, Field};
use crate::signal::registry::{Named, Signal, Type};

/// The parsed inside of the braces.
pub(in crate::author) enum Tag<'t> {
    /// A value to show.
    Value { from: u8, field: Field, signal: Option<Signal>, called: &'t str, instead: Option<&'t str> },
    /// The beginning of a section.
    Open { word: &'static str, from: u8, field: Field, signal: Option<Signal> },
    /// The beginning of a list.
    Each(Each<'t>),
    /// The other half of an `if`.
    Else,
    /// The end of a section.
    Close { word: &'static str },
}

/// Parses the inside of `{{…}}`; `in_each`: whether `item` is defined.
pub(in crate::author) fn read(inner: &str, in_each: bool) -> Result<Tag<'_>, Fault> {
    if let Some(word) = inner.strip_prefix('/') {
        return Ok(Tag::Close { word: section(word.trim())? });
    }
    if inner == "else" {
        return Ok(Tag::Else);
    }
    let Some(opening) = inner.strip_prefix('#') else {
        let (inner, instead) = instead(inner)?;
        let (from, field, signal) = path(inner, in_each)?;
        if signal.is_some_and(|signal| signal.entry().kind == Type::List) {
            let message = format!("`{inner}` is a list");
            return Err(fault(
                "template-list",
                message,
                format!("write `{{{{#each {inner}}}}}…{{{{item}}}}…{{{{/each}}}}`"),
            ));
        }
        return Ok(Tag::Value { from, field, signal, called: inner, instead });
    };
    let mut words = opening.split_whitespace();
    let word = section(words.next().unwrap_or_default())?;
    if word == "each" {
        if in_each {
            let message = "`{{#each}}` cannot stand within another".to_owned();
            return Err(fault("template-section", message, "close the first one"));
        }
        return Each::read(opening.trim_start().strip_prefix(word).unwrap_or_default()).map(Tag::Each);
    }
    let name = words.next().unwrap_or_default();
    let (from, field, signal) = path(name, in_each)?;
    if words.next().is_some() {
        let message = format!("`{inner}` says more than a section can");
        return Err(fault("template-syntax", message, format!("write `{{{{#{word} {name}}}}}`")));
    }
    Ok(Tag::Open { word, from, field, signal })
}

/// The value, and the quoted text that replaces it if it is missing.
fn instead(inner: &str) -> Result<(&str, Option<&str>), Fault> {
    let Some((value, text)) = inner.split_once(char::is_whitespace) else { return Ok((inner, None)) };
    let text = text.trim_start().strip_prefix("or").map(str::trim_start);
    let quoted = text.and_then(|text| {
        let quote = text.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
        text.strip_prefix(quote)?.strip_suffix(quote).filter(|text| !text.contains(quote))
    });
    quoted.map(|text| (value, Some(text))).ok_or_else(|| {
        let message = format!("`{inner}` is neither a value nor a value with a text for where it is missing");
        fault("template-syntax", message, format!("write `{{{{{value} or 'text'}}}}`"))
    })
}

fn section(word: &str) -> Result<&'static str, Fault> {
    ["if", "unless", "each"].into_iter().find(|known| *known == word).ok_or_else(|| {
        let help = suggest(word, ["if", "unless", "each"])
            .unwrap_or_else(|| "sections are `if`, `unless` and `each`".to_owned());
        fault("template-syntax", format!("there is no section `{word}`"), help)
    })
}

/// The signal and the field of `name`. The element of a list has no signal.
fn path(name: &str, in_each: bool) -> Result<(u8, Field, Option<Signal>), Fault> {
    if name == "item" || name.starts_with("item.") {
        if !in_each {
            let message = format!("`{name}` means something only within `{{{{#each}}}}`");
            return Err(fault("template-section", message, "name a signal, as `visit.last_item`"));
        }
        let field = name.strip_prefix("item.").unwrap_or_default();
        return Ok((ELEMENT, self::field(field, name, &Field::ALL)?, None));
    }
    if let Some(signal) = Signal::in_template(name) {
        return Ok((signal.code(), Field::Value, Some(signal)));
    }
    if let Some((signal, field)) =
        name.rsplit_once('.').and_then(|(signal, field)| Some((Signal::from_name(signal)?, field)))
    {
        return Ok((signal.code(), self::field(field, name, fields_of(signal))?, Some(signal)));
    }
    let names = Signal::ALL.iter().map(|signal| signal.entry().name);
    let help = suggest(name, names).unwrap_or_else(|| "`parvis signals` lists every signal".to_owned());
    Err(fault("unknown-signal", format!("there is no signal `{name}`"), help))
}

/// The fields of the values of `signal`.
fn fields_of(signal: Signal) -> &'static [Field] {
    match signal.entry().names {
        Named::Item => &[Field::Value, Field::Title, Field::Url, Field::Image, Field::Price, Field::Category],
        Named::Category => &[Field::Value, Field::Title, Field::Url],
        Named::Store => &[Field::Value, Field::Title, Field::Url, Field::Region],
        Named::Nothing => &[Field::Value],
    }
}

fn field(field: &str, name: &str, fields: &[Field]) -> Result<Field, Fault> {
    fields.iter().copied().find(|known| known.name() == field && !name.ends_with('.')).ok_or_else(|| {
        let known = fields.iter().map(|field| field.name()).filter(|name| !name.is_empty());
        let help = suggest(field, known.clone()).unwrap_or_else(|| {
            let names: alloc::vec::Vec<&str> = known.collect();
            match names.as_slice() {
                [] => "it names neither an item nor a category nor a store, so it has no fields".to_owned(),
                names => format!("its fields are `{}`", names.join("`, `")),
            }
        });
        fault("unknown-field", format!("`{name}` is not known"), help)
    })
}
