//! Files that a person can hold in mind, and adapters that decide nothing.

use super::{House, Violation};

/// Lines that a file of code may have.
const FILE: usize = 600;
/// Lines of code (not blank, not comment, not test) that an adapter may have in all (design §3, rule 6).
const ADAPTER: usize = 350;
/// The adapters; the command is none.
const ADAPTERS: [&str; 5] = ["fastly", "cloudflare", "wasi-http", "native", "browser"];
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
    for adapter in ADAPTERS {
        let folder = format!("edge/{adapter}/src/");
        let lines: usize = house
            .sources
            .iter()
            .filter(|source| source.path.starts_with(&folder))
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
