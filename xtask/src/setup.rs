//! `cargo xtask setup`: what the other commands need, installed once; quick when it is all there.

mod chromium;
mod npm;
mod rust;
mod viceroy;

pub use chromium::chromium;
pub use npm::{FOLDERS, packages};
pub use rust::toolchain;
pub use viceroy::viceroy;

use crate::run::say;

/// Installs what the other commands need; does nothing when it is there.
///
/// Always: Rust targets and components, npm packages. The rest on request; with no option, everything.
#[derive(clap::Args)]
pub struct Arguments {
    /// Viceroy, Fastly's local runtime: 5 to 10 minutes the first time
    #[arg(long)]
    viceroy: bool,
    /// What building the npm package needs
    #[arg(long)]
    browser: bool,
    /// Chromium, for browser tests; PARVIS_CHROMIUM names another one
    #[arg(long)]
    chromium: bool,
}

/// Runs the command.
pub fn setup(arguments: &Arguments) -> anyhow::Result<()> {
    let all = !(arguments.viceroy || arguments.browser || arguments.chromium);
    toolchain()?;
    if all || arguments.browser {
        for folder in FOLDERS {
            packages(folder)?;
        }
    }
    if all || arguments.chromium {
        say(format!("Chromium: {}", chromium()?.display()));
    }
    if all || arguments.viceroy {
        say(format!("Viceroy: {}", viceroy()?.display()));
    }
    say("set up");
    Ok(())
}
