//! parse5 (npm) as a judge: what a browser's parser sees of the marked elements in a document.

use std::io::{BufRead, BufReader, Read as _, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// An element with a marker: id, start, end, and whether an end tag of its own ends it; offsets in characters.
pub type Seen = (String, usize, usize, bool);

/// A running judge.
pub struct Judge {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Judge {
    /// The judge in the folder that PARVIS_PARSE5 names; where that is not set, the checks of this name are a counted skip.
    pub fn start(checks: &str) -> Option<Judge> {
        let Some(parse5) = std::env::var_os("PARVIS_PARSE5") else {
            parvis_skip::skip(checks, "no parse5: set PARVIS_PARSE5, as `cargo xtask test` does");
            return None;
        };
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/html/support/judge.mjs");
        let mut process = Command::new("node")
            .arg(script)
            .arg(parse5)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (process.stdin.take(), BufReader::new(process.stdout.take().unwrap()));
        Some(Judge { process, input, output })
    }

    /// What is seen in one document.
    pub fn ask(&mut self, document: &str) -> Vec<Seen> {
        let input = self.input.as_mut().unwrap();
        writeln!(input, "{}", serde_json::to_string(document).unwrap()).unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// What is seen in many documents, asked for without waiting for each answer.
    pub fn ask_all<T: Send + 'static>(
        mut self,
        documents: impl Iterator<Item = (T, String)> + Send + 'static,
        mut each: impl FnMut(T, &str, Vec<Seen>),
    ) {
        let mut input = self.input.take().unwrap();
        let (sender, sent) = std::sync::mpsc::channel();
        let writer = std::thread::spawn(move || {
            for (name, document) in documents {
                writeln!(input, "{}", serde_json::to_string(&document).unwrap()).unwrap();
                sender.send((name, document)).unwrap();
            }
        });
        for (line, (name, document)) in self.output.by_ref().lines().zip(sent) {
            each(name, &document, serde_json::from_str(&line.unwrap()).unwrap());
        }
        writer.join().unwrap();
        self.process.wait().unwrap();
    }
}
