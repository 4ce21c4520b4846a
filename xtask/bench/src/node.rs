//! The Node process that measures its own contenders, a round whenever it is told to: a line of JSON each way.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context as _, ensure};

/// A script that waits for its next line.
pub struct Node {
    child: Child,
    ask: ChildStdin,
    told: BufReader<ChildStdout>,
}

impl Node {
    /// Starts `script` in `folder`, both below the root of the repository.
    ///
    /// # Errors
    /// When there is no `node`.
    pub fn start(folder: &str, script: &str) -> anyhow::Result<Node> {
        let mut child = Command::new("node")
            .arg(script)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start `node`: install Node 20.19 or newer")?;
        let (ask, told) = (child.stdin.take().context("a pipe")?, child.stdout.take().context("a pipe")?);
        Ok(Node { child, ask, told: BufReader::new(told) })
    }

    /// Nanoseconds of each thing that it measures.
    ///
    /// # Errors
    /// When it ended or says something else.
    pub fn round(&mut self) -> anyhow::Result<Vec<f64>> {
        let line = self.tell("round")?;
        serde_json::from_str(&line).with_context(|| format!("no times from node: {line}"))
    }

    /// What it answers to `line`.
    ///
    /// # Errors
    /// When it ended; what it said is on the terminal.
    pub fn tell(&mut self, line: &str) -> anyhow::Result<String> {
        writeln!(self.ask, "{line}")?;
        let mut answer = String::new();
        ensure!(self.told.read_line(&mut answer)? > 0, "node ended early; its message is above");
        Ok(answer)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
