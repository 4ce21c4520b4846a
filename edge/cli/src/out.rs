//! Standard output of commands that print much: whoever reads it may stop early, as `head` does.

use std::io::{ErrorKind, Write as _};

use anyhow::{Context as _, Result};

/// Prints `text`; a reader that went away is no error.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output")
        }
        _ => Ok(()),
    }
}
