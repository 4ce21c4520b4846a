//! Compiles the playbook on standard input to standard output, for the tests of the JavaScript layer; with `--sign N` signed with
//! the key whose seed is 32 bytes `N`.

use std::io::{Read as _, Write as _, stdin, stdout};

use parvis::author::check::check;
use parvis::author::compile::compile;
use parvis::playbook::signature::PrivateKey;

fn main() -> Result<(), String> {
    let mut source = String::new();
    stdin().read_to_string(&mut source).map_err(|error| error.to_string())?;
    let checked = check(&source);
    let draft = checked.draft.ok_or_else(|| format!("{:?}", checked.diagnostics))?;
    let mut bytes = compile(&draft).map_err(|problems| format!("{problems:?}"))?;
    if let [option, seed] = std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        let seed = seed.parse().map_err(|_| format!("no number: {option} {seed}"))?;
        bytes = PrivateKey::from_entropy(&[seed; 32]).sign(&bytes).ok_or("too long to be signed")?;
    }
    stdout().write_all(&bytes).map_err(|error| error.to_string())
}
