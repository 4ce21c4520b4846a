//! `cargo xtask fastly`: the module that is deployed to Fastly Compute, `edge/fastly/bin/main.wasm`.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;

use crate::once::Once;
use crate::paths;
use crate::run::{cargo, run, say};
use crate::wasm::Module;

/// Runs the command.
pub fn fastly() -> anyhow::Result<()> {
    let module = build()?;
    say(format!("{}: {} bytes", paths::show(&module), std::fs::metadata(&module)?.len()));
    Ok(())
}

/// Builds the module and returns where it lies.
pub fn build() -> anyhow::Result<PathBuf> {
    static MODULE: Once = Once::new();
    MODULE.get(|| {
        crate::setup::toolchain()?;
        say("Fastly module (1 to 3 min the first time, seconds when little changed)");
        module("build --locked --profile edge -p parvis-fastly --target wasm32-wasip1", "main.wasm")
    })
}

/// Builds the module in which the shared cases can stage time, entropy and place; it is never deployed.
pub fn build_for_cases() -> anyhow::Result<PathBuf> {
    static MODULE: Once = Once::new();
    MODULE.get(|| {
        say("Fastly module for the shared cases");
        module(
            "build --locked --profile edge -p parvis-fastly --target wasm32-wasip1 --features cases",
            "cases.wasm",
        )
    })
}

fn module(command: &str, name: &str) -> anyhow::Result<PathBuf> {
    // Both are built as the same file.
    static BUILT: Mutex<()> = Mutex::new(());
    let _alone = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    run(&mut cargo(command))?;
    let built = paths::target().join("wasm32-wasip1/edge/parvis-fastly.wasm");
    let bytes = std::fs::read(&built).with_context(|| format!("cargo built no `{}`", paths::show(&built)))?;
    let module = paths::at("edge/fastly/bin").join(name);
    std::fs::create_dir_all(paths::at("edge/fastly/bin"))?;
    // Names of functions are half of the file and nobody reads them at the edge.
    std::fs::write(&module, Module::parse(&bytes)?.without_names())?;
    Ok(module)
}
