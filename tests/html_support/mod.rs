//! What several tests of the HTML room share: reference data beside the repository, and the laws of rewriting.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]
#![allow(
    dead_code,
    unreachable_pub,
    clippy::allow_attributes,
    reason = "each test uses its own part of this"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use parvis::html::splice::{Edit, Operation, Splicer};

/// The folder of reference data, or `None` with a note where it is absent.
pub fn shared(what: &str) -> Option<PathBuf> {
    let root = std::env::var_os("PARVIS_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let path = root.join(what);
    if !path.exists() {
        println!("note: `{}` is absent, so this test checks nothing; set PARVIS_SHARED", path.display());
        return None;
    }
    Some(path)
}

/// One edit.
pub fn edit(id: &str, operation: Operation, content: &[u8]) -> Edit {
    Edit { id: id.into(), operation, content: content.to_vec() }
}

/// The page rewritten when its bytes come in pieces of these sizes, over and over.
pub fn rewrite(page: &[u8], edits: &[Edit], sizes: &[usize]) -> (Vec<u8>, Vec<(String, &'static str)>) {
    let mut splicer = Splicer::new("data-block", edits.to_vec());
    let mut out = Vec::new();
    let mut at = 0;
    for size in sizes.iter().cycle() {
        if at >= page.len() {
            break;
        }
        let to = page.len().min(at + size);
        splicer.push(&page[at..to], &mut out);
        splicer.push(&[], &mut out);
        at = to;
    }
    splicer.end(&mut out);
    splicer.push(&[], &mut out);
    let report = splicer.report().map(|(id, reason)| (id.to_owned(), reason.code())).collect();
    (out, report)
}

/// The page rewritten in one piece.
pub fn rewrite_whole(page: &[u8], edits: &[Edit]) -> (Vec<u8>, Vec<(String, &'static str)>) {
    rewrite(page, edits, &[page.len().max(1)])
}

/// A marked copy of every page: (name, bytes, extents as the marking script wrote them).
pub fn marked_pages(mode: &str) -> Vec<(String, Vec<u8>, Vec<(String, usize, usize)>)> {
    let Some(pages) = shared("pages") else { return Vec::new() };
    let folder = std::env::temp_dir().join(format!("parvis-marked-{mode}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(&pages).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|extension| extension == "html"));
    names.sort();
    let mut command = Command::new("python3");
    command.arg(pages.join("mark_blocks.py")).args(["--mode", mode]).arg(&folder).args(&names);
    assert!(command.output().unwrap().status.success());
    let marked = names.iter().map(|path| read_marked(&folder, path)).collect();
    std::fs::remove_dir_all(&folder).unwrap();
    marked
}

fn read_marked(folder: &Path, page: &Path) -> (String, Vec<u8>, Vec<(String, usize, usize)>) {
    let name = page.file_name().unwrap().to_str().unwrap().to_owned();
    let bytes = std::fs::read(folder.join(&name)).unwrap();
    let extents: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join(format!("{name}.blocks.json"))).unwrap()).unwrap();
    let extents = extents.as_array().unwrap().iter().map(extent).collect();
    (name, bytes, extents)
}

/// A block as JSON: id, start, end.
pub fn extent(block: &serde_json::Value) -> (String, usize, usize) {
    let number = |name: &str| usize::try_from(block[name].as_u64().unwrap()).unwrap();
    (block["id"].as_str().unwrap().to_owned(), number("start"), number("end"))
}
