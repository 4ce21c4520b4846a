//! Who may name what: one row a rule.
//!
//! Privacy keeps most of these already; a row says so once more where a slip would compile.

use super::source::Source;
use super::{House, Violation};

/// A text that only some files of the engine may hold.
struct Only {
    text: &'static str,
    /// The files that may; none at all when empty.
    within: &'static [&'static str],
    /// Also allowed in the authoring half.
    author: bool,
    /// What to do instead.
    instead: &'static str,
}

const fn only(text: &'static str, within: &'static [&'static str], instead: &'static str) -> Only {
    Only { text, within, author: false, instead }
}

const fn deployed(text: &'static str, instead: &'static str) -> Only {
    Only { text, within: &[], author: true, instead }
}

const CONSENT: &str = "only consent::resolve makes permits: ask Resolution::permit";

const PATHS: &str =
    "an import is a path from `crate` or `super` to what it names, so that layers can be checked";

/// Rules for the code of `src/`, tests apart.
const ENGINE: &[Only] = &[
    only("Permit::mint", &["src/consent/resolve.rs"], CONSENT),
    only("mint(", &["src/consent/resolve.rs", "src/consent/permit.rs"], CONSENT),
    only(
        "cookie_headers(",
        &["src/facts/cookies.rs", "src/consent/evidence.rs", "src/signal/guarded.rs", "src/decide/mirror.rs"],
        "cookies are read as flags of consent (Evidence), or as guarded values (Guarded::cookie)",
    ),
    only("CachePolicy::of", &["src/response/outcome.rs"], "only Outcome::new sets a cache policy"),
    only("Outcome::new", &["src/decide.rs"], "only a decision makes an outcome"),
    only("ed25519_dalek", &["src/playbook/signature.rs"], "only playbook::signature touches signatures"),
    only("chacha20poly1305", &["src/visitor/seal.rs"], "only visitor::seal touches the cipher"),
    only("crate as ", &[], PATHS),
    only("crate::{self", &[], PATHS),
    only("crate::*", &[], PATHS),
    only("crate::r#", &[], PATHS),
    only("extern crate self", &[], PATHS),
    only("super as ", &[], PATHS),
    only("super::*", &[], PATHS),
    only("#[path", &[], PATHS),
    only("include!(", &[], PATHS),
    only("HashMap", &[], "its order is random: use BTreeMap or a sorted Vec"),
    only("HashSet", &[], "its order is random: use BTreeSet or a sorted Vec"),
    only("unsafe", &[], "the engine has none"),
    only("SystemTime", &[], "the time is in the facts"),
    only("Instant", &[], "the time is in the facts"),
    only("println!", &[], "the engine writes nowhere: return it"),
    only("eprintln!", &[], "the engine writes nowhere: return it"),
    deployed(
        "format!",
        "core::fmt costs kilobytes in the browser: append to a String, or move it behind `author`",
    ),
    deployed(
        "write!",
        "core::fmt costs kilobytes in the browser: append to a String, or move it behind `author`",
    ),
    deployed(
        "to_string(",
        "core::fmt costs kilobytes in the browser: use String::from, or move it behind `author`",
    ),
    deployed("serde", "serde is for the authoring half: put it behind `author`"),
    deployed("schemars", "schemars is for the authoring half: put it behind `author`"),
];

/// The one package with unsafe code: host calls that Fastly's library does not offer.
const UNSAFE: &str = "edge/fastly/abi/";

/// Types of the engine that only one file may build by naming their fields.
const BUILT_IN: &[(&str, &str)] = &[
    ("Permit", "src/consent/permit.rs"),
    ("Guarded", "src/signal/guarded.rs"),
    ("Outcome", "src/response/outcome.rs"),
];

/// Modules of `std` that the engine may not name: time, files and threads are the host's.
const STD: [&str; 8] = ["time", "env", "fs", "net", "thread", "process", "io", "os"];

/// All rows, over all files.
pub(super) fn rules(house: &House) -> anyhow::Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for source in house.engine() {
        for rule in ENGINE {
            let within = rule.within.contains(&source.path.as_str());
            for at in source.find(rule.text).filter(|_| !within) {
                let line = source.line(at);
                let exempt = source.is_test(line) || (rule.author && source.is_author(line));
                if !exempt {
                    violations
                        .push(Violation::new(source.place(at), format!("`{}`: {}", rule.text, rule.instead)));
                }
            }
        }
        builds(source, &mut violations);
        standard_library(source, &mut violations);
    }
    let adapters = house.sources.iter().filter(|source| source.path.starts_with("edge/"));
    for source in adapters.filter(|source| !source.path.starts_with(UNSAFE)) {
        for at in source.find("unsafe ") {
            violations.push(Violation::new(source.place(at), "`unsafe`: adapters have none"));
        }
    }
    Ok(violations)
}

fn builds(source: &Source, violations: &mut Vec<Violation>) {
    for (kind, home) in BUILT_IN.iter().filter(|(_, home)| *home != source.path) {
        let literal = format!("{kind} {{");
        for at in source.find(&literal).filter(|at| !source.is_test(source.line(*at))) {
            let before = source.code[..at].trim_end();
            let declares =
                ["for", "impl", "struct", "enum", "->", ">"].iter().any(|word| before.ends_with(word));
            if !declares {
                violations
                    .push(Violation::new(source.place(at), format!("`{kind}` is built in {home} alone")));
            }
        }
    }
}

fn standard_library(source: &Source, violations: &mut Vec<Violation>) {
    for at in source.find("std::").filter(|at| !source.is_test(source.line(*at))) {
        let after = &source.code[at + "std::".len()..];
        let named = match after.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap_or_default(),
            None => after.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default(),
        };
        for module in
            named.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|name| STD.contains(name))
        {
            violations.push(Violation::new(
                source.place(at),
                format!("`std::{module}`: the engine is told everything in its facts, and asks by effects"),
            ));
        }
    }
}
