//! `xtask-bindgen MODULE.wasm FOLDER NAME`: writes `NAME.js` (glue) and `NAME_bg.wasm` into FOLDER.
//!
//! The glue is for the `web` target without a default module path, so that it holds no `import.meta.url`, which is
//! what breaks bundlers. The module must not be stripped before: without its `target_features` section wasm-bindgen
//! silently falls back to the old handle table.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [module, folder, name] = arguments.as_slice() else {
        bail!("usage: xtask-bindgen MODULE.wasm FOLDER NAME")
    };
    Bindgen::new()
        .input_path(PathBuf::from(module))
        .out_name(name)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_producers_section(true)
        .generate(folder)
        .with_context(|| format!("wasm-bindgen refused `{module}`"))
}
