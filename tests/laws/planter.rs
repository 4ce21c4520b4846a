//! Bugs that a test plants in a copy of the repository, to see that another test finds them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

/// A bug: `what` is wrong, in which `file`, which `text` gives way to what is `planted`.
pub(crate) struct Bug {
    pub(crate) what: String,
    pub(crate) file: String,
    text: String,
    planted: String,
}

/// The bugs of a list in JSON.
pub(crate) fn bugs(list: &str) -> Vec<Bug> {
    let list: Vec<Json> = serde_json::from_str(list).expect("a list");
    let field = |bug: &Json, name: &str| bug[name].as_str().expect("a text").to_owned();
    let bug = |bug: &Json| Bug {
        what: field(bug, "what"),
        file: field(bug, "file"),
        text: field(bug, "text"),
        planted: field(bug, "planted"),
    };
    list.iter().map(bug).collect()
}

impl Bug {
    /// The source with the bug in it; the text is there once, tests not counted.
    pub(crate) fn in_source(&self, source: &str) -> String {
        let code = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        assert_eq!(code.matches(&self.text).count(), 1, "`{}` in {}: {}", self.text, self.file, self.what);
        source.replacen(&self.text, &self.planted, 1)
    }
}

/// A copy of a repository, in which one bug is planted at a time.
pub(crate) struct Copy {
    root: PathBuf,
    /// Where it lies.
    pub(crate) folder: PathBuf,
}

impl Copy {
    /// Copies what a build needs; what was there is replaced where it differs.
    pub(crate) fn of(root: &Path, folder: PathBuf) -> Copy {
        copy_all(root, &folder);
        Copy { root: root.to_owned(), folder }
    }

    /// Does something with the copy while this bug is in it.
    pub(crate) fn with<T>(&self, bug: &Bug, found: impl FnOnce(&Path) -> T) -> T {
        let sound = fs::read_to_string(self.root.join(&bug.file)).expect("a file of the engine");
        let file = self.folder.join(&bug.file);
        fs::write(&file, bug.in_source(&sound)).expect("the copy can be written");
        let found = found(&self.folder);
        fs::write(&file, sound).expect("the copy can be written");
        found
    }
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("a file");
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        let left_out = ["target", "node_modules", ".git"].iter().any(|name| entry.file_name() == *name);
        if path.is_dir() && !left_out {
            copy_all(&path, &target);
        } else if path.is_file() && !left_out && fs::read(&target).ok() != fs::read(&path).ok() {
            fs::copy(&path, &target).expect("the copy can be written");
        }
    }
}
