//! Problems as SARIF 2.1.0 (OASIS), which code hosts and editors show beside the lines.

use std::path::{Component, Path};

use parvis::author::check::{Diagnostic, rules};
use serde::Serialize;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Debug, Serialize)]
pub(super) struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    /// Our columns count characters, not UTF-16 units.
    column_kind: &'static str,
    artifacts: [Artifact; 1],
    results: Vec<Problem>,
}

#[derive(Debug, Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Debug, Serialize)]
struct Driver {
    name: &'static str,
    version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Text,
    help: Text,
}

#[derive(Debug, Serialize)]
struct Artifact {
    location: Location,
}

#[derive(Clone, Debug, Serialize)]
struct Location {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u32>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Problem {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: [Place; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    physical_location: Physical,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Location,
    region: Region,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
}

#[derive(Debug, Serialize)]
struct Text {
    text: String,
}

impl Log {
    /// The problems of one playbook.
    pub(super) fn of(path: &Path, diagnostics: &[Diagnostic]) -> Log {
        let known = rules().iter();
        let mut rules: Vec<Rule> = known.map(|rule| Rule::new(rule.code, rule.sentence, rule.help)).collect();
        let uri = uri(path, std::env::current_dir().ok().as_deref());
        let results = diagnostics
            .iter()
            .map(|found| {
                let index = rules.iter().position(|rule| rule.id == found.code).unwrap_or_else(|| {
                    rules.push(Rule::new(found.code, &found.message, &found.help));
                    rules.len().saturating_sub(1)
                });
                Problem {
                    rule_id: found.code,
                    rule_index: index,
                    level: found.severity.name(),
                    message: Text {
                        text: format!("{}. {}.", sentence(&found.message), sentence(&found.help)),
                    },
                    locations: [Place {
                        physical_location: Physical {
                            artifact_location: Location { uri: uri.clone(), index: Some(0) },
                            region: Region { start_line: found.line, start_column: found.column },
                        },
                    }],
                }
            })
            .collect();
        let driver = Driver { name: "parvis", version: env!("CARGO_PKG_VERSION"), rules };
        let artifacts = [Artifact { location: Location { uri, index: None } }];
        let run = Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", artifacts, results };
        Log { schema: SCHEMA, version: "2.1.0", runs: [run] }
    }
}

impl Rule {
    fn new(id: &'static str, sentence: &str, help: &str) -> Rule {
        let text = |text: &str| Text { text: text.to_owned() };
        Rule { id, short_description: text(sentence), help: text(help) }
    }
}

/// A part of a message as a separate sentence, without its full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.trim_end_matches(['.', '?']).chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The path as a relative URI reference if it is below `here`, else as a file URI.
fn uri(path: &Path, here: Option<&Path>) -> String {
    let path = here.and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path);
    let segments = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(encoded(&name.to_string_lossy())),
        Component::ParentDir => Some("..".to_owned()),
        _ => None,
    });
    let joined = segments.collect::<Vec<_>>().join("/");
    if path.is_absolute() { format!("file:///{joined}") } else { joined }
}

fn encoded(segment: &str) -> String {
    let mut text = String::new();
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_relative_where_they_can_be() {
        let here = Path::new("/srv/shop");
        for (path, expected) in [
            ("playbook.json", "playbook.json"),
            ("./sites/été 1.json", "sites/%C3%A9t%C3%A9%201.json"),
            ("../a:b.json", "../a%3Ab.json"),
            ("/srv/shop/sites/a.json", "sites/a.json"),
            ("/sites/a.json", "file:///sites/a.json"),
        ] {
            assert_eq!(uri(Path::new(path), Some(here)), expected, "{path}");
        }
    }
}
