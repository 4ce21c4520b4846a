//! Templates, rendered by walking their text: what stands in braces is replaced, everything else copied.

use crate::{Maybe, list, refuse};
use serde_json::Value as Json;

/// The value of a name, inside a list beside one of its items; `Err` is `no-permit` or `missing-value`.
pub type Show<'a> = dyn Fn(&str, Option<&str>) -> Maybe<Json> + 'a;

/// A template's text in pieces, each up to the end of a tag.
type Pieces<'t> = std::str::SplitInclusive<'t, &'static str>;

/// What is rendered so far.
struct Page<'s> {
    out: String,
    show: &'s Show<'s>,
}

/// Renders a template.
pub fn render(html: &str, show: &Show<'_>) -> Maybe<String> {
    let mut page = Page { out: String::new(), show };
    page.section(&mut html.split_inclusive("}}"), None, true)?;
    Ok(page.out)
}

/// The text of a part, or with its quotes an attribute of that name: a template whose own text is escaped.
pub fn part(key: &str, value: &str, show: &Show<'_>) -> Maybe<String> {
    let Some((_, name)) = key.split_once('@') else { return render(&escaped(value), show) };
    Ok(render(&format!("< {name}=\"{}\"", quoted(value)), show)?[1..].to_owned())
}

impl Page<'_> {
    /// Goes to the end of a section, writing where it is `live`; returns the tag that ends it.
    fn section<'t>(&mut self, pieces: &mut Pieces<'t>, item: Option<&str>, live: bool) -> Maybe<&'t str> {
        while let Some(piece) = pieces.next() {
            let (text, tag) = piece.trim_end_matches("}}").split_once("{{").unwrap_or((piece, ""));
            self.out.push_str(if live { text } else { "" });
            let words: Vec<&str> = tag.split(' ').collect();
            match words[0] {
                "" => {}
                "else" | "/if" | "/unless" | "/each" => return Ok(tag),
                // Items until `limit` have been shown; one that lacks a value is left out.
                "#each" => {
                    let inner = pieces.clone();
                    self.section(pieces, None, false)?;
                    let items = if live { (self.show)(words[1], None)? } else { Json::Null };
                    let limit: usize = words.get(2).map_or(64, |limit| limit.parse().expect("a limit"));
                    let mut left = limit;
                    for item in list(&items) {
                        let before = self.out.len();
                        match self.section(&mut inner.clone(), item.as_str(), left > 0) {
                            Ok(_) => left = left.saturating_sub(1),
                            Err("missing-value") => self.out.truncate(before),
                            Err(other) => return Err(other),
                        }
                    }
                    refuse(live && left == limit, "missing-value")?;
                }
                "#if" | "#unless" => {
                    let shown = (self.show)(words[1], item);
                    refuse(live && shown == Err("no-permit"), "no-permit")?;
                    let first = shown.is_ok() == (words[0] == "#if");
                    if self.section(pieces, item, live && first)? == "else" {
                        self.section(pieces, item, live && !first)?;
                    }
                }
                name if live => match (tag.split_once(" or "), (self.show)(name, item)) {
                    (Some((_, quoted)), Err("missing-value")) => {
                        self.place(&quoted[1..quoted.len() - 1].into())?
                    }
                    (_, shown) => self.place(&shown?)?,
                },
                _ => {}
            }
        }
        Ok("")
    }

    /// Writes a value, escaped for the place that the text before it leads to.
    fn place(&mut self, value: &Json) -> Maybe<()> {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let encoded = |kept: &dyn Fn(u8) -> bool| {
            let byte = |b: u8| if kept(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
            text.bytes().map(byte).collect::<String>()
        };
        let out = &self.out;
        let is_address = text.starts_with(['/', '?', '#']) || text.starts_with("https:");
        let written = match out.rfind("=\"").filter(|_| out.rfind('<') > out.rfind('>')) {
            None => escaped(&text),
            Some(at) if !out[..at].ends_with("href") && !out[..at].ends_with("src") => quoted(&text),
            Some(at) if at + 2 < out.len() => encoded(&|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b)),
            _ if is_address => quoted(&encoded(&|b| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b))),
            _ => return Err("missing-value"),
        };
        self.out.push_str(&written);
        Ok(())
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn quoted(text: &str) -> String {
    escaped(text).replace('"', "&quot;").replace('\'', "&#39;")
}
