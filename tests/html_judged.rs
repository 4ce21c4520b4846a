//! Random documents: blocks are where parse5 (npm) sees them, and every difference leaves bytes untouched.
//!
//! Set PARVIS_PARSE5 to a folder that holds `node_modules/parse5`; PARVIS_JUDGED is the number of documents, PARVIS_SEED
//! the first seed, and PARVIS_VERBOSE names an
//! element whose refused blocks are shown. Without parse5 the test passes with a note.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

mod html_support;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use html_support::soup;
use parvis::html::blocks::find;

#[test]
fn random_documents_have_the_blocks_that_parse5_sees() {
    let Some(parse5) = std::env::var_os("PARVIS_PARSE5") else {
        println!("note: PARVIS_PARSE5 is not set, so this test checks nothing");
        return;
    };
    let number =
        |name: &str, default: u64| std::env::var(name).map_or(default, |value| value.parse().unwrap());
    let (count, seed) = (number("PARVIS_JUDGED", 20_000), number("PARVIS_SEED", 1));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/html_support/judge.mjs");
    let mut judge = Command::new("node")
        .arg(script)
        .arg(parse5)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = judge.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        for document in seed..seed + count {
            writeln!(input, "{}", serde_json::to_string(&soup(document)).unwrap()).unwrap();
        }
    });
    let mut tally = Tally::default();
    for (document, line) in (seed..seed + count).zip(BufReader::new(judge.stdout.take().unwrap()).lines()) {
        let seen: Vec<(String, usize, usize, bool)> = serde_json::from_str(&line.unwrap()).unwrap();
        tally.compare(document, &soup(document), &seen);
    }
    writer.join().unwrap();
    judge.wait().unwrap();
    println!("{tally:?}");
    assert_eq!(tally.documents, count);
    assert_eq!(
        tally.invented + tally.wrong_extent,
        0,
        "a block was found where parse5 sees none, or other bytes"
    );
    assert!(tally.missed * 10_000 <= count, "{} documents with unseen markers", tally.missed);
    assert!(tally.equal_extents * 1000 >= tally.closed * 995, "too many blocks refused");
}

#[derive(Debug, Default)]
struct Tally {
    documents: u64,
    /// Documents with a marker that was neither found nor refused.
    missed: u64,
    /// Blocks that parse5 does not see.
    invented: u64,
    /// Blocks that end elsewhere.
    wrong_extent: u64,
    /// Blocks with an end tag of their own, by parse5; and those found alike.
    closed: u64,
    equal_extents: u64,
    /// Why the others were refused, and on which elements.
    refused: BTreeMap<(&'static str, String), u64>,
    shown: u64,
}

impl Tally {
    fn compare(&mut self, seed: u64, page: &str, seen: &[(String, usize, usize, bool)]) {
        self.documents += 1;
        let found = find(page.as_bytes(), "data-block");
        let refused: Vec<usize> = found.refused.iter().map(|refused| refused.start).collect();
        let mut problems = Vec::new();
        for block in &found.blocks {
            let void = block.open_end == block.end;
            match seen.iter().find(|seen| seen.1 == block.start) {
                None => {
                    self.invented += 1;
                    problems.push(format!("invented {block:?}"));
                }
                Some(seen) if seen.2 != block.end || (!seen.3 && !void) => {
                    self.wrong_extent += 1;
                    problems.push(format!("extent {block:?}, parse5 {seen:?}"));
                }
                Some(_) => {}
            }
        }
        let mut missed = false;
        for (id, start, end, closed) in seen {
            let ours = found.blocks.iter().find(|block| block.start == *start);
            if ours.is_none() && !refused.contains(start) {
                missed = true;
                problems.push(format!("missed {id} at {start}"));
            }
            if *closed {
                self.closed += 1;
                if ours.is_some_and(|ours| ours.end == *end) {
                    self.equal_extents += 1;
                } else if let Some(refused) = found.refused.iter().find(|refused| refused.start == *start) {
                    let name = page
                        .get(start + 1..)
                        .unwrap_or_default()
                        .split([' ', '>'])
                        .next()
                        .unwrap_or_default();
                    if std::env::var_os("PARVIS_VERBOSE").is_some_and(|shown| *shown == *name) {
                        problems.push(format!("refused {id} {start}..{end} {refused:?}"));
                    }
                    *self.refused.entry((refused.reason.code(), name.to_owned())).or_default() += 1;
                }
            }
        }
        self.missed += u64::from(missed);
        if !problems.is_empty() && self.shown < 25 {
            self.shown += 1;
            println!("seed {seed}: {}\n  {page:?}", problems.join("; "));
        }
    }
}
