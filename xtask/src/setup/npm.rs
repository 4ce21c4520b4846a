//! npm packages: `npm ci` where a lock file changed since the last time.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, bail};

use crate::paths;
use crate::run::{elapsed, output, program, say, succeeds};

/// The folders of the repository that have npm packages; one that does not exist is skipped.
pub const FOLDERS: [&str; 7] = [
    "xtask/npm",
    "xtask/bench/node",
    "web-demo",
    "edge/browser/test",
    "tests/browser",
    "tests/oracles",
    "xtask/bench/decide",
];

/// Installs the locked packages of `folder`, if it has any and they are not there yet.
pub fn packages(folder: &str) -> anyhow::Result<()> {
    let place = paths::at(folder);
    let lock = place.join("package-lock.json");
    if !place.join("package.json").is_file() {
        return Ok(());
    }
    let wanted = std::fs::read(&lock).with_context(|| {
        format!("`{folder}` has package.json but no package-lock.json: run `npm install` there and commit it")
    })?;
    let stamp = place.join("node_modules/.parvis-lock");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    node()?;
    let started = Instant::now();
    say(format!("npm packages of {folder} (usually under 20 s)"));
    // No install scripts: everything we use works without, and a package has no business running programs here.
    output(program("npm").current_dir(&place).args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]))?;
    if Path::new(&place.join("node_modules")).is_dir() {
        std::fs::write(stamp, wanted)?;
    }
    say(format!("npm packages of {folder}: done in {}", elapsed(started)));
    Ok(())
}

fn node() -> anyhow::Result<()> {
    if succeeds(program("node").arg("--version")) && succeeds(program("npm").arg("--version")) {
        return Ok(());
    }
    bail!("`node` and `npm` are needed: install Node 20.19 or newer with its npm, then run this again")
}
