//! Checks of format, site, cache, pages and blocks.

use alloc::format;
use alloc::vec::Vec;

use serde_json::Value as Json;

use super::names::Names;
use super::node::Node;
use super::{Finding, Place, spelling, variant_content};
use crate::author::did_you_mean::suggest;
use crate::author::draft;
use crate::author::hundredths::basis_points;
use crate::author::time_zone;
use crate::base::text;
use crate::limits;
use crate::signal::influence::Influence;
use crate::signal::registry::Signal;

pub(in crate::author) fn check(root: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    if let Some(format) = root
        .get("format")
        .filter(|format| format.value.as_u64().is_some_and(|format| format != u64::from(draft::FORMAT)))
    {
        let message = format!("this build does not know format `{}`", format.value);
        findings.push(Finding::error(
            "unknown-format",
            &format.pointer,
            message,
            format!("write {}", draft::FORMAT),
        ));
    }
    if let Some(site) = root.get("site") {
        self::site(&site, findings);
    }
    if let Some(cache) = root.get("cache") {
        keyed_on(&cache, findings);
    }
    pages(root, findings);
    blocks(root, names, findings);
    variant_content::groups(root, names, findings);
}

fn site(site: &Node<'_>, findings: &mut Vec<Finding>) {
    if site.text("name").is_some_and(|name| name.trim().is_empty()) {
        findings.push(Finding::error(
            "empty-text",
            &site.at("name"),
            "the site has no name",
            "write a short name",
        ));
    }
    let host_form = |host: &str| {
        let port = host.split_once(':').map_or("0", |(_, port)| port);
        let name = host.split(':').next().unwrap_or_default();
        !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
            && port.parse::<u16>().is_ok()
    };
    if let Some(host) = site.text("host").filter(|host| !host_form(host)) {
        let message = format!("`{host}` is no host name");
        findings.push(Finding::error(
            "bad-host",
            &site.at("host"),
            message,
            "write it without `https://` and path, as `shop.example`",
        ));
    }
    if let Some(language) = site.text("language")
        && let Some((message, help)) = spelling::odd(Signal::Language, language)
    {
        findings.push(Finding::error("bad-language", &site.at("language"), message, help));
    }
    let marker_form = |marker: &str| {
        let mut bytes = marker.bytes();
        !matches!(marker, "class" | "style" | "href" | "src" | "data-part")
            && bytes.next().is_some_and(|b| b.is_ascii_lowercase())
            && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if let Some(marker) = site.text("marker").filter(|marker| !marker_form(marker)) {
        let message = format!("`{marker}` cannot mark blocks");
        let help = "name an attribute in lower case, as `data-block` or `id`";
        findings.push(Finding::error("bad-marker", &site.at("marker"), message, help));
    }
    time_zone::check(site, findings);
    percent(site, "holdout_percent", findings);
    if site.get("holdout_percent").and_then(|percent| percent.value.as_f64()) == Some(100.0) {
        let (message, help) =
            ("all visitors are held out, so no campaign ever runs", "hold out a few percent, as 5");
        findings.push(Finding::warning("never-runs", &site.at("holdout_percent"), message, help));
    }
}

/// Reports a percentage with more than two decimals; its range is checked by the schema.
pub(in crate::author) fn percent(node: &Node<'_>, key: &str, findings: &mut Vec<Finding>) {
    let percent = node
        .get(key)
        .and_then(|percent| percent.value.as_f64())
        .filter(|percent| (0.0..=100.0).contains(percent));
    if let Some(percent) = percent.filter(|percent| basis_points(*percent).is_none()) {
        let message = format!("`{key}` has more than two decimals: `{percent}`");
        findings.push(Finding::error("out-of-range", &node.at(key), message, "round it to two decimals"));
    }
}

fn keyed_on(cache: &Node<'_>, findings: &mut Vec<Finding>) {
    for entry in cache.elements("keyed_on") {
        let Some(name) = entry.value.as_str() else { continue };
        let contextual =
            Signal::ALL.iter().copied().filter(|signal| signal.influence() == Influence::Contextual);
        match Signal::from_name(name) {
            None => {
                let help = suggest(name, contextual.map(|signal| signal.entry().name))
                    .unwrap_or_else(|| "name a signal of the request".into());
                findings.push(Finding::error(
                    "unknown-signal",
                    &entry.pointer,
                    format!("there is no signal `{name}`"),
                    help,
                ));
            }
            Some(signal) if signal.influence() != Influence::Contextual => {
                let message =
                    format!("a shared cache cannot key on `{name}`: it differs from visitor to visitor");
                let help = "remove it; pages that depend on it are never stored";
                findings.push(Finding::error("not-cacheable", &entry.pointer, message, help));
            }
            Some(signal) if signal.entry().in_url => {
                let message = format!("`{name}` is part of the URL, which every cache keys on");
                findings.push(Finding::warning("redundant", &entry.pointer, message, "remove it"));
            }
            Some(_) => {}
        }
    }
}

fn pages(root: &Node<'_>, findings: &mut Vec<Finding>) {
    let mut earlier: Vec<&str> = Vec::new();
    let mut kinds: Vec<&str> = Vec::new();
    for page in root.elements("pages") {
        if let Some(kind) = page.text("kind") {
            id_form(kind, "a kind of page", &page.at("kind"), Place::Value, findings);
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
            if kinds.len() == limits::PAGE_KINDS.saturating_add(1) {
                let message = format!("there are more than {} kinds of page", limits::PAGE_KINDS);
                findings.push(Finding::error(
                    "too-many",
                    &page.at("kind"),
                    message,
                    "give pages with the same blocks the same kind",
                ));
            }
        }
        let Some(path) = page.text("path") else { continue };
        let at = page.at("path");
        if let Err((message, help)) = pattern(path) {
            findings.push(Finding::error("bad-path", &at, message, help));
        } else if let Some(cover) = earlier.iter().find(|cover| covers(cover, path)) {
            let message = format!("`{path}` is never reached: `{cover}` above fits the same addresses");
            findings.push(Finding::warning("unreachable-page", &at, message, "move it up, or remove it"));
        } else {
            earlier.push(path);
        }
    }
}

fn pattern(path: &str) -> Result<(), (alloc::string::String, &'static str)> {
    if !path.starts_with('/') {
        return Err((
            format!("the path `{path}` does not begin with `/`"),
            "write the path without host, as `/c/{category}`",
        ));
    }
    if path.contains(['?', '#', ' ', '*']) {
        return Err((
            format!("the path `{path}` holds more than segments"),
            "leave out query, fragment and `*`; `{item}` and `{category}` fit one segment",
        ));
    }
    let braced: Vec<&str> = path.split('/').filter(|segment| segment.contains(['{', '}'])).collect();
    if let Some(odd) = braced.iter().find(|segment| !matches!(**segment, "{item}" | "{category}")) {
        return Err((
            format!("`{odd}` is not a segment that can be captured"),
            "a whole segment can be `{item}` or `{category}`",
        ));
    }
    let twice = |name: &str| braced.iter().filter(|segment| **segment == name).count() > 1;
    if twice("{item}") || twice("{category}") {
        return Err((
            format!("the path `{path}` names the same thing twice"),
            "capture one item and one category at most",
        ));
    }
    Ok(())
}

/// Whether every path that matches `later` matches `earlier`.
fn covers(earlier: &str, later: &str) -> bool {
    let mut laters = later.split('/');
    let all = earlier.split('/').all(|segment| match laters.next() {
        Some(other) => segment == other || (segment.starts_with('{') && !other.is_empty()),
        None => false,
    });
    all && laters.next().is_none()
}

fn blocks(root: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    let mut counts: Vec<usize> = names.kinds.iter().map(|_| 0).collect();
    for (index, (id, block)) in root.members("blocks").enumerate() {
        id_form(id, "a block", &block.pointer, Place::Key, findings);
        if index == limits::PLAYBOOK_ROWS {
            let message = format!("there are more than {index} blocks");
            findings.push(
                Finding::error("too-many", &block.pointer, message, "split the site into playbooks")
                    .at(Place::Key),
            );
        }
        let mut any = false;
        for kind in block.elements("pages") {
            any = true;
            let Some(name) = kind.value.as_str() else { continue };
            let Some(count) =
                names.kinds.iter().position(|kind| *kind == name).and_then(|at| counts.get_mut(at))
            else {
                findings.push(reference(
                    "page-kind",
                    "kind of page",
                    name,
                    &names.kinds,
                    "pages",
                    &kind.pointer,
                ));
                continue;
            };
            *count = count.saturating_add(1);
            if *count == limits::PAGE_BLOCKS.saturating_add(1) {
                let message = format!("pages of kind `{name}` have more than {} blocks", limits::PAGE_BLOCKS);
                findings.push(Finding::error(
                    "too-many-blocks",
                    &kind.pointer,
                    message,
                    "further blocks would be left alone; remove some",
                ));
            }
        }
        if !any && block.value.get("pages").is_some_and(Json::is_array) {
            let message = format!("`{id}` is on no kind of page, so it never changes");
            findings.push(Finding::warning(
                "never-runs",
                &block.at("pages"),
                message,
                "name the kinds of page it is on",
            ));
        }
        match block.text("reserve") {
            Some(length) if !is_length(length) => {
                let message = format!("`{length}` is no CSS length");
                findings.push(Finding::error(
                    "bad-length",
                    &block.at("reserve"),
                    message,
                    "write a number with a unit, as `20rem` or `320px`",
                ));
            }
            None if block.value.is_object()
                && block.get("reserve").is_none()
                && block.get("group").is_none() =>
            {
                let message =
                    format!("`{id}` reserves no height, so the page may move when it changes in the browser");
                findings.push(
                    Finding::warning(
                        "no-reserve",
                        &block.pointer,
                        message,
                        "add `\"reserve\": \"20rem\"` with the block's usual height",
                    )
                    .at(Place::Key),
                );
            }
            _ => {}
        }
    }
}

fn is_length(text: &str) -> bool {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number = text.strip_suffix(unit).unwrap_or_default();
    let units = ["px", "rem", "em", "vh", "svh", "lvh", "dvh", "vw", "cqw", "lh", "rlh", "ch"];
    number.parse::<f64>().is_ok() && (units.contains(&unit) || number == "0")
}

/// Reports an id that does not match the common form.
pub(in crate::author) fn id_form(
    id: &str,
    of: &str,
    pointer: &str,
    place: Place,
    findings: &mut Vec<Finding>,
) {
    if !text::is_id(id) {
        let message = format!("`{id}` cannot be the id of {of}");
        let help = "use 1 to 64 letters, digits, `_`, `.`, `:` and `-`";
        findings.push(Finding::error("bad-id", pointer, message, help).at(place));
    }
}

/// Reports a reference to an id that the draft does not have.
pub(in crate::author) fn reference(
    what: &str,
    called: &str,
    name: &str,
    known: &[&str],
    declared_in: &str,
    pointer: &str,
) -> Finding {
    let code = match what {
        "block" => "unknown-block",
        "audience" => "unknown-audience",
        "page-kind" => "unknown-page-kind",
        "item" => "unknown-item",
        "date" => "unknown-date",
        "store" => "unknown-store",
        "tier" => "unknown-tier",
        "segment" => "unknown-segment",
        "preference" => "unknown-preference",
        _ => "unknown-category",
    };
    let help = suggest(name, known.iter().copied()).unwrap_or_else(|| match known {
        [] => format!("declare it in `{declared_in}`"),
        few if few.len() <= 8 => format!("`{declared_in}` declares `{}`", few.join("`, `")),
        _ => format!("declare it in `{declared_in}`"),
    });
    Finding::error(code, pointer, format!("there is no {called} `{name}`"), help)
}
