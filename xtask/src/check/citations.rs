//! What a text cites can be opened by its reader: a file of the repository or a public source, never the notes it was planned with.

use super::{House, Violation};

/// The rule, over all files that are text.
pub(super) fn rules(house: &House) -> anyhow::Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for file in &house.files {
        let Ok(text) = String::from_utf8(std::fs::read(crate::paths::at(file))?) else { continue };
        violations.extend(cited(&text).into_iter().map(|(line, what)| {
            Violation::new(
                format!("{file}:{line}"),
                format!(
                    "cites `{what}`, which is not in the repository: name the public source, or src/docs"
                ),
            )
        }));
    }
    Ok(violations)
}

/// The lines of a text that cite such a note, and which.
fn cited(text: &str) -> Vec<(usize, &str)> {
    text.lines().zip(1..).filter_map(|(line, number)| Some((number, note(line)?))).collect()
}

/// The note that a line cites: a Markdown file of `facts`, or a section of the design.
fn note(line: &str) -> Option<&str> {
    // Spelled in halves, so that this file does not find itself.
    let (folder, section) = (concat!("fa", "cts/"), concat!("des", "ign §"));
    let file = line.match_indices(folder).find_map(|(at, _)| {
        let own = line.get(..at)?.chars().next_back().is_none_or(|before| !before.is_alphanumeric());
        let name = line.get(at + folder.len()..)?;
        let length = name.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
        let note = own && length > 0 && name.get(length..)?.starts_with(".md");
        line.get(at..at + folder.len() + length + ".md".len()).filter(|_| note)
    });
    file.or_else(|| line.find(section).and_then(|at| line.get(at..at + section.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planted_citations_are_found() {
        let (note, section) = (concat!("fa", "cts/consent.md"), concat!("des", "ign §9"));
        let text = format!(
            "//! The purposes ({note} §8.1).\n\n# As {section} says.\n/// See ../shared/{note}, 6.\n"
        );
        let found: Vec<usize> = cited(&text).into_iter().map(|(line, _)| line).collect();
        assert_eq!(found, [1, 3, 4]);
        assert_eq!(cited(&text).first(), Some(&(1, note)));
    }

    #[test]
    fn files_and_words_of_the_repository_may_be_cited() {
        for line in [
            "//! The layout is in src/docs/consent.md, \"Validity\".",
            "use crate::facts::Facts; // src/facts/staged.rs",
            "artifacts/readme.md",
            "`facts/README` and facts/.md",
            "the design (RFC 9110 §8.4)",
        ] {
            assert_eq!(cited(line), [], "{line}");
        }
    }
}
