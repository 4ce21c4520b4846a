//! Files that a person can hold in mind, and adapters that decide nothing.

use super::{House, Violation};

/// Lines that a file of code may have.
const FILE: usize = 600;
/// Lines of code (not blank, not comment, not test) that an adapter may have in all: "about 350" (design §3, rule 6), and
/// what answers from kept pages, what lets the platform compress, and a few for what tests stage in it.
const ADAPTER: usize = 410;
/// The adapters, and their files that are no adapter's: elsewhere the platform is server and cache, natively we are. Fastly's
/// core cache knows objects and not HTTP, and `staged.rs` is for tests alone.
const ADAPTERS: [(&str, &[&str]); 5] = [
    ("fastly", &["cache.rs", "cache/page.rs", "staged.rs", "stores.rs"]),
    ("cloudflare", &[]),
    ("wasi-http", &[]),
    (
        "native",
        &[
            "cache.rs",
            "cache/judged.rs",
            "cache/page.rs",
            "coding.rs",
            "coding/decode.rs",
            "coding/encode.rs",
            "coding/opened.rs",
            "coding/sent.rs",
            "coding/stitch.rs",
            "coding/wish.rs",
            "config.rs",
            "fetch.rs",
            "origin.rs",
            "outgoing.rs",
            "playbook.rs",
            "server.rs",
        ],
    ),
    ("browser", &[]),
];
const CODE: [&str; 7] = [".rs", ".js", ".mjs", ".ts", ".css", ".py", ".sh"];

/// Both rules.
pub(super) fn rules(house: &House) -> anyhow::Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for file in house.files.iter().filter(|file| CODE.iter().any(|end| file.ends_with(end))) {
        let lines = String::from_utf8_lossy(&std::fs::read(crate::paths::at(file))?).lines().count();
        if lines > FILE {
            violations
                .push(Violation::new(file, format!("{lines} lines, at most {FILE}: split it by concept")));
        }
    }
    for (adapter, server) in ADAPTERS {
        let folder = format!("edge/{adapter}/src/");
        let lines: usize = house
            .sources
            .iter()
            .filter(|source| source.path.strip_prefix(&folder).is_some_and(|file| !server.contains(&file)))
            .map(|source| {
                let code = source.code.lines().enumerate();
                code.filter(|(number, line)| !line.trim().is_empty() && !source.is_test(number + 1)).count()
            })
            .sum();
        if lines > ADAPTER {
            let what = format!(
                "{lines} lines of code, at most {ADAPTER}: an adapter moves bytes, the engine decides"
            );
            violations.push(Violation::new(folder, what));
        }
    }
    Ok(violations)
}
