//! Templates, rendered by walking their text: what stands in braces is replaced, everything else copied.

use crate::{Reason, list};
use serde_json::Value as Json;

/// The value of a name, inside a list beside one of its items; `Err` is `no-permit` or `missing-value`.
pub type Show<'a> = dyn Fn(&str, Option<&str>) -> Result<Json, Reason> + 'a;

/// Renders a template.
pub fn render(html: &str, show: &Show<'_>) -> Result<String, Reason> {
    let mut out = String::new();
    section(&mut html.split_inclusive("}}"), show, None, true, &mut out)?;
    Ok(out)
}

/// The text of a part, or with its quotes an attribute of that name: a template whose own text is escaped.
pub fn part(key: &str, value: &str, show: &Show<'_>) -> Result<String, Reason> {
    let Some((_, name)) = key.split_once('@') else { return render(&escaped(value), show) };
    Ok(render(&format!("< {name}=\"{}\"", quoted(value)), show)?[1..].to_owned())
}

/// Goes to the end of a section, writing where it is `live`; returns the tag that ends it.
fn section<'t>(
    pieces: &mut (impl Iterator<Item = &'t str> + Clone),
    show: &Show<'_>,
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
                section(pieces, show, None, false, out)?;
                if live {
                    let limit = words.get(2).map_or(64, |limit| limit.parse().expect("a limit"));
                    each(&show(words[1], None)?, limit, &inner, show, out)?;
                }
            }
            "#if" | "#unless" => {
                let known = match show(words[1], item) {
                    Err("no-permit") if live => return Err("no-permit"),
                    shown => shown.is_ok(),
                };
                let first = known == (words[0] == "#if");
                if section(pieces, show, item, live && first, out)? == "else" {
                    section(pieces, show, item, live && !first, out)?;
                }
            }
            name if live => place(&show(name, item)?, out)?,
            _ => {}
        }
    }
    Ok("")
}

fn each<'t>(
    items: &Json,
    limit: usize,
    inner: &(impl Iterator<Item = &'t str> + Clone),
    show: &Show<'_>,
    out: &mut String,
) -> Result<(), Reason> {
    let mut left = limit;
    for item in list(items).iter().take(64) {
        let before = out.len();
        match section(&mut inner.clone(), show, item.as_str(), left > 0, out) {
            Ok(_) => left = left.saturating_sub(1),
            Err("missing-value") => out.truncate(before),
            Err(other) => return Err(other),
        }
    }
    if left == limit { Err("missing-value") } else { Ok(()) }
}

/// Writes a value, escaped for the place that the text before it leads to.
fn place(value: &Json, out: &mut String) -> Result<(), Reason> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let encoded = |text: &str, kept: &dyn Fn(u8) -> bool| -> String {
        let byte = |b: u8| if kept(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
        text.bytes().map(byte).collect()
    };
    let attribute = out.rfind("=\"").filter(|_| out.rfind('<') > out.rfind('>'));
    let written = match attribute {
        None => escaped(&text),
        Some(at) if !out[..at].ends_with("href") && !out[..at].ends_with("src") => quoted(&text),
        Some(at) if at + 2 < out.len() => {
            encoded(&text, &|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
        }
        _ if text.starts_with(['/', '?', '#']) || text.starts_with("https:") => {
            quoted(&encoded(&text, &|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte)))
        }
        _ => return Err("missing-value"),
    };
    out.push_str(&written);
    Ok(())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn quoted(text: &str) -> String {
    escaped(text).replace('"', "&quot;").replace('\'', "&#39;")
}
