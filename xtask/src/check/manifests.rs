//! Dependencies: exact versions, lock files beside every manifest, hosts apart, an engine that knows no host.

use anyhow::Context as _;
use serde_json::Value;

use super::{House, Violation};
use crate::paths;
use crate::run::{cargo, output};

/// Crates that the engine may not reach, however indirectly, without the `author` feature. A `*` stands for any end.
const NEVER: [&str; 21] = [
    "async-std",
    "fastly*",
    "futures*",
    "getrandom",
    "hyper*",
    "jiff*",
    "js-sys",
    "lol_html",
    "mio",
    "rand*",
    "schemars",
    "serde*",
    "smol",
    "tokio*",
    "wasi",
    "wasi-*",
    "wasm-bindgen*",
    "wasip*",
    "web-sys",
    "worker*",
    "wstd",
];
/// Packages that another one may depend on, beside tests.
const INSIDE: [(&str, &str); 3] = [
    ("parvis-cli", "parvis-native"),
    ("parvis-fastly", "parvis-fastly-abi"),
    ("xtask-bench-wasm", "xtask-bench"),
];
/// The folder whose packages ship, none of which may turn on the authoring half, and the one that writes playbooks.
const SHIPPED: (&str, &str) = ("edge/", "edge/cli/");

/// Pins, locks, hosts apart, and `author` off where it ships.
pub(super) fn rules(house: &House) -> anyhow::Result<Vec<Violation>> {
    let mut violations = Vec::new();
    let metadata = output(&mut cargo("metadata --no-deps --format-version 1 --locked"))
        .context("Cargo.lock is out of date: run `cargo check` and commit it")?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    for package in list(&metadata, "packages") {
        let name = text(package, "name");
        let manifest = paths::show(std::path::Path::new(text(package, "manifest_path")));
        let ships = manifest.starts_with(SHIPPED.0) && !manifest.starts_with(SHIPPED.1);
        for dependency in list(package, "dependencies") {
            let (on, wants) = (text(dependency, "name"), text(dependency, "req"));
            let inside = dependency.get("path").is_some_and(Value::is_string);
            if !inside && !wants.starts_with('=') {
                let what = format!(
                    "`{on}` is wanted as `{wants}`: pin it as `={}`",
                    wants.trim_start_matches(['^', '~'])
                );
                violations.push(Violation::new(&manifest, what));
            }
            // What only tests use ships nowhere.
            let test = text(dependency, "kind") == "dev" || manifest.starts_with("tests/");
            let allowed = test || on == "parvis" || INSIDE.contains(&(name, on));
            if inside && !allowed {
                violations.push(Violation::new(
                    &manifest,
                    format!("`{name}` may not depend on `{on}`: hosts stay apart"),
                ));
            }
            let author = list(dependency, "features").iter().any(|feature| feature == "author");
            if on == "parvis" && author && !test && ships {
                violations
                    .push(Violation::new(&manifest, format!("`{name}` ships: it may not turn on `author`")));
            }
        }
    }
    for manifest in
        house.files.iter().filter(|file| file.ends_with("package.json") && !file.starts_with("fixtures/"))
    {
        npm(house, manifest, &mut violations)?;
    }
    if !house.files.iter().any(|file| file == "Cargo.lock") {
        violations.push(Violation::new("Cargo.lock", "it is not committed"));
    }
    Ok(violations)
}

fn npm(house: &House, manifest: &str, violations: &mut Vec<Violation>) -> anyhow::Result<()> {
    let value: Value = serde_json::from_slice(&std::fs::read(paths::at(manifest))?)
        .with_context(|| format!("`{manifest}` is no JSON"))?;
    let mut any = false;
    for kind in ["dependencies", "devDependencies", "optionalDependencies"] {
        for (name, version) in value.get(kind).and_then(Value::as_object).into_iter().flatten() {
            let version = version.as_str().unwrap_or_default();
            let local = version.starts_with("file:");
            any |= !local;
            // `npm:name@version` is a package under another name: two versions of it side by side.
            let aliased = version.strip_prefix("npm:").and_then(|package| package.rsplit_once('@'));
            let pinned = aliased.map_or(version, |(_, version)| version);
            if !local && !pinned.starts_with(|c: char| c.is_ascii_digit()) {
                violations.push(Violation::new(
                    manifest,
                    format!("`{name}` is wanted as `{version}`: pin one version"),
                ));
            }
        }
    }
    let lock = manifest.replace("package.json", "package-lock.json");
    if any && !house.files.contains(&lock) {
        violations.push(Violation::new(manifest, format!("`{lock}` is not committed")));
    }
    Ok(())
}

/// What the engine depends on, compiled for the browser.
pub(super) fn engine(_: &House) -> anyhow::Result<Vec<Violation>> {
    let tree = output(&mut cargo(
        "tree --locked -p parvis -e normal --target wasm32-unknown-unknown --prefix none --format {p}",
    ))?;
    let mut violations = Vec::new();
    for name in tree.lines().filter_map(|line| line.split(' ').next()) {
        let never = NEVER.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == *pattern,
        });
        if never {
            violations.push(Violation::new(
                "Cargo.toml",
                format!("the engine reaches `{name}`: see `cargo tree -i {name}`"),
            ));
        }
    }
    Ok(violations)
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
