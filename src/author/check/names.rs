//! The names that a draft declares, to check references.

use alloc::vec::Vec;

use serde_json::Value as Json;

use super::node::Node;

/// The names of one draft, in its order.
pub(in crate::author) struct Names<'v> {
    pub(in crate::author) marker: &'v str,
    pub(in crate::author) kinds: Vec<&'v str>,
    pub(in crate::author) blocks: Vec<&'v str>,
    /// Group blocks, each with its blocks.
    pub(in crate::author) groups: Vec<(&'v str, Vec<&'v str>)>,
    pub(in crate::author) audiences: Vec<&'v str>,
    pub(in crate::author) items: Vec<&'v str>,
    pub(in crate::author) categories: Vec<&'v str>,
    pub(in crate::author) stores: Vec<&'v str>,
    /// The category, if it has one, of each item that is not sensitive.
    pub(in crate::author) listed: Vec<Option<&'v str>>,
    /// Tiers and segments of the profile; `None` if there is no profile.
    pub(in crate::author) profile: Option<[Vec<&'v str>; 2]>,
    /// Preferences, each with its values.
    pub(in crate::author) preferences: Vec<(&'v str, Vec<&'v str>)>,
}

impl<'v> Names<'v> {
    pub(in crate::author) fn collect(root: &Node<'v>) -> Self {
        let mut kinds = Vec::new();
        for kind in root.elements("pages").filter_map(|page| page.text("kind")) {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        let marker = root.get("site").and_then(|site| site.text("marker")).unwrap_or("data-block");
        let keys = |node: Option<Node<'v>>, key: &str| -> Vec<&'v str> {
            node.iter().flat_map(|node| node.members(key)).map(|(id, _)| id).collect()
        };
        Names {
            marker,
            kinds,
            blocks: keys(Some(root.clone()), "blocks"),
            groups: root
                .members("blocks")
                .filter(|(_, block)| block.get("group").is_some())
                .map(|(id, block)| (id, block.elements("group").filter_map(|id| id.value.as_str()).collect()))
                .collect(),
            audiences: keys(Some(root.clone()), "audiences"),
            items: keys(root.get("catalog"), "items"),
            categories: keys(root.get("catalog"), "categories"),
            stores: keys(Some(root.clone()), "stores"),
            listed: {
                let catalog = root.get("catalog");
                let all = |key: &'static str| catalog.iter().flat_map(move |catalog| catalog.members(key));
                let is_sensitive =
                    |one: &Node<'v>| one.value.get("sensitive").and_then(Json::as_bool) == Some(true);
                let hidden: Vec<&str> =
                    all("categories").filter(|(_, one)| is_sensitive(one)).map(|(id, _)| id).collect();
                let shown = all("items").filter(|(_, item)| !is_sensitive(item));
                let shown = shown.map(|(_, item)| item.text("category"));
                shown.filter(|category| category.is_none_or(|id| !hidden.contains(&id))).collect()
            },
            profile: root.get("profile").map(|profile| {
                ["tiers", "segments"]
                    .map(|key| profile.elements(key).filter_map(|name| name.value.as_str()).collect())
            }),
            preferences: root
                .members("preferences")
                .map(|(name, one)| {
                    (name, one.elements("values").filter_map(|value| value.value.as_str()).collect())
                })
                .collect(),
        }
    }
}
