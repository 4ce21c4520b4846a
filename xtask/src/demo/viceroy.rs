//! The Fastly module under Viceroy: `edge/fastly/fastly.toml`, with this run's origin, playbook and keys.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context as _;

use super::Given;
use crate::run::{Running, program};
use crate::{fastly, paths, setup};

/// Starts Viceroy on `address`, in front of `origin`.
pub fn start(given: &Given, origin: SocketAddr, address: SocketAddr) -> anyhow::Result<Running> {
    let viceroy = setup::viceroy()?;
    let module = fastly::build()?;
    let committed = paths::at("edge/fastly/fastly.toml");
    let manifest =
        std::fs::read_to_string(&committed).with_context(|| format!("no `{}`", paths::show(&committed)))?;
    let folder = paths::at("edge/fastly");
    let adapted = adapt(&manifest, &folder, &format!("http://{origin}"), given);
    let config = paths::target().join(format!("demo/fastly-{}.toml", address.port()));
    std::fs::write(&config, adapted)?;
    let mut serve = program(viceroy);
    serve.current_dir(&folder).args(["serve", "--addr", &address.to_string(), "-C"]);
    Running::start(serve.arg(config).arg(module))
}

/// The manifest with another origin, playbook and keys.
///
/// Line by line, because the committed file is ours and formatted: in `[local_server.backends.*]` every `url` is the
/// origin; in its stores, the `file` of the entry `playbook` and of the entry `keys` are ours, any other stays.
fn adapt(manifest: &str, folder: &Path, origin: &str, given: &Given) -> String {
    let mut adapted = String::with_capacity(manifest.len());
    let mut table = "";
    for line in manifest.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with('[') {
            table = trimmed.trim_matches(['[', ']']);
        }
        let mut line = line.to_owned();
        if table.starts_with("local_server.backends.") && trimmed.starts_with("url") {
            line = replace_value(&line, "url", |_| origin.to_owned());
        } else if table.starts_with("local_server.") {
            let ours = [("\"playbook\"", &given.playbook), ("\"keys\"", &given.keys)];
            let ours = ours.into_iter().find(|(key, _)| line.contains(key)).map(|(_, file)| file.clone());
            line = replace_value(&line, "file", |file| {
                ours.clone().unwrap_or_else(|| folder.join(file)).display().to_string()
            });
        }
        let _ = writeln!(adapted, "{line}");
    }
    adapted
}

/// `line` with the string after `name =` replaced; unchanged when there is none.
fn replace_value(line: &str, name: &str, new: impl Fn(&str) -> String) -> String {
    let found = line.match_indices(name).find_map(|(at, _)| {
        let after = line.get(at + name.len()..)?;
        let value = after.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?;
        let start = line.len() - value.len();
        Some((start, start + value.find('"')?))
    });
    match found {
        Some((start, end)) => format!("{}{}{}", &line[..start], new(&line[start..end]), &line[end..]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adapts_origin_playbook_and_keys_only() {
        let manifest = "name = \"parvis\"\n[setup.backends.origin]\naddress = \"example.com\"\n[local_server]\n\
            [local_server.backends.origin]\nurl = \"http://127.0.0.1:8080\"\n\
            [local_server.kv_stores]\nparvis = [{ key = \"playbook\", file = \"local/playbook.bin\" }]\n\
            other = [{ key = \"x\", file = \"x.json\" }]\n\
            [local_server.secret_stores]\nparvis = [{ key = \"keys\", file = \"local/keys\" }]\n\
            [setup.kv_stores.parvis.items.playbook]\nfile = \"local/playbook.bin\"\n";
        let given = Given { playbook: "/t/p.bin".into(), keys: "/t/keys.txt".into() };
        let adapted = adapt(manifest, Path::new("/f"), "http://127.0.0.1:9", &given);
        let want = manifest
            .replace("http://127.0.0.1:8080", "http://127.0.0.1:9")
            .replacen("local/playbook.bin", "/t/p.bin", 1)
            .replace("x.json", "/f/x.json")
            .replace("local/keys", "/t/keys.txt");
        assert_eq!(adapted, want);
    }
}
