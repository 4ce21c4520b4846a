//! Checks of the catalog: ids, URLs, and the category of each item.

use alloc::format;
use alloc::vec::Vec;

use super::names::Names;
use super::node::Node;
use super::site::{id_form, reference};
use super::{Finding, Place};

pub(in crate::author) fn check(root: &Node<'_>, names: &Names<'_>, findings: &mut Vec<Finding>) {
    let Some(catalog) = root.get("catalog") else { return };
    for (id, category) in catalog.members("categories") {
        id_form(id, "a category", &category.pointer, Place::Key, findings);
        shown(&category, findings);
    }
    for (id, item) in catalog.members("items") {
        id_form(id, "an item", &item.pointer, Place::Key, findings);
        shown(&item, findings);
        address(&item, "image", findings);
        if let Some(category) = item.text("category").filter(|category| !names.categories.contains(category))
        {
            let at = item.at("category");
            findings.push(reference(
                "category",
                "category",
                category,
                &names.categories,
                "catalog.categories",
                &at,
            ));
        }
    }
}

pub(in crate::author) fn shown(node: &Node<'_>, findings: &mut Vec<Finding>) {
    if node.text("title").is_some_and(|title| title.trim().is_empty()) {
        findings.push(Finding::error(
            "empty-text",
            &node.at("title"),
            "the title is empty",
            "write what visitors should read",
        ));
    }
    address(node, "url", findings);
}

/// Reports a URL that a template could not show: anything but a path or http and https.
fn address(node: &Node<'_>, key: &str, findings: &mut Vec<Finding>) {
    let Some(url) = node.text(key) else { return };
    if !is_address(url) {
        let message = format!("`{url}` is not an address that a page may link to");
        let help = "write a path from the root, as `/p/desk-lamp`, or an `https://` address";
        findings.push(Finding::error("bad-url", &node.at(key), message, help));
    }
}

pub(in crate::author) fn is_address(url: &str) -> bool {
    let rooted = url.starts_with('/') || url.starts_with("https://") || url.starts_with("http://");
    rooted && !url.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '"' | '<' | '>' | '\\'))
}
