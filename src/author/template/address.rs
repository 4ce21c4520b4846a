//! URLs in templates: whether the text before a value already fixes the host.

use alloc::string::String;
use alloc::vec::Vec;

/// Whether scheme and host are fixed by `before`, the template's URL up to a value, for all results of its values and
/// sections.
///
/// Only text that is certainly present counts: the text of a section that has ended may be missing.
pub(in crate::author) fn is_settled(before: &str) -> bool {
    let (mut settled, mut varies) = (false, false);
    let mut certain = String::new();
    let mut sections: Vec<bool> = Vec::new();
    for piece in before.split_inclusive("}}") {
        let (text, tag) = piece.split_once("{{").unwrap_or((piece, ""));
        certain.push_str(text);
        settled |= settles(&certain, varies);
        match tag.as_bytes() {
            [] => continue,
            [b'#', ..] => sections.push(settled),
            [b'/', ..] => settled = sections.pop().unwrap_or(false),
            [b'e', b'l', b's', b'e', b'}', ..] => settled = sections.last().copied().unwrap_or(false),
            _ => {}
        }
        varies = true;
        certain.clear();
    }
    settled
}

/// Whether this text fixes the host. If a part before it `varies`, that may have been a part of the host, or a scheme
/// with one of its slashes.
fn settles(text: &str, varies: bool) -> bool {
    if varies {
        let slashes = text.bytes().filter(|byte| *byte == b'/').count();
        return text.contains(['?', '#']) || (slashes > 1 && !text.starts_with("//"));
    }
    let host = ["https://", "http://", "//"].into_iter().find_map(|scheme| text.strip_prefix(scheme));
    host.unwrap_or(text).contains(['/', '?', '#'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_missing_settles_nothing() {
        for settled in [
            "/c/",
            "/",
            "?q=",
            "#",
            "https://shop.example/",
            "/c/{{a}}/",
            "/c/{{a}}",
            "{{item.url}}?from=",
            "{{item.url}}#",
            "{{#if a}}/c/",
            "{{#if a}}x{{else}}/c/",
            "/{{#if a}}x{{/if}}",
            "{{#if a}}https://shop{{/if}}/c/",
        ] {
            assert!(is_settled(settled), "{settled}");
        }
        for open in [
            "",
            "https://shop",
            "https://",
            "//",
            "c",
            "{{item.url}}",
            "{{item.url}}/",
            "{{#if a}}https://shop{{/if}}",
            "{{#if a}}/c/{{/if}}",
            "{{#if a}}/c/{{else}}",
            "{{#if a}}https:/{{/if}}/",
            "{{#if a}}https:{{/if}}//",
            "{{#if a}}{{/if}}",
        ] {
            assert!(!is_settled(open), "{open}");
        }
    }
}
