//! Chromium for the browser tests: the one `PARVIS_CHROMIUM` names, an installed one, or Debian's package.

use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::run::{output, program, succeeds, with_heartbeat};

const USUAL: [&str; 4] = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// Where Chromium is; on Debian as root it is installed when missing.
pub fn chromium() -> anyhow::Result<PathBuf> {
    if let Some(named) = std::env::var_os("PARVIS_CHROMIUM").filter(|name| !name.is_empty()) {
        let named = PathBuf::from(named);
        if named.is_file() {
            return Ok(named);
        }
        bail!("PARVIS_CHROMIUM names `{}`, which is no file", named.display());
    }
    let installed = || USUAL.iter().map(Path::new).find(|path| path.is_file()).map(Path::to_path_buf);
    if let Some(found) = installed() {
        return Ok(found);
    }
    let root = output(program("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !root || !succeeds(program("apt-get").arg("--version")) {
        bail!(
            "Chromium is missing: install it (on Debian `apt-get install chromium`), or name one in PARVIS_CHROMIUM"
        );
    }
    let apt = |arguments: &[&str], what: &str| {
        let mut command = program("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
        with_heartbeat(&mut command, what, "Setting up", 150)
    };
    apt(&["update"], "package lists")?;
    apt(&["install", "-y", "--no-install-recommends", "chromium"], "Chromium (usually 1 to 2 min)")?;
    installed().ok_or_else(|| anyhow::anyhow!("apt-get installed `chromium`, but it is in none of {USUAL:?}"))
}
