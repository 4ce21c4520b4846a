//! The pages by which readers come in: the README stays short and shows what its example prints, and no page is left unlinked.

use std::fs;

use super::document::{self, Document};
use super::{root, text};

/// Most lines of the README.
const LINES: usize = 120;
const README: &str = "README.md";
const LLMS: &str = "llms.txt";

#[test]
fn the_readme_is_short() {
    let lines = text(README).lines().count();
    assert!(
        lines <= LINES,
        "the README has {lines} lines, at most {LINES}: move something beside what it describes"
    );
}

#[test]
fn the_two_commands_and_the_licences_are_in_the_readme() {
    let readme = text(README);
    for words in ["$ cargo xtask demo ", "$ cargo xtask test ", "](LICENSE-MIT)", "](LICENSE-APACHE)"] {
        assert!(readme.contains(words), "the README does not have `{words}`");
    }
}

/// Every page at the root is linked by the README, and every page of the repository by it, by `llms.txt` or by a page that they link.
#[test]
fn every_page_is_linked() {
    let (readme, llms) = (targets(README), targets(LLMS));
    for entry in fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") && name != README {
            assert!(readme.contains(&name), "{README} does not link {name}");
            assert!(llms.contains(&name), "{LLMS} does not link {name}");
        }
    }
    for document in document::all() {
        let linked = readme.contains(&document.path) || llms.contains(&document.path);
        assert!(linked || [README, LLMS].contains(&document.path.as_str()), "nobody links {}", document.path);
    }
}

fn targets(path: &str) -> Vec<String> {
    document::one(path).links().into_iter().map(|(_, target)| target).collect()
}

#[test]
fn the_file_for_agents_has_its_form() {
    let llms = document::one(LLMS);
    let mut lines = llms.text.lines().filter(|line| !line.is_empty());
    assert!(lines.next().unwrap().starts_with("# "));
    assert!(lines.next().unwrap().starts_with("> "));
    let wrong = |document: &Document| {
        let listed = document.text.lines().skip(1).filter(|line| !line.is_empty());
        listed
            .filter(|line| !(line.starts_with("- [") && line.contains("](")))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let sections = llms.sections();
    assert!(sections.len() >= 4);
    for section in &sections {
        assert_eq!(wrong(section), Vec::<String>::new());
    }
}

/// The picture shows what the example of the README prints, and can be read without being seen.
#[test]
fn the_picture_shows_what_the_example_prints() {
    let readme = document::one(README);
    let shown: String = readme.blocks().iter().map(|block| block.text.clone()).collect();
    let picture =
        readme.links().into_iter().map(|(_, target)| target).find(|target| target.ends_with(".svg"));
    let picture = text(&picture.unwrap());
    for part in ["<title", "<desc", "role=\"img\"", "@media (prefers-color-scheme: dark)"] {
        assert!(picture.contains(part), "the picture has no `{part}`");
    }
    let mut count = 0;
    for part in picture.split("<text class=\"").skip(1) {
        let (class, rest) = part.split_once('"').unwrap();
        let content = rest.split_once('>').unwrap().1.split('<').next().unwrap();
        if class.starts_with("content") || class.starts_with("reason") {
            assert!(shown.contains(content), "the picture shows `{content}`, and the example does not");
            count += 1;
        }
    }
    assert_eq!(count, 10);
    let alternative = readme.text.split("![").nth(1).unwrap().split(']').next().unwrap();
    assert!(alternative.split(' ').count() > 15, "the picture's text alternative says too little");
}
