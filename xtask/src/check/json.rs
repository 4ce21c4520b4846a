//! JSON in which a name stands twice: programs take the last value, and whoever reads the file believes the first.

use std::collections::BTreeSet;

use super::{House, Violation};

const READ: [&str; 2] = [".json", ".ndjson"];
/// Playbooks that are wrong, some of them in this way.
const WRONG: &str = "fixtures/playbooks/invalid/";

/// The rule, over all files of JSON.
pub(super) fn rules(house: &House) -> anyhow::Result<Vec<Violation>> {
    let mut violations = Vec::new();
    let read = |file: &&String| READ.iter().any(|end| file.ends_with(end)) && !file.starts_with(WRONG);
    for file in house.files.iter().filter(read) {
        let text = String::from_utf8_lossy(&std::fs::read(crate::paths::at(file))?).into_owned();
        for (line, name) in twice(&text) {
            let what = format!("`{name}` stands twice in one object: only the last value would count");
            violations.push(Violation::new(format!("{file}:{line}"), what));
        }
    }
    Ok(violations)
}

/// The names that stand in an object a second time, with their lines.
fn twice(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    // The names so far of each object around, without any for a list.
    let mut around: Vec<Option<BTreeSet<&str>>> = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        at += 1;
        match byte {
            b'{' => around.push(Some(BTreeSet::new())),
            b'[' => around.push(None),
            b'}' | b']' => drop(around.pop()),
            b'"' => {
                let rest = text.get(at..).unwrap_or_default();
                let word = rest.get(..end(rest)).unwrap_or_default();
                let after = rest.get(word.len() + 1..).unwrap_or_default().trim_start();
                if let Some(Some(names)) = around.last_mut().filter(|_| after.starts_with(':'))
                    && !names.insert(word)
                {
                    found.push((text.get(..at).unwrap_or_default().matches('\n').count() + 1, word));
                }
                at += word.len() + 1;
            }
            _ => {}
        }
    }
    found
}

/// Where a string ends whose opening quotation mark was just read.
fn end(rest: &str) -> usize {
    let mut escaped = false;
    let closes = |byte: u8| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    };
    rest.bytes().position(closes).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_stands_twice_is_found() {
        let text = "{\"a\": {\"b\": 1, \"c\": \"b\"},\n\"b\": [\"a\", {\"b\": 2, \"d\\\"\": 3,\n\"b\" : null}], \"a\": 1}";
        assert_eq!(twice(text), [(3, "b"), (3, "a")]);
    }

    #[test]
    fn what_is_no_name_and_what_stands_in_another_object_is_none() {
        for text in [
            "{\"a\": \"a\", \"b\": [\"a\", \"a\"], \"c\": {\"a\": 1}, \"d\": {\"a\": 2}}",
            "{\"a\": 1}\n{\"a\": 2}\n",
            "{\"a\": \"{ \\\"a\\\": 1, \\\"a\\\": 2 }\", \"\\\\\": \"\", \"b\": 1}",
            "",
            "\"a",
        ] {
            assert_eq!(twice(text), [], "{text}");
        }
    }
}
