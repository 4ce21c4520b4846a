//! A Rust file as the rules see it: its code without comments and string contents, and which lines are for tests or
//! for the authoring half only. A reader of text, not a parser: it is enough because rustfmt has been there before.

use std::collections::BTreeSet;

/// One Rust file.
pub struct Source {
    /// From the root, with `/`.
    pub path: String,
    /// The text with comments and the contents of strings blanked; as many lines as the file has.
    pub code: String,
    /// For each line, where it applies.
    marks: Vec<Mark>,
}

#[derive(Clone, Copy, Default)]
struct Mark {
    test: bool,
    author: bool,
}

impl Source {
    /// A file with this text, for tests.
    #[cfg(test)]
    pub fn of(path: &str, text: &str) -> Source {
        let lines = text.lines().count();
        Source { path: path.to_owned(), code: blank(text), marks: vec![Mark::default(); lines] }
    }

    /// The 1-based line that byte `offset` of the code is on.
    pub fn line(&self, offset: usize) -> usize {
        1 + self.code.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count()
    }

    /// Whether 1-based `line` is compiled for tests only.
    pub fn is_test(&self, line: usize) -> bool {
        self.marks.get(line.wrapping_sub(1)).is_some_and(|mark| mark.test)
    }

    /// Whether 1-based `line` belongs to the authoring half.
    pub fn is_author(&self, line: usize) -> bool {
        self.marks.get(line.wrapping_sub(1)).is_some_and(|mark| mark.author)
    }

    /// `path:line` of byte `offset`.
    pub fn place(&self, offset: usize) -> String {
        format!("{}:{}", self.path, self.line(offset))
    }

    /// Byte offsets where `text` stands in the code as a whole word on its left.
    pub fn find<'s>(&'s self, text: &'s str) -> impl Iterator<Item = usize> + 's {
        self.code.match_indices(text).map(|(at, _)| at).filter(|at| !self.code[..*at].ends_with(is_word))
    }
}

/// Whether `c` can be a part of a Rust name.
pub fn is_word(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric()
}

/// The Rust files at these paths.
pub fn read<'p>(paths: impl Iterator<Item = &'p String>) -> anyhow::Result<Vec<Source>> {
    let mut sources = Vec::new();
    let mut elsewhere: [BTreeSet<String>; 2] = Default::default();
    for path in paths {
        let text = std::fs::read_to_string(crate::paths::at(path))?;
        let code = blank(&text);
        let mut marks = vec![Mark::default(); text.lines().count()];
        mark(path, &text, &code, &mut marks, &mut elsewhere);
        if path.ends_with("/tests.rs") || path.starts_with("tests/") || path.contains("/tests/") {
            marks.iter_mut().for_each(|mark| mark.test = true);
        }
        sources.push(Source { path: path.clone(), code, marks });
    }
    // `#[cfg(test)] mod laws;` makes laws.rs, and whatever lies below laws/, test code.
    for source in &mut sources {
        let under = |modules: &BTreeSet<String>| {
            modules.iter().any(|module| {
                source.path == format!("{module}.rs") || source.path.starts_with(&format!("{module}/"))
            })
        };
        let (test, author) = (under(&elsewhere[0]), under(&elsewhere[1]));
        for mark in &mut source.marks {
            mark.test |= test;
            mark.author |= author;
        }
    }
    Ok(sources)
}

/// Marks the items behind `#[cfg(test)]` and `#[cfg(feature = "author")]`; modules in other files go to `elsewhere`.
fn mark(path: &str, text: &str, code: &str, marks: &mut [Mark], elsewhere: &mut [BTreeSet<String>; 2]) {
    let lines: Vec<&str> = code.lines().collect();
    for (number, raw) in text.lines().enumerate() {
        let raw = raw.trim_start();
        if !raw.starts_with("#[cfg(") && !raw.starts_with("#![cfg(") {
            continue;
        }
        let condition = raw.split(")]").next().unwrap_or_default();
        let positive = !condition.contains("not(");
        // With `any` it is compiled without tests, too.
        let all = positive && !condition.contains("any(");
        let test = all && condition.split(|c| !is_word(c)).any(|word| word == "test");
        let author = positive && condition.contains("\"author\"");
        if raw.starts_with("#![") {
            for mark in marks.iter_mut() {
                mark.test |= test;
                mark.author |= author;
            }
            continue;
        }
        // The item ends at the `;` or the `}` that brings the braces back to where they were; a field, a variant or an
        // arm of a match also at a comma.
        let mut depth = 0;
        let mut item = false;
        'item: for (line, code) in lines.iter().enumerate().skip(number) {
            if let Some(mark) = marks.get_mut(line) {
                mark.test |= test;
                mark.author |= author;
            }
            let code = if line == number { code.split_once(")]").map_or("", |(_, rest)| rest) } else { code };
            const ITEMS: [&str; 9] = ["fn", "struct", "enum", "impl", "trait", "mod", "use", "const", "type"];
            item |= depth == 0 && code.split(|c| !is_word(c)).any(|word| ITEMS.contains(&word));
            for c in code.chars() {
                match c {
                    '{' | '(' | '[' => depth += 1,
                    '}' | ')' | ']' => depth -= 1,
                    _ => {}
                }
                if depth <= 0 && (matches!(c, '}' | ';') || (c == ',' && !item)) {
                    let module =
                        code.trim().trim_end_matches(';').rsplit_once("mod ").map(|(_, name)| name.trim());
                    if let (';', Some(module)) = (c, module) {
                        let folder = path.strip_suffix("/mod.rs").or_else(|| path.strip_suffix("/lib.rs"));
                        let folder = folder.unwrap_or_else(|| path.trim_end_matches(".rs"));
                        let module = format!("{folder}/{module}");
                        if test {
                            elsewhere[0].insert(module.clone());
                        }
                        if author {
                            elsewhere[1].insert(module);
                        }
                    }
                    break 'item;
                }
            }
        }
    }
}

/// The text with comments and the contents of strings and characters replaced by spaces.
fn blank(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let keep_word = code.ends_with(is_word);
        let (length, is_code) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), false)
        } else if rest.starts_with("/*") {
            (block_comment(rest), false)
        } else if c == '"' {
            (string(rest), false)
        } else if let Some(length) = raw_string(rest).filter(|_| !keep_word) {
            (length, false)
        } else if c == '\'' {
            character(rest).map_or((1, true), |length| (length, false))
        } else {
            (c.len_utf8(), true)
        };
        let (piece, after) = rest.split_at(length);
        if is_code {
            code.push_str(piece);
        } else {
            code.extend(piece.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        }
        rest = after;
    }
    code
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        if text.as_bytes()[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if text.as_bytes()[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn raw_string(text: &str) -> Option<usize> {
    let body = ["r", "br", "cr"].iter().find_map(|prefix| text.strip_prefix(prefix))?;
    let hashes = body.len() - body.trim_start_matches('#').len();
    if !body[hashes..].starts_with('"') {
        return None;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    let opened = text.len() - body.len() + hashes + 1;
    Some(text[opened..].find(&close).map_or(text.len(), |at| opened + at + close.len()))
}

/// The length of the character literal at the start of `text`; `None` for a lifetime.
fn character(text: &str) -> Option<usize> {
    let mut characters = text.char_indices().skip(1);
    let (_, first) = characters.next()?;
    if first == '\\' {
        characters.next();
        return characters.find(|(_, c)| *c == '\'').map(|(at, _)| at + 1);
    }
    characters.next().filter(|(_, c)| *c == '\'').map(|(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_blanked() {
        let text = "let a = \"std::env \\\" //\"; // std::fs\nlet r = r#\"x\"y\"#; /* a /* b */ c */ let c = '\"'; fn f<'a>(x: &'a str) {}\n";
        let code = blank(text);
        assert_eq!(code.lines().count(), 2);
        assert!(!code.contains("std"), "{code}");
        assert!(code.contains("fn f<'a>(x: &'a str) {}"), "{code}");
        assert!(code.contains("let c ="), "{code}");
    }

    #[test]
    fn what_is_also_compiled_without_tests_is_no_test() {
        let text = "#[cfg(any(test, feature = \"author\"))]\nuse a::B;\n#[cfg(all(test, feature = \"x\"))]\nuse a::C;\n";
        let mut marks = vec![Mark::default(); 4];
        mark("src/a.rs", text, &blank(text), &mut marks, &mut Default::default());
        assert_eq!(marks.iter().map(|mark| mark.test).collect::<Vec<_>>(), [false, false, true, true]);
    }

    #[test]
    fn items_for_tests_and_authors_are_marked() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n#[cfg(feature = \"author\")]\n\
            pub mod draft;\n#[cfg(feature = \"author\")]\nfn d() -> Result<u8, u8> {\n    x\n}\nfn e() {}\n";
        let code = blank(text);
        let mut marks = vec![Mark::default(); 13];
        let mut elsewhere: [BTreeSet<String>; 2] = Default::default();
        mark("src/playbook/mod.rs", text, &code, &mut marks, &mut elsewhere);
        let tests: Vec<usize> = (1..=13).filter(|line| marks[line - 1].test).collect();
        let author: Vec<usize> = (1..=13).filter(|line| marks[line - 1].author).collect();
        assert_eq!((tests, author), (vec![2, 3, 4, 5], vec![7, 8, 9, 10, 11, 12]));
        assert!(elsewhere[1].contains("src/playbook/draft"));
    }
}
