//! Links within the repository lead to a file, and those with an anchor to a heading of it.

use std::path::{Component, Path, PathBuf};

use super::document::{self, Document};
use super::root;

#[test]
fn links_lead_somewhere() {
    let mut count = 0;
    let mut broken = Vec::new();
    for document in document::all() {
        for (line, target) in document.links() {
            if ["https://", "http://", "mailto:"].iter().any(|start| target.starts_with(start)) {
                continue;
            }
            if let Err(why) = lead(&document, &target) {
                broken.push(format!("{}:{line}: `{target}` {why}", document.path));
            }
            count += 1;
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(count > 200, "only {count} links");
}

/// Whether a link of this document leads somewhere.
fn lead(document: &Document, target: &str) -> Result<(), &'static str> {
    let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
    let path = if file.is_empty() {
        document.path.clone()
    } else {
        inside(&document.path, file).ok_or("leads out of the repository")?
    };
    if !root().join(&path).exists() {
        return Err("does not exist");
    }
    let Some(anchor) = anchor else { return Ok(()) };
    if !path.ends_with(".md") {
        return Err("has an anchor, but leads to no document");
    }
    if document::one(&path).anchors().contains(anchor) { Ok(()) } else { Err("leads to no heading") }
}

/// The path from the root that `file` means in the document at `from`.
fn inside(from: &str, file: &str) -> Option<String> {
    let mut path = PathBuf::new();
    let parts = Path::new(from).parent()?.join(file);
    for part in parts.components() {
        match part {
            Component::Normal(name) => path.push(name),
            Component::CurDir => {}
            Component::ParentDir => drop(path.pop().then_some(())?),
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(path.to_str()?.to_owned())
}

#[test]
fn wrong_links_are_found() {
    let document = document::one("edge/cli/README.md");
    for target in
        ["../native/README.md", "../native/README.md#page-cache", "#exit-status", "src", "../../README.md"]
    {
        assert_eq!(lead(&document, target), Ok(()), "{target}");
    }
    for target in [
        "nowhere.md",
        "../native/README.md#nothing",
        "#exit-statuses",
        "src/main.rs#L1",
        "/README.md",
        "../../../README.md",
    ] {
        assert!(lead(&document, target).is_err(), "{target}");
    }
}
