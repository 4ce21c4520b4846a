//! Where things are: the repository, its build folder, the cache, the shared cases.

use std::path::{Path, PathBuf};

/// The repository's root folder.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// A place in the repository.
pub fn at(relative: &str) -> PathBuf {
    root().join(relative)
}

/// Cargo's build folder.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| at("target"), |folder| root().join(folder))
}

/// What outlives a clone, such as a built Viceroy: `$PARVIS_CACHE`, `$XDG_CACHE_HOME/parvis` or `~/.cache/parvis`.
pub fn cache() -> PathBuf {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("PARVIS_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|cache| cache.join("parvis")))
        .or_else(|| set("HOME").map(|home| home.join(".cache/parvis")))
        .unwrap_or_else(|| target().join("cache"))
}

/// The folder of shared cases (`$PARVIS_SHARED`, by default `../shared`), if it is there.
pub fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("PARVIS_SHARED").map_or_else(|| at("../shared"), PathBuf::from);
    folder.canonicalize().ok().filter(|folder| folder.is_dir())
}

/// `path` as people type it: relative to the repository where it lies inside.
pub fn show(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// Whether this is a continuous integration run, where nothing may be skipped.
pub fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !value.is_empty() && value != "false" && value != "0")
}
