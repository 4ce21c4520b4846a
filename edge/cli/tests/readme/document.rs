//! A Markdown file as the tests read it: fenced blocks with the comment in front of them, inline code, headings and links.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::root;

/// Folders without documents of ours: what was built, and what others wrote.
const FOREIGN: [&str; 3] = ["target", "node_modules", "dist"];

/// One document.
pub(crate) struct Document {
    /// From the root, with `/`.
    pub(crate) path: String,
    /// All of it.
    pub(crate) text: String,
}

/// A fenced block of code.
pub(crate) struct Block<'t> {
    /// The line of its fence, from 1.
    pub(crate) line: usize,
    /// What the fence says its language is.
    pub(crate) language: &'t str,
    /// The text of the comment in the line before the fence, if there is one.
    pub(crate) marker: Option<&'t str>,
    /// What stands between the fences, with every line's end.
    pub(crate) text: String,
}

/// Every Markdown file of the repository, and `llms.txt`, in the order of their paths.
pub(crate) fn all() -> Vec<Document> {
    let mut paths = Vec::new();
    walk(&root(), "", &mut paths);
    paths.sort();
    paths.into_iter().map(|path| Document { text: super::text(&path), path }).collect()
}

/// The document with this path.
pub(crate) fn one(path: &str) -> Document {
    Document { path: path.to_owned(), text: super::text(path) }
}

fn walk(folder: &Path, inside: &str, paths: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        let path = format!("{inside}{name}");
        if entry.file_type().unwrap().is_dir() {
            if !name.starts_with('.') && !FOREIGN.contains(&name.as_str()) {
                walk(&entry.path(), &format!("{path}/"), paths);
            }
        } else if name.ends_with(".md") || path == "llms.txt" {
            paths.push(path);
        }
    }
}

impl Document {
    /// Its fenced blocks, in order.
    pub(crate) fn blocks(&self) -> Vec<Block<'_>> {
        let mut blocks: Vec<Block<'_>> = Vec::new();
        let mut open = false;
        let mut before = "";
        for (number, line) in self.text.lines().enumerate() {
            match line.trim_start().strip_prefix("```") {
                Some(language) if !open => {
                    let comment = before.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"));
                    blocks.push(Block { line: number + 1, language, marker: comment, text: String::new() });
                    open = true;
                }
                Some(_) => open = false,
                None if open => blocks.last_mut().unwrap().text.extend([line, "\n"]),
                None => {}
            }
            before = line;
        }
        assert!(!open, "{}: the last fence is not closed", self.path);
        blocks
    }

    /// Its lines outside of fenced blocks, each with its number; those inside are empty.
    pub(crate) fn prose(&self) -> String {
        let mut open = false;
        let mut prose = String::new();
        for line in self.text.lines() {
            let fence = line.trim_start().starts_with("```");
            prose.extend([if open || fence { "" } else { line }, "\n"]);
            open ^= fence;
        }
        prose
    }

    /// What stands in code within the prose.
    pub(crate) fn codes(&self) -> Vec<String> {
        self.prose().split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    /// The links of the prose, each with its line: targets of `[…](…)` and of `src` and `href`.
    pub(crate) fn links(&self) -> Vec<(usize, String)> {
        let prose = self.prose();
        // What stands in code is no link, and may go on in the next line.
        let ends = |piece: &str| "\n".repeat(piece.matches('\n').count());
        let outside = prose.split('`').enumerate();
        let outside: String =
            outside.map(|(at, piece)| if at % 2 == 0 { piece.to_owned() } else { ends(piece) }).collect();
        let mut links = Vec::new();
        for (number, line) in outside.lines().enumerate() {
            for (start, end) in [("](", ')'), ("src=\"", '"'), ("href=\"", '"')] {
                let targets = line.split(start).skip(1).map(|rest| rest.split(end).next().unwrap());
                links.extend(targets.map(|target| (number + 1, target.to_owned())));
            }
        }
        links
    }

    /// The names by which its headings are linked, as code hosts make them.
    pub(crate) fn anchors(&self) -> BTreeSet<String> {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let prose = self.prose();
        let headings = prose.lines().filter(|line| line.starts_with('#'));
        let anchors = headings.map(|line| {
            let anchor = anchor(line.trim_start_matches('#').trim());
            let times = seen.entry(anchor.clone()).or_default();
            *times += 1;
            if *times == 1 { anchor } else { format!("{anchor}-{}", *times - 1) }
        });
        anchors.collect()
    }

    /// What stands below this headline, up to the next of the same rank.
    pub(crate) fn sections(&self) -> Vec<Document> {
        let parts = self.text.split("\n## ").skip(1);
        parts.map(|part| Document { path: self.path.clone(), text: format!("## {part}") }).collect()
    }
}

/// The name by which a heading is linked: small letters, dashes for spaces, without signs and the targets of links.
fn anchor(heading: &str) -> String {
    let mut plain = String::new();
    for (at, piece) in heading.split("](").enumerate() {
        plain.push_str(if at == 0 { piece } else { piece.split_once(')').map_or("", |(_, rest)| rest) });
    }
    let kept = plain.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn headings_are_linked_as_code_hosts_do() {
    let document = Document {
        path: String::new(),
        text: "# What's `--cache`?\n```sh\n# no heading\n```\n## Two words\n## Two words\n## [A](b.md), c\n"
            .to_owned(),
    };
    let anchors: Vec<String> = document.anchors().into_iter().collect();
    assert_eq!(anchors, ["a-c", "two-words", "two-words-1", "whats---cache"]);
}

#[test]
fn links_and_blocks_are_found() {
    let text =
        "[a](b.md) `[c](d.md)` <img src=\"e.svg\">\n<!-- run -->\n```console\n[f](g.md)\n```\n[h](#i)\n";
    let document = Document { path: String::new(), text: text.to_owned() };
    let links: Vec<(usize, String)> = document.links();
    let expected = [(1, "b.md"), (1, "e.svg"), (6, "#i")];
    assert_eq!(links, expected.map(|(line, target)| (line, target.to_owned())));
    let blocks = document.blocks();
    assert_eq!(blocks.len(), 1);
    assert_eq!((blocks[0].line, blocks[0].language, blocks[0].marker), (3, "console", Some("run")));
    assert_eq!(blocks[0].text, "[f](g.md)\n");
}
