//! Values of parts: plain text that the compiler escapes, with `{{…}}` in it.

use alloc::borrow::ToOwned;
use alloc::format;

use super::{Compiler, Place, markup};
use crate::base::text;
use crate::html::escape;

impl Compiler<'_> {
    /// Reports the problems of the key of a part.
    pub(in crate::author) fn key(&mut self, key: &str) {
        let (part, name) = key.split_once('@').map_or((key, None), |(part, name)| (part, Some(name)));
        if !text::is_id(part) {
            let message = format!("`{part}` cannot be the name of a part");
            self.problem(0, "bad-id", message, "use 1 to 64 letters, digits, `_`, `.`, `:` and `-`");
        }
        if let Some(name) = name {
            self.name(name);
        }
    }

    /// Compiles the whole source as the value of the part with this key.
    pub(in crate::author) fn part(&mut self, key: &str) {
        let name = key.split_once('@').map(|(_, name)| name);
        if let Some(name) = name {
            self.whole_value(name, self.html, 0);
        }
        let address = name.is_some_and(markup::is_address);
        while let Some(next) = self.rest().chars().next() {
            if self.rest().starts_with("{{") {
                let place = match (name, address, self.at) {
                    (None, ..) => Place::Text,
                    (_, false, _) => Place::Attribute,
                    (_, true, 0) => Place::AddressStart,
                    (_, true, _) => Place::AddressRest,
                };
                if place == Place::AddressRest {
                    self.settled(0);
                }
                self.tag(place, false);
                continue;
            }
            let mut letter = [0; 4];
            let letter = next.encode_utf8(&mut letter);
            self.at = self.at.saturating_add(letter.len());
            if name.is_some() {
                escape::attribute(letter, &mut self.raw);
            } else {
                escape::text(letter, &mut self.raw);
            }
        }
        for section in core::mem::take(&mut self.sections) {
            let message = format!("`{{{{#{}}}}}` is not closed", section.word);
            self.problem(
                section.at,
                "template-section",
                message,
                format!("write `{{{{/{}}}}}`", section.word),
            );
        }
        self.flush();
    }

    /// Reports an invalid attribute, or one that variants may not set.
    fn name(&mut self, name: &str) {
        let form = name.starts_with(|letter: char| letter.is_ascii_lowercase())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !form || name.len() > 64 {
            let message = format!("`{name}` cannot be the name of an attribute");
            return self.problem(0, "template-markup", message, "write it in lower case, as `link@href`");
        }
        let why = match name {
            "style" => Some("styles are the site's; choose between classes with `class`"),
            "id" | "name" | "is" | "slot" | "for" | "form" | "type" | "rel" | "http-equiv" => {
                Some("the page's scripts and styles rely on it; leave it as the page has it")
            }
            "data-part" => Some("it names the part"),
            name if name == self.marker => Some("it marks blocks"),
            name => markup::refused_attribute(name).or_else(|| markup::refused_value(name)),
        };
        if let Some(why) = why {
            self.problem(
                0,
                "template-markup",
                format!("the attribute `{name}` cannot be set"),
                why.to_owned(),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::compile_part;
    use alloc::vec::Vec;

    #[test]
    fn attributes_that_are_dangerous_are_refused() {
        for key in [
            "a@onclick",
            "a@style",
            "a@srcdoc",
            "a@nonce",
            "a@id",
            "a@data-block",
            "a@data-part",
            "a@Href",
            "a@",
            "a@b c",
            "a@srcset",
            "a@xlink:href",
            "a b",
            "",
            "a@ping",
        ] {
            assert!(compile_part(key, "x", "data-block").is_err(), "{key}");
        }
        for (key, value) in [
            ("a@href", "javascript:alert(1)"),
            ("a@href", "java{{campaign}}"),
            ("a@src", "data:text/html,x"),
            ("a@href", "{{campaign}}"),
            ("a@href", "//{{campaign}}/"),
            ("a", "{{#if campaign}}"),
            ("a", "{{nothing}}"),
        ] {
            assert!(compile_part(key, value, "data-block").is_err(), "{key} {value}");
        }
    }

    #[test]
    fn text_is_escaped_when_it_is_compiled() {
        let raw =
            |text: &[u8]| [&[0][..], &u32::try_from(text.len()).unwrap_or(0).to_le_bytes(), text].concat();
        let code = |key: &str, value: &str| compile_part(key, value, "data-block").map(|part| part.code);
        assert_eq!(code("a", "<b> & \"c\""), Ok(raw(b"&lt;b&gt; &amp; \"c\"")));
        assert_eq!(code("a@title", "<b> & \"c\""), Ok(raw(b"&lt;b&gt; &amp; &quot;c&quot;")));
        assert_eq!(code("a@href", "/c?a=1&b=2"), Ok(raw(b"/c?a=1&amp;b=2")));
        assert_eq!(code("a", ""), Ok(Vec::new()));
    }
}
