//! The real pages that are measured: their bytes, the blocks that are changed, and what a plan of them is.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use parvis::html::blocks;
use parvis::html::plan::Version;
use parvis::html::splice::{Edit, Operation, Splicer};

/// Bytes a network hands over at once.
pub const CHUNK: usize = 16 * 1024;
/// Blocks that are changed on each page, of the twenty that are marked.
pub const EDITS: usize = 5;
/// What plans are made for; one and the same here.
pub const SCOPE: u64 = 1;
/// What a block is filled with.
pub const CONTENT: &str = "<h2>Welcome back</h2><p>The lamps you looked at are still here, and two of them \
    would stand well together.</p><a href=\"/c/lamps\">See the lamps</a>";

/// A page with marked blocks.
pub struct Page {
    /// The name of its file.
    pub name: String,
    /// All of it.
    pub bytes: Vec<u8>,
    /// Blocks of the page that are changed.
    pub ids: Vec<String>,
    /// All blocks of the page.
    pub declared: Vec<String>,
    /// Where they lie.
    pub plan: Vec<u8>,
    /// What the plan is bound to.
    pub version: Version,
    /// What a request would decide.
    pub edits: Vec<Edit>,
}

impl Page {
    /// The pages of a folder, in the order of their names.
    pub fn read_all(folder: &Path) -> anyhow::Result<Vec<Page>> {
        let listed =
            std::fs::read_dir(folder).with_context(|| format!("no folder `{}`", folder.display()))?;
        let mut files: Vec<PathBuf> = listed.flatten().map(|entry| entry.path()).collect();
        files.retain(|path| path.extension().is_some_and(|end| end == "html"));
        files.sort();
        ensure!(!files.is_empty(), "no pages in `{}`", folder.display());
        files.iter().map(|path| Page::read(path)).collect()
    }

    fn read(path: &Path) -> anyhow::Result<Page> {
        let bytes = std::fs::read(path)?;
        let found = blocks::find(&bytes, blocks::MARKER).blocks;
        let step = found.len().div_ceil(EDITS).max(1);
        let declared: Vec<String> = found.into_iter().map(|block| block.id).collect();
        let ids: Vec<String> = declared.iter().step_by(step).cloned().collect();
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let version = Version::of_page(&bytes);
        let edits = ids.iter().map(|id| edit(id)).collect();
        let mut page = Page { name, bytes, ids, declared, plan: Vec::new(), version, edits };
        page.plan = page.stream(&mut Vec::new()).with_context(|| format!("`{}` has no plan", page.name))?;
        Ok(page)
    }

    /// The first sight of a page: it streams, and a plan is made of all its blocks.
    pub fn stream(&self, out: &mut Vec<u8>) -> Option<Vec<u8>> {
        let edits = self.ids.iter().map(|id| edit(id)).collect();
        let mut splicer = Splicer::planning(blocks::MARKER, edits, self.declared.clone(), SCOPE);
        for piece in self.bytes.chunks(CHUNK) {
            splicer.push(piece, out);
        }
        splicer.end(out);
        splicer.plan(self.version)
    }
}

/// The change of one block.
#[must_use]
pub fn edit(id: &str) -> Edit {
    Edit { id: id.to_owned(), operation: Operation::ReplaceInner, content: CONTENT.into(), tests: Vec::new() }
}
