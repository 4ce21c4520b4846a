//! Rust targets and components of `rust-toolchain.toml`, for machines where rustup adds none by itself.

use std::path::PathBuf;

use crate::once::Once;
use crate::paths;
use crate::run::{output, program, run, say};

const TARGETS: [&str; 2] = ["wasm32-unknown-unknown", "wasm32-wasip1"];
const COMPONENTS: [&str; 2] = ["clippy", "rustfmt"];

/// Adds the targets and components that are missing.
pub fn toolchain() -> anyhow::Result<()> {
    static TOOLCHAIN: Once = Once::new();
    TOOLCHAIN.get(add).map(drop)
}

fn add() -> anyhow::Result<PathBuf> {
    let sysroot = output(program("rustc").args(["--print", "sysroot"]))?;
    let sysroot = PathBuf::from(sysroot.trim());
    let libraries = sysroot.join("lib/rustlib");
    let mut missing: Vec<String> = Vec::new();
    for target in TARGETS {
        if !libraries.join(target).is_dir() {
            missing.push(format!("target add {target}"));
        }
    }
    for component in COMPONENTS {
        // rustup lists a component under the name of its package, such as `manifest-clippy-x86_64-…`.
        let installed = std::fs::read_dir(&libraries).into_iter().flatten().flatten().any(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name.starts_with(&format!("manifest-{component}-"))
        });
        if !installed {
            missing.push(format!("component add {component}"));
        }
    }
    for words in &missing {
        run(program("rustup").args(words.split(' '))).map_err(|error| {
            error.context(format!("`rustup {words}` is needed once in {}", paths::root().display()))
        })?;
    }
    if !missing.is_empty() {
        say("Rust: targets and components are there");
    }
    Ok(sysroot)
}
