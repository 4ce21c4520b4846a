//! Modules with the feature `signed`, for tests: built to be there soon, not to be small or fast, and deployed nowhere.

use std::path::PathBuf;

use crate::once::Once;
use crate::run::{cargo, run, say};
use crate::{npm, paths};

/// The variable that such a module takes its key from while it is built.
pub const VARIABLE: &str = "PARVIS_PUBLIC_KEY";
/// The public key to the private one of the seed `[1; 32]`, with which tests sign.
pub const KEY: &str = "parvis-public-key:8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c";

/// Builds the Fastly module and returns where it lies.
pub fn fastly() -> anyhow::Result<PathBuf> {
    static MODULE: Once = Once::new();
    MODULE.get(|| {
        say("Fastly module that takes only signed playbooks");
        let target = "wasm32-wasip1";
        build("parvis-fastly", target)?;
        Ok(paths::target().join(target).join("tool/parvis-fastly.wasm"))
    })
}

/// Builds the browser module and returns the folder of its glue `core.js` and of `core_bg.wasm`.
pub fn browser() -> anyhow::Result<PathBuf> {
    say("browser module that takes only signed playbooks");
    let target = "wasm32-unknown-unknown";
    build("parvis-browser", target)?;
    let folder = paths::target().join("npm/signed");
    std::fs::create_dir_all(&folder)?;
    npm::bind(&paths::target().join(target).join("tool/parvis_browser.wasm"), &folder)?;
    Ok(folder)
}

fn build(package: &str, target: &str) -> anyhow::Result<()> {
    let words = format!("build --locked -p {package} --target {target} --profile tool --features signed");
    run(cargo(&words).env(VARIABLE, KEY))
}
