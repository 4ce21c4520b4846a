//! Standard output of commands that print much: the reader may close the pipe early, as `head` does.

use std::io::{ErrorKind, Write as _};

use anyhow::{Context as _, Result};

/// Prints `text`; a closed pipe is no error.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output")
        }
        _ => Ok(()),
    }
}
