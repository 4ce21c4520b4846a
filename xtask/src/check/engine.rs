//! The engine as a bare module: what it imports (nothing) and what it weighs.

use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::{House, Violation};
use crate::once::Once;
use crate::paths;
use crate::run::{cargo, output, program};
use crate::wasm::Module;

const TARGET: &str = "wasm32-unknown-unknown";

/// The engine behind `xtask/probe`, built as it is deployed.
pub fn probe() -> anyhow::Result<PathBuf> {
    static MODULE: Once = Once::new();
    MODULE.get(build)
}

fn build() -> anyhow::Result<PathBuf> {
    crate::setup::toolchain()?;
    // With the example that `stream` is about: two modules are linked on two cores.
    let words = "build --locked --profile edge -p xtask-probe --lib --example stream --target";
    crate::run::run(&mut cargo(&format!("{words} {TARGET}")))?;
    let built = paths::target().join(TARGET).join("edge/xtask_probe.wasm");
    ensure!(built.is_file(), "cargo built no `{}`", paths::show(&built));
    let named = built.with_file_name("parvis_engine.wasm");
    // As every module that a site uploads itself is; cargo alone leaves 3 % more after gzip.
    crate::npm::optimize_edge(&built, &named)?;
    Ok(named)
}

/// A module that rewrites large pages, built as the engine is deployed.
pub fn stream() -> anyhow::Result<PathBuf> {
    probe()?;
    Ok(paths::target().join(TARGET).join("edge/examples/stream.wasm"))
}

/// Every function of the engine, used or not, in one module; it may have no import section.
///
/// The probe alone would miss what it does not call, so the whole archive is linked and everything is exported.
pub(super) fn imports(_: &House) -> anyhow::Result<Vec<Violation>> {
    crate::setup::toolchain()?;
    let built = output(&mut cargo(&format!(
        "build --locked --profile tool -p parvis --target {TARGET} --message-format json"
    )))?;
    let mut engine = None;
    let mut others = Vec::new();
    for line in built.lines() {
        let message: Value = serde_json::from_str(line).unwrap_or_default();
        let files = message
            .get("filenames")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        for file in files.filter(|file| file.ends_with(".rlib") && file.contains(TARGET)) {
            let ours = message.pointer("/target/name").is_some_and(|name| name == "parvis");
            if ours { engine = Some(file.to_owned()) } else { others.push(file.to_owned()) }
        }
    }
    let engine = engine.context("cargo built no library `parvis`")?;
    let folder = paths::target().join("check");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("all.rs"), "//! Nothing: the engine comes in as a whole archive.\n")?;
    let module = folder.join("all.wasm");
    let mut link = program("rustc");
    link.args(["--edition=2024", "--crate-type=cdylib", "-Cpanic=abort", "--target", TARGET]);
    link.arg(folder.join("all.rs")).arg("-o").arg(&module);
    let pieces = ["--export-all", "--whole-archive", &engine, "--no-whole-archive"].map(str::to_owned);
    link.args(pieces.into_iter().chain(others).map(|piece| format!("-Clink-arg={piece}")));
    output(&mut link)
        .context("the engine does not link by itself: does a dependency want something of its host?")?;
    let bytes = std::fs::read(&module)?;
    let imported = Module::parse(&bytes)?.imports()?;
    Ok(imported
        .into_iter()
        .map(|name| {
            Violation::new(
                "src/",
                format!("the engine imports `{name}`: `cargo tree -p parvis` shows who wants it"),
            )
        })
        .collect())
}
