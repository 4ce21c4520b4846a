//! Viceroy, Fastly's local runtime, built once from crates.io into the cache.

use std::path::PathBuf;

use crate::once::Once;
use crate::paths;
use crate::run::{cargo, output, program, say, with_heartbeat};

const VERSION: &str = "0.22.0";
/// Crates that cargo compiles for it, for the line of progress (counted in version 0.22.0).
const CRATES: usize = 310;

/// Where Viceroy is; built when missing.
pub fn viceroy() -> anyhow::Result<PathBuf> {
    static VICEROY: Once = Once::new();
    VICEROY.get(build)
}

fn build() -> anyhow::Result<PathBuf> {
    let folder = paths::cache().join(format!("viceroy-{VERSION}"));
    let binary = folder.join("bin/viceroy");
    let answers = || output(program(&binary).arg("--version")).is_ok_and(|text| text.contains(VERSION));
    if answers() {
        return Ok(binary);
    }
    say(format!(
        "Viceroy {VERSION} is built once into {} (usually 6 to 10 min on 2 cores; later runs find it there)",
        folder.display()
    ));
    // The quick profile: about a third faster to build than Viceroy's own, and it serves the same modules.
    let mut install = cargo(&format!("install viceroy --version {VERSION} --locked --root"));
    install
        .arg(&folder)
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256")
        .env_remove("RUSTFLAGS");
    with_heartbeat(&mut install, "Viceroy", "Compiling", CRATES)?;
    anyhow::ensure!(answers(), "`{}` was built but does not start", binary.display());
    Ok(binary)
}
