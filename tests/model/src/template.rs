//! Templates, rendered by walking their text: what stands in braces is replaced, everything else copied.

use serde_json::Value as Json;

/// Why nothing was rendered: `no-permit` or `missing-value`.
pub type Reason = &'static str;

/// What templates ask: the value of a name, and a field of an item.
pub struct Source<'s> {
    pub value: &'s dyn Fn(&str) -> Result<Json, Reason>,
    pub item_field: &'s dyn Fn(&str, &str) -> Result<Json, Reason>,
}

/// Renders a template.
pub fn render(html: &str, source: &Source<'_>) -> Result<String, Reason> {
    let mut out = String::new();
    section(&mut html.split_inclusive("}}"), source, None, true, &mut out)?;
    Ok(out)
}

/// Goes to the end of a section, writing where it is `live`; returns the tag that ends it.
fn section<'t>(
    pieces: &mut (impl Iterator<Item = &'t str> + Clone),
    source: &Source<'_>,
    item: Option<&str>,
    live: bool,
    out: &mut String,
) -> Result<&'t str, Reason> {
    while let Some(piece) = pieces.next() {
        let (text, tag) = piece.split_once("{{").unwrap_or((piece, ""));
        let tag = tag.trim_end_matches("}}");
        if live {
            out.push_str(text);
        }
        let words: Vec<&str> = tag.split(' ').collect();
        match words[0] {
            "" => {}
            "else" | "/if" | "/unless" | "/each" => return Ok(tag),
            "#each" => {
                let inner = pieces.clone();
                section(pieces, source, None, false, out)?;
                if live {
                    let limit = words.get(2).map_or(64, |limit| limit.parse().expect("a limit"));
                    each(words[1], limit, &inner, source, out)?;
                }
            }
            "#if" | "#unless" => {
                let shown = if live { show(words[1], source, item) } else { Err("missing-value") };
                let known = match shown {
                    Ok(_) => true,
                    Err("missing-value") => false,
                    Err(other) => return Err(other),
                };
                let first = known == (words[0] == "#if");
                if section(pieces, source, item, live && first, out)? == "else" {
                    section(pieces, source, item, live && !first, out)?;
                }
            }
            name if live => {
                let shown = show(name, source, item);
                match tag.split_once(" or ") {
                    Some((_, text)) if shown == Err("missing-value") => {
                        place(&Json::from(&text[1..text.len() - 1]), out)?
                    }
                    _ => place(&shown?, out)?,
                }
            }
            _ => {}
        }
    }
    Ok("")
}

fn each<'t>(
    name: &str,
    limit: usize,
    inner: &(impl Iterator<Item = &'t str> + Clone),
    source: &Source<'_>,
    out: &mut String,
) -> Result<(), Reason> {
    let list = (source.value)(name)?;
    let mut left = limit;
    for item in list.as_array().expect("a list").iter().take(64) {
        let before = out.len();
        match section(&mut inner.clone(), source, item.as_str(), left > 0, out) {
            Ok(_) => left = left.saturating_sub(1),
            Err("missing-value") => out.truncate(before),
            Err(other) => return Err(other),
        }
    }
    if left == limit { Err("missing-value") } else { Ok(()) }
}

fn show(name: &str, source: &Source<'_>, item: Option<&str>) -> Result<Json, Reason> {
    match (name.strip_prefix("item"), item) {
        (Some(""), Some(id)) => Ok(Json::from(id)),
        (Some(field), Some(id)) => (source.item_field)(id, &field[1..]),
        _ => match (source.value)(name)? {
            Json::Array(list) if list.is_empty() => Err("missing-value"),
            other => Ok(other),
        },
    }
}

/// Writes a value, escaped for the place that the text before it leads to.
fn place(value: &Json, out: &mut String) -> Result<(), Reason> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let quoted = |text: &str| escaped(text).replace('"', "&quot;").replace('\'', "&#39;");
    let encoded = |text: &str, kept: &dyn Fn(u8) -> bool| -> String {
        let byte = |b: u8| if kept(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
        text.bytes().map(byte).collect()
    };
    if out.rfind('<') <= out.rfind('>') {
        out.push_str(&escaped(&text));
        return Ok(());
    }
    let attribute = out.rfind("=\"").expect("values stand in quoted attributes");
    let written = if !out[..attribute].ends_with("href") && !out[..attribute].ends_with("src") {
        quoted(&text)
    } else if attribute + 2 < out.len() {
        encoded(&text, &|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
    } else if text.starts_with(['/', '?', '#']) || text.starts_with("https:") {
        quoted(&encoded(&text, &|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte)))
    } else {
        return Err("missing-value");
    };
    out.push_str(&written);
    Ok(())
}
