//! Circles of imports within a folder: files that import each other are one concept, and stand in the table with the reason.

use std::collections::{BTreeMap, BTreeSet};

use super::imports::{Import, all};
use super::{House, Violation};

/// Circles that stay: the folder, the entries of it that import each other, and which concept they are.
const ONE_CONCEPT: &[(&str, &[&str], &str)] = &[
    ("", &["engine", "exchange"], "An engine begins exchanges, and an exchange asks its engine."),
    (
        "author",
        &[
            "check",
            "compile",
            "condition",
            "consent",
            "draft",
            "features",
            "operators",
            "price",
            "status",
            "time_zone",
            "weights",
        ],
        "An operator, or a setting of the site, is one file with its draft, its check and its bytes, which the three of all call; \
         the schema of a draft has the codes of countries that its check knows.",
    ),
    (
        "author/check",
        &["lists", "site", "variant_content"],
        "All check ids and templates by the same small functions.",
    ),
    (
        "author/condition",
        &["operand", "parse"],
        "A signal in place of a value is an operand of the parser's tests, with its own checks.",
    ),
    ("condition", &["prefilter", "reading"], "A value that is read marks the prefilter, which reads values."),
    (
        "consent",
        &[
            "bridge",
            "cmp",
            "collect",
            "gpp",
            "permit",
            "reading",
            "resolve",
            "settings",
            "statement",
            "stored",
            "tcf",
            "us_privacy",
        ],
        "Resolving hands the tally to the readers of flags, and reads the settings that they read by.",
    ),
    (
        "decide",
        &["campaigns", "forced", "preference"],
        "A preview and a fallback decide campaigns in another order.",
    ),
    (
        "decide",
        &["lists", "signals"],
        "A list of a template is read as signals are, in an order that signals give.",
    ),
    (
        "html",
        &["formatting", "tree"],
        "The list of active formatting elements is a part of the tree builder.",
    ),
    (
        "html",
        &["group", "parts", "placement", "plan", "splice"],
        "A plan is what splicing would do, kept for the next page.",
    ),
    ("http", &["csp_nonce", "freshness"], "A page with a nonce is never fresh."),
    (
        "visitor",
        &["abandoned_cart", "counter", "date_values", "history", "memory", "sticky", "visit"],
        "Each kind of entry of the memory has a file with its methods.",
    ),
    ("visitor", &["cookie", "keyring", "seal"], "A sealed value is a cookie, made with a key of the ring."),
    ("visitor/visit", &["codec", "pending_events"], "Pending events are a part of the visit's text."),
    (
        "signal",
        &["clock", "zone"],
        "Local time: the clock of a site goes by its zone, whose rules name weekdays and days.",
    ),
];

/// Every circle that is not in the table, and every row of the table without a circle.
pub(super) fn rules(house: &House) -> anyhow::Result<Vec<Violation>> {
    let found: BTreeSet<(String, Vec<String>)> = circles(&all(house)).into_iter().collect();
    let listed: BTreeSet<(String, Vec<String>)> = ONE_CONCEPT
        .iter()
        .map(|(folder, entries, _)| {
            ((*folder).to_owned(), entries.iter().map(|entry| (*entry).to_owned()).collect())
        })
        .collect();
    let place = |folder: &str| if folder.is_empty() { "src".to_owned() } else { format!("src/{folder}") };
    let new = found.difference(&listed).map(|(folder, entries)| {
        let what = format!(
            "{} import each other: move what both need into a file below them, or say in xtask/src/check/circles.rs which concept they are",
            entries.join(", ")
        );
        Violation::new(place(folder), what)
    });
    let gone = listed.difference(&found).map(|(folder, entries)| {
        let what = format!(
            "{} do not import each other any more: the row in xtask/src/check/circles.rs can go or shrink",
            entries.join(", ")
        );
        Violation::new(place(folder), what)
    });
    Ok(new.chain(gone).collect())
}

/// The circles between the entries of each folder: a file, or a folder with the file of its name, is one entry.
fn circles(imports: &[Import<'_>]) -> Vec<(String, Vec<String>)> {
    type Graph = BTreeMap<String, BTreeSet<String>>;
    let mut folders: BTreeMap<String, Graph> = BTreeMap::new();
    for import in imports {
        let shared = import.from.iter().zip(&import.to).take_while(|(from, to)| from == to).count();
        let (Some(from), Some(to)) = (import.from.get(shared), import.to.get(shared)) else { continue };
        let folder = import.from.get(..shared).unwrap_or_default().join("/");
        folders.entry(folder).or_default().entry(from.clone()).or_default().insert(to.clone());
    }
    let mut all = Vec::new();
    for (folder, graph) in &folders {
        let mut left: BTreeSet<&String> = graph.keys().collect();
        while let Some(first) = left.pop_first() {
            let ahead = reached(graph, first);
            // Who is reached and reaches back is in the same circle.
            let circle: Vec<String> =
                ahead.iter().filter(|entry| reached(graph, entry).contains(first)).cloned().collect();
            left.retain(|entry| !circle.contains(entry));
            if circle.len() > 1 {
                all.push((folder.clone(), circle));
            }
        }
    }
    all
}

fn reached(graph: &BTreeMap<String, BTreeSet<String>>, first: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![first.to_owned()];
    while let Some(entry) = open.pop() {
        for next in graph.get(&entry).into_iter().flatten() {
            if found.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::source::Source;
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<(String, Vec<String>)> {
        let sources = files.iter().map(|(path, code)| Source::of(path, code)).collect();
        circles(&all(&House { files: Vec::new(), sources }))
    }

    #[test]
    fn a_planted_circle_is_found() {
        let straight = [
            ("src/http/a.rs", "use super::b::B;"),
            ("src/http/b.rs", "use super::c;"),
            ("src/http/c.rs", ""),
        ];
        assert_eq!(found(&straight), []);
        let round = [
            ("src/http/a.rs", "use super::b::B;"),
            ("src/http/b.rs", "use super::c;"),
            ("src/http/c.rs", "fn f() { crate::http::a::g() }"),
        ];
        assert_eq!(found(&round), [("http".to_owned(), ["a", "b", "c"].map(str::to_owned).to_vec())]);
        let folders = [("src/http/a.rs", "use crate::html::b::B;"), ("src/html/b.rs", "use crate::http::a;")];
        assert_eq!(found(&folders), [(String::new(), ["html", "http"].map(str::to_owned).to_vec())]);
    }

    #[test]
    fn every_circle_says_which_concept_it_is() {
        for (folder, entries, concept) in ONE_CONCEPT {
            assert!(concept.ends_with('.') && concept.len() > 20, "{folder}");
            assert!(entries.is_sorted() && entries.len() > 1, "{folder}");
        }
    }
}
