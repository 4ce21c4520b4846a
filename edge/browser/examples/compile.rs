//! Compiles the playbook on standard input to standard output, for the tests of the JavaScript layer.

use std::io::{Read as _, Write as _, stdin, stdout};

use parvis::playbook::check::check;
use parvis::playbook::compile::compile;

fn main() -> Result<(), String> {
    let mut source = String::new();
    stdin().read_to_string(&mut source).map_err(|error| error.to_string())?;
    let checked = check(&source);
    let draft = checked.draft.ok_or_else(|| format!("{:?}", checked.diagnostics))?;
    let bytes = compile(&draft).map_err(|problems| format!("{problems:?}"))?;
    stdout().write_all(&bytes).map_err(|error| error.to_string())
}
