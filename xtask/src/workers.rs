//! `parvis/edge`: the module and its JavaScript, from `edge/workers` into `edge/workers/dist`.
//!
//! As the npm package is built, with another profile: here processor time counts, and nobody downloads it. What wasm-bindgen writes
//! becomes a function, so that a module that trapped can be started again.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, ensure};

use crate::once::Once;
use crate::run::{cargo, elapsed, program, run, say};
use crate::wasm::Module;
use crate::{npm, paths, setup};

/// Entries in `edge/workers/js`: what every runtime loads, and what Node needs beside it.
const ENTRIES: [&str; 2] = ["edge", "node"];
/// The only module that the built one imports from: the glue around it, and no host.
const GLUE: &str = "./core_bg.js";

/// As `.cargo/config.toml` has it for other edges, with fewer functions put into their callers: 5 % less after gzip.
const FLAGS: &str = "-Ctarget-feature=+simd128\u{1f}-Cllvm-args=-inline-threshold=25";

/// Builds module and JavaScript and returns their folder.
pub fn build() -> anyhow::Result<PathBuf> {
    static BUILT: Once = Once::new();
    BUILT.get(package)
}

fn package() -> anyhow::Result<PathBuf> {
    let started = Instant::now();
    setup::toolchain()?;
    setup::packages("xtask/npm")?;
    say("parvis/edge (about 1 min the first time, then seconds)");
    let target = "wasm32-unknown-unknown";
    // Only as this one kind of library: with an `rlib` beside it, which tests use, cargo optimizes nothing across crates.
    let words = "rustc --locked --profile workers -p parvis-workers --lib --crate-type cdylib --target";
    run(cargo(&format!("{words} {target}")).env("CARGO_ENCODED_RUSTFLAGS", FLAGS))?;
    let module = paths::target().join(target).join("workers/parvis_workers.wasm");
    let (stage, dist) = (paths::target().join("workers/stage"), paths::at("edge/workers/dist"));
    npm::fresh(&stage)?;
    npm::fresh(&dist)?;
    npm::bind(&module, &stage)?;
    let built = dist.join("edge.wasm");
    npm::optimize_edge(&stage.join("core_bg.wasm"), &built)?;
    ensure_alone(&built)?;
    let glue = std::fs::read_to_string(stage.join("core.js"))?;
    std::fs::write(stage.join("glue.js"), restartable(&glue)?)?;
    npm::copy_folder(&paths::at("edge/workers/js"), &stage)?;
    let mut bundle = program("node");
    bundle.arg(npm::tool("esbuild/bin/esbuild")?).current_dir(&stage);
    bundle.args(ENTRIES.map(|name| format!("{name}.js")));
    bundle.args(["--bundle", "--format=esm", "--target=es2022", "--charset=utf8", "--external:node:*"]);
    bundle.args(["--log-level=warning"]).arg(format!("--outdir={}", dist.display()));
    run(&mut bundle)?;
    for name in ENTRIES.map(|name| format!("{name}.d.ts")) {
        std::fs::copy(stage.join(&name), dist.join(&name))
            .with_context(|| format!("no types `edge/workers/js/{name}`"))?;
    }
    say(format!("parvis/edge: {} in {}", paths::show(&dist), elapsed(started)));
    Ok(dist)
}

/// An error if the module wants anything of its host: clock, entropy and fetch are passed in.
fn ensure_alone(module: &Path) -> anyhow::Result<()> {
    let bytes = std::fs::read(module)?;
    let imports = Module::parse(&bytes)?.imports()?;
    let others: Vec<&String> = imports.iter().filter(|import| !import.starts_with(GLUE)).collect();
    ensure!(others.is_empty(), "the module of parvis/edge imports {others:?}");
    ensure!(imports.len() <= 2, "more than a thrown error and a table is imported: {imports:?}");
    Ok(())
}

/// The glue as a function that makes all of it anew for an instance.
///
/// Who is no longer reachable is freed by the collector; where the instance trapped meanwhile, that is no error.
fn restartable(glue: &str) -> anyhow::Result<String> {
    let (classes, _) =
        glue.split_once("async function __wbg_load(").context("other glue: no `__wbg_load`")?;
    for part in ["function __wbg_get_imports(", "function __wbg_finalize_init(", "export class Edge"] {
        ensure!(classes.contains(part), "other glue: no `{part}`");
    }
    let classes = classes.replace("export class ", "class ");
    let mut safe = String::new();
    for line in classes.lines() {
        match line.split_once("new FinalizationRegistry(ptr => ").zip(line.strip_suffix(", 1));")) {
            Some(((before, call), _)) => {
                let call = call.trim_end_matches("));");
                safe.push_str(&format!(
                    "{before}new FinalizationRegistry(ptr => {{ try {{ {call}); }} catch {{}} }});"
                ));
            }
            None => safe.push_str(line),
        }
        safe.push('\n');
    }
    ensure!(safe.contains("catch {}") && !safe.contains("export "), "other glue: registries or exports");
    let start = "const start = (module) => __wbg_finalize_init(new WebAssembly.Instance(module, __wbg_get_imports()), module);";
    Ok(format!("export function glue() {{\n{safe}{start}\nreturn {{ Edge, Room, start }};\n}}\n"))
}
