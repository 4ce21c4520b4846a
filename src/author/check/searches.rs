//! Checks of searches: the parameter of the search term, and that there is one if campaigns read searches.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::Finding;
use super::names::Names;
use super::node::Node;
use super::signal_usage::readers;
use crate::base::text;
use crate::http::personal::names_a_person;
use crate::signal::registry::Signal;
use crate::visitor::visit::normal_search;

pub(in crate::author) fn check(root: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    let mut declared = false;
    for page in root.elements("pages") {
        declared |= page.get("search").is_some();
        if let Some(name) = page.text("search").filter(|name| !text::is_id(name)) {
            let message = format!("`{name}` cannot be the name of a parameter");
            let help = "write what stands in the address between `?` and `=`, as `q` of `/search?q=lamp`";
            findings.push(Finding::error("bad-parameter", &page.at("search"), message, help));
        }
        if let Some(name) = page.text("search").filter(|name| names_a_person(name)) {
            let message = format!("`{name}` may name one person, so that it is never read from an address");
            let help = "name the parameter that holds what visitors searched for, as `q` of `/search?q=lamp`";
            findings.push(Finding::error("personal-parameter", &page.at("search"), message, help));
        }
    }
    if declared {
        return;
    }
    for signal in [Signal::Searches, Signal::LastSearch] {
        for campaign in readers(root, names, signal) {
            let (id, read) = (campaign.text("id").unwrap_or_default(), signal.entry().name);
            let message = format!("`{id}` reads `{read}`, and no page says where its address holds a search");
            let help = "name the parameter on the page of results: `\"search\": \"q\"` for `/search?q=lamp`";
            findings.push(Finding::warning("never-searched", &campaign.at("id"), message, help));
        }
    }
}

/// The problem of comparing a search with `searched`, and the help; `None` if such a search can be stored.
pub(in crate::author) fn odd(searched: &str) -> Option<(String, String)> {
    let kept = normal_search(searched);
    if kept.as_deref() == Some(searched) {
        return None;
    }
    let message = format!("no search term is ever stored as `{searched}`");
    let help = match kept {
        Some(kept) => format!("search terms are stored in lower case with single spaces: write `{kept}`"),
        None => {
            "a term that is empty, too long or possibly personal (`@`, seven digits or more) is not stored"
                .into()
        }
    };
    Some((message, help))
}
