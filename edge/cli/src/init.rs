//! `parvis init`: writes a first playbook with comments, its schema and a request file to try it.

mod detect;

use std::fs::{self, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use parvis::author::draft;
use parvis::consent::source::Banner;

use crate::out::say;

/// Write a first playbook: small, with comments, checked, and with a visit to try it on.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The folder for the files; it is created if necessary.
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// Overwrite existing files.
    #[arg(long)]
    force: bool,
    /// A page of the site as HTML, `-` for the standard input: the playbook names the consent banners whose scripts it loads.
    #[arg(long, value_name = "PAGE")]
    detect: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Example:
  parvis init shop && parvis check shop/playbook.json
  curl -s https://shop.example/ | parvis init shop --detect -

It writes playbook.json, playbook.schema.json for completion in editors, and visit.json, a request to try the
playbook on. It asks nothing, and exits with 1 without writing anything when one of them is there.";

const PLAYBOOK: &str = include_str!("init/playbook.json");
const VISIT: &str = include_str!("init/visit.json");

/// Writes the files, and prints the next steps.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let dir = &arguments.dir;
    let schema = format!("{}\n", draft::schema());
    let found = arguments.detect.as_deref().map(detected).transpose()?;
    let text = match found.as_deref() {
        None | Some([]) => PLAYBOOK.to_owned(),
        Some(banners) => detect::named(PLAYBOOK, banners),
    };
    let files = [("playbook.json", text.as_str()), ("playbook.schema.json", &schema), ("visit.json", VISIT)];
    let there: Vec<&str> = files
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| dir.join(name).symlink_metadata().is_ok())
        .collect();
    if !there.is_empty() && !arguments.force {
        let (dir, there) = (dir.display(), there.join("`, `"));
        bail!("`{dir}` already has `{there}`; nothing was written, `--force` overwrites");
    }
    fs::create_dir_all(dir).with_context(|| format!("cannot make the folder `{}`", dir.display()))?;
    for (name, text) in files {
        write(&dir.join(name), text, arguments.force)?;
    }
    let at = |name: &str| dir.join(name).strip_prefix(".").map_or_else(|_| dir.join(name), Path::to_path_buf);
    let (playbook, visit) = (at("playbook.json"), at("visit.json"));
    let (playbook, visit) = (quoted(&playbook), quoted(&visit));
    say!("Wrote {playbook}, its schema for your editor, and {visit}, a visit to try it on.");
    match found.as_deref() {
        None => {}
        Some([]) => say!(
            "The page loads the scripts of no banner that Parvis knows. All that it knows count; `consent.banners` can describe another."
        ),
        Some(banners) => {
            let titles: Vec<&str> = banners.iter().map(|banner| banner.shown().title).collect();
            say!(
                "The page loads the scripts of {}: `consent.banners` names what it uses. What other banners stored grants nothing there.",
                titles.join(", ")
            );
        }
    }
    say!("\nNext:");
    for (command, why) in [
        (format!("parvis check {playbook}"), "every problem, with its place and what to do"),
        (format!("parvis explain {playbook} --request {visit}"), "what that visitor sees, and why"),
        (format!("parvis simulate {playbook}"), "who sees what, over a thousand invented visitors"),
    ] {
        say!("  {command}\n      {why}");
    }
    say!("Then write your own host, pages and blocks into {playbook}, and see it in front of your site:");
    say!("  parvis serve {playbook} --origin http://localhost:8000");
    Ok(ExitCode::SUCCESS)
}

/// The banners whose scripts a page loads.
fn detected(path: &Path) -> Result<Vec<Banner>> {
    let mut page = Vec::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().read_to_end(&mut page).map(|_| ())
    } else {
        fs::read(path).map(|bytes| page = bytes)
    };
    read.with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(detect::banners(&String::from_utf8_lossy(&page)))
}

/// Writes a file; without `force` one that has come in between is left alone, too.
fn write(path: &Path, text: &str, force: bool) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true);
    if force {
        options.create(true).truncate(true)
    } else {
        options.create_new(true)
    };
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.with_context(|| format!("cannot write `{}`", path.display()))
}

/// A path quoted for a shell.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@%:,=".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
