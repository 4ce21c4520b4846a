//! Asks the naive model of what a playbook decides, in `model/`: plain JavaScript, of which not a line is shared with the
//! engine. It runs in a process of its own, which reads and writes lines of JSON.

pub mod golden;
pub mod replay;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value as Json, json};

/// The model, running in Node.
#[derive(Debug)]
pub struct Model {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Model {
    /// Starts it.
    ///
    /// # Panics
    ///
    /// Without `node` in the path.
    pub fn start() -> Model {
        let main = Path::new(env!("CARGO_MANIFEST_DIR")).join("answer.mjs");
        let command = Command::new("node").arg(main).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut process = command.expect("`node` is in the path: CONTRIBUTING.md says which version");
        let questions = process.stdin.take().expect("it reads");
        let answers = BufReader::new(process.stdout.take().expect("it writes"));
        Model { process, questions, answers }
    }

    /// Asks what a visitor who was never seen before gets for these requests, one after the other.
    ///
    /// # Panics
    ///
    /// If the model has ended.
    pub fn ask(&mut self, playbook: &Json, requests: &[Json]) {
        self.write(&json!({ "playbook": playbook, "requests": requests }));
    }

    /// Asks what must come back for the steps of a case; `told` are the answers of which consent is taken.
    ///
    /// # Panics
    ///
    /// If the model has ended.
    pub fn ask_case(&mut self, case_file: &Json, playbook: &Json, told: &[Json]) {
        self.write(&json!({ "case": case_file, "playbook": playbook, "told": told }));
    }

    /// Asks what the stored values of visitors grant and deny: each with the banners that a playbook describes for it.
    ///
    /// # Panics
    ///
    /// If the model has ended.
    pub fn ask_banners(&mut self, visitors: &[Json]) {
        self.write(&json!({ "banners": visitors }));
    }

    fn write(&mut self, question: &Json) {
        writeln!(self.questions, "{question}").expect("the model reads");
        self.questions.flush().expect("the model reads");
    }

    /// What it answers to what was asked last, request by request; to be called once for each question.
    ///
    /// # Panics
    ///
    /// If the model has ended, of which its error stream says why.
    pub fn answers(&mut self) -> Vec<Json> {
        self.case_answers().expect("a list of answers")
    }

    /// What it answers to a case, step by step; to be called once for each question.
    ///
    /// # Errors
    ///
    /// Why it cannot play the case.
    ///
    /// # Panics
    ///
    /// If the model has ended, of which its error stream says why.
    pub fn case_answers(&mut self) -> Result<Vec<Json>, String> {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the model writes");
        match serde_json::from_str(&line).expect("the model writes JSON") {
            Json::Array(answers) => Ok(answers),
            other => Err(other["error"].as_str().unwrap_or_default().to_owned()),
        }
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        // It would end by itself, a moment later.
        drop(self.process.kill().and_then(|()| self.process.wait()));
    }
}
