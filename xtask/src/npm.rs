//! `cargo xtask npm`: the npm package, from `edge/browser` into `edge/browser/dist`.
//!
//! Rust to wasm, wasm-bindgen as a library (so that its version is the crate's), wasm-opt and esbuild from npm.
//! `edge/browser/js` holds the hand-written layer: its entries are bundled with the glue (`./core.js`) and, where
//! they import it, the module itself as text (`./bytes.js`), so that a site gets one file an entry.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, bail};
use serde_json::{Map, Value, json};

use crate::once::Once;
use crate::paths;
use crate::run::{cargo, elapsed, output, program, run, say};
use crate::setup;

/// What plain Rust 1.95 code uses; wasm-opt is told exactly this, in its own words (src/docs/security.md).
const FEATURES: [&str; 6] = [
    "bulk-memory",
    "multivalue",
    "mutable-globals",
    "nontrapping-float-to-int",
    "reference-types",
    "sign-ext",
];
/// Entries of the package; those that `edge/browser/js` has are built and exported. The first is `.`.
const ENTRIES: [&str; 4] = ["index", "slim", "apply", "debug"];
/// Modules that entries load when they are first needed: files of their own, outside the bundles and the exports.
const LAZY: [&str; 2] = ["explain", "why"];
/// The folder of the stage with the module that `why.js` loads.
const WHY: &str = "why";

/// Builds the package and returns its folder of files.
pub fn npm() -> anyhow::Result<PathBuf> {
    static PACKAGE: Once = Once::new();
    PACKAGE.get(package)
}

fn package() -> anyhow::Result<PathBuf> {
    let started = Instant::now();
    setup::toolchain()?;
    setup::packages("xtask/npm")?;
    let dist = paths::at("edge/browser/dist");
    let hand_written = paths::at("edge/browser/js");
    if !hand_written.join("index.js").is_file() {
        bail!("no `edge/browser/js/index.js`: the package has no entry");
    }
    say("npm package (about 1 min the first time, then seconds)");
    // Both are built to one place: the first is copied out of the way.
    let why = paths::target().join("npm/why.wasm");
    std::fs::create_dir_all(paths::target().join("npm"))?;
    std::fs::copy(compile(&["--features", "explain"])?, &why)?;
    let module = compile(&[])?;
    let stamp = stamp_of(&[module.as_path(), why.as_path()], &hand_written)?;
    let stamped = paths::target().join("npm/stamp");
    if dist.join("core.wasm").is_file() && std::fs::read_to_string(&stamped).is_ok_and(|old| old == stamp) {
        say("npm package: unchanged");
        return Ok(dist);
    }
    let stage = paths::target().join("npm/stage");
    fresh(&stage)?;
    fresh(&dist)?;
    bind(&module, &stage)?;
    let core = dist.join("core.wasm");
    optimize(&stage.join("core_bg.wasm"), &core)?;
    std::fs::remove_file(stage.join("core_bg.wasm"))?;
    let inner = stage.join(WHY);
    std::fs::create_dir_all(&inner)?;
    bind(&why, &inner)?;
    optimize(&inner.join("core_bg.wasm"), &inner.join("core.wasm"))?;
    for (wasm, folder) in [(&core, &stage), (&inner.join("core.wasm"), &inner)] {
        let bytes = base64(&std::fs::read(wasm)?);
        let text = format!("export const base64 = \"{bytes}\";\nexport default base64;\n");
        std::fs::write(folder.join("bytes.js"), text)?;
    }
    copy_folder(&hand_written, &stage)?;
    let entries: Vec<&str> =
        ENTRIES.into_iter().filter(|name| stage.join(format!("{name}.js")).is_file()).collect();
    bundle(&stage, &dist, &entries)?;
    let inner_types = stage.join(WHY);
    for file in files_of(&stage)?.into_iter().filter(|file| !file.starts_with(&inner_types)) {
        let name = file.file_name().unwrap_or_default();
        if name.to_string_lossy().ends_with(".d.ts") {
            std::fs::copy(&file, dist.join(name))?;
        }
    }
    write_manifest(&dist, &entries)?;
    std::fs::write(&stamped, stamp)?;
    say(format!("npm package: {} in {}", paths::show(&dist), elapsed(started)));
    Ok(dist)
}

fn compile(more: &[&str]) -> anyhow::Result<PathBuf> {
    // Beside an rlib, cargo leaves out link-time optimization: 5 % of the module.
    run(cargo("rustc --locked -p parvis-browser --lib --crate-type cdylib --target wasm32-unknown-unknown --profile browser")
        .args(more)
        .env("CARGO_ENCODED_RUSTFLAGS", flags()?))?;
    Ok(paths::target().join("wasm32-unknown-unknown/browser/parvis_browser.wasm"))
}

/// How everything for the browser is compiled, so that what has the same parts builds them once. There is no simd128: nothing
/// in it would use that, and older browsers need not have it.
fn flags() -> anyhow::Result<String> {
    // Panic texts name source files; the paths of the machine that built the package stay out of it.
    let home =
        std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.cargo")));
    let sysroot = output(program("rustc").args(["--print", "sysroot"]))?;
    let mut flags = vec![
        format!("--remap-path-prefix={}=parvis", paths::root().display()),
        format!("--remap-path-prefix={}/lib/rustlib/src/rust=rust", sysroot.trim()),
    ];
    flags.extend(home.ok().map(|home| format!("--remap-path-prefix={home}=cargo")));
    Ok(flags.join("\u{1f}"))
}

/// Writes the glue of a module, `core.js`, and the module as that wants it.
pub fn bind(module: &Path, stage: &Path) -> anyhow::Result<()> {
    run(cargo("run --quiet --locked -p xtask-bindgen --profile tool --").arg(module).arg(stage).arg("core"))?;
    let glue = std::fs::read_to_string(stage.join("core.js"))?;
    if glue.contains("import.meta.url") {
        bail!(
            "the glue holds `import.meta.url`, which breaks bundlers: keep omit_default_module_path on in xtask/bindgen"
        );
    }
    Ok(())
}

/// A module that does nothing, and one that resolves consent, both as the browser would get them.
pub fn consent() -> anyhow::Result<[PathBuf; 2]> {
    setup::toolchain()?;
    setup::packages("xtask/npm")?;
    let target = "wasm32-unknown-unknown";
    let words = "build --locked -p xtask-probe --example nothing --example consent --target";
    run(cargo(&format!("{words} {target} --profile browser")).env("CARGO_ENCODED_RUSTFLAGS", flags()?))?;
    let built = paths::target().join(target).join("browser/examples");
    let [nothing, consent] = ["nothing", "consent"].map(|name| -> anyhow::Result<PathBuf> {
        let to = built.join(format!("{name}.optimized.wasm"));
        optimize(&built.join(format!("{name}.wasm")), &to)?;
        Ok(to)
    });
    Ok([nothing?, consent?])
}

/// Makes a module for an edge smaller without making it slower.
pub fn optimize_edge(from: &Path, to: &Path) -> anyhow::Result<()> {
    setup::packages("xtask/npm")?;
    let mut command = program("node");
    command.arg(tool("binaryen/bin/wasm-opt")?).args(["-O3", "--mvp-features", "--enable-simd"]);
    command.args(FEATURES.map(|feature| format!("--enable-{feature}")));
    command.args(["--strip-debug", "--strip-producers", "--strip-target-features"]);
    run(command.arg(from).arg("-o").arg(to))
}

fn optimize(from: &Path, to: &Path) -> anyhow::Result<()> {
    let mut command = program("node");
    command.arg(tool("binaryen/bin/wasm-opt")?).args(["-Oz", "--converge"]);
    // It weighs bytes before compression; a function that is written out again compresses worse than its call, by 2 % here.
    command.args(["--one-caller-inline-max-function-size", "0", "--always-inline-max-function-size", "0"]);
    command.args(["--mvp-features"]).args(FEATURES.map(|feature| format!("--enable-{feature}")));
    command.args(["--strip-debug", "--strip-producers", "--strip-target-features"]);
    run(command.arg(from).arg("-o").arg(to))
}

fn bundle(stage: &Path, dist: &Path, entries: &[&str]) -> anyhow::Result<()> {
    let lazy: Vec<&str> =
        LAZY.into_iter().filter(|name| stage.join(format!("{name}.js")).is_file()).collect();
    let mut command = program("node");
    command.arg(tool("esbuild/bin/esbuild")?).current_dir(stage);
    command.args(entries.iter().chain(&lazy).chain(&["core"]).map(|name| format!("{name}.js")));
    command.args(["--bundle", "--format=esm", "--platform=browser", "--target=es2022", "--minify"]);
    command.args(["--charset=utf8", "--legal-comments=none", "--log-level=warning"]);
    command.args(lazy.iter().map(|name| format!("--external:./{name}.js")));
    run(command.arg(format!("--outdir={}", dist.display())))
}

/// A tool of `xtask/npm`.
pub fn tool(path: &str) -> anyhow::Result<PathBuf> {
    let place = paths::at("xtask/npm/node_modules").join(path);
    anyhow::ensure!(
        place.is_file(),
        "no `{}`: remove xtask/npm/node_modules and try again",
        paths::show(&place)
    );
    Ok(place)
}

/// The package's manifest: hand-written fields of `edge/browser/package.json`, if there is one, and the exports map.
fn write_manifest(dist: &Path, entries: &[&str]) -> anyhow::Result<()> {
    let mut exports = Map::new();
    for name in entries {
        let door = if *name == "index" { ".".to_owned() } else { format!("./{name}") };
        let mut conditions = Map::new();
        if dist.join(format!("{name}.d.ts")).is_file() {
            conditions.insert("types".to_owned(), json!(format!("./{name}.d.ts")));
        }
        conditions.insert("default".to_owned(), json!(format!("./{name}.js")));
        exports.insert(door, Value::Object(conditions));
    }
    exports.insert("./core.wasm".to_owned(), json!("./core.wasm"));
    exports.insert("./package.json".to_owned(), json!("./package.json"));
    let mut manifest = json!({
        "name": "parvis",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Personalizes the blocks of a page within the visit, with what the visitor agreed to and nothing else.",
        "license": "MIT OR Apache-2.0",
        "type": "module",
        "sideEffects": false,
        "engines": { "node": ">=20.19" },
    });
    let fields = manifest.as_object_mut().context("it is an object")?;
    let own = paths::at("edge/browser/package.json");
    if own.is_file() {
        let own: Value =
            serde_json::from_slice(&std::fs::read(own)?).context("edge/browser/package.json is no JSON")?;
        fields
            .extend(own.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
    }
    fields.insert("exports".to_owned(), Value::Object(exports));
    std::fs::write(dist.join("package.json"), format!("{}\n", serde_json::to_string_pretty(&manifest)?))?;
    let readme = paths::at("edge/browser/README.md");
    if readme.is_file() {
        std::fs::copy(readme, dist.join("README.md"))?;
    }
    Ok(())
}

/// A line that changes when what the package is made of does.
fn stamp_of(modules: &[&Path], hand_written: &Path) -> anyhow::Result<String> {
    let mut inputs = files_of(hand_written)?;
    inputs.extend(modules.iter().map(|module| module.to_path_buf()));
    inputs.push(paths::at("xtask/npm/package-lock.json"));
    inputs.push(paths::at("xtask/src/npm.rs"));
    inputs.extend([paths::at("edge/browser/package.json"), paths::at("edge/browser/README.md")]);
    inputs.sort();
    let mut stamp = String::new();
    for file in inputs.iter().filter(|file| file.is_file()) {
        let bytes = std::fs::read(file)?;
        let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
        stamp.push_str(&format!("{} {hash:016x}\n", paths::show(file)));
    }
    Ok(stamp)
}

/// An empty folder.
pub fn fresh(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", paths::show(folder)))
}

fn files_of(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_of(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Copies the files of a folder that are not there yet.
pub fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    for file in files_of(from)? {
        let place = to.join(file.strip_prefix(from)?);
        // The glue and the bytes are ours: a hand-written stand-in for an editor does not replace them.
        if place.exists() {
            continue;
        }
        if let Some(folder) = place.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::copy(&file, &place)?;
    }
    Ok(())
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for position in 0..4 {
            let digit = bits >> (18 - 6 * position) & 63;
            text.push(if position <= group.len() { char::from(DIGITS[digit as usize]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64_pads_as_rfc_4648_says() {
        for (plain, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(super::base64(plain.as_bytes()), coded);
        }
    }
}
