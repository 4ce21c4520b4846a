//! Standard output and standard error of every command: who reads them may close the pipe early, as `head` does.
//!
//! The command then ends at once and says nothing, as if it had been killed by `SIGPIPE`, which Rust programs ignore. No other file
//! prints: `clippy::print_stdout` and `clippy::print_stderr` are denied.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};

use anyhow::{Context as _, Result};

/// Prints a line as `println!` does; see [`crate::out`].
macro_rules! say {
    ($($text:tt)*) => { $crate::out::line(format_args!($($text)*)) };
}

/// Prints a line as `eprintln!` does; where nobody reads it, nothing happens.
macro_rules! tell {
    ($($text:tt)*) => { $crate::out::notice(format_args!($($text)*)) };
}

pub(crate) use {say, tell};

/// Standard output, of which a closed pipe ends the command.
pub(crate) struct Out(io::StdoutLock<'static>);

/// Opens standard output.
pub(crate) fn open() -> Out {
    Out(io::stdout().lock())
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        read(self.0.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        read(self.0.flush())
    }
}

/// Ends the command if nobody reads what it writes.
fn read<T>(written: io::Result<T>) -> io::Result<T> {
    if written.as_ref().is_err_and(|error| error.kind() == ErrorKind::BrokenPipe) {
        std::process::exit(0);
    }
    written
}

/// Prints `text`.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut out = open();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("cannot write to standard output")
}

/// Prints a line; what cannot be written for another reason than a closed pipe is told.
pub(crate) fn line(text: Arguments<'_>) {
    if let Err(error) = print(&format!("{text}\n")) {
        tell!("parvis: {error:#}");
        std::process::exit(1);
    }
}

/// Prints a record of a server, which goes on if nobody reads it.
pub(crate) fn record(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush())
}

/// Prints a line to standard error.
pub(crate) fn notice(text: Arguments<'_>) {
    // There is nowhere else to say that it cannot be written.
    let _ = writeln!(io::stderr().lock(), "{text}");
}
